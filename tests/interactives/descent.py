from course_lib.interactive.descent import descent

shown = descent()
