"""Whatever breaks ends in a grade and a reason: other tasks keep their points, and the next notebook is unharmed."""

import contextlib
import json
import os
import signal
import socket
import textwrap
import time

import pytest
from hand_in import code, full, notebook, points, says, told

from course_lib.grading import cgroup
from course_lib.grading.judge import grade
from course_lib.grading.limits import Limits
from course_lib.grading.sandbox import NoSandbox, Sandbox

HONEST = notebook()

FATAL = {
    "an endless loop": ("while True: pass", "still running after 1 second"),
    "an endless sleep": ("import time; time.sleep(1000)", "still running after 1 second"),
    "a lock that is taken twice": ("import threading; l = threading.Lock(); l.acquire(); l.acquire()", "still running"),
    "the end of the process": ("import os; os._exit(0)", "ended the process"),
    "the end of the process, with an error": ("import os; os._exit(1)", "ended the process"),
    "a crash in C": ("import ctypes; ctypes.string_at(0)", "crashed Python"),
    "an abort": ("import os; os.abort()", "crashed Python"),
    "every file closed": ("import os; os.closerange(0, 1000)", "Your code"),
    "lists that grow for ever": ("x = []\nwhile True: x = [x, x]", ""),
    "endless recursion in C": ("import sys; sys.setrecursionlimit(10**9)\nf = lambda: f()\nf()", ""),
    "an exit of the interpreter's own kind": ("raise KeyboardInterrupt", ""),
}
"""What the process does not survive, and a part of what the learner is told; "" where it may survive."""

MILD = {
    "recursion without end": ("f = lambda: f()\nf()", "RecursionError"),
    "an exit": ("import sys; sys.exit(0)", "SystemExit"),
    "a question to the learner": ("input('?')", "Error"),
    "a huge array": ("np.empty(10**10)", "MemoryError"),
    "many arrays": ("x = [np.empty(10**6) for _ in range(1000)]", "MemoryError"),
    "a memory hog in C": ("b'x' * 10**10", "MemoryError"),
    "a division by zero": ("1 / 0", "ZeroDivisionError"),
    "a name that does not exist": ("npp.zeros(3)", "NameError: name 'npp' is not defined"),
    "text of deep lists": ("x = []\nfor _ in range(10**5): x = [x]\nrepr(x)", "RecursionError"),
    "json of deep lists": ("import json\nx = []\nfor _ in range(10**5): x = [x]\njson.dumps(x)", "RecursionError"),
    "warnings as errors": ("import warnings; warnings.simplefilter('error'); warnings.warn('so')", "UserWarning"),
    "an error that cannot be told": ("class E(Exception):\n    def __str__(self): return 'x' * 10**7\nraise E", "xxx"),
}
"""What is an error of its own, and a part of what the learner is told."""

HARMLESS = {
    "a thread that goes on": "import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()",
    "a busy thread": "import threading\nthreading.Thread(target=lambda: all(1 for _ in iter(int, 1))).start()",
    "something at exit": "import atexit, time\natexit.register(time.sleep, 1000)",
    "a gigabyte printed": "for _ in range(1000): print('x' * 10**6)",
    "a gigabyte written past Python": "import os\nfor _ in range(1000): os.write(1, bytes(10**6)); os.write(2, b'x')",
    "much on stderr": "import sys\nprint('x' * 10**6, file=sys.stderr)",
    "no stdout": "import sys\nsys.stdout = None\nprint('x')",
    "no streams at all": "import sys\nsys.stdout = sys.stderr = sys.stdin = sys.__stdout__ = None",
    "another print": "print = None",
    "another working directory": "import os\nos.chdir('/')\nos.rmdir(os.environ['HOME'])",
    "no working directory": "import os\nos.rmdir(os.getcwd())",
    "a hundred figures": "import matplotlib.pyplot as plt\nfor _ in range(100): plt.figure()\nplt.show()",
    "a figure in the notebook": "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 2])",
    "a figure that moves": "%matplotlib widget",
    "a measured cell": "%%time\nx = 1",
    "a measured line": "%timeit -n 1 -r 1 1 + 1",
    "a command of the shell": "!ls /\n!echo $HOME",
    "a file written by a magic": "%%writefile notes.txt\nx",
    "help": "np.zeros?",
    "something displayed": "from IPython.display import display, HTML\ndisplay(HTML('<b>x</b>'), np.zeros(3))",
    "a widget": "import ipywidgets\nipywidgets.IntSlider()",
    "await at top level": "import asyncio\nawait asyncio.sleep(0)",
    "asyncio run": "import asyncio\nasyncio.run(asyncio.sleep(0))",
    "a progress bar": "from tqdm.auto import tqdm\nfor _ in tqdm(range(3)): pass",
    "a syntax error": "def f(:",
    "a wrong indentation": "  x = 1\n    y = 2",
    "a tab and a null": "x = 1\t\x00",
    "a killed process of its own": "import os\nif os.fork() == 0: os.kill(os.getpid(), 9)\nos.wait()",
    "a signal to itself": "import os, signal\nos.kill(os.getpid(), signal.SIGTERM); os.kill(os.getpid(), 9)",
    "a reset": "%reset -f\nimport numpy as np",
    "a magic that does not exist": "%nonsense",
    "a fork that runs on": "import os\nos.fork()",
}

SPOILT = {
    "the builtins gone from sight": "__builtins__ = {}",
    "another numpy": "import sys\nsys.modules['numpy'] = None",
    "another np": "np = None",
    "no modules": "import sys\nsys.modules.clear()",
    "no shell": "get_ipython().run_cell = None",
    "no objects": "import gc\nfor o in gc.get_objects():\n    if type(o) is dict: o.clear()",
}
"""After which hardly anything works, in the learner's own notebook too."""


def in_gate(body):
    return f"def relu(x):\n{textwrap.indent(body, '    ')}\nrelu_slope = relu"


class TestACellThatBreaks:
    @pytest.mark.parametrize(("source", "said"), FATAL.values(), ids=FATAL)
    def test_costs_no_task_anything(self, hasty, source, said):
        record = grade(notebook(first=[source]), "x", hasty, "seed")
        assert points(record) == full()
        if said:
            (cell,) = record["cells"]
            assert (cell["id"], cell["outcome"]) == ("first-0", "stopped")
            assert said in cell["error"]

    @pytest.mark.parametrize(("source", "said"), MILD.values(), ids=MILD)
    def test_with_an_error_is_named_and_the_next_cells_run(self, hasty, source, said):
        record = grade(notebook(first=[source]), "x", hasty, "seed")
        assert points(record) == full()
        (cell,) = record["cells"]
        assert cell["outcome"] == "raised"
        assert said in cell["error"]

    @pytest.mark.parametrize("source", HARMLESS.values(), ids=HARMLESS)
    def test_or_is_odd_costs_no_task_anything(self, sandbox, source):
        assert points(grade(notebook(first=[source]), "x", sandbox, "seed")) == full()

    @pytest.mark.parametrize("source", SPOILT.values(), ids=SPOILT)
    def test_and_everything_after_it_still_ends_with_a_grade_and_the_next_notebook_is_unharmed(self, hasty, source):
        assert points(grade(notebook(first=[source]), "x", hasty, "seed"))
        assert points(grade(HONEST, "x", hasty, "seed")) == full()

    def test_tells_what_it_had_printed_before(self, sandbox):
        record = grade(notebook(first=["print('until here')\n1 / 0"]), "x", sandbox)
        assert record["cells"] == [
            {
                "id": "first-0",
                "outcome": "raised",
                "error": "ZeroDivisionError: division by zero (line 2: 1 / 0)",
                "printed": "until here\n",
            }
        ]

    def test_and_should_have_made_an_answer_costs_that_task_alone_and_is_named(self, sandbox):
        record = grade(notebook(answers={"gate": "relu = npp.maximum"}), "x", sandbox)
        assert points(record) == full(gate=0)
        said = "There is no relu and no relu_slope when the notebook is run from top to bottom. The cell 'gate' stops"
        assert told(record, "gate")[1].startswith(f"{said} with NameError: name 'npp' is not defined")

    def test_in_many_cells_ends_with_the_time_of_the_notebook(self, bubblewrap):
        with Sandbox(Limits(cell=0.3, call=0.3, total=1.5)) as brief:
            before = time.monotonic()
            record = grade(notebook(first=["while True: pass"] * 20), "x", brief)
            assert time.monotonic() - before < 8
        assert "takes more than 1.5 seconds in all" in told(record, "gate")[1]


class TestAnAnswerThatBreaks:
    @pytest.mark.parametrize(("body", "said"), (FATAL | MILD).values(), ids=FATAL | MILD)
    def test_costs_its_own_task_and_no_other(self, hasty, body, said):
        record = grade(notebook(answers={"gate": in_gate(body)}), "x", hasty, "seed")
        assert points(record) == full(gate=0)
        outcome, advice = told(record, "gate")
        assert (outcome, said in advice) == ("error", True), advice

    def test_at_every_task_still_ends_with_a_reason_for_each(self, hasty):
        names = ("zeros-and-dead", "tent", "backward", "slope-test")
        cells = {name: f"def {name.replace('-', '_')}(*x):\n    import os; os._exit(0)" for name in names}
        cells["slope-test"] = "def slope_is_right(f, slope):\n    while True: pass"
        record = grade(notebook(answers=cells), "x", hasty, "seed")
        assert points(record) == full(zeros_and_dead=0, tent=0, backward=0, slope_test=0)
        assert all(told(record, name)[1] for name in ("zeros_and_dead", "tent", "backward", "slope_test"))

    @pytest.mark.parametrize(
        ("body", "said"),
        {
            "an array of 800 megabytes": (
                "return np.zeros(10**8)",
                "What it gives back, or hands on, is too large: 762 MB.",
            ),
            "an array of 76 megabytes": ("return np.zeros(10**7)", "too large: 76 MB"),
            "a list of three million numbers": ("return list(range(3 * 10**6))", "too large"),
            "a number of ten thousand digits": ("return 10**10_000", "thousands of digits"),
            "deep lists": ("x = []\nfor _ in range(10**4): x = [x]\nreturn x", "numbers"),
            "a list that holds itself": ("y = []; y.append(y)\nreturn y", "numbers"),
        }.values(),
    )
    def test_by_giving_back_something_huge_is_told_so(self, sandbox, body, said):
        record = grade(notebook(answers={"gate": in_gate(body)}), "x", sandbox, "seed")
        assert points(record) == full(gate=0)
        assert said in told(record, "gate")[1]

    def test_by_taking_long_in_every_call_is_stopped_long_before_the_last_one(self, hasty):
        cell = "import time\ndef slope_is_right(f, slope):\n    time.sleep(0.7)\n    return bool(np.allclose("
        cell += "[(f(x + 1e-5) - f(x - 1e-5)) / 2e-5 - slope(x) for x in np.linspace(-20, 20, 80)], 0, atol=1e-4))"
        before = time.monotonic()
        record = grade(notebook(answers={"slope-test": cell}), "x", hasty)
        assert points(record) == full(slope_test=0)
        assert told(record, "slope_test")[1] == "All calls together took more than 6 seconds."
        assert time.monotonic() - before < 11


class TestANotebookThatIsDamaged:
    def test_without_some_cells_only_their_tasks_lose_points(self, sandbox):
        def change(data):
            data["cells"] = [cell for cell in data["cells"] if cell["id"] not in ("gate", "tent-check", "imports")]

        record = grade(notebook(change=change), "x", sandbox)
        assert points(record) == full(gate=0)
        assert record["notes"] == ["The cell 'gate' is missing."]

    def test_without_ids_or_with_new_ones_nothing_is_lost(self, sandbox):
        def old(data):
            data["nbformat_minor"] = 4
            for cell in data["cells"]:
                del cell["id"]

        def bare(data):
            for number, cell in enumerate(data["cells"]):
                cell["id"], cell["metadata"] = f"new-{number}", {}

        assert points(grade(notebook(change=old), "x", sandbox)) == full()
        record = grade(notebook(change=bare), "x", sandbox)
        assert points(record) == full()
        assert record["notes"] == ["The cells have lost their ids. They were recognised by what is in them."]

    def test_in_any_order_nothing_is_lost(self, sandbox):
        def change(data):
            data["cells"].reverse()

        assert points(grade(notebook(change=change), "x", sandbox)) == full()

    def test_with_an_answer_below_its_check_nothing_is_lost(self, sandbox):
        def change(data):
            cell = next(cell for cell in data["cells"] if cell["id"] == "gate")
            data["cells"].append(code("".join(cell["source"]), "moved"))
            cell["source"] = ""

        assert points(grade(notebook(change=change), "x", sandbox)) == full()

    def test_with_an_answer_twice_the_last_one_counts_and_it_is_noted(self, sandbox):
        def change(data):
            place = next(number for number, cell in enumerate(data["cells"]) if cell["id"] == "gate")
            data["cells"].insert(place, code("def relu(x): return -x", "gate"))

        record = grade(notebook(change=change), "x", sandbox)
        assert points(record) == full()
        assert record["notes"] == ["The cell 'gate' stands 2 times. All were run, in their order."]

    @pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe\x00", b"[" * 10**5, HONEST[:-40], b"null", b'{"a": 1}'])
    def test_beyond_reading_it_is_unreadable_with_a_reason_and_without_points(self, sandbox, content):
        record = grade(content, "07_relu.ipynb", sandbox)
        assert (record["state"], record["tasks"]) == ("unreadable", [])
        assert record["reason"].endswith(".")

    @pytest.mark.parametrize("version", [3, 5])
    def test_of_another_format_is_unreadable_or_read_right(self, sandbox, version):
        def change(data):
            data["nbformat"] = version

        record = grade(notebook(change=change), "x", sandbox)
        assert record["state"] == "unreadable" or points(record) == full()

    def test_of_another_course_it_is_unreadable(self, sandbox):
        record = grade(json.dumps({"nbformat": 4, "cells": [code("1", "a")]}).encode(), "homework.ipynb", sandbox)
        assert record["state"] == "unreadable"
        assert "which exercise" in record["reason"]

    def test_with_a_cell_of_five_megabytes_the_others_are_graded(self, sandbox):
        record = grade(notebook(first=[f"x = '{'y' * (5 << 20)}'"]), "x", sandbox)
        assert points(record) == full()
        assert "too large: 5 MB" in record["cells"][0]["error"]


@pytest.fixture(scope="module", params=["with a cgroup, if there is one", "without"])
def bounded(request, bubblewrap):
    limits = Limits(cell=1, call=1, total=10, memory=150, disk=8, processes=16)
    with Sandbox(limits) as made:
        with pytest.MonkeyPatch.context() as patch:
            if request.param == "without":
                patch.setattr(cgroup.Cgroup, "make", lambda *_: None)
            made.get_ready()
        before = made.description
        yield made
        assert made.description == before


class TestTheMachineIsSafe:
    BOMBS = {  # noqa: RUF012
        "forks": "import os\nwhile True: os.fork()",
        "forks that do not mind errors": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
        "threads": "import threading, time\nwhile True: threading.Thread(target=time.sleep, args=(1000,)).start()",
        "memory in many processes": "import os\nx = [os.fork() for _ in range(4)]\nwhile True: x.append(bytes(10**6))",
        "small things in many processes": "import os\nx = [os.fork() for _ in range(4)]\nwhile True: x.append([])",
        "files": "x = [open(f'/tmp/{n}', 'w') for n in range(10**5)]",
        "a file with a hole": "import os\nf = open('/tmp/f', 'wb'); f.seek(10**12); f.write(b'x'); f.close()",
        "shared memory": "import mmap\nx = []\nwhile True: x.append(mmap.mmap(-1, 10**7)); x[-1].write(bytes(10**7))",
    }

    @pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
    def test_from_what_a_cell_does_and_the_notebook_gets_its_points(self, bounded, bomb):
        assert points(grade(notebook(first=[bomb]), "x", bounded, "seed")) == full()
        assert points(grade(HONEST, "x", bounded, "seed")) == full()

    def test_without_a_cgroup_few_processes_share_out_the_memory(self, bubblewrap, monkeypatch):
        monkeypatch.setattr(cgroup.Cgroup, "make", lambda *_: None)
        source = """
            import os, signal
            children = []
            try:
                while True:
                    children.append(os.fork())
                    if not children[-1]: signal.pause()
            except OSError:
                print(len(children))"""
        with Sandbox() as made:
            assert int(says(made, source)) < 4
            assert made.description == "bubblewrap"


class TestCgroups:
    def test_that_cannot_be_limited_are_not_used_and_not_left_behind(self, monkeypatch, tmp_path):
        monkeypatch.setattr(cgroup, "_places", lambda *_: [(tmp_path / "group", {"no-such-folder/memory.max": 1})])
        assert cgroup.Cgroup.make(100, 10) is None
        assert list(tmp_path.iterdir()) == []

    def test_of_two_sandboxes_do_not_meet_and_those_of_killed_graders_are_swept_away(self, monkeypatch, tmp_path):
        numbers = iter(range(10))
        monkeypatch.setattr(cgroup, "_places", lambda *_: [(tmp_path / f"course-{os.getpid()}-{next(numbers)}", {})])
        (tmp_path / "course-999999999-0").mkdir()
        (tmp_path / "course-of-somebody").mkdir()
        groups = [cgroup.Cgroup.make(100, 10) for _ in range(2)]
        names = [f"course-{os.getpid()}-{number}" for number in range(2)]
        assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*names, "course-of-somebody"])
        for group in groups:
            group.remove()
        assert [path.name for path in tmp_path.iterdir()] == ["course-of-somebody"]


class TestTheSandboxItselfBreaks:
    def zygote(self, sandbox):
        sandbox.get_ready()
        return sandbox._process.pid

    def test_between_two_notebooks_and_the_next_is_graded_all_the_same(self, bubblewrap):
        with Sandbox() as made:
            os.kill(self.zygote(made), signal.SIGKILL)
            assert points(grade(HONEST, "x", made)) == full()
            os.kill(self.zygote(made), signal.SIGKILL)
            time.sleep(0.1)
            assert points(grade(HONEST, "x", made)) == full()

    @pytest.mark.parametrize("task", ["gate", "tent", "slope_test"])
    def test_in_the_middle_of_one_and_it_is_graded_all_the_same(self, bubblewrap, monkeypatch, task):
        from course_lib.grading import judge

        killed, run = [], judge.run
        with Sandbox() as made:

            def kill_once(judged, *rest):
                if judged.name.endswith(task) and not killed:
                    killed.append(judged.name)
                    os.kill(self.zygote(made), signal.SIGKILL)
                return run(judged, *rest)

            monkeypatch.setattr(judge, "run", kill_once)
            assert points(grade(HONEST, "x", made)) == full()
        assert killed

    def test_each_time_and_the_notebook_is_failed_and_not_graded_0(self, bubblewrap, monkeypatch):
        from course_lib.grading import judge

        run = judge.run
        with Sandbox() as made:

            def kill(*judged):
                os.kill(self.zygote(made), signal.SIGKILL)
                with contextlib.suppress(ConnectionError):
                    made._control.recv(1, socket.MSG_PEEK)  # which ends when nobody is left on the other side
                return run(*judged)

            monkeypatch.setattr(judge, "run", kill)
            record = grade(HONEST, "x", made)
        assert (record["state"], record["tasks"]) == ("failed", [])
        assert record["reason"]

    def test_when_it_cannot_confine_a_process_that_is_no_fault_of_the_learner(self, bubblewrap, monkeypatch):
        settings = Sandbox._settings
        monkeypatch.setattr(Sandbox, "_settings", lambda self: {**settings(self), "limits": {"disk": "nonsense"}})
        with Sandbox() as made:
            monkeypatch.setattr(Sandbox, "_settings", lambda self: {**settings(self), "home": "/usr/not-allowed"})
            record = grade(HONEST, "x", made)
        assert (record["state"], record["tasks"]) == ("failed", [])
        assert "cannot start a process" in record["reason"]

    def test_where_bubblewrap_is_missing_it_is_said_how_to_get_it(self, monkeypatch):
        monkeypatch.setenv("PATH", "/nowhere")
        with Sandbox() as made, pytest.raises(NoSandbox, match="apt-get install bubblewrap") as error:
            grade(HONEST, "x", made)
        assert "the command bwrap is not there" in str(error.value)
