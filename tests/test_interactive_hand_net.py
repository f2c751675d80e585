"""course_lib/interactive/hand_net.py: the nine weights give what the library's network gives, in every state."""

import itertools

import numpy as np
import pytest
from widgets import at, table

from course_lib import datasets
from course_lib.interactive.hand_net import TARGETS, WEIGHTS, X, hand_net
from course_lib.network import Dense, Network

MINUS = "\N{MINUS SIGN}"
STEPS = {"activation": "step", "v2": -1}  # with the weights it starts with
RELUS = {"activation": "relu", "w11": 1, "w12": -1, "b1": 0, "w21": -1, "w22": 1, "b2": 0, "v1": 1, "v2": 1, "c": -0.5}


@pytest.fixture(scope="module")
def widget():
    return hand_net()


def random_states(widget, count):
    rng = np.random.default_rng(0)
    sizes = {name: len(control.values) for name, control in widget.controls.items()}
    return [{name: int(rng.integers(size)) for name, size in sizes.items()} for _ in range(count)]


def columns(readings, name):
    return [readings[f"({x1}, {x2}) {name}"] for x1, x2 in X]


def test_the_network_of_the_library_agrees(widget):
    for state in random_states(widget, 20):
        w = widget.values(state)
        net = Network(2, [Dense(2), w["activation"], Dense(1)])
        net.parameters = [w[name] for name in WEIGHTS]
        assert columns(widget.readings(state), "z") == pytest.approx(net(X)[:, 0], abs=1e-12)


def test_the_truth_tables_are_those_of_the_data_sets():
    for name, make in {"XOR": datasets.xor, "AND": datasets.and_, "OR": datasets.or_}.items():
        inputs, y = make()
        assert dict(zip(map(tuple, inputs), y, strict=True)) == dict(zip(map(tuple, X), TARGETS[name], strict=True))
    assert [1 - y for y in TARGETS["AND"]] == TARGETS["NAND"]


@pytest.mark.parametrize("weights", [STEPS, RELUS], ids=["steps", "relus"])
def test_two_units_that_bend_solve_xor(widget, weights):
    readings = widget.readings(at(widget, **weights))
    assert readings["correct"] == "4 of 4"
    assert columns(readings, "output") == ["0 ✓", "1 ✓", "1 ✓", "0 ✓"]


def test_it_starts_one_weight_away_from_xor(widget):
    assert widget.readings(widget.start)["correct"] == "3 of 4"
    assert widget.readings(at(widget, v2=-0.5))["correct"] == "4 of 4"  # z = 0 at (1, 1): that counts as no


def test_one_unit_or_the_identity_never_solve_xor(widget):
    for state in random_states(widget, 500):
        alone = state | widget.positions({"target": "XOR", "v2": 0})
        straight = state | widget.positions({"target": "XOR", "activation": "identity"})
        assert widget.readings(alone)["correct"] != "4 of 4"
        assert widget.readings(straight)["correct"] != "4 of 4"


def test_one_unit_is_enough_for_the_others(widget):
    alone = {"v1": 1, "v2": 0, "c": -0.5}
    solutions = {"AND": (1, 1, -1.5), "OR": (1, 1, -0.5), "NAND": (-1, -1, 1.5)}
    for target, (w11, w12, b1) in solutions.items():
        assert widget.readings(at(widget, target=target, w11=w11, w12=w12, b1=b1, **alone))["correct"] == "4 of 4", (
            target
        )


def test_the_tables_of_the_activation_are_exact_at_every_point_and_reach_far_enough(widget):
    f, steps, far = table(widget, "f"), widget.setup["steps"], widget.setup["far"]
    for row, (name, state) in enumerate((name, at(widget, activation=name)) for name in ("step", "relu", "identity")):
        for w1, w2, b in itertools.product((-3, -0.25, 0, 1.75, 3), repeat=3):
            z = X @ [w1, w2] + b
            places = (z + far) * steps
            assert np.array_equal(places, np.rint(places))
            state |= widget.positions({"w11": w1, "w12": w2, "b1": b})
            assert columns(widget.readings(state), "a₁") == f[row, places.astype(int)].tolist(), name
    most = np.abs(table(widget, "plane")).reshape(2, -1).T @ [3, 3] + 3
    assert most.max() <= far


def test_the_plane_covers_the_axes(widget):
    for name, places, ends in zip("xy", table(widget, "plane"), table(widget, "corners"), strict=True):
        assert [places.min(), places.max()] == widget.setup["axes"][name]["lim"] == [ends.min(), ends.max()]


def test_what_is_sent_stays_small(widget):
    assert len(widget.numbers) < 75_000


def test_it_is_described_in_words(widget):
    text = widget.alt(at(widget, v2=-1))
    assert text.startswith("A net set by hand: XOR with step, 4 of 4 correct; (0, 0) gives 0 right, ")
    assert text.endswith(f"v2 = {MINUS}1.00, c = {MINUS}0.50")


def test_the_twin_shows_the_points_and_the_lines(widget):
    fig = widget.figure(target="AND")
    assert fig.axes[0].get_title() == "AND with step: 2 of 4 right"
    assert [text.get_text() for text in fig.legends[0].get_texts()] == ["z₁ = 0", "z₂ = 0", "target 1", "target 0"]


def test_the_twin_can_be_drawn_where_all_weights_are_nought(widget):
    title = widget.figure(**dict.fromkeys(WEIGHTS, 0)).axes[0].get_title()
    assert title == "XOR with step: 2 of 4 right"


def test_the_code_that_is_shown_runs_and_gives_the_read_outs(widget):
    for state in random_states(widget, 10):
        code, space = widget.setup["code"], {}
        for control in widget.controls:
            code = code.replace("{" + control + "}", widget._text(control, state[control]).replace(MINUS, "-"))
        exec(code.replace("print(", "shown = ("), space)
        readings = widget.readings(state)
        assert space["z"] == pytest.approx(columns(readings, "z"))
        assert space["a"][:, 0] == pytest.approx(columns(readings, "a₁"))
        assert space["a"][:, 1] == pytest.approx(columns(readings, "a₂"))
        right = [text.endswith("✓") for text in columns(readings, "output")]
        assert space["shown"][2].tolist() == right


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: hand_net("NOR"), "no value 'NOR'; it has 'XOR', 'AND', 'OR', 'NAND'"),
        (lambda: hand_net(activation="tanh"), "no value 'tanh'; it has 'step', 'relu', 'identity'"),
    ],
)
def test_a_wrong_call_is_one_clear_line(call, message):
    with pytest.raises(ValueError, match=message):
        call()
