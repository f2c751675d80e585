"""The tasks of 21_pytorch. They need no PyTorch: what it does is written here in NumPy."""

import itertools
import math

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import compare, fail, numbers, quiet, random_verdicts, verdict


@task(
    points=2,
    hints=[
        "beta multiplies x before the logarithm, and divides after it. And the threshold looks at beta·x, not at x.",
        "Above the threshold the value is x and the slope 1. Below it the slope is a sigmoid; of which number?",
        "far = beta * x > threshold. Take x there, else np.log1p(np.exp(beta * x)) / beta.",
    ],
)
def softplus(softplus: Answer, slope: Answer, rng):
    """softplus and slope give the value and the slope of PyTorch's softplus, with its beta and its threshold."""
    for shape in ((11,), (3, 4)):
        beta, threshold = rng.uniform(0.4, 0.8), rng.uniform(2, 4)
        x = rng.uniform(-6, 12, size=shape)
        x.flat[:3] = (threshold / beta + 0.1, threshold + 0.05, -threshold / beta - 1)
        z = beta * x
        soft, gate, far = np.log1p(np.exp(z)) / beta, 1 / (1 + np.exp(-z)), z > threshold
        late = x > threshold
        mistakes = [
            (soft, "The threshold does nothing. Where beta·x is above it, PyTorch returns x itself."),
            (np.where(late, x, soft), "You compare x with the threshold. PyTorch compares beta·x."),
            (np.where(far, x, soft * beta), "The result is not divided by beta: then it does not tend to x."),
            (np.where(far, x, np.log1p(np.exp(x))), "beta is missing: ln(1 + e^(beta·x)) / beta."),
            (np.where(far, z, soft), "Above the threshold the value is x, not beta·x."),
            (np.where(far, threshold, soft), "That clips at the threshold. Above it the function goes on, as x."),
            (
                np.where(np.abs(z) > threshold, x, soft),
                "For large negative x softplus is nearly 0, not x: no |x| here.",
            ),
        ]
        compare(softplus(x, beta, threshold), np.where(far, x, soft), x, "The value is wrong.", mistakes)
        mistakes = [
            (gate, "In the value you kept the threshold; the slope has it too: above it the slope is exactly 1."),
            (np.where(late, 1, gate), "You compare x with the threshold. PyTorch compares beta·x."),
            (
                np.where(far, 1, beta * gate),
                "A beta too many: the chain rule brings beta, and dividing by beta cancels it.",
            ),
            (
                np.where(far, 1, gate / beta),
                "A beta too many: the chain rule brings beta, and dividing by beta cancels it.",
            ),
            (np.where(far, 1, 1 / (1 + np.exp(-x))), "The sigmoid is taken at beta·x, not at x."),
            (np.where(far, 0, gate), "Above the threshold the function is x. What is the slope of x?"),
            (np.where(far, 1, soft), "You return the function, not its slope."),
            (
                np.where(far, 1, gate * (1 - gate)),
                "That is the slope of the sigmoid. The slope of softplus is the sigmoid itself.",
            ),
        ]
        compare(slope(x, beta, threshold), np.where(far, 1.0, gate), x, "The slope is wrong.", mistakes)


@task(
    points=2,
    hints=[
        "Two questions decide everything: is x negative, and is the layer in training?",
        "In training each element has its own slope, lower + (upper − lower)·u. In evaluation all have the middle.",
        "slope = lower + (upper - lower) * u if training else (lower + upper) / 2; then np.where(x > 0, 1, slope) * g.",
    ],
)
def rrelu(forward: Answer, backward: Answer, rng):
    """forward and backward are those of RReLU, in training with slopes made of u, in evaluation with the middle one."""
    modes = [bool(mode) for mode in rng.permutation([True, False, True, False])]
    for training, shape in zip(modes, ((4,), (2, 3), (5,), (3, 2)), strict=True):
        lower, upper = rng.uniform(0.05, 0.2), rng.uniform(0.4, 0.7)
        x, g, u = rng.normal(size=shape), rng.normal(size=shape), rng.random(shape)
        x.flat[:2] = -1.5, 1.5
        slopes = {
            "drawn": lower + (upper - lower) * u,
            "fixed": np.full(shape, (lower + upper) / 2),
            "upper": lower + upper * u,
            "raw": u,
            "one": np.full(shape, lower + (upper - lower) * u.flat[0]),
            "lower": np.full(shape, lower),
        }
        right = slopes.pop("drawn" if training else "fixed")
        given = (lower, upper, training, u)
        wrong = {name: (np.where(x > 0, 1, s), _SLOPES[name]) for name, s in slopes.items()}
        wrong |= {
            "everywhere": (
                right,
                "A positive x is not changed: its slope is 1. Only a negative one meets the slope a.",
            ),
            "swapped": (np.where(x > 0, right, 1), "The sides are swapped: the slope a belongs to negative x."),
            "relu": (np.where(x > 0, 1, 0), "That is plain ReLU. For negative x the output is a·x."),
            "inverse": (np.where(x > 0, 1, 1 / right), "You divide by the slope. Multiply."),
        }
        bent = np.where(x > 0, 1, right)
        compare(forward(x, *given), bent * x, x, "The value is wrong.", [(s * x, why) for s, why in wrong.values()])
        mistakes = [
            (bent * x, "That is the value again. backward returns the gradient: g times the slope."),
            (bent, "g is missing: backward returns g times the slope."),
            (bent * x * g, "You multiply g with the value. It is multiplied with the slope."),
            (np.where(g > 0, 1, right) * g, "The sign of x decides, not that of g."),
            *((s * g, why) for s, why in wrong.values()),
        ]
        compare(backward(x, g, *given), bent * g, x, "The gradient is wrong.", mistakes)


_SLOPES = {
    "drawn": "You use u in evaluation. There nothing is random: the slope is the middle of lower and upper.",
    "fixed": "You use the middle in training. There each element has its own slope, made of u.",
    "upper": "lower + upper·u is too large: u = 1 must give upper. Stretch u by upper − lower.",
    "raw": "u lies between 0 and 1. Bring it between lower and upper.",
    "one": "Every element has its own u, so its own slope. You use one for all.",
    "lower": "You always use lower. In training the slope is made of u, in evaluation it is the middle.",
}


_STEPS = {
    "scale": lambda x, c: (c * x, c),
    "shift": lambda x, c: (x + c, 1.0),
    "relu": lambda x, c: (max(x, 0.0), float(x > 0)),
    "clamp": lambda x, c: (max(x, c), float(x >= c)),
    "maximum": lambda x, c: (max(x, c), 0.5 if x == c else float(x > c)),
    "abs": lambda x, c: (abs(x), float(np.sign(x))),
}
_SLIPS = {
    "relu": "At its kink relu has the slope 0 in PyTorch. You take another.",
    "clamp": "At its border clamp passes the gradient: the slope is 1. You take another.",
    "maximum": "Where both are equal, maximum gives half of the gradient to x. You take another slope.",
    "abs": "At 0 the slope of abs is 0 in PyTorch. You take another.",
}


@task(
    points=2,
    hints=[
        "Go through the steps one by one. You need two numbers: the value so far, and the slope so far.",
        "Each step multiplies the slope by its own slope, taken at the value that goes INTO the step.",
        "For 'maximum': local = 0.5 if x == c else float(x > c); slope *= local; x = max(x, c). The others alike.",
    ],
)
def autograd(autograd: Answer, rng):
    """autograd(steps, x) is the slope that PyTorch gives for a program at x, at its kinks too."""
    for steps, x in [*_plain(rng), *_kinked(rng), *_long(rng)]:
        got = float(numbers(autograd([list(step) for step in steps], x), "slope", ()))
        want = _run(steps, x)
        if not math.isclose(got, want, rel_tol=1e-9, abs_tol=1e-12):
            shown = ", ".join(f"{name} {c:g}" if name in _WITH_NUMBER else name for name, c in steps)
            fail(f"{_advice(steps, x, got)}\nThe program: {shown}, at x = {x:g}.", f"You get {got:g}. Right: {want:g}.")


_WITH_NUMBER = ("scale", "shift", "clamp", "maximum")


def _run(steps, x, slip=None, value=None):
    """The slope of a program at x; with the slip, the step of that name has another slope at its kink."""
    slope = 1.0
    for name, c in steps:
        after, local = _STEPS[name](x, c)
        if name == slip and x == (c if name in _WITH_NUMBER else 0):
            local = value
        x, slope = after, slope * local
    return slope


def _plain(rng):
    """Programs that meet no kink and whose slope is not 0: there a wrong chain rule shows."""
    found = 0
    while found < 10:
        names = ["scale", "abs", *map(str, rng.choice(list(_STEPS), size=3)), "scale"]
        steps = [(name, float(rng.choice([-1, 1]) * rng.uniform(1.2, 3))) for name in names]
        x = float(rng.uniform(-3, 3))
        if _run(steps, x):
            found += 1
            yield steps, x


def _kinked(rng):
    """Short programs that meet one kink, between a shift and a scale."""
    for name in rng.permutation(["relu", "clamp", "maximum", "abs"] * 3):
        c, place = float(rng.integers(-3, 4)), float(rng.integers(-3, 4))
        kink = c if name in _WITH_NUMBER else 0.0
        yield [("shift", kink - place), (str(name), c), ("scale", float(rng.choice([-3, -2, 2, 3])))], place


def _long(rng):
    """Programs of six steps with small whole numbers, which often meet a kink and often do not."""
    for _ in range(60):
        names = rng.choice(list(_STEPS), size=6)
        yield [(str(name), float(rng.choice([-2, -1, 1, 2]))) for name in names], float(rng.integers(-3, 4))


def _advice(steps, x, got):
    """What to say to who gets this slope."""
    values = [x]
    for name, c in steps:
        values.append(_STEPS[name](values[-1], c)[0])
    own = [_STEPS[name](value, c)[1] for (name, c), value in zip(steps, values[:-1], strict=True)]
    at_first = [_STEPS[name](x, c)[1] for name, c in steps]
    unscaled = [1.0 if name == "scale" else slope for (name, _), slope in zip(steps, own, strict=True)]
    unsigned = [abs(slope) if name == "abs" else slope for (name, _), slope in zip(steps, own, strict=True)]
    for slip, why in (
        (values[-1], "You return the value at the end. The slope is asked for."),
        (math.fsum(own), "You add the slopes. The chain rule multiplies them."),
        (math.prod(unsigned), "For a negative number the slope of abs is −1: it turns the sign."),
        (math.prod(unscaled), "A scale by c has the slope c: multiply by it."),
        (math.prod(at_first), "Each slope is taken at the value that goes into its step. You take all at the first x."),
    ):
        if math.isclose(got, slip) and not float(x).is_integer():
            return why
    for name, why in _SLIPS.items():
        if any(math.isclose(got, _run(steps, x, name, slope), abs_tol=1e-12) for slope in (0.0, 0.5, 1.0, -1.0)):
            return why
    return "Go through the steps: multiply the slope by the step's own slope, then compute the value that goes on."


@task(
    points=2,
    hints=[
        "Print the names in the state and the shapes of the weights. Which number stands before the dot?",
        "Sort by the number, not by letters. A weight has the shape (outputs, inputs). Nothing after the last layer.",
        "places = sorted({int(k.split('.')[0]) for k in state}); x = x @ state[f'{p}.weight'].T + state[f'{p}.bias'].",
    ],
)
def load(load: Answer, rng):
    """load(state, f, x) gives the outputs of the network whose weights were saved in state, with the activation f."""
    for widths in ([3] * 8, [4, 5, 5, 5, 5, 5, 5, 1], [2, 4, 3]):
        state = _state(rng, widths)
        a, b = rng.uniform(0.6, 1.4, size=2)
        f, x = quiet(lambda z, a=a, b=b: np.tanh(a * z) + b * z * z / (1 + z * z)), rng.normal(size=(2, widths[0]))
        want = _forward(state, f, x)
        got = numbers(load(dict(state), f, x), shape=want.shape)
        compare(got, want, None, "The outputs are wrong.", _misread(state, f, x))


def _state(rng, widths):
    """A state dict with gaps where activations stand, in mixed order, as from a file that was sorted by name."""
    state = {}
    for i, (inputs, outputs) in enumerate(itertools.pairwise(widths)):
        state[f"{2 * i}.weight"] = rng.normal(size=(outputs, inputs)) / math.sqrt(inputs)
        state[f"{2 * i}.bias"] = rng.normal(size=outputs)
    return dict(sorted(state.items()))


def _places(state):
    return sorted({int(name.partition(".")[0]) for name in state})


def _forward(state, f, x, places=None, turn=True, last=False, bias=True, first=False):
    """The outputs; the options are the slips that a reader of the file makes."""
    places = _places(state) if places is None else places
    x = f(x) if first else x
    for i, p in enumerate(places):
        weight = state[f"{p}.weight"]
        x = x @ (weight.T if turn else weight) + (state[f"{p}.bias"] if bias else 0)
        if last or i < len(places) - 1:
            x = f(x)
    return x


_READING = {
    "letters": 'Sorted by letters "10" comes before "2". Sort by the number.',
    "turn": "A saved weight has the shape (outputs, inputs): transpose it, x @ weight.T.",
    "last": "Nothing stands after the last layer: its outputs are logits, without an activation.",
    "bias": "The biases are missing.",
    "first": "You put the activation before the first layer. It stands between the layers.",
    "reverse": "You go through the layers from the last to the first.",
    "short": "The last layer is missing.",
    "linear": "The activation is missing: f stands between two layers.",
    "relu": "The file does not say which activation it was. You are given f: use it.",
}


def _misread(state, f, x):
    """What wrong readers of a state get, each with what to say. Only where the shapes let them get so far."""
    places = _places(state)
    slips = {
        "letters": {"places": sorted(places, key=str)},
        "turn": {"turn": False},
        "last": {"last": True},
        "bias": {"bias": False},
        "first": {"first": True},
        "reverse": {"places": places[::-1]},
        "short": {"places": places[:-1]},
        "linear": {"f": lambda z: z},
        "relu": {"f": lambda z: np.maximum(z, 0)},
    }
    colleague = [slip for size in (2, 3) for slip in itertools.combinations(("letters", "turn", "last"), size)]
    for names in [*((name,) for name in slips), *colleague]:
        options = {"f": f} | {key: value for name in names for key, value in slips[name].items()}
        try:
            yield _forward(state, x=x, **options), " ".join(_READING[name] for name in names)
        except ValueError:  # the shapes do not fit
            continue


@task(
    points=2,
    hints=[
        "What must hold for a right backward? Same question, same answer. Each number is its own g times the slope.",
        "Measure the slope of the values by a central difference at many places. Look at large x too: nan must fail.",
        "With h = 1e-5, compare run(x, g)[1] with g * (run(x + h, g)[0] - run(x - h, g)[0]) / (2 * h), twice.",
    ],
)
def is_right(is_right: Answer, rng):
    """is_right(run) is True if run(x, g) gives back g times the slope of its own value, every time and for every x."""
    cases = [(True, *case) for case in _right_runs()] + [(False, *case) for case in _wrong_runs(rng)]
    for right in random_verdicts(rng, 6):
        off = 0.0 if right else rng.uniform(0.02, 0.1)
        words = "tanh, once more" + (", with a slope that is a few percent off" if off else "")
        cases.append((right, words, _tanh_off(off), _VALUES if off else _ROUNDING))
    for i in rng.permutation(len(cases)):
        right, name, run, advice = cases[i]
        if verdict(is_right(_stretched(run, rng.uniform(0.8, 1.2)))) != right:
            fail(f"You {'reject a right' if right else 'accept a wrong'} function: {name}. {advice}")


_MOST = 100
_ROUNDING = "A measured slope is right to nine digits or so. Allow a small gap."
_VALUES = "Compare the gradient with g times a measured slope, at many ordinary places."


def _stretched(run, scale):
    """A run for the learner's code, on scale·x. It asks for arrays: a call for each number would be too many."""
    calls = []

    def called(x, g=None):
        x = scale * np.array(x, dtype=float)
        if g is None:  # no question, but a look at which run it is
            return x
        calls.append(1)
        assert len(calls) <= _MOST, f"That is more than {_MOST} calls of run. Give it an array of many places at once."
        with np.errstate(all="ignore"):
            y, back = run(x, np.array(g, dtype=float))
        return y, scale * back

    return called


def _sigmoid(x):
    return (1 + np.tanh(x / 2)) / 2


def _tanh_off(off):
    return lambda x, g: (np.tanh(x), g * (1 + off) * (1 - np.tanh(x) ** 2))


def _right_runs():
    """Right runs, each with what to say to who rejects it."""
    yield "tanh", _tanh_off(0), _ROUNDING
    yield "SiLU", lambda x, g: (x * _sigmoid(x), g * (_sigmoid(x) + x * _sigmoid(x) * _sigmoid(-x))), _ROUNDING
    far = "Where x is large, the measured slope has more rounding. Allow for it."
    yield "3x", lambda x, g: (3 * x, 3 * g), far
    yield "softplus", lambda x, g: (np.logaddexp(0, x), g * _sigmoid(x)), far


def _wrong_runs(rng):
    """Wrong runs, each with what to say to who accepts it."""
    yield "tanh, without g", lambda x, g: (np.tanh(x), 1 - np.tanh(x) ** 2), "Give it a g that is not 1."
    negative = "It takes the size of g, without its sign. Give it a negative g too."
    yield "tanh, with |g|", lambda x, g: (np.tanh(x), np.abs(g) * (1 - np.tanh(x) ** 2)), negative
    first = "It takes the first g for all. Give each place its own g."
    yield "tanh, with one g", lambda x, g: (np.tanh(x), g.flat[0] * (1 - np.tanh(x) ** 2)), first
    slip = f"Its slope belongs to another function. {_VALUES}"
    yield "σ, with the slope of tanh", lambda x, g: (_sigmoid(x), g * (1 - _sigmoid(x) ** 2)), slip
    add = "It adds each gradient to the one before. Call it twice with the same input, and compare."
    yield "tanh, gradients add up", _adding(), add
    dice = "It throws dice at each call. Call it twice with the same input, and compare."
    yield "leaky ReLU, random slope", _random(np.random.default_rng(rng.integers(2**31))), dice
    branch = "Its gradient is nan for large x, by a branch not taken. Look at 1000, and write it so that nan fails."
    yield "ELU by where", _branching, branch
    side = "It is right for positive x. Look at negative x too."
    yield "|x|, with the slope 1", lambda x, g: (np.abs(x), g * np.ones_like(x)), side


def _adding():
    total = {}

    def run(x, g):
        key = x.shape
        total[key] = total.get(key, 0) + g * (1 - np.tanh(x) ** 2)
        return np.tanh(x), np.array(total[key])

    return run


def _random(rng):
    def run(x, g):
        slope = np.where(x > 0, 1, rng.uniform(0.1, 0.4, x.shape))
        return slope * x, slope * g

    return run


def _branching(x, g):
    left = np.exp(x)
    return np.where(x > 0, x, left - 1), np.where(x > 0, g, 0) + np.where(x > 0, 0, g) * left
