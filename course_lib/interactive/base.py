"""What all interactives share: controls, tables of numbers, memory, the static twin."""

import inspect
import json
from pathlib import Path

import anywidget
import numpy as np
import traitlets
from matplotlib.ticker import MaxNLocator

from .. import plots
from ..activations import Activation
from ..front_end import cell

_FOLDER = Path(__file__).parent
_SHARED = [(_FOLDER / name).read_text(encoding="utf-8") for name in ("keys.js", "ui.js", "plot.js")]
_LAST = "export default { render: (context) => mount(context, build) };\n"

_remembered = {}  # (cell, what is shown) -> the state a learner left it in, for as long as the kernel lives


class Control:
    """What a reader can change: a slider over numbers, or a choice between words.

    Args:
        values: the numbers or the words in their order; at least one.
        label: the words beside it.
        start: where it starts, by default numbers in the middle and words at the first.

    Raises:
        ValueError: there are no values.
    """

    def __init__(self, values, label="", start=None):
        if isinstance(values, str) or len(values := np.asarray(values).tolist()) == 0:
            raise ValueError(f"slider {label!r} needs a list of values, as in {label}=np.linspace(-3, 3, 25)")
        self.label = label
        self.values = values
        self.words = any(isinstance(value, str) for value in values)
        self.start = (0 if self.words else len(values) // 2) if start is None else self.position(start)

    def position(self, value):
        """Return the place of ``value`` among the values: of the same word, or of the nearest number."""
        if self.words:
            if value not in self.values:
                there = ", ".join(map(repr, self.values))
                raise ValueError(f"slider {self.label!r} has no value {value!r}; it has {there}")
            return self.values.index(value)
        return int(np.argmin(np.abs(np.asarray(self.values) - value)))

    def value(self, position):
        """Return the number or word at a position."""
        return self.values[position]

    def header(self):
        """What the browser must know."""
        header = {"label": self.label, "kind": "choice" if self.words else "slider", "texts": texts(self.values)}
        return header if self.words else header | {"values": self.values}


class Point(Control):
    """A point of the plane that can be dragged; it sits on a grid, so that tables can hold all its places.

    Args:
        x, y: the numbers it can have on each axis, in increasing order.
        label: its name.
        start: where it starts, as a pair; by default in the middle.
    """

    def __init__(self, x, y, label="", start=None):
        self.label = label
        self._axes = Control(x, label), Control(y, label)
        self.start = [axis.start for axis in self._axes] if start is None else self.position(start)

    def position(self, value):
        return [axis.position(number) for axis, number in zip(self._axes, value, strict=True)]

    def value(self, position):
        return tuple(axis.value(i) for axis, i in zip(self._axes, position, strict=True))

    def header(self):
        values, words = [axis.values for axis in self._axes], [texts(axis.values) for axis in self._axes]
        return {"label": self.label, "kind": "point", "values": values, "texts": words}


class Interactive(anywidget.AnyWidget):
    """A picture that answers. A subclass in ``name.py`` is drawn by ``name.js`` beside it.

    Args:
        title: its name, also for those who cannot see it.
        controls: dict from name to ``Control``.
        tables: dict from name to an array of any shape, sent as float32.
        code: Python lines to be shown on request; ``{name}`` stands for the present value of a control.
        setup: whatever else the drawing needs, as plain JSON.

    ``state`` is a dict from the name of each control to its position, counted from 0 (of a ``Point`` two of them).
    """

    _css = _FOLDER / "look.css"

    title = traitlets.Unicode().tag(sync=True)
    setup = traitlets.Dict().tag(sync=True)
    numbers = traitlets.Bytes().tag(sync=True)
    start = traitlets.Dict().tag(sync=True)
    state = traitlets.Dict().tag(sync=True)

    def __init_subclass__(cls, script=None, **kwargs):
        """Join the shared drawing and the subclass's own: a widget is one JavaScript module."""
        if not hasattr(cls, "_esm"):  # anywidget derives one more class from each, for its traits
            own = script or Path(inspect.getfile(cls)).with_suffix(".js").read_text(encoding="utf-8")
            cls._esm = "\n".join([*_SHARED, own, _LAST])
        super().__init_subclass__(**kwargs)

    def __init__(self, title, controls, tables, code="", **setup):
        self.controls = controls
        start = {name: control.start for name, control in controls.items()}
        spans, numbers = pack(tables)
        headers = {name: control.header() for name, control in controls.items()}
        setup |= {"controls": headers, "tables": spans, "code": code}
        self._key = (cell(), json.dumps([title, headers, start]))
        state = _remembered.get(self._key, start)
        super().__init__(title=title, setup=setup, numbers=numbers, start=start, state=state)
        self.on_msg(lambda _, content, buffers: self.answer(content, buffers))

    @traitlets.observe("state")
    def _remember(self, change):
        if self._key[0] is not None:
            _remembered[self._key] = change.new

    def picture(self, state):
        """Return a state as a matplotlib ``Figure``: for those who see no widgets. To be written by each subclass."""
        raise NotImplementedError

    def readings(self, state):
        """Return what is read in a state: dict from the name of a read-out to a number or word, computed anew."""
        return {}

    def answer(self, content, buffers):
        """Answer what ``ui.ask(content)`` asked; only a kernel does. Overridden where the numbers are streamed."""

    def stream(self, content, **arrays):
        """Send plain data and arrays to ``ui.listen``, while the kernel computes."""
        spans, numbers = pack(arrays)
        self.send({"content": content, "tables": spans}, buffers=[numbers])

    def figure(self, **values):
        """Return one state as a matplotlib figure.

        Args:
            values: the values of controls; of numbers the nearest there is. What is not named stays where it is.

        Raises:
            ValueError: there is no such control, or no such word.
        """
        return self.picture(self.state | self.positions(values))

    def positions(self, values):
        """Return the position of each value, by the name of its control."""
        for name in values:
            if name not in self.controls:
                raise ValueError(f"there is no slider {name!r}; the sliders are {', '.join(self.controls)}")
        return {name: self.controls[name].position(value) for name, value in values.items()}

    def values(self, state):
        """Return the value of each control in a state."""
        return {name: control.value(state[name]) for name, control in self.controls.items()}

    def alt(self, state):
        """Return a state in words: the title, where the controls stand, what is read."""
        parts = [f"{control.label} = {self._text(name, state[name])}" for name, control in self.controls.items()]
        parts += [f"{name} {_short(value)}" for name, value in self.readings(state).items()]
        return f"{self.title}: {', '.join(parts)}"

    def _text(self, name, position):
        """The text of a position of a control."""
        words = self.setup["controls"][name]["texts"]
        if isinstance(position, int):
            return words[position]
        return f"({', '.join(axis[i] for axis, i in zip(words, position, strict=True))})"

    def _repr_mimebundle_(self, **kwargs):
        """The widget; where no front end listens, also its present state as a picture with a text."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        if cell() is None:
            data |= {"text/html": plots.Picture(self.figure(), self.alt(self.state))._repr_html_()}
        return data, metadata

    def __repr__(self):
        return f"Interactive: {self.title} ({', '.join(self.controls)})"


def pack(tables):
    """Return arrays in their compact form: where each stands, ``{name: [offset, shape]}``, and float32 bytes."""
    spans, parts, offset = {}, [], 0
    for name, table in tables.items():
        table = np.asarray(table, dtype="<f4")
        spans[name] = [offset, list(table.shape)]
        parts.append(table.tobytes())
        offset += table.size
    return spans, b"".join(parts)


def axis(lim, label="", most=7):
    """Return an axis as the browser needs it: its range, round ticks inside, their texts, its name."""
    low, high = map(float, lim)
    ticks = [float(t) for t in MaxNLocator(most, steps=[1, 2, 5, 10]).tick_values(low, high) if low <= t <= high]
    return {"lim": [low, high], "ticks": ticks, "texts": texts(ticks), "label": label}


def texts(values):
    """Return values as the learner reads them: a real minus sign, and no more digits than tell them apart."""
    if any(isinstance(value, str) for value in values):
        return [str(value) for value in values]
    for digits in range(7):
        shown = [f"{value:.{digits}f}".replace("-", "\N{MINUS SIGN}") for value in values]
        if np.allclose([round(value, digits) for value in values], values, atol=1e-9):
            break
    return shown


def powers(exponents):
    """Return powers of ten as they are read, given their exponents: 10⁻², 1, 10²."""
    raised = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
    return ["10" + f"{e:.0f}".translate(raised) if e else "1" for e in exponents]


def different(activations, most, caller):
    """Return activations as a dict by their names.

    Raises:
        TypeError: something is no ``Activation``.
        ValueError: there are more than ``most``, or one of them twice.
    """
    for f in activations:
        if not isinstance(f, Activation):
            raise TypeError(f"{caller}() shows activation functions of the library, as in {caller}(relu); got {f!r}")
    names = [f.name for f in activations]
    if len(names) > most or len(set(names)) < len(names):
        raise ValueError(f"{caller}() takes up to {most} different functions, got {', '.join(names)}")
    return dict(zip(names, activations, strict=True))


def _short(value):
    """A reading in an alt text."""
    return (
        value if isinstance(value, str) else f"{0 if abs(value) < 1e-9 else value:.3g}".replace("-", "\N{MINUS SIGN}")
    )
