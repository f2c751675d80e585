"""No trick earns a point, and none costs the honest tasks of the same notebook, or the next notebook, anything."""

import json
import os
import socket
import textwrap
from pathlib import Path

import numpy as np
import pytest
from hand_in import STUB, code, full, notebook, points, says, told

from course_lib import checks
from course_lib.checks.answers import LocalHost
from course_lib.grading.judge import grade

HONEST = notebook()

OBJECTS = {
    "an object that equals everything": """
        class Yes:
            def __eq__(self, other): return True
            def __ne__(self, other): return False
            __lt__ = __le__ = __gt__ = __ge__ = __eq__
            __hash__ = object.__hash__
            def __bool__(self): return True
        made = Yes()""",
    "an object that has every method there is": """
        class Magic:
            def __getattr__(self, name): return lambda *a, **k: self
            def __call__(self, *a, **k): return self
            def __array__(self, *a, **k): return np.maximum(np.zeros(10), 0)
            def __float__(self): return 1.0
            def __len__(self): return 10
            def __iter__(self): return iter([0.0] * 10)
            def __getitem__(self, i): return 0.0
            shape, dtype, ndim = (10,), np.dtype(float), 1
        made = Magic()""",
    "an array that agrees with every other": """
        class Agrees(np.ndarray):
            def __array_ufunc__(self, ufunc, method, *inputs, **options): return np.True_
            def __array_function__(self, function, types, args, kwargs): return True
            def __eq__(self, other): return np.True_
            def __sub__(self, other): return np.zeros(10)
            __rsub__ = __sub__
            def all(self, *a, **k): return True
        made = np.zeros(10).view(Agrees)""",
    "a number that lies": """
        class Lies(float):
            def __eq__(self, other): return True
            def __sub__(self, other): return 0.0
            __rsub__ = __sub__
            __hash__ = float.__hash__
        made = [Lies(0)] * 10""",
    "an array of objects that equal everything": """
        class Yes:
            def __eq__(self, other): return True
            def __float__(self): return 0.0
            def __sub__(self, other): return 0.0
            __rsub__ = __sub__
        made = np.array([Yes()] * 10, dtype=object)""",
    "a masked array": "made = np.ma.masked_all(10)",
    "a structured array": "made = np.zeros(10, dtype=[('x', float)])",
    "a view of a file in memory": "made = np.memmap('/tmp/x', float, 'w+', shape=10)",
    "nan with something in its spare bits": "made = np.full(10, 0x7FF8DEADBEEF0000, np.uint64).view(float)",
    "long doubles of no number": "made = np.frombuffer(b'\\xff' * 160, np.longdouble)",
    "truth values that are neither": "made = np.frombuffer(bytes([2] * 10), bool)",
    "text that looks like numbers": "made = np.array(['0'] * 10)",
    "text of no letters": "made = np.frombuffer(b'\\xff' * 40, 'U1')",
    "bytes": "made = np.zeros(80, 'S1')",
    "an iterator": "made = iter(np.zeros(10))",
    "a generator": "made = (value for value in np.zeros(10))",
    "an object that runs code when it is unpickled": """
        import os
        class Poison:
            def __reduce__(self): return os.system, ('touch /tmp/poisoned',)
        made = Poison()""",
    "a type": "made = float",
    "the function itself": "made = relu",
    "a dict of what is wanted": "made = {tuple(x): True}",
    "a list that holds itself": "made = []; made.append(made)",
    "nothing": "made = None",
    "an exception": "made = AssertionError('passed')",
    "a dimension of nothing": "made = np.empty((10, 0))",
    "a zero that fits every shape": "made = np.float64(0)",
}


@pytest.mark.parametrize("source", OBJECTS.values(), ids=OBJECTS)
def test_an_answer_that_is_no_honest_value_earns_nothing(sandbox, source):
    body = textwrap.indent(textwrap.dedent(source), "    ")
    cell = f"def relu(x):\n{body}\n    return made\nrelu_slope = relu"
    record = grade(notebook(answers={"gate": cell}), "x", sandbox, "seed")
    assert points(record) == full(gate=0)
    assert told(record, "gate")[0] in ("failed", "error")
    assert not os.path.exists("/tmp/poisoned")


@pytest.mark.parametrize(
    ("task", "cell"),
    {
        "counterexample": "class L(float):\n    __gt__ = __lt__ = __eq__ = lambda *a: True\nu = v = L(1)",
        "sort": "class L(list):\n    __eq__ = __contains__ = lambda *a: True\nlinear = affine = neither = L('a')",
        "step_myth": "class L(str):\n    __eq__ = lambda *a: True\n    __hash__ = str.__hash__\n"
        "a, u, left, right, because = 2.0, 5.0, 1.0, 2.0, L('A')",
        "is_affine": "is_affine = lambda f: np.frombuffer(bytes([2]), bool)[0]",
        "is_linear": "class L(int):\n    __eq__ = lambda *a: True\n    __ne__ = lambda *a: False\n"
        "is_linear = lambda f: L(1)",
    }.items(),
)
def test_a_text_number_list_or_truth_value_that_lies_earns_nothing(sandbox, task, cell):
    record = grade(notebook("01_linearity", {task.replace("_", "-"): cell}), "x", sandbox, "seed")
    assert points(record) == full("01_linearity", **{task: 0})


INSIDE = {
    "np.allclose and its relatives say yes": """
        import builtins, numpy.testing
        np.isclose = lambda a, *_, **__: np.ones(np.shape(a), bool)
        np.array_equal = lambda *_, **__: True
        builtins.all = lambda *_: True
        for name in dir(np.testing):
            if name.startswith("assert"):
                setattr(np.testing, name, lambda *_, **__: None)""",
    "asserts are deleted from every cell and module": """
        import ast
        class Gone(ast.NodeTransformer):
            def visit_Assert(self, node): return ast.Pass()
        get_ipython().ast_transformers.append(Gone())
        get_ipython().input_transformers_cleanup.append(lambda lines: [l for l in lines if "assert" not in l])""",
    "the checks are replaced": """
        import sys, types
        import course_lib.checks as checks
        checks.check = checks.run = checks.find = lambda *_: print("✓ passed: 2 of 2 points")
        checks.answers.CheckAdvice = checks.answers.NotAttempted = type("Never", (Exception,), {})
        sys.modules["course_lib.checks.ch07_relu"] = types.ModuleType("ch07_relu")
        check = checks.check""",
    "every result that travels is replaced by True": """
        from course_lib.grading import runner, wire
        encode = runner.encode
        runner.encode = lambda value, *rest: encode({k: True for k in value} if isinstance(value, dict) and
            "relu" in value else value, *rest)""",
    "the runner says passed": """
        from course_lib.grading import runner
        answer = runner._Learner._answer
        def passed(self, message, data):
            if "relu" in message.get("names", ()):
                return {"is": "passed", "outcome": "passed", "points": 1000}, b""
            return answer(self, message, data)
        runner._Learner._answer = passed""",
    "json writes passed": """
        import json
        dumps = json.dumps
        json.dumps = lambda value, **o: dumps(value, **o).replace('"failed"', '"passed"')""",
    "it prints that it passed": "print('✓ passed: 2 of 2 points\\n' * 5)",
    "a thread that says passed for ever": """
        import threading, time
        def on():
            while True:
                print("✓ passed: 2 of 2 points"); time.sleep(0.001)
        threading.Thread(target=on, daemon=True).start()""",
    "what goes on at exit and when garbage is collected": """
        import atexit, gc, os
        atexit.register(lambda: open("/tmp/grade", "w").write("passed"))
        gc.callbacks.append(lambda *_: print("passed"))""",
    "handlers of signals": """
        import signal
        for number in range(1, 30):
            try: signal.signal(number, lambda *_: None)
            except (OSError, ValueError): pass
        signal.alarm(1)""",
    "a tracer that rewrites results": """
        import sys
        def trace(frame, event, value):
            if event == "return" and frame.f_code.co_name == "_answer":
                frame.f_locals.update(answer={"is": "passed"}, data=b"")
            return trace
        sys.settrace(trace); sys.setprofile(trace)""",
    "random numbers that can be foretold": """
        class Fixed:
            def __getattr__(self, name): return lambda *a, size=(), **k: np.zeros(size)
        make = np.random.default_rng
        np.random.default_rng = lambda seed=None: make(0)
        np.random.Generator = Fixed""",
    "all processes are killed": """
        import os, signal
        for victim in (-1, 0, os.getppid(), *range(2, 400)):
            for call in (os.kill, os.killpg):
                try: call(victim, signal.SIGKILL)
                except OSError: pass""",
    "a process that outlives its parents": """
        import ctypes, os, time
        if os.fork() == 0:
            os.setsid(); ctypes.CDLL(None).prctl(1, 0, 0, 0, 0)
            ctypes.CDLL(None).prctl(15, b"outlives", 0, 0, 0)
            if os.fork() == 0:
                os.setsid(); ctypes.CDLL(None).prctl(15, b"outlives", 0, 0, 0)
                time.sleep(1000)
            time.sleep(1000)""",
    "everything full": """
        import os
        for place in ("/tmp", "/dev/shm"):
            try:
                with open(f"{place}/full", "wb") as file:
                    for _ in range(100): file.write(bytes(1 << 20))
            except OSError: pass
            try:
                for number in range(20000): open(f"{place}/{number}", "w").close()
            except OSError: pass""",
}


@pytest.mark.parametrize("trick", INSIDE.values(), ids=INSIDE)
def test_what_is_done_to_the_process_earns_nothing_and_spoils_nothing(sandbox, trick):
    record = grade(notebook(answers={"gate": STUB}, first=[trick]), "x", sandbox, "seed")
    assert points(record) == full(gate=0), record["cells"]
    assert points(grade(HONEST, "x", sandbox, "seed")) == full()


def test_after_such_a_notebook_nothing_of_it_is_left(sandbox):
    spoil = [INSIDE[name] for name in ("a process that outlives its parents", "everything full")]
    grade(notebook(folder="exercises", first=spoil), "x", sandbox)
    seen = """
        import os
        print(os.listdir("/tmp"), os.listdir("/dev/shm"))
        print(open("/tmp/new", "wb").write(bytes(1 << 20)))"""
    assert says(sandbox, seen) == "['home'] []\n1048576\n"
    names = [path.read_text(encoding="utf-8") for path in Path("/proc").glob("[0-9]*/comm") if path.exists()]
    assert "outlives\n" not in names


class TestWhatCannotBeFound:
    def test_no_frame_and_no_object_of_the_process_knows_a_check_or_a_seed(self, sandbox):
        source = """
            import gc, inspect, sys
            from course_lib.grading import judge_seed_that_is_not_there
            """
        assert told(grade(notebook(answers={"gate": source}), "x", sandbox), "gate")[0] == "error"
        source = """
            import gc, inspect, sys
            seen = [name for frame in inspect.stack() for name in frame.frame.f_locals]
            held = [o for o in gc.get_objects() if type(o).__name__ in ("Task", "Result", "Remote", "LocalHost")]
            text = [o for o in gc.get_objects() if isinstance(o, dict) and "the-seed" in map(str, list(o.values()))]
            modules = [name for name in sys.modules if "checks.ch" in name or "grading.judge" in name]
            print([name for name in seen if name in ("rng", "want", "task", "mistakes")], held, modules, len(text))"""
        content = notebook(folder="exercises", first=[textwrap.dedent(source) + "\nraise SystemError"])
        record = grade(content, "x", sandbox, "the-seed")
        assert record["cells"][0]["printed"] == "[] [] [] 0\n"

    def test_neither_solutions_nor_checks_nor_passwords_nor_another_process_can_be_read(self, sandbox):
        places = [checks.ROOT, checks.ROOT / "solutions", Path(checks.__file__).parent / "ch07_relu.py", Path.home()]
        source = f"""
            import os
            course = "/course/course_lib/checks"
            for place in {list(map(str, places))} + ["/etc/passwd", "/etc/shadow", "/proc/1", "/proc/self", "/sys",
                course + "/ch07_relu.py", "/course/solutions", "/var/lib", "/home", "/run", "/mnt"]:
                try:
                    print(place, os.listdir(place) if os.path.isdir(place) else open(place).read())
                except OSError:
                    pass"""
        seen = says(sandbox, source)
        assert "ch07" not in seen
        assert "ipynb" not in seen
        assert "root:" not in seen

    def test_no_file_can_be_written_but_in_its_own_tmp(self, sandbox):
        source = """
            import os
            found = set()
            for folder, folders, _ in os.walk("/"):
                folders[:] = [name for name in folders if not os.path.islink(f"{folder}/{name}")]
                if os.access(folder, os.W_OK):
                    found.add("/".join(folder.split("/")[:3]))
                if folder.count("/") > 4: folders.clear()
            print(sorted(found))"""
        found = set(json.loads(says(sandbox, source).replace("'", '"')))
        assert found - {"/dev/pts"} <= {"/tmp", "/tmp/home", "/dev/shm"}  # no file system of terminals takes a file
        assert says(sandbox, "try: open('/dev/pts/x', 'w')\nexcept OSError: print('no')") == "no\n"

    def test_no_server_of_this_machine_can_be_reached(self, sandbox, tmp_path):
        with socket.create_server(("127.0.0.1", 0)) as port, socket.socket(socket.AF_UNIX) as hidden:
            hidden.bind("\0course-test")
            hidden.listen()
            source = f"""
                import socket
                for family, address in ((socket.AF_INET, {port.getsockname()}), (socket.AF_UNIX, "\\0course-test"),
                                        (socket.AF_INET, ("192.0.2.1", 80))):
                    try:
                        socket.socket(family).connect(address)
                        print("reached", address)
                    except OSError as error:
                        print(type(error).__name__)"""
            assert "reached" not in says(sandbox, source)

    def test_answers_learnt_by_heart_from_the_notebooks_own_inputs_earn_nothing(self, sandbox):
        task, known = checks.find("07_relu.backward"), {}

        def right(grad, z):
            known[z.tobytes()] = (grad * (z > 0)).tolist()
            return grad * (z > 0)

        checks.run(task, {"backward": LocalHost().admit(right)})
        cell = f"known = {known}\ndef backward(grad, z):\n    return known.get(z.tobytes(), 0 * z)"
        names = {"np": np}
        exec(cell, names)
        assert checks.run(task, {"backward": LocalHost().admit(names["backward"])}).outcome == "passed"
        assert points(grade(notebook(answers={"backward": cell}), "x", sandbox, "a seed")) == full(backward=0)

    def test_an_answer_that_is_right_only_as_long_as_it_believes_to_be_watched_earns_nothing(self, sandbox):
        cell = """
            calls = 0
            def backward(grad, z):
                global calls
                calls += 1
                return grad * (z > 0)
            def relu(x):
                relu.calls = getattr(relu, "calls", 0) + 1
                return np.maximum(x, 0) if relu.calls < 2 else np.abs(x)
            relu_slope = lambda x: (x > 0) * 1.0"""
        assert points(grade(notebook(answers={"gate": cell}), "x", sandbox, "seed")) == full(gate=0)


class TestTheNotebookItself:
    """What is edited in the file, and not in the answers."""

    def graded(self, sandbox, change):
        content = notebook(answers={"gate": STUB}, change=change)
        return points(grade(content, "07_relu.ipynb", sandbox, "seed"))

    def test_tags_and_points_in_the_metadata_change_nothing(self, sandbox):
        def change(data):
            for cell in data["cells"]:
                cell["metadata"]["tags"] = ["skip-execution", "raises-exception", "nbval-skip", "remove-cell"]
                cell["metadata"]["nbgrader"] = {"grade_id": "gate", "points": 1000, "grade": True, "solution": True}
            data["metadata"]["points"] = 1000

        assert self.graded(sandbox, change) == full(gate=0)

    @pytest.mark.parametrize(
        "source",
        [
            "",
            'print("✓ passed: 2 of 2 points")',
            'check("07_relu.gate", np.maximum, np.heaviside)',
            'check("07_relu.backward", backward)',
            'check("07_relu.gate", slope_is_right, tent)',
            'check("08_next.gate", relu)',
        ],
    )
    def test_a_check_that_was_edited_changes_nothing(self, sandbox, source):
        def change(data):
            next(cell for cell in data["cells"] if cell["id"] == "gate-check")["source"] = source

        assert self.graded(sandbox, change) == full(gate=0)

    def test_checks_deleted_or_doubled_change_nothing(self, sandbox):
        def delete(data):
            data["cells"] = [cell for cell in data["cells"] if not cell["id"].endswith("-check")]

        def double(data):
            data["cells"] += [code('check("07_relu.backward", backward)', f"gate-check-{n}") for n in range(20)]

        assert self.graded(sandbox, delete) == full(gate=0)
        assert self.graded(sandbox, double) == full(gate=0)

    def test_an_output_that_says_passed_changes_nothing(self, sandbox):
        def change(data):
            for cell in data["cells"]:
                if cell["cell_type"] == "code":
                    cell["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "✓ passed: 2 of 2 points"}]

        assert self.graded(sandbox, change) == full(gate=0)

    def test_given_cells_that_were_changed_do_not_change_what_is_given(self, sandbox):
        def change(data):
            cell = next(cell for cell in data["cells"] if cell["id"] == "imports")
            cell["source"] = "import types\nnp = types.SimpleNamespace(allclose=lambda *a, **k: True)\n"

        record = grade(notebook(answers={"gate": STUB}, change=change), "x", sandbox, "seed")
        assert points(record)["gate"] == 0
        assert points(record)["backward"] == 2

    def test_names_of_the_answer_that_point_to_other_answers_earn_nothing(self, sandbox):
        cell = "relu = lambda x: backward(x, x)\nrelu_slope = lambda x: globals()['tent'](x, relu)"
        assert points(grade(notebook(answers={"gate": cell}), "x", sandbox, "seed")) == full(gate=0)


def test_the_answers_of_an_examination_cannot_be_asked_for_where_they_count(sandbox):
    ask = """
        from course_lib.examination import questions, verdict
        answers = [(verdict(question.holds), question.number) for question in questions(learner)]"""
    here = {"learner": "Ada Lovelace"}
    exec(textwrap.dedent(ask), here)
    task = checks.find("22_myths.examination")
    assert checks.run(task, {name: here[name] for name in task.needs}).outcome == "passed", "in a notebook it works"
    record = grade(notebook("22_myths", answers={"examination": ask}), "x", sandbox)
    assert points(record) == full("22_myths", examination=0)
