"""Sphinx's settings for the site. `make site` prepares the folder of pages that it reads, and calls it."""

import html
import os
import sys
import tomllib
from functools import partial
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from course_lib.publishing import addresses, deck  # noqa: E402  (the folder of the course comes first)

with open(ROOT / "pyproject.toml", "rb") as file:
    PROJECT = tomllib.load(file)["project"]

project = "Activation functions"
author = "The authors of the activation course"
project_copyright = "2026, The authors of the activation course. Text: CC BY 4.0. Code: BSD-3-Clause."
version = release = PROJECT["version"]
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "sphinx.ext.mathjax"]
myst_enable_extensions = ["amsmath", "dollarmath"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # the chapters come with their outputs
nb_render_markdown_format = "myst"
nb_merge_streams = True
nb_ipywidgets_js = {"page.js": {"defer": "defer"}}
mathjax_path = "tex-svg.js"
autodoc_member_order = "bysource"
suppress_warnings = ["mystnb.unknown_mime_type"]  # what slides show of a figure

html_theme = "pydata_sphinx_theme"
html_title = "Activation functions"
html_baseurl = os.environ.get("SITE_ADDRESS", "")  # where the site will be, for pictures in social networks
html_static_path = [
    "_static",
    "overview.png",
    str(ROOT / "course_lib" / "interactive" / "page.js"),
    str(deck.package("sphinx-mathjax-offline") / "static" / "mathjax" / "tex-svg.js"),
]
html_css_files = ["site.css"]
html_js_files = ["theme.js"]
html_copy_source = False
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
templates_path = ["_templates"]
html_theme_options = {
    "navigation_with_keys": False,
    "show_prev_next": True,
    "article_header_end": ["notebook-buttons"],
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}


def elsewhere(app, page, template, context, doctree):
    """Say where else a notebook can be had, and what a social network shows of a page."""
    folder, _, name = page.partition("/")
    to = partial(context["pathto"], resource=True)
    if name and folder in ("notebooks", "exercises", "solutions"):
        notebook = f"{page}.ipynb"
        context["buttons"] = [
            ("Download", to(f"download/{notebook}")),
            ("Open in Colab", addresses.colab(notebook)),
            ("Open in Binder", addresses.binder(notebook)),
        ]
        (extra,) = app.config.html_extra_path  # what is laid out beside the pages: slides, notebooks, a picture
        if folder == "notebooks" and Path(extra, "slides", f"{name}.html").exists():
            context["buttons"].append(("Slides", to(f"slides/{name}.html")))
    if html_baseurl:
        context["metatags"] += f"""
            <meta property="og:title" content="{html.escape(context["title"])}">
            <meta property="og:description" content="{html.escape(PROJECT["description"])}">
            <meta property="og:image" content="{html_baseurl.rstrip("/")}/social.png">"""


def setup(app):
    app.connect("html-page-context", elsewhere)
