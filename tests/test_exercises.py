"""Exercises are derived from solutions, and the graded cells of both are really compared when the notebooks run."""

import subprocess
import sys

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from course_lib.exercises import ROOT, answer_of, derive, judged, stored, stubbed, untouched

SOLUTIONS = sorted((ROOT / "solutions").glob("*.ipynb"))
every_solution = pytest.mark.parametrize("path", SOLUTIONS, ids=lambda path: path.stem)


def read(path):
    return nbformat.read(path, as_version=4)


def test_exercises_and_solutions_have_the_same_names():
    assert [path.name for path in SOLUTIONS] == sorted(path.name for path in (ROOT / "exercises").glob("*.ipynb"))


@every_solution
def test_the_stored_exercise_is_derived_from_the_stored_solution(path):
    exercise = (ROOT / "exercises" / path.name).read_text(encoding="utf-8")
    assert exercise == untouched(path), "run `make exercises`"


@every_solution
def test_the_stored_solution_promises_that_every_check_passes(path):
    notebook = read(path)
    assert notebook == stored(notebook, "passed"), "run `make exercises`"


@every_solution
def test_every_task_of_the_chapter_is_judged_once_and_in_order(path):
    from course_lib.checks import tasks_of

    names = [judged(cell) for cell in read(path).cells if cell.cell_type == "code"]
    assert [name for name in names if name] == list(tasks_of(path.stem))


@every_solution
def test_no_trace_of_a_solution_is_left_in_the_exercise(path):
    solution, exercise = read(path), read(ROOT / "exercises" / path.name)
    text = "\n".join(cell.source for cell in exercise.cells)
    assert "SOLUTION" not in text
    marked = [cell for cell in solution.cells if "BEGIN SOLUTION" in cell.source]
    assert marked
    assert all(answer_of(path, cell.id) not in text for cell in marked)


class TestStub:
    def test_a_region_that_returns_becomes_return_dots(self):
        source = "def f(x):\n    ### BEGIN SOLUTION\n    y = x\n    return y\n    ### END SOLUTION\n"
        assert stubbed(source, "f") == "def f(x):\n    return ...  # your answer"

    def test_a_region_that_assigns_assigns_dots_to_the_same_names(self):
        source = "### BEGIN SOLUTION\na, b = 1, 2\nc = a\n### END SOLUTION\nprint(a)"
        assert stubbed(source, "f") == (
            "a = ...  # your answer\nb = ...  # your answer\nc = ...  # your answer\nprint(a)"
        )

    def test_code_outside_the_regions_stays_as_it_is(self):
        assert stubbed("x = 1\n", "f") == "x = 1"

    def test_a_region_without_an_end_is_an_error_that_names_the_cell(self):
        with pytest.raises(ValueError, match="cell gate: each '### BEGIN SOLUTION' needs"):
            stubbed("### BEGIN SOLUTION\nx = 1\n", "gate")

    def test_a_graded_cell_that_does_more_than_check_is_an_error(self):
        with pytest.raises(ValueError, match="cell gate-check: write exactly one line"):
            judged(new_code_cell("x = 1\ncheck('07_relu.gate', x)", id="gate-check"))


def run_by_nbval(notebook, path):
    """Whether nbval is content with a notebook."""
    nbformat.write(notebook, path)
    options = ["--nbval", "--nbval-current-env", "--nbval-cell-timeout=60", "-p", "no:cacheprovider"]
    command = [sys.executable, "-m", "pytest", "-c", "/dev/null", "--rootdir", path.parent, *options, path]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    return done.returncode == 0


class TestStoredOutputs:
    """On a temporary copy: what nbval says of notebooks that are as stored, broken, or too good."""

    @pytest.fixture
    def small(self):
        """The solution of one task of 07_relu, cut down to what it needs."""
        needed = {"imports", "backward", "backward-check"}
        cells = [cell for cell in read(ROOT / "solutions" / "07_relu.ipynb").cells if cell.id in needed]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        return new_notebook(cells=cells, metadata={"kernelspec": kernel})

    def test_solution_and_exercise_as_stored_are_green(self, small, tmp_path):
        assert run_by_nbval(small, tmp_path / "solution.ipynb")
        assert run_by_nbval(derive(small), tmp_path / "exercise.ipynb")

    def test_a_broken_solution_is_red(self, small, tmp_path):
        answer = next(cell for cell in small.cells if cell.id == "backward")
        assert "grad * (z > 0)" in answer.source
        answer.source = answer.source.replace("grad * (z > 0)", "grad * z")
        assert not run_by_nbval(small, tmp_path / "broken.ipynb")

    def test_an_exercise_that_passes_unsolved_is_red(self, small, tmp_path):
        exercise = derive(small)
        answer = next(cell for cell in exercise.cells if cell.id == "backward")
        answer.source = answer.source.replace("return ...", "return grad * (z > 0)")
        assert not run_by_nbval(exercise, tmp_path / "solved.ipynb")
