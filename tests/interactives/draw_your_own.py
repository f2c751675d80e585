from course_lib.interactive.draw_your_own import draw_your_own

shown = draw_your_own()
