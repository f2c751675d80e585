"""Softmax under the finger: five logits to pull, their probabilities beside them, a temperature, a constant to add.

``softmax_bars()`` shows it, ``softmax_bars((1, 2, 3))`` has other logits, ``softmax_bars().figure(temperature=0.1)`` is
a still picture.
"""

import numpy as np

from .. import plots
from ..units import softmax
from .base import Control, Interactive, axis

MOST = 5  # classes: as many bars as can be pulled by a finger on a narrow page
_REACH = 4.0  # logits and the constant lie between - 4 and 4
_STEP = 0.1  # between the places of a logit
_LOGITS = np.round(np.arange(-40, 41) * _STEP, 10)
_TEMPERATURES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0)
_CODE = """\
import numpy as np
from course_lib.units import softmax

z = np.array([LOGITS]) + {constant}
p = softmax(z, temperature={temperature})
entropy = -np.sum(p * np.log(p))
print(p.round(3), p.sum(), entropy)"""


def softmax_bars(logits=(2, 1, 0, -1, 1.5)):
    """Make bars of logits that can be pulled, beside the bars of their probabilities.

    It teaches that softmax is a function of all logits at once: to raise one lowers the probabilities of the others,
    their sum stays 1, a constant added to all changes nothing, and the temperature moves it between "all equal" and
    "the largest takes it all" (Bridle 1990, https://doi.org/10.1007/978-3-642-76153-9_28).

    Args:
        logits: two to five numbers from -4 to 4, the logits it starts with, to one decimal.

    Raises:
        ValueError: there are too few or too many, or one is out of reach.
    """
    numbers = np.asarray(logits, dtype=float)
    if numbers.ndim != 1 or not 2 <= numbers.size <= MOST or not np.all(np.abs(numbers) <= _REACH):
        raise ValueError(f"softmax_bars() takes two to {MOST} logits from -4 to 4, as in (1, 2, 3); got {logits!r}")
    return SoftmaxBars(numbers.tolist())


class SoftmaxBars(Interactive):
    """The widget that ``softmax_bars`` makes."""

    def __init__(self, logits):
        self._names = [f"z{i}" for i in range(1, len(logits) + 1)]
        signs = [name.translate(_SUBSCRIPTS) for name in self._names]
        controls = {
            name: Control(_LOGITS, sign, start=z) for name, sign, z in zip(self._names, signs, logits, strict=True)
        }
        controls["temperature"] = Control(_TEMPERATURES, "temperature T", start=1.0)
        controls["constant"] = Control(_LOGITS[::5], "constant c, added to all", start=0.0)
        across = {"lim": [0.4, len(logits) + 0.6], "ticks": list(range(1, len(logits) + 1)), "label": ""}
        chances = [sign.replace("z", "p") for sign in signs]
        axes = {
            "z": {"x": across | {"texts": signs}, "y": axis((-4.4, 4.4), "logits z")},
            "p": {"x": across | {"texts": chances}, "y": axis((0, 1.1), "probabilities p")},
        }
        below = -np.arange(2 * len(_LOGITS) - 1) * _STEP / np.array(_TEMPERATURES)[:, None]  # (z - largest z) / T
        sums = np.linspace(1, MOST, 4001)
        tables = {"exp": np.exp(below), "below": below, "log": np.log(sums), "edges": [-0.36, 0.36]}
        code = _CODE.replace("LOGITS", ", ".join(f"{{{name}}}" for name in self._names))
        super().__init__("Softmax", controls, tables, code, axes=axes, names=self._names, most=MOST)

    def _probabilities(self, state):
        values = self.values(state)
        return softmax(self._logits(values) + values["constant"], temperature=values["temperature"])

    def _logits(self, values):
        return np.array([values[name] for name in self._names])

    def readings(self, state):
        """The probability of each class, their sum, and their entropy in nats."""
        p = self._probabilities(state)
        each = dict(zip(self.setup["axes"]["p"]["x"]["texts"], p.tolist(), strict=True))
        return each | {"sum": float(p.sum()), "entropy": float(-np.sum(p * np.log(p)))}

    @plots.styled
    def picture(self, state):
        values, p = self.values(state), self._probabilities(state)
        fig, (left, right) = plots.canvas(8.4, 3.4, ncols=2)
        places, z = np.arange(1, len(p) + 1), self._logits(values) + values["constant"]
        left.bar(places, z, width=0.72, color=plots.COLORS[0], alpha=0.7)
        left.axhline(0, color="0.3", linewidth=1)
        left.set(title=f"logits, with {values['constant']:g} added", ylabel="z")
        right.bar(places, p, width=0.72, color=plots.COLORS[1], alpha=0.7)
        right.set(title=f"softmax at temperature {values['temperature']:g}", ylabel="p", ylim=(0, 1.1))
        for ax, sign in ((left, "z"), (right, "p")):
            ax.set(xticks=places, xticklabels=[f"${sign}_{i}$" for i in places])
        for place, number in zip(places, p, strict=True):
            right.text(place, number + 0.02, f"{number:.3f}", ha="center")
        return fig


_SUBSCRIPTS = str.maketrans("12345", "₁₂₃₄₅")
