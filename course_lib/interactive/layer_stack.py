"""Layers stacked with and without an activation: without, they stay one matrix, one bias and one straight border.

``layer_stack()`` shows it on two half-moons, ``layer_stack("circles")`` on two rings.
"""

import inspect

import numpy as np

from .. import plots
from ..activations import identity, relu, tanh
from ..datasets import circles, moons
from .base import Control, Interactive, axis

_DATA = {"moons": (moons, 0.15, (-1.6, 2.6), (-1.1, 1.7)), "circles": (circles, 0.1, (-1.6, 1.6), (-1.4, 1.4))}
_ACTIVATIONS = {"none": identity, "relu": relu, "tanh": tanh}
_MOST = 6  # hidden layers
_SEEDS = 4
_POINTS = 100
_GRID = 0.1  # between the places of the heat map
_CODE = """import numpy as np

from course_lib.activations import identity, relu, tanh
from course_lib.datasets import DATA


SOURCE
X, y = DATA(POINTS, noise=NOISE, seed=0)
f = {"none": identity, "relu": relu, "tanh": tanh}["{activation}"]
net = stack({layers}, f, {seed}, X, y)
correct = np.sum((output(net, f, X) > 0) == (y == 1))
W, b = fold(net)  # the one matrix and the one bias, if there is no activation
print(correct, "of", len(y), W, b)
"""


def layer_stack(data="moons"):
    """Make a stack of layers to build on: up to 6 hidden ones of 24 units, with or without an activation after each.

    The hidden layers have random weights (orthogonal ones: Saxe et al., 2014, arXiv:1312.6120); the last layer is
    fitted to the points by least squares, so no training is needed (Rahimi and Recht, 2008, Weighted sums of random
    kitchen sinks).

    What it teaches: without an activation the layers multiply to one matrix W and one bias b, so the border is a
    straight line. It is even the same line for any number of layers and any random weights: the best that one affine
    layer can do. With an activation the border bends, and more points are right.

    Args:
        data: "moons" or "circles".

    Raises:
        ValueError: there are no such data.
    """
    if data not in _DATA:
        raise ValueError(f"data must be {' or '.join(map(repr, _DATA))}, got {data!r}")
    return LayerStack(data)


def stack(layers, f, seed, X, y, width=24):
    """Random hidden layers and a last one fitted to the labels y: pairs of weights and biases."""
    rng, a, net = np.random.default_rng(seed), X, []
    for _ in range(layers):
        inputs = a.shape[1]
        orthogonal, _ = np.linalg.qr(rng.normal(size=(width, inputs)))
        W, b = f.gain * np.sqrt(width / inputs) * orthogonal, rng.normal(0, 0.5, width)
        net.append((W, b))
        a = f(a @ W.T + b)
    ones = np.column_stack([a, np.ones(len(a))])
    *w, b = np.linalg.lstsq(ones, 2 * y - 1, rcond=0.01)[0]  # without what hardly varies: it would overfit
    return [*net, (np.array([w]), np.array([b]))]


def output(net, f, X):
    """The output z for each row of X; f comes after every layer but the last."""
    *hidden, (W, b) = net
    a = X
    for V, c in hidden:
        a = f(a @ V.T + c)
    return (a @ W.T + b)[:, 0]


def fold(net):
    """The one W and the one b of all layers, if there is nothing between them."""
    W, b = np.eye(2), np.zeros(2)
    for V, c in net:
        W, b = V @ W, V @ b + c
    return W, b


class LayerStack(Interactive):
    """The widget that ``layer_stack`` makes."""

    def __init__(self, data):
        make, noise, *lims = _DATA[data]
        self._X, self._y = make(_POINTS, noise=noise, seed=0)
        sides = [np.linspace(*lim, round((lim[1] - lim[0]) / _GRID) + 1) for lim in lims]
        self._plane = np.column_stack([side.ravel() for side in np.meshgrid(*sides)])
        controls = {
            "layers": Control(range(_MOST + 1), "hidden layers", start=3),
            "activation": Control(list(_ACTIVATIONS), "activation after each"),
            "seed": Control([str(seed) for seed in range(_SEEDS)], "seed of the weights"),
        }
        source = "\n\n".join(inspect.getsource(part) for part in (stack, output, fold))
        code = _CODE
        for name, text in {"SOURCE": source, "DATA": data, "POINTS": _POINTS, "NOISE": noise}.items():
            code = code.replace(name, str(text))
        axes = {"x": axis(lims[0], "x₁"), "y": axis(lims[1], "x₂")}
        graph = {"x": axis((-0.5, _MOST + 1.5)), "y": axis((-0.8, 1.8))}
        setup = {"axes": axes, "graph": graph, "shape": [len(side) for side in reversed(sides)], "points": _POINTS}
        super().__init__("A stack of layers", controls, self._tables(), code, **setup)

    def _tables(self):
        """The one matrix and bias without an activation, the heat maps with one, and how many points are right."""
        tables = {"plane": self._plane.T, "W": [], "heights": [], "right": []}
        for name, f in _ACTIVATIONS.items():
            nets = [[stack(n, f, seed, self._X, self._y) for seed in range(_SEEDS)] for n in range(_MOST + 1)]
            tables["right"].append([[self._right(net, f) for net in row] for row in nets])
            if name == "none":
                tables["W"] = [[np.append(*fold(net)) for net in row] for row in nets]
            else:
                tables["heights"].append([[output(net, f, self._plane) for net in row] for row in nets[1:]])
        return tables | {f"class {label}": self._X[self._y == label].T for label in (0, 1)}

    def _right(self, net, f):
        """How many points are on the right side."""
        return int(np.sum((output(net, f, self._X) > 0) == (self._y == 1)))

    def _net(self, state):
        values = self.values(state)
        f = _ACTIVATIONS[values["activation"]]
        return stack(values["layers"], f, int(values["seed"]), self._X, self._y), f

    def readings(self, state):
        """The one matrix and the one bias, if there are any, and how many points are right."""
        net, f = self._net(state)
        folds = f is identity or len(net) == 1
        W, b = fold(net)
        numbers = zip(("w₁", "w₂", "b"), np.append(W, b), strict=True)
        return {name: float(number) if folds else "–" for name, number in numbers} | {
            "correct": f"{self._right(net, f)} of {_POINTS}"
        }

    @plots.styled
    def picture(self, state):
        values, (net, f) = self.values(state), self._net(state)
        count, between = values["layers"], values["activation"]
        after = "no activation" if between == "none" else f"{between} after each"
        title = f"{count} hidden layers, {after}: {self.readings(state)['correct']} right"
        x, y, z = (table.reshape(self.setup["shape"]) for table in (*self._plane.T, output(net, f, self._plane)))
        fig, ax = plots.canvas(5.4, 4.2)
        ax.contourf(x, y, z, [-np.inf, 0, np.inf], colors=plots.CLASS_COLORS[:2], alpha=0.25)
        ax.contour(x, y, z, [0], colors="0.2")
        for label in (0, 1):
            look = {"color": plots.CLASS_COLORS[label], "marker": plots.CLASS_MARKERS[label]}
            ax.scatter(*self._X[self._y == label].T, s=22, label=f"class {label}", **look)
        ax.set(title=title, xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
        ax.legend(loc="upper right", frameon=True)
        return fig
