"""The gradebook keeps what it acknowledged through kills, full disks and second graders, and runs nothing twice."""

import errno
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import textwrap
import threading
import tracemalloc
from pathlib import Path

import needs
import pytest

from course_lib.grading import gradebook
from course_lib.grading.gradebook import Gradebook, GradebookBusy, GradebookError, course_version, key
from course_lib.grading.submissions import Submission

ROOT = Path(gradebook.__file__).parents[2]


def submission(learner="jane", path=None, exercise="07_relu"):
    return Submission(learner, learner.title(), exercise, path or f"{learner}/07_relu.ipynb", None, {"canvas_id": "7"})


def record(state="graded", **more):
    return {"state": state, "reason": "", "exercise": "07_relu", "tasks": []} | more


@pytest.fixture
def path(tmp_path):
    return tmp_path / "grades" / "gradebook.sqlite"


# What is kept


def test_what_is_kept_is_read_back_with_who_handed_it_in(path):
    odd = record(notes=["NUL \0, half \ud800, ‮ and <b>"], seconds=float("inf"))
    with Gradebook(path) as book:
        book.keep(submission("jane"), "k1", odd)
    with Gradebook(path) as book:
        assert book.record_of("k1") == odd
        assert book.record_of("k2") is None
        info = {"learner": "jane", "name": "Jane", "exercise": "07_relu", "path": "jane/07_relu.ipynb"}
        assert list(book.rows()) == [(info | {"lms": {"canvas_id": "7"}, "key": "k1"}, odd)]


def test_rows_come_sorted_by_learner_then_exercise_then_path(path):
    with Gradebook(path) as book:
        for learner, exercise, where in [("b", "07", "1"), ("a", "07", "3"), ("a", "07", "2"), ("a", "02", "4")]:
            book.keep(submission(learner, where), where, record(exercise=exercise))
        assert [info["path"] for info, _ in book.rows()] == ["4", "2", "3", "1"]


def test_the_exercise_is_the_one_that_was_graded_and_without_one_that_of_the_name(path):
    with Gradebook(path) as book:
        book.keep(submission("jane", exercise="02_collapse"), "k1", record(exercise="07_relu"))
        book.keep(submission("bob", exercise="02_collapse"), "k2", record("unreadable", exercise=""))
        assert [info["exercise"] for info, _ in book.rows()] == ["02_collapse", "07_relu"]


def test_two_learners_with_the_same_notebook_share_one_run(path):
    with Gradebook(path) as book:
        book.keep(submission("jane"), "k", record())
        book.keep(submission("bob"), "k", record())
        assert [info["learner"] for info, _ in book.rows()] == ["bob", "jane"]
        assert {info["key"] for info, _ in book.rows()} == {"k"}


def test_a_new_table_holds_only_what_was_handed_in_since_and_runs_nothing_again(path):
    with Gradebook(path) as book:
        book.keep(submission("jane"), "k1", record())
        book.keep(submission("bob"), "k2", record())
    with Gradebook(path) as book:
        book.begin()
        book.keep(submission("jane"), "k1", book.record_of("k1"))
        assert [info["learner"] for info, _ in book.rows()] == ["jane"]
        assert book.record_of("k2") == record()


def test_a_changed_notebook_takes_the_place_of_the_old_one(path):
    with Gradebook(path) as book:
        book.keep(submission(), "old", record(seconds=1))
        book.keep(submission(), "new", record(seconds=2))
        assert [kept["seconds"] for _, kept in book.rows()] == [2]


def test_what_failed_is_in_the_table_but_is_run_again(path):
    with Gradebook(path) as book:
        book.keep(submission(), "k", record("failed", reason="The sandbox died."))
        assert book.record_of("k") is None
        assert [kept["reason"] for _, kept in book.rows()] == ["The sandbox died."]
        book.keep(submission(), "k", record())
        assert book.record_of("k") == record()


def test_a_failure_never_takes_the_place_of_a_grade(path):
    with Gradebook(path) as book:
        book.keep(submission(), "k", record())
        book.keep(submission("bob"), "k", record("failed"))
        assert book.record_of("k") == record()
        book.keep(submission(), "k", record("unreadable"))
        assert book.record_of("k") == record("unreadable")


def test_to_forget_removes_results_and_keeps_the_seed(path):
    with Gradebook(path, seed="s") as book:
        book.keep(submission(), "k", record())
        book.forget()
        assert book.record_of("k") is None
        assert list(book.rows()) == []
    with Gradebook(path) as book:
        assert book.seed == "s"


def test_ten_thousand_rows_stream_in_flat_memory_and_in_order(path):
    with Gradebook(path) as book:
        with book._transaction() as write:  # one transaction, so that the test is quick
            for number in range(10_000):
                write(gradebook._KEEP_RUN, (str(number), "graded", json.dumps(record(code="x" * 2000))))
                write(gradebook._KEEP_SUBMISSION, (str(number), f"{number % 97:02}", "", "07_relu", "{}", str(number)))
        tracemalloc.start()
        learners = [info["learner"] for info, _ in book.rows()]
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        plan = "".join(row[3] for row in book._connection.execute(f"EXPLAIN QUERY PLAN {gradebook._ROWS}"))
    assert learners == sorted(learners)
    assert len(learners) == 10_000
    assert peak < 3 * 2**20
    assert "TEMP B-TREE" not in plan


def test_many_threads_may_keep_at_once(path):
    with Gradebook(path) as book:

        def work(first):
            for number in range(first, first + 50):
                book.keep(submission(str(number)), str(number), record())
                assert book.record_of(str(number)) == record()

        threads = [threading.Thread(target=work, args=(50 * start,)) for start in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sum(1 for _ in book.rows()) == 200


# The seed, and other files


def test_the_seed_is_random_stays_and_cannot_be_changed(path, tmp_path):
    with Gradebook(path) as book, Gradebook(tmp_path / "other") as other:
        assert re.fullmatch("[0-9a-f]{32}", book.seed)
        assert book.seed != other.seed
    with Gradebook(path, seed=book.seed) as again:
        assert again.seed == book.seed
    with pytest.raises(GradebookError, match="begun with another seed: leave the seed out"):
        Gradebook(path, seed="mine")
    with Gradebook(tmp_path / "third", seed=7) as third:
        assert third.seed == "7"
    with Gradebook(tmp_path / "third", seed="7", reading=True) as third:
        assert third.seed == "7"


def test_a_newer_format_is_refused(path, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(gradebook, "FORMAT", 2)
        Gradebook(path).close()
    for reading in (True, False):
        with pytest.raises(GradebookError, match="newer version of the course: update"):
            Gradebook(path, reading=reading)


def test_a_file_that_is_no_gradebook_is_left_as_it_is(tmp_path):
    text, other = tmp_path / "notes.txt", tmp_path / "other.sqlite"
    text.write_bytes(b"no database " * 1000)
    connection = sqlite3.connect(other)
    connection.execute("CREATE TABLE photos (name TEXT)")
    connection.close()
    for path in (text, other):
        before = path.read_bytes()
        for reading in (True, False):
            with pytest.raises(GradebookError, match=f"{path.name} is no gradebook.* choose another file"):
                Gradebook(path, reading=reading)
        assert path.read_bytes() == before


def test_a_place_that_cannot_be_written_is_said_with_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("")
    with pytest.raises(GradebookError, match="cannot be used"):
        Gradebook(tmp_path / "file" / "gradebook")
    (tmp_path / "folder").mkdir()
    with pytest.raises(GradebookError, match="folder cannot be written: choose a folder"):
        Gradebook(tmp_path / "folder")
    for number in (errno.EACCES, errno.EROFS):
        with monkeypatch.context() as patch:
            patch.setattr(os, "open", refusing(number))
            with pytest.raises(GradebookError, match=r"cannot be written: choose a folder in which you may write\."):
                Gradebook(tmp_path / "gradebook")


def refusing(number):
    def refuse(*_):
        raise OSError(number, os.strerror(number))

    return refuse


# Reading only


def test_a_report_can_be_read_while_a_grader_writes_and_writes_nothing(path):
    with Gradebook(path) as book:
        book.keep(submission("jane"), "k", record())
        with Gradebook(path, reading=True) as report:
            rows = report.rows()
            assert next(rows)[0]["learner"] == "jane"
            book.keep(submission("bob"), "k", record())
            assert list(rows) == []
            assert [info["learner"] for info, _ in report.rows()] == ["bob", "jane"]
            with pytest.raises(GradebookError):
                report.keep(submission("eve"), "k", record())


def test_a_gradebook_that_does_not_exist_cannot_be_read_and_is_not_made(path):
    with pytest.raises(GradebookError, match=r"There is no gradebook .* yet"):
        Gradebook(path, reading=True)
    assert not path.parent.exists()


def test_a_gradebook_on_a_disk_that_cannot_be_written_can_be_read(path):
    with Gradebook(path) as book:
        book.keep(submission("jane"), "k", record())
    program = """
        with Gradebook(path, reading=True) as book:
            print(*(info["learner"] for info, _ in book.rows()))
        try:
            Gradebook(path)
        except GradebookError as error:
            print(error)
    """
    read, refused = on_a_disk(program, path, ["--ro-bind", str(path.parent), str(path.parent)])
    assert read == "jane"
    assert refused.endswith(
        "cannot be written: choose a folder in which you may write. Nothing that was graded is lost."
    )


def on_a_disk(program, path, options):
    """Run a program that uses the gradebook ``path`` where bubblewrap puts another disk; return the lines it prints."""
    program = "\n".join([PREPARED.format(path=str(path)), textwrap.dedent(program)])
    command = [needs.program("bwrap", how="apt-get install bubblewrap"), "--dev-bind", "/", "/", *options]
    done = subprocess.run([*command, sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True)
    assert done.stderr == ""
    return done.stdout.splitlines()


PREPARED = """
from course_lib.grading.gradebook import Gradebook, GradebookError
from course_lib.grading.submissions import Submission

path = {path!r}

def keep(book, number):
    record = {{"state": "graded", "code": "x" * 10_000}}
    book.keep(Submission(f"{{number:04}}", "", "", str(number), None), str(number), record)
"""


# Two graders

GRADER = """
import sys
from course_lib.grading.gradebook import Gradebook
from course_lib.grading.submissions import Submission

with Gradebook(sys.argv[1]) as book:
    print("open", flush=True)
    for number in range(int(sys.argv[2]), 10**9):
        if len(sys.argv) == 4:
            sys.stdin.read()
        record = {"state": "graded", "exercise": "07_relu", "number": number, "code": "x" * (number % 5000)}
        book.keep(Submission(str(number), "", "", str(number), None), str(number), record)
        print(number, flush=True)
"""


@pytest.fixture
def grader(path):
    """Start a process that writes to the gradebook, or waits if asked to. It is killed in the end."""
    started = []

    def start(first=0, *waiting):
        command = [sys.executable, "-c", GRADER, str(path), str(first), *waiting]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        started.append(subprocess.Popen(command, cwd=ROOT, text=True, **pipes))
        assert started[-1].stdout.readline() == "open\n"
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def test_a_second_grader_is_refused_and_told_who_the_first_is(path, grader):
    first = grader(0, "wait")
    with pytest.raises(GradebookBusy, match=rf"in use by process {first.pid} on \S+: wait for it, or choose another"):
        Gradebook(path)
    first.kill()
    first.wait()
    with Gradebook(path) as book:
        with pytest.raises(GradebookBusy, match=f"process {os.getpid()} on"):
            Gradebook(path)
        book.keep(submission(), "k", record())


FORKING = """
import os, sys, time
from course_lib.grading.gradebook import Gradebook

book = Gradebook(sys.argv[1])
if os.fork() == 0:
    os.write(1, b"forked\\n")
    time.sleep(60)
elif sys.argv[2] == "closed":
    book.close()
    os.write(1, b"closed\\n")
time.sleep(60)
"""


@pytest.mark.parametrize("end", ["closed", "forked"])
def test_a_forked_child_that_outlives_its_grader_does_not_hold_the_lock(path, end):
    command = [sys.executable, "-c", FORKING, str(path), end]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, start_new_session=True) as parent:
        try:
            while parent.stdout.readline() != f"{end}\n":
                assert parent.poll() is None
            if end == "forked":
                parent.kill()
                parent.wait()
            Gradebook(path).close()
        finally:
            os.killpg(parent.pid, signal.SIGKILL)


def test_a_grader_killed_at_any_moment_loses_nothing_that_it_acknowledged(path, grader):
    rng = random.Random(0)
    acknowledged = 0
    for _ in range(6):
        process = grader(acknowledged)
        said = "".join(process.stdout.readline() for _ in range(rng.randrange(1, 300)))
        process.send_signal(signal.SIGKILL)
        *lines, _ = (said + process.stdout.read()).split("\n")  # the last may be torn
        acknowledged = int(lines[-1]) + 1
        with Gradebook(path) as book:
            kept = {int(info["path"]): kept for info, kept in book.rows()}
            assert book._connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert sorted(kept) in (list(range(acknowledged)), list(range(acknowledged + 1)))
        assert all(kept[number]["number"] == number for number in kept)
    assert acknowledged > 100


def test_a_grader_killed_while_it_makes_the_gradebook_leaves_one_that_can_be_used(tmp_path):
    program = "import sys; from course_lib.grading.gradebook import *; print(1, flush=True); Gradebook(sys.argv[1])"
    rng = random.Random(0)
    for number in range(4):
        path = tmp_path / str(number)
        process = subprocess.Popen([sys.executable, "-c", program, str(path)], cwd=ROOT, stdout=subprocess.PIPE)
        process.stdout.readline()
        threading.Event().wait(rng.random() * 0.01)
        process.kill()
        process.communicate()
        with Gradebook(path) as book:
            book.keep(submission(), "k", record())


# A full disk


def test_on_a_full_disk_it_says_what_to_do_and_keeps_what_was_graded(path):
    with Gradebook(path) as book:
        book.keep(submission("jane"), "k1", record())
        pages = book._connection.execute("PRAGMA page_count").fetchone()[0]
        book._connection.execute(f"PRAGMA max_page_count = {pages + 1}")
        with pytest.raises(
            GradebookError, match=r"disk is full: make room at .*again\. Nothing that was graded is lost"
        ):
            book.keep(submission("bob"), "k2", record(code="x" * 100_000))
        assert [info["learner"] for info, _ in book.rows()] == ["jane"]
        book._connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
        book.keep(submission("bob"), "k2", record(code="x" * 100_000))
        assert [info["learner"] for info, _ in book.rows()] == ["bob", "jane"]


def small(folder):
    """What makes ``folder`` a disk of 1 MB."""
    folder.mkdir()
    return ["--size", str(2**20), "--tmpfs", str(folder)]


def test_on_a_disk_that_is_really_full_nothing_graded_is_lost(tmp_path):
    program = """
        with Gradebook(path) as book:
            try:
                for number in range(1000):
                    keep(book, number)
            except GradebookError as error:
                print(error)
            print(number, len(list(book.rows())))
        with Gradebook(path, reading=True) as book:
            print(*(info["path"] for info, _ in book.rows()))
    """
    disk = tmp_path / "disk"
    error, counts, paths = on_a_disk(program, disk / "gradebook", small(disk))
    kept = len(paths.split())
    assert re.fullmatch(r"The disk is full: make room at .*disk, then run .*again\. Nothing .* lost\.", error)
    assert counts == f"{kept} {kept}"
    assert paths.split() == [str(number) for number in range(kept)]
    assert kept > 5


@pytest.mark.parametrize("left", range(0, 60_000, 8192))
def test_a_disk_that_is_full_from_the_start_is_said(tmp_path, left):
    program = f"""
        with open(path + ".filler", "wb") as file:
            file.write(bytes(2**20 - {left}))
        try:
            with Gradebook(path) as book:
                keep(book, 0)
                keep(book, 1)
        except GradebookError as error:
            print(error)
    """
    disk = tmp_path / "disk"
    (error,) = on_a_disk(program, disk / "gradebook", small(disk))
    assert error.startswith("The disk is full: make room at")


# Keys


def test_the_key_changes_with_the_notebook_and_with_the_course():
    keys = {key(b"a", "1"), key(b"b", "1"), key(b"a", "2")}
    assert len(keys) == 3
    assert key(b"a", "1") in keys


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of the course's code; ``course_version`` looks at it."""
    for folder in ("course_lib", "exercises", "solutions"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(gradebook, "ROOT", tmp_path)
    monkeypatch.setattr(gradebook, "__file__", str(tmp_path / "course_lib/grading/gradebook.py"))
    course_version.cache_clear()
    yield tmp_path
    course_version.cache_clear()


@pytest.mark.parametrize(
    ("changed", "exercise", "other"),
    [
        ("course_lib/checks/ch07_relu.py", True, False),
        ("solutions/07_relu.ipynb", True, False),
        ("exercises/07_relu.ipynb", False, False),
        ("course_lib/checks/expect.py", True, True),
        ("course_lib/activations.py", True, True),
        ("course_lib/grading/wire.py", True, True),
        ("course_lib/grading/runner.py", True, True),
        ("course_lib/grading/judge.py", True, True),
        ("course_lib/grading/report.py", False, False),
        ("course_lib/cli.py", False, False),
    ],
)
def test_the_version_changes_with_whatever_may_change_a_result_and_with_nothing_else(copy, changed, exercise, other):
    names = ("07_relu", "02_collapse", None)
    before = [course_version(name) for name in names]
    course_version.cache_clear()
    assert [course_version(name) for name in names] == before
    course_version.cache_clear()
    with (copy / changed).open("a", encoding="utf-8") as file:
        file.write("\n# changed\n")
    after = [course_version(name) for name in names]
    assert [old != new for old, new in zip(before, after, strict=True)] == [exercise, other, exercise]


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_nobody_else_may_read_the_gradebook_because_it_holds_the_seed(tmp_path):
    with Gradebook(tmp_path / "gradebook.sqlite") as book:
        assert {path.stat().st_mode & 0o077 for path in [book.path, *tmp_path.glob("*-wal")]} == {0}
