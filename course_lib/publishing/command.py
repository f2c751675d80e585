"""The commands ``course slides`` and ``course site``: what they take, and what they say."""

import contextlib
import difflib
import shutil
from pathlib import Path

from ..locks import Lock

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")  # whichever is installed


class CannotPublish(Exception):
    """What stops a command, as one line for the person who typed it."""


def add_slides_options(parser):
    """Add what ``course slides`` takes."""
    parser.add_argument("chapters", nargs="*", help="as in 07_relu; by default all that have slides")
    parser.add_argument("--out", type=Path, default=Path("_slides"), help="the folder to write to, else _slides")
    parser.add_argument("--pdf", action="store_true", help="write each deck as PDF, too (needs Chromium)")


def add_site_options(parser):
    """Add what ``course site`` takes."""
    parser.add_argument("--out", type=Path, default=Path("_site"), help="the folder to write to, else _site")
    parser.add_argument("--with-solutions", action="store_true", help="publish the solutions, too")


def slides(course, arguments):
    """Write decks and say where they are."""
    from . import deck, executed

    paths = chapters(course, arguments.chapters)
    try:
        with _nobody_else(course / "_build"):
            notebooks = executed.executed(paths, course / "_build" / "executed")
        for path, notebook in zip(paths, notebooks, strict=True):
            if arguments.chapters or deck.has_slides(notebook):
                written = deck.write(notebook, path.stem, arguments.out)
                print(to_pdf(written) if arguments.pdf else written)
    except (executed.CellFailed, ModuleNotFoundError, ValueError) as error:
        raise CannotPublish(error) from None


def build_site(course, arguments):
    """Build the site and say where it begins."""
    from . import executed, site

    try:
        with _nobody_else(course / "_build"):
            site.build(course, arguments.out.resolve(), arguments.with_solutions)
    except (executed.CellFailed, site.SiteFailed, ModuleNotFoundError) as error:
        raise CannotPublish(error) from None
    print(arguments.out / "index.html")


def chapters(course, names):
    """Return the paths of these chapters, or of all."""
    found = {path.stem: path for path in sorted((course / "notebooks").glob("*.ipynb"))}
    for name in names:
        if name not in found:
            near = difflib.get_close_matches(name, found, n=1, cutoff=0)[0]
            raise CannotPublish(f"there is no chapter {name!r}. Did you mean {near}?")
    return [found[name] for name in names or found]


@contextlib.contextmanager
def _nobody_else(folder):
    """Keep the folder of what is half done to one command at a time."""
    folder.mkdir(exist_ok=True)
    lock = Lock(folder / "lock")
    if lock.other:
        raise CannotPublish(f"{lock.other} is making slides or the site here: wait until it has finished")
    try:
        yield
    finally:
        lock.release()


def to_pdf(path):
    """Print a deck to a PDF beside it, one page a slide, with Chromium, and return its path."""
    from playwright.sync_api import sync_playwright

    browser = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if browser is None:
        raise CannotPublish("a PDF needs Chromium: install chromium, or Chrome")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser, chromium_sandbox=False)
        page = chromium.new_page()
        page.goto(f"{path.resolve().as_uri()}?view=print&theme=light")
        page.locator("html[data-ready]").wait_for(timeout=120_000)
        pdf = path.with_suffix(".pdf")
        page.pdf(path=pdf, prefer_css_page_size=True, print_background=True)
        chromium.close()
    return pdf
