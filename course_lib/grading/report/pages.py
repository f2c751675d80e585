"""The frame of every page of a report, and the page that a learner gets.

A page is one file that asks nothing of the network. Learners' text is escaped; should that ever fail, the page's
Content-Security-Policy still forbids every script and style but the page's own, and every address.
"""

import base64
import hashlib
import re
from pathlib import Path

from course_lib.checks import SIGNS
from course_lib.grading.report.svg import PATTERNS, points_bar
from course_lib.grading.report.text import Html, counted, join, number, plain, tag

_FOLDER = Path(__file__).parent
_STYLE = (_FOLDER / "report.css").read_text(encoding="utf-8")
_SCRIPT = (_FOLDER / "report.js").read_text(encoding="utf-8")
_WORDS = {"failed": "not yet", "not attempted": "not attempted yet", "error": "error in your code"}
_MOST = 20  # notes, and cells that raised, on one page
_MEND = "Open it in JupyterLab, save it, and hand it in again."
_SAYS_WHAT_TO_DO = re.compile(r"\b(hand in|save it|download it|ask for it|use the)\b", re.IGNORECASE)
_STATES = {
    "unreadable": "This notebook could not be read, so it has no grade.",
    "failed": "This notebook has no grade yet: grading it failed, and that is not your fault.",
}


def page(title, *body, kind, script=False):
    """Return a whole HTML page; ``kind`` is its class."""
    policy = f"default-src 'none'; style-src '{_digest(_STYLE)}'; base-uri 'none'; form-action 'none'"
    policy += f"; script-src '{_digest(_SCRIPT)}'" if script else ""
    head = [
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=policy),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", plain(title, 200)),
        tag("style", Html(_STYLE)),
    ]
    end = tag("script", Html(_SCRIPT)) if script else ""
    return Html("<!doctype html>\n") + tag(
        "html", tag("head", *head), tag("body", PATTERNS, tag("main", *body), end, class_=kind), lang="en"
    )


def _digest(text):
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def learner_page(notebooks):
    """Return the page of one learner, from the list of their (Entry, record)."""
    first = notebooks[0][0]
    header = tag("header", tag("h1", first.shown), tag("p", first.learner, class_="quiet") if first.name else "")
    return page(first.shown, header, *(_notebook(entry, record) for entry, record in notebooks), kind="learner")


def _notebook(entry, record):
    """What came back for one notebook."""
    title = tag("h2", entry.exercise or "A notebook of no known exercise")
    if entry.state != "graded":
        why = tag("p", _reason(entry.reason), class_="advice") if entry.state == "unreadable" else ""
        return tag("section", title, _which(entry), tag("p", _STATES[entry.state]), why, class_="notebook")
    head = tag("div", title, tag("p", _points(entry.points, entry.of), class_="points"), class_="row")
    parts = [head, points_bar(entry.points, entry.of), _which(entry)]
    parts += [tag("p", note, class_="note") for note in some(record.get("notes") or [], _MOST)]
    parts += [_task(task) for task in record["tasks"]]
    return tag("section", *parts, _cells(record.get("cells") or []), class_="notebook")


def _reason(reason):
    """Why a notebook could not be read, and what to do."""
    return reason if _SAYS_WHAT_TO_DO.search(reason) else f"{reason} {_MEND}".strip()


def _which(entry):
    """Of several notebooks for one exercise, which this is and whether it counts."""
    if not entry.rivals or not entry.exercise:
        return ""
    verdict = "its points count" if entry.counts else "another one counts"
    file = entry.path.replace("\\", "/").rpartition("/")[2]
    return tag("p", f"You handed in {counted(entry.rivals + 1, 'notebook')} for this. This is {file}: {verdict}.")


def _points(points, of):
    return join(tag("strong", number(points)), f" of {number(of)} points")


def _task(task):
    """One task: how it ended, what was asked, and what to do next."""
    outcome = task["outcome"]
    sign = tag("span", SIGNS[outcome], class_="sign", aria_hidden="true")
    points = tag("span", _points(task["points"], task["of"]), class_="quiet")
    verdict = tag("p", sign, _WORDS.get(outcome, outcome), points, class_="verdict")
    head = tag("div", tag("h3", short(task["name"])), verdict, class_="row")
    parts = [head, tag("p", task["asked"], class_="asked")]
    if outcome != "passed" and task["advice"]:
        parts.append(tag("p", task["advice"], class_="advice"))
    if task.get("hint"):
        parts.append(tag("p", tag("strong", "Hint "), task["hint"], class_="hint"))
    return tag("article", *parts, class_="task " + outcome.replace(" ", "-"))


def _cells(cells):
    """The cells that did not end well."""
    if not cells:
        return ""
    items = [tag("li", cell if isinstance(cell, str) else _cell(cell)) for cell in some(cells, _MOST)]
    return tag("div", tag("h3", "Cells that did not end well"), tag("ul", *items), class_="cells")


def _cell(cell):
    said = [tag("code", cell.get("id") or "a cell without a name"), f" {cell['outcome']}"]
    for key, title in (("error", ""), ("printed", "It printed:")):
        if cell.get(key):
            said.append(tag("div", title, tag("pre", plain(cell[key], 1000))))
    return join(*said)


def some(items, most):
    """The first ``most`` items of a list, then a line that says how many more there are."""
    return [*items[:most], *([f"… and {len(items) - most:,} more"] if len(items) > most else [])]


def short(task):
    """A task's name without its chapter."""
    return task.partition(".")[2] or task
