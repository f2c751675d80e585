"""Tests prove the course, not what a learner has written or run in it: they then run on a copy without that.

JupyterLab writes into every notebook that it saves. Where it has done so, the copy gets the notebook in its stored
form: a chapter without outputs, an exercise without answers. The learner's own files are only read.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[1]
FOLDERS = ("notebooks", "solutions", "exercises")
SAVED = b'"language_info"'  # no stored notebook has it, and each that a front end has saved
LEFT_OUT = (".venv", "kept", "__pycache__", ".*_cache", ".ipynb_checkpoints", "_build", "_site", "_slides", "grades*")


def saved_by_a_front_end(course):
    """Return the notebooks that somebody has opened and saved, as paths relative to the folder of the course."""
    notebooks = [path for folder in FOLDERS for path in sorted((course / folder).glob("*.ipynb"))]
    return [path.relative_to(course) for path in notebooks if SAVED in path.read_bytes()]


def run(arguments, here, notebooks):
    """Run pytest with these arguments on a copy of the course, made from the given notebooks' stored form.

    Args:
        arguments: of pytest.
        here: the folder that pytest was called in.
        notebooks: paths relative to the course, as ``saved_by_a_front_end`` returns them.

    Returns:
        The exit code of pytest.
    """
    more = f" and {len(notebooks) - 1} more" if notebooks[1:] else ""
    print(f"You have worked in {notebooks[0].as_posix()}{more}. That is fine: the tests run on a copy without it.")
    with tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True) as scratch:
        copy = Path(scratch).resolve() / ROOT.name
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*LEFT_OUT), symlinks=True)
        for path in notebooks:
            (copy / path).write_text(stored_form(copy, path), encoding="utf-8", newline="\n")
        there = [str(part).replace(str(ROOT), str(copy)) for part in [here, *arguments]]
        command = [sys.executable, "-m", "pytest", *there[1:]]
        return subprocess.call(command, cwd=there[0], env=os.environ | {"PYTHONPATH": str(copy)})


def stored_form(course, path):
    """Return a notebook of the course as the course stores it: a string."""
    from course_lib.exercises import stored, untouched

    sys.path.append(str(ROOT / "tools"))
    from tidy_notebooks import tidy

    if path.parent.name == "exercises":
        return untouched(course / "solutions" / path.name)
    notebook = tidy(nbformat.read(course / path, as_version=4), keep_outputs=False)
    return nbformat.writes(stored(notebook, "passed") if path.parent.name == "solutions" else notebook) + "\n"
