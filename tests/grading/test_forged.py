"""Neither frames that the learner's code writes by itself nor any use of the check's functions earns anything."""

import json
import textwrap
import time

import pytest
from hand_in import FORGE, STUB, full, notebook, points, told

from course_lib.grading.judge import grade


class TestFramesWrittenByTheLearner:
    """The one way out of the sandbox is a socket, and the learner's code can write to it what it wants."""

    FORGED = {  # noqa: RUF012
        "that the task is passed": 'forge({"is": "passed", "outcome": "passed", "points": 1000})',
        "a value that equals everything": 'forge({"is": "value", "value": {"handle": True}})',
        "a value of no kind": 'forge({"is": "value", "value": {"exec": "1"}})',
        "a handle of nobody": 'forge({"is": "value", "value": {"handle": -7}})',
        "advice that no check gave": 'forge({"is": "advice"})',
        "a stub": 'forge({"is": "value", "value": {"stub": 0}})',
        "no object": "forge([1, 2, 3])",
        "text that is no JSON": 'forge(b"{")',
        "text that is no text": r'forge(b"\xff\xfe")',
        "lists in lists": 'forge(b"[" * 3_000_000)',
        "a number of four thousand digits": 'forge(b"1" * 4000)',
        "a number of a million digits": 'forge(b"1" * 1_000_000)',
        "half a frame": 'os.write(3, struct.pack(">II", 1000, 0) + b"{")',
        "the head of an endless frame": "os.write(3, bytes([255] * 8))",
        "nothing but noise": "os.write(3, os.urandom(4000))",
        "answers before the questions": 'for _ in range(50): forge({"is": "value", "value": True})',
        "an endless error": 'forge({"is": "done", "error": "x" * 3_000_000, "printed": "y" * 900_000})',
        "an error in lists": 'forge(b\'{"is": "done", "error": \' + b"[" * 900 + b"]" * 900 + b"}")',
        "a call of no function": 'forge({"is": "callback", "of": 0, "with": [[], {"dict": []}]})',
        "a call with no arguments": 'forge({"is": "callback", "of": 0})',
        "a call with a stub": 'forge({"is": "callback", "of": 0, "with": [[{"stub": 0}], {"dict": []}]})',
        "a flood of calls": 'while True: forge({"is": "callback", "of": 0, "with": [[1.0], {"dict": []}]})',
        "an array of a terabyte": 'forge({"is": "value", "value": {"array": ["<f8", [1 << 37]]}})',
        "an array of a million dimensions": 'forge({"is": "value", "value": {"array": ["<f8", [1 << 26] * 400_000]}})',
        "one array ten thousand times": 'forge({"is": "value", "value": [{"array": ["<f8", [4096, 256]]}] * 10_000}, '
        "bytes(8 << 20))",
        "keys that collide": 'forge({"is": "value", "value": {"set": [k * (2**61 - 1) for k in range(100_000)]}})',
        "text of no letters": r'forge({"is": "value", "value": {"array": ["<U1", [9]]}}, b"\xff" * 36)',
        "an array of nothing": 'forge({"is": "value", "value": {"array": ["<U0", [1 << 26]]}})',
        "answers to questions of tomorrow": 'forge({"to": 10**9, "is": "value", "value": True})',
        "answers to questions of yesterday": 'while True: forge({"to": 0, "is": "value", "value": True})',
        "an answer to no question": 'forge({"to": "1", "is": "value", "value": True})',
        "the socket closed": "os.close(3)",
        "the socket emptied": "while True: os.read(3, 1 << 20)",
    }

    @pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED)
    @pytest.mark.parametrize("when", ["in a cell", "in an answer"])
    def test_they_earn_nothing_and_cost_the_other_tasks_nothing(self, hasty, forged, when):
        body = textwrap.indent(forged, "    ")
        cell = f"def relu(x):\n{body}\nrelu_slope = relu" if when == "in an answer" else f"{STUB}\n{forged}"
        content = notebook(answers={"gate": cell}, first=[FORGE])
        before = time.monotonic()
        assert points(grade(content, "x", hasty, "seed")) == full(gate=0)
        assert time.monotonic() - before < 6

    @pytest.mark.parametrize("last", ["forge({'is': 'advice'})", "raise CheckAdvice('✓ passed: 2 of 2 points')"])
    def test_advice_of_one_task_is_not_that_of_another(self, sandbox, last):
        tent = "def tent(x, relu):\n    try:\n        relu('no numbers')\n    except BaseException:\n        return x"
        cell = f"{STUB}\nfrom course_lib.checks.answers import CheckAdvice\n{last}"
        record = grade(notebook(answers={"tent": tent, "backward": cell}, first=[FORGE]), "x", sandbox, "seed")
        assert points(record) == full(tent=0, backward=0)
        assert told(record, "backward")[0] == "error"

    def test_what_the_judge_keeps_of_long_texts_is_short(self, sandbox):
        cell = """
            forge({"is": "done", "error": "x" * 3_000_000, "printed": "\\ud800" * 300_000})
            import time; time.sleep(100)"""
        record = grade(notebook(folder="exercises", first=[FORGE] + [cell] * 3), "x", sandbox)
        assert len(json.dumps(record, ensure_ascii=False).encode()) < 50_000

    def test_an_answer_that_is_a_long_text_is_shown_short_and_without_halves_of_letters(self, sandbox):
        cell = "a, u, left, right = 2.0, 5.0, 1.0, 2.0\nbecause = '\\ud83d' * 1_000_000"
        record = grade(notebook("01_linearity", {"step-myth": cell}), "x", sandbox)
        assert points(record) == full("01_linearity", step_myth=0)
        assert len(told(record, "step_myth")[1].encode()) < 10_000


class TestFunctionsOfTheCheck:
    """Some answers are given a function that the judge runs; no use of it harms the judge or earns anything."""

    ABUSED = {  # noqa: RUF012
        "called within itself": "class X:\n    @property\n    def shape(self): return f(self)\n"
        "    def __getattr__(self, name): return f(self)\nreturn f(X())",
        "called with itself": "return f(f)",
        "called with its own caller": "return f(slope_is_right)",
        "called by many threads": "import threading\n"
        "for _ in range(8): threading.Thread(target=lambda: [f(1.0) for _ in range(9)]).start()\nreturn f(1.0)",
        "called a million times": "for _ in range(10**6): f(1.0)",
        "called with far too much": "for _ in range(1000): f(np.zeros(6_000_000))",
        "called with truth values that become numbers": "for _ in range(1000): f(np.zeros(60_000_000, bool))",
        "called with a huge number": "return f(10**4000)",
        "called with a number without end": "return f(10**100_000)",
        "called with deep lists": "x = []\nfor _ in range(10**4): x = [x]\nreturn f(x)",
        "called with text": "return f('x' * 10**6)",
        "called with a stub": "return f(...)",
        "called without anything": "return f()",
        "called with names": "return f(**{'a b': 1, '': 2, 'left': 3})",
        "called with objects": "return f(np.array([object(), object()]))",
    }

    @pytest.mark.parametrize("body", ABUSED.values(), ids=ABUSED)
    def test_however_it_is_called_the_judge_lives_and_other_tasks_keep_their_points(self, hasty, body):
        cell = "def slope_is_right(f, slope):\n" + textwrap.indent(body, "    ")
        before = time.monotonic()
        assert points(grade(notebook(answers={"slope-test": cell}), "x", hasty, "seed")) == full(slope_test=0)
        assert time.monotonic() - before < 10

    def test_after_its_check_is_over_it_cannot_be_called(self, sandbox):
        tent = (
            "def tent(x, relu):\n    global kept\n    kept = relu\n    return relu(x) - 2 * relu(x - 1) + relu(x - 2)"
        )
        later = "def backward(grad, z):\n    return grad * (kept(z) > 0)"
        record = grade(notebook(answers={"tent": tent, "backward": later}), "x", sandbox, "seed")
        assert points(record) == full(backward=0)

    def test_what_it_raises_can_be_caught_as_in_the_notebook(self, sandbox):
        right = (
            "x = np.linspace(-9, 9, 400)\nreturn np.allclose((f(x + 1e-5) - f(x - 1e-5)) / 2e-5, slope(x), atol=1e-5)"
        )
        wrong = "try:\n    f('text')\nexcept TypeError:\n" + textwrap.indent(right, "    ")
        cell = "def slope_is_right(f, slope):\n" + textwrap.indent(wrong, "    ")
        assert points(grade(notebook(answers={"slope-test": cell}), "x", sandbox)) == full()

    def test_a_stub_given_to_it_means_not_attempted_as_in_the_notebook(self, sandbox):
        record = grade(notebook(answers={"tent": "tent = lambda x, relu: relu(...)"}), "x", sandbox)
        assert told(record, "tent")[0] == "not attempted"
