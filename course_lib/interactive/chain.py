"""Backpropagation along a chain: values flow forward, slopes multiply backward, and deep down little is left.

``chain()`` shows it, ``chain(relu, tanh)`` compares two, ``chain().figure(depth=20, f="relu")`` is a still picture.
"""

import numpy as np

from .. import plots
from ..activations import identity, leaky_relu, relu, sigmoid, tanh
from .base import Control, Interactive, axis, different, powers

MOST = 6  # functions: as many as there is room for buttons
DEEPEST = 20
TARGET = 0.3  # what the output should be; the loss is half the squared distance from it

_X = np.linspace(-2, 2, 17)
_W = np.linspace(0.5, 2, 7)
_NONE = -999.0  # in place of the logarithm of 0: it can still be added and taken away
_LOWEST, _HIGHEST = -20, 14  # powers of ten that the bars can show
_CODE = """\
from course_lib.activations import {f}

x, w, depth = {x}, {w}, {depth}

a, slopes = x, []
for _ in range(depth):  # forward: values
    z = w * a
    a = {f}(z)
    slopes.append(w * {f}.derivative(z))
L = (a - TARGET) ** 2 / 2

gradient = a - TARGET  # backward: dL/da of the last layer, then one slope after the other
for slope in reversed(slopes):
    gradient *= slope
print(a, L, gradient)"""


def chain(*activations, depth=10):
    """Make the computational graph of the smallest deep network: one unit a layer, z = w a and a = f(z), and a loss L.

    It teaches that the gradient is a product of local slopes, one for each edge on the way back from L to x, and what
    follows for deep networks: factors below 1 make it vanish, factors above 1 make it explode (Hochreiter 1991;
    Bengio, Simard & Frasconi 1994, https://doi.org/10.1109/72.279181).

    Args:
        activations: one to six different ``Activation`` objects to choose from; by default sigmoid, tanh, relu,
            leaky_relu and identity.
        depth: the number of layers it starts with, 1 to 20.

    Raises:
        TypeError: something is no ``Activation``.
        ValueError: too many functions, one of them twice, or no such depth.
    """
    functions = different(activations or (sigmoid, tanh, relu, leaky_relu, identity), MOST, "chain")
    if depth not in range(1, DEEPEST + 1):
        raise ValueError(f"depth is a number of layers from 1 to {DEEPEST}, got {depth!r}")
    return Chain(functions, depth)


class Chain(Interactive):
    """The widget that ``chain`` makes."""

    def __init__(self, functions, depth):
        self._functions = functions
        controls = {
            "f": Control(list(functions), "activation f"),
            "x": Control(_X, "input x", start=1.0),
            "w": Control(_W, "weight w of every layer", start=1.0),
            "depth": Control(range(1, DEEPEST + 1), "layers", start=depth),
        }
        bars = axis((_LOWEST, _HIGHEST), "size of dL/da", most=8)
        bars["texts"] = powers(bars["ticks"])
        axes = {"x": axis((-0.6, DEEPEST + 0.6), "layer (0 is the input x)"), "y": bars}
        graph = {"x": axis((-0.75, 4.4)), "y": axis((-6.2, 3.6))}
        tables = {"tens": 10 ** np.linspace(0, 1, 1001)} | _tables(functions.values())
        code = _CODE.replace("TARGET", str(TARGET))
        super().__init__("A chain of layers", controls, tables, code, axes=axes, graph=graph, target=TARGET, none=_NONE)

    def _pass(self, state):
        """Values a, slopes and gradients dL/da of layers 0 to depth, as lists."""
        values = self.values(state)
        a, slopes = _forward(self._functions[values["f"]], values["x"], values["w"], values["depth"])
        gradients = (a[-1] - TARGET) * np.append(np.cumprod((values["w"] * slopes)[::-1])[::-1], 1)
        return a, slopes, gradients

    def readings(self, state):
        """The output, its loss, and the gradient of the loss with respect to the input."""
        a, _, gradients = self._pass(state)
        return {"output a": float(a[-1]), "loss L": float((a[-1] - TARGET) ** 2 / 2), "dL/dx": float(gradients[0])}

    @plots.styled
    def picture(self, state):
        values, (a, _, gradients) = self.values(state), self._pass(state)
        fig, (left, right) = plots.canvas(8.4, 3.6, ncols=2)
        layers = range(len(a))
        left.plot(layers, a, "o-", color=plots.COLORS[0])
        left.set(title="forward: values a", xlabel="layer", ylabel="a")
        shown = np.maximum(np.log10(np.maximum(np.abs(gradients), 1e-300)), _LOWEST)
        right.bar(layers, shown, color=plots.COLORS[1], alpha=0.7)
        ticks = self.setup["axes"]["y"]
        right.axhline(0, color="0.3", linewidth=1)
        right.set(title="backward: gradients dL/da", xlabel="layer", ylabel="size", ylim=ticks["lim"])
        right.set(yticks=ticks["ticks"], yticklabels=ticks["texts"])
        fig.suptitle(f"{values['f']}, w = {values['w']:g}, {values['depth']} layers: dL/dx = {gradients[0]:.2g}")
        return fig


def _forward(f, x, w, depth):
    """Return the values a of layers 0 to depth, and the slopes f'(z) of layers 1 to depth."""
    a, slopes = [x], []
    for _ in range(depth):
        z = w * a[-1]
        a.append(f(z))
        slopes.append(f.derivative(z))
    return np.array(a), np.array(slopes)


def _tables(activations):
    """All passes forward, as deep as can be: f slowest, then w, then x, and layers fastest.

    ``a``: values of layers 0 to 20; ``slope``: f'(z); ``path``: log of the product of w f'(z) up to each layer;
    ``error`` and ``loss``: log of abs(dL/da), and L, if a layer is the last.
    """
    x, w = np.meshgrid(_X, _W)
    passes = [_forward(f, x, w, DEEPEST) for f in activations]
    a, slope = (np.moveaxis(np.stack([one[i] for one in passes]), 1, -1) for i in range(2))
    factors = _log(w[..., None] * slope)
    path = np.concatenate([np.zeros_like(factors[..., :1]), np.cumsum(factors, axis=-1)], axis=-1)
    error = a[..., 1:] - TARGET
    return {"a": a, "slope": slope, "path": path, "error": _log(np.abs(error)), "loss": error**2 / 2}


def _log(sizes):
    return np.log10(sizes, out=np.full_like(sizes, _NONE), where=sizes > 0)
