"""The course decides what is run and in which order; what learners do to the cells around it is no matter."""

import json
import shutil

import pytest
from hand_in import code, notebook

from course_lib.checks import chapters, tasks_of
from course_lib.grading import steps
from course_lib.grading.notebook import parse
from course_lib.grading.steps import Plan, Step, check_of, exercise, library_used, plan

TASKS = ["gate", "zeros-and-dead", "tent", "backward", "slope-test"]


def planned(**options):
    return plan("07_relu", parse(notebook(**options)))


def order(steps):
    """The names of steps; a judged task in brackets."""
    return [f"({step.name.partition('.')[2]})" if step.names else step.name for step in steps]


HONEST = ["install", "imports"] + [s for t in TASKS for s in (t, f"({t.replace('-', '_')})")] + ["progress"]


def test_an_honest_notebook_is_run_from_top_to_bottom_and_judged_where_its_checks_stand():
    made = planned()
    assert order(made.steps) == HONEST
    assert made.notes == []
    assert Step("07_relu.gate", names=("relu", "relu_slope")) in made.steps


@pytest.mark.parametrize("chapter", chapters())
def test_every_exercise_judges_all_its_tasks_once_with_one_answer_for_each_need(chapter):
    judged = [step for step in plan(chapter, exercise(chapter)).steps if step.names]
    assert [step.name for step in judged] == list(tasks_of(chapter))
    assert [len(step.names) for step in judged] == [len(task.needs) for task in tasks_of(chapter).values()]


def test_an_empty_notebook_still_runs_the_courses_cells_and_judges_every_task():
    made = plan("07_relu", parse(b'{"cells": []}'))
    assert order(made.steps) == [name for name in HONEST if name not in TASKS]
    assert made.notes == ["The cells have lost their ids. They were recognised by what is in them."]


def test_the_learners_checks_are_never_run():
    made = planned(first=['check("07_relu.gate", relu, relu_slope)', ' check( "07_relu.tent" , tent ) '])
    assert not any("check(" in step.source for step in made.steps if step.name != "imports")


def test_a_given_cell_is_run_as_the_course_has_it_and_a_changed_copy_after_it():
    def change(data):
        data["cells"][2]["source"] = "import numpy as np\nnp.random = None"

    steps = planned(change=change).steps[1:]
    assert [step.name for step in steps[:3]] == ["imports", "imports", "gate"]
    assert steps[0].source == next(c.source for c in exercise("07_relu").cells if c.id == "imports")
    assert steps[1].source == "import numpy as np\nnp.random = None"


def test_a_given_cell_that_is_missing_is_run_all_the_same():
    made = planned(change=lambda data: data["cells"].pop(2))
    assert order(made.steps) == HONEST


def test_added_cells_run_where_they_stand():
    def change(data):
        place = next(n for n, cell in enumerate(data["cells"]) if cell["id"] == "tent-task")
        data["cells"].insert(place, code("x = 1", "mine"))

    assert order(planned(change=change).steps) == [*HONEST[:6], "mine", *HONEST[6:]]
    assert order(planned(first=["1"], last=["2"]).steps) == [*HONEST[:2], "first-0", *HONEST[2:], "last-0"]


def test_cells_in_another_order_run_in_the_order_of_the_course():
    def change(data):
        data["cells"].reverse()

    assert order(planned(change=change).steps) == HONEST


def test_an_answer_cell_under_another_task_is_run_where_the_course_has_it():
    def change(data):
        cells = {cell["id"]: cell for cell in data["cells"]}
        cells["gate"]["source"], cells["tent"]["source"] = cells["tent"]["source"], cells["gate"]["source"]

    made = planned(change=change)
    assert order(made.steps) == HONEST
    assert "def tent" in made.answers["07_relu.tent"]


@pytest.mark.parametrize("keep", ["grade_id", "nothing"])
def test_lost_ids_are_replaced_by_those_of_nbgrader_or_by_what_is_in_the_cells(keep):
    def change(data):
        for number, cell in enumerate(data["cells"]):
            cell["id"] = f"new-{number}"
            if keep == "nothing":
                cell["metadata"] = {}

    made = planned(change=change)
    assert [name for name in order(made.steps) if "(" in name] == [name for name in HONEST if "(" in name]
    for name in ("gate", "tent", "backward"):
        assert "### BEGIN SOLUTION" in made.answers[f"07_relu.{name}"]
    assert bool(made.notes) == (keep == "nothing")


def test_doubled_and_missing_answers_are_noted():
    def change(data):
        cells = {cell["id"]: cell for cell in data["cells"]}
        data["cells"].append(cells["gate"])
        data["cells"].remove(cells["tent"])

    made = planned(change=change)
    assert order(made.steps).count("gate") == 2
    assert made.notes == [
        "The cell 'gate' stands 2 times. All were run, in their order.",
        "The cell 'tent' is missing.",
    ]


def test_what_was_written_for_a_task_is_all_that_stands_between_two_checks():
    answers = planned(answers={"gate": "A"}, first=["B"]).answers
    assert answers["07_relu.gate"] == "B\n\nA"
    assert set(answers) == set(tasks_of("07_relu"))


def test_the_exercise_is_not_changed_by_what_is_planned():
    before = json.dumps([cell.source for cell in exercise("07_relu").cells])
    assert isinstance(planned(answers={"gate": "x"}), Plan)
    assert json.dumps([cell.source for cell in exercise("07_relu").cells]) == before


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('check("07_relu.gate", relu, relu_slope)', ("07_relu.gate", ("relu", "relu_slope"))),
        ("\n check( 'a.b' ,x )\n", ("a.b", ("x",))),
        ('check("a.b")', ("a.b", ())),
        ('check("a.b", x); y = 1', None),
        ('print(1)\ncheck("a.b", x)', None),
        ('check("a.b", x + 1)', None),
        ('# check("a.b", x)', None),
        ("check(" + " " * 100_000, None),
        ('check("a.b"' + ", x " * 100_000, None),
        ("", None),
    ],
)
def test_a_check_is_known_only_if_it_stands_alone(source, found):
    assert check_of(source) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("import course_lib.activations as A\nA.relu(1)", ["course_lib.activations.relu"]),
        ("from course_lib import activations\nactivations.relu(1)", ["course_lib.activations.relu"]),
        ("from course_lib.activations import relu as r\nr(1)", ["course_lib.activations.relu"]),
        ("from course_lib import activations", []),
        ("from course_lib.activations import relu", []),
        ("from course_lib.activations import *", ["course_lib.activations.*"]),
        ("import scipy.special\nscipy.special.expit(1)", ["scipy.special.expit"]),
        ("from scipy.special import expit\ny = expit(1)", ["scipy.special.expit"]),
        ("import torch\ntorch.relu(x)", ["torch.relu"]),
        ("%matplotlib inline\n!ls\nfrom torch import relu\nrelu(1)", ["torch.relu"]),
        ("import numpy as np\nnp.maximum(x, 0)", []),
        ("from course_lib.checks import check", []),
        ("def f(:", []),
        ("'\\d'", []),
        ("\x00", []),
        ("-" * 19_000 + "1", []),
        ("1" + "+1" * 9_000, []),
        ("a" + ".b" * 9_000, []),
        ("(" * 19_000, []),
        ("x = 1\n" * 10**6, []),
    ],
)
def test_what_code_takes_from_the_library_is_named_and_no_code_breaks_the_reader(source, found):
    assert library_used("07_relu", source) == found


def test_an_import_in_another_cell_counts_where_it_is_used():
    assert library_used("07_relu", "y = r(1)", "from torch import relu as r") == ["torch.relu"]


def test_a_cell_whose_id_a_program_chose_is_named_by_where_it_stands():
    made = planned(change=lambda data: data["cells"].insert(2, code("1 / 0", "26d2ca5c")))
    assert order(made.steps)[1] == "code cell 2, 1 / 0"


def test_an_answer_that_became_text_is_noted():
    def change(data):
        cell = next(cell for cell in data["cells"] if cell["id"] == "tent")
        cell["cell_type"] = "markdown"

    assert planned(change=change).notes == [
        "The cell 'tent' is no code cell any more, so it was not run. Make it one (in Jupyter: Esc, Y)."
    ]


def test_what_an_instructor_wrote_into_the_exercises_is_not_the_courses_notebook(tmp_path, monkeypatch):
    for folder in ("solutions", "exercises"):
        (tmp_path / folder).mkdir()
        shutil.copy(steps.ROOT / folder / "07_relu.ipynb", tmp_path / folder)
    mine = tmp_path / "exercises" / "07_relu.ipynb"
    mine.write_text(mine.read_text(encoding="utf-8").replace("...", "1"), encoding="utf-8")
    expected = steps.exercise("07_relu")
    monkeypatch.setattr(steps, "ROOT", tmp_path)
    assert steps.exercise.__wrapped__("07_relu") == expected
