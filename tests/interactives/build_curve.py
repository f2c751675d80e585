from course_lib.interactive.build_curve import build_curve

shown = build_curve()
