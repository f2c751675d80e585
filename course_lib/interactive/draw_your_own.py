"""Draw an activation function and let a network learn with it.

``draw_your_own()`` shows it, ``draw_your_own().activation()`` is the function that is drawn, ready for a ``Network``;
``draw_your_own().figure()`` is a still picture.
"""

import math

import numpy as np

from .. import plots
from ..activations import Activation
from .base import Control, Interactive, axis, texts
from .playground import READINGS, Run, plane

PLACES = np.arange(-4.0, 5.0)  # where the function can be dragged, one apart
EPOCHS = (*range(11), 12, 15, 20, 25, 30, 40)  # after these there is a frame
DATA = {"data": "spirals", "noise": 0.05, "rate": 0.03}
RIVALS = ("relu", "identity")
CENTRED = 0.005  # so near to 0 a mean is read as 0
WAVE = (0, 1, 0, -1, 0, 1, 0, -1, 0)

_HEIGHTS = np.round(np.linspace(-2, 4, 61), 1)
_NAMES = [f"h{i}" for i in range(len(PLACES))]
_CODE = """
from course_lib.interactive.draw_your_own import DATA, Drawn
from course_lib.interactive.playground import Run

f = Drawn([{h0}, {h1}, {h2}, {h3}, {h4}, {h5}, {h6}, {h7}, {h8}])
print(f.mean, min(f.slopes), max(f.slopes))
for g in (f, "relu", "identity"):
    print(Run([(8, g), (8, g)], **DATA).learn({epoch}).measure())
"""


class Drawn(Activation):
    """An activation of straight lines from point to point, and on in the first and the last direction.

    Args:
        heights: nine numbers, its values at -4, -3, ..., 4.

    Attributes: those of ``Activation``, and ``slopes``, the eight slopes between the points. At a bend the slope is
    that of the line to the left.

    Raises:
        ValueError: there are not nine finite numbers.
    """

    def __init__(self, heights):
        heights = np.array(heights, dtype=float)
        if heights.shape != PLACES.shape or not np.isfinite(heights).all():
            raise ValueError(f"a drawn activation needs {len(PLACES)} finite heights, at -4, -3, ..., 4; got {heights}")
        self.slopes = slopes = np.round(np.diff(heights), 12)

        def drawn(x):
            """Straight lines through nine points, drawn by hand."""
            left = slopes[0] * np.minimum(x - PLACES[0], 0) if slopes[0] else 0
            right = slopes[-1] * np.maximum(x - PLACES[-1], 0) if slopes[-1] else 0
            return (np.interp(x, PLACES, heights) + left + right).astype(x.dtype)

        def drawn_slope(x):
            between = np.searchsorted(PLACES[1:-1], x)
            return np.where(np.isnan(x), x, slopes[between]).astype(x.dtype)

        kinks = PLACES[1:-1][np.diff(slopes) != 0].tolist()
        low = -math.inf if slopes[0] > 0 or slopes[-1] < 0 else heights.min()
        high = math.inf if slopes[0] < 0 or slopes[-1] > 0 else heights.max()
        card = {"latex": r"\text{straight lines}", "paper": "drawn by hand", "torch": None, "domain": {}}
        super().__init__(drawn, bounds=(low, high), kinks=tuple(kinks), double=False, **card)
        self.define_derivative(r"\text{their slopes}")(drawn_slope)

    @property
    def gain(self):
        """As for every activation; 1 where it is 0 everywhere and no gain can help."""
        return super().gain if self.second_moment else 1.0


def draw_your_own(heights=WAVE):
    """Make a picture of an activation function whose nine points can be dragged, and of a network that learns with it.

    Read are its mean output for z from N(0, 1), its slopes, where it saturates, and whether it is affine; then a
    network of any depth collapses into one affine layer. The network has two hidden layers of 8 units and learns to
    tell two spirals apart, beside the same network with relu and with the identity.

    Args:
        heights: the values at z = -4, -3, ..., 4 at the start, from -2 to 4 in steps of 0.1.

    Raises:
        ValueError: there are not nine finite numbers.
    """
    return DrawYourOwn(Drawn(heights))


class DrawYourOwn(Interactive):
    """The widget that ``draw_your_own`` makes."""

    def __init__(self, f):
        pairs = zip(_NAMES, texts(PLACES), f(PLACES), strict=True)
        controls = {name: Control(_HEIGHTS, f"f({place})", height) for name, place, height in pairs}
        controls["epoch"] = Control(EPOCHS, "epoch", 5)
        self.controls = controls
        start = {name: control.start for name, control in controls.items()}
        rivals = [_train(self._drawn(start)), *map(_train, RIVALS)]
        maps, numbers = zip(*(run.frames(0, len(EPOCHS), EPOCHS) for run in rivals), strict=True)
        units = [Drawn(row) for row in np.eye(len(PLACES))]  # every curve is a weighted sum of these
        along = [PLACES[0] - 0.5, *PLACES, PLACES[-1] + 0.5]
        tables = {"maps": maps, "accuracies": np.stack(numbers)[:, :, 2], "z": along, **rivals[0].points()}
        tables["curves"] = [unit(along) for unit in units]
        tables |= {"slopes": [unit.slopes for unit in units], "means": [[unit.mean] for unit in units]}
        across = axis((along[0], along[-1]), "z", most=9)
        axes = {"f": {"x": across, "y": axis((-2.3, 4.3), "your activation f(z)", most=8)}, "plane": plane()}
        axes["slope"] = {"x": across, "y": axis((-6, 6), "its slope f′(z)")}
        names = {"points": _NAMES, "rivals": ["yours", *RIVALS], "centred": CENTRED}
        super().__init__("Draw your own activation", controls, tables, _CODE.strip(), axes=axes, **names)
        self._run = None, None

    def activation(self):
        """Return the function that is drawn now: an ``Activation``, to be called or put into a ``Network``."""
        return self._drawn(self.state)

    def _drawn(self, state):
        values = self.values(state)
        return Drawn([values[name] for name in _NAMES])

    def answer(self, content, buffers):
        """Train with the heights that are sent, and stream the frame that is asked for."""
        heights, frame = content["heights"], content["frame"]
        if self._run[0] != heights:
            self._run = heights, _train(Drawn([_HEIGHTS[i] for i in heights]))
        maps, numbers = self._run[1].frames(frame, frame + 1, EPOCHS)
        self.stream(content, map=maps[0], accuracy=numbers[0, 2])

    def readings(self, state):
        f = self._drawn(state)
        low, high = (f"{slope:.1f}".replace("-", "−") for slope in (f.slopes.min() + 0.0, f.slopes.max() + 0.0))
        flat = f.slopes[[0, -1]] == 0
        where = {(True, True): "on both sides", (True, False): "on the left", (False, True): "on the right"}
        return {
            "mean of f(z), z ~ N(0, 1)": f.mean,
            "zero-centred": "yes" if abs(f.mean) < CENTRED else "no",
            "slopes": f"{low} to {high}",
            "saturates": where.get(tuple(flat.tolist()), "nowhere"),
            "affine": "no" if f.kinks else "yes",
        }

    @plots.styled
    def picture(self, state):
        f = self._drawn(state)
        fig, (left, right) = plots.canvas(9, 4, ncols=2)
        z = np.linspace(-4.5, 4.5, 901)
        left.plot(z, f(z), label="f(z)")
        left.plot(z, np.where(np.isin(z, PLACES), np.nan, f.derivative(z)), "--", label="slope f′(z)")
        left.plot(PLACES, f(PLACES), "o", color=plots.COLORS[0])
        left.set(title="a drawn activation", xlabel="z", ylim=(min(-2.3, f.slopes.min()), max(4.3, f.slopes.max())))
        left.legend()
        seen = EPOCHS[: state["epoch"] + 1]
        for g, name, dash in zip((f, *RIVALS), ("yours", *RIVALS), plots.DASHES, strict=False):
            run = _train(g)
            right.plot(seen, [run.learn(epoch).measure()[READINGS[2]] for epoch in seen], dash, marker="o", label=name)
        right.set(title="a network learns two spirals with it", xlabel="epoch", ylabel=READINGS[2])
        right.set(xlim=(-1, EPOCHS[-1] + 1), ylim=(0, 104))
        right.legend()
        return fig


def _train(f):
    """A network with f in its two hidden layers."""
    return Run([(8, f), (8, f)], **DATA)
