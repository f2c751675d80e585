from course_lib.activations import leaky_relu
from course_lib.interactive.explore import explore

shown = explore(leaky_relu)
