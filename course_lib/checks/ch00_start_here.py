"""The graded tasks of 00_start_here: are you ready for the course?"""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer
from course_lib.checks.expect import compare, fail, numbers


@task(
    points=3,
    hints=[
        "NumPy works on a whole array at once: 2 * x doubles every number in x.",
        "Multiply first, then add: the weight stretches, the bias shifts.",
        "Stretch, then shift: return w * x + b",
    ],
)
def line(line: Answer, rng):
    """line(x, w, b) gives w·x + b for every number in the array x."""
    x, w, b = np.array([-2.0, 0.0, 1.0, 5.0]), 3.0, 10.0
    mistakes = [
        (w * (x + b), "You add b before you multiply. Stretch first, then shift."),
        (w * x, "The shift is missing: add b."),
        (x + b, "The stretch is missing: multiply x by w."),
        (b * x + w, "w and b have changed places: w stretches, b shifts."),
        (w * x - b, "You subtract b. It is added."),
        (x**w + b, "You raise x to the power w. Multiply: w * x."),
    ]
    compare(line(x, w, b), w * x + b, x, "Each number is multiplied by w, and b is added.", mistakes)
    table = np.arange(6.0).reshape(2, 3)
    compare(line(table, -1.0, 0.5), -table + 0.5, table, "Keep the shape of the input.")
    x, w, b = rng.normal(size=(2, 2)), rng.normal(), rng.normal()
    compare(line(x, w, b), w * x + b, x, "It must work for every w and b, not only for whole numbers.")


@task(
    points=3,
    hints=[
        "X has a row for each input, W a column for each unit. Which product combines rows with columns?",
        "The @ sign is the matrix product; * multiplies number by number. NumPy adds b to every row by itself.",
        "Rows with columns, then the bias: return X @ W + b",
    ],
)
def layer(layer: Answer, rng):
    """layer(X, W, b) gives the pre-activations of a layer: a row for each input, a column for each unit."""
    X, W, b = rng.normal(size=(3, 3)), rng.normal(size=(3, 3)), rng.normal(size=3)
    z = X @ W + b
    mistakes = [
        (X @ W, "The bias is missing: add b to every row."),
        (X * W + b, "* multiplies number by number. The matrix product is @."),
        (W @ X + b, "The order is turned round: X @ W."),
        (X @ W.T + b, "W is turned round. Column j of W belongs to unit j: no transpose."),
        (X @ W + b[::-1], "The biases are in the wrong order."),
        (X @ W - b, "You subtract b. It is added."),
        ((X + b) @ W, "You add b to the inputs. It is added after the product."),
        (X @ W * b, "You multiply by b. It is added."),
        (X @ (W + b), "You add b to the weights. It is added after the product."),
    ]
    advice = "The number in row i and column j is the product of row i of X with column j of W, plus b[j]."
    compare(layer(X, W, b), z, None, advice, mistakes)
    X, W, b = rng.normal(size=(5, 2)), rng.normal(size=(2, 7)), rng.normal(size=7)
    compare(layer(X, W, b), X @ W + b, None, "It must work for every number of inputs and units.")


@task(
    points=4,
    hints=[
        "A slope is rise over run. How far does f rise when you go a small step h to the right?",
        "(f(x + h) - f(x)) / h is good, (f(x + h) - f(x - h)) / (2 * h) is better. Which h? Small, but not tiny.",
        "h = 1e-5; return (f(x + h) - f(x - h)) / (2 * h)",
    ],
)
def slope_at(slope_at: Answer, rng):
    """slope_at(f, x) measures the slope of f at the number x, with an error below 1 in 10,000."""
    for name, f, x, want in _SLOPES + _random_slopes(rng):
        got = float(numbers(slope_at(f, x), "slope", ()))
        if not np.isclose(got, want, rtol=1e-4):
            fail(f"{_why(f, x, got, want)} For {name} at {x:.4g}: you get {got:.6g}.", f"Right: {want:.6g}.")


_SLOPES = [
    ("x²", np.square, 3.0, 6.0),
    ("sin x", np.sin, 0.0, 1.0),
    ("eˣ", np.exp, 1.0, np.e),
    ("7 - 4x", lambda x: 7 - 4 * x, -2.0, -4.0),
]
"""Functions: name, function, place, slope there."""


def _random_slopes(rng):
    """Further functions, with random numbers in them."""
    a, c, x = rng.uniform(1, 3, size=3).round(2).tolist()
    return [
        (f"{a:g}x² + {c:g}", lambda x: a * x**2 + c, x, 2 * a * x),
        (f"{a:g}eˣ", lambda x: a * np.exp(x), -x, a * np.exp(-x)),
        (f"{c:g} - {a:g}x", lambda x: c - a * x, x, -a),
    ]


def _why(f, x, got, want):
    """What went wrong, judged from a wrong slope."""
    if abs(got) > 100 * max(1, abs(want)):
        return "Are brackets missing? Subtract first, then divide: (f(x + h) - f(x)) / h."
    if got == 0:
        return "You measure 0. Is your step so small that rounding swallows it? Try h = 1e-5."
    if np.isclose(got, f(x)):
        return "That is the height of f. Its slope compares two heights."
    if np.isclose(got, f(x) / x if x else np.nan):
        return "You divide the height by x. The slope divides a small rise by a small run."
    if np.isclose(got, -want, rtol=1e-3):
        return "The sign is turned: the rise is the height on the right minus the one on the left."
    if np.isclose(got, 2 * want, rtol=1e-3) or np.isclose(got, want / 2, rtol=1e-3):
        return "You are off by a factor of 2. From x - h to x + h the run is 2h."
    if abs(got) < 0.01 * abs(want):
        return "That is a rise, not a slope. Divide it by the run."
    return "The step may be too large, so that you measure past the place, or too small, so that rounding spoils it."
