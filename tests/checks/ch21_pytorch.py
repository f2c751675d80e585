"""Answers to the tasks of 21_pytorch: differently written right ones, and wrong ones with the advice they must get."""

import numpy as np


def value(x, beta, threshold):
    return np.where(beta * x > threshold, x, np.logaddexp(0, beta * x) / beta)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def slope(x, beta, threshold):
    return np.where(beta * x > threshold, 1, sigmoid(beta * x))


def value_in_loop(x, beta, threshold):
    y = [v if beta * v > threshold else np.log(1 + np.exp(beta * v)) / beta for v in np.ravel(x)]
    return np.reshape(y, np.shape(x))


def slope_in_loop(x, beta, threshold):
    y = [1 if beta * v > threshold else (1 + np.tanh(beta * v / 2)) / 2 for v in np.ravel(x)]
    return np.reshape(y, np.shape(x))


def drawn(lower, upper, training, u):
    return lower + (upper - lower) * u if training else (lower + upper) / 2


def bent(x, a):
    return np.where(x > 0, 1, a)


def forward(x, *given, rule=drawn):
    return bent(x, rule(*given)) * x


def backward(x, g, *given, rule=drawn):
    return bent(x, rule(*given)) * g


def by_rule(rule):
    """Forward and backward with another rule for the slope."""
    return (lambda x, *given: forward(x, *given, rule=rule)), (lambda x, g, *given: backward(x, g, *given, rule=rule))


def one_by_one(x, lower, upper, training, u):
    pairs = zip(np.ravel(x), np.ravel(u), strict=True)
    y = [v if v > 0 else v * drawn(lower, upper, training, w) for v, w in pairs]
    return np.reshape(y, np.shape(x))


def back_by_ratio(x, g, *given):
    return g * one_by_one(x, *given) / x


SLOPES = {
    "scale": lambda x, c: c,
    "shift": lambda x, c: 1,
    "relu": lambda x, c: x > 0,
    "clamp": lambda x, c: x >= c,
    "maximum": lambda x, c: (x > c) + 0.5 * (x == c),
    "abs": lambda x, c: np.sign(x),
}
VALUES = {
    "scale": lambda x, c: c * x,
    "shift": lambda x, c: c + x,
    "relu": lambda x, c: max(x, 0),
    "clamp": max,
    "maximum": max,
    "abs": lambda x, c: abs(x),
}


def program(combine=lambda total, local: total * local, start=1.0, always_first=False, **other):
    """An autograd; ``other``: other slopes for some steps."""
    slopes = {**SLOPES, **other}

    def autograd(steps, x):
        total, first = start, x
        for name, c in steps:
            total = combine(total, float(slopes[name](first if always_first else x, c)))
            x = VALUES[name](x, c)
        return total

    return autograd


def recursive(steps, x):
    if not steps:
        return 1.0
    (name, c), *rest = steps
    return float(SLOPES[name](x, c)) * recursive(rest, VALUES[name](x, c))


def value_at_end(steps, x):
    for name, c in steps:
        x = VALUES[name](x, c)
    return x


def read(order=int, turn=True, last=False, bias=True, first=False, backwards=False, most=None, own=None):
    def load(state, f, x):
        f = own or f
        places = sorted({name.split(".")[0] for name in state}, key=order, reverse=backwards)[:most]
        x = f(x) if first else x
        for place in places:
            W = state[f"{place}.weight"]
            x = x @ (W.T if turn else W) + (state[f"{place}.bias"] if bias else 0)
            x = f(x) if last or place != places[-1] else x
        return x

    return load


def load_by_einsum(state, f, x):
    number = 0
    while f"{number}.weight" in state:
        x = f(x) if number else x
        x = np.einsum("ij,kj->ik", x, state[f"{number}.weight"]) + state[f"{number}.bias"]
        number += 2
    return x


FAR = np.array([-1000.0, -100.0, 100.0, 1000.0])
NEAR = np.linspace(-5.03, 5, 60)
PLACES = np.concatenate([NEAR, FAR])


def some_g(x):
    return np.random.default_rng(0).normal(size=x.shape)


def judged(x=PLACES, g=some_g, tolerance=1e-5, repeats=2, h=1e-5, good=lambda gap, limit: np.all(gap <= limit)):
    def is_right(run):
        weight = g(x)
        backs = [run(x, weight)[1] for _ in range(repeats)]
        measured = weight * (run(x + h, weight)[0] - run(x - h, weight)[0]) / (2 * h)
        limit = tolerance * np.maximum(1, np.abs(weight))
        return all(bool(good(np.abs(back - measured), limit)) for back in backs)

    return is_right


def by_sums(run):
    """Another way: the loss sum(g y), moved at one place after the other, and twice the same."""
    x = np.concatenate([np.linspace(-4.1, 4, 30), FAR])
    g = np.cos(np.arange(x.size)) + 0.1
    back, again = run(x, g)[1], run(x, g)[1]
    up, down = run(x + 1e-4, g)[0], run(x - 1e-4, g)[0]
    return bool(np.array_equal(back, again) and np.allclose(back, g * (up - down) / 2e-4, rtol=1e-4, atol=1e-5))


def one_place_a_call(run):
    return all(judged(np.array([place]))(run) for place in PLACES)


def linear_only(run):
    g = some_g(PLACES)
    back, twice, again = run(PLACES, g)[1], run(PLACES, 2 * g)[1], run(PLACES, g)[1]
    return bool(np.allclose(2 * back, twice) and np.allclose(back, again))


RIGHT = {
    "softplus": [(value, slope), (value_in_loop, slope_in_loop)],
    "rrelu": [(forward, backward), (one_by_one, back_by_ratio)],
    "autograd": [(program(),), (recursive,)],
    "load": [(read(),), (load_by_einsum,)],
    "is_right": [(judged(),), (judged(repeats=3, h=1e-4),), (by_sums,)],
}

WRONG = {
    "softplus": [
        ((lambda x, b, t: np.logaddexp(0, b * x) / b, slope), "threshold does nothing"),
        ((lambda x, b, t: np.where(x > t, x, value(x, b, np.inf)), slope), "compare x with the threshold"),
        ((lambda x, b, t: np.where(b * x > t, x, np.logaddexp(0, b * x)), slope), "not divided by beta"),
        ((lambda x, b, t: np.where(b * x > t, x, np.logaddexp(0, x)), slope), "beta is missing"),
        ((lambda x, b, t: np.where(b * x > t, b * x, value(x, b, t)), slope), r"not beta·x"),
        ((lambda x, b, t: np.where(b * x > t, t, value(x, b, t)), slope), "clips at the threshold"),
        ((lambda x, b, t: np.where(np.abs(b * x) > t, x, value(x, b, t)), slope), r"no \|x\| here"),
        ((value, lambda x, b, t: sigmoid(b * x)), "the slope has it too"),
        ((value, lambda x, b, t: np.where(x > t, 1, sigmoid(b * x))), "compare x with the threshold"),
        ((value, lambda x, b, t: np.where(b * x > t, 1, b * sigmoid(b * x))), "A beta too many"),
        ((value, lambda x, b, t: np.where(b * x > t, 1, sigmoid(b * x) / b)), "A beta too many"),
        ((value, lambda x, b, t: np.where(b * x > t, 1, sigmoid(x))), r"taken at beta·x"),
        ((value, lambda x, b, t: np.where(b * x > t, 0, sigmoid(b * x))), "slope of x"),
        ((value, lambda x, b, t: np.where(b * x > t, 1, value(x, b, t))), "not its slope"),
        ((value, lambda x, b, t: np.where(b * x > t, 1, sigmoid(b * x) * (1 - sigmoid(b * x)))), "sigmoid itself"),
        ((lambda x, b, t: None, slope), "is None"),
        ((value, lambda x, b, t: float(np.max(slope(x, b, t)))), "it should have shape"),
        ((lambda x, b, t: value(x, b, t) + 0.1, slope), "The value is wrong"),
    ],
    "rrelu": [
        (by_rule(lambda low, up, training, u: low + (up - low) * u), "use u in evaluation"),
        (by_rule(lambda low, up, training, u: (low + up) / 2), "use the middle in training"),
        (
            by_rule(lambda low, up, training, u: drawn(low, up, not training, u)),
            "use u in evaluation|use the middle in",
        ),
        (by_rule(lambda low, up, training, u: low + up * u if training else (low + up) / 2), r"upper·u is too large"),
        (by_rule(lambda low, up, training, u: u if training else (low + up) / 2), "Bring it between"),
        (by_rule(lambda low, up, training, u: drawn(low, up, training, u.flat[0])), "use one for all"),
        (by_rule(lambda low, up, training, u: low), "always use lower"),
        ((lambda x, *given: drawn(*given) * x, backward), "positive x is not changed"),
        ((lambda x, *given: np.where(x > 0, drawn(*given) * x, x), backward), "sides are swapped"),
        ((lambda x, *given: np.maximum(x, 0), backward), "plain ReLU"),
        ((lambda x, *given: np.where(x > 0, x, x / drawn(*given)), backward), "You divide"),
        ((forward, lambda x, g, *given: forward(x, *given)), "That is the value again"),
        ((forward, lambda x, g, *given: bent(x, drawn(*given))), "g is missing"),
        ((forward, lambda x, g, *given: g * forward(x, *given)), "multiply g with the value"),
        ((forward, lambda x, g, *given: forward(g, *given)), "not that of g"),
        ((forward, lambda x, g, *given: drawn(*given) * g), "positive x is not changed"),
    ],
    "autograd": [
        ((value_at_end,), "value at the end"),
        ((program(lambda total, local: total + local, 0.0),), "You add the slopes"),
        ((program(always_first=True),), "all at the first x|abs is −1"),
        ((program(abs=lambda x, c: 1),), "abs is −1"),
        ((program(scale=lambda x, c: 1),), "has the slope c"),
        ((program(relu=lambda x, c: x >= 0),), "relu has the slope 0"),
        ((program(relu=lambda x, c: (x > 0) + 0.5 * (x == 0)),), "relu has the slope 0"),
        ((program(clamp=lambda x, c: x > c),), "clamp passes"),
        ((program(clamp=SLOPES["maximum"]),), "clamp passes"),
        ((program(maximum=lambda x, c: x >= c),), "half of the gradient"),
        ((program(maximum=lambda x, c: x > c),), "half of the gradient"),
        ((program(abs=lambda x, c: 1 if x >= 0 else -1),), "At 0 the slope of abs"),
        ((lambda steps, x: None,), "is None"),
        ((lambda steps, x: 1.0,), "Go through the steps|has the slope c"),
    ],
    "load": [
        ((read(order=str),), "Sorted by letters"),
        ((read(turn=False),), "transpose it"),
        ((read(last=True),), "Nothing stands after"),
        ((read(order=str, turn=False, last=True),), "letters.*transpose.*after the last"),
        ((read(turn=False, last=True),), "transpose.*after the last"),
        ((read(bias=False),), "biases are missing"),
        ((read(first=True),), "before the first"),
        ((read(backwards=True),), "from the last to the first"),
        ((read(most=-1),), "last layer is missing"),
        ((read(own=lambda z: z),), "stands between two layers"),
        ((read(own=lambda z: np.maximum(z, 0)),), "does not say which activation"),
        ((lambda state, f, x: x,), "outputs are wrong"),
        ((lambda state, f, x: read()(state, f, x)[0],), "it should have shape"),
    ],
    "is_right": [
        ((lambda run: True,), "accept a wrong function"),
        ((lambda run: False,), "reject a right function"),
        ((lambda run: None,), "end with return"),
        ((lambda run: run(PLACES, PLACES)[0] > 0,), "True or False"),
        ((judged(g=np.ones_like),), "g that is not 1|negative g|its own g"),
        ((judged(g=lambda x: np.full(x.shape, 2.0)),), "negative g|its own g"),
        ((judged(g=lambda x: 1 + np.arange(x.size) % 3),), "negative g too"),
        ((judged(g=lambda x: np.full(x.shape, -2.0)),), "its own g"),
        ((judged(repeats=1),), "adds each gradient"),
        ((judged(x=np.append(np.linspace(0.05, 5, 50), [100, 1000])),), "negative x too"),
        ((judged(x=NEAR),), "nan for large x"),
        ((judged(good=lambda gap, limit: not np.any(gap > limit)),), "so that nan fails"),
        ((judged(tolerance=0.0),), "reject a right function"),
        ((judged(tolerance=0.2),), "few percent off"),
        ((linear_only,), "many ordinary places|negative x too|nan for large|throws dice|negative g|its own g"),
        ((one_place_a_call,), "more than 100 calls"),
    ],
}
