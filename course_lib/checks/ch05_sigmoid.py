"""The graded tasks of 05_sigmoid."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import compare, fail, random_verdicts, verdict

_X = np.array([-8.0, -3.0, -1.0, -0.25, 0.0, 0.5, 1.0, 2.0, 4.0, 9.0])


def _sigmoid(z):
    return 1 / (1 + np.exp(-np.asarray(z, dtype=float)))


@task(
    points=2,
    hints=[
        "Build it from the plain sigmoid in three moves: shift x, stretch x, stretch the output. In which order?",
        "z = rate * (x - middle) is 0 in the middle. For the slope use the chain rule: the inside has a slope, too.",
        "a = 1 / (1 + np.exp(-rate * (x - middle))). Then ceiling * a, and ceiling * rate * a * (1 - a).",
    ],
)
def growth(height: Answer, slope: Answer, rng):
    """height(x, ceiling, rate, middle) is the growth curve, and slope, of the same four, its derivative in x."""
    cases = [(_X, 1.0, 1.0, 0.0), (_X, 3.0, 0.5, 2.0), (rng.normal(0, 2, size=(2, 5)), *rng.uniform(1.5, 3, size=3))]
    for x, ceiling, rate, middle in cases:
        z = rate * (x - middle)
        a = _sigmoid(z)
        mistakes = [
            (ceiling * (1 - a), "Your curve falls. Is there a minus sign missing in the exponential?"),
            (a, "It ends at 1. It should end at the ceiling."),
            (ceiling * _sigmoid(x - middle), "The rate has no effect: it belongs into the exponent, as a factor."),
            (ceiling * _sigmoid(rate * x), "It has half its height at x = 0. That should be so at x = middle."),
            (ceiling * _sigmoid(rate * (x + middle)), "It is shifted the wrong way: the exponent must be 0 at middle."),
            (ceiling * _sigmoid(rate * x - middle), "First subtract middle from x, then multiply both by the rate."),
            (ceiling * np.tanh(z), "That is tanh. The growth curve begins at 0, not below."),
            (ceiling * np.exp(z), "That grows for ever. What keeps it below the ceiling?"),
        ]
        compare(height(x, ceiling, rate, middle), ceiling * a, x, "height should rise from 0 to the ceiling.", mistakes)
    for x, ceiling, rate, middle in cases:
        a = _sigmoid(rate * (x - middle))
        mistakes = [
            (ceiling * a, "You return the height, not its slope."),
            (
                ceiling * a * (1 - a),
                "The chain rule: the inside, rate * (x - middle), has a slope as well. Multiply by it.",
            ),
            (rate * a * (1 - a), "The ceiling stretches the slope just as it stretches the height."),
            (a * (1 - a), "That is the slope of the plain sigmoid. The rate and the ceiling stretch it."),
            (ceiling * rate * (1 - a**2), "1 - a² is the slope of tanh. Of the sigmoid it is a * (1 - a)."),
            (ceiling * rate * a * (1 + a), "A sign is wrong: the slope is a * (1 - a), it is small where a is near 1."),
            (ceiling * a * rate * (1 - ceiling * a), "a * (1 - a) holds for the output of the plain sigmoid, below 1."),
            (ceiling * rate * x * (1 - x), "You put x into a * (1 - a). It wants the output of the sigmoid."),
        ]
        right = ceiling * rate * a * (1 - a)
        compare(slope(x, ceiling, rate, middle), right, x, "The slope is largest in the middle.", mistakes)


@task(
    points=2,
    hints=[
        "Ask two questions for each column. Is the unit saturated for every input? And on which side, 0 or 1?",
        "It is saturated where a * (1 - a) < 0.05, with a = sigmoid(z). Then a > 0.5 is the upper side.",
        "For each column, flat = a * (1 - a) < 0.05. Not flat.all(): 'learning'. Else, (a > 0.5).all(): 'stuck at 1'; "
        "(a < 0.5).all(): 'stuck at 0'; and if neither, 'switching'.",
    ],
)
def diagnose(diagnose: Answer, rng):
    """diagnose(z) says for each unit (column) whether it is learning, stuck at 0, stuck at 1, or switching."""
    for rows in (6, 15):
        kinds = [str(kind) for kind in rng.permutation([*_KINDS, *rng.choice(list(_KINDS), size=3)])]
        _judge_kinds(diagnose(np.column_stack([_KINDS[kind](rng, rows) for kind in kinds])), kinds)


def _flat(rng, rows):
    return rng.uniform(3.0, 9.0, size=rows)


def _learning(rng, rows):
    """A column that is saturated on one side for all inputs but one or two."""
    z = _flat(rng, rows) * rng.choice([-1, 1])
    z[rng.choice(rows, size=rng.integers(1, 3), replace=False)] = rng.choice([-2.8, -2.0, -0.2, 0.2, 2.0, 2.8])
    return z


def _switching(rng, rows):
    """A column that is saturated for all inputs: near 0 for some, near 1 for the rest."""
    return _flat(rng, rows) * rng.permutation([-1, 1, *rng.choice([-1, 1], size=rows - 2)])


_KINDS = {
    "learning": _learning,
    "stuck at 0": lambda rng, rows: -_flat(rng, rows),
    "stuck at 1": _flat,
    "switching": _switching,
}
_ADVICE = {  # what the unit does -> what was said of it -> advice
    "learning": {
        "stuck": "A unit that is not saturated for a single input still learns from it: ask for every input.",
        "switching": "It is saturated for most inputs, not for all. One that is not is enough to learn from.",
    },
    "stuck": {
        "learning": "This unit is saturated for every input: the slope is below 0.05 each time.",
        "stuck": "The sides are mixed up: where z is far below 0 the output is near 0, far above it is near 1.",
        "switching": "This unit says nearly the same for every input. A switching one says 0 for some, 1 for others.",
    },
    "switching": {
        "learning": "Its mean output may be near ½, but for each single input the slope is below 0.05.",
        "stuck": "It is saturated for every input, but its output is near 0 for some and near 1 for others.",
    },
}


def _judge_kinds(got, kinds):
    """Pass if the words are right; else fail with advice for the first that is not: of learning units first."""
    got = got.tolist() if isinstance(got, np.ndarray) else got
    if not isinstance(got, (list, tuple)) or len(got) != len(kinds):
        fail(f"Return a list with one word for each column of z: here {len(kinds)} words.")
    for column in sorted(range(len(kinds)), key=lambda i: list(_KINDS).index(kinds[i])):
        word, kind = got[column], kinds[column]
        if not isinstance(word, str) or word not in _KINDS:
            fail(f"Each word is one of {', '.join(map(repr, _KINDS))}. That of column {column} is not.")
        if word != kind:
            advice = _ADVICE[kind.partition(" ")[0]][word.partition(" ")[0]]
            fail(f"{advice} Look at column {column}: you say {str(word)!r}.", f"Right: {kind!r}.")


@task(
    points=2,
    hints=[
        "Go in two steps: how does the loss change with a, and how does a change with z? Multiply.",
        "Both have a = sigmoid(z), with slope a * (1 - a). For the cross-entropy, this factor cancels in the end.",
        "squared: 2 * (a - y) * a * (1 - a). cross_entropy: a - y.",
    ],
)
def pushes(squared: Answer, cross_entropy: Answer, rng):
    """squared(z, y) and cross_entropy(z, y) give dL/dz for the two losses of a sigmoid unit."""
    for z in (np.array([-10.0, -3.0, -1.0, 0.0, 0.5, 2.0, 6.0, 10.0]), rng.normal(0, 3, size=8)):
        y = rng.permutation([0.0, 0.0, 0.0, 0.0, 1.0, 1.0, 1.0, 1.0])
        a = _sigmoid(z)
        inner, error = a * (1 - a), a - y
        mistakes = [
            (2 * error, "You stopped at dL/da. Multiply by da/dz: the slope of the sigmoid."),
            (error * inner, "The derivative of a square has a factor 2."),
            (-2 * error * inner, "The sign is turned. If a is larger than y, the loss grows with z."),
            (error**2, "That is the loss. Asked is how it changes with z."),
            (2 * (z - y) * z * (1 - z), "You put z where the output a belongs."),
            (2 * (z - y) * inner, "The error is a - y: it compares the output, not z."),
            (2 * error * z * (1 - z), "The slope a * (1 - a) wants the output a, not z."),
            (error, "That is the push of the cross-entropy. In the squared error the slope does not cancel."),
        ]
        advice = "For (a - y)²: twice the error, times the slope of the sigmoid."
        compare(squared(z, y), 2 * error * inner, z, advice, mistakes)
        with np.errstate(all="ignore"):
            loss = -y * np.log(a) - (1 - y) * np.log(1 - a)
            by_output = error / inner
        mistakes = [
            (error * inner, "The slope is counted twice or never cancelled: dL/da has a * (1 - a) below the line."),
            (2 * error * inner, "That is the push of the squared error."),
            (by_output, "You stopped at dL/da. Multiply by da/dz, and see what cancels."),
            (-error, "The sign is turned. If a is larger than y, the loss grows with z."),
            (z - y, "You put z where the output a belongs."),
            (loss, "That is the loss. Asked is how it changes with z."),
            (2 * error, "There is no factor 2: no square was taken."),
            (a, "What about y? For y = 1 the loss falls as z grows, so the push is below 0."),
        ]
        compare(cross_entropy(z, y), error, z, "It is simpler than you may think: the slope cancels.", mistakes)


@task(
    points=2,
    hints=[
        "Try z = 1000, y = 0. What is a, to the last digit? And then log(1 - a)?",
        "Do not compute a at all. -ln(a) = ln(1 + e^(-z)), and -ln(1 - a) = ln(1 + e^z) = z + ln(1 + e^(-z)).",
        "np.logaddexp(0, z) is ln(1 + e^z) without overflow. The loss is np.logaddexp(0, z) - y * z.",
    ],
)
def safe_loss(loss: Answer, rng):
    """loss(z, y) is the binary cross-entropy, finite and right for every z."""
    places = np.array([-1000.0, -50.0, -20.0, -2.0, 0.0, 3.0, 20.0, 50.0, 1000.0])
    for z in (places, rng.uniform(-5, 5, size=9), rng.uniform(30, 2000, size=9) * rng.choice([-1, 1], size=9)):
        y = rng.permutation([0.0, 0.0, 0.0, 1.0, 1.0, 1.0, *rng.uniform(0.1, 0.9, size=3)])
        right = np.logaddexp(0, z) - y * z
        with np.errstate(all="ignore"):
            mistakes = [*_through_the_output(z, y), *_slips(z, y)]
        advice = "Nothing may be nan or inf, and y may lie between 0 and 1: write both logarithms as functions of z."
        compare(loss(z, y), right, z, advice, mistakes, rtol=1e-6, atol=1e-8)


def _through_the_output(z, y):
    """Losses computed from the rounded output a, and what to say of them."""
    a = _sigmoid(z)
    naive = -y * np.log(a) - (1 - y) * np.log(1 - a)
    yield naive, "a or 1 - a is rounded to 0, and its logarithm is -inf: do not go through a, stay with z."
    yield np.nan_to_num(naive), "You replaced nan and inf by some number. The loss can be computed there: stay with z."
    for tiny in (1e-15, 1e-12, 1e-10, 1e-9, 1e-8, 1e-7, 1e-6):
        p = np.clip(a, tiny, 1 - tiny)
        for yes, no in ((p, 1 - p), (a + tiny, 1 - a + tiny)):
            cut = "You cut the output off before the logarithm. Then the loss stops growing, and with it the push."
            yield -y * np.log(yes) - (1 - y) * np.log(no), cut


def _slips(z, y):
    """Losses computed from z, with a slip, and what to say of them."""
    up, down = np.logaddexp(0, z), np.logaddexp(0, -z)
    for overflowing in (np.log(1 + np.exp(z)) - y * z, np.log(1 + np.exp(-z)) + (1 - y) * z):
        yield overflowing, "Half of the job is done: with very large z the exponential still overflows."
    yield up, "That is right for y = 0 only."
    yield down, "That is right for y = 1 only."
    yield up + y * z, "For y = 1 the loss must fall as z grows: a sign is wrong."
    yield down - y * z, "You mixed two forms: with ln(1 + e^(-z)) comes (1 - y) * z, to be added."
    for yes in (y == 1, y > 0.5, y > 0):
        yield np.where(yes, down, up), "y may lie between 0 and 1: then both logarithms have their share."


@task(
    points=2,
    hints=[
        "Three promises, three questions, each asked at many places. Where would a curve that breaks one show it?",
        "np.diff(f(x)) tells whether it ever falls. Allow for rounding, about 1e-12, in each of the three.",
        "x = np.linspace(-20, 20, 4001); a = f(x). np.all(a >= 0) and np.all(a <= 1); np.all(np.diff(a) >= -1e-12); "
        "np.allclose(f(-x), 1 - a).",
    ],
)
def promises(keeps_the_promises: Answer, rng):
    """keeps_the_promises(f) is True if f stays between 0 and 1, never falls, and f(-x) = 1 - f(x); else False."""
    for right, name, f, advice in [*_known_curves(), *_random_curves(rng)]:
        if verdict(keeps_the_promises(lambda x, f=f: f(np.asarray(x, dtype=float)))) != right:
            fail(f"You {'reject a curve that keeps' if right else 'accept a curve that breaks'} them: {name}. {advice}")


def _known_curves():
    """Curves that keep the promises or break one of them, with what to do if the verdict is wrong."""
    picky = "It keeps all three. Do you demand more, or exact equality of rounded numbers?"
    yield True, "the sigmoid", _curve, picky
    yield True, "the sigmoid of 5x", lambda x: _curve(5 * x), picky
    yield True, "the step, ½ at 0", lambda x: np.heaviside(x, 0.5), "Flat parts are allowed, and so are 0 and 1."
    yield True, "a ramp", lambda x: np.clip(0.5 + x / 6, 0, 1), "Flat parts are allowed, and so are 0 and 1."
    yield False, "tanh", np.tanh, "Its values go below 0."
    yield False, "the sigmoid of −x", lambda x: _curve(-x), "It falls."
    yield False, "the sigmoid of x − 1", lambda x: _curve(x - 1), "It is ½ at x = 1: f(−x) is not 1 − f(x)."
    yield False, "the sigmoid squared", lambda x: _curve(x) ** 2, "It is ¼ at x = 0: f(−x) is not 1 − f(x)."
    yield False, "twice the sigmoid, minus ½", lambda x: 2 * _curve(x) - 0.5, "It leaves the range."
    yield False, "½ + x/16, a line", lambda x: 0.5 + x / 16, "It leaves the range at |x| = 8: do you look far out?"
    dip = "It falls between x = 2 and x = 2.5: do you compare neighbours that are near enough?"
    yield False, "a ramp with a dip", _dipping, dip


def _curve(x):
    """The sigmoid, without overflow for any input that a learner may try."""
    return _sigmoid(np.maximum(x, -500))


def _dipping(x):
    """A ramp from 0 to 1 with a dip of 0.1 at x = 2.5, and its mirror image at -2.5."""
    dip = 0.1 * np.maximum(1 - 2 * np.abs(np.abs(x) - 2.5), 0)
    return np.clip(0.5 + x / 8, 0, 1) - np.sign(x) * dip


def _random_curves(rng):
    """Steep and gentle curves in random order; those that break a promise do so beyond a random place."""
    for right in random_verdicts(rng, 8):
        steep, far = rng.uniform(0.5, 3), rng.uniform(3, 7)
        jump = 0.0 if right else rng.choice([-1, 1]) * rng.uniform(0.05, 0.2)
        name = f"the sigmoid of {steep:.3g}x" + ("" if right else f", changed by {jump:.3g} beyond x = {far:.3g}")
        yield (
            right,
            name,
            lambda x, steep=steep, far=far, jump=jump: _curve(steep * x) + jump * (x > far),
            "Does your test know some functions only, or look near 0 only?",
        )
