"""Answers to the tasks of 09_prelu_rrelu: differently written right ones, and wrong ones with the advice they get."""

import numpy as np

LOW, HIGH, MIDDLE = 1 / 8, 1 / 3, 11 / 48


def prelu(x, alpha):
    return np.where(x > 0, x, alpha * x)


def slope(x, alpha):
    return np.where(x > 0, 1, alpha)


def backward(x, g, alpha):
    return g * slope(x, alpha), np.sum(g * np.minimum(x, 0))


def one_by_one(x, alpha):
    return np.array([v if v > 0 else alpha * v for v in np.ravel(x)]).reshape(np.shape(x))


def backward_by_parts(x, g, alpha):
    """Other way at the kink: slope 1 at x = 0."""
    off = x < 0
    for_x = np.array(g, dtype=float)
    for_x[off] *= alpha
    return [for_x, float(g[off] @ x[off])]


def back(for_x=None, for_alpha=None):
    """A way back of which one part follows a wrong rule of x, g and alpha."""

    def wrong(x, g, alpha):
        right = backward(x, g, alpha)
        return for_x(x, g, alpha) if for_x else right[0], for_alpha(x, g, alpha) if for_alpha else right[1]

    return wrong


def channels(x, g, axis, rule=np.sum, terms=lambda x, g: g * np.minimum(x, 0)):
    shared = tuple(i for i in range(x.ndim) if i != axis % x.ndim)
    return rule(terms(x, g), axis=shared)


def channel_by_channel(x, g, axis):
    pairs = zip(np.moveaxis(x, axis, 0), np.moveaxis(g, axis, 0), strict=True)
    return [float(np.sum(b[a < 0] * a[a < 0])) for a, b in pairs]


def resting(z, y, decay):
    left = np.minimum(z, 0)
    return left @ y / (left @ left + len(z) * decay)


def loss(z, y, alpha):
    return np.mean((prelu(z, alpha) - y) ** 2) / 2


def by_parabola(z, y, decay):
    """The loss is a parabola in alpha: three values give its lowest point."""
    low, middle, high = (loss(z, y, a) + decay / 2 * a**2 for a in (-1, 0, 1))
    return (low - high) / (2 * (low - 2 * middle + high))


def by_descent(z, y, decay):
    alpha, left = 0.25, np.minimum(z, 0)
    rate = 1 / (np.mean(left**2) + decay)
    for _ in range(50):
        alpha -= rate * (np.mean((prelu(z, alpha) - y) * left) + decay * alpha)
    return alpha


def ratio(up, down):
    """A slope as the quotient of two wrong rules of z, y and decay."""
    return lambda z, y, decay: up(z, y) / down(z, decay)


def pull(z, y):
    return np.mean(np.minimum(z, 0) * y)


def square(z):
    return np.mean(np.minimum(z, 0) ** 2)


def rrelu(x, training, draw):
    a = LOW + (HIGH - LOW) * draw(x.shape) if training else np.full(x.shape, MIDDLE)
    return prelu(x, a), slope(x, a)


def from_above(x, training, draw):
    a = HIGH - draw(list(x.shape)) * 5 / 24 if training else (LOW + HIGH) / 2
    return np.maximum(x, 0) + a * np.minimum(x, 0), (x >= 0) + a * (x < 0)


def flat_draws(x, training, draw):
    if not training:
        return rrelu(x, False, draw)
    u = np.array([draw(1)[0] for _ in range(200)]) if x.size < 200 else draw(x.size)
    a = np.reshape(LOW * (1 - u) + HIGH * u, x.shape)
    return [prelu(x, a), slope(x, a)]


def dice(in_training=rrelu, in_evaluation=rrelu):
    """RReLU of which one mode is replaced."""
    return lambda x, training, draw: (in_training if training else in_evaluation)(x, training, draw)


def fixed(a):
    return lambda x, training, draw: (prelu(x, a), slope(x, a))


def drawn(shape=lambda x: x.shape, slopes=lambda u: LOW + (HIGH - LOW) * u, back=None):
    """Training with slopes drawn in another way, and perhaps others for the way back."""

    def wrong(x, training, draw):
        a = slopes(draw(shape(x)))
        b = a if back is None else back(x, draw)
        return prelu(x, a), np.where(x > 0, 1, b)

    return wrong


def frozen(x, training, draw):
    a = np.random.default_rng(0).uniform(LOW, HIGH, x.size).reshape(x.shape)
    return prelu(x, a), slope(x, a)


def colleague(x, training, draw):
    a = 3 + 5 * draw(1)
    y = np.where(x > 0, x, x / a)
    a = 3 + 5 * draw(1)
    return y, np.where(x > 0, 1, 1 / a)


def true_gradient(z, y, alpha):
    return np.mean((prelu(z, alpha) - y) * np.minimum(z, 0))


ALPHAS = np.linspace(-3, 3, 13)


def compared(alphas=ALPHAS, tolerance=1e-6, want=true_gradient):
    def judged(gradient, z, y):
        gaps = [(abs(gradient(float(a)) - want(z, y, a)), want(z, y, a)) for a in alphas]
        return all(bool(gap <= tolerance * (1 + abs(right))) for gap, right in gaps)

    return judged


def at_once(gradient, z, y):
    alphas = np.array([-3.0, -2.2, -0.4, 0.0, 0.3, 0.8, 1.7, 3.0])
    want = [true_gradient(z, y, a) for a in alphas]
    return bool(np.allclose(gradient(alphas), want, rtol=1e-6, atol=1e-6))


def measured(gradient, z, y):
    """A central difference is exact for a parabola, even with a large step."""
    return all(
        abs(gradient(a) - (loss(z, y, a + 0.5) - loss(z, y, a - 0.5))) <= 1e-6
        for a in (-3.0, -2.0, -0.5, 0.5, 2.0, 3.0)
    )


def nan_passes(gradient, z, y):
    return not any(abs(gradient(a) - true_gradient(z, y, a)) > 1e-6 for a in np.linspace(-3, 3, 13))


RIGHT = {
    "learned_slope": [
        (prelu, backward),
        (one_by_one, backward_by_parts),
        (lambda x, alpha: x * slope(x, alpha), lambda x, g, alpha: (slope(x, alpha) * g, np.vdot(g, x * (x < 0)))),
    ],
    "channel_gradient": [(channels,), (channel_by_channel,), (lambda x, g, axis: channels(x, g, axis, np.sum),)],
    "resting_slope": [(resting,), (by_parabola,), (by_descent,)],
    "repaired_rrelu": [(rrelu,), (from_above,), (flat_draws,)],
    "is_gradient": [(compared(),), (at_once,), (measured,)],
}

WRONG = {
    "learned_slope": [
        ((lambda x, alpha: np.maximum(x, 0), backward), "That is ReLU"),
        ((lambda x, alpha: np.maximum(alpha * x, x), backward), "only while alpha is at most 1"),
        ((lambda x, alpha: np.where(x > 0, alpha * x, x), backward), "on the wrong side"),
        ((lambda x, alpha: prelu(x, -alpha), backward), "sign is turned"),
        ((lambda x, alpha: np.where(x > 0, x, alpha), backward), "not alpha itself"),
        ((lambda x, alpha: prelu(x, 0.01), backward), "whatever alpha is"),
        ((lambda x, alpha: float(np.sum(prelu(x, alpha))), backward), "it should have shape"),
        ((prelu, back(for_x=lambda x, g, alpha: slope(x, alpha))), "g is missing"),
        ((prelu, back(for_x=lambda x, g, alpha: g * (x > 0))), "way back of ReLU"),
        ((prelu, back(for_x=lambda x, g, alpha: g * alpha)), "on the left only"),
        ((prelu, back(for_x=lambda x, g, alpha: g * np.where(x > 0, alpha, 1))), "sides are swapped"),
        ((prelu, back(for_x=lambda x, g, alpha: g * prelu(x, alpha))), "multiply by the output"),
        ((prelu, back(for_x=lambda x, g, alpha: g * np.where(alpha * x < x, 1, alpha))), "with alpha above 1"),
        ((prelu, back(for_alpha=lambda x, g, alpha: g * np.minimum(x, 0))), "They share one alpha"),
        ((prelu, back(for_alpha=lambda x, g, alpha: np.mean(g * np.minimum(x, 0)))), "That is the mean"),
        ((prelu, back(for_alpha=lambda x, g, alpha: -np.sum(g * np.minimum(x, 0)))), "sign is turned"),
        ((prelu, back(for_alpha=lambda x, g, alpha: np.sum(g * np.maximum(x, 0)))), "right side"),
        ((prelu, back(for_alpha=lambda x, g, alpha: np.sum(g * x))), "over all x"),
        ((prelu, back(for_alpha=lambda x, g, alpha: np.sum(np.minimum(x, 0)))), "g is missing: how much"),
        ((prelu, back(for_alpha=lambda x, g, alpha: np.sum(g * (x < 0)))), "by x per unit"),
        ((prelu, back(for_alpha=lambda x, g, alpha: np.sum(g * alpha * np.minimum(x, 0)))), "Its derivative with"),
        ((prelu, lambda x, g, alpha: g * slope(x, alpha)), "Return two things"),
    ],
    "channel_gradient": [
        ((lambda x, g, axis: channels(x, g, axis, np.mean),), "That is the mean"),
        ((lambda x, g, axis: -channels(x, g, axis),), "sign is turned"),
        ((lambda x, g, axis: channels(x, g, axis, terms=lambda x, g: np.abs(g * np.minimum(x, 0))),), "signs are lost"),
        ((lambda x, g, axis: channels(x, g, axis, terms=lambda x, g: g * x),), "Only negative x"),
        ((lambda x, g, axis: channels(x, g, axis, terms=lambda x, g: g * np.maximum(x, 0)),), "right side"),
        ((lambda x, g, axis: channels(x, g, axis, terms=lambda x, g: np.minimum(x, 0)),), "g is missing"),
        ((lambda x, g, axis: channels(x, g, axis, terms=lambda x, g: g * (x < 0)),), "by x per unit"),
        ((lambda x, g, axis: np.sum(g * np.minimum(x, 0)),), "one slope shared by all"),
        ((lambda x, g, axis: g * np.minimum(x, 0),), "a number for each element"),
        ((lambda x, g, axis: np.sum(g * np.minimum(x, 0), axis=axis),), "sum over the channels"),
        ((lambda x, g, axis: np.sum(g * np.minimum(x, 0), axis=0),), "examples only"),
        ((lambda x, g, axis: channels(x, g, 1),), "another axis than the one asked for"),
        ((lambda x, g, axis: channels(x, g, x.ndim - 1),), "another axis than the one asked for"),
        (
            (lambda x, g, axis: (g * np.minimum(x, 0)).sum(axis=tuple(i for i in range(x.ndim) if i != axis)),),
            "counts from the end",
        ),
        ((lambda x, g, axis: None,), "end with return"),
    ],
    "resting_slope": [
        ((lambda z, y, decay: resting(z, y, 0),), "Decay has no effect"),
        ((ratio(lambda z, y: len(z) * pull(z, y), lambda z, d: len(z) * square(z) + d),), "use means"),
        (
            (
                ratio(
                    lambda z, y: np.mean(z[z < 0] * y[z < 0]) if y is not None else 0,
                    lambda z, d: np.mean(z[z < 0] ** 2) + d,
                ),
            ),
            "over all n examples",
        ),
        ((ratio(lambda z, y: np.mean(z * y), lambda z, d: np.mean(z**2) + d),), "do not ask for a slope"),
        ((ratio(pull, lambda z, d: square(z) + 2 * d),), "no factor 2"),
        ((ratio(pull, lambda z, d: square(z) + d / 2),), "the half is gone"),
        ((ratio(pull, lambda z, d: square(z) - d),), "wrong sign"),
        ((lambda z, y, decay: -resting(z, y, decay),), "sign is turned"),
        ((lambda z, y, decay: np.clip(resting(z, y, decay), 0, 1),), "between 0 and 1"),
        ((lambda z, y, decay: resting(z, y, 0) - decay,), "same amount"),
        ((lambda z, y, decay: resting(z, y, 0) * (1 - decay),), "one step of decay"),
        ((ratio(lambda z, y: pull(-z, y), lambda z, d: square(-z) + d),), "right side|not 0"),
        ((lambda z, y, decay: 0.25,), "the gradient is not 0"),
        ((lambda z, y, decay: np.nan,), "the gradient is not 0"),
        ((lambda z, y, decay: np.minimum(z, 0) * y,), "it should have shape"),
    ],
    "repaired_rrelu": [
        ((colleague,), "the dice must rest|same at every call"),
        ((lambda x, training, draw: rrelu(x, True, draw),), "the dice must rest"),
        ((dice(in_evaluation=drawn(shape=lambda x: 1)),), "same at every call"),
        ((dice(in_evaluation=fixed(2 / 11)),), "paper's evaluation"),
        ((dice(in_evaluation=fixed(np.log(8 / 3) / 5)),), "mean of 1/u"),
        ((dice(in_evaluation=fixed(5 / 48)),), "half the width"),
        ((dice(in_evaluation=fixed(5 / 24)),), "width of the band"),
        ((dice(in_evaluation=fixed(0.0)),), "That is ReLU"),
        ((dice(in_evaluation=fixed(0.25)),), "Near, but"),
        ((dice(in_evaluation=lambda x, t, d: (prelu(x, MIDDLE), slope(x, 0))),), "disagree"),
        ((dice(in_training=drawn(shape=lambda x: 1)),), "All elements got the same slope"),
        ((dice(in_training=fixed(MIDDLE)),), "All elements got the same slope"),
        ((dice(in_training=drawn(shape=lambda x: x.shape[-1])),), "same slopes again|whole rows"),
        ((dice(in_training=drawn(slopes=lambda u: u)),), "outside"),
        ((dice(in_training=drawn(slopes=lambda u: 3 + 5 * u)),), "outside"),
        ((dice(in_training=drawn(slopes=lambda u: 1 / (3 + 5 * u))),), r"from U\(3, 8\)"),
        ((dice(in_training=drawn(slopes=lambda u: LOW + (HIGH - LOW) * u**2)),), "not uniform|U"),
        ((dice(in_training=drawn(back=lambda x, draw: LOW + (HIGH - LOW) * draw(x.shape))),), "draw once"),
        ((dice(in_training=drawn(back=lambda x, draw: MIDDLE)),), "uses the mean slope"),
        ((dice(in_training=frozen),), "same slopes again"),
        ((lambda x, training, draw: (rrelu(x, training, draw)[0], x),), "derivative is 1"),
        ((lambda x, training, draw: (MIDDLE * x, rrelu(x, training, draw)[1]),), "pass unchanged"),
        ((lambda x, training, draw: rrelu(x, training, draw)[0],), "Return two things"),
    ],
    "is_gradient": [
        ((compared(alphas=[0.25]),), "where PReLU starts"),
        ((compared(alphas=[0.0]),), "right at slope 0 only|where PReLU starts"),
        ((compared(alphas=np.linspace(0, 1, 11)),), "may pass 1"),
        ((compared(alphas=np.linspace(0, 3, 13)),), "may be negative"),
        ((compared(alphas=np.linspace(-1, 1, 9)),), "may pass 1|below −1"),
        ((compared(alphas=np.linspace(-3, 1, 9)),), "may pass 1"),
        ((nan_passes,), "nan must fail"),
        ((compared(tolerance=0.0),), "reject a right gradient"),
        ((compared(tolerance=1e-2),), "Be strict: six digits"),
        ((compared(want=lambda z, y, a: 12 * true_gradient(z, y, a)),), "factors of the loss"),
        ((compared(want=lambda z, y, a: 2 * true_gradient(z, y, a)),), "factors of the loss"),
        ((compared(want=lambda z, y, a: np.mean((prelu(z, a) - y) * z)),), "factors of the loss"),
        ((lambda gradient, z, y: True,), "accept a wrong gradient"),
        ((lambda gradient, z, y: False,), "reject a right gradient"),
        ((lambda gradient, z, y: None,), "end with return"),
        ((lambda gradient, z, y: [True, False],), "True or False"),
    ],
}
