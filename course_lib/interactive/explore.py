"""One or more activation functions under the finger: value, slope, and what becomes of normal inputs.

``explore(relu)`` shows it, ``explore(relu, gelu, silu)`` compares, ``explore(elu).figure(alpha=2)`` is a still picture.
"""

import inspect
import itertools

import numpy as np

from .. import plots
from ..activations import Activation
from .base import Control, Interactive, axis

MOST = 4  # functions in one picture: as many as there are colours that everybody can tell apart
FLAT = 0.05  # a smaller slope counts as saturated
BINS = 32

_STEP = 0.05  # between the places of x
_MEANS = np.linspace(-3, 3, 13)
_DEVIATIONS = (0.5, 1.0, 2.0)
_EPS = 1e-7  # so far to the left and to the right a limit is taken
_Z = np.arange(-7.9975, 8, 0.005)  # in the middle of cells, so that no kink lies on one of these points
_WEIGHTS = np.exp(-_Z * _Z / 2)
_WEIGHTS /= _WEIGHTS.sum()
_NAMES = ("blue", "orange", "green", "pink")
_STYLES = ("solid", "dashed", "dotted", "dashdot")


def explore(activation, *more, **parameters):
    """Make a picture of activation functions that answers: drag x, move their parameters, widen the inputs.

    Args:
        activation, more: one to four ``Activation`` objects.
        parameters: the values of a parameter's slider, as in ``alpha=np.linspace(0.5, 3, 11)``; by default they are
            made from the parameter's default and domain.

    Raises:
        TypeError: something is no ``Activation``.
        ValueError: too many functions, one of them twice, or none has such a parameter.
    """
    functions = (activation, *more)
    for f in functions:
        if not isinstance(f, Activation):
            raise TypeError(f"explore() shows activation functions of the library, as in explore(relu); got {f!r}")
    if len(functions) > MOST or len(set(functions)) < len(functions):
        raise ValueError(f"explore() compares up to {MOST} different functions, got {', '.join(map(_name, functions))}")
    known = {key for f in functions for key in f.parameters}
    for key in parameters:
        if key not in known:
            raise ValueError(
                f"no function here has a parameter {key!r}; there are {', '.join(sorted(known)) or 'none'}"
            )
    return Explore(functions, parameters)


class Explore(Interactive):
    """The widget that ``explore`` makes."""

    def __init__(self, functions, parameters):
        self._functions = functions
        self._x = _places(functions)
        controls = {"x": Control(self._x, "x", start=1.0)}
        for f, key in self._parameters():
            values = parameters.get(key, _slider_values(f.parameters[key], f.domain.get(key)))
            controls[f"{f.name}_{key}"] = Control(values, f"{f.name}: {key}", start=f.parameters[key])
        controls["mean"] = Control(_MEANS, "mean of the inputs", start=0.0)
        controls["deviation"] = Control(_DEVIATIONS, "standard deviation", start=1.0)
        self.controls = controls
        self._edges = {"in": np.linspace(-8, 8, BINS + 1), "out": _out_edges(functions)}
        tables, cards = {"x": self._x, **{f"edges {name}": edges for name, edges in self._edges.items()}}, []
        tables["in"] = [_shares(inputs, self._edges["in"]) for inputs in _inputs()]
        for i, f in enumerate(functions):
            kinks, more = self._tables(f)
            tables |= {f"{name} {i}": table for name, table in more.items()}
            names = [f"{f.name}_{key}" for key in f.parameters]
            cards.append({"name": f.name, "color": _NAMES[i], "style": _STYLES[i], "controls": names, **kinks})
        title = f"Explore {', '.join(f.name for f in functions)}"
        super().__init__(title, controls, tables, self._code(), functions=cards, axes=self._axes(tables), flat=FLAT)

    def _parameters(self):
        """Every function with each of its parameters."""
        return [(f, key) for f in self._functions for key in f.parameters]

    def _tables(self, f):
        """All that is drawn of f, with one row for each combination of its parameters, the last fastest."""
        names = [f"{f.name}_{key}" for key in f.parameters]
        rows = {name: [] for name in ("f", "slope", "out", "mean", "zeros")}
        kinks, bands = [], []
        for values in itertools.product(*(self.controls[name].values for name in names)):
            params = dict(zip(f.parameters, values, strict=True))
            rows["f"].append(f(self._x, **params))
            rows["slope"].append(f.derivative(self._x, **params))
            outputs = [f(inputs, **params) for inputs in _inputs()]
            rows["out"].append([_shares(numbers, self._edges["out"]) for numbers in outputs])
            rows["mean"].append([_WEIGHTS @ numbers for numbers in outputs])
            rows["zeros"].append([_WEIGHTS @ (numbers == 0) for numbers in outputs])
            kinks.append(_kinks(f, self._x, params))
            bands.append(_intervals(self._x, np.abs(rows["slope"][-1]) < FLAT))
        return {"kinks": kinks, "bands": bands}, rows

    def _axes(self, tables):
        """The four pairs of axes; they stay while anything moves."""
        heights = {}
        for name in ("f", "slope"):
            every = np.concatenate([np.ravel(tables[f"{name} {i}"]) for i in range(len(self._functions))])
            low, high = min(every.min(), 0), max(every.max(), 1)
            heights[name] = (low - 0.08 * (high - low), high + 0.08 * (high - low))
        across = (self._x[0], self._x[-1])
        share = axis((0, 0.6), "share of the numbers", most=5)
        share["texts"] = [f"{100 * tick:.0f} %" for tick in share["ticks"]]
        return {
            "f": {"x": axis(across, "x"), "y": axis(heights["f"], "f(x)", most=6)},
            "slope": {"x": axis(across, "x"), "y": axis(heights["slope"], "slope f′(x)", most=6)},
            "in": {"x": axis(self._edges["in"][[0, -1]], "inputs x"), "y": share},
            "out": {"x": axis(self._edges["out"][[0, -1]], "outputs f(x)"), "y": share},
        }

    def _code(self):
        """What computes the picture: the calls, with the present values, and the formulas behind them."""
        calls, counts, sources = ["x = {x}"], [], []
        for f in self._functions:
            params = "".join(f", {key}={{{f.name}_{key}}}" for key in f.parameters)
            calls += [f"{f.name}(x{params})", f"{f.name}.derivative(x{params})"]
            counts.append(f"{f.name}(inputs{params}).mean(), ({f.name}(inputs{params}) == 0).mean()")
            sources += [_source(f.formula), _source(f.derivative_formula).replace("(", "_slope(", 1)]
        calls.append("inputs = np.random.default_rng(0).normal({mean}, {deviation}, 100_000)")
        return "\n".join([*calls, *counts]) + "\n\n\n" + "\n\n".join(sources)

    def _params(self, f, values):
        """The parameters of f among the values of the controls."""
        return {key: values[f"{f.name}_{key}"] for key in f.parameters}

    def readings(self, state):
        """Value, slope, mean output and share of exact zeros of each function."""
        values = self.values(state)
        inputs, readings = values["mean"] + values["deviation"] * _Z, {}
        for f in self._functions:
            params = self._params(f, values)
            outputs = f(inputs, **params)
            readings[f"{f.name} f(x)"] = float(f(values["x"], **params))
            readings[f"{f.name} slope f′(x)"] = float(f.derivative(values["x"], **params))
            readings[f"{f.name} mean output"] = float(_WEIGHTS @ outputs)
            readings[f"{f.name} zeros"] = f"{100 * (_WEIGHTS @ (outputs == 0)):.0f} %"
        return readings

    @plots.styled
    def picture(self, state):
        values = self.values(state)
        x, axes = values["x"], self.setup["axes"]
        fig, grid = plots.canvas(9, 6.4, nrows=2, ncols=2)
        for ax, name in zip(grid.flat, axes, strict=True):
            spec = axes[name]
            ax.set(xlim=spec["x"]["lim"], ylim=spec["y"]["lim"], xlabel=spec["x"]["label"], ylabel=spec["y"]["label"])
        for i, f in enumerate(self._functions):
            look, params = {"color": plots.COLORS[i], "linestyle": plots.DASHES[i]}, self._params(f, values)
            for ax, g in zip(grid[0], (f, f.derivative), strict=True):
                ax.plot(self._x, g(self._x, **params), label=f.name, **look)
                ax.plot(x, g(x, **params), "o", color=look["color"], markersize=9)
            near = np.array([x - 1.5, x + 1.5])
            grid[0, 0].plot(near, f(x, **params) + f.derivative(x, **params) * (near - x), color="0.3", linewidth=1.2)
            outputs = f(values["mean"] + values["deviation"] * _Z, **params)
            grid[1, 1].stairs(_shares(outputs, self._edges["out"]), self._edges["out"], linewidth=2, **look)
        inputs = _shares(values["mean"] + values["deviation"] * _Z, self._edges["in"])
        grid[1, 0].stairs(inputs, self._edges["in"], color="0.3", linewidth=2)
        grid[0, 0].legend()
        return fig


def _name(f):
    return f.name


def _source(formula):
    """The source of a formula, without its card."""
    text = inspect.getsource(formula)
    return text[text.index("def ") :]


def _places(functions):
    """The places of x: multiples of the step, from 4 left of all kinks to 4 right of them."""
    kinks = [kink for f in functions for kink in f.kinks]
    low, high = min(0, *kinks, 0) - 4, max(0, *kinks, 0) + 4
    return np.round(np.arange(round(low / _STEP), round(high / _STEP) + 1) * _STEP, 10)


def _slider_values(default, condition):
    """Values around the default of a parameter: round steps, and the default itself."""
    most = 4 * max(abs(default), 0.25)
    parts = {">= 0": np.arange(21), "> 0": np.arange(1, 21)}.get(condition, np.arange(-20, 21, 2))
    return np.union1d(np.round(most * parts / 20, 10), default)


def _out_edges(functions):
    """The edges of the bins of the outputs: the range of the functions, as far as it is near."""
    low = min(max(f.bounds[0], -4) for f in functions)
    high = max(min(f.bounds[1], 6) for f in functions)
    room = 0.02 * (high - low)
    return np.linspace(low - room, high + room, BINS + 1)


def _inputs():
    """Normal inputs for each mean and standard deviation, the latter fastest."""
    return [mean + deviation * _Z for mean in _MEANS for deviation in _DEVIATIONS]


def _shares(numbers, edges):
    """The share of the numbers in each bin; what lies outside is counted in the outermost bins."""
    scale = BINS / (edges[-1] - edges[0])
    places = np.clip((numbers - edges[0]) * scale, 0, BINS - 1).astype(int)
    return np.bincount(places, _WEIGHTS, BINS)


def _kinks(f, x, params):
    """Where f or its slope jumps: ``[place, f from the left, from the right, slope from the left, from the right]``."""
    sides = [g(x + side, **params) for g in (f, f.derivative) for side in (-_EPS, _EPS)]
    found = np.flatnonzero((np.abs(sides[0] - sides[1]) > 1e-3) | (np.abs(sides[2] - sides[3]) > 1e-3))
    return [[int(i), *(round(float(side[i]), 6) for side in sides)] for i in found]


def _intervals(x, mask):
    """The intervals of x where the mask holds, as pairs."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], mask.astype(int), [0]])))
    return [[float(x[a]), float(x[b - 1])] for a, b in edges.reshape(-1, 2)]
