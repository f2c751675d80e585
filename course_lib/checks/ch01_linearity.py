"""The graded tasks of 01_linearity."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import choice, fail, numbers, quiet, random_verdicts, verdict


@task(
    points=2,
    hints=[
        "Try a few pairs: both positive, both negative, one of each. Compare the two sides each time.",
        "On each side of 0 alone, ReLU behaves like a linear function. So the pair must stand on both sides.",
        "Take one positive and one negative number. For v = -2, relu(v) is 0, but in the sum u + v it counts.",
    ],
)
def counterexample(u, v):
    """u and v are two numbers for which relu(u + v) is not relu(u) + relu(v)."""
    u, v = _number(u, "u"), _number(v, "v")
    if u == 0 or v == 0:
        fail("One of the two is 0. Then both sides are relu of the other one, so they agree. Try other numbers.")
    together, apart = max(u + v, 0.0), max(u, 0.0) + max(v, 0.0)
    numbers_of_both = f"relu(u + v) = {together:.6g}, and relu(u) + relu(v) = {apart:.6g}."
    if u > 0 and v > 0:
        fail(f"Both are positive: there ReLU changes nothing, so it is additive. {numbers_of_both}")
    if u < 0 and v < 0:
        fail(f"Both are negative, and so is their sum: everything is 0. {numbers_of_both}")
    assert together != apart, f"One is too small to be seen beside the other: rounding hides it. {numbers_of_both}"


_KINDS = {"a": "affine", "b": "affine", "c": "affine", "d": "linear", "e": "linear", "f": "neither", "g": "linear"}
_KINDS["h"] = "neither"
_WHY = {
    ("a", "linear"): "Its graph is a line, but it misses the origin: f(2) = 23, and 2·f(1) = 26.",
    ("a", "neither"): "It is 10x plus a constant. What is the name for linear plus a constant?",
    ("b", "linear"): "A linear function gives 0 for x = 0. This one gives 7.",
    ("b", "neither"): "Write it as 0·x + 7.",
    ("c", "linear"): "Put x = 0 in: log(3·1) is not 0.",
    ("c", "neither"): "Don't judge by the looks. The logarithm of a product is a sum: log 3 + log(exp(x)).",
    ("d", "affine"): "What does it give for a vector of zeros? No constant is added.",
    ("d", "neither"): "It only adds up. Try two vectors: is the running total of their sum the sum of the two totals?",
    ("e", "affine"): "Multiply the brackets out: what is left of the constants?",
    ("e", "neither"): "Don't judge by the squares. Multiply the brackets out: what is left of them?",
    ("f", "linear"): "Its pieces are straight, but f(1) + f(1) = 2, and f(2) = 1.",
    ("f", "affine"): "Take any constant away, and it still jumps. The graph of an affine function is one line.",
    ("g", "affine"): "What does it give for x = 0? No constant is added.",
    ("g", "neither"): "Two bends may cancel. Work it out for x = 5 and for x = -5.",
    ("h", "linear"): "It passes for positive numbers. Try u = 1 and v = -1: f(u) + f(v) = 2 - 1, and f(0) = 0.",
    ("h", "affine"): "Its graph has a corner at 0: slope 1 on the left, 2 on the right. Affine functions have none.",
}


@task(
    points=2,
    hints=[
        "Two questions for each: is f(0) = 0? And is f(u + v) = f(u) + f(v), for u = 1, v = 2, and also for v = -2?",
        "Simplify before you judge: c, e and g are simpler than they look. And h has a corner.",
        "Three linear, three affine, two neither: e is 4x, g is x, c is x + log 3, b is 0·x + 7; f and h fail.",
    ],
)
def sort(linear, affine, neither):
    """Each of the letters a to h stands in the one list where it belongs: linear, affine or neither."""
    lists = {"linear": _letters(linear), "affine": _letters(affine), "neither": _letters(neither)}
    given = [letter for letters in lists.values() for letter in letters]
    for letter in given:
        if letter not in _KINDS:
            fail(f"There is no function {letter!r}. Use the letters a to h.")
        if given.count(letter) > 1:
            fail(f"{letter} stands in more than one place. If it is linear, write it into linear only.")
    missing = [letter for letter in _KINDS if letter not in given]
    if missing:
        fail(f"Not sorted yet: {', '.join(missing)}.")
    wrong = [(letter, name) for name, letters in lists.items() for letter in letters if _KINDS[letter] != name]
    if wrong:
        first = min(wrong)
        fail(f"{8 - len(wrong)} of 8 are right. Look at {first[0]} again: you call it {first[1]}. {_WHY[first]}")


def _letters(got):
    """The letters of a list, or advice."""
    if isinstance(got, (list, tuple, set)) and all(isinstance(letter, str) for letter in got):
        return [letter.strip().lower() for letter in got]
    return fail('Write a list of letters, as in ["a", "b"].')


@task(
    points=2,
    hints=[
        "Twice the input: does the output double? Try an input where the step gives 1.",
        "For u > 0, step(u) is 1. Scale u by a > 0, and it stays positive. So what is step(a·u)? And a·step(u)?",
        "a = 2 and u = 5: left = step(10) = 1, right = 2·step(5) = 2. Doubling the input did not double the output: C.",
    ],
)
def step_myth(a, u, left, right, because):
    """The numbers a, u, left and right refute that the step is linear, and because is the letter of the reason."""
    a, u, left, right = (_number(*pair) for pair in ((a, "a"), (u, "u"), (left, "left"), (right, "right")))
    if a * u == 0:
        fail("Keep away from x = 0: a and u must both differ from 0. Books disagree about what the step is there.")
    want = float(a * u > 0), a * float(u > 0)
    if left != want[0]:
        advice = f"left is step(a·u) = step({a * u:.4g}). The step is 1 to the right of 0 and 0 to the left of it."
        if (left, right) == want[::-1]:
            advice = "You swapped the two sides. left is step(a·u), right is a·step(u)."
        elif left in (a * u, a):
            advice += " It does not matter how far to the right."
        fail(f"{advice} You give {left:.4g}.")
    if right != want[1]:
        advice = f"right is a·step(u): first step({u:.4g}), then times {a:.4g}."
        if right == left:
            advice = f"That would be right if the step were linear. {advice}"
        elif right == float(u > 0):
            advice = f"That is step(u). Multiply it by a. {advice}"
        fail(f"{advice} You give {right:.4g}.")
    if left == right:
        fail(f"The numbers are right, but both sides are {left:.4g}: this pair refutes nothing. Try another a or u.")
    choice(
        because.strip().upper() if isinstance(because, str) else because,
        "C",
        {
            "A": "Linear is not defined by derivatives, but by superposition. What did your numbers show?",
            "B": "Your own numbers stay away from the jump, and it fails there. So the jump is not what matters.",
            "D": "The function that is 0 everywhere is flat and linear. Not each flat function fails.",
        },
    )


def _number(got, what):
    """One finite number, or advice."""
    value = float(numbers(got, what, ()))
    assert np.isfinite(value), f"Your {what} should be an ordinary number; it is {value}."
    return value


@task(
    points=2,
    hints=[
        "Linear means f(a·u + b·v) = a·f(u) + b·f(v). Draw u, v, a and b at random, and ask many times.",
        "Draw decimals of both signs: rng.uniform(-10, 10, size=2). Forgive a gap that is tiny beside f(u) and f(v).",
        "gap = np.abs(f(a*u + b*v) - (a*f(u) + b*f(v))). One gap above 1e-9 times the size of f(u) and f(v) says no.",
    ],
)
def is_linear(is_linear: Answer, rng):
    """is_linear(f) is True for every linear function of two numbers, and False for every other one."""
    cases = [(True, *case) for case in _linear_in_the_plane(rng)]
    cases += [(False, *case) for case in _not_linear_in_the_plane()]
    for linear, name, f, advice in [*cases, *_random_in_the_plane(rng)]:
        if verdict(is_linear(_plane(f))) != linear:
            wrong = "reject a linear function" if linear else "accept a function that is not linear"
            fail(f"You {wrong}: {name}. {advice}")


@task(
    points=2,
    hints=[
        "An affine function is linear plus f(0). What becomes of f(u + v) = f(u) + f(v) when each f has a constant?",
        "Two constants on the right, one on the left: so f(u + v) + f(0) = f(u) + f(v). Now mind the numbers.",
        "Draw decimals: rng.uniform(-10, 10, size=(2, 1000)). Allow a gap of 1e-9 times |f(u)| + |f(v)| + |f(0)|.",
    ],
)
def is_affine(is_affine: Answer, rng):
    """is_affine(f) is True for every affine function of one number, and False for every other one."""
    cases = [(True, *case) for case in _AFFINE] + [(False, *case) for case in _NOT_AFFINE]
    for affine, name, f, advice in [*cases, *_random_on_the_line(rng)]:
        if verdict(is_affine(quiet(f))) != affine:
            wrong = "reject an affine function" if affine else "accept a function that is not affine"
            fail(f"You {wrong}: {name}. {advice}")


def _plane(f):
    """A function of two numbers; one number alone counts as both, and columns as several pairs."""

    def called(x):
        x = np.asarray(x, dtype=float)
        if x.shape[:1] not in ((), (2,)):
            fail(f"f takes an array of two numbers, as in np.array([1.0, -2.0]); you gave it the shape {x.shape}.")
        return quiet(f)(x if x.ndim else np.full(2, x))

    return called


def _log_exp(x):
    return np.log(np.exp(x))


def _wavy(x):
    return x + np.sin(2 * np.pi * x) / 2


_ROUNDING = "Its sides differ by rounding alone: compare the gap with the size of f(u) and f(v)."
_RANGE = "Are your numbers so large that exp overflows? Keep a·u + b·v below 700."
_SIGNS = "It passes for positive numbers. Do u, v and the factors have both signs?"
_WHOLE = "It passes for whole numbers. Draw decimals."
_FAR = "It bends only far from 0. Let u and v reach up to 10."
_TINY = "Its values are tiny, and so is the gap. Compare it with the size of f(u) and f(v), not with a fixed limit."


def _linear_in_the_plane(rng):
    """Linear functions of two numbers, each with what to say to who rejects it."""
    turn = rng.normal(size=(2, 2))
    yield "10x", lambda x: 10 * x, f"Do you compare a·f(u) + b·f(v) with f(a·u + b·v)? {_ROUNDING}"
    yield "a matrix times x", lambda x: turn @ x, _ROUNDING
    yield "log(exp(x))", _log_exp, f"{_RANGE} {_ROUNDING}"
    yield "a matrix of numbers near 100 million", lambda x: 1e8 * (turn @ x), _ROUNDING
    yield "a weighted sum of the two numbers", lambda x: turn[0] @ x, "It returns one number, not an array."
    yield "0 for every x", lambda x: 0 * x, "0 = 0 is superposition. Do you divide by f(u), or demand a gap below 0?"


def _not_linear_in_the_plane():
    """Other functions of two numbers, each with what to say to who accepts it."""
    yield "10x + 3", lambda x: 10 * x + 3, "That is affine: f(0) is not 0. Do you compare both sides?"
    yield "10x²", lambda x: 10 * x**2, "Do you compare f(a·u + b·v) with a·f(u) + b·f(v)?"
    yield "|x|", np.abs, _SIGNS
    yield "relu", lambda x: np.maximum(x, 0), _SIGNS
    yield "step", lambda x: np.where(x > 0, 1.0, 0.0), "Scaling x does not scale it. Do you try factors other than 1?"
    yield (
        "the cube root of x₁³ + x₂³",
        lambda x: np.cbrt(x[0] ** 3 + x[1] ** 3),
        "It is homogeneous, but not additive. Test f(u + v) with two different arrays.",
    )
    yield "x + sin(2πx) / 2", _wavy, _WHOLE
    yield "x cut off at -8 and 8", lambda x: np.clip(x, -8, 8), _FAR
    yield "0.000001 · relu", lambda x: 1e-6 * np.maximum(x, 0), _TINY
    yield (
        "(x₁, 0.001·|x₂|)",
        lambda x: np.array([x[0], 1e-3 * abs(x[1])]),
        "Only its second number bends, by little. Look at every number of the output, and be strict.",
    )


def _random_in_the_plane(rng):
    """Functions of two numbers with random weights, in random order: whether it is linear, name, function, advice."""
    for linear in random_verdicts(rng, 5):
        W, angle, size = rng.normal(size=(2, 2)), rng.uniform(0, 2 * np.pi), 0.0 if linear else rng.uniform(0.5, 2)
        v = np.array([np.cos(angle), np.sin(angle)])
        yield (
            linear,
            "a random matrix times x" + (", plus a hinge" if size else ""),
            lambda x, W=W, v=v, size=size: W @ x + size * np.maximum(v @ x - 0.5, 0),
            "It bends close to 0, along one line. Draw many pairs." if size else _ROUNDING,
        )


def _random_on_the_line(rng):
    """Functions of one number with random weights, in random order: whether it is affine, name, function, advice."""
    for affine in random_verdicts(rng, 8):
        a, b, c = rng.uniform(1, 5, size=3) * rng.choice([-1, 1], size=3)
        size = 0.0 if affine else rng.uniform(0.5, 2)
        yield (
            affine,
            f"{a:.3g}x + {b:.3g}" + (f" + {size:.3g}·relu(x - {c:.3g})" if size else ""),
            lambda x, a=a, b=b, c=c, size=size: a * x + b + size * np.maximum(x - c, 0),
            "Its graph has a corner." if size else _ROUNDING,
        )


_AFFINE = (
    (
        "7 for every x",
        lambda x: 7 + 0 * x,
        "It is 0·x + 7. Count the constants: one in f(u + v), two in f(u) + f(v). Each of them is f(0).",
    ),
    ("10x", lambda x: 10 * x, f"Each linear function is affine: its constant is 0. {_ROUNDING}"),
    ("10x + 3", lambda x: 10 * x + 3, f"Whatever the constant is: it is f(0). {_ROUNDING}"),
    ("5 - x", lambda x: 5 - x, f"Whatever the constant is: it is f(0). {_ROUNDING}"),
    ("log(3·exp(x))", lambda x: np.log(3 * np.exp(x)), f"It is x + log 3. {_RANGE} {_ROUNDING}"),
    ("100000000·x + 1/3", lambda x: 1e8 * x + 1 / 3, _ROUNDING),
    ("0 for every x", lambda x: 0 * x, "It is 0·x + 0. Do you divide by f(u), or demand a gap below 0?"),
)

_NOT_AFFINE = (
    ("10x²", lambda x: 10 * x**2, "Do you compare f(u + v) + f(0) with f(u) + f(v)?"),
    ("|x| + 3", lambda x: np.abs(x) + 3, _SIGNS),
    ("relu", lambda x: np.maximum(x, 0), _SIGNS),
    ("step", lambda x: np.where(x > 0, 1.0, 0.0), "It is flat on both sides, but not on one line."),
    ("x³", lambda x: x**3, "It passes when v is -u. Draw u and v independently."),
    ("x + sin(2πx) / 2 + 3", lambda x: _wavy(x) + 3, _WHOLE),
    ("x cut off at -8 and 8", lambda x: np.clip(x, -8, 8), _FAR),
    ("0.000001 · |x|", lambda x: 1e-6 * np.abs(x), _TINY),
    ("x + 0.001 · relu(x)", lambda x: x + 1e-3 * np.maximum(x, 0), "It bends by little. Rounding is far smaller."),
)
