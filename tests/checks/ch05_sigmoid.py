"""Answers to the tasks of 05_sigmoid: differently written right ones, and wrong ones with the advice they must get."""

import itertools

import numpy as np


def sigmoid(z):
    with np.errstate(all="ignore"):
        return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


def height(x, ceiling, rate, middle):
    return ceiling * sigmoid(rate * (x - middle))


def slope(x, ceiling, rate, middle):
    a = sigmoid(rate * (x - middle))
    return ceiling * rate * a * (1 - a)


def slope_by_height(x, ceiling, rate, middle):
    h = height(x, ceiling, rate, middle)
    return rate * h * (1 - h / ceiling)


def inner(z):
    return sigmoid(z) * (1 - sigmoid(z))


def word(saturated, low, high):
    """The word for one column from three arrays of truth values."""
    if not saturated.all():
        return "learning"
    return "stuck at 0" if low.all() else "stuck at 1" if high.all() else "switching"


def diagnosed(z, limit=2.887):
    return [word(np.abs(column) > limit, column < 0, column > 0) for column in z.T]


def by_mean(z):
    """The mistake of looking at the mean output of a unit only."""
    mean = sigmoid(z).mean(axis=0)
    return np.where(mean < 0.0528, "stuck at 0", np.where(mean > 0.9472, "stuck at 1", "learning")).tolist()


def renamed(z, **words):
    return [words.get(word.replace(" ", "_"), word) for word in diagnosed(z)]


def most(z):
    """The mistake of asking whether a unit is saturated for most inputs."""
    return [
        word(np.full(1, np.mean(np.abs(column) > 2.887) > 0.5), np.median(column) < 0, np.median(column) > 0)
        for column in z.T
    ]


def squared(z, y):
    return 2 * (sigmoid(z) - y) * inner(z)


def crossed(z, y):
    return sigmoid(z) - y


def measured(z, y):
    def square(z):
        return (sigmoid(z) - y) ** 2

    return (square(z + 1e-3) - square(z)) / 1e-3


def quiet(f):
    """f without the warnings that numpy gives: here they would be errors."""

    def silent(*args):
        with np.errstate(all="ignore"):
            return f(*args)

    return silent


def entropy(a, y, tiny=0.0):
    return -y * np.log(a + tiny) - (1 - y) * np.log(1 - a + tiny)


def one_by_one(z, y):
    return [max(u, 0) - u * v + np.log1p(np.exp(-abs(u))) for u, v in zip(z, y, strict=True)]


PLACES = np.linspace(-20, 20, 4001)


def between(f, x=PLACES, slack=1e-9):
    return bool(np.all(f(x) > -slack) and np.all(f(x) < 1 + slack))


def rising(f, x=PLACES, slack=1e-9):
    return bool(np.all(np.diff(f(x)) > -slack))


def mirrored(f, x=PLACES):
    return bool(np.allclose(f(-x), 1 - f(x)))


def all_three(f, x=PLACES, slack=1e-9):
    return between(f, x, slack) and rising(f, x, slack) and mirrored(f, x)


def by_neighbours(f):
    values = [float(f(np.array([x]))[0]) for x in np.arange(-10, 10.1, 0.25)]
    never_falls = all(a <= b + 1e-6 for a, b in itertools.pairwise(values))
    return never_falls and min(values) >= 0 and max(values) <= 1 and mirrored(f, np.arange(0, 12, 0.5))


RIGHT = {
    "growth": [
        (height, slope_by_height),
        (
            lambda x, c, r, m: c * np.exp(r * (x - m)) / (1 + np.exp(r * (x - m))),
            lambda x, c, r, m: c * r / (2 + 2 * np.cosh(r * (x - m))),
        ),
        (lambda x, c, r, m: c / 2 * (1 + np.tanh(r * (x - m) / 2)), slope),
    ],
    "diagnose": [
        (diagnosed,),
        (lambda z: tuple(word(column < 0.05, u < 0, u > 0) for column, u in zip(inner(z).T, z.T, strict=True)),),
        (lambda z: np.array(diagnosed(z)),),
    ],
    "pushes": [
        (squared, crossed),
        (lambda z, y: 2 * (sigmoid(z) - y) * np.exp(-z) * sigmoid(z) ** 2, lambda z, y: 1 - y - sigmoid(-z)),
        (
            lambda z, y: [2 * (sigmoid(u) - v) * inner(u) for u, v in zip(z, y, strict=True)],
            lambda z, y: -y * sigmoid(-z) + (1 - y) * sigmoid(z),
        ),
    ],
    "safe_loss": [
        (lambda z, y: np.logaddexp(0, z) - y * z,),
        (lambda z, y: y * np.logaddexp(0, -z) + (1 - y) * np.logaddexp(0, z),),
        (one_by_one,),
    ],
    "promises": [(all_three,), (by_neighbours,)],
}

WRONG = {
    "growth": [
        ((lambda x, c, r, m: c / (1 + np.exp(r * (x - m))), slope), "curve falls"),
        ((lambda x, c, r, m: sigmoid(r * (x - m)), slope), "ends at 1"),
        ((lambda x, c, r, m: c * sigmoid(x - m), slope), "rate has no effect"),
        ((lambda x, c, r, m: c * sigmoid(r * x), slope), "half its height at x = 0"),
        ((lambda x, c, r, m: c * sigmoid(r * (x + m)), slope), "shifted the wrong way"),
        ((lambda x, c, r, m: c * sigmoid(r * x - m), slope), "First subtract middle"),
        ((lambda x, c, r, m: c * np.tanh(r * (x - m)), slope), "That is tanh"),
        ((lambda x, c, r, m: c * np.exp(r * (x - m)), slope), "grows for ever"),
        ((lambda x, c, r, m: None, slope), "end with return"),
        ((height, height), "the height, not its slope"),
        ((height, lambda x, c, r, m: slope(x, c, r, m) / r), "chain rule"),
        ((height, lambda x, c, r, m: slope(x, c, r, m) / c), "ceiling stretches the slope"),
        ((height, lambda x, c, r, m: slope(x, 1, r, m) / r), "slope of the plain sigmoid"),
        ((height, lambda x, c, r, m: c * r * (1 - sigmoid(r * (x - m)) ** 2)), "slope of tanh"),
        ((height, lambda x, c, r, m: r * height(x, c, r, m) * (1 + sigmoid(r * (x - m)))), "A sign is wrong"),
        ((height, lambda x, c, r, m: r * height(x, c, r, m) * (1 - height(x, c, r, m))), "plain sigmoid, below 1"),
        ((height, lambda x, c, r, m: c * r * x * (1 - x)), r"You put x into"),
    ],
    "diagnose": [
        ((most,), "a single input still learns"),
        ((lambda z: renamed(z, learning="switching"),), "saturated for most inputs, not for all"),
        ((by_mean,), "a single input still learns|mean output may be near ½"),
        ((lambda z: renamed(z, switching="learning"),), "mean output may be near ½"),
        ((lambda z: renamed(z, switching="stuck at 0"),), "near 0 for some and near 1 for others"),
        ((lambda z: renamed(z, stuck_at_0="stuck at 1", stuck_at_1="stuck at 0"),), "sides are mixed up"),
        ((lambda z: renamed(z, stuck_at_0="switching", stuck_at_1="switching"),), "nearly the same for every input"),
        ((lambda z: ["learning"] * z.shape[1],), "slope is below 0.05|mean output may be"),
        ((lambda z: diagnosed(z, limit=9.5),), "slope is below 0.05|mean output may be"),
        ((lambda z: diagnosed(z.T),), "one word for each column"),
        ((lambda z: ["dead"] * z.shape[1],), "Each word is one of 'learning'"),
        ((lambda z: diagnosed(z)[0],), "Return a list"),
    ],
    "pushes": [
        ((lambda z, y: 2 * (sigmoid(z) - y), crossed), "stopped at dL/da"),
        ((lambda z, y: squared(z, y) / 2, crossed), "factor 2"),
        ((lambda z, y: -squared(z, y), crossed), "sign is turned"),
        ((lambda z, y: (sigmoid(z) - y) ** 2, crossed), "That is the loss"),
        ((lambda z, y: 2 * (z - y) * z * (1 - z), crossed), "z where the output a belongs"),
        ((lambda z, y: 2 * (z - y) * inner(z), crossed), "not z"),
        ((lambda z, y: 2 * (sigmoid(z) - y) * z * (1 - z), crossed), "wants the output a"),
        ((crossed, crossed), "push of the cross-entropy"),
        ((measured, crossed), "twice the error"),
        ((squared, lambda z, y: (sigmoid(z) - y) * inner(z)), "counted twice or never cancelled"),
        ((squared, squared), "push of the squared error"),
        ((squared, lambda z, y: (sigmoid(z) - y) / inner(z)), "stopped at dL/da"),
        ((squared, lambda z, y: y - sigmoid(z)), "sign is turned"),
        ((squared, lambda z, y: z - y), "z where the output a belongs"),
        ((squared, lambda z, y: entropy(sigmoid(z), y)), "That is the loss"),
        ((squared, lambda z, y: 2 * (sigmoid(z) - y)), "no factor 2"),
        ((squared, lambda z, y: sigmoid(z)), "What about y"),
    ],
    "safe_loss": [
        ((quiet(lambda z, y: entropy(sigmoid(z), y)),), "do not go through a"),
        ((quiet(lambda z, y: np.nan_to_num(entropy(sigmoid(z), y))),), "replaced nan and inf"),
        ((lambda z, y: entropy(np.clip(sigmoid(z), 1e-7, 1 - 1e-7), y),), "cut the output off"),
        ((lambda z, y: entropy(np.clip(sigmoid(z), 1e-15, 1 - 1e-15), y),), "cut the output off"),
        ((lambda z, y: entropy(sigmoid(z), y, tiny=1e-8),), "cut the output off"),
        ((quiet(lambda z, y: np.log(1 + np.exp(z)) - y * z),), "exponential still overflows"),
        ((quiet(lambda z, y: np.log1p(np.exp(-z)) + (1 - y) * z),), "exponential still overflows"),
        ((lambda z, y: np.logaddexp(0, z),), "right for y = 0 only"),
        ((lambda z, y: np.logaddexp(0, -z),), "right for y = 1 only"),
        ((lambda z, y: np.logaddexp(0, z) + y * z,), "must fall as z grows"),
        ((lambda z, y: np.logaddexp(0, -z) - y * z,), "mixed two forms"),
        ((lambda z, y: np.where(y == 1, np.logaddexp(0, -z), np.logaddexp(0, z)),), "both logarithms have their share"),
        ((lambda z, y: np.logaddexp(0, -(2 * y - 1) * z),), "y may lie between 0 and 1"),
        ((lambda z, y: np.mean(np.logaddexp(0, z) - y * z),), r"shape \(\)"),
    ],
    "promises": [
        ((lambda f: True,), "accept a curve that breaks them: tanh"),
        ((lambda f: False,), "reject a curve that keeps them: the sigmoid"),
        ((lambda f: None,), "end with return"),
        ((between,), "the sigmoid of −x. It falls"),
        ((rising,), "tanh. Its values go below 0"),
        ((mirrored,), "It falls|breaks them"),
        ((lambda f: between(f) and rising(f),), r"x − 1. It is ½ at x = 1"),
        ((lambda f: rising(f) and mirrored(f),), "minus ½. It leaves the range"),
        ((lambda f: between(f) and mirrored(f),), "It falls"),
        ((lambda f: all_three(f, np.linspace(-5, 5, 1001)),), "do you look far out"),
        ((lambda f: all_three(f, np.linspace(-20, 20, 9)),), "near enough"),
        ((lambda f: all_three(f) and bool(np.all(np.diff(f(PLACES)) > 0)),), "reject a curve that keeps"),
        ((lambda f: all_three(f) and bool(np.all(f(PLACES) > 0)),), "so are 0 and 1"),
        ((lambda f: bool(np.allclose(f(PLACES), sigmoid(PLACES))),), "the sigmoid of 5x"),
        ((lambda f: f(PLACES) >= 0,), "True or False"),
    ],
}
