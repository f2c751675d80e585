"""Tables that are sorted, in JupyterLab and on a page without a kernel: by mouse and key, in light and dark."""

import nbclient
import nbformat
import needs
import pytest

from course_lib.interactive.page import to_html

axe = needs.module("axe_playwright_python.sync_playwright", "test")
SOURCE = """
from course_lib.sortable import Raw, Table
rows = [("b", 2.5, Raw("<svg></svg>", "")), ("a", float("nan"), ""), ("C", -10, ""), ("d", float("inf"), "")]
Table(("name", "size", "picture"), rows, "Four things", fixed=("picture",))
"""
PLACES = ("lab", "light", "dark")


@pytest.fixture(scope="module")
def notebook():
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(SOURCE, id="first"), nbformat.v4.new_code_cell(SOURCE, id="second")]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def pages(chromium, notebook, open_notebook, course, tmp_path_factory):
    """The page of each place, and what went wrong there."""
    folder = tmp_path_factory.mktemp("sortable")
    nbformat.write(notebook, course / "sortable.ipynb")
    in_lab = open_notebook("sortable.ipynb")
    in_lab.run_all()
    found = {"lab": (in_lab.page, in_lab.errors)}
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    for theme in ("light", "dark"):
        file, errors = folder / f"{theme}.html", []
        file.write_text(to_html(notebook, theme), encoding="utf-8")
        page = chromium.new_page(color_scheme=theme)
        page.on("console", lambda message, errors=errors: errors.append(message.text))
        page.on("pageerror", lambda error, errors=errors: errors.append(str(error)))
        page.goto(file.as_uri())
        found[theme] = page, errors
    return found


@pytest.fixture(params=PLACES)
def page(request, pages):
    page, errors = pages[request.param]
    page.locator(".course-sortable").nth(1).wait_for()
    yield page
    assert errors == []


def names(table):
    return table.locator("tbody tr td:first-child").all_text_contents()


def test_a_click_on_a_header_sorts_upwards_and_the_next_one_downwards_with_empty_cells_last(page):
    first, second = (page.locator(".course-sortable").nth(i) for i in range(2))
    size = first.get_by_role("button", name="size")
    size.click()
    assert names(first) == ["C", "b", "d", "a"]
    assert first.get_by_role("columnheader", name="size").get_attribute("aria-sort") == "ascending"
    size.click()
    assert names(first) == ["d", "b", "C", "a"]
    assert first.get_by_role("columnheader", name="size").get_attribute("aria-sort") == "descending"
    assert names(second) == ["b", "a", "C", "d"], "another table is left alone"


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_the_keys_sort_too_and_only_one_column_says_so(page, key):
    table = page.locator(".course-sortable").first
    table.get_by_role("button", name="size").focus()
    page.keyboard.press(key)
    name = table.get_by_role("button", name="name")
    name.focus()
    page.keyboard.press(key)
    assert names(table) == ["a", "b", "C", "d"]
    assert table.locator("[aria-sort]").count() == 1
    page.keyboard.press(key)
    assert names(table) == ["d", "C", "b", "a"]
    assert name.evaluate("node => node === document.activeElement"), "the focus stays, so that the next key works too"
    assert table.get_by_role("button").count() == 2


def test_axe_finds_no_serious_fault(page):
    found = axe.Axe().run(page, context=".course-sortable").response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")] == []
