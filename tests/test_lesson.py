"""course_lib/lesson.py: claims fail when false, predictions never block, what is shown is what the library knows."""

import json
import subprocess
import sys

import ipywidgets
import numpy as np
import pytest

from course_lib import lesson, progress
from course_lib.activations import ACTIVATIONS, gelu, relu, selu, tanh
from course_lib.lesson import ClaimFailed, card, claim, compare_table, predict, reconcile, show_source
from course_lib.units import UNITS, unit


@pytest.fixture(autouse=True)
def _new_session(monkeypatch, tmp_path):
    """Nothing asked yet, nothing kept, and nobody's own progress touched."""
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(lesson, "_asked", {})
    monkeypatch.setattr(lesson, "_reconciled", {})


def keep(name, option, confidence, options=("none", "half", "all")):
    """Ask, and store what a learner would have clicked."""
    predict(name, f"How many in {name}?", options)
    progress.record("prediction", name, {"option": option, "confidence": confidence})


# claim


@pytest.mark.parametrize("true", [True, np.True_, np.array(True), np.float64(1) < 2])
def test_a_true_claim_is_printed(true, capsys):
    claim("one is less than two", true)
    assert capsys.readouterr().out == "✓ one is less than two\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.23456, "1.235"),
        (np.float32(1e-9), "1e-09"),
        (12345, "12345"),
        ((0.5, 2), "0.5, 2"),
        (np.array([0.25, 1 / 3]), "0.25, 0.3333"),
        ("half", "half"),
        (0, "0"),
    ],
)
def test_the_measured_value_stands_beside_the_claim(value, text, capsys):
    claim("it is so", True, value)
    assert capsys.readouterr().out == f"✓ it is so [{text}]\n"


@pytest.mark.parametrize("false", [False, np.False_, np.array(False)])
def test_a_false_claim_raises_with_its_text_and_value(false, capsys):
    with pytest.raises(ClaimFailed, match=r"two is less than one \[0\.125\]"):
        claim("two is less than one", false, 0.125)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "condition", ["true", "", None, 1, 1.0, [True], np.array([True]), np.array([]), np.float64(1), {}]
)
def test_what_is_no_truth_value_is_never_a_claim(condition, capsys):
    with pytest.raises(TypeError, match=r"\.all\(\)"):
        claim("anything", condition)
    assert capsys.readouterr().out == ""


def test_a_failed_claim_is_an_assertion():
    assert issubclass(ClaimFailed, AssertionError)


# predict and reconcile


def test_without_a_front_end_the_question_is_printed_and_the_prediction_skipped(capsys):
    predict("07_relu.zeros", "How many outputs are 0?", ["none", "half"])
    out = capsys.readouterr().out
    assert out.startswith("How many outputs are 0?")
    assert "- none\n- half\n" in out
    assert "skipped" in out
    assert progress.read("prediction") == {}


def test_in_plain_python_nothing_is_asked_and_no_widget_is_loaded():
    code = (
        "import sys; from course_lib.lesson import predict, reconcile; predict('a.b', 'Which?', ['x', 'y']);"
        "reconcile('a.b', 'x'); print('ipywidgets' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.stderr == ""
    assert done.stdout.endswith("It is 'x'. No prediction was kept.\nFalse\n")


@pytest.mark.parametrize("options", [[], ["one"], ["same", "same"], ["a", ""], ["a", "  "], ["a", None], "yes or no"])
def test_a_question_needs_two_different_answers(options):
    with pytest.raises(ValueError, match="option"):
        predict("a.b", "Which?", options)


def parts(form):
    """The radio buttons, the confidences, the button and the answer of a form."""
    option, confidence, (button, answer) = form.children[0], form.children[1], form.children[2].children
    return option, confidence, button, answer


def test_a_prediction_is_kept_and_confirmed_in_words():
    predict("a.b", "Which?", ["x", "y"])
    option, confidence, button, answer = parts(lesson._form("a.b", ["x", "y"]))
    option.value, confidence.value = "y", "certain"
    button.click()
    assert progress.read("prediction") == {"a.b": {"option": "y", "confidence": "certain"}}
    assert answer.value.startswith("Kept: y (certain).")


@pytest.mark.parametrize(("chosen", "sure"), [(None, "certain"), ("x", None), (None, None)])
def test_half_a_prediction_is_not_kept(chosen, sure):
    predict("a.b", "Which?", ["x", "y"])
    option, confidence, button, answer = parts(lesson._form("a.b", ["x", "y"]))
    option.value, confidence.value = chosen, sure
    button.click()
    assert progress.read("prediction") == {}
    assert answer.value == "First choose an answer and how sure you are."


def test_a_kept_prediction_comes_back_and_can_be_changed():
    keep("a.b", "none", "guessing")
    option, confidence, button, answer = parts(lesson._form("a.b", ["none", "half", "all"]))
    assert (option.value, confidence.value) == ("none", "guessing")
    assert answer.value == "Kept before: none (guessing)."
    option.value = "all"
    button.click()
    assert progress.read("prediction")["a.b"] == {"option": "all", "confidence": "guessing"}


def test_a_prediction_that_cannot_be_written_says_so():
    predict("a.b", "Which?", ["x", "y"])
    option, confidence, button, answer = parts(lesson._form("a.b", ["x", "y"]))
    option.value, confidence.value = "y", "certain"
    progress.path().unlink(missing_ok=True)
    progress.path().mkdir(parents=True)
    button.click()
    assert answer.value.startswith("This could not be kept in")


def test_with_a_front_end_the_form_is_shown(monkeypatch):
    shown = []
    monkeypatch.setattr(lesson, "_front_end", lambda: True)
    monkeypatch.setattr("IPython.display.display", lambda *parts: shown.extend(parts))
    predict("a.b", "Which?", ["x", "y"])
    assert repr(shown[0]) == "Which?"
    assert isinstance(shown[1], ipywidgets.VBox)
    assert "0x" not in repr(shown)


@pytest.mark.parametrize(
    ("option", "confidence", "line"),
    [
        ("half", "certain", "You said 'half' (certain). It is 'half'. Right."),
        ("none", "guessing", "You said 'none' (guessing). It is 'half'. A surprise: "),
        ("all", "certain", "You said 'all' (certain). It is 'half'. A surprise: you were certain"),
    ],
)
def test_reconcile_says_whether_it_was_a_surprise(option, confidence, line, capsys):
    keep("a.b", option, confidence)
    capsys.readouterr()
    reconcile("a.b", "half")
    assert capsys.readouterr().out.startswith(line)


def test_reconcile_refuses_a_mistyped_answer_or_name():
    predict("a.b", "Which?", ["x", "y"])
    with pytest.raises(ValueError, match=r"'z' is not an option of 'a\.b'; the options are 'x', 'y'"):
        reconcile("a.b", "z")
    with pytest.raises(ValueError, match=r"run the cell with predict\('a.c'"):
        reconcile("a.c", "x")


def test_a_kept_option_that_is_no_longer_offered_does_not_count(capsys):
    keep("a.b", "a third", "certain")
    capsys.readouterr()
    reconcile("a.b", "half")
    assert capsys.readouterr().out == "It is 'half'. No prediction was kept.\n"


def test_the_summary_has_the_greatest_surprise_first_and_a_count():
    for name, option, confidence in [
        ("a.1", "half", "certain"),
        ("a.2", "all", "guessing"),
        ("a.3", "none", "certain"),
        ("a.4", "half", "guessing"),
    ]:
        keep(name, option, confidence)
        reconcile(name, "half")
    lines = repr(reconcile()).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:6]] == [f"How many in a.{i}?" for i in (3, 2, 4, 1)]
    assert lines[-1] == "2 of 4 predictions were right, 1 wrong though certain."


def test_the_summary_without_predictions_says_so():
    predict("a.b", "Which?", ["x", "y"])
    reconcile("a.b", "x")
    assert repr(reconcile()) == "No prediction was kept in this notebook."


def test_a_kernel_without_a_front_end_skips_and_one_with_a_front_end_asks(tmp_path):
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        code = "from course_lib.lesson import predict; predict('a.b', 'Which?', ['x', 'y'])"
        assert not any(VIEW in data for data in displayed(client, code, {}))
        assert any(VIEW in data for data in displayed(client, code, {"cellId": "question"}))
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


VIEW = "application/vnd.jupyter.widget-view+json"


def displayed(client, code, metadata):
    """Run code as a front end does and return the data of everything it displays."""
    content = {"code": code, "silent": False, "store_history": False, "user_expressions": {}, "allow_stdin": False}
    message = client.session.msg("execute_request", content, metadata=metadata)
    client.shell_channel.send(message)
    found = []
    while True:
        reply = client.get_iopub_msg(timeout=60)
        if reply["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        assert reply["msg_type"] != "error", json.dumps(reply["content"])
        if reply["msg_type"] == "display_data":
            found.append(reply["content"]["data"])
        if reply["msg_type"] == "status" and reply["content"]["execution_state"] == "idle":
            return found


# card, compare_table, show_source


def test_a_card_has_formula_derivative_properties_paper_and_picture(capsys):
    card(gelu)
    out = capsys.readouterr().out.replace("\N{MINUS SIGN}", "-")
    for part in (gelu.latex, gelu.latex_derivative, gelu.summary, gelu.paper.title, gelu.paper.link, gelu.torch):
        assert part in out
    assert "no, f(-0.7518) = -0.17 is its minimum" in out
    assert "Figure: gelu (solid) and its derivative (dashed): f(-4) = -0.0001267, f(0) = 0, f(4) = 4" in out


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=lambda f: f.name)
def test_every_activation_has_a_card(f, capsys):
    card(f)
    assert f"### {f.name}" in capsys.readouterr().out


def test_the_table_compares_every_activation():
    lines = repr(compare_table()).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == list(ACTIVATIONS)
    assert len({len(line) for line in lines}) == 1


def test_a_row_of_the_table_says_what_was_measured():
    header, _, relu_row, selu_row = (row(line) for line in repr(compare_table([relu, selu])).splitlines())
    said = dict(zip(header, relu_row, strict=True))
    assert (said["function"], said["range"], said["gain"], said["formula"]) == (
        "relu",
        "0 to ∞",
        "1.414",
        f"${relu.latex}$",
    )
    assert relu_row[1:] == ["0 to ∞", "no", "yes", "left", "no", "1.414", "0.3989", "0", f"${relu.latex}$"]
    assert selu_row[1:-1] == ["\N{MINUS SIGN}1.758 to ∞", "yes", "yes", "left", "no", "1", "0", "1.758"]


def row(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_no_cell_of_a_table_breaks_its_row():
    for line in repr(compare_table()).splitlines():
        assert len(row(line)) == 10
    assert lesson._table(["a"], [["x|y\nz"]]).splitlines()[2] == r"| x\|y z |"


def test_the_source_of_an_activation_is_its_formula_and_its_derivative():
    shown = show_source(tanh)
    assert "return np.tanh(x)" in repr(shown)
    assert "@tanh.define_derivative" in repr(shown)
    assert shown._repr_markdown_() == f"```python\n{shown!r}\n```"


def test_a_unit_has_a_card_without_a_picture_and_its_source_has_both_directions(capsys):
    @unit(latex="2x", paper=relu.paper, torch=None)
    def double(x):
        """Twice x."""
        return 2 * x

    @double.define_backward("2g")
    def double(x, grad):
        return 2 * grad

    UNITS.pop("double")
    card(double)
    out = capsys.readouterr().out
    assert "$$f(x) = 2x$$" in out
    assert "Figure" not in out
    assert "return 2 * x" in repr(show_source(double))
    assert "return 2 * grad" in repr(show_source(double))


def test_the_source_of_a_method_is_not_indented():
    assert repr(show_source(type(relu).derivative)).startswith("def derivative(self, x")


@pytest.mark.parametrize("thing", [len, np.add, 3, "relu", None])
def test_what_has_no_python_source_is_refused(thing):
    with pytest.raises(TypeError, match="written in Python"):
        show_source(thing)
