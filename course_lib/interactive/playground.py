"""A network learns while you watch: its regions, its loss, and what its layers do.

``playground()`` shows it, ``playground().figure(data="moons", epoch=50)`` is a still picture. The kernel computes a
frame when it is asked for one, so nothing runs that nobody sees. Without a kernel recorded runs are played.
"""

import functools
import math

import numpy as np

from .. import plots
from ..datasets import load, split
from ..layers import INITIALISATIONS, Dense
from ..network import Adam, BinaryCrossEntropy, Network, epochs
from .base import Control, Interactive, axis

EPOCHS = (*range(21), *range(22, 51, 2), *range(55, 111, 5))  # after these there is a frame
SIDE = 21  # places of a decision map in each direction
LIMIT = 2.4  # and how far it goes, in standard deviations
FUNCTIONS = ("identity", "step", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "selu", "softplus", "silu", "gelu")
READINGS = ("L, training", "L, validation", "accuracy, validation %")
GAUGES = ("gradient", "zeros %", "dead %")  # of each layer

_LAYERS = (1, 2, 3)
_START = {"data": "circles", "noise": 0.1, "rate": 0.01, "init": "gain", "seed": 0, "epoch": 7}
_START |= {"units_1": 8, "units_2": 8, "units_3": 0, **{f"activation_{i}": "relu" for i in _LAYERS}}
_CHANGES = {  # what is tried beside the start
    "no activation": {f"activation_{i}": "identity" for i in _LAYERS},
    "η too large": {"rate": 0.3},
}
_CODE = """
import itertools

from course_lib.datasets import load, split
from course_lib.layers import Dense
from course_lib.network import Adam, BinaryCrossEntropy, Network, epochs

X, y = load("{data}", n=300, noise={noise}, seed={seed})
parts = split(X, y, parts=(0.6, 0.4, 0), seed={seed})
hidden = [({units_1}, "{activation_1}"), ({units_2}, "{activation_2}"), ({units_3}, "{activation_3}")]
layers = [layer for units, f in hidden if units for layer in (Dense(units, "{init}"), f)]
net = Network(2, [*layers, Dense(1, "{init}")], seed={seed})
loss = BinaryCrossEntropy()
for _ in itertools.islice(epochs(net, *parts.train, loss, Adam({rate}), batch=20), {epoch}):
    pass
print(net.evaluate(*parts.train, loss), net.evaluate(*parts.validation, loss))
print(net.statistics(*parts.train, loss))
"""


class Run:
    """A network that learns to tell two classes apart, as far as it is asked to.

    Args:
        hidden: pairs (units, activation); those with 0 units are left out.
        data, noise, seed: of the data set; the seed is that of the first weights, too.
        init: how the weights start, a name in ``INITIALISATIONS``.
        rate: the learning rate of Adam.

    Attributes: ``net``; ``parts``, the data, a ``Split``; ``epoch``, how often it has seen them.
    """

    def __init__(self, hidden, data="circles", noise=0.1, seed=0, init="gain", rate=0.01):
        X, y = load(data, n=300, noise=noise, seed=seed)
        self.parts, self.epoch, self._loss = split(X, y, parts=(0.6, 0.4, 0), seed=seed), 0, BinaryCrossEntropy()
        layers = [layer for units, f in hidden if units for layer in (Dense(units, init), f)]
        self.net = Network(2, [*layers, Dense(1, init)], seed=seed)
        self._passes = epochs(self.net, *self.parts.train, self._loss, Adam(rate), batch=20)
        self._hidden, self._frames = hidden, []

    def learn(self, epoch):
        """Learn until so many epochs are over; return itself."""
        while self.epoch < epoch:
            self.epoch = next(self._passes)["epoch"]
        return self

    def decide(self, X):
        """Return 2 P(class 1) - 1 for inputs of shape (n, 2): its sign is the class."""
        with np.errstate(over="ignore", invalid="ignore"):
            return np.tanh(self.net(X)[:, 0] / 2)

    def measure(self):
        """Return what is read, a dict: losses, how many are right, the gauges of each layer (nan if it is left out)."""
        with np.errstate(over="ignore", invalid="ignore"):
            train, unseen = (self.net.evaluate(*part, self._loss) for part in (self.parts.train, self.parts.validation))
            rows = iter(self.net.statistics(*self.parts.train, self._loss)[1::2])
        read = dict(zip(READINGS, (train["loss"], unseen["loss"], 100 * unseen["accuracy"]), strict=True))
        for i, (units, _) in enumerate(self._hidden, start=1):
            row = next(rows) if units else dict.fromkeys(("gradient", "zeros", "dead"), math.nan)
            values = row["gradient"], 100 * row["zeros"], 100 * row["dead"]
            read |= {f"layer {i} {gauge}": value for gauge, value in zip(GAUGES, values, strict=True)}
        return read

    def frames(self, first, end, epochs=EPOCHS, side=SIDE):
        """Return the frames ``first`` to ``end`` - 1: decision maps, and what ``measure`` says, a row for each.

        In the end of a row stands, for each layer, where the pointer of its gradient is.
        """
        for epoch in epochs[len(self._frames) : end]:
            decisions = self.learn(epoch).decide(grid(side)).reshape(side, side)
            numbers = list(self.measure().values())
            self._frames.append(
                (decisions, numbers + [_pointer(size) for size in numbers[len(READINGS) :: len(GAUGES)]])
            )
        maps, numbers = zip(*self._frames[first:end], strict=True)
        return np.array(maps), np.array(numbers)

    def points(self):
        """Return the data it learns from: for each class the inputs, of shape (2, examples)."""
        X, y = self.parts.train
        return {f"class {label}": X[y == label].T for label in (0, 1)}


def _pointer(gradient):
    """Where a gauge of gradients stands, from 0 at 1e-6 and below to 1 at 1 and above: its scale is logarithmic."""
    return min(max(1 + math.log10(max(gradient, 1e-12)) / 6, 0), 1)


@functools.cache
def grid(side):
    """Return the places of a decision map, row by row from below: shape (side * side, 2)."""
    places = np.linspace(-LIMIT, LIMIT, side)
    return np.stack(np.meshgrid(places, places), axis=-1).reshape(-1, 2)


def plane():
    """Return the axes of a decision map."""
    return {"x": axis((-LIMIT, LIMIT), "x₁"), "y": axis((-LIMIT, LIMIT), "x₂")}


def playground(**values):
    """Make a small network that learns: choose data, layers and learning rate; press Play, stop, go back, look.

    Shown after each epoch are its decision regions, the loss L on the data it learns from and on validation data, and
    for each hidden layer the size of the loss's gradient with respect to its outputs, the share of zeros among them,
    and the share of dead units, which are 0 for every example. After Smilkov et al. (2017), Direct-Manipulation
    Visualization of Deep Networks, https://arxiv.org/abs/1708.03788.

    Args:
        values: where the controls start, as in ``playground(data="spirals", units_1=16, activation_1="tanh")``:
            ``data``, ``noise``, ``rate`` (of Adam), ``init``, ``seed``, ``epoch``, and ``units_1``, ``activation_1``
            to ``units_3``, ``activation_3``; a layer with 0 units is left out.

    Raises:
        ValueError: there is no such control, or no such word.
    """
    for name in values:
        if name not in _START:
            raise ValueError(f"there is no control {name!r}; the controls are {', '.join(_START)}")
    return Playground(_START | values)


class Playground(Interactive):
    """The widget that ``playground`` makes."""

    def __init__(self, values):
        self.controls = controls = _controls(values)
        start = {name: control.start for name, control in controls.items()}
        presets = {f"with {values['activation_1']}": start}
        for name, change in _CHANGES.items():
            if (preset := start | self.positions(change)) != start:
                presets[name] = preset
        runs = [Run(**self._set_up(preset)) for preset in presets.values()]
        maps, numbers = zip(*(run.frames(0, len(EPOCHS)) for run in runs), strict=True)
        tables = {"maps": np.stack(maps), "numbers": np.stack(numbers), "epochs": EPOCHS, **runs[0].points()}
        tables["guessing"] = [math.log(2)]
        axes = {"plane": plane(), "loss": {"x": axis((0, EPOCHS[-1]), "epoch"), "y": axis((0, 1), "loss L", most=5)}}
        names = {"readings": READINGS, "gauges": GAUGES, "layers": _LAYERS}
        super().__init__("Playground", controls, tables, _CODE.strip(), axes=axes, presets=presets, **names)
        self._run = None, None

    def _set_up(self, state):
        """The arguments of ``Run`` for a state."""
        values = self.values(state)
        hidden = tuple((values[f"units_{i}"], values[f"activation_{i}"]) for i in _LAYERS)
        return {"hidden": hidden} | {name: values[name] for name in ("data", "noise", "seed", "init", "rate")}

    def answer(self, content, buffers):
        """Stream the frames of a set-up that are asked for; the network learns on from where it is."""
        set_up, first, end = content["set_up"], content["first"], content["end"]
        if self._run[0] != set_up:
            self._run = set_up, Run(**self._set_up(set_up | {"epoch": 0}))
        run = self._run[1]
        maps, numbers = run.frames(first, end)
        self.stream({"set_up": set_up, "first": first}, maps=maps, numbers=numbers, **run.points())

    def readings(self, state):
        """Train a new network for this state and measure it."""
        run = Run(**self._set_up(state)).learn(EPOCHS[state["epoch"]])
        return {name: value if math.isfinite(value) else "–" for name, value in run.measure().items()}

    @plots.styled
    def picture(self, state):
        run, history = Run(**self._set_up(state)), []
        for epoch in EPOCHS[: state["epoch"] + 1]:
            history.append(run.learn(epoch).measure())
        fig, (left, right) = plots.canvas(9, 4.2, ncols=2)
        _draw(left, run)
        for (name, dash), color in zip((("L, training", "-"), ("L, validation", "--")), plots.COLORS[2:], strict=True):
            right.plot(EPOCHS[: len(history)], [read[name] for read in history], dash, color=color, label=name)
        right.set(title="its loss", xlabel="epoch", ylabel="L", xlim=(0, EPOCHS[-1]), ylim=(0, 1))
        right.legend()
        return fig


def _draw(ax, run):
    """Draw the decision regions of a run, and the data it learns from."""
    x, y = grid(101).T.reshape(2, 101, 101)
    ax.contourf(x, y, run.decide(grid(101)).reshape(x.shape), [-1, 0, 1], colors=plots.CLASS_COLORS[:2], alpha=0.25)
    for label, inputs in enumerate(run.points().values()):
        look = {"color": plots.CLASS_COLORS[label], "marker": plots.CLASS_MARKERS[label]}
        ax.scatter(*inputs, s=22, label=f"class {label}", **look)
    right = run.measure()["accuracy, validation %"]
    ax.set(title=f"epoch {run.epoch}: {right:.0f} % right", xlabel="$x_1$", ylabel="$x_2$")
    ax.set(xlim=(-LIMIT, LIMIT), ylim=(-LIMIT, LIMIT), aspect="equal")


def _controls(values):
    """The controls, which start at these values."""
    choices = {
        "data": (("circles", "moons", "xor", "spirals"), "data"),
        "noise": ((0.0, 0.05, 0.1, 0.2, 0.3), "noise"),
        "rate": ((0.001, 0.003, 0.01, 0.03, 0.1, 0.3), "learning rate η"),
        "init": (tuple(INITIALISATIONS), "initialisation"),
        "seed": (range(10), "seed"),
    }
    for i in _LAYERS:
        choices[f"units_{i}"] = (0, 1, 2, 3, 4, 6, 8, 12, 16), f"layer {i}, units"
        choices[f"activation_{i}"] = FUNCTIONS, f"layer {i}, activation"
    choices["epoch"] = EPOCHS, "epoch"
    return {name: Control(options, label, values[name]) for name, (options, label) in choices.items()}
