"""Answers to the tasks of 03_perceptron: differently written right ones, and wrong ones with the advice they get."""

import itertools

import numpy as np


def unequal_weights(name, n):
    """Gates with other weights: the sums are larger, the thresholds lie elsewhere."""
    w = np.linspace(2, 3, n)
    b = {"AND": -(w.sum() - 1), "OR": -1.0, "NAND": w.sum() - 0.1}[name]
    return (w if name != "NAND" else -w).tolist(), b


def learnt_gate(name, n):
    """Gates found by the perceptron rule, on the rows that matter, with a gap around 0."""
    rows = np.vstack([np.ones(n), 1 - np.eye(n), np.eye(n), np.zeros(n)])
    y = {"AND": rows.all(axis=1), "OR": rows.any(axis=1), "NAND": ~rows.all(axis=1)}[name]
    w, b, moved = np.zeros(n), 0.0, True
    while moved:
        moved = False
        for x, t in zip(rows, 2.0 * y - 1, strict=True):
            if t * (x @ w + b) < 0.5:
                w, b, moved = w + t * x, b + t, True
    return [w, b]


def gate(AND, OR, NAND):
    """An answer to the first task from the bias of each gate; NAND has negative weights."""
    biases = {"AND": AND, "OR": OR, "NAND": NAND}
    return lambda name, n: (np.full(n, -1.0 if name == "NAND" else 1.0), float(biases[name](n)))


def right_bias(n):
    return 0.5 - n


def at_half(n):
    return -0.5


def nand_bias(n):
    return n - 0.5


RIGHT_GATE = gate(right_bias, at_half, nand_bias)


def with_nand(name, n, change):
    """The right gates, but for NAND."""
    return RIGHT_GATE(name, n) if name != "NAND" else change(n)


def steps(low, high):
    middle = (low + high) / 2
    return np.ones((2, 2)), np.array([-low - middle, -high - middle]), np.array([1.0, -1.0]), -0.5


def steps_of_differences(low, high):
    """Each unit sees one of the two ones; the output is OR."""
    return [[1, -1], [-1, 1]], [-(high - low) / 2] * 2, [1, 1], -0.5


def steps_with_nand(low, high):
    """OR and NAND, then AND."""
    middle = (low + high) / 2
    return np.array([[2.0, -3.0], [2.0, -3.0]]), np.array([-2 * (low + middle), 3 * (high + middle)]), np.ones(2), -1.5


def relus(low, high):
    return np.array([[1.0, -1.0], [-1.0, 1.0]]), np.zeros(2), np.ones(2) / (high - low), 0.0


def relus_of_sums(low, high):
    """The count of highs, bent down behind 1."""
    size = high - low
    return np.ones((2, 2)) / size, [-2 * low / size, -2 * low / size - 1], [1, -2], 0


def relus_from_above(low, high):
    """1 minus what is too little, minus what is too much."""
    size = high - low
    return np.array([[1, -1], [1, -1]]) / size, [-(low + high) / size, (low + high) / size], [-1, -1], 1.0


def zero_one(answer):
    """An answer that takes low and high for 0 and 1."""
    return lambda low, high: answer(0.0, 1.0)


def changed(answer, **parts):
    """An answer with some of W, b, v, c replaced: by a value, or by a function of the old one."""

    def change(low, high):
        result = dict(zip("Wbvc", answer(low, high), strict=True))
        for name, new in parts.items():
            result[name] = new(result[name]) if callable(new) else new
        return tuple(result.values())

    return change


def by_rule(X, y, passes):
    X1, t = np.column_stack([X, np.ones(len(X))]), 2 * y - 1
    w = np.zeros(X1.shape[1])
    for _ in range(passes):
        for x, sign in zip(X1, t, strict=True):
            if sign * (w @ x) <= 0:
                w += sign * x
    return w[:-1], w[-1]


def worst_first(X, y, passes):
    """Corrects the example that is most wrong, a different order of the same rule."""
    X1 = np.column_stack([X, np.ones(len(X))]) * (2 * y - 1)[:, None]
    w = np.zeros(X1.shape[1])
    for _ in range(100 * passes):
        worst = (X1 @ w).argmin()
        if X1[worst] @ w > 0:
            break
        w = w + X1[worst]
    return w[:-1].tolist(), float(w[-1])


def rule_with(correct_w=1, correct_b=1, passes_used=None, always=False):
    """The perceptron rule with parts of it changed."""

    def learn(X, y, passes):
        w, b = np.zeros(X.shape[1]), 0.0
        for _ in range(passes_used or passes):
            for x, target in zip(X, y, strict=True):
                error = 2 * target - 1 if always else target - float(x @ w + b >= 0)
                w, b = w + correct_w * error * x, b + correct_b * error
        return w, b

    return learn


def share(f, size=0.005, part=0.01, h=1e-6, low=-10, high=10, n=10_000):
    x = np.random.default_rng().uniform(low, high, n)
    slopes = np.abs(f(x + h) - f(x - h)) / (2 * h)
    return bool(np.mean(slopes > size) > part)


def on_a_grid(f):
    """Neighbours on a fine grid: a jump lies in few of the cells."""
    y = f(np.linspace(-10, 10, 200_001) + np.pi * 1e-6)
    return np.sum(np.abs(np.diff(y)) > 5e-7) > 200


def third_quantile(f):
    """Smallest pieces first: in each of 80 pieces the median slope is not met by a jump."""
    x = np.linspace(-10, 10, 40_000).reshape(80, 500) + 1e-7
    slopes = (f(x.ravel() + 1e-6) - f(x.ravel())) / 1e-6
    return bool(np.any(np.median(np.abs(slopes).reshape(80, 500), axis=1) > 0.005))


def any_slope(f):
    x = np.linspace(-10, 10, 2001)
    return bool(np.any(np.abs(f(x + 1e-6) - f(x - 1e-6)) > 1e-9))


def any_change(f):
    return bool(np.ptp(f(np.linspace(-10, 10, 1001))) > 0)


def signed(f):
    x = np.linspace(-10, 10, 10_000) + 1e-7
    slopes = (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
    return bool(np.mean(slopes > 0.005) > 0.01)


def mean_slope(f):
    x = np.random.default_rng(0).uniform(-10, 10, 10_000)
    return bool(abs(np.mean((f(x + 1e-6) - f(x - 1e-6)) / 2e-6)) > 0.01)


def every_piece(f):
    return share(f, part=0.9)


def one_place(f):
    return bool(f(np.array([1.0 + 1e-6]))[0] != f(np.array([1.0]))[0])


ORDERS = ["".join(("e", *middle, "c")) for middle in itertools.permutations("daig") if "d" in middle]
GOOD = [order for order in ORDERS if order.index("d") < order.index("a") and order.index("i") < order.index("g")]

RIGHT = {
    "gates": [(unequal_weights,), (learnt_gate,)],
    "xor_nets": [
        (steps_of_differences, relus_of_sums),
        (steps_with_nand, relus_from_above),
        (steps, changed(relus, W=lambda W: (10 * W).tolist(), v=lambda v: v / 10)),
    ],
    "proof": [(list(order),) for order in GOOD] + [("edaigc",), (("e", "i", "d", "g", "a", "c"),)],
    "rule": [(by_rule,), (worst_first,), (rule_with(0.1, 0.1),)],
    "follow": [(on_a_grid,), (third_quantile,), (share,)],
}

WRONG = {
    "gates": [
        ((gate(lambda n: -n, at_half, nand_bias),), "z is 0 there"),
        ((gate(right_bias, lambda n: -1, nand_bias),), "z is 0 there"),
        ((gate(lambda n: n - 0.5, at_half, nand_bias),), "always says 1: the bias outweighs"),
        ((gate(lambda n: -n - 0.5, at_half, nand_bias),), "always says 0: the bias outweighs"),
        ((gate(lambda n: -1.5, at_half, nand_bias),), "but not for 3"),
        ((gate(at_half, right_bias, nand_bias),), "That is OR"),
        ((gate(right_bias, right_bias, nand_bias),), "That is AND"),
        ((gate(right_bias, at_half, lambda n: 0.5),), "That is NOR"),
        ((lambda name, n: with_nand(name, n, lambda n: RIGHT_GATE("AND", n)),), "says the opposite everywhere"),
        ((lambda name, n: with_nand(name, n, lambda n: (np.ones(n), n - 0.5)),), "always says 1"),
        ((lambda name, n: with_nand(name, n, lambda n: (-np.ones(n), 1.5)),), "but not for 3"),
        ((lambda name, n: np.ones(n),), "return w, b"),
        ((lambda name, n: (1.0, -0.5),), r"w has shape \(\); it should have shape \(2,\)"),
        ((lambda name, n: RIGHT_GATE(name, 2),), r"w has shape \(2,\); it should have shape \(3,\)"),
        ((lambda name, n: (np.ones(n), np.full(n, -0.5)),), r"b has shape \(2,\); it should have shape \(\)"),
        ((lambda name, n: None,), "return w, b"),
    ],
    "xor_nets": [
        ((zero_one(steps), relus), "The lines must move"),
        ((changed(steps, b=lambda b: -b), relus), "their lines miss the corners"),
        ((changed(steps, v=[1, 1]), relus), "that is OR"),
        ((changed(steps, v=[-1, 1], c=0.5), relus), "the opposite of XOR"),
        ((changed(steps, b=[-0.5, -0.5]), relus), "the same line"),
        ((changed(steps, c=0.5), relus), "never changes"),
        ((changed(steps, c=-1.5), relus), "never changes"),
        ((changed(steps, c=0.0), relus), "a pre-activation is 0"),
        ((changed(steps, b=[-1, -2]), relus), "a pre-activation is 0"),
        ((changed(steps, v=[-1, 1]), relus), "never changes"),
        ((lambda low, high: steps(low, high)[:3], relus), "step_net should return four things"),
        ((steps, zero_one(relus)), "it gives high - low"),
        ((steps, changed(relus, v=[1, 1])), "it gives high - low"),
        ((steps, zero_one(relus_of_sums)), "right for 0 and 1, but not for other numbers"),
        ((steps, steps), "let one unit see"),
        ((steps, changed(relus, v=lambda v: v / 2, c=-0.25)), "no step follows here"),
        ((steps, changed(relus, v=[1, 0])), "only one of the two ones"),
        ((steps, changed(relus, W=lambda W: -np.abs(W))), "off at all four corners"),
        ((steps, changed(relus, v=[1, -1])), "let one unit see"),
        ((steps, changed(relus, v=lambda v: -v, c=1)), "the opposite of XOR"),
        ((steps, changed(relus, b=lambda b: b[:1])), r"b of relu_net has shape \(1,\)"),
        ((steps, lambda low, high: 1), "relu_net should return four things"),
    ],
    "proof": [
        ((list("ebc"),), "about some weights only"),
        ((list("efc"),), "one method finds no such unit"),
        ((list("ehaigc"),), "Card h is false"),
        ((list("edaig"),), "Something is missing: what follows when two"),
        ((list("daigc"),), "Something is missing: a proof of this kind"),
        ((list("eaigc"),), "what do the two zeros"),
        ((list("edagc"),), "what do the two ones"),
        ((list("edigc"),), "inequalities of the zeros must be added"),
        ((list("edaic"),), "inequalities of the ones must be added"),
        ((list("deaigc"),), "First suppose"),
        ((list("edaicg"),), "The clash comes last"),
        ((list("eadigc"),), "two zeros. They must be on the table"),
        ((list("edagic"),), "two ones. They must be on the table"),
        ((list("eddaigc"),), "there twice"),
        ((list("xyz"),), "letters from a to i"),
        ((3,), "letters from a to i"),
    ],
    "rule": [
        ((rule_with(-1, 0),), "Both faults are still there"),
        ((rule_with(-1, -1),), "The sign is turned round"),
        ((rule_with(1, 0),), "The bias is never corrected"),
        ((rule_with(-1, 1),), "but w the wrong way"),
        ((rule_with(1, -1),), "but b the wrong way"),
        ((rule_with(0, 1),), "Only the bias is corrected"),
        ((rule_with(0, 0),), "nothing has been corrected"),
        ((rule_with(always=True),), "where the answer was right"),
        ((rule_with(passes_used=1),), "only once"),
        ((lambda X, y, passes: (X.T @ (y - 0.5), 0.123),), "Correct after each mistake, and only then"),
        ((lambda X, y, passes: rule_with()(X, y, passes)[0],), "return w, b"),
        ((lambda X, y, passes: (np.ones(2), 0.0),), "the origin"),
        ((lambda X, y, passes: (np.full(X.shape[1], np.nan), 0.0),), "finite"),
        ((lambda X, y, passes: None,), "return w, b"),
    ],
    "follow": [
        ((any_slope,), "A jump is not a slope"),
        ((any_change,), "A jump is not a slope"),
        ((lambda f: share(f, h=0.5),), "A jump is not a slope"),
        ((signed,), "A slope downwards"),
        ((mean_slope,), "falls as much as it rises"),
        ((lambda f: share(f) and not np.ptp(f(np.array([-1e-9, 1e-9]))) > 0.5,), "a slope besides"),
        ((every_piece,), "One piece with a slope is enough"),
        ((lambda f: share(f, size=0.1),), "a slope besides"),
        ((lambda f: share(f, low=-5, high=5),), "short piece only"),
        ((lambda f: share(f, low=0),), "ramp from x = -9.5"),
        ((one_place,), "short piece only"),
        ((lambda f: True,), "A jump is not a slope"),
        ((lambda f: False,), "One piece with a slope is enough"),
        ((lambda f: None,), "end with return"),
        ((lambda f: f(1.0) != f(2.0),), "Ask f with an array"),
        ((lambda f: np.diff(f(np.linspace(-10, 10, 100))) != 0,), "True or False"),
    ],
}
