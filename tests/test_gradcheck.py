import doctest
import math

import numpy as np
import pytest

from course_lib import gradcheck as module
from course_lib.activations import (
    ACTIVATIONS,
    elu,
    gelu,
    gelu_tanh,
    leaky_relu,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    softplus,
    step,
    tanh,
)
from course_lib.gradcheck import check_derivative, gradcheck, numerical_gradient, sweep
from course_lib.units import UNITS

EVERY = pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=lambda f: f.name)
X = np.linspace(-4, 4, 33) + 0.0123  # off every kink
EVERYWHERE = np.isfinite(X)

# What is wrong, the function, the wrong derivative, and where (of the x in X) it is wrong
WRONG = {
    "sign": (sigmoid, lambda x: -sigmoid.derivative(x), EVERYWHERE),
    "factor 2": (tanh, lambda x: 2 * tanh.derivative(x), EVERYWHERE),
    "one eighth too much, at one place": (
        tanh,
        lambda x: tanh.derivative(x) * (1 + (x == X[7]) / 8),
        np.arange(X.size) == 7,
    ),
    "the function itself": (relu, relu, X > 0),
    "s (1 + s)": (sigmoid, lambda x: sigmoid(x) * (1 + sigmoid(x)), EVERYWHERE),
    "1 - f, not squared": (tanh, lambda x: 1 - tanh(x), EVERYWHERE),
    "shifted": (softplus, lambda x: sigmoid(x + 0.1), EVERYWHERE),
    "elu without alpha": (lambda x: elu(x, alpha=2), elu.derivative, X < 0),
    "selu without lambda": (selu, lambda x: np.where(x > 0, 1, selu.derivative(x)), X > 0),
    "half a product rule": (silu, sigmoid, EVERYWHERE),
    "the derivative of gelu_tanh": (gelu, gelu_tanh.derivative, EVERYWHERE),
    "another slope": (leaky_relu, lambda x: leaky_relu.derivative(x, negative_slope=0.1), X < 0),
    "relu6 without the 6": (lambda x: relu6(2 * x), lambda x: 2 * relu.derivative(x), X > 3),
    "a sum's mean": (np.square, lambda x: 2 * x / x.size, EVERYWHERE),
    "abs for sign": (np.abs, np.abs, np.abs(np.abs(X) - np.sign(X)) > 1e-5),
}


def loss(x):
    """A smooth scalar function of an array, with every coordinate in its own role."""
    return np.sum(np.sin(x) * np.arange(1, x.size + 1).reshape(x.shape))


def loss_gradient(x):
    return np.cos(x) * np.arange(1, x.size + 1).reshape(x.shape)


# Measuring


@pytest.mark.parametrize(("method", "error"), [("forward", 1e-7), ("central", 1e-9), ("complex", 1e-15)])
@pytest.mark.parametrize("shape", [(), (3,), (2, 3), (2, 1, 2)])
def test_each_method_reaches_its_accuracy_in_every_shape(method, error, shape):
    x = np.linspace(0.1, 1.3, math.prod(shape)).reshape(shape)
    measured = numerical_gradient(loss, x, method)
    assert np.shape(measured) == shape
    np.testing.assert_allclose(measured, loss_gradient(x), rtol=error)


@pytest.mark.parametrize("method", ["forward", "central"])
@pytest.mark.parametrize("x", [1e6, -3e8])
def test_the_default_step_grows_with_x(method, x):
    assert numerical_gradient(np.square, x, method) == pytest.approx(2 * x, rel=1e-7)


def test_a_step_of_ones_own_is_used_as_it_is():
    def cube(x):
        return np.sum(x**3)

    assert numerical_gradient(cube, [2.0], "forward", h=0.5) == pytest.approx([12 + 6 * 0.5 + 0.5**2])
    assert numerical_gradient(cube, [2.0], "central", h=0.5) == pytest.approx([12 + 0.5**2])
    assert numerical_gradient(cube, [2.0], "complex", h=0.5) == pytest.approx([12 - 0.5**2])


def test_integers_and_lists_count_as_float64_and_x_stays_unchanged():
    def rude(x):
        x *= 2  # its own copy
        return np.sum(x**2)

    x = np.array([1.0, 2.0])
    assert numerical_gradient(rude, x) == pytest.approx([8, 16])
    assert numerical_gradient(rude, [1, 2]) == pytest.approx([8, 16])
    assert gradcheck(rude, lambda x: 8 * x, x)
    assert x.tolist() == [1, 2]


def test_a_function_that_works_in_place_changes_only_its_own_copy():
    def in_place(x):
        x[x < 0] = 0
        return x

    x = np.array([-1.0, 2.0])
    assert check_derivative(in_place, relu.derivative, x)
    assert numerical_gradient(lambda x: in_place(x).sum(), x) == pytest.approx([0, 1])
    assert x.tolist() == [-1, 2]


@pytest.mark.parametrize(("method", "calls"), [("forward", 6), ("central", 10), ("complex", 5)])
def test_a_gradient_of_5_coordinates_costs_one_or_two_calls_each(method, calls):
    seen = []

    def counted(x):
        seen.append(x)
        return loss(x)

    numerical_gradient(counted, np.ones(5), method)
    assert len(seen) == calls


# Right formulas pass


@EVERY
def test_every_activation_passes_away_from_its_kinks(f):
    assert f.kinks == () or np.abs(X[:, None] - f.kinks).min() > 1e-3
    for method, worst in (("central", 1e-7), ("complex", 1e-12)):
        report = check_derivative(f, f.derivative, X, method)
        assert report.verdict == "passed"
        assert report.worst < worst
        assert not report.kinks.any()


@EVERY
def test_every_activation_is_reported_at_its_kinks_and_does_not_fail_there(f):
    x = np.array([*f.kinks, -7.7, 7.7])
    report = check_derivative(f, f.derivative, x)
    assert report
    assert report.kinks.tolist() == [True] * len(f.kinks) + [False, False]
    for i, kink in enumerate(f.kinks):
        assert f"of a kink: x[{i}] = {kink:g}: formula {f.derivative(kink):.7g}, measured" in str(report)
    assert ("skipped" in str(report)) == bool(f.kinks)
    assert check_derivative(f, f.derivative, x, "complex")


@EVERY
def test_the_complex_step_is_right_to_the_last_digits(f):
    report = check_derivative(f, f.derivative, X, "complex")
    assert np.abs(report.formula - report.measured).max() <= 2e-15


@pytest.mark.parametrize("name", ["sigmoid", "tanh", "log_sigmoid", "softsign", "softplus", "tanhshrink"])
def test_the_complex_step_reaches_a_relative_error_of_2e_15_on_smooth_functions(name):
    f = ACTIVATIONS[name]
    assert check_derivative(f, f.derivative, np.linspace(-2, 2, 41) + 0.0123, "complex", tolerance=2e-15)


@pytest.mark.parametrize("name", sorted(set(UNITS) - {"prelu", "rrelu"}))
def test_vector_functions_pass_through_a_scalar_loss(name):
    unit = UNITS[name]
    rng = np.random.default_rng(0)
    x = rng.normal(size=(3, 4))
    weights = rng.normal(size=unit(x).shape)
    report = gradcheck(lambda x: np.sum(weights * unit(x)), lambda x: unit.backward(x, weights), x)
    assert report
    assert report.x.shape == (3, 4)
    assert not gradcheck(lambda x: np.sum(weights * unit(x)), lambda x: -unit.backward(x, weights), x)


def test_both_gradients_of_prelu_pass():
    unit, rng = UNITS["prelu"], np.random.default_rng(0)
    x, alpha = rng.normal(size=(3, 4)), rng.uniform(size=4)
    of_x, of_alpha = (
        gradcheck(lambda x: np.sum(unit(x, alpha) ** 2), lambda x: unit.backward(x, 2 * unit(x, alpha), alpha)[0], x),
        gradcheck(lambda a: np.sum(unit(x, a) ** 2), lambda a: unit.backward(x, 2 * unit(x, a), a)[1], alpha),
    )
    assert of_x
    assert of_alpha
    assert of_alpha.x.shape == (4,)


def test_where_the_derivative_is_near_0_the_error_is_absolute():
    report = check_derivative(sigmoid, sigmoid.derivative, [30.0])
    assert report
    assert report.formula == pytest.approx([9.4e-14], rel=0.01)
    assert report.measured == 0  # sigmoid(30) differs from 1 by 9e-14, and h more or less changes nothing of that
    assert not check_derivative(sigmoid, sigmoid.derivative, [30.0], floor=1e-20)
    assert check_derivative(np.square, lambda x: 2 * x, [0.0])


def test_rounding_of_a_large_function_value_is_no_failure_but_a_wrong_formula_is():
    x = np.array([0.001, 1.0, 2.0])

    def large(x):
        return 1e7 + np.sum(x**2)

    report = gradcheck(large, lambda x: 2 * x, x)
    assert report
    assert not report.kinks.any()
    assert abs(report.measured[0] / report.formula[0] - 1) > 1e-4  # rounding, of a formula that is right
    assert not gradcheck(large, lambda x: 3 * x, x)
    assert check_derivative(relu, relu.derivative, [1e12, -1e12])
    assert not check_derivative(relu, lambda x: 2 * relu.derivative(x), [1e12])


# Wrong formulas fail


@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_derivative_is_caught_exactly_where_it_is_wrong(slip):
    f, wrong, where = WRONG[slip]
    report = check_derivative(f, wrong, X)
    off = np.abs(wrong(X) - report.measured) > 1e-3
    assert report.verdict == "failed"
    assert not report
    assert not report.kinks.any()
    assert not np.any(report.failed & ~where)
    assert not np.any(off & ~report.failed)
    i = int(np.argmax(report.error))
    named = f"x[{i}] = {X[i]:.7g}: formula {wrong(X)[i]:.7g}, measured {report.measured[i]:.7g}"
    assert str(report).splitlines()[1].startswith(f"  {named}, relative error {report.error[i]:.2g}")


@pytest.mark.parametrize("slip", WRONG)
def test_a_wrong_derivative_fails_the_same_way_as_the_gradient_of_a_sum(slip):
    f, wrong, _ = WRONG[slip]
    report = gradcheck(lambda x: np.sum(f(x)), wrong, X)
    assert report.verdict == "failed"
    assert report.failed[np.argmax(check_derivative(f, wrong, X).error)]


def test_a_small_slip_is_no_kink_for_the_complex_step():
    report = check_derivative(sigmoid, lambda x: sigmoid.derivative(x) * (1 + 1e-8), X, "complex")
    assert report.failed.any()
    assert not report.kinks.any()
    assert check_derivative(sigmoid, lambda x: sigmoid.derivative(x) * (1 + 1e-8), X)


@pytest.mark.parametrize("wrong", [np.nan, np.inf])
def test_nan_and_infinity_fail_and_are_named(wrong):
    report = check_derivative(sigmoid, lambda x: np.where(x == 1, wrong, sigmoid.derivative(x)), [0.0, 1.0, 2.0])
    assert report.failed.tolist() == [False, True, False]
    assert np.isnan(report.worst)
    assert f"x[1] = 1: formula {wrong}" in str(report)


def test_what_is_not_a_number_is_listed_before_any_other_failure():
    report = check_derivative(np.square, lambda x: np.where(x == 2, np.nan, 3 * x), [1.0, 2.0, 3.0])
    assert str(report).splitlines()[1] == "  x[1] = 2: formula nan, measured 4, relative error nan"


def test_a_function_that_is_not_a_number_somewhere_fails_there():
    report = check_derivative(lambda x: np.where(x > 2, np.nan, x), np.ones_like, [1.0, 3.0])
    assert report.failed.tolist() == [False, True]


# Kinks


@pytest.mark.parametrize("f", [relu, leaky_relu, np.abs, lambda x: 0.3 * x - 2 * relu(x)])
@pytest.mark.parametrize("side", [-1, 1])
def test_a_kink_at_any_distance_within_h_is_found_and_none_beyond(f, side):
    h = 1e-3
    slopes = f(np.array([1.0])) - f(np.array([0.0])), f(np.array([0.0])) - f(np.array([-1.0]))

    def derivative(x):
        return np.where(x > 0, *slopes)

    x = side * h * np.linspace(0.001, 1.999, 1000)
    report = check_derivative(f, derivative, x, h=h)
    assert not report.failed.any()
    assert report.kinks.tolist() == (np.abs(x) < h).tolist()


def test_a_kink_excuses_no_more_than_it_explains():
    assert check_derivative(relu, lambda x: np.full_like(x, 0.3), [0.0]).verdict == "nothing compared"
    assert check_derivative(relu, lambda x: np.full_like(x, 7), [0.0]).verdict == "failed"
    assert check_derivative(relu, lambda x: np.full_like(x, 0.5), [0.0]).verdict == "passed"


def test_a_jump_of_the_function_is_a_kink_too():
    assert check_derivative(step, step.derivative, [-1, 0, 1]).kinks.tolist() == [False, True, False]


def test_nothing_compared_is_not_passed():
    report = check_derivative(relu, relu.derivative, 0.0)
    assert report.verdict == "nothing compared"
    assert not report
    assert report.worst == 0
    assert str(report).splitlines()[0] == "nothing compared: there is a kink at every coordinate"
    assert "largest" not in str(report)


def test_kinks_of_a_loss_are_named_by_their_place_in_the_array():
    x = np.array([[1.0, -2.0], [0.0, 3.0]])
    report = gradcheck(lambda x: np.sum(relu(x)), relu.derivative, x)
    assert report
    assert report.kinks.tolist() == [[False, False], [True, False]]
    assert "x[1, 0] = 0: formula 0, measured 0.5" in str(report)


# The report


def test_a_report_can_be_read_from_top_to_bottom():
    report = check_derivative(relu, lambda x: np.where(x > 2, 3, relu.derivative(x)), [-1, 0, 1, 2.5])
    head, failure, relative, absolute, skipped, kink = str(report).splitlines()
    assert head == "failed: 1 of 3 coordinates differ from the central difference by more than 1e-05 (relative)"
    assert failure == "  x[3] = 2.5: formula 3, measured 1, relative error 0.67"
    assert relative == "largest relative error 0.67 at x[3] = 2.5: formula 3, measured 1"
    assert absolute == "largest absolute error 2 at x[3] = 2.5: formula 3, measured 1"
    assert skipped == "skipped: 1 coordinate, too near to a kink to be measured"
    assert kink == "  you are within 6.1e-06 of a kink: x[1] = 0: formula 0, measured 0.5"
    assert repr(report) == str(report)


def test_a_passed_report_says_how_many_and_how_well():
    report = check_derivative(np.square, lambda x: 2 * x, [1.0, 2.0, 4.0], "complex", tolerance=1e-14)
    head, relative, absolute = str(report).splitlines()
    assert head == "passed: 3 coordinates compared with the complex step, tolerance 1e-14 (relative)"
    assert relative.startswith("largest relative error 0 at x[0] = 1: formula 2, measured 2")
    assert absolute.startswith("largest absolute error 0 at x[0]")
    assert report.worst == 0


def test_a_long_list_of_failures_starts_with_the_worst_and_says_how_many_more():
    report = check_derivative(np.square, lambda x: 2 * x + x**2, np.arange(1.0, 10.0))
    lines = str(report).splitlines()
    assert lines[1].startswith("  x[8] = 9: formula 99, measured 18, relative error 0.82")
    assert lines[6] == "  and 4 more"
    assert check_derivative(np.square, np.square, 3.0).failed
    assert "  x = 3: formula 9, measured 6" in str(check_derivative(np.square, np.square, 3.0))


# The sweep


def test_the_error_of_a_central_difference_is_v_shaped_in_h():
    hs = 10.0 ** -np.arange(1, 16)
    errors = sweep(softplus, 0.5, softplus.derivative(0.5), hs)
    forward, central, complex_step = errors["forward"], errors["central"], errors["complex"]
    assert [error.shape for error in errors.values()] == [(15,)] * 3
    # the slopes of the V, and its bottom
    assert central[:4] == pytest.approx(1.54e-4 * 100.0 ** -np.arange(4), rel=0.02)
    assert forward[:6] == pytest.approx(0.0189 * 10.0 ** -np.arange(6), rel=0.02)
    assert central.min() < 3e-10
    assert forward.min() < 1e-7
    assert central.argmin() in (4, 5)
    assert forward.argmin() in (6, 7, 8)
    assert 1e-6 < central[11] < 1e-3
    assert np.all(complex_step[8:] <= 4e-16)
    # what is left of each V is rounding, eps f / h
    assert np.all(central[6:] < 4 * 2.2e-16 / hs[6:])


def test_a_sweep_measures_what_is_asked_for():
    errors = sweep(np.abs, 2, 1, [0.5, 0.25], methods=["central"])
    assert list(errors) == ["central"]
    assert errors["central"].tolist() == [0, 0]
    assert sweep(np.square, 3, 6, [0.6], methods=["forward"])["forward"] == pytest.approx([0.1])


# Errors


@pytest.mark.parametrize("f", [softplus, lambda x: UNITS["softmax"](x), lambda x: np.arctan2(x, 1)])
def test_complex_numbers_reach_only_functions_that_take_them(f):
    def scalar(x):
        return np.sum(f(x))

    x = np.array([0.5, 1.0])
    if f is softplus:
        assert numerical_gradient(scalar, x, "complex") == pytest.approx(softplus.derivative(x))
        return
    with pytest.raises(TypeError, match=r"f takes no complex numbers \(.*\): write it .* or use method='central'"):
        numerical_gradient(scalar, x, "complex")
    assert np.all(np.isfinite(numerical_gradient(scalar, x)))


@pytest.mark.parametrize("f", [np.abs, lambda x: x.real, lambda x: np.zeros(x.shape)])
def test_a_function_that_drops_the_imaginary_part_is_refused(f):
    for check in (
        lambda: check_derivative(f, np.sign, [1.0, 2.0], "complex"),
        lambda: numerical_gradient(lambda x: np.sum(f(x)), [1.0, 2.0], "complex"),
        lambda: sweep(f, 1.0, 1.0, [0.1], methods=["complex"]),
    ):
        with pytest.raises(TypeError, match=r"f returned float64 for complex numbers, .* use method='central'"):
            check()


def test_a_complex_result_that_is_forced_into_real_numbers_is_refused():
    def forced(x):
        y = np.empty(x.shape)
        y[:] = x**2
        return y

    with pytest.raises(TypeError, match=r"f takes no complex numbers \(Casting complex values"):
        check_derivative(forced, lambda x: 2 * x, [1.0], "complex")


def test_an_error_of_the_learners_own_code_comes_through():
    def broken(x):
        raise TypeError("my own mistake")

    with pytest.raises(TypeError, match=r"^my own mistake$"):
        check_derivative(broken, np.sign, [1.0])


def test_float32_is_refused_in_x_and_in_f():
    with pytest.raises(TypeError, match=r"x is float32, .*: compute in float64"):
        numerical_gradient(loss, np.ones(2, np.float32))
    with pytest.raises(TypeError, match=r"the result of f is float32, .*: compute in float64"):
        numerical_gradient(lambda x: np.float32(loss(x)), np.ones(2))
    with pytest.raises(TypeError, match="the result of the formula is float32"):
        check_derivative(np.square, lambda x: np.float32(2) * x.astype(np.float32), [1.0])


def test_x_that_cannot_be_moved_is_refused():
    for x in ([], [1.0, np.nan], [np.inf]):
        with pytest.raises(ValueError, match="x must hold at least one number and only finite ones, got"):
            numerical_gradient(loss, x)
    with pytest.raises(TypeError, match=r"x takes real numbers, got complex128"):
        gradcheck(loss, loss_gradient, [1j])
    with pytest.raises(TypeError, match="x takes numbers"):
        check_derivative(np.square, np.square, ["a"])


def test_results_of_the_wrong_shape_are_refused_with_both_shapes():
    x = np.ones((2, 3))
    with pytest.raises(ValueError, match=r"f must return one number, got shape \(2, 3\): sum it, or use check_deriv"):
        numerical_gradient(np.square, x)
    with pytest.raises(ValueError, match=r"f must return the shape of x, \(2, 3\), got \(\)"):
        check_derivative(np.sum, np.ones_like, x)
    with pytest.raises(ValueError, match=r"the formula must return the shape of x, \(2, 3\), got \(6,\)"):
        gradcheck(np.sum, np.ravel, x)


def test_a_function_with_random_numbers_is_refused():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="f gives two answers to the same x: seed its random numbers"):
        gradcheck(lambda x: np.sum(x * rng.integers(0, 2, x.shape)), np.ones_like, np.ones(20))


@pytest.mark.parametrize("value", [0, -1e-5, np.nan, np.inf, "small", [1e-5]])
def test_steps_tolerances_and_floors_are_positive_numbers(value):
    with pytest.raises(ValueError, match="h must be a positive, finite number, got"):
        numerical_gradient(loss, [1.0], h=value)
    for name in ("h", "tolerance", "floor"):
        with pytest.raises(ValueError, match=f"{name} must be a positive, finite number, got"):
            gradcheck(loss, loss_gradient, [1.0], **{name: value})


def test_unknown_methods_are_refused_and_the_known_ones_named():
    for measure in (
        lambda: numerical_gradient(loss, [1.0], "middle"),
        lambda: sweep(np.square, 1, 2, [0.1], methods=["middle"]),
    ):
        with pytest.raises(ValueError, match="method must be one of forward, central, complex, got 'middle'"):
            measure()
    with pytest.raises(ValueError, match="method must be one of central, complex, got 'forward'"):
        gradcheck(loss, loss_gradient, [1.0], "forward")


def test_a_sweep_refuses_what_has_no_relative_error_or_no_step():
    with pytest.raises(ValueError, match=r"exact is 0: .* take another x"):
        sweep(np.square, 0, 0, [0.1])
    with pytest.raises(ValueError, match=r"hs must be positive, got -0.1"):
        sweep(np.square, 1, 2, [0.1, -0.1])
    with pytest.raises(ValueError, match=r"x must be one number, got shape \(2,\)"):
        sweep(np.square, [1, 2], 2, [0.1])


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(module) == (0, 3)
