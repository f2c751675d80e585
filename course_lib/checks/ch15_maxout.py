"""The graded tasks of 15_maxout."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import close, compare, fail, numbers, quiet, random_verdicts, verdict


@task(
    points=2,
    hints=[
        "First all pieces for all examples: a table with a row for each example and a column for each piece.",
        "X @ W.T + b is that table. Then look along each row: which is the largest, and where does it stand?",
        "z = X @ W.T + b, then return z.max(axis=1), z.argmax(axis=1).",
    ],
)
def unit(unit: Answer, rng):
    """unit(X, W, b) gives the largest piece of each example, and the number of the piece that wins."""
    for examples, inputs, k, low in ((20, 3, 20, 0), (7, 4, 3, 0.5), (40, 2, 6, 4), (6, 1, 1, 0.5)):
        X, W, b = rng.normal(size=(examples, inputs)), rng.normal(size=(k, inputs)), rng.normal(size=k) - low
        outputs, winners = _pair(unit(X, W, b), "return outputs, winners")
        z = X @ W.T + b
        want, best = z.max(axis=1), z.argmax(axis=1)
        if outputs.shape == winners.shape == want.shape and close(outputs, best) and close(winners, want):
            fail("You return the two the other way round. First the outputs, then the winners.")
        _known(outputs, want, _unit_slips(X, W, b))
        compare(outputs, want, None, "The output is the largest of the k values X @ W.T + b.")
        mistakes = [
            (best + 1, "You count the pieces from 1. Count from 0, as Python does."),
            (np.abs(z).argmax(axis=1), "You compare without the sign. The largest piece wins, not the largest size."),
            (z.argmin(axis=1), "That is the smallest piece."),
            ((X @ W.T).argmax(axis=1), "The winner is looked for without the bias."),
            (want, "That is the value of the winner. Its number is asked for: argmax."),
        ]
        _known(winners, best, mistakes)
        compare(winners, best, None, "The winner is the number of the largest piece.")


def _known(got, want, slips):
    """Fail with the advice to a known slip, without a number: so no number of another place can slip out."""
    for values, advice in slips:
        if got.shape == np.shape(values) and not close(got, want) and close(got, values):
            fail(advice)


def _unit_slips(X, W, b):
    """Wrong outputs, each with what to say to who gives them."""
    z = X @ W.T + b
    yield z.min(axis=1), "That is the smallest piece. Maxout takes the largest."
    yield (X @ W.T).max(axis=1), "The biases are missing. Add them before you compare."
    yield (X @ W.T).max(axis=1) + b.max(), "Each piece has its own bias. Add it before you compare, not after."
    yield (
        np.maximum(z.max(axis=1), 0),
        "You cut off at 0. That is ReLU: maxout compares the pieces with each other only.",
    )
    yield np.maximum(z, 0).sum(axis=1), "That is a sum of ReLU units. Maxout takes one piece, the largest."
    yield np.abs(z).max(axis=1), "You take the size of each piece. Keep its sign: the largest wins."
    yield z.sum(axis=1), "That is the sum of the pieces. The output is the largest of them."
    yield z.mean(axis=1), "That is the mean of the pieces. The output is the largest of them."
    yield z.max(axis=0), "You take the largest over the examples. Take it over the pieces: axis=1."
    yield z[:, 0], "That is the first piece alone. All pieces compete."


def _pair(got, advice):
    """Two arrays, or advice."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        fail(f"Return two things: {advice}.")
    return [numbers(part) for part in got]


@task(
    points=2,
    hints=[
        "A tangent of c·x² that touches at p is c·(x − p)² below it. How far from p may x be?",
        "Cut the interval into k equal parts. Each line touches in the middle of one: no x is further away.",
        "c·((right − left)/(2k))² ≤ error, so k ≥ (right − left)/2 · √(c/error). Round up.",
    ],
)
def lines_needed(lines_needed: Answer, rng):
    """lines_needed(c, left, right, error) is the smallest number of tangents that come so close to c·x²."""
    cases = [(1.0, -1.0, 1.0, 0.0625 * 1.05), (3.0, 0.0, 2.0, 0.01), (0.5, -7.0, -2.0, 0.004)]
    for k in rng.integers(2, 40, size=9):
        c, left, width = rng.uniform(0.3, 6), rng.uniform(-5, 5), rng.uniform(1, 8)
        cases.append((c, left, left + width, c * (width / 2 / (k - rng.uniform(0.2, 0.8))) ** 2))
    cases.append((0.7, -0.5, 0.5, 2.0))  # a single line is enough
    got = np.array([_whole(lines_needed(*map(float, case))) for case in cases])
    c, left, right, error = np.transpose(cases)
    want = _lines(c, right - left, error)
    if close(got, want):
        return
    for wrong, advice in _counts(c, left, right, error):
        if close(got, wrong):
            fail(advice)
    i = int(np.flatnonzero(got != want)[0])
    asked = f"c = {c[i]:.4g}, from {left[i]:.4g} to {right[i]:.4g}, error {error[i]:.4g}"
    fail(f"For {asked} you say {got[i]:.0f}. {'Fewer lines do it.' if got[i] > want[i] else 'It takes more.'}")


def _lines(c, width, error):
    return np.maximum(np.ceil(width / 2 * np.sqrt(c / error)), 1)


def _counts(c, left, right, error):
    """Wrong numbers of lines, each with what to say to who gives them."""
    width = right - left
    real = width / 2 * np.sqrt(c / error)
    yield np.floor(real), "You round down. Then the error is a little too large: round up."
    yield np.maximum(np.floor(real), 1), "You round down. Then the error is a little too large: round up."
    yield (
        np.maximum(np.round(real), 1),
        "You round to the nearest number. If that is below, the error is too large: round up.",
    )
    yield (
        np.ceil(real) + 1,
        "One line too many. Do yours touch at both ends? In the middles of equal parts they do better.",
    )
    yield (
        np.floor(real) + 2,
        "One line too many. Do yours touch at both ends? In the middles of equal parts they do better.",
    )
    yield _lines(1, width, error), "The factor c is missing: the error is c times as large as under x²."
    yield _lines(c**2, width, error), "c stands under the root: the error grows with c, not with its square."
    yield _lines(c, 2, error), "The width of the interval is missing. You count for [−1, 1]."
    yield (
        _lines(c, 2 * width, error),
        "Nobody is a whole part away: from the middle of a part to its end it is half of one.",
    )
    yield _lines(c, width**2 / 2, error), "The width is not squared twice: error = c·(width/(2k))²."
    yield _lines(c, width, 2 * error), "You raise the lines by half the error. Asked for are tangents: they touch."
    yield _lines(c, width, error**2), "The error falls with the square of k: take the root of c/error."
    yield _lines(c, 2 * right, error), "Use the width, right − left. The interval need not have its middle at 0."


def _whole(got):
    """One whole number of ordinary size, or advice."""
    value = float(numbers(got, shape=()))
    if not np.isfinite(value) or value != round(value):
        fail("The number of lines is a whole number. Round it: how?")
    return value


@task(
    points=2,
    hints=[
        "List the slopes, and their change at each corner. Which unit takes a change up, which a change down?",
        "The slopes of each unit only grow: start with the first slope (or 0), and add up its share of the changes.",
        "A line with slope w through the point (p, h) has the bias h − w·p. h is the unit's own height at that corner.",
    ],
)
def two_units(two_units: Answer, rng):
    """two_units(p, y) gives the lines of two maxout units whose difference runs straight through all points."""
    for points, kind in ((4, "up"), (4, "down"), (5, "both"), (2, "both"), (9, "both")):
        p = np.cumsum(rng.uniform(0.5, 2, size=points)) - rng.uniform(0, 4)
        slopes = rng.normal(size=points - 1) * 2
        if kind != "both":
            slopes = np.sort(slopes)[:: 1 if kind == "up" else -1]
        y = rng.uniform(1, 3) + np.concatenate([[0], np.cumsum(slopes * np.diff(p))])
        x = np.sort(np.concatenate([p, rng.uniform(p[0], p[-1], size=60)]))
        got = _difference(x, _four(two_units(p, y)))
        want = np.interp(x, p, y)
        if close(got, want, rtol=1e-7, atol=1e-7):
            continue
        for wrong, advice in _road_slips(p, y):
            if close(got, _difference(x, wrong), rtol=1e-7, atol=1e-7):
                fail(advice)
        worst = int(np.argmax(np.abs(got - want)))
        shape = {"up": " (a road that only bends up)", "down": " (a road that only bends down)"}.get(kind, "")
        fail(
            f"With {points} points{shape} you miss the road. At x = {x[worst]:.4g} you get {got[worst]:.4g}.",
            f"Right: {want[worst]:.4g}.",
        )


def _difference(x, parts):
    w, b, v, c = parts
    return (np.outer(x, w) + b).max(axis=1) - (np.outer(x, v) + c).max(axis=1)


def _four(got):
    """Weights and biases of two units, or advice."""
    if not isinstance(got, (tuple, list)) or len(got) != 4:
        fail("Return four arrays: return w, b, v, c.")
    parts = [np.atleast_1d(numbers(part, what)) for part, what in zip(got, "wbvc", strict=True)]
    for first, second, names in ((*parts[:2], "w and b"), (*parts[2:], "v and c")):
        if first.ndim != 1 or first.shape != second.shape or not 1 <= first.size <= 1000:
            fail(f"Your {names} have shapes {first.shape} and {second.shape}. Each line needs one weight and one bias.")
    if not all(np.all(np.abs(part) < 1e5) for part in parts):
        fail("Weights and biases should be finite and of ordinary size, below 100,000.")
    return parts


def _lines_of(p, slopes, start):
    heights = start + np.concatenate([[0], np.cumsum(slopes * np.diff(p))])
    return slopes, heights[:-1] - slopes * p[:-1]


def _road_slips(p, y):
    """Wrong lines of two units, each with what to say to who gives them."""
    slopes = np.diff(y) / np.diff(p)
    changes = np.diff(slopes)
    grow, fall = (np.concatenate([[0], np.cumsum(np.maximum(part, 0))]) for part in (changes, -changes))
    up, down = _lines_of(p, slopes[0] + grow, y[0]), _lines_of(p, fall, 0.0)
    nothing = np.zeros(1), np.zeros(1)
    yield (*down, *up), "You return the two units the other way round: the first minus the second is the road."
    yield (
        (*_lines_of(p, slopes, y[0]), *nothing),
        ("One unit cannot bend down. Its largest line wins, so where the road bends down it is too high."),
    )
    yield (*_lines_of(p, slopes[0] + grow, 0.0), *down), "The road does not start at height 0: add its first height."
    yield (
        (*_lines_of(p, grow, y[0]), *down),
        "The first slope is missing. Changes alone do not say how steeply the road begins.",
    )
    yield (
        (slopes[0] + grow, np.full(len(slopes), y[0]), fall, np.zeros(len(slopes))),
        ("A bias is the height of the line at x = 0, not at its corner: h − w·p."),
    )
    heights = [lines[0] * p[:-1] + lines[1] for lines in (up, down)]
    yield (
        (up[0], heights[0], down[0], heights[1]),
        ("A bias is the height of the line at x = 0, not at its corner: h − w·p."),
    )
    yield (
        (up[0], y[:-1] - up[0] * p[:-1], down[0], -down[0] * p[:-1]),
        ("After a corner the units do not have the heights of the road: add up each unit's own slopes."),
    )
    shares = np.concatenate([[slopes[0]], np.maximum(changes, 0)]), np.concatenate([[0], np.maximum(-changes, 0)])
    wrong = [part for share, start in zip(shares, (y[0], 0.0), strict=True) for part in _lines_of(p, share, start)]
    yield wrong, "Add the changes up: a line's weight is the slope there, not its change."
    yield (
        (*_lines_of(p, slopes[0] + grow, y[0]), *_lines_of(p, -fall, 0.0)),
        ("The second unit is taken off. Turn the sign of its changes, so that its slopes grow."),
    )
    yield (*up, *nothing), "The changes down are missing: they belong to the second unit."


@task(
    points=2,
    hints=[
        "Take two places u and v. Where is the curve between them allowed to be, if it is convex?",
        "Not above the line: f of the middle is at most the mean of f(u) and f(v). Take near pairs and far ones.",
        "Forgive what is tiny beside the largest |f|: middle <= mean + 1e-9 * size. Half of the pairs closer than 0.5.",
    ],
)
def is_convex(is_convex: Answer, rng):
    """is_convex(f) is True for a function that is convex from −10 to 10, else False."""
    cases = [(True, *case) for case in _convex(rng)] + [(False, *case) for case in _not_convex(rng)]
    for convex, name, f, advice in [*cases, *_random_curves(rng)]:
        if verdict(is_convex(_counted(f))) != convex:
            wrong = "reject a convex function" if convex else "accept a function that is not convex"
            fail(f"You {wrong}: {name}. {advice}")


def _counted(f):
    """The function as the learner's code gets it: a few times, in arrays of bounded length."""
    calls = []

    def called(x):
        x = np.asarray(x, dtype=float)
        calls.append(x.size)
        if len(calls) > 200:
            fail("You call f more than 200 times. Hand it all places at once, as an array.")
        if x.size > 100_000:
            fail("That is more than 100,000 places at once. A few thousand pairs are enough.")
        return quiet(f)(x)

    return called


_SIZE = "Compare the gap with the largest size of f, not with a fixed limit."
_NEAR = "Its dent is narrow. Take pairs that are close to each other too."
_EDGE = "It bends down near an end of the interval only. Do your pairs reach up to 10?"


def _convex(rng):
    """Convex functions, each with what to say to who rejects it."""
    W, b = rng.normal(size=6), rng.normal(size=6) * 3
    yield "|x|", np.abs, "It has a kink, and that is allowed."
    yield (
        "3x − 7",
        lambda x: 3 * x - 7,
        "An affine function is convex: the curve is the line between its points. Equal is allowed.",
    )
    yield "the constant 5", lambda x: np.full_like(x, 5.0), "It lies on each line between its points. Equal is allowed."
    yield "the largest of 6 lines", lambda x: np.max(np.multiply.outer(x, W) + b, axis=-1), "One unit draws it exactly."
    yield "exp(x)", np.exp, "It rises everywhere, and bends up everywhere."
    yield "−x", np.negative, "It falls. Convex says nothing about falling, only about bending."
    huge = f"Its values are huge, and so is their rounding. {_SIZE}"
    yield "1000000000·|x − 3|", lambda x: 1e9 * np.abs(x - 3), huge
    rounded = f"It differs from x² by rounding, about 0.0000000001. {_SIZE}"
    yield "(x + 1000)² − 2000x − 1000000", lambda x: (x + 1000) ** 2 - 2000 * x - 1e6, rounded


def _not_convex(rng):
    """Functions that are not convex, each with what to say to who accepts it."""
    yield "−x²", lambda x: -(x**2), "It bends down everywhere. Which side of the line may a convex curve be on?"
    yield "1 − |x|", lambda x: 1 - np.abs(x), "Take u = −1 and v = 1: in the middle it is above the line."
    yield "tanh(x)", np.tanh, "It bends up on the left and down on the right. Do your places have both signs?"
    yield "tanh(−x)", lambda x: np.tanh(-x), "It bends down on the left. Do your places have both signs?"
    yield "ReLU6", lambda x: np.clip(x, 0, 6), "It bends down at 6. Do your pairs reach that far?"
    yield "x³", lambda x: x**3, "It bends down for negative x."
    yield "−0.000000001·x²", lambda x: -1e-9 * x**2, f"Its values are tiny, and so is the gap. {_SIZE}"
    yield (
        "SiLU",
        lambda x: x / (1 + np.exp(-x)),
        "It bends down far from its minimum, by little. Take many pairs on both sides of 0.",
    )
    yield (
        "|x| + sin²(πx)/10",
        lambda x: np.abs(x) + np.sin(np.pi * x) ** 2 / 10,
        "It is convex at whole numbers. Use decimals.",
    )
    yield "ReLU that bends down at 9.4", lambda x: np.maximum(x, 0) - 0.3 * np.maximum(x - 9.4, 0), _EDGE
    yield "|x| that bends down at −9.4", lambda x: np.abs(x) - 0.3 * np.maximum(-x - 9.4, 0), _EDGE
    p = rng.uniform(-8, 8)
    yield "x² with a narrow tent on it", lambda x: x**2 + 3 * np.maximum(0.25 - np.abs(x - p), 0), _NEAR
    yield (
        "x with a low tent on it",
        lambda x: x + 0.001 * np.maximum(1 - np.abs(x - p), 0),
        f"It bends by little. {_SIZE}",
    )


def _random_curves(rng):
    """Convex curves, and others with a tent on them, in random order."""
    for convex in random_verdicts(rng, 12):
        w, b, p = rng.normal(size=5), rng.normal(size=5) * 2, rng.uniform(-8, 8)
        height = 0.0 if convex else rng.uniform(1, 3)

        def f(x, w=w, b=b, p=p, height=height):
            return np.max(np.multiply.outer(x, w) + b, axis=-1) + height * np.maximum(0.3 - np.abs(x - p), 0)

        yield convex, "the largest of 5 lines" + ("" if convex else ", with a tent on it"), f, "" if convex else _NEAR


@task(
    points=2,
    hints=[
        "Write down for m = 2, k = 3 which of the six values belong to the first unit. Then look at the reshape.",
        "Who gets the gradient of an output? And over what must the gradient of a bias be added up?",
        "z = (X @ W.T + b).reshape(len(X), -1, k); argmax(axis=2) wins: only its place in dz gets g. db sums axis 0.",
    ],
)
def layer(layer: Answer, backward: Answer, rng):
    """layer gives the outputs of m maxout units with k pieces, and backward the gradient for W and b."""
    for examples, inputs, m, k in ((8, 3, 3, 3), (7, 2, 2, 4), (5, 2, 1, 3), (4, 2, 3, 1)):
        X, W = rng.normal(size=(examples, inputs)), rng.normal(size=(m * k, inputs))
        b, g = rng.normal(size=m * k), rng.normal(size=(examples, m))
        z = (X @ W.T + b).reshape(examples, m, k)
        advice = "The output is the largest of each k neighbouring values of X @ W.T + b."
        outputs = numbers(layer(X, W, b, k), "output")
        _known(outputs, z.max(axis=2), _layer_slips(X, W, b, m, k))
        compare(outputs, z.max(axis=2), None, advice)
        dW, db = _pair(backward(X, W, b, k, g), "return dW, db")
        if dW.shape == (m * k,) and db.shape == W.shape:
            fail("You return the two the other way round. First dW, then db.")
        if db.shape == (examples,) and examples != m * k:
            fail("Your db has a number for each example. It needs one for each bias: add up over the examples, axis 0.")
        dz = ((z.argmax(axis=2)[:, :, None] == np.arange(k)) * g[:, :, None]).reshape(examples, m * k)
        _known(dW, dz.T @ X, _gradient_slips(X, W, b, m, k, g))
        compare(dW, dz.T @ X, None, "Only the winner gets g, times the input.")
        slips = [(wrong.sum(axis=0), f"In db: {reason}") for wrong, reason in _wrong_dz(X, W, b, m, k, g)]
        slips.append((dz.mean(axis=0), "Add up over the examples in db. The mean is already in g, if it is wanted."))
        _known(db, dz.sum(axis=0), slips)
        compare(db, dz.sum(axis=0), None, "The gradient of a bias is g, added up over the examples that its piece won.")


def _layer_slips(X, W, b, m, k):
    """Wrong outputs of the layer, each with what to say to who gives them."""
    z = X @ W.T + b
    order = "The pieces of one unit are neighbours: reshape to (examples, m, k), take the largest over k."
    yield z.reshape(len(X), k, m).max(axis=1), f"The colleague's grouping takes pieces of different units. {order}"
    yield z.reshape(len(X), m, k).min(axis=2), "That is the smallest piece. Take the largest."
    yield z.reshape(len(X), m, k).sum(axis=2), "That is the sum of the pieces. Take the largest."
    yield z.reshape(len(X), m, k).mean(axis=2), "That is the mean of the pieces. Take the largest."
    yield (X @ W.T).reshape(len(X), m, k).max(axis=2), "The biases are missing."
    yield (
        np.maximum(z.reshape(len(X), m, k).max(axis=2), 0),
        "You cut off at 0, as ReLU does. Maxout has no such limit.",
    )


def _wrong_dz(X, W, b, m, k, g):
    """Wrong gradients for the values of the pieces, each with what to say to who gives them."""
    z = (X @ W.T + b).reshape(len(X), m, k)
    wins = z.argmax(axis=2)[:, :, None] == np.arange(k)
    flat = (len(X), m * k)
    yield (
        np.repeat(g, k, axis=1) / k,
        "you share the gradient among all pieces. Only the winner gets it, and all of it.",
    )
    yield np.repeat(g, k, axis=1), "each piece gets the whole gradient. Only the winner may get it."
    yield (~wins * g[:, :, None]).reshape(flat), "the losers get the gradient. It belongs to the winner."
    yield (wins * g[:, :, None] / k).reshape(flat), "the winner gets all of g, not a share of 1/k."
    yield (wins * np.abs(g)[:, :, None]).reshape(flat), "g keeps its sign."
    yield wins.reshape(flat) * 1.0, "g is missing: by the chain rule the winner's slope 1 is multiplied by it."
    yield (
        -(wins * g[:, :, None]).reshape(flat),
        "the sign is turned. Asked for is the gradient, not the step against it.",
    )
    positive = wins & (z > 0)
    yield (positive * g[:, :, None]).reshape(flat), "a winner below 0 gets nothing. That is ReLU: here it gets g, too."
    yield (
        (z * wins * g[:, :, None]).reshape(flat),
        "the slope of the largest with respect to itself is 1, not its value.",
    )
    other = (X @ W.T + b).reshape(len(X), k, m)
    mixed = (other.argmax(axis=1)[:, None, :] == np.arange(k)[:, None]) * g[:, None, :]
    yield mixed.reshape(flat), "the winner is looked for among pieces of different units. Group as in layer."


def _gradient_slips(X, W, b, m, k, g):
    """Wrong gradients for W, each with what to say to who gives them."""
    for dz, reason in _wrong_dz(X, W, b, m, k, g):
        yield dz.T @ X, f"In dW: {reason}"
    z = (X @ W.T + b).reshape(len(X), m, k)
    dz = ((z.argmax(axis=2)[:, :, None] == np.arange(k)) * g[:, :, None]).reshape(len(X), m * k)
    yield dz.T @ X / len(X), "In dW: add up over the examples. The mean is already in g, if it is wanted."
    yield (
        np.repeat(dz.sum(axis=0)[:, None], X.shape[1], axis=1),
        "In dW: the input is missing. The winner gets g times x.",
    )
