"""What ``course_lib.checks`` is inside the sandbox: its verbs do nothing, because the judge judges outside."""


def check(*_):
    """Do nothing: the judge asks for the answers itself."""


hint = solution = progress = check
