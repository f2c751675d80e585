"""course_lib/interactive/playground.py: what is recorded and streamed is what plain Python trains."""

import numpy as np
import pytest
from widgets import table

from course_lib.activations import gelu
from course_lib.datasets import moons, split
from course_lib.interactive.playground import EPOCHS, FUNCTIONS, GAUGES, LIMIT, READINGS, SIDE, Run, playground
from course_lib.layers import INITIALISATIONS, Dense
from course_lib.network import Adam, BinaryCrossEntropy, Network, train

OTHER = {"data": "moons", "noise": 0.2, "rate": 0.03, "init": "he", "seed": 3, "units_1": 6, "activation_1": "gelu"}
OTHER |= {"units_2": 0, "units_3": 4, "activation_3": "tanh"}


@pytest.fixture
def asked(monkeypatch):
    """A widget, and a function that asks it for frames as the browser does and returns what it streams."""
    widget, heard = playground(), []
    monkeypatch.setattr(widget, "stream", lambda content, **arrays: heard.append((content, arrays)))

    def ask(first, end, **values):
        set_up = {name: i for name, i in (widget.start | widget.positions(values)).items() if name != "epoch"}
        widget.answer({"set_up": set_up, "first": first, "end": end}, [])
        return heard.pop()

    return widget, ask


def plain_training(epoch):
    """What ``OTHER`` asks for, in plain Python: the network and its data."""
    parts = split(*moons(n=300, noise=0.2, seed=3), parts=(0.6, 0.4, 0), seed=3)
    net = Network(2, [Dense(6, "he"), gelu, Dense(4, "he"), "tanh", Dense(1, "he")], seed=3)
    train(net, *parts.train, BinaryCrossEntropy(), Adam(0.03), epochs=epoch, batch=20)
    return net, parts


def test_a_streamed_map_is_what_the_same_network_gives_in_plain_python(asked):
    _, ask = asked
    content, arrays = ask(0, 25, **OTHER)
    net, parts = plain_training(EPOCHS[24])
    places = np.linspace(-LIMIT, LIMIT, SIDE)
    for row, x2 in enumerate(places):
        z = net(np.column_stack([places, np.full(SIDE, x2)]))[:, 0]
        assert np.allclose(arrays["maps"][24, row], 2 / (1 + np.exp(-z)) - 1, atol=1e-9)
    assert content["first"] == 0
    assert arrays["maps"].shape == (25, SIDE, SIDE)
    X, y = parts.train
    assert np.array_equal(arrays["class 1"], X[y == 1].T)


def test_streamed_numbers_are_those_of_plain_python(asked):
    _, ask = asked
    numbers = ask(0, 16, **OTHER)[1]["numbers"][15]
    net, parts = plain_training(EPOCHS[15])
    loss = BinaryCrossEntropy()
    rows = net.statistics(*parts.train, loss)
    unseen = net.evaluate(*parts.validation, loss)
    expected = [net.evaluate(*parts.train, loss)["loss"], unseen["loss"], 100 * unseen["accuracy"]]
    expected += [rows[1]["gradient"], 100 * rows[1]["zeros"], 100 * rows[1]["dead"], np.nan, np.nan, np.nan]
    expected += [rows[3]["gradient"], 100 * rows[3]["zeros"], 100 * rows[3]["dead"]]
    assert np.allclose(numbers[: len(expected)], expected, equal_nan=True)


def test_the_network_learns_on_from_where_it_is_and_no_further_than_it_is_asked(asked):
    widget, ask = asked
    parts = [ask(first, end, **OTHER)[1]["maps"] for first, end in ((0, 1), (1, 4), (4, 30))]
    assert widget._run[1].epoch == EPOCHS[29]
    assert np.array_equal(np.concatenate(parts), ask(0, 30, **OTHER)[1]["maps"])
    assert widget._run[1].epoch == EPOCHS[29]
    ask(0, 2)
    assert widget._run[1].epoch == 1


def test_recorded_runs_are_what_is_read_in_their_states():
    widget = playground()
    for run, preset in enumerate(widget.setup["presets"].values()):
        for epoch in (0, 12, len(EPOCHS) - 1):
            readings = widget.readings(preset | {"epoch": epoch})
            expected = [np.nan if value == "–" else value for value in readings.values()]
            assert np.allclose(
                table(widget, "numbers")[run, epoch, : len(expected)], expected, atol=1e-4, equal_nan=True
            )


def test_read_outs_are_named_and_a_layer_that_is_left_out_has_none():
    readings = playground().readings(playground(units_2=0).start)
    assert list(readings) == [*READINGS, *(f"layer {i} {gauge}" for i in (1, 2, 3) for gauge in GAUGES)]
    assert [readings[f"layer 2 {gauge}"] for gauge in GAUGES] == ["–"] * 3
    assert readings["layer 1 gradient"] > 0


def test_the_presets_tell_the_story():
    widget = playground()
    relu, line, wild = (widget.readings(p | {"epoch": len(EPOCHS) - 1}) for p in widget.setup["presets"].values())
    assert relu["accuracy, validation %"] > 97
    assert line["accuracy, validation %"] < 60
    assert line["L, training"] == pytest.approx(np.log(2), abs=0.01)
    assert wild["layer 1 dead %"] + wild["layer 2 dead %"] > 50
    assert wild["accuracy, validation %"] < 90


def test_the_three_recorded_runs_differ_where_they_say(asked):
    widget = playground(units_1=3)
    start, line, wild = widget.setup["presets"].values()
    assert {name for name in start if start[name] != line[name]} == {"activation_1", "activation_2", "activation_3"}
    assert {name for name in start if start[name] != wild[name]} == {"rate"}
    assert widget.values(start)["units_1"] == 3


def test_the_start_is_recorded_whatever_it_is():
    for values in ({"activation_1": "tanh"}, {f"activation_{i}": "identity" for i in (1, 2, 3)}, {"rate": 0.3}):
        widget = playground(**values)
        first = next(iter(widget.setup["presets"].values()))
        assert first == widget.start
        assert table(widget, "maps").shape[0] == len(widget.setup["presets"])
        assert len({str(preset) for preset in widget.setup["presets"].values()}) == len(widget.setup["presets"])


@pytest.mark.parametrize("f", FUNCTIONS)
@pytest.mark.parametrize("init", INITIALISATIONS)
def test_every_function_learns_from_every_initialisation_without_a_warning(f, init):
    numbers = Run([(4, f), (4, f)], init=init, rate=0.3).frames(0, 3)[1]
    assert numbers.shape == (3, 3 + 2 * 3 + 2)


def test_a_gauge_of_gradients_points_to_its_logarithm():
    *numbers, first, second = Run([(8, "relu"), (8, "step")]).frames(0, 1)[1][0]
    assert first == 0, "nothing comes back through a step"
    assert second == pytest.approx(1 + np.log10(numbers[6]) / 6)


def test_numbers_that_are_no_numbers_any_more_are_not_shown(monkeypatch):
    widget, learn = playground(), Run.learn

    def spoil(run, epoch):
        learn(run, epoch).net.parameters = np.nan
        return run

    monkeypatch.setattr(Run, "learn", spoil)
    readings = widget.readings(widget.start)
    assert [readings[name] for name in ("L, training", "L, validation", "layer 1 gradient")] == ["–"] * 3
    widget.figure()


def test_a_network_without_hidden_layers_is_one_affine_layer():
    run = Run([(0, "relu")]).learn(2)
    a, b, c = run.decide([[0, 0], [1, 1], [2, 2]])
    assert np.arctanh(a) + np.arctanh(c) == pytest.approx(2 * np.arctanh(b))


def test_the_code_that_is_shown_runs_and_gives_the_read_outs(capsys):
    widget = playground()
    state = widget.start | widget.positions(OTHER | {"epoch": 9})
    code = widget.setup["code"]
    for name, position in state.items():
        code = code.replace("{" + name + "}", widget.setup["controls"][name]["texts"][position])
    exec(code, space := {})
    readings = widget.readings(state)
    net, parts, loss = space["net"], space["parts"], space["loss"]
    assert net.evaluate(*parts.train, loss)["loss"] == readings["L, training"]
    assert net.evaluate(*parts.validation, loss)["accuracy"] * 100 == readings["accuracy, validation %"]
    assert [net.statistics(*parts.train, loss)[i]["gradient"] for i in (1, 3)] == [
        readings["layer 1 gradient"],
        readings["layer 3 gradient"],
    ]
    assert str(readings["L, training"]) in capsys.readouterr().out


def test_the_picture_is_that_of_its_state():
    left, right = playground().figure(data="moons", units_1=4, epoch=30).axes
    assert left.get_title().startswith("epoch 30:")
    assert [line.get_label() for line in right.lines] == ["L, training", "L, validation"]
    assert right.lines[0].get_xdata()[-1] == 30


def test_what_is_stored_stays_small():
    assert len(playground().numbers) < 300_000


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: playground(layers=3), "there is no control 'layers'; the controls are data, noise, rate"),
        (lambda: playground(activation_1="rule"), "has no value 'rule'; it has 'identity'"),
        (lambda: playground().figure(data="digits"), "has no value 'digits'; it has 'circles'"),
    ],
)
def test_a_wrong_call_is_one_clear_line(call, message):
    with pytest.raises(ValueError, match=message):
        call()
