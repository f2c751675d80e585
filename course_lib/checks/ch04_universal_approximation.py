"""The graded tasks of 04_universal_approximation."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import close, fail, numbers


@task(
    points=2,
    hints=[
        "Start at the right end: there every hinge is closed. Which number alone gives the height there?",
        "An open hinge relu(x_i - x) has slope -1. To the left of x_n only the last one is open, and the curve must "
        "have the slope of the last piece.",
        "c = y[-1]. With s = np.diff(y) / np.diff(x): the last weight is -s[-1], the others are np.diff(s).",
    ],
)
def left_hinges(left_hinges: Answer, rng):
    """left_hinges(x, y) gives c and the weights v of hinges that open to the left and run through all points."""
    for n in (4, 6, 1):
        x = np.cumsum(np.concatenate([rng.uniform(-3, 3, 1), rng.uniform(0.3, 2.5, n)]))
        y = rng.uniform(-4, 4, n + 1)
        _judge_hinges(left_hinges(x, y), x, y, np.diff(y) / np.diff(x))


def _judge_hinges(got, x, y, s):
    """Pass if ``got`` is c and v for the points x, y with the slopes s; else fail with advice."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        fail("Return two things, the constant and the weights: return c, v.")
    c, v = float(numbers(got[0], "c", ())), numbers(got[1], "v")
    if v.shape != s.shape:
        fail(f"{len(x)} points have {len(s)} pieces, so v has {len(s)} weights. Yours has the shape {v.shape}.")
    if not close(c, y[-1]):
        advice = "c is the height where every hinge is closed."
        if close(c, y[0]):
            advice = (
                "At the first point all these hinges are open: they open to the left. Where are all of them closed?"
            )
        elif c == 0:
            advice = "Without c the curve ends at height 0. It must end at the last point."
        fail(f"c: {advice} You give {c:.6g}.", f"Right: {y[-1]:.6g}.")
    want = np.append(np.diff(s), -s[-1])
    rises = np.diff(y)
    mistakes = [
        (-want, "All signs are turned. An open hinge relu(x_i - x) falls: its slope is -1."),
        (np.append(np.diff(s), s[-1]), "The last weight has the wrong sign: an open hinge relu(x_i - x) has slope -1."),
        (s, "Those are the slopes. A weight is a change of slope."),
        (-s, "Those are the slopes with their signs turned. A weight is a change of slope."),
        (np.diff(s, prepend=0), "Those are the weights for hinges that open to the right, as in the chapter."),
        (np.append(-np.diff(s), -s[-1]), "At a corner the slope on the right minus that on the left, not the reverse."),
        (np.append(np.diff(rises), -rises[-1]), "You took the differences of y. A slope is the rise over the run."),
    ]
    if not close(v, want):
        advice = "Check the weights one by one, from the last point to the first: each changes the slope to its left."
        advice = next((why for values, why in mistakes if close(v, values)), advice)
        fail(f"v: {advice}", f"Right: {', '.join(f'{weight:.4g}' for weight in want)}.")


@task(
    points=2,
    hints=[
        "One sigmoid is a smooth step up. What must the second one do, and where?",
        "sigmoid(s * (x - left)) rises at left. The same with right, taken away, brings it down again.",
        "height * (sigmoid(s * (x - left)) - sigmoid(s * (x - right))).",
    ],
)
def bump(bump: Answer, rng):
    """bump(x, left, right, height, s) is a bump from two sigmoids, for an array x."""
    for _ in range(3):
        left, width, height = rng.uniform(-2, 2), rng.uniform(1, 3), rng.uniform(1.5, 4)
        right, s = left + width, rng.uniform(2, 4)
        x = np.concatenate([[left, right, left + width / 2], rng.uniform(left - 2, right + 2, 8)])
        got, want = bump(x, left, right, height, s), height * _box(x, left, right, s)
        _judge_bump(got, want, x, _bumps(x, left, right, height, s))
    x = np.array([-1e6, -3.0, 0.5, 3.0, 1e6])
    far = "Far away sigmoid(z) is asked for a huge z. Use the one that is given."
    _judge_bump(bump(x, 0.0, 1.0, 2.0, 50.0), 2 * _box(x, 0, 1, 50), x, [], far)


def _judge_bump(got, want, x, mistakes, advice="At each edge the bump has about half its height, far outside it is 0."):
    """Pass if ``got`` is ``want`` at the places x; else give the advice that belongs to the mistake."""
    got = numbers(got, shape=x.shape)
    if not close(got, want):
        advice = next((why for values, why in mistakes if close(got, values)), advice)
        at = np.argmax(~np.isclose(got, want, rtol=1e-9, atol=1e-12))
        fail(f"{advice}\nA place that shows it: x = {x[at]:.4g}.", f"You get {got[at]:.6g}. Right: {want[at]:.6g}.")


def _sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


def _box(x, left, right, s):
    """The right bump, of height 1."""
    return _sigmoid(s * (x - left)) - _sigmoid(s * (x - right))


def _bumps(x, left, right, height, s):
    """What known misconceptions give, with the advice for each."""
    up, down = _sigmoid(s * (x - left)), _sigmoid(s * (x - right))
    both = "The factor s belongs to the whole bracket: s * (x - left). s * x - left puts the edge at left / s."
    return [
        (height * (up + down), "You add two steps up: that is a staircase. The second one must be taken away."),
        (height * (down - up), "The bump hangs down: up first, then down."),
        (up - down, "The height is missing: your bump is about 1 high."),
        (height * up, "That is one step. It never comes down again: take away a second one."),
        (height * _box(x, left, right, 1), "The steepness s is missing."),
        (height * (_sigmoid(s * x - left) - _sigmoid(s * x - right)), both),
        (height * _box(x, -left, -right, s), "The sign of the place is turned: the step at left is s * (x - left)."),
        (height * up * (1 - down), "You multiply the two. A layer can only add up its units, with weights."),
        (_sigmoid(height * s * (x - left)) - _sigmoid(height * s * (x - right)), "The height belongs outside."),
        (
            np.where((x >= left) & (x <= right), height, 0.0),
            "That is a box with sharp edges. Make it from two sigmoids.",
        ),
    ]


@task(
    points=2,
    hints=[
        "How wide may a piece be? The error on a piece of width h is at most M h / 2.",
        "k pieces on [a, b] have the width (b - a) / k. Put that into the bound, and solve for k.",
        "k must be a whole number and at least M (b - a) / (2 eps): round up, with math.ceil or np.ceil.",
    ],
)
def units_needed(units_needed: Answer, rng):
    """units_needed(M, a, b, eps) is the smallest number of hinges for which the bound M h / 2 is at most eps."""
    cases = [(4.0, -1.0, 1.0, 0.25), (3.0, 0.0, 1.25, 0.5), (1.0, 2.0, 2.5, 1.0)]
    for _ in range(6):
        a, M = rng.integers(-40, 40) / 4, rng.integers(5, 400) / 8
        cases.append((M, a, a + rng.integers(5, 80) / 4, 2.0 ** -rng.integers(1, 6)))
    for M, a, b, eps in [*cases, (0.0, -1.0, 3.0, 0.25)]:
        M, a, b, eps = map(float, (M, a, b, eps))
        got = float(numbers(units_needed(M, a, b, eps), "number of units", ()))
        want = int(np.ceil(M * (b - a) / (2 * eps)))
        if got != want:
            given = f"M = {M:g}, a = {a:g}, b = {b:g}, eps = {eps:g}. You give {got:g}."
            fail(f"{_about_units(got, M, a, b, eps)}\n{given}", f"Right: {want}.")


def _about_units(got, M, a, b, eps):
    """The advice for a wrong number of units."""
    exact = M * (b - a) / (2 * eps)
    want = int(np.ceil(exact))
    if M == 0:
        return "A curve with slope 0 is a constant: c alone is enough, without any unit."
    if got != round(got):
        return "A number of units is whole. Round it. Which way, if the error must not be larger than eps?"
    if got > want and got in (np.ceil(2 * exact), np.floor(2 * exact)):
        return "Twice too many: the error on a piece of width h is at most M h / 2, not M h."
    if got == np.floor(exact):
        return "One unit too few: then the pieces are too wide. Round up."
    if got == want + 1:
        return "One too many: k pieces have k + 1 corners, but k hinges. And what divides evenly needs no rounding."
    if got in (np.ceil(M * (b - a) / (2 * eps**2)), np.ceil((b - a) * np.sqrt(M / (8 * eps)))):
        return "The error goes with h, so the units go with 1 / eps: half the error, twice the units."
    if got == np.ceil(M * b / (2 * eps)) or got == np.ceil(M * (a + b) / (2 * eps)):
        return "The length of the interval is b - a."
    if got == np.ceil((b - a) / (2 * eps)):
        return "The steepness M is missing: twice as steep, twice the units."
    return "Solve M h / 2 <= eps for k, with h = (b - a) / k. Round up to a whole number."


@task(
    points=2,
    hints=[
        "Draw A x² + C and |x|. By how much, and in which direction, do they differ at 0, somewhere between, and at h?",
        "For the best one the errors at 0, at the lowest point of A x² + C - x, and at h are equal in size, and their "
        "signs alternate. For the witness: try the five places -h, -h/2, 0, h/2, h.",
        "C = h/8 and A = 1/h. The witness: of those five places, the one with the largest |A x² + B x + C - |x||.",
    ],
)
def best_parabola(best_parabola: Answer, witness: Answer, rng):
    """best_parabola(h) gives the best A and C, and witness(A, B, C, h) a place where a parabola misses by h/8."""
    for h in [1.0, *rng.uniform(0.3, 9, 3)]:
        _judge_best(best_parabola(h), h)
    for h in rng.uniform(0.3, 9, 4):
        for A, B, C in [(1 / h, 0.0, h / 8), *_parabolas(rng, h)]:
            x = float(numbers(witness(float(A), float(B), float(C), float(h)), "place x", ()))
            assert -h <= x <= h, f"The place must lie between -h and h. Yours is {x:.4g}, and h is {h:.4g}."
            off = abs(A * x * x + B * x + C - abs(x))
            if off < h / 8 * (1 - 1e-9):
                fail(_about_witness(x, off, A, B, C, h))


def _judge_best(got, h):
    """Pass if ``got`` is A and C of the best parabola on [-h, h]; else fail with advice."""
    if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != 2:
        fail("Return two numbers: return A, C.")
    A, C = (float(numbers(value, name, ())) for value, name in zip(got, "AC", strict=True))
    if close([A, C], [1 / h, h / 8], rtol=1e-3):
        return
    x = np.linspace(0, h, 2001)
    off = np.abs(A * x * x + C - x).max()
    advice = "The largest error can be smaller: at the best parabola it is equally large at three places of [0, h]."
    for wrong, why in (
        ((15 / 16 / h, 3 * h / 16), "That has the least squared error. Asked for is the least largest error."),
        ((h / 8, 1 / h), "A and C are swapped: C is the value at 0."),
        ((1.0, 1 / 8), "That is right for h = 1. If |x| is drawn h times as large, how do A and C change?"),
        (
            (1 / h, 0.0),
            "It meets |x| at 0 and at h, and lies below it between. Lift it by half the gap.",
        ),
        ((1 / h, h / 4), "It touches |x| at h/2 and lies above it. Lower it by half of the largest gap."),
        ((1 / (2 * h), h / 2), "It touches |x| at h and lies above it. Errors in both directions can be smaller."),
        ((0.0, h / 2), "That is the best constant. A parabola can do better."),
    ):
        if close([A, C], wrong, rtol=1e-3):
            advice = why
    fail(f"{advice} On [-h, h] with h = {h:.4g} yours is off by up to {off:.4g}.", f"The best one: {h / 8:.4g}.")


def _parabolas(rng, h):
    """Near the best one, those with their largest errors at one of its places only, and wild ones."""
    yield 4 / 3 / h, 0.0, 0.0  # 0 at x = 0, too high at h
    yield 1 / h, 0.0, 0.0  # right at 0 and h, too low between
    yield 0.9 / h, 0.0, h / 5  # too high at 0, little elsewhere
    for _ in range(3):
        tilt = rng.uniform(0.1, 0.4)
        yield (1 - tilt) / h, tilt, (1 - tilt) * h / 8  # good on the right
        yield (1 - tilt) / h, -tilt, (1 - tilt) * h / 8  # good on the left
        yield rng.normal() / h, rng.normal(), rng.normal() * h
    yield 0.0, 0.0, h * rng.uniform(0.3, 0.7)


def _about_witness(x, off, A, B, C, h):
    """The advice for a place where the parabola does not miss by h/8."""
    places = np.array([-1, -0.5, 0, 0.5, 1]) * h
    errors = np.abs(A * places**2 + B * places + C - np.abs(places))
    advice = "It is not far enough off there. Compare several places, and return the one with the largest error."
    sides = errors[places >= 0].max(), errors[places <= 0].max()
    if min(sides) < h / 8 * (1 - 1e-9) and B:
        advice = "Look on both sides of 0: B x makes them differ."
    elif x == 0:
        advice = "At 0 alone you cannot tell: a parabola may run through the corner and fail elsewhere."
    elif abs(x) == h:
        advice = "At the ends alone you cannot tell: a parabola may meet both and fail between."
    elif off > h / 8 * 0.97:
        advice = "Nearly, but your places pass over the kink or the ends. Take 0 and both ends among them."
    return f"{advice} At your place it misses by {off / h:.4g} h; asked for is h/8 = 0.125 h or more."


@task(
    points=2,
    hints=[
        "Take the four words of the theorem one at a time. Which lines of the table belong to which word?",
        "A polynomial is a weighted sum of powers. Continuous: no jump; a kink is allowed. A box is closed if both "
        "of its ends belong to it, and bounded if it has two ends. And what exactly is promised?",
        "Not met: activation constant, identity, square, cube, cubic; target step, sign, sawtooth, 1/x; box with <, or "
        "with an end missing; promise of 100 units, of training, of no error. All others are met.",
    ],
)
def unmet(unmet: Answer, rng):
    """unmet(activation, target, box, promise) lists the words of the theorem that a poster does not keep to."""
    fixed = [(line, why) for place in range(4) for line, why in _one_at_a_time(place)]
    for line, why in [(_KEPT, "This one keeps to the theorem in every word."), *fixed, *_posters(rng)]:
        got, want = _words(unmet(*line)), _broken(line)
        if got != want:
            said = f"You say {sorted(got)}." if got else "You say that nothing is wrong."
            where = ", ".join(f"{word}: {value}" for word, value in zip(_WORDS, line, strict=True))
            fail(f"{why}\n{where}. {said}", f"Right: {sorted(want)}.")


_WORDS = ("activation", "target", "box", "promise")
_KEPT = ("relu", "|x|", "-1 <= x <= 1", "some number of units is enough")
_MET = [
    {
        "relu": "ReLU is no polynomial: its two pieces are straight, but together they are not one formula.",
        "tanh": "tanh is no polynomial: it is bounded and not constant.",
        "sigmoid": "The sigmoid is no polynomial: it is bounded and not constant.",
        "step": "The step has a jump, and that is allowed: it is no polynomial.",
        "sine": "The sine is no polynomial: it is bounded and not constant.",
    },
    {
        "|x|": "A kink is no jump: |x| is continuous.",
        "exp(x)": "exp(x) is continuous, and on a bounded box it is bounded.",
        "x^2": "The target may be a polynomial. Only the activation may not.",
        "sqrt(|x|)": "It is very steep at 0, but it does not jump: it is continuous.",
    },
    {
        "-1 <= x <= 1": "This box has both its ends: closed and bounded.",
        "-5 <= x <= 3": "This box has both its ends: closed and bounded. It need not be symmetric.",
        "-1000000 <= x <= 1000000": "It is large, but it is closed and bounded.",
    },
    {
        "some number of units is enough": "That is just what the theorem promises.",
        "some number of units keeps the error below 0.001": "Every error above 0 can be asked for, so this one too.",
    },
]
_NOT_MET = [
    {
        "constant": "A constant is a polynomial, of degree 0.",
        "identity": "The identity, z, is a polynomial: the layers collapse.",
        "square": "z² is not linear, but it is a polynomial: all units together make one parabola.",
        "cube": "z³ is a polynomial: all units together have degree 3.",
        "cubic": "z³ - z bends up and down, but it is a polynomial, of degree 3.",
    },
    {
        "step": "This target jumps at 0: it is not continuous. (As an activation the step is fine.)",
        "sign": "This target jumps at 0: it is not continuous.",
        "sawtooth": "x - floor(x) jumps at each whole number: it is not continuous.",
        "1/x": "Each of these boxes has 0 in it, and there 1/x jumps from minus to plus infinity.",
    },
    {
        "-1 < x < 1": "The ends do not belong to this box: it is not closed.",
        "-1 <= x < 1": "One end does not belong to this box: it is not closed.",
        "x >= -1": "This box has no upper end: it is not bounded.",
        "all x": "All numbers: that is not bounded.",
    },
    {
        "100 units are enough": "The theorem does not say how many units: it depends on the target and on the error.",
        "training finds the weights": "The theorem says that weights exist. It does not say that training finds them.",
        "the error is 0": "The error can be made as small as you like. It need not become 0.",
    },
]


def _one_at_a_time(place):
    """Each value of one word, the others as they should be, with what to say about it."""
    for value, why in (_MET[place] | _NOT_MET[place]).items():
        yield (*_KEPT[:place], value, *_KEPT[place + 1 :]), why


def _posters(rng):
    """Random posters."""
    for _ in range(8):
        line = tuple(str(rng.choice([*met, *broken])) for met, broken in zip(_MET, _NOT_MET, strict=True))
        yield line, "Each value alone is right. Here several words may be wrong at once: look at all four."


def _broken(line):
    """The right answer."""
    return {word for word, value, broken in zip(_WORDS, line, _NOT_MET, strict=True) if value in broken}


def _words(got):
    """The words of an answer, or advice."""
    if got is None:
        fail("You return None. Does your function end with return? If nothing is wrong, return an empty list.")
    got = got.tolist() if isinstance(got, np.ndarray) else got
    if not isinstance(got, (list, tuple, set)) or not all(word in _WORDS for word in got):
        fail(f"Return a list of words out of {', '.join(map(repr, _WORDS))}.")
    return set(got)
