"""What judges an answer. In a notebook: ``check("07_relu.gate", ...)``, ``hint(...)``, ``solution(...)``.

Every exercise notebook ``NN_topic`` has a module ``chNN_topic`` here, whose functions marked with ``@task`` are its
graded tasks. Such a function is plain: its parameters name what it needs from the learner, its docstring is the line
the learner reads, and it asserts with advice (see ``expect``). It never sees the learner's objects, only plain data
and handles (see ``answers``), so the same function judges an answer in this process or in another one.
"""

import difflib
import importlib
import inspect
import os
import pkgutil
import sys
import textwrap
import zlib
from contextlib import redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from course_lib import progress as store
from course_lib.checks.answers import (
    Answer,
    AnswerError,
    LocalHost,
    NotAttempted,
    TimeLimit,
    describe,
    kind,
    time_limit,
)

__all__ = ["check", "hint", "progress", "solution"]

ROOT = Path(__file__).parents[2]
"""The course's repository, if the course runs from one."""

SECONDS = 5.0
"""How long one check may take in a notebook, in seconds."""

_MANY = "truth value of an array"  # what NumPy says to max(x, 0)
_ARRAYS = "max, min, if, and, or take one number. For arrays there are np.maximum, np.minimum, np.where, & and |."
_WIDTH = 88  # of a line of output that JupyterLab does not break
SIGNS = {"passed": "✓", "failed": "✗", "not attempted": "○", "error": "!"}
"""What stands before an outcome, so that nobody has to tell it by its colour."""
WORDS = {
    "passed": "passed",
    "failed": "not yet",
    "not attempted": "not attempted yet",
    "error": "error in your code",
}
"""What the learner reads for an outcome."""


@dataclass(frozen=True)
class Task:
    """One graded task: ``judge`` raises if the answers are wrong. ``name`` is ``NN_topic.function_name``."""

    name: str
    points: int
    hints: tuple
    judge: object = field(repr=False)

    @property
    def asks_for(self):
        """The line that the learner reads."""
        return inspect.getdoc(self.judge)

    @property
    def needs(self):
        """The names of the answers, in the order in which ``check`` takes them."""
        return [name for name in inspect.signature(self.judge).parameters if name != "rng"]


@dataclass(frozen=True)
class Result:
    """How one task ended: ``outcome`` is passed, failed, not attempted or error; ``advice`` says what to do.

    ``secret`` holds the right values that belong to the advice. A notebook shows them; a grader must not.
    """

    task: Task
    outcome: str
    advice: str = ""
    secret: str = ""

    @property
    def points(self):
        """The points earned: all of the task's or none."""
        return self.task.points if self.outcome == "passed" else 0

    def __str__(self):
        lines = [f"{SIGNS[self.outcome]} {WORDS[self.outcome]}: {self.points} of {self.task.points} points"]
        said = [self.task.asks_for, *f"{self.advice} {self.secret}".strip().splitlines()]
        if self.outcome in ("failed", "error"):
            said.append(f'Stuck? hint("{self.task.name}")')
        for line in said:
            lines += textwrap.wrap(line, _WIDTH, initial_indent="  ", subsequent_indent="  ", break_long_words=False)
        return "\n".join(lines)


class _OneLine(Exception):
    """Shown in a notebook as one line, without a traceback."""

    def _render_traceback_(self):
        return [str(self)]


class UsageError(_OneLine, ValueError):
    """``check`` was called in a way that it cannot answer."""


class NotPassed(_OneLine, AssertionError):
    """The answer did not pass, and nbgrader is to know."""


def task(points, hints):
    """Mark a function of a module ``chNN_topic`` as a graded task.

    ``points``: what it is worth. ``hints``: from a nudge to nearly the answer; each names what people get wrong.
    A parameter annotated ``Answer`` must be a function. One called ``rng`` is no answer: it receives a seeded
    ``numpy.random.Generator``.
    """

    def mark(judge):
        chapter = judge.__module__.rpartition(".")[2].removeprefix("ch")
        return Task(f"{chapter}.{judge.__name__}", points, tuple(hints), judge)

    return mark


def chapters():
    """The names ``NN_topic`` of all chapters that have graded tasks, in order."""
    return sorted(m.name[2:] for m in pkgutil.iter_modules(__path__) if m.name[:2] == "ch" and m.name[2:4].isdigit())


def tasks_of(chapter):
    """The tasks of a chapter in the order of its module, as a dict from their full name."""
    module = importlib.import_module(f"{__name__}.ch{chapter}")
    return {item.name: item for item in vars(module).values() if isinstance(item, Task)}


def find(name):
    """Return the task called ``name``; a name that does not exist raises UsageError with the nearest one.

    The name of a chapter raises it with all tasks of that chapter.
    """
    chapter = str(name).partition(".")[0]
    among = [chapter] if chapter in chapters() else chapters()
    known = {full: task for one in among for full, task in tasks_of(one).items()}
    if name in chapters():
        raise UsageError(f"{name} is a chapter. Its tasks are {', '.join(map(repr, known))}.")
    if name not in known:
        near = difflib.get_close_matches(str(name), known, n=1) or list(known)
        raise UsageError(f"There is no task {name!r}. Did you mean {' or '.join(map(repr, near))}?")
    return known[name]


def run(task, answers, seed=None):
    """Judge ``answers`` (a dict from name to plain data or Answer) and return a Result. A bad answer never raises.

    ``seed``: of the random inputs; the same seed gives the same inputs. Without one, a seed made from the task's name.
    """
    seed = zlib.crc32(task.name.encode()) if seed is None else seed
    extra = {"rng": np.random.default_rng(seed)} if "rng" in inspect.signature(task.judge).parameters else {}
    try:
        for name, parameter in inspect.signature(task.judge).parameters.items():
            if parameter.annotation is Answer and not isinstance(answers[name], Answer):
                return Result(task, "failed", f"{name} should be a function; it is {kind(answers[name])}.")
        task.judge(**answers, **extra)
    except NotAttempted:
        return Result(task, "not attempted")
    except AnswerError as error:
        return Result(task, "error", f"{error}\n{_ARRAYS}" if _MANY in str(error) else str(error))
    except AssertionError as error:
        return Result(task, "failed", str(error), getattr(error, "secret", ""))
    except Exception as error:
        return Result(task, "error", f"The check cannot read your answer ({describe(error)}). Is it of the right kind?")
    return Result(task, "passed")


def check(name, *answers):
    """Judge your answers to the task called ``name``, print the outcome, and keep it in your progress.

    Where nbgrader runs the notebook, nothing is kept, and NotPassed is raised unless the answer passed: nbgrader gives
    every cell its points that neither raises nor writes to stderr. So a mere warning must not get there.
    """
    task = find(name)
    if len(answers) != len(task.needs):
        given = f"{len(answers)} answer{'s' * (len(answers) != 1)}"
        raise UsageError(f"{name} needs {len(task.needs)}: check({name!r}, {', '.join(task.needs)}). You gave {given}.")
    if not os.environ.get("NBGRADER_EXECUTION"):
        result = _judged(task, answers)
        print(result)
        _keep(result)
        return
    with redirect_stderr(sys.stdout):
        result = _judged(task, answers)
    print(result)
    if result.outcome != "passed":
        raise NotPassed(f"{name}: {result.outcome}, {result.points} of {task.points} points")


def _judged(task, answers):
    """Judge the answers of this notebook, within the time limit, and return a Result."""
    try:
        with time_limit(SECONDS):
            host = LocalHost()
            return run(task, {need: host.admit(answer) for need, answer in zip(task.needs, answers, strict=True)})
    except NotAttempted:
        return Result(task, "not attempted")
    except TimeLimit:
        advice = f"It was still running after {SECONDS:.0f} seconds, so it was stopped. Does a loop never end?"
        return Result(task, "error", advice)


def _keep(result):
    """Remember the outcome; what was passed once stays passed."""
    tried = result.outcome != "not attempted"

    def change(before):
        before = before or {"outcome": "not attempted", "attempts": 0}
        stays = before["outcome"] == "passed" or not tried
        return {"outcome": before["outcome"] if stays else result.outcome, "attempts": before["attempts"] + tried}

    store.update("task", result.task.name, change)


def hint(name):
    """Print the next hint for the task called ``name``: the first is a nudge, the last is nearly the answer."""
    task = find(name)
    seen = store.update("hint", name, lambda seen: min((seen or 0) + 1, len(task.hints)))
    print(f"Hint {seen} of {len(task.hints)}: {task.hints[seen - 1]}")
    if seen == len(task.hints):
        print(f'That was the last one. After an attempt, solution("{name}") shows one way to do it.')


def solution(name):
    """Show one way to solve the task called ``name``, once it has been attempted."""
    task = find(name)
    if not store.read("task").get(task.name, {}).get("attempts"):
        print("Try it first: any attempt, checked, opens the solution. A wrong try teaches more than a right reading.")
        return
    from IPython.display import Code, display

    from course_lib.exercises import answer_of

    chapter, _, short = task.name.partition(".")
    file = ROOT / "solutions" / f"{chapter}.ipynb"
    if not file.exists():
        raise UsageError(f"The solution is in solutions/{chapter}.ipynb of the course's repository, which is not here.")
    display(Code(answer_of(file, short), language="python"))


def progress():
    """Your progress through the graded tasks of the course: a table that says where you are and what comes next."""
    from course_lib.checks.table import Progress

    return Progress()
