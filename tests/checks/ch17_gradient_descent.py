"""Answers to the tasks of 17_gradient_descent: differently written right ones, and wrong ones with their advice."""

import numpy as np


def gradient(w, b, x, y):
    error = w * x + b - y
    return np.mean(2 * error * x), np.mean(2 * error)


def by_matrix(w, b, x, y):
    inputs = np.column_stack([x, np.ones(len(x))])
    return 2 / len(x) * (inputs.T @ (inputs @ np.array([w, b]) - y))


def by_loop(w, b, x, y):
    dw = db = 0.0
    for xi, yi in zip(x, y, strict=True):
        dw += 2 * (w * xi + b - yi) * xi / len(x)
        db += 2 * (w * xi + b - yi) / len(x)
    return [dw, db]


def changed(change):
    return lambda w, b, x, y: change(np.array(gradient(w, b, x, y)))


def word(product):
    return "creeps" if product < 1 else "swings" if product < 2 else "explodes"


def by_walking(x, rate):
    """Descent on targets 0, from w = 1: the place after one step is the factor."""
    w = 1 - rate * np.mean(2 * (1 * x - 0) * x)
    return "explodes" if abs(w) > 1 else "swings" if w < 0 else "creeps"


def walk(x, y, rate, steps, move=lambda w, b, dw, db: (w - dw, b - db)):
    w = b = 0.0
    for _ in range(steps):
        dw, db = gradient(w, b, x, y)
        w, b = move(w, b, rate * dw, rate * db)
    return w, b


def walk_by_power(x, y, rate, steps):
    """With the second derivatives: the distance from the best place is multiplied by a matrix."""
    inputs = np.column_stack([x, np.ones(len(x))])
    second = 2 * inputs.T @ inputs / len(x)
    best = np.linalg.lstsq(inputs, y)[0]
    return best - np.linalg.matrix_power(np.eye(2) - rate * second, steps) @ best


def walk_in_turn(x, y, rate, steps):
    w = b = 0.0
    for _ in range(steps):
        w -= rate * np.mean(2 * (w * x + b - y) * x)
        b -= rate * np.mean(2 * (w * x + b - y))
    return w, b


def walk_by_examples(x, y, rate, steps):
    w = b = 0.0
    for _ in range(steps):
        for xi, yi in zip(x, y, strict=True):
            error = w * xi + b - yi
            w, b = w - rate * 2 * error * xi, b - rate * 2 * error
    return w, b


def by_two_points(w, b, mean, std):
    """The line through what the device should say at x = 0 and at x = 1."""
    at_0, at_1 = (w * (x - mean) / std + b for x in (0.0, 1.0))
    return at_1 - at_0, at_0


PLACES = [(0.3, -1.1), (1.7, 0.4), (-0.8, 2.0), (1.9, -1.9), (-1.6, -0.3)]
RATES = (0.02, 0.15, 0.45)


def slope(loss, w, b, h=1e-4):
    return np.array([loss(w + h, b) - loss(w - h, b), loss(w, b + h) - loss(w, b - h)]) / (2 * h)


def compared(step, loss, places=PLACES, rates=RATES, part=slice(None), slack=1e-5):
    for w, b in places:
        for rate in rates:
            want = np.array([w, b]) - rate * slope(loss, w, b)
            if not np.allclose(np.array(step(w, b, rate))[part], want[part], atol=slack):
                return False
    return True


def one_sided(step, loss):
    """Slopes from one side only, with a small h; then the move, divided by the rate."""
    for w, b in np.random.default_rng(4).uniform(-2, 2, size=(30, 2)):
        h, here = 1e-6, loss(w, b)
        slopes = [(loss(w + h, b) - here) / h, (loss(w, b + h) - here) / h]
        for rate in (0.4, 0.05):
            new_w, new_b = step(w, b, rate)
            if abs((w - new_w) / rate - slopes[0]) + abs((b - new_b) / rate - slopes[1]) > 1e-3:
                return False
    return True


def falls(step, loss):
    return all(loss(*step(w, b, 1e-4)) < loss(w, b) for w, b in PLACES)


def along(step, loss):
    """The mistake of looking at the direction only."""
    for w, b in PLACES:
        move, slopes = np.array([w, b]) - np.array(step(w, b, 0.3)), slope(loss, w, b)
        if np.linalg.norm(move) == 0 or move @ slopes / np.linalg.norm(move) / np.linalg.norm(slopes) < 0.9999:
            return False
    return True


RIGHT = {
    "slopes": [(by_matrix,), (by_loop,)],
    "fate": [(by_walking,), (lambda x, rate: word(2 * rate * (x @ x) / len(x)),)],
    "descend": [(walk,), (walk_by_power,)],
    "raw_line": [(by_two_points,), (lambda w, b, mean, std: np.array([w / std, b - w / std * mean]),)],
    "is_descent": [(compared,), (one_sided,)],
}

WRONG = {
    "slopes": [
        ((changed(lambda g: -g),), "sign is turned"),
        ((changed(lambda g: g / 2),), "factor 2"),
        ((lambda w, b, x, y: np.array(gradient(w, b, x, y)) * len(x),), "added up"),
        ((changed(lambda g: g[::-1]),), "swapped"),
        ((changed(lambda g: g[[1, 1]]),), "multiplied by its x"),
        ((lambda w, b, x, y: (gradient(w, b, x, y)[1] * np.mean(x), gradient(w, b, x, y)[1]),), "Mean of products"),
        ((lambda w, b, x, y: (w * gradient(w, b, x, y)[1], gradient(w, b, x, y)[1]),), "is x, not w"),
        ((lambda w, b, x, y: (gradient(w, b, x, y)[0], b * gradient(w, b, x, y)[1]),), "is 1, not b"),
        ((changed(lambda g: g[0]),), "shape"),
    ],
    "fate": [
        ((lambda x, rate: word(rate * np.mean(x**2)),), "2 x²|mean"),
        ((lambda x, rate: word(rate * np.sum(2 * x**2)),), "above 0|nearer|mean"),
        ((lambda x, rate: word(rate * 2 * np.mean(x) ** 2),), "mean of 2 x²|Is k a mean|square"),
        ((lambda x, rate: word(rate),), "2 x²|mean|border"),
        ((lambda x, rate: "creeps" if rate * np.mean(2 * x**2) < 2 else "explodes",), "jumps|leads over"),
        ((lambda x, rate: "swings" if rate * np.mean(2 * x**2) < 2 else "explodes",), "stays on its side"),
        ((lambda x, rate: "swings" if rate * np.mean(2 * x**2) > 1 else "creeps",), "further away"),
        ((lambda x, rate: 1 - rate * np.mean(2 * x**2),), 'Return "creeps"'),
    ],
    "descend": [
        ((lambda x, y, rate, steps: walk(x, y, -rate, steps),), "minus"),
        ((lambda x, y, rate, steps: walk(x, y, rate, steps + 1),), "too many"),
        ((lambda x, y, rate, steps: walk(x, y, rate, max(steps - 1, 0)),), "too few"),
        ((lambda x, y, rate, steps: walk(x, y, rate / 2, steps),), "factor 2"),
        ((lambda x, y, rate, steps: walk(x, y, rate * len(x), steps),), "mean"),
        ((walk_in_turn,), "new place"),
        ((walk_by_examples,), "after each example"),
        ((lambda x, y, rate, steps: walk(x, y, rate, 1),), "too many|both slopes"),
    ],
    "raw_line": [
        ((lambda w, b, mean, std: (w, b),), "Nothing has changed"),
        ((lambda w, b, mean, std: (w * std, b - w * mean * std),), "divides by std"),
        ((lambda w, b, mean, std: (w * std, b + w * mean),), "other way round"),
        ((lambda w, b, mean, std: (w / std, b),), "constant as well"),
        ((lambda w, b, mean, std: (w / std, b - mean),), "multiplied by the slope"),
        ((lambda w, b, mean, std: (w / std, b - w * mean),), "divided by std as well"),
        ((lambda w, b, mean, std: (w / std, b + w * mean / std),), "The sign"),
        ((lambda w, b, mean, std: (w / std, (b - w * mean) / std),), "b was not divided"),
    ],
    "is_descent": [
        ((lambda step, loss: True,), "accept a wrong"),
        ((lambda step, loss: False,), "reject a right"),
        ((falls,), "accept a wrong"),
        ((along,), "accept a wrong step: (half|the rate has|a step of a fixed)"),
        ((lambda step, loss: compared(step, loss, part=slice(1)),), "accept a wrong step: (only w|w first)"),
        ((lambda step, loss: compared(step, loss, part=slice(1, 2)),), "accept a wrong step: only b"),
        ((lambda step, loss: compared(step, loss, rates=(0.1,)),), "accept a wrong step: the rate has no effect"),
        ((lambda step, loss: compared(step, loss, places=PLACES[:1]),), "accept a wrong step: it does not leave"),
        ((lambda step, loss: compared(step, loss, rates=(1e-6,)),), "accept a wrong"),
    ],
}
