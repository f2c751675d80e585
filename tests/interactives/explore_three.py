from course_lib.activations import gelu, relu, step
from course_lib.interactive.explore import explore

shown = explore(relu, gelu, step)
