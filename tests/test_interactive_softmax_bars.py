"""course_lib/interactive/softmax_bars.py: its tables lead to the library's softmax, whatever the logits."""

import math

import numpy as np
import pytest
from widgets import at, table

from course_lib.interactive.softmax_bars import softmax_bars


@pytest.fixture(scope="module")
def widget():
    return softmax_bars()


def probabilities(reading):
    return np.array([number for name, number in reading.items() if name.startswith("p")])


def test_it_starts_with_the_logits_it_is_given():
    reading = softmax_bars((1, 2, 3)).readings(softmax_bars((1, 2, 3)).start)
    assert list(reading) == ["p₁", "p₂", "p₃", "sum", "entropy"]
    assert probabilities(reading) == pytest.approx([0.0900, 0.2447, 0.6652], abs=5e-5)


def test_exp_of_each_distance_to_the_largest_is_in_the_table(widget):
    temperatures = widget.controls["temperature"].values
    for row, t in enumerate(temperatures):
        expected = [math.exp(-0.1 * i / t) for i in range(161)]
        assert table(widget, "exp")[row] == pytest.approx(expected, rel=1e-6, abs=1e-37)
        assert table(widget, "below")[row] == pytest.approx([-0.1 * i / t for i in range(161)], rel=1e-6)


@pytest.mark.parametrize("seed", range(20))
def test_look_up_sum_and_quotient_are_the_read_outs(widget, seed):
    rng = np.random.default_rng(seed)
    state = {name: int(rng.integers(len(control.values))) for name, control in widget.controls.items()}
    reading, row = widget.readings(state), state["temperature"]
    places = np.array([state[name] for name in ("z1", "z2", "z3", "z4", "z5")])
    e = table(widget, "exp")[row][places.max() - places].astype(float)
    p = e / e.sum()
    assert p == pytest.approx(probabilities(reading), abs=1e-6)
    log = np.interp(e.sum(), np.linspace(1, 5, 4001), table(widget, "log"))
    assert log - p @ table(widget, "below")[row][places.max() - places] == pytest.approx(reading["entropy"], abs=2e-6)


def test_probabilities_sum_to_one_and_a_constant_changes_nothing(widget):
    for constant in (-4, -0.5, 3):
        reading = widget.readings(at(widget, constant=constant))
        assert reading["sum"] == pytest.approx(1, abs=1e-15)
        assert reading == pytest.approx(widget.readings(widget.start), rel=1e-13)


def test_cold_it_is_the_largest_and_hot_all_are_nearly_equal(widget):
    cold = widget.readings(at(widget, temperature=0.05))
    assert probabilities(cold).round(3).tolist() == [1, 0, 0, 0, 0]
    assert cold["entropy"] < 1e-3
    hot = widget.readings(at(widget, temperature=10))
    assert probabilities(hot) == pytest.approx(0.2, abs=0.05)
    assert hot["entropy"] == pytest.approx(math.log(5), abs=0.01)


def test_equal_logits_share_even_when_it_is_cold(widget):
    tie = widget.readings(at(widget, z1=4, z2=4, z3=-4, z4=-4, z5=-4, temperature=0.05))
    assert probabilities(tie).tolist() == pytest.approx([0.5, 0.5, 0, 0, 0])
    assert tie["entropy"] == pytest.approx(math.log(2))


def test_the_code_that_is_shown_runs_and_gives_the_read_outs(widget, capsys):
    state = at(widget, z1=-1.5, temperature=2, constant=3)
    code = widget.setup["code"]
    for name, control in widget.controls.items():
        code = code.replace("{" + name + "}", str(control.value(state[name])))
    space = {}
    exec(code, space)
    reading = widget.readings(state)
    assert space["p"] == pytest.approx(probabilities(reading))
    assert space["entropy"] == pytest.approx(reading["entropy"])
    assert capsys.readouterr().out.startswith("[0.0")


def test_the_picture_shows_logits_with_the_constant_and_their_probabilities(widget):
    fig = widget.figure(constant=1, temperature=0.5)
    left, right = fig.axes
    assert [bar.get_height() for bar in left.patches] == pytest.approx([3, 2, 1, 0, 2.5])
    assert [bar.get_height() for bar in right.patches] == pytest.approx(
        probabilities(widget.readings(at(widget, constant=1, temperature=0.5)))
    )
    assert right.get_title() == "softmax at temperature 0.5"


def test_what_is_sent_stays_small_and_the_alternative_text_says_what_is_read(widget):
    assert len(widget.numbers) < 50_000
    assert widget.alt(widget.start).endswith("p₅ 0.281, sum 1, entropy 1.28")


@pytest.mark.parametrize("logits", [(1,), (1, 2, 3, 4, 1, 2), (1, 5), (1, np.nan), [[1, 2], [3, 4]], 3])
def test_wrong_logits_are_one_clear_line(logits):
    with pytest.raises(ValueError, match="takes two to 5 logits from -4 to 4, as in"):
        softmax_bars(logits)
