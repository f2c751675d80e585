"""The site and the slides in a real browser: nothing is fetched from outside, everything moves, everything fits."""

import contextlib
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import lab
import needs
import pytest
from playwright.sync_api import TimeoutError

needs.module("sphinx_revealjs", "site")
axe = needs.module("axe_playwright_python.sync_playwright", "test")

ROOT = Path(__file__).parents[2]
CHAPTERS = [path.stem for path in sorted((ROOT / "notebooks").glob("*.ipynb"))]
DECKS = CHAPTERS[1:]
PAGES = [
    "index",
    "chapters",
    "exercises",
    "teaching",
    "library",
    "api/activations",
    "docs/lecturers",
    "exercises/07_relu",
]
PAGES += [f"notebooks/{chapter}" for chapter in CHAPTERS]
READ = ["index", "notebooks/07_relu", "notebooks/23_catalogue", "exercises/07_relu", "docs/lecturers"]
MINUTES = 8  # to run all chapters on a busy machine with two processors


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site as ``make site`` builds it."""
    out = tmp_path_factory.mktemp("site") / "_site"
    assert course("site", "--out", out).endswith("index.html\n")
    return out


def course(*arguments):
    """Run a command of the course, and return what it printed."""
    command = [sys.executable, "-c", lab.START, *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60 * MINUTES)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture
def open_page(chromium, site):
    """Open a page of the site in a browser that reaches nothing else, and note what it asks for and complains of."""
    pages = []

    def opened(name, **options):
        page = chromium.new_page(viewport={"width": 1400, "height": 900}, **options)
        page.complaints = []
        page.outside = []
        page.on("console", lambda said: page.complaints.append(said.text) if said.type != "log" else None)
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("request", lambda request: _note(request, page.outside))
        page.goto((site / f"{name}.html").as_uri())
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()


def _note(request, outside):
    if not request.url.startswith(("file:", "data:", "blob:")):
        outside.append(request.url)


class Links(HTMLParser):
    """The addresses that a page names, and the places in it that can be named."""

    def __init__(self, text):
        super().__init__()
        self.links, self.places = [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.places.add(attributes.get("id"))
        self.links += [attributes[name] for name in ("href", "src") if attributes.get(name)]


def test_every_link_within_the_site_leads_somewhere(site):
    pages = {
        path: Links(path.read_text(encoding="utf-8")) for path in site.rglob("*.html") if "_static" not in path.parts
    }
    assert len(pages) > 70
    lost = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            place = unquote(parts.fragment)
            if not target.exists() or (place and target in pages and not _is_place(place, pages[target], target, site)):
                lost.append((path.name, link))
    assert lost == []


def _is_place(place, page, target, site):
    """Whether a page has a place of this name. In a deck the program that shows it names the slides."""
    return place in page.places or target.is_relative_to(site / "slides")


def test_nothing_is_left_beside_the_site(site):
    assert [path.name for path in site.parent.iterdir()] == ["_site"]


def test_solutions_are_not_on_the_site(site):
    assert not (site / "solutions").exists()
    assert not (site / "download" / "solutions").exists()
    assert (site / "download" / "exercises" / "07_relu.ipynb").read_bytes() == (
        ROOT / "exercises" / "07_relu.ipynb"
    ).read_bytes()


def test_a_chapter_can_be_had_elsewhere_and_leads_to_its_neighbours(open_page):
    page = open_page("notebooks/07_relu")
    buttons = page.get_by_role("navigation", name="This notebook elsewhere").get_by_role("link")
    assert buttons.all_inner_texts() == ["Download", "Open in Colab", "Open in Binder", "Slides"]
    assert page.locator("a.left-prev").get_attribute("href") == "06_tanh.html"
    assert page.locator("a.right-next").get_attribute("href") == "08_leaky_relu.html"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_nobody_and_everything_on_it_moves(open_page, name):
    page = open_page(name)
    page.evaluate("globalThis.interactivesAreDrawn")
    for interactive in page.locator(".course").all():
        before = interactive.get_attribute("data-state")
        moved = interactive.locator("[role=slider]:visible, input[type=range]:visible, input[type=radio]:not(:checked)")
        if not moved.count():
            interactive.locator("select:enabled").first.select_option(index=1)
        for key in ("Space", "ArrowRight", "ArrowLeft"):  # what is at its end goes one way only
            if moved.count() and interactive.get_attribute("data-state") == before:
                moved.first.press(key)
        assert interactive.get_attribute("data-state") != before, interactive.get_attribute("aria-label")
    if page.locator(".math").count():
        page.locator("mjx-container").first.wait_for(state="attached")
    assert page.outside == []
    assert page.complaints == []


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", READ)
def test_a_page_has_no_serious_barrier(open_page, name, theme):
    page = open_page(name, color_scheme=theme)
    page.evaluate("globalThis.interactivesAreDrawn")
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    assert _barriers(page) == []


def _barriers(page):
    """What axe-core calls serious or critical, and where."""
    found = axe.Axe().run(page).response["violations"]
    return [
        (each["id"], [node["target"] for node in each["nodes"]][:3], each["help"])
        for each in found
        if each["impact"] in ("serious", "critical")
    ]


def test_the_search_finds_a_word_of_a_chapter(open_page):
    page = open_page("search")
    page.goto(f"{page.url}?q=dendrites")
    page.locator("#search-results li", has_text="step function").first.wait_for()


@pytest.fixture
def open_deck(open_page):
    def opened(name, query="", **options):
        page = open_page(f"slides/{name}", **options)
        if query:
            page.goto(f"{page.url}?{query}")
        page.locator("html[data-ready]").wait_for(timeout=60_000)
        return page

    return opened


@pytest.mark.parametrize("name", DECKS)
def test_nothing_overflows_a_slide(open_deck, name):
    page = open_deck(name, "view=print")
    slides = page.locator(".slides section:not(.stack)")
    assert 12 <= slides.count() <= 18
    fits = [(slide.inner_text()[:40], slide.get_attribute("data-fits")) for slide in slides.all()]
    assert [pair for pair in fits if pair[1] != "yes"] == []
    too_wide = """[...document.querySelectorAll(".slides section:not(.stack) .content > *")]
        .filter((part) => part.scrollWidth > part.clientWidth + 4).map((part) => part.innerText.slice(0, 60))"""
    with contextlib.suppress(TimeoutError):  # pictures follow a moment after their frames
        page.wait_for_function(f"{too_wide}.length === 0", timeout=5000)
    assert page.evaluate(too_wide) == []
    assert page.outside == []
    assert page.complaints == []


def test_a_deck_is_stepped_through_to_its_end_with_the_space_bar(open_deck):
    page = open_deck("07_relu")
    seen = set()
    for _ in range(200):
        seen.add(page.evaluate("JSON.stringify(Reveal.getIndices())"))
        if page.evaluate("Reveal.isLastSlide() && !Reveal.availableFragments().next"):
            break
        page.keyboard.press("Space")
    slides = {tuple(re.findall(r'"[hv]":(\d+)', where)) for where in seen}
    assert len(slides) == page.evaluate("Reveal.getTotalSlides()")
    assert len(seen) > len(slides), "no slide has steps"
    assert page.complaints == []


def test_an_interactive_on_a_slide_moves_and_does_not_turn_the_page(open_deck):
    page = open_deck("07_relu")
    interactive = page.locator(".course").first
    page.evaluate("""() => {
        const { h, v } = Reveal.getIndices(document.querySelector(".course").closest("section"));
        Reveal.slide(h, v, 99);
    }""")
    before = page.url, interactive.get_attribute("data-state")
    interactive.locator("[role=slider]").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.url == before[0]
    assert interactive.get_attribute("data-state") != before[1]


def test_the_theme_changes_with_a_key_and_stays(open_deck):
    page = open_deck("07_relu", color_scheme="light")
    paper = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(paper)
    page.keyboard.press("d")
    dark = page.evaluate(paper)
    assert dark != light
    page.reload()
    page.locator("html[data-ready]").wait_for()
    assert page.evaluate(paper) == dark


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_a_deck_has_no_serious_barrier(open_deck, theme):
    page = open_deck("07_relu", color_scheme=theme)
    faults = _barriers(page)
    while not page.evaluate("Reveal.isLastSlide()"):
        page.evaluate("Reveal.next({ skipFragments: true })")
        faults += [fault for fault in _barriers(page) if fault not in faults]
    assert faults == []


def test_the_speaker_view_has_the_notes(open_deck):
    page = open_deck("07_relu")
    notes = page.locator("aside.notes").first.text_content()
    assert "Three questions" in notes
    with page.expect_popup() as popup:
        page.keyboard.press("s")
    popup.value.get_by_text("Three questions").first.wait_for()
    page.evaluate("""() => {
        const of = slide => slide.querySelector(".where")?.textContent;
        const { h, v } = Reveal.getIndices(Reveal.getSlides().find(slide => of(slide) === "Play"));
        Reveal.slide(h, v);
    }""")
    popup.value.get_by_text("19–27 min").wait_for()
    popup.value.get_by_text("drag x across 0").wait_for()


def test_a_deck_becomes_a_pdf_with_a_page_for_each_slide(site, tmp_path):
    needs.program(*lab.CHROMIUM, how="sudo apt install chromium, or any Chrome")
    assert course("slides", "07_relu", "--pdf", "--out", tmp_path) == f"{tmp_path / '07_relu.pdf'}\n"
    pdf = (tmp_path / "07_relu.pdf").read_bytes()
    slides = (tmp_path / "07_relu.html").read_text(encoding="utf-8").count('<div class="content">')
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == slides
