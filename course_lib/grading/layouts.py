"""Whose notebook is it? What the names of files and folders say.

Each file is looked at by itself, and the first layout that fits counts. A zip counts as a folder.

- Moodle, "Download all submissions", as a zip or unpacked: ``Jane Doe_1234567_assignsubmission_file_/07_relu.ipynb``
  or, without folders, ``Jane Doe_1234567_assignsubmission_file_07_relu.ipynb``. The learner is 1234567. Moodle gives
  each learner another number in each assignment; its grading worksheet says "Participant 1234567".
- Canvas, "Download submissions": ``doejane_12345_67890_07_relu-2.ipynb``, or ``doejane_LATE_12345_...``. The learner
  is 12345, Canvas's own number of the user; 67890 is that of the file. In an anonymous assignment the name is
  ``anon_a1B2c_67890_07_relu.ipynb``, and the learner is anon_a1B2c.
- nbgrader: ``submitted/jane/assignment/07_relu.ipynb``. What is graded may also be the folder ``submitted`` itself,
  or the folder of one learner in it.
- A folder for each learner: ``jane/07_relu.ipynb``, ``jane/week 3/07_relu.ipynb`` or ``07_relu-jane/work.ipynb``.
- All in one folder: ``07_relu_jane.ipynb``, ``jane_07_relu.ipynb`` or ``jane.ipynb``. A plain ``07_relu.ipynb``
  belongs to the learner after whom the folder is named.

A folder or zip that is the only one, and holds what is of several learners, is looked through.

Learners choose the names of their own files, and of what is in their zips. So the names that an LMS gives, and
``submitted``, count only where ``depth_of_lms`` says that they stand for nearly everybody: a file that imitates them
inside a learner's folder stays this learner's. In one name, what stands first counts: the LMS wrote it.
"""

import re
from collections import Counter

_MOODLE_FOLDER = re.compile(r"(?P<name>.+)_(?P<number>\d+)_assignsubmission_file_?", re.DOTALL)
_MOODLE_FILE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_file_.+", re.DOTALL)
_CANVAS = re.compile(r"(?P<name>\w+?)_(LATE_)?(?P<number>[1-9]\d*)_[1-9]\d*_.+", re.DOTALL)
_ANONYMOUS = re.compile(r"(LATE_)?(?P<number>anon_[^_]+)_[1-9]\d*_.+", re.DOTALL)
_DATE = re.compile(r"_(19|20)\d\d_(0?[1-9]|1[0-2])_")
_COUNTER = re.compile(r"\(?\d{1,2}\)?|copy ?\d*", re.IGNORECASE)  # "07_relu (1)", "07_relu-Copy1" name nobody
_SEPARATORS = " _-."
_LEVELS = 4  # of folders around the names that an LMS gives


def learner_of(outer, parts, known, otherwise, depth=0):
    """Return (learner, display name, a dict of what the LMS calls the learner) for one file.

    ``outer``: the last names of the path to what is graded. ``parts``: the names from there to the file.
    ``known``: the names of the exercises. ``otherwise``: the learner if no name says who it is.
    ``depth``: how deep in ``parts`` a name may stand that an LMS gave.
    """
    found = filter(None, (*map(_moodle, outer), *map(_lms, parts[: depth + 1])))
    return next(found, None) or _nbgrader(outer, parts, depth) or (_named(parts, known) or otherwise, "", {})


def depth_of_lms(paths):
    """How deep the names that an LMS gives stand in ``paths``, tuples of names, sorted; 0 if that cannot be told.

    That is where most folders hold such names, on every level above: more than those of a single learner.
    """
    count, last = Counter(), {}
    for parts in paths:
        place = next((place for place, name in enumerate(parts[:_LEVELS]) if name == "submitted" or _lms(name)), 0)
        for level in range(1, _LEVELS):
            for what in {0, place}:
                if last.get((what, level)) != parts[:level]:
                    last[what, level] = parts[:level]
                    count[what, level] += 1
    depths = range(1, _LEVELS)
    return max((d for d in depths if all(2 * count[d, n] > count[0, n] for n in range(1, d + 1))), default=0)


def exercise_named(parts, known):
    """The exercise of ``known`` after which the last of these names is called, or else the one before it, or ""."""
    for part in reversed(parts):
        found = [name for name in known if _pattern(name).search(part)]
        if found:
            return max(found, key=len)
    return ""


def stem(name):
    """``name`` without the ending ``.ipynb`` or ``.zip``."""
    return re.sub(r"\.(ipynb|zip)$", "", name, flags=re.IGNORECASE)


def _lms(name):
    """Whose file or folder Moodle or Canvas called ``name``, as ``learner_of`` returns it; None if neither did."""
    folder, file, canvas = (pattern.fullmatch(name) for pattern in (_MOODLE_FOLDER, _MOODLE_FILE, _CANVAS))
    if match := _ANONYMOUS.fullmatch(name):
        return match["number"], "", {}
    first = canvas and not folder and (not file or canvas.start("number") < file.start("number"))
    if first and not _DATE.match(name, canvas.start("number") - 1):
        return canvas["number"], canvas["name"], {"canvas_id": canvas["number"]}
    return _moodle(name)


def _moodle(name):
    match = _MOODLE_FOLDER.fullmatch(name) or _MOODLE_FILE.fullmatch(name)
    if match:
        name = "" if match["name"] == "Participant" else match["name"]  # graded without names
        return match["number"], name, {"moodle_id": f"Participant {match['number']}"}


def _nbgrader(outer, parts, depth):
    names = (*outer, *parts)
    if "submitted" in names[: min(len(outer) + depth + 1, len(names) - 2)]:
        return names[names.index("submitted") + 1], "", {}


def _named(parts, known):
    """The person after whom the outermost folder is named, or else the file; "" if they only name exercises."""
    return next(filter(None, (person(stem(part), known) for part in parts)), "")


def person(name, known):
    """``name`` without the exercise in it: "jane" for "07_relu_jane", "" for "07_relu"."""
    exercise = exercise_named([name], known)
    if not exercise:
        return name
    left, right = _pattern(exercise).split(name, maxsplit=1)
    rest = "_".join(filter(None, (left.strip(_SEPARATORS), right.strip(_SEPARATORS))))
    return name if _COUNTER.fullmatch(rest) else rest


def _pattern(exercise):
    """What finds the name of an exercise in the name of a file, also as "07-ReLU"."""
    return re.compile(r"(?<!\d)" + exercise.replace("_", "[-_ ]"), re.IGNORECASE)
