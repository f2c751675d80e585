"""What people write into the notebooks of the course, and how none of it is lost when a notebook is put back."""

import datetime
import json
import subprocess


def is_untouched(path, untouched):
    """Whether the notebook at ``path`` is there and reads exactly like the string ``untouched``."""
    return path.is_file() and path.read_text(encoding="utf-8", errors="replace") == untouched


def put_back(path, untouched):
    """Write the notebook ``untouched`` (a string) to ``path``.

    If what stood there has other cells, somebody wrote in it: a copy is kept first, in ``kept/`` beside the notebook.

    Returns:
        The path of that copy, or None if there was nothing to keep.
    """
    kept = _keep(path) if path.exists() and _sources(path.read_bytes()) != _sources(untouched) else None
    path.write_text(untouched, encoding="utf-8", newline="\n")
    return kept


def changed_chapters(course):
    """Return the chapters that are not as the course's git repository has them: a dict from path to what it has.

    Args:
        course: the folder of the course. Without git, nobody knows what a chapter was: the dict is empty.
    """
    names = _git(course, "diff", "--name-only", "--relative", "-z", "HEAD", "--", "notebooks").split("\0")
    committed = {course / name: _git(course, "show", f"HEAD:./{name}") for name in names if name}
    return {path: content for path, content in committed.items() if content}


def _keep(path):
    """Copy a notebook to ``kept/`` beside it, under a name with today's date that no file has yet."""
    folder = path.parent / "kept"
    folder.mkdir(exist_ok=True)
    stem, number = f"{path.stem}-{datetime.date.today()}", 1
    while True:
        copy = folder / (f"{stem}.ipynb" if number == 1 else f"{stem}-{number}.ipynb")
        try:
            with open(copy, "xb") as file:
                file.write(path.read_bytes())
            return copy
        except FileExistsError:
            number += 1


def _sources(content):
    """What a person wrote in a notebook: the source of each cell, in order; of what is no notebook, all its bytes."""
    try:
        return [(cell.get("id"), "".join(cell["source"])) for cell in json.loads(content)["cells"]]
    except (ValueError, TypeError, LookupError, AttributeError):  # as after a merge that git could not finish
        return content


def _git(course, *arguments):
    """What git prints; nothing where there is no git, no repository, or no such file in it."""
    try:
        done = subprocess.run(["git", *arguments], cwd=course, capture_output=True, encoding="utf-8", check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout
