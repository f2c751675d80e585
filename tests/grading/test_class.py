"""A whole class is graded by ``course grade``: everybody gets the points that are theirs, whatever dies on the way."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import needs
import pytest

from benchmarks import odd, synthetic_class
from course_lib.grading import batch, report
from course_lib.grading.gradebook import Gradebook
from course_lib.grading.judge import record
from course_lib.grading.submissions import find
from course_lib.grading.worker import JudgeProcess, Settings

COURSE = Path(sys.executable).with_name("course")
SEED = "a seed for this test"


def command(submitted, out, *options):
    return [COURSE, "grade", submitted, "--out", out, "--seed", SEED, *options]


def grade(submitted, out, *options, **settings):
    """Run ``course grade``; return the process that ended."""
    return subprocess.run(command(submitted, out, *options), capture_output=True, text=True, timeout=300, **settings)


def rows(out):
    """What the gradebook in a folder holds: a dict from (learner, exercise in the path) to the record."""
    with Gradebook(out / "gradebook.sqlite", reading=True) as book:
        return {(info["learner"], Path(info["path"]).stem): found for info, found in book.rows()}


def lasting(found):
    """Records without what differs from run to run."""
    return {who: one | {"seconds": 0, "memory": 0} for who, one in found.items()}


def files(out):
    """The tables of the report, as they stand in the folder."""
    return {path.name: path.read_text(encoding="utf-8") for path in out.glob("*.csv")}


def points(found):
    """(state, points) of records."""
    return {
        who: (one["state"], sum(task["points"] for task in one["tasks"]) if one["state"] == "graded" else None)
        for who, one in found.items()
    }


def expected_points(expected):
    return {
        (learner, chapter): (one["state"], one["points"])
        for learner, own in expected.items()
        for chapter, one in own.items()
    }


@pytest.fixture(scope="module")
def whole(tmp_path_factory, bubblewrap):
    """A class of 60 with every odd kind in it, graded: (folder, what is expected, folder of grades, the process)."""
    folder = tmp_path_factory.mktemp("whole")
    expected = synthetic_class.write(folder, learners=60, each=1)
    return folder, expected, folder / "grades", grade(folder / "submitted", folder / "grades")


@pytest.fixture(scope="module")
def small(tmp_path_factory, bubblewrap):
    """A class of 16 and the records of an undisturbed batch: (submissions, what is expected, records)."""
    folder = tmp_path_factory.mktemp("small")
    expected = synthetic_class.write(folder, learners=16, seed=1, each=1)
    done = grade(folder / "submitted", folder / "grades")
    assert done.returncode == 0, done.stderr
    return folder / "submitted", expected, rows(folder / "grades")


def test_everybody_gets_exactly_the_points_that_are_theirs(whole):
    _, expected, out, done = whole
    assert done.returncode == 0, done.stderr
    assert points(rows(out)) == expected_points(expected)
    kinds = {one["kind"] for own in expected.values() for one in own.values()}
    assert {kind.__name__.replace("_", " ") for kind in odd.KINDS} <= kinds
    assert "NO GRADE: 3 unreadable, 0 failed" in done.stdout
    assert "index.html" in done.stdout


def test_the_same_command_again_runs_nothing_and_gives_the_same_tables(whole, tmp_path):
    folder, _, out, first = whole
    before, tables = rows(out), files(out)
    (tmp_path / "python").symlink_to(sys.executable)
    again = grade(folder / "submitted", out, env=os.environ | {"PATH": str(tmp_path)})  # without bwrap nothing can run
    assert again.returncode == 0, again.stderr
    assert again.stdout == first.stdout
    assert (rows(out), files(out)) == (before, tables)


def test_a_fresh_run_gives_equal_grades(small, tmp_path):
    submitted, _, before = small
    shutil.copytree(submitted.parent / "grades", tmp_path / "grades")
    assert grade(submitted, tmp_path / "grades", "--fresh", "--jobs", "1").returncode == 0
    after = rows(tmp_path / "grades")
    assert lasting(after) == lasting(before)
    assert after != before  # it did run


def test_after_kill_9_the_same_command_completes_the_same_table_and_repeats_nothing(small, tmp_path):
    submitted, _, undisturbed = small
    out = tmp_path / "grades"
    running = subprocess.Popen(command(submitted, out), start_new_session=True, stderr=subprocess.DEVNULL)
    wait_for(lambda: kept(out) >= 6)
    processes = family(running.pid)
    assert len(processes) > 4  # judges and sandboxes among them
    os.killpg(running.pid, signal.SIGKILL)
    running.wait()
    before = rows(out)
    assert 6 <= len(before) < len(undisturbed)
    wait_for(lambda: not any(Path("/proc", str(process)).exists() for process in processes))
    assert grade(submitted, out).returncode == 0
    after = rows(out)
    assert lasting(after) == lasting(undisturbed)
    assert {who: after[who] for who in before} == before  # to the millisecond: they are the same runs


def kept(out):
    """How many submissions a gradebook holds; 0 as long as it is being made."""
    with contextlib.suppress(Exception):
        return len(rows(out))
    return 0


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def family(pid):
    """The numbers of a process and of all that it started, directly or not."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parents[int(path.parent.name)] = int(path.read_text(encoding="utf-8").rpartition(")")[2].split()[1])
    found = {pid}
    while new := {child for child, parent in parents.items() if parent in found} - found:
        found |= new
    return found


def test_a_dask_worker_killed_by_kill_9_costs_nobody_a_grade(small, tmp_path):
    needs.module("distributed", extra="cluster")
    from distributed import LocalCluster

    submitted, expected, undisturbed = small
    records = []

    def done(found):
        records.append(found)
        if len(records) == 5:
            victim = next(iter(cluster.workers.values()))
            os.kill(victim.process.pid, signal.SIGKILL)

    with (
        LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster,
        Gradebook(tmp_path / "gradebook.sqlite", seed=SEED) as book,
        batch.dask_pool(cluster.scheduler_address) as pool,
    ):
        batch.run(find(submitted), book, Settings(SEED), pool, done)
    assert len(records) == len(undisturbed)
    assert points(rows(tmp_path)) == expected_points(expected)
    assert lasting(rows(tmp_path)) == lasting(undisturbed)


def test_a_notebook_that_kills_every_judge_is_named_and_set_aside_and_the_others_finish(small, tmp_path, monkeypatch):
    submitted, _, undisturbed = small
    shutil.copytree(submitted, tmp_path / "submitted")
    path = tmp_path / "submitted" / "Poisoner" / "07_relu" / "07_relu.ipynb"
    path.parent.mkdir(parents=True)
    path.write_text('{"cells": [], "poison": true}', encoding="utf-8")
    ask = JudgeProcess._ask

    def ask_and_die(self, content, where):
        if b"poison" in content:
            ask(self, b"{}", where)
            self._process.kill()
        return ask(self, content, where)

    monkeypatch.setattr(JudgeProcess, "_ask", ask_and_die)
    with Gradebook(tmp_path / "gradebook.sqlite", seed=SEED) as book, batch.local_pool(2) as pool:
        batch.run(find(tmp_path / "submitted"), book, Settings(SEED), pool)
        summary = report.write(book.rows, tmp_path)
    found = rows(tmp_path)
    reason = "The judge did not survive this notebook, 3 times. It was set aside."
    assert found.pop(("Poisoner", "07_relu")) == record("failed", reason=reason)
    assert lasting(found) == lasting(undisturbed)
    told = " ".join(report.table(summary).split())  # however wide the terminal is
    assert f"failed: Poisoner: Poisoner/07_relu/07_relu.ipynb: {reason[:40]}" in told


FULL_DISK = """
mount -t tmpfs -o size=4m tmpfs "$DISK" || exit 99
head -c 3900000 /dev/zero > "$DISK/filler"
"$@"; echo "ended with $?"
rm "$DISK/filler"
"$@"; echo "ended with $?"
cp "$DISK"/grades/gradebook.sqlite* "$KEPT"
"""


def test_a_full_disk_is_said_clearly_and_when_there_is_room_the_same_command_completes(small, tmp_path):
    submitted, expected, _ = small
    disk, saved = tmp_path / "disk", tmp_path / "kept"
    disk.mkdir()
    saved.mkdir()
    # Without root, there is no sandbox in the namespace in which one may mount; nothing in this class is hostile.
    root = os.geteuid() == 0
    private = ["unshare", "--mount"] if root else ["unshare", "--user", "--map-root-user", "--mount"]
    done = subprocess.run(
        [
            *private,
            "sh",
            "-c",
            FULL_DISK,
            "sh",
            *command(submitted, disk / "grades", "--jobs", "1", *([] if root else ["--unsafe"])),
        ],
        env=os.environ | {"DISK": str(disk), "KEPT": str(saved)},
        capture_output=True,
        text=True,
    )
    assert re.findall("ended with (.*)", done.stdout) == ["1", "0"], done.stdout + done.stderr
    assert "course: The disk is full: make room at" in done.stderr
    assert "Traceback" not in done.stderr
    assert points(rows(saved)) == expected_points(expected)


def test_a_report_that_cannot_be_written_is_one_clear_line(small, tmp_path):
    submitted, _, _ = small
    shutil.copytree(submitted.parent / "grades", tmp_path / "grades")
    shutil.rmtree(tmp_path / "grades" / "learners")
    (tmp_path / "grades" / "learners").touch()
    done = grade(submitted, tmp_path / "grades")
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith("learners: File exists. Mend that, then run the same command again.")


def test_the_same_seed_gives_the_same_class(tmp_path):
    one, other = (list(synthetic_class.submissions(8, seed=3, each=2)) for _ in range(2))
    assert one == other
    assert one != list(synthetic_class.submissions(8, seed=4, each=2))
    assert json.loads(json.dumps([expected for *_, expected in one]))
