"""Four ReLU units over a plane of inputs: where each is on, which pieces they make, and when one dies.

``hinge_plane()`` shows it, ``hinge_plane().figure(bias_1=-3)`` is a still picture.
"""

import inspect

import numpy as np

from .. import plots
from ..activations import relu
from .base import Control, Interactive, axis

UNITS = 4

_SIDE = (-3.5, 3.5)  # of the plane that is drawn
_DIRECTIONS = np.arange(0, 360, 5)
_BIASES = np.round(np.linspace(-3.4, 3.4, 69), 10)
_START = ((40, -0.6), (145, -0.3), (275, 0.4), (205, -1.2))  # direction and bias of each unit
_CALL = """import numpy as np

from course_lib.activations import relu


{functions}

X = inputs()
W, b = layer([{directions}], [{biases}])
a = relu(X @ W.T + b)  # a row for each input, a column for each unit
print(np.mean(a == 0), np.mean(np.all(a == 0, axis=0)))  # zeros, dead
print(len(np.unique(a > 0, axis=0)))  # regions with inputs
"""


def inputs():
    """The inputs x of shape (125, 2): standard normal."""
    return np.random.default_rng(2).normal(size=(125, 2))


def layer(directions, biases):
    """Weights W of length 1, a row for each unit, pointing in these directions (in degrees), and the biases b."""
    angles = np.radians(directions)
    return np.column_stack([np.cos(angles), np.sin(angles)]), np.array(biases)


def hinge_plane():
    """Move the hinges of four ReLU units over 125 inputs, until a unit dies.

    It teaches three things about a layer a = relu(W x + b) of two inputs. Each unit has a hinge, the line z = 0: it is
    on at one side and 0 at the other. The hinges cut the plane into regions; in each the layer is affine. And an output
    that is 0 is common and harmless, while a unit that is 0 for every input is dead: its weights have gradient 0.

    The read-outs count over the inputs: zeros among all outputs a, dead among the units, regions with at least one
    input (that is, different sets of units that are on; four lines cut a plane into at most 11 regions).

    Controls: ``unit`` ("1" to "4"), the one that is moved and marked; for unit 1 ``bias_1``, from -3.4 to 3.4 in steps
    of 0.1, and ``direction_1`` of its weights, from 0 to 355 degrees in steps of 5; the others likewise. The weights
    have length 1.

    Source: Montúfar et al. (2014), On the Number of Linear Regions of Deep Neural Networks,
    https://arxiv.org/abs/1402.1869; Maas et al. (2013), Rectifier Nonlinearities Improve Neural Network Acoustic
    Models, for units that never turn on.
    """
    return HingePlane()


class HingePlane(Interactive):
    """The widget that ``hinge_plane`` makes."""

    def __init__(self):
        controls = {"unit": Control([str(i + 1) for i in range(UNITS)], "move unit")}
        for i, (direction, bias) in enumerate(_START, start=1):
            controls[f"bias_{i}"] = Control(_BIASES, f"bias b of unit {i}", bias)
            controls[f"direction_{i}"] = Control(_DIRECTIONS, f"direction of unit {i} in degrees", direction)
        W, _ = layer(_DIRECTIONS, [])
        z = (inputs() @ W.T)[:, :, None] + _BIASES
        tables = {"inputs": inputs().T, "W": W, "on": np.mean(relu(z) > 0, axis=0)}
        sources = "\n\n".join(inspect.getsource(function) for function in (inputs, layer))
        code = _CALL.replace("{functions}", sources)
        for name in ("direction", "bias"):
            every = ", ".join("{" + f"{name}_{i + 1}" + "}" for i in range(UNITS))
            code = code.replace("{" + {"direction": "directions", "bias": "biases"}[name] + "}", every)
        axes = {"x": axis(_SIDE, "x₁"), "y": axis(_SIDE, "x₂")}
        super().__init__("Hinges in a plane", controls, tables, code, axes=axes)

    def _layer(self, state):
        """Number of the unit that is marked, weights and biases."""
        values = self.values(state)
        part = [[values[f"{name}_{i + 1}"] for i in range(UNITS)] for name in ("direction", "bias")]
        return int(values["unit"]), *layer(*part)

    def readings(self, state):
        """Zeros, dead units and regions, counted over the inputs; bias and share of each unit."""
        _, W, b = self._layer(state)
        on = relu(inputs() @ W.T + b) > 0
        readings = {
            "zeros, of all outputs": f"{100 * np.mean(~on):.0f} %",
            "dead, of all units": f"{100 * np.mean(~on.any(axis=0)):.0f} %",
            "regions with inputs": len(np.unique(on, axis=0)),
        }
        for i in range(UNITS):
            state_of = "dead" if not on[:, i].any() else "always on" if on[:, i].all() else "alive"
            readings[f"unit {i + 1} b"] = float(b[i])
            readings[f"unit {i + 1} on for"] = f"{100 * np.mean(on[:, i]):.0f} %"
            readings[f"unit {i + 1} is"] = state_of
        return readings

    def alt(self, state):
        read = self.readings(state)
        shares = ", ".join(f"unit {i + 1} {read[f'unit {i + 1} on for']}" for i in range(UNITS))
        counts = ", ".join(f"{name} {read[name]}" for name in list(read)[:3])
        return f"{self.title}: {len(inputs())} inputs and the hinges of {UNITS} units; {counts}; on for: {shares}"

    @plots.styled
    def picture(self, state):
        unit, W, b = self._layer(state)
        X, (read, i) = inputs(), (self.readings(state), unit - 1)
        on = relu(X @ W.T + b)[:, i] > 0
        fig, ax = plots.canvas(5.6, 5.6)
        for j, (w, bias) in enumerate(zip(W, b, strict=True)):
            ends = np.outer([-9, 9], [-w[1], w[0]]) - bias * w
            look = {"color": plots.COLORS[j], "linestyle": plots.DASHES[j], "linewidth": 3 if j == i else 1.5}
            ax.plot(*ends.T, label=f"hinge of unit {j + 1}", **look)
            ax.fill(*np.vstack([ends, ends[::-1] + 20 * w]).T, color="0.5", alpha=0.12, linewidth=0)
        ax.plot(*X[on].T, "o", color=plots.COLORS[i], label=f"unit {unit} on")
        ax.plot(*X[~on].T, "x", color="0.4", label=f"unit {unit} off")
        counts = f"zeros {read['zeros, of all outputs']}, dead {read['dead, of all units']}"
        ax.set(xlim=_SIDE, ylim=_SIDE, xlabel="x₁", ylabel="x₂", aspect="equal", title=counts)
        fig.legend(loc="outside lower center", ncols=3)
        return fig
