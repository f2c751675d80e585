"""The graded tasks of 11_elu."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import close, compare, fail, numbers, quiet, random_verdicts, verdict

_X = np.array([-9.0, -3.0, -1.0, -0.4, -0.05, 0.0, 0.3, 1.0, 2.5, 8.0])


def _elu(x, alpha):
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


def _celu(x, alpha):
    return alpha * _elu(x / alpha, 1.0)


@task(
    points=2,
    hints=[
        "On the left the curve falls from 0 towards −alpha. The slope comes from the output: which two numbers add up?",
        "np.where(x > 0, x, ...) chooses a side. The slope on the left is the height of the output above the floor.",
        "np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0))), and for the slope np.where(a > 0, 1.0, a + alpha).",
    ],
)
def elu_and_slope(elu: Answer, slope: Answer, rng):
    """elu(x, alpha) is ELU with the floor −alpha, and slope(a, alpha) its slope where the output is a."""
    small, large = rng.uniform(0.2, 0.8), rng.uniform(1.3, 3)
    cases = [(_X, 2.0), (_X, 1.0), (rng.normal(0, 2, size=(3, 4)), small), (rng.normal(0, 2, size=(2, 3)), large)]
    for x, alpha in cases:
        compare(elu(x, alpha), _elu(x, alpha), x, "elu is x on the right, alpha·(exp(x) − 1) else.", _slips(x, alpha))
    for x, alpha in cases:
        a = _elu(x, alpha)
        got = numbers(slope(a, alpha), shape=a.shape)
        low, high = sorted([alpha, 1.0])
        kink = a == 0
        if np.any(kink & ~((got >= low - 1e-9) & (got <= high + 1e-9))):
            fail("At a = 0 the slope comes from alpha on the left and from 1 on the right. Take one, or one between.")
        right = np.where(a > 0, 1.0, a + alpha)
        mistakes = [(np.where(kink, right, values), advice) for values, advice in _steep(a, alpha)]
        compare(np.where(kink, right, got), right, a, "The slope is 1 on the right, a + alpha else.", mistakes)


def _slips(x, alpha):
    """Wrong values of ELU, each with what to say to who gets them."""
    left = np.minimum(x, 0)
    yield np.maximum(x, 0), "That is ReLU. To the left of 0 ELU falls towards −alpha."
    yield np.where(x > 0, x, alpha * x), "That is leaky ReLU. ELU levels off: the left side has an exponential."
    yield _elu(x, 1.0), "alpha has no effect. The floor is at −alpha."
    yield alpha * _elu(x, 1.0), "alpha stretches the left side only. On the right the output is x."
    yield _celu(x, alpha), "That is CELU. In ELU, x is not divided by alpha."
    yield np.where(x > 0, x, np.expm1(alpha * left)), "alpha stands before the bracket, not in the exponent."
    yield np.where(x > 0, x, alpha * np.exp(left) - 1), "The 1 belongs into the bracket: alpha·(exp(x) − 1) is 0 at 0."
    yield np.where(x > 0, x, alpha * np.exp(left)), "exp(x) alone stays above 0. Take away 1 before you multiply."
    yield np.where(x > 0, x, -alpha * np.expm1(left)), "The sign is turned: the left side falls below 0."
    yield alpha * np.expm1(np.minimum(x, 600)), "That is the left side everywhere. For x > 0 the output is x."


def _steep(a, alpha):
    """Wrong slopes, each with what to say to who gets them."""
    yield (
        np.where(a > 0, 1.0, alpha * np.exp(np.minimum(a, 0))),
        ("alpha·exp(x) needs x, and a is the output. How far is a above the floor −alpha?"),
    )
    yield np.where(a > 0, 1.0, a + 1), "a + 1 is right for alpha = 1 only. The floor is at −alpha."
    yield np.where(a > 0, 1.0, 0.0), "That is the slope of ReLU. On the left ELU still has one."
    yield np.where(a > 0, 1.0, alpha), "That is the slope of leaky ReLU. The slope of ELU fades towards the floor."
    yield np.where(a > 0, 1.0, (a + alpha) / alpha), "That is the slope of CELU. Do not divide by alpha."
    yield np.where(a > 0, 1.0, alpha - a), "alpha − a grows towards the floor. The slope gets smaller there: a + alpha."
    yield np.where(a > 0, 1.0, a), "a is negative on the left, but the curve rises. How far is a above the floor?"
    yield a + alpha, "a + alpha belongs to the left side only. On the right the slope is 1."
    yield np.where(a > 0, 1.0, alpha * (a + alpha)), "alpha is in the output already. Add it once: a + alpha."
    yield np.ones_like(a), "1 is the slope on the right only."


@task(
    points=2,
    hints=[
        "CELU is ELU (alpha = 1) under a magnifying glass: alpha · elu(z / alpha). Put that into the formula.",
        "alpha · elu((xW + b) / alpha) · v + c. What is divided by alpha, what is multiplied by it, what stays?",
        "return W / alpha, b / alpha, alpha * v, c",
    ],
)
def to_elu(to_elu: Answer, rng):
    """to_elu(W, b, v, c, alpha) gives weights with which plain ELU computes what CELU computes with W, b, v, c."""
    for inputs, units, alpha in ((2, 3, 2.0), (4, 6, rng.uniform(0.2, 0.7)), (1, 2, rng.uniform(1.5, 4))):
        W, b, v = 2 * rng.normal(size=(inputs, units)), rng.normal(size=units), rng.normal(size=units)
        c, x = rng.normal() + 3, rng.normal(size=(20, inputs))
        got = _parameters(to_elu(W, b, v, c, alpha), W.shape)
        want = _celu(x @ W + b, alpha) @ v + c
        if close(_output(x, got), want, rtol=1e-9, atol=1e-9):
            continue
        for wrong, reason in _scalings(W, b, v, c, alpha):
            if close(_output(x, got), _output(x, wrong), rtol=1e-9, atol=1e-9):
                fail(reason)
        fail("The outputs of the two networks differ. Put celu(z) = alpha · elu(z / alpha) into the formula.")


def _output(x, parameters):
    """The output of a network with one hidden layer of ELU units, alpha = 1."""
    W, b, v, c = parameters
    return _elu(x @ W + b, 1.0) @ v + c


def _parameters(got, shape):
    """The four parts of an answer, finite and of the right shapes, or advice."""
    if not isinstance(got, (tuple, list)) or len(got) != 4:
        fail("Return four things: return W, b, v, c.")
    shapes = {"W": shape, "b": shape[1:], "v": shape[1:], "c": ()}
    parts = [numbers(part, what, size) for part, (what, size) in zip(got, shapes.items(), strict=True)]
    if not all(np.all(np.abs(part) < 1e6) for part in parts):
        fail("Ordinary numbers will do: no weight needs to be infinite, nan or above a million.")
    return parts


def _scalings(W, b, v, c, alpha):
    """Wrong parameters, each with what to say to who gives them."""
    yield (W, b, v, c), "You return what you were given. CELU with another alpha is another curve."
    yield (W / alpha, b / alpha, v, c), "The output is not stretched: the glass magnifies in both directions."
    yield (W, b, alpha * v, c), "The input is not squeezed: the glass magnifies in both directions."
    yield (W / alpha, b, alpha * v, c), "b is not divided. All of z is: (xW + b) / alpha."
    yield (W, b / alpha, alpha * v, c), "W is not divided. All of z is: (xW + b) / alpha."
    yield (alpha * W, alpha * b, v / alpha, c), "That is the way back, from ELU to CELU."
    yield (alpha * W, alpha * b, alpha * v, c), "z must be divided by alpha, not multiplied."
    yield (W / alpha, b / alpha, v / alpha, c), "v must be multiplied by alpha: what went in smaller comes out larger."
    yield (W / alpha, b / alpha, alpha * v, alpha * c), "c stands behind the activation, and outside it. It stays."
    yield (W / alpha, b / alpha, alpha * v, c / alpha), "c stands behind the activation, and outside it. It stays."


@task(
    points=2,
    hints=[
        "Ask at three kinds of places: far to the left, a little left of 0, and between. What would each function say?",
        "Far left: 0, or lower and lower, or a floor. With a floor, look just left of 0: slope alpha, or slope 1?",
        "f(-1000.0) is 0: relu. f(-2000.0) differs from it: leaky, alpha = f(-1.0) / -1. Else alpha = -f(-1000.0), and "
        "elu if f(-1.0) is close to alpha * (exp(-1) − 1), else celu.",
    ],
)
def which(which: Answer, rng):
    """which(f) says what f is: ("relu", 0), ("leaky", alpha), ("elu", alpha) or ("celu", alpha)."""
    names = ["relu", "leaky", "elu", "celu"]
    for name in rng.permutation([*names, *names, *rng.choice(names[1:], size=3)]):
        alpha = float(rng.choice([rng.uniform(0.2, 0.7), rng.uniform(1.5, 3)]))
        alpha = {"relu": 0.0, "leaky": alpha / 4}.get(str(name), alpha)
        got, number = _said(which(quiet(lambda x, f=_KINDS[str(name)], alpha=alpha: f(x, alpha))))
        if got != name:
            fail(_MIXED.get((str(name), got), _MIXED[str(name)]), f"It was {name} with alpha = {alpha:.4g}.")
        if not abs(number - alpha) <= 1e-3 * max(alpha, 1e-3):
            fail(_on_alpha(str(name), number, alpha), f"Right: {alpha:.6g}.")


_KINDS = {
    "relu": lambda x, alpha: np.maximum(x, 0),
    "leaky": lambda x, alpha: np.maximum(x, 0) + alpha * np.minimum(x, 0),
    "elu": _elu,
    "celu": _celu,
}
_MIXED = {
    "relu": "There is a ReLU among the functions: it is exactly 0 on the left.",
    "leaky": "There is a leaky ReLU among the functions: on the left it falls along a line, without a floor.",
    "elu": "There is an ELU among the functions: it has a floor at −alpha, and the slope alpha just left of 0.",
    "celu": "There is a CELU among the functions: it has a floor at −alpha, and the slope 1 just left of 0.",
    ("elu", "celu"): "ELU and CELU have the same floor. They differ on the way down: the slope just left of 0 is alpha "
    "for ELU, 1 for CELU.",
    ("celu", "elu"): "CELU and ELU have the same floor. They differ on the way down: the slope just left of 0 is 1 for "
    "CELU, alpha for ELU.",
    ("elu", "leaky"): "Near 0 this ELU looks like a leaky ReLU. Go farther to the left: it has a floor.",
    ("celu", "leaky"): "Near 0 this CELU looks like a line. Go farther to the left: it has a floor.",
    ("leaky", "elu"): "A leaky ReLU has no floor: farther to the left it falls and falls. Compare two places there.",
    ("leaky", "celu"): "A leaky ReLU has no floor: farther to the left it falls and falls. Compare two places there.",
}


def _said(got):
    """The name and the number of an answer, or advice."""
    if not isinstance(got, (tuple, list)) or len(got) != 2 or not isinstance(got[0], str):
        fail('Return a name and a number, as in return "elu", 1.5.')
    if got[0] not in _KINDS:
        fail("The name is one of 'relu', 'leaky', 'elu', 'celu'.")
    return got[0], float(numbers(got[1], "alpha", ()))


def _on_alpha(name, got, alpha):
    """What to say to who names the function and errs in its alpha."""
    if np.isclose(got, -alpha, rtol=1e-3):
        return "The sign of alpha is turned: alpha is positive, the values on the left are negative."
    if name == "relu":
        return "For ReLU return 0 as alpha."
    if name == "leaky":
        return "For a leaky ReLU alpha is the slope on the left: f(x) / x for a negative x."
    if np.isclose(got, 1, rtol=1e-3):
        return "alpha is not always 1. Where is the floor?"
    if name == "celu":
        return (
            "For CELU alpha is the depth of the floor. Go farther to the left: its way down takes alpha times as long."
        )
    return "For ELU alpha is the depth of the floor. Go far enough to the left to be there."


@task(
    points=2,
    hints=[
        "Three things are wrong. Try x = 1000, x = −1e-10, and read what 0 times infinity is.",
        "Limit what goes into the exponential to 0 at most. And there is a function for exp(t) − 1.",
        "np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))",
    ],
)
def repair(elu: Answer, rng):
    """elu(x, alpha) is right to nine digits for every x from −1000 to 1000 and every alpha above 0."""
    size = np.array([1e-14, 1e-10, 1e-7, 1e-4, 0.01, 0.3, 2.0, 30.0, 300.0, 720.0, 1000.0])
    x = np.concatenate([-size[::-1], [0.0], size])
    tiny = -(10.0 ** rng.uniform(-13, -8, size=(2, 3)))
    for places, alpha in (
        (x, 2.5),
        (x, 0.3),
        (x, 1.0),
        (rng.uniform(-6, 6, size=8), rng.uniform(1.2, 4)),
        (tiny, rng.uniform(0.2, 4)),
        (rng.uniform(720, 1000, size=4), rng.uniform(0.2, 4)),
    ):
        want = _elu(places, alpha)
        got = numbers(elu(places, alpha), shape=places.shape)
        wrong = places[~np.isclose(got, want, rtol=1e-9, atol=0.0)]
        mistakes = _slips(places, alpha) if np.any(np.abs(wrong) > 1e-4) else []
        compare(got, want, places, _advice(got, wrong, places, alpha), mistakes, rtol=1e-9, atol=0.0)


def _advice(got, wrong, x, alpha):
    """What to say where a formula for ELU is wrong: ``wrong`` are those of the places ``x`` at which it is."""
    if np.any(~np.isfinite(got[x > 0])):
        return "For large x, exp(x) is infinite, and 0 times infinity is nan. Limit the exponent to 0 first."
    if np.any(wrong > 0):
        return "On the right the output is x itself, also for large x."
    if np.all(np.abs(wrong) < 1e-4):
        return "Near 0 exp(x) − 1 loses its digits: a number near 1 keeps few of those of x. Use np.expm1."
    shortcut = np.maximum(x, alpha * np.expm1(np.minimum(x, 0)))
    if alpha > 1 and close(got, shortcut, atol=1e-10):
        return "The larger of the two is right for alpha up to 1 only. Above, the soft curve runs below the line."
    return "Choose with np.where: x on the right, alpha·(exp(x) − 1) on the left."


@task(
    points=2,
    hints=[
        "Write right values down: x for x > 0, alpha·(exp(x) − 1) else. Where, and with which alphas, do you ask?",
        "Ask with many alphas: below 1, above 1, and no whole numbers. Ask with x on both sides, near 0 and far out.",
        "for alpha in np.linspace(0.2, 5, 30): compare f(x, alpha) with np.where(x > 0, x, alpha * np.expm1("
        "np.minimum(x, 0))) by np.allclose, for x = np.linspace(-20, 20, 801). One failure: return False.",
    ],
)
def is_elu(is_elu: Answer, rng):
    """is_elu(f) is True if f(x, alpha) is ELU for every alpha from 0.2 to 5 and x from −20 to 20, else False."""
    pairs = [(True, *case) for case in _right_functions()] + [(False, *case) for case in _impostors()]
    for right, name, f, advice in [*pairs, *_random_functions(rng)]:
        if verdict(is_elu(_asked(f))) != right:
            fail(f"You {'reject a right' if right else 'accept a wrong'} function: {name}. {advice}")


def _asked(f):
    """Return ``f`` as a learner's code gets it: numbers of any kind, no warnings, and an alpha that is not 1."""

    def called(x, alpha=2.75):
        return quiet(lambda places: f(places, np.asarray(alpha, dtype=float)))(x)

    return called


def _left(rule):
    """A function that is x on the right, and on the left what the rule makes of x and alpha."""
    return lambda x, alpha: np.where(x > 0, x, rule(np.minimum(x, 0), alpha))


_ROUNDING = (
    "It is right up to rounding in the last digits. Allow some: np.allclose does. And hand over alpha: f(x, alpha)."
)
_ALPHAS = "At some alphas it is right. Ask with more of them: below 1, above 1, above 4, and no whole numbers."
_VALUES = "Do you compare f with ELU at ordinary places on both sides, such as −1 and 1, with an alpha such as 0.7?"


def _right_functions():
    """Right functions, each with what to say to who rejects it."""
    yield "ELU", _elu, _ROUNDING
    yield "ELU by exp(x) − 1", _left(lambda x, a: a * (np.exp(x) - 1)), _ROUNDING
    yield "ELU by sinh", _left(lambda x, a: 2 * a * np.exp(x / 2) * np.sinh(x / 2)), _ROUNDING


def _impostors():
    """Wrong functions, each with what to say to who accepts it."""
    yield "an ELU that ignores alpha", _left(lambda x, a: np.expm1(x) + 0 * a), f"At alpha = 1 it is right. {_ALPHAS}"
    yield "CELU", _celu, f"At alpha = 1 it is ELU, and its floor is the same. {_VALUES}"
    yield "alpha in the exponent", _left(lambda x, a: np.expm1(a * x)), f"At alpha = 1 it is right. {_ALPHAS}"
    both = "Its left side is right. On the right it is alpha·x. Ask on both sides."
    yield "alpha on both sides", lambda x, a: a * _elu(x, 1.0), both
    yield "alpha·tanh(x) on the left", _left(lambda x, a: a * np.tanh(x)), f"It has the right floor. {_VALUES}"
    yield "a hard floor, max(x, −alpha)", lambda x, a: np.maximum(x, -a), f"It has the right floor. {_VALUES}"
    larger = lambda x, a: np.maximum(x, a * np.expm1(np.minimum(x, 0)))  # noqa: E731
    yield "the larger of x and the soft curve", larger, f"Up to alpha = 1 it is right. {_ALPHAS}"
    yield (
        "alpha at least 1",
        _left(lambda x, a: np.maximum(a, 1) * np.exp(x) - np.maximum(a, 1)),
        f"From 1 on. {_ALPHAS}",
    )
    yield "alpha cut to a whole number", _left(lambda x, a: np.floor(a) * np.expm1(x)), f"At 1, 2, 3 right. {_ALPHAS}"
    yield "alpha at most 2.5", _left(lambda x, a: np.minimum(a, 2.5) * np.expm1(x)), f"Below 2.5 right. {_ALPHAS}"
    yield "6 at most", lambda x, a: np.minimum(_elu(x, a), 6), "On the right it stops at 6. Ask at larger x too."
    deep = "Far to the left it is 0. Ask there too, down to −20."
    yield "0 below −8", _left(lambda x, a: np.where(x > -8, a * np.expm1(x), 0)), deep


def _random_functions(rng):
    """Right and wrong functions, in random order: the wrong ones are off by a little, or for a part of the alphas."""
    for right in random_verdicts(rng, 8):
        gap, edge = (0.0, 9.0) if right else (rng.uniform(0.05, 0.3), rng.uniform(1.2, 3.5))
        size = rng.uniform(0.9, 1.1)  # of what cancels: no two right functions are rounded alike
        yield (
            right,
            f"ELU, for alpha above {edge:.3g} off by {gap:.3g}·x·exp(x)" if gap else "ELU, up to rounding",
            _left(lambda x, a, g=gap, e=edge, s=size: a * (s * np.expm1(x)) / s + g * (a > e) * x * np.exp(x)),
            f"Its shape is nearly right. {_ALPHAS}" if gap else _ROUNDING,
        )
