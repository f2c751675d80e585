"""What a chapter says: claims that must hold, predictions and surprises, recap cards, source code.

Whatever a chapter states is a ``claim`` whose cell fails when it is false. Before an experiment, ``predict`` asks what
will come out; after it, ``reconcile`` says whether that was right. ``card``, ``compare_table`` and ``show_source`` show
what the library knows, so that no chapter copies it.
"""

import inspect
import textwrap
from functools import partial

import numpy as np

from .activations import ACTIVATIONS, Activation, Card
from .markdown import Markdown, table
from .predictions import predict, reconcile

__all__ = ["ClaimFailed", "card", "claim", "compare_table", "predict", "reconcile", "show_source"]

_WIDTH = 88  # of a line of output that JupyterLab does not break


class ClaimFailed(AssertionError):
    """A statement of the course is false."""


def claim(text, condition, value=None):
    """Print ``✓ text [value]`` if ``condition`` holds.

    Args:
        text: the statement, as the learner reads it.
        condition: one truth value. Arrays, numbers, strings and None are refused: a non-empty string would always hold.
        value: what was measured, to be printed beside the statement: anything, or a list or array of such.

    Raises:
        ClaimFailed: the condition is false; the message has the statement and the value.
        TypeError: the condition is not a single truth value.
    """
    if np.ndim(condition) != 0 or np.asarray(condition).dtype != bool:
        raise TypeError(
            f"claim() needs one truth value, not {type(condition).__name__}: "
            "write a comparison such as error < 1e-9, and reduce an array of comparisons with .all() or .any()"
        )
    shown = "" if value is None else f"[{_format(value)}]"
    if not condition:
        raise ClaimFailed(f"this is false: {text} {shown}".rstrip())
    print("\n".join(_lines(f"✓ {text}", shown)))


def card(f):
    """Show what is known of a function: formula, derivative, properties, paper, PyTorch's name, and the picture.

    Args:
        f: an ``Activation``, or a function of ``units``, which has no picture.
    """
    from IPython.display import display

    from . import plots

    math = f"$$f(x) = {f.latex}$$"
    if isinstance(f, Activation):
        math += f"\n\n$$f'(x) = {f.latex_derivative}$$"
    display(Markdown(f"### {f.name}\n\n{f.summary}\n\n{math}\n\n{table(('property', 'value'), _properties(f))}"))
    if isinstance(f, Activation):
        values = ", ".join(f"f({_number(x)}) = {_number(f(x))}" for x in (-4, 0, 4))
        plots.show(plots.function_and_derivative(f), f"{f.name} (solid) and its derivative (dashed): {values}")


def compare_table(functions=None):
    """Return the table that compares activations: range, shape, what is measured on N(0, 1), and the formula.

    Args:
        functions: the ``Activation`` objects; by default all of the library.
    """
    functions = ACTIVATIONS.values() if functions is None else functions
    measured = ("range", "zero-centred", "monotone", "saturates", "smooth", "gain", "mean", "f'(0)")
    header = ("function", *measured, "formula")
    return Markdown(table(header, map(_row, functions)))


def show_source(obj):
    """Show the source code of a function, method or class of the library; of an activation, the two below its card.

    Raises:
        TypeError: Python has no source for ``obj``, as for a built-in function or a number.
    """
    try:
        source = "\n\n".join(textwrap.dedent(inspect.getsource(part)).rstrip() for part in _parts(obj))
    except (TypeError, OSError):
        what = getattr(obj, "__name__", repr(obj))
        raise TypeError(
            f"there is no Python source to show for {what}: give a function, method or class written in Python"
        ) from None
    return Markdown(f"```python\n{source}\n```", source)


def _lines(text, shown):
    """The lines of a claim; what was measured stays together where a line has room for it."""
    wrap = partial(textwrap.wrap, width=_WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False)
    *lines, last = wrap(text)
    if len(f"{last} {shown}") <= _WIDTH:
        return [*lines, f"{last} {shown}".rstrip()]
    return [*lines, last, f"  {shown}"] if len(f"  {shown}") <= _WIDTH else wrap(f"{text} {shown}")


def _format(value):
    """A measured value as a learner wants to read it: floats to four significant digits."""
    if isinstance(value, np.ndarray):
        value = value.tolist()
    if isinstance(value, list | tuple):
        return ", ".join(map(_format, value))
    return f"{value:.4g}" if isinstance(value, float | np.floating) else str(value)


def _parts(obj):
    """What the source of an object is made of: a card keeps its functions below itself."""
    if not isinstance(obj, Card):
        return [obj]
    return [obj.formula, obj.derivative_formula if isinstance(obj, Activation) else obj.backward_formula]


def _row(f):
    """The row of an activation in the table that compares them."""
    shape = (_yes(f.zero_centred), _yes(f.monotone), _saturates(f), _yes(f.smooth))
    return f.name, _range(f), *shape, *map(_number, (f.gain, f.mean, f.derivative(0.0))), f"${f.latex}$"


def _properties(f):
    """The rows of a recap card."""
    rows = []
    if isinstance(f, Activation):
        rows += [
            ("range", _range(f)),
            ("kinks", ", ".join(f"x = {_number(kink)}" for kink in f.kinks) or "none"),
            ("saturates", _saturates(f)),
            (
                "monotone",
                "yes" if f.monotone else f"no, f({_number(f.minimum[0])}) = {_number(f.minimum[1])} is its minimum",
            ),
            ("mean of f(z), z from N(0, 1)", _number(f.mean)),
            ("gain for initialisation", _number(f.gain)),
        ]
    if f.parameters:
        rows.append(("parameters", ", ".join(f"{name} = {_format(value)}" for name, value in f.parameters.items())))
    paper = f"{f.paper.author} ({f.paper.year}), [{f.paper.title}]({f.paper.link})"
    return [*rows, ("paper", paper), ("PyTorch", f"`{f.torch}`" if f.torch else "none")]


def _range(f):
    """The infimum and supremum of f."""
    return f"{_number(f.bounds[0])} to {_number(f.bounds[1])}"


def _saturates(f):
    """On which sides the derivative tends to 0."""
    sides = [side for side, flat in (("left", f.saturates_left), ("right", f.saturates_right)) if flat]
    return " and ".join(sides) or "no"


def _yes(condition):
    return "yes" if condition else "no"


def _number(value):
    """A number as it is printed in mathematics: ∞, and 0 for what differs from it only by rounding."""
    text = f"{0 if abs(value) < 1e-12 else value:.4g}"
    return text.replace("inf", "∞").replace("-", "\N{MINUS SIGN}")
