from course_lib.interactive.tangents import tangents

shown = tangents()
