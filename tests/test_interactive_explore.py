"""course_lib/interactive/explore.py: every table agrees with the library, every state can be reached."""

import numpy as np
import pytest
from widgets import table

from course_lib.activations import ACTIVATIONS, elu, gelu, hard_swish, leaky_relu, relu, sigmoid, softshrink, step
from course_lib.interactive.explore import explore


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_value_and_slope_are_those_of_the_library_for_each_parameter(f):
    widget = explore(f)
    x = np.array(widget.controls["x"].values)
    names = [name for name in widget.controls if name.startswith(f.name + "_")]
    for i, value in enumerate(widget.controls[names[0]].values if names else [None]):
        params = {} if value is None else dict(zip(f.parameters, [value], strict=True))
        assert np.allclose(table(widget, "f 0")[i], f(x, **params), atol=1e-5)
        assert np.allclose(table(widget, "slope 0")[i], f.derivative(x, **params), atol=1e-5)


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_mean_output_of_standard_inputs_is_the_one_the_card_says(f):
    widget = explore(f)
    assert widget.readings(widget.start)[f"{f.name} mean output"] == pytest.approx(f.mean, abs=2e-5)


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=ACTIVATIONS)
def test_declared_kinks_are_found_and_no_others(f):
    widget = explore(f)
    (card,) = widget.setup["functions"]
    at_default = widget.start[f"{f.name}_{next(iter(f.parameters))}"] if f.parameters else 0
    found = [widget.controls["x"].values[place] for place, *_ in card["kinks"][at_default]]
    assert found == pytest.approx(list(f.kinks))


def test_a_parameter_moves_its_kinks():
    widget = explore(softshrink)
    values = widget.controls["softshrink_lambd"].values
    x = widget.controls["x"].values
    for value, kinks in zip(values, widget.setup["functions"][0]["kinks"], strict=True):
        assert [x[place] for place, *_ in kinks] == pytest.approx([-value, value] if value else [], abs=1e-9)


def test_a_jump_knows_both_its_sides():
    (((place, *sides),),) = explore(step).setup["functions"][0]["kinks"]
    assert explore(step).controls["x"].values[place] == 0
    assert sides == [0, 1, 0, 0]


def test_saturation_is_where_the_slope_is_small():
    widget = explore(sigmoid)
    ((left, right),) = widget.setup["functions"][0]["bands"]
    assert sigmoid.derivative(left[1]) < 0.05 <= sigmoid.derivative(left[1] + 0.05)
    assert sigmoid.derivative(right[0]) < 0.05 <= sigmoid.derivative(right[0] - 0.05)


def test_shares_add_up_and_agree_with_drawn_samples():
    widget = explore(relu)
    at = widget.controls["mean"].position(1.0) * 3 + widget.controls["deviation"].position(2.0)
    shares = table(widget, "out 0")[0, at]
    assert table(widget, "out 0").sum(axis=-1) == pytest.approx(1, abs=1e-5)
    sample = relu(np.random.default_rng(0).normal(1, 2, 200_000))
    edges = table(widget, "edges out").astype(float)
    counted = np.histogram(np.clip(sample, edges[0], edges[-1]), edges)[0] / sample.size
    assert np.abs(shares - counted).max() < 0.005
    assert table(widget, "zeros 0")[0, at] == pytest.approx((sample == 0).mean(), abs=0.005)
    assert table(widget, "mean 0")[0, at] == pytest.approx(sample.mean(), abs=0.02)


def test_each_parameter_has_a_slider_around_its_default():
    controls = explore(elu, leaky_relu).controls
    assert list(controls) == ["x", "elu_alpha", "leaky_relu_negative_slope", "mean", "deviation"]
    assert controls["elu_alpha"].value(controls["elu_alpha"].start) == 1
    assert min(controls["elu_alpha"].values) == 0
    assert controls["leaky_relu_negative_slope"].value(controls["leaky_relu_negative_slope"].start) == 0.01
    assert min(explore(ACTIVATIONS["softplus"]).controls["softplus_beta"].values) > 0


def test_a_slider_takes_the_values_it_is_given():
    controls = explore(elu, alpha=[0.5, 1, 2]).controls
    assert controls["elu_alpha"].values == [0.5, 1, 2]


def test_what_is_sent_stays_small():
    assert len(explore(relu, gelu, sigmoid, step).numbers) < 66_000
    assert len(explore(leaky_relu).numbers) < 250_000


def test_the_picture_shows_the_state_it_is_asked_for():
    widget = explore(elu, hard_swish)
    ax = widget.figure(x=-1, elu_alpha=2).axes[0]
    curve, dot = ax.lines[:2]
    assert curve.get_label() == "elu"
    assert np.allclose(curve.get_ydata(), elu(curve.get_xdata(), alpha=2))
    assert dot.get_xydata().tolist() == [[-1, elu(-1, alpha=2)]]


def test_the_code_that_is_shown_runs_and_gives_the_read_outs():
    widget = explore(elu)
    code = widget.setup["code"].partition("\n\n")[0]
    state = widget.start | widget.positions({"x": -0.5, "elu_alpha": 2, "mean": -1})
    for name, position in state.items():
        code = code.replace("{" + name + "}", str(widget.controls[name].value(position)))
    lines = code.split("\n")
    space = {"np": np, "elu": elu}
    exec("\n".join(line for line in lines if "=" in line.partition("(")[0]), space)
    value, slope, both = (eval(line, space) for line in lines if "=" not in line.partition("(")[0])
    readings = widget.readings(state)
    assert [value, slope] == [readings["elu f(x)"], readings["elu slope f′(x)"]]
    assert both[0] == pytest.approx(readings["elu mean output"], abs=0.02)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: explore(np.tanh), TypeError, "activation functions of the library, as in explore\\(relu\\)"),
        (lambda: explore(relu, relu), ValueError, "up to 4 different functions, got relu, relu"),
        (lambda: explore(relu, step, gelu, elu, sigmoid), ValueError, "up to 4 different functions"),
        (lambda: explore(elu, beta=[1, 2]), ValueError, "no function here has a parameter 'beta'; there are alpha"),
        (lambda: explore(elu, alpha=[]), ValueError, "needs a list of values"),
    ],
)
def test_a_wrong_call_is_one_clear_line(call, error, message):
    with pytest.raises(error, match=message):
        call()
