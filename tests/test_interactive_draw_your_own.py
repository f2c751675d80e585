"""course_lib/interactive/draw_your_own.py: what is drawn is an activation like all others."""

import itertools
import math

import numpy as np
import pytest
from widgets import table

from course_lib.activations import hard_tanh, relu
from course_lib.gradcheck import numerical_gradient
from course_lib.interactive.draw_your_own import DATA, EPOCHS, PLACES, WAVE, Drawn, draw_your_own
from course_lib.interactive.playground import Run
from course_lib.layers import Dense
from course_lib.network import BinaryCrossEntropy, Network

RELU = np.maximum(PLACES, 0)
CURVES = {
    "relu": RELU,
    "wave": WAVE,
    "hard tanh": np.clip(PLACES, -1, 1),
    "zigzag": [3, -1.5, 0.2, 0.2, 1, -2, 4, 4, 0],
    "constant": np.full(9, 1.5),
    "zero": np.zeros(9),
    "line": PLACES / 2,
}


@pytest.mark.parametrize("heights", CURVES.values(), ids=CURVES)
def test_it_goes_through_its_points_in_straight_lines_and_on(heights):
    f, middle = Drawn(heights), (PLACES[1:] + PLACES[:-1]) / 2
    assert np.allclose(f(PLACES), heights)
    assert np.allclose(f(middle), (np.array(heights)[1:] + np.array(heights)[:-1]) / 2)
    assert f(-6) == pytest.approx(heights[0] - 2 * (heights[1] - heights[0]))
    assert f(6) == pytest.approx(heights[-1] + 2 * (heights[-1] - heights[-2]))


@pytest.mark.parametrize("heights", CURVES.values(), ids=CURVES)
def test_the_slope_is_that_of_the_function(heights):
    f, x = Drawn(heights), np.arange(-6, 6, 0.25) + 0.1
    assert np.allclose(f.derivative(x), (f(x + 1e-6) - f(x - 1e-6)) / 2e-6, atol=1e-6)


def test_it_is_an_activation_of_the_library():
    f = Drawn(CURVES["hard tanh"])
    x = np.array([-np.inf, -3, -0.5, 0, 2, np.inf])
    assert np.array_equal(f(x), hard_tanh(x))
    assert f.kinks == hard_tanh.kinks
    assert f.bounds == hard_tanh.bounds
    assert (f.mean, f.gain) == pytest.approx((hard_tanh.mean, hard_tanh.gain))
    assert math.isnan(f(np.nan))
    assert math.isnan(f.derivative(np.nan))
    assert f(np.zeros((2, 3), np.float32)).dtype == np.float32
    assert f.derivative(np.float32([1])).dtype == np.float32
    assert Drawn(RELU).bounds == (0, math.inf)
    assert Drawn(-RELU).bounds == (-math.inf, 0)


def test_a_network_learns_with_it_and_its_gradient_is_right():
    f = draw_your_own().activation()
    net = Network(2, [Dense(5), f, Dense(1)], seed=1)
    X, y = np.random.default_rng(0).normal(size=(20, 2)), np.arange(20) % 2
    _, gradient = net.gradient(X, y, BinaryCrossEntropy())

    def loss(parameters):
        net.parameters = parameters
        return net.evaluate(X, y, BinaryCrossEntropy())["loss"]

    assert np.allclose(gradient, numerical_gradient(loss, net.parameters.copy()), atol=1e-6)


def test_a_function_that_is_zero_everywhere_has_a_network_too():
    assert Run([(8, Drawn(np.zeros(9)))]).learn(1).measure()["layer 1 dead %"] == 100


def test_the_activation_is_the_one_that_is_drawn_now():
    widget = draw_your_own()
    widget.state = widget.state | widget.positions({f"h{i}": height for i, height in enumerate(RELU)})
    x = np.linspace(-5, 5, 101)
    assert np.allclose(widget.activation()(x), relu(x))


@pytest.mark.parametrize("heights", CURVES.values(), ids=CURVES)
def test_the_weighted_sum_of_the_tables_is_the_function(heights):
    widget = draw_your_own()
    f = Drawn(heights)
    assert np.allclose(heights @ table(widget, "curves"), f(table(widget, "z")), atol=1e-5)
    assert np.allclose(heights @ table(widget, "slopes"), f.slopes, atol=1e-5)
    assert (heights @ table(widget, "means"))[0] == pytest.approx(f.mean, abs=1e-6)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("relu", ("no", "0.0 to 1.0", "on the left", "no")),
        ("wave", ("yes", "−1.0 to 1.0", "nowhere", "no")),
        ("hard tanh", ("yes", "0.0 to 1.0", "on both sides", "no")),
        ("constant", ("no", "0.0 to 0.0", "on both sides", "yes")),
        ("line", ("yes", "0.5 to 0.5", "nowhere", "yes")),
    ],
)
def test_read_outs_say_what_the_curve_is(name, expected):
    widget = draw_your_own(CURVES[name])
    readings = list(widget.readings(widget.start).items())
    assert tuple(value for _, value in readings[1:]) == expected
    if name == "relu":
        assert readings[0] == ("mean of f(z), z ~ N(0, 1)", pytest.approx(relu.mean))


def test_a_straight_line_is_affine_wherever_it_lies():
    assert draw_your_own(PLACES / 2 + 1).readings(draw_your_own(PLACES / 2 + 1).start)["affine"] == "yes"


def test_recorded_and_streamed_frames_are_those_of_plain_training(monkeypatch):
    widget, heard = draw_your_own(), []
    monkeypatch.setattr(widget, "stream", lambda content, **arrays: heard.append((content, arrays)))
    for frame in (0, 3, len(EPOCHS) - 1):
        widget.answer({"heights": [widget.start[f"h{i}"] for i in range(9)], "frame": frame}, [])
        content, arrays = heard.pop()
        run = Run([(8, Drawn(WAVE))] * 2, **DATA).learn(EPOCHS[frame])
        accuracy = run.measure()["accuracy, validation %"]
        assert content["frame"] == frame
        assert arrays["accuracy"] == accuracy == pytest.approx(table(widget, "accuracies")[0, frame])
        assert np.allclose(arrays["map"], table(widget, "maps")[0, frame], atol=1e-6)
    assert widget._run[1].epoch == EPOCHS[-1]


def test_other_heights_start_a_new_network(monkeypatch):
    widget = draw_your_own()
    monkeypatch.setattr(widget, "stream", lambda content, **arrays: None)
    widget.answer({"heights": [20] * 9, "frame": 4}, [])
    widget.answer({"heights": [20] * 8 + [21], "frame": 0}, [])
    assert widget._run[1].epoch == 0


def test_the_recorded_comparison_tells_the_story():
    yours, bent, straight = table(draw_your_own(), "accuracies")
    assert yours[-1] > 95
    assert bent[-1] > 95
    assert straight.max() < 70
    assert np.argmax(yours > 90) < np.argmax(bent > 90)


def test_the_code_that_is_shown_runs_and_gives_the_read_outs(capsys):
    widget = draw_your_own([-1, -1, 0, 0.5, 0, 1, 2, 2, 2])
    code = widget.setup["code"]
    for name, position in widget.start.items():
        code = code.replace("{" + name + "}", widget.setup["controls"][name]["texts"][position].replace("−", "-"))
    exec(code, {})
    readings = widget.readings(widget.start)
    first, *runs = capsys.readouterr().out.strip().split("\n")
    mean, low, high = map(float, first.split())
    assert mean == pytest.approx(readings["mean of f(z), z ~ N(0, 1)"])
    assert f"{low:.1f} to {high:.1f}".replace("-", "−") == readings["slopes"]
    assert len(runs) == 3
    shown = table(widget, "accuracies")[:, widget.start["epoch"]]
    assert all(f"{accuracy:.1f}"[:3] in line for accuracy, line in zip(shown, runs, strict=True))


def test_the_picture_shows_the_curve_and_what_is_learned_with_it():
    left, right = draw_your_own().figure(h4=2, epoch=5).axes
    assert 2 in left.lines[0].get_ydata()
    assert [line.get_label() for line in right.lines] == ["yours", "relu", "identity"]
    assert all(len(line.get_xdata()) == 6 for line in right.lines)


def test_what_is_stored_stays_small():
    assert len(draw_your_own().numbers) < 100_000


@pytest.mark.parametrize("heights", [[1, 2], itertools.repeat(0, 3), [math.nan] * 9, np.zeros((3, 3))])
def test_a_wrong_call_is_one_clear_line(heights):
    with pytest.raises(ValueError, match="a drawn activation needs 9 finite heights, at -4, -3"):
        draw_your_own(list(heights))
