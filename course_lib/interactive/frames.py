"""Controls over a picture: Python draws one scene for each combination of their values, the browser picks.

All scenes are computed once and sent as one table of numbers, so the picture follows the slider at once, and it does so
without a kernel too: on the static site and on slides. ``explorer.figure(u=1)`` is the same scene as a still figure.
"""

import itertools
import json
import math
import textwrap
from dataclasses import dataclass, field

import numpy as np

from .. import plots
from .base import Control, Interactive, axis

MAX_SCENES = 2000
MAX_BYTES = 2_000_000
STYLES = ("solid", "dashed", "dotted", "dashdot")
MARKERS = ("circle", "cross", "square", "triangle")
COLORS = ("blue", "orange", "green", "pink", "grey")

_MATPLOTLIB_COLORS = dict(zip(COLORS, (*plots.COLORS, "#808080"), strict=True))
_MATPLOTLIB_MARKERS = dict(zip(MARKERS, plots.MARKERS, strict=True))


@dataclass
class Curve:
    """A line through points.

    Args:
        x, y: numbers of shape (n,); a nan makes a gap.
        label: the text for the legend, empty for none.
        style: "solid", "dashed", "dotted" or "dashdot"; by default the next one that the scene has not used.
        color: "blue", "orange", "green", "pink" or "grey"; by default the next one.
    """

    x: object
    y: object
    label: str = ""
    style: str | None = None
    color: str | None = None


@dataclass
class Region:
    """A filled polygon with the corners ``x``, ``y``, each of shape (n,); ``label`` and ``color`` as for ``Curve``."""

    x: object
    y: object
    label: str = ""
    color: str | None = None


@dataclass
class Points:
    """Marked points: one (two numbers, its label stands beside it) or many (shape (n,), their label in the legend).

    ``marker`` is "circle", "cross", "square" or "triangle"; it and ``color`` default to the next one.
    """

    x: object
    y: object
    label: str = ""
    marker: str | None = None
    color: str | None = None


@dataclass
class Scene:
    """One state of the picture: what is drawn, and one or two sentences or numbers to be read beside it."""

    curves: list = field(default_factory=list)
    regions: list = field(default_factory=list)
    points: list = field(default_factory=list)
    text: str = ""


def frames(title, draw, *, xlim, ylim, xlabel="x", ylabel="", equal=False, start=None, **sliders):
    """Make a picture that follows its sliders.

    Args:
        title: the name of the picture, also for those who cannot see it.
        draw: function of one value of each slider, by keyword, that returns a ``Scene``. It is called once for each
            combination.
        xlim, ylim: the visible range of the axes, as pairs. They never change, so that movement means something.
        xlabel, ylabel: what the axes show.
        equal: whether one unit is as long on both axes, as a plane of two inputs needs it.
        start: dict from slider to the value it starts at (the nearest is taken); by default the middle one,
            of strings the first.
        sliders: for each its values in order: numbers, or strings, which become buttons.

    Returns:
        Explorer: display it to use it; ``.figure(**values)`` gives one state as a matplotlib figure.

    Raises:
        ValueError: no slider, a slider without values, too many scenes or too much data; the message says what to
            thin out.
        TypeError: ``draw`` returned no ``Scene``.
    """
    start = start or {}
    for name in start:
        if name not in sliders:
            raise ValueError(f"there is no slider {name!r}; the sliders are {', '.join(sliders)}")
    axes = {"x": axis(xlim, xlabel, most=8), "y": axis(ylim, ylabel, most=6)}
    controls = {name: Control(values, name.replace("_", " "), start.get(name)) for name, values in sliders.items()}
    return Explorer(title, draw, controls, axes, equal)


class Explorer(Interactive):
    """The widget that ``frames`` makes."""

    def __init__(self, title, draw, controls, axes, equal):
        table = _Table()
        for values in _combinations({name: control.values for name, control in controls.items()}):
            table.add(draw(**dict(zip(controls, values, strict=True))))
        arrays, more = table.finished()
        super().__init__(title, controls, arrays, axes=axes, equal=equal, **more)

    def _scene(self, state):
        """The words of a scene, and the numbers of what is drawn."""
        shape = [len(control.values) for control in self.controls.values()]
        return self.setup["scenes"][np.ravel_multi_index([state[name] for name in self.controls], shape)]

    def picture(self, state):
        text, chosen = self._scene(state)
        numbers = np.frombuffer(self.numbers, dtype="<f4")
        arrays = [numbers[offset : offset + count] for offset, (count,) in self.setup["tables"].values()]
        return _twin(self.setup, [self.setup["elements"][i] for i in chosen], arrays, text)

    def alt(self, state):
        return f"{super().alt(state)}. {self._scene(state)[0]}"


class _Table:
    """All scenes in a compact form: equal arrays and equal curves are kept once."""

    def __init__(self):
        self._arrays = {}  # bytes of the array -> its number
        self._elements = {}  # what the browser draws, as JSON -> its number
        self._scenes = []
        self._texts = 0

    def add(self, scene):
        if not isinstance(scene, Scene):
            raise TypeError(f"draw must return a Scene, not {type(scene).__name__}")
        chosen = [self._number(element) for element in _dressed(scene)]
        self._scenes.append([scene.text, chosen])
        self._texts += len(scene.text) + 4 * len(chosen)

    def _number(self, element):
        """Keep the element, if it is new, and return its number."""
        for name in "xy":
            data = np.atleast_1d(np.asarray(element[name], dtype="<f4")).tobytes()
            element[name] = self._arrays.setdefault(data, len(self._arrays))
        return self._elements.setdefault(json.dumps(element), len(self._elements))

    def finished(self):
        """Return all arrays by their number, and what is drawn of them in each scene."""
        size = sum(map(len, self._arrays)) + sum(map(len, self._elements)) + self._texts
        if size > MAX_BYTES:
            raise ValueError(
                f"the scenes hold {size / 1e6:.1f} MB, at most {MAX_BYTES / 1e6:g} MB can be sent: "
                "draw curves with fewer points, or give the sliders fewer values"
            )
        arrays = {str(i): np.frombuffer(data, dtype="<f4") for data, i in self._arrays.items()}
        return arrays, {"elements": [json.loads(element) for element in self._elements], "scenes": self._scenes}


def _combinations(sliders):
    """Every combination of slider values, the last slider fastest; an error if there are too many."""
    if not sliders:
        raise ValueError("give at least one slider, as in frames(..., u=np.linspace(-3, 3, 25))")
    count = math.prod(map(len, sliders.values()))
    if count > MAX_SCENES:
        sizes = " x ".join(f"{len(values)} ({name})" for name, values in sliders.items())
        raise ValueError(
            f"{sizes} are {count} scenes, at most {MAX_SCENES} can be drawn beforehand: "
            f"give the sliders fewer values, as in np.linspace(-3, 3, {int(MAX_SCENES ** (1 / len(sliders)))})"
        )
    return itertools.product(*sliders.values())


def _dressed(scene):
    """The elements of a scene from back to front, each with a style or marker and a colour of its own."""
    kinds = (("region", scene.regions), ("curve", scene.curves), ("points", scene.points))
    place = itertools.count()
    for kind, elements in kinds:
        for i, element in enumerate(elements):
            if np.shape(element.x) != np.shape(element.y):
                shapes = f"{np.shape(element.x)} and {np.shape(element.y)}"
                raise ValueError(f"x and y of {kind} {element.label!r} must have the same shape, not {shapes}")
            dressed = {"kind": kind, "x": element.x, "y": element.y, "label": element.label}
            dressed["color"] = _chosen("color", element.color, COLORS[next(place) % 4], COLORS)
            if kind == "curve":
                dressed["style"] = _chosen("style", element.style, STYLES[i % 4], STYLES)
            if kind == "points":
                dressed["marker"] = _chosen("marker", element.marker, MARKERS[i % 4], MARKERS)
            yield dressed


def _chosen(what, value, default, allowed):
    """``value``, or the default for None; an error for an unknown one."""
    if value is not None and value not in allowed:
        raise ValueError(f"there is no {what} {value!r}; there are {', '.join(allowed)}")
    return default if value is None else value


@plots.styled
def _twin(setup, elements, arrays, text):
    """Draw one scene with matplotlib."""
    axes = setup["axes"]
    (low, high), ylim = axes["x"]["lim"], axes["y"]["lim"]
    ratio = (ylim[1] - ylim[0]) / (high - low) if setup["equal"] else 0.57
    fig, ax = plots.canvas(7.1, 6.2 * min(ratio, 1) + 1.1)
    ax.set_box_aspect(ratio)
    for element in elements:
        x, y = arrays[element["x"]], arrays[element["y"]]
        color, label = _MATPLOTLIB_COLORS[element["color"]], element["label"]
        if element["kind"] == "region":
            ax.fill(x, y, color=color, alpha=0.2, label=label or None)
        elif element["kind"] == "curve":
            ax.plot(x, y, color=color, linestyle=element["style"], label=label or None)
        else:
            points = ax.scatter(x, y, color=color, marker=_MATPLOTLIB_MARKERS[element["marker"]], zorder=3)
            if len(x) == 1:
                left = x[0] > low + 0.7 * (high - low)
                ha = "right" if left else "left"
                ax.annotate(label, (x[0], y[0]), (-6 if left else 6, 6), textcoords="offset points", ha=ha)
            elif label:
                points.set_label(label)
    ax.set(xlim=(low, high), ylim=ylim, xticks=axes["x"]["ticks"], yticks=axes["y"]["ticks"])
    ax.set(xlabel=axes["x"]["label"], ylabel=axes["y"]["label"])
    ax.set_title(textwrap.fill(text, 66), fontsize="medium")
    if ax.get_legend_handles_labels()[1]:
        ax.legend()
    return fig
