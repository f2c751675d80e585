import copy
import pickle

import numpy as np
import pytest
from references import ulp_error, unit_backward_reference, unit_reference

from course_lib.activations import Paper, sigmoid
from course_lib.units import UNITS, glu, log_softmax, maxout, prelu, rrelu, rrelu_slopes, softmax

EVERY = pytest.mark.parametrize("u", UNITS.values(), ids=lambda u: u.name)
SPLIT = ("glu", "reglu", "geglu", "swiglu")
X = np.array([0.3, -1.2, 2.4, -0.7, 0.9, -3.1])
INF = np.inf


def output_gradient(u, x):
    """A gradient with the shape of u(x), all entries different."""
    shape = np.shape(u(x))
    return np.linspace(-1, 2, int(np.prod(shape))).reshape(shape)


def logits():
    """Rows of 2, 3 and 10 logits, from alike to far apart."""
    rng = np.random.default_rng(0)
    return [rng.normal(size=k) * scale for k in (2, 3, 10) for scale in (0.1, 1, 10, 100, 300) for _ in range(8)]


def worst_ulp(u, rows):
    return max(ulp_error(got, r) for x in rows for got, r in zip(u(x), unit_reference(u.name, x), strict=True))


def test_softmax_is_within_3_ulp_and_log_softmax_within_2():
    assert worst_ulp(softmax, logits()) <= 3
    assert worst_ulp(log_softmax, logits()) <= 2


def test_of_many_classes_softmax_is_within_4_ulp_and_log_softmax_within_2():
    rows = [np.random.default_rng(1).normal(size=300) * scale for scale in (1, 10, 100)]
    assert worst_ulp(softmax, rows) <= 4
    assert worst_ulp(log_softmax, rows) <= 2


def test_float32_softmax_and_log_softmax_are_within_1_ulp():
    rows = [x.astype(np.float32) for x in logits()]
    assert worst_ulp(softmax, rows) <= 1
    assert worst_ulp(log_softmax, rows) <= 1


@EVERY
def test_values_are_those_of_the_reference(u):
    np.testing.assert_allclose(np.atleast_1d(u(X)), np.array(unit_reference(u.name, X), float), rtol=1e-14)


@EVERY
def test_backward_is_what_finite_differences_of_50_digits_measure(u):
    grad = output_gradient(u, X)
    got = u.backward(X, grad)
    got = got[0] if u is prelu else got
    assert got.shape == X.shape
    np.testing.assert_allclose(got, unit_backward_reference(u.name, X, np.atleast_1d(grad)), rtol=1e-13, atol=1e-15)


@pytest.mark.parametrize("u", [softmax, log_softmax], ids=lambda u: u.name)
@pytest.mark.parametrize("temperature", [0.25, 0.7, 5])
def test_temperature_divides_the_logits_and_the_gradient(u, temperature):
    grad, exact = output_gradient(u, X), {"temperature": temperature}
    np.testing.assert_allclose(
        u(X, temperature=temperature), np.array(unit_reference(u.name, X, **exact), float), rtol=1e-14
    )
    wanted = unit_backward_reference(u.name, X, grad, **exact)
    np.testing.assert_allclose(u.backward(X, grad, temperature=temperature), wanted, rtol=1e-13, atol=1e-15)


# What softmax promises


def test_large_logits_give_probabilities_and_not_nan():
    np.testing.assert_allclose(softmax([1000, 1001]), [0.2689414213699951, 0.7310585786300049], rtol=1e-15)
    np.testing.assert_allclose(softmax([1, 2, 3]), [0.0900, 0.2447, 0.6652], atol=5e-5)
    assert np.array_equal(softmax([1.7e308, -1.7e308]), [1, 0])


def test_log_softmax_keeps_the_digits_of_a_probability_near_one():
    assert log_softmax([0, -40])[0] == pytest.approx(-4.248354255291589e-18, rel=1e-15, abs=0)


def test_softmax_sums_to_one_and_ignores_a_shift():
    x = np.random.default_rng(0).integers(-64, 64, (50, 7)) / 8
    np.testing.assert_allclose(softmax(x).sum(axis=-1), 1, rtol=1e-15)
    assert np.array_equal(softmax(x + 1024), softmax(x))
    assert np.array_equal(log_softmax(x + 1024), log_softmax(x))


def test_softmax_of_two_classes_is_the_sigmoid_of_their_difference():
    x = np.random.default_rng(0).normal(size=(50, 2)) * 10
    np.testing.assert_allclose(softmax(x)[:, 0], sigmoid(x[:, 0] - x[:, 1]), rtol=1e-13)


def test_a_logit_of_minus_infinity_has_probability_zero():
    assert np.array_equal(softmax([-INF, 0, 0]), [0, 0.5, 0.5])
    np.testing.assert_allclose(log_softmax([-INF, 0, 0]), [-INF, np.log(0.5), np.log(0.5)])
    assert np.array_equal(softmax([-INF, 3]), [0, 1])
    assert np.array_equal(softmax.backward([-INF, 0, 0], [1, 0, 0]), [0, 0, 0])


@pytest.mark.parametrize("row", [[-INF, -INF], [INF, 0], [INF, INF], [INF, -INF], [np.nan, 0]], ids=str)
def test_a_slice_without_a_limit_is_nan_and_the_others_are_not(row):
    for u in (softmax, log_softmax):
        y = u([row, [1, 2]])
        assert np.isnan(y[0]).all()
        assert np.array_equal(y[1], u([1, 2]))


# What the others promise


def test_maxout_has_relu_leaky_relu_and_the_absolute_value_as_special_cases():
    x = np.linspace(-2, 2, 9)
    for slope in (0, 0.01, -1):
        assert np.array_equal(maxout(np.stack([x, slope * x], axis=-1)), np.maximum(x, slope * x))
    assert maxout(np.zeros((4, 3, 5)), axis=1).shape == (4, 5)


def test_maxout_gives_the_gradient_to_the_first_of_the_largest():
    assert np.array_equal(maxout.backward([[1, 3, 3], [5, 2, 0]], [10, 20]), [[0, 10, 0], [20, 0, 0]])


def test_a_gated_unit_halves_the_width():
    x = np.arange(40.0).reshape(4, 10)
    assert glu(x).shape == (4, 5)
    assert glu(x, axis=0).shape == (2, 10)
    np.testing.assert_allclose(glu([3, 0]), [1.5])


def test_prelu_returns_the_gradient_of_one_slope_and_of_one_for_each_channel():
    x = np.random.default_rng(0).normal(size=(4, 3, 5))
    grad, alpha = np.arange(60.0).reshape(4, 3, 5), np.array([0.1, 0.5, 1.5])
    for a, axis in ((0.25, 1), (alpha, 1), (alpha, -2), (np.array([0.3]), 1)):
        grad_x, grad_alpha = prelu.backward(x, grad, a, axis)
        assert grad_alpha.shape == np.shape(a)
        assert grad_x.shape == x.shape
        for i in np.ndindex(np.shape(a)):
            h = np.zeros(np.shape(a))
            h[i] = 0.5  # prelu is linear in alpha: no error from a large step
            difference = np.sum(grad * (prelu(x, a + h, axis) - prelu(x, a - h, axis)))
            assert grad_alpha[i] == pytest.approx(difference, rel=1e-12)
    assert np.array_equal(prelu(x, alpha)[:, 2], np.where(x[:, 2] > 0, x[:, 2], 1.5 * x[:, 2]))


def test_rrelu_draws_in_training_and_uses_the_mean_in_evaluation():
    x = np.full((200, 50), -1.0)
    slopes = rrelu_slopes(x.shape, np.random.default_rng(3))
    assert slopes.min() >= 1 / 8
    assert slopes.max() <= 1 / 3
    assert slopes.mean() == pytest.approx(11 / 48, abs=2e-3)
    assert np.array_equal(slopes, rrelu_slopes(x.shape, np.random.default_rng(3)))
    assert np.array_equal(rrelu(x, slopes), -slopes)
    assert np.array_equal(rrelu.backward(x, np.ones_like(x), slopes), slopes)
    assert rrelu(-1) == pytest.approx(-0.2292, abs=5e-5)
    assert np.array_equal(rrelu(-x, slopes), -x)


# What goes in, what comes out


@EVERY
@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_the_precision_stays_and_is_that_of_float64_rounded_once(u, dtype):
    x = X.astype(dtype)
    grad = output_gradient(u, x).astype(dtype)
    y, back = u(x), u.backward(x, grad)
    assert y.dtype == dtype
    np.testing.assert_array_equal(y, u(x.astype(float)).astype(dtype))
    assert {part.dtype for part in (back if u is prelu else [back])} == {np.dtype(dtype)}


@EVERY
def test_lists_and_integers_become_float64_and_the_arguments_stay_unchanged(u):
    x = np.array([[1, -2, 3, 0], [0, 5, -6, 1]])
    for numbers in (x, x.astype(float)):
        kept, grad = numbers.copy(), output_gradient(u, x)
        y, back = u(numbers), u.backward(numbers, grad)
        assert y.dtype == np.float64
        assert np.array_equal(y, u(x.tolist()))
        assert np.array_equal(numbers, kept)
        assert np.array_equal(grad, output_gradient(u, x))
        for part in (y, *(back if u is prelu else [back])):
            assert not np.shares_memory(part, numbers)
            assert not np.shares_memory(part, grad)


@EVERY
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_the_axis_can_be_any(u, axis):
    if "axis" not in u.parameters or u is prelu:
        assert u in (prelu, rrelu)
        return
    x = np.random.default_rng(0).normal(size=(4, 6, 2))
    grad = output_gradient(u, np.moveaxis(x, axis, -1))
    assert np.array_equal(u(x, axis=axis), np.moveaxis(u(np.moveaxis(x, axis, -1)), -1, axis) if u is not maxout
                          else u(np.moveaxis(x, axis, -1)))  # fmt: skip
    back = u.backward(x, grad if u is maxout else np.moveaxis(grad, -1, axis), axis=axis)
    np.testing.assert_allclose(np.moveaxis(back, axis, -1), u.backward(np.moveaxis(x, axis, -1), grad), rtol=1e-14)


@EVERY
def test_an_empty_batch_stays_empty(u):
    x = np.zeros((0, 4))
    y = u(x)
    assert y.size == 0
    back = u.backward(x, np.zeros(y.shape))
    assert (back[0] if u is prelu else back).shape == (0, 4)


@EVERY
def test_infinite_input_does_not_warn_and_nan_spreads(u):
    with np.errstate(all="raise"):
        for a in (-INF, INF, 1.7e308, 5e-324, np.nan):
            y = u([[a, 1.0, -2.0, 0.5]])
            back = u.backward([[a, 1.0, -2.0, 0.5]], np.ones(y.shape))
            if np.isnan(a):
                assert np.isnan(y).any()
                assert u is maxout or np.isnan(back[0]).any()


@EVERY
def test_what_is_not_a_real_number_is_refused(u):
    with pytest.raises(TypeError, match=f"{u.name} takes numbers"):
        u(["a", "b"])
    with pytest.raises(TypeError, match=f"{u.name} takes real numbers"):
        u([1j, 2])
    with pytest.raises(
        TypeError, match=f"{u.name} has no parameter 'gamma'; its parameters: {next(iter(u.parameters))}"
    ):
        u([1.0, 2.0], gamma=1)


@pytest.mark.parametrize("name", SPLIT)
@pytest.mark.parametrize(("shape", "axis"), [((3,), -1), ((), -1), ((3, 4), 0), ((4, 4), 2)])
def test_a_gated_unit_refuses_what_it_cannot_halve(name, shape, axis):
    with pytest.raises(ValueError, match=rf"axis {axis} .*must be even, got shape \({shape[0] if shape else ''}"):
        UNITS[name](np.zeros(shape), axis=axis)


def test_bad_parameters_are_refused():
    for u in (softmax, log_softmax):
        with pytest.raises(ValueError, match="temperature must be finite and > 0, got 0"):
            u([1, 2], temperature=0)
        with pytest.raises(ValueError, match="need an axis of classes"):
            u(3.0)
    with pytest.raises(ValueError, match=r"alpha must be .*size of axis 1 of x, got alpha of shape \(2,\)"):
        prelu(np.zeros((4, 3)), [0.1, 0.2])


@EVERY
def test_every_card_is_complete(u):
    assert UNITS[u.name] is u
    assert u.latex
    assert u.latex_backward
    assert isinstance(u.paper, Paper)
    assert u.paper.link.startswith("https://")
    assert u.summary.endswith(".")
    assert u.paper.title in u.__doc__
    assert u.name in repr(u)
    assert "0x" not in repr(u)
    assert copy.deepcopy(u) is u
    assert pickle.loads(pickle.dumps(u)) is u
