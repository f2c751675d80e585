"""Makes notebooks as learners hand them in: honest ones, broken ones, and others."""

import json
import textwrap

from course_lib.checks import ROOT, tasks_of
from course_lib.grading.judge import grade

FORGE = """
import gc, json, os, struct
runner = next(o for o in gc.get_objects() if type(o).__name__ == "_Learner")
def forge(message, data=b""):
    if isinstance(message, dict):
        message = {"to": runner._number, **message}
    text = message if isinstance(message, bytes) else json.dumps(message).encode()
    os.write(3, struct.pack(">II", len(text), len(data)) + text + data)
"""
"""A cell that defines ``forge``: it writes a frame where only the process of the submission should write."""

STUB = "relu = relu_slope = ...\n"
"""The cell of the task ``gate`` without an answer."""


def notebook(chapter="07_relu", answers=None, first=(), last=(), folder="solutions", change=None):
    """Return the bytes of a notebook: the stored solution, in which some things are different.

    ``answers``: the new source of cells, by id. ``first``, ``last``: sources of cells that are added after the
    imports and at the end. ``folder``: "exercises" if nothing is to be answered. ``change(data)`` may change anything.
    """
    data = json.loads((ROOT / folder / f"{chapter}.ipynb").read_bytes())
    cells = {cell["id"]: cell for cell in data["cells"]}
    for name, source in (answers or {}).items():
        cells[name]["source"] = textwrap.dedent(source)
    place = list(cells).index("imports") + 1
    data["cells"][place:place] = [code(source, f"first-{number}") for number, source in enumerate(first)]
    data["cells"] += [code(source, f"last-{number}") for number, source in enumerate(last)]
    if change:
        change(data)
    return json.dumps(data).encode()


def code(source, name):
    """A code cell, as it stands in a file."""
    source = textwrap.dedent(source)
    return {"cell_type": "code", "id": name, "metadata": {}, "source": source, "outputs": [], "execution_count": None}


def points(record):
    """The points of each task, by its name without the chapter."""
    assert record["state"] == "graded", record["reason"]
    assert {task["name"] for task in record["tasks"]} == set(tasks_of(record["exercise"]))
    assert [task["of"] for task in record["tasks"]] == [t.points for t in tasks_of(record["exercise"]).values()]
    return {task["name"].partition(".")[2]: task["points"] for task in record["tasks"]}


def full(chapter="07_relu", **other):
    """All points of a chapter, by task, but for those in ``other``."""
    return {name.partition(".")[2]: task.points for name, task in tasks_of(chapter).items()} | other


def told(record, task):
    """What the learner is told about a task: the outcome, and the advice."""
    return next((t["outcome"], t["advice"]) for t in record["tasks"] if t["name"].endswith(f".{task}"))


def says(sandbox, source):
    """What a cell prints inside the sandbox."""
    record = grade(
        notebook(folder="exercises", first=[f"{textwrap.dedent(source)}\nraise SystemError('said')"]), "x", sandbox
    )
    (cell,) = record["cells"]
    assert cell["error"].startswith("SystemError: said"), cell
    return cell["printed"]
