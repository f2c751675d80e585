"""course_lib/interactive/chain.py: tables and read-outs against derivatives computed in other ways."""

import itertools

import numpy as np
import pytest
from widgets import at, table

from course_lib.activations import ACTIVATIONS, identity, relu, sigmoid, tanh
from course_lib.interactive.chain import TARGET, chain
from course_lib.network import Dense, Network, SquaredError


@pytest.fixture(scope="module")
def widget():
    return chain()


def loss(f, x, w, depth):
    """The loss, computed once more."""
    for _ in range(depth):
        x = f(w * x)
    return (x - TARGET) ** 2 / 2


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "identity"])
@pytest.mark.parametrize("depth", [1, 4, 12])
def test_the_gradient_is_the_complex_step_derivative_of_the_loss(widget, name, depth):
    reading = widget.readings(at(widget, f=name, x=0.75, w=1.25, depth=depth))
    expected = loss(ACTIVATIONS[name], 0.75 + 1e-30j, 1.25, depth)
    assert reading["loss L"] == pytest.approx(expected.real, rel=1e-12)
    assert reading["dL/dx"] == pytest.approx(expected.imag / 1e-30, rel=1e-10)


def test_the_network_of_the_library_agrees(widget):
    net = Network(1, [layer for _ in range(5) for layer in (Dense(1), "tanh")])
    net.parameters = np.tile([1.5, 0.0], 5)
    values = {"f": "tanh", "x": -1.0, "w": 1.5, "depth": 5}
    reading = widget.readings(at(widget, **values))
    assert net([[-1.0]])[0, 0] == pytest.approx(reading["output a"], rel=1e-12)
    gradient = net.gradient([[-1.0]], [TARGET], SquaredError())[1]  # twice the loss here; z1 = w x + b
    assert gradient[1] * 1.5 / 2 == pytest.approx(reading["dL/dx"], rel=1e-12)


@pytest.mark.parametrize("f", range(5))
def test_the_tables_give_the_read_outs_in_every_state(widget, f):
    for x, w, last in itertools.product((0, 6, 16), (0, 3, 6), (1, 10, 20)):
        state = {"f": f, "x": x, "w": w, "depth": last - 1}
        reading, path = widget.readings(state), table(widget, "path")[f, w, x]
        error = table(widget, "error")[f, w, x, last - 1]
        assert table(widget, "a")[f, w, x, last] == pytest.approx(reading["output a"], rel=1e-6)
        assert table(widget, "loss")[f, w, x, last - 1] == pytest.approx(reading["loss L"], rel=1e-5)
        size = 10.0 ** float(error + path[last])
        assert size == pytest.approx(abs(reading["dL/dx"]), rel=2e-5, abs=1e-45)


def test_sigmoids_make_the_gradient_vanish_and_relu_does_not(widget):
    deep = {name: widget.readings(at(widget, f=name, x=1, w=1, depth=20))["dL/dx"] for name in ("sigmoid", "relu")}
    assert abs(deep["sigmoid"]) < 1e-12
    assert deep["relu"] == 1 - TARGET


def test_a_large_weight_makes_it_explode(widget):
    assert widget.readings(at(widget, f="identity", x=1, w=2, depth=20))["dL/dx"] > 1e12


def test_a_dead_unit_sends_exactly_nothing_back(widget):
    state = at(widget, f="relu", x=-1, depth=3)
    assert widget.readings(state) == {"output a": 0, "loss L": TARGET**2 / 2, "dL/dx": 0}
    assert table(widget, "path")[state["f"], state["w"], state["x"], 3] < -900


def test_the_code_that_is_shown_runs_and_gives_the_read_outs(widget, capsys):
    state = at(widget, f="leaky_relu", x=-0.5, w=1.5, depth=4)
    code = widget.setup["code"]
    for name, control in widget.controls.items():
        code = code.replace("{" + name + "}", str(control.value(state[name])))
    exec(code, {})
    printed = [float(word) for word in capsys.readouterr().out.split()]
    assert printed == pytest.approx([*widget.readings(state).values()])


def test_the_picture_shows_values_forward_and_gradients_backward(widget):
    fig = widget.figure(f="identity", x=1, w=0.5, depth=3)
    left, right = fig.axes
    assert left.lines[0].get_ydata().tolist() == [1, 0.5, 0.25, 0.125]
    sizes = [bar.get_height() for bar in right.patches]
    assert sizes == pytest.approx(np.log10(0.175 * 0.5 ** np.array([3, 2, 1, 0])))
    assert fig.get_suptitle() == "identity, w = 0.5, 3 layers: dL/dx = -0.022"


def test_what_is_sent_stays_small_and_the_alternative_text_says_what_is_read(widget):
    assert len(widget.numbers) < 300_000
    assert widget.alt(widget.start).startswith("A chain of layers: activation f = sigmoid, input x = 1.00, ")
    assert widget.alt(widget.start).endswith("layers = 10, output a 0.659, loss L 0.0645, dL/dx 1e\N{MINUS SIGN}07")


def test_functions_and_depth_can_be_chosen():
    assert chain(relu, tanh, depth=3).values(chain(relu, tanh, depth=3).start)["f"] == "relu"
    assert chain(relu, tanh).controls["f"].values == ["relu", "tanh"]
    assert chain(depth=20).readings(chain(depth=20).start)["dL/dx"] < 1e-12


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: chain(np.tanh), TypeError, "activation functions of the library, as in chain\\(relu\\)"),
        (lambda: chain(relu, relu), ValueError, "up to 6 different functions, got relu, relu"),
        (lambda: chain(*list(ACTIVATIONS.values())[:7]), ValueError, "up to 6 different functions"),
        (lambda: chain(identity, depth=21), ValueError, "from 1 to 20, got 21"),
        (lambda: chain(sigmoid, depth=2.5), ValueError, "from 1 to 20, got 2.5"),
    ],
)
def test_a_wrong_call_is_one_clear_line(call, error, message):
    with pytest.raises(error, match=message):
        call()
