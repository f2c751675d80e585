"""The graded tasks of 17_gradient_descent."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import compare, fail, verdict


def _gradient(w, b, x, y):
    error = w * x + b - y
    return np.array([np.mean(2 * error * x), np.mean(2 * error)])


@task(
    points=2,
    hints=[
        "Differentiate the loss of one example: power rule, then the inside. What is the slope of w x + b in w?",
        "error = w * x + b - y. In w each error is multiplied by 2 x, in b by 2. Then take the mean.",
        "return np.mean(2 * error * x), np.mean(2 * error)",
    ],
)
def slopes(slopes: Answer, rng):
    """slopes(w, b, x, y) gives dL/dw and dL/db of the mean squared error of the line w x + b."""
    for n in (5, 8):
        x, y = rng.normal(1, 2, size=n), rng.normal(0, 3, size=n)
        w, b = rng.uniform(0.5, 2, size=2)
        error, right = w * x + b - y, _gradient(w, b, x, y)
        mistakes = [
            (-right, "The sign is turned: these are minus the slopes. The error is said minus right, w x + b - y."),
            (right / 2, "The derivative of a square has a factor 2."),
            (right * n, "You added up over the examples. The loss is a mean, so its slopes are means, too."),
            ([right[1], right[0]], "The two are swapped: first dL/dw, then dL/db."),
            ([right[1], right[1]], "In w each error is multiplied by its x: that is the slope of w x + b in w."),
            (
                [np.mean(2 * error) * np.mean(x), right[1]],
                "Mean of products, not product of means: multiply each by x.",
            ),
            ([np.mean(2 * error * w), right[1]], "The slope of w x + b in w is x, not w."),
            ([np.mean(2 * error * x), np.mean(2 * error * b)], "The slope of w x + b in b is 1, not b."),
            (
                [np.mean(error**2 * x), np.mean(error**2)],
                "You multiplied the loss. The slope of a square is twice the error.",
            ),
            ([np.mean(2 * np.abs(error) * x), np.mean(2 * np.abs(error))], "Errors below 0 count with their sign."),
        ]
        advice = "Twice the error, times the slope of w x + b in that number; then the mean."
        compare(slopes(w, b, x, y), right, None, advice, mistakes)


@task(
    points=2,
    hints=[
        "Each step multiplies the distance from the lowest place by the same number. Which one, for a curvature k?",
        "For h = w x the curvature is k = mean of 2 x². The number is 1 - rate * k. When is it below 0, when below -1?",
        'product = rate * np.mean(2 * x**2). Below 1: "creeps". From 1 to 2: "swings". Above 2: "explodes".',
    ],
)
def fate(fate: Answer, rng):
    """fate(x, rate) says for the model h = w x whether descent "creeps", "swings" or "explodes"."""
    for n in (4, 7):
        for word in rng.permutation([*_FATES, *rng.choice(list(_FATES), size=3)]):
            low, high = _FATES[word]
            x = rng.normal(rng.uniform(-2, 2), rng.uniform(0.3, 3), size=n)
            rate = rng.uniform(low, high) / np.mean(2 * x**2)
            got = fate(x, rate)
            if not isinstance(got, str) or got not in _FATES:
                fail('Return "creeps", "swings" or "explodes".')
            if got != word:
                fail(_FATE_ADVICE[str(word), got], f"Right: {str(word)!r}.")


_FATES = {"creeps": (0.05, 0.9), "swings": (1.1, 1.9), "explodes": (2.1, 4.0)}
_FATE_ADVICE = {
    ("creeps", "swings"): "Here the factor 1 - rate * k is above 0: it stays on its side. k is the mean of 2 x².",
    ("creeps", "explodes"): "Here each step leads nearer. The border is rate * k = 2, with k the mean of 2 x².",
    (
        "swings",
        "creeps",
    ): "Here rate * k is above 1: a step leads over the lowest place. k is the mean of 2 x².",
    ("swings", "explodes"): "It jumps over the lowest place, but it comes nearer: rate * k is below 2. Is k a mean?",
    ("explodes", "creeps"): "Here rate * k is above 2: each step ends further away. k is the mean of 2 x².",
    ("explodes", "swings"): "Here rate * k is above 2: it jumps over, and ends further away. k is the mean of 2 x².",
}


@task(
    points=2,
    hints=[
        "Take both slopes at the same place, then move both numbers. How often?",
        "In a loop: error = w * x + b - y; then w and b at once, each minus rate times its slope.",
        "w, b = w - rate * np.mean(2 * error * x), b - rate * np.mean(2 * error)",
    ],
)
def descend(descend: Answer, rng):
    """descend(x, y, rate, steps) gives w and b after so many steps of gradient descent from w = 0 and b = 0."""
    for steps in (0, 1, 2, 7):
        x, y = rng.normal(0.5, 1, size=6), rng.normal(2, 2, size=6)
        rate = rng.uniform(0.05, 0.15)
        right = _walk(x, y, rate, steps)
        mistakes = [
            (_walk(x, y, -rate, steps), "The loss grows: the step goes against the slope, so minus."),
            (_walk(x, y, rate, steps + 1), "That is one step too many."),
            (_walk(x, y, rate, max(steps - 1, 0)), "That is one step too few."),
            (_walk(x, y, rate / 2, steps), "The slope of a square has a factor 2."),
            (_walk(x, y, rate * len(x), steps), "The loss is a mean: divide by the number of examples."),
            (_one_after_the_other(x, y, rate, steps), "You moved w first and took the slope of b at the new place."),
            (_single_examples(x, y, rate, steps), "You moved after each example. Here a step looks at all of them."),
        ]
        advice = "Each step: both slopes at the present place, then w and b minus rate times slope."
        compare(descend(x, y, rate, steps), right, None, advice, mistakes, rtol=1e-7, atol=1e-9)


def _walk(x, y, rate, steps):
    place = np.zeros(2)
    for _ in range(steps):
        place = place - rate * _gradient(*place, x, y)
    return place


def _one_after_the_other(x, y, rate, steps):
    w = b = 0.0
    for _ in range(steps):
        w = w - rate * np.mean(2 * (w * x + b - y) * x)
        b = b - rate * np.mean(2 * (w * x + b - y))
    return np.array([w, b])


def _single_examples(x, y, rate, steps):
    place = np.zeros(2)
    for _ in range(steps):
        for xi, yi in zip(x, y, strict=True):
            place = place - rate * _gradient(*place, xi, yi)
    return place


@task(
    points=2,
    hints=[
        "Write the standardised input as a formula of x, put it into the line, and sort by x.",
        "w * (x - mean) / std + b: what is multiplied by x, and what is left over?",
        "return w / std, b - w * mean / std",
    ],
)
def raw_line(raw_line: Answer, rng):
    """raw_line(w, b, mean, std) gives the w and b that do for raw inputs what w and b do for standardised ones."""
    for _ in range(3):
        w, b, mean = rng.uniform(1, 5, size=3) * rng.choice([-1, 1], size=3)
        std = rng.uniform(1.5, 20)
        right = [w / std, b - w * mean / std]
        mistakes = [
            ([w, b], "Nothing has changed. For raw inputs the line is too steep by the factor std."),
            ([w * std, b - w * mean * std], "Standardising divides by std, so w is divided, too."),
            ([w * std, b + w * mean], "That goes from raw to standardised. Here it is the other way round."),
            ([w / std, b], "The mean was subtracted from x: that moves the constant as well."),
            ([w / std, b - mean], "The mean is multiplied by the slope before it moves the constant."),
            ([w / std, b - w * mean], "The mean is divided by std as well: (x - mean) / std."),
            ([w / std, b + w * mean / std], "The sign: the mean was subtracted."),
            ([w / std, (b - w * mean) / std], "b was not divided by std. Only the input was."),
            ([w / std, (b - mean) / std], "Put (x - mean) / std into w x + b, and sort by x."),
        ]
        compare(raw_line(w, b, mean, std), right, None, "Put (x - mean) / std into w x + b, sort by x.", mistakes)


@task(
    points=2,
    hints=[
        "You need slopes that you trust. Measure them: move w a little and see how the loss moves. The same for b.",
        "Then compare: new w = w - rate * slope, new b = b - rate * slope. Try several places and rates.",
        "dw = (loss(w + h, b) - loss(w - h, b)) / (2 * h) with h = 1e-5, the same for b; then np.allclose of "
        "step(w, b, rate) and (w - rate * dw, b - rate * db), for a few random w and b.",
    ],
)
def is_descent(is_descent: Answer, rng):
    """is_descent(step, loss) is True if step(w, b, rate) is one step of gradient descent on loss(w, b), else False."""
    kinds = [(True, "it does what it should", _plain, "Rounding is not wrong; allow for errors of your measuring.")]
    kinds += [(False, *kind) for kind in _FALSE_STEPS]
    cases = [kinds[0]] * 4 + kinds
    for i in rng.permutation(len(cases)):
        right, name, follow, advice = cases[i]
        loss, slopes = _bowl(rng)
        step = _step(follow, slopes)
        if verdict(is_descent(step, loss)) != right:
            fail(f"You {'reject a right' if right else 'accept a wrong'} step: {name}. {advice}")


def _bowl(rng):
    """A loss of two numbers with its slopes: a bowl that lies askew, or one with a ripple."""
    p, q = rng.uniform(0.5, 2, size=2)
    r, ripple = rng.choice([-1, 1]) * rng.uniform(0.2, 0.6), rng.uniform(0.2, 0.5)
    w0, b0 = rng.uniform(-1, 1, size=2)

    def loss(w, b):
        return float(p * (w - w0) ** 2 + q * (b - b0) ** 2 + r * (w - w0) * (b - b0) + ripple * np.sin(2 * w))

    def slopes(w, b):
        by_w = 2 * p * (w - w0) + r * (b - b0) + 2 * ripple * np.cos(2 * w)
        return np.array([by_w, 2 * q * (b - b0) + r * (w - w0)])

    return loss, slopes


def _step(follow, slopes):
    def step(w, b, rate):
        new = follow(np.array([w, b], dtype=float), slopes, rate)
        return float(new[0]), float(new[1])

    return step


def _plain(place, slopes, rate):
    return place - rate * slopes(*place)


def _in_turn(place, slopes, rate):
    w = place[0] - rate * slopes(*place)[0]
    return w, place[1] - rate * slopes(w, place[1])[1]


_FALSE_STEPS = [
    ("it climbs", lambda a, slopes, rate: a + rate * slopes(*a), "Does the loss fall?"),
    ("half the slope", lambda a, slopes, rate: a - rate / 2 * slopes(*a), "How far does it move?"),
    ("only w moves", lambda a, slopes, rate: a - rate * slopes(*a) * [1, 0], "Look at both numbers."),
    ("only b moves", lambda a, slopes, rate: a - rate * slopes(*a) * [0, 1], "Look at both numbers."),
    ("the two slopes are swapped", lambda a, slopes, rate: a - rate * slopes(*a)[::-1], "Is each its own slope?"),
    ("w first, then b at the new place", _in_turn, "Both slopes belong to the old place. Try a larger rate."),
    (
        "it moves by the sign of the slope",
        lambda a, slopes, rate: a - rate * np.sign(slopes(*a)),
        "The loss falls, but how far does it move?",
    ),
    ("the rate has no effect", lambda a, slopes, rate: a - 0.1 * slopes(*a), "Try more than one rate."),
    (
        "a step of a fixed length",
        lambda a, slopes, rate: a - rate * slopes(*a) / np.linalg.norm(slopes(*a)),
        "The direction is right, but how far does it move?",
    ),
    (
        "it does not leave places right of 1.5",
        lambda a, slopes, rate: a - rate * slopes(*a) * (a[0] < 1.5),
        "Try many places, up to the ends of the range.",
    ),
]
