"""nbgrader takes the solutions as they are, and gives each submission the points that our own checks give it."""

import ast
import csv
import os
import shutil
import subprocess
import sys
import warnings
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from needs import module
from test_checks import answers_in, cases, judge

from course_lib.checks import chapters, tasks_of
from course_lib.exercises import BEGIN, ROOT, answer_of, judged

with warnings.catch_warnings(action="ignore"):
    nbgraderformat = module("nbgrader.nbgraderformat", extra="peers")

ANSWERS = Path(__file__).parent / "checks"  # where the notebooks of this test find right and wrong answers
RIGHT_BUT_LOUD = """
from functools import wraps

def loud(answer):
    @wraps(answer)
    def warned(*args):
        import warnings
        warnings.warn("a warning is no mistake")
        return answer(*args)
    return warned if callable(answer) else answer
"""


def read(path):
    return nbformat.read(path, as_version=4)


@pytest.mark.parametrize("path", sorted(ROOT.glob("[es]*/[0-9]*.ipynb")), ids=lambda path: path.parent.name + path.stem)
def test_its_metadata_is_valid_and_says_which_cells_are_answers_and_which_count(path):
    nbgraderformat.MetadataValidator().validate_nb(read(path))
    answers = {cell.id for cell in read(ROOT / "solutions" / path.name).cells if BEGIN in cell.source}
    code = [cell for cell in read(path).cells if cell.cell_type == "code"]
    assert {cell.id.removesuffix("-check") for cell in code if judged(cell)} <= answers
    for cell in code:
        mark, name = cell.metadata.nbgrader, judged(cell)
        assert mark.solution == (cell.id in answers)
        assert mark.get("points") == (tasks_of(path.stem)[name].points if name else None)


def nbgrader(course, *arguments):
    """Run a command of nbgrader in the folder of a course."""
    command = [sys.executable, "-m", "nbgrader", *arguments]
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"  # where nbgrader finds its alembic
    environment = os.environ | {"PYTHONPATH": str(ANSWERS), "PATH": path}
    done = subprocess.run(command, cwd=course, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def hand_in(course, learner, chapter, answers, notebook):
    """Store a learner's notebook. ``answers``: from the id of a cell to what the learner writes there."""
    for cell in notebook.cells:
        cell.source = answers.get(cell.id, cell.source)
    folder = course / "submitted" / learner / chapter
    folder.mkdir(parents=True)
    nbformat.write(notebook, folder / f"{chapter}.ipynb")


def borrowed(chapter, cell, kind, number):
    """Code that gives a cell's answers the values of a right or wrong answer in ``tests/checks``."""
    names = [argument.id for argument in ast.parse(cell.source).body[0].value.args[1:]]
    short = judged(cell).partition(".")[2]
    answers = f'{kind}["{short}"][{number}]' + ("[0]" if kind == "WRONG" else "")
    return f"{RIGHT_BUT_LOUD}\nfrom ch{chapter} import {kind}\n({', '.join(names)},) = map(loud, {answers})"


def mixture(chapter, released):
    """Every first task answered rightly, every second one wrongly, every third one left as nbgrader hands it out."""
    checks = [cell for cell in released.cells if cell.cell_type == "code" and judged(cell)]
    answers, points = {}, 0
    for place, cell in enumerate(checks):
        task = tasks_of(chapter)[judged(cell)]
        kind = ("RIGHT", "WRONG", None)[place % 3]
        if kind:
            answers[cell.id.removesuffix("-check")] = borrowed(chapter, cell, kind, 0)
            chosen = getattr(cases(task)[0], kind)[task.name.partition(".")[2]][0]
            points += judge(task, chosen if kind == "RIGHT" else chosen[0]).points
    return answers, points


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A course with an assignment for each chapter, handed in by learners; and the points they must get.

    Each notebook takes nbgrader two seconds. So "mixed" hands in all chapters, and "perfect" every fourth.
    """
    folder, expected = tmp_path_factory.mktemp("course"), Counter()
    for chapter in chapters():
        (folder / "source" / chapter).mkdir(parents=True)
        shutil.copy(ROOT / "solutions" / f"{chapter}.ipynb", folder / "source" / chapter)
    nbgrader(folder, "generate_assignment", "--assignment=*")
    for chapter in chapters():
        released = folder / "release" / chapter / f"{chapter}.ipynb"
        ours = {
            cell.id: answer_of(ROOT / "solutions" / f"{chapter}.ipynb", cell.id)
            for cell in read(released).cells
            if cell.metadata.get("nbgrader", {}).get("solution")
        }
        if chapter in chapters()[::4]:
            hand_in(folder, "perfect", chapter, ours, read(released))
            tasks = tasks_of(chapter).values()
            expected["perfect", chapter] = sum(judge(task, answers_in("solutions", task)).points for task in tasks)
        answers, expected["mixed", chapter] = mixture(chapter, read(released))
        hand_in(folder, "mixed", chapter, answers, read(released))
    hand_in(folder, "untouched", chapters()[0], {}, read(ROOT / "exercises" / f"{chapters()[0]}.ipynb"))
    nbgrader(folder, "autograde", "--assignment=*")
    nbgrader(folder, "export", "--to=grades.csv")
    return folder, expected


@pytest.fixture(scope="module")
def exported(course):
    """What nbgrader exports: from learner and chapter to points and maximum."""
    with open(course[0] / "grades.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {(row["student_id"], row["assignment"]): (float(row["score"]), float(row["max_score"])) for row in rows}


def test_what_it_hands_out_holds_no_answer(course):
    for chapter in chapters():
        text = (course[0] / "release" / chapter / f"{chapter}.ipynb").read_text(encoding="utf-8")
        assert "YOUR CODE HERE" in text
        assert "SOLUTION" not in text


@pytest.mark.parametrize("chapter", chapters())
def test_every_submission_gets_the_points_that_our_checks_give(course, exported, chapter):
    assert exported["mixed", chapter] == (course[1]["mixed", chapter], 10)
    assert 0 < course[1]["mixed", chapter] < 10
    if chapter in chapters()[::4]:
        assert exported["perfect", chapter] == (course[1]["perfect", chapter], 10) == (10, 10)


def test_an_exercise_as_we_hand_it_out_can_be_handed_in_and_untouched_it_has_no_points(exported):
    assert exported["untouched", chapters()[0]] == (0, 10)
