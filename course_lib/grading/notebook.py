"""A learner's notebook as plain data, and which exercise it answers.

What was handed in may be broken or hostile, so it is read with ``json`` alone, and only what grading needs is kept:
the source of each cell, its kind, its id, and the id that nbgrader gave it.
"""

import json
import re
from dataclasses import dataclass, field

from course_lib.checks import chapters
from course_lib.grading.layouts import exercise_named
from course_lib.grading.sources import LARGEST, Unreadable

CELLS = 2000
"""How many cells a notebook may have."""

PARTS = 2_000_000
"""How many values a notebook may hold, its outputs included. Each costs far more memory than it has bytes."""

KINDS = ("code", "markdown", "raw")
_CHECK = re.compile(r"""\bcheck\(\s{0,20}["'](\w{1,100})\.\w""")


@dataclass(frozen=True)
class Cell:
    """One cell: ``kind`` is code, markdown or raw. ``id`` and ``grade_id`` (nbgrader's) are "" where there is none."""

    id: str
    kind: str
    source: str
    grade_id: str = ""


@dataclass(frozen=True)
class Notebook:
    """A notebook: its cells in order, the exercise that its metadata names, and notes on what had to be left out."""

    cells: list
    metadata: dict = field(default_factory=dict)
    notes: list = field(default_factory=list)


def parse(content):
    """Return the Notebook in ``content`` (bytes). Whatever the bytes are, the only error raised is Unreadable."""
    data = _load(content)
    cells = _cells_of(data)
    read = [_cell(cell) for cell in cells]
    damaged = [str(number) for number, cell in enumerate(read, start=1) if cell is None]
    exercise = _at(data, "metadata", "activation_course", "exercise")
    return Notebook(
        cells=[cell for cell in read if cell],
        metadata={"activation_course": {"exercise": exercise}} if exercise else {},
        notes=[_damage(damaged)] if damaged else [],
    )


def exercise_of(notebook, path, known=None):
    """The name of the exercise that a Notebook answers, such as ``07_relu``; "" if that cannot be told.

    Its metadata decide, then the names of the tasks in its check cells, if they agree, then the names of the file
    and of the folders in ``path``. ``known``: the exercises there are; without it, those of the course.
    """
    known = chapters() if known is None else known
    said = _at(notebook.metadata, "activation_course", "exercise")
    if said in known:
        return said
    code = [cell.source for cell in notebook.cells if cell.kind == "code"]
    checked = {chapter for source in code for chapter in _CHECK.findall(source) if chapter in known}
    return checked.pop() if len(checked) == 1 else exercise_named(re.split(r"[/\\]", path), known)


def _load(content):
    """The JSON value in ``content``."""
    if not content.strip():
        raise Unreadable("The file is empty.")
    if len(content) > LARGEST:
        raise Unreadable(f"The notebook is larger than {LARGEST >> 20} MB: clear its outputs and save it.")
    if sum(map(content.count, (b",", b"[", b"{"))) > PARTS:
        raise Unreadable("The notebook holds too many values: clear its outputs and save it.")
    try:
        return json.loads(content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Unreadable("The file is not text in UTF-8, as every notebook is.") from None
    except json.JSONDecodeError as error:
        raise Unreadable(f"The file is not a whole notebook: its JSON breaks at line {error.lineno}.") from None
    except RecursionError:
        raise Unreadable("The file is not a notebook: its JSON is nested too deeply.") from None
    except ValueError:
        raise Unreadable("The file is not a notebook: it holds a number with thousands of digits.") from None


def _cells_of(data):
    """The list of cells in the JSON value of a notebook; the format is 4.x, or it is not said."""
    if not isinstance(data, dict):
        raise Unreadable("The file is not a notebook: it is JSON, but no object.")
    version = data.get("nbformat")
    if isinstance(version, int | float) and version > 4:
        raise Unreadable("The notebook's format is too new: save it in format 4, as JupyterLab 4 does.")
    cells = data.get("cells")
    if not isinstance(cells, list):
        if "worksheets" in data:
            raise Unreadable("The notebook is of an old format: open it in JupyterLab and save it.")
        raise Unreadable("The file is not a notebook: it has no list of cells.")
    if len(cells) > CELLS:
        raise Unreadable(f"The notebook has {len(cells)} cells; {CELLS} is the most.")
    return cells


def _cell(data):
    """The Cell in the JSON value ``data``; None if it is damaged."""
    source = _at(data, "source", of=str | list)
    if isinstance(source, list):
        source = "".join(source) if all(isinstance(line, str) for line in source) else None
    kind = _at(data, "cell_type")
    if source is None or kind not in KINDS:
        return None
    grade_id = _at(data, "metadata", "nbgrader", "grade_id") or ""
    return Cell(_encodable(_at(data, "id") or ""), kind, _encodable(source), _encodable(grade_id))


def _at(data, *names, of=str):
    """What stands under ``names``, one inside the other, if it is of the type ``of``; else None."""
    for name in names:
        data = data.get(name) if isinstance(data, dict) else None
    return data if isinstance(data, of) else None


def _encodable(text):
    """``text`` with ? in place of each half of a character, which no file and no pipe could hold."""
    return text.encode("utf-8", "replace").decode("utf-8")


def _damage(numbers):
    """The note about damaged cells."""
    if len(numbers) == 1:
        return f"Cell number {numbers[0]} is damaged and was left out."
    listed = ", ".join(numbers[:10]) + ", ..." * (len(numbers) > 10)
    return f"{len(numbers)} cells are damaged and were left out: numbers {listed}."
