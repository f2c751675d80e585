"""Answers to the tasks of 23_catalogue: right ones, and wrong ones with the advice that they must get."""

import itertools

import numpy as np


def by_ends(f):
    left, right = f(-1e6), f(1e6)
    y = f(np.linspace(-20, 20, 4001))
    if right > 1000:
        if left < -1000:
            return "leaky relu"
        if left < -0.1:
            return "elu"
        if np.any(np.diff(y) < 0):
            return "silu"
        return "relu" if f(-1) == 0 else "softplus"
    if left > -0.1:
        return "step" if f(-1) == 0 else "sigmoid"
    if f(3) == right:
        return "hard tanh"
    return "tanh" if 1 - f(20) / right < 1e-6 else "softsign"


def by_fitting(f):
    """Divide the stretching out: the height by the far value, the width by where half of it is reached."""
    x = np.arange(-400, 401) / 10
    y, far = f(x), f(1e9)
    if far < 10:
        if y.min() > -0.01:
            return "sigmoid" if len(np.unique(y)) > 2 else "step"
        y = y / far
        if y[-1] < 0.99:
            return "softsign"
        return "hard tanh" if np.sum(y == 1) > 360 and np.unique(np.diff(y[380:420]).round(9)).size < 5 else "tanh"
    rate = far / 1e9
    left = f(-1e9) / far
    if left < -0.01:
        return "leaky relu"
    if y[0] < -0.1:
        return "elu"
    if f(0) > 0:
        return "softplus"
    return "silu" if y.min() < -0.01 * rate else "relu"


def by_table(f):
    """Ask five questions and look the answers up."""
    y = f(np.linspace(-20, 20, 4001))
    code = (
        int(f(-1e6) < -1e3) * 2 + int(-1e3 < f(-1e6) < -0.1),
        bool(f(1e6) > 1e3),
        bool((np.diff(y) < 0).any()),
        bool(f(-10.0) == 0),
    )
    table = {
        (2, True, False, False): "leaky relu",
        (1, True, False, False): "elu",
        (0, True, True, False): "silu",
        (0, True, False, True): "relu",
        (0, True, False, False): "softplus",
        (0, False, False, True): "step",
        (0, False, False, False): "sigmoid",
    }
    if code in table:
        return table[code]
    end = 1 - f(np.array([3.0, 20.0])) / f(1e9)
    return "hard tanh" if end[0] <= 0 else "softsign" if end[1] > 1e-3 else "tanh"


def mixed_up(**names):
    """A right answer that confuses some names."""
    names = {key.replace("_", " "): value for key, value in names.items()}
    return lambda f: names.get(by_ends(f), by_ends(f))


def holds(f, near=100.0, first=1e7, last=1e8, step=0.01):
    x, far = np.arange(-near, near, step), np.linspace(first, last, 999)
    places = np.concatenate([x, far, -far])
    return [
        np.abs(f(places)).max() < 100,
        np.diff(f(x)).min() > -1e-9,
        bool(np.allclose(f(-x), -f(x))),
        np.abs(f(-far) - f(-far - 1)).max() < 1e-3,
        np.abs(f(far + 1) - f(far)).max() < 1e-3,
    ]


def holds_by_loops(f):
    y = f(np.arange(-10_000, 10_001) / 100)
    falls = any(b < a - 1e-9 for a, b in itertools.pairwise(y))
    odd = all(abs(a + b) < 1e-8 for a, b in zip(y, y[::-1], strict=True))
    flat = []
    for side in (-1, 1):
        places = side * np.array([1.1e7, 2.3e7, 3.7e7, 5.9e7, 7.7e7, 9.1e7])
        flat.append(all(abs(a - b) < 1e-3 for a, b in zip(f(places), f(places + side), strict=True)))
    return (not any(abs(value) > 100 for value in [*y, f(1e8), f(-1e8)]), not falls, odd, *flat)


def holds_by_central_slopes(f):
    far = np.geomspace(1.01e7, 9.9e7, 500)
    x = np.random.default_rng(0).uniform(-100, 100, size=40_000)
    x.sort()
    return np.array(
        [
            np.abs(f(np.r_[x, far, -far])).max() <= 100,
            not np.any(f(x[1:]) < f(x[:-1]) - 1e-9),
            np.abs(f(x) + f(-x)).max() < 1e-7,
            np.abs(f(1 - far) - f(-1 - far)).max() < 2e-3,
            np.abs(f(far + 1) - f(far - 1)).max() < 2e-3,
        ]
    )


def changed(place, judge):
    """The right five, with one replaced."""
    return lambda f: [bool(judge(f)) if i == place else value for i, value in enumerate(holds(f))]


def all_five(judge):
    return lambda f: [bool(value) for value in judge(f)]


def bell(z):
    return np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


def averages(f, slope, z, weight):
    return np.sum(f(z) * weight), np.sum(f(z) ** 2 * weight), np.sum(slope(z) ** 2 * weight)


def by_grid(f, slope):
    z = np.arange(-8, 8, 0.0005)
    mean, square, slopes = averages(f, slope, z, bell(z) * 0.0005)
    return mean, square**-0.5, slopes


def by_panels(f, slope):
    nodes, weights = np.polynomial.legendre.leggauss(5)
    edges = np.linspace(-9, 9, 4001)
    half = np.diff(edges)[:, None] / 2
    z = (edges[:-1, None] + half + half * nodes).ravel()
    mean, square, slopes = averages(f, slope, z, (half * weights).ravel() * bell(z))
    return [mean, 1 / np.sqrt(square), slopes]


def by_quantiles(f, slope):
    """Every draw once: the places that cut the bell in 400,000 equal parts, found by its summed area."""
    z = np.linspace(-9, 9, 400_001)
    area = np.cumsum(bell(z))
    places = np.interp((np.arange(400_000) + 0.5) / 400_000, area / area[-1], z)
    return np.array([f(places).mean(), np.mean(f(places) ** 2) ** -0.5, np.mean(slope(places) ** 2)])


def other(place, value):
    """The right three, with one replaced."""
    return lambda f, slope: [value(f, slope) if i == place else right for i, right in enumerate(by_grid(f, slope))]


def expect(g):
    z = np.arange(-8, 8, 0.0005)
    return np.sum(g(z) * bell(z)) * 0.0005


def unweighted(f, slope):
    z = np.linspace(-4, 4, 80_001)
    return f(z).mean(), np.mean(f(z) ** 2) ** -0.5, np.mean(slope(z) ** 2)


def drawn(f, slope):
    z = np.random.default_rng(1).normal(size=300)
    return f(z).mean(), np.mean(f(z) ** 2) ** -0.5, np.mean(slope(z) ** 2)


RIGHT = {
    "recognise": [(by_ends,), (by_fitting,), (by_table,)],
    "classify": [(lambda f: all_five(holds)(f),), (holds_by_loops,), (holds_by_central_slopes,)],
    "card_numbers": [(by_grid,), (by_panels,), (by_quantiles,)],
}

WRONG = {
    "recognise": [
        ((lambda f: "relu",), "You say 'relu'"),
        ((mixed_up(tanh="sigmoid"),), "far on the left it levels off at 0"),
        ((mixed_up(softsign="tanh"),), "levelled off after a few steps.*how soon"),
        ((mixed_up(hard_tanh="tanh"),), "is curved and has levelled off"),
        ((mixed_up(softplus="relu"),), "is exactly 0 there.*x = −10"),
        ((mixed_up(relu="softplus"),), "only comes near 0"),
        ((mixed_up(silu="relu"),), "from left to right it never falls.*does it ever fall"),
        ((mixed_up(softplus="silu"),), "falls before it rises"),
        ((mixed_up(elu="leaky relu"),), "falls without end.*−1,000,000"),
        ((mixed_up(leaky_relu="relu"),), "far on the left it levels off at 0"),
        ((mixed_up(step="sigmoid"),), "only comes near 0"),
        ((mixed_up(sigmoid="softplus"),), "far on the right it grows without end.*x = 1,000,000"),
        ((mixed_up(elu="silu"),), "far on the left it levels off at 0"),
        ((lambda f: "ReLU",), "Answer with one of step, sigmoid"),
        ((lambda f: None,), "Answer with one of"),
    ],
    "classify": [
        ((changed(0, lambda f: np.abs(f(np.linspace(-100, 0, 999))).max() < 20),), "You call it bounded"),
        ((changed(0, lambda f: np.abs(f(np.linspace(-50, 50, 999))).max() < 100),), "call it bounded.*as far as"),
        ((changed(0, lambda f: all(holds(f)[3:])),), "call it (un)?bounded"),
        ((changed(1, lambda f: f(100.0) >= f(-100.0)),), "You say that it never falls"),
        (
            (changed(1, lambda f: np.diff(f(np.linspace(-10, 10, 9999))).min() >= -1e-9),),
            "never falls.*from −100 to 100",
        ),
        ((changed(1, lambda f: np.diff(f(np.linspace(-100, 100, 9999))).min() > 0),), "Level stretches are no fall"),
        ((changed(2, lambda f: f(0.0) == 0),), "You call it odd.*proves nothing"),
        ((changed(2, lambda f: np.allclose(f(np.arange(9.0)), f(-np.arange(9.0)))),), "odd"),
        ((changed(3, lambda f: np.abs(f(-np.linspace(1e7, 1e8, 99))).max() < 0.001),), "not of the value"),
        ((changed(3, lambda f: holds(f)[0]),), "flat on the left"),
        ((changed(4, lambda f: abs(f(11.0) - f(10.0)) < 1e-3),), "flat on the right"),
        ((changed(4, lambda f: np.abs(f(np.linspace(1e7, 1e8, 99))).max() < 100),), "flat on the right"),
        ((changed(4, lambda f: holds(f)[3]),), "flat on the right"),
        ((lambda f: holds(f)[:4],), "Return five truth values"),
        ((lambda f: None,), "end with return"),
        ((lambda f: [1, 0, 1, 0, 1],), "must be True or False"),
    ],
    "card_numbers": [
        ((drawn,), "too coarse|height of the bell|counts the same"),
        ((unweighted,), "Every z counts the same"),
        ((other(0, lambda f, s: f(0.0)),), r"mean is not right. That is f\(0\)"),
        ((other(0, lambda f, s: expect(lambda z: np.abs(f(z)))),), "take the mean of .f."),
        ((other(0, lambda f, s: np.sqrt(2 * np.pi) * expect(f)),), "divide the bell"),
        ((other(1, lambda f, s: expect(lambda z: f(z) ** 2) ** 0.5),), "turn it over"),
        ((other(1, lambda f, s: expect(lambda z: f(z) ** 2)),), "mean square itself"),
        ((other(1, lambda f, s: 1 / expect(lambda z: f(z) ** 2)),), "root is missing"),
        ((other(1, lambda f, s: (expect(lambda z: f(z) ** 2) - expect(f) ** 2) ** -0.5),), "spread about the mean"),
        ((other(1, lambda f, s: 1 / expect(lambda z: np.abs(f(z)))),), r"1 over the mean of"),
        ((other(2, lambda f, s: expect(s)),), "Square it first|average, then square"),
        ((other(2, lambda f, s: expect(s) ** 2),), "Square first|Square it first"),
        ((other(2, lambda f, s: expect(lambda z: np.abs(s(z)))),), "mean size of the slope|mean of the slope"),
        ((other(2, lambda f, s: expect(lambda z: s(z) ** 2) ** 0.5),), "No root here|mean size"),
        ((other(2, lambda f, s: expect(lambda z: s(z) ** 2) - expect(s) ** 2),), "spread of the slope"),
        ((lambda f, s: by_grid(f, s)[:2],), "Return three numbers"),
        ((lambda f, s: None,), "None"),
        ((lambda f, s: (np.nan, 1, 1),), "mean is not right"),
    ],
}
