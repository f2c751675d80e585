"""Markdown for a notebook that reads well as plain text, too."""


class Markdown:
    """Markdown for a notebook; the same words where only plain text is shown."""

    def __init__(self, markdown, plain=None):
        self._markdown = markdown
        self._plain = plain or markdown

    def _repr_markdown_(self):
        return self._markdown

    def __repr__(self):
        return self._plain


def table(header, rows):
    """A Markdown table whose columns are aligned, so that it is readable as plain text too."""
    cells = [[_cell(str(cell)) for cell in row] for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    cells.insert(1, ["-" * width for width in widths])
    lines = [" | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in cells]
    return "\n".join(f"| {line} |" for line in lines)


def _cell(text):
    """The text of one cell, on one line and without the bar that would end the cell."""
    return " ".join(text.split()).replace("|", r"\vert " if "$" in text else r"\|")
