"""The glossary: every term and every letter of the course, with what it means. The entries are in ``glossary.txt``."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Term:
    """A technical term; ``chapter`` is the number, as in "05", of the chapter that explains it."""

    term: str
    chapter: str
    meaning: str


@dataclass(frozen=True)
class Symbol:
    """A letter of the formulas, as LaTeX without the dollars, and what it stands for."""

    symbol: str
    meaning: str


def _entries():
    """The two tables of the file: rows of three and of two texts. Lines that begin with # are headings."""
    lines = Path(__file__).with_name("glossary.txt").read_text(encoding="utf-8").splitlines()
    rows = [tuple(part.strip() for part in line.split("|")) for line in lines if line and not line.startswith("#")]
    return (Term(*row) for row in rows if len(row) == 3), (Symbol(*row) for row in rows if len(row) == 2)


TERMS, SYMBOLS = map(tuple, _entries())
"""All terms in alphabetical order, and all letters: Latin, then Greek."""
