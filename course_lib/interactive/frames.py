"""Sliders over a picture: Python draws one scene for each combination of slider values, the browser picks.

All scenes are computed once and sent as one table of numbers, so the picture follows the slider at once, and it does so
without a kernel too: on the static site and on slides. ``frames.js`` knows no mathematics; it only maps data to pixels.
``explorer.figure(u=1)`` is the same scene as a matplotlib figure.
"""

import itertools
import json
import math
import textwrap
from dataclasses import dataclass, field
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from matplotlib.ticker import MaxNLocator

from .. import plots

MAX_SCENES = 2000
MAX_BYTES = 2_000_000
STYLES = ("solid", "dashed", "dotted", "dashdot")
MARKERS = ("circle", "cross", "square", "triangle")
COLORS = ("blue", "orange", "green", "pink", "grey")

_MATPLOTLIB_COLORS = dict(zip(COLORS, (*plots.COLORS, "#808080"), strict=True))
_MATPLOTLIB_MARKERS = dict(zip(MARKERS, plots.MARKERS, strict=True))
_WIDTH = 600  # of the plot without its axes, in the units of the SVG
_HEIGHT = 340


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
        sliders: for each its values in order: numbers or strings.

    Returns:
        Explorer: display it to use it; ``.figure(**values)`` gives one state as a matplotlib figure.

    Raises:
        ValueError: no slider, a slider without values, too many scenes or too much data; the message says what to
            thin out.
        TypeError: ``draw`` returned no ``Scene``.
    """
    return Explorer(title, draw, sliders, start or {}, _axes(xlim, ylim, xlabel, ylabel, equal))


class Explorer(anywidget.AnyWidget):
    """The widget that ``frames`` makes. ``state`` is the position of each slider, counted from 0."""

    _esm = Path(__file__).with_name("frames.js")
    _css = Path(__file__).with_name("frames.css")

    title = traitlets.Unicode().tag(sync=True)
    axes = traitlets.Dict().tag(sync=True)
    sliders = traitlets.List().tag(sync=True)
    numbers = traitlets.Bytes().tag(sync=True)
    spans = traitlets.List().tag(sync=True)
    elements = traitlets.List().tag(sync=True)
    scenes = traitlets.List().tag(sync=True)
    start = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init__(self, title, draw, sliders, start, axes):
        self._values = {name: _slider_values(name, values) for name, values in sliders.items()}
        table = _Table()
        for values in _combinations(self._values):
            table.add(draw(**dict(zip(self._values, values, strict=True))))
        positions = {name: _first(values) for name, values in self._values.items()} | self._positions(start)
        super().__init__(
            title=title,
            axes=axes,
            sliders=[{"name": name, "values": _texts(values)} for name, values in self._values.items()],
            start=positions,
            state=positions,
            **table.traits(),
        )

    def figure(self, **values):
        """Return one state as a matplotlib figure.

        Args:
            values: slider values; the nearest there is is taken. A slider that is not named stays where it is.

        Raises:
            ValueError: there is no such slider, or no such value among strings.
        """
        state = {**self.state, **self._positions(values)}
        shape = tuple(map(len, self._values.values()))
        text, chosen = self.scenes[np.ravel_multi_index(tuple(state[name] for name in self._values), shape)]
        numbers = np.frombuffer(self.numbers, dtype="<f4")
        arrays = [numbers[offset : offset + count] for offset, count in self.spans]
        return _twin(self.axes, [self.elements[i] for i in chosen], arrays, text)

    def _positions(self, values):
        """The position of each value: the same string, or the nearest number."""
        for name in values:
            if name not in self._values:
                raise ValueError(f"there is no slider {name!r}; the sliders are {', '.join(self._values)}")
        return {name: _nearest(name, self._values[name], value) for name, value in values.items()}

    def _repr_mimebundle_(self, **kwargs):
        """The widget, and the picture of its present state for readers that show no widgets."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return data | {"image/png": plots.to_png(self.figure())}, metadata

    def __repr__(self):
        return f"Interactive: {self.title} (sliders: {', '.join(self._values)})"


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
        for axis in "xy":
            data = np.atleast_1d(np.asarray(element[axis], dtype="<f4")).tobytes()
            element[axis] = self._arrays.setdefault(data, len(self._arrays))
        return self._elements.setdefault(json.dumps(element), len(self._elements))

    def traits(self):
        """What the widget sends."""
        numbers = b"".join(self._arrays)
        size = len(numbers) + sum(map(len, self._elements)) + self._texts
        if size > MAX_BYTES:
            raise ValueError(
                f"the scenes hold {size / 1e6:.1f} MB, at most {MAX_BYTES / 1e6:g} MB can be sent: "
                "draw curves with fewer points, or give the sliders fewer values"
            )
        counts = [len(data) // 4 for data in self._arrays]
        spans = [list(span) for span in zip(itertools.accumulate(counts, initial=0), counts, strict=False)]
        elements = [json.loads(element) for element in self._elements]
        return {"numbers": numbers, "spans": spans, "elements": elements, "scenes": self._scenes}


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


def _slider_values(name, values):
    """The values as a list of Python numbers or strings."""
    if isinstance(values, str) or len(values := np.asarray(values).tolist()) == 0:
        raise ValueError(f"slider {name!r} needs a list of values, as in {name}=np.linspace(-3, 3, 25)")
    return values


def _first(values):
    """Where a slider starts: numbers in the middle, strings at the beginning."""
    return 0 if isinstance(values[0], str) else len(values) // 2


def _texts(values):
    """The values as the learner reads them: a real minus sign, and no more digits than tell them apart."""
    if any(isinstance(value, str) for value in values):
        return [str(value) for value in values]
    for digits in range(7):
        texts = [f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}") for value in values]
        if np.allclose([round(value, digits) for value in values], values, atol=1e-9):
            break
    return texts


def _nearest(name, values, value):
    """The position of ``value`` among ``values``."""
    if isinstance(values[0], str):
        if value not in values:
            raise ValueError(f"slider {name!r} has no value {value!r}; it has {', '.join(map(repr, values))}")
        return values.index(value)
    return int(np.argmin([abs(other - value) for other in values]))


def _axes(xlim, ylim, xlabel, ylabel, equal):
    """What the browser must know of the axes: ranges, sizes, ticks and their texts, names."""
    width, height = _WIDTH, _HEIGHT
    if equal:
        height = 1.2 * _HEIGHT
        width = height * (xlim[1] - xlim[0]) / (ylim[1] - ylim[0])
    axes = {"xlabel": xlabel, "ylabel": ylabel, "width": width, "height": height}
    for name, (low, high), most in (("x", xlim, 8), ("y", ylim, 6)):
        ticks = [
            float(tick) for tick in MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high) if low <= tick <= high
        ]
        axes[name] = {"lim": [float(low), float(high)], "ticks": ticks, "texts": _texts(ticks)}
    return axes


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
def _twin(axes, elements, arrays, text):
    """Draw one scene with matplotlib."""
    fig, ax = plots.canvas(axes["width"] / 96 + 0.8, axes["height"] / 96 + 1.1)
    ax.set_box_aspect(axes["height"] / axes["width"])
    low, high = axes["x"]["lim"]
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
    ax.set(xlim=axes["x"]["lim"], ylim=axes["y"]["lim"], xticks=axes["x"]["ticks"], yticks=axes["y"]["ticks"])
    ax.set(xlabel=axes["xlabel"], ylabel=axes["ylabel"])
    ax.set_title(textwrap.fill(text, int(axes["width"] / 9)), fontsize="medium")
    if ax.get_legend_handles_labels()[1]:
        ax.legend()
    return fig
