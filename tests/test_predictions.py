"""course_lib/predictions.py: predictions never block, are kept, and are met again, with a kernel and without."""

import json
import subprocess
import sys

import pytest

from course_lib import front_end, predictions, progress
from course_lib.predictions import predict, reconcile

VIEW = "application/vnd.jupyter.widget-view+json"
SURPRISE = "You said 'all' (certain). It is 'half'. A surprise: you were certain, so look at this experiment twice."


@pytest.fixture(autouse=True)
def _new_session(monkeypatch, tmp_path):
    """Nothing asked yet, nothing kept, and nobody's own progress touched."""
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(predictions, "_asked", {})
    monkeypatch.setattr(predictions, "_reconciled", {})


@pytest.fixture
def shown(monkeypatch):
    """What is displayed by a kernel."""
    parts = []
    monkeypatch.setattr("IPython.display.display", lambda *more: parts.extend(more))
    monkeypatch.setattr(front_end, "kernel", lambda: "a kernel")
    return parts


@pytest.fixture
def asked(shown, monkeypatch):
    """Ask in a front end, and return the form."""
    monkeypatch.setattr(front_end, "cell", lambda: "a cell")

    def form(name="a.b", options=("x", "y")):
        predict(name, "Which?", options)
        return shown[-1]

    return form


@pytest.fixture
def executed_only(shown, monkeypatch):
    """As for the website: a kernel without a front end."""
    monkeypatch.setattr(front_end, "cell", lambda: None)
    return shown


def keep(name, option, confidence, options=("none", "half", "all")):
    """Ask, and store what a learner would have clicked."""
    predict(name, f"How many in {name}?", options)
    progress.record("prediction", name, {"option": option, "confidence": confidence})


def press(form, option, confidence):
    """Press the form's button, as the browser does."""
    form.answer({"option": option, "confidence": confidence})


# what is asked


def test_in_plain_python_the_question_is_printed_and_the_prediction_skipped(capsys):
    predict("07_relu.zeros", "How many outputs are 0?", ["none", "half"])
    out = capsys.readouterr().out
    assert out.startswith("How many outputs are 0?")
    assert "- none\n- half\n" in out
    assert "skipped" in out
    assert progress.read("prediction") == {}


def test_in_plain_python_nothing_is_asked_and_no_widget_is_loaded():
    code = (
        "import sys; from course_lib.lesson import predict, reconcile; predict('a.b', 'Which?', ['x', 'y']);"
        "reconcile('a.b', 'x'); print({'ipywidgets', 'anywidget', 'matplotlib'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.stderr == ""
    assert done.stdout.endswith("It is 'x'. No prediction was kept.\nset()\n")


@pytest.mark.parametrize("options", [[], ["one"], ["same", "same"], ["a", ""], ["a", "  "], ["a", None], "yes or no"])
def test_a_question_needs_two_different_answers(options):
    with pytest.raises(ValueError, match="option"):
        predict("a.b", "Which?", options)


def test_a_kernel_shows_the_question_as_markdown_and_the_form_below_it(shown, asked):
    form = asked()
    assert [repr(part) for part in shown] == ["Which?", "- x\n- y"]
    assert VIEW in form._repr_mimebundle_()[0]
    assert "text/html" not in form._repr_mimebundle_()[0]


def test_where_nobody_looks_on_the_options_are_there_for_pages_without_widgets(executed_only):
    predict("a.b", "Which?", ["x < 0", "y"])
    data = executed_only[-1]._repr_mimebundle_()[0]
    assert VIEW in data
    assert data["text/plain"] == "- x < 0\n- y"
    assert data["text/html"] == "- x &lt; 0<br>\n- y"


def test_who_hears_the_question_hears_no_marks_of_formulas(shown, asked):
    predict("a.b", r"Is $2 \cdot \log(x^2)$ *ever* `0`?", ["yes", "no"])
    assert shown[-1].setup["question"] == "Is 2 · log(x^2) ever 0?"


# what is kept


def test_a_prediction_is_kept_and_confirmed_in_words(asked):
    form = asked()
    assert form.line == ""
    press(form, "y", "certain")
    assert progress.read("prediction") == {"a.b": {"option": "y", "confidence": "certain"}}
    assert form.line == "Kept: y (certain). Now run the experiment."
    assert form.kept == {"a.b": {"option": "y", "confidence": "certain"}}


def test_a_kept_prediction_comes_back_and_can_be_changed(asked):
    press(asked(), "x", "guessing")
    form = asked()
    assert form.kept == {"a.b": {"option": "x", "confidence": "guessing"}}
    assert form.line == "Kept before: x (guessing)."
    press(form, "y", "guessing")
    assert progress.read("prediction")["a.b"] == {"option": "y", "confidence": "guessing"}


def test_a_prediction_that_cannot_be_written_says_so(asked):
    form = asked()
    progress.path().mkdir(parents=True)
    press(form, "y", "certain")
    assert form.line.startswith("This could not be kept in")


# what is said after the experiment


@pytest.mark.parametrize(
    ("option", "confidence", "line"),
    [
        ("half", "certain", "You said 'half' (certain). It is 'half'. Right.\n"),
        ("none", "guessing", "You said 'none' (guessing). It is 'half'. A surprise: now it is more than a guess.\n"),
        ("all", "certain", SURPRISE + "\n"),
    ],
)
def test_reconcile_says_whether_it_was_a_surprise(option, confidence, line, capsys):
    keep("a.b", option, confidence)
    capsys.readouterr()
    reconcile("a.b", "half")
    assert capsys.readouterr().out == line


def test_in_a_front_end_reconcile_prints_and_shows_no_widget(shown, asked, capsys):
    press(asked(), "x", "certain")
    shown.clear()
    reconcile("a.b", "x")
    assert capsys.readouterr().out == "You said 'x' (certain). It is 'x'. Right.\n"
    assert shown == []
    assert not hasattr(reconcile(), "comm")


def test_where_nobody_looks_on_the_browser_is_given_the_sentence_for_every_prediction(executed_only, capsys):
    predict("a.b", "How many?", ["none", "half", "all"])
    reconcile("a.b", "half")
    part = executed_only[-1]
    assert repr(part) == part.setup["words"]["none"] == "It is 'half'. No prediction was kept."
    assert part.setup["cases"]["a.b"]["all"]["certain"] == SURPRISE
    assert {option: len(cases) for option, cases in part.setup["cases"]["a.b"].items()} == {
        "none": 3,
        "half": 3,
        "all": 3,
    }
    assert capsys.readouterr().out == ""


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


# the table of all


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


def test_where_nobody_looks_on_the_browser_is_given_the_row_for_every_prediction(executed_only):
    predict("a.b", "Is $x$ it?", ["yes", "no"])
    reconcile("a.b", "no")
    part = reconcile()
    assert repr(part) == "No prediction was kept in this notebook."
    assert part.setup["cases"]["a.b"]["yes"]["certain"] == {
        "cells": ("Is x it?", "yes", "certain", "no", "no"),
        "surprise": 3,
    }
    assert part.setup["cases"]["a.b"]["no"]["guessing"]["surprise"] == -1


# kernels


def test_a_kernel_answers_in_print_with_a_front_end_and_in_a_widget_without_one():
    from jupyter_client.manager import start_new_kernel

    manager, client = start_new_kernel(kernel_name="python3")
    try:
        code = "from course_lib.lesson import *; predict('a.b', 'Which?', ['x', 'y']); reconcile('a.b', 'x')"
        question, form, answer = displayed(client, code, {})
        assert (question["text/plain"], form["text/plain"]) == ("Which?", "- x\n- y")
        assert (
            answer["text/plain"] == answer["text/html"].replace("&#x27;", "'") == "It is 'x'. No prediction was kept."
        )
        assert [VIEW in data for data in (question, form, answer)] == [False, True, True]
        question, form = displayed(client, code, {"cellId": "question"})
        assert VIEW in form
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


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
