"""Answers to the tasks of 14_glu: differently written right ones, and wrong ones with the advice they must get."""

import numpy as np


def sigmoid(z):
    return (1 + np.tanh(np.asarray(z) / 2)) / 2


def unit(rule):
    """A gated unit for alternating columns: ``rule`` of the value a, the gate's number b, and beta."""
    return lambda z, beta: rule(z[..., ::2], z[..., 1::2], beta)


glu = unit(lambda a, b, beta: a * sigmoid(beta * b))
swiglu = unit(lambda a, b, beta: a * b * sigmoid(beta * b))


def pair_by_pair(z, beta):
    pairs = np.reshape(z, (-1, 2))
    return np.array([a / (1 + np.exp(-beta * b)) for a, b in pairs]).reshape(*z.shape[:-1], -1)


def reshaped(z, beta):
    a, b = np.moveaxis(z.reshape(*z.shape[:-1], -1, 2), -1, 0)
    return a * b * (0.5 + 0.5 * np.tanh(beta * b / 2))


def halves(rule):
    """A backward pass from a rule of t = tanh(a), the gate s, and g that gives the two halves."""

    def backward(z, g):
        a, b = np.split(z, 2, axis=-1)
        return np.concatenate(rule(np.tanh(a), sigmoid(b), g), axis=-1)

    return backward


def measured(z, g, h=1e-20):
    a, b = np.split(z, 2, axis=-1)

    def out(a, b):
        return np.tanh(a) / (1 + np.exp(-b))

    return np.hstack([g * out(a + 1j * h, b).imag / h, g * out(a, b + 1j * h).imag / h])


def row_by_row(z, g):
    n = g.shape[1]
    rows = []
    for row, back in zip(z, g, strict=True):
        t, s = np.tanh(row[:n]), sigmoid(row[n:])
        rows.append([*(back * s / np.cosh(row[:n]) ** 2), *(back * t * s * sigmoid(-row[n:]))])
    return rows


def value_half(rule):
    return halves(lambda t, s, g: [rule(t, s, g), g * t * s * (1 - s)])


def gate_half(rule):
    return halves(lambda t, s, g: [g * (1 - t**2) * s, rule(t, s, g)])


def by_a(z, g):
    a, b = np.split(z, 2, axis=-1)
    t, s = np.tanh(a), sigmoid(b)
    return np.concatenate([g * (1 - t**2) * s, g * a * s * (1 - s)], axis=-1)


def width(d, m):
    return (2 * d * m + m) // (3 * d + 2)


def by_search(d, m):
    n = 0
    while 2 * (d + 1) * (n + 1) + (n + 2) * d <= (d + 1) * m + (m + 1) * d:
        n += 1
    return n


def parameters(d, widths):
    relu, gated = widths
    return (d + 1) * relu + (relu + 1) * d, 2 * (d + 1) * gated + (gated + 1) * d


def judge(d, widths, rates, errors, count=parameters, same=None, least=5, gap=None, tie=None):
    """The verdict, with one step or another replaced."""
    counts = count(d, widths)
    if max(counts) > 1.05 * min(counts):
        return "parameters"
    if not (same or (lambda x, y: set(x) == set(y)))(*rates):
        return "rates"
    if len(errors[0]) < least:
        return "seeds"
    gaps = np.array(errors[0]) - np.array(errors[1])
    half = 2.776 * (gap or (lambda x, y: np.std(np.subtract(x, y), ddof=1)))(*errors) / np.sqrt(len(gaps))
    if (tie or (lambda mean, half: -half <= mean <= half))(gaps.mean(), half):
        return "tie"
    return "gated" if gaps.mean() > 0 else "relu"


def replaced(**steps):
    return lambda *study: judge(*study, **steps)


def in_order(order):
    """A judge that asks in another order: first the seeds, or first the rates."""

    def judged(d, widths, rates, errors):
        found = {"seeds": len(errors[0]) < 5, "rates": set(rates[0]) != set(rates[1])}
        first = next((what for what in order if found[what]), None)
        return first or judge(d, widths, rates, errors)

    return judged


def unpaired(x, y):
    return np.sqrt(np.var(x, ddof=1) + np.var(y, ddof=1))


def swapped_winner(*study):
    return {"relu": "gated", "gated": "relu"}.get(judge(*study), judge(*study))


def columns(f, n, factor=-1.0, rows=50):
    z = np.random.default_rng(1).normal(size=(rows, 2 * n))
    before, found = f(z), [0] * n
    for column in range(2 * n):
        changed = z.copy()
        changed[:, column] *= factor
        after = f(changed)
        for j in range(n):
            if np.allclose(after[:, j], factor * before[:, j], atol=1e-12):
                found[j] = column
    return found


def at_once(f, n):
    """All columns in one call: the output of z with one column negative is minus the output of z."""
    z = np.random.default_rng(2).uniform(0.5, 1.5, size=2 * n)
    table = np.vstack([z, z * (1 - 2 * np.eye(2 * n))])
    out = f(table)
    return [int(np.argmin(np.abs(out[1:, j] + out[0, j]))) for j in range(n)]


def by_zero(f, n):
    """Where the value is 0 the output is 0, and where the gate's number is 7 it is the value times nearly 7 or 1."""
    found = []
    for j in range(n):
        lines = []
        for column in range(2 * n):
            z = np.full((3, 2 * n), 2.0)
            z[:, column] = [-3.0, 1.0, 5.0]
            out = f(z)[:, j]
            lines.append(abs(out[2] - 2 * out[1] + out[0]) < 1e-9 and abs(out[0] + 3 * out[1]) < 1e-9 and out[1] != 0)
        found.append(lines.index(True))
    return found


RIGHT = {
    "two_units": [
        (glu, swiglu),
        (pair_by_pair, reshaped),
        (unit(lambda a, b, beta: a - a * sigmoid(-beta * b)), unit(lambda a, b, beta: b * (a * sigmoid(beta * b)))),
    ],
    "both_halves": [
        (halves(lambda t, s, g: [g * (1 - t) * (1 + t) * s, g * t * (s - s**2)]),),
        (measured,),
        (row_by_row,),
    ],
    "matched_width": [(width,), (by_search,), (lambda d, m: float(np.floor((2 * d + 1) * m / (3 * d + 2))),)],
    "verdict": [
        (judge,),
        (replaced(same=lambda x, y: sorted(x) == sorted(y)),),
        (replaced(count=lambda d, w: (2 * d * w[0], 3 * d * w[1])),),
    ],
    "value_columns": [(columns,), (at_once,), (by_zero,)],
}

WRONG = {
    "two_units": [
        ((lambda z, beta: np.split(z, 2, -1)[0] * sigmoid(beta * np.split(z, 2, -1)[1]), swiglu), "left and a right"),
        ((unit(lambda a, b, beta: b * sigmoid(beta * a)), swiglu), "swapped: the value stands"),
        ((unit(lambda a, b, beta: a * sigmoid(b)), swiglu), "beta is missing"),
        ((unit(lambda a, b, beta: a * beta * sigmoid(b)), swiglu), "belongs inside the sigmoid: "),
        ((unit(lambda a, b, beta: a * sigmoid(b / beta)), swiglu), "divide by beta"),
        ((unit(lambda a, b, beta: a * b), swiglu), r"the gate is σ\(βb\)\."),
        ((unit(lambda a, b, beta: sigmoid(a) * sigmoid(beta * b)), swiglu), "goes in as it is"),
        ((unit(lambda a, b, beta: np.tanh(a) * sigmoid(beta * b)), swiglu), "gated tanh unit"),
        ((unit(lambda a, b, beta: a + sigmoid(beta * b)), swiglu), "not added"),
        ((unit(lambda a, b, beta: a * np.tanh(beta * b)), swiglu), "not tanh"),
        ((swiglu, swiglu), "That is SwiGLU"),
        ((unit(lambda a, b, beta: a * sigmoid(-beta * b)), swiglu), "upside down"),
        ((lambda z, beta: z * sigmoid(beta * z), swiglu), "keeps the width"),
        ((lambda z, beta: glu(z, beta).sum(), swiglu), "it should have shape"),
        ((lambda z, beta: None, swiglu), "end with return"),
        ((unit(lambda a, b, beta: a * sigmoid(2 * b)), swiglu), "even columns and b in the odd"),
        ((glu, glu), "That is GLU"),
        ((glu, unit(lambda a, b, beta: a * b * sigmoid(beta * a))), "Value and gate are swapped"),
        ((glu, unit(lambda a, b, beta: b * sigmoid(beta * b))), "Swish of b alone"),
        ((glu, unit(lambda a, b, beta: a * b)), "The sigmoid is missing"),
        ((glu, unit(lambda a, b, beta: a * b * sigmoid(b))), "beta is missing"),
        ((glu, unit(lambda a, b, beta: a * beta * b * sigmoid(beta * b))), "inside the sigmoid only"),
        ((glu, unit(lambda a, b, beta: a * sigmoid(beta * a * b))), "product of all"),
        ((glu, unit(lambda a, b, beta: a + b * sigmoid(beta * b))), "not added"),
    ],
    "both_halves": [
        ((halves(lambda t, s, g: [g * t * s * (1 - s), g * (1 - t**2) * s]),), "halves are swapped"),
        ((halves(lambda t, s, g: [(1 - t**2) * s, t * s * (1 - s)]),), "g is missing"),
        ((gate_half(lambda t, s, g: 0 * g),), "gets nothing"),
        ((gate_half(lambda t, s, g: g * s * (1 - s)),), r"factor tanh\(a\) is missing"),
        ((by_a,), "not a itself"),
        ((gate_half(lambda t, s, g: g * t * s),), "gate itself"),
        ((gate_half(lambda t, s, g: g * t),), "no straight line"),
        ((gate_half(lambda t, s, g: g * (1 - t**2) * s * (1 - s)),), "In the gate half a stands still"),
        ((gate_half(lambda t, s, g: g * t * s * (1 + s)),), "with a minus"),
        ((gate_half(lambda t, s, g: 2 * g * t * s * (1 - s)),), "value half is right, the gate half is not"),
        ((value_half(lambda t, s, g: g * s),), "value half of GLU"),
        ((value_half(lambda t, s, g: g * (1 - t**2)),), "the gate σ"),
        ((value_half(lambda t, s, g: g * t * s),), r"tanh\(a\) itself"),
        ((value_half(lambda t, s, g: g * (1 - t) * s),), "the square is missing"),
        ((value_half(lambda t, s, g: g * (1 - t**2) * s * (1 - s)),), "In the value half b stands still"),
        ((value_half(lambda t, s, g: 2 * g * (1 - t**2) * s),), "gate half is right, the value half is not"),
        ((lambda z, g: g,), "width of the output"),
        ((lambda z, g: measured(z, g)[:, :-1],), "it should have shape"),
    ],
    "matched_width": [
        ((lambda d, m: m,), "width of the ReLU block"),
        ((lambda d, m: m // 2,), "Half the width"),
        ((lambda d, m: 2 * m // 3,), "One unit less|two-thirds rule"),
        ((lambda d, m: width(d, m) + 1,), "One unit less"),
        ((lambda d, m: width(d, m) - 1,), "One unit more"),
        ((lambda d, m: round(m * (2 * d + 1) / (3 * d + 2)),), "One unit less"),
        ((lambda d, m: m * (2 * d + 1) / (3 * d + 2),), "whole number"),
        ((lambda d, m: float("nan"),), "whole number"),
        ((lambda d, m: [width(d, m)],), "one whole number"),
        ((lambda d, m: None,), "end with return"),
        ((lambda d, m: 3 * m,), "more than allowed"),
        ((lambda d, m: 1,), "another unit would fit"),
        ((lambda d, m: 2 * d * m // (3 * d + 2),), "without its biases|One unit more"),
    ],
    "verdict": [
        ((replaced(count=lambda d, w: w),), "though the widths differ"),
        ((replaced(count=lambda d, w: (1, 1)),), r"same, so the gated|far fewer|first of the list"),
        ((replaced(same=lambda x, y: len(x) == len(y)),), "equally long|first of the list"),
        ((replaced(same=lambda x, y: True),), "more rates|equally long|first of the list"),
        ((replaced(same=lambda x, y: list(x) == list(y)),), "another order"),
        ((replaced(least=3),), "fewer than five"),
        ((replaced(least=4),), "fewer than five"),
        ((replaced(gap=unpaired),), "Seed by seed"),
        ((replaced(tie=lambda mean, half: False),), "contains 0"),
        ((replaced(tie=lambda mean, half: True),), "leaves 0 out|Seed by seed|another order"),
        ((swapped_winner,), "smaller one wins"),
        ((in_order(["seeds", "rates"]),), "first of the list"),
        ((in_order(["rates"]),), "first of the list"),
        ((lambda *study: True,), "Answer with one of"),
        ((lambda *study: "no winner",), "Answer with one of"),
    ],
    "value_columns": [
        ((lambda f, n: list(range(n)),), "take the first half"),
        ((lambda f, n: list(range(n, 2 * n)),), "name the columns of the gates, here of a sigmoid"),
        ((lambda f, n: list(range(0, 2 * n, 2)),), "sigmoid as the gate. Turn the sign"),
        ((lambda f, n: columns(f, n)[::-1],), "in another order"),
        ((lambda f, n: columns(f, n, factor=2.0),), "Doubling doubles both halves|doubling doubles"),
        ((lambda f, n: columns(f, n, rows=1),), "use many rows"),
        ((lambda f, n: [column for column in range(2 * n) if column not in columns(f, n)],), "columns of the gates"),
        ((lambda f, n: [None] * n,), "no column"),
        ((lambda f, n: [2 * n] * n,), "no column"),
        ((lambda f, n: columns(f, n)[:1] * (n + 1),), "it should have shape"),
        ((lambda f, n: columns(lambda z: f(z[0]), n),), "also for a single row"),
        ((lambda f, n: columns(lambda z: f(1e9 * z), n),), "not beyond a million"),
        ((lambda f, n: None,), "end with return"),
    ],
}
