"""The benchmarks run from end to end, and treat all contenders alike. How fast anything is, no test asks."""

import json
import sys

import numpy as np
import pytest

from benchmarks import __main__ as command
from benchmarks import accuracy, grading, speed, timing, training
from course_lib.activations import ACTIVATIONS


@pytest.fixture
def one_call_each(monkeypatch):
    """Let every contender be called once, and take as many seconds as it has letters in its name."""

    def in_turn(contenders, **_):
        for call in contenders.values():
            call()
        return {name: float(len(name)) for name in contenders}

    for module in (speed, training):
        monkeypatch.setattr(module, "in_turn", in_turn)


def test_contenders_take_turns():
    calls = []
    timing.in_turn({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, seconds=0, least=7, turn=0)
    assert calls == ["a"] * 2 + ["b"] * 2 + ["a", "b"] * 7


def test_a_peer_that_is_not_installed_is_left_out():
    assert timing.peer("no_such_package") is None


def test_a_table_has_columns(capsys):
    timing.table("Title", ["name", "ratio"], [["relu", 0.123456], ["x", "-"]])
    assert capsys.readouterr().out == "\nTitle\nname  ratio\nrelu  0.123\nx     -\n"


def test_accuracy_is_exact_for_relu_and_shows_what_peers_lose(monkeypatch, capsys):
    monkeypatch.setattr(accuracy, "ACTIVATIONS", {name: ACTIVATIONS[name] for name in ("relu", "sigmoid")})
    rows = {row["function"]: row for row in accuracy.run()}
    assert rows["relu"]["ours f float64"] == rows["relu"]["ours f' float32"] == 0
    assert 0 < rows["sigmoid"]["ours f' float64"] <= 2
    assert rows["relu"]["scipy f float64"] is None
    assert "Worst error in ULP, float32" in capsys.readouterr().out


def test_speed_compares_every_function_at_every_size(monkeypatch, one_call_each, capsys):
    monkeypatch.setattr(speed, "SIZES", (10, 100))
    rows = speed.run()
    assert {(row["function"], row["n"]) for row in rows} == {(name, n) for name in ACTIVATIONS for n in (10, 100)}
    assert all(row["both / copy"] == 1 for row in rows)
    if timing.peer("torch"):
        compared = {row["function"] for row in rows if "both / torch" in row}
        assert compared == set(ACTIVATIONS) - {"step"}
    markers = [line for line in speed.picture(rows).axes[0].lines if line.get_marker() in ("o", "X")]
    assert [len(line.get_ydata()) for line in markers] == [len(ACTIVATIONS)] * 2
    assert "10 numbers in float32" in capsys.readouterr().out


def test_training_compares_both_problems_and_both_optimisers(monkeypatch, one_call_each):
    X = np.random.default_rng(0).normal(size=(40, 2)).astype(np.float32)
    y = np.arange(40) % 2
    monkeypatch.setattr(training, "_problems", lambda: {"two": (X, y, [2, 4, 1]), "three": (X, y, [2, 4, 3])})
    rows = training.run()
    assert [(row["problem"], row["optimiser"]) for row in rows] == [
        ("two", "SGD"), ("two", "Adam"), ("three", "SGD"), ("three", "Adam")
    ]  # fmt: skip
    assert all(row["sklearn / ours"] == len("sklearn") / len("ours") for row in rows)


def test_what_is_timed_as_ours_learns():
    X, y, sizes = training._problems()["spirals"]
    ours = training._ours(X, y, sizes, "Adam")
    before = ours()["loss"]
    for _ in range(20):
        after = ours()
    assert after["loss"] < 0.8 * before


@pytest.fixture
def graders(monkeypatch, tmp_path):
    """Run the comparison of graders with pretended ones: course grade takes 0.1 seconds, the others 1 and 4."""

    def compare(peers, points):
        def grader(each, points):
            return lambda folder, notebooks: (1.0, each, dict.fromkeys(notebooks, points))

        monkeypatch.setattr(grading, "peer", lambda name: peers)
        monkeypatch.setattr(grading, "_ours", grader(0.1, 8.0))
        monkeypatch.setattr(grading, "_nbgrader", grader(1.0, 8.0))
        monkeypatch.setattr(grading, "_otter", grader(4.0, points))
        return [round(row["each / ours"], 6) for row in grading._beside_peers(tmp_path)]

    return compare


def test_grading_without_the_peers_says_how_to_get_them(graders, capsys):
    assert graders(peers=False, points=8.0) == [1]
    assert "make bench EXTRAS=test,peers" in capsys.readouterr().out


def test_grading_compares_seconds_for_each_notebook_and_the_points(graders, capsys):
    assert graders(peers=True, points=8.0) == [1, 10, 40]
    assert "All graders give each notebook the same points." in capsys.readouterr().out
    graders(peers=True, points=7.0)
    assert "The graders disagree" in capsys.readouterr().out


def test_honest_notebooks_are_all_unlike():
    notebooks = grading._honest(grading.FEW + grading.MANY)
    assert len(set(notebooks.values())) == len(notebooks) == grading.FEW + grading.MANY


def test_the_figures_are_saved(monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(command, "FOLDER", tmp_path / "results")
    monkeypatch.setattr(accuracy, "ACTIVATIONS", {"relu": ACTIVATIONS["relu"]})
    monkeypatch.setattr(sys, "argv", ["benchmarks", "accuracy"])
    command.main()
    saved = json.loads((tmp_path / "results" / "results.json").read_text())
    assert saved["accuracy"][0]["function"] == "relu"
    assert saved["machine"]["numpy"] == np.__version__


def test_an_unknown_benchmark_is_one_clear_line(monkeypatch):
    monkeypatch.setattr(sys, "argv", ["benchmarks", "sped"])
    with pytest.raises(SystemExit, match="There is no benchmark sped; there are startup, accuracy, speed, training"):
        command.main()
