"""Answers to the tasks of 08_leaky_relu: differently written right ones, and wrong ones with the advice they get."""

import numpy as np

TINY_MEAN = 1 / np.sqrt(2 * np.pi)


def value(x, left, right):
    return np.where(x > 0, right * x, left * x)


def slope(x, left, right):
    return np.where(x > 0, right, left)


def one_by_one(x, left, right):
    return np.array([right * float(v) if v > 0 else left * float(v) for v in np.ravel(x)]).reshape(np.shape(x))


def overwritten(x, left, right):
    y = np.array(x)
    y[x > 0] = right * y[x > 0]
    y[x < 0] = left * y[x < 0]
    return y


def half_kink(x, left, right):
    return left + (right - left) * np.heaviside(x, 0.5)


def mean(left, right):
    return (right - left) * TINY_MEAN


def gain(left, right):
    return np.sqrt(2 / (left**2 + right**2))


def by_quadrature(left, right):
    nodes, weights = np.polynomial.legendre.leggauss(200)
    z = 6 * (nodes + 1)
    density = 6 * weights * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)
    first, second = density @ z, density @ z**2
    return (right - left) * first, ((left**2 + right**2) * second) ** -0.5


def fold(x, W, b, slope, scale_W=True, scale_b=True, off=None):
    z = x @ W + b
    if np.any((z > 0).any(axis=0) & (z < 0).any(axis=0)):
        return None
    factor = np.where(z[0] > 0, 1.0, slope if off is None else off)
    return W * factor if scale_W else W, b * factor if scale_b else b


def by_least_squares(x, W, b, slope):
    z = x @ W + b
    y = np.where(z > 0, z, slope * z)
    inputs = np.column_stack([x, np.ones(len(x))])
    found = np.linalg.lstsq(inputs, y, rcond=None)[0]
    return (found[:-1], found[-1]) if np.allclose(inputs @ found, y, atol=1e-9) else None


def only_one_side(x, W, b, slope):
    z = x @ W + b
    if np.all(z > 0):
        return W, b
    return (slope * W, slope * b) if np.all(z < 0) else None


def by_mean(x, W, b, slope):
    factor = np.where((x @ W + b).mean(axis=0) > 0, 1.0, slope)
    return W * factor, b * factor


def swapped_fold(x, W, b, slope):
    return None if fold(x, W, b, slope) is None else (lambda f: (W * f, b * f))(np.where((x @ W + b)[0] > 0, slope, 1))


def unless_none(answer):
    def folded(x, W, b, slope):
        return None if fold(x, W, b, slope) is None else answer(x, W, b, slope)

    return folded


def undone(leak, sign=-1, matrix=np.linalg.inv):
    return lambda y, W, b, slope: (leak(y, slope) + sign * b) @ matrix(W)


def divide(y, slope):
    return np.where(y > 0, y, y / slope)


def by_maximum(y, slope):
    return np.maximum(y / slope, y)


SIZES = 10.0 ** np.linspace(-3, 3, 61)
PLACES = np.concatenate([-SIZES, SIZES])


def search(x=PLACES, truth=lambda x, slope: np.where(x > 0, x, slope * x), tolerance=1e-6, give=None):
    def found(f, slope):
        want = truth(x, slope)
        wrong = ~(np.abs(f(x) - want) <= tolerance * np.abs(x))
        if not wrong.any():
            return None
        return x[wrong][0] if give is None else give(x, wrong, f)

    return found


def nan_passes(f, slope):
    wrong = np.abs(f(PLACES) - np.where(PLACES > 0, PLACES, slope * PLACES)) > 1e-6 * np.abs(PLACES)
    return PLACES[wrong][0] if wrong.any() else None


def few_places(f, slope):
    for x in (-900.0, -700.0, -3.0, -0.5, -0.05, 0.05, 0.5, 3.0, 700.0, 900.0):
        if not np.isclose(f(x), x if x > 0 else slope * x, rtol=1e-4, atol=1e-9):
            return x
    return None


def from_allclose(f, slope):
    x = np.linspace(-999, 999, 39_961)
    right = np.isclose(f(x), np.maximum(x, 0) + slope * np.minimum(x, 0))
    return None if np.all(right) else float(x[np.argmin(right)])


RIGHT = {
    "two_slopes": [
        (value, slope),
        (one_by_one, half_kink),
        (lambda x, left, right: right * np.maximum(x, 0) + left * np.minimum(x, 0), slope),
        (lambda x, left, right: left * x + (right - left) * np.maximum(x, 0), half_kink),
    ],
    "mean_and_gain": [
        (lambda left, right: (mean(left, right), gain(left, right)),),
        (lambda left, right: np.array([mean(left, right), ((left**2 + right**2) / 2) ** -0.5]),),
        (by_quadrature,),
    ],
    "folded": [(fold,), (by_least_squares,), (lambda x, W, b, slope: (f := fold(x, W, b, slope)) and list(f),)],
    "undo": [
        (undone(divide),),
        (lambda y, W, b, slope: np.linalg.solve(W.T, (np.minimum(y / slope, y) - b).T).T,),
        (lambda y, W, b, slope: [np.linalg.inv(W).T @ (divide(row, slope) - b) for row in y],),
    ],
    "counterexample": [(search(),), (few_places,), (from_allclose,)],
}

WRONG = {
    "two_slopes": [
        ((lambda x, left, right: np.maximum(left * x, right * x), slope), "larger line"),
        ((lambda x, left, right: np.where(x > 0, right * x, -left * x), slope), "sign is turned on the left"),
        ((slope, slope), "It is left·x for negative x"),
        ((lambda x, left, right: np.where(x > 0, right * x, left), slope), "slope itself"),
        ((lambda x, left, right: value(x, right, left), slope), "sides are swapped: right is"),
        ((lambda x, left, right: np.where(x > 0, x, left * x), slope), "On the right the slope is 1"),
        ((lambda x, left, right: np.where(x > 0, right * x, 0.01 * x), slope), "0.01 in your function"),
        ((lambda x, left, right: right * np.maximum(x, 0), slope), "as ReLU does"),
        ((lambda x, left, right: left * x + right * x, slope), "add both lines"),
        ((overwritten, slope), "cut off"),
        ((lambda x, left, right: value(np.ravel(x), left, right), slope), "it should have shape"),
        ((value, value), "not its slope"),
        ((value, lambda x, left, right: np.where(x > 0, right, -left)), "with its own sign"),
        ((value, lambda x, left, right: np.where(x > 0, left, right)), "swapped: the slope is right"),
        ((value, lambda x, left, right: np.where(x > 0, 1.0, left)), "On the right the slope is 1"),
        ((value, lambda x, left, right: np.where(x > 0, right, 0.0)), "the slope of ReLU"),
        ((value, lambda x, left, right: np.where(x > 0, right, left * x)), "does not depend on x"),
        ((value, lambda x, left, right: np.full(np.shape(x), max(left, right))), "larger slope everywhere"),
        ((value, lambda x, left, right: np.where(x == 0, 5.0, slope(x, left, right))), "At the kink"),
        ((value, lambda x, left, right: None), "end with return"),
    ],
    "mean_and_gain": [
        ((lambda left, right: (0.0, gain(left, right)),), "that of the outputs is not"),
        ((lambda left, right: ((left + right) * TINY_MEAN, gain(left, right)),), "takes away"),
        ((lambda left, right: (-mean(left, right), gain(left, right)),), "sign is turned"),
        ((lambda left, right: (2 * mean(left, right), gain(left, right)),), "twice as much"),
        ((lambda left, right: ((right - left) / 2, gain(left, right)),), "not 1/2"),
        ((lambda left, right: (right * TINY_MEAN, gain(left, right)),), "left side is missing"),
        ((lambda left, right: ((1 - left) * TINY_MEAN, gain(left, right)),), "slope on the right is 1"),
        ((lambda left, right: (mean(left, right), (left**2 + right**2) / 2),), "That is the mean square"),
        ((lambda left, right: (mean(left, right), 1 / gain(left, right)),), "how large the outputs are"),
        ((lambda left, right: (mean(left, right), gain(left, right) ** 2),), "root is missing"),
        (
            (lambda left, right: (mean(left, right), (gain(left, right) ** -2 - mean(left, right) ** 2) ** -0.5),),
            "mean off first",
        ),
        ((lambda left, right: (mean(left, right), (left**2 + right**2) ** -0.5),), "each square counts half"),
        ((lambda left, right: (mean(left, right), 2**0.5),), "gain of ReLU"),
        ((lambda left, right: (mean(left, right), np.sqrt(2 / (1 + left**2))),), "slope on the right is 1"),
        ((lambda left, right: (mean(left, right), 2**0.5 / abs(left + right)),), "not the slopes"),
        ((lambda left, right: mean(left, right),), "Return two numbers"),
        ((lambda left, right: (mean(left, right), [gain(left, right)]),), "should have shape"),
        ((lambda left, right: (round(mean(left, right), 4), gain(left, right)),), "Each side contributes"),
    ],
    "folded": [
        ((only_one_side,), "Look at each unit by itself"),
        ((lambda x, W, b, slope: None,), "nothing bends"),
        ((by_mean,), "A single input"),
        ((lambda x, W, b, slope: (W, b),), "without its leak"),
        ((unless_none(lambda x, W, b, slope: (slope * W, slope * b)),), "every unit by slope"),
        ((lambda x, W, b, slope: fold(x, W, b, slope, scale_b=False),), "b is multiplied too"),
        ((lambda x, W, b, slope: fold(x, W, b, slope, scale_W=False),), "W is multiplied too"),
        ((lambda x, W, b, slope: fold(x, W, b, slope, off=0.0),), "That is ReLU"),
        ((lambda x, W, b, slope: fold(x, W, b, slope, off=1 / slope),), "divide by slope"),
        ((swapped_fold,), "sides are swapped"),
        ((lambda x, W, b, slope: (f := fold(x, W, b, slope)) and f[0],), "Return a pair"),
        ((unless_none(lambda x, W, b, slope: (W.T, b)),), "has shape"),
        ((lambda x, W, b, slope: True,), "Return a pair"),
    ],
    "undo": [
        ((undone(by_maximum, +1, np.transpose),), "the colleague's function"),
        ((undone(by_maximum),), "maximum is wrong"),
        ((undone(by_maximum, +1),), "maximum is wrong"),
        ((undone(divide, +1),), "it is taken off"),
        ((undone(divide, -1, np.transpose),), "on its side"),
        ((undone(divide, +1, np.transpose),), "not the inverse"),
        ((lambda y, W, b, slope: divide(y, slope) @ np.linalg.inv(W) - b,), "The order"),
        ((lambda y, W, b, slope: np.linalg.solve(W, (divide(y, slope) - b).T).T,), "stands on the left"),
        ((lambda y, W, b, slope: divide(y, slope) - b,), "matrix is not undone"),
        ((undone(lambda y, slope: y),), "leak is not undone"),
        ((undone(lambda y, slope: np.where(y > 0, y, slope * y)),), "leak a second time"),
        ((undone(lambda y, slope: np.where(y > 0, y / slope, y)),), "above 1"),
        ((lambda y, W, b, slope: None,), "end with return"),
    ],
    "counterexample": [
        ((search(truth=lambda x, slope: np.maximum(slope * x, x)),), "What do you take as the truth"),
        ((search(tolerance=0.0),), "find fault with a right function: .*last digits"),
        ((search(x=SIZES),), "negative x as well"),
        ((search(x=np.linspace(-5, 5, 1000)),), "cut off at 600.*farther out"),
        ((search(x=np.arange(-1000.0, 1001.0)),), "0 from .*nearer to 0"),
        ((search(truth=lambda x, slope: np.where(x > 0, x, 0.01 * x)),), "What do you take as the truth"),
        ((search(tolerance=0.05),), "its default 0.01"),
        ((nan_passes,), "nan counts as wrong"),
        ((lambda f, slope: None,), "find no fault"),
        ((lambda f, slope: 1.0,), "find fault with a right function"),
        ((lambda f, slope: search()(f, slope) is None,), "not True or False"),
        ((search(give=lambda x, wrong, f: int(np.argmax(wrong))),), "not an index"),
        ((search(give=lambda x, wrong, f: f(x[wrong][0])),), "nothing is wrong with this function"),
        ((search(give=lambda x, wrong, f: x[wrong]),), "a single x"),
        ((search(give=lambda x, wrong, f: -1e6),), "from −1000 to 1000"),
        ((search(give=lambda x, wrong, f: np.nan),), "from −1000 to 1000"),
    ],
}
