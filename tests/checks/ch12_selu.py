"""Answers to the tasks of 12_selu: differently written right ones, and wrong ones with the advice they must get."""

import math

import numpy as np

LAMBDA, ALPHA = 1.0507009873554805, 1.6732632423543772


def selu(x, lam, alpha):
    return lam * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def slope(a, lam, alpha):
    return np.where(a > 0, lam, a + lam * alpha)


def one_by_one(x, lam, alpha):
    values = [lam * v if v > 0 else lam * alpha * (math.exp(v) - 1) for v in np.ravel(x).tolist()]
    return np.array(values).reshape(np.shape(x))


def by_input(a, lam, alpha):
    """Goes back to the input, and takes the slope there; at 0 the one from the right."""
    x = np.where(a >= 0, a / lam, np.log1p(np.minimum(a, 0) / lam / alpha))
    return np.where(x >= 0, lam, lam * alpha * np.exp(x))


def elu_by(rule):
    """A function whose two sides follow a rule of x, e = exp(min(x, 0)), λ and α."""
    return lambda x, lam, alpha: np.where(x > 0, *rule(x, np.exp(np.minimum(x, 0)), lam, alpha))


def below(x):
    return math.erfc(-x / math.sqrt(2)) / 2


def on_paper(s):
    e1, e2 = math.exp(s * s / 2) * below(-s), math.exp(2 * s * s) * below(-2 * s)
    alpha = s / math.sqrt(2 * math.pi) / (0.5 - e1)
    return s / math.sqrt(s * s / 2 + alpha**2 * (e2 - 2 * e1 + 0.5)), alpha


def by_gauss(s):
    """Gauss-Legendre on panels, and the first wish as a line in α, which needs no bisection."""
    place, weight = np.polynomial.legendre.leggauss(20)
    edges = np.arange(-10, 11)
    t = (edges[:-1, None] + 0.5 + place / 2).ravel()
    w = np.tile(weight / 2, 20) * np.exp(-t * t / 2) / math.sqrt(2 * math.pi)
    right, left = s * np.maximum(t, 0), np.expm1(s * np.minimum(t, 0))
    alpha = -(right @ w) / (left @ w)
    return [s / math.sqrt((right + alpha * left) ** 2 @ w), alpha]


def random_constants(s):
    z = s * np.random.default_rng(0).normal(size=20_000)
    left = np.expm1(np.minimum(z, 0))
    alpha = -np.maximum(z, 0).mean() / left.mean()
    return s / np.sqrt(np.mean((np.maximum(z, 0) + alpha * left) ** 2)), alpha


def slipped(rule):
    """Constants that follow a rule of the right λ and α, and of s."""
    return lambda s: rule(*on_paper(s), s)


def dropout(a, kept, p, low):
    changed = np.where(kept, a, low)
    return (changed - p * low) / np.sqrt((1 - p) * (1 + p * low**2))


def stretched_and_shifted(a, kept, p, low):
    """As the paper writes it: stretch·(a·kept + low·(1 − kept)) + shift."""
    stretch = (1 - p + low**2 * (1 - p) * p) ** -0.5
    return stretch * (a * kept + low * (1 - kept)) - stretch * p * low


def dropout_one_by_one(a, kept, p, low):
    root = math.sqrt((1 - p) * (1 + p * low * low))
    pairs = zip(np.ravel(a).tolist(), np.ravel(kept).tolist(), strict=True)
    return np.reshape([((x if k else low) - p * low) / root for x, k in pairs], np.shape(a))


def dropped_by(rule):
    """A dropout that follows a rule of the dropped array, its root, p and low."""

    def wrong(a, kept, p, low):
        return rule(np.where(kept, a, low), math.sqrt((1 - p) * (1 + p * low**2)), p, low)

    return wrong


def diagnose(layers, floor=-1.76, zeros=0.01, high=4.0, low=0.25, at=-1):
    if np.mean(layers == 0) > zeros:
        return "dropout"
    if layers.min() < floor:
        return "leaky"
    variance = layers[at].var()
    return "he" if variance > high else "small" if variance < low else "fine"


def by_trend(layers):
    """Another way to tell: by how much the variance changes from the middle to the end."""
    if (layers < -1.96).any():
        return "leaky"
    if (layers == 0).sum() > 20:
        return "dropout"
    logs = np.log([layer.var() for layer in layers])
    return "he" if logs[-2:].mean() > 1 else "small" if logs[-1] < logs[0] - 1.5 else "fine"


def by_quantiles(layers):
    last = np.sort(np.abs(layers[-1]).ravel())
    if np.sort(np.abs(layers).ravel())[layers.size // 50] == 0:
        return "dropout"
    if layers.min() < -1.77:
        return "leaky"
    return "he" if last[-20:].mean() > 2.8 else "small" if last[-1] < 1 else "fine"


Z = (np.arange(-10_000, 10_000) + 0.5) / 1000
WEIGHTS = np.exp(-Z * Z / 2) / math.sqrt(2 * math.pi) / 1000
PLACES, COARSE = np.polynomial.hermite_e.hermegauss(180)


def judged(mean=True, square=True, factors=(0.9, 1.1), tolerance=0.005, share=0.9, z=Z, weights=WEIGHTS):
    """A test that asks for the mean, for the mean square, for the pull at some factors, or leaves some of it out."""

    def test(f):
        moments = np.sum(f(z) * weights), np.sum(f(z) ** 2 * weights)
        kept = (not mean or abs(moments[0]) < tolerance) and (not square or abs(moments[1] - 1) < tolerance)
        gaps = [abs(np.sum(f(c * z) ** 2 * weights) - 1) / abs(c * c - 1) for c in factors]
        return bool(kept and all(gap < share for gap in gaps))

    return test


def by_dots(f):
    values = np.stack([f(Z), f(0.9 * Z), f(1.1 * Z)])
    mean, squares = values[0] @ WEIGHTS, values**2 @ WEIGHTS
    return bool(np.hypot(mean, squares[0] - 1) < 0.005 and 0.829 < squares[1] < 1.171 and 0.811 < squares[2] < 1.189)


def is_it_selu(f):
    return bool(np.allclose(f(Z), selu(Z, LAMBDA, ALPHA)))


def by_few_random(f):
    z = np.random.default_rng(0).normal(size=2000)
    return bool(abs(f(z).mean()) < 0.005 and abs(np.mean(f(z) ** 2) - 1) < 0.005)


RIGHT = {
    "selu_and_slope": [
        (selu, slope),
        (one_by_one, by_input),
        (lambda x, lam, al: lam * np.maximum(x, 0) + lam * al * np.expm1(np.minimum(x, 0)), slope),
    ],
    "constants": [(on_paper,), (by_gauss,), (lambda s: np.array(on_paper(s)),)],
    "alpha_dropout": [(dropout,), (stretched_and_shifted,), (dropout_one_by_one,)],
    "diagnose": [(diagnose,), (by_trend,), (by_quantiles,)],
    "keeps_itself": [(judged(),), (by_dots,), (judged(z=PLACES, weights=COARSE / COARSE.sum()),)],
}

WRONG = {
    "selu_and_slope": [
        ((elu_by(lambda x, e, lam, al: (x, al * (e - 1))), slope), "That is ELU"),
        ((elu_by(lambda x, e, lam, al: (x, lam * al * (e - 1))), slope), "missing on the right"),
        ((elu_by(lambda x, e, lam, al: (lam * x, al * (e - 1))), slope), "missing on the left"),
        ((elu_by(lambda x, e, lam, al: (lam * x, lam * (e - 1))), slope), "α is missing: it is the depth"),
        ((elu_by(lambda x, e, lam, al: (lam * x, lam * al * x)), slope), "a leaky ReLU: the left side"),
        ((elu_by(lambda x, e, lam, al: (lam * x, lam * al * e)), slope), "−1 is missing"),
        ((elu_by(lambda x, e, lam, al: (lam * al * x, lam * al * (e - 1))), slope), "left side only"),
        ((lambda x, lam, al: selu(x, al, lam), slope), "swapped: λ"),
        ((lambda x, lam, al: selu(x, LAMBDA, ALPHA), slope), r"It is λx for x > 0"),
        ((lambda x, lam, al: selu(np.ravel(x), lam, al), slope), "it should have shape"),
        ((selu, lambda a, lam, al: np.where(a > 0, 1, a + lam * al)), "is λ, not 1"),
        ((selu, elu_by(lambda a, e, lam, al: (lam, lam * al * e))), "needs the input x"),
        ((selu, lambda a, lam, al: np.where(a > 0, lam, a)), "λα is missing on the left"),
        ((selu, lambda a, lam, al: np.where(a > 0, lam, a + al)), "λ is missing on the left: add"),
        ((selu, lambda a, lam, al: np.where(a > 0, lam, lam * (a + al))), "multiply nothing"),
        ((selu, lambda a, lam, al: np.where(a > 0, lam, a - lam * al)), "sign is turned"),
        ((selu, lambda a, lam, al: np.where(a > 0, lam, lam * al)), "slope of a leaky ReLU"),
        ((selu, lambda a, lam, al: np.where(a > 0, a, a + lam * al)), "does not grow"),
        ((selu, lambda a, lam, al: a + lam * al), "slope on the left"),
        ((selu, selu), r"It is λ for a > 0"),
        ((selu, lambda a, lam, al: np.where(a == 0, 0, slope(a, lam, al))), "any slope between λ and λα"),
    ],
    "constants": [
        ((lambda s: (LAMBDA, ALPHA),), "published constants"),
        ((slipped(lambda lam, alpha, s: (alpha, lam)),), "The order"),
        ((slipped(lambda lam, alpha, s: (-lam, alpha)),), "shall be positive"),
        ((slipped(lambda lam, alpha, s: (lam / s, alpha)),), "shall be s again"),
        ((slipped(lambda lam, alpha, s: (lam * s, alpha)),), "s over the root"),
        ((slipped(lambda lam, alpha, s: (lam**2, alpha)),), "Take the root"),
        ((slipped(lambda lam, alpha, s: (1 / lam, alpha)),), "turned over"),
        ((slipped(lambda lam, alpha, s: (1.0, alpha)),), "Now the second wish"),
        ((lambda s: on_paper(math.sqrt(s)),), "not the variance"),
        ((lambda s: on_paper(s * s),), "once too often"),
        ((random_constants,), "narrower strips"),
        ((slipped(lambda lam, alpha, s: (2 * lam, alpha)),), "α is right, λ is not"),
        ((slipped(lambda lam, alpha, s: (lam, 2 * alpha)),), "Check the first wish"),
        ((slipped(lambda lam, alpha, s: lam),), "Return two numbers"),
        ((slipped(lambda lam, alpha, s: (complex(lam, 1), alpha)),), "should be numbers"),
        ((slipped(lambda lam, alpha, s: (math.nan, math.inf)),), "Check the first wish"),
    ],
    "alpha_dropout": [
        ((lambda a, kept, p, low: a * kept / (1 - p),), "ordinary dropout. Drop to low"),
        ((dropped_by(lambda c, root, p, low: c),), "Dropped, but not repaired"),
        ((dropped_by(lambda c, root, p, low: c - p * low),), "the variance is not"),
        ((dropped_by(lambda c, root, p, low: c / root),), "the mean is not"),
        ((dropped_by(lambda c, root, p, low: (c + p * low) / root),), "Subtract it"),
        ((dropped_by(lambda c, root, p, low: (c - p * low) / root**2),), "divide by the variance"),
        ((dropped_by(lambda c, root, p, low: (c - p * low) / (1 - p)),), "repair of ordinary dropout"),
        (
            (dropped_by(lambda c, root, p, low: (c - p * low) / math.sqrt(1 - p + p * low**2)),),
            "root of the mean square",
        ),
        ((dropped_by(lambda c, root, p, low: (c - p * low) * root),), "You multiply"),
        ((dropped_by(lambda c, root, p, low: c / root - p * low),), "Subtract the mean first"),
        ((lambda a, kept, p, low: dropout(a, ~kept, p, low),), "what is to be kept"),
        ((lambda a, kept, p, low: dropout(a, kept, 1 - p, low),), "not to be kept"),
        ((dropped_by(lambda c, root, p, low: (c - c.mean()) / c.std()),), "Do not measure"),
        (
            (lambda a, kept, p, low: (a * kept - p * low) / math.sqrt((1 - p) * (1 + p * low**2)),),
            "the value low, not 0",
        ),
        ((lambda a, kept, p, low: dropout(a, kept, p, -1.7580993),), "Where kept: "),
        ((lambda a, kept, p, low: dropout(a, kept, p, low)[0],), "it should have shape"),
    ],
    "diagnose": [
        ((lambda layers: "fine",), "variance|smallest|exactly 0"),
        ((lambda layers: diagnose(layers, floor=-np.inf),), "Not only the variance"),
        ((lambda layers: "leaky" if layers.min() < -1.76 else diagnose(layers),), "−1.7581 becomes −1.95"),
        ((lambda layers: diagnose(layers, zeros=2, floor=-2.2, high=0.5),), "does not explode|far back"),
        ((lambda layers: diagnose(layers, zeros=2, floor=-2.2),), "Count the values that are exactly 0"),
        ((lambda layers: diagnose(layers, at=0, high=1.2, low=0.8),), "far back|grows from|fades from"),
        ((lambda layers: diagnose(layers, floor=-1.0),), "Far back|grows|fades|exactly 0"),
        ((lambda layers: {"he": "small", "small": "he"}.get(diagnose(layers), diagnose(layers)),), "grows|fades"),
        (
            (lambda layers: "dropout" if len(np.unique(layers)) < 0.99 * layers.size else diagnose(layers),),
            "alpha-dropout: no value is exactly 0",
        ),
        ((lambda layers: diagnose(layers).upper(),), "Answer with one of"),
        ((lambda layers: None,), "Answer with one of"),
        ((lambda layers: diagnose(layers, high=np.inf),), "grows from layer to layer"),
        ((lambda layers: diagnose(layers, low=0),), "fades from layer to layer"),
    ],
    "keeps_itself": [
        ((lambda f: True,), "accept a wrong function: λ times leaky"),
        ((lambda f: False,), "reject a right function: SELU"),
        ((is_it_selu,), "tanh times its gain.*need not be SELU"),
        ((judged(mean=False),), "mean is not 0"),
        ((judged(square=False),), "Its mean square is not 1"),
        ((judged(factors=()),), "does not pull back"),
        ((judged(factors=(0.9, 1.1), share=1.001),), "x itself"),
        ((judged(tolerance=0.05),), "It is 0.02"),
        ((by_few_random,), "too coarse"),
        ((lambda f: None,), "end with return"),
        ((lambda f: f(Z) ** 2 @ WEIGHTS,), "True or False"),
        ((lambda f: judged()(lambda x: np.abs(f(x))),), "reject a right function: SELU"),
    ],
}
