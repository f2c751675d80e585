"""course_lib/interactive/descent.py: the tables are gradient descent, step by step, from every start."""

import numpy as np
import pytest
from widgets import table

from course_lib import datasets
from course_lib.interactive.descent import STEPS, descent
from course_lib.network import SGD, Dense, Network, SquaredError, train


@pytest.fixture(scope="module")
def widget():
    return descent()


def rate(widget, i):
    return widget.controls["eta"].values[i]


def test_the_best_line_is_that_of_least_squares(widget):
    x, y = table(widget, "x").astype(float), table(widget, "y").astype(float)
    assert widget.setup["best"] == pytest.approx(np.polyfit(x, y, 1), rel=1e-6)
    w, b = widget.setup["best"]
    assert widget.setup["least"] == pytest.approx(np.mean((w * x + b - y) ** 2), rel=1e-5)


@pytest.mark.parametrize("eta", range(4))
@pytest.mark.parametrize("start", [(0, 7.5), (5.5, 12), (2.9, 10)])
def test_weighted_tables_are_the_path_and_its_losses(widget, eta, start):
    state = widget.start | widget.positions({"start": start}) | {"eta": eta}
    away = np.array(widget.controls["start"].value(state["start"])) - widget.setup["best"]
    powers, forms = table(widget, "powers")[eta].astype(float), table(widget, "forms")[eta].astype(float)
    for step in (0, 1, 7, STEPS):
        reading = widget.readings(state | {"step": step})
        here = powers[:, step].reshape(2, 2) @ away + widget.setup["best"]
        assert here == pytest.approx([reading["w"], reading["b"]], rel=1e-5)
        squares = [away[0] ** 2, away[0] * away[1], away[1] ** 2]
        assert forms[:, step] @ squares + widget.setup["least"] == pytest.approx(reading["L"], rel=1e-5)
        slope = np.reshape(widget.setup["second"], (2, 2)) @ (here - widget.setup["best"])
        assert slope == pytest.approx([reading["dL/dw"], reading["dL/db"]], rel=1e-4, abs=1e-5)


def test_the_library_trains_along_the_same_path(widget):
    state = widget.start | widget.positions({"step": 9})
    net = Network(1, [Dense(1)])
    net.parameters = widget.controls["start"].value(state["start"])
    x, y = np.round(datasets.line(20)[0], 3), np.round(datasets.line(20)[1], 3)
    train(net, x, y, SquaredError(), SGD(float(rate(widget, state["eta"]))), epochs=9, batch=None)
    reading = widget.readings(state)
    assert net.parameters == pytest.approx([reading["w"], reading["b"]], rel=1e-12)


def test_the_map_has_the_loss_of_each_place(widget):
    w, b = table(widget, "w"), table(widget, "b")
    for i, j in ((0, 0), (40, 3), (20, 20)):
        place = widget.start | widget.positions({"start": (w[j], b[i]), "step": 0})
        away = np.array(widget.controls["start"].value(place["start"])) - [w[j], b[i]]
        assert np.abs(away).max() < 0.051
        assert table(widget, "map")[i, j] == pytest.approx(widget._loss((w[j], b[i])), rel=1e-5)


def test_the_rates_are_slow_good_jumping_and_diverging(widget):
    slow, good, jumping, diverging = (
        [widget.readings(widget.start | {"eta": i, "step": step}) for step in range(STEPS + 1)] for i in range(4)
    )
    losses = [[at["L"] - widget.setup["least"] for at in path] for path in (slow, good, jumping, diverging)]
    assert all(np.all(np.diff(path) < 1e-12) for path in losses[:3])
    assert losses[0][-1] > 0.01 * losses[0][0]
    assert losses[1][6] < 0.01 * losses[1][0]
    sides = np.sign([at["b"] - widget.setup["best"][1] for at in jumping])
    assert np.all(sides[1:] == -sides[:-1])
    assert losses[3][-1] > 10 * losses[3][0]
    assert widget.setup["words"][3] == "Above 1.00 the jumps grow, and so does the loss: it diverges."


def test_at_the_bottom_nothing_moves(widget):
    best = widget.start | widget.positions({"start": widget.setup["best"], "eta": rate(widget, 1), "step": 20})
    assert widget.readings(best)["L"] == pytest.approx(widget.setup["least"])


def test_the_code_that_is_shown_runs_and_gives_the_read_outs(widget, capsys):
    state = widget.start | widget.positions({"step": 5, "start": (1.2, 8.5)})
    code = widget.setup["code"]
    for name, control in widget.controls.items():
        code = code.replace("{" + name + "}", str(control.value(state[name])))
    exec(code, {})
    printed = [float(word) for word in capsys.readouterr().out.split()]
    assert printed == pytest.approx([*widget.readings(state).values()], rel=1e-9)


def test_the_picture_shows_path_and_line(widget):
    fig = widget.figure(eta=rate(widget, 1), step=3, start=(1, 9))
    left, right = fig.axes
    assert left.lines[0].get_xydata().shape == (4, 2)
    assert left.lines[0].get_xydata()[0].tolist() == [1, 9]
    assert left.get_title().startswith("η = 0.707, 3 steps: L = 0.1")
    assert len(right.lines[0].get_xdata()) == 20


def test_what_is_sent_stays_small_and_the_alternative_text_says_what_is_read(widget):
    assert len(widget.numbers) < 20_000
    assert widget.alt(widget.start).startswith(
        "Gradient descent: learning rate η = 0.949, steps = 12, start (w, b) = ("
    )
    assert "dL/db" in widget.alt(widget.start)


@pytest.mark.parametrize("options", [{"n": 3}, {"n": 200, "noise": 0}, {"noise": 4, "seed": 3}])
def test_other_points_give_other_maps(options):
    widget = descent(**options)
    assert np.isfinite(np.frombuffer(widget.numbers, dtype="<f4")).all()
    reading = widget.readings(widget.start | {"eta": 1, "step": STEPS})
    assert reading["L"] < widget.readings(widget.start | {"step": 0})["L"]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: descent(2), "draws 3 to 200 points, got n = 2"),
        (lambda: descent(20.0), "draws 3 to 200 points, got n = 20.0"),
        (lambda: descent(noise=-1), "noise"),
    ],
)
def test_a_wrong_call_is_one_clear_line(call, message):
    with pytest.raises(ValueError, match=message):
        call()
