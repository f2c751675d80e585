"""The graded tasks of 12_selu."""

import math

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import choice, close, compare, fail, numbers, quiet, random_verdicts, verdict

LAMBDA, ALPHA = 1.0507009873554805, 1.6732632423543772
_X = np.array([-30.0, -3.0, -1.0, -0.2, 0.3, 1.0, 2.5, 30.0])


def _selu(x, lam=LAMBDA, alpha=ALPHA):
    return lam * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _slope(a, lam, alpha):
    return np.where(a > 0, lam, a + lam * alpha)


@task(
    points=2,
    hints=[
        "Two formulas, one for x > 0 and one for the rest. λ multiplies both, α only one of them.",
        "The output is positive just where x is: there the slope is λ. On the left the slope is λαe^x, and the output "
        "a = λαe^x − λα. So what is λαe^x, said with a?",
        "selu: lam * np.where(x > 0, x, alpha * np.expm1(x)). slope: np.where(a > 0, lam, a + lam * alpha).",
    ],
)
def selu_and_slope(selu: Answer, slope: Answer, rng):
    """selu(x, lam, alpha) is λx for x > 0, else λα(exp(x) − 1), and slope(a, lam, alpha) its slope where it gives a."""
    lam, alpha = 1.3, 2.1
    right, e = _X > 0, np.exp(np.minimum(_X, 0))
    mistakes = [
        (np.where(right, _X, alpha * (e - 1)), "That is ELU: multiply all of it by λ."),
        (np.where(right, _X, lam * alpha * (e - 1)), "λ is missing on the right: it multiplies both sides."),
        (np.where(right, lam * _X, alpha * (e - 1)), "λ is missing on the left: it multiplies both sides."),
        (lam * np.where(right, _X, e - 1), "α is missing: it is the depth on the left."),
        (
            lam * np.where(right, _X, alpha * _X),
            "That is a leaky ReLU: the left side is a curve that levels off at −λα.",
        ),
        (lam * np.where(right, _X, alpha * e), "The −1 is missing: at x = 0 both sides must meet in 0."),
        (lam * alpha * np.where(right, _X, e - 1), "α belongs to the left side only."),
        (_selu(_X, alpha, lam), "λ and α are swapped: λ multiplies everything, α only the left side."),
        (lam * np.where(right, alpha * (np.exp(_X) - 1), _X), "The two sides are swapped."),
    ]
    compare(selu(_X, lam, alpha), _selu(_X, lam, alpha), _X, "It is λx for x > 0, else λα(e^x − 1).", mistakes)
    a = _selu(_X, lam, alpha)
    mistakes = [
        (np.where(right, 1, lam * alpha * e), "The slope on the right is λ, not 1: there the function is λx."),
        (
            np.where(right, lam, lam * alpha * np.exp(np.minimum(a, 0))),
            "λαe^x needs the input x. You are given the output a.",
        ),
        (np.where(right, lam, a), "λα is missing on the left: the output is λαe^x − λα, the slope λαe^x."),
        (np.where(right, lam, a + alpha), "λ is missing on the left: add λα to the output."),
        (np.where(right, lam, lam * (a + alpha)), "λ stands in a already: add λα, and multiply nothing."),
        (np.where(right, lam, a - lam * alpha), "The sign is turned: a = λαe^x − λα, so λαe^x = a + λα."),
        (np.where(right, lam, lam * alpha), "That is the slope of a leaky ReLU. On the left the slope fades."),
        (np.where(right, a, a + lam * alpha), "On the right the slope is the number λ: it does not grow."),
        (a + lam * alpha, "That is the slope on the left. On the right it is λ."),
    ]
    compare(slope(a, lam, alpha), _slope(a, lam, alpha), a, "It is λ for a > 0, else a + λα.", mistakes)
    _at_the_kink(slope, lam, alpha)
    other = "Some numbers are right, others are not. λ and α may be any numbers, x any array."
    for table, advice in ((_X.reshape(2, 4), "Keep the shape of the input."), (3 * rng.normal(size=(2, 5)), other)):
        lam, alpha = rng.uniform(0.5, 3, size=2)
        a = _selu(table, lam, alpha)
        compare(selu(table, lam, alpha), a, table, advice)
        compare(slope(a, lam, alpha), _slope(a, lam, alpha), a, advice)


def _at_the_kink(slope, lam, alpha):
    """At 0 every number between the two slopes beside it is a fair answer."""
    got = float(numbers(slope(np.zeros(1), lam, alpha), shape=(1,))[0])
    low, high = sorted((lam, lam * alpha))
    if not low - 1e-9 <= got <= high + 1e-9:
        fail(
            "Where the output is 0, any slope between λ and λα is right: these are the slopes beside it. Yours is not."
        )


@task(
    points=2,
    hints=[
        "Write z = s·t with t standard normal. The first wish, mean 0, holds for one α, whatever λ is.",
        "By strips: t = the middles, E[...] = sum of values times density times width. Bisect α until E elu(s·t) = 0. "
        "The second wish is λ²·E elu(s·t)² = s².",
        "On paper: α = s/√(2π) / (½ − exp(s²/2)·Φ(−s)), with Φ(x) = math.erfc(−x/√2)/2. Then λ = s / √(E elu(s·t)²), "
        "and E elu² = s²/2 + α²·(exp(2s²)·Φ(−2s) − 2·exp(s²/2)·Φ(−s) + ½).",
    ],
)
def constants(constants: Answer, rng):
    """constants(s) gives λ > 0 and α with which z of mean 0 and standard deviation s keep that mean and deviation."""
    for s in (1.0, 0.5, 2.0, *rng.uniform(0.4, 2.5, size=3)):
        got = constants(float(s))
        if not isinstance(got, (tuple, list, np.ndarray)) or len(got) != 2:
            fail("Return two numbers: return lam, alpha.")
        pair = numbers(got, "pair of constants", (2,))
        want = _constants(s)
        if not close(pair, want, rtol=1e-5, atol=0):
            fail(_advice_on_constants(pair, s), f"For s = {s:.4g}: λ = {want[0]:.6g}, α = {want[1]:.6g}.")


def _constants(s):
    """The pair λ, α whose fixed point is the standard deviation s."""
    below = {k: math.exp(k * k * s * s / 2) * math.erfc(k * s / math.sqrt(2)) / 2 for k in (1, 2)}
    alpha = s / math.sqrt(2 * math.pi) / (0.5 - below[1])
    return s / math.sqrt(s * s / 2 + alpha**2 * (below[2] - 2 * below[1] + 0.5)), alpha


def _advice_on_constants(pair, s):
    """What to say to who gives wrong constants."""
    lam, alpha = _constants(s)
    slips = [
        ((alpha, lam), "The order is λ, then α."),
        ((LAMBDA, ALPHA), "These are the published constants. They belong to s = 1; the wishes are for any s."),
        ((-lam, alpha), "λ shall be positive."),
        ((lam / s, alpha), "The deviation shall be s again, not 1: λ²·E elu(z)² = s²."),
        ((lam * s, alpha), "λ²·E elu(z)² = s², so λ is s over the root, not s² over it."),
        ((lam**2, alpha), "Take the root: λ stands squared in the second wish."),
        ((1 / lam, alpha), "λ is turned over: it is s divided by the root of E elu(z)²."),
        ((1.0, alpha), "α is right. Now the second wish: λ²·E elu(z)² = s²."),
        (_constants(math.sqrt(s)), "s is the standard deviation, not the variance."),
        (_constants(s * s), "You square s once too often: it is the standard deviation, so z = s·t."),
    ]
    for wrong, advice in slips:
        if close(pair, wrong, rtol=1e-4, atol=0):
            return advice
    if close(pair, (lam, alpha), rtol=2e-2, atol=0):
        return "Nearly. Take narrower strips, more of them, out to 10 on both sides (random numbers are too coarse)."
    if close(pair[1], alpha, rtol=1e-4):
        return "α is right, λ is not. The second wish: λ²·E elu(z)² = s²."
    return (
        "Check the first wish by strips: with your α, is the mean of elu(z) equal to 0? z is s times standard normal."
    )


@task(
    points=2,
    hints=[
        "First put low where kept is False. What are mean and mean square then, if a had mean 0 and variance 1?",
        "The mean is p·low. The variance is (1 − p)·(1 + p·low²). Subtract the one, divide by the root of the other.",
        "changed = np.where(kept, a, low); return (changed - p * low) / np.sqrt((1 - p) * (1 + p * low**2))",
    ],
)
def alpha_dropout(alpha_dropout: Answer, rng):
    """alpha_dropout(a, kept, p, low) drops to low where kept is False, and keeps mean 0 and variance 1 on average."""
    rows = [(0.25, -2.0, (4, 6)), (0.1, -1.7580993, (3, 5)), (*rng.uniform([0.05, -3], [0.6, -0.5]), (5, 4))]
    for p, low, shape in rows:
        a, kept = rng.normal(size=shape), rng.random(shape) >= p
        kept.flat[:2] = True, False
        k = 1 - p
        changed, spread = np.where(kept, a, low), math.sqrt(k * (1 + p * low**2))
        mistakes = [
            (np.where(kept, a, 0) / k, "That is ordinary dropout. Drop to low, then repair mean and variance."),
            (changed, "Dropped, but not repaired: now the mean is p·low, and the variance is no longer 1."),
            (changed - p * low, "The mean is repaired, the variance is not: divide by the standard deviation."),
            (changed / spread, "The variance is repaired, the mean is not: subtract p·low before you divide."),
            ((changed + p * low) / spread, "The mean of what you have is p·low. Subtract it."),
            ((changed - p * low) / spread**2, "You divide by the variance. Divide by its root."),
            (
                (changed - p * low) / k,
                "1 − p is the repair of ordinary dropout. Here the variance is (1 − p)(1 + p·low²).",
            ),
            (
                (changed - p * low) / math.sqrt(k + p * low**2),
                "That is the root of the mean square. The variance is smaller: subtract the squared mean, (p·low)².",
            ),
            ((changed - p * low) * spread, "You multiply by the standard deviation. Divide by it."),
            (changed / spread - p * low, "Subtract the mean first, then divide all of it."),
            (
                (np.where(kept, low, a) - p * low) / spread,
                "You drop what is to be kept: low belongs where kept is False.",
            ),
            (
                (changed - k * low) / math.sqrt(p * (1 + k * low**2)),
                "p is the probability to be dropped, not to be kept.",
            ),
            (
                (changed - changed.mean()) / changed.std(),
                "Do not measure this array. Use the mean and variance on paper.",
            ),
            ((np.where(kept, a, 0) - p * low) / spread, "The dropped ones get the value low, not 0."),
        ]
        advice = "Where kept: (a − p·low) / root. Where dropped: (low − p·low) / root. root² is (1 − p)(1 + p·low²)."
        got, want = numbers(alpha_dropout(a, kept, p, low), shape=shape), (changed - p * low) / spread
        if not close(got, want):
            fail(next((reason for wrong, reason in mistakes if close(got, wrong)), advice))


_FAULTS = ("fine", "he", "small", "leaky", "dropout")
_CLUES = {
    "fine": "Far back mean and variance are near 0 and 1. Early layers may be off: the inputs were.",
    "he": "No value is below −λα, none is exactly 0, and the variance grows from layer to layer.",
    "small": "The variance fades from layer to layer.",
    "leaky": "Look at the smallest value. SELU never answers below −λα = −1.7581, even divided by 0.9.",
    "dropout": "Count the values that are exactly 0. SELU gives 0 for z = 0 only, which hardly happens by chance.",
}


@task(
    points=2,
    hints=[
        "Which of the five can be told from single values, without a variance? Look for values that SELU never gives.",
        "Exactly 0, often: ordinary dropout. Else, below −1.7581: no SELU. Else compare the variance of the last layer "
        "with 1.",
        "if np.mean(layers == 0) > 0.01: 'dropout'. elif layers.min() < -1.76: 'leaky'. Else v = layers[-1].var(): "
        "above 4 it is 'he', below 0.25 'small', else 'fine'.",
    ],
)
def diagnose(diagnose: Answer, rng):
    """diagnose(layers) names what is wrong: "fine", "he", "small", "leaky" or "dropout"."""
    cases = [(name, start) for name in _FAULTS for start in (0.4, 2.5)] + [("alpha", 1.0)]
    cases += [(str(rng.choice(_FAULTS)), rng.uniform(0.4, 2.5)) for _ in range(3)]
    for place in rng.permutation(len(cases)):
        fault, start = cases[place]
        got = diagnose(_activations(fault, start, rng))
        choice(got, "fine" if fault == "alpha" else fault, _advice_on_fault(fault))


def _advice_on_fault(fault):
    """What to say to who names another fault, as a dict from that name."""
    advice = {name: _CLUES["fine" if fault == "alpha" else fault] for name in _FAULTS}
    repaired = "You look at early layers, or at all at once. The inputs were off, and SELU repaired it: look far back."
    advice |= {
        "fine": {"he": repaired, "small": repaired},
        "alpha": {"dropout": "That net has alpha-dropout: no value is exactly 0, and the variance stays near 1."},
        "leaky": {"he": "Not only the variance is wrong. Look at the smallest value: can SELU answer that?"},
        "dropout": {
            "he": f"The variance is too large, but it does not explode. {_CLUES['dropout']}",
            "leaky": "Dropout divides what it keeps by 0.9, so −1.7581 becomes −1.95. Look for the zeros first.",
        },
    }.get(fault, {})
    advice.pop("fine" if fault == "alpha" else fault)
    return advice


def _activations(fault, start, rng, depth=16, examples=20, units=48):
    """Return 80 activations behind each layer of a fresh network, drawn at random: shape (depth, 80)."""
    gain = {"he": math.sqrt(2), "small": math.sqrt(1 / 3)}.get(fault, 1.0)
    a, found = rng.normal(size=(examples, units)) * math.sqrt(start), []
    for _ in range(depth):
        z = a @ rng.normal(size=(units, units)) * gain / math.sqrt(units)
        a = LAMBDA * np.where(z > 0, z, ALPHA * z) if fault == "leaky" else _selu(z)
        kept = rng.random(a.shape) >= 0.1
        if fault == "dropout":
            a = a * kept / 0.9
        if fault == "alpha":
            low = -LAMBDA * ALPHA
            a = (np.where(kept, a, low) - 0.1 * low) / math.sqrt(0.9 * (1 + 0.1 * low**2))
        found.append(rng.choice(a.ravel(), 80, replace=False))
    return np.array(found)


@task(
    points=2,
    hints=[
        "Three questions, each a mean over standard normal z: E f(z), E f(z)², and E f(1.1·z)² as well as E f(0.9·z)².",
        "z = middles of 20,000 strips from −10 to 10, weights = density times width. E g(z) is sum(g(z)·weights).",
        "|E f| < 0.005 and |E f² − 1| < 0.005. For c = 0.9 and 1.1: let before = |c² − 1|, after = |E f(cz)² − 1|, "
        "and it must be < 0.9·before.",
    ],
)
def keeps_itself(keeps_itself: Answer, rng):
    """keeps_itself(f) is True if f keeps mean 0 and mean square 1, and pulls back what is 10 % off; else False."""
    fixed = [(True, *case) for case in _right_functions()] + [(False, *case) for case in _wrong_functions()]
    for right, name, f, advice in [*fixed, *_random_functions(rng)]:
        if verdict(keeps_itself(quiet(f))) != right:
            fail(f"You {'reject a right' if right else 'accept a wrong'} function: {name}. {advice}")


_Z = (np.arange(-4000, 4000) + 0.5) / 400
_WEIGHTS = np.exp(-_Z * _Z / 2) / np.sum(np.exp(-_Z * _Z / 2))
_MEAN = "Its mean is not 0."
_SQUARE = "Its mean square is not 1."
_PULL = "Mean and mean square are right, but it does not pull back: what is off stays off, or gets worse."


def _right_functions():
    """Functions that keep themselves, each with what to say to who rejects it."""
    gain = np.sum(np.tanh(_Z) ** 2 * _WEIGHTS) ** -0.5
    yield (
        "SELU",
        _selu,
        "Its mean is 0, its mean square 1, to many digits. Random z are too coarse: add up strips.",
    )
    yield "tanh times its gain", lambda x: gain * np.tanh(x), "It need not be SELU: ask for the three properties only."
    yield "SELU with the sign turned", lambda x: -_selu(x), "It may fall: ask for the three properties only."


def _wrong_functions():
    """Functions that do not, each with what to say to who accepts it."""
    yield "λ times leaky ReLU", lambda x: LAMBDA * np.where(x > 0, x, ALPHA * x), f"{_MEAN} {_SQUARE}"
    yield "ELU", lambda x: _selu(x, 1, 1), f"{_MEAN} {_SQUARE}"
    yield "SELU without λ", lambda x: _selu(x, 1, ALPHA), _SQUARE
    yield "√2·ReLU", lambda x: math.sqrt(2) * np.maximum(x, 0), f"{_MEAN} Its mean square is 1; do you ask for both?"
    yield "SELU plus 0.02", lambda x: _selu(x) + 0.02, f"{_MEAN} It is 0.02: be strict."
    yield "1.01 times SELU", lambda x: 1.01 * _selu(x), f"{_SQUARE} It is 1.02: be strict."
    yield "x itself", lambda x: x + 0.0, _PULL
    yield "(x² − 1)/√2", lambda x: (x * x - 1) / math.sqrt(2), _PULL
    yield "x³/√15", lambda x: x**3 / math.sqrt(15), _PULL


def _random_functions(rng):
    """Both kinds in random order: tanh of random steepness with the gain that makes its mean square 1, or spoilt."""
    for right in random_verdicts(rng, 8):
        b = rng.uniform(0.7, 2.5)
        gain = np.sum(np.tanh(b * _Z) ** 2 * _WEIGHTS) ** -0.5
        shift, stretch = (
            (0, 1) if right else [(rng.uniform(0.03, 0.2), 1), (0, rng.uniform(1.02, 1.1))][rng.integers(2)]
        )
        yield (
            right,
            f"{gain * stretch:.4g}·tanh({b:.4g}x) + {shift:.4g}",
            lambda x, b=b, height=gain * stretch, shift=shift: height * np.tanh(b * x) + shift,
            "Its mean is 0 and its mean square 1, and it pulls." if right else _MEAN if shift else _SQUARE,
        )
