"""Which activation for which layer? Four questions, and an answer with its reasons.

``choose()`` shows it, ``choose().figure()`` is the whole guide as a table; the answers stand in ``advice``.
"""

from dataclasses import asdict

import numpy as np

from .. import plots
from ..activations import ACTIVATIONS
from .advice import HIDDEN, NEEDS, NETWORKS, OUTPUT, PLACES, TARGETS, advise
from .base import Control, Interactive, axis

_X = np.linspace(-4, 4, 161)
_CODE = """
from course_lib.interactive.advice import advise

advice = advise("{place}", "{target}", "{network}", "{need}")
print(advice)
print(advice.beside, *advice.reasons, *advice.sources, sep="\\n")
"""


def choose(**answers):
    """Make the decision guide: where the layer is, what it must predict, in which network, what matters most.

    For an output layer the kind of target decides, for a hidden layer the kind of network and what matters. Shown are
    what to take and with which loss or initialisation, why, and in which papers that stands.

    Args:
        answers: the answers at the start, as in ``choose(place="output layer", target="count")``: ``place``,
            ``target``, ``network``, ``need``; see ``advice.PLACES``, ``TARGETS``, ``NETWORKS``, ``NEEDS``.

    Raises:
        ValueError: there is no such question or answer.
    """
    return Choose(answers)


class Choose(Interactive):
    """The widget that ``choose`` makes."""

    def __init__(self, answers):
        questions = {
            "place": (PLACES, "Which layer?"),
            "target": (TARGETS, "What must it predict?"),
            "network": (NETWORKS, "In which network?"),
            "need": (NEEDS, "What matters most?"),
        }
        self.controls = {name: Control(words, label) for name, (words, label) in questions.items()}
        self.positions(answers)  # says what is wrong with them
        controls = {name: Control(words, label, answers.get(name)) for name, (words, label) in questions.items()}
        hidden = [[_plain(HIDDEN[network, need]) for need in NEEDS] for network in NETWORKS]
        output = [_plain(OUTPUT[target]) for target in TARGETS]
        named = {name for advice in (*HIDDEN.values(), *OUTPUT.values()) for name in advice.take}
        tables = {"x": _X, **{name: f(_X) for name, f in ACTIVATIONS.items() if name in named}}
        axes = {"x": axis((-4, 4), "z"), "y": axis((-1.5, 4), "f(z)")}
        title = "Which activation?"
        super().__init__(title, controls, tables, _CODE.strip(), axes=axes, hidden=hidden, output=output)

    def readings(self, state):
        """What to take, and beside which loss or initialisation."""
        values = self.values(state)
        advice = advise(**values)
        return {"take": str(advice), "with": advice.beside}

    @plots.styled
    def picture(self, state):
        """The whole guide as a table; the answer to the present questions is marked."""
        present = advise(**self.values(state))
        rows = [(f"output: {target}", OUTPUT[target]) for target in TARGETS]
        rows += [(f"hidden: {network}, {need}", HIDDEN[network, need]) for network in NETWORKS for need in NEEDS]
        fig, ax = plots.canvas(9, 0.27 * len(rows) + 0.8)
        ax.set_axis_off()
        ax.set(xlim=(0, 1), ylim=(len(rows), -1), title="Which activation?")
        for x, text in zip(_COLUMNS, ("layer", "take", "with"), strict=True):
            ax.text(x, -0.6, text, weight="bold", va="center")
        for y, (layer, advice) in enumerate(rows):
            look = {"va": "center", "fontsize": 10, "weight": "bold" if advice is present else "normal"}
            ax.axhline(y - 0.1, color="0.85", linewidth=0.8)
            for x, text in zip(_COLUMNS, (layer, str(advice), advice.beside), strict=True):
                ax.text(x, y + 0.4, text, **look)
            if advice is present:
                ax.axhspan(y - 0.1, y + 0.9, color=plots.COLORS[0], alpha=0.15)
        return fig


_COLUMNS = (0.0, 0.4, 0.64)


def _plain(advice):
    """An answer as plain JSON."""
    return asdict(advice) | {
        "words": str(advice),
        "sources": [[f"{s.author} ({s.year}), {s.title}", s.link] for s in advice.sources],
    }
