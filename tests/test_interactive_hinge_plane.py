"""course_lib/interactive/hinge_plane.py: what is counted is what the layer does to the inputs."""

import numpy as np
import pytest
from widgets import table

from course_lib.interactive.hinge_plane import hinge_plane, inputs, layer
from course_lib.layers import Dense
from course_lib.network import Network, SquaredError


@pytest.fixture(scope="module")
def widget():
    return hinge_plane()


def reads(widget, **values):
    return widget.readings(widget.state | widget.positions(values))


def network(widget, state):
    """The same layer as a network of the course."""
    values = widget.values(state)
    net = Network(2, [Dense(4), "relu"])
    W, b = layer(*([values[f"{name}_{i}"] for i in (1, 2, 3, 4)] for name in ("direction", "bias")))
    net.layers[0].weights[:], net.layers[0].bias[:] = W, b
    return net


@pytest.mark.parametrize("values", [{}, {"bias_1": -3.4}, {"bias_1": -3.4, "direction_3": 90, "bias_3": -3.4}])
def test_zeros_and_dead_are_those_of_the_networks_statistics(widget, values):
    net = network(widget, widget.state | widget.positions(values))
    *_, row = net.statistics(inputs(), np.zeros((125, 4)), SquaredError())
    read = reads(widget, **values)
    assert read["zeros, of all outputs"] == f"{100 * row['zeros']:.0f} %"
    assert read["dead, of all units"] == f"{100 * row['dead']:.0f} %"


def test_at_first_most_outputs_are_zero_and_no_unit_is_dead(widget):
    read = reads(widget)
    assert int(read["zeros, of all outputs"].split()[0]) > 50
    assert read["dead, of all units"] == "0 %"
    assert [read[f"unit {i} is"] for i in (1, 2, 3, 4)] == ["alive"] * 4


@pytest.mark.parametrize("direction", [0, 90, 180, 270])
def test_a_bias_kills_in_every_direction_and_another_keeps_the_unit_on(widget, direction):
    dead = reads(widget, bias_2=-3.4, direction_2=direction)
    assert (dead["unit 2 on for"], dead["unit 2 is"], dead["dead, of all units"]) == ("0 %", "dead", "25 %")
    assert reads(widget, bias_2=3.4, direction_2=direction)["unit 2 is"] == "always on"


def test_a_dead_unit_has_no_gradient_and_one_that_is_off_for_some_inputs_has(widget):
    net = network(widget, widget.state | widget.positions({"bias_1": -3.4}))
    _, gradient = net.gradient(inputs(), np.ones((125, 4)), SquaredError())
    of_units = net.astype(float)
    of_units.parameters = gradient
    sizes = np.abs(of_units.layers[0].W).sum(axis=1)
    assert sizes[0] == 0
    assert (sizes[1:] > 0).all()


def test_one_unit_makes_two_regions_and_four_lines_at_most_eleven(widget):
    off = {f"bias_{i}": -3.4 for i in (2, 3, 4)}
    assert reads(widget, bias_1=0, **off)["regions with inputs"] == 2
    assert reads(widget, bias_1=-3.4, **off)["regions with inputs"] == 1
    rng = np.random.default_rng(0)
    for _ in range(50):
        values = {f"bias_{i}": rng.uniform(-1, 1) for i in (1, 2, 3, 4)}
        values |= {f"direction_{i}": rng.uniform(0, 355) for i in (1, 2, 3, 4)}
        assert 1 <= reads(widget, **values)["regions with inputs"] <= 11


def test_the_table_holds_the_share_of_inputs_for_each_direction_and_bias(widget):
    on = table(widget, "on")
    directions, biases = (widget.controls[name].values for name in ("direction_1", "bias_1"))
    for i, j in [(0, 0), (0, 68), (13, 40), (71, 34)]:
        W, b = layer([directions[i]], [biases[j]])
        assert on[i, j] == pytest.approx(np.mean(inputs() @ W.T + b > 0))
    assert np.all(np.diff(on, axis=1) >= 0)


def test_no_input_is_so_near_a_hinge_that_float32_could_change_its_side(widget):
    W, _ = layer(widget.controls["direction_1"].values, [])
    z = (inputs() @ W.T)[:, :, None] + widget.controls["bias_1"].values
    assert np.abs(z).min() > 1e-5


def test_the_code_that_is_shown_runs_and_gives_the_read_outs(widget, capsys):
    state = widget.state | widget.positions({"bias_1": -3, "direction_4": 10, "unit": "2"})
    code = widget.setup["code"]
    for name, position in state.items():
        code = code.replace("{" + name + "}", str(widget.controls[name].value(position)))
    exec(code, {})
    zeros, dead, regions = map(float, capsys.readouterr().out.split())
    read = widget.readings(state)
    assert [f"{100 * zeros:.0f} %", f"{100 * dead:.0f} %", regions] == list(read.values())[:3]


def test_the_picture_shows_which_inputs_turn_the_marked_unit_on(widget):
    ax = widget.figure(unit="3", bias_3=-1).axes[0]
    *hinges, on, off = ax.lines
    W, b = layer([275], [-1])
    z = inputs() @ W.T + b
    assert np.array_equal(on.get_xydata(), inputs()[z[:, 0] > 0])
    assert len(off.get_xydata()) == 125 - len(on.get_xydata())
    assert np.allclose(hinges[2].get_xydata() @ W.T + b, 0)
    assert ax.get_title().startswith("zeros ")


def test_its_words_say_what_is_read(widget):
    assert widget.alt(widget.start) == (
        "Hinges in a plane: 125 inputs and the hinges of 4 units; zeros, of all outputs 65 %, dead, of all units 0 %, "
        "regions with inputs 9; on for: unit 1 23 %, unit 2 36 %, unit 3 69 %, unit 4 13 %"
    )


def test_what_is_sent_stays_small(widget):
    assert len(widget.numbers) < 30_000


@pytest.mark.parametrize(
    ("values", "message"),
    [({"unit": "5"}, "has no value '5'; it has '1', '2'"), ({"bias_5": 0}, "no slider 'bias_5'; the sliders are unit")],
)
def test_a_wrong_value_is_one_clear_line(widget, values, message):
    with pytest.raises(ValueError, match=message):
        widget.figure(**values)
