"""course_lib/interactive/build_curve.py: the tables give the fit, and each kind of unit does what it is said to do."""

import numpy as np
import pytest
from widgets import table

from course_lib.interactive.build_curve import KINDS, build_curve, fit, units

X = np.linspace(-4, 4, 9)


@pytest.fixture(scope="module")
def widget():
    return build_curve()


def reads(widget, heights=None, **values):
    values |= {} if heights is None else {f"y{i + 1}": y for i, y in enumerate(heights)}
    return widget.readings(widget.state | widget.positions(values))


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("k", [1, 4, 8])
def test_the_tables_give_the_weights_and_the_loss_of_the_fit(widget, kind, k):
    y, at = np.random.default_rng(k).uniform(-2, 2, 9), (KINDS.index(kind), k - 1)
    b, v = fit(kind, k, X, y)
    parameters = table(widget, "weights")[at] @ y
    assert np.allclose(parameters[: k + 1], [b, *v], rtol=1e-4, atol=1e-3)
    assert (parameters[k + 1 :] == 0).all()
    loss = np.mean((b + units(kind, k, X) @ v - y) ** 2)
    assert y @ table(widget, "loss")[at] @ y == pytest.approx(loss, abs=1e-5)


def test_a_hinge_at_every_point_is_exact_and_its_weights_are_the_changes_of_slope(widget):
    for seed in range(5):
        y = np.round(np.random.default_rng(seed).uniform(-2, 2, 9), 1)
        assert reads(widget, y, kind="relu", k=8)["largest error"] == pytest.approx(0, abs=1e-9)
        _, v = fit("relu", 8, X, y)
        slopes = np.diff(y)
        order = np.argsort([-4, 0, -2, 2, -3, 1, -1, 3])
        assert np.allclose(v[order], [slopes[0], *np.diff(slopes)])


def test_squares_stall_at_the_parabola_that_two_of_them_make(widget):
    errors = [reads(widget, kind="square", k=k)["largest error"] for k in range(2, 9)]
    assert np.allclose(errors, errors[0])
    assert errors[0] > 1
    assert errors[0] == pytest.approx(reads(widget, kind="powers of x", k=2)["largest error"])


def test_the_polynomial_meets_every_point_and_swings_in_between(widget):
    read = reads(widget, kind="powers of x", k=8)
    assert read["L at the points"] < 1e-12
    assert read["largest error"] > 2
    assert reads(widget, kind="sigmoid", k=8)["largest error"] < 0.25


@pytest.mark.parametrize("kind", KINDS)
def test_one_more_unit_never_makes_the_loss_larger(widget, kind):
    losses = [reads(widget, kind=kind, k=k)["L at the points"] for k in range(1, 9)]
    assert np.all(np.diff(losses) < 1e-12)


@pytest.mark.parametrize("height", [-2, 0, 2])
def test_a_flat_target_needs_no_unit(widget, height):
    for kind in KINDS:
        assert reads(widget, [height] * 9, kind=kind, k=3)["largest error"] == pytest.approx(0, abs=1e-9)


def test_errors_are_those_of_a_finer_grid_too(widget):
    fine, y = np.linspace(-4, 4, 8001), np.array([widget.values(widget.start)[f"y{i}"] for i in range(1, 10)])
    for kind in KINDS:
        b, v = fit(kind, 6, X, y)
        errors = np.abs(b + units(kind, 6, fine) @ v - np.interp(fine, X, y))
        read = reads(widget, kind=kind, k=6)
        assert read["largest error"] == pytest.approx(errors.max(), abs=0.01)
        assert read["mean error"] == pytest.approx(errors.mean(), abs=0.01)


@pytest.mark.parametrize("kind", KINDS)
def test_the_code_that_is_shown_runs_and_gives_the_read_outs(widget, capsys, kind):
    state = widget.state | widget.positions({"kind": kind, "k": 7, "y1": -2, "y9": 1.3})
    code = widget.setup["code"]
    for name, position in state.items():
        code = code.replace("{" + name + "}", str(widget.controls[name].value(position)))
    exec(code, {})
    printed = list(map(float, capsys.readouterr().out.split()))
    assert printed == pytest.approx(list(widget.readings(state).values()))


def test_the_picture_shows_the_units_and_their_sum(widget):
    left, right = widget.figure(kind="sigmoid", k=3).axes
    assert len(left.lines) == 3
    target, built = right.lines
    assert np.allclose(target.get_ydata(), [-1, -0.9, -0.7, -0.2, 1.6, 0.4, 0, 0.2, 1])
    total = sum(line.get_ydata() for line in left.lines)
    assert np.ptp(built.get_ydata() - total) == pytest.approx(0, abs=1e-9)
    assert left.get_title() == "weighted units: sigmoid, k = 3"


def test_its_words_say_what_is_read(widget):
    assert widget.alt(widget.start) == (
        "Build a curve: the target and the weighted sum of k = 4 units, relu; "
        "largest error 0.41, mean error 0.11, L at the points 0.04"
    )


def test_what_is_sent_stays_small(widget):
    assert len(widget.numbers) < 50_000


@pytest.mark.parametrize(
    ("values", "message"),
    [({"kind": "cube"}, "has no value 'cube'; it has 'relu'"), ({"y10": 0}, "no slider 'y10'; the sliders are y1")],
)
def test_a_wrong_value_is_one_clear_line(widget, values, message):
    with pytest.raises(ValueError, match=message):
        widget.figure(**values)
