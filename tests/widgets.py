"""How tests look into an interactive: the numbers its tables hold, and its state when controls are set."""

import numpy as np


def table(widget, name):
    """Return the table ``name`` of ``widget``, as an array of the shape that the browser gives it."""
    offset, shape = widget.setup["tables"][name]
    return np.frombuffer(widget.numbers, dtype="<f4")[offset : offset + int(np.prod(shape))].reshape(shape)


def at(widget, **values):
    """Return the state of ``widget`` as it starts, with the controls ``values`` set."""
    return widget.start | widget.positions(values)
