"""Every notebook is stored in one form, and every chapter has the anatomy of a chapter."""

import re
import sys
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))

from tidy_notebooks import METADATA, tidy  # noqa: E402

FOLDERS = ("notebooks", "solutions", "exercises")
NOTEBOOKS = [path for folder in FOLDERS for path in sorted((ROOT / folder).glob("*.ipynb"))]
CHAPTERS = [path for path in NOTEBOOKS if path.parent.name == "notebooks" and not path.name.startswith("00_")]
REFERENCE = "23_catalogue"  # it is looked things up in, not read from top to bottom
TAGS = {"raises-exception", "hide-input", "remove-cell", "show-input"}
ANATOMY = [
    "What you will be able to do",
    "Predict first",
    "The idea",
    "The formula",
    "Build it",
    "Play",
    "What it is good for",
    "What goes wrong",
    "The numerics",
    "Where it is used today",
    "True, false, or it depends",
    "Recap",
    "Next",
]
ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
MACHINE_MADE_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f-]+)?")


def read(path):
    return nbformat.read(path, as_version=4)


def cells_of(path, kind):
    return [cell for cell in read(path).cells if cell.cell_type == kind]


def name(path):
    return str(path.relative_to(ROOT))


def text_of(path):
    return "\n".join(cell.source for cell in cells_of(path, "markdown"))


def without_code(markdown):
    return re.sub(r"```.*?```|`[^`]*`", "", markdown, flags=re.DOTALL)


every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=name)
every_chapter = pytest.mark.parametrize("path", CHAPTERS, ids=name)


@every_notebook
def test_notebook_is_stored_in_the_one_form(path):
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook == tidy(read(path), keep_outputs=path.parent.name != "notebooks"), "run `make notebooks`"


@every_notebook
def test_cell_ids_are_unique_words(path):
    ids = [cell.id for cell in read(path).cells]
    assert len(set(ids)) == len(ids)
    assert [i for i in ids if not ID.fullmatch(i) or MACHINE_MADE_ID.fullmatch(i)] == []


@every_notebook
def test_tags_are_from_the_closed_list(path):
    assert {tag for cell in read(path).cells for tag in cell.metadata.get("tags", [])} <= TAGS


@every_notebook
def test_code_cells_of_exercises_and_solutions_are_marked_for_nbgrader_and_no_others(path):
    marked = [cell.id for cell in read(path).cells if "nbgrader" in cell.metadata]
    assert marked == ([] if path.parent.name == "notebooks" else [cell.id for cell in cells_of(path, "code")])


@every_notebook
def test_images_have_an_alternative_text(path):
    text = without_code(text_of(path))
    assert re.findall(r"!\[\s*\]\(", text) == []
    assert [tag for tag in re.findall(r"<img\b[^>]*>", text) if not re.search(r'\balt="[^"]+"', tag)] == []


@pytest.mark.parametrize("path", sorted((ROOT / "notebooks").glob("*.ipynb")), ids=name)
def test_code_cells_have_at_most_15_lines(path):
    def lines(cell):
        return [line for line in cell.source.splitlines() if line.strip() and not line.lstrip().startswith("#")]

    assert {cell.id: len(lines(cell)) for cell in cells_of(path, "code") if len(lines(cell)) > 15} == {}


@pytest.mark.parametrize("path", [path for path in CHAPTERS if path.stem != REFERENCE], ids=name)
def test_chapter_has_the_anatomy_in_order(path):
    headings = re.findall(r"^## +(.+)$", text_of(path), flags=re.MULTILINE)
    found = [part for heading in headings for part in ANATOMY if heading.lower().startswith(part.lower())]
    assert found == ANATOMY


@every_chapter
def test_chapter_has_a_solution_and_an_exercise(path):
    assert [folder for folder in FOLDERS if not (ROOT / folder / path.name).is_file()] == []


@every_chapter
def test_a_lecture_of_12_to_18_slides_is_marked_and_has_notes(path):
    kinds = [cell.metadata["slideshow"]["slide_type"] for cell in read(path).cells]
    assert 12 <= kinds.count("slide") + kinds.count("subslide") <= 18 or path.stem == REFERENCE
    (notes,) = [cell for cell in read(path).cells if cell.metadata["slideshow"]["slide_type"] == "notes"]
    assert notes.id == "speaker-notes"
    assert "50 minutes" in notes.source or path.stem == REFERENCE


@every_chapter
def test_chapter_leads_to_its_exercise(path):
    assert f"../exercises/{path.name}" in text_of(path)


def test_every_exercise_and_solution_belongs_to_a_chapter():
    missing = [name(path) for path in NOTEBOOKS if not (ROOT / "notebooks" / path.name).is_file()]
    assert missing == []


def test_tidy_drops_what_jupyterlab_adds_and_keeps_what_is_written():
    cell = nbformat.v4.new_code_cell(
        "1 + 1", id="sum", execution_count=3, metadata={"tags": ["hide-input"], "scrolled": True}
    )
    cell.outputs = [nbformat.v4.new_output("stream", text="2")]
    notebook = nbformat.v4.new_notebook(cells=[cell], metadata={**METADATA, "language_info": {"name": "python"}})
    _, kept = tidy(notebook, keep_outputs=False).cells  # the first is the cell that installs
    assert (kept.id, kept.source, kept.metadata) == ("sum", "1 + 1", {"tags": ["hide-input"]})
    assert (kept.outputs, kept.execution_count) == ([], None)
    assert notebook.metadata == METADATA
