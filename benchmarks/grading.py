"""Grading: seconds for one notebook beside nbgrader and otter-grader, and what a large class takes.

All three grade the same notebooks, honest answers to one exercise, with the same checks, on one core. nbgrader and
ours grade two batches: what ten notebooks take beyond two is the rate, the rest is the start. otter's command grades
one notebook at a time.
"""

import csv
import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from itertools import islice
from pathlib import Path

from benchmarks import synthetic_class
from benchmarks.borrowed import exercises, slots
from benchmarks.timing import peer, table
from course_lib.exercises import ROOT

CHAPTER = exercises()[-1]
FEW, MANY = 2, 10  # notebooks of the two batches; their learners are called few0, many0 ...
OTTERS = 3  # notebooks that otter's command grades
BIN = Path(sys.executable).parent
PEERS = "The peers are not installed: make bench EXTRAS=test,peers compares with nbgrader and otter-grader."
MEMORY = (300, 3000)
"""Numbers of notebooks for which the memory of the main process is measured."""

_OTTER_TEST = """
from otter.test_files import test_case

OK_FORMAT, name, points = False, {short!r}, {points}


@test_case(points={points})
def judge({names}):
    from course_lib.checks import find, run
    from course_lib.checks.answers import LocalHost

    task, host = find({task!r}), LocalHost()
    answers = {{need: host.admit(answer) for need, answer in zip(task.needs, ({names},))}}
    assert run(task, answers).outcome == "passed"
"""
_PEAK = """
import re
from pathlib import Path
from course_lib.cli import main
try:
    main()
finally:
    status = Path("/proc/self/status")  # of Linux
    print("peak", int(re.search(r"VmHWM:\\s*(\\d+)", status.read_text())[1]) // 1024 if status.exists() else 0)
"""


def run(large=False):
    """Print the tables; return the figures as a dict. ``large``: a class of 1,000 notebooks instead of 100."""
    with tempfile.TemporaryDirectory() as folder:
        results = {"peers": _beside_peers(Path(folder))}
        results["class"] = _class(Path(folder, "class"), 1000 if large else 100)
        results["memory"] = [_peak(Path(folder, f"memory{count}"), count) for count in MEMORY]
    title = "Peak memory of the main process of course grade, in MB: it does not grow with the class"
    table(title, ["notebooks", "MB", "seconds"], [row.values() for row in results["memory"]])
    return results


def _beside_peers(folder):
    """Print seconds for each notebook and ratios; return a list with a dict for each grader."""
    notebooks = _honest(FEW + MANY)
    graders = {"course grade --jobs 1": _ours}
    if peer("nbgrader") and peer("otter"):
        graders |= {"nbgrader autograde": _nbgrader, "otter run": _otter}
    rows, points = [], {}
    for name, grader in graders.items():
        start, each, points[name] = grader(folder / name.replace(" ", "-"), notebooks)
        rows.append({"grader": name, "start": start, "each": each})
    ours = rows[0]["each"]
    rows = [row | {"each / ours": row["each"] / ours} for row in rows]
    title = f"Seconds on one core for honest notebooks of {CHAPTER}: to start, and for each notebook"
    table(title, rows[0].keys(), [row.values() for row in rows])
    if len(graders) == 1:
        print(PEERS)
    first = points.pop("course grade --jobs 1")
    unlike = {name: found for name, found in points.items() if found.items() - first.items()}
    print(f"The graders disagree: {first}, {unlike}" if unlike else "All graders give each notebook the same points.")
    return rows


def _honest(number):
    """A number of honest notebooks, each unlike the others: a dict from learner to bytes."""
    notebook = json.loads((ROOT / "exercises" / f"{CHAPTER}.ipynb").read_bytes())
    drafts = (synthetic_class.honest(CHAPTER, notebook, random.Random(seed)) for seed in range(1000))
    contents = dict.fromkeys(draft.content() for kind, draft in drafts if kind == "honest")
    learners = [f"few{i}" for i in range(FEW)] + [f"many{i}" for i in range(MANY)]
    return dict(zip(learners, islice(contents, number), strict=True))


def _timed(*command, folder=None):
    """Run a command on one core and return (the seconds it took, what it printed)."""
    path = f"{BIN}{os.pathsep}{os.environ['PATH']}"  # where nbgrader finds its alembic
    begin = time.perf_counter()
    done = subprocess.run(
        command,
        cwd=folder,
        capture_output=True,
        text=True,
        env=os.environ | {"PATH": path},
        preexec_fn=_on_one_core if hasattr(os, "sched_setaffinity") else None,
    )
    if done.returncode:
        sys.exit(f"{command} failed:\n{done.stdout}{done.stderr}")
    return time.perf_counter() - begin, done.stdout


def _on_one_core():
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def _submit(folder, notebooks):
    """Lay notebooks out as nbgrader wants them."""
    for learner, content in notebooks.items():
        path = folder / "submitted" / learner / CHAPTER / f"{CHAPTER}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)


def _rate(few, many):
    """(seconds to start, seconds for each notebook) from the times of the two batches."""
    each = (many - few) / (MANY - FEW)
    return few - FEW * each, each


def _ours(folder, notebooks):
    """(start, each, points) of ``course grade``. Of three rounds, the times that were disturbed least."""
    times = {"few": [], "many": []}
    for batch in times:
        _submit(folder / batch, {who: content for who, content in notebooks.items() if who.startswith(batch)})
    for turn in range(3):
        for batch, seconds in times.items():
            out = folder / f"{batch}{turn}"
            seconds.append(_grade(folder / batch / "submitted", out, "--jobs", "1", "--seed", "1")[0])
    points = {who: found for batch in times for who, found in _points(folder / f"{batch}0").items()}
    return *_rate(*map(min, times.values())), points


def _grade(submitted, out, *options):
    return _timed(sys.executable, "-c", _PEAK, "grade", str(submitted), "--out", str(out), *options)


def _points(out):
    """The points of each learner, from ``grades.csv``."""
    with open(out / "grades.csv", encoding="utf-8-sig", newline="") as file:
        return {row["learner"]: float(row["points"] or -1) for row in csv.DictReader(file)}


def _nbgrader(folder, notebooks):
    """(start, each, points) of ``nbgrader autograde``. Of the two small batches, the one that was disturbed less."""
    (folder / "source" / CHAPTER).mkdir(parents=True)
    shutil.copy(ROOT / "solutions" / f"{CHAPTER}.ipynb", folder / "source" / CHAPTER)
    nbgrader = [sys.executable, "-m", "nbgrader"]
    _timed(*nbgrader, "generate_assignment", CHAPTER, folder=folder)
    _submit(folder, notebooks)
    autograde = [*nbgrader, "autograde", CHAPTER, "--force"]
    few, many, again = (_timed(*autograde, f"--student={b}*", folder=folder)[0] for b in ("few", "many", "few"))
    _timed(*nbgrader, "export", "--to=grades.csv", folder=folder)
    with open(folder / "grades.csv", encoding="utf-8", newline="") as file:
        return *_rate(min(few, again), many), {row["student_id"]: float(row["score"]) for row in csv.DictReader(file)}


def _otter(folder, notebooks):
    """(0, each, points) of ``otter run``, which starts anew for each notebook: the fastest of a few."""
    (folder / "tests").mkdir(parents=True)
    for slot in slots(CHAPTER):
        short = slot.task.partition(".")[2]
        text = _OTTER_TEST.format(short=short, points=slot.points, names=", ".join(slot.names), task=slot.task)
        (folder / "tests" / f"{short}.py").write_text(text, encoding="utf-8")
    otter = [sys.executable, "-m", "otter"]
    _timed(*otter, "generate", "-t", "tests", "-o", "autograder.zip", folder=folder)
    times, points = [], {}
    for learner, content in islice(notebooks.items(), OTTERS):
        (folder / "answers.ipynb").write_bytes(_without_checks(content))
        times.append(_timed(*otter, "run", "-a", "autograder.zip", "--no-logo", "answers.ipynb", folder=folder)[0])
        tests = json.loads((folder / "results.json").read_bytes())["tests"]
        points[learner] = sum(test.get("score") or 0 for test in tests)
    return 0.0, min(times), points


def _without_checks(content):
    """A notebook without its check cells: with otter the checks stand elsewhere."""
    notebook = json.loads(content)
    notebook["cells"] = [cell for cell in notebook["cells"] if not cell["id"].endswith("-check")]
    return json.dumps(notebook).encode()


def _class(folder, size):
    """Grade a synthetic class on all cores and print how long it takes; return the figures."""
    expected = synthetic_class.write(folder, size, each=1)
    begin = time.perf_counter()
    command = [sys.executable, "-c", _PEAK, "grade", folder / "submitted", "--out", folder / "grades"]
    subprocess.run(command, check=True, capture_output=True)
    seconds, points = time.perf_counter() - begin, _points(folder / "grades")
    wrong = sum(points[who] != (-1 if p is None else p) for who, own in expected.items() for p in _only(own))
    title = f"A class with everything in it, on {os.cpu_count()} cores"
    row = {"notebooks": size, "seconds": seconds, "each": seconds / size, "wrongly graded": wrong}
    table(title, row.keys(), [row.values()])
    return row


def _only(own):
    """The points of a learner who has handed in one notebook."""
    return [one["points"] for one in own.values()]


def _peak(folder, number):
    """Peak MB of the main process for a number of untouched notebooks, which are all alike, so only one is run."""
    content = (ROOT / "exercises" / f"{CHAPTER}.ipynb").read_bytes()
    _submit(folder, {f"learner{i}": content for i in range(number)})
    seconds, printed = _grade(folder / "submitted", folder / "grades")
    return {"notebooks": number, "MB": int(printed.split("peak")[-1]), "seconds": seconds}
