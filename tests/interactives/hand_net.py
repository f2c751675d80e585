from course_lib.interactive.hand_net import hand_net

shown = hand_net()
