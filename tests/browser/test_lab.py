"""What a learner sees in JupyterLab: a chapter that runs, an exercise that answers."""

import lab
import pytest

WRONG = """
def relu(x):
    return abs(x)

def relu_slope(x):
    return np.sign(x)
"""
RIGHT = """
def relu(x):
    return np.maximum(x, 0)

def relu_slope(x):
    return (np.asarray(x) > 0).astype(float)
"""


@pytest.fixture(scope="module")
def open_notebook(chromium, tmp_path_factory):
    """Open notebooks of one JupyterLab, started as ``make lab`` starts it, each in a page of its own."""
    course = lab.copy_of_course(tmp_path_factory.mktemp("course"))
    with lab.serve(course, course / "lab.log") as server:
        yield lambda path: lab.Notebook(chromium.new_page(), server, path)


def test_chapter_runs_and_shows_its_pictures_without_the_network(open_notebook):
    notebook = open_notebook("notebooks/07_relu.ipynb")
    notebook.run_all()
    assert notebook.raised() == []
    assert notebook.not_run() == []
    assert notebook.is_drawn("idea-figure", "img")
    assert notebook.is_drawn("play-tangent", "svg[role=img]")
    assert notebook.errors == []
    assert notebook.requests_outside == []


def test_exercise_answers_a_wrong_and_a_right_try(open_notebook):
    notebook = open_notebook("exercises/07_relu.ipynb")
    notebook.run("imports")
    notebook.type("gate", WRONG)
    notebook.run("gate-check")
    assert "not yet: 0 of " in notebook.text("gate-check")
    notebook.type("gate", RIGHT)
    notebook.run("gate-check")
    assert "passed: " in notebook.text("gate-check")
    assert notebook.errors == []
