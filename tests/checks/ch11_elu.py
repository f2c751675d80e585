"""Answers to the tasks of 11_elu: differently written right ones, and wrong ones with the advice they must get."""

import numpy as np


def quiet(f):
    def called(*args):
        with np.errstate(all="ignore"):
            return f(*args)

    return called


def left(rule):
    """A function that is x on the right, and on the left what the rule makes of x and alpha."""
    return lambda x, alpha: np.where(x > 0, x, rule(np.minimum(x, 0), alpha))


def elu(x, alpha):
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


def slope(a, alpha):
    return np.where(a > 0, 1.0, a + alpha)


def steep(rule):
    return lambda a, alpha: np.where(a > 0, 1.0, rule(a, alpha))


def one_by_one(x, alpha):
    return np.array([v if v > 0 else alpha * np.expm1(v) for v in np.ravel(x)]).reshape(np.shape(x))


def slope_of_the_inverse(a, alpha):
    """1 over the slope of log(1 + a/alpha), and 1 at the kink."""
    return np.where(a < 0, alpha * (1 + np.minimum(a, 0) / alpha), 1.0)


def masked(x, alpha):
    return (x > 0) * x + (x <= 0) * alpha * (np.exp(x) - 1)


def larger(x, alpha):
    return np.maximum(x, alpha * np.expm1(np.minimum(x, 0)))


def by_height(f):
    """Which function is it? By the floor, and by the slope just left of 0."""
    floor, steepness = -float(f(-500.0)), float(f(-1e-6)) / -1e-6
    if floor == 0:
        return "relu", 0
    if floor > 10:
        return "leaky", steepness
    return ("celu", floor) if abs(steepness - 1) < 0.01 else ("elu", floor)


def by_fit(f):
    """Which function is it? The one of the four that agrees at four places."""
    x = np.array([-800.0, -3.0, -1.0, -0.2])
    y = f(x)
    if not y.any():
        return ["relu", 0.0]
    if np.allclose(y / x, y[0] / x[0]):
        return ["leaky", y[3] / x[3]]
    return ["elu" if np.allclose(y, -y[0] * np.expm1(x)) else "celu", -y[0]]


def renamed(**names):
    return lambda f: (names.get(by_height(f)[0], by_height(f)[0]), by_height(f)[1])


def alpha_by(rule):
    """The right name, with an alpha made by a rule of the name, the right alpha and f."""
    return lambda f: (by_height(f)[0], rule(*by_height(f), f))


X = np.linspace(-20, 20, 801)
ALPHAS = np.linspace(0.2, 5, 45)


def compared(x=X, alphas=ALPHAS, same=np.allclose):
    return lambda f: all(bool(same(f(x, alpha), elu(x, alpha))) for alpha in alphas)


def by_properties(f):
    """It keeps x > 0, it is 0 at 0, and its slope on the left is its output plus alpha."""
    x, h = np.linspace(-20, -0.01, 300), 1e-5
    for alpha in np.linspace(0.21, 4.97, 50):
        measured = (f(x + h, alpha) - f(x - h, alpha)) / (2 * h)
        if not np.allclose(measured, f(x, alpha) + alpha, rtol=0, atol=1e-6):
            return False
        if not np.allclose(f(-x, alpha), -x) or abs(f(0.0, alpha)) > 1e-9:
            return False
    return True


def by_chance(f):
    rng = np.random.default_rng()
    for _ in range(120):
        x, alpha = rng.uniform(-20, 20, size=60), rng.uniform(0.2, 5)
        if np.abs(f(x, alpha) - one_by_one(x, alpha)).max() > 1e-6:
            return False
    return True


RIGHT = {
    "elu_and_slope": [
        (elu, slope),
        (one_by_one, slope_of_the_inverse),
        (left(lambda x, a: a * np.exp(x) - a), lambda a, alpha: np.minimum(a, 0) * 1.0 + np.where(a > 0, 1, alpha)),
        (elu, lambda a, alpha: np.where(a == 0, (1 + alpha) / 2, slope(a, alpha))),
    ],
    "to_elu": [
        (lambda W, b, v, c, alpha: (W / alpha, b / alpha, alpha * v, c),),
        (lambda W, b, v, c, alpha: [W * (1 / alpha), b * (1 / alpha), v / (1 / alpha), float(c)],),
        (lambda W, b, v, c, alpha: ((W / alpha).tolist(), (b / alpha).tolist(), (v * alpha).tolist(), c),),
    ],
    "which": [(by_height,), (by_fit,)],
    "repair": [(elu,), (quiet(lambda x, a: np.where(x > 0, x, a * np.expm1(x))),), (one_by_one,)],
    "is_elu": [(compared(),), (by_properties,), (by_chance,)],
}

WRONG = {
    "elu_and_slope": [
        ((lambda x, a: np.maximum(x, 0), slope), "That is ReLU"),
        ((left(lambda x, a: a * x), slope), "That is leaky ReLU"),
        ((lambda x, a: elu(x, 1.0), slope), "alpha has no effect"),
        ((lambda x, a: a * elu(x, 1.0), slope), "left side only"),
        ((lambda x, a: a * elu(x / a, 1.0), slope), "That is CELU"),
        ((left(lambda x, a: np.expm1(a * x)), slope), "not in the exponent"),
        ((left(lambda x, a: a * np.exp(x) - 1), slope), "into the bracket"),
        ((left(lambda x, a: a * np.exp(x)), slope), "stays above 0"),
        ((left(lambda x, a: -a * np.expm1(x)), slope), "sign is turned"),
        ((lambda x, a: a * np.expm1(x), slope), "left side everywhere"),
        ((elu, steep(lambda a, alpha: alpha * np.exp(a))), "a is the output"),
        ((elu, steep(lambda a, alpha: a + 1)), "Take one, or one between|alpha = 1 only"),
        ((elu, lambda a, alpha: np.where(a >= 0, 1.0, a + 1)), "alpha = 1 only"),
        ((elu, lambda a, alpha: np.where(a >= 0, 1.0, 0.0)), "slope of ReLU"),
        ((elu, steep(lambda a, alpha: alpha)), "slope of leaky ReLU"),
        ((elu, lambda a, alpha: np.where(a >= 0, 1.0, (a + alpha) / alpha)), "slope of CELU"),
        ((elu, steep(lambda a, alpha: alpha - a)), "towards the floor"),
        ((elu, lambda a, alpha: np.where(a >= 0, 1.0, a)), "the curve rises"),
        ((elu, lambda a, alpha: a + alpha), "left side only"),
        ((elu, lambda a, alpha: np.where(a >= 0, 1.0, alpha * (a + alpha))), "Add it once"),
        ((elu, lambda a, alpha: np.ones_like(a)), "on the right only"),
        ((elu, lambda a, alpha: np.where(a == 0, -5.0, slope(a, alpha))), "Take one, or one between"),
        ((elu, lambda a, alpha: np.where(a == 0, np.nan, slope(a, alpha))), "Take one, or one between"),
        ((lambda x, a: elu(np.ravel(x), a).sum(), slope), "it should have shape"),
    ],
    "to_elu": [
        ((lambda W, b, v, c, alpha: (W, b, v, c),), "what you were given"),
        ((lambda W, b, v, c, alpha: (W / alpha, b / alpha, v, c),), "not stretched"),
        ((lambda W, b, v, c, alpha: (W, b, alpha * v, c),), "not squeezed"),
        ((lambda W, b, v, c, alpha: (W / alpha, b, alpha * v, c),), "b is not divided"),
        ((lambda W, b, v, c, alpha: (W, b / alpha, alpha * v, c),), "W is not divided"),
        ((lambda W, b, v, c, alpha: (W * alpha, b * alpha, v / alpha, c),), "way back"),
        ((lambda W, b, v, c, alpha: (W * alpha, b * alpha, v * alpha, c),), "not multiplied"),
        ((lambda W, b, v, c, alpha: (W / alpha, b / alpha, v / alpha, c),), "comes out larger"),
        ((lambda W, b, v, c, alpha: (W / alpha, b / alpha, v * alpha, c * alpha),), "outside it"),
        ((lambda W, b, v, c, alpha: (W / alpha, b / alpha, v * alpha),), "four things"),
        ((lambda W, b, v, c, alpha: (W / alpha, b / alpha, v * alpha, c + 0 * v),), "Your c has shape"),
        ((lambda W, b, v, c, alpha: (W * np.nan, b, v, c),), "Ordinary numbers"),
        ((lambda W, b, v, c, alpha: (W / 2, b / 2, v, c + 1),), "outputs of the two networks differ"),
    ],
    "which": [
        ((renamed(celu="elu"),), "1 for CELU, alpha for ELU"),
        ((renamed(elu="celu"),), "alpha for ELU, 1 for CELU"),
        ((renamed(elu="leaky", celu="leaky"),), "it has a floor"),
        ((renamed(leaky="elu"),), "no floor"),
        ((renamed(leaky="relu"),), "along a line"),
        ((renamed(relu="leaky"),), "exactly 0 on the left"),
        ((alpha_by(lambda name, alpha, f: -alpha),), "sign of alpha"),
        ((alpha_by(lambda name, alpha, f: 1.0 if name != "leaky" else alpha),), "return 0 as alpha|not always 1"),
        ((alpha_by(lambda name, alpha, f: -float(f(-3.0))),), "slope on the left|far enough|Go far"),
        ((alpha_by(lambda name, alpha, f: 0 if name == "relu" else 1.0 if name == "celu" else alpha),), "always 1"),
        ((alpha_by(lambda name, alpha, f: alpha * (1 if name != "celu" else 0.9)),), "alpha times as long"),
        ((lambda f: by_height(f)[0],), "a name and a number"),
        ((lambda f: ("gelu", 1.0),), "The name is one of"),
        ((lambda f: None,), "a name and a number"),
    ],
    "repair": [
        ((quiet(masked),), "0 times infinity"),
        ((quiet(lambda x, a: np.where(x > 0, x, a * (np.exp(x) - 1))),), "loses its digits"),
        ((left(lambda x, a: a * (np.exp(x) - 1)),), "loses its digits"),
        ((lambda x, a: masked(np.minimum(x, 700), a),), "x itself, also for large x"),
        ((larger,), "right for alpha up to 1 only"),
        ((lambda x, a: elu(x, 1.0),), "alpha has no effect"),
        ((lambda x, a: a * elu(x / a, 1.0),), "That is CELU"),
        ((lambda x, a: a * elu(x, 1.0),), "left side only"),
        ((lambda x, a: np.maximum(x, 0),), "That is ReLU"),
        ((quiet(lambda x, a: (x > 0) * x + (x <= 0) * a * np.expm1(x)),), "0 times infinity"),
        ((lambda x, a: float(np.sum(elu(x, a))),), "it should have shape"),
        ((left(lambda x, a: a * np.where(x > -1e-5, x, np.expm1(x))),), "Near 0|np.where"),
    ],
    "is_elu": [
        ((compared(alphas=[1.0]),), "ignores alpha.*below 1, above 1"),
        ((compared(alphas=[1, 2, 3, 4, 5]),), "alpha at least 1|whole number"),
        ((compared(alphas=[0.5, 1.0]),), "accept a wrong function: the larger of x"),
        ((compared(alphas=np.linspace(0.2, 2.3, 30)),), "accept a wrong function: alpha at most 2.5"),
        ((compared(x=X[X < 0]),), "alpha on both sides"),
        ((compared(x=np.linspace(-20, 5, 300)),), "stops at 6"),
        ((compared(x=np.linspace(-6, 20, 300)),), "Far to the left it is 0"),
        ((compared(x=np.array([-20.0, 20.0])),), "It has the right floor"),
        ((compared(same=np.array_equal),), "reject a right function: ELU by exp"),
        ((lambda f: bool(np.allclose(f(X, 1.0), elu(X, 1.0))),), "ignores alpha"),
        ((lambda f: bool(np.allclose(f(X), elu(X, 1.0))),), "hand over alpha"),
        ((compared(same=lambda a, b: np.abs(a - b).max() < 0.5),), "accept a wrong function"),
        ((lambda f: True,), "ignores alpha"),
        ((lambda f: False,), "reject a right function: ELU\\."),
        ((lambda f: None,), "end with return"),
        ((lambda f: f(X, 2.0) == elu(X, 2.0),), "True or False"),
    ],
}
