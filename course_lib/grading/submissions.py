"""Finds what learners handed in, in folders and zips.

``find`` only looks at names: nothing is read before ``Submission.read()``, but for the lists of contents of zips.
``layouts`` says which layouts of folders are understood, ``sources`` reads files, and ``notebook`` tells what is in
one. Names that are hidden, or ``__MACOSX``, are passed over. A symbolic link is never followed.
"""

import hashlib
import itertools
import os
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.checks import chapters
from course_lib.grading.layouts import depth_of_lms, exercise_named, learner_of, person, stem
from course_lib.grading.notebook import Cell, Notebook, exercise_of, parse
from course_lib.grading.sources import LARGEST, LINK, File, Member, Nothing, Unreadable, opened

__all__ = [
    "LARGEST",
    "Cell",
    "NoSubmissions",
    "Notebook",
    "Submission",
    "Unreadable",
    "exercise_of",
    "find",
    "parse",
]

MOST = 200
"""How many notebooks of one learner are taken, so that nobody can flood the grader."""

DEEPEST = 20
"""How many folders may stand inside each other."""

_FLOOD = Nothing(f"Only {MOST} notebooks of one learner are graded: this one, and any that follow, are not.")
_TOO_DEEP = Nothing(f"More than {DEEPEST} folders stand inside each other here: they were not looked into.")
_TOO_WRAPPED = Nothing("It is a zip in a zip in a zip: hand in the notebook itself.")


class NoSubmissions(ValueError):
    """There is nothing to grade in what was given."""


@dataclass(frozen=True)
class Submission:
    """One notebook that was handed in.

    ``learner``: the id by which the LMS or the folder knows the learner, never empty. ``name``: to show, may be "".
    ``exercise``: what the names of file and folders say, such as ``07_relu``, or "". ``path``: to show; no two
    submissions have the same. ``lms``: ``canvas_id`` or ``moodle_id``, where the names tell it.
    """

    learner: str
    name: str
    exercise: str
    path: str
    source: object = field(repr=False)
    lms: dict = field(default_factory=dict)

    def read(self):
        """Return the bytes of the notebook, or raise Unreadable. Any other OSError is a fault of this machine."""
        content = self.source.read()
        if not content:
            raise Unreadable("The file is empty.")
        return content


def find(path, known=None):
    """Return an iterator over the Submissions in ``path``: a notebook, a folder, or a zip; sorted by their paths.

    ``known``: the names of the exercises; without it, those of the course. What cannot be read is found too, and
    says so when it is read. If there is nothing to grade, NoSubmissions says what was looked for.
    """
    path = Path(os.path.abspath(path))
    where = shown(str(path), most=1000)
    if not os.path.exists(path):
        raise NoSubmissions(f"{where} does not exist: give a notebook, or a folder or zip with notebooks.")
    found = _submissions(path, chapters() if known is None else known)
    first = list(itertools.islice(found, 2))
    if not first:
        raise NoSubmissions(f"No notebook is in {where}: looked for *.ipynb, also in the folders and zips below it.")
    if len(first) == 1 and isinstance(first[0].source, Nothing):
        raise NoSubmissions(f"There is nothing to grade in {where}. {first[0].path}: {first[0].source.reason}")
    return itertools.chain(first, found)


def shown(name, most=200):
    """``name`` as text that can be printed and stored. If anything is lost, a short hash keeps it unlike all others."""
    text = "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in name)[:most].strip()
    return text if text == name else f"{text}~{hashlib.sha256(name.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"


def _submissions(path, known):
    """Yield the Submissions in ``path``, an absolute path."""
    wrapped = _wrapped(path, known)
    depth = depth_of_lms(parts[wrapped:] for parts, _ in _files(path))
    otherwise, count = stem(path.name) or "submissions", Counter()
    for parts, source in _files(path):
        learner, name, lms = learner_of(*_split(path, parts, wrapped), known, otherwise, depth)
        count[learner] += 1
        if count[learner] <= MOST + 1:
            below = "/".join(parts) or path.name
            yield Submission(
                learner=shown(learner),
                name=shown(" ".join(name.split())),
                exercise=exercise_named(parts, known) or exercise_named([path.name], known),
                path=shown(below, most=1000),
                source=source if count[learner] <= MOST else _FLOOD,
                lms=lms,
            )


def _split(path, parts, wrapped):
    """The names that lead to the learners, at most three, and those from there to the file."""
    above = (*path.parts[:-1], stem(path.name)) if os.path.isdir(path) or _is_zip(path.name) else path.parts[:-1]
    return (*above, *parts[:wrapped])[-3:], parts[wrapped:]


def _wrapped(path, known):
    """How many folders or zips merely hold all others: each is the only one, and in the last are several learners'."""
    common = ()
    for parts, _ in _files(path):
        equal = itertools.takewhile(lambda pair: pair[0] == pair[1], zip(common or parts[:-1], parts, strict=False))
        common = [name for name, _ in equal]
        if not common:
            return 0
    depth = len(common)
    persons = {person(stem(parts[depth]), known) for parts, _ in _files(path)} if depth else set()
    return depth if len(persons - {""}) > 1 else 0


def _files(path):
    """Yield (names from below ``path`` to the file, its source) of every notebook, sorted."""
    if os.path.isdir(path):
        yield from _in_folder(str(path), ())
    elif _is_zip(path.name):
        yield from _in_zip(File(str(path.parent), (path.name,)), (), inner=True)
    elif _is_notebook(path.name):
        yield (path.name,), File(str(path.parent), (path.name,))


def _in_folder(root, parts):
    """Yield what is in the folder ``parts`` below ``root``."""
    try:
        with os.scandir(os.path.join(root, *parts)) as listing:
            entries = sorted((entry for entry in listing if not _is_hidden(entry.name)), key=lambda entry: entry.name)
    except OSError as error:
        yield parts, Nothing(f"The folder cannot be read: {error.strerror}.")
        return
    for entry in entries:
        inside = (*parts, entry.name)
        if entry.is_symlink():
            if os.path.isdir(entry.path) or _is_notebook(entry.name) or _is_zip(entry.name):
                yield inside, LINK
        elif entry.is_dir(follow_symlinks=False):
            yield from _in_folder(root, inside) if len(inside) <= DEEPEST else [(inside, _TOO_DEEP)]
        elif _is_notebook(entry.name):
            yield inside, File(root, inside)
        elif _is_zip(entry.name):
            yield from _in_zip(File(root, inside), inside, inner=True)


def _in_zip(source, parts, inner):
    """Yield what is in the zip ``source``, which stands at ``parts``; with ``inner``, also what is in zips in it."""
    try:
        members = _members(source)
    except Unreadable as error:
        yield parts, Nothing(str(error))
        return
    for names, number, name in members:
        below, member = (*parts, *names), Member(source, number, name)
        if _is_notebook(names[-1]):
            yield below, member
        else:
            yield from _in_zip(member, below, inner=False) if inner else [(below, _TOO_WRAPPED)]


def _members(source):
    """The notebooks and zips in a zip, sorted: (names from folder to file, number in the zip's list, raw name)."""
    found, times = [], Counter()
    for number, info in enumerate(opened(source).infolist()):
        names = tuple(part for part in re.split(r"[/\\]", _decoded(info)) if part not in ("", ".", ".."))
        if not names or info.is_dir() or any(map(_is_hidden, names)):
            continue
        if _is_notebook(names[-1]) or _is_zip(names[-1]):
            times[names] += 1
            again = f"{times[names]} in the zip " * (times[names] > 1)
            found.append(((*names[:-1], again + names[-1]), number, info.filename))
    return sorted(found)


def _decoded(info):
    """The name of a file in a zip. Some programs write UTF-8 there and do not say so."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        return info.filename.encode("cp437").decode("utf-8")
    except UnicodeError:
        return info.filename


def _is_hidden(name):
    return name.startswith(".") or name == "__MACOSX"


def _is_notebook(name):
    return name.lower().endswith(".ipynb")


def _is_zip(name):
    return name.lower().endswith(".zip")
