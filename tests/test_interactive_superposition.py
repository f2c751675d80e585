"""course_lib/interactive/superposition.py: the gaps are those of the mathematics, and none is taken for rounding."""

import re
from pathlib import Path

import numpy as np
import pytest
from widgets import at, table

from course_lib.activations import relu, step
from course_lib.interactive import superposition as module
from course_lib.interactive.superposition import superposition

MINUS = "\N{MINUS SIGN}"
U = np.round(np.linspace(-2, 2, 41), 10)
FUNCTIONS = {
    "2x": lambda x: 2 * x,
    "2x + 3": lambda x: 2 * x + 3,
    "|x|": np.abs,
    "relu": relu,
    "step": step,
    "sin x": np.sin,
    "x²": lambda x: x**2,
    "log(3 exp x)": lambda x: x + np.log(3),
}


@pytest.fixture(scope="module")
def widget():
    return superposition()


def gaps(f):
    """The gaps of all sums and of all multiples."""
    return [
        f(np.add.outer(U, U)) - np.add.outer(f(U), f(U)),
        f(np.multiply.outer(U, U)) - np.multiply.outer(U, f(U)),
    ]


def test_the_tables_hold_every_sum_and_every_multiple(widget):
    x = table(widget, "x").astype(float)
    for places in (np.add.outer(U, U), np.multiply.outer(U, U)):
        nearest = np.rint(400 + places / 4 * 400).astype(int)
        assert np.allclose(x[nearest], places, atol=1e-6)
    for row, (name, f) in zip(table(widget, "f"), FUNCTIONS.items(), strict=True):
        assert np.allclose(row, f(np.round(x, 2)), atol=1e-6), name


def test_only_one_function_never_leaves_a_gap():
    passing = [name for name, f in FUNCTIONS.items() if max(np.abs(gap).max() for gap in gaps(f)) < 1e-9]
    assert passing == ["2x"]


def test_no_true_gap_is_taken_for_rounding(widget):
    script = Path(module.__file__).with_suffix(".js").read_text(encoding="utf-8")
    equal = float(re.search(r"EQUAL = (\S+);", script)[1])
    for row, f in zip(table(widget, "f").astype(float), FUNCTIONS.values(), strict=True):
        drawn = gaps(lambda x, row=row: row[np.rint(400 + x * 100).astype(int)])  # as the browser computes them
        for seen, true in zip(drawn, gaps(f), strict=True):
            assert np.array_equal(np.abs(seen) < equal, np.abs(true) < 1e-9)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_the_read_outs_are_both_sides_and_their_difference(widget, name):
    f = FUNCTIONS[name]
    for u, v, a in [(1.3, -0.4, 1.5), (-2, 2, -2), (0, 0, 0), (0.1, 0.1, 0.1)]:
        found = list(widget.readings(at(widget, function=name, u=u, v=v, a=a)).values())
        sides = [f(u + v), f(u) + f(v), f(a * u), a * f(u)]
        expected = [*sides[:2], sides[1] - sides[0], *sides[2:], sides[3] - sides[2]]
        assert found == pytest.approx(expected, abs=1e-12)


def test_a_straight_line_that_misses_the_origin_has_the_same_gap_everywhere(widget):
    found = {
        round(widget.readings(at(widget, function="2x + 3", u=u, v=v))["gap (sum)"], 9) for u in U[::8] for v in U[::8]
    }
    assert found == {3.0}


def test_all_that_can_be_drawn_lies_inside_the_axes(widget):
    for axes, f in zip(widget.setup["axes"], FUNCTIONS.values(), strict=True):
        low, high = axes["y"]["lim"]
        every = [f(np.add.outer(U, U)), np.add.outer(f(U), f(U)), np.multiply.outer(U, f(U))]
        assert low < min(map(np.min, every))
        assert max(map(np.max, every)) < high
        assert max(map(len, axes["y"]["texts"])) <= max(map(len, widget.setup["axes"][0]["y"]["texts"])) + 1


def test_the_jump_is_where_the_step_is(widget):
    place, left, right = widget.setup["jumps"]["step"]
    assert table(widget, "x")[place] == 0
    assert [left, right] == [step(-1e-9), step(0)]
    assert place % 4 == 0  # the curve is drawn through every fourth place


def test_what_is_sent_stays_small(widget):
    assert len(widget.numbers) < 30_000


def test_the_twin_shows_the_gap(widget):
    fig = widget.figure(function="x²", u=1, v=1.5, a=2)
    left, right = fig.axes
    assert left.get_title() == f"x²: gap {MINUS}3.00"
    assert right.get_title() == f"x²: gap {MINUS}2.00"
    dots = {line.get_label(): line.get_xydata().tolist() for line in left.lines}
    assert dots["f(u + v)"] == [[2.5, 6.25]]
    assert dots["f(u) + f(v)"] == [[2.5, 3.25]]
    assert {text.get_text() for text in left.texts} == {"u", "v"}


def test_the_twin_says_that_nothing_is_left(widget):
    assert widget.figure(function="2x", u=0.3, v=0.7).axes[0].get_title() == "2x: gap 0.00"


def test_the_code_that_is_shown_runs_and_gives_the_read_outs(widget, capsys):
    for name in FUNCTIONS:
        state, code = at(widget, function=name, u=-0.3, v=1.7, a=-1.1), widget.setup["code"]
        for control in widget.controls:
            code = code.replace("{" + control + "}", widget._text(control, state[control]).replace(MINUS, "-"))
        exec(code, {})
        printed = [float(number) for number in capsys.readouterr().out.split()]
        readings = widget.readings(state)
        assert printed == pytest.approx([readings[key] for key in ("f(u + v)", "f(u) + f(v)", "f(a u)", "a f(u)")])


def test_it_starts_with_the_function_it_is_given():
    assert superposition("relu").values(superposition("relu").start)["function"] == "relu"


def test_an_unknown_function_is_one_clear_line():
    with pytest.raises(ValueError, match="no value 'x³'; it has '2x', "):
        superposition("x³")
