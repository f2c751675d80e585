"""Answers to the tasks of 00_start_here: right ones, differently written, and wrong ones with their advice."""

import numpy as np


def central(h):
    return lambda f, x: (f(x + h) - f(x - h)) / (2 * h)


RIGHT = {
    "line": [
        (lambda x, w, b: np.add(np.multiply(x, w), b),),
        (lambda x, w, b: np.vectorize(lambda one: b + one * w)(x),),
    ],
    "layer": [
        (lambda X, W, b: np.array([[sum(row * column) for column in W.T] for row in X]) + b,),
        (lambda X, W, b: np.einsum("ni,iu->nu", X, W) + b[None, :],),
        (lambda X, W, b: np.column_stack([X, np.ones(len(X))]) @ np.vstack([W, b]),),
    ],
    "slope_at": [
        (lambda f, x: (f(x + 1e-6) - f(x)) / 1e-6,),
        (central(1e-4),),
        (lambda f, x: (f(x) - f(x - 1e-7)) / 1e-7,),
    ],
}

WRONG = {
    "line": [
        ((lambda x, w, b: w * (x + b),), "before you multiply"),
        ((lambda x, w, b: w * x,), "shift is missing"),
        ((lambda x, w, b: x + b,), "stretch is missing"),
        ((lambda x, w, b: b * x + w,), "changed places"),
        ((lambda x, w, b: w * x - b,), "subtract b"),
        ((lambda x, w, b: sum(w * x + b),), r"shape \(\); it should have shape \(4,\)"),
        ((lambda x, w, b: print(end=""),), "end with return"),
    ],
    "layer": [
        ((lambda X, W, b: X @ W,), "bias is missing"),
        ((lambda X, W, b: X @ W.T + b,), "no transpose"),
        ((lambda X, W, b: X @ W - b,), "subtract b"),
        ((lambda X, W, b: (X + b) @ W,), "to the inputs"),
        ((lambda X, W, b: X @ W * b,), "multiply by b"),
        ((lambda X, W, b: X * W + b,), "number by number"),
        ((lambda X, W, b: W @ X + b,), "order is turned round"),
        ((lambda X, W, b: (X @ W + b)[0],), r"shape \(3,\); it should have shape \(3, 3\)"),
        ((lambda X, W, b: X @ (W + b),), "to the weights"),
    ],
    "slope_at": [
        ((lambda f, x: f(x),), "height of f"),
        ((lambda f, x: f(x) / x if x else 1.0,), "divide the height by x"),
        ((lambda f, x: f(x + 1e-5) - f(x),), "a rise, not a slope"),
        ((lambda f, x: (f(x + 1e-5) - f(x - 1e-5)) / 1e-5,), "factor of 2"),
        ((lambda f, x: (f(x) - f(x + 1e-6)) / 1e-6,), "sign is turned"),
        ((central(1e-17),), "rounding swallows it"),
        ((lambda f, x: f(x + 1e-5) - f(x) / 1e-5,), "brackets missing"),
        ((lambda f, x: f(x + 1) - f(x),), "step may be too large"),
    ],
}
