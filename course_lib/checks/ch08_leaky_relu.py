"""The graded tasks of 08_leaky_relu."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer, kind
from course_lib.checks.expect import close, compare, fail, numbers, quiet, random_verdicts

_X = np.array([-30.0, -2.0, -0.5, -0.03, 0.04, 0.7, 1.0, 3.0, 7.0, 25.0])


@task(
    points=2,
    hints=[
        "Take x = -2 and left = 3, right = 0.5. What should come out? Then take x = 2.",
        "Ask for each number whether it is positive: np.where(condition, if so, if not). The slopes are the factors.",
        "np.where(x > 0, right * x, left * x) for the value, np.where(x > 0, right, left) for the slope.",
    ],
)
def two_slopes(bent: Answer, slope: Answer, rng):
    """bent(x, left, right) is left·x on the left of 0 and right·x on the right; slope(x, left, right) is its slope."""
    for left, right in ((0.2, 1.5), (3.0, 0.5), (-0.7, 0.0)):
        _judge_bent(bent, slope, _X, left, right, "It is left·x for negative x and right·x for positive x.")
    at_kink = numbers(slope(np.array([0.0]), 0.2, 1.5), "slope at 0", (1,))[0]
    assert 0.2 <= at_kink <= 1.5, f"At the kink any slope from left to right will do. Yours is {at_kink:.4g}."
    whole = np.array([-3, -2, 1, 4])
    cut = "The input holds whole numbers, and so does your result: what stands behind the point is cut off."
    _judge_bent(bent, slope, whole, 0.25, 0.5, cut)
    other = "Some numbers are right, others are not. left and right may be any numbers, x any array."
    for table, advice in ((_X.reshape(2, 5), "Keep the shape of the input."), (rng.normal(size=(2, 5)), other)):
        _judge_bent(bent, slope, table, *rng.uniform(-2, 2, size=2), advice)


def _judge_bent(bent, slope, x, left, right, advice):
    """Pass if both functions are right at x for these two slopes; else fail with advice."""
    value, on = np.where(x > 0, right * x, left * x), x > 0
    mistakes = [
        (np.maximum(left * x, right * x), "You take the larger line. That is right only while left is at most right."),
        (np.where(on, right * x, -left * x), "The sign is turned on the left: slope times x is negative there."),
        (np.where(on, right * x, left), "On the left you return the slope itself. The value is the slope times x."),
        (np.where(on, left * x, right * x), "The sides are swapped: right is the slope for positive x."),
        (
            np.where(on, x, left * x),
            "On the right the slope is 1 in your function. It should be the number called right.",
        ),
        (np.where(on, right * x, 0.01 * x), "The slope on the left is 0.01 in your function, whatever left says."),
        (np.where(on, right * x, 0), "On the left you return 0, as ReLU does. There the line has the slope left."),
        (left * x + right * x, "You add both lines everywhere. On each side there is only one."),
    ]
    compare(bent(x, left, right), value, x, advice, mistakes)
    mistakes = [
        (value, "You return the function, not its slope. How steep is the line left·x?"),
        (
            np.where(on, right, -left),
            "The slope on the left is left, with its own sign. It is the value that is negative.",
        ),
        (np.where(on, left, right), "The sides are swapped: the slope is right for positive x."),
        (
            np.where(on, 1.0, left),
            "On the right the slope is 1 in your function. It should be the number called right.",
        ),
        (np.where(on, right, 0.0), "On the left you return 0, the slope of ReLU. There the slope is left."),
        (np.where(on, right, left * x), "On the left you return the value. The slope of left·x does not depend on x."),
        (np.full(x.shape, max(left, right)), "You return the larger slope everywhere. Each side has its own."),
        (np.full(x.shape, left), "You return left on both sides. The slope on the right is right."),
    ]
    compare(slope(x, left, right), np.where(on, right, left), x, advice, mistakes)


@task(
    points=2,
    hints=[
        "Cut the mean into two halves: what comes from z > 0, and what from z < 0? Each is a slope times a number.",
        "ReLU's mean is 1/√(2π): that is what z > 0 contributes with slope 1, and z < 0 with slope −1. "
        "To the mean square, each half contributes 1/2, times its slope squared.",
        "mean = (right - left) / np.sqrt(2 * np.pi); gain = np.sqrt(2 / (left**2 + right**2))",
    ],
)
def mean_and_gain(mean_and_gain: Answer, rng):
    """mean_and_gain(left, right) gives the mean of the outputs for standard normal inputs, and the gain."""
    cases = [
        (0.1, 1.0),
        *(rng.uniform([-0.9, 0.4], [-0.3, 2.0]) for _ in range(2)),
        rng.uniform([1.2, 0.2], [2.5, 0.9]),
    ]
    for left, right in cases:
        got = mean_and_gain(float(left), float(right))
        if not isinstance(got, (tuple, list, np.ndarray)) or getattr(got, "ndim", 1) == 0 or len(got) != 2:
            fail("Return two numbers: return mean, gain.")
        _judge_mean(numbers(got[0], "mean", ()), left, right)
        _judge_gain(numbers(got[1], "gain", ()), left, right)


def _judge_mean(got, left, right):
    """Pass if this is the mean; else fail with advice."""
    relu = 1 / np.sqrt(2 * np.pi)
    mistakes = [
        (0.0, "The mean of the inputs is 0, that of the outputs is not: the two sides have different slopes."),
        ((right + left) * relu, "The left side takes away: there z is negative, so slope times z is, too."),
        ((left - right) * relu, "The sign is turned: a steep right side makes the mean positive."),
        (2 * (right - left) * relu, "That is twice as much. Only half of the inputs lie on each side."),
        ((right - left) / 2, "The mean of z, where it is positive, is not 1: ReLU's mean is 1/√(2π), not 1/2."),
        (right * relu, "The left side is missing. With slope left it takes something away."),
        ((1 - left) * relu, "That is right while the slope on the right is 1. Here it is the number called right."),
        (right - left, "The factor 1/√(2π) is missing: it is ReLU's mean."),
    ]
    _judge_number("mean", got, (right - left) * relu, mistakes, "Each side contributes its slope times ±1/√(2π).")


def _judge_gain(got, left, right):
    """Pass if this is the gain; else fail with advice."""
    square = (left**2 + right**2) / 2
    deviation = np.sqrt(square - (right - left) ** 2 / (2 * np.pi))
    mistakes = [
        (square, "That is the mean square. The gain is 1 divided by its root."),
        (np.sqrt(square), "That is how large the outputs are. The gain makes up for it: 1 divided by that."),
        (1 / square, "The root is missing. The weights are multiplied by the gain, so the mean square by gain²."),
        (
            1 / deviation,
            "You took the mean off first: that is 1 over the standard deviation. Take the mean square itself.",
        ),
        (1 / np.sqrt(2 * square), "Only half of the inputs lie on each side: each square counts half."),
        (np.sqrt(2.0), "That is the gain of ReLU. The slopes change it."),
        (
            np.sqrt(2 / (1 + left**2)),
            "That is right while the slope on the right is 1. Here it is the number called right.",
        ),
        (np.sqrt(2) / abs(left + right), "The squares are added, not the slopes: left² + right², not (left + right)²."),
    ]
    _judge_number("gain", got, square**-0.5, mistakes, "The gain is 1/√(mean square of the outputs).")


def _judge_number(what, got, want, mistakes, advice):
    """Pass if two numbers agree; else fail with the advice that belongs to the mistake."""
    if close(got, want):
        return
    for value, reason in mistakes:
        if close(got, value):
            advice = reason
            break
    fail(f"Your {what} is not right. {advice}", f"You get {got:.6g}, right is {want:.6g}.")


@task(
    points=2,
    hints=[
        "A unit bends on these inputs if its z is positive for one and negative for another. When does it not?",
        "z = x @ W + b has a column for each unit. A column on one side of 0 is multiplied by one number, 1 or slope.",
        "on, off = (z >= 0).all(axis=0), (z <= 0).all(axis=0). If (on | off).all(), take s = np.where(on, 1, slope) "
        "and return W * s, b * s.",
    ],
)
def folded(folded: Answer, rng):
    """folded(x, W, b, slope) gives the affine layer that does the same on the inputs x, or None if some unit bends."""
    plans = [["off", "on", "off", "on"], ["off"] * 4, ["on"] * 4, ["off", "bends", "off", "off"]]
    for affine in random_verdicts(rng, 6):
        sides = list(rng.permutation(["on", "off", "on", "off", *rng.choice(["on", "off"], size=2)]))
        if not affine:
            sides[rng.integers(6)] = "bends"
        plans.append(sides)
    for sides in plans:
        x, W, b = _layer(sides, rng)
        _judge_folded(folded(x, W, b, 0.2), x, W, b, 0.2, "bends" not in sides)


def _layer(sides, rng):
    """Inputs and a layer whose units are on for all of them, off for all, or for one input on the other side."""
    x, W = rng.normal(size=(30, 3)), rng.normal(size=(3, len(sides)))
    z = np.sort(x @ W, axis=0)
    above, below = -z[0] + rng.uniform(0.1, 2), -z[-1] - rng.uniform(0.1, 2)
    one = np.where(rng.random(len(sides)) < 0.5, -(z[0] + z[1]) / 2, -(z[-1] + z[-2]) / 2)
    kinds = np.array(sides)
    return x, W, np.where(kinds == "on", above, np.where(kinds == "off", below, one))


def _judge_folded(got, x, W, b, slope, affine):
    """Pass if an answer is the affine layer, or None where there is none; else fail with advice."""
    if got is None:
        if affine:
            fail(
                "You return None, but on these inputs nothing bends. Look at each unit by itself: is its z on the same "
                "side of 0 for all inputs? Some units may be on and others off."
            )
        return
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        fail(f"Return a pair, return W2, b2, or None. What you return is {kind(got)}.")
    if not affine:
        fail(
            "One unit has z on both sides of 0, and you fold it all the same. A single input is enough to make it bend."
        )
    W2, b2 = numbers(got[0], "W2", W.shape), numbers(got[1], "b2", b.shape)
    z = x @ W + b
    on = z[0] > 0
    mistakes = [
        (z, "You return the layer without its leak. A unit that is off multiplies its z by slope."),
        (slope * z, "You multiply every unit by slope. A unit that is on leaves its z as it is."),
        (x @ (W * np.where(on, 1, slope)) + b, "b is multiplied too: slope·(xW + b) is x·(slope·W) + slope·b."),
        (x @ W + b * np.where(on, 1, slope), "W is multiplied too, not b alone: slope·(xW + b)."),
        (np.where(on, slope * z, z), "The sides are swapped: a unit that is off is multiplied by slope."),
        (np.where(on, z, 0), "That is ReLU: there a unit that is off gives 0. Here it gives slope·z."),
        (np.where(on, z, z / slope), "You divide by slope. A leak multiplies."),
    ]
    want = np.where(z > 0, z, slope * z)
    compare(x @ W2 + b2, want, None, "The two layers differ on the inputs. Which factor has each unit?", mistakes)


@task(
    points=2,
    hints=[
        "Go backwards, one step at a time: which was the last step of the layer? Undo that one first.",
        "A negative y came from y / slope. 1/slope is above 1: what did the chapter say about the maximum there?",
        "z = np.where(y > 0, y, y / slope); then subtract b; then multiply by np.linalg.inv(W) from the right.",
    ],
)
def undo(undo: Answer, rng):
    """undo(y, W, b, slope) gives back the inputs x of the layer y = leaky(x @ W + b), slope > 0."""
    for units in (3, 1, 4):
        left, right = (np.linalg.qr(rng.normal(size=(units, units)))[0] for _ in range(2))
        W, b, slope = left * rng.uniform(0.5, 2, size=units) @ right, rng.normal(size=units), rng.uniform(0.05, 0.5)
        x = rng.normal(size=(6, units))
        z = x @ W + b
        y = np.where(z > 0, z, slope * z)
        got = undo(y, W, b, float(slope))
        advice = "Undo the leak, then the bias, then the matrix: the last step of the layer first."
        compare(got, x, None, advice, _slips(y, z, W, b, slope), rtol=1e-7, atol=1e-9)


def _slips(y, z, W, b, slope):
    """Wrong inputs, each with what to say to who gives them."""
    back, maximum = np.linalg.inv(W), np.maximum(y / slope, y)
    yield (maximum + b) @ W.T, "That is the colleague's function. Three things are wrong with it."
    maximum_wrong = (
        "The leak is undone by the slope 1/slope, which is above 1. There the maximum is wrong: use np.where."
    )
    yield (maximum - b) @ back, maximum_wrong
    yield (maximum + b) @ back, maximum_wrong
    yield (maximum - b) @ W.T, maximum_wrong
    yield (z + b) @ back, "b was added on the way forward. On the way back it is taken off."
    yield (z + b) @ W.T, "The leak is undone. But b was added, so take it off; and W.T is not the inverse of W."
    yield (z - b) @ W.T, "W.T turns W on its side. To undo W, multiply by its inverse."
    yield (
        (z - b) @ back.T,
        "np.linalg.solve(W, ·) undoes a W that stands on the left. Here x stands on the left: x @ W.",
    )
    yield z @ back - b, "The order: b was added after the matrix, so take it off before you undo the matrix."
    yield (z - b), "The matrix is not undone: multiply by the inverse of W."
    yield (y - b) @ back, "The leak is not undone: a negative y came from y / slope."
    yield (np.where(y > 0, y, slope * y) - b) @ back, "You leak a second time. To undo a factor, divide by it."


@task(
    points=2,
    hints=[
        "Ask at many x: both signs, near 0 and far out. What should each of them give? Allow for rounding.",
        "np.maximum(slope * x, x) is no truth for a slope above 1. And how do you turn 'it differs here' into that x?",
        "Take x of many sizes, with both signs; want = np.where(x > 0, x, slope * x); "
        "wrong = x[~(np.abs(f(x) - want) <= 1e-6 * np.abs(x))]; return wrong[0] if len(wrong) else None.",
    ],
)
def counterexample(counterexample: Answer, rng):
    """counterexample(f, slope) gives an x at which f is not leaky ReLU with that slope, or None if there is none."""
    for name, f, slope, advice in _right_functions():
        _judge_none(counterexample(quiet(f), slope), name, advice)
    for name, f, slope, advice in _wrong_functions():
        _judge_place(counterexample(quiet(f), slope), f, slope, name, advice)
    for right in random_verdicts(rng, 8):
        slope, gap, left = float(rng.uniform(-2, 3)), rng.uniform(0.02, 0.1), bool(rng.random() < 0.5)
        if right:
            line = f"slope·x + (1 − slope)·relu(x), slope {slope:.3g}"
            _judge_none(counterexample(quiet(_by_parts(slope)), slope), line, _ROUNDING)
        else:
            side = "left" if left else "right"
            advice = f"Do you look at the {side} side, and closely enough?"
            f = _off_by(slope, gap, left)
            _judge_place(
                counterexample(quiet(f), slope), f, slope, f"a line too steep on the {side} by {gap:.2g}", advice
            )


def _leaky(x, slope):
    return np.where(x > 0, x, slope * x)


def _by_parts(slope):
    """Leaky ReLU as a line plus a ReLU: right, but not to the last bit."""
    return lambda x: slope * x + (1 - slope) * np.maximum(x, 0)


def _off_by(slope, gap, left):
    """Leaky ReLU whose line on one side is too steep by a gap."""
    return lambda x: _leaky(x, slope) + gap * (np.minimum(x, 0) if left else np.maximum(x, 0))


_ROUNDING = "Its values differ from the truth in the last digits at most. Allow that."
_ABOVE = "The slope is above 1. What do you take as the truth there?"
_SIDES = "Do you look at negative x as well as positive x?"
_SIZES = "It is right for large x. Look nearer to 0 too, at sizes such as 0.05."
_FAR = "It is right near 0. Look farther out too, up to 1000."


def _right_functions():
    """Right functions: a name, the function, its slope, and what to say to who finds fault with it."""
    yield "np.where(x > 0, x, 0.01·x)", lambda x: _leaky(x, 0.01), 0.01, "It is leaky ReLU itself."
    yield "np.where(x > 0, x, 2·x), slope 2", lambda x: _leaky(x, 2.0), 2.0, _ABOVE
    yield "max(0.3·x, x)", lambda x: np.maximum(0.3 * x, x), 0.3, "For slopes up to 1 the maximum is right."
    yield "|x|, slope −1", np.abs, -1.0, "With the slope −1 it is the absolute value."
    yield "max(0, x), slope 0", lambda x: np.maximum(x, 0), 0.0, "With the slope 0 it is ReLU."
    yield "0.1·x + 0.9·relu(x)", _by_parts(0.1), 0.1, _ROUNDING


def _wrong_functions():
    """Wrong functions: a name, the function, the slope it should have, and what to say to who finds nothing."""
    yield "max(2·x, x), slope 2", lambda x: np.maximum(2 * x, x), 2.0, _ABOVE
    yield "−0.1·x on the left", lambda x: np.where(x > 0, x, -0.1 * x), 0.1, _SIDES
    yield "slope 0.01 in place of 0.3", lambda x: _leaky(x, 0.01), 0.3, "Do you use slope?"
    default = "It took its default 0.01, as slope = slope or 0.01 does. How large is the gap? Allow less."
    yield "0.01·x on the left, slope 0", lambda x: _leaky(x, 0.01), 0.0, default
    yield "slope 0.2 on both sides", lambda x: 0.2 * x, 0.2, _SIDES
    yield "0.3·(exp(x) − 1) on the left", lambda x: np.where(x > 0, x, 0.3 * np.expm1(x)), 0.3, _FAR
    yield "cut off at 600", lambda x: _leaky(np.minimum(x, 600), 0.1), 0.1, _FAR
    yield "0 from −0.1 to 0.1", lambda x: np.where(np.abs(x) < 0.1, 0, _leaky(x, 0.5)), 0.5, _SIZES
    lost = "Here nan > 1 is False, and so is nan < 1. Write the comparison so that nan counts as wrong."
    yield "nan on the left", lambda x: np.where(x > 0, x, np.nan), 0.1, lost


def _place(got):
    """Return what was found, a float or None; fail with advice if it is something else."""
    if got is None:
        return None
    if isinstance(got, (bool, np.bool_)):
        fail("Return an x, or None: not True or False.")
    if isinstance(got, (list, tuple, np.ndarray)) and np.ndim(got) != 0:
        fail("Return a single x, not an array of them. The first that you find will do.")
    x = float(numbers(got, "x", ()))
    if not abs(x) <= 1000:
        fail("Your x should be a number from −1000 to 1000.")
    return x


def _judge_none(got, name, advice):
    """Pass if nothing was found, as is right."""
    if _place(got) is not None:
        fail(f"You find fault with a right function: {name}. {advice}")


def _judge_place(got, f, slope, name, advice):
    """Pass if the x that was found shows that f is wrong."""
    x = _place(got)
    if x is None:
        fail(f"You find no fault with a wrong function: {name}. {advice}")
    want = _leaky(x, slope)
    if np.abs(quiet(f)(x) - want) <= 1e-6 * np.abs(want):
        fail(f"At your x = {x:.6g} nothing is wrong with this function: {name}. Return the x, not an index or a value.")
