"""Answers to the tasks of 19_signal_flow: differently written right ones, and wrong ones with the advice they get."""

import itertools
import math

import numpy as np


def spread(recipe, n, m, **others):
    rules = {"lecun": (1 / n) ** 0.5, "glorot": (2 / (n + m)) ** 0.5, "he": (2 / n) ** 0.5}
    return (rules | others)[recipe]


def squeezed(recipe, n, m):
    """By the limit of a uniform distribution: its standard deviation is the limit over √3."""
    return math.sqrt({"lecun": 3 / n, "glorot": 6 / (n + m), "he": 6 / n}[recipe]) / math.sqrt(3)


Z = np.linspace(-8, 8, 16001)
WEIGHT = np.exp(-(Z**2) / 2) / np.exp(-(Z**2) / 2).sum()


def moment(f):
    return WEIGHT @ f(Z) ** 2


def gain(f):
    return 1 / np.sqrt(moment(f))


def gain_by_strips(f):
    z = np.arange(-7, 7, 0.01) + 0.005
    return float((np.sum(f(z) ** 2 * np.exp(-z * z / 2)) * 0.01 / np.sqrt(2 * np.pi)) ** -0.5)


def gain_by_chance(f):
    return 1 / np.sqrt(np.mean(f(np.random.default_rng(0).normal(size=2_000_000)) ** 2))


def alike(limit):
    z = np.linspace(-limit, limit, 10001)
    return lambda f: 1 / np.sqrt(np.mean(f(z) ** 2))


def named(ratio):
    return "vanishes" if ratio < 1e-3 else "explodes" if ratio > 1e3 else "kept"


def back(x, net, g, slope=lambda z: 1 / np.cosh(z) ** 2, with_bias=True, with_weights=True):
    """The size of the gradient at the input over that at the output; parts can be left out."""
    passed, before = [], np.linalg.norm(g)
    for W, b in net:
        z = x @ W + b * with_bias
        passed.append((W, z))
        x = np.tanh(z)
    for W, z in reversed(passed):
        g = g * slope(z)
        g = g @ W.T if with_weights else g
    return np.linalg.norm(g) / before


def by_example(x, net, g):
    """Example by example, with the matrix that the way back is."""
    total = 0.0
    for row, grad in zip(x, g, strict=True):
        matrix = np.eye(len(row))
        for W, b in net:
            row = np.tanh(row @ W + b)
            matrix = matrix @ (W * (1 - row**2))
        total += np.sum((matrix @ grad) ** 2)
    return named(math.sqrt(total / np.sum(g**2)))


def by_activations(x, net, g):
    before = np.linalg.norm(x)
    for W, b in net:
        x = np.tanh(x @ W + b)
    return named(np.linalg.norm(x) / before)


def is_he(draw, n, m, tolerance=0.1, size=True, mean=True, seeds=True, columns=True, shape=True, fan=None):
    W, V = draw(3), draw(4)
    parts = [
        not shape or W.shape == (n, m),
        not mean or abs(np.mean(W)) < 0.1 * np.std(W),
        not size or abs((n if fan is None else fan(n, m)) * np.mean(W**2) / 2 - 1) < tolerance,
        not seeds or not np.array_equal(W, V),
        not columns or not np.array_equal(W[:, 0], W[:, 1]),
    ]
    return all(map(bool, parts))


def many_seeds(draw, n, m):
    drawn = np.array([draw(seed) for seed in range(5)])
    if drawn.shape != (5, n, m) or np.ptp(drawn, axis=0).max() == 0:
        return False
    centred = abs(drawn.mean()) < 0.05 * drawn.std()
    twins = any(np.allclose(drawn[0, :, 0], drawn[0, :, k]) for k in range(1, m))
    return bool(centred and abs(drawn.var() * n - 2) < 0.25 and not twins)


def by_std(draw, n, m):
    W, V = np.asarray(draw(1)), np.asarray(draw(2))
    if W.shape != (n, m) or (W == V).all():
        return False
    right = 0.94 < W.std() / math.sqrt(2 / n) < 1.06
    return bool(right and abs(W.mean()) < W.std() / 8 and W.std(axis=1).min() > 1e-9)


def weights(rule, draw=lambda rng, n, m: rng.normal(size=(n, m))):
    """First weights whose standard deviation is rule(n, m, slope)."""

    def start(widths, slope, seed):
        rng = np.random.default_rng(seed)
        return [draw(rng, n, m) * rule(n, m, slope) for n, m in itertools.pairwise(widths)]

    return start


def right(n, m, slope):
    return math.sqrt(2 / ((1 + slope**2) * n))


def measured(widths, slope, seed):
    """Divide each layer's weights by what a batch shows."""
    rng = np.random.default_rng(seed)
    a, result = rng.normal(size=(200, widths[0])), []
    for n, m in itertools.pairwise(widths):
        W = rng.normal(size=(n, m))
        W = W / np.sqrt(np.mean((a @ W) ** 2))
        result.append(W)
        z = a @ W
        a = np.where(z > 0, z, slope * z)
    return result


def uniform(rng, n, m):
    return rng.uniform(-1, 1, size=(n, m))


RIGHT = {
    "spread": [(spread,), (squeezed,), (lambda recipe, n, m: np.float64(spread(recipe, n, m)),)],
    "gain": [(gain,), (gain_by_strips,), (gain_by_chance,)],
    "fate": [(lambda x, net, g: named(back(x, net, g)),), (by_example,)],
    "is_he": [(is_he,), (many_seeds,), (by_std,)],
    "start": [
        (weights(right),),
        (weights(lambda n, m, s: math.sqrt(3) * right(n, m, s), uniform),),
        (weights(lambda n, m, s: right((n + m) / 2, m, s)),),
        (measured,),
    ],
}

WRONG = {
    "spread": [
        ((lambda r, n, m: spread(r, n, m) ** 2,), "That is the variance"),
        ((lambda r, n, m: spread(r, m, n),), "number of units"),
        ((lambda r, n, m: spread(r, n, m, glorot=(1 / (n + m)) ** 0.5),), "must be 1/n"),
        ((lambda r, n, m: spread(r, n, m, glorot=((1 / n + 1 / m) / 2) ** 0.5),), "mean of n and m"),
        ((lambda r, n, m: spread(r, n, m, he=2**0.5 / n),), "root must be taken of n"),
        ((lambda r, n, m: spread(r, n, m, he=(1 / n) ** 0.5),), "what belongs to 'lecun'"),
        ((lambda r, n, m: spread(r, n, m, lecun=(2 / n) ** 0.5),), "what belongs to 'he'"),
        ((lambda r, n, m: spread(r, n, m, he=(n / 2) ** 0.5),), "The other way round"),
        ((lambda r, n, m: spread(r, n, m, he=(6 / n) ** 0.5),), "uniform distribution"),
        ((lambda r, n, m: 0.1,), "'lecun' is not right yet"),
        ((lambda r, n, m: np.ones((n, m)),), "it should have shape"),
        ((lambda r, n, m: None,), "is None"),
    ],
    "gain": [
        ((lambda f: 1 / np.sqrt(moment(f) - (WEIGHT @ f(Z)) ** 2),), "Do not subtract the mean"),
        ((lambda f: 1 / moment(f),), "The root is missing"),
        ((lambda f: np.sqrt(moment(f)),), "1 divided by it"),
        ((moment,), "mean square of f"),
        ((lambda f: 1 / (WEIGHT @ np.abs(f(Z) * np.sign(Z))),), r"mean of \|f\|"),
        ((lambda f: 1 / abs(WEIGHT @ (f(Z))),), r"mean of \|f\||not of its square"),
        ((alike(3),), "weight all z alike"),
        ((alike(10),), "weight all z alike"),
        ((lambda f: 1 / np.sqrt(moment(f) * np.sqrt(2 * np.pi)),), "do not add up to 1"),
        ((lambda f: np.sqrt(2),), "For sigmoid you give 1.414"),
        ((lambda f: 1.8462,), "with standard normal z.\nFor (1|0)\\."),
        ((lambda f: f(Z),), "it should have shape"),
    ],
    "fate": [
        ((by_activations,), "Activations of tanh stay below 1|saturated"),
        ((lambda x, net, g: named(back(x, net, g, slope=lambda z: 1.0)),), "saturated|right size"),
        ((lambda x, net, g: named(back(x, net, g, with_bias=False)),), "Do you add b"),
        (
            (lambda x, net, g: named(back(x, net, g, with_weights=False)),),
            "by slopes and by weights|Compare the size",
        ),
        ((lambda x, net, g: named(1 / back(x, net, g)),), "you say"),
        ((lambda x, net, g: "kept",), "you say 'kept'"),
        ((lambda x, net, g: "vanishes",), "you say 'vanishes'"),
        ((lambda x, net, g: "Explodes",), "Return one of"),
        ((back,), "Return one of"),
        ((lambda x, net, g: named(back(x, net, g, slope=lambda z: 1 - z**2)),), "you say"),
    ],
    "is_he": [
        ((lambda draw, n, m: True,), "accept wrong"),
        ((lambda draw, n, m: False,), "reject right"),
        ((lambda draw, n, m: is_he(draw, n, m, shape=False),), "Test the shape"),
        ((lambda draw, n, m: is_he(draw, n, m, mean=False),), "Test the mean"),
        ((lambda draw, n, m: is_he(draw, n, m, seeds=False),), "two seeds"),
        ((lambda draw, n, m: is_he(draw, n, m, columns=False),), "Compare the columns"),
        ((lambda draw, n, m: is_he(draw, n, m, size=False),), "accept wrong weights: .*(variance|standard|uniform)"),
        ((lambda draw, n, m: is_he(draw, n, m, fan=lambda n, m: m),), "weights"),
        ((lambda draw, n, m: is_he(draw, n, m, tolerance=1e-4),), "reject right.*"),
        ((lambda draw, n, m: is_he(draw, n, m, tolerance=0.7),), "accept wrong"),
        ((lambda draw, n, m: is_he(draw, n, m) and np.abs(draw(0)).max() > 2.2 * draw(0).std(),), "Any distribution"),
        ((lambda draw, n, m: np.isclose(draw(0), draw(1)),), "Return True or False"),
        ((lambda draw, n, m: draw([1, 2]).any(),), "draw takes one seed"),
    ],
    "start": [
        ((weights(lambda n, m, s: 1 / math.sqrt(n), uniform),), "colleague's gain"),
        ((weights(lambda n, m, s: 1 / math.sqrt(n)),), "of LeCun and Glorot"),
        ((weights(lambda n, m, s: math.sqrt(2 / n)),), "He's gain, for slope 0"),
        ((weights(lambda n, m, s: math.sqrt((1 + s**2) / 2 / n)),), "You divide by the gain"),
        ((weights(lambda n, m, s: math.sqrt(2 / (1 + s) / n)),), r"\(1 \+ s²\)/2"),
        ((weights(lambda n, m, s: 2 / (1 + s**2) / math.sqrt(n)),), "The root is missing"),
        ((weights(lambda n, m, s: right(n, m, s) ** 2),), "Work out E f²"),
        ((weights(right, lambda rng, n, m: np.zeros((n, m))),), "are 0"),
        ((weights(right, lambda rng, n, m: np.ones((n, m))),), "Break the symmetry"),
        ((weights(right, lambda rng, n, m: rng.normal(size=(m, n))),), "it should have shape"),
        ((weights(right, lambda rng, n, m: rng.normal(size=(n, m)) + np.inf),), "not finite"),
        ((lambda widths, slope, seed: weights(right)(widths, slope, seed)[:-1],), "Return a list of 51 arrays"),
        ((weights(right, lambda rng, n, m: np.abs(rng.normal(size=(n, m)))),), "Work out E f²"),
    ],
}
