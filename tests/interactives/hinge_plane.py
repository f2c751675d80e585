from course_lib.interactive.hinge_plane import hinge_plane

shown = hinge_plane()
