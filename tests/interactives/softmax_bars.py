from course_lib.interactive.softmax_bars import softmax_bars

shown = softmax_bars()
