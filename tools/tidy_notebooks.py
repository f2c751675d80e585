"""Bring the notebooks into their stored form: the cell that installs, no outputs in chapters, no metadata to spare.

make notebooks

JupyterLab writes more into a notebook when it saves it. Run this before a commit. What a solution or an exercise
stores as output is written by ``make exercises``.
"""

from pathlib import Path

import nbformat

from course_lib.publishing.addresses import repository

ROOT = Path(__file__).parents[1]
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
KEPT = {"tags", "slideshow", "nbgrader"}  # what a cell may carry
INSTALL = """\
# Only needed in Colab and the like: elsewhere it does nothing.
from importlib.util import find_spec

if not find_spec("course_lib"):
    library = "git+{repository}"
    get_ipython().run_line_magic("pip", f"install --quiet {{library}}")
"""  # %pip in plain Python, because graders and tests read the code of notebooks as Python


def tidy(notebook, keep_outputs):
    """Return the notebook in its stored form. Cell ids and all sources but that of ``install`` stay as they are."""
    notebook.metadata = METADATA
    put_install(notebook)
    for cell in notebook.cells:
        cell.metadata = {name: value for name, value in cell.metadata.items() if name in KEPT}
        if cell.cell_type == "code" and not keep_outputs:
            cell.outputs, cell.execution_count = [], None
    return notebook


def put_install(notebook):
    """Make ``install`` the first code cell, so that the notebook runs alone: it gets the library if it is not there."""
    cells = notebook.cells
    found = [cell for cell in cells if cell.id == "install"] or [nbformat.v4.new_code_cell(id="install")]
    found[0].source = INSTALL.format(repository=repository()).rstrip()
    found[0].metadata |= {"slideshow": {"slide_type": "skip"}, "tags": ["remove-cell"]}
    others = [cell for cell in cells if cell.id != "install"]
    first = next((place for place, cell in enumerate(others) if cell.cell_type == "code"), len(others))
    notebook.cells = [*others[:first], found[0], *others[first:]]


def main():
    """Write every chapter and every solution again."""
    for folder in ("notebooks", "solutions"):
        for path in sorted((ROOT / folder).glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            nbformat.write(nbformat.from_dict(tidy(notebook, keep_outputs=folder == "solutions")), path)


if __name__ == "__main__":
    main()
