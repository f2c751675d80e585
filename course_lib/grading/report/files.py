"""The files of a report that other programs read: CSV for spreadsheets, for Canvas and for Moodle, and JSON.

Every field that begins like a formula gets an apostrophe in front, so that no spreadsheet runs what a learner wrote.
``grades.csv`` and ``tasks.csv`` begin with a byte-order mark: without it Excel reads a UTF-8 file as if it were in the
old alphabet of its country, and spoils names. The files for Canvas and Moodle have none: nobody edits them, and a
program that does not expect the mark takes it for a part of the first column's name.
"""

import csv
import json

from course_lib.checks import SIGNS
from course_lib.grading.report.text import LONGEST, Html, cut, field, file_name, join, number

CANVAS = ["Student", "ID", "SIS User ID", "SIS Login ID", "Section"]
MOODLE = ["Identifier", "Full name", "Grade", "Maximum Grade", "Last modified (grade)", "Feedback comments"]
_COMMENT = 400  # characters of advice for one task in a comment for Moodle


def write_csv(path, lines, encoding="utf-8"):
    """Write lines of fields to a CSV file; lines end as RFC 4180 says."""
    with open(path, "w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([field(value) for value in line] for line in lines)


def grades(path, summary):
    """Write one line for each learner and exercise. Without a grade, ``points`` is empty and ``state`` says why."""
    head = ["learner", "name", "exercise", "points", "of", "state", "note"]
    lines = (
        [e.learner, e.name, e.exercise, points(e), summary.exercises[e.exercise].of or "", e.state, note(e)]
        for e in summary.entries
        if e.counts
    )
    write_csv(path, [head, *lines], "utf-8-sig")


def points(entry):
    """The points of a notebook, or "" if it has no grade: not graded is never 0."""
    return entry.points if entry.state == "graded" else ""


def note(entry):
    """What a reader of the bare number has to know."""
    if entry.state != "graded":
        return f"{entry.state}: {entry.reason}"
    return f"the best of {entry.rivals + 1} notebooks: {entry.path}" if entry.rivals else ""


def canvas(path, summary):
    """Write the grades in the format of Canvas's gradebook, one column for each exercise, if the class may be Canvas's.

    It is if Canvas's id of some learner is known, or no LMS's id of anybody: then the learners come from a plain
    folder, and the names in it are taken for their SIS Login IDs. Learners whom only Moodle knows are left out.

    Canvas finds a learner by ID, else by SIS User ID, else by SIS Login ID. It finds an assignment whose title is the
    name of the column; "Title (123)" names the assignment 123. An exercise that nobody has a grade in gets no column.
    Take care: where Canvas has a score already and the field here is empty, the import removes that score. Canvas
    lists all changes before it makes them.
    """
    everybody = {learner: next(iter(entries.values())) for learner, entries in summary.learners.items()}
    learners = {learner: first for learner, first in everybody.items() if not _only_in_moodle(first)}
    if len(learners) < len(everybody) and not any(_ids_of_canvas(first) for first in learners.values()):
        return
    graded = [exercise for exercise in summary.exercises.values() if exercise.points and exercise.name]
    lines = [CANVAS + [exercise.name for exercise in graded]]
    lines.append(["    Points Possible", "", "", "", ""] + [exercise.of for exercise in graded])
    for learner, first in learners.items():
        entries = summary.learners[learner]
        who = [first.shown, *(_ids_of_canvas(first) or ("", "", learner)), first.lms.get("section", "")]
        lines.append(who + [points(entries[e.name]) if e.name in entries else "" for e in graded])
    write_csv(path, lines)


def _ids_of_canvas(entry):
    """The ID, SIS User ID and SIS Login ID of a learner, or nothing if Canvas gave none."""
    found = [entry.lms.get(key, "") for key in ("canvas_id", "sis_user_id", "sis_login_id")]
    return found if any(found) else []


def _only_in_moodle(entry):
    return bool(entry.lms.get("moodle_id")) and not _ids_of_canvas(entry)


class Moodle:
    """The offline grading worksheets of Moodle, one for each exercise, written line by line.

    Moodle finds a learner by ``Identifier``, as in "Participant 77", so only those with a ``moodle_id`` are written.
    It takes no grade from an empty field. ``Last modified (grade)`` has to be there; as it is empty, Moodle replaces
    a grade that it has already only where that is asked for when the file is uploaded. Comments are HTML for Moodle.
    """

    def __init__(self, folder, summary):
        self.folder, self.summary, self.files = folder, summary, {}

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for file, _ in self.files.values():
            file.close()

    def add(self, entry, record):
        """Write the line of a notebook that counts, if Moodle knows its learner."""
        identifier = str(entry.lms.get("moodle_id", ""))
        if not identifier or not entry.exercise or not entry.counts:
            return
        identifier = f"Participant {identifier}" if identifier.isdigit() else identifier
        of = self.summary.exercises[entry.exercise].of or ""
        line = [identifier, entry.shown, points(entry), of, "", comment(entry, record)]
        self._writer(entry.exercise).writerow([field(value) for value in line])

    def _writer(self, exercise):
        if exercise not in self.files:
            safe = exercise if exercise.isidentifier() or f"_{exercise}".isidentifier() else file_name(exercise)
            file = open(self.folder / f"moodle-{safe}.csv", "w", encoding="utf-8", newline="")  # noqa: SIM115
            self.files[exercise] = file, csv.writer(file)
            self.files[exercise][1].writerow(MOODLE)
        return self.files[exercise][1]


class Tasks:
    """``tasks.csv``: one line for each task of each notebook that counts."""

    def __init__(self, path):
        self.file = open(path, "w", encoding="utf-8-sig", newline="")  # noqa: SIM115
        self.writer = csv.writer(self.file)
        self.writer.writerow(["learner", "exercise", "task", "points", "of", "outcome"])

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.close()

    def add(self, entry, record):
        """Write the lines of one notebook."""
        if entry.counts and entry.state == "graded":
            for task in record["tasks"]:
                line = [entry.learner, entry.exercise, task["name"], task["points"], task["of"], task["outcome"]]
                self.writer.writerow(map(field, line))


def comment(entry, record):
    """A notebook's feedback as HTML on one line: its tasks, and the advice for those not solved."""
    if entry.state == "failed":
        said = ["No grade yet: grading this notebook failed, and that is not your fault."]
    elif entry.state == "unreadable":
        said = [f"No grade: this notebook could not be read. {entry.reason}"]
    else:
        said = [f"{number(entry.points)} of {number(entry.of)} points"]
        for task in record["tasks"]:
            advice = f" {cut(task['advice'], _COMMENT)}" if task["outcome"] != "passed" else ""
            said.append(
                f"{SIGNS[task['outcome']]} {task['name'].partition('.')[2]}: {task['outcome']}.{advice}".strip()
            )
    return Html("<br>".join(join(line).replace("\n", "<br>") for line in said))


class Grades:
    """``grades.json``: everything but the code, one learner on each line, written learner by learner."""

    def __init__(self, path, settings):
        self.file = open(path, "w", encoding="utf-8")  # noqa: SIM115
        self.between = f'{{"format": 1, "settings": {json.dumps(settings)}, "learners": [\n'

    def __enter__(self):
        return self

    def __exit__(self, *error):
        self.file.write(("" if self.between[:1] == "," else self.between) + "\n]}\n")
        self.file.close()

    def add(self, notebooks):
        """Write the notebooks of one learner, a list of (Entry, record)."""
        first = notebooks[0][0]
        handed_in = [
            {"path": entry.path, "counts": entry.counts, "lms": entry.lms, **_shortened(record)}
            for entry, record in notebooks
        ]
        learner = {"learner": first.learner, "name": first.name, "notebooks": handed_in}
        self.file.write(self.between + json.dumps(learner))
        self.between = ",\n"


def _shortened(value):
    """A record without code, and with long texts cut."""
    if isinstance(value, str):
        return cut(value, LONGEST)
    if isinstance(value, list):
        return [_shortened(part) for part in value]
    if isinstance(value, dict):
        return {key: _shortened(part) for key, part in value.items() if key != "code"}
    return value
