"""Answers to the tasks of 07_relu: differently written right ones, and wrong ones with the advice they must get."""

import numpy as np


def relu(x):
    return np.maximum(x, 0)


def slope(x):
    return np.where(np.asarray(x) > 0, 1.0, 0.0)


def off(z):
    return z <= 0


def gated_one_by_one(grad, z):
    return [[g if p > 0 else 0.0 for g, p in zip(*row, strict=True)] for row in zip(grad, z, strict=True)]


def measured(f, x, h):
    return (f(x + h) - f(x - h)) / (2 * h)


def at(x, h=1e-5, tolerance=1e-6):
    return lambda f, slope: bool(np.allclose(measured(f, x, h), slope(x), atol=tolerance))


def one_sided(f, slope, h=1e-5):
    x = np.linspace(-20, 20, 400)
    return bool(np.allclose((f(x + h) - f(x)) / h, slope(x), atol=1e-7, rtol=0))


def one_by_one(f, slope):
    places = (-11.0, -3.0, -0.4, 0.4, 3.0, 11.0)
    return all(abs(measured(f, x, 1e-4) - slope(x)) < 1e-3 for x in places)


RIGHT = {
    "gate": [
        (lambda x: (x + np.abs(x)) / 2, lambda x: (1 + np.sign(x)) / 2),
        (lambda x: x * (x > 0), lambda x: (x >= 0).astype(int)),
        (lambda x: np.where(x > 0, x, 0), lambda x: (x > 0).astype(np.float32)),
    ],
    "zeros_and_dead": [
        (lambda z: (np.mean(relu(z) == 0), np.mean(relu(z).max(axis=0) == 0)),),
        (lambda z: np.array([off(z).mean(), off(z).all(axis=0).mean()]),),
        (lambda z: [off(z).sum() / z.size, sum(column.all() for column in off(z).T) / z.shape[1]],),
    ],
    "tent": [
        (lambda x, relu: relu(x) - 2 * relu(x - 1) + relu(x - 2),),
        (lambda x, relu: relu(1 - relu(x - 1) - relu(1 - x)),),
        (lambda x, relu: relu(relu(x) - 2 * relu(x - 1)),),
    ],
    "backward": [
        (lambda grad, z: np.where(z > 0, grad, 0.0),),
        (gated_one_by_one,),
    ],
    "slope_test": [(at(np.linspace(-20, 20, 400)),), (one_by_one,)],
}

WRONG = {
    "gate": [
        ((np.abs, slope), r"mirrors a negative input"),
        ((lambda x: np.where(x > 0, x, 0.01 * x), slope), "leaky"),
        ((lambda x: (x > 0) * 1.0, slope), "step function"),
        ((lambda x: np.log1p(np.exp(x)), slope), "softplus"),
        ((lambda x: np.clip(x, 0, 6), slope), "ReLU6"),
        ((lambda x: max(x.max(), 0), slope), r"shape \(\); it should have shape \(10,\)"),
        ((lambda x: None, slope), "end with return"),
        ((relu, relu), "the function, not its slope"),
        ((relu, np.sign), r"slope of \|x\|"),
        ((relu, lambda x: x * (x > 0) + 0.0), "the function, not its slope"),
        ((relu, lambda x: np.where(x > 0, 1, np.where(x < 0, 0, np.nan))), "At the kink"),
        ((relu, lambda x: np.where(x > 0, 1.0, 0.01)), "leaky ReLU"),
    ],
    "zeros_and_dead": [
        ((lambda z: (off(z).sum(), off(z).all(0).mean()),), "a number of zeros"),
        ((lambda z: (1 - off(z).mean(), off(z).all(0).mean()),), "are positive"),
        ((lambda z: (off(z).mean(), off(z).mean()),), "share of zeros again"),
        ((lambda z: (off(z).mean(), off(z).any(0).mean()),), "off for some input"),
        ((lambda z: (off(z).mean(), off(z).all(1).mean()),), "along the rows"),
        ((lambda z: (off(z).mean(), (z < 0).all(0).mean()),), "<=, not <"),
        ((lambda z: (off(z).mean(), off(z).all(0).sum()),), "a number of dead units"),
        ((lambda z: off(z).mean(),), "Return two numbers"),
        ((lambda z: (100 * off(z).mean(), off(z).all(0).mean()),), "a percentage"),
    ],
    "tent": [
        ((lambda x, relu: relu(x) - relu(x - 1),), "slope is 0 after the peak"),
        ((lambda x, relu: relu(x) - relu(x - 1) + relu(x - 2),), "too weak"),
        ((lambda x, relu: relu(x) - 2 * relu(x - 1),), "goes on falling"),
        ((lambda x, relu: relu(x) - 2 * relu(x - 1) + 2 * relu(x - 2),), "rises again"),
        ((lambda x, relu: 1 - relu(x - 1) - relu(1 - x),), "below 0 on both sides"),
        ((lambda x, relu: np.maximum(1 - np.abs(x - 1), 0),), "never called relu"),
        ((lambda x, relu: 2 * relu(x) - 4 * relu(x - 1) + 2 * relu(x - 2),), "peak is 2"),
        ((lambda x, relu: relu(x + 1) - 2 * relu(x) + relu(x - 1),), "stands at x = 0"),
    ],
    "backward": [
        ((lambda grad, z: grad * relu(z),), r"multiply by relu\(z\)"),
        ((lambda grad, z: grad,), "Nothing is gated"),
        ((lambda grad, z: slope(z),), "slope alone"),
        ((lambda grad, z: grad * (grad > 0),), "sign of the gradient"),
        ((lambda grad, z: relu(grad) * slope(z),), "drop negative gradients"),
        ((lambda grad, z: grad * (z < 0),), "turned round"),
        ((lambda grad, z: grad * np.sign(z),), "0, not -1"),
        ((lambda grad, z: grad * slope(z) / len(z),), "mean belongs to the loss"),
    ],
    "slope_test": [
        ((at(np.linspace(-20, 20, 401)),), "reject a right pair: relu with the slope 0.0"),
        ((lambda f, slope: True,), "accept a wrong pair: relu with relu"),
        ((lambda f, slope: False,), "reject a right pair"),
        ((lambda f, slope: None,), "end with return"),
        ((lambda f, slope: one_sided(f, slope),), "the square. It has no kink"),
        ((at(np.linspace(0.1, 20, 50)),), r"slope of \|x\|. Do you compare at all, and on both sides"),
        ((at(np.linspace(-3.05, 3, 40)),), "beyond x = 6. Do you look far out"),
        ((at(np.array([1.0])),), "accept a wrong pair"),
        ((at(np.linspace(-20, 20, 400), tolerance=0.1),), "differ by 0.01 only"),
        ((lambda f, slope: np.isclose(measured(f, np.ones(3), 1e-5), slope(np.ones(3))),), "True or False"),
    ],
}
