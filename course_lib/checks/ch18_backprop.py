"""The graded tasks of 18_backprop."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import close, fail, numbers, random_verdicts, verdict

_SIX = ("x", "w", "b", "v", "c", "y")


@task(
    points=2,
    hints=[
        "Begin at the loss, and go back: u first, then v, a and c, then z, then w, x and b.",
        "In a product the share of each factor is the other factor. From a to z multiply by 1 - a**2.",
        "du = 2 * (u - y), dz = du * v * (1 - a**2). Then: dz * w, dz * x, dz, du * a, du, -du.",
    ],
)
def six_slopes(six_slopes: Answer, rng):
    """six_slopes(x, w, b, v, c, y) lists the slopes of L for its six numbers, in this order."""
    for _ in range(4):
        inputs = rng.uniform(0.3, 1.5, size=6) * rng.choice([-1, 1], size=6)
        got = numbers(six_slopes(*inputs.tolist()), "list of slopes", shape=(6,))
        want = _six(*inputs)
        if not close(got, want, rtol=1e-7):
            _say_which_slope(got, want, _slips_of_six(*inputs))


def _six(x, w, b, v, c, y):
    a = np.tanh(w * x + b)
    du = 2 * (v * a + c - y)
    dz = du * v * (1 - a * a)
    return np.array([dz * w, dz * x, dz, du * a, du, -du])


def _slips_of_six(x, w, b, v, c, y):
    """Pairs of what a misconception gives and what to say about it; nan stands for any number."""
    want, z, any_ = _six(x, w, b, v, c, y), w * x + b, np.nan
    dx, dw, db, _, dc, _ = want
    a = np.tanh(z)
    inner = 1 - a * a
    yield -want, "All signs are turned: the loss grows with u where u is larger than y."
    yield want / 2, "All are half of what they should be: a square has a factor 2."
    yield [dw, dx, any_, any_, any_, any_], "In w * x the share of w is x, and the share of x is w: you exchanged them."
    yield [any_, any_, any_, dc * v, any_, any_], "In v * a the share of v is a, the other factor."
    yield [dx / inner, dw / inner, db / inner, any_, any_, any_], "On the way through tanh multiply by its slope."
    forgot = [dx / v, dw / v, db / v, any_, any_, any_]
    yield forgot, "The way from u to x, w and b leads through v * a: its factor v is missing."
    on_z = [d * (1 - z * z) / inner for d in (dx, dw, db)]
    yield [*on_z, any_, any_, any_], "The slope of tanh is 1 - a**2, with the output a and not with z."
    sigmoid = [d * a * (1 - a) / inner for d in (dx, dw, db)]
    yield [*sigmoid, any_, any_, any_], "a * (1 - a) is the slope of the sigmoid. That of tanh is 1 - a**2."
    yield [any_, any_, any_, any_, any_, dc], "y is subtracted: its local slope is -1."
    yield [any_, any_, any_, any_, any_, 0], "y moves the loss, too, although nobody trains it."


def _say_which_slope(got, want, slips):
    for values, advice in slips:
        values = np.asarray(values, dtype=float)
        if close(np.where(np.isnan(values), got, values), got, rtol=1e-7):
            fail(advice, f"Right: {want.round(6).tolist()}.")
    place = int(np.argmax(~np.isclose(got, want, rtol=1e-7)))
    fail(f"The slope for {_SIX[place]} is not right. Which arrows lead from it to L?", f"Right: {want[place]:.6g}.")


@task(
    points=2,
    hints=[
        "For each coordinate: move it alone by h to both sides, and divide the difference by 2h.",
        "h = 1e-5 is good here. Compare with the largest coordinate, not with a fixed number: slopes may be tiny.",
        "np.abs(said - measured).max() < 1e-4 * np.abs(measured).max(), where measured[i] comes from x with only "
        "coordinate i moved.",
    ],
)
def gradcheck(is_right: Answer, rng):
    """is_right(f, gradient, x) is True if gradient(x) is the gradient of f at x, else False."""
    for right, name, f, gradient, x, advice in _gradients(rng):
        calls = []
        got = verdict(is_right(_one_number(f, x.shape, calls), _same_shape(gradient, x.shape), x))
        if len(calls) > 2 * len(x):
            fail("You call f more than twice for each coordinate. It is expensive.")
        if got != right:
            fail(f"You {'reject a right' if right else 'accept a wrong'} gradient: {name}. {advice}")


def _gradients(rng):
    """Right and wrong gradients: whether right, a name, f, the gradient, the place, and advice."""
    for right in random_verdicts(rng, 6):
        f, gradient, x = _smooth(rng, int(rng.integers(3, 6)))
        spoilt = gradient if right else _spoilt(gradient, [0.05 * rng.choice([-1, 1])], int(rng.integers(len(x))))
        yield right, "one coordinate of a sum of sines and products", f, spoilt, x, _LOOK[right]
    for shares, place, name in (
        ([0.3], 0, "its first coordinate is wrong"),
        ([0.3], -1, "its last coordinate is wrong"),
        ([0.4, -0.4, 0.0, 0.0], None, "two coordinates are off, one as much up as the other down"),
    ):
        f, gradient, x = _smooth(rng, 4)
        yield False, name, f, _spoilt(gradient, shares, place), x, "Do you compare each coordinate for itself?"
    f, gradient, x = _smooth(rng, 4)
    yield False, "its sign is turned", f, lambda u: -gradient(u), x, "Do you compare sizes only?"
    yield from _scaled_gradients(rng)
    f0, gradient0, x = _smooth(rng, 4)
    mask = np.array([1.0, 1.0, 1.0, 0.0])
    advice = "Where a slope is 0, rounding is all that is measured: compare with the largest coordinate."
    yield True, "one has the slope 0", lambda u: f0(u * mask), lambda u: gradient0(u * mask) * mask, x, advice


def _scaled_gradients(rng):
    """Right and wrong gradients of tiny and huge functions."""
    for scale, word in ((1e-6, "tiny"), (1e6, "huge")):
        for right in (True, False):
            f, gradient, x = _smooth(rng, 4)
            said = gradient if right else _spoilt(gradient, [0.03], 1)
            scaled = [lambda u, g=g, s=scale: s * g(u) for g in (f, said)]
            yield right, f"of a {word} function", *scaled, x, "Compare relative to the size of the slopes."


_LOOK = {True: "Is your h too large or too small, or your tolerance too strict?", False: "Is your tolerance too wide?"}


def _smooth(rng, n):
    """A curved function of n numbers, its gradient (both of arrays of shape (n,)), and a place."""
    c, q = rng.uniform(1, 2, size=n) * rng.choice([-1, 1], size=n), rng.uniform(1.5, 3, size=n)
    x = rng.uniform(-2, 2, size=n)

    def f(u):
        return np.sum(c * np.sin(q * u)) + np.sum(u[:-1] * u[1:] ** 2) / 4

    def gradient(u):
        mixed = np.zeros(n)
        mixed[:-1] += u[1:] ** 2 / 4
        mixed[1:] += u[:-1] * u[1:] / 2
        return c * q * np.cos(q * u) + mixed

    return f, gradient, x


def _spoilt(gradient, shares, place=None):
    """The gradient with shares of its largest coordinate added: at one place, or at all."""

    def wrong(u):
        said = gradient(u)
        added = np.array(shares) * np.abs(said).max()
        if place is None:
            return said + added
        said[place] += added[0]
        return said

    return wrong


def _one_number(f, shape, calls):
    """f for the learner's code: it takes arrays of this shape, returns a float, and counts its calls."""

    def called(u):
        calls.append(1)
        with np.errstate(all="ignore"):
            return float(f(_shaped(u, shape, "f")))

    return called


def _same_shape(gradient, shape):
    """The gradient for the learner's code: it takes arrays of this shape, and returns a new one."""

    def called(u):
        with np.errstate(all="ignore"):
            return np.array(gradient(_shaped(u, shape, "gradient")), dtype=float)

    return called


def _shaped(u, shape, name):
    u = np.asarray(u)
    if u.shape != shape or u.dtype.kind not in "biuf":
        fail(f"{name} takes an array of {shape[0]} numbers, in the shape of x. Move one coordinate, keep the others.")
    return u.astype(float)


@task(
    points=2,
    hints=[
        "Take many places between -5 and 5, measure all slopes at once, and compare with slope(x).",
        "Avoid whole numbers: there may be kinks. 200 places are near enough to each other. h = 1e-5.",
        "x = np.linspace(-4.97, 4.93, 200); wrong if np.abs(slope(x) - (f(x + h) - f(x - h)) / (2 * h)).max() > 0.01.",
    ],
)
def find_wrong(find_wrong: Answer, rng):
    """find_wrong(pairs) gives the places of the three pairs (f, slope) whose slope is wrong."""
    kinds = rng.permutation(_WRONG_KINDS)
    for three in (kinds[:3], kinds[3:6], kinds[[6, 0, 1]]):  # each kind at least once
        pairs, advice = _ten_pairs(rng, three)
        counts = {}
        handed = [tuple(_counted(g, (i, k), counts) for k, g in enumerate(pair)) for i, pair in enumerate(pairs)]
        got = find_wrong(handed)
        if max(counts.values(), default=0) > 2:
            fail("You call a function more than twice. Give it many numbers at once.")
        _judge_places(got, pairs, advice)


def _judge_places(got, pairs, advice):
    """Pass if the places are those with advice; else fail with the advice for the first that is not."""
    got = got.tolist() if isinstance(got, np.ndarray) else got
    if not isinstance(got, (list, tuple, set)) or not all(isinstance(i, (int, np.integer)) for i in got):
        fail("Return a list of three whole numbers: places from 0 to 9.")
    wrong = {i for i, said in enumerate(advice) if said[0]}
    secret = f"Wrong are {sorted(wrong)}."
    for i in sorted(set(map(int, got)) - wrong):
        said = advice[i][1] if 0 <= i < len(pairs) else "The places are counted from 0 to 9."
        fail(f"You call pair {i} wrong, but it is right. {said}", secret)
    for i in sorted(wrong - set(map(int, got))):
        fail(f"You miss one. {advice[i][1]}", secret)


def _counted(g, key, counts):
    """A function of the check for the learner's code: it takes numbers, and counts its calls."""

    def called(x):
        counts[key] = counts.get(key, 0) + 1
        x = np.asarray(x)
        if x.dtype.kind not in "biuf" or x.size > 10_000:
            fail("Give each function at most 10,000 numbers, and no complex ones.")
        with np.errstate(all="ignore"):
            return np.array(g(x.astype(float)), dtype=float)

    return called


def _ten_pairs(rng, three):
    """Ten pairs of a function and its slope in random order, wrong ones of three kinds; for each (wrong?, advice)."""
    right, wrong = [*_smooth_pairs(rng), *_kinked_pairs(rng)], _wrong_pairs(rng)
    chosen = [wrong[i] for i in three]
    kept = [right[i] for i in rng.permutation(len(right))[:7]]
    smooth = "Is your h too small or too large, or your limit too strict?"
    entries = [(pair, (False, _KINK if len(pair) == 3 else smooth)) for pair in kept]
    entries += [(pair, (True, said)) for pair, said in chosen]
    entries = [entries[i] for i in rng.permutation(10)]
    return [pair[:2] for pair, _ in entries], [said for _, said in entries]


_KINK = "It has a kink at a whole number. A measurement there says nothing: look beside it."


def _smooth_pairs(rng):
    k = rng.uniform(0.7, 1.5)
    yield lambda x: np.sin(k * x), lambda x: k * np.cos(k * x)
    yield lambda x: np.tanh(k * x), lambda x: k * (1 - np.tanh(k * x) ** 2)
    yield lambda x: np.logaddexp(0, k * x), lambda x: k * _logistic(k * x)
    yield lambda x: x * _logistic(x), lambda x: _logistic(x) * (1 + x * (1 - _logistic(x)))


def _kinked_pairs(rng):
    p, at = int(rng.integers(-3, 4)), rng.uniform(0, 1)
    yield lambda x: np.maximum(x - p, 0), lambda x: np.where(x == p, at, x > p), "kink"
    yield lambda x: np.abs(x - p), lambda x: np.sign(x - p), "kink"
    yield lambda x: np.clip(x, -1, 1), lambda x: np.where(np.abs(x) == 1, at, np.abs(x) < 1), "kink"
    slope = rng.uniform(0.1, 0.3)
    yield lambda x: np.where(x > 0, x, slope * x), lambda x: np.where(x > 0, 1, slope), "kink"


def _logistic(x):
    return 1 / (1 + np.exp(-x))


_WRONG_KINDS = 7


def _wrong_pairs(rng):
    """One of each kind: ((f, wrong slope), advice)."""
    at, k, c = rng.uniform(-4.4, 4), rng.uniform(0.7, 1.5), rng.uniform(0.05, 0.3)
    far = "It is wrong far out only. Do you look from -5 to 5?"
    negative = "It is wrong for negative numbers only. Do you look there, too?"
    positive = "It is wrong for positive numbers only. Do you look there, too?"
    return [
        ((np.tanh, lambda x: 1 - np.abs(np.tanh(x))), "It is wrong nearly everywhere, but right at 0. Look elsewhere."),
        ((lambda x: np.where(x > 0, x, c * x), lambda x: np.where(x > 0, 1, -c)), negative),
        ((lambda x: np.where(x > 0, x * x, x), lambda x: np.where(x > 0, x, 1)), positive),
        ((lambda x: np.clip(x, -4, 4), lambda x: np.ones(np.shape(x))), far),
        ((lambda x: np.cos(k * x), lambda x: k * np.sin(k * x)), "Its sign is turned."),
        (
            (lambda x: np.sin(x), lambda x: np.cos(x) + 0.08 * ((x > at) & (x < at + 0.35))),
            "It is wrong on a short stretch only. Are your places near enough to each other?",
        ),
        ((lambda x: np.sin(2 * x) / 2, lambda x: np.cos(2 * x) + 0.06), "It is off by little, everywhere: 0.06."),
    ]


@task(
    points=2,
    hints=[
        "First forward: A and Z. Then the error signal of the output, dL/dZ, then that of the hidden layer.",
        "delta2 = 2 * (Z - Y) / n. For the hidden layer: W2.T @ delta2, times the slope 1 - A**2.",
        "dW = delta @ (what came in).T, and db = delta.sum(axis=1, keepdims=True), for each of the two layers.",
    ],
)
def two_layers(two_layers: Answer, rng):
    """two_layers(X, Y, W1, b1, W2, b2) gives dL/dW1, dL/db1, dL/dW2, dL/db2."""
    for _ in range(3):
        inputs = _net(rng)
        _judge_four(two_layers(*inputs), _four(*inputs), _slips_of_four(*inputs), _GRADIENTS)


_GRADIENTS = ("dL/dW1", "dL/db1", "dL/dW2", "dL/db2")
_NEW = ("W1", "b1", "W2", "b2")


def _net(rng):
    """Random X, Y, W1, b1, W2, b2 of a small net: units, inputs, outputs and examples are different numbers."""
    inputs, (units, outputs, n) = 2, (int(size) for size in rng.permutation([3, 4, 6]))
    shapes = [(inputs, n), (outputs, n), (units, inputs), (units, 1), (outputs, units), (outputs, 1)]
    return [rng.normal(size=shape) for shape in shapes]


def _four(X, Y, W1, b1, W2, b2, scale=2.0, slope=lambda Z1, A: 1 - A * A, back=None):
    """The four gradients; ``scale``, ``slope`` and ``back`` (in place of W2) are where slips come in."""
    Z1 = W1 @ X + b1
    A = np.tanh(Z1)
    delta2 = scale * (W2 @ A + b2 - Y) / X.shape[1]
    delta1 = ((W2 if back is None else back).T @ delta2) * slope(Z1, A)
    return [delta1 @ X.T, delta1.sum(axis=1, keepdims=True), delta2 @ A.T, delta2.sum(axis=1, keepdims=True)]


def _slips_of_four(*inputs):
    """Pairs of what a misconception gives and what to say; None stands for whatever is there."""
    n, want = inputs[0].shape[1], _four(*inputs)
    yield [-g for g in want], "All signs are turned: begin with Z - Y."
    yield [g / 2 for g in want], "All are half of what they should be: a square has a factor 2."
    yield [n * g for g in want], "The loss is a mean over the examples: divide by n, once."
    yield [g / n for g in want], "You divide by n twice: the sum over the examples is no mean any more."
    yield [g / inputs[1].shape[0] for g in want], "The loss is a mean over examples, not over outputs."
    slips = {
        "On the way through tanh multiply by its slope, 1 - A**2.": lambda Z1, A: 1,
        "The slope of tanh is 1 - A**2, with the output A and not with Z.": lambda Z1, A: 1 - Z1 * Z1,
        "A * (1 - A) is the slope of the sigmoid. That of tanh is 1 - A**2.": lambda Z1, A: A * (1 - A),
        "You multiply by A, the output. The way back needs the slope, 1 - A**2.": lambda Z1, A: A,
        "A sign is wrong in the slope of tanh: it is 1 - A**2.": lambda Z1, A: 1 + A * A,
    }
    for advice, slope in slips.items():
        yield [*_four(*inputs, slope=slope)[:2], None, None], advice
    means = "A bias is used once for each example: its messages add. You take their mean."
    yield [None, want[1] / n, None, want[3] / n], means
    ones = _four(*inputs, back=np.ones_like(inputs[4]))
    yield [*ones[:2], None, None], "The error signal goes back through the weights W2."
    yield (
        [None, None, _through_z(*inputs), None],
        "W2 was multiplied by A, not by W1 X + b1: the share of a factor is the other factor.",
    )


def _through_z(X, Y, W1, b1, W2, b2):
    """dL/dW2 of who takes Z1 in place of A as the other factor."""
    Z1 = W1 @ X + b1
    return 2 * (W2 @ np.tanh(Z1) + b2 - Y) @ Z1.T / X.shape[1]


def _judge_four(got, want, slips, names):
    """Pass if four arrays are right; else fail with the advice of the slip that gives them."""
    if not isinstance(got, (list, tuple)) or len(got) != 4:
        fail(f"Return four arrays: {', '.join(names)}.")
    got = [_array(one, right, name) for one, right, name in zip(got, want, names, strict=True)]
    right = [close(one, wanted, rtol=1e-7, atol=1e-10) for one, wanted in zip(got, want, strict=True)]
    if all(right):
        return
    for values, advice in slips:
        pairs = [(one, value) for one, value in zip(got, values, strict=True) if value is not None]
        if all(close(one, value, rtol=1e-7, atol=1e-10) for one, value in pairs):
            fail(advice)
    place = right.index(False)
    secret = f"Right: its first number is {want[place].flat[0]:.6g}."
    fail(f"{names[place]} is not right; its first number is {got[place].flat[0]:.6g}.", secret)


def _array(got, right, name):
    """The array, if it has the right shape."""
    got = numbers(got, name)
    if got.shape != right.shape:
        fail(f"{name} has the shape {got.shape}; it should have that of the thing itself, {right.shape}.")
    return got


@task(
    points=2,
    hints=[
        "delta2 begins with Y - Z: that is minus the error. Which lines make up for it with a +, and which do not?",
        "Write Z - Y, and then a minus in all four updates. And when is W2 updated: before or after it is used?",
        "Compute delta2 and delta1 first, with the old W2. Then subtract eta times each gradient.",
    ],
)
def repair(train_step: Answer, rng):
    """train_step(X, Y, W1, b1, W2, b2, eta) takes one right step; it returns the new W1, b1, W2, b2."""
    for _ in range(3):
        inputs, eta = _net(rng), float(rng.uniform(0.1, 0.5))
        want = _moved(inputs, _four(*inputs, scale=1.0), eta)
        _judge_four(train_step(*inputs, eta), want, _slips_of_step(inputs, eta), _NEW)


def _moved(inputs, gradients, eta, signs=(-1, -1, -1, -1)):
    """The new weights; ``signs``: -1 goes downhill, 1 uphill."""
    return [old + sign * eta * g for old, g, sign in zip(inputs[2:], gradients, signs, strict=True)]


def _slips_of_step(inputs, eta):
    """Pairs of what a slip gives and what to say of it."""
    right = _four(*inputs, scale=1.0)
    moved = inputs[4] - eta * right[2]
    early = _four(*inputs, scale=1.0, back=moved)
    uphill = "The hidden layer still climbs. Its error signal is made from Y - Z: which sign does its update need?"
    late = "The signs are right now. But W2 has moved before it carries the error signal back: use the old one."
    yield _moved(inputs, early, eta, (1, 1, -1, -1)), uphill
    yield _moved(inputs, right, eta, (1, 1, -1, -1)), uphill
    yield _moved(inputs, early, eta), late
    for back in (None, inputs[4] + eta * right[2]):
        gradients = _four(*inputs, scale=1.0, back=back)
        climbs = "Now the output layer climbs. With delta2 from Z - Y it needs a minus; from Y - Z, a plus."
        yield _moved(inputs, gradients, eta, (-1, -1, 1, 1)), climbs
        yield _moved(inputs, gradients, eta, (1, 1, 1, 1)), "Both layers climb now: all four signs are turned."
    doubled = "The loss has a factor ½: it cancels the 2 of the square."
    yield _moved(inputs, _four(*inputs), eta), doubled
    yield (
        _moved(inputs, _four(*inputs, scale=inputs[0].shape[1]), eta),
        "The division by the number of examples is lost.",
    )
    yield _moved(inputs, _four(*inputs, scale=1.0, slope=lambda Z1, A: 1), eta), "The slope of tanh is lost."
    biases = "One half is mended: the signs of W1 and of b1 must both be right."
    for gradients in (right, early):
        yield _moved(inputs, gradients, eta, (-1, 1, -1, -1)), biases
        yield _moved(inputs, gradients, eta, (1, -1, -1, -1)), biases
    yield right, "These are the gradients. Asked are the new weights."
    yield inputs[2:], "Nothing has moved."
