"""What a chapter says: claims that must hold, predictions and surprises, recap cards, source code.

Whatever a chapter states is a ``claim`` whose cell fails when it is false. Before an experiment, ``predict`` asks what
will come out; after it, ``reconcile`` says whether that was right. ``card``, ``compare_table`` and ``show_source`` show
what the library knows, so that no chapter copies it.
"""

import inspect
import textwrap

import numpy as np

from . import progress
from .activations import ACTIVATIONS, Activation, Card

_WIDTH = 88  # of a line of output that JupyterLab does not break
CONFIDENCES = ("guessing", "fairly sure", "certain")

_asked = {}  # name -> (question, options) of this kernel's predict() calls
_reconciled = {}  # name -> (what was kept or None, answer) of this kernel's reconcile() calls


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
    line = text if value is None else f"{text} [{_format(value)}]"
    if not condition:
        raise ClaimFailed(f"this is false: {line}")
    print(textwrap.fill(f"✓ {line}", _WIDTH, subsequent_indent="  ", break_long_words=False, break_on_hyphens=False))


def predict(name, question, options):
    """Ask what an experiment will show, and keep the answer with a confidence; never wait for it.

    Where no front end is listening (tests, grading, a static page) only the question and its options are printed.

    Args:
        name: what the prediction is kept under, as in ``"07_relu.zeros"``.
        question: Markdown, with formulas between dollar signs.
        options: at least two distinct answers, as plain text.

    Raises:
        ValueError: an option is empty, repeated or no string, or there are fewer than two.
    """
    from IPython.display import display

    options = _distinct(options)
    _asked[name] = (question, options)
    if _front_end():
        display(_Markdown(question), _form(name, options))
    else:
        listed = "".join(f"\n- {option}" for option in options)
        display(_Markdown(f"{question}\n{listed}\n\n(Predictions are skipped here: there is nobody to ask.)"))


def reconcile(name=None, answer=None):
    """Say how a prediction compares with ``answer``; without arguments, list all of them, surprises first.

    Args:
        name: the name that was given to ``predict`` in this notebook.
        answer: what the experiment showed, one of the options of that ``predict``.

    Raises:
        ValueError: there was no such ``predict``, or ``answer`` is not one of its options.
    """
    if name is None:
        return _summary()
    if name not in _asked:
        raise ValueError(f"nothing was asked under {name!r} yet: run the cell with predict({name!r}, ...) first")
    options = _asked[name][1]
    if answer not in options:
        raise ValueError(f"{answer!r} is not an option of {name!r}; the options are {', '.join(map(repr, options))}")
    kept = _kept(name)
    _reconciled[name] = (kept, answer)
    if kept is None:
        print(f"It is {answer!r}. No prediction was kept.")
    else:
        print(f"You said {kept['option']!r} ({kept['confidence']}). It is {answer!r}. {_verdict(kept, answer)}")
    return None


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
    display(_Markdown(f"### {f.name}\n\n{f.summary}\n\n{math}\n\n{_table(('property', 'value'), _properties(f))}"))
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
    return _Markdown(_table(header, map(_row, functions)))


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
    return _Markdown(f"```python\n{source}\n```", source)


class _Markdown:
    """Markdown for a notebook; the same words where only plain text is shown."""

    def __init__(self, markdown, plain=None):
        self._markdown = markdown
        self._plain = plain or markdown

    def _repr_markdown_(self):
        return self._markdown

    def __repr__(self):
        return self._plain


def _table(header, rows):
    """A Markdown table whose columns are aligned, so that it is readable as plain text too."""
    cells = [[_cell(str(cell)) for cell in row] for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(f"| {line} |" for line in lines)


def _cell(text):
    """The text of one cell, on one line and without the bar that would end the cell."""
    return " ".join(text.split()).replace("|", r"\vert " if "$" in text else r"\|")


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


def _distinct(options):
    """The options as a list, or an error that says what is wrong with them."""
    options = [options] if isinstance(options, str) else list(options)
    if not all(isinstance(option, str) and option.strip() for option in options):
        raise ValueError(f"every option must be a non-empty string, not {options}")
    if len(set(options)) < max(2, len(options)):
        raise ValueError(f"predict() needs at least two different options, not {options}")
    return options


def _front_end():
    """Whether somebody can click: JupyterLab, Notebook and VS Code name the cell they ask the kernel to run."""
    from IPython import get_ipython

    kernel = getattr(get_ipython(), "kernel", None)
    return kernel is not None and "cellId" in kernel.get_parent().get("metadata", {})


def _kept(name):
    """The stored prediction, or None if there is none or its option is no longer offered."""
    kept = progress.read("prediction").get(name)
    return kept if kept and kept["option"] in _asked[name][1] else None


def _form(name, options):
    """The radio buttons, the confidence and the button that keeps both."""
    import ipywidgets as widgets

    kept = _kept(name) or {"option": None, "confidence": None}
    option = widgets.RadioButtons(options=options, value=kept["option"], layout={"width": "auto"})
    confidence = widgets.ToggleButtons(options=CONFIDENCES, value=kept["confidence"], style={"button_width": "auto"})
    button = widgets.Button(description="Keep my prediction", layout={"width": "max-content"})
    answer = widgets.Label("" if kept["option"] is None else f"Kept before: {kept['option']} ({kept['confidence']}).")

    def keep(_):
        if option.value is None or confidence.value is None:
            answer.value = "First choose an answer and how sure you are."
            return
        kept = progress.record("prediction", name, {"option": option.value, "confidence": confidence.value})
        said = f"Kept: {option.value} ({confidence.value}). Now run the experiment."
        answer.value = said if kept else f"This could not be kept in {progress.path()}."

    button.on_click(keep)
    return widgets.VBox([option, confidence, widgets.HBox([button, answer])])


def _verdict(kept, answer):
    """One sentence on a prediction."""
    if kept["option"] == answer:
        return "Right."
    return {
        "guessing": "A surprise: now it is more than a guess.",
        "fairly sure": "A surprise: what made the other answer look likely?",
        "certain": "A surprise: you were certain, so look at this experiment twice.",
    }[kept["confidence"]]


def _summary():
    """The table of everything reconciled in this session, and its count in one line."""
    asked = [(name, kept, answer) for name, (kept, answer) in _reconciled.items() if kept]
    asked.sort(key=lambda row: _surprise(row[1], row[2]), reverse=True)
    right = sum(kept["option"] == answer for _, kept, answer in asked)
    certain = sum(_surprise(kept, answer) == len(CONFIDENCES) for _, kept, answer in asked)
    count = f"{right} of {len(asked)} predictions were right, {certain} wrong though certain."
    if not asked:
        return _Markdown("No prediction was kept in this notebook.")
    rows = [
        (_asked[name][0], kept["option"], kept["confidence"], answer, "yes" if kept["option"] == answer else "no")
        for name, kept, answer in asked
    ]
    return _Markdown(f"{_table(('question', 'you said', 'you were', 'it is', 'right'), rows)}\n\n{count}")


def _surprise(kept, answer):
    """How much was learned: from 3 (wrong and certain) over 1 (wrong guess) to -3 (right and certain)."""
    weight = CONFIDENCES.index(kept["confidence"]) + 1
    return -weight if kept["option"] == answer else weight
