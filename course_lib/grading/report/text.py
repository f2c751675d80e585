"""A learner's text on its way into a report: nothing in it may act as HTML, as a formula, or on the terminal."""

import dataclasses
import hashlib
import html
import re
import unicodedata

LONGEST = 4000
"""How many characters of one text a report shows."""


_FORMULA = re.compile(r"(^|;)(?=\s*[=+\-@＝＋－＠])")  # after a semicolon too: some spreadsheets split there
_FORMULA_AT_START = re.compile(r"(^)(?=\s*[=+\-@＝＋－＠])")
_JOINERS = "\u200c\u200d"  # invisible, and needed: in Persian words, in emoji


def plain(text, longest=LONGEST):
    """Return ``text`` with everything that is not seen made visible, as in ``\\x1b``, and cut to ``longest``.

    Control characters, lone surrogates, and marks that turn the direction of writing are shown as Python writes them.
    Line breaks stay, a tab becomes four spaces.
    """
    text = cut(str(text), longest).replace("\r\n", "\n").replace("\t", "    ")
    return text if text.isprintable() else "".join(map(_visible, text))


def one_line(text, longest=LONGEST):
    """``plain`` text on one line: a line break is shown as ``\\n``."""
    return plain(text, longest).replace("\n", "\\n")


def cut(text, longest=LONGEST):
    """Return the beginning of a text, and how long it was if that is not all."""
    return text if len(text) <= longest else f"{text[:longest]} … (cut: {len(text)} characters)"


def field(value):
    """Return a value for a field of a CSV file: numbers stay numbers, and text is never a formula.

    ``Html`` is only guarded where it begins: a semicolon in it may be the end of an entity, as in ``&lt;= 0``.
    """
    if isinstance(value, int | float):
        return value
    formula = _FORMULA_AT_START if isinstance(value, Html) else _FORMULA
    text = formula.sub(r"\1'", one_line(value, 30_000))  # a cell of Excel holds 32,767 characters
    return f"'{text}" if str(value)[:1] in ("\t", "\r") and text[:1] != "'" else text


def number(value):
    """A number without needless zeros: 7, 7.5, 6.67."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def counted(count, noun):
    """A number with its noun: 1 notebook, 2 notebooks."""
    return f"{count:,} {noun}{'s' * (count != 1)}"


def file_name(text):
    """Return a file name, without ending, that any system takes and that no other text has."""
    ascii_text = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", ascii_text[:200]).strip("-")[:40].strip("-") or "learner"
    return f"{slug}-{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def as_dict(info):
    """Return what is known of a submission, an object or a mapping, as a dict."""
    if dataclasses.is_dataclass(info):
        return {part.name: getattr(info, part.name) for part in dataclasses.fields(info)}
    return dict(info)


class Html(str):
    """Text that is HTML already. Any other text is escaped by ``tag``."""


def tag(element, /, *inside, **attributes):
    """Return an element: ``tag("td", text, class_="number")``. Text is made plain and escaped, ``Html`` is kept."""
    pairs = "".join(f' {_key(key)}="{html.escape(plain(value))}"' for key, value in attributes.items() if value != "")
    return Html(f"<{element}{pairs}>" if element == "meta" else f"<{element}{pairs}>{join(*inside)}</{element}>")


def join(*parts):
    """Return texts and ``Html`` in a row as ``Html``."""
    return Html("".join(part if isinstance(part, Html) else html.escape(plain(part)) for part in parts))


def _key(name):
    return name.rstrip("_").replace("_", "-")


def _visible(character):
    if character.isprintable() or character in "\n" + _JOINERS or unicodedata.category(character) == "Zs":
        return character
    return character.encode("unicode_escape").decode()
