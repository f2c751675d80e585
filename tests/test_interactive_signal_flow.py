"""course_lib/interactive/signal_flow.py: theory against closed forms, the library's quadrature, simulation."""

import numpy as np
import pytest
from widgets import table

from course_lib.activations import ACTIVATIONS, gelu, hard_tanh, leaky_relu, relu, selu, sigmoid, silu, tanh
from course_lib.interactive.signal_flow import DEEPEST, INPUTS, flow, signal_flow


@pytest.fixture(scope="module")
def widget():
    return signal_flow()


def simulate(f, gain, depth, width, rng):
    """One random network: root mean square and mean of the last outputs, and the size of the gradient at the input."""
    a, weights, slopes = rng.normal(size=width), [], []
    a /= np.sqrt(np.mean(a**2))
    for _ in range(depth):
        weights.append(rng.normal(0, gain / np.sqrt(width), (width, width)))
        z = weights[-1] @ a
        a = f(z)
        slopes.append(f.derivative(z))
    grad = rng.normal(size=width)
    grad /= np.sqrt(np.mean(grad**2))
    for W, slope in zip(reversed(weights), reversed(slopes), strict=True):
        grad = W.T @ (slope * grad)
    return np.mean(a**2), np.mean(a), np.mean(grad**2)


@pytest.mark.parametrize("f", [relu, sigmoid, tanh, gelu, silu, selu, leaky_relu], ids=lambda f: f.name)
def test_the_first_layer_is_what_the_library_measures(f):
    first = {name: rows[0] for name, rows in flow(f, 1.0, 1).items()}
    assert first["size"] ** 2 == pytest.approx(f.second_moment, rel=1e-9)
    assert first["mean"] == pytest.approx(f.mean, abs=1e-9)
    assert first["variance"] == pytest.approx(f.second_moment - f.mean**2, rel=1e-8)
    assert first["gradient"] ** 2 == pytest.approx(f.derivative_second_moment, rel=1e-9)


def test_relu_halves_both_mean_squares_in_every_layer():
    found = flow(relu, np.array([0.5, 1.0, 2.0]), 40)
    expected = np.array([0.5, 1.0, 2.0]) ** (layers := np.arange(1, 41))[:, None] * 2.0 ** (-layers[:, None] / 2)
    assert found["gradient"] == pytest.approx(expected, rel=1e-9)
    assert found["size"] == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("f", [relu, tanh, gelu, selu, sigmoid], ids=lambda f: f.name)
@pytest.mark.parametrize("gain", [1.0, 1.5])
def test_wide_random_networks_agree(f, gain):
    rng, depth = np.random.default_rng(0), 8
    squares, means, gradients = np.transpose([simulate(f, gain, depth, 300, rng) for _ in range(24)])
    theory = {name: rows[-1] for name, rows in flow(f, gain, depth).items()}
    for found, expected in ((squares, theory["size"] ** 2), (gradients, theory["gradient"] ** 2)):
        spread = found.std(ddof=1) / np.sqrt(found.size)
        assert abs(found.mean() - expected) < 4 * spread + 0.05 * expected
    assert np.mean(means) == pytest.approx(theory["mean"], abs=0.05 * theory["size"] + 0.01)


def test_selu_leads_every_variance_to_one_and_every_mean_to_zero():
    for variance in INPUTS:
        last = {name: rows[-1] for name, rows in flow(selu, 1.0, DEEPEST, variance**0.5).items()}
        assert last["variance"] == pytest.approx(1, abs=1e-3)
        assert last["mean"] == pytest.approx(0, abs=1e-3)
    assert flow(relu, 1.0, DEEPEST, 2**0.5)["variance"][-1] < 1e-10


def test_the_tables_are_the_flows_of_each_gain(widget):
    gains, depths = widget.setup["controls"]["cell"]["values"]
    for k, f in enumerate((relu, sigmoid, tanh, gelu, silu, selu)):
        for i in (0, 10, 30):
            rows = flow(f, gains[i], DEEPEST)
            assert table(widget, "gradients")[k, :, i] == pytest.approx(np.log10(rows["gradient"]), rel=1e-6, abs=1e-6)
            assert table(widget, "activations")[k, :, i] == pytest.approx(np.log10(rows["size"]), rel=1e-6, abs=1e-6)
            assert table(widget, "mean")[k, i] == pytest.approx([0, *rows["mean"]], rel=1e-6, abs=1e-7)
            for j, variance in enumerate(INPUTS):
                expected = [variance, *flow(f, gains[i], DEEPEST, variance**0.5)["variance"]]
                assert table(widget, "variance")[k, j, i] == pytest.approx(expected, rel=1e-6)
    assert depths == list(range(1, 51))


def test_readings_are_those_of_the_marked_cell(widget):
    state = widget.start | widget.positions({"f": "tanh", "cell": (1.4, 50)})
    expected = flow(tanh, 1.4, 50)
    assert widget.readings(state)["gradient at the input"] == pytest.approx(expected["gradient"][-1], rel=1e-12)
    assert widget.readings(state)["variance of a"] == pytest.approx(expected["size"][-1] ** 2, rel=1e-9)


def test_gains_with_a_name_are_marked_once(widget):
    marks = dict(zip(widget.controls["f"].values, widget.setup["marks"], strict=True))
    assert marks["relu"] == [["Glorot", 1.0], ["He = relu's", 2**0.5]]
    assert marks["selu"] == [["Glorot = selu's", 1.0], ["He", 2**0.5]]
    assert marks["tanh"][2] == ["tanh's", tanh.gain]


def test_the_code_that_is_shown_runs_and_gives_the_read_outs(widget, capsys):
    state = widget.start | widget.positions({"f": "gelu", "cell": (1.5, 20)})
    code = widget.setup["code"]
    for name, control in widget.controls.items():
        code = code.replace("{" + name + "}", str(control.value(state[name])))
    exec(code, {})
    printed = [float(word) for word in capsys.readouterr().out.split()]
    assert printed == pytest.approx([*widget.readings(state).values()], rel=1e-5)


def test_the_picture_has_the_map_the_mark_and_the_layers(widget):
    fig = widget.figure(f="selu", cell=(1, 20), shown="activations")
    left, right, bar = fig.axes
    assert left.get_title() == "selu: size of activations (dashed: its gain 1.00)"
    assert left.lines[1].get_xydata().tolist() == [[1, 20]]
    assert right.get_title() == "layer after layer, gain 1"
    assert [line.get_ydata()[0] for line in right.lines] == [*INPUTS, 0]
    assert {len(line.get_ydata()) for line in right.lines} == {21}
    assert bar.get_yticklabels()[0].get_text() == "10⁻⁸"


def test_what_is_sent_stays_small_and_finite(widget):
    assert len(widget.numbers) < 300_000
    assert np.isfinite(np.frombuffer(widget.numbers, dtype="<f4")).all()
    assert widget.alt(widget.start).startswith(
        "Signal flow at initialisation: activation f = relu, colour shows = gradients"
    )


@pytest.mark.parametrize("name", [name for name, f in ACTIVATIONS.items() if not any(f.kinks)])
def test_every_function_that_is_taken_gives_finite_tables(name):
    assert np.isfinite(np.frombuffer(signal_flow(ACTIVATIONS[name]).numbers, dtype="<f4")).all()


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: signal_flow(np.tanh), TypeError, "shows activation functions of the library"),
        (lambda: signal_flow(tanh, tanh), ValueError, "up to 6 different functions, got tanh, tanh"),
        (lambda: signal_flow(hard_tanh), ValueError, "without kinks other than at 0; hard_tanh has"),
    ],
)
def test_a_wrong_call_is_one_clear_line(call, error, message):
    with pytest.raises(error, match=message):
        call()
