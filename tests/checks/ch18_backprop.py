"""Answers to the tasks of 18_backprop: differently written right ones, and wrong ones with the advice they must get."""

import numpy as np


def six(x, w, b, v, c, y, slope=lambda z, a: 1 - a * a):
    z = w * x + b
    a = np.tanh(z)
    du = 2 * (v * a + c - y)
    dz = du * v * slope(z, a)
    return [dz * w, dz * x, dz, du * a, du, -du]


def six_by_steps(*numbers):
    """Measured by a complex step."""

    def loss(n):
        x, w, b, v, c, y = n
        return (v * np.tanh(w * x + b) + c - y) ** 2

    return np.array([loss(np.array(numbers) + 1e-20j * e).imag / 1e-20 for e in np.eye(6)])


def changed(change):
    """The right six slopes, changed by a function of them and of the six inputs."""

    def answer(*inputs):
        slopes = six(*inputs)
        change(slopes, *inputs)
        return slopes

    return answer


def swap_factors(s, *_):
    s[0], s[1] = s[1], s[0]


def wrong_factor(s, x, w, b, v, c, y):
    s[3] = s[4] * v


def without_v(s, x, w, b, v, c, y):
    s[:3] = [d / v for d in s[:3]]


def same_sign(s, *_):
    s[5] = s[4]


def no_y(s, *_):
    s[5] = 0.0


def measured(f, x, h=1e-5):
    slopes = []
    for i in range(len(x)):
        up, down = np.array(x), np.array(x)
        up[i] += h
        down[i] -= h
        slopes.append((f(up) - f(down)) / (2 * h))
    return np.array(slopes)


def relative(f, gradient, x, h=1e-5, tolerance=1e-4):
    said, found = np.asarray(gradient(x)), measured(f, x, h)
    return bool(np.abs(said - found).max() <= tolerance * np.abs(found).max())


def forward_only(f, gradient, x):
    base, said = f(x), gradient(x)
    found = np.array([(f(x + 1e-7 * e) - base) / 1e-7 for e in np.eye(len(x))])
    return bool(np.linalg.norm(said - found) < 1e-3 * np.linalg.norm(found))


def by_coordinate(f, gradient, x):
    found = measured(f, x)
    with np.errstate(all="ignore"):
        return bool(np.all(np.abs(np.asarray(gradient(x)) / found - 1) < 1e-4))


def by_size(f, gradient, x):
    found, said = np.abs(measured(f, x)), np.abs(gradient(x))
    return bool(np.abs(said - found).max() < 1e-4 * found.max())


PLACES = np.linspace(-4.97, 4.93, 200)


def wrong_at(pairs, x=PLACES, h=1e-5, limit=0.01):
    return [i for i, (f, slope) in enumerate(pairs) if off(f, slope, x, h) > limit]


def off(f, slope, x, h):
    return np.max(np.abs(slope(x) - (f(x + h) - f(x - h)) / (2 * h)))


def at_random(pairs):
    x = np.random.default_rng(5).uniform(-5, 5, size=3000)
    return {i for i, (f, slope) in enumerate(pairs) if off(f, slope, x, 1e-6) > 0.03}


def in_one_call(pairs):
    both, places = np.concatenate([PLACES + 1e-5, PLACES - 1e-5]), []
    for f, slope in pairs:
        up, down = np.split(f(both), 2)
        places.append(np.abs((up - down) / 2e-5 - slope(PLACES)).max())
    return np.argsort(places)[-3:]


def one_by_one(pairs):
    return [i for i, (f, slope) in enumerate(pairs) if max(off(f, slope, u, 1e-5) for u in PLACES[::20]) > 0.01]


def four(X, Y, W1, b1, W2, b2, scale=2.0, slope=lambda z, a: 1 - a**2, back=None, one=None):
    z1 = W1 @ X + b1
    A = np.tanh(z1)
    d2 = scale * (W2 @ A + b2 - Y) / X.shape[1]
    d1 = ((W2 if back is None else back(W2, d2, A)).T @ d2) * slope(z1, A)
    return d1 @ X.T, d1.sum(1, keepdims=True), d2 @ (A if one is None else one(z1)).T, d2.sum(1, keepdims=True)


def by_examples(X, Y, W1, b1, W2, b2):
    total = [np.zeros_like(part) for part in (W1, b1, W2, b2)]
    n = X.shape[1]
    for x, y in zip(X.T, Y.T, strict=True):
        a = np.tanh(W1 @ x + b1[:, 0])
        d2 = 2 * (W2 @ a + b2[:, 0] - y) / n
        d1 = d2 @ W2 * (1 - a * a)
        for part, more in zip(total, (np.outer(d1, x), d1[:, None], np.outer(d2, a), d2[:, None]), strict=True):
            part += more
    return total


def by_einsum(X, Y, W1, b1, W2, b2):
    a = np.tanh(W1 @ X + b1)
    d2 = (W2 @ a + b2 - Y) * (2 / Y.shape[1])
    d1 = np.einsum("oh,on->hn", W2, d2) / np.cosh(W1 @ X + b1) ** 2
    return [np.einsum("hn,in->hi", d1, X), d1 @ np.ones((X.shape[1], 1)), np.inner(d2, a), np.c_[d2.sum(axis=1)]]


def each(change):
    return lambda *inputs: [change(g, inputs) for g in four(*inputs)]


def step(X, Y, W1, b1, W2, b2, eta, signs=(-1, -1, -1, -1), **slips):
    gradients = four(X, Y, W1, b1, W2, b2, **{"scale": 1.0, **slips})
    return [old + sign * eta * g for old, sign, g in zip((W1, b1, W2, b2), signs, gradients, strict=True)]


def in_place_of_plus(X, Y, W1, b1, W2, b2, eta):
    A = np.tanh(W1 @ X + b1)
    d2 = (Y - (W2 @ A + b2)) / X.shape[1]
    d1 = (W2.T @ d2) * (1 - A**2)
    W2 += eta * d2 @ A.T
    b2 += eta * d2.sum(axis=1, keepdims=True)
    W1 += eta * d1 @ X.T
    b1 += eta * d1.sum(axis=1, keepdims=True)
    return W1, b1, W2, b2


def as_printed(X, Y, W1, b1, W2, b2, eta, first=-1):
    A = np.tanh(W1 @ X + b1)
    d2 = (Y - (W2 @ A + b2)) / X.shape[1]
    W2 = W2 + eta * d2 @ A.T
    b2 = b2 + eta * d2.sum(axis=1, keepdims=True)
    d1 = (W2.T @ d2) * (1 - A**2)
    return W1 + first * eta * d1 @ X.T, b1 + first * eta * d1.sum(axis=1, keepdims=True), W2, b2


RIGHT = {
    "six_slopes": [(six,), (six_by_steps,), (lambda *n: tuple(six(*n)),)],
    "gradcheck": [(relative,), (forward_only,), (lambda f, g, x: relative(f, g, x, 1e-6, 1e-3),)],
    "find_wrong": [(wrong_at,), (at_random,), (in_one_call,)],
    "two_layers": [(four,), (by_examples,), (by_einsum,)],
    "repair": [(step,), (in_place_of_plus,)],
}

WRONG = {
    "six_slopes": [
        ((lambda *n: [-d for d in six(*n)],), "All signs are turned"),
        ((lambda *n: [d / 2 for d in six(*n)],), "half of what they should be"),
        ((changed(swap_factors),), "you exchanged them"),
        ((changed(wrong_factor),), r"In v \* a the share of v is a"),
        ((lambda *n: six(*n, slope=lambda z, a: 1),), "multiply by its slope"),
        ((changed(without_v),), "its factor v is missing"),
        ((lambda *n: six(*n, slope=lambda z, a: 1 - z * z),), "not with z"),
        ((lambda *n: six(*n, slope=lambda z, a: a * (1 - a)),), "slope of the sigmoid"),
        ((changed(same_sign),), "its local slope is -1"),
        ((changed(no_y),), "although nobody trains it"),
        ((lambda *n: six(*n, slope=lambda z, a: 1 + a * a),), "slope for x is not right"),
        ((lambda *n: six(*n)[:5],), r"shape \(5,\)"),
        ((lambda *n: None,), "end with return"),
    ],
    "gradcheck": [
        ((lambda f, g, x: True,), "accept a wrong gradient"),
        ((lambda f, g, x: False,), "reject a right gradient"),
        ((lambda f, g, x: None,), "end with return"),
        ((lambda f, g, x: np.abs(g(x) - measured(f, x)) < 1e-4 * np.abs(g(x)).max(),), "True or False"),
        ((lambda f, g, x: bool(np.allclose(g(x), measured(f, x), atol=1e-5, rtol=1e-3)),), "of a tiny function"),
        ((lambda f, g, x: bool(np.abs(g(x) - measured(f, x)).max() < 1e-4),), "of a tiny|of a huge"),
        ((by_coordinate,), "one has the slope 0"),
        ((lambda f, g, x: relative(f, g, x, h=0.1),), "h too large or too small"),
        ((lambda f, g, x: relative(f, g, x, h=1e-14),), "h too large or too small"),
        ((lambda f, g, x: relative(f, g, x, tolerance=0.2),), "tolerance too wide"),
        ((by_size,), "sizes only"),
        ((lambda f, g, x: abs(np.sum(g(x) - measured(f, x))) < 1e-4 * np.abs(g(x)).max(),), "accept a wrong"),
        ((lambda f, g, x: relative(f, g, x) and relative(f, g, x, 1e-6),), "more than twice"),
        ((lambda f, g, x: bool(abs(f(x[0]) - g(x)[0]) < 1),), "in the shape of x"),
    ],
    "find_wrong": [
        ((lambda pairs: [],), "You miss one"),
        ((lambda pairs: None,), "list of three whole numbers"),
        ((lambda pairs: list(range(10)),), "but it is right"),
        ((lambda pairs: [10, *wrong_at(pairs)],), "counted from 0 to 9"),
        ((lambda pairs: wrong_at(pairs, np.linspace(-5, 5, 201)),), "has a kink at a whole number"),
        ((lambda pairs: wrong_at(pairs, np.linspace(0.01, 4.97, 200)),), "for negative numbers only|short stretch"),
        ((lambda pairs: wrong_at(pairs, np.linspace(-4.97, -0.01, 200)),), "for positive numbers only|short stretch"),
        ((lambda pairs: wrong_at(pairs, np.linspace(-2.97, 2.93, 200)),), "far out only|short stretch"),
        ((lambda pairs: wrong_at(pairs, np.linspace(-4.9, 4.7, 5)),), "near enough|You miss one"),
        ((lambda pairs: wrong_at(pairs, np.array([0.3])),), "You miss one"),
        ((lambda pairs: wrong_at(pairs, limit=0.3),), "You miss one"),
        ((lambda pairs: wrong_at(pairs, h=1e-15),), "h too small|kink at"),
        ((lambda pairs: wrong_at(pairs, h=0.5),), "h too small or too large|kink at"),
        ((one_by_one,), "more than twice"),
    ],
    "two_layers": [
        ((each(lambda g, inputs: -g),), "All signs are turned"),
        ((each(lambda g, inputs: g / 2),), "factor 2"),
        ((each(lambda g, inputs: g * inputs[0].shape[1]),), "divide by n, once"),
        ((each(lambda g, inputs: g / inputs[0].shape[1]),), "divide by n twice"),
        ((each(lambda g, inputs: g / inputs[1].shape[0]),), "not over outputs"),
        ((lambda *n: four(*n, slope=lambda z, a: 1),), "multiply by its slope"),
        ((lambda *n: four(*n, slope=lambda z, a: 1 - z * z),), "not with Z"),
        ((lambda *n: four(*n, slope=lambda z, a: a * (1 - a)),), "slope of the sigmoid"),
        ((lambda *n: four(*n, slope=lambda z, a: a),), "multiply by A, the output"),
        ((lambda *n: four(*n, slope=lambda z, a: 1 + a * a),), "A sign is wrong in the slope"),
        ((lambda *n: four(*n, back=lambda W2, d2, A: np.ones_like(W2)),), "through the weights W2"),
        ((lambda *n: four(*n, one=lambda z: z),), "multiplied by A, not by W1 X"),
        ((lambda *n: [g / (n[0].shape[1] if g.shape[1] == 1 else 1) for g in four(*n)],), "You take their mean"),
        ((lambda *n: [g.T for g in four(*n)],), "that of the thing itself"),
        ((lambda *n: [g.sum(axis=1) for g in four(*n)],), "that of the thing itself"),
        ((lambda *n: four(*n)[:2],), "Return four arrays"),
        ((lambda *n: [0 * g for g in four(*n)],), "dL/dW1 is not right"),
    ],
    "repair": [
        ((as_printed,), "hidden layer still climbs"),
        ((lambda *n: step(*n, signs=(1, 1, -1, -1)),), "hidden layer still climbs"),
        ((lambda *n: as_printed(*n, first=1),), "use the old one"),
        ((lambda *n: step(*n, signs=(-1, -1, 1, 1)),), "Now the output layer climbs"),
        ((lambda *n: step(*n, signs=(1, 1, 1, 1)),), "Both layers climb"),
        ((lambda *n: step(*n, scale=2.0),), "cancels the 2"),
        ((lambda *n: step(*n, scale=n[0].shape[1]),), "number of examples is lost"),
        ((lambda *n: step(*n, slope=lambda z, a: 1),), "slope of tanh is lost"),
        ((lambda *n: step(*n, signs=(-1, 1, -1, -1)),), "must both be right"),
        ((lambda *n: four(*n[:-1], scale=1.0),), "Asked are the new weights"),
        ((lambda *n: n[2:6],), "Nothing has moved"),
        ((lambda *n: step(*n)[::-1],), "that of the thing itself|W1 is not right"),
        ((lambda *n: None,), "Return four arrays"),
    ],
}
