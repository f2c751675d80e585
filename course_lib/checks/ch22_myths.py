"""Checks of 22_myths: settle a statement, the examination by name, mend two exhibits, a property test, one's own f."""

from itertools import pairwise

import numpy as np

from course_lib.activations import leaky_relu, relu
from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import close, compare, fail, numbers, quiet, random_verdicts, verdict
from course_lib.examination import VERDICTS, questions
from course_lib.examination import verdict as verdict_of
from course_lib.own_activation import accuracy
from course_lib.units import softmax

NEAR = 0.01
"""How near a measured number has to come, relative to the true one."""
BESIDE = "Does your test ask for the same number once among others, and once alone?"
LEAD = 0.02
"""By how much an activation of one's own has to beat the identity, in accuracy."""


@task(
    points=1,
    hints=[
        "Write down for each case whether the statement holds there. What can such a row look like? Three kinds "
        "matter.",
        "All True: true. All False: false. Some of each: it depends. A counterexample is a case in which it does not "
        "hold.",
        "answers = [bool(holds(x)) for x in cases]. If all(answers): 'true', None. Else a case whose answer is "
        "False, after 'it depends' if any(answers), else after 'false'.",
    ],
)
def settle(settle: Answer, rng):
    """settle(holds, cases) gives the verdict on a statement, and a case in which it does not hold, or None."""
    for holds, cases in _statements(rng):
        answers = [bool(holds(x)) for x in cases]
        got = settle(holds, cases)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            fail("Return two things: the verdict, and a counterexample or None: return verdict, case.")
        _judge_verdict(got[0], answers, f" It holds in {sum(answers)} of {len(answers)} cases.")
        _judge_counterexample(got[1], cases, answers)


def _statements(rng):
    """Pairs of a statement about one number and the cases for it; whether it holds varies from all to none."""
    for count in [6, 0, *rng.permutation([1, 2, 4, 5, 6, 0]).tolist()]:
        limit = rng.uniform(-2, 2)
        above, below = limit + rng.uniform(0.1, 5, size=count), limit - rng.uniform(0.1, 5, size=6 - count)
        cases = rng.permutation(np.concatenate([above, below])).tolist()
        yield quiet(lambda x, limit=limit: x > limit), cases


def _judge_verdict(got, answers, held=""):
    """Pass if the verdict is right for these cases; else fail, with advice."""
    if not isinstance(got, str) or got not in VERDICTS:
        fail(f"The verdict should be one of {', '.join(map(repr, VERDICTS))}.")
    want = verdict_of(answers)
    if got == "true" and want != got:
        fail(f"You say 'true'.{held} Is one that holds enough for 'true', or most of them? It takes all.", want)
    if got == "false" and want != got:
        fail(f"You say 'false'.{held} A single exception makes it 'it depends'; 'false' means: in no case.", want)
    if got != want:
        fail(f"You say 'it depends'.{held} It depends only if it holds in some cases and not in others.", want)


def _judge_counterexample(got, cases, answers):
    """Pass if ``got`` is a case in which the statement does not hold, or None if there is no such case."""
    if all(answers):
        assert got is None, "The statement holds in every case, so there is no counterexample: give None."
        return
    if got is None:
        fail("There is a case in which it does not hold, but your counterexample is None.")
    got = float(numbers(got, "counterexample", ()))
    if got not in cases:
        advice = "Your counterexample is not one of the cases."
        fail(f"{advice} Is it the place in the list? Give the case." if got in range(len(cases)) else advice)
    assert not answers[cases.index(got)], "You give a case in which the statement holds. That is an example for it."


@task(
    points=3,
    hints=[
        "Take one statement at a time. Write its cases down, one below the other, and measure in each whether it "
        "holds.",
        "Only then look for the number. Is it a share or a percentage, a sum or a mean, of which of the cases?",
        "answers = [('false', 0.31), ...]: six pairs in the order of your paper, three digits or more. The chapter's "
        "cell on the same myth shows an experiment of that kind, with other numbers.",
    ],
)
def examination(learner, answers):
    """answers are six pairs (verdict, number) for the paper that is drawn from the name in learner."""
    try:
        paper = questions(learner)
    except ValueError as error:
        fail(str(error))
    if not isinstance(answers, (list, tuple)) or len(answers) != len(paper):
        fail("answers should be a list of six pairs (verdict, number), in the order of your paper.")
    for number, (question, answer) in enumerate(zip(paper, answers, strict=True), start=1):
        if not isinstance(answer, (list, tuple)) or len(answer) != 2:
            fail(f"Statement {number}: give a pair, (verdict, number).")
        try:
            _judge_verdict(answer[0], list(question.holds))
        except AssertionError as error:
            fail(f"Statement {number}: {error}", getattr(error, "secret", ""))
        _judge_number(number, answer[1], question.number)


def _judge_number(place, got, want):
    """Pass if the measured number is within one in a hundred; else fail with advice."""
    got = float(numbers(got, f"number for statement {place}", ()))
    if close(got, want, rtol=NEAR, atol=1e-9):
        return
    mistakes = [
        (100 * want, "That is a percentage. A share is between 0 and 1."),
        (-want, "The sign is turned round. Which is subtracted from which?"),
        (1 / want if want else np.inf, "That is one divided by the number. Which belongs below the line?"),
        (2 * want, "That is twice the number. Is a mean asked for, or a sum?"),
        (want / 2, "That is half the number. Is a mean asked for, or a sum?"),
        (3 * want, "That is three times the number. Is a mean asked for, or a sum?"),
        (want / 3, "That is a third of the number. Is a mean asked for, or a sum?"),
        (want * np.log(10), "That is the natural logarithm. Asked for is the one to the base 10."),
    ]
    advice = "Read once more what is to be measured, and in which case. Three digits are asked for."
    advice = next((said for value, said in mistakes if close(got, value, rtol=NEAR, atol=1e-9)), advice)
    fail(f"Statement {place}: the verdict is right, the number is not. {advice}", f"Right: {want:.5g}.")


@task(
    points=2,
    hints=[
        "Print the shapes and the signs on the way. Which two layers have nothing between them? Can the output be "
        "negative?",
        "Three affine layers need two bends, one after the first and one after the second. The mean of leaky ReLU is "
        "not 0.",
        "relu(X @ W1 + b1), relu of the second, and the third as it is. The positive half has the mean 1/sqrt(2π), "
        "the negative half takes away slope times as much: subtract (1 - slope) / sqrt(2π).",
    ],
)
def mend(model: Answer, centred: Answer, rng):
    """model(X, layers) bends where it should and nowhere else; centred(z, slope) has mean 0 for standard normal z."""
    for _ in range(3):
        X, sizes = rng.normal(size=(5, 3)), [3, 6, 6, 2]
        layers = [(rng.normal(size=pair), rng.normal(size=pair[1])) for pair in pairwise(sizes)]
        ways = {bends: _through(X, layers, bends) for bends in ("110", "011", "010", "111", "101", "100", "001", "000")}
        mistakes = [
            (
                ways["011"],
                "This is the broken model. Two layers have nothing between them, and the output is never negative.",
            ),
            (ways["111"], "The ReLU behind the last layer is still there: the model cannot predict a negative number."),
            (ways["010"], "The first two layers still have nothing between them: together they are one affine layer."),
            (
                ways["101"],
                "Now the second and the third layer have nothing between them, and the output is never negative.",
            ),
            (ways["001"], "No bend between the layers, and one behind the last: it should be the other way round."),
            (ways["100"], "One bend is missing: the second and the third layer have nothing between them."),
            (ways["000"], "You took all bends out. The stack is one affine layer now."),
            (_through(relu(X), layers, "110"), "You bend the inputs as well: their negative half is lost."),
        ]
        advice = "Between two affine layers stands one ReLU; behind the last one nothing."
        compare(model(X, layers), ways["110"], None, advice, mistakes)
    for slope in (0.01, *rng.uniform(0.05, 0.9, size=3)):
        _judge_centred(centred, rng.normal(size=40) + 0.5, float(slope))


def _through(X, layers, bends):
    """Send X through affine layers; ``bends`` says for each whether a ReLU follows."""
    for (W, b), bend in zip(layers, bends, strict=True):
        X = relu(X @ W + b) if bend == "1" else X @ W + b
    return X


def _judge_centred(centred, z, slope):
    """Pass if centred is leaky ReLU minus its mean on N(0, 1)."""
    y, half = leaky_relu(z, negative_slope=slope), 1 / np.sqrt(2 * np.pi)
    mistakes = [
        (y, "That is leaky ReLU as it was. Its mean for standard normal numbers is not 0: measure it."),
        (y - y.mean(), "You subtract the mean of these numbers. They are not from N(0, 1): subtract a constant."),
        (y - half, "You subtract the mean of ReLU. On the left a leaky ReLU takes some of it away."),
        (y - half * (1 + slope), "The values on the left are negative: they lower the mean. 1 - slope, not 1 + slope."),
        (y + half * (1 - slope), "You add the mean. Subtract it."),
        (y - (1 - slope) / 2, "Half the inputs are positive, but their mean is not 1. It is sqrt(2/π)."),
        (y - 2 * half * (1 - slope), "Twice too much: each half has only half of the inputs."),
        (relu(z) - half, "What became of the left side? It should rise with the slope."),
    ]
    advice = "leaky_relu(z, slope) minus a number that depends on slope alone: the mean of its outputs for N(0, 1)."
    compare(centred(z, slope), y - half * (1 - slope), z, advice, mistakes, rtol=1e-4, atol=1e-4)


@task(
    points=2,
    hints=[
        "Ask f for a row of numbers at once, and then for each number alone. What should be the same?",
        "Do it with negative and positive numbers, few and many. And ask twice: some roll dice, and some remember.",
        "x = np.linspace(-6, 6, 24). All of these should be np.allclose: f(x), f(x) again, f(x[::-1])[::-1], "
        "f(x[:5]) and the start of f(x), f(x[i:i+1]) and f(x)[i] for every third i.",
    ],
)
def each_alone(each_alone: Answer, rng):
    """each_alone(f) is True if f treats each number of an array alone, always in the same way, else False."""
    fixed = _wrong_functions(rng)
    name, f, advice = fixed[rng.integers(2)]
    cases = [(False, name, f, advice)]
    rest = [(False, *case) for case in fixed] + [(True, *case) for case in _right_functions(rng)]
    for right in random_verdicts(rng, 6):
        low = rng.uniform(-3, 3)
        pull = 0.0 if right else rng.uniform(0.1, 0.4)
        f = quiet(lambda x, low=low, pull=pull: np.maximum(x, low) - pull * np.mean(x))
        rest.append((right, f"max(x, c) with c = {low:.3g}" + ", minus a part of the mean" * (not right), f, BESIDE))
    for right, name, f, advice in cases + [rest[i] for i in rng.permutation(len(rest))]:
        if verdict(each_alone(f)) != right:
            fail(f"You {'reject a right' if right else 'accept a wrong'} function: {name}. {advice}")


def _right_functions(rng):
    """Functions that treat each number alone, as (name, function, advice)."""
    a = rng.uniform(0.5, 2)
    one = "Each number is treated alone. Do you ask for something else, such as f(0) = 0, or that it rises?"
    last = "It differs in the last digits only, as arrays of different lengths may. Use np.allclose."
    return [
        ("tanh(ax)", quiet(lambda x: np.tanh(a * x)), one),
        ("cos(ax) + 3", quiet(lambda x: np.cos(a * x) + 3), one),
        ("a step", quiet(lambda x: (x > a) * 1.0), one),
        ("relu, with rounding", quiet(lambda x: relu(x) * (1 + 1e-14 * x.size)), last),
    ]


def _wrong_functions(rng):
    """Functions that look at neighbours, roll dice or remember, as (name, function, advice)."""
    dice, memory = np.random.default_rng(rng.integers(1000)), {"calls": 0}

    def drifting(x):
        memory["calls"] += 1
        return relu(x) + 0.01 * memory["calls"]

    again = "Does your test ask for the same array twice?"
    return [
        (
            "relu with random slopes on the left",
            quiet(lambda x: x * np.where(x > 0, 1, dice.uniform(0, 0.5, x.shape))),
            again,
        ),
        ("relu plus a little more at each call", quiet(drifting), again),
        ("x minus the mean of the array", quiet(lambda x: x - x.mean()), BESIDE),
        ("x divided by the largest", quiet(lambda x: x / max(np.abs(x).max(), 1e-9)), BESIDE),
        ("softmax", quiet(lambda x: softmax(x.ravel()).reshape(x.shape)), BESIDE),
        ("the array backwards", quiet(lambda x: relu(x.ravel()[::-1]).reshape(x.shape)), f"{BESIDE} At its own place?"),
        ("the running sum", quiet(lambda x: np.cumsum(x).reshape(x.shape)), BESIDE),
        (
            "relu minus the mean of the negative part",
            quiet(lambda x: relu(x) - np.minimum(x, 0).mean()),
            "Its trouble shows with negative numbers. Do you ask for some?",
        ),
        (
            "relu, but of long arrays the largest is cut",
            quiet(lambda x: np.minimum(relu(x), np.inf if x.size < 20 else 0.8 * x.max())),
            "Its trouble shows in arrays of 20 or more. Do you ask for some?",
        ),
    ]


@task(
    points=2,
    hints=[
        "Start from a function you know, and change it: move its corner, add a wave, glue two functions together.",
        "Its slope: line by line from the formula, then check_derivative(f, slope, x) at many places, also negative "
        "ones.",
        "f(x) = np.maximum(x, 0) + 0.3 * np.sin(x), for example, with the slope (x > 0) + 0.3 * np.cos(x). Now make "
        "your own.",
    ],
)
def own(f: Answer, slope: Answer, rng):
    """f and slope are an activation of your own design: it bends, its slope is right, and it beats the identity."""
    x = np.concatenate([rng.uniform(-6, 6, size=60), rng.uniform(-30, 30, size=20)])
    y = _values(f(x), x, "f")
    _judge_alone(f, x, y, rng)
    _judge_bend(f, rng)
    _judge_slope(f, slope, x)
    _judge_contest(f, slope, rng.uniform(-0.002, 0.002))


def _values(got, x, name):
    """The values of a learner's function, finite and of sensible size; else fail."""
    y = numbers(got, f"{name} of an array", x.shape)
    if not np.isfinite(y).all():
        fail(f"{name} is infinite or nan at x = {x[~np.isfinite(y)][0]:.3g}. It should be finite from -30 to 30.")
    if np.abs(y).max() > 1e6:
        fail(f"{name} is larger than a million at x = {x[np.abs(y).argmax()]:.3g}. Keep it smaller from -30 to 30.")
    return y


def _judge_alone(f, x, y, rng):
    """Fail if f looks at neighbours, rolls dice or remembers."""
    order = rng.permutation(len(x))
    same = close(_values(f(x), x, "f"), y) and close(_values(f(x[order]), x, "f"), y[order])
    assert same, "The same numbers in another order, or a second time, give other values. Treat each number alone."
    few = np.concatenate([numbers(f(x[i : i + 1]), "f of one number", (1,)) for i in order[:5]])
    assert close(few, y[order[:5]]), "A number alone gives another value than among others. Treat each number alone."


def _judge_bend(f, rng):
    """Fail if f is nearly affine between -4 and 4, where most pre-activations are."""
    x = np.linspace(-4, 4, 161) + rng.uniform(-0.02, 0.02)
    y = _values(f(x), x, "f")
    if np.ptp(y) < 1e-9:
        fail("Your f is constant between -4 and 4: it tells the next layer nothing.")
    left = y - np.polyval(np.polyfit(x, y, 1), x)
    if left.std() < 0.05 * y.std():
        fail("Between -4 and 4 your f is nearly a straight line: the identity in disguise. It has to bend there.")


def _judge_slope(f, slope, x):
    """Fail if slope is not the derivative of f, measured away from corners."""
    h = 1e-5
    got, middle = _values(slope(x), x, "slope"), _values(f(x), x, "f")
    right = (_values(f(x + h), x, "f") - middle) / h
    left = (middle - _values(f(x - h), x, "f")) / h
    measured, smooth = (left + right) / 2, np.abs(right - left) < 1e-2 * (1 + np.abs(left))
    assert smooth.mean() > 0.9, "Your f has jumps or corners nearly everywhere: its slope cannot be measured."
    off = smooth & (np.abs(got - measured) > 1e-3 * (1 + np.abs(measured)))
    if not off.any():
        return
    i = int(np.flatnonzero(off)[np.abs(x[off]).argmin()])
    known = [
        (middle, "What slope returns is f itself."),
        (-measured, "The sign is turned round."),
        (np.ones_like(x), "Your slope is 1 everywhere. Derive it from the formula."),
        (np.zeros_like(x), "Your slope is 0 everywhere. Derive it from the formula."),
    ]
    said = next((text for value, text in known if close(got[smooth], value[smooth], 1e-3, 1e-3)), "")
    said = said or "Use check_derivative to see where it is right."
    fail(f"slope is not the derivative of f at x = {x[i]:.3g}. {said}", f"Measured: {measured[i]:.4g}.")


def _judge_contest(f, slope, shift):
    """Fail if a network with f does not beat the same network with the identity on odd or even digits."""
    grid = np.linspace(-30, 30, 12001) + shift
    heights, steepness = _values(f(grid), grid, "f"), _values(slope(grid), grid, "slope")
    mine, straight = [], []
    for seed in range(5):
        mine.append(accuracy(_table(grid, heights), _table(grid, steepness), seed))
        straight.append(accuracy(lambda z: z, np.ones_like, seed))
    if np.mean(mine) < np.mean(straight) + LEAD:
        fail(
            f"All properties hold, but odd and even digits: {100 * np.mean(mine):.1f}% right with yours, "
            f"{100 * np.mean(straight):.1f}% with the identity, on average of 5 seeds. Two points more are asked for. "
            "Does it bend near 0, and is its slope not 0 nearly everywhere?"
        )


def _table(grid, values):
    """The function that a table describes: straight lines between the places, and no change beyond the ends."""
    step = grid[1] - grid[0]

    def looked_up(z):
        place = np.clip((z - grid[0]) / step, 0, len(grid) - 1.001)
        left = place.astype(int)
        return values[left] + (place - left) * (values[left + 1] - values[left])

    return looked_up
