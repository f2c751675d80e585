"""The plans of all chapters for the lecturer's pack, made of the speaker notes that stand in the chapters.

``python -m course_lib.publishing.plans`` writes them into ``docs/lecturers.md``, below its mark.
"""

import re
from pathlib import Path

import nbformat

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs" / "lecturers.md"
MARK = "<!-- Below this line everything is written by `make lecturers`, from the speaker notes of the chapters. -->\n"
_MINUTES = re.compile(r"^\| (\d+–\d+) \| \*(.+?)\* \| (.+?) \|$", flags=re.MULTILINE)
_CLICK = re.compile(r"^- \*(.+?)\*, (.+(?:\n  .+)*)", flags=re.MULTILINE)
_FOLD = re.compile(r"</?details>|<summary>.*?</summary>")


def chapters():
    """Return the paths of the chapters that have speaker notes, in order: all but the first notebook."""
    return sorted((ROOT / "notebooks").glob("*.ipynb"))[1:]


def plan(path):
    """Return the heading of a chapter and its speaker notes, as Markdown with links that hold in ``docs/``."""
    cells = {cell.id: cell.source for cell in nbformat.read(path, as_version=4).cells}
    title, notes = cells["title"].splitlines()[0][2:], unfolded(cells["speaker-notes"])
    notes = re.sub(r"\]\((\w+\.ipynb)\)", r"](../notebooks/\1)", notes)
    return f"### {title}\n\nThe chapter: [{path.stem}](../notebooks/{path.name}).\n\n{notes}\n"


def unfolded(notes):
    """Return speaker notes, as Markdown or HTML, without what folds them in a notebook."""
    return _FOLD.sub("", notes).strip()


def of_section(notes, heading):
    """Return what speaker notes say of the section under a heading, its minutes and what to click, as Markdown."""
    minutes = [f"**{when} min**: {what}" for when, part, what in _MINUTES.findall(notes) if heading.startswith(part)]
    clicks = [f"**Click** {what}" for part, what in _CLICK.findall(notes) if heading.startswith(part)]
    return "\n\n".join(minutes + clicks)


def with_plans(guide):
    """Return the text of the lecturer's pack with the present plans below its mark."""
    written_by_hand = guide.partition(MARK)[0]
    return "\n".join([written_by_hand + MARK, *map(plan, chapters())])


def main():
    """Write the plans anew."""
    GUIDE.write_text(with_plans(GUIDE.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
