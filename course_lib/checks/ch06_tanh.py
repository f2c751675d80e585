"""The graded tasks of 06_tanh."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import close, compare, fail, numbers, quiet, random_verdicts, verdict

_X = np.array([-30.0, -2.0, -0.5, -0.03, 0.03, 0.5, 1.0, 2.0, 7.0, 30.0])


@task(
    points=2,
    hints=[
        "The output is multiplied by a, the input by b. Which of the two stands inside tanh?",
        "For the slope use the chain rule: the slope of tanh at b·x, times the slope of b·x, times a.",
        "scaled(x) is a * np.tanh(b * x). Its slope is a * b * (1 - np.tanh(b * x) ** 2).",
    ],
)
def scaled(scaled: Answer, slope: Answer, rng):
    """scaled(x, a, b) is a·tanh(b·x), and slope(x, a, b) its slope, for an array x of any shape."""
    a, b = 1.7159, 2 / 3
    t = np.tanh(b * _X)
    mistakes = [
        (np.tanh(_X), "That is plain tanh. Multiply the input by b and the output by a."),
        (a * np.tanh(_X), "b is missing: multiply the input by b before you take tanh."),
        (t, "a is missing: multiply the output by a."),
        (b * np.tanh(a * _X), "a and b are swapped: a stretches the output, b the input."),
        (a * b * np.tanh(_X), "b belongs inside: tanh(b·x) is not b·tanh(x)."),
        (a * np.tanh(_X / b), "You divide by b. Multiply the input by it."),
        (a * np.tan(b * _X), "That is the tangent of trigonometry. The hyperbolic one has an h: np.tanh."),
        (a / (1 + np.exp(-b * _X)), "That is a sigmoid: it is never negative."),
    ]
    compare(scaled(_X, a, b), a * t, _X, "The function is a·tanh(b·x).", mistakes)
    mistakes = [
        (1 - t**2, "Both factors are missing: the chain rule brings b out, and a multiplies everything."),
        (a * (1 - t**2), "The inner slope is missing: b·x changes b times as fast as x."),
        (b * (1 - t**2), "a is missing: a curve a times as high is a times as steep."),
        (a * t, "You return the function, not its slope."),
        (a * b * (1 - np.tanh(_X) ** 2), "The slope of tanh is asked at b·x, not at x."),
        (1 - (a * t) ** 2, "1 − f² holds for plain tanh only. Here f is a·tanh(b·x): square the tanh alone."),
        (a * b * (1 - (a * t) ** 2), "Square the tanh alone, without its factor a."),
        (a * b * (1 - t), "The square is missing: 1 − tanh²."),
        (a / b * (1 - t**2), "You divide by b. The inner slope is multiplied."),
        (a**2 * b * (1 - t**2), "The factor a stands outside once. You have it twice."),
    ]
    compare(slope(_X, a, b), a * b * (1 - t**2), _X, "The slope is a·b·(1 − tanh²(b·x)).", mistakes)
    other = "Some numbers are right, others are not. a and b may be any numbers, x any array."
    for table, advice in ((_X.reshape(2, 5), "Keep the shape of the input."), (rng.normal(size=(2, 5)), other)):
        a, b = rng.uniform(0.5, 3, size=2)
        t = np.tanh(b * table)
        compare(scaled(table, a, b), a * t, table, advice)
        compare(slope(table, a, b), a * b * (1 - t**2), table, advice)


@task(
    points=2,
    hints=[
        "Put tanh z = 2σ(2z) − 1 into the formula of the network, and multiply out.",
        "(2σ(2z) − 1)·v + c = σ(2z)·2v + (c − the sum of v). And 2z is x times 2W, plus 2b.",
        "return 2 * W, 2 * b, 2 * v, c - v.sum()",
    ],
)
def to_sigmoid(to_sigmoid: Answer, rng):
    """to_sigmoid(W, b, v, c) gives weights with which sigmoid units compute what tanh units compute with W, b, v, c."""
    for inputs, units in ((2, 3), (4, 6), (1, 2)):
        W, b, v = rng.normal(size=(inputs, units)), rng.normal(size=units), rng.normal(size=units)
        c, x = rng.normal(), rng.normal(size=(20, inputs))
        got = _parameters(to_sigmoid(W, b, v, c), W.shape)
        want = np.tanh(x @ W + b) @ v + c
        if close(_by_sigmoid(x, got), want, rtol=1e-9, atol=1e-9):
            continue
        for wrong, reason in _slips(W, b, v, c):
            if close(_by_sigmoid(x, got), _by_sigmoid(x, wrong), rtol=1e-9, atol=1e-9):
                fail(reason)
        fail("The outputs of the two networks differ. Put tanh z = 2σ(2z) − 1 into the formula, and multiply out.")


def _by_sigmoid(x, parameters):
    """The output of a network with one hidden layer of sigmoid units."""
    W, b, v, c = parameters
    return (1 + np.tanh((x @ W + b) / 2)) / 2 @ v + c


def _parameters(got, shape):
    """The four parts of an answer, of the right shapes, or advice."""
    if not isinstance(got, (tuple, list)) or len(got) != 4:
        fail("Return four things: return W, b, v, c.")
    shapes = {"W": shape, "b": shape[1:], "v": shape[1:], "c": ()}
    return [numbers(part, what, size) for part, (what, size) in zip(got, shapes.items(), strict=True)]


def _slips(W, b, v, c):
    """Wrong parameters, each with what to say to who gives them."""
    total = v.sum()
    yield (W, b, v, c), "You return what you were given. A sigmoid is another curve: squeezed, stretched and moved."
    yield (2 * W, 2 * b, 2 * v, c), "The −1 of 2σ(2z) − 1 is lost. Each unit brings it, weighted with its v: adjust c."
    yield (2 * W, 2 * b, 2 * v, c + total), "The sum of v goes off c, not onto it: it comes from the −1."
    yield (
        (2 * W, 2 * b, 2 * v, c - 2 * total),
        "You take off the sum of the new v. The −1 is weighted with the old one.",
    )
    yield (
        (2 * W, 2 * b, 2 * v, c - 1),
        "Every unit has its −1, and each is weighted with its v. You take off a single one.",
    )
    yield (
        (2 * W, 2 * b, 2 * v, c - len(v)),
        "Each −1 is weighted with its v. You count the units without their weights.",
    )
    yield (2 * W, b, 2 * v, c - total), "b is not doubled. All of z is: 2(xW + b)."
    yield (W, 2 * b, 2 * v, c - total), "W is not doubled. All of z is: 2(xW + b)."
    yield (W, b, 2 * v, c - total), "The input is not squeezed: tanh z needs the sigmoid at 2z."
    yield (2 * W, 2 * b, v, c - total), "The output is not stretched: tanh needs 2 times the sigmoid."
    yield (W / 2, b / 2, v / 2, c + total / 2), "That is the way from sigmoids to tanh. Here you go back."
    yield (W / 2, b / 2, 2 * v, c - total), "You halve z. tanh z needs the sigmoid at 2z, so double it."


@task(
    points=2,
    hints=[
        "Which of the five numbers are shares, between 0 and 1? Which may be negative?",
        "i, f and o say how much passes: sigmoids. g is what is added, up or down: tanh. And what goes out is bounded.",
        "i, f, o = sigmoid(z[:3]); g = np.tanh(z[3]); c = f * c + i * g; return o * np.tanh(c), c",
    ],
)
def lstm_step(step: Answer, rng):
    """step(z, c) gives the new state h and the new memory c of an LSTM, from the pre-activations z and the old c."""
    for units in (5, 1, 8):
        z, c = 2 * rng.normal(size=(4, units)), 2 * rng.normal(size=units)
        h, memory = _pair(step(z, c), units)
        (i, f, o, g), (ti, tf, to, tg) = (1 + np.tanh(z / 2)) / 2, np.tanh(z)
        new = f * c + i * tg
        right = o * np.tanh(new)
        if close(h, new) and close(memory, right):
            fail("You return the two the other way round. First the state h, then the memory c.")
        mistakes = [
            (tf * c + ti * g, "That is the colleague's memory. Gates are shares between 0 and 1; g may be negative."),
            (
                tf * c + ti * tg,
                "A gate is a share between 0 and 1. tanh can be negative: take the sigmoid for i and f.",
            ),
            (f * c + i * g, "A sigmoid for g: then the memory can only be raised. What is added may be negative."),
            (i * c + f * tg, "i and f are swapped: f says how much of the old memory stays, i how much is new."),
            (c + i * tg, "Nothing is forgotten: multiply the old memory by f."),
            (f * c + tg, "The input gate is missing: multiply g by i."),
            ((1 - f) * c + i * tg, "f is the share that stays, not the share that goes: f·c."),
            (f * c + i * z[3], "g has no activation: take tanh of it."),
            (i * tg, "The old memory is lost: add f·c."),
        ]
        compare(memory, new, None, "The memory is f·c + i·g, with sigmoids for i and f and tanh for g.", mistakes)
        mistakes = [
            (o * new, "The memory goes out unbounded: take tanh of it before the gate."),
            (to * np.tanh(new), "o is a gate, a share between 0 and 1: take the sigmoid."),
            (to * new, "o is a gate: take the sigmoid. And the memory goes out through a tanh."),
            (o * np.tanh(c), "The old memory goes out. Take the new one."),
            (np.tanh(new), "The output gate is missing: multiply by o."),
            (
                o / (1 + np.exp(-new)),
                "The memory goes out through a sigmoid: then the state loses its sign. Take tanh.",
            ),
            (np.tanh(o * new), "The gate comes last: o·tanh(c), not tanh(o·c)."),
            (o, "That is the gate alone. Multiply it by tanh(c)."),
        ]
        compare(h, right, None, "The state is o·tanh(c), with the new memory c.", mistakes)


def _pair(got, units):
    """The state and the memory of an answer, or advice."""
    if not isinstance(got, (tuple, list)) or len(got) != 2:
        fail("Return two things: return h, c.")
    return [numbers(part, what, (units,)) for part, what in zip(got, ("h", "c"), strict=True)]


@task(
    points=2,
    hints=[
        "Where does it go wrong? Print np.tanh(20.0), then 1 minus its square. Which digits are left?",
        "The slope is 4e/(1 + e)², with e = exp(−2|u|). Take the logarithm of that on paper, factor by factor.",
        "log 4 + log e − 2·log(1 + e) = 2·(log 2 − |u| − log(1 + e)). np.log1p(e) is log(1 + e).",
    ],
)
def log_slope(log_slope: Answer, rng):
    """log_slope(u) is the logarithm of the slope of tanh, for every u between −1000 and 1000."""
    u = np.array([-1000.0, -400.0, -20.0, -2.0, -0.3, 0.0, 0.7, 3.0, 12.0, 25.0, 380.0, 1000.0])
    for places in (u, rng.uniform(-5, 5, size=8), rng.uniform(-1000, 1000, size=(2, 4))):
        e = np.exp(-2 * np.abs(places))
        want = 2 * (np.log(2) - np.abs(places) - np.log1p(e))
        got = numbers(log_slope(places), shape=places.shape)
        compare(got, want, places, _advice_on_logarithm(got, want, places), _log_mistakes(places, e, want))


def _advice_on_logarithm(got, want, u):
    """What to say where a logarithm of the slope is wrong, from the places at which it is."""
    wrong = ~np.isclose(got, want, rtol=1e-9, atol=1e-12)
    if not np.any(wrong & (u > 0)):
        return "It fails for negative u only: exp(−2u) becomes too large. The slope is symmetric, so use |u|."
    if np.all(np.abs(u[wrong]) > 370):
        return (
            "exp(−2|u|) is 0 from |u| = 373 on, and its logarithm −inf. On paper, the logarithm of exp(−2|u|) is −2|u|."
        )
    if np.all(np.abs(u[wrong]) > 8):
        return (
            "1 − tanh² loses its digits, and from |u| = 20 on it is 0, with the logarithm −inf. Do not subtract from 1."
        )
    return "Start from the slope 4e/(1 + e)², with e = exp(−2|u|), and take the logarithm on paper."


def _log_mistakes(u, e, want):
    """Wrong values, each with what to say to who gets them."""
    slope, size = 4 * e / (1 + e) ** 2, np.abs(u)
    for tiny in (1e-6, 1e-7, 1e-8, 1e-10, 1e-12):
        added = (
            "A small number added or a limit hides the −inf, but every u far out gets the same value. It is not right."
        )
        yield np.log(slope + tiny), added
        yield np.log(1 - np.tanh(u) ** 2 + tiny), added
        yield np.log(np.maximum(slope, tiny)), added
        yield np.log(np.maximum(1 - np.tanh(u) ** 2, tiny)), added
    yield (
        want / 2,
        "The factor 2 is missing. In 4e/(1 + e)² everything but e is a square: 2·(log 2 − |u| − log(1 + e)).",
    )
    yield want - 2 * np.log(2), "log 4 is missing: it comes from the 4 in 4e/(1 + e)²."
    yield -want, "The sign is turned: the slope is at most 1, so its logarithm is at most 0."
    yield slope, "That is the slope. Its logarithm is asked for."
    yield 2 * (np.log(2) - size - np.log1p(np.exp(-size))), "In the last logarithm stands exp(−2|u|): the 2 is missing."
    yield 2 * (np.log(2) - size), "The part log(1 + e) is missing. It is small far out, but not near 0."
    yield want + np.log1p(e), "(1 + e) is squared in 4e/(1 + e)²: take its logarithm twice."


@task(
    points=2,
    hints=[
        "Where can a formula for tanh go wrong? Near 0, far out, and on one side. Ask at places of all three kinds.",
        "Near 0 the values are tiny. Compare the gap with the value itself, not with a fixed limit. And nan must fail.",
        "Sizes 10.0 ** np.linspace(-12, 3, 301), with both signs. np.all(np.abs(f(x) - want) <= 1e-9 * np.abs(want)).",
    ],
)
def is_scaled_tanh(is_scaled_tanh: Answer, rng):
    """is_scaled_tanh(f, a, b) is True if f is a·tanh(b·x) to nine digits for all x from −1000 to 1000, else False."""
    pairs = [(True, *case) for case in _right_functions()] + [(False, *case) for case in _wrong_functions()]
    for right, name, f, a, b, advice in [*pairs, *_random_functions(rng)]:
        if verdict(is_scaled_tanh(quiet(f), a, b)) != right:
            fail(f"You {'reject a right' if right else 'accept a wrong'} function: {name}. {advice}")


def _exact(x):
    m = np.expm1(-2 * np.abs(x))
    return np.copysign(m / (2 + m), x)


def _textbook(x):
    return (np.exp(x) - np.exp(-x)) / (np.exp(x) + np.exp(-x))


_ROUNDING = "Its values differ by rounding in the last digit. Allow nine digits, not all of them."
_TINY = (
    "It loses its digits for x below 0.0000001. Look there, and compare the gap with the value, not with a fixed limit."
)
_NAN = "It gives nan for large x. Look at 1000, and write the comparison so that nan fails: nan <= 1 is False."
_BOTH = "It is right for positive x. Look at negative x too."
_VALUES = "Do you compare f with a·tanh(b·x) at all, at ordinary places such as 1 and −1?"


def _right_functions():
    """Right functions, each with its a and b and what to say to who rejects it."""
    yield "np.tanh", np.tanh, 1.0, 1.0, "With a = b = 1 it is tanh itself."
    yield "tanh by expm1", _exact, 1.0, 1.0, _ROUNDING
    yield "2.5·tanh(1.5x)", lambda x: 2.5 * np.tanh(1.5 * x), 2.5, 1.5, "Do you use a and b?"


def _wrong_functions():
    """Wrong functions, each with its a and b and what to say to who accepts it."""
    yield "0 for every x", np.zeros_like, 1.0, 1.0, f"That comes of a lost minus sign. {_VALUES}"
    yield "−tanh(x)", lambda x: -np.tanh(x), 1.0, 1.0, _VALUES
    yield "tanh(x), for a = 2.5", np.tanh, 2.5, 1.0, "Do you use a?"
    yield "tanh(x), for b = 1.5", np.tanh, 1.0, 1.5, "Do you use b?"
    yield "tanh(|x|)", lambda x: np.tanh(np.abs(x)), 1.0, 1.0, _BOTH
    yield "x / (1 + |x|)", lambda x: x / (1 + np.abs(x)), 1.0, 1.0, _VALUES
    early = "It ends at 1 too early. The gap is 0.0003 at most: look between 3 and 10 too, and be strict."
    yield "1 from x = 4.5 on", lambda x: np.where(np.abs(x) < 4.5, np.tanh(x), np.sign(x)), 1.0, 1.0, early
    yield "1.0001·tanh(x)", lambda x: 1.0001 * np.tanh(x), 1.0, 1.0, "Four digits are right, nine are asked for."
    yield "2σ(2x) − 1", lambda x: 2 / (1 + np.exp(-2 * x)) - 1, 1.0, 1.0, _TINY
    yield "textbook, limited to ±300", lambda x: _textbook(np.clip(x, -300, 300)), 1.0, 1.0, _TINY
    yield "exact near 0, textbook else", lambda x: np.where(np.abs(x) < 1, _exact(x), _textbook(x)), 1.0, 1.0, _NAN


def _random_functions(rng):
    """Right and wrong functions, in random order, with random a and b."""
    for right in random_verdicts(rng, 8):
        a, b = rng.uniform(0.8, 2, size=2)
        gap = 0.0 if right else rng.uniform(0.01, 0.1)
        yield (
            right,
            f"{a:.4g}·tanh({b:.4g}x)" + (f", plus {gap:.4g}·x·exp(−x²)" if gap else ""),
            lambda x, a=a, b=b, gap=gap: a * np.tanh(b * x) + gap * x * np.exp(-x * x),
            a,
            b,
            "Its shape is nearly right. Be strict at ordinary places." if gap else _ROUNDING,
        )
