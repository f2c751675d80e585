from course_lib.interactive.chain import chain

shown = chain()
