"""A curve built of bent units: raw, weighted, and their sum over a target that can be dragged.

``build_curve()`` shows it, ``build_curve().figure(kind="powers of x", k=8)`` is a still picture.
"""

import inspect

import numpy as np

from .. import plots
from ..activations import relu, sigmoid
from .base import Control, Interactive, axis

HINGES = (-4, 0, -2, 2, -3, 1, -1, 3)  # each halves a gap between those before it
KINDS = ("relu", "sigmoid", "square", "powers of x")

_X = np.linspace(-4, 4, 9)  # of the points
_FINE = np.linspace(-4, 4, 161)  # where errors are read
_HEIGHTS = np.round(np.linspace(-2, 2, 41), 10)
_START = (-1, -0.9, -0.7, -0.2, 1.6, 0.4, 0, 0.2, 1)
_SAY = {
    "relu": "Each weight is a change of slope. With a hinge at every point the sum is the target itself.",
    "sigmoid": "Each weight is about the height of a step. Many steep steps come close to any continuous curve.",
    "square": "However many squares: their sum is one parabola. So the error stalls from two units on.",
    "powers of x": "All eight powers make a polynomial through every point. Look what it does in between.",
}
_ACROSS, _SUM, _WEIGHTED = (-4.3, 4.3), (-3, 3), (-6, 6)
_RAW = {"relu": (-0.5, 8.5), "sigmoid": (-0.1, 1.1), "square": (-0.2, 4.2), "powers of x": (-1.1, 1.1)}
_CALL = """import numpy as np

from course_lib.activations import relu, sigmoid

HINGES = {hinges}


{functions}

x = np.linspace(-4, 4, 9)
y = np.array([{names}])
b, v = fit("{kind}", {k}, x, y)
fine = np.linspace(-4, 4, 161)
errors = b + units("{kind}", {k}, fine) @ v - np.interp(fine, x, y)
print(np.max(np.abs(errors)), np.mean(np.abs(errors)))
print(np.mean((b + units("{kind}", {k}, x) @ v - y) ** 2))  # L
"""


def units(kind, k, x):
    """The first k units of a kind, a column each, at the places x: raw, that is without the weights behind them."""
    z = np.subtract.outer(x, HINGES[:k])
    if kind == "relu":
        return relu(z)
    if kind == "sigmoid":
        return sigmoid(4 * (z - 0.5))  # a step in the middle between two points
    return (z / 4) ** 2 if kind == "square" else np.power.outer(x / 4, np.arange(1, k + 1))


def fit(kind, k, x, y):
    """The bias b and the weights v for which b + units @ v has the smallest squared error at the points."""
    b, *v = np.linalg.lstsq(np.column_stack([np.ones(len(x)), units(kind, k, x)]), y)[0]
    return b, np.array(v)


def build_curve():
    """Drag the points of a target; a layer of k units is fitted to them, and its units are shown.

    It teaches what a hidden layer can build: k hinges are a curve of straight pieces with a bend at each, so with a
    hinge at every point the sum is exact; steps come close; squares remain one parabola, whatever k; and a polynomial
    through all the points swings between them. Bias and weights are those of the least squared error L at the nine
    points; the largest and the mean error are read all along the curve, at 161 places.

    Controls: ``kind`` ("relu", "sigmoid", "square", "powers of x"), ``k`` from 1 to 8, and the heights ``y1`` to ``y9``
    from -2 to 2 of the points at -4, -3, ..., 4.

    Source: Leshno et al. (1993), Multilayer Feedforward Networks With a Nonpolynomial Activation Function Can
    Approximate Any Function, https://doi.org/10.1016/S0893-6080(05)80131-5; Runge (1901) for the polynomial.
    """
    return BuildCurve()


class BuildCurve(Interactive):
    """The widget that ``build_curve`` makes."""

    def __init__(self):
        most = len(_X) - 1
        controls = {f"y{i + 1}": Control(_HEIGHTS, f"target at x = {x:.0f}", _START[i]) for i, x in enumerate(_X)}
        controls |= {"kind": Control(KINDS, "units"), "k": Control(range(1, most + 1), "number of units k", 4)}
        names = ", ".join("{" + name + "}" for name in controls if name.startswith("y"))
        sources = "\n\n".join(inspect.getsource(function) for function in (units, fit))
        code = _CALL.replace("{functions}", sources).replace("{names}", names).replace("{hinges}", str(HINGES))
        weights, loss = (
            np.zeros((len(KINDS), most, most + 1, most + 1)),
            np.zeros((len(KINDS), most, most + 1, most + 1)),
        )
        for i, kind in enumerate(KINDS):
            for k in range(1, most + 1):
                weights[i, k - 1, : k + 1], loss[i, k - 1] = _of_heights(kind, k)
        raw = [units(kind, most, _FINE).T for kind in KINDS]
        tables = {"x": _FINE, "points": _X, "raw": raw, "weights": weights, "loss": loss}
        heights = {"sum": axis(_SUM, most=6), "weighted": axis(_WEIGHTED, "weighted units", most=6)}
        heights |= {kind: axis(_RAW[kind], "units", most=5) for kind in KINDS}
        axes = {name: {"x": axis(_ACROSS, "x"), "y": y} for name, y in heights.items()}
        super().__init__("Build a curve", controls, tables, code, axes=axes, say=_SAY, hinges=HINGES)

    def _built(self, state):
        """Kind, number of units, heights of the points, and the fitted b and v."""
        values = self.values(state)
        kind, k, y = values["kind"], values["k"], np.array([values[f"y{i + 1}"] for i in range(len(_X))])
        return kind, k, y, *fit(kind, k, _X, y)

    def readings(self, state):
        """The largest and the mean error along the curve, and the loss at the points."""
        kind, k, y, b, v = self._built(state)
        errors = np.abs(b + units(kind, k, _FINE) @ v - np.interp(_FINE, _X, y))
        loss = np.mean((b + units(kind, k, _X) @ v - y) ** 2)
        return {
            "largest error": float(errors.max()),
            "mean error": float(errors.mean()),
            "L at the points": float(loss),
        }

    def alt(self, state):
        values = self.values(state)
        read = ", ".join(f"{name} {value:.2f}" for name, value in self.readings(state).items())
        return f"{self.title}: the target and the weighted sum of k = {values['k']} units, {values['kind']}; {read}"

    @plots.styled
    def picture(self, state):
        kind, k, y, b, v = self._built(state)
        weighted = units(kind, k, _FINE) * v
        fig, (left, right) = plots.canvas(9, 3.8, ncols=2)
        for i in range(k):
            color, dashes = plots.COLORS[i % 4], plots.DASHES[(i + i // 4) % 4]
            left.plot(_FINE, weighted[:, i], dashes, color=color, linewidth=1.5)
        left.set(ylim=_WEIGHTED, title=f"weighted units: {kind}, k = {k}", xlabel="x")
        right.plot(_X, y, "o--", color="0.3", label="target")
        right.plot(_FINE, b + weighted.sum(axis=1), color=plots.COLORS[0], label="sum and bias")
        right.set(ylim=_SUM, title=f"their sum: largest error {self.readings(state)['largest error']:.2f}", xlabel="x")
        right.legend()
        return fig


def _of_heights(kind, k):
    """What follows from the heights of the points: bias and weights, linear in them; L, a quadratic form of them."""
    parameters = np.array([np.hstack(fit(kind, k, _X, y)) for y in np.eye(len(_X))]).T
    residual = parameters[0] + units(kind, k, _X) @ parameters[1:] - np.eye(len(_X))
    return parameters, residual.T @ residual / len(_X)
