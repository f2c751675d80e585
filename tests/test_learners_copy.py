"""``make test`` stays green for those who have solved exercises and run chapters, and CI still sees everything."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest
from learners_copy import LEFT_OUT, ROOT, SAVED, saved_by_a_front_end

ANSWER = "def line(x, w, b):\n  return(w*x+b)"  # right, and in nobody's style


@pytest.fixture(scope="module")
def course(tmp_path_factory):
    """A copy of the course in which a learner has solved a task and run a chapter in JupyterLab."""
    course = tmp_path_factory.mktemp("learner") / "course"
    shutil.copytree(ROOT, course, ignore=shutil.ignore_patterns(*LEFT_OUT, ".git"))
    save(course / "exercises" / "00_start_here.ipynb", "line", ANSWER)
    save(course / "notebooks" / "07_relu.ipynb", "imports")
    return course


def save(path, cell_id, source=None):
    """Leave a notebook as JupyterLab does: what runs, what it printed, which language it was."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info = {"name": "python", "version": "3.12.1"}
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    cell.source = source or cell.source
    cell.execution_count, cell.metadata["scrolled"] = 7, True
    cell.outputs = [nbformat.v4.new_output("stream", text="seen only once")]
    nbformat.write(notebook, path)


def run_tests(course, *arguments, **environment):
    """Run some of the tests in that copy; return the finished process."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("COURSE_", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-q", "-n", "0", *arguments]
    return subprocess.run(
        command, cwd=course, env=clean | {"PYTHONPATH": str(course)} | environment, capture_output=True, text=True
    )


def test_no_stored_notebook_counts_as_saved_by_a_front_end():
    stored = [path for folder in ("notebooks", "solutions", "exercises") for path in (ROOT / folder).glob("*.ipynb")]
    assert len(stored) > 70
    if os.environ.get("COURSE_REQUIRE_ALL"):
        assert saved_by_a_front_end(ROOT) == []


def test_what_jupyterlab_saves_is_recognised(course):
    assert [path.as_posix() for path in saved_by_a_front_end(course)] == [
        "notebooks/07_relu.ipynb",
        "exercises/00_start_here.ipynb",
    ]


TESTED = (
    "tests/test_exercises.py::test_the_stored_exercise_is_derived_from_the_stored_solution[00_start_here]",
    "tests/test_notebooks.py::test_notebook_is_stored_in_the_one_form[notebooks/07_relu.ipynb]",
    "exercises/00_start_here.ipynb",
)


def test_a_learner_who_has_solved_a_task_sees_green_and_keeps_the_answer(course):
    before = (course / "exercises" / "00_start_here.ipynb").read_bytes()
    done = run_tests(course, *TESTED)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("You have worked in notebooks/07_relu.ipynb and 1 more. That is fine: ")
    assert (course / "exercises" / "00_start_here.ipynb").read_bytes() == before
    assert SAVED in before


def test_where_everything_is_required_a_solved_exercise_and_a_run_chapter_are_red(course):
    done = run_tests(course, *TESTED, COURSE_REQUIRE_ALL="1")
    assert done.returncode == 1
    assert "run `make exercises`" in done.stdout
    assert "run `make notebooks`" in done.stdout
    assert "exercises/00_start_here.ipynb::Cell" in done.stdout


def test_what_learners_kept_is_no_test(course):
    kept = course / "exercises" / "kept"
    kept.mkdir()
    shutil.copy(course / "exercises" / "00_start_here.ipynb", kept)
    assert "no tests ran" in run_tests(course, "exercises/kept").stdout
