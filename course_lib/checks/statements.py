"""The statements of the examination: 36 sentences that are often printed, in six groups, with numbers to be drawn.

Each function draws the numbers of one statement from ``rng`` and returns a ``Question``: the statement for a few cases,
what is to be measured, whether it holds in each case, and the number. Its docstring is the sentence as it is printed.
"""

from dataclasses import dataclass

import numpy as np

from course_lib.activations import celu, elu, gelu, hard_swish, leaky_relu, relu, selu, sigmoid, silu, softplus, tanh
from course_lib.units import glu, maxout, softmax


@dataclass(frozen=True)
class Question:
    """A statement about a few cases, what is asked for, and what an experiment finds.

    statement, asked: Markdown. holds: whether the statement holds, case by case. number: the number asked for. given:
    the numbers that were drawn, by name.
    """

    statement: str
    asked: str
    holds: tuple
    number: float
    given: dict


GROUPS = {}
"""Title of a group -> its six functions, each with the attribute ``chapter``, as in "01_linearity"."""


def statement(group, chapter):
    """Put a function that draws a question into its group."""

    def put(draw):
        draw.chapter, draw.printed = chapter, " ".join(draw.__doc__.split())
        GROUPS.setdefault(group, []).append(draw)
        return draw

    return put


def _pick(rng, values, n):
    """n different ones of these values, in random order."""
    return [values[i] for i in rng.permutation(len(values))[:n]]


def _mixed(rng, yes, no, n=3):
    """n values in random order: all from ``yes``, all from ``no``, or some from each, with equal chances."""
    count = int(rng.choice([0, n, rng.integers(1, n)]))
    return _pick(rng, _pick(rng, yes, count) + _pick(rng, no, n - count), n)


def _between(rng, low, high, digits=2):
    return round(float(rng.uniform(low, high)), digits)


def _listed(values):
    """The values as a sentence names them: 1, 2 and 3."""
    *most, last = map(str, values)
    return f"{', '.join(most)} and {last}"


def _changes(answers):
    """How often a row of truth values changes."""
    return int(np.sum(np.diff(np.asarray(answers, dtype=int)) != 0))


STRAIGHT = "Straight or bent"


@statement(STRAIGHT, "01_linearity")
def formula(rng):
    """A function is non-linear because its formula has an exponential and a division."""
    a, u, v = _between(rng, 0.5, 2), _between(rng, 0.5, 2), _between(rng, 0.5, 2)
    bent = {
        f"1 / (1 + exp(-{a}x))": lambda x: sigmoid(a * x),
        f"log(1 + exp({a}x))": lambda x: softplus(a * x),
        f"exp({a}x) / exp(x)": lambda x: np.exp((a - 1) * x),
    }
    straight = {
        f"log(exp({a}x) / exp(x))": lambda x: (a - 1) * x,
        f"log(s / (1 - s)) with s = 1 / (1 + exp(-{a}x))": lambda x: a * x,
        f"log(exp({a}x) · exp(x))": lambda x: (a + 1) * x,
    }
    names = _mixed(rng, list(bent), list(straight), 2)
    values = [(bent | straight)[name](np.array([u + v, u, v])) for name in names]
    return Question(
        f"These functions are not linear, because their formulas have exponentials: f(x) = `{names[0]}` and g(x) = "
        f"`{names[1]}`.",
        f"f({u + v:.2f}) + g({u + v:.2f})",
        tuple(abs(both - one - other) > 1e-9 for both, one, other in values),
        float(values[0][0] + values[1][0]),
        {"names": names, "a": a, "u": u, "v": v},
    )


@statement(STRAIGHT, "01_linearity")
def affine(rng):
    """wx + b is linear."""
    w, u, v = _between(rng, -5, 5), _between(rng, 0.5, 3), _between(rng, 0.5, 3)
    bs = [0.0] if rng.random() < 1 / 3 else [_between(rng, 0.5, 5), float(rng.choice([0, _between(rng, -5, -0.5)]))]
    return Question(
        f"f(x) = wx + b is linear, for w = {w} and b = {' and b = '.join(map(str, bs))}.",
        f"f({u}) + f({v}) for b = {bs[-1]}",
        tuple(b == 0 for b in bs),
        w * (u + v) + 2 * bs[-1],
        {"w": w, "bs": bs, "u": u, "v": v},
    )


@statement(STRAIGHT, "02_collapse")
def cannot_fit(rng):
    """Without activation functions a network cannot fit data."""
    slope = _between(rng, 0.5, 2)
    x, cs = np.linspace(-1, 1, 201), _mixed(rng, [2.5, 3.0, 4.0, 5.0], [0.1, 0.2, 0.3, 0.4])
    shares = []
    for c in cs:
        y = slope * x + c * x**2
        left = y - np.polyval(np.polyfit(x, y, 1), x)
        shares.append(1 - left.var() / y.var())
    return Question(
        f"Ten affine layers with nothing between them cannot fit y = {slope}x + cx², `x = np.linspace(-1, 1, 201)`: "
        f"the best they can do explains less than 80% of the variance of y, for c = {_listed(cs)}.",
        f"the share that they leave unexplained at best, for c = {cs[-1]} (the variance of what is left, divided by "
        "the variance of y)",
        tuple(share < 0.8 for share in shares),
        float(1 - shares[-1]),
        {"slope": slope, "cs": cs},
    )


@statement(STRAIGHT, "03_perceptron")
def stacked(rng):
    """The step function is linear, and stacked perceptrons are a linear classifier."""
    s = np.arange(201) / 20
    pairs = [(_between(rng, 1, 4), _between(rng, 5, 9)) for _ in range(4)]
    chosen = _mixed(rng, [("+", *pair) for pair in pairs[:2]], [("-", *pair) for pair in pairs[2:]], 2)
    answers = [(s >= a) & (s < b) if sign == "-" else s >= a for sign, a, b in chosen]
    units = " and ".join(f"`step(step(s - {a}) {sign} step(s - {b}) - 0.5)`" for sign, a, b in chosen)
    return Question(
        f"A step unit behind two step units is still a linear classifier. With s = x₁ + x₂: {units} change their "
        "answer once only along `s = np.arange(201) / 20`.",
        "the share of these s at which the first of them answers 1 (step(0) is 1)",
        tuple(_changes(answer) == 1 for answer in answers),
        float(answers[0].mean()),
        {"units": chosen},
    )


@statement(STRAIGHT, "03_perceptron")
def one_point(rng):
    """Step units cannot be trained because the step is not differentiable at one point."""
    wide, narrow = [1.2, 1.4, 1.6, 1.8], [0.1, 0.2, 0.3, 0.4]
    widths = [_between(rng, 0.85, 1.1, 4) * width for width in _mixed(rng, wide, narrow)]
    widths = [round(width, 4) for width in widths]
    z = np.linspace(-2, 2, 20_001)
    shares = [float(np.mean((z > 0) & (z < width))) for width in widths]
    return Question(
        "Only the jump of the step is in the way of gradient descent. Replace it by a straight ramp, from 0 at z = 0 "
        "to 1 at z = r: then more than a quarter of `z = np.linspace(-2, 2, 20_001)` have a slope that is not 0, for "
        f"r = {_listed(widths)}.",
        f"that share for r = {max(widths)}",
        tuple(share > 0.25 for share in shares),
        max(shares),
        {"widths": widths},
    )


@statement(STRAIGHT, "04_universal_approximation")
def any_bend(rng):
    """A non-linear activation suffices to approximate any function."""
    place = round(int(rng.integers(5)) / 10 + _between(rng, 0.03, 0.07, 3), 3)
    x = np.linspace(-1, 1, 401)
    functions = {"relu(z)": relu, "abs(z)": np.abs, "z²": np.square, "z² + 3z": lambda z: z**2 + 3 * z}
    names = _mixed(rng, ["relu(z)", "abs(z)"], ["z²", "z² + 3z"], 2)
    errors = []
    for name in names:
        units = [functions[name](x - c) for c in np.linspace(-1, 1, 21)]
        units = np.column_stack([*units, np.ones_like(x)])
        target = np.abs(x - place)
        left = units @ np.linalg.lstsq(units, target, rcond=None)[0] - target
        errors.append(float(np.sqrt(np.mean(left**2))))
    return Question(
        "Twenty-one units f(x − c), `c = np.linspace(-1, 1, 21)`, weighed, added and with a constant, come close to "
        f"|x − {place}|, if only f is not linear: for f(z) = {names[0]} and for f(z) = {names[1]} the best weights "
        "(`np.linalg.lstsq`) leave a root mean square error below 0.02 on `x = np.linspace(-1, 1, 401)`.",
        "the larger of the two root mean square errors",
        tuple(error < 0.02 for error in errors),
        max(errors),
        {"place": place, "names": names},
    )


SQUASHED = "What squashes"


@statement(SQUASHED, "05_sigmoid")
def approaches(rng):
    """The sigmoid's gradient vanishes when its input approaches 0 or 1."""
    near = [_between(rng, low, low + 0.3) for low in (-0.4, 0.05, 0.6, 1.0)]
    far = [_between(rng, low, low + 2) for low in (-11, -7, 5, 8)]
    xs = _mixed(rng, far, near)
    slopes = sigmoid.derivative(np.array(xs))
    return Question(
        f"The slope of the sigmoid is below 0.01 at x = {_listed(xs)}.",
        "the mean of these three slopes",
        tuple(slope < 0.01 for slope in slopes),
        float(slopes.mean()),
        {"xs": xs},
    )


@statement(SQUASHED, "05_sigmoid")
def executed(rng):
    """With vanishing gradients, backpropagation can no longer be executed."""
    z, ns = _between(rng, -1.8, 1.8), _mixed(rng, [110, 130, 150, 200], [20, 30, 40, 45])
    slope = float(sigmoid.derivative(z))
    return Question(
        f"Through n sigmoids, all at z = {z}, nothing comes back: the product of their n slopes in single precision, "
        f"`np.prod(np.full(n, slope, dtype=np.float32))`, is exactly 0, for n = {_listed(ns)}.",
        f"the logarithm of the true product to the base 10, for n = {ns[-1]}",
        tuple(bool(np.prod(np.full(n, slope, dtype=np.float32)) == 0) for n in ns),
        ns[-1] * float(np.log10(slope)),
        {"z": z, "ns": ns},
    )


@statement(SQUASHED, "05_sigmoid")
def modern(rng):
    """The sigmoid is not used in modern networks."""
    x = _between(rng, 0.5, 2.5)
    hidden = {
        "SiLU(x) / x": lambda x: silu(x) / x,
        "the slope of softplus": softplus.derivative,
        "(1 + tanh(x/2)) / 2": lambda x: (1 + tanh(x / 2)) / 2,
        "the first of softmax([x, 0])": lambda x: softmax(np.stack([x, 0 * x], axis=-1))[..., 0],
    }
    other = {
        "GELU(x) / x": lambda x: gelu(x) / x,
        "hard swish(x) / x": lambda x: hard_swish(x) / x,
        "(1 + tanh(x)) / 2": lambda x: (1 + tanh(x)) / 2,
        "the slope of ELU": elu.derivative,
    }
    names = _mixed(rng, list(hidden), list(other))
    places = np.array([-2.0, -1.0, 0.5, 3.0])
    gaps = [np.abs((hidden | other)[name](places) - sigmoid(places)).max() for name in names]
    return Question(
        f"The sigmoid stands in each of these, exactly and for all x but 0: {_listed(names)}.",
        f"the three values at x = {x}, added",
        tuple(gap < 1e-9 for gap in gaps),
        float(sum((hidden | other)[name](np.array(x)) for name in names)),
        {"names": names, "x": x},
    )


@statement(SQUASHED, "05_sigmoid")
def together(rng):
    """Outputs that are not zero-centred make all weights of the next layer move together."""
    name, n, inputs = _pick(rng, [("sigmoid", 1, 4), ("sigmoid", 8, 5), ("tanh", 1, 7), ("sigmoid", 10, 6)], 1)[0]
    first = 5 * int(rng.integers(100))
    gradients = []
    for seed in range(first, first + 5):
        draw = np.random.default_rng(seed)
        a = {"sigmoid": sigmoid, "tanh": tanh}[name](draw.normal(size=(n, inputs)))
        gradients.append(draw.normal(size=n) @ a)
    return Question(
        f"A unit behind {inputs} {name} units: over a batch of {n}, the gradients of its weights all have the same "
        f"sign. The cases are the seeds {first} to {first + 4}, each with `rng = np.random.default_rng(seed)`, `a = "
        f"{name}(rng.normal(size=({n}, {inputs})))`, and the gradient `rng.normal(size={n}) @ a`.",
        "the mean of the five gradients of the first weight",
        tuple(bool(np.all(gradient > 0) or np.all(gradient < 0)) for gradient in gradients),
        float(np.mean(gradients, axis=0)[0]),
        {"n": n, "inputs": inputs, "name": name, "first": first},
    )


@statement(SQUASHED, "05_sigmoid")
def at_the_end(rng):
    """A sigmoid or softmax at the output makes the model non-linear."""
    limit, z = _between(rng, 0.6, 0.9), np.linspace(-6, 6, 1201)
    straight = {"the sigmoid": sigmoid, "the first of softmax([z, −z])": lambda z: sigmoid(2 * z), "tanh": tanh}
    bent = {"exp(−z²)": lambda z: np.exp(-z * z), "abs(z)": np.abs, "sin(z)": np.sin}
    names = _mixed(rng, list(bent), list(straight), 2)
    above = [(straight | bent)[name](z) > limit for name in names]
    return Question(
        "One affine unit z = w₁x₁ + w₂x₂ + b, and a function behind it that bends: so the border where it passes "
        f"{limit} is not one straight line, be it {names[0]} or {names[1]}. In other words, along `z = "
        "np.linspace(-6, 6, 1201)` it is passed more than once, up or down.",
        f"the share of these z at which {names[0]} is above {limit}",
        tuple(_changes(row) > 1 for row in above),
        float(above[0].mean()),
        {"limit": limit, "names": names},
    )


@statement(SQUASHED, "06_tanh")
def steeper(rng):
    """The derivative of tanh is larger than that of the sigmoid, so it trains faster."""
    near = [_between(rng, low, low + 0.4) for low in (-1.4, -0.9, 0.1, 0.9)]
    far = [_between(rng, low, low + 1) for low in (-4, -2.9, 1.9, 3)]
    xs = _mixed(rng, near, far)
    ratios = [float(tanh.derivative(x) / sigmoid.derivative(x)) for x in xs]
    return Question(
        f"tanh is steeper than the sigmoid at x = {_listed(xs)}.",
        f"the slope of tanh divided by that of the sigmoid, at x = {xs[-1]}",
        tuple(ratio > 1 for ratio in ratios),
        ratios[-1],
        {"xs": xs},
    )


HINGE = "The hinge"


@statement(HINGE, "07_relu")
def differentiable(rng):
    """ReLU is popular because it is differentiable."""
    h = float(rng.choice([0.1, 0.01]))
    near = [0.0, *(round(share * h, 4) for share in (_between(rng, 0.1, 0.9), -_between(rng, 0.1, 0.9)))]
    far = [_between(rng, low, low + 2) for low in (-5, -3, 1, 3)]
    xs, last = _mixed(rng, far, near), near[1]
    ends = [(relu(x + h) - relu(x) - (relu(x) - relu(x - h))) / h for x in xs]
    return Question(
        f"ReLU has a derivative: with h = {h}, its slopes to the left, (f(x) − f(x − h))/h, and to the right, (f(x + "
        f"h) − f(x))/h, agree to 9 digits at x = {_listed(xs)}.",
        f"the central difference (f(x + h) − f(x − h))/(2h) at x = {last}",
        tuple(bool(abs(end) < 1e-9) for end in ends),
        float((relu(last + h) - relu(last - h)) / (2 * h)),
        {"h": h, "xs": xs, "last": last},
    )


@statement(HINGE, "07_relu")
def infinite(rng):
    """The gradient of ReLU can become infinite."""
    n, x = int(rng.integers(8, 13)), _between(rng, 0.5, 2)
    ws = _mixed(rng, [4.1, 4.7, 5.2, 6.3], [-2.0, 0.5, 0.9, 1.0, 1.1])
    ws = [w if w in (-2.0, 1.0) else round(w + _between(rng, 0, 0.09), 2) for w in ws]
    kept = [w for w in ws if w > 0]
    return Question(
        f"The gradient explodes because ReLU has no upper bound: {n} units in a row, a ← relu(w·a), starting from "
        f"{x}. The derivative of the end with respect to the start is above 10,000, for w = {_listed(ws)}.",
        f"that derivative for w = {kept[-1]}",
        tuple(w > 0 and w**n > 10_000 for w in ws),
        kept[-1] ** n,
        {"n": n, "x": x, "ws": ws, "last": kept[-1]},
    )


@statement(HINGE, "07_relu")
def kills(rng):
    """A negative input kills the neuron."""
    low, high = _between(rng, -3, -1.5), _between(rng, 1.5, 3)
    x = np.linspace(low, high, 101)
    dead = [
        (w, -round(abs(w) * 3 + _between(rng, 0.3, 2), 2)) for w in (_between(rng, 0.5, 2), _between(rng, -2, -0.5))
    ]
    alive = [(_between(rng, 0.5, 2), _between(rng, -0.7, 0.6)), (_between(rng, -2, -0.5), _between(rng, -0.7, 0.6))]
    units, last = _mixed(rng, dead, alive, 2), alive[int(rng.integers(2))]
    off = [last[0] * x + last[1] <= 0, *(w * x + b <= 0 for w, b in units)]
    return Question(
        f"A negative pre-activation kills a ReLU unit. The inputs are `np.linspace({low}, {high}, 101)`, and each of "
        f"the units relu(wx + b) has some of them: with (w, b) = {units[0]} and with (w, b) = {units[1]} it is dead.",
        f"the share of the inputs for which the unit with (w, b) = {last} is inactive (wx + b ≤ 0)",
        tuple(bool(row.all()) for row in off[1:]),
        float(off[0].mean()),
        {"low": low, "high": high, "units": units, "last": last},
    )


@statement(HINGE, "07_relu")
def vanishing(rng):
    """ReLU solves the vanishing gradient."""
    seed, gains = int(rng.integers(1000)), _mixed(rng, [1.35, 1.45, 1.6, 1.8], [0.6, 0.7, 0.8, 0.9])
    ratios = []
    for gain in gains:
        draw, a = np.random.default_rng(seed), np.ones(64)
        for _ in range(20):
            a = relu(draw.normal(size=(64, 64)) @ a * gain / 8)
        ratios.append(float(np.linalg.norm(a) / 8))
    return Question(
        f"With ReLU no signal vanishes: `rng = np.random.default_rng({seed})`, `a = np.ones(64)`, and 20 times `a = "
        "relu(rng.normal(size=(64, 64)) @ a * g / 8)`. (Without biases the output of ReLU layers is their derivative "
        f"times the input.) The norm of a at the end is above 1% of that at the start, for g = {_listed(gains)}, each "
        "with a fresh rng.",
        f"the norm at the end divided by the norm at the start, for g = {gains[-1]}",
        tuple(ratio > 0.01 for ratio in ratios),
        ratios[-1],
        {"seed": seed, "gains": gains},
    )


@statement(HINGE, "07_relu")
def sparse(rng):
    """The zeros of ReLU save computation."""
    seed, shift, k = int(rng.integers(1000)), _between(rng, -0.8, 0.8), int(rng.integers(5, 40))
    z = np.random.default_rng(seed).normal(size=(30, 20)) + shift
    skips = ["sum(a[i] * b[i] for i in np.flatnonzero(a))", "a[a > 0] @ b[a > 0]"]
    names = _mixed(rng, skips, ["a @ b", "np.dot(b, a)", "np.sum(a * b)"], 2)
    return Question(
        "Zeros are skipped. Put a nan where a is 0, `a = np.array([0.0, 2.0])` and `b = np.array([np.nan, 3.0])`: "
        f"with `{names[0]}` and with `{names[1]}` the result is a number all the same.",
        f"`a = relu(np.random.default_rng({seed}).normal(size=(30, 20)) + {shift})` is multiplied by a matrix of "
        f"shape (20, {k}): how many multiplications would do, if all those by 0 were skipped",
        tuple(name in skips for name in names),
        float(np.sum(z > 0) * k),
        {"seed": seed, "shift": shift, "k": k, "names": names},
    )


@statement(HINGE, "07_relu")
def never(rng):
    """ReLU is never used in the output layer."""
    alive = [(_between(rng, 0.2, 0.9), _between(rng, 0.1, 0.5)) for _ in range(3)]
    dead = [(_between(rng, 0.2, 0.9), -_between(rng, 2.1, 3)) for _ in range(3)]
    starts, last = _mixed(rng, dead, alive), alive[0]
    losses = [_fit_hinge(*start, steps=300) for start in starts]
    return Question(
        "A ReLU unit is no good at the output, not even for targets max(0, x): x = `np.linspace(-2, 2, 41)`, output "
        "relu(wx + b), 300 steps of gradient descent with rate 0.2 on half the mean squared error (slope 0 at 0). At "
        f"the end the mean squared error is above 0.01, from the starts (w, b) = {_listed(starts)}.",
        f"the mean squared error after 3 steps from (w, b) = {last}",
        tuple(loss > 0.01 for loss in losses),
        _fit_hinge(*last, steps=3),
        {"starts": starts, "last": last},
    )


def _fit_hinge(w, b, steps):
    """The mean squared error of relu(wx + b) on max(0, x) after some steps of gradient descent."""
    x = np.linspace(-2, 2, 41)
    for _ in range(steps):
        error = (relu(w * x + b) - relu(x)) * (w * x + b > 0)
        w, b = w - 0.2 * np.mean(error * x), b - 0.2 * np.mean(error)
    return float(np.mean((relu(w * x + b) - relu(x)) ** 2))


LEAKS = "Leaks and caps"


@statement(LEAKS, "08_leaky_relu")
def positive(rng):
    """For negative inputs, leaky ReLU outputs a small positive value."""
    x = -_between(rng, 0.5, 9)
    leaks = [0.01, 0.02, 0.05, 0.1, 0.2, 0.3]
    alphas = _mixed(rng, [-alpha for alpha in leaks], leaks)
    return Question(
        f"αx for x < 0, else x: at x = {x} it gives a small positive value, for α = {_listed(alphas)}. (A learned α "
        "may be negative.)",
        "the three values, added",
        tuple(alpha * x > 0 for alpha in alphas),
        sum(alphas) * x,
        {"x": x, "alphas": alphas},
    )


@statement(LEAKS, "08_leaky_relu")
def as_maximum(rng):
    """Leaky ReLU is max(αx, x)."""
    x = _between(rng, 0.5, 4)
    alphas = _mixed(rng, [0.01, 0.2, 0.3, 1.0, -0.5], [1.2, 1.5, 2.0, 3.0])
    grid = np.linspace(-5, 5, 101)
    gaps = [np.abs(np.maximum(alpha * grid, grid) - leaky_relu(grid, negative_slope=alpha)).max() for alpha in alphas]
    return Question(
        f"Leaky ReLU, αx for x < 0, else x, is max(αx, x) for every x, for α = {_listed(alphas)}.",
        f"the three values of max(αx, x) at x = {x}, added to those at x = {-x}",
        tuple(bool(gap < 1e-9) for gap in gaps),
        float(sum(max(alpha * place, place) for alpha in alphas for place in (x, -x))),
        {"x": x, "alphas": alphas},
    )


@statement(LEAKS, "08_leaky_relu")
def leaks_far(rng):
    """Leaky ReLU avoids vanishing gradients."""
    n = int(rng.integers(10, 21))
    alphas = _mixed(rng, [0.6, 0.7, 0.8, 0.9], [0.01, 0.05, 0.1, 0.2])
    alphas = [round(alpha * _between(rng, 0.9, 1.1), 4) for alpha in alphas]
    return Question(
        f"With a leak no gradient vanishes: through {n} layers, all on the left side, more than one millionth comes "
        f"back, for α = {_listed(alphas)} and weights 1.",
        f"the logarithm to the base 10 of what comes back for α = {alphas[-1]}",
        tuple(alpha**n > 1e-6 for alpha in alphas),
        n * float(np.log10(alphas[-1])),
        {"n": n, "alphas": alphas},
    )


@statement(LEAKS, "09_prelu_rrelu")
def hyperparameter(rng):
    """The slope of PReLU is a learnable hyperparameter."""
    start, rate, y = _between(rng, 0.1, 0.4), _between(rng, 0.02, 0.1), _between(rng, 0.5, 2)
    left, right = [-_between(rng, 0.5, 3) for _ in range(3)], [_between(rng, 0.5, 3) for _ in range(3)]
    xs, last = _mixed(rng, right, left), left[0]
    after = [start - rate * 2 * (start * min(x, 0) + max(x, 0) - y) * min(x, 0) for x in [*xs, last]]
    return Question(
        f"A hyperparameter is not moved by training, and α of PReLU is one. It starts at {start}, and one step of "
        f"gradient descent is made on (f(x) − y)², y = {y}, rate {rate}. α stays what it was, for x = {_listed(xs)}.",
        f"α after one such step from {start}, for x = {last}",
        tuple(alpha == start for alpha in after[:-1]),
        after[-1],
        {"start": start, "rate": rate, "y": y, "xs": xs, "last": last},
    )


@statement(LEAKS, "09_prelu_rrelu")
def random_slope(rng):
    """RReLU answers differently at every call."""
    low = _between(rng, 0.05, 0.2)
    high, x = round(low + _between(rng, 0.1, 0.3), 2), -_between(rng, 1, 9)
    quiet = [("evaluation", x), ("evaluation", -x), ("training", round(-x / 2, 3))]
    cases = _mixed(rng, [("training", x), ("training", round(x / 2, 3)), ("training", x - 1)], quiet)
    names = [f"x = {place:g} in {mode}" for mode, place in cases]
    return Question(
        f"RReLU with slopes drawn from {low} to {high} gives a new answer at every call, for {_listed(names)}.",
        f"its answer in evaluation at x = {x}",
        tuple(mode == "training" and place < 0 for mode, place in cases),
        (low + high) / 2 * x,
        {"low": low, "high": high, "x": x, "cases": cases},
    )


@statement(LEAKS, "10_relu6")
def capped(rng):
    """ReLU6 prevents exploding gradients."""
    n, w = int(rng.integers(6, 10)), _between(rng, 3, 5)
    small = [float(f"{_between(rng, 1, 5.9) * w**-n:.2g}") for _ in range(3)]
    starts = _mixed(rng, [_between(rng, 2, 5), _between(rng, 0.5, 1.9), -_between(rng, 1, 5)], small)
    gradients = []
    for a in [*starts, small[0]]:
        gradient = 1.0
        for _ in range(n):
            gradient *= w * (0 < w * a < 6)
            a = min(max(w * a, 0), 6)
        gradients.append(gradient)
    return Question(
        f"ReLU6 keeps gradients small: {n} units in a row, a ← relu6({w}·a). The derivative of the end with respect "
        f"to the start is below 100, for the starts {_listed(starts)}.",
        f"that derivative for the start {small[0]}",
        tuple(gradient < 100 for gradient in gradients[:-1]),
        gradients[-1],
        {"n": n, "w": w, "starts": starts, "last": small[0]},
    )


CENTRED = "Centred and scaled"


@statement(CENTRED, "06_tanh")
def tanh_mean(rng):
    """The outputs of tanh have mean 0."""
    ends = [_between(rng, 0.5, 4) for _ in range(3)]
    even = [(-end, end) for end in ends]
    odd = [(-_between(rng, 0.2, 1), end + 1) for end in ends]
    intervals, last = _mixed(rng, even, odd, 2), odd[0]
    means = [float(tanh(np.linspace(*pair, 1001)).mean()) for pair in [*intervals, last]]
    names = [f"`np.linspace({low}, {high:.2f}, 1001)`" for low, high in [*intervals, last]]
    return Question(
        f"The outputs of tanh have the mean 0, to within 0.001, for the inputs {names[0]} and for {names[1]}.",
        f"the mean of its outputs for {names[2]}",
        tuple(abs(mean) < 0.001 for mean in means[:-1]),
        means[-1],
        {"intervals": intervals, "last": last},
    )


@statement(CENTRED, "06_tanh")
def tanh_cost(rng):
    """tanh costs more than the sigmoid."""
    n, m = int(rng.integers(20, 200)), int(rng.integers(5, 60))
    dear = {
        "(exp(x) - exp(-x)) / (exp(x) + exp(-x))": 4,
        "(exp(2*x) - 1) / (exp(2*x) + 1)": 2,
        "1 - exp(-x) / (exp(x) + exp(-x)) * 2": 3,
    }
    cheap = {"2 / (1 + exp(-2*x)) - 1": 1, "1 - 2 / (1 + exp(2*x))": 1, "2 * sigmoid(2*x) - 1": 1}
    names = _mixed(rng, list(dear), list(cheap), 2)
    calls = [(dear | cheap)[name] for name in names]
    return Question(
        "tanh needs more exponentials for each number than the sigmoid 1/(1 + exp(−x)), which needs one: count them "
        f"in `{names[0]}` and in `{names[1]}`.",
        f"how many numbers go through exp if the first formula, as it stands, is used for {n} units and {m} examples",
        tuple(count > 1 for count in calls),
        float(calls[0] * n * m),
        {"n": n, "m": m, "names": names},
    )


@statement(CENTRED, "11_elu")
def elu_mean(rng):
    """ELU outputs have mean 0."""
    seed = int(rng.integers(1000))
    z = np.random.default_rng(seed).normal(size=10_000)
    alphas = _mixed(rng, [1.6, 1.65, 1.7, 1.75], [0.5, 0.8, 1.0, 1.2, 2.5, 3.0])
    means = [float(elu(z, alpha=alpha).mean()) for alpha in alphas]
    return Question(
        f"`z = np.random.default_rng({seed}).normal(size=10_000)`: the outputs of ELU have the mean 0, to within "
        f"0.05, for α = {_listed(alphas)}.",
        f"their mean for α = {alphas[-1]}, minus their mean for α = {alphas[0]}",
        tuple(abs(mean) < 0.05 for mean in means),
        means[-1] - means[0],
        {"seed": seed, "alphas": alphas},
    )


@statement(CENTRED, "12_selu")
def selu_keeps(rng):
    """SELU prevents vanishing and exploding."""
    seed, gains = int(rng.integers(1000)), _mixed(rng, [0.95, 1.0, 1.05], [0.5, 0.6, 1.4, 1.5])
    variances = []
    for gain in gains:
        draw = np.random.default_rng(seed)
        a = draw.normal(size=(100, 64))
        for _ in range(20):
            a = selu(a @ draw.normal(size=(64, 64)) * gain / 8)
        variances.append(float(a.var()))
    return Question(
        f"SELU keeps the variance: `rng = np.random.default_rng({seed})`, `a = rng.normal(size=(100, 64))`, and 20 "
        "times `a = selu(a @ rng.normal(size=(64, 64)) * g / 8)`. At the end the variance `a.var()` is between 0.5 "
        f"and 2, for g = {_listed(gains)}, each with a fresh rng.",
        f"the variance at the end for g = {gains[-1]}",
        tuple(0.5 < variance < 2 for variance in variances),
        variances[-1],
        {"seed": seed, "gains": gains},
    )


@statement(CENTRED, "12_selu")
def selu_slope(rng):
    """The slope of SELU is 1 for x > 0."""
    x, y = _between(rng, 0.5, 4), -_between(rng, 0.2, 3)
    functions = {f.name: f for f in (relu, elu, celu, leaky_relu, selu, softplus, silu, tanh)}
    names = _mixed(rng, ["relu", "elu", "celu", "leaky_relu"], ["selu", "softplus", "silu", "tanh"])
    return Question(
        f"The slope at x = {x} is 1 (to six digits), for {_listed(names)}.",
        f"the slope of selu at x = {y}",
        tuple(bool(abs(functions[name].derivative(x) - 1) < 1e-6) for name in names),
        float(selu.derivative(y)),
        {"x": x, "y": y, "names": names},
    )


@statement(CENTRED, "13_swish_gelu")
def swish_near(rng):
    """Swish is Google's approximation of ReLU."""
    x = np.linspace(-5, 5, 100_001)
    betas = _mixed(rng, [7, 8, 10, 15, 20], [0.3, 0.5, 1, 2, 3])
    betas = [round(beta * _between(rng, 0.95, 1.05), 2) for beta in betas]
    gaps = [float(np.abs(x * sigmoid(beta * x) - relu(x)).max()) for beta in betas]
    return Question(
        "Swish, x·σ(βx), approximates ReLU: they are less than 0.05 apart for every x from −5 to 5, for β = "
        f"{_listed(betas)}.",
        "the mean of the three largest gaps, one for each β",
        tuple(gap < 0.05 for gap in gaps),
        float(np.mean(gaps)),
        {"betas": betas},
    )


CHOICES = "Shapes, rules and winners"


@statement(CHOICES, "14_glu")
def shape(rng):
    """An activation keeps the shape of its input."""
    n, m = int(rng.integers(3, 30)), int(rng.choice([8, 12, 16, 24, 32]))
    functions = {
        "tanh": tanh,
        "relu": relu,
        "softmax": softmax,
        "GLU": glu,
        "maxout of 2 pieces": lambda z: maxout(z.reshape(n, m // 2, 2)),
        "maxout of 4 pieces": lambda z: maxout(z.reshape(n, m // 4, 4)),
    }
    names = _mixed(rng, list(functions)[:3], list(functions)[3:])
    outputs = [functions[name](np.zeros((n, m))) for name in names]
    return Question(
        f"What goes in with the shape ({n}, {m}) comes out with that shape, from {_listed(names)}.",
        "how many numbers come out of the three together",
        tuple(output.shape == (n, m) for output in outputs),
        float(sum(output.size for output in outputs)),
        {"n": n, "m": m, "names": names},
    )


@statement(CHOICES, "15_maxout")
def grouped(rng):
    """Maxout splits its input into groups."""
    W = rng.integers(1, 9, size=(2, 4)) * rng.choice([-1, 1], size=(2, 4))
    columns = {"all": [], "none": [0, 1, 2, 3], "some": _pick(rng, [0, 1, 2, 3], 2)}[
        str(rng.choice(["all", "none", "some"]))
    ]
    for column in columns:
        W[rng.integers(2), column] = 0
    x = rng.integers(-5, 6, size=4)
    holds = [int(np.count_nonzero(W[:, i])) == 1 for i in range(4)]
    return Question(
        f"A maxout unit has two pieces, `max(W @ x)` with `W = np.array({W.tolist()})`. Its input is split into "
        "groups: each of the four inputs x₁ to x₄ moves one piece only.",
        f"the output for x = {x.tolist()}, minus the smaller of the two pieces",
        tuple(holds),
        float(np.ptp(W @ x)),
        {"W": W.tolist(), "x": x.tolist()},
    )


@statement(CHOICES, "16_softmax")
def exclusive(rng):
    """Outputs that sum to 1 prove exclusive events."""
    z = [_between(rng, -2, 3) for _ in range(4)]
    functions = {
        "softmax(z)": softmax,
        "softmax(softmax(z))": lambda z: softmax(softmax(z)),
        "softmax(z / 5)": lambda z: softmax(z / 5),
        "sigmoid(z)": sigmoid,
        "exp(z)": np.exp,
        "log(softmax(z))": lambda z: np.log(softmax(z)),
    }
    names = _mixed(rng, list(functions)[:3], list(functions)[3:])
    outputs = [functions[name](np.array(z)) for name in names]
    return Question(
        f"The logits of four labels are z = {z}. That the labels exclude each other shows in the outputs: they sum to "
        f"1, with {_listed([f'`{name}`' for name in names])}.",
        "the largest output of the first of these",
        tuple(bool(abs(output.sum() - 1) < 1e-9) for output in outputs),
        float(outputs[0].max()),
        {"z": z, "names": names},
    )


@statement(CHOICES, "13_swish_gelu")
def expensive(rng):
    """Exponentials make activations expensive."""
    cost = int(rng.integers(10, 31))
    widths = [int(rng.integers(low, 2 * low)) for low in (16, 24, 32, 1024, 1500, 2048)]
    widths = _mixed(rng, widths[:3], widths[3:])
    shares = [cost / (cost + width) for width in widths]
    return Question(
        f"An exponential takes as long as {cost} multiplications. So it takes more than a tenth of the time of a "
        "layer of n inputs and n units (n multiplications and one exponential for each unit), for n = "
        f"{_listed(widths)}.",
        f"its share of the time for n = {widths[-1]}",
        tuple(share > 0.1 for share in shares),
        shares[-1],
        {"cost": cost, "widths": widths},
    )


@statement(CHOICES, "17_gradient_descent")
def sign(rng):
    """dw = -2(h - y)x is the derivative."""
    w, b, x = _between(rng, 0.5, 2), _between(rng, -1, 1), _between(rng, 0.5, 2)
    h = w * x + b
    y = round(h + float(rng.choice([-1, 1])) * _between(rng, 0.5, 3), 2)
    right = {"2(h − y)x": 2 * (h - y) * x, "−2(y − h)x": -2 * (y - h) * x}
    wrong = {"−2(h − y)x": -2 * (h - y) * x, "2(y − h)x": 2 * (y - h) * x, "2(h − y)": 2 * (h - y)}
    if abs(x - 1) < 0.05:
        del wrong["2(h − y)"]
    names = _mixed(rng, list(right), list(wrong), 2)
    slope = 2 * (h - y) * x
    return Question(
        f"h = wx + b with w = {w}, b = {b}, x = {x}, and y = {y}. Each of {names[0]} and {names[1]} is the derivative "
        "of (y − h)² with respect to w.",
        "that derivative, measured: move w by a little and see by how much (y − h)² changes",
        tuple(abs((right | wrong)[name] - slope) < 1e-6 for name in names),
        slope,
        {"w": w, "b": b, "x": x, "y": y, "names": names},
    )


@statement(CHOICES, "20_choosing")
def best(rng):
    """One activation is best."""
    wins = [np.round(rng.normal(1.5, 0.4, size=6), 1).tolist() for _ in range(2)]
    ties = [np.round(rng.normal(0.0, 1.0, size=6), 1).tolist() for _ in range(2)]
    tables = _mixed(rng, wins, ties, 2)
    lows = [float(np.mean(table) - 2.570582 * np.std(table, ddof=1) / np.sqrt(6)) for table in tables]  # Student's t
    return Question(
        "A is better than B. Six seeds gave these differences of accuracy, A minus B, in points of 100: on the first "
        f"data set {tables[0]}, on the second {tables[1]}. On each the 95% interval of the mean lies above 0.",
        "the lower end of the interval on the second data set",
        tuple(low > 0 for low in lows),
        lows[1],
        {"tables": tables},
    )
