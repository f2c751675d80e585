"""The page of a report that the instructor reads: the class at a glance, and what needs a human eye."""

from course_lib.grading.report.pages import page, short, some
from course_lib.grading.report.svg import histogram, legend, outcome_bar
from course_lib.grading.report.text import Html, counted, file_name, join, number, one_line, tag

_MOST = 20  # wrong answers, pairs
_NAME = 60  # characters of a name
_LONG = 300  # characters of any other text in a table
_ROWS = 200  # notebooks without a grade, uses of library functions
_PARTS = {
    "points": "Points",
    "tasks": "Tasks",
    "wrong": "Wrong answers",
    "library": "Library used",
    "alike": "Much alike",
    "learners": "Learners",
}
_NO_GRADE = {
    "failed": ("grading failed", "That is no fault of the learner. Run the same command again: it grades only these."),
    "unreadable": ("unreadable", "Ask the learner for the notebook again."),
}


def index_page(summary, codes, settings):
    """Return the instructor's page. ``codes``: from (learner, exercise, task) to the code shown for pairs."""
    title = settings.get("title") or "Grades"
    sections = {
        "points": _points(summary),
        "tasks": _tasks(summary),
        "wrong": _wrong(summary),
        "library": _library(summary),
        "alike": join(_identical(summary), _pairs(summary, codes)),
        "learners": _learners(summary),
    }
    links = [tag("a", name, href=f"#{key}") for key, name in _PARTS.items()]
    parts = [tag("section", tag("h2", _PARTS[key]), content, id=key) for key, content in sections.items()]
    head = tag("header", tag("h1", title), _facts(settings), _numbers(summary))
    return page(title, head, _warnings(summary), tag("nav", *links), *parts, kind="class", script=True)


def link(entry):
    """The learner's name as a link to their page."""
    shown = one_line(entry.shown, _NAME)
    return tag("a", shown, class_="name", href=f"learners/{file_name(entry.learner)}.html")


def _facts(settings):
    facts = [settings.get("when"), settings.get("version") and f"course {settings['version']}"]
    return tag("p", " · ".join(fact for fact in facts if fact), class_="quiet")


def _numbers(summary):
    """The numbers of learners and notebooks, and the sandbox."""
    states = summary.states
    tiles = [("learners", len(summary.learners)), ("notebooks", len(summary.entries)), ("graded", states["graded"])]
    tiles += [(words, states[state]) for state, (words, _) in _NO_GRADE.items() if states[state]]
    numbers = tag("dl", *(tag("div", tag("dt", name), tag("dd", f"{count:,}")) for name, count in tiles))
    used = ", ".join(f"{name or 'unknown'} ({count:,})" for name, count in summary.sandboxes.most_common())
    return join(numbers, tag("p", "Sandbox: ", used or "none was needed", class_="quiet"))


def _warnings(summary):
    """What must not be overlooked: a missing sandbox, notebooks without a grade."""
    parts = []
    if summary.unsafe:
        said = f" {counted(summary.unsafe, 'notebook')} ran with the rights of whoever started the grading. "
        said += "A learner's code could read and write what you can, and change grades. Trust these grades only "
        said += "as far as you trust the learners."
        parts.append(tag("div", tag("p", tag("strong", "No sandbox."), said), class_="warning", role="alert"))
    for state, (words, advice) in _NO_GRADE.items():
        rows = [_reason(entry) for entry in summary.ungraded if entry.state == state]
        if rows:
            head = tag("p", tag("strong", f"{counted(len(rows), 'notebook')} without a grade: {words}. "), advice)
            parts.append(tag("div", head, _table(("learner", "notebook", "why"), rows), class_="notice"))
    return join(*parts)


def _reason(entry):
    return [link(entry), one_line(entry.path, _LONG), one_line(entry.reason, _LONG)]


def _table(heads, rows, most=_ROWS):
    """A table of rows of cells; ``Html`` cells are kept, numbers stand to the right."""
    shown = some(rows, most)
    more = tag("p", shown.pop(), class_="quiet") if len(rows) > most else ""
    body = [tag("tr", *map(_cell, row)) for row in shown]
    head = tag("thead", tag("tr", *(tag("th", name, scope="col") for name in heads)))
    return join(tag("div", tag("table", head, tag("tbody", *body)), class_="wide"), more)


def _cell(value):
    if isinstance(value, int):
        return tag("td", f"{value:,}", class_="number")
    return tag("td", value, class_="" if isinstance(value, Html) else "text")


def _points(summary):
    """A histogram for each exercise."""
    cards = []
    for exercise in summary.exercises.values():
        if exercise.points:
            mean, median = number(exercise.mean), number(exercise.median)
            said = f"{counted(exercise.points.total(), 'learner')} · mean {mean} · median {median} of "
            said += number(exercise.of)
            cards.append(
                tag("figure", tag("figcaption", tag("h3", exercise.name), tag("p", said)), histogram(exercise))
            )
    return tag("div", *cards, class_="cards") if cards else _nothing("Nothing was graded.")


def _tasks(summary):
    """A bar for each task, the hardest on top."""
    rows = [
        tag(
            "div",
            tag("div", tag("h3", task.name), tag("p", task.asked, class_="quiet")),
            outcome_bar(task.outcomes, task.name),
            tag("p", f"{task.passed:.0%} passed", class_="number"),
            class_="bar-row",
        )
        for task in summary.hardest
    ]
    return join(tag("p", "The hardest first."), legend(), *rows) if rows else _nothing("Nothing was graded.")


def _wrong(summary):
    """The most frequent wrong answers: what their advice says first, and some who met it."""
    groups = sorted(summary.wrong.items(), key=lambda item: (-item[1][0], item[0]))
    rows = [[count, _name(task), line, _names(entries)] for (task, line), (count, *entries) in groups[:_MOST]]
    return _table(("count", "task", "advice", "for example"), rows) if rows else _nothing("No wrong answers.")


def _name(text):
    """A name that is not broken into two lines."""
    return tag("span", one_line(text, _NAME), class_="name")


def _names(entries):
    """Some learners' links in a row."""
    return join(*[part for entry in entries for part in (", ", link(entry))][1:])


def _library(summary):
    """Who called a function of the course's library in a cell where it was to be written."""
    said = "These answers take a ready function, of the course's library or of another package, where the learner was "
    said = tag("p", said + "to write one. That changed no points.")
    rows = [[link(entry), _name(task), tag("code", ", ".join(names))] for entry, task, names in summary.library]
    return join(said, _table(("learner", "task", "function"), rows)) if rows else _nothing("Nobody.")


def _identical(summary):
    """Groups of learners whose files are the same byte for byte."""
    if not summary.identical:
        return ""
    items = [tag("li", f"{name}: ", _names(entries[:_MOST])) for name, entries in summary.identical[:_ROWS]]
    return join(tag("h3", "Identical files"), tag("ul", *items))


def _pairs(summary, codes):
    """Pairs of learners with much the same rare code, side by side."""
    said = "Answers that share much code which nearly nobody else wrote; names and layout do not count. "
    said = tag("p", said, tag("strong", "A reason to look, not a verdict."))
    entries = summary.learners
    parts = [_pair(name, pair, entries, codes) for name, pair in shown_pairs(summary)]
    total = sum(map(len, summary.pairs.values()))
    if not parts:
        return join(said, _nothing("No such pairs.")) if not summary.identical else ""
    more = tag("p", f"… and {counted(total - _MOST, 'more pair')}", class_="quiet") if total > _MOST else ""
    return join(said, *parts, more)


def shown_pairs(summary):
    """The pairs that the page shows, as (exercise, pair): the most suspicious of all exercises."""
    every = [(name, pair) for name, found in summary.pairs.items() for pair in found]
    return sorted(every, key=lambda item: -item[1].share * item[1].shared)[:_MOST]


def _pair(name, pair, entries, codes):
    a, b = (entries[learner][name] for learner in (pair.a, pair.b))
    tasks = ", ".join(map(short, pair.tasks))
    head = tag(
        "summary",
        tag("strong", " and ".join(one_line(entry.shown, _NAME) for entry in (a, b))),
        f" · {name}: {tasks} · {pair.share:.0%} alike",
    )
    sides = [
        tag("div", tag("h4", join(link(entry), f", {short(task)}")), tag("pre", codes[entry.learner, name, task]))
        for task in pair.tasks
        for entry in (a, b)
    ]
    return tag("details", head, tag("div", *sides, class_="sides"))


def _learners(summary):
    """The table of all learners; a click on a column's head sorts it."""
    names = list(summary.exercises)
    heads = ["learner", "id", *(name or "unknown exercise" for name in names), "sum"]
    head = tag("tr", *(tag("th", tag("button", text, type="button"), scope="col") for text in heads))
    rows = [_learner(entries, names) for entries in summary.learners.values()]
    table = tag("table", tag("thead", head), tag("tbody", *rows), class_="sortable")
    files = "The same in grades.csv and tasks.csv, for a spreadsheet. An empty cell: nothing was handed in."
    return join(tag("p", files), tag("div", table, class_="wide"))


def _learner(entries, names):
    first = next(iter(entries.values()))
    cells = [_grade(entries.get(name)) for name in names]
    points = [entry.points for entry in entries.values() if entry.state == "graded"]
    summed = tag("td", number(sum(points)) if points else "–", class_="number", data_sort=sum(points) if points else -1)
    return tag("tr", tag("td", link(first)), tag("td", _name(first.learner), class_="quiet"), *cells, summed)


def _grade(entry):
    """A learner's points for an exercise, or the word for why there are none: what is sorted below 0 stays last."""
    if entry is None:
        return Html('<td data-sort="-2"></td>')
    if entry.state != "graded":
        return tag("td", _NO_GRADE[entry.state][0], class_="missing", data_sort="-1")
    several = tag("small", f"best of {entry.rivals + 1} ", class_="quiet") if entry.rivals else ""
    return tag("td", several, number(entry.points), class_="number", data_sort=entry.points)


def _nothing(text):
    return tag("p", text, class_="quiet")
