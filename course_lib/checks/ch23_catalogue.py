"""The graded tasks of 23_catalogue."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import fail, numbers, quiet, random_verdicts

# Five traits that tell ten functions apart; where they differ is looked at from left to right
_TRAITS = {
    "step": ("levels off at 0", "levels off", "never falls", "is exactly 0 there", "has straight pieces"),
    "sigmoid": ("levels off at 0", "levels off", "never falls", "only comes near 0 there", "is curved"),
    "tanh": ("levels off below 0", "levels off", "never falls", "", "is curved and has levelled off after a few steps"),
    "softsign": ("levels off below 0", "levels off", "never falls", "", "is curved and levels off slowly, like 1/x"),
    "hard tanh": ("levels off below 0", "levels off", "never falls", "", "has straight pieces"),
    "relu": ("levels off at 0", "grows without end", "never falls", "is exactly 0 there", "has straight pieces"),
    "leaky relu": ("falls without end", "grows without end", "never falls", "", "has straight pieces"),
    "elu": ("levels off below 0", "grows without end", "never falls", "", "is curved"),
    "softplus": ("levels off at 0", "grows without end", "never falls", "only comes near 0 there", "is curved"),
    "silu": ("levels off at 0", "grows without end", "falls before it rises", "only comes near 0 there", "is curved"),
}
_WHERE = (
    "far on the left it",
    "far on the right it",
    "from left to right it",
    "on the left, at x = −10 say, it",
    "between its two ends it",
)
_LOOK = (
    "Evaluate yours at x = −1,000,000.",
    "Evaluate yours at x = 1,000,000.",
    "Look at many places between −20 and 20: does it ever fall?",
    "Evaluate yours at x = −10 and compare with 0 itself.",
    "Look at differences of neighbours, and at how soon it comes near its ends.",
)


def _standard(name, rng):
    """One of the ten functions as it stands on its card; of leaky ReLU with some slope."""
    slope = rng.uniform(0.05, 0.3)
    return {
        "step": lambda x: (x >= 0) * 1.0,
        "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
        "tanh": np.tanh,
        "softsign": lambda x: x / (1 + np.abs(x)),
        "hard tanh": lambda x: np.clip(x, -1, 1),
        "relu": lambda x: np.maximum(x, 0),
        "leaky relu": lambda x: np.maximum(x, slope * x),
        "elu": lambda x: np.maximum(x, 0) + np.expm1(np.minimum(x, 0)),
        "softplus": lambda x: np.logaddexp(x, 0),
        "silu": lambda x: x / (1 + np.exp(-x)),
    }[name]


@task(
    points=3,
    hints=[
        "Which traits of the cards does stretching not change? What levels off still does. Look at both ends first.",
        "Far left: 0, a number below 0, or no end? Far right: an end or none? That leaves at most three names.",
        "f(-1e6) and f(1e6) split the ten. Then: does f on a grid ever fall; is f(-10) exactly 0; is f(20) at its end?",
    ],
)
def recognise(recognise: Answer, rng):
    """recognise(f) names the function f, which has been stretched by unknown factors."""
    names = [*_TRAITS, *rng.choice(list(_TRAITS), 6)]
    for right in rng.permutation(names):
        high, wide = rng.uniform(0.5, 2, size=2)
        standard = _standard(str(right), rng)
        got = recognise(quiet(lambda x, high=high, wide=wide, standard=standard: high * standard(x / wide)))
        if not isinstance(got, str) or got not in _TRAITS:
            fail(f"Answer with one of {', '.join(_TRAITS)}, as a string.")
        if got != right:
            _tell_apart(got, str(right))


def _tell_apart(got, right):
    """Fail with the first trait in which the two functions differ."""
    for where, look, yours, its in zip(_WHERE, _LOOK, _TRAITS[got], _TRAITS[right], strict=True):
        if yours != its:
            fail(f"You say {got!r}. Of a {got}, {where} {yours}. This function does something else. {look}", right)


_QUESTIONS = ("bounded", "never falls", "odd", "flat on the left", "flat on the right")
_ADVICE = {
    ("bounded", True): "You call it bounded. Farther out it passes 100: look on both sides, as far as 100,000,000.",
    ("bounded", False): "You call it unbounded. It never leaves −100 to 100. To stay in bounds it need not level off.",
    ("never falls", True): "You say that it never falls. Look at every step of a fine grid from −100 to 100.",
    ("never falls", False): "You say that it falls. Level stretches are no fall, nor is rounding of 1e−12.",
    ("odd", True): "You call it odd. Compare f(−x) with −f(x) at many x. One place, such as 0, proves nothing.",
    ("odd", False): "You call it not odd. Compare f(−x) with −f(x), not with f(x), and allow for rounding.",
    (
        "flat on the left",
        True,
    ): "You call it flat on the left. Look at its slope beyond −10,000,000, at several places.",
    ("flat on the left", False): "You call it not flat on the left. Flat speaks of the slope, not of the value.",
    (
        "flat on the right",
        True,
    ): "You call it flat on the right. Look at its slope beyond 10,000,000, at several places.",
    ("flat on the right", False): "You call it not flat on the right. Flat speaks of the slope, not of the value.",
}


def _strangers(rng):
    """Functions that no card describes: (what it is, the function, the five right answers)."""
    a, s = rng.uniform(0.6, 2, size=2)
    c, far = rng.uniform(0.2, 0.5), rng.uniform(20, 60)
    even = random_verdicts(rng, 2)[0]
    low = 1.0 if even else 1.0 + c
    yield "a tanh that is lifted", lambda x: a * np.tanh(x / s) + c, (True, True, False, True, True)
    yield "a wave", lambda x: a * np.sin(x / s), (True, False, True, False, False)
    yield "a line with a wave on it", lambda x: x + 0.9 * s * np.sin(x / s), (False, True, True, False, False)
    yield (
        "a square root on both sides",
        lambda x: a * np.sign(x) * (np.sqrt(1 + np.abs(x)) - 1),
        (False, True, True, True, True),
    )
    yield "a bell", lambda x: a * np.exp(-x * x / s), (True, False, False, True, True)
    yield "a ReLU upside down", lambda x: -a * np.maximum(x, 0), (False, False, False, True, False)
    yield "a softplus from right to left", lambda x: a * np.logaddexp(-x / s, 0), (False, False, False, False, True)
    yield "a line", lambda x: a * x, (False, True, True, False, False)
    yield "a clamp", lambda x: np.clip(x, -low, 1.0), (True, True, even, True, True)
    yield "a line times a bell", lambda x: a * x * np.exp(-x * x / s), (True, False, True, True, True)
    yield "a V", lambda x: a * np.abs(x), (False, False, False, False, False)
    yield "a ReLU far to the right", lambda x: a * np.maximum(x - far, 0), (False, True, False, True, False)
    yield (
        "a line with one step back",
        lambda x: x - 2 * np.maximum(x - far, 0) + 2 * np.maximum(x - far - 5, 0),
        (False, False, False, False, False),
    )


@task(
    points=3,
    hints=[
        "One question at a time. Which places must you look at for each: near 0, everywhere, far out on one side?",
        "A fine grid from -100 to 100 for falls and symmetry. For the ends, f(x + 1) - f(x) at many x from 1e7 to 1e8.",
        "flat right: np.all(np.abs(f(far + 1) - f(far)) < 1e-3) with far = np.linspace(1e7, 1e8, 99). Left: with -far.",
    ],
)
def classify(classify: Answer, rng):
    """classify(f) says whether f is bounded, never falls, is odd, is flat on the left, is flat on the right."""
    strangers = list(_strangers(rng))
    for at in rng.permutation(len(strangers)):
        name, f, right = strangers[at]
        for question, said, holds in zip(_QUESTIONS, _five(classify(quiet(f))), right, strict=True):
            if said != holds:
                fail(f"{_ADVICE[question, said]} The function: {name}.")


def _five(got):
    """The five truth values of an answer."""
    if got is None:
        fail("You return None. Does your function end with return?")
    if not isinstance(got, (tuple, list, np.ndarray)) or np.shape(got) != (5,):
        fail(f"Return five truth values: {', '.join(_QUESTIONS)}.")
    if not all(isinstance(part, (bool, np.bool_)) for part in got):
        fail("Each of the five must be True or False. np.all makes one truth value of many.")
    return [bool(part) for part in got]


_Z = np.linspace(-10, 10, 200_001)
_WEIGHT = np.exp(-_Z * _Z / 2) / np.sqrt(2 * np.pi) * (_Z[1] - _Z[0])


def _expect(values):
    """E of what has these values at _Z, for z from N(0, 1)."""
    return float(np.sum(values * _WEIGHT))


def _newcomers(rng):
    """Functions that are not in the list, each with its slope."""
    for _ in range(2):
        a, b = rng.uniform(0.7, 2, size=2)
        c = rng.uniform(0.2, 0.9)
        yield (
            "a wave, lifted",
            lambda x, a=a, b=b, c=c: a * np.sin(b * x) + c,
            lambda x, a=a, b=b: a * b * np.cos(b * x),
        )
        yield (
            "the square of a ReLU",
            lambda x, a=a, c=c: a * np.maximum(x + c, 0) ** 2,
            lambda x, a=a, c=c: 2 * a * np.maximum(x + c, 0),
        )
        yield (
            "a line with bumps",
            lambda x, b=b, c=c: c * x + np.sin(b * x) ** 2 / b,
            lambda x, b=b, c=c: c + np.sin(2 * b * x),
        )
        yield "a V", lambda x, a=a, c=c: a * np.abs(x - c), lambda x, a=a, c=c: a * np.sign(x - c)
        yield (
            "a line times a bell, lifted",
            lambda x, a=a, b=b, c=c: a * x * np.exp(-b * x * x) + c,
            lambda x, a=a, b=b: a * np.exp(-b * x * x) * (1 - 2 * b * x * x),
        )


@task(
    points=4,
    hints=[
        "All three are averages over standard normal z: each z counts by the height of the bell curve there.",
        "Take a fine grid z from -8 to 8 with step dz. The average of g(z) is the sum of g(z) · bell(z) · dz.",
        "w = np.exp(-z*z/2) / np.sqrt(2*np.pi) * dz; mean sum(f(z)*w), gain sum(f(z)**2*w)**-0.5, sum(slope(z)**2*w).",
    ],
)
def card_numbers(card_numbers: Answer, rng):
    """card_numbers(f, slope) gives the mean, the gain and the mean square of the slope, for z from N(0, 1)."""
    newcomers = list(_newcomers(rng))
    for at in rng.permutation(len(newcomers)):
        name, f, slope = newcomers[at]
        got = card_numbers(quiet(f), quiet(slope))
        if isinstance(got, (tuple, list)) and len(got) != 3:
            fail("Return three numbers: return mean, gain, slope_square.")
        got = numbers(got, "three numbers", (3,))
        values, slopes = f(_Z), slope(_Z)
        square = _expect(values**2)
        rights = (_expect(values), square**-0.5, _expect(slopes**2))
        slips = (_slips_of_mean(f, values), _slips_of_gain(values, square), _slips_of_slope(slopes))
        for what, yours, right, known in zip(
            ("mean", "gain", "mean square of the slope"), got, rights, slips, strict=True
        ):
            if not np.isclose(yours, right, rtol=2e-4, atol=2e-4):
                _explain(what, yours, right, known, name)


def _explain(what, got, right, slips, name):
    """Fail with what is known of this wrong number."""
    advice = next((text for value, text in slips if np.isclose(got, value, rtol=1e-3, atol=1e-4)), None)
    if advice is None and np.isclose(got, right, rtol=0.1, atol=0.1):
        advice = "Close, but four digits are asked for. Random draws are too coarse, a fine grid is not."
    advice = advice or "Each z counts by the height of the bell curve there, and the weights add up to 1."
    fail(f"The {what} is not right. {advice} The function: {name}. Yours: {got:.6g}.", f"Right: {right:.6g}.")


def _slips_of_mean(f, values):
    yield float(f(np.array(0.0))), "That is f(0), the output at the mean input. Asked for is the mean of the outputs."
    yield _expect(np.abs(values)), "You take the mean of |f|. Outputs below 0 count as they are."
    yield _expect(values) * np.sqrt(2 * np.pi), "The weights do not add up to 1: divide the bell by √(2π)."
    yield from ((flat, _SAME) for flat in _unweighted(values))


_SAME = "Every z counts the same in yours. Those near 0 are more frequent: weigh them by the bell curve."


def _unweighted(values):
    """The averages over z from -2 to 2, or up to -10 to 10, in which every z counts the same."""
    return [float(np.mean(values[np.abs(_Z) <= edge])) for edge in range(2, 11)]


def _slips_of_gain(values, square):
    mean = _expect(values)
    yield square**0.5, "That is what the gain must undo: turn it over."
    yield square, "That is the mean square itself. The gain is 1 over its root."
    yield 1 / square, "The root is missing: weights are multiplied by the gain, and it enters the mean square twice."
    yield (square - mean**2) ** -0.5, "You take the spread about the mean. The gain takes the mean square about 0."
    yield 1 / _expect(np.abs(values)), "You take 1 over the mean of |f|. It is the mean of f² that a layer keeps."
    yield from ((flat**-0.5, _SAME) for flat in _unweighted(values**2))


def _slips_of_slope(slopes):
    mean, square = _expect(slopes), _expect(slopes**2)
    yield mean, "That is the mean of the slope. Square it first, then average."
    yield mean**2, "You average, then square. Square first, then average."
    yield _expect(np.abs(slopes)), "That is the mean size of the slope. Square it first, then average."
    yield square**0.5, "No root here: the mean of the square itself is asked for."
    yield square - mean**2, "You take the spread of the slope about its mean. Asked for is the mean square about 0."
    yield square**-0.5, "That treats the slope as the gain treats f. Asked for is the mean of its square."
    yield from ((flat, _SAME) for flat in _unweighted(slopes**2))
