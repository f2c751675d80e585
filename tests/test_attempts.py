"""Untouched notebooks come back on request, and nothing that a learner wrote is ever lost."""

import shutil
import subprocess

import nbformat
import needs
import pytest

from course_lib import attempts, cli
from course_lib.exercises import ROOT, untouched

NAMES = ("00_start_here", "07_relu")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A small copy of the course, without git."""
    for folder in ("notebooks", "solutions", "exercises"):
        (tmp_path / folder).mkdir()
        for name in NAMES:
            shutil.copy(ROOT / folder / f"{name}.ipynb", tmp_path / folder)
    for name in NAMES:
        attempts.put_back(tmp_path / "exercises" / f"{name}.ipynb", untouched(ROOT / "solutions" / f"{name}.ipynb"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def work_in(path, cell_id, source=None):
    """Do what a learner and JupyterLab do: write an answer perhaps, run the cell, save."""
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata.language_info = {"name": "python"}
    cell = next(cell for cell in notebook.cells if cell.id == cell_id)
    cell.source, cell.execution_count = source or cell.source, 3
    nbformat.write(notebook, path)


def reset(capsys, *arguments):
    """Call ``course reset``; return what it printed, or the one line that it left with."""
    try:
        cli.main(["reset", *arguments])
    except SystemExit as left:
        return left.code
    return capsys.readouterr().out


def kept(course, folder="exercises"):
    return sorted(path.name for path in (course / folder / "kept").glob("*"))


def test_a_reset_gives_back_the_exercise_as_it_was_and_keeps_the_attempt_beside_it(course, capsys):
    path = course / "exercises" / "07_relu.ipynb"
    fresh = path.read_bytes()
    work_in(path, "gate", "my answer")
    attempt = path.read_bytes()
    said = reset(capsys, "07_relu")
    assert path.read_bytes() == fresh
    (name,) = kept(course)
    assert (course / "exercises" / "kept" / name).read_bytes() == attempt
    assert said.startswith(f"exercises/07_relu.ipynb is as it was. Yours is kept as exercises/kept/{name}.\n")
    assert "Reload Notebook from Disk" in said


def test_a_second_and_a_third_reset_lose_nothing(course, capsys):
    path = course / "exercises" / "07_relu.ipynb"
    for answer in ("first", "second", "third"):
        work_in(path, "gate", answer)
        reset(capsys, "exercises/07_relu.ipynb")
    folder = course / "exercises" / "kept"
    next(file for file in folder.iterdir() if "second" in file.read_text(encoding="utf-8")).unlink()
    work_in(path, "gate", "fourth")
    reset(capsys, "07_relu")
    texts = "".join((folder / name).read_text(encoding="utf-8") for name in kept(course))
    assert [answer for answer in ("first", "third", "fourth") if f'"{answer}"' not in texts] == []


def test_an_untouched_exercise_is_left_alone_and_says_so(course, capsys):
    path = course / "exercises" / "07_relu.ipynb"
    before = path.stat().st_mtime_ns
    assert reset(capsys, "07_relu") == "exercises/07_relu.ipynb is untouched.\n"
    assert path.stat().st_mtime_ns == before
    assert kept(course) == []


def test_an_exercise_that_was_only_run_comes_back_and_nothing_is_kept(course, capsys):
    work_in(course / "exercises" / "07_relu.ipynb", "gate")
    assert "You had written nothing in it." in reset(capsys, "07_relu")
    assert kept(course) == []


@pytest.mark.parametrize("content", [b"", b"<<<<<<< HEAD", b"[]", b'{"cells": [1]}', b"\xff"], ids=repr)
def test_a_file_that_is_no_notebook_any_more_is_kept_too(course, capsys, content):
    path = course / "exercises" / "07_relu.ipynb"
    path.write_bytes(content)
    reset(capsys, "07_relu")
    assert attempts.is_untouched(path, untouched(course / "solutions" / "07_relu.ipynb"))
    assert (course / "exercises" / "kept" / kept(course)[0]).read_bytes() == content


def test_a_deleted_exercise_comes_back(course, capsys):
    path = course / "exercises" / "07_relu.ipynb"
    path.unlink()
    reset(capsys, "07_relu")
    assert path.is_file()


@pytest.mark.parametrize(
    ("typed", "meant"), [("07_rleu", "07_relu"), ("relu", "07_relu"), ("start", "00_start_here"), ("7", "07_relu")]
)
def test_an_unknown_name_gets_the_nearest(course, capsys, typed, meant):
    assert reset(capsys, typed) == f"course: there is no exercise {typed!r}. Did you mean {meant}?"


def test_a_bad_name_beside_a_good_one_changes_nothing(course, capsys):
    work_in(course / "exercises" / "07_relu.ipynb", "gate", "my answer")
    assert "there is no exercise 'nonsense'" in reset(capsys, "07_relu", "nonsense")
    assert "my answer" in (course / "exercises" / "07_relu.ipynb").read_text(encoding="utf-8")


def test_without_a_name_it_asks_for_one(course, capsys):
    assert reset(capsys) == "course: which exercise? Name one, as in course reset 00_start_here, or say --all."


def test_without_the_solutions_it_says_what_is_missing_and_changes_nothing(course, capsys):
    shutil.rmtree(course / "solutions")
    work_in(course / "exercises" / "07_relu.ipynb", "gate", "my answer")
    assert reset(capsys, "07_relu").startswith("course: solutions/ is missing: ")
    assert kept(course) == []


class TestUpdate:
    """The README's way to a newer course, with a real git."""

    @pytest.fixture
    def learner(self, course, tmp_path_factory, monkeypatch):
        """A learner's clone of the course, in which an exercise is solved and a chapter changed."""
        needs.program("git", how="https://git-scm.com/downloads")
        for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
            monkeypatch.setenv(name, "/dev/null")
        shutil.copy(ROOT / ".gitignore", course)
        self.git(course, "init", "--quiet", "--initial-branch=main")
        self.commit(course)
        clone = tmp_path_factory.mktemp("learner") / "course"
        self.git(course, "clone", "--quiet", course, clone)
        monkeypatch.chdir(clone)
        work_in(clone / "exercises" / "07_relu.ipynb", "gate", "my answer")
        work_in(clone / "notebooks" / "07_relu.ipynb", "imports", "my experiment")
        work_in(clone / "notebooks" / "00_start_here.ipynb", "imports")
        return clone

    def git(self, course, *arguments):
        done = subprocess.run(["git", *arguments], cwd=course, capture_output=True, text=True)
        return done.returncode, done.stdout + done.stderr

    def commit(self, course):
        self.git(course, "add", "--all")
        author = ("-c", "user.name=a", "-c", "user.email=a@example.org")
        code, said = self.git(course, *author, "commit", "--quiet", "--message", "x")
        assert code == 0, said

    def publish(self, course):
        """Commit a newer version of all that the learner has touched."""
        for folder in ("notebooks", "solutions"):
            for name in NAMES:
                path = course / folder / f"{name}.ipynb"
                notebook = nbformat.read(path, as_version=4)
                notebook.cells[0].source += "\n\nNewer."
                nbformat.write(notebook, path)
        for name in NAMES:
            path = course / "exercises" / f"{name}.ipynb"
            path.write_text(untouched(course / "solutions" / path.name), encoding="utf-8")
        self.commit(course)

    def test_a_pull_overwrites_no_answer_it_refuses(self, course, learner):
        self.publish(course)
        code, said = self.git(learner, "pull")
        assert code != 0
        assert "exercises/07_relu.ipynb" in said
        assert "my answer" in (learner / "exercises" / "07_relu.ipynb").read_text(encoding="utf-8")

    def test_after_reset_all_a_pull_goes_through_and_everything_written_is_kept(self, course, learner, capsys):
        self.publish(course)
        said = reset(capsys, "--all")
        assert self.git(learner, "status", "--porcelain") == (0, "")
        code, pulled = self.git(learner, "pull")
        assert code == 0, pulled
        assert "Newer." in (learner / "exercises" / "07_relu.ipynb").read_text(encoding="utf-8")
        for folder, written in (("exercises", "my answer"), ("notebooks", "my experiment")):
            (name,) = kept(learner, folder)
            assert written in (learner / folder / "kept" / name).read_text(encoding="utf-8")
            assert f"{folder}/kept/{name}" in said
        assert "notebooks/00_start_here.ipynb is as it was. You had written nothing in it." in said
