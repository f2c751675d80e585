"""A prediction as its reader sees it, with a kernel or without: the form that asks, and what is said of it later."""

import html
from pathlib import Path

import anywidget
import traitlets

from ..front_end import executed_only

_FOLDER = Path(__file__).parent


class Question(anywidget.AnyWidget):
    """One of three parts. With a kernel Python keeps what is predicted; without one, the reader's browser does.

    Args:
        part: "ask" for the form, "answer" for the sentence after the experiment, "list" for the table of all.
        plain: lines for those who see no widgets.
        kept: the predictions so far: dict from name to ``{"option": ..., "confidence": ...}``.
        line: what the form says at first.
        keep: called with a prediction when the form's button is pressed; returns what the form then says.
        setup: the words that this part shows, as plain JSON (see ``question.js``).
    """

    _esm = "".join((_FOLDER / name).read_text(encoding="utf-8") for name in ("keys.js", "question.js"))
    _css = _FOLDER / "question.css"

    setup = traitlets.Dict().tag(sync=True)
    kept = traitlets.Dict().tag(sync=True)
    line = traitlets.Unicode().tag(sync=True)

    def __init__(self, part, plain, kept, line="", keep=None, **setup):
        super().__init__(setup={"part": part} | setup, kept=kept, line=line)
        self._plain = plain
        self._keep = keep
        self.on_msg(lambda _, content, buffers: self.answer(content))

    def answer(self, prediction):
        """Keep a prediction, and say so."""
        self.line = self._keep(prediction)
        self.kept = self.kept | {self.setup["name"]: prediction}

    def _repr_mimebundle_(self, **kwargs):
        """The widget; where nobody looks on, also its lines as HTML, for pages that show no widgets."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        if executed_only():
            data |= {"text/html": "<br>\n".join(map(html.escape, self._plain.splitlines()))}
        return data, metadata

    def __repr__(self):
        return self._plain
