"""Answers to the tasks of 06_tanh: differently written right ones, and wrong ones with the advice they must get."""

import numpy as np


def quiet(f):
    def called(*args):
        with np.errstate(all="ignore"):
            return f(*args)

    return called


def value(x, a, b):
    return a * np.tanh(b * x)


def slope(x, a, b):
    return a * b * (1 - np.tanh(b * x) ** 2)


def sigmoid(z):
    return (1 + np.tanh(np.asarray(z) / 2)) / 2


def measured(x, a, b, h=1e-20):
    return (a * np.tanh(b * (np.asarray(x) + 1j * h))).imag / h


def one_by_one(x, a, b):
    return np.array([a * np.tanh(b * float(value)) for value in np.ravel(x)]).reshape(np.shape(x))


def turned(W, b, v, c):
    """Sigmoid units whose input has the other sign compute the same: σ(−z) is 1 − σ(z)."""
    return -2 * W, -2 * b, -2 * v, c + v.sum()


def step(z, c, gate=sigmoid, candidate=np.tanh, out=np.tanh):
    i, f, o = gate(z[0]), gate(z[1]), gate(z[2])
    new = f * c + i * candidate(z[3])
    return o * out(new), new


def unit_by_unit(z, c):
    pairs = [step(z[:, k], c[k]) for k in range(len(c))]
    return [h for h, _ in pairs], [memory for _, memory in pairs]


def memory_by(rule):
    """A step whose memory follows a rule of the gates i, f, the candidate g and the old c."""

    def wrong(z, c):
        i, f, o = sigmoid(z[:3])
        new = rule(i, f, np.tanh(z[3]), c)
        return o * np.tanh(new), new

    return wrong


def state_by(rule):
    """A step whose state follows a rule of the output gate o, its pre-activation, the new and the old memory."""

    def wrong(z, c):
        new = step(z, c)[1]
        return rule(sigmoid(z[2]), z[2], new, c), new

    return wrong


def log_slope(u):
    return 2 * (np.log(2) - np.abs(u) - np.log1p(np.exp(-2 * np.abs(u))))


SIZES = 10.0 ** np.linspace(-12, 3, 301)
PLACES = np.concatenate([-SIZES, SIZES])


def compared(x=PLACES, tolerance=1e-9, want=value):
    def judged(f, a, b):
        right = want(x, a, b)
        return bool(np.all(np.abs(f(x) - right) <= tolerance * np.abs(right)))

    return judged


def by_ratio(f, a, b):
    return bool(np.allclose(f(PLACES) / (a * np.tanh(b * PLACES)), 1, rtol=0, atol=1e-10))


def few_places(f, a, b):
    places = [s * size for s in (-1, 1) for size in (3e-11, 1.7e-9, 0.2, 1.0, 2.0, 5.0, 950.0)]
    return all(abs(f(x) - a * np.tanh(b * x)) <= 1e-9 * abs(a * np.tanh(b * x)) for x in places)


def nan_passes(f, a, b):
    want = a * np.tanh(b * PLACES)
    return not np.any(np.abs(f(PLACES) - want) > 1e-9 * np.abs(want))


RIGHT = {
    "scaled": [
        (value, slope),
        (one_by_one, measured),
        (lambda x, a, b: a * (2 * sigmoid(2 * b * x) - 1), lambda x, a, b: a * b / np.cosh(b * x) ** 2),
    ],
    "to_sigmoid": [
        (lambda W, b, v, c: [2 * W, 2 * b, 2 * v, c - v.sum()],),
        (turned,),
        (lambda W, b, v, c: (W + W, b + b, v + v, c - v @ np.ones(len(v))),),
    ],
    "lstm_step": [(step,), (unit_by_unit,), (memory_by(lambda i, f, g, c: c + i * g - (1 - f) * c),)],
    "log_slope": [
        (log_slope,),
        (lambda u: -2 * (np.logaddexp(u, -u) - np.log(2)),),
        (lambda u: np.log(4) - 2 * np.abs(u) - 2 * np.logaddexp(0, -2 * np.abs(u)),),
    ],
    "is_scaled_tanh": [(compared(),), (by_ratio,), (few_places,)],
}

WRONG = {
    "scaled": [
        ((lambda x, a, b: np.tanh(x), slope), "plain tanh"),
        ((lambda x, a, b: a * np.tanh(x), slope), "b is missing"),
        ((lambda x, a, b: np.tanh(b * x), slope), "a is missing: multiply the output"),
        ((lambda x, a, b: b * np.tanh(a * x), slope), "swapped"),
        ((lambda x, a, b: a * b * np.tanh(x), slope), "b belongs inside"),
        ((lambda x, a, b: a * np.tanh(x / b), slope), "divide by b"),
        ((lambda x, a, b: a * np.tan(b * x), slope), "trigonometry"),
        ((lambda x, a, b: a / (1 + np.exp(-b * x)), slope), "never negative"),
        ((value, value), "not its slope"),
        ((value, lambda x, a, b: 1 - np.tanh(b * x) ** 2), "Both factors"),
        ((value, lambda x, a, b: a * (1 - np.tanh(b * x) ** 2)), "inner slope is missing"),
        ((value, lambda x, a, b: b * (1 - np.tanh(b * x) ** 2)), "a is missing: a curve"),
        ((value, lambda x, a, b: 1 - value(x, a, b) ** 2), "plain tanh only"),
        ((value, lambda x, a, b: a * b * (1 - value(x, a, b) ** 2)), "without its factor a"),
        ((value, lambda x, a, b: a * b * (1 - np.tanh(b * x))), "square is missing"),
        ((value, lambda x, a, b: a * b * (1 - np.tanh(x) ** 2)), r"at b·x, not at x"),
        ((lambda x, a, b: float(np.max(value(x, a, b))), slope), "it should have shape"),
        ((lambda x, a, b: 1.7159 * np.tanh(2 * x / 3), slope), "Keep the shape"),
    ],
    "to_sigmoid": [
        ((lambda W, b, v, c: (W, b, v, c),), "what you were given"),
        ((lambda W, b, v, c: (2 * W, 2 * b, 2 * v, c),), "is lost"),
        ((lambda W, b, v, c: (2 * W, 2 * b, 2 * v, c + v.sum()),), "not onto it"),
        ((lambda W, b, v, c: (2 * W, 2 * b, 2 * v, c - 2 * v.sum()),), "the new v"),
        ((lambda W, b, v, c: (2 * W, 2 * b, 2 * v, c - 1),), "a single one"),
        ((lambda W, b, v, c: (2 * W, 2 * b, 2 * v, c - len(v)),), "without their weights"),
        ((lambda W, b, v, c: (2 * W, b, 2 * v, c - v.sum()),), "b is not doubled"),
        ((lambda W, b, v, c: (W, b, 2 * v, c - v.sum()),), "not squeezed"),
        ((lambda W, b, v, c: (2 * W, 2 * b, v, c - v.sum()),), "not stretched"),
        ((lambda W, b, v, c: (W / 2, b / 2, v / 2, c + v.sum() / 2),), "go back"),
        ((lambda W, b, v, c: (2 * W, 2 * b, 2 * v),), "four things"),
        ((lambda W, b, v, c: (2 * W, 2 * b, 2 * v, c - v),), r"Your c has shape"),
        ((lambda W, b, v, c: (3 * W, 2 * b, 2 * v, c),), "outputs of the two networks differ"),
    ],
    "lstm_step": [
        ((lambda z, c: step(z, c, np.tanh, sigmoid, lambda m: m),), "colleague's memory"),
        ((lambda z, c: step(z, c, gate=np.tanh),), "tanh can be negative"),
        ((lambda z, c: step(z, c, candidate=sigmoid),), "can only be raised"),
        ((memory_by(lambda i, f, g, c: i * c + f * g),), "swapped"),
        ((memory_by(lambda i, f, g, c: c + i * g),), "Nothing is forgotten"),
        ((memory_by(lambda i, f, g, c: f * c + g),), "input gate is missing"),
        ((memory_by(lambda i, f, g, c: (1 - f) * c + i * g),), "share that stays"),
        ((lambda z, c: step(z, c, candidate=lambda g: g),), "no activation"),
        ((lambda z, c: step(z, c, out=lambda m: m),), "goes out unbounded"),
        ((lambda z, c: step(z, c, out=sigmoid),), "loses its sign"),
        ((state_by(lambda o, zo, new, old: o * np.tanh(old)),), "old memory goes out"),
        ((state_by(lambda o, zo, new, old: np.tanh(new)),), "output gate is missing"),
        ((state_by(lambda o, zo, new, old: np.tanh(zo) * np.tanh(new)),), "o is a gate, a share"),
        ((state_by(lambda o, zo, new, old: np.tanh(o * new)),), "gate comes last"),
        ((lambda z, c: step(z, c)[::-1],), "the other way round"),
        ((lambda z, c: step(z, c)[0],), "Return two things"),
    ],
    "log_slope": [
        ((quiet(lambda u: np.log(1 - np.tanh(u) ** 2)),), "Do not subtract from 1"),
        ((lambda u: np.log(1 - np.tanh(u) ** 2 + 1e-6),), "hides the −inf"),
        ((lambda u: np.log(np.maximum(1 - np.tanh(u) ** 2, 1e-12)),), "hides the −inf"),
        ((quiet(lambda u: 2 * (np.log(2) - u - np.log1p(np.exp(-2 * u)))),), "negative u only"),
        ((quiet(lambda u: np.log(np.exp(-2 * np.abs(u))) + np.log(4) - 2 * np.log1p(np.exp(-2 * np.abs(u)))),), "373"),
        ((lambda u: log_slope(u) / 2,), "factor 2 is missing"),
        ((lambda u: log_slope(u) - np.log(4),), "log 4 is missing"),
        ((lambda u: -log_slope(u),), "sign is turned"),
        ((lambda u: np.exp(log_slope(u)),), "That is the slope"),
        ((lambda u: 2 * (np.log(2) - np.abs(u) - np.log1p(np.exp(-np.abs(u)))),), "the 2 is missing"),
        ((lambda u: 2 * (np.log(2) - np.abs(u)),), r"log\(1 \+ e\) is missing"),
        ((lambda u: np.log(4) - 2 * np.abs(u) - np.log1p(np.exp(-2 * np.abs(u))),), "twice"),
        ((lambda u: -2 * u,), "take the logarithm on paper"),
        ((lambda u: log_slope(np.ravel(u)).sum(),), "it should have shape"),
    ],
    "is_scaled_tanh": [
        (
            (lambda f, a, b: bool(np.allclose(f(PLACES), value(PLACES, a, b))),),
            "accept a wrong function: 2σ.*not with a",
        ),
        ((compared(x=SIZES),), r"tanh\(\|x\|\).*negative x too"),
        ((compared(x=np.linspace(-5, 5, 100)),), "accept a wrong function: 2σ"),
        ((compared(x=np.concatenate([-SIZES[SIZES < 600], SIZES[SIZES < 600]])),), "nan for large x"),
        ((nan_passes,), "so that nan fails"),
        ((compared(tolerance=0.0),), "reject a right function: tanh by expm1"),
        ((compared(x=np.array([-1.0, 1.0])),), "look between 3 and 10"),
        ((compared(want=lambda x, a, b: np.tanh(x)),), "Do you use a and b"),
        ((lambda f, a, b: True,), "lost minus sign"),
        ((lambda f, a, b: False,), "reject a right function"),
        ((lambda f, a, b: None,), "end with return"),
        ((lambda f, a, b: f(PLACES) == value(PLACES, a, b),), "True or False"),
        ((compared(x=PLACES[np.abs(PLACES) > 1e-6], tolerance=1e-3),), "ends at 1 too early"),
    ],
}
