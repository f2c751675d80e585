"""The graded tasks of 14_glu."""

import math

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer, kind
from course_lib.checks.expect import close, compare, fail, numbers, quiet

_Z = np.array([[-3.0, -1.2, 0.5, 2.0, -2.5, 0.25], [1.5, 4.0, -0.75, -6.0, 0.3, 3.0]])


def _sigmoid(x):
    return (1 + np.tanh(x / 2)) / 2


@task(
    points=2,
    hints=[
        "First take the columns apart: z[..., ::2] are the even ones, z[..., 1::2] the odd ones.",
        "The value is multiplied as it is. Only b goes into the sigmoid, and before that it is multiplied by beta.",
        "a, b = z[..., ::2], z[..., 1::2]. GLU is a * sigmoid(beta * b), SwiGLU is a * b * sigmoid(beta * b).",
    ],
)
def two_units(glu: Answer, swiglu: Answer, rng):
    """glu(z, beta) is a·σ(βb) and swiglu(z, beta) is a·b·σ(βb): a is in the even columns of z, b in the odd ones."""
    drawn = [2 * rng.normal(size=shape) for shape in ((4,), (3, 2), (2, 1, 4))]
    for z in [_Z, *drawn]:
        a, b, beta = z[..., ::2], z[..., 1::2], rng.uniform(1.5, 3)
        gate = _sigmoid(beta * b)
        advice = "GLU is a·σ(βb), with a in the even columns and b in the odd ones."
        compare(_halved(glu(z, beta), z, "GLU"), a * gate, None, advice, _glu_mistakes(z, a, b, beta))
        mistakes = [
            (a * gate, "That is GLU. The gate of SwiGLU is b·σ(βb): the factor b is missing."),
            (a * b * _sigmoid(beta * a), "Value and gate are swapped: b stands in the odd columns."),
            (b * gate, "That is Swish of b alone. The value is missing."),
            (a * b, "The sigmoid is missing: the gate of SwiGLU is b·σ(βb)."),
            (a * b * _sigmoid(b), "beta is missing: multiply b by it before the sigmoid."),
            (a * beta * b * gate, "beta belongs inside the sigmoid only: the factor before it is b, not βb."),
            (a + b * gate, "Value and gate are multiplied, not added."),
            (a * _sigmoid(beta * a * b), "The sigmoid is taken of βb, not of the product of all."),
        ]
        compare(_halved(swiglu(z, beta), z, "SwiGLU"), a * b * gate, None, "SwiGLU is a·b·σ(βb).", mistakes)


def _halved(got, z, name):
    """The answer as numbers of half the width, or advice."""
    array = numbers(got, name)
    if array.shape == z.shape:
        fail(f"Your {name} keeps the width. Two numbers make one output: the last axis becomes half as long.")
    return numbers(got, name, (*z.shape[:-1], z.shape[-1] // 2))


def _glu_mistakes(z, a, b, beta):
    """Wrong outputs of GLU, each with what to say to who gets them."""
    first, last = np.split(z, 2, axis=-1)
    gate = _sigmoid(beta * b)
    yield first * _sigmoid(beta * last), "You cut z into a left and a right half. Here value and gate alternate."
    yield b * _sigmoid(beta * a), "Value and gate are swapped: the value stands in the even columns, 0, 2, 4."
    yield a * _sigmoid(b), "beta is missing: multiply b by it before the sigmoid."
    yield a * beta * _sigmoid(b), "beta belongs inside the sigmoid: σ(βb)."
    yield a * _sigmoid(b / beta), "You divide by beta. b is multiplied by it."
    yield a * b, "The sigmoid is missing: the gate is σ(βb)."
    yield _sigmoid(a) * gate, "The value goes in as it is. Only b goes into the sigmoid."
    yield np.tanh(a) * gate, "That is a gated tanh unit. In GLU the value has no activation."
    yield a + gate, "Value and gate are multiplied, not added."
    yield a * np.tanh(beta * b), "A gate lies between 0 and 1: take the sigmoid, not tanh."
    yield a * b * gate, "That is SwiGLU. The gate of GLU is σ(βb), without the factor b."
    yield a * _sigmoid(-beta * b), "The gate is upside down: it should be open where b is large."


@task(
    points=2,
    hints=[
        "The output is tanh(a)·σ(b). Hold b still: what is its slope in a? Hold a still: what is its slope in b?",
        "The slopes are (1 − tanh²a)·σ(b) and tanh(a)·σ'(b), with σ' = σ·(1 − σ). Each is multiplied by g.",
        "t, s = np.tanh(a), sigmoid(b); the halves are g * (1 - t**2) * s and g * t * s * (1 - s). "
        "Join them with np.concatenate([...], axis=-1).",
    ],
)
def both_halves(backward: Answer, rng):
    """backward(z, g) is the gradient for z of a gated tanh unit, given g, the gradient for its output."""
    tables = [_Z, *(rng.normal(size=shape) for shape in ((1, 4), (2, 2)))]
    for z in tables:
        n = z.shape[1] // 2
        a, b = z[:, :n], z[:, n:]
        g = rng.normal(size=a.shape)
        got = numbers(backward(z, g), "gradient")
        if got.shape == g.shape:
            fail("Your gradient has the width of the output. It belongs to z: n numbers for each half, side by side.")
        t, s = np.tanh(a), _sigmoid(b)
        want = np.concatenate([g * (1 - t**2) * s, g * t * s * (1 - s)], axis=1)
        advice = "The halves are g·(1 − tanh²a)·σ(b) and g·tanh(a)·σ'(b)."
        if got.shape == want.shape:
            right = [close(got[:, :n], want[:, :n]), close(got[:, n:], want[:, n:])]
            advice = {
                (True, False): "The value half is right, the gate half is not: g·tanh(a)·σ'(b).",
                (False, True): "The gate half is right, the value half is not: g·(1 − tanh²a)·σ(b).",
            }.get(tuple(right), advice)
        compare(got, want, None, advice, _slips(a, b, g))


def _slips(a, b, g):
    """Wrong gradients, each with what to say to who gets them."""
    t, s = np.tanh(a), _sigmoid(b)
    steep, slope = 1 - t**2, s * (1 - s)

    def joined(first, second):
        return np.concatenate([first, second], axis=1)

    value, gate = g * steep * s, g * t * slope
    yield joined(gate, value), "The two halves are swapped: the value half stands first, as in z."
    yield joined(steep * s, t * slope), "g is missing: by the chain rule it multiplies both halves."
    yield joined(value, 0 * g), "The gate half gets nothing from you. The output depends on b, too."
    yield joined(value, g * slope), "In the gate half the factor tanh(a) is missing: the gate moves what it multiplies."
    yield joined(value, g * a * slope), "The gate multiplies tanh(a), not a itself."
    yield joined(value, g * t * s), "In the gate half stands the gate itself. Its slope belongs there: σ·(1 − σ)."
    yield joined(value, g * t), "The gate is no straight line: its slope σ·(1 − σ) is missing in the gate half."
    yield joined(value, g * steep * slope), "In the gate half a stands still: take tanh(a), not its slope."
    yield joined(value, g * t * s * (1 + s)), "The slope of the sigmoid is σ·(1 − σ), with a minus."
    yield (
        joined(g * s, gate),
        "That is the value half of GLU. Here a goes through tanh: its slope, 1 − tanh²a, is missing.",
    )
    yield joined(g * steep, gate), "In the value half the gate σ(b) is missing."
    yield joined(g * t * s, gate), "In the value half stands tanh(a) itself. Its slope belongs there: 1 − tanh²a."
    yield joined(g * (1 - t) * s, gate), "The slope of tanh is 1 − tanh²a: the square is missing."
    yield joined(g * steep * slope, gate), "In the value half b stands still: take the gate, not its slope."


@task(
    points=2,
    hints=[
        "Count the ReLU block first: two tables of weights, and a bias for each hidden unit and each output.",
        "A gated unit needs (d + 1) numbers twice, for value and gate, and d weights behind it. Then come d biases.",
        "allowed = (d + 1) * m + (m + 1) * d; each gated unit costs 3 * d + 2; return (allowed - d) // (3 * d + 2)",
    ],
)
def matched_width(matched_width: Answer, rng):
    """matched_width(d, m) is the largest width of a gated block with at most as many parameters, biases included."""
    fixed = [(8, 6), (1, 10), (64, 24), (768, 3072)]
    drawn = [(int(rng.integers(2, 40)), int(rng.integers(20, 400))) for _ in range(8)]
    for d, m in [*fixed, *drawn]:
        got = matched_width(d, m)
        if got is None:
            fail("You return None. Does your function end with return?")
        if np.ndim(got) != 0 or not isinstance(got, (int, float, np.integer, np.floating)) or isinstance(got, bool):
            fail(f"A width is one whole number; yours is {kind(got)}.")
        if not math.isfinite(got) or got != int(got):
            fail("A width is a whole number. Half a unit does not exist: round down.")
        _judge_width(d, m, int(got))


def _judge_width(d, m, got):
    """Pass if this is the largest width; else fail with advice."""
    allowed, cost = (d + 1) * m + (m + 1) * d, 3 * d + 2
    want = (allowed - d) // cost
    if got == want:
        return
    advice = [
        (m, "That is the width of the ReLU block. Value and gate need two tables of weights in front of the unit."),
        (m // 2, "Half the width is too little. Only the tables in front are doubled, not the one behind."),
        (want + 1, "One unit less: your block has more parameters than allowed. Count the biases, and round down."),
        (2 * m // 3, "That is the two-thirds rule. It leaves the biases out. Count them."),
        (-(-2 * m // 3), "That is the two-thirds rule, rounded up. It leaves the biases out. Count them."),
        (allowed // cost, "The output has its d biases in both blocks. Do you take them off before you divide?"),
        (want - 1, "One unit more would fit. Count again: the output's biases are d, and a unit costs 3d + 2."),
        (2 * d * m // cost, "You count the ReLU block without its biases."),
    ]
    for value, reason in advice:
        if got == value:
            fail(f"{reason} It shows at d = {d}, m = {m}. You get {got}.", f"Right: {want}.")
    size = "more than allowed" if got > want else "so few that another unit would fit"
    fail(f"At d = {d}, m = {m} you get {got}. Parameters: {size}.", f"Right: {want}.")


@task(
    points=2,
    hints=[
        "Take the questions in their order, and leave with return as soon as one applies. First count the parameters.",
        "ReLU: (d + 1)·w + (w + 1)·d. Gated: 2(d + 1)·w + (w + 1)·d. The interval is that of the differences by seed.",
        "gaps = np.subtract(*errors); tie if abs(gaps.mean()) <= 2.776 * gaps.std(ddof=1) / np.sqrt(5). "
        "A positive mean: ReLU has the larger error.",
    ],
)
def verdict(verdict: Answer, rng):
    """verdict(d, widths, rates, errors) says what is wrong with a study, and if nothing is, who won it."""
    studies = [(want, why, _study(rng, want, how)) for want, how, why in _CASES]
    for i in rng.permutation(len(studies)):
        want, why, study = studies[i]
        got = verdict(*study)
        if not isinstance(got, str) or got not in _VERDICTS:
            listed = ", ".join(map(repr, _VERDICTS))
            fail(f"Answer with one of {listed}; you gave {kind(got)}.")
        if got != want:
            fail(f"A study gets {got!r} from you. {_reason(got, want, why)}", f"Right: {want!r}.")


_VERDICTS = ("parameters", "rates", "seeds", "tie", "relu", "gated")
_CASES = [  # the verdict, a variant of the study, what to say to who misses it
    ("parameters", "same width", "Its widths are the same, so the gated block has half as many parameters again."),
    ("parameters", "too narrow", "The gated block has far fewer parameters: at half the width it is too small."),
    ("parameters", "same width, few seeds", "Several things are wrong with it. Name the first of the list."),
    ("parameters", "same width, other rates", "Several things are wrong with it. Name the first of the list."),
    ("rates", "longer", "One of the two could choose from more rates."),
    ("rates", "other", "The two lists of rates are equally long, and not the same."),
    ("rates", "other, few seeds", "Several things are wrong with it. Name the first of the list."),
    ("seeds", "three", "It has fewer than five seeds."),
    ("seeds", "four", "It has fewer than five seeds."),
    ("tie", "noise", "The means differ, but the interval of the differences contains 0."),
    ("tie", "noise", "The means differ, but the interval of the differences contains 0."),
    ("relu", "plain", "All is well with it, and the interval of the differences leaves 0 out."),
    ("gated", "plain", "All is well with it, and the interval of the differences leaves 0 out."),
    ("relu", "paired", "Seed by seed the difference is nearly the same. Take the interval of the differences."),
    ("gated", "paired", "Seed by seed the difference is nearly the same. Take the interval of the differences."),
    ("gated", "shuffled rates", "The rates are the same, in another order."),
]


def _reason(got, want, why):
    """What to say to who takes one verdict for another."""
    if {got, want} == {"relu", "gated"}:
        return "These are errors: the smaller one wins."
    if got == "parameters" and want not in ("parameters",):
        return "Its parameters are matched, though the widths differ: a gated unit has two tables in front. Count."
    return why


def _study(rng, want, how):
    """A study with this verdict: d, widths, rates, errors."""
    d, m = int(rng.integers(16, 64)), 3 * int(rng.integers(12, 32))
    n = round(m * (2 * d + 1) / (3 * d + 2))
    if want == "parameters":
        n = m // 2 if how == "too narrow" else m
    rates = sorted(float(f"{rate:.2g}") for rate in 10 ** rng.uniform(-3, -0.5) * np.array([1, 3.1, 9.7, 30]))
    others = list(rates)
    if "rates" in (want, how.split()[-1]) and how != "shuffled rates":
        others = [*rates, rates[-1] * 3] if how == "longer" else [*rates[:-1], rates[-1] * 2]
    if how == "shuffled rates":
        others = rates[::-1]
    seeds = {"three": 3, "four": 4}.get(how, 2 if "few seeds" in how else 5)
    return d, (m, n), (rates, others), _errors(rng, want, how, seeds)


def _errors(rng, want, how, seeds):
    """Two lists of errors whose differences lead to this verdict, far from its limit."""
    pattern = np.resize([1.0, -1.0, 0.5, -0.5, 0.1], seeds)[rng.permutation(seeds)]
    size = rng.uniform(0.05, 0.3)
    relu = size * (1 + (0.5 * rng.permutation(pattern) if how == "paired" else 0.01 * pattern))
    lead = {"tie": 0.3 * rng.choice([-1, 1]), "relu": -3.0}.get(want, 3.0)
    gated = relu - 0.02 * size * (lead + pattern)
    return [float(error) for error in relu], [float(error) for error in gated]


@task(
    points=2,
    hints=[
        "The output is linear in its value, and not in its gate's number. Which change of one column tells?",
        "Turn the sign of one column in many rows. If an output turns its sign in all rows, that column is its value.",
        "z = normal numbers, 50 rows. For each column: turned = z.copy(); turned[:, column] *= -1; then compare "
        "f(turned)[:, j] with -f(z)[:, j] for each output j.",
    ],
)
def value_columns(value_columns: Answer, rng):
    """value_columns(f, n) is a list: for each output of the gated unit f the column that is its value."""
    for gate, order in [*_LAYOUTS, *_drawn_layouts(rng)]:
        n = len(order) // 2
        got = numbers(value_columns(_unit(gate, order), n), "list", (n,))
        want, gates = order[:n], order[n:]
        if np.array_equal(got, want):
            continue
        if not np.all(np.isin(got, np.arange(2 * n))):
            fail(f"Your list has an entry that is no column: with n = {n} the columns are 0 to {2 * n - 1}.")
        fail(_about(got, want, gates, gate), f"Right: {want}.")


_LAYOUTS = [  # the gate, and the columns: first the values of the outputs, then their gates' numbers
    ("sigmoid", [0, 1, 2, 3, 4, 5]),
    ("SiLU", [3, 4, 5, 0, 1, 2]),
    ("ReLU", [0, 2, 4, 1, 3, 5]),
    ("GELU", [1, 3, 5, 0, 2, 4]),
    ("ReLU", [1, 0]),
    ("sigmoid", [1, 0]),
]


def _drawn_layouts(rng):
    """Gates and shuffled columns."""
    for gate in rng.permutation(["sigmoid", "ReLU", "GELU", "SiLU", "ReLU"]):
        yield str(gate), [int(column) for column in rng.permutation(6)]


def _gelu(x):
    return x * (1 + np.vectorize(math.erf, otypes=[float])(x / math.sqrt(2))) / 2


_GATES = {"sigmoid": _sigmoid, "ReLU": lambda x: np.maximum(x, 0), "GELU": _gelu, "SiLU": lambda x: x * _sigmoid(x)}


def _unit(gate, order):
    """A gated unit as the learner's code gets it: it says what is wrong with its input."""
    n = len(order) // 2

    def unit(z):
        if z.ndim != 2 or z.shape[1] != 2 * n:
            fail(f"f takes an array of shape (rows, {2 * n}), also for a single row; it got shape {z.shape}.")
        if z.size > 100_000 or not np.all(np.abs(z) <= 1e6):
            fail("Ask f with at most 100,000 numbers, all finite and not beyond a million.")
        return z[:, order[:n]] * _GATES[gate](z[:, order[n:]])

    return quiet(unit)


def _about(got, want, gates, gate):
    """What to say about a wrong list of columns."""
    if sorted(got) == sorted(want):
        return "These are the values, in another order. Entry j belongs to output j."
    if np.array_equal(got, np.arange(len(want))):
        return "You take the first half, whatever f does. The order is a convention: ask f."
    if np.array_equal(got, gates):
        if gate == "ReLU":
            return "With a ReLU as the gate you name the gates. Doubling doubles both halves there: use the factor −1."
        return f"You name the columns of the gates, here of a {gate}. The output is linear in its value."
    if gate == "ReLU":
        return (
            "It goes wrong with a ReLU as the gate. Where it is shut the output is 0 and tells nothing: use many rows. "
            "And doubling doubles both halves: use the factor −1."
        )
    return f"It goes wrong with a {gate} as the gate. Turn the sign of one column at a time, in many rows."
