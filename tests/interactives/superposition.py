from course_lib.interactive.superposition import superposition

shown = superposition()
