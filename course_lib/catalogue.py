"""Every function on one page: the tables, figures and cards of the catalogue, made from the lists of the library.

``ACTIVATIONS`` and ``UNITS`` say what is measured, ``ENTRIES`` adds a line on strength, weakness, use and descent.
Nothing here names a function: a new one appears by itself once it has its entry.
"""

import time
from collections import defaultdict
from pathlib import Path

import numpy as np

from . import lesson, plots, sortable
from .activations import Activation
from .entries import ENTRIES, GROUPS
from .glossary import SYMBOLS, TERMS
from .sortable import Raw, Table

ROOT = Path(__file__).parents[1]
PROPERTIES = (
    "bounded",
    "flat on the left",
    "flat on the right",
    "smooth",
    "monotone",
    "zero-centred",
    "elementwise",
    "gated",
    "learned",
    "drawn",
)
"""What the classification asks. Flat: the slope tends to 0 there, so the function saturates."""


def activations(group=None):
    """Return the elementwise functions of a group, or of all, as a list of ``Activation``."""
    chosen = [entry.function for entry in ENTRIES.values() if group in (None, entry.group)]
    return [f for f in chosen if isinstance(f, Activation)]


def properties(name):
    """Return what holds for a function: dict from each of ``PROPERTIES`` to True, False, or None if nobody can say.

    Of a function of several numbers, or of one whose shape is not fixed, there is no curve to measure.
    """
    entry = ENTRIES[name]
    f = entry.function
    curve = isinstance(f, Activation)
    measured = (
        (bool(np.isfinite(f.bounds).all()), f.saturates_left, f.saturates_right, f.smooth, f.monotone, f.zero_centred)
        if curve
        else (None,) * 6
    )
    declared = (not {"vector", "gated"} & set(entry.kinds), *(kind in entry.kinds for kind in PROPERTIES[-3:]))
    return dict(zip(PROPERTIES, (*measured, *declared), strict=True))


# Tables


def comparison():
    """Return the table of what is measured of each elementwise function; a click on a header sorts it."""
    return sortable.from_markdown(lesson.compare_table(activations()), "What is measured of each function")


def words():
    """Return the table of all functions in words: picture, meaning, strengths, weaknesses, where used."""
    rows = [
        (
            Raw(_picture(entry.function), "") if isinstance(entry.function, Activation) else "none",
            entry.name,
            entry.function.paper.year,
            entry.group,
            entry.function.summary,
            entry.strength,
            entry.weakness,
            _where(entry),
        )
        for entry in ENTRIES.values()
    ]
    header = ("picture", "function", "year", "family", "meaning", "strength", "weakness", "where used")
    return Table(header, rows, "All functions in words", fixed=("picture",))


def terms():
    """Return the glossary: each term, its meaning and the chapter that explains it."""
    rows = [(t.term, t.meaning, _chapter(t.chapter)) for t in TERMS]
    return Table(("term", "meaning", "chapter"), rows, "Every term of the course")


def symbols():
    """Return the letters of all formulas and what they stand for."""
    rows = [(f"${s.symbol}$", s.meaning) for s in SYMBOLS]
    return Table(("symbol", "meaning"), rows, "Every letter of a formula", fixed=("symbol",))


def cost_table(measured):
    """Return what ``costs`` measured as a table, in nanoseconds for each number, and as multiples of ReLU."""
    forward, backward = measured["relu"]
    rows = [(name, f, b, f / forward, b / backward) for name, (f, b) in measured.items()]
    header = ("function", "value, ns", "backward, ns", "value, times relu", "backward, times relu")
    return Table(header, rows, "Nanoseconds for each input number, on this machine")


def costs(size=50_000, rounds=7):
    """Measure what each function costs here: dict from name to nanoseconds for each input number, (value, backward).

    Args:
        size: how many numbers go in at once, a multiple of 10 (float64; the size of a hidden layer for a mini-batch).
        rounds: how often each is timed; all take turns, and the median counts.
    """
    rng = np.random.default_rng(0)
    calls = {}
    for name, entry in ENTRIES.items():
        x = rng.normal(size=(size // 10, 10))
        f, grad = entry.function, np.ones_like(entry.function(x))
        calls[name] = (lambda f=f, x=x: f(x), lambda f=f, x=x, grad=grad: f.backward(x, grad))
    times = defaultdict(list)
    for _ in range(rounds):
        for name, pair in calls.items():
            times[name].append([_seconds(call) for call in pair])
    return {name: tuple((np.median(found, axis=0) / size * 1e9).tolist()) for name, found in times.items()}


def _seconds(call):
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


# Cards


def cards(group, measured):
    """Show the card of each function of a group, and below it what the catalogue adds.

    Args:
        group: one of ``GROUPS``.
        measured: what ``costs`` returned.

    Raises:
        ValueError: there is no such group.
    """
    from IPython.display import display

    if group not in GROUPS:
        raise ValueError(f"there is no family {group!r}; the families are {', '.join(GROUPS)}")
    for name, entry in ENTRIES.items():
        if entry.group == group:
            lesson.card(entry.function)
            rows = _added(entry, measured[name])
            display(Table(("more", "value"), rows, f"{name}, continued", fixed=("more", "value")))


def _added(entry, cost):
    """The rows that the catalogue adds to a card."""
    f = entry.function
    if isinstance(f, Activation):
        for kink in f.kinks:
            yield f"slope used at the kink x = {sortable.number(kink)}", sortable.number(f.derivative(kink))
        yield "zero-centred", "yes" if f.zero_centred else "no"
        yield "mean of f′(z)², z from N(0, 1)", sortable.number(f.derivative_second_moment)
    else:
        yield "backward", f"${f.latex_backward}$"
    yield "cost here", f"{cost[0]:.2g} ns for the value, {cost[1]:.2g} ns backward, for each number"
    yield "made from", f"{entry.parent}: {entry.how}" if entry.parent else entry.how
    yield "strength", entry.strength
    yield "weakness", entry.weakness
    yield "where used", _where(entry)
    if entry.chapter:
        yield "chapter", _chapter(entry.chapter[:2])


def _where(entry):
    """Where a function is used, with a link to the paper that says so."""
    words = f"{entry.source.author}, {entry.source.year}"
    return Raw(f'{entry.used} (<a href="{entry.source.link}">{words}</a>)', f"{entry.used} ({words})")


def _chapter(number):
    """A link to a chapter, shown and sorted as its number; the number alone if there is no such file."""
    for path in (ROOT / "notebooks").glob(f"{number}_*.ipynb"):
        return Raw(f'<a href="{path.name}">{number}</a>', number)
    return number


def _picture(f):
    """A small curve as SVG: the function thick, its two axes faint, over -4 <= x <= 4."""
    x = np.linspace(-4, 4, 81)
    low, high = -1.5, 3.0
    across, down = (x + 4) * 10, (high - np.clip(f(x), low, high)) / (high - low) * 45
    path = " ".join(f"{'ML'[i > 0]}{a:.1f} {d:.1f}" for i, (a, d) in enumerate(zip(across, down, strict=True)))
    return (
        f'<svg width="80" height="45" viewBox="0 0 80 45" role="img" aria-label="curve of {f.name}">'
        f'<path class="faint" d="M0 30H80M40 0V45"/><path d="{path}"/></svg>'
    )


# Figures

_LOOKS = [{"color": plots.COLORS[i % 4], "linestyle": plots.DASHES[(i + i // 4) % 4]} for i in range(8)]


@plots.styled
def families(derivative=False):
    """Draw all elementwise functions, or all derivatives, with those of one family in one picture."""
    groups = [group for group in GROUPS if activations(group)]
    fig, axes = plots.canvas(10, 6.4, nrows=2, ncols=-(-len(groups) // 2), sharex=True, squeeze=False)
    x = np.linspace(-4, 4, 1601)
    for ax, group in zip(axes.flat, groups, strict=True):
        for f, look in zip(activations(group), _LOOKS, strict=False):
            y = np.array((f.derivative if derivative else f)(x))
            y[1:][np.abs(np.diff(y)) > 0.1] = np.nan  # a jump is no line
            ax.plot(x, y, label=f.name, **look)
        ax.set(title=group, ylim=(-0.6, 2.0) if derivative else (-2, 4), xlabel="x")
        ax.legend(fontsize=8)
    return fig


@plots.styled
def classification():
    """Draw the chart of all functions and what holds for each: a dot for yes, a dash where there is no curve to ask."""
    fig, ax = plots.canvas(8.4, 0.27 * len(ENTRIES) + 1.4)
    for y, name in enumerate(ENTRIES):
        for x, holds in enumerate(properties(name).values()):
            look = {True: "o", False: "", None: "_"}[holds]
            ax.plot(x, y, marker=look, color=plots.COLORS[0] if holds else "0.5", markersize=9 if holds else 7)
    for start in _starts()[1:]:
        ax.axhline(start - 0.5, color="0.6", linewidth=1)
    ax.set(yticks=range(len(ENTRIES)), yticklabels=list(ENTRIES), ylim=(len(ENTRIES) - 0.5, -0.5))
    ax.set_xticks(range(len(PROPERTIES)), PROPERTIES, rotation=35, ha="left")
    ax.tick_params(top=True, labeltop=True, bottom=False, labelbottom=False, length=0)
    return fig


def _starts():
    """The place of the first entry of each group."""
    groups = [entry.group for entry in ENTRIES.values()]
    return [groups.index(group) for group in GROUPS]


def descendants(name=None, depth=0):
    """Yield all functions that are made from ``name``, oldest first, each followed by its own: (name, depth)."""
    children = [entry for entry in ENTRIES.values() if entry.parent == name]
    for entry in sorted(children, key=lambda entry: entry.function.paper.year):
        yield entry.name, depth
        yield from descendants(entry.name, depth + 1)


@plots.styled
def descent():
    """Draw who is made from whom, by the year of the paper on each card: a line leads down from parent to child."""
    order = [name for name, _ in descendants()]
    years = sorted({ENTRIES[name].function.paper.year for name in order})
    at = {name: (years.index(ENTRIES[name].function.paper.year), y) for y, name in enumerate(order)}
    fig, ax = plots.canvas(10, 0.27 * len(order) + 0.8)
    for name, (x, y) in at.items():
        if parent := ENTRIES[name].parent:
            px, py = at[parent]
            ax.plot([px, px, x], [py, y, y], color="0.6", linewidth=1, zorder=1)
        ax.plot(x, y, **_mark(ENTRIES[name].group), zorder=2)
        ax.annotate(name, (x, y), xytext=(7, 0), textcoords="offset points", va="center", fontsize=9)
    ax.set(yticks=[], ylim=(len(order) - 0.5, -0.7), xlim=(-0.5, len(years) + 0.7))
    ax.set_xticks(range(len(years)), years, rotation=60)
    for group in GROUPS:
        ax.plot([], [], label=group, **_mark(group))
    ax.legend(loc="upper right")
    return fig


def _mark(group):
    """How a family looks as a point: four markers in each colour."""
    i = GROUPS.index(group)
    return {"linestyle": "", "marker": plots.MARKERS[i % 4], "color": plots.COLORS[i // 4 % 4]}
