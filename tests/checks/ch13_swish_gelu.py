"""Answers to the tasks of 13_swish_gelu: differently written right ones, wrong ones with the advice they must get."""

import math

import numpy as np


def quiet(f):
    def called(*args):
        with np.errstate(all="ignore"):
            return f(*args)

    return called


def sigmoid(z):
    return (1 + np.tanh(np.asarray(z) / 2)) / 2


def value(x, beta):
    return x * sigmoid(beta * x)


def slope(x, beta):
    s = sigmoid(beta * x)
    return s + beta * x * s * (1 - s)


def beta_slope(x, beta):
    s = sigmoid(beta * x)
    return x**2 * s * (1 - s)


def textbook(x, beta):
    return x / (1 + np.exp(-beta * x))


def by_output(x, beta):
    a, s = value(x, beta), sigmoid(beta * x)
    return s * (1 + beta * (x - a))


def measured(x, beta, h=1e-20):
    return (np.asarray(x) * (1 + np.tanh((beta + 1j * h) * np.asarray(x) / 2)) / 2).imag / h


def bent(x, beta):
    s = sigmoid(beta * x)
    return s * (1 - s)


def gap(x, beta):
    return np.log1p(np.exp(-beta * np.abs(x))) / beta


def softplus(x, beta):
    return np.maximum(x, 0) + gap(x, beta)


def one_by_one(f):
    return lambda x, beta: np.array([f(float(v), beta) for v in np.ravel(x)]).reshape(np.shape(x))


def piecewise(x, beta):
    z = -beta * np.abs(x)
    return np.where(z < -36, np.exp(z), np.log1p(np.exp(z))) / beta


def halved(times=50, low=-20.0, high=0.0, rule=lambda g, s, x: g(x) + x * s(x), turned=False):
    def bottom(gate, gate_slope):
        left, right = low, high
        for _ in range(times):
            middle = (left + right) / 2
            left, right = (middle, right) if (rule(gate, gate_slope, middle) < 0) != turned else (left, middle)
        return right

    return bottom


def zoomed(gate, gate_slope):
    low, high = -20.0, 0.0
    for _ in range(12):
        x = np.linspace(low, high, 41)
        f = gate(x) + x * gate_slope(x)
        i = int(np.argmax(f >= 0))
        low, high = x[i - 1], x[i]
    return (low + high) / 2


def golden(gate, gate_slope):
    low, high, r = -20.0, 0.0, (math.sqrt(5) - 1) / 2
    for _ in range(36):
        a, b = high - r * (high - low), low + r * (high - low)
        low, high = (low, b) if a * gate(a) < b * gate(b) else (a, high)
    x = (low + high) / 2
    for _ in range(4):  # and a few secant steps on the slope
        h = 1e-5
        s = gate(x) + x * gate_slope(x)
        x -= s * h / (gate(x + h) + (x + h) * gate_slope(x + h) - s)
    return x


def on_grid(gate, gate_slope):
    x = np.linspace(-20, 0, 20_001)
    return x[np.argmin(x * gate(x))]


def area(x):
    return (1 + np.vectorize(math.erf, otypes=[float])(np.asarray(x) / math.sqrt(2))) / 2


def tanh_form(x):
    return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


FORMS = {"exact": lambda x: x * area(x), "tanh": tanh_form, "sigmoid": lambda x: x * sigmoid(1.702 * x)}
X = np.linspace(-4, 4, 161)


def compared(x=X, tolerance=1e-4, forms=FORMS):
    def which_form(f):
        for name, form in forms.items():
            if np.abs(f(x) - form(x)).max() < tolerance:
                return name
        return "none"

    return which_form


def nearest(limit=np.inf):
    def which_form(f):
        gaps = {name: np.abs(f(X) - form(X)).mean() for name, form in FORMS.items()}
        name = min(gaps, key=gaps.get)
        return name if gaps[name] < limit else "none"

    return which_form


def by_three_places(f):
    x = np.array([-2.7, -2.2, 2.7, -1.6, 1.6, 1.0, 0.5, -0.7])
    for name, form in FORMS.items():
        if all(abs(float(f(v)) - float(form(v))) < 5e-5 for v in x):
            return name
    return "none"


def searched(low=-50.0, high=50.0, step=0.01, least=1e-9):
    def falls(f):
        x = np.linspace(low, high, round((high - low) / step) + 1)
        y = f(x)
        i = int(np.argmin(np.diff(y)))
        return (x[i], x[i + 1]) if y[i] - y[i + 1] > least else None

    return falls


def from_the_peak(f):
    x = np.linspace(-50, 50, 20_001)
    y = f(x)
    drop = np.maximum.accumulate(y) - y
    i = int(np.argmax(drop))
    return [float(x[int(np.argmax(y[: i + 1]))]), float(x[i])] if drop[i] > 1e-8 else None


def in_parts(f):
    for start in np.arange(-50.0, 50.0, 10.0):
        x = np.linspace(start, start + 10, 801)
        y = f(x)
        for i in np.flatnonzero(y[:-1] - y[1:] > 1e-8)[:1]:
            return np.array([x[i], x[i + 1]])
    return None


def reversed_pair(f):
    pair = searched()(f)
    return pair if pair is None else pair[::-1]


def indices(f):
    x = np.linspace(-50, 50, 10_001)
    y = f(x)
    i = int(np.argmin(np.diff(y)))
    return (i, i + 1) if y[i] - y[i + 1] > 1e-9 else None


RIGHT = {
    "swish": [
        (value, slope, beta_slope),
        (textbook, by_output, measured),
        (one_by_one(value), one_by_one(slope), lambda x, beta: x * (slope(x, beta) - sigmoid(beta * x)) / beta),
    ],
    "softplus": [
        (softplus, gap),
        (lambda x, beta: np.logaddexp(0, beta * x) / beta, piecewise),
        (one_by_one(softplus), one_by_one(gap)),
    ],
    "bottom": [(halved(),), (zoomed,), (golden,)],
    "which_form": [(compared(),), (nearest(limit=3e-5),), (by_three_places,)],
    "falls": [(searched(),), (from_the_peak,), (in_parts,)],
}

WRONG = {
    "swish": [
        ((lambda x, beta: sigmoid(beta * x), slope, beta_slope), "gate alone"),
        ((lambda x, beta: value(x, 1), slope, beta_slope), "β is missing"),
        ((lambda x, beta: beta * value(x, beta), slope, beta_slope), "inside the sigmoid only"),
        ((lambda x, beta: beta * value(x, 1), slope, beta_slope), "not in front"),
        ((lambda x, beta: value(x, beta) / beta, slope, beta_slope), "no division"),
        ((lambda x, beta: value(x, 1 / beta), slope, beta_slope), "divide by β"),
        ((lambda x, beta: x * np.tanh(beta * x), slope, beta_slope), "tanh goes down"),
        ((lambda x, beta: np.maximum(x, 0), slope, beta_slope), "ReLU: its gate is hard"),
        ((softplus, slope, beta_slope), "That is softplus"),
        ((value, value, beta_slope), "not its slope"),
        ((value, lambda x, beta: sigmoid(beta * x), beta_slope), "slope of the gate is missing"),
        ((value, lambda x, beta: beta * x * bent(x, beta), beta_slope), "the gate is missing"),
        ((value, lambda x, beta: sigmoid(beta * x) + x * bent(x, beta), beta_slope), "inner slope"),
        ((value, lambda x, beta: beta * bent(x, beta), beta_slope), "not the product of the slopes"),
        ((value, lambda x, beta: sigmoid(beta * x) + beta * bent(x, beta), beta_slope), "multiplied by x"),
        ((value, lambda x, beta: slope(x, 1), beta_slope), "slope for β = 1"),
        ((value, lambda x, beta: 2 * sigmoid(beta * x) - slope(x, beta), beta_slope), "are added"),
        ((value, slope, slope), "That is the slope in x"),
        ((value, slope, lambda x, beta: x * bent(x, beta)), "One x is missing"),
        ((value, slope, lambda x, beta: beta * x * bent(x, beta)), "its slope is x, not β"),
        ((value, slope, lambda x, beta: beta * beta_slope(x, beta)), "One β too many"),
        ((value, slope, lambda x, beta: 0 * x), "sharpens the gate"),
        ((lambda x, beta: value(x, 1.7), slope, beta_slope), "Keep the shape|any positive number"),
        ((lambda x, beta: value(np.ravel(x), beta), slope, beta_slope), "it should have shape"),
    ],
    "softplus": [
        (
            (softplus, quiet(lambda x, beta: np.log(1 + np.exp(beta * x)) / beta - np.maximum(x, 0))),
            "wrong|rounded away|right on the left|left only",
        ),
        ((softplus, lambda x, beta: np.logaddexp(0, beta * x) / beta - np.maximum(x, 0)), "right on the left"),
        ((softplus, lambda x, beta: np.log(1 + np.exp(-beta * np.abs(x))) / beta), "rounded away"),
        ((softplus, lambda x, beta: beta * gap(x, beta)), "division by β is missing"),
        ((softplus, softplus), "softplus itself"),
        ((softplus, lambda x, beta: np.full(np.shape(x), np.log(2) / beta)), "gap at x = 0"),
        ((softplus, lambda x, beta: np.exp(-beta * np.abs(x)) / beta), "far out only"),
        ((quiet(lambda x, beta: np.log(1 + np.exp(beta * x)) / beta), gap), "Both ends"),
        ((quiet(lambda x, beta: np.log1p(np.exp(beta * x)) / beta), gap), "overflows, or was cut off"),
        ((lambda x, beta: np.log1p(np.exp(np.minimum(beta * x, 700))) / beta, gap), "cut off"),
        ((lambda x, beta: np.maximum(x, 0) + np.log(1 + np.exp(-beta * np.abs(x))) / beta, gap), "left tail is lost"),
        ((gap, gap), "gap alone"),
        ((lambda x, beta: np.maximum(x, 0), gap), "Add the gap"),
        ((quiet(lambda x, beta: 1 / (1 + np.exp(-beta * x))), gap), "slope of softplus"),
        ((lambda x, beta: beta * softplus(x, beta), gap), "division by β"),
        ((softplus, lambda x, beta: float(np.max(gap(x, beta)))), "it should have shape"),
    ],
    "bottom": [
        ((on_grid,), "six decimals"),
        ((halved(times=12),), "six decimals"),
        ((halved(turned=True),), "end of the interval"),
        ((lambda gate, gate_slope: -1.2784645427610738,), "place for SiLU"),
        ((lambda gate, gate_slope: (lambda x: x * gate(x))(halved()(gate, gate_slope)),), "how low it is"),
        ((halved(rule=lambda g, s, x: g(x) + s(x)),), "end of the interval|still falls|it is lower"),
        ((halved(rule=lambda g, s, x: s(x)),), "end of the interval"),
        ((halved(rule=lambda g, s, x: g(x) + x * s(x) / 2),), "still falls|it is lower|six decimals"),
        ((halved(low=-1.0),), "end of the interval|still falls|it is lower|six decimals"),
        ((lambda gate, gate_slope: np.nan,), "not a finite number"),
        ((lambda gate, gate_slope: None,), "end with return"),
        ((lambda gate, gate_slope: np.linspace(-20, 0, 3),), "it should have shape"),
        ((lambda gate, gate_slope: float(np.argmin(gate(np.linspace(-20, 0, 200_001)))),), "100,000 places"),
    ],
    "which_form": [
        ((compared(tolerance=1e-2),), "call it 'exact'"),
        ((compared(tolerance=1e-8),), "call it 'none'.*32 bits"),
        ((compared(x=np.array([0.0, 5.0, 20.0])),), "call it 'exact'"),
        ((compared(x=np.abs(X)),), "two forms in one.*both sides|call it"),
        ((compared(x=X[np.abs(X) < 1.4]),), "cut off beyond 1.5.*farther out|call it"),
        ((nearest(),), "none of the three|nearest|farther out|both sides"),
        ((compared(forms={"exact": FORMS["exact"], "sigmoid": FORMS["sigmoid"]}),), "call it 'none'"),
        ((lambda f: "exact",), "call it 'exact'"),
        ((lambda f: "none",), "call it 'none'"),
        ((lambda f: True,), "one of the four strings"),
        ((lambda f: "GELU",), "one of the four strings"),
        ((lambda f: None,), "one of the four strings"),
    ],
    "falls": [
        ((lambda f: None,), "You say that it never falls"),
        ((lambda f: (-2.0, -1.0),), "does not fall|never falls"),
        ((searched(high=0.0),), "never falls, and it does"),
        ((searched(low=-10.0, high=10.0),), "far left|on the right|a bump"),
        ((searched(step=1.0),), "narrow|steps|falls left of"),
        ((searched(least=0.0),), "that is rounding"),
        ((searched(least=0.01),), "never falls, and it does"),
        ((reversed_pair,), "a < b"),
        ((indices,), "indices instead of places"),
        ((lambda f: (math.nan, 1.0),), "numbers between"),
        ((lambda f: -1.0,), "Return a pair"),
        ((lambda f: (-60.0, -40.0),), "between −50 and 50"),
        ((lambda f: f(np.array([-2.0, 0.0])),), "a < b|does not fall|never falls|indices"),
    ],
}
