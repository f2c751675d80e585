from course_lib.interactive.signal_flow import signal_flow

shown = signal_flow()
