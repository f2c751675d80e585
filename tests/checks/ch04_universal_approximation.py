"""Answers to the tasks of 04_universal_approximation: right ones, and wrong ones with the advice they must get."""

import math
from fractions import Fraction

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-np.clip(z, -700, 700)))


def slopes(x, y):
    return np.diff(y) / np.diff(x)


def from_the_right(x, y):
    """Walk from the last point to the first, and correct the slope at each."""
    weights, so_far = [], 0.0
    for i in range(len(x) - 1, 0, -1):
        wanted = (y[i] - y[i - 1]) / (x[i] - x[i - 1])
        weights.insert(0, -wanted - so_far)
        so_far = -wanted
    return [float(y[-1]), weights]


def by_equations(x, y):
    """Solve for all weights at once."""
    table = np.maximum(x[None, 1:] - x[:-1, None], 0)
    return y[-1], np.linalg.solve(table, y[:-1] - y[-1])


def with_v(change):
    """A right c with weights made by ``change`` from the slopes."""
    return lambda x, y: (y[-1], change(slopes(x, y)))


def right_v(x, y):
    return by_equations(x, y)[1]


def with_two_up(x, left, right, height, s):
    return height * (sigmoid(s * (x - left)) + sigmoid(s * (right - x)) - 1)


def with_tanh(x, left, right, height, s):
    return height / 2 * (np.tanh(s * (x - left) / 2) - np.tanh(s * (x - right) / 2))


def overflowing(x, left, right, height, s):
    with np.errstate(all="ignore"):
        up, down = np.exp(s * (x - left)), np.exp(s * (x - right))
        return height * (up / (1 + up) - down / (1 + down))


def counted(M, a, b, eps):
    """Add hinges until the bound holds, with exact fractions."""
    k, reach = 0, Fraction(M) * (Fraction(b) - Fraction(a)) / 2
    while reach > k * Fraction(eps):
        k += 1
    return float(k)


def rounded_by_minus(M, a, b, eps):
    return -int(-(M * (b - a)) // (2 * eps))


def exact(M, a, b, eps):
    return M * (b - a) / (2 * eps)


def search_best(h):
    """Search the best A and C on finer and finer grids."""
    x, (A, C), width = np.linspace(0, 1, 401), (0.5, 0.5), 0.6
    for _ in range(14):
        grid_a, grid_c = (centre + width * np.linspace(-1, 1, 21) for centre in (A, C))
        off = np.abs(grid_a[:, None, None] * x**2 + grid_c[:, None] - x).max(axis=-1)
        i, j = np.unravel_index(off.argmin(), off.shape)
        A, C, width = grid_a[i], grid_c[j], width * 0.5
    return [A / h, C * h]


def five_places(A, B, C, h):
    return max((-h, -h / 2, 0.0, h / 2, h), key=lambda x: abs(A * x * x + B * x + C - abs(x)))


def fine_grid(A, B, C, h):
    x = np.linspace(-h, h, 2001)
    return x[np.abs(A * x**2 + B * x + C - np.abs(x)).argmax()]


def at(*places):
    """Look at these places only, in units of h."""
    return lambda A, B, C, h: max((p * h for p in places), key=lambda x: abs(A * x * x + B * x + C - abs(x)))


def coarse_grid(A, B, C, h):
    x = np.linspace(-h, h, 100)[1:-1]
    return x[np.abs(A * x**2 + B * x + C - np.abs(x)).argmax()]


def best(h):
    return 1 / h, h / 8


POLYNOMIALS = {"constant", "identity", "square", "cube", "cubic"}
JUMPS = {"step", "sign", "sawtooth", "1/x"}
OPEN = {"-1 < x < 1", "-1 <= x < 1", "x >= -1", "all x"}
TOO_MUCH = {"100 units are enough", "training finds the weights", "the error is 0"}


def lister(activation=POLYNOMIALS, target=JUMPS, box=OPEN, promise=TOO_MUCH):
    """The answer for given sets of what is not met."""
    kinds = {"activation": activation, "target": target, "box": box, "promise": promise}
    return lambda *line: [word for (word, broken), value in zip(kinds.items(), line, strict=True) if value in broken]


def by_rules(activation, target, box, promise):
    """Read the strings instead of listing them."""
    words = set()
    if activation not in ("relu", "tanh", "sigmoid", "step", "sine"):
        words |= {"activation"}
    if target in ("1/x", "sign", "sawtooth", "step"):
        words |= {"target"}
    if box.count("<=") != 2:
        words |= {"box"}
    if not promise.startswith("some"):
        words |= {"promise"}
    return words


def first_only(*line):
    return lister()(*line)[:1]


RIGHT = {
    "left_hinges": [(from_the_right,), (by_equations,)],
    "bump": [(with_two_up,), (with_tanh,)],
    "units_needed": [(counted,), (rounded_by_minus,), (lambda *given: np.ceil(exact(*given)),)],
    "best_parabola": [(search_best, five_places), (best, fine_grid), (lambda h: np.array(best(h)), five_places)],
    "unmet": [(by_rules,), (lambda *line: tuple(reversed(lister()(*line))),), (lister(),)],
}

WRONG = {
    "left_hinges": [
        ((with_v(lambda s: s),), "Those are the slopes. A weight"),
        ((with_v(lambda s: -s),), "slopes with their signs turned"),
        ((with_v(lambda s: np.diff(s, prepend=0)),), "hinges that open to the right"),
        ((with_v(lambda s: np.append(np.diff(s), s[-1])),), "last weight has the wrong sign"),
        ((with_v(lambda s: np.append(-np.diff(s), -s[-1])),), "the right minus that on the left"),
        ((with_v(lambda s: np.append(np.diff(s), -s[-1]) + 0.1),), "Check the weights one by one"),
        ((lambda x, y: (y[-1], -right_v(x, y)),), "All signs are turned"),
        ((lambda x, y: (y[-1], np.append(np.diff(np.diff(y)), -np.diff(y)[-1])),), "rise over the run"),
        ((lambda x, y: (y[0], right_v(x, y)),), "At the first point all these hinges are open"),
        ((lambda x, y: (0.0, right_v(x, y)),), "Without c"),
        ((lambda x, y: (np.mean(y), right_v(x, y)),), "where every hinge is closed"),
        ((lambda x, y: (y[-1], np.append(right_v(x, y), 0.0)),), "so v has"),
        ((lambda x, y: right_v(x, y),), "Return two things"),
    ],
    "bump": [
        ((lambda x, a, b, h, s: h * (sigmoid(s * (x - a)) + sigmoid(s * (x - b))),), "a staircase"),
        ((lambda x, a, b, h, s: h * (sigmoid(s * (x - b)) - sigmoid(s * (x - a))),), "hangs down"),
        ((lambda x, a, b, h, s: sigmoid(s * (x - a)) - sigmoid(s * (x - b)),), "height is missing"),
        ((lambda x, a, b, h, s: h * sigmoid(s * (x - a)),), "That is one step"),
        ((lambda x, a, b, h, s: h * (sigmoid(x - a) - sigmoid(x - b)),), "steepness s is missing"),
        ((lambda x, a, b, h, s: h * (sigmoid(s * x - a) - sigmoid(s * x - b)),), "the whole bracket"),
        ((lambda x, a, b, h, s: h * (sigmoid(s * (x + a)) - sigmoid(s * (x + b))),), "sign of the place"),
        ((lambda x, a, b, h, s: h * sigmoid(s * (x - a)) * sigmoid(s * (b - x)),), "You multiply"),
        ((lambda x, a, b, h, s: sigmoid(h * s * (x - a)) - sigmoid(h * s * (x - b)),), "height belongs outside"),
        ((lambda x, a, b, h, s: np.where((x >= a) & (x <= b), h, 0.0),), "sharp edges"),
        ((overflowing,), "Far away"),
        ((lambda x, a, b, h, s: h,), r"shape \(\)"),
        ((lambda x, a, b, h, s: h * np.exp(-(((x - (a + b) / 2) * s) ** 2)),), "about half its height"),
    ],
    "units_needed": [
        ((lambda M, a, b, eps: math.ceil(M * (b - a) / eps),), "Twice too many"),
        ((lambda *given: math.floor(exact(*given)),), "One unit too few"),
        ((lambda *given: exact(*given),), "A number of units is whole"),
        ((lambda *given: math.floor(exact(*given)) + 1,), "One too many|c alone is enough"),
        ((lambda *given: math.ceil(exact(*given)) + 1,), "One too many"),
        ((lambda M, a, b, eps: math.ceil(M * (b - a) / (2 * eps**2)),), "goes with h"),
        ((lambda M, a, b, eps: math.ceil(M * b / (2 * eps)),), "length of the interval"),
        ((lambda M, a, b, eps: math.ceil((b - a) / (2 * eps)),), "steepness M is missing"),
        ((lambda *given: max(1, math.ceil(exact(*given))),), "c alone is enough"),
        ((lambda *given: None,), "end with return"),
        ((lambda *given: 5 * math.ceil(exact(*given)),), "Solve M h / 2"),
    ],
    "best_parabola": [
        ((lambda h: (15 / 16 / h, 3 * h / 16), five_places), "least squared error"),
        ((lambda h: (h / 8, 1 / h), five_places), "swapped"),
        ((lambda h: (1.0, 0.125), five_places), "right for h = 1"),
        ((lambda h: (1 / h, 0.0), five_places), "Lift it by half"),
        ((lambda h: (1 / h, h / 4), five_places), "Lower it by half"),
        ((lambda h: (0.5 / h, h / 2), five_places), "touches .x. at h"),
        ((lambda h: (0.0, h / 2), five_places), "best constant"),
        ((lambda h: (0.9 / h, h / 8), five_places), "equally large at three places"),
        ((lambda h: h / 8, five_places), "Return two numbers"),
        ((best, at(0)), "At 0 alone"),
        ((best, at(-1, 1)), "At the ends alone"),
        ((best, at(0, 1, 0.5)), "both sides"),
        ((best, coarse_grid), "pass over the kink"),
        ((best, at(2)), "between -h and h"),
        ((best, at(0.3)), "not far enough off"),
    ],
    "unmet": [
        ((lister(activation=POLYNOMIALS - {"square", "cube", "cubic"}),), "one parabola"),
        ((lister(activation=POLYNOMIALS - {"cubic"}),), "of degree 3"),
        ((lister(activation=POLYNOMIALS - {"constant"}),), "of degree 0"),
        ((lister(activation=POLYNOMIALS | {"relu"}),), "keeps to the theorem in every word"),
        ((lister(activation=POLYNOMIALS | {"step"}),), "has a jump, and that is allowed"),
        ((lister(target=JUMPS | {"x^2"}),), "target may be a polynomial"),
        ((lister(target=JUMPS | {"sqrt(|x|)"}),), "very steep at 0"),
        ((lister(target=JUMPS - {"1/x"}),), "minus to plus infinity"),
        ((lister(box=OPEN - {"-1 < x < 1", "-1 <= x < 1"}),), "not closed"),
        ((lister(box=OPEN - {"x >= -1"}),), "no upper end"),
        ((lister(box=OPEN | {"-1000000 <= x <= 1000000"}),), "It is large"),
        ((lister(promise=TOO_MUCH - {"training finds the weights"}),), "does not say that training"),
        ((lister(promise=TOO_MUCH - {"the error is 0"}),), "need not become 0"),
        ((lister(promise=TOO_MUCH | {"some number of units keeps the error below 0.001"}),), "Every error above 0"),
        ((first_only,), "look at all four"),
        ((lambda *line: None,), "empty list"),
        ((lambda *line: ["units"],), "Return a list of words"),
    ],
}
