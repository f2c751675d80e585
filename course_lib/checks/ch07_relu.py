"""The graded tasks of 07_relu."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import compare, fail, numbers, random_verdicts, verdict

_X = np.array([-30.0, -2.0, -0.5, -1e-9, 1e-9, 0.5, 1.0, 2.0, 7.0, 30.0])


@task(
    points=2,
    hints=[
        "Take the two functions one at a time. What does each give for x = -2? And for x = 2?",
        "The function keeps a positive input as it is. Its slope there does not depend on how large the input is.",
        "np.maximum(x, 0) for the value. For the slope, a comparison x > 0 gives True or False; make numbers of it.",
    ],
)
def gate(relu: Answer, relu_slope: Answer, rng):
    """relu(x) and relu_slope(x) are right for every number in an array of any shape."""
    kept = np.maximum(_X, 0)
    mistakes = [
        (np.abs(_X), "That is |x|: it mirrors a negative input. ReLU gives 0 there."),
        (-kept, "The sign is turned: a positive input comes out as it went in."),
        (np.minimum(_X, 0), "That keeps the negative side. ReLU keeps the positive side."),
        (np.where(_X > 0, 1.0, 0.0), "That is the step function: it forgets how large a positive input is."),
        (np.where(_X > 0, _X, 0.01 * _X), "That is the leaky ReLU: a negative input must give exactly 0."),
        (np.logaddexp(0, _X), "That is softplus, the smooth relative. ReLU has a corner and is exactly 0 on the left."),
        (np.clip(_X, 0, 1), "You cut large inputs off. ReLU has no upper bound."),
        (np.clip(_X, 0, 6), "That is ReLU6. Plain ReLU has no upper bound."),
    ]
    compare(relu(_X), kept, _X, "relu(x) is x for positive x, and 0 for negative x.", mistakes)
    right = np.where(_X > 0, 1.0, 0.0)
    mistakes = [
        (kept, "You return the function, not its slope. How steep is the line y = x?"),
        (_X, "You return x. The slope of the line y = x is the same everywhere."),
        (np.sign(_X), "That is the slope of |x|. To the left of 0, ReLU is flat: slope 0."),
        (np.ones_like(_X), "That is the slope of the identity. To the left of 0, ReLU is flat: slope 0."),
        (np.zeros_like(_X), "That is the slope of the step function. To the right of 0, ReLU rises with slope 1."),
        (np.where(_X > 0, 1.0, 0.01), "That is the slope of the leaky ReLU. To the left of 0, ReLU is flat: slope 0."),
    ]
    compare(relu_slope(_X), right, _X, "The slope of relu is 1 for positive x, and 0 for negative x.", mistakes)
    at_kink = numbers(relu_slope(np.array([0.0])), "slope at 0", (1,))[0]
    assert 0 <= at_kink <= 1, f"At the kink any slope from 0 to 1 will do. Yours is {at_kink:.4g}."
    any_number = "Some numbers are right, others are not. It must work for every number."
    for table, advice in ((_X.reshape(2, 5), "Keep the shape of the input."), (rng.normal(size=(2, 5)), any_number)):
        compare(relu(table), np.maximum(table, 0), table, advice)
        compare(relu_slope(table), (table > 0) * 1.0, table, advice)


@task(
    points=2,
    hints=[
        "A zero belongs to one input and one unit. Death belongs to a unit: it looks at all inputs.",
        "z has a row for each input and a column for each unit. Along which axis do you ask 'for every input'?",
        "off = z <= 0. Then np.mean(off) is the one share; off.all(axis=0) says for each unit whether it is dead.",
    ],
)
def zeros_and_dead(zeros_and_dead: Answer, rng):
    """zeros_and_dead(z) gives the share of zeros in relu(z) and the share of dead units."""
    for units in (8, 20):
        z = rng.normal(size=(50, units))
        dead = rng.choice(units, size=rng.integers(2, units // 2), replace=False)
        z[:, dead] = -np.abs(z[:, dead]) - 0.1
        z[3, :] = -np.abs(z[3, :]) - 0.1
        z[7, dead[0]] = 0.0
        _judge_shares(*_shares(zeros_and_dead(z)), z)


def _judge_shares(zeros, dead, z):
    """Pass if the two shares are those of the pre-activations z; else fail with advice."""
    off = z <= 0
    advice = "A zero is a pair of one input and one unit with z <= 0. Give the share of such pairs: between 0 and 1."
    if np.isclose(zeros, 100 * off.mean()):
        advice = "That is a percentage. A share is between 0 and 1."
    elif zeros > 1:
        advice = "You give a number of zeros. Divide by how many values there are: a share is between 0 and 1."
    elif np.isclose(zeros, 1 - off.mean()):
        advice = "That is the share of values that are positive. The zeros are the others."
    assert np.isclose(zeros, off.mean()), f"{advice} Yours: {zeros:.4g}."
    advice = "A unit is dead when its z is not positive for any input: look at a whole column."
    if dead > 1:
        advice = "You give a number of dead units. Divide by how many units there are: a share is between 0 and 1."
    elif np.isclose(dead, off.mean()):
        advice = "That is the share of zeros again. Inactive for one input is not dead: dead is off for every input."
    elif np.isclose(dead, off.any(axis=0).mean()):
        advice = "You count units that are off for some input. Such a unit is inactive there, not dead. Ask for every."
    elif np.isclose(dead, off.all(axis=1).mean()):
        advice = "You looked along the rows: inputs for which every unit is off. A unit is a column."
    elif np.isclose(dead, (z < 0).all(axis=0).mean()):
        advice = "What about z = 0 exactly? relu(0) is 0 as well, so that unit is off there too: <=, not <."
    elif np.isclose(dead, 1 - off.all(axis=0).mean()):
        advice = "That is the share of units that live. The dead ones are the others."
    assert np.isclose(dead, off.all(axis=0).mean()), f"{advice} Yours: {dead:.4g}."


def _shares(got):
    """The two numbers of an answer, or advice."""
    if not isinstance(got, (tuple, list, np.ndarray)) or np.shape(got) != (2,):
        fail("Return two numbers: return zeros, dead.")
    return [float(numbers(value, "share", ())) for value in got]


@task(
    points=2,
    hints=[
        "Walk along the function from the left. At which three places does its slope change, and by how much?",
        "relu(x - c) changes the slope by 1 at x = c. Twice the change: multiply it by 2. Downwards: subtract it.",
        "The slope goes 0, +1, -1, 0: so it changes by +1 at 0, by -2 at 1, and by +1 at 2.",
    ],
)
def tent(tent: Answer, rng):
    """tent(x, relu) is built from relu alone: 0 up to x = 0, a peak of 1 at x = 1, 0 again from x = 2 on."""
    x = np.array([-40.0, -3.0, -1.0, 0.0, 0.25, 0.5, 1.0, 1.5, 1.75, 2.0, 2.5, 3.0, 40.0])
    calls = []

    def relu(z):
        calls.append(True)
        return np.maximum(numbers(z, "input to relu"), 0)

    def hinges(*changes):
        return sum(change * np.maximum(x - place, 0) for place, change in enumerate(changes))

    got = tent(x, relu)
    advice = "Between two hinges the slope does not change. Check each piece."
    mistakes = [
        (hinges(1, -1), "The slope is 0 after the peak. It must fall there: from +1 to -1 is a change of 2."),
        (hinges(1, -1, 1), "The middle hinge is too weak. At the peak the slope goes from +1 to -1: a change of 2."),
        (hinges(1, -2), "It goes on falling after x = 2. One more hinge must bring the slope back to 0 there."),
        (hinges(1, -2, 2), "It rises again after x = 2. There the slope goes from -1 to 0: a change of 1."),
        (hinges(1), "That is the rising half only. A second hinge must turn it round at x = 1."),
        (1 - np.abs(x - 1), "That is 1 - |x - 1|: the peak is right, but it goes below 0 on both sides."),
        (2 * hinges(1, -2, 1), "The shape is right, but the peak is 2."),
        (np.maximum(1 - np.abs(x), 0), "The shape is right, but the peak stands at x = 0."),
    ]
    compare(got, hinges(1, -2, 1), x, advice, mistakes)
    assert calls, "The shape is right, but you never called relu. Build it from hinges: relu(x - c), weighed, added."
    x = rng.uniform(-1, 3, size=13)
    compare(tent(x, relu), hinges(1, -2, 1), x, advice)


@task(
    points=2,
    hints=[
        "Try it with one number: z = 3 and grad = 10. The output moves with the input one to one: what returns?",
        "Multiply what comes from above by the slope at z. That slope is 0 or 1, not z.",
        "grad * (z > 0): the same gate that the signal passed on its way forward.",
    ],
)
def backward(backward: Answer, rng):
    """backward(grad, z) gives the gradient with respect to z from grad, the gradient with respect to relu(z)."""
    z, grad = rng.normal(size=(6, 4)), rng.normal(size=(6, 4))
    keep = (z > 0) * 1.0
    mistakes = [
        (grad * np.maximum(z, 0), "You multiply by relu(z). The chain rule multiplies by the slope at z, 0 or 1."),
        (grad, "Nothing is gated: where z is negative, relu is flat, and no gradient comes back."),
        (keep, "That is the slope alone. Multiply it by the gradient that comes from above."),
        (np.maximum(grad, 0), "You gate by the sign of the gradient. The gate was set on the way forward: by z."),
        (np.maximum(grad, 0) * keep, "You also drop negative gradients. A gradient may have either sign; z gates."),
        (grad * (1 - keep), "The gate is turned round: where z is positive, the gradient passes."),
        (grad * np.sign(z), "Where z is negative the slope is 0, not -1."),
        (grad / np.where(z > 0, z, np.inf), "You divide by z. Where z is positive the slope is 1: leave grad alone."),
        ((grad * keep) / len(z), "The mean belongs to the loss. Here each gradient passes as it is, or not at all."),
    ]
    advice = "Where z is positive the gradient passes unchanged; where z is negative it is 0."
    compare(backward(grad, z), grad * keep, z, advice, mistakes)


@task(
    points=2,
    hints=[
        "A slope is right if a small step in x changes f by about slope times the step. Ask that at many places.",
        "(f(x + h) - f(x - h)) / (2 * h) measures the slope. It is wrong within h of a kink: keep away from x = 0.",
        "Take x = np.linspace(-20, 20, 400): without 0. With h = 1e-5, np.allclose(measured, slope(x), atol=1e-6).",
    ],
)
def slope_test(slope_is_right: Answer, rng):
    """slope_is_right(f, slope) is True for a right pair and False for a wrong one; at the kink it is not picky."""
    pairs = [(True, *pair) for pair in _right_pairs()] + [(False, *pair) for pair in _wrong_pairs()]
    for right, name, f, slope, advice in [*pairs, *_random_pairs(rng)]:
        if verdict(slope_is_right(f, slope)) != right:
            fail(f"You {'reject a right' if right else 'accept a wrong'} pair: {name}. {advice}")


def _relu(x):
    return np.maximum(x, 0)


def _leaky(x):
    return np.maximum(x, 0.01 * x)


def _right_pairs():
    """Pairs of a function and its slope, with what to do if they are rejected; ReLU with three values at its kink."""
    picky = "Do you measure at x = 0, or within h of it? Do you ask for equality to the last bit, or is h too small?"
    for at_kink in (0.0, 0.5, 1.0):
        yield f"relu with the slope {at_kink} at 0", _relu, lambda x, k=at_kink: np.heaviside(x, k), picky
    yield "the leaky ReLU", _leaky, lambda x: np.where(x > 0, 1.0, 0.01), picky
    square = "It has no kink. Measure on both sides, (f(x + h) - f(x - h)) / (2 * h), and allow a small gap."
    yield "the square", np.square, lambda x: 2.0 * np.asarray(x), square


def _wrong_pairs():
    """Pairs in which the slope is not the function's, with what to do if they are accepted."""
    sides = "Do you compare at all, and on both sides of 0?"
    yield "relu with relu as its slope", _relu, _relu, sides
    yield "relu with the slope of |x|", _relu, np.sign, sides
    yield "relu with the slope 1 everywhere", _relu, np.ones_like, sides
    yield "relu with the slope 0 everywhere", _relu, np.zeros_like, sides
    small = "The two differ by 0.01 only: is your tolerance smaller than that?"
    yield "the leaky ReLU with the slope of relu", _leaky, lambda x: np.heaviside(x, 0.0), small
    far = "Do you look far out?"
    yield "relu with a slope that vanishes beyond x = 6", _relu, lambda x: ((x > 0) & (x < 6)) * 1.0, far
    yield "the square with its slope halved", np.square, lambda x: 1.0 * np.asarray(x), sides


def _random_pairs(rng):
    """Right and wrong pairs, in random order, of functions with random slopes on both sides of 0."""
    for right in random_verdicts(rng, 8):
        left, bend = rng.uniform(-2, 2), rng.uniform(0.5, 2)
        gap = 0.0 if right else rng.uniform(0.2, 0.4)
        yield (
            right,
            f"slope {left:.3g} to the left of 0 and {left + bend:.3g} to the right",
            lambda x, left=left, bend=bend: left * x + bend * np.maximum(x, 0),
            lambda x, left=left, bend=bend + gap: left + bend * np.heaviside(x, 0.5),
            "It is a weighted sum of x and relu. Does your test know some functions only?",
        )
