"""course_lib/sortable.py: tables that are complete as HTML and as text, with the keys that they are sorted by."""

import re

import numpy as np
import pytest

from course_lib.sortable import Raw, Table, from_markdown, number

TABLE = Table(("name", "size"), [("b", 2.5), ("<a>", -1.0), ("c", float("nan"))], "Three things")


def keys(table):
    return re.findall(r'data-key="([^"]*)"', table._repr_html_())


def test_html_holds_every_cell_escaped_and_a_caption():
    shown = TABLE._repr_html_()
    assert "<caption>Three things</caption>" in shown
    assert 'aria-label="Three things"' in shown
    assert "&lt;a&gt;" in shown
    assert "<a>" not in shown
    assert shown.count("<tr>") == 4


def test_each_column_has_a_button_but_those_that_are_fixed():
    assert TABLE._repr_html_().count('<button type="button">') == 2
    fixed = Table(("name", "size"), [("a", 1)], "One", fixed=("size",))._repr_html_()
    assert fixed.count('<button type="button">') == 1
    assert '<th scope="col">size</th>' in fixed


def test_cells_are_sorted_by_numbers_words_in_small_letters_or_not_at_all():
    row = ("ReLU", 3, -0.5, "−1.5 to ∞", "−∞ to 0", "∞", "", float("nan"), Raw("<b>9</b>", "09"))
    table = Table([f"c{i}" for i in range(len(row))], [row], "One")
    assert keys(table) == ["relu", "3.0", "-0.5", "-1.5", "-Infinity", "Infinity", "", "", "9.0"]


def test_numbers_stand_on_the_right_where_they_are_compared():
    shown = Table(("a", "b", "c"), [(1, 2, "0 to 1")], "One", fixed=("b",))._repr_html_()
    assert shown.count('<td class="number"') == 1
    assert '<td class="number" data-key="1.0">1</td>' in shown


def test_only_raw_cells_are_html():
    shown = Table(("a", "b"), [(Raw("<b>9</b>", "nine"), "<b>")], "One")._repr_html_()
    assert "<b>9</b>" in shown
    assert "&lt;b&gt;" in shown


def test_text_holds_every_cell():
    assert repr(TABLE) == "Three things\nname | size\nb | 2.5\n<a> | −1\nc | "
    assert repr(Table(("a",), [(Raw("<b>9</b>", "nine"),)], "One")).endswith("nine")


def test_two_tables_do_not_share_their_place():
    places = {re.search(r'id="([^"]+)"', TABLE._repr_html_())[1] for _ in range(2)}
    assert len(places) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [(1.23456, "1.235"), (-2.0, "−2"), (1e-15, "0"), (-np.inf, "−∞"), (np.nan, ""), (0.00012, "0.00012")],
)
def test_numbers_are_printed_with_four_digits_and_a_real_minus(value, text):
    assert number(value) == text


def test_a_markdown_table_keeps_its_cells_and_does_not_sort_formulas():
    markdown = "| name | formula |\n|------|---------|\n| a    | $\\vert x \\vert$ |\n| b \\| c | $x$ |"
    table = from_markdown(markdown, "Two")
    assert table.header == ["name", "formula"]
    assert table.rows == [["a", r"$\vert x \vert$"], [r"b \| c", "$x$"]]
    assert table.fixed == {"formula"}
    assert table.column("name") == ["a", r"b \| c"]


def test_a_row_that_does_not_fit_or_an_unknown_column_is_one_clear_line():
    with pytest.raises(ValueError, match="a row has 1 cells, the header has 2"):
        Table(("a", "b"), [("x",)], "One")
    with pytest.raises(ValueError, match="there is no column c"):
        Table(("a", "b"), [("x", "y")], "One", fixed=("c",))
