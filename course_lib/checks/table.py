"""Where a learner stands: the tasks of the course with the outcome of each."""

import itertools

from course_lib import progress as store
from course_lib.checks import SIGNS, WORDS, chapters, tasks_of

_LEFT = "style='text-align:left;white-space:nowrap'"


class Progress:
    """The tasks of the course with the outcome of each: a table as text and as HTML.

    Each chapter has a line. One that is begun and not done shows its tasks too.
    """

    def __init__(self):
        kept = store.read("task")
        self.rows = [
            (task, kept.get(task.name, {}).get("outcome", "not attempted"))
            for chapter in chapters()
            for task in tasks_of(chapter).values()
        ]

    @property
    def points(self):
        """Points earned and points there are."""
        return _points(self.rows)

    @property
    def next(self):
        """The first chapter with a task that is not passed, as in ``07_relu``; None if all are passed."""
        return next((_chapter(row) for row in self.rows if row[1] != "passed"), None)

    @property
    def summary(self):
        """Where the learner is and what comes next, in one line."""
        solved = sum(outcome == "passed" for _, outcome in self.rows)
        comes = f"Next: exercises/{self.next}.ipynb" if self.next else "That is all of them. Well done!"
        return f"You have solved {solved} of {len(self.rows)} tasks, {_of(self.rows)} points. {comes}"

    def _chapters(self):
        """(name, its rows, those of them that are shown) of each chapter."""
        for name, group in itertools.groupby(self.rows, key=_chapter):
            rows = list(group)
            begun = {outcome for _, outcome in rows} not in ({"passed"}, {"not attempted"})
            yield name, rows, rows if begun else []

    def __str__(self):
        lines = []
        for name, rows, shown in self._chapters():
            lines.append(f"{name:<28} {_signs(rows):<5}  {_of(rows):>8} points")
            lines += [f"  {SIGNS[outcome]} {task.name:<34} {WORDS[outcome]}" for task, outcome in shown]
        signs = "   ".join(f"{sign} {WORDS[outcome]}" for outcome, sign in SIGNS.items())
        return "\n".join([*lines, "", signs, "", self.summary])

    __repr__ = __str__

    def _repr_html_(self):
        body = ""
        for name, rows, shown in self._chapters():
            passed = sum(outcome == "passed" for _, outcome in rows)
            signs = f"<span role='img' aria-label='{passed} of {len(rows)} tasks passed'>{_signs(rows)}</span>"
            cells = (f"<th scope='row' {_LEFT}>{name}</th>", _cell(_of(rows)), _cell(signs), "<td></td>")
            body += f"<tr>{''.join(cells)}</tr>"
            for task, outcome in shown:
                said = f"{SIGNS[outcome]} {WORDS[outcome]}"
                asks = f"<td style='text-align:left'>{task.asks_for}</td>"
                body += f"<tr>{_cell(task.name)}{_cell(task.points)}{_cell(said)}{asks}</tr>"
        names = ("task", "points", "outcome", "what it asks for")
        head = "".join(f"<th scope='col' {_LEFT}>{name}</th>" for name in names)
        return f"<table><caption>{self.summary}</caption><tr>{head}</tr>{body}</table>"


def _chapter(row):
    """The chapter that a row belongs to."""
    return row[0].name.partition(".")[0]


def _points(rows):
    """Points earned and points there are in these rows."""
    return sum(task.points for task, outcome in rows if outcome == "passed"), sum(task.points for task, _ in rows)


def _of(rows):
    """The points of these rows in words."""
    return "{} of {}".format(*_points(rows))


def _signs(rows):
    """The outcomes of these rows as signs."""
    return "".join(SIGNS[outcome] for _, outcome in rows)


def _cell(content):
    """A cell of the table."""
    return f"<td {_LEFT}>{content}</td>"
