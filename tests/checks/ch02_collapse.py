"""Answers to the tasks of 02_collapse: differently written right ones, and wrong ones with the advice they must get."""

import functools
import itertools

import numpy as np


def with_ones(weights, biases):
    """Collapse by writing each layer as one matrix with a further row and column."""
    stacked = [np.block([[W, np.zeros((len(W), 1))], [b, np.ones(1)]]) for W, b in zip(weights, biases, strict=True)]
    M = functools.reduce(np.matmul, stacked)
    return M[:-1, :-1], M[-1, :-1]


def by_running(weights, biases):
    """Collapse by running 0 and the unit vectors through the stack."""

    def run(x):
        for W, b in zip(weights, biases, strict=True):
            x = x @ W + b
        return x

    n = len(weights[0])
    b = run(np.zeros(n))
    return (run(np.eye(n)) - b).tolist(), b.tolist()


def product(weights):
    return functools.reduce(np.matmul, weights)


def right_b(weights, biases):
    return with_ones(weights, biases)[1]


def run_221(w11, w12, w21, w22, b1, b2, v1, v2, c):
    def y(x1, x2):
        return v1 * (w11 * x1 + w12 * x2 + b1) + v2 * (w21 * x1 + w22 * x2 + b2) + c

    r = y(0, 0)
    return [y(1, 0) - r, y(0, 1) - r, r]


def matrix_221(w11, w12, w21, w22, b1, b2, v1, v2, c):
    v = np.array([v1, v2])
    return np.append(v @ [[w11, w12], [w21, w22]], v @ [b1, b2] + c)


def random_search(f):
    rng = np.random.default_rng(5)
    for size in itertools.cycle([1, 5, 25, 125, 625]):
        u, v = rng.normal(size=(2, 300, 2)) * size
        gap = np.abs(2 * f((u + v) / 2) - f(u) - f(v))
        if gap.max() > 1e-3:
            return u[gap.argmax()], v[gap.argmax()]


def along_the_axes(f):
    """Walk along both axes in small steps, and look for the first that bends."""
    t = np.arange(-400, 400, 0.25)
    for axis in np.eye(2):
        heights = f(np.outer(t, axis))
        curve = np.abs(heights[:-2] - 2 * heights[1:-1] + heights[2:])
        if curve.max() > 1e-6:
            at = curve.argmax()
            return list(t[at] * axis), list(t[at + 2] * axis)


def additivity(f):
    """The misconception: test f(u + v) = f(u) + f(v)."""
    u, v = np.random.default_rng(0).uniform(-0.1, 0.1, size=(2, 100, 2))
    gap = np.abs(f(u + v) - f(u) - f(v))
    return u[gap.argmax()], v[gap.argmax()]


def near_zero_only(f):
    u, v = np.random.default_rng(0).uniform(-1, 1, size=(2, 500, 2))
    gap = np.abs(f((u + v) / 2) - (f(u) + f(v)) / 2)
    return (u[gap.argmax()], v[gap.argmax()]) if gap.max() > 0.001 else None


def not_equal(f):
    """Takes rounding for a proof: the first pair, near together, whose middle is not exactly the middle."""
    for u, v in np.random.default_rng(0).uniform(-0.1, 0.1, size=(500, 2, 2)):
        if f((u + v) / 2) != (f(u) + f(v)) / 2:
            return u, v


BENDS = {"ReLU", "Tanh", "Softmax", "LayerNorm", "MaxPool"}


def finder(bends):
    """A right search for a given set of what bends."""

    def find(listing):
        linear = [i for i, name in enumerate(listing) if name == "Linear"]
        return [(i, j) for i, j in itertools.pairwise(linear) if not bends & set(listing[i:j])]

    return find


def by_words(listing):
    """Drop what is straight, then look for two Linear side by side."""
    kept = [(name, i) for i, name in enumerate(listing) if name == "Linear" or name in BENDS]
    return {(i, j) for (a, i), (b, j) in itertools.pairwise(kept) if a == b == "Linear"}


def all_pairs(listing):
    linear = [i for i, name in enumerate(listing) if name == "Linear"]
    return [(i, j) for i, j in itertools.combinations(linear, 2) if not BENDS & set(listing[i:j])]


def next_door(listing):
    return [(i, i + 1) for i in range(len(listing) - 1) if listing[i] == listing[i + 1] == "Linear"]


def from_one(listing):
    return [(i + 1, j + 1) for i, j in finder(BENDS)(listing)]


def last_thing_only(listing):
    """Looks only at what stands directly before the second layer."""
    linear = [i for i, name in enumerate(listing) if name == "Linear"]
    return [(i, j) for i, j in itertools.pairwise(linear) if listing[j - 1] not in BENDS]


KEEP_3, OTHER_3 = np.diag([1.0, 1, 1, 0]), np.diag([0.0, 1, 1, 1])

RIGHT = {
    "collapse": [(with_ones,), (by_running,)],
    "two_two_one": [(run_221,), (matrix_221,)],
    "lost_rank": [
        (OTHER_3.tolist(), KEEP_3.tolist()),
        (np.eye(4) - np.full((4, 4), 0.25), np.eye(4) - np.outer([1, -1, 0, 0], [0.5, -0.5, 0, 0])),
        (np.eye(4, k=1), np.eye(4, k=1)),
    ],
    "witness": [(random_search,), (along_the_axes,)],
    "nothing_between": [(finder(BENDS),), (by_words,), (lambda listing: np.array(finder(BENDS)(listing)),)],
}

WRONG = {
    "collapse": [
        ((lambda w, b: (product(w[::-1]), right_b(w, b)),), "order is turned round"),
        ((lambda w, b: (product(w).T, right_b(w, b)),), "transpose"),
        ((lambda w, b: (w[0] * w[1], right_b(w, b)),), "number by number"),
        ((lambda w, b: (sum(w), sum(b)),), "You add the weights"),
        ((lambda w, b: (w[-1], b[-1]),), "last layer's W"),
        ((lambda w, b: (product(w), sum(b)),), "You add the biases"),
        ((lambda w, b: (product(w), b[-1]),), "first layer's bias is lost"),
        ((lambda w, b: (product(w), b[0] @ w[1]),), "last layer's bias is lost"),
        ((lambda w, b: (product(w), w[1] @ b[0] + b[1]),), "wrong side"),
        ((lambda w, b: (product(w), b[0] @ w[0] + b[1]),), "wrong layer"),
        ((lambda w, b: (product(w), b[0] @ product(w) + b[1]),), "after you changed it"),
        ((lambda w, b: (product(w), w[0] @ b[0] + b[1]),), "wrong layer and stands on the wrong side"),
        ((lambda w, b: product(w),), "return W, b"),
        ((lambda w, b: (product(w[:2]), right_b(w[:2], b[:2])),), r"shape \(3, 2\); it should have shape \(3, 4\)"),
        (
            (
                lambda w, b: (
                    (product(w), sum(a @ product(w[-1:]) for a in b[:1]) + b[-1]) if len(w) == 2 else (w[0], b[0])
                ),
            ),
            "shape",
        ),
        ((lambda w, b: (product(w), right_b(w, b) + (len(w) == 5)),), "but not 5"),
    ],
    "two_two_one": [
        (
            (lambda a, b, c, d, e, f, g, h, i: (g * a + h * b, g * c + h * d, g * e + h * f + i),),
            "mixed the two indices",
        ),
        ((lambda a, b, c, d, e, f, g, h, i: (a + c, b + d, e + f + i),), "Where are v1 and v2"),
        ((lambda a, b, c, d, e, f, g, h, i: (g * a, h * d, i),), "You took one"),
        ((lambda a, b, c, d, e, f, g, h, i: (g + a + h + c, g + b + h + d, i),), "multiplied, not added"),
        ((lambda a, b, c, d, e, f, g, h, i: (g * b + h * d, g * a + h * c, i),), "exchanged"),
        ((lambda a, b, c, d, e, f, g, h, i: (g * a + h * c, g * b + h * d, g * e + h * f),), "lacks c"),
        ((lambda a, b, c, d, e, f, g, h, i: (g * a + h * c, g * b + h * d, e + f + i),), "pass through v1 and v2"),
        ((lambda a, b, c, d, e, f, g, h, i: (g * a + h * c, g * b + h * d, i),), "lacks the hidden biases"),
        ((lambda a, b, c, d, e, f, g, h, i: (g * a + h * c, g * b + h * d),), "three numbers"),
        ((lambda a, b, c, d, e, f, g, h, i: "v1*w11 + v2*w21",), "three numbers"),
    ],
    "lost_rank": [
        ((np.eye(4), np.eye(4)), "first has rank 4"),
        ((KEEP_3, np.eye(4)), "second has rank 4"),
        ((KEEP_3, KEEP_3), "never comes out of first"),
        ((KEEP_3, 5 * KEEP_3), "never comes out of first"),
        ((np.eye(4) - np.full((4, 4), 0.25), KEEP_3), "still has rank 3"),
        ((np.diag([1.0, 1, 0, 0]), KEEP_3), "first alone has rank 2"),
        ((KEEP_3, np.zeros((4, 4))), "second alone has rank 0"),
        ((np.ones((4, 2)), np.ones((2, 4))), r"shape \(4, 2\); it should have shape \(4, 4\)"),
        ((np.ones((4, 4)), np.ones((4, 4))), "first alone has rank 1"),
        ((np.full((4, 4), np.nan), KEEP_3), "finite"),
        ((3, 2), "shape"),
        (("diagonal", "diagonal"), "should be numbers"),
    ],
    "witness": [
        ((additivity,), "any constant breaks that"),
        ((near_zero_only,), "You return None"),
        ((not_equal,), "compared with !=.*above 1e-6"),
        ((lambda f: ([0.0, 0.0], [1e-3, 0.0]),), "This proves nothing"),
        ((lambda f: ([-1e4, -2e4], [2e4, 1e4]),), "This proves nothing"),
        ((lambda f: ([1.0, 2.0], [1.0, 2.0]),), "the same input"),
        ((lambda f: None,), "You return None"),
        ((lambda f: ([0.0, 0.0], [1.0, 0.0], [2.0, 0.0]),), "Return two inputs"),
        ((lambda f: (f(np.zeros(2)), f(np.ones(2))),), r"u has shape \(\)"),
        ((lambda f: (np.zeros((5, 2)), np.ones((5, 2))),), r"u has shape \(5, 2\)"),
        ((lambda f: ([-np.inf, 0.0], [np.inf, 0.0]),), "finite"),
    ],
    "nothing_between": [
        ((next_door,), "Dropout does nothing"),
        ((lambda listing: [],), "side by side"),
        ((finder(set()),), "ReLU, which bends"),
        ((finder(BENDS | {"Dropout"}),), "Dropout does nothing"),
        ((finder(BENDS | {"BatchNorm"}),), "batch norm takes a fixed number"),
        ((finder(BENDS | {"Identity"}),), "listed like an activation"),
        ((finder(BENDS | {"Reshape"}),), "another order"),
        ((finder(BENDS | {"AvgPool"}),), "sum with fixed weights"),
        ((finder(BENDS - {"MaxPool"}),), "A maximum bends"),
        ((finder(BENDS - {"LayerNorm"}),), "spread of its own input"),
        ((finder(BENDS - {"Softmax"}),), "exponentials"),
        ((finder({"ReLU", "MaxPool", "LayerNorm", "Softmax"}),), "Tanh is an activation"),
        ((all_pairs,), "no neighbours"),
        ((last_thing_only,), "it is enough"),
        ((from_one,), "counted from 0"),
        ((lambda listing: (0, 1),), "list of pairs"),
        ((lambda listing: None,), "end with return"),
        ((lambda listing: finder(BENDS)(listing) or None,), "empty list"),
    ],
}
