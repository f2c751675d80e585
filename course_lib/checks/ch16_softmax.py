"""The graded tasks of 16_softmax."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import compare, fail, random_verdicts, verdict


def _softmax(z):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def _log_softmax(z):
    d = z - z.max(axis=1, keepdims=True)
    return d - np.log(np.exp(d).sum(axis=1, keepdims=True))


@task(
    points=2,
    hints=[
        "What must the exponential of a forbidden class be, so that its share is 0? And over which classes do you sum?",
        "Put minus infinity in the place of each forbidden logit: np.where. Then subtract the largest of each row.",
        "d = np.where(allowed, z / temperature, -np.inf); e = np.exp(d - d.max(axis=1, keepdims=True)); "
        "e / e.sum(axis=1, keepdims=True).",
    ],
)
def probabilities(probabilities: Answer, rng):
    """probabilities(z, temperature, allowed) is the softmax of each row of z / temperature over the allowed classes."""
    small, shifts = rng.normal(0, 2, size=(2, 5)), rng.uniform(900, 2000, size=(2, 1)) * [[1], [-1]]
    far, warm = small + shifts, rng.uniform(1.5, 4)
    for z, temperature, lead in ((small, 1.0, 0), (small, warm, 0), (far, 1.0, 0), (far, 0.5, 1500)):
        allowed = _allowed(rng, z.shape)
        z = z + lead * ~allowed  # the forbidden logits may be the largest by far
        right = _softmax(np.where(allowed, z / temperature, -np.inf))
        with np.errstate(all="ignore"):
            mistakes = list(_wrong_shares(z, temperature, allowed))
        advice = "Each row: exponentials of z / temperature, divided by their sum, both over the allowed classes."
        compare(probabilities(z, temperature, allowed), right, z, advice, mistakes, rtol=1e-9, atol=1e-12)


def _allowed(rng, shape):
    """A table of truth values: in each row at least three are allowed, and at least one is not."""
    return rng.random(shape).argsort(axis=1) < rng.integers(3, shape[1], size=(shape[0], 1))


def _wrong_shares(z, temperature, allowed):
    """What people compute in place of the softmax of each row, and what to tell them."""
    d = z / temperature
    closed = np.where(allowed, d, -np.inf)
    e = np.where(allowed, np.exp(d), 0)
    yield _softmax(d), "The forbidden classes get a share, too. Theirs is 0."
    yield _softmax(d) * allowed, "The sum of a row is not 1: the allowed classes share out all 100 percent."
    yield _softmax(d * allowed), "A logit of 0 forbids nothing: its exponential is 1. It should be 0."
    late = np.exp(d - d.max(axis=1, keepdims=True)) * allowed
    yield (
        late / late.sum(axis=1, keepdims=True),
        "You subtract the largest of all logits. If that one is forbidden, the others become 0/0.",
    )
    yield _softmax(np.where(allowed, z, -np.inf)), "The temperature has no effect. It divides the logits."
    hot = np.where(allowed, z * temperature, -np.inf)
    yield _softmax(hot), "You multiply by the temperature. A high temperature makes all more equal: divide."
    yield _softmax(closed.T).T, "Your columns sum to 1. An example is a row: sum along axis 1."
    yield e / e.sum(), "The whole table sums to 1. Each row should: sum along axis 1, with keepdims=True."
    far = np.exp(closed - closed.max())
    yield (
        far / far.sum(axis=1, keepdims=True),
        "You subtract the largest of the whole table. Rows far below it become 0/0.",
    )
    yield (
        e / e.sum(axis=1, keepdims=True),
        "The exponential overflows, or all are 0. Subtract the largest of the row first.",
    )
    yield e, "You have not divided by the sum."
    yield allowed / (1 + np.exp(-d)), "That is a sigmoid for each logit. The shares of a row should sum to 1."
    shares = np.where(allowed, d, 0)
    yield shares / shares.sum(axis=1, keepdims=True), "You left the exponential out. Logits can be negative."
    yield _softmax(np.where(allowed, -d, -np.inf)), "The sign is turned: the largest logit gets the largest share."


@task(
    points=2,
    hints=[
        "Each p depends on each z, so the gradients of all outputs of a row mix. p * (1 - p) is only the diagonal.",
        "Send g through the table: for each row the sum over i of g_i * dp_i/dz_j, with p_i (1 - p_i) and -p_i p_j.",
        "p * (g - (g * p).sum(axis=1, keepdims=True)).",
    ],
)
def backward(backward: Answer, rng):
    """backward(p, g) turns the gradient g with respect to probabilities p into the one with respect to the logits."""
    for rows, classes in ((3, 4), (5, 3)):
        p = _softmax(rng.normal(0, 1.5, size=(rows, classes)))
        g = rng.normal(size=(rows, classes))
        average = (g * p).sum(axis=1, keepdims=True)
        mistakes = [
            (
                g * p * (1 - p),
                "That is the diagonal only, as for a sigmoid. Each logit moves the other shares as well.",
            ),
            (g * p, "You multiply by p. What the others lose is missing."),
            (g - average, "The factor p in front is missing."),
            (p * (g + average), "A sign is wrong: off the diagonal the slopes are -p_i p_j."),
            (p * (g - g.sum(axis=1, keepdims=True)), "The average gradient is weighted with p, not just added up."),
            (p * (g - g.mean(axis=1, keepdims=True)), "The average gradient is weighted with p: the sum of g * p."),
            (p * (g - (g * p).sum()), "You sum over the whole table. Each row has its own average."),
            (p * (g - (g * p).sum(axis=0)), "You sum down the columns. An example is a row: sum along axis 1."),
            (p - g, "p - y is for the cross-entropy, with y the right answer. Here any gradient g may arrive."),
            (g, "The slopes of softmax are missing: g goes through the table."),
        ]
        compare(backward(p, g), p * (g - average), g, "Sum g_i dp_i/dz_j over i, for each row.", mistakes)


@task(
    points=2,
    hints=[
        "Softmax can only say that exactly one is right. In which tables is that so?",
        "Look at one row at a time: how many ones does it have? One row that differs is enough for a decision.",
        'counts = Y.sum(axis=1). All 1: "softmax". Else "sigmoids".',
    ],
)
def heads(head: Answer, rng):
    """head(Y) says for a table of labels whether "softmax" or "sigmoids" fit."""
    for rows, classes in ((6, 3), (9, 4)):
        for kind in rng.permutation([*_TABLES, *rng.choice(list(_TABLES), size=3)]):
            make, right, advice = _TABLES[kind]
            got = head(make(rng, rows, classes))
            if not isinstance(got, str) or got not in ("softmax", "sigmoids"):
                fail('Return "softmax" or "sigmoids".')
            if got != right:
                fail(advice, f"Right: {right!r}.")


def _exclusive(rng, rows, classes):
    return np.eye(classes)[rng.integers(0, classes, rows)]


def _replaced(rng, rows, classes, *ones):
    """A table with one 1 in each row, but for as many rows as ``ones``: those get that many."""
    table = _exclusive(rng, rows, classes)
    for row, count in zip(rng.choice(rows, len(ones), replace=False), ones, strict=True):
        table[row] = rng.permutation([1.0] * count + [0.0] * (classes - count))
    return table


_ONE_ROW = "Here is a row with two ones, though the rows have one on average. Look at each row by itself."
_TABLES = {  # name -> (how to make one, the right word, advice)
    "exclusive": (_exclusive, "softmax", "Each row of this table has exactly one 1: the classes exclude each other."),
    "one class never": (
        lambda rng, rows, classes: np.column_stack([_exclusive(rng, rows, classes - 1), np.zeros(rows)]),
        "softmax",
        "Each row has exactly one 1. That one class never occurs here does not matter.",
    ),
    "two at once": (
        lambda rng, rows, classes: _replaced(rng, rows, classes, 2),
        "sigmoids",
        "A row has two ones: softmax cannot say that both are likely.",
    ),
    "none": (
        lambda rng, rows, classes: _replaced(rng, rows, classes, 0),
        "sigmoids",
        'A row has no 1 at all: softmax must share out 100 percent, it cannot say "none".',
    ),
    "one on average": (lambda rng, rows, classes: _replaced(rng, rows, classes, 0, 2), "sigmoids", _ONE_ROW),
    "balanced": (
        lambda rng, rows, classes: np.tile(rng.permutation(np.arange(rows) % 2.0)[:, None], classes),
        "sigmoids",
        "All labels of a row agree, so several are right at once. Sums of columns say nothing about that.",
    ),
}


@task(
    points=2,
    hints=[
        "What does the loss see if the network is perfect? Compute it for z = (100, 0, 0), class 0. It should be 0.",
        "There is one softmax too many, and a logarithm of a number that may be 0. Go from z to the loss directly.",
        "d = z - z.max(axis=1, keepdims=True); then the mean of np.log(np.exp(d).sum(axis=1)) - d[rows, r].",
    ],
)
def true_loss(loss: Answer, rng):
    """loss(z, r) is the mean cross-entropy of rows of logits z and right classes r, finite for every z."""
    for rows, classes, spread in ((1, 3, 2.0), (6, 4, 2.0), (5, 10, 3.0), (6, 4, 900.0)):
        z, r = rng.normal(0, spread, size=(rows, classes)), rng.integers(0, classes, rows)
        logs = _log_softmax(z)
        if spread > 100:
            r = np.argmin(z, axis=1)  # sure, and wrong
        right = -np.mean(logs[np.arange(rows), r])
        with np.errstate(all="ignore"):
            mistakes = list(_wrong_losses(z, r))
        compare(loss(z, r), right, None, "Mean over the rows of ln(sum of exp) minus the right logit.", mistakes, 1e-7)


def _wrong_losses(z, r):
    """What people compute in place of the cross-entropy, and what to tell them."""
    rows = np.arange(len(z))
    p, logs = _softmax(z), _log_softmax(z)
    yield -np.mean(_log_softmax(p)[rows, r]), "Softmax is still applied twice: a perfect network gets a loss above 0."
    yield -np.sum(logs[rows, r]) if len(z) > 1 else np.nan, "That is the sum over the rows. Asked is the mean."
    yield np.mean(logs[rows, r]), "The sign: a loss is minus the logarithm."
    yield -np.mean(logs), "That is the mean over all classes. Only the right class of each row counts."
    yield -np.mean(p[rows, r]), "The logarithm is missing."
    yield -np.mean(logs[:, r]), "logs[:, r] takes all rows for each class. Use logs[np.arange(len(z)), r]."
    naive = -np.log(p[rows, r])
    yield (
        np.mean(naive),
        "The probability is rounded to 0, and its logarithm is infinite: go from z to the loss directly.",
    )
    yield (
        -np.mean(np.log(np.exp(z)[rows, r] / np.exp(z).sum(axis=1))),
        "The exponential overflows: subtract the largest.",
    )
    for tiny in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7):
        for value in (np.log(np.maximum(p[rows, r], tiny)), np.log(p[rows, r] + tiny)):
            yield -np.mean(value), "You cut the probability off before the logarithm: then the loss stops growing."


@task(
    points=2,
    hints=[
        "Try each promise on rows of random logits. Which wrong function could keep the other two?",
        "Sums: f(z).sum(axis=1). Constant: a different one for each row. Order: which of two logits is larger.",
        "np.allclose(p.sum(axis=1), 1), p.min() >= 0, np.allclose(f(z + c), p) with c of shape (rows, 1), and "
        "np.array_equal(p.argsort(axis=1), z.argsort(axis=1)).",
    ],
)
def promises(keeps_the_promises: Answer, rng):
    """keeps_the_promises(f) is True if f of rows keeps the three promises of softmax, else False."""
    cases = [(True, *case) for case in _KEEP] + [(False, *case) for case in _BREAK]
    for right, factor in zip(random_verdicts(rng, 4), rng.uniform(0.5, 2.0, size=4), strict=True):
        shares, advice = (_softmax, "") if right else (_sigmoids_shared, "Add a constant to a row: do its shares stay?")
        cases.append((right, "one with a factor of its own", lambda z, f=shares, s=factor: f(s * z), advice))
    for i in rng.permutation(len(cases)):
        right, name, f, advice = cases[i]
        if verdict(keeps_the_promises(_of_rows(f))) != right:
            what = "reject a function that keeps all three" if right else "accept a function that breaks one"
            fail(f"You {what}: {name}. {advice}".strip())


def _of_rows(f):
    """The function as the learner gets it: one row alone counts as a table of one row."""

    def called(z):
        z = np.atleast_2d(np.asarray(z, dtype=float))
        with np.errstate(all="ignore"):
            return f(z)

    return called


def _sigmoids_shared(z):
    e = 1 / (1 + np.exp(-z))
    return e / e.sum(axis=1, keepdims=True)


def _columns(z):
    """Softmax down the columns, shared out in each row so that rows sum to 1."""
    e = _softmax(z.T).T
    return e / e.sum(axis=1, keepdims=True)


_KEEP = [
    ("softmax", _softmax, "Rounding is not wrong: allow a difference of 1e-9 or so."),
    ("softmax at temperature 3", lambda z: _softmax(z / 3), "Nothing was said about how large the shares are."),
    ("base 2 in place of e", lambda z: _softmax(z * np.log(2)), "Nothing was said about how large the shares are."),
]
_BREAK = [
    ("exponentials that are not divided", lambda z: np.exp(z - z.max(axis=1, keepdims=True)), "Do its rows sum to 1?"),
    ("a sigmoid for each logit", lambda z: 1 / (1 + np.exp(-z)), "Do its rows sum to 1?"),
    ("sigmoids, divided by their sum", _sigmoids_shared, "Add a constant to a row: do its shares stay?"),
    ("squares, divided by their sum", lambda z: z**2 / np.sum(z**2, axis=1, keepdims=True), "Add a constant to a row."),
    ("softmax of -z", lambda z: _softmax(-z), "Which share is the largest: that of the largest logit?"),
    ("softmax of |z|", lambda z: _softmax(np.abs(z)), "Try negative logits, too."),
    (
        "softmax of the whole table",
        lambda z: np.exp(z - z.max()) / np.exp(z - z.max()).sum(),
        "Give it several rows: does each sum to 1?",
    ),
    ("shares that depend on the other rows", _columns, "Add another constant to each row, not the same to all."),
    ("1/k for each class", lambda z: np.full_like(z, 1 / z.shape[1]), "Has the larger logit the larger share?"),
    (
        "shares below 0",
        lambda z: 2 * _softmax(z) - 1 / z.shape[1],
        "Its rows sum to 1, but some of its shares are negative.",
    ),
]
