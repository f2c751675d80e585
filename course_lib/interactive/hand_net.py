"""A net with two inputs, two hidden units and one output, set by hand: nine weights, four points to get right.

``hand_net()`` shows it for XOR, ``hand_net("AND", "relu")`` for another target and activation.
"""

import numpy as np

from .. import plots
from ..activations import identity, relu, step
from .base import Control, Interactive, axis

WEIGHTS = {  # name -> label, where it starts
    "w11": ("w₁₁, x₁ to a₁", 1),
    "w12": ("w₁₂, x₂ to a₁", 1),
    "b1": ("b₁", -0.5),
    "w21": ("w₂₁, x₁ to a₂", 1),
    "w22": ("w₂₂, x₂ to a₂", 1),
    "b2": ("b₂", -1.5),
    "v1": ("v₁, a₁ to z", 1),
    "v2": ("v₂, a₂ to z", -0.25),
    "c": ("c", -0.5),
}
X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
TARGETS = {"XOR": [0, 1, 1, 0], "AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0]}

_ACTIVATIONS = {f.name: f for f in (step, relu, identity)}
_VALUES = np.linspace(-3, 3, 25)
_LIM = (-0.5, 1.5)
_SIDE = 81  # places of the heat map on each side
_FAR, _STEPS = 12, 64  # no pre-activation is larger, and so many places of its table are in a unit
_CODE = """import numpy as np

from course_lib.activations import identity, relu, step

f = {activation}
W, b = np.array([[{w11}, {w12}], [{w21}, {w22}]]), np.array([{b1}, {b2}])
v, c = np.array([{v1}, {v2}]), {c}

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
y = {"XOR": [0, 1, 1, 0], "AND": [0, 0, 0, 1], "OR": [0, 1, 1, 1], "NAND": [1, 1, 1, 0]}["{target}"]
a = f(X @ W.T + b)
z = a @ v + c
print(a, z, (z > 0) == y)
"""


def hand_net(target="XOR", activation="step"):
    """Make a 2-2-1 net to be set by hand, weight by weight.

    The hidden units compute z₁ = w₁₁x₁ + w₁₂x₂ + b₁ and a₁ = f(z₁), z₂ and a₂ likewise; z = v₁a₁ + v₂a₂ + c; the output
    is 1 where z > 0, else 0.

    What it teaches: each hidden unit draws one line, the output combines what lies on their sides. Two lines are enough
    for XOR, one is not (Minsky and Papert, 1969, Perceptrons); with the identity as activation there is one line only,
    whatever the weights.

    Args:
        target: what the net shall compute at first: "XOR", "AND", "OR" or "NAND".
        activation: of the hidden units at first: "step", "relu" or "identity".

    Raises:
        ValueError: there is no such target or activation.
    """
    return HandNet(target, activation)


class HandNet(Interactive):
    """The widget that ``hand_net`` makes."""

    def __init__(self, target, activation):
        controls = {
            "target": Control(list(TARGETS), "target", start=target),
            "activation": Control(list(_ACTIVATIONS), "activation f", start=activation),
        }
        for name, (label, start) in WEIGHTS.items():
            controls[name] = Control(_VALUES, label, start=start)
        z = np.arange(-_FAR * _STEPS, _FAR * _STEPS + 1) / _STEPS
        places = np.linspace(*_LIM, _SIDE)
        tables = {"points": X.T, "f": [f(z) for f in _ACTIVATIONS.values()]}
        tables |= {"plane": np.stack(np.meshgrid(places, places)), "corners": np.stack(np.meshgrid(_LIM, _LIM))}
        axes = {"x": axis(_LIM, "x₁", most=4), "y": axis(_LIM, "x₂", most=4)}
        graph = {"x": axis((-0.2, 2.35)), "y": axis((-0.15, 1.55))}
        setup = {"axes": axes, "graph": graph, "targets": list(TARGETS.values()), "steps": _STEPS, "far": _FAR}
        super().__init__("A net set by hand", controls, tables, _CODE, **setup)

    def _compute(self, state, X):
        """Hidden pre-activations, hidden activations and the output z, for each row of X."""
        w = self.values(state)
        hidden = X @ np.array([[w["w11"], w["w12"]], [w["w21"], w["w22"]]]).T + np.array([w["b1"], w["b2"]])
        a = _ACTIVATIONS[w["activation"]](hidden)
        return hidden, a, a @ np.array([w["v1"], w["v2"]]) + w["c"]

    def readings(self, state):
        """Activations, z, output and target of each of the four points, and how many are right."""
        _, a, z = self._compute(state, X)
        targets = TARGETS[self.values(state)["target"]]
        right = (z > 0) == targets
        readings = {"correct": f"{right.sum()} of 4"}
        for i, (x1, x2) in enumerate(X):
            numbers = {"a₁": float(a[i, 0]), "a₂": float(a[i, 1]), "z": float(z[i])}
            numbers |= {"output": f"{int(z[i] > 0)} {'✓' if right[i] else '✗'}", "target": str(targets[i])}
            readings |= {f"({x1}, {x2}) {name}": value for name, value in numbers.items()}
        return readings

    def alt(self, state):
        values, readings = self.values(state), self.readings(state)
        outputs = ", ".join(f"{name[:6]} gives {value}" for name, value in readings.items() if name.endswith("output"))
        weights = ", ".join(f"{name} = {self._text(name, state[name])}" for name in WEIGHTS)
        first = f"{self.title}: {values['target']} with {values['activation']}, {readings['correct']} correct"
        return f"{first}; {outputs.replace('✓', 'right').replace('✗', 'wrong')}; {weights}"

    @plots.styled
    def picture(self, state):
        values, places = self.values(state), np.linspace(*_LIM, 201)
        plane = np.column_stack([side.ravel() for side in np.meshgrid(places, places)])
        hidden, _, z = self._compute(state, plane)
        fig, ax = plots.canvas(4.6, 5)
        z, shape = np.where(z > 0, 1.0, -1.0), (len(places), len(places))
        ax.contourf(places, places, z.reshape(shape), [-2, 0, 2], colors=plots.CLASS_COLORS[:2], alpha=0.25)
        for height, dash, name in zip(hidden.T, ("--", ":"), ("z₁ = 0", "z₂ = 0"), strict=True):
            ax.contour(places, places, height.reshape(shape), [0], colors="0.25", linestyles=dash)
            ax.plot([], [], dash, color="0.25", label=name)
        for label in (1, 0):
            marked = X[np.array(TARGETS[values["target"]]) == label]
            look = {"color": plots.CLASS_COLORS[label], "marker": plots.CLASS_MARKERS[label]}
            ax.scatter(*marked.T, s=90, zorder=3, label=f"target {label}", **look)
        title = f"{values['target']} with {values['activation']}: {self.readings(state)['correct']} right"
        ax.set(xlim=_LIM, ylim=_LIM, xticks=[0, 1], yticks=[0, 1], xlabel="$x_1$", ylabel="$x_2$", title=title)
        fig.legend(loc="outside lower center", ncols=2)
        return fig
