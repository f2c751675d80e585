"""What becomes of numbers in a deep network before it learns: with a small gain they vanish, with a large one explode.

``signal_flow()`` shows it, ``signal_flow(relu, tanh)`` compares two, ``signal_flow().figure(f="tanh")`` is a picture.
"""

import numpy as np

from .. import plots
from ..activations import gelu, relu, selu, sigmoid, silu, tanh
from .base import Control, Interactive, Point, axis, different, powers

MOST = 6  # functions: as many as there is room for buttons
DEEPEST = 50
INPUTS = (0.5, 1.0, 2.0)  # variances of the inputs: to see whether they lead to the same end

_GAINS = np.round(np.linspace(0.5, 2, 31), 2)
_DEPTHS = np.arange(1, DEEPEST + 1)
_LIMIT = 8  # powers of ten that have a colour of their own


def _normal(edges=(-8, -4, -2, -1, -0.25, 0, 0.25, 1, 2, 4, 8), nodes=12):
    """Places z and weights that average over a standard normal distribution, exact for what is smooth but at 0."""
    place, weight = np.polynomial.legendre.leggauss(nodes)
    edges = np.asarray(edges, dtype=float)
    half = np.diff(edges)[:, None] / 2
    z = ((edges[:-1] + edges[1:])[:, None] / 2 + half * place).ravel()
    weights = (half * weight).ravel() * np.exp(-z * z / 2)
    return z, weights / weights.sum()


_Z, _WEIGHTS = _normal()
_CODE = """\
import numpy as np
from course_lib.activations import {f}

gain, depth = {cell}
normal = np.linspace(-8, 8, 20_000)  # z over its standard deviation, and how likely that is
weight = np.exp(-(normal**2) / 2)
weight /= weight.sum()

size, gradient = 1.0, 1.0  # root mean squares: of the inputs, of dL/da at the output
for _ in range(depth):
    z = gain * size * normal  # W has the standard deviation gain / sqrt(inputs)
    mean, size = weight @ {f}(z), np.sqrt(weight @ {f}(z) ** 2)
    gradient *= gain * np.sqrt(weight @ {f}.derivative(z) ** 2)
print(gradient, size, mean, size**2 - mean**2)"""


def signal_flow(*activations):
    """Make a map of deep networks at initialisation: colour is the size of the gradient or of the activations.

    It teaches that every layer multiplies, so that after fifty layers all depends on the gain: the factor on weights
    of variance 1/inputs. Marked are Glorot's and LeCun's gain of 1, He's of sqrt(2), and the function's own, which
    keeps E f(z)^2 = 1. Beside it, mean and variance of the activations of layer after layer, for inputs of three
    variances: with selu at gain 1 they all end at mean 0 and variance 1.

    The numbers are those of mean field theory: of layers so wide that chance averages out, with biases of 0 (Poole et
    al. 2016, https://arxiv.org/abs/1606.05340; Schoenholz et al. 2017, https://arxiv.org/abs/1611.01232; for selu
    Klambauer et al. 2017, https://arxiv.org/abs/1706.02515). Expectations are computed by Gauss-Legendre quadrature.

    Args:
        activations: one to six different ``Activation`` objects to choose from, without kinks other than at 0; by
            default relu, sigmoid, tanh, gelu, silu and selu.

    Raises:
        TypeError: something is no ``Activation``.
        ValueError: too many functions, one of them twice, or one with a kink elsewhere.
    """
    functions = different(activations or (relu, sigmoid, tanh, gelu, silu, selu), MOST, "signal_flow")
    for f in functions.values():
        if any(f.kinks):
            raise ValueError(f"signal_flow() needs functions without kinks other than at 0; {f.name} has {f.kinks}")
    return SignalFlow(functions)


class SignalFlow(Interactive):
    """The widget that ``signal_flow`` makes."""

    def __init__(self, functions):
        self._functions = functions
        controls = {
            "f": Control(list(functions), "activation f"),
            "shown": Control(["gradients", "activations"], "colour shows"),
            "cell": Point(_GAINS, _DEPTHS, "gain and depth", start=(1.0, 30)),
        }
        axes = {"x": axis((_GAINS[0], _GAINS[-1]), "gain of the weights"), "y": axis((1, DEEPEST), "depth in layers")}
        layers = {"x": axis((0, DEEPEST), "layer"), "y": axis((-0.5, 2.5), "mean, variance of a", most=7)}
        tables = {"tens": 10 ** np.linspace(0, 1, 1001), "layers": range(DEEPEST + 1)}
        flows = [[flow(f, _GAINS, DEEPEST, variance**0.5) for variance in INPUTS] for f in functions.values()]
        tables["gradients"] = [_log(at[1]["gradient"]) for at in flows]
        tables["activations"] = [_log(at[1]["size"]) for at in flows]
        tables["mean"] = [_after(0, at[1]["mean"]) for at in flows]
        pairs = [zip(INPUTS, at, strict=True) for at in flows]
        tables["variance"] = [[_after(first, one["variance"]) for first, one in pair] for pair in pairs]
        scale = powers([-_LIMIT, -_LIMIT // 2, 0, _LIMIT // 2, _LIMIT])
        more = {"axes": axes, "layers": layers, "inputs": INPUTS, "limit": _LIMIT, "scale": scale}
        marks = [_marks(f) for f in functions.values()]
        super().__init__("Signal flow at initialisation", controls, tables, _CODE, marks=marks, **more)

    def readings(self, state):
        """Sizes, mean and variance for the gain and the depth of the marked cell, from inputs of variance 1."""
        values = self.values(state)
        gain, depth = values["cell"]
        rows = flow(self._functions[values["f"]], gain, depth)
        names = {"gradient at the input": "gradient", "size of a": "size"} | {
            f"{m} of a": m for m in ("mean", "variance")
        }
        return {name: float(rows[key][-1]) for name, key in names.items()}

    @plots.styled
    def picture(self, state):
        values = self.values(state)
        f, (gain, depth) = self._functions[values["f"]], values["cell"]
        fig, (left, right) = plots.canvas(9, 4, ncols=2)
        what = {"gradients": "gradient", "activations": "size"}[values["shown"]]
        look = {"cmap": "PuOr", "vmin": -_LIMIT, "vmax": _LIMIT, "shading": "nearest", "rasterized": True}
        mesh = left.pcolormesh(_GAINS, _DEPTHS, _log(flow(f, _GAINS, DEEPEST)[what]), **look)
        bar = fig.colorbar(mesh, ax=left, ticks=np.linspace(-_LIMIT, _LIMIT, 5), extend="both")
        bar.ax.set_yticklabels(self.setup["scale"])
        left.axvline(f.gain, color="0.2", linestyle="--")
        left.plot(gain, depth, "o", color="black", markersize=9)
        left.grid(visible=False)
        title = f"{f.name}: size of {values['shown']} (dashed: its gain {f.gain:.2f})"
        left.set(title=title, xlabel="gain of the weights", ylabel="depth in layers")
        for variance, look in zip(INPUTS, ("--", "-", ":"), strict=True):
            rows = [variance, *flow(f, gain, depth, variance**0.5)["variance"]]
            right.plot(rows, look, color=plots.COLORS[0], label=f"variance, inputs with {variance:g}")
        right.plot([0, *flow(f, gain, depth)["mean"]], "-.", label="mean", color=plots.COLORS[1])
        right.set(title=f"layer after layer, gain {gain:g}", xlabel="layer", xlim=(0, DEEPEST), ylim=(-0.5, 2.5))
        right.legend()
        return fig


def flow(f, gain, depth, size=1.0):
    """Follow root mean squares through layers that are so wide that chance averages out.

    Args:
        f: an ``Activation`` without kinks other than at 0.
        gain: factor on weights of variance 1/inputs: a number, or an array of shape (n,).
        depth: the number of layers.
        size: the root mean square of the inputs.

    Returns:
        dict of arrays of shape (depth,) or (depth, n), one row a layer: ``size``, ``mean`` and ``variance`` of its
        outputs a, and ``gradient``, the size of dL/dx at the input if that of dL/da at this layer is 1.
    """
    gain, gradient = np.asarray(gain, dtype=float), 1.0
    rows = {"size": [], "mean": [], "variance": [], "gradient": []}
    for _ in range(depth):
        z = (gain * size)[..., None] * _Z
        a = f(z)
        mean, size = a @ _WEIGHTS, np.sqrt(a**2 @ _WEIGHTS)
        variance = (a - mean[..., None]) ** 2 @ _WEIGHTS
        gradient = gradient * gain * np.sqrt(f.derivative(z) ** 2 @ _WEIGHTS)
        for name, numbers in zip(rows, (size, mean, variance, gradient), strict=True):
            rows[name].append(numbers)
    return {name: np.array(numbers) for name, numbers in rows.items()}


def _marks(f):
    """The gains with a name, as pairs: that of the function may be one of the others."""
    names = {"Glorot": 1.0, "He": 2**0.5}
    same = [name for name, gain in names.items() if abs(gain - f.gain) < 0.01]
    if same:
        return [[f"{name} = {f.name}'s" if name in same else name, gain] for name, gain in names.items()]
    return [*map(list, names.items()), [f"{f.name}'s", f.gain]]


def _after(first, rows):
    """One row for each gain: the number at the input, and those of all layers."""
    return np.vstack([np.full_like(rows[:1], first), rows]).T


def _log(sizes):
    return np.log10(np.maximum(sizes, 1e-300))
