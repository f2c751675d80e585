"""course_lib/interactive/layer_stack.py: without an activation all stacks are one line, with one they are not."""

import numpy as np
import pytest
from widgets import at, table

from course_lib.activations import identity, relu, tanh
from course_lib.datasets import moons
from course_lib.interactive.layer_stack import fold, layer_stack, output, stack
from course_lib.network import Dense, Network

MINUS = "\N{MINUS SIGN}"
X, Y = moons(100, noise=0.15, seed=0)
ACTIVATIONS = {"none": identity, "relu": relu, "tanh": tanh}


@pytest.fixture(scope="module")
def widget():
    return layer_stack()


def test_without_an_activation_every_stack_is_the_best_single_affine_layer(widget):
    best = np.linalg.lstsq(np.column_stack([X, np.ones(100)]), 2 * Y - 1, rcond=None)[0]
    assert np.allclose(table(widget, "W"), best, atol=1e-6)
    for layers in range(7):
        for seed in "0123":
            readings = widget.readings(at(widget, layers=layers, seed=seed))
            assert list(readings.values())[:3] == pytest.approx(best, abs=1e-9)
            assert readings["correct"] == "84 of 100"


def test_a_folded_stack_computes_what_the_stack_computes():
    for layers in (0, 1, 6):
        net = stack(layers, identity, 3, X, Y)
        W, b = fold(net)
        assert np.allclose((X @ W.T + b)[:, 0], output(net, identity, X), atol=1e-9)


def test_with_an_activation_no_single_layer_does_the_same():
    for f in (relu, tanh):
        for layers in range(1, 7):
            z = output(stack(layers, f, 0, X, Y), f, np.array([[-1.0, 0.0], [0.0, 0.0], [1.0, 0.0]]))
            assert abs(z[0] + z[2] - 2 * z[1]) > 0.01


@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_a_bend_gets_more_points_right(widget, name):
    for layers in range(1, 7):
        for seed in "0123":
            correct = widget.readings(at(widget, layers=layers, activation=name, seed=seed))["correct"]
            assert int(correct.split()[0]) >= 90


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_the_network_of_the_library_agrees(name):
    layers = stack(3, ACTIVATIONS[name], 1, X, Y)
    activation = ["identity" if name == "none" else name]
    net = Network(2, [*([Dense(24), *activation] * 3), Dense(1)])
    net.parameters = np.concatenate([np.column_stack([W, b]).ravel() for W, b in layers])
    assert np.allclose(net(X)[:, 0], output(layers, ACTIVATIONS[name], X), atol=1e-9)


def test_adding_a_layer_leaves_those_before_it_alone():
    for (W, b), (V, c) in zip(stack(3, relu, 2, X, Y)[:3], stack(6, relu, 2, X, Y), strict=False):
        assert np.array_equal(W, V)
        assert np.array_equal(b, c)


def test_the_tables_agree_with_the_read_outs_in_every_state(widget):
    right, plane = table(widget, "right"), table(widget, "plane").astype(float)
    for i, (name, f) in enumerate(ACTIVATIONS.items()):
        for layers in range(7):
            for seed in range(4):
                state = at(widget, layers=layers, activation=name, seed=str(seed))
                assert widget.readings(state)["correct"] == f"{right[i, layers, seed]:.0f} of 100"
                if i and layers:
                    z = output(stack(layers, f, seed, X, Y), f, plane.T)
                    assert np.allclose(table(widget, "heights")[i - 1, layers - 1, seed], z, atol=1e-4)


def test_without_a_hidden_layer_there_is_nowhere_to_put_an_activation(widget):
    expected = widget.readings(at(widget, layers=0, activation="none"))
    assert widget.readings(at(widget, layers=0, activation="tanh")) == expected
    assert expected["w₁"] != "–"
    assert widget.readings(at(widget, layers=1, activation="tanh"))["w₁"] == "–"


def test_the_heat_map_covers_the_axes_and_all_points(widget):
    (rows, columns), axes = widget.setup["shape"], widget.setup["axes"]
    x, y = table(widget, "plane").reshape(2, rows, columns)
    assert np.allclose(x[0, [0, -1]], axes["x"]["lim"])
    assert np.allclose(y[[0, -1], 0], axes["y"]["lim"])
    for label in (0, 1):
        points = table(widget, f"class {label}")
        expected = X[np.equal(Y, label)].T
        assert np.allclose(points, expected)
        for numbers, name in zip(points, "xy", strict=True):
            low, high = axes[name]["lim"]
            assert low < numbers.min()
            assert numbers.max() < high


def test_what_is_sent_stays_small(widget):
    assert len(widget.numbers) < 260_000
    assert len(layer_stack("circles").numbers) < 200_000


def test_a_line_is_no_help_for_circles_and_a_bend_is():
    widget = layer_stack("circles")
    assert int(widget.readings(at(widget, layers=3))["correct"].split()[0]) < 60
    assert int(widget.readings(at(widget, layers=2, activation="tanh"))["correct"].split()[0]) > 95


def test_the_twin_shows_the_border(widget):
    ax = widget.figure(layers=2, activation="relu").axes[0]
    assert ax.get_title().startswith("2 hidden layers, relu after each: ")
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["class 0", "class 1"]
    assert widget.figure(layers=2).axes[0].get_title() == "2 hidden layers, no activation: 84 of 100 right"


@pytest.mark.parametrize("data", ["moons", "circles"])
def test_the_code_that_is_shown_runs_and_gives_the_read_outs(data, capsys):
    widget = layer_stack(data)
    for name in ACTIVATIONS:
        state, code = at(widget, layers=4, activation=name, seed="2"), widget.setup["code"]
        for control in widget.controls:
            code = code.replace("{" + control + "}", widget._text(control, state[control]))
        space = {}
        exec(code, space)
        readings = widget.readings(state)
        assert capsys.readouterr().out.startswith(readings["correct"])
        if name == "none":
            found = [*space["W"][0], *space["b"]]
            assert found == pytest.approx([readings[key] for key in ("w₁", "w₂", "b")])


def test_other_data_are_refused_in_one_line():
    with pytest.raises(ValueError, match="data must be 'moons' or 'circles', got 'spirals'"):
        layer_stack("spirals")
