"""Shows what was graded: pages for the instructor and for each learner, files for the LMS, a table for the terminal.

    summary = write(rows, "report", {"title": "Grades of week 7"})
    print(table(summary))

In the folder then stand ``index.html`` for the instructor, ``learners/*.html``, one page for each learner that names
nobody else, ``grades.csv``, ``tasks.csv``, ``grades.json``, and what fits of ``canvas.csv`` and
``moodle-<exercise>.csv``.

The records go by one at a time, twice. What is held of a notebook is its points and its fingerprints, not its code.
"""

import contextlib
import re
import shutil
import textwrap
from pathlib import Path

from course_lib.grading.report import files
from course_lib.grading.report.index import index_page, shown_pairs
from course_lib.grading.report.pages import learner_page
from course_lib.grading.report.tally import by_learner, tally
from course_lib.grading.report.text import file_name, number, one_line

_OURS = {".": r"(canvas|moodle-\w+)\.csv", "learners": r"[a-z0-9-]+-[0-9a-f]{12}\.html"}
_LINES = 20  # notebooks without a grade that the table lists
_WIDE = 60  # characters of a learner's text in the table
_ROOM = 40  # characters that have to be left in a line for a reason to begin there
_SCREEN = 100  # characters of a line, where the width of the terminal is not known


def write(rows, out, settings=None):
    """Write the report into the folder ``out`` and return its Summary. Pages of an earlier report there are replaced.

    ``rows``: called without arguments, twice, gives (info, record) of each notebook, a learner's notebooks together.
    ``info``: learner, name, exercise, path, lms, key, as a dict or an object; notebooks with the same ``key`` have the
    same content. ``record``: what the judge returns. ``settings``: ``title``, ``version`` and ``when`` are shown.
    """
    out = Path(out)
    settings = {key: str(value) for key, value in (settings or {}).items() if key in ("title", "version", "when")}
    (out / "learners").mkdir(parents=True, exist_ok=True)
    _clear(out)
    summary = tally(rows)
    codes = _second_pass(rows, out, summary, settings)
    files.grades(out / "grades.csv", summary)
    files.canvas(out / "canvas.csv", summary)
    _save(out / "index.html", index_page(summary, codes, settings))
    return summary


def _clear(out):
    """Remove what an earlier report wrote about learners and exercises that may be gone."""
    for folder, pattern in _OURS.items():
        for path in (out / folder).iterdir():
            if re.fullmatch(pattern, path.name):
                path.unlink()


def _second_pass(rows, out, summary, settings):
    """Write everything that needs whole records; return the code of the answers that are shown side by side."""
    shown = {(learner, name) for name, pair in shown_pairs(summary) for learner in (pair.a, pair.b)}
    codes = {}
    with contextlib.ExitStack() as stack:
        grades = stack.enter_context(files.Grades(out / "grades.json", settings))
        moodle = stack.enter_context(files.Moodle(out, summary))
        tasks = stack.enter_context(files.Tasks(out / "tasks.csv"))
        for notebooks in by_learner(rows):
            _save(out / "learners" / f"{file_name(notebooks[0][0].learner)}.html", learner_page(notebooks))
            grades.add(notebooks)
            for entry, record in notebooks:
                moodle.add(entry, record)
                tasks.add(entry, record)
                if entry.counts and (entry.learner, entry.exercise) in shown:
                    found = {(entry.learner, entry.exercise, t["name"]): t.get("code") or "" for t in record["tasks"]}
                    codes.update(found)
    return codes


def _save(path, page):
    path.write_text(page, encoding="utf-8", newline="\n")


def table(summary):
    """Return the Summary as a short text: the exercises, the hardest tasks, and every notebook without a grade."""
    heads = ("exercise", "notebooks", "graded", "unreadable", "failed", "mean", "median", "of")
    lines = [heads, *map(_line, summary.exercises.values())]
    widths = [max(len(line[place]) for line in lines) for place in range(len(heads))]
    text = [_aligned(line, widths) for line in lines]
    hard = [task for task in summary.hardest if task.passed < 1][:3]
    if hard:
        text += ["", "The hardest tasks:", *(f"  {one_line(t.name, _WIDE)}: {t.passed:.0%} passed" for t in hard)]
    return "\n".join([*text, *_alarms(summary)])


def _line(exercise):
    states = [exercise.states.total(), *(exercise.states[state] for state in ("graded", "unreadable", "failed"))]
    points = [number(value) for value in (exercise.mean, exercise.median, exercise.of)] if exercise.points else "–––"
    return (one_line(exercise.name, _WIDE) or "(unknown)", *map(str, states), *points)


def _aligned(line, widths):
    """The cells of a line, the first one to the left, the numbers to the right."""
    return "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:], widths[1:])])


def _alarms(summary):
    """Lines that must not be overlooked: no sandbox, no grade."""
    lines = []
    if summary.unsafe:
        lines += ["", f"WARNING: {summary.unsafe} of {len(summary.entries)} notebooks ran WITHOUT A SANDBOX."]
    if summary.ungraded:
        failed = summary.states["failed"]
        again = " (run again to grade these)" if failed else ""
        lines += ["", f"NO GRADE: {summary.states['unreadable']} unreadable, {failed} failed{again}"]
    for entry in summary.ungraded[:_LINES]:
        lines += _why(entry)
    if len(summary.ungraded) > _LINES:
        lines.append(f"  … and {len(summary.ungraded) - _LINES} more: see grades.csv")
    return lines


def _why(entry):
    """Lines that say why a notebook has no grade: the reason is whole, and goes on below where it does not fit."""
    who, path = (one_line(text, _WIDE) for text in (entry.learner, entry.path))
    head, reason = f"  {entry.state}: {who}: {path}:", one_line(entry.reason)
    width = max(40, shutil.get_terminal_size((_SCREEN, 24)).columns)
    if min(len(reason), _ROOM) < width - len(head):
        return textwrap.wrap(reason, width, initial_indent=f"{head} ", subsequent_indent="    ") or [head]
    return [head, *textwrap.wrap(reason, width, initial_indent="    ", subsequent_indent="    ")]
