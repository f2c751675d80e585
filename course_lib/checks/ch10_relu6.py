"""The graded tasks of 10_relu6."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import compare, fail, numbers, quiet, random_verdicts, verdict

_X = np.array([-30.0, -6.5, -4.0, -2.9, -1.5, -0.4, 0.5, 1.0, 2.0, 2.9, 4.0, 5.9, 6.1, 9.0, 30.0])


@task(
    points=2,
    hints=[
        "Three pieces each. For x = -10, x = 1 and x = 10, what is relu6(x)? What is hard swish there, and how steep?",
        "Between -3 and 3 hard swish is x·(x + 3)/6: multiply out, then differentiate. Outside, look at the graph.",
        "np.minimum(np.maximum(x, 0), 6). The slope: np.where(x <= -3, 0, np.where(x >= 3, 1, x / 3 + 0.5)).",
    ],
)
def three_pieces(relu6: Answer, hard_swish_slope: Answer, rng):
    """relu6(x) and hard_swish_slope(x) are right for every number in an array of any shape."""
    mistakes = [
        (np.maximum(_X, 0), "That is ReLU: the ceiling is missing."),
        (np.minimum(_X, 6), "The floor is missing: a negative input gives 0."),
        (np.clip(_X, -6, 6), "That clamps to −6 and 6. ReLU6 never goes below 0."),
        (np.clip(_X, 0, 1), "The ceiling is 6, not 1."),
        (np.clip(_X, 0, 6) / 6, "You divide by 6. Between 0 and 6 the output is x itself."),
        (np.where((_X > 0) & (_X < 6), _X, 0), "Above 6 the output stays at 6. Yours falls back to 0."),
        (np.full(_X.shape, 6.0), "It is 6 for every input. min goes with the upper bound, max with the lower one."),
        (np.zeros(_X.shape), "It is 0 for every input. min goes with the upper bound, max with the lower one."),
        (np.clip(_X + 3, 0, 6), "You shift by 3. That belongs to the hard sigmoid."),
        (np.where((_X > 0) & (_X < 6), 1, 0), "That is the slope of ReLU6. The function itself is asked for."),
    ]
    compare(relu6(_X), np.clip(_X, 0, 6), _X, "relu6(x) is 0 below 0, x up to 6, and 6 above.", mistakes)
    inside, gate = np.abs(_X) < 3, np.clip(_X + 3, 0, 6) / 6
    s = 1 / (1 + np.exp(-_X))
    mistakes = [
        (gate, "That is the gate. The slope of a product has two parts: gate + x times the slope of the gate."),
        (np.where(inside, 1 / 6, 0), "That is the slope of the hard sigmoid. Hard swish is x times it."),
        (np.where(inside, _X / 6, 0), "Half of the product rule is missing: the gate itself has to be added."),
        (_X * gate, "You return hard swish, not its slope."),
        (_X / 3 + 0.5, "x/3 + 1/2 holds between −3 and 3 only. Outside, the graph is straight."),
        (np.where(inside, _X / 3 + 0.5, 0), "To the right of 3 hard swish is x itself, so it is not flat there."),
        (
            np.clip(_X / 3 + 0.5, 0, 1),
            "You clamp the slope to 0 and 1. Inside it goes from −0.5 to 1.5, then it jumps.",
        ),
        (
            np.clip(_X / 3 + 0.5, -0.5, 1.5),
            "Outside −3 and 3 the slope does not stay at −0.5 and 1.5: it jumps to 0 and 1.",
        ),
        (s * (1 + _X * (1 - s)), "That is the slope of the smooth swish."),
    ]
    right, advice = _swish_slope(_X), "The slope is 0 up to −3, x/3 + 1/2 up to 3, and then 1."
    compare(hard_swish_slope(_X), right, _X, advice, mistakes)
    for kink, low, high in ((-3.0, -0.5, 0.0), (3.0, 1.0, 1.5)):
        at = numbers(hard_swish_slope(np.array([kink])), "slope at a kink", (1,))[0]
        assert low <= at <= high, f"At the kink {kink:g} any slope from {low:g} to {high:g} will do. Yours is {at:.4g}."
    other = "Some numbers are right, others are not. It must work for every number."
    drawn = rng.normal(size=(2, 5)) * 5
    for table, advice in ((_X.reshape(3, 5), "Keep the shape of the input."), (drawn, other)):
        compare(relu6(table), np.clip(table, 0, 6), table, advice)
        compare(hard_swish_slope(table), _swish_slope(table), table, advice)


def _swish_slope(x):
    return np.where(x <= -3, 0.0, np.where(x >= 3, 1.0, x / 3 + 0.5))


@task(
    points=2,
    hints=[
        "Each of the three words speaks of a unit and all its inputs. z has a column for each unit.",
        "Dead: which z give 0? Stuck: which z give 6? Frozen: which z have slope 0? Then ask for every input.",
        "low, high = z <= 0, z >= 6. Dead: low.all(axis=0). Stuck: high.all(axis=0). Frozen: (low | high).all(axis=0).",
    ],
)
def out_of_action(out_of_action: Answer, rng):
    """out_of_action(z) gives the shares of dead, of stuck and of frozen ReLU6 units."""
    for _ in range(3):
        units, few = int(rng.integers(28, 40)), int(rng.integers(2, 4))
        ends = np.cumsum([few, few + rng.integers(1, 4), rng.choice([1, 3])])
        dead, stuck, switch, well = np.split(rng.permutation(units), ends)
        z = 3 + rng.normal(size=(40, units))
        z[:, dead] = -np.abs(z[:, dead]) - 0.1
        z[:, stuck] = 6.1 + np.abs(z[:, stuck])
        z[:, switch] = np.where(z[:, switch] > 3, 6.5, -0.5)
        z[0, switch], z[1, switch] = 6.5, -0.5
        z[5, dead[0]], z[6, stuck[0]] = 0.0, 6.0
        z[7, well], z[8, well], z[9, well] = -1.0, 7.0, 2.0
        got = out_of_action(z)
        if not isinstance(got, (tuple, list, np.ndarray)) or getattr(got, "ndim", 1) == 0 or len(got) != 3:
            fail("Return three numbers: return dead, stuck, frozen.")
        _judge_shares(*(float(numbers(share, "share", ())) for share in got), z)


def _judge_shares(dead, stuck, frozen, z):
    """Pass if the three shares are those of the pre-activations z; else fail with advice."""
    low, high = z <= 0, z >= 6
    right = {"dead": low, "stuck": high, "frozen": low | high}
    shares = {name: off.all(axis=0).mean() for name, off in right.items()}
    for name, got in (("dead", dead), ("stuck", stuck), ("frozen", frozen)):
        if np.isclose(got, shares[name]):
            continue
        off = right[name]
        slips = [
            *_slips_of(name, got, z, shares),
            (
                got >= 1 and np.isclose(got, off.all(axis=0).sum()),
                "You give a number. Divide by how many units there are.",
            ),
            (np.isclose(got, 100 * shares[name]), "That is a percentage. A share is between 0 and 1."),
            (np.isclose(got, 1 - shares[name]), "That is the share of all the others."),
            (
                np.isclose(got, off.mean()),
                "That counts pairs of an input and a unit. The word is about all inputs of a unit.",
            ),
            (
                np.isclose(got, off.any(axis=0).mean()),
                "That asks for some input. Such a unit still learns from the others.",
            ),
            (np.isclose(got, off.all(axis=1).mean()), "You looked along the rows. A unit is a column."),
        ]
        advice = next((text for slip, text in slips if slip), "Ask of each column: does it hold for every input?")
        fail(f"The share of {name} units is not right. {advice} Yours: {got:.4g}.")


def _slips_of(name, got, z, shares):
    """Slips that one of the three words invites: pairs of a truth value and what to say."""
    inner = {"dead": z < 0, "stuck": z > 6, "frozen": (z < 0) | (z > 6)}[name].all(axis=0).mean()
    yield np.isclose(got, inner), "What about z = 0 and z = 6 exactly? relu6 gives 0 and 6 there, and slope 0."
    if name == "dead":
        yield np.isclose(got, shares["frozen"]), "Those are all that cannot learn. Dead ones give 0 every time."
        yield np.isclose(got, shares["stuck"]), "Dead means off: always 0. Always 6 is stuck."
    if name == "stuck":
        yield np.isclose(got, shares["frozen"]), "Those are all that cannot learn. Stuck ones give 6 every time."
        yield got == 0, "Can a unit not be stuck? Look for columns in which every z is 6 or more."
    if name == "frozen":
        both = shares["dead"] + shares["stuck"]
        yield (
            np.isclose(got, both),
            "Dead and stuck are not all. A unit may jump between 0 and 6 and never have slope 1.",
        )
        yield np.isclose(got, shares["dead"]), "That is ReLU's view. At the ceiling the slope is 0 as well."


@task(
    points=2,
    hints=[
        "A long ruler rounds coarsely, a short one clips. Plot the typical error against the top for one set of data.",
        "You can measure the error of any top: store the activations with it, and compare. So try many.",
        "Try 200 tops from a.max() / 100 to a.max(). Return the one with the least mean of (stored - a)**2.",
    ],
)
def best_top(best_top: Answer, rng):
    """best_top(a, bits) is a top whose typical error is at most 5% above the best possible one."""
    for name, a, bits in _samples(rng):
        top = float(numbers(best_top(a, bits), "top", ()))
        if not (np.isfinite(top) and 0 < top <= 1000 * a.max()):
            fail("The top must be a finite number above 0, and of the size of the activations.")
        tops = np.union1d(np.geomspace(a.max() / 200, a.max(), 400), np.linspace(a.max() / 200, 1.1 * a.max(), 400))
        errors = [_error(a, one, bits) for one in tops]
        if _error(a, top, bits) > 1.05 * min(errors):
            best = tops[int(np.argmin(errors))]
            fail(f"{_which_top(top, a, bits, best)} Data: {name}, {bits} bits.", f"A better top: {best:.4g}.")


def _samples(rng):
    """Names, activations and numbers of bits; each asks for a ruler of another length."""
    half = np.maximum(rng.normal(size=2000), 0)
    size = rng.uniform(1.5, 4)
    yield "a hill with two outliers", np.append(size * half, [10 * size, 10 * size]), 3
    yield "a hill", size * half, 2
    yield "the same hill", size * half, 8
    yield "small activations", 0.05 * half, 4
    yield "evenly spread", rng.uniform(0, rng.uniform(8, 30), size=2000), 4


def _error(a, top, bits):
    """The typical error of activations that are stored in so many bits, from 0 to top."""
    last = 2**bits - 1
    return np.sqrt(np.mean((np.clip(np.rint(a * last / top), 0, last) * top / last - a) ** 2))


def _which_top(top, a, bits, best):
    """What to say to whoever gave this top."""
    if np.isclose(top, 6):
        return "6 is ReLU6's ceiling. For these activations another top is better: measure."
    if np.isclose(top, a.max()):
        return "The largest activation is not always the best top: clipping a few may be worth it."
    shares = (0.95, 0.98, 0.99, 0.995, 0.999, 0.9999)
    if any(np.isclose(top, np.quantile(a, share)) for share in shares):
        return "A fixed percentile does not know how many bits there are. Measure the error for many tops."
    if np.isclose(top, 2**bits - 1) or np.isclose(top, 2**bits):
        return "That is a number of marks. The top is an activation: where the ruler ends."
    if any(np.isclose(top, value) for value in (a.mean(), np.median(a), a.std())):
        return "That is in the middle of the data: half of the signal is clipped."
    if top > best:
        return "This ruler is too long: most of its marks lie where few activations are."
    return "This ruler is too short: it clips too much."


@task(
    points=2,
    hints=[
        "A unit passes the gradient if its z is strictly between 0 and 6. Choose its bias: what z would be safest?",
        "Choose an input, say 3. Then choose the bias so that z is 3 again, whatever the weight. And so on.",
        "b[i] = 3 - w[i] * 3 makes z = w[i] * 3 + b[i] = 3 in every unit.",
    ],
)
def open_path(open_path: Answer, rng):
    """open_path(w) gives an input x and biases b with which all ReLU6 units of a chain let the gradient pass."""
    for units in (10, 6, 15):
        w = rng.uniform(1.5, 5, size=units) * rng.choice([-1.0, 1.0], units)
        got = open_path(w)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            fail("Return two things: return x, b. The input x is one number, b has one bias for each unit.")
        a, b = float(numbers(got[0], "x", ())), numbers(got[1], "b", w.shape)
        if not (np.isfinite(a) and np.all(np.isfinite(b)) and max(abs(a), np.abs(b).max()) <= 1000):
            fail("Choose finite numbers of ordinary size: between −1000 and 1000.")
        if not b.any():
            fail("All your biases are 0. Then each unit multiplies, and soon one is off or at the ceiling.")
        for place, (weight, bias) in enumerate(zip(w, b, strict=True)):
            z = weight * a + bias
            where = f"Unit {place} of {units}, counted from 0, "
            if z <= 0:
                fail(f"{where}has z ≤ 0: it is off, and its slope is 0. Raise its bias.", f"z = {z:.4g}.")
            if z >= 6:
                fail(f"{where}has z ≥ 6: it is at the ceiling, and its slope is 0. Lower its bias.", f"z = {z:.4g}.")
            a = z


@task(
    points=2,
    hints=[
        "Say in words what a right ruler does with a number between two marks, on a mark, above the top, and below 0.",
        "Two properties: what comes back is a mark, a whole number of scales. And it is at most half a scale away.",
        "y = store(a); y / scale is whole up to rounding; abs(y - np.clip(a, 0, top)) <= scale / 2 * (1 + 1e-6).",
    ],
)
def stores_right(stores_right: Answer, rng):
    """stores_right(store, top, bits) is True if store gives the nearest of 2**bits marks from 0 to top, else False."""
    cases = [(True, *case) for case in _right_stores()] + [(False, *case) for case in _wrong_stores()]
    for right, name, store, top, bits, advice in [*cases, *_random_stores(rng)]:
        if verdict(stores_right(quiet(store), top, bits)) != right:
            fail(f"You {'reject a right' if right else 'accept a wrong'} store: {name}. {advice}")


def _ruler(top, bits, code=np.rint, last=None):
    """A way to store: ``code`` makes a whole number of a / scale, and it is clipped to ``last``."""
    last = 2**bits - 1 if last is None else last
    scale = top / (2**bits - 1)
    return lambda a: np.clip(code(a / scale), 0, last) * scale


def _by_table(a):
    marks = np.linspace(0, 6, 8)
    return marks[np.abs(np.asarray(a)[..., None] - marks).argmin(axis=-1)]


def _right_stores():
    """Right ways to store, each with its top and bits and what to say to who rejects it."""
    yield "np.rint, clipped", _ruler(6.0, 8), 6.0, 8, "Do you use top and bits? The scale is top / (2**bits − 1)."
    half = "Exactly between two marks either is right: it rounds a half up, np.rint to the even code."
    yield "np.floor(a / scale + 0.5), clipped", _ruler(8.0, 3, lambda c: np.floor(c + 0.5)), 8.0, 3, half
    close = "It differs by rounding in the last digits. Allow a tiny gap."
    yield "the nearest mark of a table", _by_table, 6.0, 3, close
    yield "np.rint, with the last digit rounded", lambda a: _ruler(0.7, 4)(a) * (1 + 1e-14), 0.7, 4, close


def _wrong_stores():
    """Wrong ways to store, each with its own top and bits and what to say to who accepts it."""
    between = "Look at numbers between two marks: how far away is what comes back?"
    yield "it gives the number back unrounded", lambda a: np.clip(a, 0, 5), 5.0, 8, "Is what comes back a mark?"
    yield "it gives 0 for everything", np.zeros_like, 2.0, 8, "Do you compare it with the number at all?"
    yield "it rounds down", _ruler(3.0, 8, np.floor), 3.0, 8, between
    yield "it rounds up", _ruler(6.0, 4, np.ceil), 6.0, 4, between
    above, below = "Look above the top: everything there must give the top.", "Look below 0: everything there gives 0."
    wrapped = _ruler(6.375, 8, lambda c: np.maximum(np.rint(c), 0) % 256)
    yield "codes above the last wrap round to 0", wrapped, 6.375, 8, above
    yield "it does not clip above", _ruler(4.0, 8, last=np.inf), 4.0, 8, above
    yield "one mark too many, above the top", _ruler(5.0, 4, last=16), 5.0, 4, above
    far = "Look far above the top too, at 1000 times the top."
    yield "above 100 times the top it gives 0", lambda a: _ruler(7.0, 8)(np.where(a > 700, 0, a)), 7.0, 8, far
    yield "it does not clip below", lambda a: np.minimum(np.rint(a * 25.5), 255) / 25.5, 10.0, 8, below
    yield "it mirrors negative numbers", lambda a: _ruler(9.0, 8)(np.abs(a)), 9.0, 8, below
    missing = "It divides by 2**bits: its top mark is too low, and the marks are not the right ones."
    yield "marks 0 to 255 of 256", lambda a: np.clip(np.rint(a * 32), 0, 255) / 32, 8.0, 8, missing
    yield "8 bits where 4 are asked for", _ruler(4.0, 8), 4.0, 4, "Do you use bits? Count the different marks."
    yield "top 6 where 2.5 is asked for", _ruler(6.0, 4), 2.5, 4, "Do you use top?"
    small = "Small numbers are lost: look at all spaces between marks, also the first."
    yield "all below the first mark give 0", lambda a: _ruler(3.0, 4)(np.where(a < 0.2, 0, a)), 3.0, 4, small


def _lazy(space):
    """Rounding to whole numbers that is wrong in one space only: there it rounds down."""
    return lambda c: np.where(np.floor(c) == space, space, np.rint(c))


def _random_stores(rng):
    """Right and wrong ways to store, in random order, with random top; the wrong ones are off in one space only."""
    for right in random_verdicts(rng, 8):
        top, bits = float(rng.uniform(1, 20)), int(rng.integers(3, 6))
        space = int(rng.integers(1, 2**bits - 2))

        advice = f"It rounds down between marks {space} and {space + 1}, and is right elsewhere. Test every space."
        store = _ruler(top, bits, np.rint if right else _lazy(space))
        yield (
            right,
            f"top {top:.4g}, {bits} bits" + ("" if right else ", wrong in one space between two marks"),
            store,
            top,
            bits,
            "Do you use top and bits, and allow for rounding?" if right else advice,
        )
