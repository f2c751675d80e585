"""Answers to the tasks of 15_maxout: differently written right ones, and wrong ones with the advice they must get."""

import math

import numpy as np


def table(X, W, b):
    return X @ W.T + b


def one_by_one(X, W, b):
    outputs, winners = [], []
    for x in X:
        z = [float(w @ x + c) for w, c in zip(W, b, strict=True)]
        winners.append(z.index(max(z)))
        outputs.append(max(z))
    return outputs, winners


def by_sorting(X, W, b):
    order = np.argsort(np.einsum("xi,ki->xk", X, W) + b, axis=1)[:, -1]
    return np.sum(X * W[order], axis=1) + b[order], order


def outputs_by(rule):
    """A unit whose outputs follow a rule of X, W and b, and whose winners are right."""
    return lambda X, W, b: (rule(X, W, b), table(X, W, b).argmax(axis=1))


def winners_by(rule):
    """A unit whose winners follow a rule of X, W and b, and whose outputs are right."""
    return lambda X, W, b: (table(X, W, b).max(axis=1), rule(X, W, b))


def real_lines(c, left, right, error):
    return (right - left) / 2 * math.sqrt(c / error)


def count_up(c, left, right, error):
    k = 1
    while c * ((right - left) / (2 * k)) ** 2 > error:
        k += 1
    return k


def measured(c, left, right, error):
    x = np.linspace(left, right, 2001)
    for k in range(1, 1000):
        p = left + (right - left) * (np.arange(k) + 0.5) / k
        ends = np.concatenate([[left, right], (p[1:] + p[:-1]) / 2])
        if max(c * np.min((e - p) ** 2) for e in ends) <= error:
            return np.int64(k)
    return x


def lines_by(rule):
    """Count lines by a rule of c, the width of the interval, and the error."""
    return lambda c, left, right, error: max(1, math.ceil(rule(c, right - left, error)))


def slopes_of(p, y):
    slopes = np.diff(y) / np.diff(p)
    return slopes, np.diff(slopes)


def lines_of(p, slopes, start):
    heights = start + np.concatenate([[0], np.cumsum(slopes * np.diff(p))])
    return slopes, heights[:-1] - slopes * p[:-1]


def grown(changes):
    return np.concatenate([[0], np.cumsum(np.maximum(changes, 0))])


def two_units(p, y, first=0.0, height=None, sign=1):
    """The stored answer; its parameters make it another right one or a wrong one."""
    slopes, changes = slopes_of(p, y)
    up = lines_of(p, slopes[0] + grown(changes) + first, y[0] if height is None else height)
    return (*up, *lines_of(p, sign * grown(-changes) + first, 0.0))


def by_steepness(p, y):
    """Add the same steep parabola of lines to both: each then bends up at every corner."""
    slopes, _ = slopes_of(p, y)
    extra = np.arange(len(slopes)) * 50.0
    return (*lines_of(p, slopes + extra, y[0]), *lines_of(p, extra, 0.0))


def shifted_lists(p, y):
    w, b, v, c = two_units(p, y, first=3.0)
    return [w.tolist(), (b + 7).tolist(), v.tolist(), (c + 7).tolist()]


def one_unit(p, y):
    return (*lines_of(p, slopes_of(p, y)[0], y[0]), [0.0], [0.0])


def without_first_slope(p, y):
    _, changes = slopes_of(p, y)
    return (*lines_of(p, grown(changes), y[0]), *lines_of(p, grown(-changes), 0.0))


def heights_as_biases(p, y):
    w, b, v, c = two_units(p, y)
    return w, w * p[:-1] + b, v, v * p[:-1] + c


def heights_of_the_road(p, y):
    w, _, v, _ = two_units(p, y)
    return w, y[:-1] - w * p[:-1], v, -v * p[:-1]


def changes_as_weights(p, y):
    slopes, changes = slopes_of(p, y)
    up = np.concatenate([[slopes[0]], np.maximum(changes, 0)])
    down = np.concatenate([[0], np.maximum(-changes, 0)])
    return (*lines_of(p, up, y[0]), *lines_of(p, down, 0.0))


def pairs(n=20_000, reach=(0.5, 2, 20), low=-10.0, seed=0):
    rng = np.random.default_rng(seed)
    u = rng.uniform(low, 10, size=n)
    return u, np.clip(u + rng.choice(reach, size=n) * rng.uniform(-1, 1, size=n), low, 10)


def compared(tolerance=1e-9, fixed=False, u_and_v=None, other_way=False, strict=False):
    u, v = pairs() if u_and_v is None else u_and_v

    def judged(f):
        middle, mean = f((u + v) / 2), (f(u) + f(v)) / 2
        size = 1.0 if fixed else np.abs(f(np.linspace(-10, 10, 2001))).max()
        gap = mean - middle if other_way else middle - mean
        return bool(np.all(gap < 0)) if strict else bool(np.all(gap <= tolerance * size))

    return judged


def by_slopes(f):
    """The slopes along a fine grid may not fall."""
    x = np.linspace(-10, 10, 8001)
    y = f(x)
    return bool(np.all(np.diff(y, 2) >= -1e-9 * np.abs(y).max()))


def with_shares(f):
    """Points between u and v that are not in the middle."""
    u, v = pairs(seed=3)
    t = np.random.default_rng(4).uniform(size=u.size)
    values = f(np.concatenate([u, v, t * u + (1 - t) * v])).reshape(3, -1)
    line = t * values[0] + (1 - t) * values[1]
    return np.all(values[2] <= line + 1e-10 * np.abs(values).max())


def grouped(X, W, b, k):
    return table(X, W, b).reshape(len(X), -1, k)


def largest(X, W, b, k):
    return grouped(X, W, b, k).max(axis=2)


def unit_by_unit(X, W, b, k):
    z = table(X, W, b)
    return np.column_stack([z[:, i : i + k].max(axis=1) for i in range(0, z.shape[1], k)])


def back(X, W, b, k, g):
    z = grouped(X, W, b, k)
    wins = z.argmax(axis=2)[:, :, None] == np.arange(k)
    dz = (wins * g[:, :, None]).reshape(len(X), -1)
    return dz.T @ X, dz.sum(axis=0)


def back_by_loops(X, W, b, k, g):
    dW, db = np.zeros(W.shape), np.zeros(b.shape)
    for x, row in zip(X, g, strict=True):
        z = W @ x + b
        for i, value in enumerate(row):
            j = i * k + int(np.argmax(z[i * k : (i + 1) * k]))
            dW[j] += value * x
            db[j] += value
    return [dW, db]


def back_by(rule):
    """A backward pass whose dz follows a rule of z grouped, the winners and g."""

    def wrong(X, W, b, k, g):
        z = grouped(X, W, b, k)
        wins = z.argmax(axis=2)[:, :, None] == np.arange(k)
        dz = np.broadcast_to(rule(z, wins, g[:, :, None]), z.shape).reshape(len(X), -1)
        return dz.T @ X, dz.sum(axis=0)

    return wrong


def colleague(X, W, b, k, g):
    dz = np.repeat(g, k, axis=1) / k
    return dz.T @ X, dz.sum(axis=1)


def right_but(change):
    """A right backward pass, changed afterwards by a function of dW, db, X."""
    return lambda X, W, b, k, g: change(*back(X, W, b, k, g), X)


def mixed_winners(X, W, b, k, g):
    z = table(X, W, b).reshape(len(X), k, -1)
    dz = ((z.argmax(axis=1)[:, None] == np.arange(k)[:, None]) * g[:, None]).reshape(len(X), -1)
    return dz.T @ X, dz.sum(axis=0)


RIGHT = {
    "unit": [
        (lambda X, W, b: (table(X, W, b).max(axis=1), table(X, W, b).argmax(axis=1)),),
        (one_by_one,),
        (by_sorting,),
    ],
    "lines_needed": [(lambda *case: max(1, math.ceil(real_lines(*case))),), (count_up,), (measured,)],
    "two_units": [(two_units,), (by_steepness,), (shifted_lists,)],
    "is_convex": [(compared(),), (by_slopes,), (with_shares,)],
    "layer": [(largest, back), (unit_by_unit, back_by_loops)],
}

WRONG = {
    "unit": [
        ((outputs_by(lambda X, W, b: table(X, W, b).min(axis=1)),), "smallest piece. Maxout"),
        ((outputs_by(lambda X, W, b: (X @ W.T).max(axis=1)),), "biases are missing"),
        ((outputs_by(lambda X, W, b: (X @ W.T).max(axis=1) + b.max()),), "own bias"),
        ((outputs_by(lambda X, W, b: np.maximum(table(X, W, b).max(axis=1), 0)),), "cut off at 0"),
        ((outputs_by(lambda X, W, b: np.maximum(table(X, W, b), 0).sum(axis=1)),), "sum of ReLU units"),
        ((outputs_by(lambda X, W, b: np.abs(table(X, W, b)).max(axis=1)),), "size of each piece"),
        ((outputs_by(lambda X, W, b: table(X, W, b).sum(axis=1)),), "sum of the pieces"),
        ((outputs_by(lambda X, W, b: table(X, W, b).mean(axis=1)),), "mean of the pieces"),
        ((outputs_by(lambda X, W, b: table(X, W, b).max(axis=0)),), "largest over the examples"),
        ((outputs_by(lambda X, W, b: table(X, W, b)[:, 0]),), "All pieces compete"),
        ((outputs_by(lambda X, W, b: table(X, W, b).max()),), "it should have shape"),
        ((winners_by(lambda X, W, b: table(X, W, b).argmax(axis=1) + 1),), "Count from 0"),
        ((winners_by(lambda X, W, b: np.abs(table(X, W, b)).argmax(axis=1)),), "without the sign"),
        ((winners_by(lambda X, W, b: table(X, W, b).argmin(axis=1)),), "smallest piece"),
        ((winners_by(lambda X, W, b: (X @ W.T).argmax(axis=1)),), "without the bias"),
        ((winners_by(lambda X, W, b: table(X, W, b).max(axis=1)),), "value of the winner"),
        ((lambda X, W, b: (table(X, W, b).argmax(axis=1), table(X, W, b).max(axis=1)),), "other way round"),
        ((lambda X, W, b: table(X, W, b).max(axis=1),), "Return two things"),
    ],
    "lines_needed": [
        ((lambda *case: math.floor(real_lines(*case)),), "round down"),
        ((lambda *case: max(1, round(real_lines(*case))),), "round to the nearest"),
        ((lambda *case: math.ceil(real_lines(*case)) + 1,), "One line too many"),
        ((lines_by(lambda c, width, error: width / 2 / math.sqrt(error)),), "factor c is missing"),
        ((lines_by(lambda c, width, error: width / 2 * c / math.sqrt(error)),), "under the root"),
        ((lines_by(lambda c, width, error: math.sqrt(c / error)),), "width of the interval is missing"),
        ((lines_by(lambda c, width, error: width * math.sqrt(c / error)),), "half of one"),
        ((lines_by(lambda c, width, error: width / 2 * math.sqrt(c / 2 / error)),), "raise the lines"),
        ((lines_by(lambda c, width, error: width / 2 * math.sqrt(c) / error),), "take the root"),
        ((lambda c, left, right, error: max(1, math.ceil(right * math.sqrt(c / error))),), "need not have its middle"),
        ((lambda *case: real_lines(*case),), "whole number"),
        ((lambda *case: math.inf,), "whole number"),
        ((lambda *case: 4,), "It takes more|Fewer lines"),
    ],
    "two_units": [
        ((lambda p, y: (*two_units(p, y)[2:], *two_units(p, y)[:2]),), "other way round"),
        ((one_unit,), "One unit cannot bend down"),
        ((lambda p, y: two_units(p, y, height=0.0),), "does not start at height 0"),
        ((without_first_slope,), "first slope is missing"),
        ((heights_as_biases,), "height of the line at x = 0"),
        ((heights_of_the_road,), "do not have the heights of the road"),
        ((changes_as_weights,), "Add the changes up"),
        ((lambda p, y: two_units(p, y, sign=-1),), "Turn the sign"),
        ((lambda p, y: (*two_units(p, y)[:2], [0.0], [0.0]),), "belong to the second unit"),
        ((lambda p, y: two_units(p, y)[:2],), "Return four arrays"),
        ((lambda p, y: (two_units(p, y)[0], [0.0, 0.0], *two_units(p, y)[2:]),), "one weight and one bias"),
        ((lambda p, y: [np.full_like(part, math.inf) for part in two_units(p, y)],), "ordinary size"),
        ((lambda p, y: ([0.0], [1.0], [0.0], [0.0]),), "miss the road"),
    ],
    "is_convex": [
        ((lambda f: True,), "accept a function that is not convex"),
        ((lambda f: False,), r"reject a convex function: \|x\|"),
        ((compared(other_way=True),), "reject a convex function"),
        ((compared(strict=True),), "reject a convex function.*(allowed|draws it)"),
        ((compared(tolerance=0.0),), "reject a convex function"),
        ((compared(tolerance=1e-9, fixed=True),), "1000000000.*largest size of f"),
        ((compared(tolerance=1e-3, fixed=True),), "tiny, and so is the gap"),
        ((compared(u_and_v=pairs(low=0.0)),), "Take u = −1 and v = 1"),
        (
            (
                compared(
                    u_and_v=tuple(
                        np.round(part) * 2 - 10 for part in np.random.default_rng(0).uniform(0, 10, (2, 9999))
                    )
                ),
            ),
            "Use decimals|reach up to 10|narrow",
        ),
        ((compared(u_and_v=tuple(np.random.default_rng(0).uniform(-9, 9, (2, 30)))),), "accept a function that is not"),
        ((compared(u_and_v=(np.linspace(-10, 0, 99), np.linspace(10, 0, 99))),), "accept a function that is not"),
        ((lambda f: [f(np.array([x])) for x in np.linspace(-10, 10, 201)] and True,), "more than 200 times"),
        ((lambda f: bool(f(np.zeros(100_001)).size),), "100,000 places"),
        ((lambda f: None,), "end with return"),
        ((lambda f: f(np.array([0.0])) <= 1,), "True or False"),
    ],
    "layer": [
        (
            (lambda X, W, b, k: table(X, W, b).reshape(len(X), k, -1).max(axis=1), colleague),
            "pieces of different units",
        ),
        ((lambda X, W, b, k: grouped(X, W, b, k).min(axis=2), back), "smallest piece"),
        ((lambda X, W, b, k: grouped(X, W, b, k).sum(axis=2), back), "sum of the pieces"),
        ((lambda X, W, b, k: grouped(X, W, b, k).mean(axis=2), back), "mean of the pieces"),
        ((lambda X, W, b, k: largest(X, W, 0 * b, k), back), "biases are missing"),
        ((lambda X, W, b, k: np.maximum(largest(X, W, b, k), 0), back), "cut off at 0"),
        ((lambda X, W, b, k: largest(X, W, b, k).T, back), "it should have shape"),
        ((largest, colleague), "number for each example"),
        ((largest, back_by(lambda z, wins, g: g / z.shape[2])), "share the gradient"),
        ((largest, back_by(lambda z, wins, g: g)), "each piece gets the whole gradient"),
        ((largest, back_by(lambda z, wins, g: ~wins * g)), "the losers get the gradient"),
        ((largest, back_by(lambda z, wins, g: wins * g / z.shape[2])), "not a share of 1/k"),
        ((largest, back_by(lambda z, wins, g: wins * np.abs(g))), "g keeps its sign"),
        ((largest, back_by(lambda z, wins, g: -(wins * g))), "sign is turned"),
        ((largest, back_by(lambda z, wins, g: wins * 1.0)), "g is missing"),
        ((largest, back_by(lambda z, wins, g: wins * (z > 0) * g)), "That is ReLU"),
        ((largest, back_by(lambda z, wins, g: wins * z * g)), "not its value"),
        ((largest, mixed_winners), "Group as in layer"),
        ((largest, right_but(lambda dW, db, X: (db, dW))), "other way round"),
        ((largest, right_but(lambda dW, db, X: (dW / len(X), db))), "The mean is already in g"),
        ((largest, right_but(lambda dW, db, X: (dW, db / len(X)))), "Add up over the examples in db"),
        ((largest, right_but(lambda dW, db, X: (np.repeat(db[:, None], X.shape[1], axis=1), db))), "input is missing"),
        ((largest, right_but(lambda dW, db, X: dW)), "Return two things"),
    ],
}
