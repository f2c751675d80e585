"""What a learner finds when JupyterLab opens the course: the first page, its contents beside it, trusted notebooks."""

import sqlite3
import sys
from pathlib import Path

from course_lib import progress

SETTINGS = Path(__file__).parent / "lab_settings"


def lab_options(course):
    """Make ready what JupyterLab needs for a pleasant start, and return its options that say where that is.

    It stands beside the learner's progress, so what is arranged there is arranged for this course only. If it cannot
    be made, one line on the error stream says so, and JupyterLab starts in its own way.
    """
    options = [f"--LabApp.app_settings_dir={SETTINGS}"]
    place = progress.path().parent / "lab"
    try:
        place.mkdir(parents=True, exist_ok=True)
        _lay_out(place / "workspaces")
        _trust(course, place)
    except (OSError, sqlite3.Error) as error:
        print(f"Nothing can be kept in {place} ({error}): {progress.ADVICE}.", file=sys.stderr)
        return options
    return [*options, f"--LabApp.workspaces_dir={place / 'workspaces'}", f"--NotebookNotary.data_dir={place}"]


def _lay_out(workspaces):
    """Open the first page and its table of contents, unless the learner has arranged JupyterLab already."""
    from jupyterlab_server.workspaces_handler import WorkspacesManager

    if not any(workspaces.glob("*")):
        WorkspacesManager(str(workspaces)).save("default", (SETTINGS / "workspace.json").read_text(encoding="utf-8"))


def _trust(course, place):
    """Sign the notebooks that store no more than text: they are safe, and JupyterLab need not warn of them."""
    import nbformat
    from nbformat.sign import NotebookNotary

    notary = NotebookNotary(data_dir=str(place))
    for path in [*course.glob("notebooks/*.ipynb"), *course.glob("exercises/*.ipynb")]:
        try:
            notebook = nbformat.read(path, as_version=4)
        except Exception:  # whatever is wrong with a notebook, JupyterLab says it when it is opened
            continue
        if notary.check_cells(notebook):
            notary.sign(notebook)
