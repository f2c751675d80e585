"""Grades one submission: runs its notebook in the sandbox, and judges its answers here, outside.

The check functions are those of the notebook (``course_lib.checks``). There they see a ``LocalHost``; here they see a
``Remote``, which asks the process inside. If an answer or a cell breaks that process, the submission starts again
without it, so that the other tasks keep their points.
"""

import hashlib
import time

from course_lib.checks import Result, find, run
from course_lib.checks.answers import AnswerError, NotAttempted, TimeLimit, time_limit
from course_lib.grading.notebook import Unreadable, exercise_of, parse
from course_lib.grading.remote import Remote
from course_lib.grading.sandbox import Infrastructure
from course_lib.grading.steps import is_of, library_used, plan

TRIES = 3
"""How often a submission is tried when the sandbox fails, not the learner."""

_CALLS = 6  # times the limit of one call that one task may take in all
_LONGEST = {"code": 20_000, "id": 100}  # bytes that are kept of an answer's source, of a cell's name
_LONG = 2_000  # of any other text
_CELLS = 20  # cells that did not end well, of which is told


def grade(content, path, sandbox, seed=""):
    """Grade one notebook and return its record, plain data as docs/instructors.md describes it. Nothing raises.

    ``content``: the notebook's bytes. ``path``: where it was found; its name may tell the exercise. ``seed``: any
    text; from it the checks draw inputs that nobody else knows.
    """
    try:
        notebook = parse(content)
        chapter = exercise_of(notebook, path)
        if not chapter:
            raise Unreadable("It cannot be told which exercise of this course this notebook answers.")
        if not is_of(chapter, notebook):
            raise Unreadable(f"It is not the exercise: hand in exercises/{chapter}.ipynb, with your answers in it.")
    except Unreadable as error:
        return record("unreadable", reason=str(error))
    for _ in range(TRIES):
        try:
            return _Submission(chapter, notebook, sandbox, seed).record()
        except Infrastructure as error:
            reason = str(error)
    return record("failed", chapter, reason)


def record(state, exercise="", reason="", **more):
    """The record of a submission. ``state``: graded; unreadable; or failed, if it is not the learner's doing."""
    empty = {"tasks": [], "notes": [], "cells": [], "seconds": 0.0, "memory": 0, "sandbox": ""}
    return _tidy({"state": state, "reason": reason, "exercise": exercise, **empty, **more})


def _tidy(value, longest=_LONG):
    """``value`` with all its texts cut, and without halves of characters, which no file can hold."""
    if isinstance(value, dict):
        return {name: _tidy(item, _LONGEST.get(name, longest)) for name, item in value.items()}
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    if isinstance(value, str):
        return value[:longest].encode("utf-8", "replace")[:longest].decode("utf-8", "ignore")
    return value


def seed_of(seed, task):
    """The number from which the inputs of ``task`` are drawn, made from the text ``seed``."""
    return int.from_bytes(hashlib.sha256(f"{seed}:{task.name}".encode()).digest()[:8])


class _Submission:
    """One submission on its way: what is planned, and what is known of it so far."""

    def __init__(self, chapter, notebook, sandbox, seed):
        self._chapter, self._sandbox, self._seed = chapter, sandbox, seed
        sandbox.get_ready()
        self._plan, self._began = plan(chapter, notebook), time.monotonic()
        self._end = self._began + sandbox.limits.total
        self._results, self._cells, self._broken, self._memory = {}, {}, set(), 0

    def record(self):
        """Run the notebook as often as it takes until every task has a result; return the record."""
        names = [step.name for step in self._plan.steps if step.names]
        while len(self._results) < len(names) and time.monotonic() < self._end:
            self._run_through()
        late = f"The notebook takes more than {self._sandbox.limits.total:g} seconds in all."
        results = [self._results.get(name) or Result(find(name), "error", late) for name in names]
        return record(
            "graded",
            self._chapter,
            tasks=[self._described(result) for result in results],
            notes=self._plan.notes,
            cells=list(self._cells.values())[:_CELLS],
            seconds=round(time.monotonic() - self._began, 3),
            memory=self._memory,
            sandbox=self._sandbox.description,
        )

    def _run_through(self):
        """Start a process, and go through the steps until the end, or until the process is lost.

        A task that is not solved where it is checked is judged again at the end: a later cell may make its answer.
        """
        remote = Remote(self._sandbox, self._end)
        again = []
        try:
            for number, step in enumerate(self._plan.steps):
                if step.names and step.name not in self._results:
                    self._judge(step, remote)
                    again += [step] * (self._results[step.name].outcome in ("not attempted", "error"))
                elif not step.names and number not in self._broken:
                    self._run(number, step, remote)
                if remote.dead:
                    return
            for step in again:
                self._judge(step, remote)
                if remote.dead:
                    return
        finally:
            self._memory = max(self._memory, remote.close()["memory"])

    def _run(self, number, step, remote):
        """Run a cell; remember how it ended if it did not end well."""
        outcome, printed = "raised", ""
        try:
            error, printed = remote.run(step.source)
        except AnswerError as lost:
            self._broken.add(number)
            outcome, error = "stopped", str(lost)
        if error:
            self._cells[number] = {"id": step.name, "outcome": outcome, "error": error, "printed": printed}

    def _judge(self, step, remote):
        """Judge a task."""
        task = find(step.name)
        limit = max(0.1, min(_CALLS * self._sandbox.limits.call, self._end - time.monotonic()))
        try:
            with time_limit(limit):
                values = remote.get(sorted({*step.names, *step.own}))
                renamed = {*step.own} <= {*values} and not {*step.names} <= {
                    *values
                }  # the learner's check calls them so
                names = step.own if step.own and renamed else step.names
                missing = [name for name in names if name not in values]
                result = self._missing(task, missing) or self._judged(task, names, values)
        except NotAttempted:
            result = Result(task, "not attempted")
        except AnswerError as error:
            result = Result(task, "error", str(error))
        except TimeLimit:
            remote.dead = f"All calls together took more than {limit:.0f} seconds."
            result = Result(task, "error", remote.dead)
        self._results[step.name] = result

    def _missing(self, task, names):
        """The result of a task whose answer does not exist; None if it does."""
        if names:
            advice = f"There is no {' and no '.join(names)} when the notebook is run from top to bottom."
            own = task.name.partition(".")[2].replace("_", "-")
            raised = sorted(self._cells.values(), key=lambda cell: cell["id"] != own)  # its own cell first
            reasons = [f"The cell {cell['id']!r} stops with {cell['error']}" for cell in raised]
            return Result(task, "error", " ".join([advice, *reasons[:1]]))

    def _judged(self, task, names, values):
        """Judge with inputs that only this seed gives."""
        answers = {need: values[name] for need, name in zip(task.needs, names, strict=True)}
        return run(task, answers, seed_of(self._seed, task))

    def _described(self, result):
        """One task of the record."""
        task, code = result.task, self._plan.answers[result.task.name]
        return {
            "name": task.name,
            "points": result.points,
            "of": task.points,
            "outcome": result.outcome,
            "asked": task.asks_for,
            "advice": result.advice,
            "hint": task.hints[0] if result.outcome in ("failed", "error") else "",
            "library": library_used(self._chapter, code, "\n".join(self._plan.answers.values())),
            "code": code,
        }
