"""A notebook as one HTML page whose interactives live without a kernel and without the network."""

import base64
from pathlib import Path

_SCRIPT = "data:text/javascript;base64,"


def to_html(notebook, theme="light", **options):
    """Return an executed notebook, widget state included, as a page that asks nobody for anything.

    Args:
        notebook: an ``nbformat`` notebook, as ``nbclient`` leaves it.
        theme: "light" or "dark".
        options: traits of nbconvert's ``HTMLExporter``, as in ``template_name="reveal"`` or ``mathjax_url="tex.js"``.
    """
    from nbconvert import HTMLExporter

    player = base64.b64encode(Path(__file__).with_name("page.js").read_bytes()).decode()
    local = {"require_js_url": _SCRIPT, "mathjax_url": _SCRIPT, "widget_renderer_url": _SCRIPT + player, "theme": theme}
    return HTMLExporter(**local | options).from_notebook_node(notebook)[0]
