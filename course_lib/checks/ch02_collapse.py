"""The graded tasks of 02_collapse."""

import itertools

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import close, fail, numbers


@task(
    points=2,
    hints=[
        "Start with two layers. Put x @ W1 + b1 into the second layer, and multiply out. What stands beside x?",
        "(x @ W1 + b1) @ W2 + b2 = x @ (W1 @ W2) + (b1 @ W2 + b2). Then that one layer and the next are two again.",
        "W, b = weights[0], biases[0]; then for each further layer V, c: W, b = W @ V, b @ V + c.",
    ],
)
def collapse(collapse: Answer, rng):
    """collapse(weights, biases) gives the one layer (W, b) that computes what the whole stack computes."""
    (A, B), (a, b) = weights, biases = _stack(rng, [3, 3, 3])
    W, c = _layer(collapse(weights, biases), (3, 3), (3,))
    mistakes = [
        (B @ A, "The order is turned round. Rows pass the first layer first: x @ W1 @ W2."),
        ((A @ B).T, "That is the transpose. The code works with rows: x @ W."),
        (A * B, "* multiplies number by number. The product of matrices is @."),
        (A + B, "You add the weights. Put one layer into the other: the weights are multiplied, with @."),
        (A, "That is the first layer's W. The second one changes x too."),
        (B, "That is the last layer's W. The first one changes x too."),
    ]
    _same(W, A @ B, "W", "Beside x stands the product of the weights, the first layer's first.", mistakes)
    mistakes = [
        (a + b, "You add the biases. But b1 still has to pass through the second layer: b1 @ W2."),
        (b, "The first layer's bias is lost. It passes through the second layer and arrives as b1 @ W2."),
        (a @ B, "The last layer's bias is lost: add it at the end."),
        (B @ a + b, "b1 stands on the wrong side of W2. It is a row, like x: b1 @ W2."),
        (a @ A + b, "b1 goes through the wrong layer. It is added behind layer 1, so only layer 2 is still to come."),
        (a @ (A @ B) + b, "You use W after you changed it. Change both at once: W, b = W @ V, b @ V + c."),
        (A @ a + b, "b1 goes through the wrong layer and stands on the wrong side: b1 @ W2 + b2."),
        ((a + b) @ B, "The last bias passes no layer any more: b1 @ W2 + b2."),
        (a * b, "You multiply the biases. Each is carried through the layers behind it, then they are added."),
    ]
    _same(c, a @ B + b, "b", "The bias of one layer is carried through the next: b1 @ W2 + b2.", mistakes)
    for widths in ([4, 2], [3, 5, 2, 4], [2, 6, 1, 3, 3, 2]):
        weights, biases = _stack(rng, widths)
        want = weights[0], biases[0]
        for V, d in zip(weights[1:], biases[1:], strict=True):
            want = want[0] @ V, want[1] @ V + d
        W, c = _layer(collapse(weights, biases), want[0].shape, want[1].shape)
        advice = f"Two layers are right, but not {len(weights)}, of widths {widths}."
        if len(weights) > 2:
            advice += " Take the layers one at a time: what is one layer so far, and the next."
        _same(W, want[0], "W", advice)
        _same(c, want[1], "b", advice)


def _stack(rng, widths):
    """Random weights and biases of layers with these widths."""
    pairs = list(itertools.pairwise(widths))
    return [rng.normal(size=pair) for pair in pairs], [rng.normal(size=m) for _, m in pairs]


def _layer(got, shape_of_W, shape_of_b):
    """The two parts of an answer as arrays of the right shapes, or advice."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        fail("Return two things, the matrix and the vector: return W, b.")
    return numbers(got[0], "W", shape_of_W), numbers(got[1], "b", shape_of_b)


def _same(got, want, what, advice, mistakes=()):
    """Pass if two arrays agree; else give the advice that belongs to the mistake."""
    if not close(got, want, rtol=1e-6, atol=1e-9):
        fail(f"{what}: " + next((reason for values, reason in mistakes if close(got, values, rtol=1e-6)), advice))


@task(
    points=2,
    hints=[
        "Put the formulas of h1 and h2 into the one of y. Multiply out. Which terms have x1 in them?",
        "x1 reaches y along two paths: through h1 and through h2. The weights along a path are multiplied.",
        "p = v1 * w11 + v2 * w21. The same for q with x2. And r is what is left when x1 = x2 = 0.",
    ],
)
def two_two_one(coefficients: Answer, rng):
    """coefficients(w11, ..., c) gives the p, q and r of y = p * x1 + q * x2 + r."""
    values = rng.choice(np.arange(2, 60), size=9, replace=False)
    w11, w12, w21, w22, b1, b2, v1, v2, c = map(int, values)
    got = coefficients(w11, w12, w21, w22, b1, b2, v1, v2, c)
    if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != 3:
        fail("Return three numbers: return p, q, r.")
    p, q, r = (float(numbers(value, name, ())) for value, name in zip(got, "pqr", strict=True))
    right = v1 * w11 + v2 * w21, v1 * w12 + v2 * w22
    mistakes = {
        (v1 * w11 + v2 * w12, v1 * w21 + v2 * w22): "You mixed the two indices: w12 leads from x2 to h1, not from x1.",
        (w11 + w21, w12 + w22): "Where are v1 and v2? What leaves h1 is multiplied by v1 on its way to y.",
        (v1 * w11, v2 * w22): "Each input has two paths to y, one through h1 and one through h2. You took one.",
        (v1 * w11, v1 * w12): "Each input has two paths to y, one through h1 and one through h2. You took one.",
        (v1 + w11 + v2 + w21, v1 + w12 + v2 + w22): "The weights along a path are multiplied, not added.",
        (v1 * w11 * v2 * w21, v1 * w12 * v2 * w22): "Along a path weights are multiplied; the paths are added.",
        right[::-1]: "p and q are exchanged: p belongs to x1.",
    }
    assert (p, q) == right, mistakes.get((p, q), "Follow x1 to y: two paths, through h1 and through h2. Add them.")
    constant = v1 * b1 + v2 * b2 + c
    mistakes = {
        v1 * b1 + v2 * b2: "r lacks c, the bias of the output.",
        b1 + b2 + c: "The hidden biases pass through v1 and v2 before they reach y.",
        c: "r lacks the hidden biases: what does y give for x1 = x2 = 0?",
        0: "y has a constant too: what does it give for x1 = x2 = 0?",
        (v1 + v2) * (b1 + b2) + c: "Each hidden bias has one path to y: b1 through v1, b2 through v2.",
    }
    assert r == constant, mistakes.get(r, "r is the value of y for x1 = x2 = 0. Follow each bias to y.")


@task(
    points=2,
    hints=[
        "What comes out of first has three directions. second loses one direction. When is it one of those three?",
        "Diagonal matrices are easiest: np.diag([1, 1, 1, 0]) sets the fourth number to 0 and keeps the others.",
        "first sets one of the four numbers to 0; let second set a different one to 0. Then two numbers are left.",
    ],
)
def lost_rank(first, second):
    """first and second are 4 by 4 and have rank 3, but first @ second has rank 2."""
    first, second = numbers(first, "first", (4, 4)), numbers(second, "second", (4, 4))
    for name, matrix in (("first", first), ("second", second)):
        assert np.isfinite(matrix).all(), f"{name} should have finite numbers only."
        rank = np.linalg.matrix_rank(matrix, tol=1e-6 * np.linalg.norm(matrix, 2))  # a tiny number is no direction
        if rank == 4:
            fail(f"{name} has rank 4: it loses nothing. Let it lose one direction, so that its rank is 3.")
        if rank < 3:
            fail(f"{name} alone has rank {rank} already. Each matrix should have rank 3.")
    if np.linalg.matrix_rank(first @ second) != 2:
        advice = "The product still has rank 3: what second loses never comes out of first."
        fail(f"{advice} Let it lose a direction that does come out of first.")


@task(
    points=2,
    hints=[
        "On a flat piece the value in the middle is the middle of the values. So u and v need a crease between them.",
        "Draw many random pairs at once: u, v = rng.uniform(-size, size, (2, 500, 2)). Measure the gap of each pair.",
        "gap = abs(f((u + v) / 2) - (f(u) + f(v)) / 2). Return the pair with the largest; try sizes 1, 10, 100.",
    ],
)
def witness(witness: Answer, rng):
    """witness(f) gives two inputs u and v that prove that f, a network with ReLU, is not affine."""
    for name, f in _networks(rng):
        got = witness(f)
        if got is None:
            fail(f"You return None for {name}. Search further out, and with more pairs.")
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            fail("Return two inputs: return u, v. Their middle belongs to them, you need not return it.")
        u, v = numbers(got[0], "u", (2,)), numbers(got[1], "v", (2,))
        assert np.isfinite([u, v]).all(), "u and v should be finite numbers."
        assert not np.array_equal(u, v), "u and v are the same input. Of one input, no function can be caught bending."
        size = np.abs([u, v]).max()
        if size > 1e6:
            fail(f"Your inputs for {name} reach {size:.3g}: there rounding swallows the crease. Search closer to 0.")
        heights = f(np.array([u, v, (u + v) / 2]))
        gap = abs(heights[2] - (heights[0] + heights[1]) / 2)
        if gap < 1e-6 * max(1.0, *np.abs(heights)):
            fail(
                f"This proves nothing for {name}: f is {heights[0]:.6g} at u, {heights[1]:.6g} at v and, up to "
                f"rounding, the middle of the two in the middle.\nEither there is no crease among your points, then "
                f"search elsewhere. Or you tested f(u + v) = f(u) + f(v): any constant breaks that, test the middle. "
                f"Or you compared with !=: rounding alone makes the two differ, so look for a gap above 1e-6."
            )


def _networks(rng):
    """Networks with ReLU: a hinge near 0, a tent that is flat far out and near 0, and a hinge far from 0."""
    for name, distance, changes in (
        ("the network with a crease near 0", 0.3, (1.0,)),
        ("the network with a ridge, flat on both sides", 4.0, (1.0, -2.0, 1.0)),
        ("the network with a crease far from 0", 50.0, (1.0,)),
    ):
        angle, constant, tilt = rng.uniform(0, 2 * np.pi), rng.uniform(1, 3), rng.normal(size=2)
        direction = np.array([np.cos(angle), np.sin(angle)])
        W = np.tile(direction, (len(changes), 1)).T
        b = -distance * rng.uniform(0.9, 1.1) - np.arange(len(changes))
        yield name, _network(W, b, np.array(changes) * rng.uniform(1, 2), tilt, constant)


def _network(W, b, v, tilt, constant):
    """A network with one hidden layer of ReLU, and an affine part beside it."""

    def f(x):
        x = np.asarray(x, dtype=float)
        if x.ndim not in (1, 2) or x.shape[-1] != 2:
            raise ValueError(f"f takes inputs of 2 numbers, an array of shape (n, 2); you gave shape {x.shape}")
        return np.maximum(x @ W + b, 0) @ v + x @ tilt + constant

    return f


@task(
    points=2,
    hints=[
        "Walk through the listing. Remember the last linear layer. What must you meet to forget it again?",
        "What bends, and what does not? The chapter has a table: dropout, batch norm and reshape are straight.",
        "ReLU, Tanh, Softmax, LayerNorm and MaxPool bend: forget the last linear layer. At a Linear: a pair, if you "
        "still remember one; then remember this one.",
    ],
)
def nothing_between(nothing_between: Answer, rng):
    """nothing_between(listing) gives the pairs of neighbouring linear layers with nothing between them that bends."""
    for listing, advice in [*_LISTINGS, *_random_listings(rng)]:
        got, want = _pairs(nothing_between(list(listing))), _merged(listing)
        if got == want:
            continue
        if want and got == [(i + 1, j + 1) for i, j in want]:
            advice = "Positions are counted from 0, as Python does."
        elif got == sorted(got, key=lambda pair: -pair[0]) and sorted(got) == want:
            advice = "The pairs are right; give them in order."
        fail(f"{advice}\nThe listing: {', '.join(listing)}. You find {got}.", f"Right: {want}.")


_BENDS = ("ReLU", "Tanh", "Softmax", "LayerNorm", "MaxPool")
_STRAIGHT = ("Dropout", "BatchNorm", "Identity", "Reshape", "AvgPool")
_LISTINGS = [
    (("Linear", "Linear"), "Two linear layers stand side by side: they are one."),
    (("Linear", "ReLU", "Linear"), "Between these two stands ReLU, which bends: they cannot be merged."),
    (("Linear", "Dropout", "Linear"), "Dropout does nothing once the training is over: it does not bend."),
    (("Linear", "BatchNorm", "Linear"), "After training, batch norm takes a fixed number off and divides by another."),
    (("Linear", "Identity", "Linear"), "Identity is listed like an activation, but it does nothing."),
    (("Linear", "Reshape", "Linear"), "Reshape puts the same numbers into another order. That does not bend."),
    (("Linear", "AvgPool", "Linear"), "An average is a sum with fixed weights: it does not bend."),
    (("Linear", "MaxPool", "Linear"), "A maximum bends: max(x, 0) is ReLU."),
    (("Linear", "LayerNorm", "Linear"), "Layer norm divides by the spread of its own input: that bends."),
    (("Linear", "Softmax", "Linear"), "Softmax takes exponentials and divides by their sum: that bends."),
    (("Linear", "Tanh", "Linear"), "Tanh is an activation: it bends."),
    (("ReLU", "Linear", "Tanh"), "One linear layer has no partner."),
    (("Linear", "Linear", "Linear"), "Three in a row are two pairs of neighbours. First and last are no neighbours."),
    (
        ("Linear", "BatchNorm", "Dropout", "Linear"),
        "Several things may stand between two layers, and none of them bend.",
    ),
    (
        ("Linear", "Dropout", "ReLU", "BatchNorm", "Linear"),
        "If one of the things between two layers bends, it is enough.",
    ),
    (("Linear", "ReLU", "Linear", "Dropout", "Linear"), "The bend before the second layer does not help the third."),
]


def _merged(listing):
    """The right answer."""
    linear = [i for i, name in enumerate(listing) if name == "Linear"]
    return [(i, j) for i, j in itertools.pairwise(linear) if not set(listing[i:j]) & set(_BENDS)]


def _random_listings(rng):
    """A few longer listings."""
    for _ in range(5):
        names = rng.choice(["Linear"] * 6 + [*_BENDS, *_STRAIGHT], size=12)
        yield tuple(map(str, names)), "A longer listing. Walk through it with pencil and paper."


def _pairs(got):
    """The answer as a list of pairs of whole numbers, or advice."""
    if got is None:
        fail("Your answer is None. Does your function end with return? Without any pair, return an empty list.")
    got = got.tolist() if isinstance(got, np.ndarray) and got.size < 1000 else got
    if not isinstance(got, (list, tuple, set)):
        fail("Return a list of pairs of positions, as in [(2, 4)].")
    pairs = [tuple(pair) if isinstance(pair, (tuple, list)) else (pair,) for pair in got]
    if any(len(pair) != 2 or not all(isinstance(i, (int, np.integer)) for i in pair) for pair in pairs):
        fail("Return a list of pairs of positions, as in [(2, 4)]: each pair has two whole numbers.")
    pairs = [(int(i), int(j)) for i, j in pairs]
    return sorted(pairs) if isinstance(got, set) else pairs
