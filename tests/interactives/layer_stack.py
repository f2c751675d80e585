from course_lib.interactive.layer_stack import layer_stack

shown = layer_stack()
