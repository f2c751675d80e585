"""The graded tasks of 19_signal_flow."""

import itertools

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer, kind
from course_lib.checks.expect import close, compare, fail, numbers, quiet, random_verdicts, verdict

_RECIPES = {
    "lecun": lambda n, m: np.sqrt(1 / n),
    "glorot": lambda n, m: np.sqrt(2 / (n + m)),
    "he": lambda n, m: np.sqrt(2 / n),
}


@task(
    points=2,
    hints=[
        "The recipes give variances. What is the standard deviation of numbers with variance v?",
        "LeCun: 1/n. Glorot: 2/(n + m). He: 2/n. Take the square root. n is the number of inputs.",
        'variance = {"lecun": 1 / n, "glorot": 2 / (n + m), "he": 2 / n}[recipe]; return np.sqrt(variance)',
    ],
)
def spread(spread: Answer, rng):
    """spread(recipe, n, m) is the standard deviation of the first weights for n inputs and m units."""
    fans = [(100, 100), (400, 100), (20, 500), *rng.integers(2, 1000, size=(3, 2)).tolist()]
    n, m = np.transpose(fans).astype(float)
    for recipe, rule in _RECIPES.items():
        got = [numbers(spread(recipe, int(a), int(b)), shape=()) for a, b in fans]
        compare(got, rule(n, m), n, f"{recipe!r} is not right yet.", _slips(recipe, n, m))


def _slips(recipe, n, m):
    """Wrong standard deviations for a recipe, each with what to say to who gives them."""
    right = _RECIPES[recipe](n, m)
    yield right**2, "That is the variance. The standard deviation is its square root."
    for name, rule in _RECIPES.items():
        if name != recipe:
            yield rule(n, m), f"For {recipe!r} you give what belongs to {name!r}."
    yield _RECIPES[recipe](m, n), "You divide by the number of units, m. The sum has n terms: divide by the inputs."
    yield np.sqrt(1 / (n + m)), "Glorot's variance is 2/(n + m): for n = m it must be 1/n."
    yield np.sqrt((1 / n + 1 / m) / 2), "Glorot takes the mean of n and m, and then divides: 2/(n + m)."
    yield np.sqrt(2) / n, "The root must be taken of n, too: the square root of 2/n."
    yield np.sqrt(n / 2), "The other way round: more inputs need smaller weights."
    yield np.sqrt(6 / n), "That is the limit of a uniform distribution. Its standard deviation is smaller."


@task(
    points=2,
    hints=[
        "The gain is 1 over the root of E f(z)², with standard normal z. Square f first, then take the mean.",
        "Places z from −8 to 8 in small steps. The weight of each is exp(−z²/2), divided by the sum of all weights.",
        "z = np.linspace(-8, 8, 20001); w = np.exp(-(z**2) / 2); w /= w.sum(); return 1 / np.sqrt(w @ f(z) ** 2)",
    ],
)
def gain(gain: Answer, rng):
    """gain(f) is the factor on the weights behind f that keeps the mean square, to half a percent."""
    z = np.arange(-10, 10, 0.001) + 0.0005
    w = np.exp(-(z**2) / 2)
    w /= w.sum()
    for name, f in _functions(rng):
        values = f(z)
        got = numbers(gain(quiet(f)), "gain", ())
        want = 1 / np.sqrt(w @ values**2)
        if not close(got, want, rtol=5e-3):
            reasons = (reason for slip, reason in _gain_slips(z, w, values) if close(got, slip, rtol=5e-3))
            advice = next(reasons, "The gain is 1/√(E f(z)²), with standard normal z.")
            fail(f"{advice}\nFor {name} you give {got:.4g}.", f"Right: {want:.4g}.")


def _functions(rng):
    """Functions with a mean that is not 0, each with its name."""
    yield "sigmoid", lambda x: 1 / (1 + np.exp(-x))
    for _ in range(4):
        a, b, c = rng.uniform(0.5, 2, size=3)
        yield f"{a:.3f}·tanh({b:.3f}x) + {c:.3f}", lambda x, a=a, b=b, c=c: a * np.tanh(b * x) + c
        yield f"max({-a:.3f}, {b:.3f}x + {c:.3f})", lambda x, a=a, b=b, c=c: np.maximum(-a, b * x + c)


def _gain_slips(z, w, values):
    """Wrong gains, each with what to say to who gives them."""
    moment, mean = w @ values**2, w @ values
    yield 1 / np.sqrt(moment - mean**2), "That is 1 over the standard deviation. Do not subtract the mean: E f²."
    yield 1 / moment, "The root is missing: 1/√(E f²)."
    yield np.sqrt(moment), "That is the size of f(z). The gain makes up for it: 1 divided by it."
    yield moment, "That is the mean square of f(z). The gain is 1/√ of it."
    yield 1 / (w @ np.abs(values)), "You take the mean of |f|. Square first, then the mean, then the root."
    yield 1 / abs(mean), "You take the mean of f, and not of its square."
    for limit in (3, 4, 5, 6, 8, 10):
        inside = np.abs(z) < limit
        flat = 1 / np.sqrt(np.mean(values[inside] ** 2))
        yield flat, "You weight all z alike. Normal numbers near 0 are more frequent: weight with exp(−z²/2)."
    yield 1 / np.sqrt(moment * 2), "The mean square is twice too large. The weights must add up to 1 over all z."
    yield 1 / np.sqrt(moment * np.sqrt(2 * np.pi)), "The weights do not add up to 1: divide by √(2π), or by their sum."


@task(
    points=2,
    hints=[
        "Go forward and keep every z. Then go back: multiply by the slopes 1 − tanh²(z), then by the weights.",
        "One layer back: g = (g * (1 - np.tanh(z) ** 2)) @ W.T. The bias matters only through z.",
        "In the end compare np.sqrt(np.mean(g**2)) with its value before the way back. Limits: 0.001 and 1000.",
    ],
)
def fate(fate: Answer, rng):
    """fate(x, net, g) says whether the gradient "vanishes", is "kept" or "explodes" on its way back through net."""
    kinds = list(_KINDS) + [list(_KINDS)[i] for i in rng.integers(0, len(_KINDS), size=3)]
    for name in rng.permutation(kinds):
        x, net, g, want = _case(rng, name)
        got = fate(x, net, g)
        if not isinstance(got, str) or got not in _FATES.values():
            fail(f"Return one of {', '.join(map(repr, _FATES.values()))}; you return {kind(got)}.")
        if got != want:
            fail(f"A net with {_KINDS[name][2]}: you say {got!r}. {_KINDS[name][3]}", f"It is {want!r}.")


_FATES = {-1: "vanishes", 0: "kept", 1: "explodes"}
_KINDS = {  # name -> gain from, to; biases; what it is like; what to say to who gets it wrong; its fate
    "small": (
        (0.4, 0.6),
        0.0,
        "small weights and no biases",
        "Each layer takes away a part. Compare the size at the input with that at the output.",
        -1,
    ),
    "even": (
        (1.0, 1.15),
        0.0,
        "weights of the right size",
        "Limits are 0.001 and 1000. Multiply by the slope at z, not at tanh(z), and by the weights once a layer.",
        0,
    ),
    "large": (
        (7.0, 9.0),
        0.0,
        "large weights",
        "Activations of tanh stay below 1, so they tell nothing. The gradient is multiplied by slopes and by weights.",
        1,
    ),
    "saturated": (
        (1.3, 1.6),
        5.0,
        "large biases",
        "The units are saturated: activations near 1, slopes near 0. Do you add b, and multiply by the slopes?",
        -1,
    ),
}


def _case(rng, name):
    """Inputs, a network of 30 tanh layers, a gradient at its output, and its fate, which is beyond doubt."""
    (low, high), bias, _, _, want = _KINDS[name]
    while True:
        gain, net = rng.uniform(low, high), []
        for _ in range(30):
            b = bias * rng.choice([-1, 1], size=10) * rng.uniform(1, 1.4, size=10)
            net.append((gain * rng.normal(size=(10, 10)) / np.sqrt(10), b))
        x, g = rng.normal(size=(5, 10)), rng.normal(size=(5, 10))
        power = float(np.log10(_grown(x, net, g)))
        if (power > 4) - (power < -4) == want and (want or abs(power) < 2):
            return x, net, g, _FATES[want]


def _grown(x, net, g):
    """The size of the gradient at the input, divided by that at the output."""
    passed, start = [], np.sqrt(np.mean(g**2))
    for W, b in net:
        passed.append(x @ W + b)
        x = np.tanh(passed[-1])
    for (W, _), z in zip(reversed(net), reversed(passed), strict=True):
        g = (g / np.cosh(z) ** 2) @ W.T
    return np.sqrt(np.mean(g**2)) / start


@task(
    points=2,
    hints=[
        "What is promised? A shape, a mean, a variance, other numbers for another seed, units that differ. Test each.",
        "W has n·m numbers: their mean is near 0 and n · mean(W²) near 2. Allow 10% for chance. Compare columns, too.",
        "W, V = draw(0), draw(1); shape (n, m); abs(W.mean()) < 0.1 * W.std(); abs(n * np.mean(W**2) / 2 - 1) < 0.1; "
        "not np.allclose(W, V); not np.allclose(W[:, 0], W[:, 1]).",
    ],
)
def is_he(is_he: Answer, rng):
    """is_he(draw, n, m) is True if draw(seed) gives He's first weights for n inputs and m units, else False."""
    cases = [(True, *case) for case in _RIGHT_DRAWS] + [(False, *case) for case in _WRONG_DRAWS]
    cases = [cases[i] for i in rng.permutation(len(cases))]
    for right in random_verdicts(rng, 4):
        off = 1.0 if right else rng.uniform(1.3, 2) ** rng.choice([-1, 1])
        name = "a normal distribution" if right else "a variance that is off by 30% or more"
        cases.append((right, name, lambda r, n, m, off=off: r.normal(size=(n, m)) * np.sqrt(2 * off / n), _BY_CHANCE))
    for right, name, rule, advice in cases:
        n, m = (int(v) for v in rng.permutation([rng.integers(60, 75), rng.integers(115, 140)]))
        if verdict(is_he(_drawing(rule, n, m), n, m)) != right:
            fail(f"You {'reject right' if right else 'accept wrong'} weights: {name}. {advice}")


def _drawing(rule, n, m):
    """What the learner's test gets: a function from a seed to weights."""

    def draw(seed=0):
        if np.ndim(seed) != 0 or seed != int(seed) or not 0 <= seed < 2**32:
            raise AssertionError("draw takes one seed: a whole number, 0 or larger.")
        return rule(np.random.default_rng(int(seed)), n, m)

    return draw


_BY_CHANCE = "The variance of so many numbers is known to a few percent: allow 10%, not more and not much less."
_RIGHT_DRAWS = [
    ("normal numbers", lambda r, n, m: r.normal(size=(n, m)) * np.sqrt(2 / n), _BY_CHANCE),
    (
        "uniform numbers of the right variance",
        lambda r, n, m: r.uniform(-1, 1, size=(n, m)) * np.sqrt(6 / n),
        "Any distribution with mean 0 and variance 2/n will do.",
    ),
    (
        "random signs times √(2/n)",
        lambda r, n, m: r.choice([-1, 1], size=(n, m)) * np.sqrt(2 / n),
        "Any distribution with mean 0 and variance 2/n will do.",
    ),
]
_WRONG_DRAWS = [
    ("variance 1/n", lambda r, n, m: r.normal(size=(n, m)) / np.sqrt(n), "That is LeCun's. Measure n · mean(W²)."),
    (
        "variance 2/m",
        lambda r, n, m: r.normal(size=(n, m)) * np.sqrt(2 / m),
        "It divides by the units, not by the inputs. Compare with 2/n.",
    ),
    ("standard deviation 2/n", lambda r, n, m: r.normal(size=(n, m)) * 2 / n, "It took the variance for the spread."),
    (
        "uniform between −√(2/n) and √(2/n)",
        lambda r, n, m: r.uniform(-1, 1, size=(n, m)) * np.sqrt(2 / n),
        "A uniform number between −c and c has the variance c²/3. Measure n · mean(W²).",
    ),
    (
        "positive numbers of the right mean square",
        lambda r, n, m: np.abs(r.normal(size=(n, m))) * np.sqrt(2 / n),
        "Their mean is not 0. Test the mean, too.",
    ),
    (
        "the same numbers for every seed",
        lambda r, n, m: np.random.default_rng(7).normal(size=(n, m)) * np.sqrt(2 / n),
        "Call it with two seeds.",
    ),
    (
        "all units alike",
        lambda r, n, m: np.repeat(r.choice([-1, 1], size=(n, 1)), m, axis=1) * np.sqrt(2 / n),
        "They are twins for ever. Compare the columns.",
    ),
    (
        "a table with n and m swapped",
        lambda r, n, m: r.normal(size=(m, n)) * np.sqrt(2 / n),
        "Its shape is (m, n). Test the shape.",
    ),
]


@task(
    points=2,
    hints=[
        "Measure what the colleague's weights do: n · mean(W²) is 1/3. Which value would keep sizes here?",
        "Half of the z pass with slope 1, half with the slope s. So E f² = (1 + s²)/2, and the variance is 1/(n E f²).",
        "variance = 2 / ((1 + slope**2) * n) for each pair n, m of widths; rng.normal(size=(n, m)) * np.sqrt(variance)",
    ],
)
def start(start: Answer, rng):
    """start(widths, slope, seed) gives first weights with which 50 layers of leaky units keep sizes, and learn."""
    for low, high in ((0.3, 0.45), (0.75, 0.9)):
        widths = [2, *rng.integers(10, 17, size=50).tolist(), 1]
        slope, seed = float(rng.uniform(low, high)), int(rng.integers(2**31))
        weights = _weights(start(widths, slope, seed), widths)
        _judge_sizes(weights, slope, rng)
    best = max(_trained(weights, slope, rate) for rate in (0.001, 0.0003))
    if best < 0.85:
        fail(f"Sizes are kept, but the net does not learn: accuracy {best:.2f}. Are the weights of each layer random?")


def _weights(got, widths):
    """The weights of an answer as arrays, or advice."""
    if not isinstance(got, (list, tuple)) or len(got) != len(widths) - 1:
        fail(f"Return a list of {len(widths) - 1} arrays, one for each pair of neighbouring widths.")
    weights = []
    for i, shape in enumerate(itertools.pairwise(widths)):
        W = numbers(got[i], f"matrix {i}", shape)
        if not np.all(np.abs(W) < 1e6):
            fail(f"Matrix {i} has numbers that are not finite, or huge.")
        if not W.any():
            fail(f"All weights of matrix {i} are 0. Then nothing passes, and the units are twins for ever.")
        if shape[1] > 1 and len(np.unique(W, axis=1).T) < shape[1]:
            fail(f"Matrix {i} has equal columns: those units are twins, and stay so. Break the symmetry.")
        weights.append(W)
    return weights


def _judge_sizes(weights, slope, rng):
    """Fail unless activations and gradient keep their size, but for the chance of narrow layers."""
    a, passed = rng.normal(size=(50, 2)), []
    with np.errstate(over="ignore", invalid="ignore"):
        for W in weights[:-1]:
            passed.append(a @ W)
            a = np.where(passed[-1] > 0, passed[-1], slope * passed[-1])
        forward = _size(passed[-1]) / _size(passed[0])
        back = g = rng.normal(size=a.shape)
        for W, z in zip(weights[:0:-1][1:], passed[:0:-1], strict=True):
            g = (g * np.where(z > 0, 1, slope)) @ W.T
        back = _size(g) / _size(back)
    used = np.sqrt(np.mean([W.shape[0] * np.mean(W**2) for W in weights[1:-1]]))
    right_gain = abs(used / np.sqrt(2 / (1 + slope**2)) - 1) < 0.06
    if right_gain and 1e-6 < forward < 1e6 and 1e-6 < back < 1e6:
        return
    if 1 / 3 < forward < 3 and 1 / 30 < back < 30:  # weights that were measured, and not computed
        return
    with np.errstate(divide="ignore"):
        powers = np.nan_to_num(np.log10([forward, back]), nan=300, posinf=300, neginf=-300)
    what = "For slope {:.3f}, fifty layers multiply the activations by about 10^{:.0f}, the gradient by 10^{:.0f}."
    what = what.format(slope, *powers)
    fail(f"{what} {_reason(used, slope)}")


def _size(numbers):
    return np.sqrt(np.mean(np.square(numbers)))


def _reason(used, slope):
    """What to say of the gain that an answer used."""
    known = {
        3**-0.5: "That is the colleague's gain, 0.58: a uniform number between −c and c has the variance c²/3.",
        1.0: "That is the gain 1, of LeCun and Glorot. These units lose a part of the mean square: make up for it.",
        2**0.5: "That is He's gain, for slope 0. With this slope the units pass more of the mean square.",
        np.sqrt((1 + slope**2) / 2): "You divide by the gain. Multiply by it.",
        np.sqrt(2 / (1 + slope)): "The slope is squared in E f²: (1 + s²)/2.",
        np.sqrt(2) / (1 + slope**2) ** 0.25: "The root is taken too often: the variance is 2/((1 + s²) n).",
        2 / (1 + slope**2): "The root is missing: 2/(1 + s²) belongs to the variance, its root to the spread.",
    }
    for value, reason in known.items():
        if abs(used / value - 1) < 0.02:
            return reason
    return "Work out E f² for this slope. The variance of the weights is 1/(n · E f²)."


def _trained(weights, slope, rate, steps=80):
    """The accuracy on two circles after so many steps of Adam."""
    from course_lib.datasets import circles
    from course_lib.network import Adam

    x, y = circles(80, seed=1)
    sizes = [W.size + W.shape[1] for W in weights]
    flat = np.concatenate([np.concatenate([W.ravel(), np.zeros(W.shape[1])]) for W in weights])
    parts = np.split(flat, np.cumsum(sizes)[:-1])  # views
    net = [(part[: W.size].reshape(W.shape), part[W.size :]) for part, W in zip(parts, weights, strict=True)]
    adam, best = Adam(rate), 0.0
    with np.errstate(all="ignore"):
        for _ in range(steps):
            gradient, right = _gradient(net, x, y[:, None], slope)
            best = max(best, right)
            if best > 0.95 or not np.all(np.isfinite(gradient)):
                break
            adam.step(flat, gradient)
    return best


def _gradient(net, x, y, slope):
    """The gradient of the mean cross-entropy, flat, and the accuracy."""
    seen, a, parts = [], x, []
    for W, b in net:
        z = a @ W + b
        seen.append((a, z))
        a = np.where(z > 0, z, slope * z)
    out = seen[-1][1]
    back = (1 / (1 + np.exp(-out)) - y) / len(x)
    for (W, _), (a, z) in zip(reversed(net), reversed(seen), strict=True):
        if parts:
            back = back * np.where(z > 0, 1, slope)
        parts += [back.sum(axis=0), (a.T @ back).ravel()]
        back = back @ W.T
    return np.concatenate(parts[::-1]), np.mean((out > 0) == (y > 0))
