import copy
import inspect
import pickle
import subprocess
import sys

import numpy as np
import pytest
from mpmath import mp
from references import REFERENCES, ROOTS, away_from_root, eps_error, exact, points, ulp_errors

from course_lib import activations
from course_lib.activations import ACTIVATIONS, Paper, activation

FLOATS = (np.float16, np.float32, np.float64)
EVERY = pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=lambda f: f.name)

# Worst error in ULP, float64, of f and f', over all normal numbers; not named: 6.
ULP_LIMITS = dict.fromkeys(["sigmoid", "log_sigmoid", "tanh", "softplus", "elu", "celu", "selu", "leaky_relu"], 2)
ULP_LIMITS |= {"tanhshrink": 4, "gelu": 1500, "gelu_tanh": 1000}  # exp(-x^2/2) multiplies the rounding error of x^2
ULP_LIMITS_WITHIN_10 = {"gelu": 200, "gelu_tanh": 200}

# A value beside the default for every parameter that there is
OTHER_PARAMETERS = {
    "leaky_relu": {"negative_slope": 0.3},
    "elu": {"alpha": 1.7},
    "celu": {"alpha": 0.6},
    "softplus": {"beta": 3.0},
    "swish": {"beta": 1.5},
    "softshrink": {"lambd": 1.25},
    "hardshrink": {"lambd": 0.0},
}
BAD_PARAMETERS = {
    "leaky_relu": {"negative_slope": -np.inf},
    "elu": {"alpha": -1},
    "celu": {"alpha": 0},
    "softplus": {"beta": 0},
    "swish": {"beta": -2},
    "softshrink": {"lambd": -0.5},
    "hardshrink": {"lambd": np.inf},
}


def both(f):
    return f, f.derivative


def everything(dtype):
    info = np.finfo(dtype)
    x = points(np.float32) if dtype == np.float16 else points(dtype)
    x = x[np.abs(x) <= info.max].astype(dtype)
    return np.concatenate([x, np.array([-np.inf, np.inf, info.smallest_subnormal, -info.smallest_subnormal], dtype)])


# Accuracy


@EVERY
@pytest.mark.parametrize("derivative", [False, True], ids=["f", "slope"])
def test_float64_keeps_its_digits_over_all_normal_numbers(f, derivative):
    x = points(np.float64)
    errors = ulp_errors(both(f)[derivative](x), f.name, derivative)
    if derivative:
        errors[~away_from_root(f.name, x)] = 0
    assert errors.max() <= ULP_LIMITS.get(f.name, 6), f"worst at x = {x[errors.argmax()]!r}"
    if f.name in ULP_LIMITS_WITHIN_10:
        assert errors[np.abs(x) <= 10].max() <= ULP_LIMITS_WITHIN_10[f.name]


@EVERY
@pytest.mark.parametrize("derivative", [False, True], ids=["f", "slope"])
def test_float32_is_within_5_ulp_and_its_slope_within_6_over_all_normal_numbers(f, derivative):
    x = points(np.float32)
    errors = ulp_errors(both(f)[derivative](x), f.name, derivative)
    if derivative:
        errors[~away_from_root(f.name, x)] = 0
    assert errors.max() <= (6 if derivative else 5), f"worst at x = {x[errors.argmax()]!r}"


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("name", ROOTS)
def test_near_the_root_of_a_derivative_the_absolute_error_is_at_most_one_eps(name, dtype):
    x = points(dtype)
    near = np.flatnonzero(~away_from_root(name, x))
    slope = ACTIVATIONS[name].derivative(x)
    assert len(near) > 10
    assert max(eps_error(slope[i], exact(name, True, dtype)[i]) for i in near) <= 1


@EVERY
def test_the_references_of_slopes_are_the_derivatives_of_the_references_of_values(f):
    value, slope = REFERENCES[f.name]
    for x in (-7.3, -2.1, -0.7, -0.2, 0.3, 0.9, 2.3, 5.1):
        assert mp.almosteq(mp.diff(value, x, h=mp.mpf("1e-12")), slope(x), rel_eps=1e-9, abs_eps=1e-9)


@pytest.mark.parametrize("name", OTHER_PARAMETERS)
@pytest.mark.parametrize("derivative", [False, True], ids=["f", "slope"])
def test_other_parameters_mean_what_the_reference_says(name, derivative):
    x = np.concatenate([np.linspace(-9, 9, 37), [1e-9, -1e-9]])
    params = OTHER_PARAMETERS[name]
    wanted = [float(REFERENCES[name][derivative](v, **params)) for v in x]
    np.testing.assert_allclose(both(ACTIVATIONS[name])[derivative](x, **params), wanted, rtol=1e-13, atol=1e-16)


@EVERY
def test_derivative_is_what_a_complex_step_measures(f):
    x = np.linspace(-8, 8, 1601) + 0.0012345  # off every kink
    slope = f(x + 1e-30j).imag / 1e-30
    np.testing.assert_allclose(f.derivative(x), slope, rtol=1e-12, atol=1e-15)


# The card: what is declared


def jumps(function):
    """Find every x in [-10, 10] where the function jumps, by bisection of each step that is too high."""
    grid = np.linspace(-10, 10, 20_002)  # 0 and the integers lie between the points
    found = []
    for i in np.flatnonzero(np.abs(np.diff(function(grid))) > 0.02):
        a, b = grid[i], grid[i + 1]
        while (a + b) / 2 not in (a, b):
            m = (a + b) / 2
            a, b = (m, b) if abs(function(b) - function(m)) > abs(function(m) - function(a)) else (a, m)
        found.append(b)
    return found


@EVERY
def test_kinks_are_exactly_where_the_function_or_its_slope_jumps(f):
    found = sorted({round(float(x), 9) for x in jumps(f) + jumps(f.derivative)})
    assert found == pytest.approx(f.kinks, abs=1e-9)
    assert f.smooth == (not f.kinks)


def test_a_kink_that_depends_on_a_parameter_appears_with_it():
    elu = ACTIVATIONS["elu"]
    assert jumps(lambda x: elu.derivative(x, alpha=0.5)) == pytest.approx([0], abs=1e-9)


@EVERY
def test_bounds_are_kept_and_approached(f):
    low, high = f.bounds
    values = np.concatenate([f(points(np.float64)), f(np.linspace(-5, 5, 200_001))])
    assert np.all(values >= low - 1e-15)
    assert np.all(values <= high + 1e-15)
    for bound, extreme in ((low, values.min()), (high, values.max())):
        assert abs(extreme) > 1e300 if np.isinf(bound) else extreme == pytest.approx(bound, abs=1e-9)


@EVERY
def test_every_card_is_complete(f):
    assert ACTIVATIONS[f.name] is f
    assert f.latex
    assert f.latex_derivative
    assert isinstance(f.paper, Paper)
    assert f.paper.link.startswith("https://")
    assert 1943 <= f.paper.year <= 2026
    assert f.summary.endswith(".")
    assert f.summary in f.__doc__
    assert f.paper.title in f.__doc__
    assert f.name in repr(f)
    assert "0x" not in repr(f)
    assert f"def {f.name}(x" in inspect.getsource(f)
    assert set(f.domain) <= set(f.parameters)
    assert f.kinks == () or "PyTorch" in f.__doc__.partition("\n\n")[2]


def test_every_parameter_is_tested_beside_its_default():
    wanted = {f.name: set(f.parameters) for f in ACTIVATIONS.values() if f.parameters}
    assert {name: set(params) for name, params in OTHER_PARAMETERS.items()} == wanted
    assert {name: set(params) for name, params in BAD_PARAMETERS.items()} == wanted


@EVERY
def test_a_copy_and_a_pickle_are_the_same_function(f):
    assert copy.deepcopy(f) is f
    assert pickle.loads(pickle.dumps(f)) is f


def test_a_new_function_joins_the_list_by_its_two_decorators():
    paper = Paper("Nobody", 2026, "Nothing", "https://example.org")
    try:

        @activation(latex="x^2", bounds=(0, np.inf), paper=paper, torch=None)
        def squared(x):
            """The square."""
            return x * x

        @squared.define_derivative("2x")
        def squared(x):
            return 2 * x

        assert ACTIVATIONS["squared"](3) == 9
        assert squared.derivative(3) == 6
        assert squared.second_moment == pytest.approx(3)
        assert squared.minimum == pytest.approx((0, 0), abs=1e-12)
    finally:
        ACTIVATIONS.pop("squared", None)


# What is measured


@EVERY
def test_moments_are_those_of_a_fine_sum_over_the_normal_distribution(f):
    z = np.linspace(-10, 10, 1_000_001)
    weights = np.exp(-z * z / 2) / np.sqrt(2 * np.pi) * (z[1] - z[0])
    y, slope = f(z), f.derivative(z)
    assert f.mean == pytest.approx(weights @ y, abs=1e-5)
    assert f.second_moment == pytest.approx(weights @ y**2, abs=1e-5)
    assert f.derivative_second_moment == pytest.approx(weights @ slope**2, abs=1e-5)
    assert f.gain**2 * f.second_moment == pytest.approx(1)


def test_moments_known_in_closed_form_come_out():
    assert ACTIVATIONS["relu"].gain == pytest.approx(np.sqrt(2), rel=1e-12)
    assert ACTIVATIONS["relu"].mean == pytest.approx(1 / np.sqrt(2 * np.pi), rel=1e-12)
    assert ACTIVATIONS["gelu"].mean == pytest.approx(1 / np.sqrt(4 * np.pi), rel=1e-12)
    assert ACTIVATIONS["selu"].mean == pytest.approx(0, abs=1e-12)
    assert ACTIVATIONS["selu"].gain == pytest.approx(1, rel=1e-12)


@pytest.mark.parametrize(
    ("quality", "names"),
    [
        ("zero_centred", "identity tanh softsign selu hard_tanh tanhshrink softshrink hardshrink"),
        ("saturates_right", "step sigmoid log_sigmoid tanh softsign relu6 hard_sigmoid hard_tanh"),
    ],
)
def test_qualities_measured_are_those_of_the_literature(quality, names):
    assert {f.name for f in ACTIVATIONS.values() if getattr(f, quality)} == set(names.split())


def test_all_but_these_saturate_on_the_left():
    rest = {f.name for f in ACTIVATIONS.values() if not f.saturates_left}
    assert rest == {"identity", "log_sigmoid", "leaky_relu", "tanhshrink", "softshrink", "hardshrink"}


def test_only_the_functions_with_a_dip_are_not_monotone():
    assert {f.name for f in ACTIVATIONS.values() if not f.monotone} == set(ROOTS)


@EVERY
def test_the_minimum_is_where_the_reference_slope_is_zero(f):
    if f.name not in ROOTS:
        assert f.minimum is None
        return
    x = mp.findroot(REFERENCES[f.name][1], ROOTS[f.name])
    assert f.minimum == pytest.approx((float(x), float(REFERENCES[f.name][0](x))), rel=1e-12)


# What goes in, what comes out


@EVERY
@pytest.mark.parametrize("dtype", FLOATS)
def test_no_finite_or_infinite_number_warns_or_gives_nan(f, dtype):
    x = everything(dtype)
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for params in ({}, OTHER_PARAMETERS.get(f.name, {})):
            for function in both(f):
                y = function(x, **params)
                assert y.dtype == dtype
                assert not np.isnan(y).any()
            assert np.array_equal(f.backward(x, np.ones_like(x), **params), f.derivative(x, **params))


@EVERY
@pytest.mark.parametrize("sign", [-1, 1])
def test_infinity_gives_the_limit(f, sign):
    for function in both(f):
        limit, far = function(sign * np.inf), function(sign * 1e300)
        assert limit == (np.copysign(np.inf, far) if abs(far) > 1e290 else pytest.approx(far, abs=1e-15))


@EVERY
def test_nan_passes_through_and_touches_nothing_else(f):
    for dtype in FLOATS:
        x = np.array([np.nan, -1, 0, 2], dtype)
        for function in both(f):
            y = function(x)
            assert np.isnan(y[0])
            assert np.array_equal(y[1:], function(x[1:]))


@EVERY
def test_float16_is_the_rounded_result_of_a_wider_type(f):
    x = everything(np.float16)
    for function in both(f):
        with np.errstate(over="ignore"):
            wanted = function(x.astype(np.float64)).astype(np.float16)
        np.testing.assert_array_max_ulp(function(x), wanted, maxulp=1)


@EVERY
@pytest.mark.parametrize("dtype", [np.complex64, np.complex128])
def test_complex_input_stays_complex_and_only_the_function_takes_it(f, dtype):
    x = np.array([-1.25, 0.75, 2], dtype)
    assert f(x).dtype == dtype
    np.testing.assert_allclose(f(x).real, f(x.real), rtol=1e-6)
    with pytest.raises(TypeError, match=r"x\.real"):
        f.derivative(x)


@EVERY
@pytest.mark.parametrize("dtype", [bool, np.int8, np.uint8, np.int64])
def test_integers_and_booleans_become_float64(f, dtype):
    x = np.array([0, 1, 1, 0]).astype(dtype)
    for function in both(f):
        assert function(x).dtype == np.float64
        assert np.array_equal(function(x), function(x.astype(float)))


@EVERY
def test_scalars_give_scalars(f):
    for function in both(f):
        for x in (2, 2.0, True, np.float64(2), np.array(2.0)):
            assert type(function(x)) is np.float64
        assert type(function(np.float32(2))) is np.float32
        assert function(2) == function([2])[0]
    assert f.backward(2.0, 3.0) == 3 * f.derivative(2.0)


@EVERY
def test_any_shape_and_layout_gives_the_same_numbers(f):
    x = np.linspace(-4, 4, 24)
    for function in both(f):
        y = function(x)
        assert np.array_equal(function(x.tolist()), y)
        assert np.array_equal(function(x.reshape(2, 3, 4)), y.reshape(2, 3, 4))
        assert np.array_equal(function(x.reshape(4, 6).T), y.reshape(4, 6).T)
        assert np.array_equal(function(x[::-2]), y[::-2])
        assert function([]).shape == (0,)
        assert function(np.zeros((0, 3))).shape == (0, 3)


@EVERY
def test_the_argument_stays_unchanged_and_the_result_is_new(f):
    for x in (np.linspace(-4, 4, 9), np.linspace(-4, 4, 9, dtype=np.float32), np.array(0.5)):
        kept, grad = x.copy(), np.full_like(x, 2)
        for y in (f(x), f.derivative(x), f.backward(x, grad)):
            assert np.array_equal(x, kept)
            assert np.all(grad == 2)
            assert not np.shares_memory(y, x)
            assert not np.shares_memory(y, grad)
            assert y.flags.writeable or y.ndim == 0


@EVERY
def test_backward_is_the_gradient_times_the_slope(f):
    x, grad = np.linspace(-4, 4, 12).reshape(3, 4), np.arange(12.0).reshape(3, 4)
    assert np.array_equal(f.backward(x, grad), grad * f.derivative(x))
    assert np.array_equal(f.backward(x, 2), 2 * f.derivative(x))
    assert np.array_equal(f.backward(x, grad[0]), grad[0] * f.derivative(x))
    assert f.backward(x.astype(np.float32), grad).dtype == np.float32
    with pytest.raises(ValueError, match="shape"):
        f.backward(x[0], grad)


@EVERY
@pytest.mark.parametrize("x", ["1.5", ["a", "b"], [None, 1], [{}], np.array([1.5], dtype=object)], ids=repr)
def test_what_is_not_numeric_is_refused_with_advice(f, x):
    for function in both(f):
        with pytest.raises(TypeError, match=rf"{f.name}.* takes numbers, .*np.asarray"):
            function(x)


@EVERY
def test_an_unknown_parameter_is_refused_and_the_known_ones_named(f):
    for function in both(f):
        with pytest.raises(TypeError, match=f"{f.name} has no parameter 'gamma'; .*{next(iter(f.parameters), 'none')}"):
            function(1.0, gamma=2)


@pytest.mark.parametrize("name", BAD_PARAMETERS)
def test_a_parameter_out_of_range_is_refused(name):
    (key, value), *_ = BAD_PARAMETERS[name].items()
    for function in both(ACTIVATIONS[name]):
        with pytest.raises(ValueError, match=f"{name}: {key} must be finite.*, got {float(value)}"):
            function(1.0, **{key: value})
        with pytest.raises(ValueError, match=f"{key} must be finite"):
            function(1.0, **{key: np.nan})
        with pytest.raises(TypeError, match=f"{key} must be one number"):
            function(1.0, **{key: [1, 2]})


def test_leaky_relu_of_slope_zero_is_relu_also_at_infinity():
    leaky_relu, relu = ACTIVATIONS["leaky_relu"], ACTIVATIONS["relu"]
    x = np.array([-np.inf, -1, 0, 2, np.inf])
    assert np.array_equal(leaky_relu(x, negative_slope=0), relu(x))
    assert np.array_equal(leaky_relu.derivative(x, negative_slope=0), relu.derivative(x))


def test_a_float64_parameter_does_not_widen_float32():
    x = np.array([-1, 2], np.float32)
    for name, params in OTHER_PARAMETERS.items():
        for function in both(ACTIVATIONS[name]):
            assert function(x, **{key: np.float64(value) for key, value in params.items()}).dtype == np.float32


def test_importing_the_activations_imports_numpy_and_nothing_else_heavy():
    code = "import sys, course_lib.activations; print(*{m.partition('.')[0] for m in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "numpy" in loaded
    assert not {"scipy", "matplotlib", "torch", "IPython", "ipywidgets"} & set(loaded)


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=lambda f: f.name)
def test_a_large_array_of_any_layout_is_computed_in_blocks_to_the_same_values(f, monkeypatch):
    x = np.random.default_rng(0).normal(0, 3, size=(40, 50))[:, ::2].T
    whole, slopes = f(x), f.derivative(x)
    monkeypatch.setattr(activations, "_LARGE", 100)
    monkeypatch.setattr(activations, "_BLOCK", 64)
    np.testing.assert_allclose(f(x), whole, rtol=1e-15)
    np.testing.assert_allclose(f.derivative(x), slopes, rtol=1e-15)
