"""The course as a website that needs no server: chapters with their outputs, exercises, guides, the library."""

import ast
import re
import shutil

import nbformat

from .. import plots
from . import deck, executed

FILES = (
    *("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "LICENSE", "CITATION.cff"),
    *("course_lib/glossary.txt", "course_lib/interactive/__init__.py"),
)
"""Pages, and what pages have links to."""
MODULES = (
    "activations",
    "units",
    "layers",
    "network",
    "gradcheck",
    "datasets",
    "plots",
    "lesson",
    "predictions",
    "checks",
)
"""What the page of the library describes."""
SOCIAL = (16, 8.4)
"""Inches of the picture that social networks show: they want it 1.9 times as wide as high."""
NOT_OURS = shutil.ignore_patterns("kept", ".*")


class SiteFailed(Exception):
    """The site could not be built; the message has every warning."""


def build(course, out, with_solutions=False, tell=print):
    """Build the site of the course, and the slides beside it.

    Args:
        course: the folder of the course.
        out: the folder that the site is written to; an older site in it is replaced.
        with_solutions: publish the solutions, too.
        tell: called with one line for each notebook that is run.

    Raises:
        CellFailed: a claim of a chapter does not hold.
        SiteFailed: a link leads nowhere, or anything else that Sphinx warns of.
    """
    work = course / "_build"
    for folder in (work / "source", work / "extra", work / "html", out):
        shutil.rmtree(folder, ignore_errors=True)
    chapters = sorted((course / "notebooks").glob("*.ipynb"))
    first = course / "docs" / "site" / "index.ipynb"
    front, *notebooks = executed.executed([first, *chapters], work / "executed", tell)
    named = {path.stem: notebook for path, notebook in zip(chapters, notebooks, strict=True)}
    sheets = ["exercises", "solutions"] if with_solutions else ["exercises"]
    _beside(course, work / "extra", named, ["notebooks", *sheets])
    _pages(course, work / "source", front, named, sheets)
    _sphinx(course / "docs", work)
    shutil.move(work / "html", out)


def _beside(course, extra, chapters, folders):
    """Lay out what stands beside the pages: slides, the notebooks as they are stored, a picture for social networks."""
    for name, notebook in chapters.items():
        if deck.has_slides(notebook):
            deck.write(notebook, name, extra / "slides")
    for folder in folders:
        shutil.copytree(course / folder, extra / "download" / folder, ignore=NOT_OURS)
    (extra / "social.png").write_bytes(plots.to_png(plots.overview(columns=8, size=SOCIAL)))


def _pages(course, source, front, chapters, sheets):
    """Lay out what Sphinx reads: the files of the course where they are, so that links between them hold."""
    shutil.copytree(course / "docs" / "site", source)
    nbformat.write(front, source / "index.ipynb")
    for name in FILES:
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(course / name, source / name)
    shutil.copytree(course / "docs", source / "docs", ignore=shutil.ignore_patterns("site", "_*", "conf.py"))
    (source / "notebooks").mkdir()
    for name, notebook in chapters.items():
        notebook.cells = [_for_the_web(cell) for cell in notebook.cells if cell.id != "speaker-notes"]
        nbformat.write(notebook, source / "notebooks" / f"{name}.ipynb")
    for folder in sheets:
        shutil.copytree(course / folder, source / folder, ignore=NOT_OURS)
    if "solutions" in sheets:
        with (source / "exercises.md").open("a", encoding="utf-8") as page:
            page.write("\n# The solutions\n\n```{toctree}\n:glob:\n\nsolutions/*\n```\n")
    (source / "api").mkdir()
    for module in MODULES:
        name = f"course_lib.{module}"
        page = f"{name}\n{'=' * len(name)}\n\n.. automodule:: {name}\n   :members:\n"
        (source / "api" / f"{module}.rst").write_text(page, encoding="utf-8")


def _for_the_web(cell):
    """A cell as readers of the site need it.

    Where it only asks for a prediction or compares one, the code is left out: it says the same as what is shown. In
    tables, links to chapters lead to their pages; Sphinx does that for text.
    """
    if cell.source.startswith(("predict(", "reconcile(")) and len(ast.parse(cell.source).body) == 1:
        cell.metadata["tags"] = [*cell.metadata.get("tags", []), "remove-input"]
    for output in cell.get("outputs", []):
        if "text/html" in output.get("data", {}):
            output.data["text/html"] = re.sub(r'href="(\w+)\.ipynb"', r'href="\1.html"', output.data["text/html"])
    return cell


def _sphinx(settings, work):
    """Run Sphinx; what it warns of is an error. It works in ``work``, because it leaves folders beside its output."""
    from sphinx.cmd.build import main

    options = ["-q", "-W", "--keep-going", "-D", f"html_extra_path={work / 'extra'}", "-c", settings]
    if main([str(option) for option in [*options, "-d", work / "doctrees", work / "source", work / "html"]]):
        raise SiteFailed("the site was not built: mend what is said above, then give the same command again")
