"""One line that shows whether interactives work where a notebook is read; where they do not, it says what to do."""

import html
from pathlib import Path

import anywidget
import traitlets

_MEND = """\
Interactives do not work here: with them, you would see a tick instead of this text. To mend it:
- in JupyterLab or Notebook: close it, and start the course with make lab. Or install the packages jupyterlab_widgets \
and anywidget where JupyterLab itself is installed, then reload the page.
- in VS Code: install its extension Jupyter, choose Enable Downloads when it asks for widgets, then run this cell again.
Everything else in the course works without them."""


def check_interactives():
    """Return what to leave as the last line of a cell: a tick if interactives work here, else advice."""
    return Ready()


class Ready(anywidget.AnyWidget):
    """Says that it is drawn, and when Python has answered it."""

    _esm = Path(__file__).with_suffix(".js")

    answered = traitlets.Bool().tag(sync=True)

    def __init__(self):
        super().__init__()
        self.on_msg(lambda *_: self.set_trait("answered", True))

    def _repr_mimebundle_(self, **kwargs):
        """The widget, and the advice for front ends that cannot show it."""
        data, metadata = super()._repr_mimebundle_(**kwargs)
        return data | {"text/html": "<br>\n".join(map(html.escape, _MEND.splitlines()))}, metadata

    def __repr__(self):
        return _MEND
