"""The graded tasks of 09_prelu_rrelu."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import close, compare, fail, numbers, quiet, random_verdicts, verdict

_X = np.array([-30.0, -4.0, -1.0, -0.25, -0.01, 0.01, 0.5, 1.0, 3.0, 30.0])
_G = np.array([0.5, -1.0, 2.0, 0.25, -3.0, 1.5, -0.5, 4.0, 1.0, -2.0])


def _prelu(x, alpha):
    return np.maximum(x, 0) + alpha * np.minimum(x, 0)


def _pair(got, *shapes):
    """The two parts of an answer, of the right shapes, or advice."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        fail("Return two things, separated by a comma: return first, second.")
    return [numbers(part, what, shape) for part, what, shape in zip(got, ("first", "second"), shapes, strict=True)]


# 1. A slope that learns


@task(
    points=2,
    hints=[
        "The output is x on the right, alpha·x on the left. Which of the two changes when alpha moves? How much?",
        "Output per alpha: min(0, x). Times g: what this element does to the loss. All elements share alpha: add up.",
        "g * np.where(x > 0, 1, alpha), and np.sum(g * np.minimum(x, 0)).",
    ],
)
def learned_slope(prelu: Answer, backward: Answer, rng):
    """prelu(x, alpha) is PReLU, and backward(x, g, alpha) gives the loss's gradient for x and for alpha."""
    table = rng.normal(size=(3, 4)), rng.normal(size=(3, 4))
    cases = [(_X, _G, 0.25), (_X, _G, -1.0), (_X, _G, 2.0), (*table, rng.uniform(-2, 3))]
    for x, _, alpha in cases:
        compare(prelu(x, alpha), _prelu(x, alpha), x, "PReLU is x where positive, alpha·x else.", _no_prelu(x, alpha))
    for x, g, alpha in cases:
        for_x, for_alpha = _back(backward(x, g, alpha), x.shape)
        right = g * np.where(x > 0, 1, alpha)
        compare(for_x, right, x, "For x: g times 1 on the right, g times alpha on the left.", _no_gate(x, g, alpha))
        right = np.sum(g * np.minimum(x, 0))
        compare(for_alpha, right, None, "For alpha: the sum of g times min(0, x).", _no_sum(x, g, alpha))


def _back(got, shape):
    """The two gradients of an answer, or advice."""
    if isinstance(got, (tuple, list)) and len(got) == 2 and np.shape(got[1]) == shape:
        fail("Your gradient for alpha has a number for each element. They share one alpha: add them up.")
    return _pair(got, shape, ())


def _no_prelu(x, alpha):
    yield np.maximum(x, 0), "That is ReLU: the left side has the slope alpha."
    yield np.maximum(alpha * x, x), "max(alpha·x, x) is right only while alpha is at most 1. Decide by the sign of x."
    yield np.where(x > 0, alpha * x, x), "The slope is on the wrong side: positive x stays as it is."
    yield np.where(x > 0, x, -alpha * x), "A sign is turned: alpha·x is negative where x is, for positive alpha."
    yield np.where(x > 0, x, alpha), "Left of 0 stands alpha times x, not alpha itself."
    yield np.where(x > 0, x, 0.01 * x), "That is the slope 0.01, whatever alpha is."


def _no_gate(x, g, alpha):
    yield np.where(x > 0, 1, alpha) * np.ones_like(x), "g is missing: multiply what comes back by the slope."
    yield g * (x > 0), "That is the way back of ReLU: on the left the gradient is multiplied by alpha, not by 0."
    yield g * alpha, "The slope alpha holds on the left only. On the right it is 1."
    if alpha > 1:
        yield (
            g * np.where(alpha * x < x, 1, alpha),
            "Decide by the sign of x: with alpha above 1, alpha·x < x holds for negative x.",
        )
    yield g * np.where(x > 0, alpha, 1), "The sides are swapped: the slope is alpha on the left."
    yield g * _prelu(x, alpha), "You multiply by the output. The way back multiplies by the slope."


def _no_sum(x, g, alpha):
    left = np.minimum(x, 0)
    yield np.mean(g * left), "That is the mean. Each element adds its part to the change of the loss: take the sum."
    yield -np.sum(g * left), "The sign is turned: min(0, x) is not positive, and it belongs so."
    yield np.sum(g * np.maximum(x, 0)), "That is the right side. alpha acts on the left one: min(0, x)."
    yield np.sum(g * x), "You sum over all x. Where x is positive, alpha has no effect."
    yield np.sum(left), "g is missing: how much does the loss care about each output?"
    yield np.sum(g * (x < 0)), "The output changes by x per unit of alpha, not by 1."
    yield np.sum(g * alpha * left), "alpha·x is the output on the left. Its derivative with respect to alpha is x."


# 2. Who shares a slope?


@task(
    points=2,
    hints=[
        "Each element adds g·min(0, x) to the gradient of the slope that it uses. Which elements use the same slope?",
        "All with the same place along axis: sum over every other axis. axis % x.ndim makes a negative axis positive.",
        "np.sum(g * np.minimum(x, 0), axis=tuple(i for i in range(x.ndim) if i != axis % x.ndim))",
    ],
)
def channel_gradient(channel_gradient: Answer, rng):
    """channel_gradient(x, g, axis) is the gradient for the slopes: one number for each channel along axis."""
    cases = [((6, 3, 4, 5), 1), ((5, 4, 3), 2), ((4, 2, 5), -1), ((3, 3, 3), 1), ((3, 3, 3), -1), ((7, 4), 1)]
    for shape, axis in cases:
        x, g = rng.normal(size=shape), rng.normal(size=shape)
        terms = g * np.minimum(x, 0)
        channels = terms.swapaxes(axis, -1).reshape(-1, shape[axis])
        got = numbers(channel_gradient(x, g, axis))
        _check_axes(got, terms, axis, channels.sum(axis=0))
        mistakes = [
            (
                channels.mean(axis=0),
                "That is the mean over those that share a slope. Their parts add up: take the sum.",
            ),
            (-channels.sum(axis=0), "The sign is turned: min(0, x) is not positive, and it belongs so."),
            (np.abs(channels).sum(axis=0), "The signs are lost: parts may cancel each other."),
        ]
        for wrong, advice in (
            (g * x, "Only negative x meet the slope: take min(0, x)."),
            (g * np.maximum(x, 0), "That is the right side. The slope acts on the left one: min(0, x)."),
            (np.minimum(x, 0), "g is missing: multiply by it before you sum."),
            (g * (x < 0), "The output changes by x per unit of the slope, not by 1."),
        ):
            mistakes.append((wrong.swapaxes(axis, -1).reshape(-1, shape[axis]).sum(axis=0), advice))
        for values, advice in mistakes:
            if _same(got, values):
                fail(advice)
        compare(got, channels.sum(axis=0), None, "Sum g·min(0, x) over every axis but the channels'.")


def _check_axes(got, terms, axis, want):
    """Fail with advice if the numbers are right, but the sum runs over the wrong axes."""
    if _same(got, want):
        return
    if _same(got, terms.sum()):
        fail("That is one number, for one slope shared by all. A negative axis counts from the end: axis % x.ndim.")
    if got.shape == terms.shape:
        fail("You have a number for each element. Those of one channel share a slope: sum them.")
    if _same(got, terms.sum(axis=axis)):
        fail("You sum over the channels and keep the rest. Keep the channels, and sum over the rest.")
    if _same(got, terms.sum(axis=0)):
        fail("You sum over the examples only. Elements that share a slope also lie along the other axes.")
    for other in range(terms.ndim):
        sums = terms.swapaxes(other, -1).reshape(-1, terms.shape[other]).sum(axis=0)
        if other != axis % terms.ndim and _same(got, sums):
            fail("You keep another axis than the one asked for. Use axis: channels are not always in the same place.")


def _same(got, want):
    """Whether two arrays have the same shape and agree."""
    return got.shape == want.shape and close(got, want)


# 3. Where decay lets it rest


@task(
    points=2,
    hints=[
        "Where z is positive, alpha has no effect. Take the derivative of L with respect to alpha, and set it to 0.",
        "mean of (alpha·left − y)·left, plus decay·alpha, is 0, with left = min(0, z). Solve for alpha.",
        "left = np.minimum(z, 0); return np.mean(left * y) / (np.mean(left**2) + decay)",
    ],
)
def resting_slope(resting_slope: Answer, rng):
    """resting_slope(z, y, decay) is the slope at which the gradient of the loss with weight decay is 0."""
    for decay, hidden in ((0.0, 0.25), (0.5, -1.0), (0.1, 3.0), (2.0, -2.0), (rng.uniform(0.2, 2), 0.5)):
        z = rng.normal(size=13)
        z[0], z[1] = -1.5, 1.5  # some on each side
        y = _prelu(z, hidden) + 0.2 * rng.normal(size=13)
        want = np.mean(np.minimum(z, 0) * y) / (np.mean(np.minimum(z, 0) ** 2) + decay)
        got = numbers(resting_slope(z, y, decay), shape=())
        if not abs(got - want) <= 1e-6:
            fail(_resting_advice(got, z, y, decay, want), f"Right: {want:.6g}.")


def _resting_advice(got, z, y, decay, want):
    """What to say to who gives this slope."""
    left, n = np.minimum(z, 0), len(z)
    up, down = np.mean(left * y), np.mean(left**2)
    negative = np.sum(z < 0)
    mistakes = [
        (up / down, "Decay has no effect in yours. At rest, the pull of the data and that of decay add up to 0."),
        (
            up * n / (down * n + decay),
            "You sum where the loss has a mean, and decay loses against n examples: use means.",
        ),
        (
            up * n / negative / (down * n / negative + decay),
            "The mean runs over all n examples, also those with z > 0.",
        ),
        (np.mean(z * y) / (np.mean(z**2) + decay), "Examples with positive z do not ask for a slope: take min(0, z)."),
        (up / (down + 2 * decay), "The derivative of decay/2·alpha² is decay·alpha: no factor 2."),
        (up / (down + decay / 2), "The derivative of decay/2·alpha² is decay·alpha: the half is gone."),
        (up / (down - decay), "Decay has the wrong sign: it pulls the slope towards 0."),
        (-want, "The sign is turned: min(0, z) stands in the numerator once, and y has its sign where alpha > 0."),
        (np.clip(want, 0, 1), "Nothing holds the slope between 0 and 1. Leave it where the gradient is 0."),
        (up / down - decay, "Decay does not take the same amount off every slope. Solve the equation for alpha."),
        (up / down * (1 - decay), "That is one step of decay. At rest the data pull back: solve the equation."),
        (
            np.mean(np.maximum(z, 0) * y) / (np.mean(np.maximum(z, 0) ** 2) + decay),
            "That is the right side: min(0, z).",
        ),
    ]
    for slope, advice in mistakes:
        if np.isfinite(slope) and abs(got - slope) < 1e-9:
            return advice
    return (
        f"At your slope the gradient is not 0 (decay {decay:.3g}). Set the derivative of L to 0, and solve for alpha."
    )


# 4. Repair the dice


@task(
    points=2,
    hints=[
        "Count the draws: how many for one array, how many in evaluation, how many between the way forward and back?",
        "a = ⅛ + (⅓ − ⅛)·draw(x.shape) in training, 11/48 else. Use the same a for output and derivative.",
        "return np.where(x > 0, x, a * x), np.where(x > 0, 1, a)",
    ],
)
def repaired_rrelu(rrelu: Answer, rng):
    """rrelu(x, training, draw) gives output and derivative of RReLU: random in training, fixed in evaluation."""
    draw = _dice(rng.spawn(1)[0])  # dice of its own: what x is does not depend on how often one draws
    for shape in ((5, 8), (40,), (2, 5, 4)):
        x = rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], size=shape)
        y, slope = _pair(rrelu(x, False, draw), shape, shape)
        _evaluation(x, y, slope)
    before = None
    for shape in ((40, 25), (5, 20, 10)):
        x = rng.uniform(0.5, 2, size=shape) * rng.choice([-1, 1], size=shape)
        y, slope = _pair(rrelu(x, True, draw), shape, shape)
        before = _training(x, y, slope, before)


def _dice(rng):
    """What the learner draws with."""

    def draw(shape):
        try:
            sizes = tuple(int(size) for size in np.ravel(shape))
        except (TypeError, ValueError):
            fail("draw takes a shape, such as x.shape.")
        if min(sizes, default=1) < 0 or np.prod(sizes) > 100_000:
            fail("draw takes a shape, such as x.shape. Do you hand it the numbers themselves?")
        return rng.random(sizes)

    return draw


def _evaluation(x, y, slope):
    """Judge an answer in evaluation."""
    _right_side(x, y, slope)
    left = x < 0
    share = y[left] / x[left]
    if np.ptp(share) > 1e-9:
        fail("In evaluation the dice must rest: the slope is the same for each element.")
    mistakes = [
        (2 / 11, "That is 1/5.5, the paper's evaluation. The mean of U(⅛, ⅓) is asked for: halfway between."),
        (np.log(8 / 3) / 5, "That is the mean of 1/u for u from U(3, 8). Here a itself is uniform: halfway between."),
        (5 / 48, "That is half the width of the band. The mean is half the sum of its ends."),
        (5 / 24, "That is the width of the band, not its middle."),
        (0, "That is ReLU. In evaluation a is the mean of U(⅛, ⅓)."),
        (0.25, "Near, but not the mean of U(⅛, ⅓): halfway between its ends."),
    ]
    for wrong, advice in mistakes:
        if abs(share[0] - wrong) < 1e-9:
            fail(advice)
    if abs(share[0] - 11 / 48) > 1e-9:
        fail("In evaluation each slope is the mean of U(⅛, ⅓): the same at every call.")
    if not close(slope, np.where(left, 11 / 48, 1)):
        fail(
            "In evaluation output and derivative disagree. The derivative is 1 for x > 0, and the same a as above else."
        )


def _right_side(x, y, slope):
    """Judge what does not depend on the dice."""
    if not close(y[x > 0], x[x > 0]):
        fail("Positive x should pass unchanged.")
    if not close(slope[x > 0], np.ones(np.sum(x > 0))):
        fail("The derivative is 1 where x is positive.")


def _training(x, y, slope, before):
    """Judge an answer in training; return its slopes. ``before``: those of the call before."""
    _right_side(x, y, slope)
    left = x < 0
    share = y[left] / x[left]
    if np.ptp(share) < 1e-9:
        fail("All elements got the same slope. Each needs a draw of its own: draw(x.shape).")
    if len(np.unique(share.round(12))) < 0.99 * len(share):
        fail("Elements share their slopes: whole rows or columns got the same. Draw one for each: draw(x.shape).")
    if share.min() < 1 / 8 - 1e-9 or share.max() > 1 / 3 + 1e-9:
        fail("Some slopes lie outside of ⅛ to ⅓. From u between 0 and 1 make ⅛ + (⅓ − ⅛)·u, and multiply x by it.")
    if close(slope[left], share.mean() * np.ones(len(share))) or close(slope[left], 11 / 48 * np.ones(len(share))):
        fail("The derivative uses the mean slope. In training the way back needs the slopes that were drawn.")
    if not close(slope[left], share):
        fail("The derivative belongs to other slopes than the output. Keep the ones of the way forward: draw once.")
    if abs(share.mean() - np.log(8 / 3) / 5) < 0.012:
        fail("You divide by numbers from U(3, 8). The band is right, but small slopes come too often: draw a itself.")
    if abs(share.mean() - 11 / 48) > 0.012 or abs(share.std() - 5 / 24 / 12**0.5) > 0.006:
        fail("The slopes are in the band, but not uniform in it: ⅛ + (⅓ − ⅛)·u, with u from draw.")
    if before is not None and len(np.intersect1d(share.round(12), before)) > 5:
        fail("A second call got the same slopes again. Draw anew at each call in training.")
    return share.round(12)


# 5. Write the test yourself


@task(
    points=2,
    hints=[
        "One slope is not enough: a wrong gradient can be right at one place. Which kinds of slopes are there?",
        "Compare with the mean of (PReLU(z) − y)·min(0, z), or with a measured slope, at −3, −1, 0, 0.25, 0.5, 2, 3.",
        "abs(gradient(alpha) - want) <= 1e-6 * (1 + abs(want)) for each alpha in np.linspace(-3, 3, 13)",
    ],
)
def is_gradient(is_gradient: Answer, rng):
    """is_gradient(gradient, z, y) is True if gradient(alpha) is the derivative of the loss from −3 to 3, else False."""
    for right, name, make, advice in [*_named_gradients(), *_random_gradients(rng)]:
        z = rng.normal(size=12)
        z[0], z[1] = -1.5, 1.5  # some on each side
        y = _prelu(z, rng.uniform(-1, 2)) + 0.3 * rng.normal(size=12)
        if verdict(is_gradient(quiet(_elementwise(make(z, y))), z, y)) != right:
            fail(f"You {'reject a right' if right else 'accept a wrong'} gradient: {name}. {advice}")


def _elementwise(f):
    """Make a function of one number take arrays of numbers too."""
    many = np.vectorize(f, otypes=[float])
    return lambda alphas: many(alphas) if np.ndim(alphas) else float(f(float(alphas)))


def _gradient(z, y):
    """The right gradient."""
    left = np.minimum(z, 0)
    return lambda alpha: np.mean((_prelu(z, alpha) - y) * left)


def _measured(z, y):
    def loss(alpha):
        return np.mean((_prelu(z, alpha) - y) ** 2) / 2

    return lambda alpha: (loss(alpha + 1e-4) - loss(alpha - 1e-4)) / 2e-4


_ALL = "Compare with the derivative of the loss at all kinds of slopes: negative, 0, between 0 and 1, above 1."
_ROUND = "It differs by rounding only. Allow six digits, not all of them."


def _named_gradients():
    """Tuples: whether it is right, its name, a function of (z, y) that makes it, advice to who takes it wrongly."""
    yield (
        True,
        "the formula",
        _gradient,
        "It is the mean of (PReLU(z) − y)·min(0, z): do you have the factors of the loss?",
    )
    yield True, "measured by a central difference", _measured, _ROUND
    yield False, "the sum in place of the mean", lambda z, y: lambda a: 12 * _gradient(z, y)(a), _ALL
    yield False, "twice as large", lambda z, y: lambda a: 2 * _gradient(z, y)(a), _ALL
    yield False, "with the sign turned", lambda z, y: lambda a: -_gradient(z, y)(a), _ALL
    yield False, "1.001 times as large", lambda z, y: lambda a: 1.001 * _gradient(z, y)(a), "Be strict: six digits."
    yield False, "0 everywhere", lambda z, y: lambda a: 0.0, "Do you compare with the derivative of the loss at all?"
    yield (
        False,
        "the gradient at 0.25, for every slope",
        lambda z, y: lambda a: _gradient(z, y)(0.25),
        "It is right where PReLU starts, and nowhere else. Ask at several slopes.",
    )
    yield (
        False,
        "with weight decay",
        lambda z, y: lambda a: _gradient(z, y)(a) + 0.1 * a,
        "It is right at slope 0 only. Ask at several slopes.",
    )
    yield (
        False,
        "right for slopes up to 1",
        lambda z, y: lambda a: _gradient(z, y)(min(a, 1)),
        "A slope may pass 1. Ask there too.",
    )
    yield (
        False,
        "right for slopes from 0 on",
        lambda z, y: lambda a: _gradient(z, y)(max(a, 0)),
        "A slope may be negative. Ask there too.",
    )
    yield (
        False,
        "right between −1 and 1",
        lambda z, y: lambda a: _gradient(z, y)(np.clip(a, -1, 1)),
        "It is wrong below −1 and above 1. Ask at all slopes from −3 to 3.",
    )
    yield (
        False,
        "nan below 0",
        lambda z, y: lambda a: _gradient(z, y)(a) if a >= 0 else np.nan,
        "nan must fail: write the comparison so that it is False for nan.",
    )


def _random_gradients(rng):
    """Right and wrong gradients, in random order."""
    for right in random_verdicts(rng, 8):
        gap = 0.0 if right else rng.uniform(0.002, 0.02)
        name = "the formula, added up in another way" if right else "the formula, plus a little times the slope squared"

        def make(z, y, gap=gap):
            left, n = np.minimum(z, 0), len(z)
            square, product = left @ left / n, left @ y / n
            return lambda a: a * square - product + gap * a**2

        yield right, name, make, _ROUND if right else "It is off by little. Be strict: six digits, at several slopes."
