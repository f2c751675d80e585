"""Answers to the tasks of 22_myths: differently written right ones, and wrong ones with the advice they must get."""

import itertools

import numpy as np

EMMY = [
    ("it depends", 0.40796),
    ("false", 0.459617),
    ("it depends", 0.534653),
    ("false", -9.625736),
    ("it depends", 0.263397),
    ("it depends", 13),
]
NUMBER_4711 = (
    ["true", 0.00433],
    ["false", -36.7],
    ["true", 7210],
    ["true", -0.6255],
    ["it depends", 0.10375],
    ["false", 12.0],
)


def but(place, *answer):
    """The answers of Emmy, with another one at a place."""
    return [answer if i == place else right for i, right in enumerate(EMMY)]


def counted(holds, cases):
    row = np.array([bool(holds(x)) for x in cases])
    if row.all():
        return ["true", None]
    return [["false", "it depends"][int(row.any())], cases[int(np.flatnonzero(~row)[-1])]]


def at_once(holds, cases):
    yes, no = {x for x in cases if holds(x)}, {x for x in cases if not holds(x)}
    verdict = {(True, False): "true", (False, True): "false", (True, True): "it depends"}[bool(yes), bool(no)]
    return verdict, max(no) if no else None


def by(verdict, case=lambda row, cases: next((x for x, held in zip(cases, row, strict=True) if not held), None)):
    """A wrong answer: verdict from the row of truth values, and the case from the row and the cases."""

    def settle(holds, cases):
        row = [bool(holds(x)) for x in cases]
        return verdict(row), case(row, cases)

    return settle


def right_verdict(row):
    return "true" if all(row) else "it depends" if any(row) else "false"


def first_held(row, cases):
    return next((x for x, held in zip(cases, row, strict=True) if held), cases[0])


def relu(x):
    return np.maximum(x, 0)


def through(bends):
    def model(X, layers):
        for (W, b), bend in zip(layers, bends, strict=True):
            X = relu(X @ W + b) if bend == "1" else X @ W + b
        return X

    return model


def one_row_at_a_time(X, layers):
    rows = []
    for x in X:
        for i, (W, b) in enumerate(layers):
            x = W.T @ x + b
            x = x if i == 2 else np.where(x > 0, x, 0)
        rows.append(x)
    return np.array(rows)


def leaky(z, slope):
    return np.where(z > 0, z, slope * z)


def centred(z, slope):
    return leaky(z, slope) - (1 - slope) * 0.3989422804


def by_quadrature(z, slope):
    places, weights = np.polynomial.hermite_e.hermegauss(2)
    right = np.sum(weights * np.abs(places)) / np.sum(weights)  # of a coarse rule: 1 instead of sqrt(2/π)
    return leaky(z, slope) - (1 - slope) / 2 * right * np.sqrt(2 / np.pi)


HALF = 1 / np.sqrt(2 * np.pi)


def shuffled(f):
    x = np.random.default_rng(0).normal(size=30) * 4
    order = np.random.default_rng(1).permutation(30)
    y = f(x)
    parts = np.concatenate([f(x[:7]), f(x[7:8]), f(x[8:])])
    return all(np.allclose(other, y) for other in (f(x), parts)) and bool(np.allclose(f(x[order]), y[order]))


def against_ones(f):
    x = np.concatenate([np.linspace(-5, 5, 25), [0.5]])
    alone = [float(f(np.array([v]))[0]) for v in x]
    return bool(np.max(np.abs(np.asarray(f(x)) - alone)) < 1e-9 and np.max(np.abs(np.asarray(f(x)) - alone)) < 1e-9)


def same_twice(f):
    x = np.linspace(-6, 6, 24)
    return bool(np.allclose(f(x), f(x)))


def alone_only(x, exact=False):
    def test(f):
        y = np.asarray(f(x))
        alone = np.array([f(x[i : i + 1])[0] for i in range(0, len(x), 3)])
        return bool(np.array_equal(alone, y[::3]) if exact else np.allclose(alone, y[::3]))

    return test


def reversed_only(f):
    x = np.linspace(-6, 6, 24)
    return bool(np.allclose(f(x[::-1])[::-1], f(x)))


def keeps_zero(f):
    return shuffled(f) and bool(np.allclose(f(np.zeros(3)), 0))


def bent(x):
    return np.where(x > 0, x, np.sin(x))


def bent_slope(x):
    return np.where(x > 0, 1.0, np.cos(x))


def noisy(x):
    return np.tanh(x) + 1e-3 * np.random.default_rng().normal(size=x.shape)


def tanh_slope(x):
    return 1 - np.tanh(x) ** 2


def ones(x):
    return np.ones_like(x)


drift = itertools.count()

RIGHT = {
    "settle": [(counted,), (at_once,)],
    "examination": [
        ("Emmy Noether", EMMY),
        (4711, NUMBER_4711),
        (" emmy NOETHER", np.array(EMMY, dtype=object).tolist()),
    ],
    "mend": [
        (through("110"), centred),
        (one_row_at_a_time, by_quadrature),
        (through("110"), lambda z, slope: [v * (1 if v > 0 else slope) - (1 - slope) * HALF for v in z]),
    ],
    "each_alone": [(shuffled,), (against_ones,)],
    "own": [
        (lambda x: np.maximum(x, 0), lambda x: np.heaviside(x, 0.5)),
        (np.sin, np.cos),
        (bent, bent_slope),
        (np.square, lambda x: 2 * x),
        (np.abs, np.sign),
        (
            lambda x: x / (1 + np.exp(-np.maximum(x, -700))),
            lambda x: (1 + np.tanh(x / 2)) / 2 + x / 4 / np.cosh(x / 2) ** 2,
        ),
    ],
}

WRONG = {
    "settle": [
        ((by(lambda row: "true" if row[0] else "false"),), "A single exception|It takes all"),
        ((by(lambda row: "true" if all(row) else "false"),), "A single exception makes it 'it depends'"),
        ((by(lambda row: "true" if any(row) else "false"),), "It takes all"),
        ((by(lambda row: "true" if np.mean(row) > 0.5 else "false"),), "or most of them|A single exception"),
        ((by(lambda row: "true" if all(row) else "it depends"),), "in some cases and not in others"),
        ((by(lambda row: all(row)),), "should be one of 'true', 'false', 'it depends'"),
        ((by(right_verdict, first_held),), "there is no counterexample|an example for it"),
        (
            (by(right_verdict, lambda row, cases: None if all(row) else row.index(False)),),
            "Is it the place in the list",
        ),
        ((by(right_verdict, lambda row, cases: None if all(row) else 99.0),), "not one of the cases"),
        ((by(right_verdict, lambda row, cases: None),), "your counterexample is None"),
        ((lambda holds, cases: "true",), "Return two things"),
    ],
    "examination": [
        (("Ada Lovelace", EMMY), "Statement 1: the verdict is right, the number is not"),
        (("Emmy", EMMY), "Statement 1"),
        (("", EMMY), "Write your name"),
        (("Emmy Noether", EMMY[:5]), "a list of six pairs"),
        (("Emmy Noether", [verdict for verdict, _ in EMMY]), "Statement 1: give a pair"),
        (("Emmy Noether", but(0, "true", 0.40796)), "Statement 1: You say 'true'. Is one that holds enough"),
        (("Emmy Noether", but(1, "it depends", 0.459617)), "Statement 2: You say 'it depends'. It depends only if"),
        (("Emmy Noether", but(5, "false", 13)), "Statement 6: You say 'false'. A single exception"),
        (("Emmy Noether", but(1, "False", 0.459617)), "Statement 2: The verdict should be one of"),
        (("Emmy Noether", but(0, "it depends", 40.8)), "Statement 1: .* That is a percentage"),
        (("Emmy Noether", but(3, "false", 9.6257)), "Statement 4: .* The sign is turned round"),
        (("Emmy Noether", but(3, "false", -22.164)), "Statement 4: .* natural logarithm"),
        (("Emmy Noether", but(4, "it depends", 0.5268)), "Statement 5: .* twice the number"),
        (("Emmy Noether", but(4, "it depends", 0.27)), "Statement 5: .* Read once more"),
        (("Emmy Noether", but(2, "it depends", float("nan"))), "Statement 3: .* Read once more"),
        (("Emmy Noether", but(2, "it depends", None)), "number for statement 3 is None"),
        (("Emmy Noether", but(2, "it depends", "0.53")), "number for statement 3 should be numbers"),
    ],
    "mend": [
        ((through("011"), centred), "the broken model"),
        ((through("111"), centred), "behind the last layer is still there"),
        ((through("010"), centred), "first two layers still have nothing"),
        ((through("101"), centred), "second and the third layer have nothing between them, and"),
        ((through("001"), centred), "the other way round"),
        ((through("100"), centred), "One bend is missing"),
        ((through("000"), centred), "one affine layer now"),
        ((lambda X, layers: through("110")(relu(X), layers), centred), "bend the inputs as well"),
        ((through("110"), leaky), "as it was"),
        ((through("110"), lambda z, slope: leaky(z, slope) - leaky(z, slope).mean()), "not from"),
        ((through("110"), lambda z, slope: leaky(z, slope) - HALF), "the mean of ReLU"),
        ((through("110"), lambda z, slope: leaky(z, slope) - (1 + slope) * HALF), "not 1 [+] slope"),
        ((through("110"), lambda z, slope: leaky(z, slope) + (1 - slope) * HALF), "Subtract it"),
        ((through("110"), lambda z, slope: leaky(z, slope) - (1 - slope) / 2), "their mean is not 1"),
        ((through("110"), lambda z, slope: leaky(z, slope) - (1 - slope) * 2 * HALF), "Twice too much"),
        ((through("110"), lambda z, slope: relu(z) - HALF), "left side|the mean of ReLU"),
    ],
    "each_alone": [
        ((lambda f: True,), "accept a wrong"),
        ((lambda f: False,), "reject a right"),
        ((same_twice,), "once among others|negative numbers|arrays of 20"),
        ((alone_only(np.linspace(-6, 6, 24), exact=True),), "reject a right function: relu, with rounding|array twice"),
        ((alone_only(np.linspace(0.5, 6, 24)),), "negative numbers|array twice|largest"),
        ((alone_only(np.linspace(-6, 6, 10)),), "arrays of 20 or more|array twice"),
        ((reversed_only,), "accept a wrong function"),
        ((keeps_zero,), r"reject a right function: .*(f\(0\) = 0|c =)"),
        ((lambda f: None,), "end with return"),
        ((lambda f: f(np.zeros(3)) == f(np.zeros(3)),), "True or False"),
    ],
    "own": [
        ((lambda x: x, ones), "identity in disguise"),
        ((lambda x: 3 * x + 2, lambda x: 3 * ones(x)), "identity in disguise"),
        ((lambda x: x + 0.05 * np.sin(3 * x), lambda x: 1 + 0.15 * np.cos(3 * x)), "identity in disguise"),
        ((lambda x: np.where(x > 5, 0.0, x), lambda x: (x < 5) * 1.0), "identity in disguise"),
        ((lambda x: np.maximum(x, 0.8 * x), lambda x: np.where(x > 0, 1, 0.8)), "All properties hold, but"),
        ((lambda x: (x > 0) * 1.0, lambda x: 0 * x), "All properties hold, but"),
        ((np.tanh, lambda x: -tanh_slope(x)), "sign is turned round"),
        ((np.tanh, np.tanh), "f itself"),
        ((np.tanh, ones), "1 everywhere"),
        ((np.tanh, lambda x: 1 - x**2), "check_derivative"),
        ((np.tanh, lambda x: tanh_slope(x) * (np.abs(x) < 2)), "slope is not the derivative"),
        ((lambda x: 0 * x, lambda x: 0 * x), "constant"),
        ((lambda x: np.where(x > 0, x, np.nan), ones), "infinite or nan"),
        ((lambda x: np.exp(x), np.exp), "larger than a million"),
        ((noisy, tanh_slope), "Treat each number alone"),
        ((lambda x: np.tanh(x - x.mean()), tanh_slope), "Treat each number alone"),
        ((lambda x: np.tanh(x) + 0.01 * next(drift), tanh_slope), "Treat each number alone"),
        ((lambda x: float(np.tanh(x).sum()), tanh_slope), "shape"),
        ((lambda x: np.tanh(x) + 0j, tanh_slope), "should be numbers"),
    ],
}
