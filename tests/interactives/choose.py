from course_lib.interactive.choose import choose

shown = choose()
