"""50-digit references for every activation and its derivative, and a measure of error against them.

``python tests/references.py`` prints the table of worst errors, beside PyTorch's where it is installed.

The definitions are the textbook's, written in mpmath and independent of course_lib: where a textbook form cancels
(1 - tanh^2), an identity that does not (sech^2) stands in its place.
"""

import functools
import operator

import numpy as np
from mpmath import mp, mpf

from course_lib.activations import ACTIVATIONS

DIGITS = 50


def _at_50_digits(function):
    def evaluate(x, **params):
        with mp.workdps(DIGITS):
            return +function(mpf(x), **{key: mpf(value) for key, value in params.items()})

    return evaluate


def _sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def _softplus(x):
    return mp.log1p(mp.exp(x))


def _selu_constants():
    """Solve lambda and alpha from the fixed point mean 0, variance 1 (Klambauer et al. 2017, arXiv:1706.02515)."""
    a, b, root_e = mp.erfc(1 / mp.sqrt(2)), mp.erfc(mp.sqrt(2)), mp.sqrt(mp.e)
    alpha = mp.sqrt(2 / mp.pi) / (1 - a * root_e)
    # E f(z)^2 = lambda^2 (1/2 + alpha^2 E[(e^z - 1)^2; z < 0])
    negative = mp.e**2 * b / 2 - root_e * a + mpf(1) / 2
    return 1 / mp.sqrt(mpf(1) / 2 + alpha**2 * negative), alpha


with mp.workdps(DIGITS):
    SELU_LAMBDA, SELU_ALPHA = _selu_constants()


def _ncdf(x):
    return mpf(x > 0) if abs(x) > 1000 else mp.ncdf(x)


def _tanhshrink(x):
    with mp.workdps(DIGITS + 2 * max(0, -int(mp.log10(abs(x)))) if x else DIGITS):
        return x - mp.tanh(x)


def _gelu_tanh_argument(x):
    return 2 * mp.sqrt(2 / mp.pi) * (x + mpf("0.044715") * x**3)


def _gelu_tanh_slope(x):
    u, du = _gelu_tanh_argument(x), 2 * mp.sqrt(2 / mp.pi) * (1 + 3 * mpf("0.044715") * x**2)
    return _sigmoid(u) + x * du * _sigmoid(u) * _sigmoid(-u)


def _silu_slope(x):
    return _sigmoid(x) + x * _sigmoid(x) * _sigmoid(-x)


def _mish_slope(x):
    return mp.tanh(_softplus(x)) + x * mp.sech(_softplus(x)) ** 2 * _sigmoid(x)


def _clip(x, low, high):
    return max(mpf(low), min(mpf(high), x))


def _inside(x, low, high):
    return mpf(low < x < high)


FUNCTIONS = {
    "step": (lambda x: mpf(x >= 0), lambda x: mpf(0)),
    "identity": (lambda x: x, lambda x: mpf(1)),
    "sigmoid": (_sigmoid, lambda x: _sigmoid(x) * _sigmoid(-x)),
    "log_sigmoid": (lambda x: -_softplus(-x), lambda x: _sigmoid(-x)),
    "tanh": (mp.tanh, lambda x: mp.sech(x) ** 2),
    "softsign": (lambda x: x / (1 + abs(x)), lambda x: (1 + abs(x)) ** -2),
    "relu": (lambda x: max(x, mpf(0)), lambda x: mpf(x > 0)),
    "leaky_relu": (
        lambda x, negative_slope=0.01: x if x > 0 else mpf(negative_slope) * x,
        lambda x, negative_slope=0.01: mpf(1) if x > 0 else mpf(negative_slope),
    ),
    "relu6": (lambda x: _clip(x, 0, 6), lambda x: _inside(x, 0, 6)),
    "elu": (
        lambda x, alpha=1: x if x > 0 else alpha * mp.expm1(x),
        lambda x, alpha=1: mpf(1) if x > 0 else alpha * mp.exp(x),
    ),
    "celu": (
        lambda x, alpha=1: x if x > 0 else alpha * mp.expm1(x / alpha),
        lambda x, alpha=1: mpf(1) if x > 0 else mp.exp(x / alpha),
    ),
    "selu": (
        lambda x: SELU_LAMBDA * (x if x > 0 else SELU_ALPHA * mp.expm1(x)),
        lambda x: SELU_LAMBDA * (mpf(1) if x > 0 else SELU_ALPHA * mp.exp(x)),
    ),
    "softplus": (lambda x, beta=1: _softplus(beta * x) / beta, lambda x, beta=1: _sigmoid(beta * x)),
    "silu": (lambda x: x * _sigmoid(x), _silu_slope),
    "swish": (lambda x, beta=1: x * _sigmoid(beta * x), lambda x, beta=1: _silu_slope(beta * x)),
    "gelu": (lambda x: x * _ncdf(x), lambda x: _ncdf(x) + x * mp.npdf(x)),
    "gelu_tanh": (lambda x: x * _sigmoid(_gelu_tanh_argument(x)), _gelu_tanh_slope),
    "mish": (lambda x: x * mp.tanh(_softplus(x)), _mish_slope),
    "hard_sigmoid": (lambda x: _clip(x + 3, 0, 6) / 6, lambda x: _inside(x, -3, 3) / 6),
    "hard_swish": (
        lambda x: x * _clip(x + 3, 0, 6) / 6,
        lambda x: (2 * x + 3) / 6 if abs(x) < 3 else mpf(x > 0),
    ),
    "hard_tanh": (lambda x: _clip(x, -1, 1), lambda x: _inside(x, -1, 1)),
    "tanhshrink": (_tanhshrink, lambda x: mp.tanh(x) ** 2),
    "softshrink": (lambda x, lambd=0.5: x - _clip(x, -lambd, lambd), lambda x, lambd=0.5: mpf(abs(x) > lambd)),
    "hardshrink": (lambda x, lambd=0.5: mpf(0) if abs(x) <= lambd else x, lambda x, lambd=0.5: mpf(abs(x) > lambd)),
}
REFERENCES = {name: (_at_50_digits(f), _at_50_digits(slope)) for name, (f, slope) in FUNCTIONS.items()}


def _log_softmax(x, temperature=1):
    z = [v / temperature for v in x]
    with mp.workdps(DIGITS + int(max(z) - min(z))):  # the sum must not swallow the smallest exponential
        total = mp.log(mp.fsum(map(mp.exp, z)))
        return [v - total for v in z]


def _glu(gate):
    def evaluate(x):
        half = len(x) // 2
        return [a * gate(b) for a, b in zip(x[:half], x[half:], strict=True)]

    return evaluate


def _leaky(x, slope):
    return [v if v > 0 else slope * v for v in x]


# From a list of mpf to a list of mpf
UNIT_REFERENCES = {
    "softmax": lambda x, temperature=1: list(map(mp.exp, _log_softmax(x, temperature))),
    "log_softmax": _log_softmax,
    "maxout": lambda x: [max(x)],
    "glu": _glu(_sigmoid),
    "reglu": _glu(lambda b: max(b, mpf(0))),
    "geglu": _glu(lambda b: b * _ncdf(b)),
    "swiglu": _glu(lambda b: b * _sigmoid(b)),
    "prelu": lambda x, alpha=0.25: _leaky(x, alpha),
    "rrelu": lambda x, slopes=11 / 48: _leaky(x, mpf(slopes)),
}


def unit_reference(name, x, **params):
    """Return the reference values (mpf) of a unit of one axis."""
    with mp.workdps(DIGITS):
        return UNIT_REFERENCES[name]([mpf(float(v)) for v in x], **params)


def unit_backward_reference(name, x, grad, **params):
    """Return the backward product of a unit of one axis: central differences of grad . unit(x), right to 20 digits."""
    h = mpf("1e-13")

    def loss(i, by):
        moved = [mpf(float(v)) for v in x]
        moved[i] += by
        return mp.fsum(mpf(float(g)) * y for g, y in zip(grad, UNIT_REFERENCES[name](moved, **params), strict=True))

    with mp.workdps(DIGITS):
        return [float((loss(i, h) - loss(i, -h)) / (2 * h)) for i in range(len(x))]


# Where a derivative crosses 0 its relative error means nothing
ROOTS = {"silu": -1.2785, "swish": -1.2785, "gelu": -0.7518, "gelu_tanh": -0.7525, "mish": -1.1924, "hard_swish": -1.5}
NEAR = 0.5


@functools.cache
def points(dtype):
    """Return about 2,000 sorted points: all magnitudes of ``dtype``, dense around 0, kinks, saturation, neighbours."""
    rng = np.random.default_rng(0)
    info = np.finfo(dtype)
    magnitudes = 2 ** rng.uniform(np.log2(info.tiny), np.log2(info.max), 120)
    small = 10 ** rng.uniform(-20, 0, 80)
    corners = np.array([0.5, 1, 1.5, 3, 6, 9.01, 12, 16.64, 18.7, 20, 36.7, 37.5, 40, 60, 88, 104, 700, 708, 745, 1000])
    spread = [rng.uniform(0, width, 80) for width in (2, 10, 40, 700)]
    x = np.concatenate([magnitudes, small, corners, *spread, [info.tiny, info.max]]).astype(dtype)
    x = np.concatenate([x, np.nextafter(x, dtype(0)), np.nextafter(corners.astype(dtype), dtype(2000))])
    x = x[x >= info.tiny]
    return np.unique(np.concatenate([-x, [dtype(0)], x]))


def ulp_error(got, reference):
    """Return |got - reference| in units of the last place of the reference (an mpf), in the precision of ``got``.

    Where the reference isn't a normal number: 0 if ``got`` is on the right side of the border, else inf.
    """
    info = np.finfo(type(got))
    size = abs(reference)
    if size == 0 or np.isnan(got):
        return 0.0 if got == reference else np.inf
    if size < info.tiny:
        return 0.0 if abs(got) <= info.tiny else np.inf
    if size > info.max:
        return 0.0 if abs(got) >= info.max else np.inf
    if np.isinf(got):
        return np.inf
    exponent = mp.frexp(size)[1] - 1
    return float(abs(mpf(float(got)) - reference) / mp.ldexp(1, exponent - info.nmant))


def eps_error(got, reference):
    """Return |got - reference| in units of the machine epsilon of ``got``."""
    return float(abs(mpf(float(got)) - reference) / float(np.finfo(type(got)).eps))


def away_from_root(name, x):
    """Return the mask of the points x where the derivative of ``name`` isn't near a sign change."""
    return np.abs(x - ROOTS.get(name, np.inf)) > NEAR


@functools.cache
def exact(name, derivative, dtype):
    """Return the references (mpf) of a function, or of its derivative, at ``points(dtype)``."""
    return [REFERENCES[name][derivative](float(value)) for value in points(dtype)]


def in_torch(name, x, **params):
    """Return PyTorch's value and its autograd derivative (None for step, which has none) at the array x."""
    import torch

    special = {
        "step": lambda t: torch.heaviside(t.detach(), torch.ones((), dtype=t.dtype)),
        "identity": torch.nn.Identity(),
        "swish": lambda t, beta=1: t * torch.sigmoid(beta * t),
        "gelu_tanh": lambda t: torch.nn.functional.gelu(t, approximate="tanh"),
    }
    function = special.get(name) or operator.attrgetter(ACTIVATIONS[name].torch.removeprefix("torch."))(torch)
    t = torch.tensor(x, requires_grad=True)
    y = function(t, **params)
    if not y.requires_grad:
        return y.numpy(), None
    y.backward(torch.ones_like(y))
    return y.detach().numpy(), t.grad.numpy()


def ulp_errors(got, name, derivative):
    """Return the errors in ULP of ``got``, computed at ``points(got.dtype)``."""
    return np.array(list(map(ulp_error, got, exact(name, derivative, got.dtype.type))))


def _worst(name, derivative, got):
    if got is None:
        return ""
    errors = ulp_errors(got, name, derivative)
    return f"{errors[away_from_root(name, points(got.dtype.type))].max() if derivative else errors.max():.3g}"


def _table():
    try:
        import torch  # noqa: F401

        peers = [in_torch]
    except ImportError:
        peers = []
    computers = [lambda name, x: (ACTIVATIONS[name](x), ACTIVATIONS[name].derivative(x)), *peers]
    print("worst error in ULP    " + "".join(f"{who:^40}" for who in ("course_lib", "PyTorch")[: len(computers)]))
    print(" " * 14 + "".join(f"{head:>10}" for head in ("f64 f", "f64 f'", "f32 f", "f32 f'") * len(computers)))
    for name in ACTIVATIONS:
        cells = [
            _worst(name, derivative, got)
            for compute in computers
            for dtype in (np.float64, np.float32)
            for derivative, got in enumerate(compute(name, points(dtype)))
        ]
        print(f"{name:14}" + "".join(f"{cell:>10}" for cell in cells), flush=True)


if __name__ == "__main__":
    _table()
