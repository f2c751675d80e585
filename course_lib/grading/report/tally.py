"""Counts a class: one pass over all records, which keeps the numbers and lets go of the learners' code."""

import functools
import itertools
import statistics
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from course_lib.grading import steps
from course_lib.grading.report.text import as_dict, cut
from course_lib.grading.similarity import fingerprint, pairs

OUTCOMES = ("passed", "failed", "error", "not attempted")
_RANK = {"graded": 2, "failed": 1, "unreadable": 0}
_EXAMPLES = 3  # learners named for one wrong answer


@dataclass(slots=True)
class Entry:
    """One notebook that was handed in. ``counts`` says whether it is the one whose points count for its exercise."""

    learner: str
    name: str
    exercise: str
    path: str
    lms: dict
    key: str
    state: str
    reason: str
    points: float
    of: float
    counts: bool = True
    rivals: int = 0  # other notebooks of this learner for this exercise

    @property
    def shown(self):
        """How the learner is called in the report."""
        return self.name or self.learner


@dataclass
class Task:
    """How the class did in one task."""

    name: str
    asked: str
    of: float
    outcomes: Counter = field(default_factory=Counter)

    @property
    def passed(self):
        """The share that passed, 0 to 1."""
        return self.outcomes["passed"] / self.outcomes.total()


@dataclass
class Exercise:
    """How the class did in one exercise. ``points``: of the notebooks that count, how many have so many points."""

    name: str
    states: Counter = field(default_factory=Counter)
    of: float = 0
    points: Counter = field(default_factory=Counter)

    @property
    def mean(self):
        """The mean number of points, or None if nothing was graded."""
        return statistics.fmean(self.points.elements()) if self.points else None

    @property
    def median(self):
        """The median number of points, or None if nothing was graded."""
        return statistics.median(self.points.elements()) if self.points else None


@dataclass
class Summary:
    """A graded class in numbers: what ``report.write`` returns and ``report.table`` prints."""

    entries: list = field(default_factory=list)
    exercises: dict = field(default_factory=dict)  # from name to Exercise
    tasks: dict = field(default_factory=dict)  # from name to Task
    wrong: dict = field(default_factory=dict)  # from (task, first line of the advice) to [count, some Entry]
    library: list = field(default_factory=list)  # (Entry, task, names of library functions)
    sandboxes: Counter = field(default_factory=Counter)
    pairs: dict = field(default_factory=dict)  # from exercise to a list of similarity.Pair
    identical: list = field(default_factory=list)  # (exercise, list of Entry with the same file)

    @property
    def states(self):
        """How many notebooks are graded, unreadable, failed."""
        return Counter(entry.state for entry in self.entries)

    @property
    def ungraded(self):
        """The notebooks without a grade, what failed by no fault of the learner first."""
        return sorted((e for e in self.entries if e.state != "graded"), key=lambda e: e.state)

    @property
    def unsafe(self):
        """The number of notebooks that ran without a sandbox."""
        return sum(count for name, count in self.sandboxes.items() if "unsafe" in name or name.startswith("none"))

    @property
    def hardest(self):
        """All tasks, the one that the fewest passed first."""
        return sorted(self.tasks.values(), key=lambda task: (task.passed, task.name))

    @property
    def learners(self):
        """From learner to a dict from exercise to the Entry that counts."""
        found = defaultdict(dict)
        for entry in self.entries:
            if entry.counts:
                found[entry.learner][entry.exercise] = entry
        return found


def by_learner(rows):
    """Yield each learner's notebooks as a list of (Entry, record). ``rows()`` must keep a learner's together."""
    seen = set()
    pairs_of = ((as_dict(info), record) for info, record in rows())
    for learner, group in itertools.groupby(pairs_of, key=lambda row: row[0]["learner"]):
        if learner in seen:
            raise ValueError(f"the rows of learner {learner!r} are not together: sort the rows by learner")
        seen.add(learner)
        notebooks = [(_entry(info, record), record) for info, record in group]
        _choose([entry for entry, _ in notebooks])
        yield notebooks


def tally(rows):
    """Return the Summary of all (info, record) of ``rows()``."""
    summary, marks, files = Summary(), defaultdict(dict), defaultdict(list)
    for notebooks in by_learner(rows):
        for entry, record in notebooks:
            summary.entries.append(entry)
            exercise = summary.exercises.setdefault(entry.exercise, Exercise(entry.exercise))
            exercise.states[entry.state] += 1
            if entry.state == "graded":
                summary.sandboxes[record.get("sandbox", "")] += 1
                if entry.counts:
                    _count(summary, exercise, entry, record)
                    marks[entry.exercise][entry.learner] = _marks(record)
                if entry.key and any(task["outcome"] != "not attempted" for task in record["tasks"]):
                    files[entry.exercise, entry.key].append(entry)
    summary.exercises = dict(sorted(summary.exercises.items()))
    _compare(summary, marks, files)
    return summary


def _compare(summary, marks, files):
    """Find identical files, and pairs of learners whose answers are much alike though their files differ."""
    summary.identical = [(name, same) for (name, _), same in files.items() if len({e.learner for e in same}) > 1]
    same_file = {(e.learner, name): key for (name, key), same in files.items() for e in same if e.counts}
    for name, fingerprints in sorted(marks.items()):
        found = [p for p in pairs(fingerprints) if same_file.get((p.a, name), 0) != same_file.get((p.b, name), 1)]
        if found:
            summary.pairs[name] = found


def _entry(info, record):
    tasks = record.get("tasks") or []
    return Entry(
        learner=info["learner"],
        name=info.get("name") or "",
        exercise=record.get("exercise") or info.get("exercise") or "",
        path=info.get("path") or "",
        lms=info.get("lms") or {},
        key=info.get("key") or "",
        state=record["state"],
        reason=cut(record.get("reason") or ""),
        points=sum(task["points"] for task in tasks),
        of=sum(task["of"] for task in tasks),
    )


def _choose(entries):
    """Of several notebooks for one exercise the one with more points counts, the first of equals."""
    for exercise in {entry.exercise for entry in entries}:
        rivals = [entry for entry in entries if entry.exercise == exercise]
        best = max(rivals, key=lambda entry: (_RANK[entry.state], entry.points))
        for entry in rivals:
            entry.counts, entry.rivals = entry is best, len(rivals) - 1


def _count(summary, exercise, entry, record):
    """Count a graded notebook: its points, how its tasks ended, what was wrong, what came from the library."""
    exercise.points[entry.points] += 1
    exercise.of = max(exercise.of, entry.of)
    for task in record["tasks"]:
        known = summary.tasks.setdefault(task["name"], Task(task["name"], cut(task["asked"]), task["of"]))
        known.outcomes[task["outcome"]] += 1
        line = cut(task["advice"].strip().partition("\n")[0], 300)
        if task["outcome"] in ("failed", "error") and line:
            group = summary.wrong.setdefault((task["name"], line), [0])
            group[0] += 1
            if len(group) <= _EXAMPLES:
                group.append(entry)
        if task.get("library"):
            summary.library.append((entry, task["name"], [cut(name, 200) for name in task["library"]]))


def _marks(record):
    """The fingerprints of a notebook's answers, by task."""
    found = {task["name"]: fingerprint(task.get("code") or "", stub(task["name"])) for task in record["tasks"]}
    return {name: marks for name, marks in found.items() if marks}


@functools.cache
def stub(task):
    """What the exercise notebook hands out for a task; "" if the course's notebooks are not here."""
    chapter, _, short = task.partition(".")
    try:
        cells = steps.exercise(chapter).cells
    except OSError:
        return ""
    return next((cell.source for cell in cells if cell.id == short.replace("_", "-")), "")
