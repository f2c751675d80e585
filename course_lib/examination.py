"""The examination on printed statements: a paper for each learner, drawn by a seed that is made from the name.

>>> from course_lib.examination import paper, questions
>>> paper("Ada Lovelace")  # doctest: +SKIP
>>> len(questions("Ada Lovelace")), questions("ADA  lovelace ") == questions("Ada Lovelace")
(6, True)
"""

import hashlib

import numpy as np

VERDICTS = ("true", "false", "it depends")
NO_NAME = 'Write your name or student number first, as in learner = "Ada Lovelace", and run the cells again.'


def verdict(holds):
    """Say what becomes of a statement that was tested in some cases.

    holds: whether it holds, one truth value for each case, at least one.
    Return "true" if it holds in all of them, "false" if in none, else "it depends".
    """
    holds = np.asarray(holds, dtype=bool)
    if holds.size == 0:
        raise ValueError("a verdict needs at least one case")
    return "true" if holds.all() else "it depends" if holds.any() else "false"


def generator(learner):
    """Return the random numbers of a learner: the same for the same name, whatever its capitals and spaces.

    learner: a name or a student number, a string or an integer.
    Raises ValueError if it is neither, or has fewer than 2 or more than 100 letters and digits.
    """
    named = isinstance(learner, (str, int)) and not isinstance(learner, bool)
    name = " ".join(str(learner).casefold().split()) if named else ""
    if not 2 <= len(name) <= 100:
        raise ValueError(NO_NAME)
    return np.random.default_rng(int.from_bytes(hashlib.sha256(name.encode()).digest(), "big"))


def questions(learner):
    """Return the six questions of a learner, one from each group, in the order of ``checks.statements.GROUPS``.

    Raises ModuleNotFoundError in the grader's sandbox: there, as all that knows answers, they are out of reach.
    """
    from course_lib.checks.statements import GROUPS

    rng = generator(learner)
    return [group[rng.integers(len(group))](rng) for group in GROUPS.values()]


def paper(learner):
    """Show a learner's paper: six statements, and what is to be measured for each. Without a name it asks for one."""
    try:
        return Paper(learner)
    except ValueError as error:
        return Paper(None, str(error))
    except ModuleNotFoundError:
        return Paper(None, "While a notebook is graded, papers are not shown.")


class Paper:
    """The text of a paper, as Markdown in a notebook; it does not hold the answers."""

    def __init__(self, learner, text=None):
        if text is None:
            from course_lib.checks.statements import GROUPS

            parts = [f"**The paper of {learner}**", *map(_entry, range(1, 7), GROUPS, questions(learner))]
            text = "\n\n".join(parts)
        self._text = text

    def _repr_markdown_(self):
        return self._text

    def __repr__(self):
        return self._text


def _entry(number, title, question):
    """One question as Markdown."""
    return f"**{number}. {title}.** {question.statement}\n\n*Measure:* {question.asked}."
