"""Derives an exercise notebook from its solution notebook, and keeps true what the cells of both store.

A solution notebook is an ordinary notebook in which

- what the learner has to write stands between ``### BEGIN SOLUTION`` and ``### END SOLUTION``; in the exercise it
  becomes a stub that assigns or returns ``...``,
- the task called ``gate`` is answered in the cell with the id ``gate`` and judged in the cell ``gate-check``, which
  holds nothing but ``check("NN_topic.gate", ...)``. That cell stores its output: "passed" in the solution and "not
  attempted yet" in the exercise. nbval runs both notebooks and turns red when either is no longer so.

Every code cell of both carries what nbgrader reads, so a solution is a source for ``nbgrader generate_assignment``.

``python -m course_lib.exercises`` writes all exercise notebooks again.
"""

import ast
import copy
import re
import textwrap
from pathlib import Path

import nbformat

from course_lib.attempts import put_back
from course_lib.checks import Result, find

ROOT = Path(__file__).parents[1]
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
_REGION = re.compile(rf"^([ ]*){BEGIN}[ ]*\n(.*?)^[ ]*{END}[ ]*$\n?", re.MULTILINE | re.DOTALL)


def derive(notebook):
    """Return the exercise notebook that belongs to a solution notebook (both as nbformat notebook nodes)."""
    exercise = stored(notebook, "not attempted")
    for cell in exercise.cells:
        if cell.cell_type == "code":
            cell.source = stubbed(cell.source, cell.id)
    return exercise


def stored(notebook, outcome):
    """Return a copy of a solution whose graded cells store the output of ``outcome``, and whose other cells store none.

    Its code cells carry the metadata of nbgrader.
    """
    notebook = copy.deepcopy(notebook)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        name = judged(cell)
        text = f"{Result(find(name), outcome)}\n" if name else ""
        cell.execution_count = count if name else None  # nbval compares only cells that have been run
        cell.outputs = [nbformat.v4.new_output("stream", name="stdout", text=text)] if name else []
        cell.metadata["nbgrader"] = for_nbgrader(cell)
    return notebook


def for_nbgrader(cell):
    """What nbgrader reads in a code cell of a solution: it is an answer, or a check with points, or a given cell.

    Checks and given cells are locked: nbgrader puts them back as they were.
    """
    name, answer = judged(cell), BEGIN in cell.source
    kind = {"grade": bool(name), "locked": not answer, "solution": answer, "task": False}
    points = {"points": find(name).points} if name else {}
    return {"grade_id": cell.id, "schema_version": 3, **kind, **points}


def judged(cell):
    """The name of the task that a graded cell judges; None for any other cell."""
    if not cell.id.endswith("-check"):
        return None
    match = re.fullmatch(r'check\("([^"]+)"(, \w+)+\)', cell.source.strip())
    if not match:
        raise ValueError(f'cell {cell.id}: write exactly one line, check("NN_topic.task", answer, ...)')
    return match[1]


def stubbed(source, where):
    """Replace every marked region by a stub: the names that it assigns, or its return value, become ``...``."""
    if source.count(BEGIN) != len(_REGION.findall(source)) or source.count(BEGIN) != source.count(END):
        raise ValueError(f"cell {where}: each {BEGIN!r} needs a line {END!r} below it")
    return _REGION.sub(lambda match: textwrap.indent(_stub(textwrap.dedent(match[2])), match[1]), source).rstrip()


def _stub(region):
    """The stub for one region: ``return ...`` if it returns, else ``name = ...`` for each name that it assigns."""
    tree = ast.parse(f"def region():\n{textwrap.indent(region, '    ')}").body[0]
    if any(isinstance(node, ast.Return) for node in ast.walk(tree)):
        return "return ...  # your answer\n"
    targets = [part.targets[0] for part in tree.body if isinstance(part, ast.Assign)]
    names = [node.id for target in targets for node in ast.walk(target) if isinstance(node, ast.Name)]
    return "".join(f"{name} = ...  # your answer\n" for name in dict.fromkeys(names)) or "...  # your answer\n"


def answer_of(file, task):
    """Return the solution of ``task`` (its name without the chapter) as it stands in the solution notebook ``file``."""
    cells = nbformat.read(file, as_version=4).cells
    source = next(cell.source for cell in cells if cell.id == task.replace("_", "-"))
    return re.sub(rf"^ *({BEGIN}|{END}) *\n?", "", source, flags=re.MULTILINE).rstrip()


def untouched(solution):
    """Return the exercise that belongs to the solution notebook at the path ``solution``, as it is stored: a string."""
    return nbformat.writes(derive(nbformat.read(solution, as_version=4))) + "\n"


def main():
    """Write every exercise notebook, and the stored outputs of every solution notebook, again."""
    for path in sorted((ROOT / "solutions").glob("*.ipynb")):
        nbformat.write(stored(nbformat.read(path, as_version=4), "passed"), path)
        if kept := put_back(ROOT / "exercises" / path.name, untouched(path)):
            print(f"What stood in exercises/{path.name} is kept as exercises/kept/{kept.name}")
        print(f"exercises/{path.name} is derived from solutions/{path.name}")


if __name__ == "__main__":
    main()
