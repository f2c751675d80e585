"""Tables that are sorted by a click, or a key, on a header: plain HTML, complete without a kernel and without scripts.

>>> from course_lib.lesson import compare_table
>>> table = from_markdown(compare_table(), "What is measured")  # shown by a notebook as its cell's result
"""

import html
import math
import re
import uuid
from pathlib import Path

_SCRIPT = Path(__file__).with_suffix(".js").read_text(encoding="utf-8")
_STYLE = """
.course-sortable { overflow-x: auto; }
.course-sortable caption { text-align: left; padding: 4px 0; color: inherit; }
.course-sortable.course-sortable table :is(th, td) {
  text-align: left; vertical-align: top; white-space: normal; padding: 4px 10px;
}
.course-sortable.course-sortable table td.number { text-align: right; white-space: nowrap; }
.course-sortable th button {
  font: inherit; font-weight: 600; color: inherit; background: none; border: 0; padding: 2px 0; cursor: pointer;
  min-height: 24px; text-align: left; text-decoration: underline dotted;
}
.course-sortable th button::after { content: " ↕"; }
.course-sortable th[aria-sort=ascending] button::after { content: " ▲"; }
.course-sortable th[aria-sort=descending] button::after { content: " ▼"; }
.course-sortable:focus-visible, .course-sortable button:focus-visible { outline: 3px solid #0072b2; }
.course-sortable svg path { fill: none; stroke: currentColor; stroke-width: 2; }
.course-sortable svg path.faint { stroke-width: 1; stroke-opacity: 0.5; }
"""


class Raw(str):
    """HTML for a cell that is shown as it is; ``plain`` is what is read and sorted by where there is no HTML."""

    def __new__(cls, markup, plain):
        self = super().__new__(cls, markup)
        self.plain = plain
        return self


class Table:
    """A table for a notebook; each column can be sorted, numbers as numbers, words as words, empty cells last.

    Args:
        header: the names of the columns.
        rows: lists of cells as long as the header: text (with formulas between dollar signs), numbers, or ``Raw``.
        caption: what the table shows, in a few words.
        fixed: the names of columns that cannot be sorted, such as one of pictures.

    Raises:
        ValueError: a row is not as long as the header, or ``fixed`` names no column.
    """

    def __init__(self, header, rows, caption, fixed=()):
        self.header, self.caption, self.fixed = list(header), caption, set(fixed)
        self.rows = [list(row) for row in rows]
        for row in self.rows:
            if len(row) != len(self.header):
                raise ValueError(f"a row has {len(row)} cells, the header has {len(self.header)}: {row[:2]} ...")
        if not self.fixed <= set(self.header):
            raise ValueError(f"there is no column {', '.join(sorted(self.fixed - set(self.header)))}")

    def column(self, name):
        """Return the cells of one column."""
        at = self.header.index(name)
        return [row[at] for row in self.rows]

    def _repr_html_(self):
        name = f"course-{uuid.uuid4().hex}"
        head = "".join(self._head(column) for column in self.header)
        body = "\n".join(f"<tr>{''.join(map(self._cell, self.header, row))}</tr>" for row in self.rows)
        # JupyterLab has shortcuts for Enter and the like: not for keys that are pressed in here
        return (
            f'<style>{_STYLE}</style><div class="course-sortable" id="{name}" data-lm-suppress-shortcuts="true" '
            f'tabindex="0" role="region" aria-label="{html.escape(self.caption)}">'
            f"<table><caption>{html.escape(self.caption)}</caption><thead><tr>{head}</tr></thead>\n"
            f"<tbody>{body}</tbody></table></div>\n<script>({_SCRIPT})(document.getElementById('{name}'))</script>"
        )

    def _head(self, column):
        text = html.escape(column)
        button = text if column in self.fixed else f'<button type="button">{text}</button>'
        return f'<th scope="col">{button}</th>'

    def _cell(self, column, cell):
        """One cell with the key that it is sorted by; where numbers are compared, they stand on the right."""
        kind = ' class="number"' if column not in self.fixed and _number_in(_plain(cell)) is not None else ""
        shown = cell if isinstance(cell, Raw) else html.escape(_plain(cell))
        return f'<td{kind} data-key="{html.escape(_key(cell))}">{shown}</td>'

    def __repr__(self):
        lines = [" | ".join(map(_plain, row)) for row in [self.header, *self.rows]]
        return "\n".join([self.caption, *lines])


def from_markdown(table, caption, fixed=("formula",)):
    """Return a Markdown table, such as ``lesson.compare_table`` makes, as one that can be sorted.

    Args:
        table: the table as text, or an object whose ``repr`` is that text.
        caption, fixed: as for ``Table``; columns that the table does not have are left out of ``fixed``.
    """
    lines = [line.strip().strip("|") for line in str(table).splitlines() if line.strip()]
    header, _, *rows = [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)] for line in lines]
    return Table(header, rows, caption, [name for name in fixed if name in header])


def _key(cell):
    """What a cell is sorted by: the number that it is, of a range its lower end, else its words in small letters."""
    text = _plain(cell)
    value = _number_in(text.partition(" to ")[0])
    return text.casefold() if value is None else f"{value}".replace("inf", "Infinity")  # as JavaScript reads it


def _number_in(text):
    """The number that a text is, or None."""
    try:
        return float(text.replace("\N{MINUS SIGN}", "-").replace("∞", "inf"))
    except ValueError:
        return None


def _plain(cell):
    """A cell as text."""
    if isinstance(cell, Raw):
        return cell.plain
    return number(cell) if isinstance(cell, float) else str(cell)


def number(value):
    """A number as it is printed: four digits, a real minus sign, ∞; nothing for nan, 0 for what rounding left of it."""
    text = "" if math.isnan(value) else f"{0 if abs(value) < 1e-12 else value:.4g}"
    return text.replace("-", "\N{MINUS SIGN}").replace("inf", "∞")
