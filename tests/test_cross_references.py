"""Across all chapters: terms and symbols stand in the glossary, references lead somewhere, citations have a source."""

import re
from pathlib import Path

import nbformat
import pytest

from course_lib.glossary import SYMBOLS, TERMS

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
CHAPTERS = {path.name[:2]: path for path in sorted(NOTEBOOKS.glob("*.ipynb"))}
GREEK = "alpha beta gamma delta varepsilon epsilon eta theta lambda mu nu xi pi rho sigma tau phi varphi psi omega"
CAPITALS = "Gamma Delta Theta Lambda Sigma Phi Psi Omega"
WITHOUT_ID = {
    "Perceptrons: an introduction to computational geometry": "a book",
    "On convergence proofs on perceptrons": "proceedings of 1962",
    "Understanding the difficulty of training deep feedforward neural networks": "PMLR gives no DOI",
    "Deep sparse rectifier neural networks": "PMLR gives no DOI",
    "Rectified linear units improve restricted Boltzmann machines": "ICML 2010 gives no DOI",
    "Deep learning": "a book",
    "Rectifier nonlinearities improve neural network acoustic models": "a workshop of ICML 2013",
    "Dropout: a simple way to prevent neural networks from overfitting": "JMLR gives no DOI",
    "Convolutional deep belief networks on CIFAR-10": "a technical report",
    "Incorporating second-order functional knowledge for better option pricing": "NeurIPS 2000 gives no DOI",
    "Improving language understanding by generative pre-training": "a technical report",
    "Méthode générale pour la résolution des systèmes d'équations simultanées": "a journal of 1847",
    "Notice sur la loi que la population suit dans son accroissement": "a journal of 1838",
    "Über die analytische Darstellbarkeit sogenannter willkürlicher Functionen einer reellen Veränderlichen": "of 1885",
}
every_chapter = pytest.mark.parametrize("number", CHAPTERS)


def texts(number):
    """The Markdown cells of a chapter, without code."""
    cells = nbformat.read(CHAPTERS[number], as_version=4).cells
    return [
        (cell.id, re.sub(r"```.*?```|`[^`]*`", "", cell.source, flags=re.DOTALL))
        for cell in cells
        if cell.cell_type == "markdown"
    ]


def body_and_sources(number):
    """What a chapter says, and the list of its sources."""
    body, _, sources = re.split(r"\*\*(Sources?)\*\*", "\n\n".join(text for _, text in texts(number)))
    return re.sub(r"\s+", " ", body), re.findall(r"^- (.+(?:\n  .+)*)", sources, re.MULTILINE)


def bold_terms(number):
    """The terms a chapter explains: what is bold, begins small and is no sentence. (Goals begin with a bold verb.)"""
    bold = [found for i, text in texts(number) if i != "goals" for found in re.findall(r"\*\*([^*]+)\*\*", text)]
    terms = {re.sub(r"\s+", " ", phrase) for phrase in bold}
    return {term for term in terms if term[0].islower() and term[-1] not in ".?!:;,"}


def letters(number):
    """The letters that stand for something in the formulas of a chapter, Greek ones by name."""
    found = set()
    for formula in re.findall(r"\$\$?(.+?)\$\$?", "\n".join(text for _, text in texts(number)), re.DOTALL):
        formula = re.sub(r"\\(text|operatorname|mathrm|phantom|begin|end)\*?\{[^}]*\}", " ", formula)
        for word in re.findall(r"\\?[A-Za-z]+", formula):
            greek = word[1:] in (GREEK + " " + CAPITALS).split()
            found |= {word} if word[0] == "\\" and greek else set() if word[0] == "\\" else set(word)
    return found


@every_chapter
def test_each_term_that_a_chapter_explains_stands_in_the_glossary(number):
    known = {term.term for term in TERMS}
    assert sorted(term for term in bold_terms(number) if not {term, term.removesuffix("s")} & known) == []


@every_chapter
def test_each_letter_of_a_formula_stands_in_the_glossary(number):
    assert sorted(letters(number) - {symbol.symbol for symbol in SYMBOLS}) == []


def test_the_glossary_is_sorted_and_says_everything_once():
    terms, symbols = [term.term for term in TERMS], [symbol.symbol for symbol in SYMBOLS]
    assert terms == sorted(set(terms), key=str.casefold)
    assert symbols == sorted(set(symbols), key=lambda s: (s[0] == "\\", s.casefold(), s))


@pytest.mark.parametrize("term", TERMS, ids=lambda term: term.term)
def test_each_term_is_used_in_the_chapter_that_explains_it_and_means_one_sentence(term):
    said = " ".join(text for _, text in texts(term.chapter)).casefold()
    assert term.term.casefold() in re.sub(r"\s+", " ", said)
    assert re.fullmatch(r"[^\n]+\.", term.meaning)


def test_each_symbol_is_used_in_some_formula():
    used = set().union(*map(letters, CHAPTERS))
    assert sorted({symbol.symbol for symbol in SYMBOLS} - used) == []


@every_chapter
def test_each_chapter_that_is_named_by_its_number_exists(number):
    body, _ = body_and_sources(number)
    named = {f"{int(n):02}" for n in re.findall(r"\b[Cc]hapters? \[?(\d+)", body)}
    assert sorted(named - set(CHAPTERS)) == []


@every_chapter
def test_a_link_that_names_a_chapter_by_its_number_leads_there(number):
    body, _ = body_and_sources(number)
    links = re.findall(r"\[[^\]]*?\b[Cc]hapter (\d+)[^\]]*\]\((\d\d)_", body)
    assert [(said, led) for said, led in links if int(said) != int(led)] == []


@every_chapter
def test_every_source_has_authors_year_title_and_an_identifier(number):
    _, sources = body_and_sources(number)
    assert sources
    papers = [source for source in sources if not source.startswith("PyTorch documentation")]
    form = re.compile(r"[^()*]+ \(\d{4}\): \*([^*]+)\*")
    assert [source for source in papers if not form.match(source)] == []
    identified = re.compile(r"arXiv:\d{4}\.\d{4,5}\b|doi:10\.\d{4,}/\S+")
    assert [s for s in papers if not identified.search(s) and form.match(s)[1] not in WITHOUT_ID] == []


@every_chapter
def test_every_citation_has_a_source_and_sources_are_sorted(number):
    body, sources = body_and_sources(number)
    for cited in re.finditer(r"\((?:[^()]*?\D)?(1[5-9]\d\d|20\d\d)\)", body):
        before = body[max(0, cited.start() - 80) : cited.end()]
        authors = [source.split(" (")[0] for source in sources if f"({cited[1]})" in source]
        names = {name for line in authors for name in re.findall(r"\w[\w'’-]+", line)}
        assert any(name in before for name in names), f"no source for {before!r}"
    surnames = [re.sub(r"^(?:\w[\w-]*\.[ -]?)+", "", source).casefold() for source in sources]
    assert surnames == sorted(surnames)


def test_the_first_notebook_lists_every_chapter_in_order_under_its_title():
    contents = dict(texts("00"))["contents"]
    titles = {path.name: dict(texts(number))["title"].splitlines()[0][2:] for number, path in CHAPTERS.items()}
    listed = re.findall(r"^\| \[(.+?)\]\(([\w.]+)\) \|.*\(\.\./exercises/([\w.]+)\) \|$", contents, re.MULTILINE)
    assert listed == [(title, name, name) for name, title in titles.items() if name[:2] != "00"]
