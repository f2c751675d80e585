"""Superposition on the graph: is the graph closed under adding its points, and under multiplying them by a number?

``superposition()`` shows it, ``superposition("relu")`` starts with another function.
"""

import inspect

import numpy as np

from .. import plots
from ..activations import relu, step
from .base import Control, Interactive, axis

_REACH = 2  # u, v and a go so far to both sides
_STEP = 0.1  # between their values, so that u + v and a u are multiples of its square
_SIDES = ("sum", "multiple")
_IMPORTS = "import numpy as np\n\nfrom course_lib.activations import relu, step\n\n\n"
_CALLS = """

f = functions()["{function}"]
u, v, a = {u}, {v}, {a}
print(f(u + v), f(u) + f(v))
print(f(a * u), a * f(u))
"""


def functions():
    return {
        "2x": lambda x: 2 * x,
        "2x + 3": lambda x: 2 * x + 3,
        "|x|": np.abs,
        "relu": relu,
        "step": step,
        "sin x": np.sin,
        "x²": np.square,
        "log(3 exp x)": lambda x: np.log(3 * np.exp(x)),
    }


def superposition(function="|x|"):
    """Make a picture that tests a function for linearity: f(u + v) beside f(u) + f(v), f(a u) beside a f(u).

    What it teaches: a function is linear if both pairs agree for *every* u, v and a. One pair that differs refutes it,
    pairs that agree prove nothing, and neither a straight graph (2x + 3) nor the look of a formula (log(3 exp x), which
    is x + log 3) decides. As arrows from the origin, the sum of two points of the graph is the corner of a
    parallelogram, and the multiple lengthens an arrow: the graph of a linear function has these points, too.

    Args:
        function: the one to start with: "2x", "2x + 3", "|x|", "relu", "step", "sin x", "x²" or "log(3 exp x)".

    Raises:
        ValueError: there is no such function.
    """
    return Superposition(function)


class Superposition(Interactive):
    """The widget that ``superposition`` makes."""

    def __init__(self, function):
        self._functions = functions()
        values = np.round(np.arange(-_REACH, _REACH + _STEP / 2, _STEP), 10)
        far = _REACH**2
        self._x = np.round(np.arange(-far, far + _STEP**2 / 2, _STEP**2), 10)
        controls = {
            "function": Control(list(self._functions), "f(x)", start=function),
            "u": Control(values, "point u", start=1.2),
            "v": Control(values, "point v", start=-0.9),
            "a": Control(values, "factor a", start=-1),
        }
        tables = {"x": self._x, "f": [f(self._x) for f in self._functions.values()]}
        across = axis((-far, far), "x")
        axes = [{"x": across, "y": axis(_heights(f, values, self._x), "f(x)")} for f in self._functions.values()]
        jumps = {"step": [len(self._x) // 2, 0, 1]}  # where it jumps, and its values to the left and to the right
        code = _IMPORTS + inspect.getsource(functions) + _CALLS
        super().__init__("Is it linear?", controls, tables, code, axes=axes, jumps=jumps)

    def _points(self, state):
        """The point of the graph and the combined one, for the sum and for the multiple: ``(x, on, combined)``."""
        values = self.values(state)
        f, u, v, a = self._functions[values["function"]], values["u"], values["v"], values["a"]
        pairs = (u + v, f(u + v), f(u) + f(v)), (a * u, f(a * u), a * f(u))
        return {side: tuple(map(float, pair)) for side, pair in zip(_SIDES, pairs, strict=True)}

    def readings(self, state):
        """Both sides of both equations, and their differences."""
        points = self._points(state)
        (_, f_sum, sum_f), (_, f_multiple, multiple_f) = points["sum"], points["multiple"]
        return {
            "f(u + v)": f_sum,
            "f(u) + f(v)": sum_f,
            "gap (sum)": sum_f - f_sum,
            "f(a u)": f_multiple,
            "a f(u)": multiple_f,
            "gap (multiple)": multiple_f - f_multiple,
        }

    @plots.styled
    def picture(self, state):
        values, points = self.values(state), self._points(state)
        f, u, v = self._functions[values["function"]], values["u"], values["v"]
        fig, axes = plots.canvas(9, 4, ncols=2)
        arrows = {"sum": [(u, f(u), "u"), (v, f(v), "v")], "multiple": [(u, f(u), "u")]}
        labels = {"sum": ("f(u + v)", "f(u) + f(v)"), "multiple": ("f(a u)", "a f(u)")}
        limits = self.setup["axes"][state["function"]]
        for ax, (side, (x, on, combined)) in zip(axes, points.items(), strict=True):
            with np.errstate(invalid="ignore"):
                ax.plot(self._x, np.where((self._x == 0) & (values["function"] == "step"), np.nan, f(self._x)))
            for across, up, name in arrows[side]:
                ax.plot([0, across], [0, up], "o-", color="0.3", linewidth=1.2)
                ax.plot([across, x], [up, combined], "--", color="0.3", linewidth=1.2)
                ax.annotate(name, (across, up), (6, 6), textcoords="offset points")
            ax.vlines(x, *sorted((on, combined)), color=plots.COLORS[3], linewidth=4)
            ax.plot(x, on, "o", color=plots.COLORS[0], markersize=9, label=labels[side][0])
            ax.plot(x, combined, "X", color=plots.COLORS[1], markersize=9, label=labels[side][1])
            ax.set(xlim=limits["x"]["lim"], ylim=limits["y"]["lim"], xlabel="x")
            ax.set_title(f"{values['function']}: gap {_rounded(combined - on)}")
            ax.legend()
        axes[0].set_ylabel("f(x)")
        return fig


def _heights(f, values, x):
    """The range of all that can be drawn of f."""
    f_u = np.asarray(f(values), dtype=float)
    every = np.concatenate([f(x), np.add.outer(f_u, f_u).ravel(), np.multiply.outer(f_u, values).ravel()])
    room = 0.08 * np.ptp(every)
    return every.min() - room, every.max() + room


def _rounded(gap):
    return f"{0 if abs(gap) < 1e-9 else gap:.2f}".replace("-", "\N{MINUS SIGN}")
