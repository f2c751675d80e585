"""Tangents under a convex curve: the largest of k lines, which is what a maxout unit computes.

``tangents()`` shows it, ``tangents().figure(k="4", p1=-1.5)`` is a still picture.
"""

import inspect

import numpy as np

from .. import plots
from ..activations import softplus
from ..units import maxout
from .base import Control, Interactive, axis

MOST = 6  # lines
ENDS = (-2, 2)  # of the x that count

_ACROSS = (-2.1, 2.1)
_PLACES = np.round(np.linspace(*ENDS, 81), 10)  # where a line can touch
_START = (-1.4, -0.6, 0.8, 1.6, 0.1, -1.9)
_HEIGHTS = {"x²": (-1, 4.2), "eˣ": (-1, 7.6), "|x|": (-0.6, 2.2), "softplus": (-0.4, 2.3)}
_CALL = """import numpy as np

from course_lib.activations import softplus
from course_lib.units import maxout


{functions}

f, slope = curves()["{curve}"]
p = np.array([{p1}, {p2}, {p3}, {p4}, {p5}, {p6}])[:{k}]  # where the lines touch
print(largest_error(f, *lines(f, slope, p)))
"""


def curves():
    """The convex functions, each with its slope. At its kink, |x| touches lines of every slope from -1 to 1: 0 here."""
    return {
        "x²": (np.square, lambda x: 2 * x),
        "eˣ": (np.exp, np.exp),
        "|x|": (np.abs, np.sign),
        "softplus": (softplus, softplus.derivative),
    }


def lines(f, slope, p):
    """The weights and biases of the lines W x + b that touch f at the places p."""
    W = slope(p)
    return W, f(p) - W * p


def largest_error(f, W, b, ends=(-2, 2)):
    """How far the largest of the lines stays below f. Between its corners it is straight: a corner or end is worst."""
    i, j = np.triu_indices(len(W), 1)
    cross = ~np.isclose(W[i], W[j])
    corners = -(b[i] - b[j])[cross] / (W[i] - W[j])[cross]
    x = np.clip([*ends, *corners], *ends)
    return np.max(f(x) - maxout(np.outer(x, W) + b))


def tangents():
    """Drag the points where k straight lines touch a convex curve; the largest of the lines is drawn under it.

    It teaches what a maxout unit is: max(w₁x + b₁, ..., wₖx + bₖ), a convex function made of straight pieces, and that
    a few lines in good places come close to any convex curve. The largest error is exact; beside it stands the smallest
    that so many lines can have on this grid of places.

    Controls: ``curve``, ``k`` (a word from "1" to "6"), and the places ``p1`` to ``p6``, from -2 to 2 in steps of 0.05.

    Source: Goodfellow et al. (2013), Maxout Networks, https://arxiv.org/abs/1302.4389.
    """
    return Tangents()


class Tangents(Interactive):
    """The widget that ``tangents`` makes."""

    def __init__(self):
        places = {f"p{i + 1}": Control(_PLACES, f"line {i + 1} touches at x", x) for i, x in enumerate(_START)}
        controls = {"curve": Control(list(curves()), "curve"), **places}
        controls["k"] = Control([str(k) for k in range(1, MOST + 1)], "lines k", "3")
        rows = [_tables(f, slope) for f, slope in curves().values()]
        tables = {name: [row[name] for row in rows] for name in rows[0]}
        axes = [{"x": axis(_ACROSS, "x"), "y": axis(_HEIGHTS[name], "", most=6)} for name in curves()]
        sources = "\n\n".join(inspect.getsource(function) for function in (curves, lines, largest_error))
        code = _CALL.replace("{functions}", sources)
        super().__init__("The largest of k lines", controls, {"places": _PLACES} | tables, code, axes=axes, ends=ENDS)

    def _chosen(self, state):
        """The curve, its slope, and the places of the lines that are there."""
        values = self.values(state)
        return *curves()[values["curve"]], np.array([values[f"p{i + 1}"] for i in range(int(values["k"]))])

    def readings(self, state):
        """The largest error of these lines, and the smallest possible with as many."""
        f, slope, p = self._chosen(state)
        best = _best(_crossings(f, slope)[1], _end_gaps(f, slope))[len(p) - 1]
        errors = [largest_error(f, *lines(f, slope, places)) for places in (p, _PLACES[best[: len(p)]])]
        return dict(zip(("largest error", "smallest possible"), map(float, errors), strict=True))

    def alt(self, state):
        values, (_, _, p) = self.values(state), self._chosen(state)
        places = ", ".join(f"{x:.2f}".replace("-", "\N{MINUS SIGN}") for x in np.sort(p))
        errors = ", ".join(f"{name} {error:.3f}" for name, error in self.readings(state).items())
        return f"{self.title}: under {values['curve']}, k = {len(p)}, touching it at x = {places}; {errors}"

    @plots.styled
    def picture(self, state):
        values, (f, slope, p) = self.values(state), self._chosen(state)
        W, b = lines(f, slope, p)
        x = np.linspace(*ENDS, 401)
        z = np.outer(x, W) + b
        fig, ax = plots.canvas(6.4, 4)
        ax.plot(x, z, color="0.6", linewidth=1)
        ax.plot(x, f(x), plots.DASHES[1], color=plots.COLORS[0], label=values["curve"])
        ax.plot(x, maxout(z), color=plots.COLORS[1], label="the largest line")
        ax.plot(p, f(p), "o", color=plots.COLORS[0], markersize=8)
        title = f"{len(p)} tangents under {values['curve']}: largest error {largest_error(f, W, b):.3f}"
        ax.set(xlim=_ACROSS, ylim=_HEIGHTS[values["curve"]], xlabel="x", title=title)
        ax.legend()
        return fig


def _crossings(f, slope):
    """For each pair of places: x where the two tangents cross, and how far f is above them there."""
    W, b = lines(f, slope, _PLACES)
    steeper = W[:, None] - W
    same = np.isclose(steeper, 0)
    middle = (_PLACES[:, None] + _PLACES) / 2
    x = np.where(same, middle, -(b[:, None] - b) / np.where(same, 1, steeper))
    return x, f(x) - (W[:, None] * x + b[:, None])


def _end_gaps(f, slope):
    """For each place: how far its tangent is below f at both ends."""
    W, b = lines(f, slope, _PLACES)
    x = np.array(ENDS)
    return f(x) - (np.outer(W, x) + b[:, None])


def _best(gaps, ends):
    """The best places for 1, 2, ... lines, by dynamic programming over the place of the last line: (MOST, MOST)."""
    reached, paths, found = ends[:, 0], [[i] for i in range(len(ends))], []
    for k in range(MOST):
        last = np.argmin(np.maximum(reached, ends[:, 1]))
        found.append(paths[last] + [paths[last][-1]] * (MOST - 1 - k))
        errors = np.maximum(reached[:, None], gaps)
        before = errors.argmin(axis=0)
        reached, paths = errors.min(axis=0), [paths[j] + [i] for i, j in enumerate(before)]
    return np.array(found)


def _tables(f, slope):
    """All that is drawn of one curve: by place, by pair of places, by number of lines."""
    x, gaps = _crossings(f, slope)
    W, b = lines(f, slope, _PLACES)
    end_gaps = _end_gaps(f, slope)
    best = _best(gaps, end_gaps)
    smallest = [largest_error(f, *lines(f, slope, _PLACES[places])) for places in best]
    line = np.outer(W, ENDS) + b[:, None]
    return {"f": f(_PLACES), "line": line, "x": x, "gap": gaps, "ends": end_gaps, "best": best, "least": smallest}
