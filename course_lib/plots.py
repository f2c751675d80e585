"""Every figure that does not move: one pure function a figure, and ``show(fig, alt)``.

The functions return a matplotlib ``Figure`` that no global state knows of, so nothing is drawn twice or left open.
They share the style sheet ``course.mplstyle``. Lines are told apart by dashes as well as by colour.

Command line: ``python -m course_lib.plots overview.png`` saves the picture of all activations.
"""

import base64
import html
import io
import itertools
import math
import os
import sys
import textwrap
from pathlib import Path

import numpy as np
from matplotlib import rc_context
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

STYLE = Path(__file__).with_name("course.mplstyle")
COLORS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7")
DASHES = ("-", "--", ":", "-.")
MARKERS = ("o", "X", "s", "^")
TALK = "application/vnd.course.talk+html"
"""The kind of output that holds a figure as slides show it."""
TALK_SIZES = ((5, 4.2), (8, 4))  # inches: beside text and alone, the largest that leave letters the last row can read
CLASS_COLORS = (COLORS[1], COLORS[0], *COLORS[2:])
CLASS_MARKERS = (MARKERS[1], MARKERS[0], *MARKERS[2:])
"""How classes 0, 1, ... look, here and in the interactives."""

styled = rc_context(fname=STYLE)


def show(fig, alt):
    """Display a figure, sharp on any screen, with a text for readers who cannot see it.

    Args:
        fig: a matplotlib ``Figure``.
        alt: what the figure shows, in a sentence or two.

    Raises:
        ValueError: ``alt`` is empty or no string.
    """
    from IPython.display import display

    display(Picture(fig, alt))


class Picture:
    """A figure with its alternative text: HTML in a notebook, ``Figure: <alt>`` where only text is shown."""

    def __init__(self, fig, alt):
        if not isinstance(alt, str) or not alt.strip():
            raise ValueError("say in alt what the figure shows: it is read aloud where the figure cannot be seen")
        self.alt = " ".join(alt.split())
        self._html = _html(fig, self.alt)
        self._more = {}
        if os.environ.get("COURSE_TALK"):  # the chapter is run for slides, too
            self._more[TALK] = _html(fig, self.alt, TALK_SIZES[int(fig.get_figwidth() > 6.6)])

    def _repr_html_(self):
        return self._html

    def _repr_mimebundle_(self, **kwargs):
        return self._more

    def __repr__(self):
        return f"Figure: {self.alt}"


def _html(fig, alt, size=None):
    """The figure as HTML; with a ``size`` in inches laid out anew to fit into it, and shown larger: so letters grow."""
    magnified = _for_a_slide(fig, size) if size else 1
    width = round(fig.get_figwidth() * 96 * magnified)  # CSS pixels: 96 an inch
    style = f"width:{width}px;max-width:100%"
    data = base64.b64encode(to_png(fig)).decode()
    image = f'<img src="data:image/png;base64,{data}" alt="{html.escape(alt)}" style="{style}">'
    return f'<figure style="margin:0">{image}</figure>'


def _for_a_slide(fig, size):
    """Lay a figure out anew, within ``size`` in inches, and return how many times larger a slide shows it."""
    (wide, high), (most_wide, most_high) = fig.get_size_inches(), size
    if high > 1.3 * most_high:  # rows upon rows would be squashed: only made smaller
        return min(1.5, 1.5 * most_high / high, 1.5 * 8 / wide)
    fig.set_size_inches(min(wide, most_wide), min(high, most_high))
    for ax in fig.axes:
        letters = 72 / (0.55 * ax.title.get_fontsize()) * fig.get_figwidth() * ax.get_position().width
        for text in (ax.title, ax.xaxis.label):
            if "$" not in text.get_text():
                text.set_text(textwrap.fill(text.get_text(), int(letters)))
    return 1.5


@styled
def to_png(fig):
    """The figure as PNG bytes: two pixels for each CSS pixel, so that it is crisp, on opaque white."""
    buffer = io.BytesIO()
    fig.savefig(buffer, format="png", dpi=192)
    return buffer.getvalue()


@styled
def canvas(width=6.4, height=3.6, **grid):
    """Return ``(figure, axes)`` in the course's style; ``grid`` as for ``Figure.subplots``. Sizes are in inches."""
    fig = Figure(figsize=(width, height))
    return fig, fig.subplots(**grid)


@styled
def curves(x, ys, xlabel="x", ylabel="", title="", yscale="linear"):
    """Draw several curves over the same axis, with a legend.

    Args:
        x: shape (n,).
        ys: dict from label to values of shape (n,).
        yscale: "linear" or "log".
    """
    fig, ax = canvas()
    for (label, y), look in zip(ys.items(), _looks(), strict=False):
        ax.plot(x, y, label=label, **look)
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title, yscale=yscale)
    if np.issubdtype(np.asarray(x).dtype, np.integer):
        ax.locator_params(axis="x", integer=True)  # there is no layer 2.5
    ax.legend()
    return fig


@styled
def function_and_derivative(f, x=None, **params):
    """Draw an activation (solid), its derivative (dashed) and a dot on both wherever the function has a kink.

    Args:
        f: an ``Activation``.
        x: inputs, shape (n,) and increasing; by default from 4 left of all kinks to 4 right of them.
        params: parameters of the function, as in ``negative_slope=0.1``; kinks are marked where they are by default.
    """
    fig, ax = canvas()
    _function_and_derivative(ax, f, x, params)
    ax.set(xlabel="x")
    ax.legend()
    return fig


@styled
def overview(functions=None, columns=5, size=None):
    """Draw small pictures of many activations, each with its derivative dashed, over -4 <= x <= 4.

    Args:
        functions: the ``Activation`` objects; by default all of ``ACTIVATIONS``.
        columns: how many pictures stand in a row.
        size: of all of it, (width, height) in inches; by default as the pictures need.
    """
    functions = _all() if functions is None else list(functions)
    rows = math.ceil(len(functions) / columns)
    size = size or (2.1 * columns, 1.7 * rows)
    fig, axes = canvas(*size, nrows=rows, ncols=columns, sharex=True, sharey=True, squeeze=False)
    for ax, f in zip(axes.flat, functions, strict=False):
        _function_and_derivative(ax, f, np.linspace(-4, 4, 401), {})
        ax.set(title=f.name, ylim=(-1.8, 4), xticks=[-4, 0, 4], yticks=[-1, 0, 1, 4])
    for ax in list(axes.flat)[len(functions) :]:
        ax.set_axis_off()
    handles, _ = axes.flat[0].get_legend_handles_labels()
    fig.legend(handles[:2], ["function", "derivative"], loc="outside lower center", ncols=2)
    return fig


@styled
def line_and_parabola(u=1.0, v=2.0):
    """Draw f(x) = 2x beside f(x) = x²: on the line f(u) + f(v) lands on the graph, beside the parabola it does not."""
    fig, axes = canvas(8, 3.6, ncols=2)
    x = np.linspace(-0.5, u + v + 0.5, 201)
    for ax, f, title in zip(axes, (lambda t: 2 * t, np.square), ("f(x) = 2x", "f(x) = x²"), strict=True):
        at = np.array([u, v, u + v])
        ax.plot(x, f(x), color=COLORS[0])
        ax.plot(at, f(at), "o", color=COLORS[0], label="f(u), f(v), f(u + v)")
        ax.plot(u + v, f(u) + f(v), "X", color=COLORS[1], markersize=9, label="f(u) + f(v)")
        ax.set(title=title, xlabel="x", xticks=at, xticklabels=["u", "v", "u + v"])
        ax.legend()
    return fig


@styled
def network(sizes, labels=None, titles=None):
    """Draw a fully connected network, one column of circles a layer.

    Args:
        sizes: the number of units of each layer, as in ``[2, 2, 1]``.
        labels: one list of short texts for each layer, written into its circles from top to bottom.
        titles: one text for each layer, written above it.

    Raises:
        ValueError: ``labels`` or ``titles`` do not fit ``sizes``.
    """
    if labels is not None and [len(layer) for layer in labels] != list(sizes):
        raise ValueError(f"labels need one text for each unit: {list(sizes)} units, {list(map(len, labels))} texts")
    if titles is not None and len(titles) != len(sizes):
        raise ValueError(f"titles need one text for each layer: {len(sizes)} layers, {len(titles)} titles")
    fig, ax = canvas(2.1 * len(sizes), 0.75 * max(sizes) + 0.5)
    places = [[(2.0 * column, (n - 1) / 2 - row) for row in range(n)] for column, n in enumerate(sizes)]
    for left, right in itertools.pairwise(places):
        for a in left:
            for b in right:
                ax.plot(*zip(a, b, strict=True), color="0.6", linewidth=1, zorder=1)
    for column, layer in enumerate(places):
        ax.scatter(*zip(*layer, strict=True), s=900, color="white", edgecolor=COLORS[0], linewidth=2, zorder=2)
        for place, label in zip(layer, labels[column] if labels else [], strict=False):
            ax.annotate(label, place, ha="center", va="center")
        if titles:
            ax.annotate(titles[column], (2.0 * column, max(sizes) / 2), ha="center", va="bottom")
    ax.set(xlim=(-0.7, 2.0 * len(sizes) - 1.3), ylim=(-max(sizes) / 2, max(sizes) / 2 + (0.3 if titles else 0)))
    ax.set_axis_off()
    return fig


@styled
def decision_regions(predict, xlim, ylim, points=None, labels=None, title=""):
    """Colour the plane by the class that a model gives each of its points.

    Args:
        predict: function from inputs of shape (n, 2) to classes 0, 1, ... of shape (n,), at most four.
        xlim, ylim: the part of the plane, as pairs.
        points: data to mark, shape (n, 2).
        labels: the classes of ``points``, shape (n,): each gets its own marker.
    """
    fig, ax = canvas(4.6, 4.2 if labels is None else 4.5)
    x, y = np.meshgrid(np.linspace(*xlim, 241), np.linspace(*ylim, 241))
    classes = np.asarray(predict(np.column_stack([x.ravel(), y.ravel()]))).reshape(x.shape).astype(int)
    ax.pcolormesh(x, y, classes, cmap=ListedColormap(CLASS_COLORS), vmin=0, vmax=3, alpha=0.25, rasterized=True)
    for level in np.unique(classes)[1:]:
        ax.contour(x, y, classes >= level, levels=[0.5], colors="0.25", linewidths=1.2)
    for label in [] if labels is None else np.unique(labels):
        chosen = np.asarray(points)[np.asarray(labels) == label]
        color, marker = CLASS_COLORS[int(label)], CLASS_MARKERS[int(label)]
        ax.scatter(*chosen.T, color=color, marker=marker, edgecolor="white", linewidth=0.6, label=f"class {label}")
    ax.set(xlim=xlim, ylim=ylim, xlabel="$x_1$", ylabel="$x_2$", title=title)
    if labels is not None:
        ax.legend(loc="upper center", bbox_to_anchor=(0.5, -0.16), ncols=4)  # below: it hides no point
    return fig


@styled
def histogram(values, bins=40, xlabel=""):
    """Draw histograms over one axis, each with area 1.

    Args:
        values: dict from label to numbers of shape (n,).
        bins: the number of bins, the same for all.
    """
    fig, ax = canvas()
    edges = np.histogram_bin_edges(np.concatenate([np.ravel(v) for v in values.values()]), bins)
    for (label, numbers), look in zip(values.items(), _looks(), strict=False):
        height, _ = np.histogram(numbers, edges, density=True)
        ax.stairs(height, edges, label=label, linewidth=2, **look)
        ax.stairs(height, edges, fill=True, alpha=0.15, color=look["color"])
    ax.set(xlabel=xlabel, ylabel="density")
    ax.legend()
    return fig


def interval(values):
    """Return the mean of a few repeated measurements and its 95% interval (Student's t): ``(mean, low, high)``.

    Args:
        values: one number for each repetition, shape (n,).

    Raises:
        ValueError: fewer than two values.
    """
    from scipy.special import stdtrit

    values = np.asarray(values, dtype=float)
    if values.ndim != 1 or values.size < 2:
        raise ValueError(f"an interval needs at least two values in one list, one for each seed; got {values.tolist()}")
    mean = values.mean()
    half = stdtrit(values.size - 1, 0.975) * values.std(ddof=1) / math.sqrt(values.size)
    return float(mean), float(mean - half), float(mean + half)


@styled
def intervals(rows, xlabel=""):
    """Compare contenders: for each a dot a seed, the mean as a bar and its 95% interval as a line.

    Args:
        rows: dict from name to one result for each seed, shape (n,), n >= 2.
    """
    fig, ax = canvas(6.4, 0.6 * len(rows) + 0.9)
    for place, values in enumerate(rows.values()):
        mean, low, high = interval(values)
        ax.plot(values, np.full(len(values), place), "o", color=COLORS[0], markersize=5, alpha=0.5)
        ax.plot([low, high], [place + 0.22] * 2, color=COLORS[1])
        ax.plot(mean, place + 0.22, "|", color=COLORS[1], markersize=12, markeredgewidth=3)
    ax.set(yticks=range(len(rows)), yticklabels=list(rows), ylim=(len(rows) - 0.5, -0.5), xlabel=xlabel)
    ax.grid(axis="y", visible=False)
    return fig


@styled
def activity(z):
    """Show which units are on for which inputs: a filled square where ``z > 0``. Dead units are named below.

    Args:
        z: pre-activations, shape (inputs, units).
    """
    on = np.asarray(z) > 0
    fig, ax = canvas(0.2 * on.shape[1] + 0.8, 0.2 * on.shape[0] + 0.8)
    ax.imshow(on, cmap=ListedColormap(["#e8e8e8", COLORS[0]]), vmin=0, vmax=1)
    ax.hlines(np.arange(on.shape[0] + 1) - 0.5, -0.5, on.shape[1] - 0.5, color="white")
    ax.vlines(np.arange(on.shape[1] + 1) - 0.5, -0.5, on.shape[0] - 0.5, color="white")
    dead = np.flatnonzero(~on.any(axis=0))
    ax.set(xticks=dead, xticklabels=["dead"] * len(dead), yticks=[], xlabel="units", ylabel="inputs")
    ax.tick_params(axis="x", rotation=90, length=0)
    ax.grid(visible=False)
    return fig


@styled
def matrix_product(*matrices, names=None):
    """Draw matrices as coloured tables and, after an equals sign, their product in the order given.

    Args:
        matrices: arrays of shapes (a, b), (b, c), ... that can be multiplied.
        names: one title for each matrix and one for the product.
    """
    matrices = [np.asarray(m, dtype=float) for m in matrices]
    shown = [*matrices, matrices[0] if len(matrices) == 1 else np.linalg.multi_dot(matrices)]
    fig, axes = canvas(
        0.5 * sum(m.shape[1] for m in shown) + 0.4 * len(shown) + 0.3,
        0.5 * max(m.shape[0] for m in shown) + 0.5,
        ncols=len(shown),
        width_ratios=[m.shape[1] for m in shown],
    )
    for i, (ax, matrix) in enumerate(zip(axes, shown, strict=True)):
        limit = max(abs(matrix).max(), 1e-300)
        ax.imshow(matrix, cmap="PuOr", vmin=-2 * limit, vmax=2 * limit)
        for (row, column), number in np.ndenumerate(matrix):
            ax.text(column, row, f"{number:.2g}", ha="center", va="center", fontsize=9)
        ax.set(xticks=[], yticks=[], title=names[i] if names else "")
        if i > 0:
            ax.set_ylabel("=" if i == len(matrices) else "·", rotation=0, fontsize=18, va="center", labelpad=12)
        ax.spines[:].set_visible(True)
        ax.grid(visible=False)
    return fig


@styled
def sheets(maps, lines=9):
    """Draw what maps of the plane do to a square sheet of ruled paper, side by side: a crease shows as a bent line.

    Args:
        maps: dict from title to a function from points of shape (n, 2) to points of shape (n, 2).
        lines: how many lines the sheet is ruled with in each direction.
    """
    fig, axes = canvas(2.8 * len(maps), 3.1, ncols=len(maps), squeeze=False)
    along, across = np.meshgrid(np.linspace(-1, 1, 201), np.linspace(-1, 1, lines))
    for ax, (title, f) in zip(axes.flat, maps.items(), strict=True):
        for x, y, color in ((along, across, COLORS[0]), (across, along, COLORS[1])):
            for line in np.stack([x, y], axis=-1):
                ax.plot(*np.asarray(f(line)).T, color=color, linewidth=1.2)
        ax.set_title(title)
        ax.set_aspect("equal", "datalim")
        ax.set_axis_off()
    return fig


def zero_line(f, xlim, ylim, points=51):
    """Return the line in the plane on which f is 0, such as the border between two classes.

    Args:
        f: function from points of shape (n, 2) to n numbers.
        xlim, ylim: the part of the plane, as pairs.
        points: f is asked on a grid of so many points in each direction; between them it is taken as straight.

    Returns:
        Two arrays, the coordinates of the points on the line. Between its pieces, and if there is none, stands nan.
    """
    x, y = np.linspace(*xlim, points), np.linspace(*ylim, points)
    heights = np.reshape(f(np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)), (points, points))
    gap, pieces = np.full((1, 2), np.nan), []
    if heights.min() < 0 < heights.max():
        pieces = Figure().subplots().contour(x, y, heights, levels=[0.0]).allsegs[0]
    return np.vstack([gap, *[part for piece in pieces for part in (piece, gap)]]).T


def _looks():
    """One colour and one kind of dash a line; after four the dashes move on by one."""
    while True:
        for shift in range(4):
            for i in range(4):
                yield {"color": COLORS[i], "linestyle": DASHES[(i + shift) % 4]}


def _function_and_derivative(ax, f, x, params):
    """Draw both on ``ax``; the lines break at a kink, so that a jump looks like one."""
    kinks = np.array(f.kinks, dtype=float)
    if x is None:
        x = np.linspace(min(0, *kinks, 0) - 4, max(0, *kinks, 0) + 4, 801)
    kinks = kinks[(kinks >= x[0]) & (kinks <= x[-1])]
    x = np.union1d(x, [kinks - 1e-9, kinks, kinks + 1e-9])
    at_kink = np.isin(x, kinks)
    for function, label, color, dash in ((f, "$f(x)$", COLORS[0], "-"), (f.derivative, "$f'(x)$", COLORS[1], "--")):
        y = function(x, **params)
        ax.plot(x, np.where(at_kink, np.nan, y), color=color, linestyle=dash, label=label)
        ax.plot(x[at_kink], y[at_kink], "o", color=color, markersize=9 if dash == "-" else 5)


def _all():
    """Every activation of the library."""
    from .activations import ACTIVATIONS

    return list(ACTIVATIONS.values())


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python -m course_lib.plots overview.png")
    Path(sys.argv[1]).write_bytes(to_png(overview()))
