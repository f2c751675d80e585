"""Bring the notebooks into their stored form: chapters without outputs, no metadata but the kernel's name.

make notebooks

JupyterLab writes more into a notebook when it saves it. Run this before a commit. What a solution or an exercise
stores as output is written by ``make exercises``.
"""

from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
KEPT = {"tags", "slideshow", "nbgrader"}  # what a cell may carry


def tidy(notebook, keep_outputs):
    """Return the notebook in its stored form. Sources and cell ids stay as they are."""
    notebook.metadata = METADATA
    for cell in notebook.cells:
        cell.metadata = {name: value for name, value in cell.metadata.items() if name in KEPT}
        if cell.cell_type == "code" and not keep_outputs:
            cell.outputs, cell.execution_count = [], None
    return notebook


def main():
    """Write every chapter and every solution again."""
    for folder in ("notebooks", "solutions"):
        for path in sorted((ROOT / folder).glob("*.ipynb")):
            notebook = nbformat.read(path, as_version=4)
            nbformat.write(nbformat.from_dict(tidy(notebook, keep_outputs=folder == "solutions")), path)


if __name__ == "__main__":
    main()
