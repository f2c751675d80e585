from course_lib.interactive.playground import playground

shown = playground()
