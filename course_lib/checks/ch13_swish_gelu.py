"""The graded tasks of 13_swish_gelu."""

import math

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import compare, fail, numbers, quiet, random_verdicts

_X = np.array([-12.0, -3.0, -1.2, -0.4, -0.03, 0.03, 0.4, 1.0, 2.5, 9.0])


def _sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(np.asarray(x) < 0, e, 1) / (1 + e)


@task(
    points=2,
    hints=[
        "Swish is a product: x, times a gate. Only the gate knows β.",
        "The product rule: gate plus x times the slope of the gate. That slope has a factor β, from the inside βx.",
        "With s = sigmoid(beta * x): x * s, then s + beta * x * s * (1 - s), then x * x * s * (1 - s).",
    ],
)
def swish(swish: Answer, slope: Answer, beta_slope: Answer, rng):
    """swish(x, beta) is x·σ(βx), slope(x, beta) its slope in x and beta_slope(x, beta) that in β, for any array x."""
    beta = 1.7
    s = _sigmoid(beta * _X)
    bend = s * (1 - s)
    compare(swish(_X, beta), _X * s, _X, "The function is x·σ(βx).", _swish_slips(beta, s))
    right = s + beta * _X * bend
    compare(slope(_X, beta), right, _X, "The slope is σ + βx·σ(1 − σ), with σ at βx.", _slope_slips(beta, s, bend))
    advice = "The slope in β is x²·σ(1 − σ), with σ at βx: here x stands still."
    compare(beta_slope(_X, beta), _X**2 * bend, _X, advice, _beta_slips(beta, s, bend))
    other = "Some numbers are right, others are not. beta may be any positive number, x any array."
    for x, advice in ((_X.reshape(2, 5), "Keep the shape of the input."), (3 * rng.normal(size=(2, 5)), other)):
        beta = rng.uniform(0.2, 3)
        s = _sigmoid(beta * x)
        compare(swish(x, beta), x * s, x, advice)
        compare(slope(x, beta), s + beta * x * s * (1 - s), x, advice)
        compare(beta_slope(x, beta), x * x * s * (1 - s), x, advice)


def _swish_slips(beta, s):
    """Wrong values of the function, each with what to say to who gets them."""
    plain = _sigmoid(_X)
    yield s, "That is the gate alone. Multiply it by x."
    yield _X * plain, "β is missing: multiply x by it inside the sigmoid."
    yield beta * _X * s, "β stands inside the sigmoid only. You multiply the output by it, too."
    yield beta * _X * plain, "β belongs inside the sigmoid, not in front."
    yield _X * s / beta, "There is no division by β: x·σ(βx)."
    yield _X * _sigmoid(_X / beta), "You divide by β. The gate is σ(βx)."
    yield _X * np.tanh(beta * _X), "The gate is a sigmoid, between 0 and 1. tanh goes down to −1."
    yield np.maximum(_X, 0), "That is ReLU: its gate is hard. Here the gate is a sigmoid."
    yield np.logaddexp(0, beta * _X) / beta, "That is softplus: a soft curve. Swish is x times a soft gate."


def _slope_slips(beta, s, bend):
    """Wrong values of the slope in x."""
    plain = _sigmoid(_X)
    yield _X * s, "You return the function, not its slope."
    yield s, "Half of the product rule: the gate is there, x times the slope of the gate is missing."
    yield beta * _X * bend, "Half of the product rule: x times the slope of the gate is there, the gate is missing."
    yield s + _X * bend, "The inner slope is missing: βx changes β times as fast as x."
    yield beta * bend, "A product's slope is not the product of the slopes. Take the product rule."
    yield s + beta * bend, "In the product rule the second part is multiplied by x."
    yield s - beta * _X * bend, "The two parts of the product rule are added. Is your minus sign from σ(−βx)?"
    yield plain + _X * plain * (1 - plain), "That is the slope for β = 1. Use beta."
    yield s + beta * _X * s * (1 + s), "The slope of the sigmoid is σ(1 − σ), with a minus sign."
    yield s + beta * _X * s, "The slope of the sigmoid is σ(1 − σ). Your factor 1 − σ is missing."
    yield beta * (s + beta * _X * bend), "One factor β too many. β does not stand before the gate."


def _beta_slips(beta, s, bend):
    """Wrong values of the slope in β."""
    yield s + beta * _X * bend, "That is the slope in x. Now x stands still, and β moves."
    yield _X * bend, "One x is missing: x stands in front of the gate, and once more inside, beside β."
    yield beta * _X * bend, "Inside stands βx. If β moves, its slope is x, not β."
    yield beta * _X**2 * bend, "One β too many: the slope of βx in β is x."
    yield _X**2 * s, "The slope of the sigmoid is σ(1 − σ). Your factor 1 − σ is missing."
    yield bend, "Both x are missing: one stands in front of the gate, one inside, beside β."
    yield _X * s, "You return the function, not a slope."
    yield np.zeros_like(_X), "β does change the output: it sharpens the gate."


@task(
    points=2,
    hints=[
        "Print np.exp(1000.0), and np.log(1 + np.exp(-50.0)). Which part is too large, which one is rounded away?",
        "The gap to ReLU is ln(1 + exp(−β|x|))/β on both sides. This exponential is never large. Use np.log1p.",
        "gap: np.log1p(np.exp(-beta * np.abs(x))) / beta. softplus: np.maximum(x, 0) + gap(x, beta).",
    ],
)
def softplus(softplus: Answer, gap: Answer, rng):
    """softplus(x, beta) and gap(x, beta) = softplus − ReLU, each to nine digits for every x from −1000 to 1000."""
    x = np.array([-1000.0, -300.0, -45.0, -25.0, -3.0, -0.2, 0.0, 0.7, 4.0, 30.0, 60.0, 400.0, 1000.0])
    cases = [(x, 1.0), (x[1:-1], 2.0), (rng.uniform(-4, 4, size=(2, 4)), rng.uniform(0.3, 3))]
    for places, beta in [*cases, (rng.uniform(20, 150, size=6) * [-1, 1, -1, 1, -1, 1], rng.uniform(0.5, 3))]:
        want = np.log1p(np.exp(-beta * np.abs(places))) / beta
        got = numbers(gap(places, beta), "gap", places.shape)
        advice = _advice_on_gap(got, want, places)
        compare(got, want, places, advice, _gap_slips(places, beta, want), rtol=1e-9, atol=0)
        want = np.maximum(places, 0) + want
        got = numbers(softplus(places, beta), "softplus", places.shape)
        slips = _softplus_slips(places, beta, want)
        compare(got, want, places, _advice_on_softplus(got, want, places), slips, rtol=1e-9, atol=0)


def _wrong_places(got, want, x):
    """The places at which nine digits are not right."""
    return x[~np.isclose(got, want, rtol=1e-9, atol=0)]


def _advice_on_gap(got, want, x):
    """What to say where the gap is wrong, from the places at which it is."""
    where = _wrong_places(got, want, x)
    if where.size and np.all(where > 3):
        return (
            "It is right on the left, but far right two nearly equal numbers are subtracted, or one overflows. "
            "On paper first: the gap is ln(1 + exp(−β|x|))/β on both sides."
        )
    if where.size and np.all(where < -3):
        return "It fails far left only. The gap is the same on both sides: use |x|, and np.log1p for ln(1 + small)."
    if where.size and np.all(np.abs(where) > 3):
        return "Far out the gap is tiny, and in 1 + e it is rounded away. np.log1p(e) keeps its digits."
    return "The gap to ReLU is ln(1 + exp(−β|x|))/β."


def _gap_slips(x, beta, want):
    """Wrong values of the gap, each with what to say to who gets them."""
    yield beta * want, "The division by β is missing."
    yield np.maximum(x, 0) + want, "That is softplus itself. Its gap to ReLU is asked for."
    yield -want, "The sign is turned: softplus lies above ReLU."
    yield np.log1p(np.exp(-np.abs(x))) / beta, "β is missing inside the exponential: exp(−β|x|)."
    yield np.full(x.shape, np.log(2) / beta), "That is the gap at x = 0, the largest one. It shrinks on both sides."
    yield np.exp(-beta * np.abs(x)) / beta, "exp(−β|x|) is the gap far out only. Near 0 take ln(1 + e), with that e."


def _advice_on_softplus(got, want, x):
    """What to say where softplus is wrong, from the places at which it is."""
    where = _wrong_places(got, want, x)
    if where.size and np.all(where > 3):
        return "It overflows, or was cut off, far right. Take ReLU plus the gap: the gap has no large exponential."
    if where.size and np.all(where < -3):
        return "Its left tail is lost: 1 + e is rounded to 1. np.log1p(e) keeps its digits."
    if where.size and np.all(np.abs(where) > 3):
        return "Both ends are wrong: far right it overflows, far left 1 + e is rounded to 1. Take ReLU plus the gap."
    return "Softplus is ln(1 + exp(βx))/β: ReLU plus the gap."


def _softplus_slips(x, beta, want):
    """Wrong values of softplus, each with what to say to who gets them."""
    tail = np.log1p(np.exp(-beta * np.abs(x))) / beta
    yield tail, "That is the gap alone. Add ReLU."
    yield np.maximum(x, 0), "That is ReLU. Add the gap."
    yield _sigmoid(beta * x), "That is the slope of softplus."
    yield np.maximum(x, 0) - tail, "The gap is added, not taken off."
    yield beta * want, "The division by β is missing."
    yield np.maximum(beta * x, 0) + tail, "ReLU is max(x, 0), without β: β·x/β."
    yield np.maximum(x, 0) + beta * tail, "The division by β is missing."


_LOW = -20.0


@task(
    points=2,
    hints=[
        "At the bottom the slope of x·gate(x) is 0. Which slope is that, by the product rule?",
        "The slope gate(x) + x·gate_slope(x) is negative left of the bottom, positive right of it. Halve the interval.",
        "left, right = -20, 0; 50 times: middle = (left + right) / 2. Slope there below 0: left = middle. Else right.",
    ],
)
def bottom(bottom: Answer, rng):
    """bottom(gate, gate_slope) is the place where x·gate(x) is lowest, to six decimals; it lies between −20 and 0."""
    cases = [_shifted(1.0, 0.0), _shifted(4.0, 0.0), _mish_like(rng.uniform(0.5, 3))]
    for gate, gate_slope in [*cases, _shifted(rng.uniform(0.4, 3), rng.uniform(-1, 1.5))]:
        want = _bottom(lambda x, gate=gate, gate_slope=gate_slope: gate(x) + x * gate_slope(x))
        got = float(numbers(bottom(_counted(gate), _counted(gate_slope)), "place", ()))
        if not abs(got - want) <= 1e-6:
            fail(_advice_on_bottom(got, want, gate, gate_slope), f"It is lowest at {want:.7f}.")


def _shifted(beta, shift):
    """The gate σ(βx + shift) and its slope."""

    def gate(x):
        return _sigmoid(beta * x + shift)

    return gate, lambda x: beta * gate(x) * (1 - gate(x))


def _mish_like(beta):
    """The gate tanh(softplus(βx)) and its slope."""

    def gate(x):
        return np.tanh(np.logaddexp(0, beta * x))

    return gate, lambda x: (1 - gate(x) ** 2) * beta * _sigmoid(beta * x)


def _counted(f):
    """What a learner's code gets: the function, for at most 100,000 places at once."""
    answer = quiet(f)

    def called(x):
        if np.size(x) > 100_000:
            fail("You ask for more than 100,000 places at once. Halving needs one place, sixty times.")
        return answer(x)

    return called


def _bottom(slope):
    """Where a slope turns from negative to positive, between −20 and 0."""
    left, right = _LOW, 0.0
    for _ in range(80):
        middle = (left + right) / 2
        left, right = (middle, right) if slope(middle) < 0 else (left, middle)
    return right


def _advice_on_bottom(got, want, gate, gate_slope):
    """What to say to who gives a wrong place."""
    if not math.isfinite(got):
        return "Your place is not a finite number."
    if abs(got - want * gate(want)) < 1e-5:
        return "That is how low it is. Where it is that low is asked for."
    if abs(got - _LOW) < 1e-3 or abs(got) < 1e-3:
        return "You end at an end of the interval. Where the slope is negative, the bottom lies to the right."
    if abs(got - want) < 0.1:
        return "Nearly, but six decimals are asked for. Halve further: each time the interval shrinks to one half."
    if abs(got + 1.2784645) < 1e-4:
        return "That is the place for SiLU. The gate is another one here: use it."
    if abs(got - _bottom(lambda x: gate(x) + gate_slope(x))) < 1e-3 or gate(got) + got * gate_slope(got) < 0:
        return "Right of your place it still falls. Is your slope gate + x·gate_slope?"
    return "Left of your place it is lower. Is your slope gate + x·gate_slope?"


_FORMS = ("exact", "tanh", "sigmoid", "none")


def _exact(x):
    return x * (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2))) / 2


def _tanh_form(x):
    return x / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))


def _sigmoid_form(x, c=1.702):
    return x * _sigmoid(c * x)


@task(
    points=2,
    hints=[
        "Where do the forms differ most? Compute all three at many places from −4 to 4, and look at the differences.",
        "The smallest difference that counts is 0.0005, the rounding is 0.000001. Choose a tolerance between the two.",
        "For each form: np.abs(f(x) - form(x)).max() < 1e-4 at x = np.linspace(-4, 4, 161). If none passes: 'none'.",
    ],
)
def which_form(which_form: Answer, rng):
    """which_form(f) says which form of GELU f is: "exact", "tanh", "sigmoid" or "none" of them."""
    cases = [*_plain_forms(), *_other_functions(rng)]
    forms = dict(zip(_FORMS, (_exact, _tanh_form, _sigmoid_form), strict=False))
    for name in rng.choice(_FORMS[:3], size=8):
        cases.append((name, "rounded to six digits", _rounded(forms[name], rng.uniform(0, 6)), _ROUNDED))
    for i in rng.permutation(len(cases)):
        form, what, f, advice = cases[i]
        got = which_form(quiet(f))
        if not isinstance(got, str) or got not in _FORMS:
            fail("Return one of the four strings 'exact', 'tanh', 'sigmoid' and 'none', for every f.")
        if got != form:
            fail(f"You meet a function ({what}) and call it {got!r}. It is not. {advice}")


_ROUNDED = (
    "A served model computes in 32 bits: its outputs are rounded by up to 0.000001. Two forms of GELU differ by 0.0005 "
    "somewhere. Your tolerance must lie between the two, and you must look where they differ."
)


def _rounded(f, phase):
    """The function as computed in low precision: off by up to a millionth."""
    return lambda x: f(x) + 1e-6 * np.sin(1000 * x + phase)


def _plain_forms():
    """The three forms, each with its name and what to say to who does not know it."""
    yield "exact", "the exact form", _exact, "Compare with x·Φ(x), and look near |x| = 2.7."
    yield "tanh", "the tanh form", _tanh_form, "It differs from the exact form by 0.0005 near |x| = 2.7: be strict."
    yield "sigmoid", "the sigmoid form", _sigmoid_form, "It differs from the others by 0.02 near |x| = 2.3."


def _other_functions(rng):
    """Functions that are no form of GELU."""
    nearest = "That is none of the three, though one of them is nearest. Say 'none' if no form is near enough."
    yield "none", "SiLU", lambda x: _sigmoid_form(x, 1.0), nearest
    yield "none", "ReLU", lambda x: np.maximum(x, 0), f"{nearest} At 0 and far out ReLU agrees with all of them."
    c, stretch = rng.uniform(1.55, 1.66), rng.uniform(1.01, 1.05)
    yield "none", "x·σ(cx) with another c", lambda x: _sigmoid_form(x, c), nearest
    yield "none", "GELU, stretched", lambda x: _exact(stretch * x) / stretch, nearest
    sides = "It is the exact form right of 0, and another on the left. Look at both sides."
    yield "none", "two forms in one", lambda x: np.where(x > 0, _exact(x), _sigmoid_form(x)), sides
    middle = "It agrees with a form near 0, and not farther out. Look up to 4."
    yield "none", "cut off beyond 1.5", lambda x: np.where(np.abs(x) < 1.5, _tanh_form(x), np.maximum(x, 0)), middle


_FAR = 50.0


@task(
    points=2,
    hints=[
        "Ask f at many places in order, and compare neighbours. How wide may a fall be that you must not miss?",
        "np.diff(f(x)) of an increasing x is negative where f falls. Take x from −50 to 50 in steps of 0.01.",
        "y = f(x); i = np.argmin(np.diff(y)); return (x[i], x[i + 1]) if y[i] - y[i + 1] > 1e-9 else None.",
    ],
)
def falls(falls: Answer, rng):
    """falls(f) gives a pair a < b between −50 and 50 with f(a) > f(b), or None if f never falls."""
    cases = [*_monotone(), *_dipping(rng)]
    for right in random_verdicts(rng, 8):
        cases.append(_random_case(right, rng.uniform(-45, 45), rng.uniform(0.05, 0.15)))
    for i in rng.permutation(len(cases)):
        what, f, monotone, advice = cases[i]
        pair = falls(_counted(f))
        if pair is None:
            if not monotone:
                fail(f"You say that it never falls, and it does: {what}. {advice}")
            continue
        a, b = _pair(pair)
        if not f(np.array(a)) - f(np.array(b)) > 1e-9:
            fail(_advice_on_pair(f, a, b, what, monotone, advice))


def _pair(pair):
    """The two places of an answer, or advice."""
    if not isinstance(pair, (tuple, list, np.ndarray)) or len(pair) != 2:
        fail("Return a pair of places, (a, b), or None.")
    a, b = (float(numbers(part, "place", ())) for part in pair)
    if not (math.isfinite(a) and math.isfinite(b) and max(abs(a), abs(b)) <= _FAR):
        fail("Both places must be numbers between −50 and 50. Do you return indices instead of places?")
    if not a < b:
        fail("The first place must be the smaller one: a < b.")
    return a, b


def _advice_on_pair(f, a, b, what, monotone, advice):
    """What to say to who gives a pair at which f does not fall."""
    if f(np.array(a)) > f(np.array(b)):
        return f"At your pair it falls by less than 1e-9: that is rounding, not a fall ({what})."
    if monotone:
        return f"You give a pair for a function that never falls: {what}. {advice}"
    return f"At your pair it does not fall, though elsewhere it does: {what}. Return two places with f(a) > f(b)."


def _swish(x, beta):
    return x * _sigmoid(beta * x)


def _monotone():
    """Functions that never fall, each with what to say to who gives a pair."""
    flat = "Flat is not falling: f(a) must be larger than f(b)."
    yield "ReLU", lambda x: np.maximum(x, 0), True, flat
    yield "softplus", lambda x: np.logaddexp(0, x), True, "It always rises."
    yield "a constant", lambda x: 0 * x + 3, True, flat
    noise = "Falls smaller than 1e-9 are rounding."
    yield "ReLU with rounding errors", lambda x: np.maximum(x, 0) + 1e-12 * np.cos(1e4 * x), True, noise
    yield "tanh", np.tanh, True, "It always rises."


def _dipping(rng):
    """Functions that fall somewhere, each with what to say to who does not see it."""
    yield "SiLU", lambda x: _swish(x, 1.0), False, "It falls left of −1.28."
    far = "Its dip lies far left, at −1.2785/β. Look down to −50."
    yield "Swish with β = 0.05", lambda x: _swish(x, 0.05), False, far
    narrow = "Its dip is narrow and near 0. Take smaller steps."
    beta = rng.uniform(15, 25)
    yield "Swish with a large β", lambda x: _swish(x, beta), False, narrow
    yield "GELU", _tanh_form, False, "It falls left of −0.75."
    yield (
        "a rectifier that falls right of 45",
        lambda x: 1.5 * np.maximum(x, 0) - 4 * np.maximum(x - 45, 0),
        False,
        ("A fall can be on the right, too. Look up to 50."),
    )


def _random_case(right, middle, rise):
    """A function that rises slowly, with a step up (which is no fall) or a bump at a random place."""
    if right:
        return "a soft step", lambda x: rise * x + 0.5 * np.tanh((x - middle) / 0.3), True, "It always rises."
    advice = "It has a bump 0.5 wide, between −50 and 50. Look everywhere, in steps that do not miss it."
    return "a bump", lambda x: rise * x + 0.3 * np.exp(-(((x - middle) / 0.25) ** 2)), False, advice
