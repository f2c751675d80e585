"""Slides and site: what is run and when, what of a chapter is shown where. How they look is tested in a browser."""

import argparse
import os
import re

import nbformat
import needs
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

needs.module("sphinx_revealjs", "site")

from course_lib.publishing import command, deck, executed, site  # noqa: E402

NOTES = """<details>
<summary>Notes</summary>

Say hello.

| minutes | part | what |
|---|---|---|
| 0–9 | *A heading* | ask first |
| 9–12 | *Recap* | let them talk |

- *A heading*, `explore`: drag x
  across 0.
- *Recap*, `chain`: press the button.

</details>"""
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}


def cell(kind, source, slide, *tags):
    metadata = {"slideshow": {"slide_type": slide}, "tags": list(tags)}
    return (new_markdown_cell if kind == "text" else new_code_cell)(source, metadata=metadata)


@pytest.fixture
def chapter(tmp_path):
    """A small chapter, as it is stored."""
    notebook = new_notebook(
        cells=[
            cell("text", "# 1. A title", "slide"),
            cell("text", NOTES, "notes"),
            cell("code", "from course_lib.lesson import claim", "skip"),
            cell(
                "text",
                "## A heading\n\nSee [chapter 2](02_two.ipynb) and [its sheet](../exercises/01_one.ipynb).",
                "slide",
            ),
            cell("code", "claim('two is more than one', 2 > 1, [2])", "fragment"),
            cell("code", "def double(x):\n    return 2 * x  # </script>", "subslide", "show-input"),
            cell("code", "print('left out')", "skip"),
            cell("code", "double(21)", "-"),
        ],
        metadata=METADATA,
    )
    path = tmp_path / "01_one.ipynb"
    nbformat.write(notebook, path)
    return path


def run(path, cache):
    said = []
    (notebook,) = executed.executed([path], cache, said.append)
    return notebook, said


def test_a_chapter_is_run_once_and_again_only_when_it_has_changed(chapter, tmp_path):
    first, said = run(chapter, tmp_path / "cache")
    assert said == ["running 01_one.ipynb"]
    again, said = run(chapter, tmp_path / "cache")
    assert (again, said) == (first, [])
    chapter.write_text(chapter.read_text().replace("[2]", "[3]"))
    changed, said = run(chapter, tmp_path / "cache")
    assert said == ["running 01_one.ipynb"]
    assert "[3]" in changed.cells[4].outputs[0].text
    assert len(list((tmp_path / "cache").iterdir())) == 1, "the outdated run is kept"


def test_a_claim_that_does_not_hold_stops_with_its_notebook_and_its_words(chapter, tmp_path):
    chapter.write_text(chapter.read_text().replace("2 > 1", "2 < 1"))
    with pytest.raises(
        executed.CellFailed, match=r"01_one\.ipynb raised ClaimFailed: this is false: two is more than one"
    ):
        run(chapter, tmp_path / "cache")
    assert list((tmp_path / "cache").iterdir()) == []


def test_slides_follow_the_metadata(chapter, tmp_path):
    stacks, used = deck.slides(run(chapter, tmp_path / "cache")[0])
    assert used == []
    assert [[[kind for kind, _ in slide] for slide in stack] for stack in stacks] == [
        [["section", "slide", "notes"]],
        [["section", "notes", "slide", "fragment"], ["section", "notes", "subslide", "-"]],
    ]
    assert [slide[0][1] for stack in stacks for slide in stack] == [[""], ["A heading"], ["A heading"]]


def test_the_notes_of_a_slide_are_the_minutes_of_its_section_and_what_to_click_there(chapter, tmp_path):
    (_, stack), _ = deck.slides(run(chapter, tmp_path / "cache")[0])
    for slide in stack:
        notes = dict(slide)["notes"]
        assert re.sub(r"<.*?>", "", " ".join(notes)).split("\n") == [
            "0–9 min: ask first",
            "Click explore: drag x",
            "across 0.",
            "",
        ]


def test_a_deck_shows_outputs_and_only_the_code_that_is_the_point(chapter, tmp_path):
    path = deck.write(run(chapter, tmp_path / "cache")[0], "01_one", tmp_path)
    page = path.read_text(encoding="utf-8")
    assert "<title>1. A title</title>" in page
    assert '<p class="claim">✓ two is more than one [2]</p>' in page
    assert "double" in page
    assert "<pre>42</pre>" in page
    assert "claim(" not in page
    assert "left out" not in page
    assert "Say hello." in page
    assert "<details>" not in page, "the speaker's view would show the notes folded"


def test_what_is_printed_becomes_claims_and_blocks_and_long_lists_stay_out():
    printed = deck._printed("a\nb\n✓ it holds [1, 2]\n✓ it holds, too, and goes on\n  here [1, 2, 3, 4, 5]\nc\n")
    assert printed == (
        '<pre>a\nb</pre><p class="claim">✓ it holds [1, 2]</p>'
        '<p class="claim">✓ it holds, too, and goes on here</p><pre>c</pre>'
    )


def test_links_of_a_deck_lead_to_decks_or_are_words(chapter, tmp_path):
    page = deck.write(run(chapter, tmp_path / "cache")[0], "01_one", tmp_path).read_text(encoding="utf-8")
    assert 'href="02_two.html"' in page
    assert "its sheet" in page
    assert "exercises/" not in page


def test_everything_that_a_deck_loads_lies_beside_it(chapter, tmp_path):
    page = deck.write(run(chapter, tmp_path / "cache")[0], "01_one", tmp_path).read_text(encoding="utf-8")
    loaded = [part.split('"')[0] for part in page.split('src="')[1:] + page.split('rel="stylesheet" href="')[1:]]
    assert len(loaded) > 5
    assert [name for name in loaded if not (tmp_path / name).is_file()] == []


def test_a_notebook_without_slides_gets_no_deck(tmp_path):
    with pytest.raises(ValueError, match="00_none has no slides"):
        deck.write(new_notebook(cells=[new_markdown_cell("# None")]), "00_none", tmp_path)


def test_a_missing_package_is_named_with_the_way_to_get_it():
    with pytest.raises(ModuleNotFoundError, match=r"pip install -e '\.\[site\]'"):
        deck.package("no_such_package")


def test_a_chapter_that_does_not_exist_is_answered_with_the_nearest_that_does(chapter):
    (chapter.parent / "notebooks").mkdir()
    chapter.rename(chapter.parent / "notebooks" / chapter.name)
    with pytest.raises(command.CannotPublish, match=r"no chapter '01_won'\. Did you mean 01_one\?"):
        command.chapters(chapter.parent, ["01_won"])


def test_a_second_command_is_told_who_is_building(chapter, tmp_path):
    folder = tmp_path / "course"
    (folder / "notebooks").mkdir(parents=True)
    options = argparse.Namespace(chapters=[], out=tmp_path / "out", pdf=False, with_solutions=False)
    with command._nobody_else(folder / "_build"):
        for build in (command.slides, command.build_site):
            with pytest.raises(command.CannotPublish, match=rf"process {os.getpid()} on .+ is making slides"):
                build(folder, options)
    command.slides(folder, options)


def test_the_site_leaves_out_code_that_only_asks_and_leads_links_in_tables_to_pages():
    asks = new_code_cell("predict('a', 'b', ['c', 'd'])")
    asks.outputs = [new_output("display_data", {"text/html": '<a href="05_sigmoid.ipynb">5</a>'})]
    asks, other = map(site._for_the_web, [asks, new_code_cell("x = 1")])
    assert asks.metadata.tags == ["remove-input"]
    assert asks.outputs[0].data["text/html"] == '<a href="05_sigmoid.html">5</a>'
    assert "tags" not in other.metadata
