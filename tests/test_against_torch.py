"""Every function and derivative beside PyTorch's; where the two differ, the 50-digit reference decides."""

import operator

import needs
import numpy as np
import pytest
from references import away_from_root, in_torch, points, ulp_errors
from test_activations import OTHER_PARAMETERS

from course_lib.activations import ACTIVATIONS
from course_lib.units import UNITS, log_softmax, prelu, softmax

torch = needs.module("torch", extra="torch")

EVERY = pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=lambda f: f.name)

# Where PyTorch is more than OFF units in the last place away from the 50-digit reference, in float64, and why.
# 2,000 leaves room for the rounding of x^2 in both forms of GELU.
OFF = 2000
PYTORCH_IS_OFF = {
    "sigmoid slope": "y (1 - y) cancels from x = 8 on, and is 0 from 37 on, where y is rounded to 1",
    "tanh slope": "1 - y^2 cancels, and is 0 from |x| = 19 on, where y is rounded to 1",
    "softsign slope": "autograd through x / (1 + |x|) squares, and overflows for large |x|",
    "softplus f": "x itself from the threshold 20 on",
    "softplus slope": "1 from the threshold 20 on",
    "gelu f": "1 + erf cancels for negative x",
    "gelu slope": "1 + erf cancels for negative x",
    "gelu_tanh f": "1 + tanh cancels for negative x",
    "gelu_tanh slope": "1 + tanh cancels for negative x, and inf * 0 is nan for large |x|",
    "hard_sigmoid slope": "1/6 is a float32 constant",
    "hard_swish f": "x * 6 overflows before it is divided by 6",
    "tanhshrink f": "x - tanh(x) cancels near 0",
    "tanhshrink slope": "1 - (1 - tanh(x)^2) cancels near 0",
}
PYTORCH_IS_NAN_AT_INFINITY = {"softsign", "silu", "swish", "gelu", "gelu_tanh", "mish", "hard_swish"}


def worst(got, f, derivative):
    """The worst error in ULP over all points, for a slope over those away from its root."""
    errors = ulp_errors(got, f.name, derivative)
    return errors[away_from_root(f.name, points(np.float64))].max() if derivative else errors.max()


@EVERY
@pytest.mark.parametrize("derivative", [False, True], ids=["f", "slope"])
def test_pytorch_gives_the_same_or_the_reference_sides_with_us(f, derivative):
    x = points(np.float64)
    mine, theirs = (f(x), f.derivative(x))[derivative], in_torch(f.name, x)[derivative]
    if theirs is None:
        assert f.name == "step"  # torch.heaviside has no derivative
        return
    near = np.abs(x) <= 30
    np.testing.assert_allclose(mine[near], theirs[near], rtol=1e-7, atol=1e-14)
    if f"{f.name} {('f', 'slope')[derivative]}" in PYTORCH_IS_OFF:
        assert worst(theirs, f, derivative) > OFF, "PyTorch has become right: take it off the list"
    else:
        assert worst(theirs, f, derivative) <= OFF
    assert worst(mine, f, derivative) <= OFF


@EVERY
def test_float32_agrees_with_pytorch(f):
    x = np.linspace(-6, 6, 1001, dtype=np.float32)
    for mine, theirs in zip((f(x), f.derivative(x)), in_torch(f.name, x), strict=True):
        assert theirs is None or theirs.dtype == mine.dtype
        assert theirs is None or np.abs(mine - theirs).max() <= 2e-6


@EVERY
def test_at_the_kinks_value_and_derivative_are_pytorchs(f):
    x = np.array([0.0, *f.kinks])
    value, slope = in_torch(f.name, x)
    np.testing.assert_allclose(f(x), value, rtol=1e-15, atol=0)
    if slope is not None:
        np.testing.assert_allclose(f.derivative(x), slope, rtol=3e-8, atol=0)


@pytest.mark.parametrize("name", OTHER_PARAMETERS)
def test_parameters_mean_what_they_mean_in_pytorch(name):
    params, f = OTHER_PARAMETERS[name], ACTIVATIONS[name]
    x = np.append(np.linspace(-6, 6, 1001), params.get("lambd", 0))
    value, slope = in_torch(name, x, **params)
    np.testing.assert_allclose(f(x, **params), value, rtol=1e-9, atol=1e-15)
    # PyTorch's derivative of celu rounds alpha to float32
    np.testing.assert_allclose(f.derivative(x, **params), slope, rtol=1e-6, atol=1e-15)


@EVERY
def test_at_infinity_pytorch_has_our_limit_or_nan(f):
    x = np.array([-np.inf, np.inf])
    has_nan = False
    for mine, theirs in zip((f(x), f.derivative(x)), in_torch(f.name, x), strict=True):
        if theirs is not None:
            has_nan |= np.isnan(theirs).any()
            np.testing.assert_allclose(mine[~np.isnan(theirs)], theirs[~np.isnan(theirs)], rtol=3e-8)
    assert has_nan == (f.name in PYTORCH_IS_NAN_AT_INFINITY)


def test_every_name_given_for_pytorch_exists_there():
    for card in (*ACTIVATIONS.values(), *UNITS.values()):
        if card.torch:
            assert callable(operator.attrgetter(card.torch.partition("(")[0].removeprefix("torch."))(torch))


# Units

F = torch.nn.functional


def gated(gate):
    def evaluate(t):
        a, b = t.chunk(2, -1)
        return a * gate(b)

    return evaluate


UNITS_IN_TORCH = {
    "softmax": lambda t: F.softmax(t, -1),
    "log_softmax": lambda t: F.log_softmax(t, -1),
    "maxout": lambda t: torch.max(t, -1).values,
    "glu": F.glu,
    "reglu": gated(F.relu),
    "geglu": gated(F.gelu),
    "swiglu": gated(F.silu),
    "prelu": lambda t: F.prelu(t, torch.tensor([0.25], dtype=t.dtype)),
    "rrelu": F.rrelu,
}


@pytest.mark.parametrize("u", UNITS.values(), ids=lambda u: u.name)
def test_units_give_the_values_and_gradients_of_pytorch(u):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(5, 6))
    x[0, :] = 0  # kinks; maxout: a tie
    t = torch.tensor(x, requires_grad=True)
    y = UNITS_IN_TORCH[u.name](t)
    np.testing.assert_allclose(u(x), y.detach().numpy(), rtol=1e-12)
    grad = rng.normal(size=y.shape)
    y.backward(torch.tensor(grad))
    back = u.backward(x, grad)
    np.testing.assert_allclose(back[0] if u is prelu else back, t.grad.numpy(), rtol=1e-11, atol=1e-15)


def test_prelu_learns_its_channels_as_pytorch_does():
    rng = np.random.default_rng(0)
    x, grad, alpha = rng.normal(size=(4, 3, 5)), rng.normal(size=(4, 3, 5)), np.array([0.1, 0.5, 1.5])
    t, a = torch.tensor(x, requires_grad=True), torch.tensor(alpha, requires_grad=True)
    F.prelu(t, a).backward(torch.tensor(grad))
    grad_x, grad_alpha = prelu.backward(x, grad, alpha)
    np.testing.assert_allclose(grad_x, t.grad.numpy(), rtol=1e-14)
    np.testing.assert_allclose(grad_alpha, a.grad.numpy(), rtol=1e-12)


@pytest.mark.parametrize("u", [softmax, log_softmax], ids=lambda u: u.name)
def test_infinite_logits_give_what_pytorch_gives(u):
    inf = np.inf
    x = np.array([[-inf, -inf, -inf], [inf, 0, 1], [inf, inf, 0], [inf, -inf, 0], [np.nan, 0, 1], [-inf, 0, 0.5]])
    np.testing.assert_allclose(u(x), UNITS_IN_TORCH[u.name](torch.tensor(x)).numpy(), rtol=1e-15)


def test_log_softmax_keeps_the_digits_that_pytorch_loses():
    x = np.array([0.0, -40.0])
    exact = -np.log1p(np.exp(-40))
    assert log_softmax(x)[0] == pytest.approx(exact, rel=1e-15, abs=0)
    assert F.log_softmax(torch.tensor(x), -1)[0] == 0, "PyTorch has become right: say so"
