"""Gradient descent on a line through points: its path over the loss, the line it fits, and what the rate does.

``descent()`` shows it, ``descent(n=8, noise=2)`` with other points, ``descent().figure(eta="0.03")`` is a picture.
"""

from numbers import Integral

import numpy as np

from .. import datasets, plots
from .base import Control, Interactive, Point, axis

STEPS = 30
MOST = 200  # points: more can hardly be seen
_AROUND = np.linspace(-3, 3, 61)  # the places of the start on both sides of the best w and b
_MAP = 41  # places of the map in each direction
_LEVELS = (0.5, 1, 2, 4, 8)  # of the loss above its least, where the map has a line
_CODE = """\
import numpy as np

x = np.array(X)
y = np.array(Y)
eta, (w, b) = {eta}, {start}

for _ in range({step}):
    error = w * x + b - y
    w, b = w - eta * np.mean(2 * error * x), b - eta * np.mean(2 * error)

error = w * x + b - y
print(w, b, np.mean(error**2), np.mean(2 * error * x), np.mean(2 * error))"""


def descent(n=20, noise=0.5, seed=0):
    """Make a map of the loss of a line y = w x + b, and over it the path of gradient descent, step by step.

    It teaches what a step does, w -= eta dL/dw and b -= eta dL/db, and that the learning rate eta decides: with a small
    one it is slow; below 2/(largest curvature) it jumps over the valley and lands lower, above it lands higher.
    L is the mean squared error, so its surface is a bowl, and after t steps (w, b) is exactly
    best + (1 - eta H)^t (start - best), where H has the second derivatives of L. See Goodfellow, Bengio & Courville
    (2016), Deep Learning, section 4.3, https://www.deeplearningbook.org/contents/numerical.html.

    Args:
        n: the number of points, 3 to 200.
        noise, seed: those of ``datasets.line``: y = 3x + 10 + noise.

    Raises:
        ValueError: n is no such number, or noise is negative.
    """
    if not isinstance(n, Integral) or not 3 <= n <= MOST:
        raise ValueError(f"descent() draws 3 to {MOST} points, got n = {n!r}")
    x, y = datasets.line(n, noise, seed)
    return Descent(np.round(x[:, 0], 3), np.round(y, 3))


class Descent(Interactive):
    """The widget that ``descent`` makes."""

    def __init__(self, x, y):
        self._x, self._y = x, y
        self._second = 2 * np.array([[np.mean(x * x), np.mean(x)], [np.mean(x), 1]])  # derivatives of L
        self._best = np.linalg.solve(self._second, 2 * np.array([np.mean(x * y), np.mean(y)]))
        flat, steep = np.linalg.eigvalsh(self._second)
        rates = [f"{rate:.3g}" for rate in (0.06 / steep, 2 / (flat + steep), 1.9 / steep, 2.1 / steep)]
        places = [np.round(np.round(best, 1) + _AROUND, 1) for best in self._best]
        controls = {
            "eta": Control(rates, "learning rate η", start=rates[2]),
            "step": Control(range(STEPS + 1), "steps", start=12),
            "start": Point(*places, "start (w, b)", start=self._best + np.array([-2.4, 2.4])),
        }
        tables = self._tables(np.array(rates, dtype=float), places)
        numbers = {"best": self._best.tolist(), "second": self._second.ravel().tolist()}
        numbers |= {"least": self._loss(self._best), "levels": _LEVELS}
        code = _CODE.replace("X)", f"{x.tolist()})").replace("Y)", f"{y.tolist()})")
        super().__init__(
            "Gradient descent", controls, tables, code, axes=self._axes(tables), words=_verdicts(2 / steep), **numbers
        )

    def _loss(self, parameters):
        """The mean squared error of the line with these w and b."""
        w, b = parameters
        return float(np.mean((w * self._x + b - self._y) ** 2))

    def _tables(self, rates, places):
        """The map; for each rate the powers of 1 - eta H, and the loss as a quadratic form, after so many steps."""
        w, b = (np.linspace(place[0], place[-1], _MAP) for place in places)
        heights = [[self._loss((wi, bi)) for wi in w] for bi in b]
        powers = np.array([[_power(rate, self._second, t) for t in range(STEPS + 1)] for rate in rates])
        forms = np.swapaxes(powers, -1, -2) @ self._second @ powers / 2
        forms = np.stack([forms[..., 0, 0], 2 * forms[..., 0, 1], forms[..., 1, 1]], axis=1)
        powers = np.moveaxis(powers.reshape(len(rates), STEPS + 1, 4), -1, 1)
        return {"w": w, "b": b, "map": heights, "powers": powers, "forms": forms, "x": self._x, "y": self._y}

    def _axes(self, tables):
        x, y = self._x, self._y
        side, above = 0.08 * np.ptp(x), 0.3 * max(np.ptp(y), 1)
        return {
            "map": {"x": axis(tables["w"][[0, -1]], "weight w"), "y": axis(tables["b"][[0, -1]], "bias b")},
            "data": {
                "x": axis((x.min() - side, x.max() + side), "x"),
                "y": axis((y.min() - above, y.max() + above), "y", most=5),
            },
            "loss": {"x": axis((0, STEPS), "step"), "y": axis((0, np.max(tables["map"])), "loss L", most=5)},
        }

    def _path(self, state):
        """The parameters (w, b) from the start to the present step, as gradient descent computes them one by one."""
        values = self.values(state)
        path, eta = [np.array(values["start"])], float(values["eta"])
        for _ in range(values["step"]):
            path.append(path[-1] - eta * self._gradient(path[-1]))
        return np.array(path)

    def _gradient(self, parameters):
        w, b = parameters
        error = w * self._x + b - self._y
        return 2 * np.array([np.mean(error * self._x), np.mean(error)])

    def readings(self, state):
        """Where descent is, the loss and its slopes there."""
        w, b = here = self._path(state)[-1]
        slopes = self._gradient(here)
        numbers = {"w": w, "b": b, "L": self._loss(here), "dL/dw": slopes[0], "dL/db": slopes[1]}
        return {name: float(number) for name, number in numbers.items()}

    @plots.styled
    def picture(self, state):
        values, path = self.values(state), self._path(state)
        fig, (left, right) = plots.canvas(8.6, 4, ncols=2)
        axes, tables = self.setup["axes"], self._tables(np.array([0.0]), self.controls["start"].header()["values"])
        heights = np.array(tables["map"]) - self.setup["least"]
        left.contourf(tables["w"], tables["b"], heights, levels=(0, *_LEVELS, heights.max()), cmap="Blues", alpha=0.7)
        left.plot(*path.T, "o-", color=plots.COLORS[1], markersize=5)
        left.plot(*self._best, "*", color="0.1", markersize=13)
        left.set(xlabel="weight w", ylabel="bias b", xlim=axes["map"]["x"]["lim"], ylim=axes["map"]["y"]["lim"])
        left.set(title=f"η = {values['eta']}, {values['step']} steps: L = {self._loss(path[-1]):.3g}")
        x = np.array(axes["data"]["x"]["lim"])
        right.plot(self._x, self._y, "o", color=plots.COLORS[0])
        right.plot(x, path[-1][0] * x + path[-1][1], color=plots.COLORS[1])
        right.set(xlabel="x", ylabel="y", xlim=x, ylim=axes["data"]["y"]["lim"], title="the line after the last step")
        return fig


def _power(rate, second, t):
    """(1 - rate H)^t: what t steps make of the distance from the best parameters."""
    return np.linalg.matrix_power(np.eye(2) - rate * second, t)


def _verdicts(limit):
    """What to say about each of the four rates."""
    return [
        f"A small rate: every step goes down, but {STEPS} of them are too few.",
        "A good rate: about as fast as it can be.",
        "A large rate: every step jumps over the valley, and lands a little lower.",
        f"Above {limit:.2f} the jumps grow, and so does the loss: it diverges.",
    ]
