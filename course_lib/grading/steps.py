"""In which order the cells of a submission are run, and where each task is judged.

The course's own exercise notebook decides. Its cells (imports, data) are run as the course wrote them, whatever became
of them in the submission; a learner's changed copy is run after them. Where it has an answer cell, the learner's cell
of that name is run. Where it has a check, the judge asks for the answers; the learner's check cells are never run.
Cells that the learner added are run where they stand. Cells are recognised by their id, by the id that nbgrader gave
them, or by what is in them; so it does no harm if a program lost the ids, and little if cells are missing or doubled.
"""

import ast
import functools
import re
import warnings
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from course_lib import exercises
from course_lib.checks import ROOT, tasks_of
from course_lib.grading.notebook import parse

PACKAGE = Path(__file__).parents[1]
_CHECK = re.compile(r"""\s*check\(\s*["'](?P<task>[\w.]+)["']\s*(?P<names>(?:,\s*\w+\s*)*)\)\s*""")
_LONGEST = 20_000  # characters of code that are parsed: its tree takes far more memory
_PEERS = ("course_lib", "scipy", "sklearn", "torch", "jax", "tensorflow", "keras", "autograd")
"""Packages in which much of what an exercise asks for stands ready."""


@dataclass(frozen=True)
class Step:
    """Run the cell ``source`` called ``name``; or, if there are ``names``, judge the task ``name`` by them.

    ``own``: the names by which the learner's own check cell calls the answers, if they are others.
    """

    name: str
    source: str = ""
    names: tuple = ()
    own: tuple = ()


@functools.cache
def exercise(chapter):
    """The exercise notebook of a chapter, as the course has it: whoever grades may have written in their own copy."""
    return parse(exercises.untouched(ROOT / "solutions" / f"{chapter}.ipynb").encode())


def check_of(source):
    """(task, names of its answers) if ``source`` is a check cell and nothing else; else None."""
    match = _CHECK.fullmatch(source)
    return (match["task"], tuple(re.findall(r"\w+", match["names"]))) if match else None


@dataclass(frozen=True)
class Plan:
    """What to do, step by step; the learner's source for each task; what is out of the ordinary, in sentences."""

    steps: list
    answers: dict
    notes: list


def plan(chapter, notebook):
    """Return the Plan for a learner's notebook that answers the exercises of ``chapter``."""
    course, answer_ids = exercise(chapter).cells, _answer_ids(chapter)
    code = [cell for cell in notebook.cells if cell.kind == "code"]
    at = [p for c, p in zip(notebook.cells, _places(course, notebook.cells), strict=True) if c.kind == "code"]
    names = {cell: _shown(cell, number) for number, cell in enumerate(code, start=1)}
    checks = dict(filter(None, (check_of(cell.source) for cell in code)))
    result, written = Plan([], {}, list(notebook.notes)), []
    for place, cell in [(-1, None), *enumerate(course)]:
        own = [c for c, p in zip(code, at, strict=True) if p == place and not check_of(c.source)]
        if cell and check_of(cell.source):
            task, asked = check_of(cell.source)
            other = checks.get(task, asked)
            other = other if other != asked and len(other) == len(asked) else ()
            result.steps.append(Step(task, names=asked, own=other))
            result.answers[task] = _answer(asked, code) or "\n\n".join(written)
            written = []
        elif cell and cell.kind == "code" and cell.id not in answer_ids:
            result.steps.append(Step(cell.id, cell.source))
            own = [c for c in own if c.source.strip() != cell.source.strip()]
        result.steps.extend(Step(names[c], c.source) for c in own)
        written += [c.source for c in own]
    result.notes.extend(_oddities(notebook.cells, answer_ids))
    return result


def is_of(chapter, notebook):
    """Whether anything in a notebook shows that it is the exercise of ``chapter``: an answer cell, or a check."""
    ids = set(_answer_ids(chapter))
    return any(
        {cell.id, cell.grade_id} & ids or (cell.kind == "code" and re.search(rf"check\(\s*.{chapter}\.", cell.source))
        for cell in notebook.cells
    )


def _answer(names, cells):
    """The source of the cells that define one of these names; "" if none does."""
    defines = re.compile(rf"^(def\s+({'|'.join(names)})\b|[\w, ]*\b({'|'.join(names)})\b[\w, ]*=)", re.MULTILINE)
    return "\n\n".join(cell.source for cell in cells if defines.search(cell.source))


def _shown(cell, number):
    """How a learner is told which cell is meant: by its name, or if a program chose that, by where it stands."""
    for name in (cell.id, cell.grade_id):
        if re.fullmatch("[a-z0-9-]{1,40}", name) and not re.fullmatch("[0-9a-f]{8}(-[0-9a-f-]+)?", name):
            return name
    return f"code cell {number}, {cell.source.strip().partition(chr(10))[0][:40]}"


def _oddities(cells, answer_ids):
    """Sentences about answer cells that are missing, doubled, or no code."""
    for cell in cells:
        if cell.kind != "code" and cell.id in answer_ids:
            yield f"The cell {cell.id!r} is no code cell any more, so it was not run. Make it one (in Jupyter: Esc, Y)."
    count = Counter(cell.id if cell.id in answer_ids else cell.grade_id for cell in cells if cell.kind == "code")
    if not any(count[name] for name in answer_ids):
        yield "The cells have lost their ids. They were recognised by what is in them."
        return
    for name in answer_ids:
        if count[name] == 0 and not any(cell.id == name for cell in cells):
            yield f"The cell {name!r} is missing."
        elif count[name] > 1:
            yield f"The cell {name!r} stands {count[name]} times. All were run, in their order."


def library_used(chapter, code, everything=""):
    """The functions of the library and of other packages, in full, that ``code`` takes instead of writing them.

    What the exercise itself imports may be used. ``everything``: all of the learner's code; it may hold the imports.
    This reads the source, so it can be led astray; it is a hint for the instructor, and changes no points.
    """
    cells = [cell.source for cell in exercise(chapter).cells if cell.kind == "code"]
    given = {name for source in cells for name in _imported(source).values()}
    return sorted(name for name in _used(code, _imported(everything) | _imported(code)) if name not in given)


def _imported(code):
    """The names that ``code`` imports from packages in which answers stand ready: as it calls them, in full."""
    found = {}
    for node in ast.walk(_tree(code)):
        if isinstance(node, ast.Import):
            heads = [name.name.partition(".")[0] for name in node.names]  # what ``import a.b`` binds is a
            found |= {a.asname or head: a.name if a.asname else head for a, head in zip(node.names, heads, strict=True)}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {name.asname or name.name: f"{node.module}.{name.name}" for name in node.names}
    return {short: full for short, full in found.items() if full.partition(".")[0] in _PEERS}


def _used(code, imported):
    """The full names of what ``code`` uses of what is ``imported``: no module as such, no mere import."""
    modules = {full for full in imported.values() if _is_module(full)}
    named = {_dotted(node, imported) for node in ast.walk(_tree(code)) if isinstance(node, ast.Attribute | ast.Name)}
    named -= {None, *modules}
    named |= {full for full in _imported(code).values() if full.endswith(".*")}
    return {name for name in named if not any(other.startswith(f"{name}.") for other in named)}


def _is_module(name):
    """Whether a name is written like that of a package or a module of this course: what is used is in it."""
    return name.partition(".")[2] == "" or (PACKAGE / f"{name.partition('.')[2].replace('.', '/')}.py").exists()


def _dotted(node, imported):
    """The full name of a name or an attribute, as in scipy.special.expit; None if it begins with nothing imported."""
    if isinstance(node, ast.Name):
        return imported.get(node.id) if isinstance(node.ctx, ast.Load) else None
    head = _dotted(node.value, imported) if isinstance(node.value, ast.Attribute | ast.Name) else None
    return head and f"{head}.{node.attr}"


def _tree(code):
    """The syntax tree of a cell, without the lines that only IPython understands; an empty one if there is none."""
    if len(code) > _LONGEST:
        return ast.Module([], [])
    lines = [line for line in code.splitlines() if not line.lstrip().startswith(("%", "!", "?"))]
    try:
        with warnings.catch_warnings(action="ignore"):
            return ast.parse("\n".join(lines))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return ast.Module([], [])


def _answer_ids(chapter):
    """The ids of the cells in which the tasks of a chapter are answered."""
    return [name.partition(".")[2].replace("_", "-") for name in tasks_of(chapter)]


def _places(course, cells):
    """For each cell of a learner the index of the course's cell that it is, or else of the last one before it."""
    by_id = {cell.id: place for place, cell in enumerate(course)}
    by_source = {cell.source.strip(): place for place, cell in enumerate(course)}
    by_task = {check_of(cell.source)[0]: place for place, cell in enumerate(course) if check_of(cell.source)}
    places, last = [], -1
    for cell in cells:
        check = check_of(cell.source) if cell.kind == "code" else None
        found = by_task.get(check[0]) if check else by_id.get(cell.id, by_id.get(cell.grade_id))
        last = by_source.get(cell.source.strip(), last) if found is None else found
        places.append(last)
    return places
