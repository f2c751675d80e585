"""The graded tasks of 03_perceptron."""

import itertools

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import close, fail, numbers, random_verdicts, verdict

_GATES = {
    "AND": lambda x: x.all(axis=1),
    "OR": lambda x: x.any(axis=1),
    "NAND": lambda x: ~x.all(axis=1),
    "NOR": lambda x: ~x.any(axis=1),
}
_XOR = np.array([0.0, 1.0, 1.0, 0.0])


@task(
    points=2,
    hints=[
        "Let all weights be 1 first. Then z is the number of ones among the inputs, plus b. When shall z be above 0?",
        "AND: n ones must pass, and n - 1 must not. So b lies between -n and -(n - 1). OR: between -1 and 0.",
        "AND: np.ones(n) and 0.5 - n. OR: np.ones(n) and -0.5. NAND is the opposite of AND: turn all signs of AND.",
    ],
)
def gates(gate: Answer, rng):
    """gate(name, n) gives the weights and the bias of one unit that computes AND, OR or NAND of n inputs."""
    for n in (2, 3, *map(int, rng.choice(np.arange(4, 13), size=3, replace=False))):
        for name in ("AND", "OR", "NAND"):
            got = gate(name, n)
            if not isinstance(got, (tuple, list)) or len(got) != 2:
                fail("Return two things, the weights and the bias: return w, b.")
            w, b = numbers(got[0], "w", (n,)), float(numbers(got[1], "b", ()))
            assert np.isfinite([*w, b]).all(), "w and b should be finite numbers."
            _judge_gate(name, n, w, b)


def _judge_gate(name, n, w, b):
    """Pass if a unit computes the gate at every row of n inputs, with no z at 0; else fail with advice."""
    rows = np.array(list(itertools.product([0.0, 1.0], repeat=n)))
    want, z = _GATES[name](rows > 0), rows @ w + b
    near = np.abs(z) < 1e-6 * max(np.abs(w).max(), abs(b), 1e-300)
    wrong = near | ((z > 0) != want)
    if not wrong.any():
        return
    at = min(np.flatnonzero(wrong), key=lambda i: (not near[i], i))
    where = f"{name} of {n} inputs: at ({', '.join(f'{x:g}' for x in rows[at])}) your z is {z[at]:.4g}."
    fail(
        f"{_gate_advice(name, n, w, b, want, z, near)}\n{where}", f"It should be {'above' if want[at] else 'below'} 0."
    )


def _gate_advice(name, n, w, b, want, z, near):
    """What to tell a learner whose unit computes something else."""
    out = z > 0
    other = next((other for other, rule in _GATES.items() if np.array_equal(out, rule(_rows(n)))), None)
    if near.any():
        return "z is 0 there: what the unit says depends on the book. Put b halfway between two counts of ones."
    if np.array_equal(out, ~want):
        return "Your unit says the opposite everywhere. Turn the signs of all weights and of the bias."
    if other:
        return f"That is {other}. The weights may be the same; b decides how many ones are needed."
    if out.all() or not out.any():
        return f"Your unit always says {int(out[0])}: the bias outweighs all the inputs together."
    if n > 2:
        return f"It is right for fewer inputs, but not for {n}. With weights 1, z grows with the number of ones: count."
    return "With weights 1, z is the number of ones plus b. How many ones are needed?"


def _rows(n):
    return np.array(list(itertools.product([False, True], repeat=n)))


@task(
    points=2,
    hints=[
        "Step net: x1 + x2 is low + low, low + high or high + high. Let one unit cut below the middle one, one above.",
        "ReLU net: relu(x1 - x2) + relu(x2 - x1) is 0 if both are equal, else high - low. What makes a 1 of that?",
        "Step net: cut the sum at (3 low + high) / 2 and at (low + 3 high) / 2, v = [1, -1], c = -0.5. "
        "ReLU net: W = [[1, -1], [-1, 1]], b = 0, v = 1 / (high - low) twice, c = 0.",
    ],
)
def xor_nets(step_net: Answer, relu_net: Answer, rng):
    """step_net(low, high) and relu_net(low, high) give the weights of two 2-2-1 networks that compute XOR."""
    lows = rng.uniform(-5, 5, size=3)
    pairs = [(0.0, 1.0), (-1.0, 1.0), *zip(lows, lows + rng.uniform(0.5, 5, size=3), strict=True)]
    for low, high in pairs:
        _judge_step_net(step_net(float(low), float(high)), low, high)
    for low, high in pairs:
        _judge_relu_net(relu_net(float(low), float(high)), low, high)


def _weights(got, name):
    """W, b, v, c of an answer, or advice."""
    if not isinstance(got, (tuple, list)) or len(got) != 4:
        fail(f"{name} should return four things: return W, b, v, c.")
    shapes = {"W": (2, 2), "b": (2,), "v": (2,), "c": ()}
    parts = [
        numbers(value, f"{part} of {name}", shape) for value, (part, shape) in zip(got, shapes.items(), strict=True)
    ]
    assert all(np.isfinite(part).all() for part in parts), f"The numbers of {name} should be finite."
    return parts


def _corners(low, high):
    return np.array([[low, low], [low, high], [high, low], [high, high]])


def _judge_step_net(got, low, high):
    W, b, v, c = _weights(got, "step_net")
    z = _corners(low, high) @ W + b
    a = (z >= 0) * 1.0
    s = a @ v + c
    out = (s >= 0) * 1.0
    where = (
        f"\nWith low = {low:.4g} and high = {high:.4g} the hidden units say {_listed(a)}, the output {_listed(out)}."
    )
    if np.abs(z).min() < 1e-6 * np.abs(z).max() or np.abs(s).min() < 1e-6 * max(np.abs(v).max(), abs(c)):
        fail("step_net: a pre-activation is 0. Put each line between the corners, not through one of them." + where)
    if not np.array_equal(out, _XOR):
        fail(f"step_net: {_step_advice(a, out, low, high)}{where}")


def _step_advice(a, out, low, high):
    """What to tell a learner whose network of steps does not compute XOR."""
    if (low, high) != (0.0, 1.0):
        return "right for 0 and 1, but not for other numbers. The lines must move with low and high."
    if np.array_equal(out, 1 - _XOR):
        return "that is the opposite of XOR. Turn the signs of v and c."
    if np.ptp(a, axis=0).max() == 0:
        return "both hidden units say the same everywhere: their lines miss the corners."
    if np.ptp(a, axis=0).min() == 0 or np.array_equal(a[:, 0], a[:, 1]):
        return "both hidden units draw the same line, or one of them draws none. XOR needs two lines."
    if np.ptp(out) == 0:
        return "the output never changes: look at v and c. It shall be 1 where the first unit says 1 and the second 0."
    if out.tolist() == [0, 1, 1, 1]:
        return "that is OR. At (1, 1) the second unit must take away what the first one gives: a negative weight in v."
    return "let the hidden units be OR and AND. Then XOR is OR, but not AND."


def _judge_relu_net(got, low, high):
    W, b, v, c = _weights(got, "relu_net")
    z = _corners(low, high) @ W + b
    out = np.maximum(z, 0) @ v + c
    if np.allclose(out, _XOR, rtol=0, atol=1e-6):
        return
    if np.allclose(z @ v + c, _XOR, rtol=0, atol=1e-6):
        advice = "you left out ReLU."
    elif (low, high) != (0.0, 1.0):
        advice = "right for 0 and 1, but not for other numbers."
        if np.allclose(out, (high - low) * _XOR, rtol=0, atol=1e-6):
            advice = "where the inputs differ it gives high - low. It should give 1: scale v."
    elif np.array_equal((out >= 0) * 1.0, _XOR) or np.array_equal((out > 0) * 1.0, _XOR):
        advice = "the sign of the output is right, but no step follows here: the output itself should be 0 or 1."
    elif (z <= 0).all():
        advice = "both units are off at all four corners, so nothing gets through. Which way do they look?"
    elif np.allclose(out, np.array([0.0, 1.0, 0.0, 0.0])) or np.allclose(out, np.array([0.0, 0.0, 1.0, 0.0])):
        advice = "only one of the two ones comes out. relu(x1 - x2) sees one of them; the other unit looks from behind."
    elif np.allclose(out, 1 - _XOR):
        advice = "that is the opposite of XOR."
    else:
        advice = "let one unit see x1 - x2, and the other x2 - x1."
    fail(f"relu_net: {advice}\nWith low = {low:.4g} and high = {high:.4g} the output is {_listed(out)}.")


def _listed(values):
    """The values at the corners low low, low high, high low, high high, on one line."""
    values = np.asarray(values)
    if values.ndim == 2:
        return ", ".join(f"({row[0]:g} {row[1]:g})" for row in values)
    return ", ".join(f"{value:.4g}" for value in values)


@task(
    points=2,
    hints=[
        "To prove that something cannot be: suppose that it is so, and look for two things that clash.",
        "Not needed: what is wrong about XOR, what is true for some weights only, and what one method fails to do.",
        "Suppose (e). The two zeros give two inequalities, which are added; so do the two ones. Then the clash, (c).",
    ],
)
def proof(order):
    """order has the letters of the six cards that prove that one unit cannot compute XOR, in order."""
    if not isinstance(order, (str, tuple, list)) or not all(card in list("abcdefghi") for card in order):
        fail('Give a list of letters from a to i, each a string, as in ["x", "y"].')
    order = list(order)
    assert len(set(order)) == len(order), "A card is there twice."
    reasons = {
        "b": "Card b is about some weights only. A proof is about all of them.",
        "f": "Card f says that one method finds no such unit. That does not prove that there is none.",
        "h": "Card h is false: XOR of (0, 1) is 1, not 0.",
    }
    for letter, reason in reasons.items():
        assert letter not in order, reason
    for letter, reason in _NEEDED.items():
        assert letter in order, f"Something is missing: {reason}"
    assert order[0] == "e", "Whose weights are these? First suppose that there is such a unit."
    assert order[-1] == "c", "The clash comes last: it needs both sums."
    for first, then, reason in (("d", "a", "zeros"), ("i", "g", "ones")):
        early = order.index(first) < order.index(then)
        assert early, f"Card {then} adds the inequalities of the two {reason}. They must be on the table before."


_NEEDED = {
    "e": "a proof of this kind begins with what is supposed.",
    "d": "what do the two zeros of XOR say about the weights?",
    "i": "what do the two ones of XOR say about the weights?",
    "a": "the inequalities of the zeros must be added.",
    "g": "the inequalities of the ones must be added.",
    "c": "what follows when two statements clash?",
}


@task(
    points=2,
    hints=[
        "Take one example by hand: x = (1, 0), target 1, and the unit says 0. Should its z become larger or smaller?",
        "Its z should become larger, so the weights move towards x: the factor is target - a. And what about b?",
        "w = w + (target - a) * x and b = b + (target - a): the bias is the weight of an input that is always 1.",
    ],
)
def rule(learn: Answer, rng):
    """learn(X, y, passes) gives the weights and the bias of a unit that is right for every example."""
    for features, shift in ((2, 0.3), (2, 0.6), (3, -0.5), (2, -0.7)):
        X, y = _two_sides(rng, features, shift)
        got = learn(X, y, _PASSES)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            fail("Return two things, the weights and the bias: return w, b.")
        w, b = numbers(got[0], "w", (features,)), float(numbers(got[1], "b", ()))
        assert np.isfinite([*w, b]).all(), "w and b should be finite numbers."
        right = np.mean((X @ w + b >= 0) == (y == 1))
        if right < 1:
            fail(f"{_rule_advice(X, y, w, b)}\nAfter {_PASSES} passes {right:.0%} of {len(X)} examples are right.")


_PASSES = 250  # more than the mistakes that the rule can make on these points, (R / gap)²: so it comes to rest


def _two_sides(rng, features, shift, n=24):
    """n points near a random line (or plane), on both sides of a gap, and their targets."""
    direction = rng.normal(size=features)
    direction /= np.linalg.norm(direction)
    X = rng.uniform(-1, 1, size=(100 * n, features))
    height = X @ direction + shift
    near = np.abs(height) < 0.45
    positive, negative = X[near & (height > 0.15)][: n // 2], X[near & (height < -0.15)][: n // 2]
    mixed = rng.permutation(len(positive) + len(negative))
    y = np.repeat([1.0, 0.0], [len(positive), len(negative)])
    return np.concatenate([positive, negative])[mixed], y[mixed]


_FAULTS = [  # factors of the corrections of w and b, passes, whether right answers are corrected too; advice
    ((-1, 0, _PASSES, False), "Both faults are still there: which way do the weights move, and what becomes of b?"),
    ((-1, -1, _PASSES, False), "The sign is turned round: if the unit should have said 1, its z must become larger."),
    ((1, 0, _PASSES, False), "The bias is never corrected. It is the weight of an input that is always 1."),
    ((-1, 1, _PASSES, False), "b moves the right way, but w the wrong way: towards x if the unit should have said 1."),
    ((1, -1, _PASSES, False), "w moves the right way, but b the wrong way: up if the unit should have said 1."),
    ((0, 1, _PASSES, False), "Only the bias is corrected. The weights are corrected, too: by target - a, times x."),
    ((1, 1, _PASSES, True), "You also correct where the answer was right. Then the error target - a is 0."),
    ((1, 1, 1, False), "You go through the examples only once. Use all the passes."),
]


def _rule_advice(X, y, w, b):
    """What to tell a learner whose unit is not right for every example."""
    for fault, advice in _FAULTS:
        if close([*w, b], _faulty(X, y, *fault), rtol=1e-6):
            return advice
    if not w.any() and b == 0:
        return "The weights are still 0: nothing has been corrected."
    if b == 0:
        return "Your bias is 0: the line runs through the origin. Correct it, too, like a weight whose input is 1."
    return "Correct after each mistake, and only then: w by (target - a) * x, and b by target - a."


def _faulty(X, y, of_w, of_b, passes, always):
    """The weights and the bias that a rule with a fault arrives at."""
    w, b = np.zeros(X.shape[1]), 0.0
    for _ in range(passes):
        for x, target in zip(X, y, strict=True):
            error = 2 * target - 1 if always else target - float(x @ w + b >= 0)
            w, b = w + of_w * error * x, b + of_b * error
    return [*w, b]


@task(
    points=2,
    hints=[
        "Measure (f(x + h) - f(x - h)) / (2 * h) at many places. At how many is it not 0, for a jump, and for a slope?",
        "With a tiny h a jump is met almost never, and a piece with a slope often. So look at the share of the places.",
        "x = rng.uniform(-10, 10, 10_000), h = 1e-6; True if np.mean(np.abs(slopes) > 0.005) > 0.01.",
    ],
)
def follow(has_slope: Answer, rng):
    """has_slope(f) is True if f has a slope on some piece, and False if it is flat but for its jumps."""
    for want, name, f, advice in [*_flat(), *_sloped(), *_random_functions(rng)]:
        if verdict(has_slope(f)) != want:
            fail(f"You say {not want} for {name}. {advice}")


def _elementwise(f):
    """A function of an array, with a clear message for what is none."""

    def g(x):
        x = np.asarray(x, dtype=float)
        if x.ndim == 0 or x.size > 1_000_000:
            raise AssertionError("Ask f with an array of numbers, at most a million at once.")
        return f(x)

    return g


def _flat():
    """Functions that are flat but for their jumps, with what to do if they are taken for others."""
    jump = (
        "Its slope is 0 everywhere but at a jump. Do you look at the largest slope, is h too large, or do you ask for "
    )
    jump += "a change of f somewhere? A jump is not a slope."
    yield False, "the step function", _elementwise(lambda x: (x >= 0) * 1.0), jump
    yield False, "a step from -1000 to 1000", _elementwise(lambda x: np.where(x >= 0, 1000.0, -1000.0)), jump
    yield False, "a staircase, floor(2 x)", _elementwise(lambda x: np.floor(2 * x)), jump
    yield False, "the constant 1000/3", _elementwise(lambda x: np.full_like(x, 1000 / 3)), jump


def _sloped():
    """Functions with a slope somewhere, with what to do if they are taken for flat ones."""
    half = "It is flat on one side only. One piece with a slope is enough."
    yield True, "ReLU", _elementwise(lambda x: np.maximum(x, 0)), half
    even = "It falls as much as it rises. Take the size of the slope, without its sign."
    yield True, "|x|", _elementwise(np.abs), even
    falls = "A slope downwards is a slope, too."
    yield True, "-3x", _elementwise(lambda x: -3 * x), falls
    both = "It has a jump, and a slope besides."
    yield True, "a step plus 0.02 x", _elementwise(lambda x: (x >= 0) + 0.02 * x), both
    weak = "Its slope is 0.02 only: is your limit smaller than that?"
    yield True, "0.02 x + 1000/3", _elementwise(lambda x: 0.02 * x + 1000 / 3), weak
    short = "It has a slope on a short piece only. Look at many places, from -10 to 10."
    yield True, "a ramp from x = 8 to x = 8.5", _elementwise(lambda x: np.clip(x - 8, 0, 0.5)), short
    yield True, "a ramp from x = -9.5 to x = -9", _elementwise(lambda x: np.clip(x + 9.5, 0, 0.5)), short


def _random_functions(rng):
    """Staircases with random jumps, half of them with a short ramp somewhere, in random order."""
    for sloped in random_verdicts(rng, 10):
        places, jumps = rng.uniform(-10, 10, size=20), rng.normal(size=20)
        start, slope = rng.uniform(-10, 9), rng.choice([-1, 1]) * rng.uniform(0.05, 1) * sloped
        name = f"a random staircase{f' with a ramp of slope {slope:.2g} at x = {start:.2g}' if sloped else ''}"
        yield sloped, name, _elementwise(_staircase(places, jumps, start, slope)), "Look at the share of steep places."


def _staircase(places, jumps, start, slope):
    places, heights = np.sort(places), np.append(0, np.cumsum(jumps))
    return lambda x: heights[np.searchsorted(places, x)] + slope * np.clip(x - start, 0, 0.6)
