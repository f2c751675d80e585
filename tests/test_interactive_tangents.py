"""course_lib/interactive/tangents.py: errors are those of the curves, and the best places are the best."""

import itertools

import numpy as np
import pytest
from widgets import table

from course_lib.interactive.tangents import curves, largest_error, lines, tangents
from course_lib.units import maxout

PLACES = np.linspace(-2, 2, 81)


@pytest.fixture(scope="module")
def widget():
    return tangents()


@pytest.mark.parametrize("curve", curves())
def test_the_largest_error_is_the_one_a_fine_grid_finds(curve):
    (f, slope), fine = curves()[curve], np.linspace(-2, 2, 20_001)
    for seed in range(5):
        W, b = lines(f, slope, np.random.default_rng(seed).choice(PLACES, 4))
        assert largest_error(f, W, b) == pytest.approx(np.max(f(fine) - maxout(np.outer(fine, W) + b)), abs=5e-4)


@pytest.mark.parametrize("i", range(4), ids=list(curves()))
def test_the_worst_corner_of_the_tables_is_the_largest_error(widget, i):
    f, slope = list(curves().values())[i]
    gap, ends, rng = table(widget, "gap")[i], table(widget, "ends")[i], np.random.default_rng(0)
    for k in range(1, 7):
        touch = np.sort(rng.integers(0, 81, k))
        worst = max(ends[touch[0], 0], ends[touch[-1], 1], *gap[touch[:-1], touch[1:]], 0)
        assert worst == pytest.approx(largest_error(f, *lines(f, slope, PLACES[touch])), abs=1e-5)


@pytest.mark.parametrize("curve", curves())
def test_neighbouring_tangents_cross_between_their_places(widget, curve):
    x = table(widget, "x")[list(curves()).index(curve)]
    for i, j in itertools.combinations(range(81), 2):
        assert PLACES[i] - 1e-5 <= x[i, j] <= PLACES[j] + 1e-5


def test_no_other_two_places_are_better_than_the_best(widget):
    for i, (f, slope) in enumerate(curves().values()):
        errors = [largest_error(f, *lines(f, slope, np.array(pair))) for pair in itertools.combinations(PLACES, 2)]
        assert table(widget, "least")[i, 1] == pytest.approx(min(errors), abs=1e-6)


def test_under_the_parabola_the_best_error_shrinks_with_the_square_of_k(widget):
    assert table(widget, "least")[0] == pytest.approx([4 / k**2 for k in range(1, 7)], abs=0.013)


def test_two_lines_are_all_of_the_absolute_value(widget):
    assert widget.readings(widget.state | widget.positions({"curve": "|x|", "k": "2", "p1": -1, "p2": 1})) == {
        "largest error": 0,
        "smallest possible": 0,
    }


def test_lines_at_the_same_place_are_as_one(widget):
    one = widget.readings(widget.state | widget.positions({"k": "1", "p1": 0.5}))
    three = widget.readings(widget.state | widget.positions({"k": "3", "p1": 0.5, "p2": 0.5, "p3": 0.5}))
    assert one["largest error"] == three["largest error"] == 6.25


def test_the_code_that_is_shown_runs_and_gives_the_read_out(widget, capsys):
    state = widget.state | widget.positions({"curve": "softplus", "k": "4", "p2": -1.9})
    code = widget.setup["code"]
    for name, position in state.items():
        code = code.replace("{" + name + "}", str(widget.controls[name].value(position)))
    exec(code, {})
    assert float(capsys.readouterr().out) == pytest.approx(widget.readings(state)["largest error"])


def test_the_picture_shows_the_largest_line_under_the_curve(widget):
    ax = widget.figure(curve="eˣ", k="2", p1=-1, p2=1).axes[0]
    *thin, curve, largest, dots = ax.lines
    assert len(thin) == 2
    assert (curve.get_ydata() >= largest.get_ydata() - 1e-9).all()
    assert np.allclose(largest.get_ydata(), np.max([line.get_ydata() for line in thin], axis=0))
    assert np.allclose(dots.get_xydata(), [[-1, np.exp(-1)], [1, np.exp(1)]])
    assert ax.get_title().startswith("2 tangents under eˣ: largest error ")


def test_its_words_name_the_lines_that_are_there_and_no_others(widget):
    state = widget.state | widget.positions({"k": "2", "p1": 1, "p2": -1})
    assert widget.alt(state) == (
        "The largest of k lines: under x², k = 2, touching it at x = −1.00, 1.00; "
        "largest error 1.000, smallest possible 1.000"
    )


def test_what_is_sent_stays_small(widget):
    assert len(widget.numbers) < 250_000


@pytest.mark.parametrize(
    ("values", "message"),
    [({"k": "7"}, "has no value '7'; it has '1', '2'"), ({"p7": 0}, "no slider 'p7'; the sliders are curve, p1")],
)
def test_a_wrong_value_is_one_clear_line(widget, values, message):
    with pytest.raises(ValueError, match=message):
        widget.figure(**values)
