"""Makes classes of graded notebooks, plausible ones and hostile ones, for tests and for looking at the report.

``python tests/grading/sample.py FOLDER [learners]`` writes the report of a made-up class into FOLDER.
"""

import random
import sys

from course_lib import checks
from course_lib.grading import report

FIRST = ("Ada", "Ben", "Chloé", "Emre", "Fatima", "Gül", "Ivo", "José", "Kenji", "Mei", "Olu", "Priya", "Sven", "Tala")
LAST = ("Abbas", "Berg", "Dvořák", "Eze", "Fischer", "García", "Haddad", "Ito", "Khan", "Müller", "Nguyen", "O'Neil")
EXERCISES = ("00_start_here", "01_linearity", "02_collapse", "07_relu")
CODE = """def {task}({x}):
    \"\"\"Return the answer.\"\"\"
    {y} = np.{first}({x}, axis={n}) - {m}
    if {y}.size > {k}:
        {y} = {y}[{n}:{k}] * np.{second}({x} + {m})
    return np.{third}({y}, {x} / {k})
"""
WRONG = [
    "That is |x|: it mirrors a negative input. ReLU gives 0 there.\nThe smallest input that shows it: -0.5. You get 1.",
    "You give a number of dead units. Divide by how many units there are: a share is between 0 and 1.",
    "Keep the shape of the input.\nYou give an array of shape (10,) for an input of shape (2, 5).",
]
NASTY = {
    "script": "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "quotes": """"><b onmouseover='x'>'`&amp;""",
    "style": "</style></title></pre></svg><style>*{display:none}</style>",
    "terminal": "\x1b[2J\x1b]0;owned\x07 \x9b31m red",
    "nul": "a\x00b\x0bc",
    "surrogate": "half \ud83d here, \udcff there",
    "direction": "gpj.\u202etxt\u2066 \u200b\ufeff",
    "formula": "=cmd|'/c calc'!A1",
    "long": "x" * 1_000_000,
    "lines": "one\r\ntwo\rthree\u2028four\tfive",
}
"""Texts that do harm where they are not escaped, by what they try."""


def task(name, outcome, **more):
    """One task of a record, as the judge gives it; ``name`` is that of a task of the course."""
    known = checks.find(name)
    graded = {"name": name, "points": known.points * (outcome == "passed"), "of": known.points, "outcome": outcome}
    texts = {"asked": known.asks_for, "advice": "", "hint": "", "library": [], "code": ""}
    return {**graded, **texts, **more}


def graded(exercise, tasks, **more):
    """A record of a graded notebook."""
    about = {"state": "graded", "reason": "", "exercise": exercise, "seconds": 0.08, "memory": 61}
    return {**about, "tasks": tasks, "notes": [], "cells": [], "sandbox": "bubblewrap and cgroup", **more}


def ungraded(state, reason, exercise="07_relu"):
    """A record of a notebook without a grade; ``state`` is unreadable or failed."""
    return {"state": state, "reason": reason, "exercise": exercise, "tasks": [], "notes": [], "cells": []}


def info(learner, exercise="07_relu", **more):
    """What is known of a notebook that was handed in."""
    known = {"learner": learner, "name": "", "exercise": exercise, "path": f"{learner}/{exercise}.ipynb", "lms": {}}
    return {**known, **more}


def answer(chance, name):
    """An answer that hardly anyone else gives; about half as long as a long one of the course."""
    calls = ["abs", "cumsum", "diff", "exp", "log", "maximum", "mean", "minimum", "sign", "sqrt", "sum", "tanh"]
    first, second, third = chance.sample(calls, 3)
    m, n, k = (chance.randint(0, 9) for _ in range(3))
    x, y = chance.choice(["x", "z", "values"]), chance.choice(["out", "result", "y"])
    return CODE.format(task=name.partition(".")[2], first=first, second=second, third=third, m=m, n=n, k=k, x=x, y=y)


def record(chance, exercise, skill):
    """A plausible record of a learner who solves a share ``skill`` of the easy tasks."""
    tasks = []
    for place, name in enumerate(checks.tasks_of(exercise)):
        roll, solved = chance.random(), skill - 0.09 * place
        outcome = "passed" if roll < solved else chance.choice(["failed", "failed", "error", "not attempted"])
        more = {"code": answer(chance, name)} if outcome != "not attempted" else {}
        if outcome == "failed":
            more |= {"advice": chance.choices(WRONG, (6, 3, 1))[0], "hint": checks.find(name).hints[0]}
        if outcome == "error":
            more |= {
                "advice": "Your code raised NameError: name 'npp' is not defined.",
                "hint": checks.find(name).hints[0],
            }
        if outcome == "passed" and chance.random() < 0.01:
            more["library"] = ["course_lib.activations.relu"]
        tasks.append(task(name, outcome, **more))
    raised = {
        "id": "gate",
        "outcome": "raised",
        "error": "NameError: name 'npp' is not defined",
        "printed": "shape: (3, 2)",
    }
    broken = chance.random() < 0.1
    notes = ["The cell 'gate' stands twice. Both were run, in their order."] if chance.random() < 0.05 else []
    return graded(exercise, tasks, cells=[raised] if broken else [], notes=notes)


def school(learners=120, exercises=EXERCISES, seed=1):
    """Return ``rows`` of a plausible class: some missing, some unreadable, some twice, two pairs who shared answers."""
    chance = random.Random(seed)
    people = {}
    for number in range(learners):
        name = f"{FIRST[number % len(FIRST)]} {LAST[number // len(FIRST) % len(LAST)]}"
        lms = {"canvas_id": str(5000 + number), "moodle_id": f"Participant {900 + number}"}
        skill = min(1.2, max(0.1, chance.gauss(0.95, 0.25)))
        people[f"s{number:05d}"] = name, lms, skill
    rows = []
    for learner, (name, lms, skill) in people.items():
        for exercise in exercises:
            if chance.random() < 0.04:
                continue
            known = info(learner, exercise, name=name, lms=lms, key=f"{learner}{exercise}")
            result = record(chance, exercise, skill)
            if chance.random() < 0.01:
                result = ungraded("unreadable", "The notebook ends in the middle of line 214.", exercise)
            rows.append((known, result))
            if chance.random() < 0.02:
                again = {**known, "path": f"{learner}/{exercise}-2.ipynb", "key": f"{learner}{exercise}2"}
                rows.append((again, record(chance, exercise, skill)))
    rows[5] = (
        rows[5][0],
        ungraded("failed", "The sandbox did not start: no space left on device.", rows[5][0]["exercise"]),
    )
    _share(rows)
    return lambda: iter(rows)


def _share(rows):
    """Let a few learners hand in what another one wrote: two with other names for things, one byte for byte."""
    there = {(known["learner"], known["exercise"]): place for place, (known, _) in enumerate(rows)}
    for a, b, exact in (("s00003", "s00017", False), ("s00008", "s00033", False), ("s00011", "s00021", True)):
        if (a, "07_relu") in there and (b, "07_relu") in there:
            source, target = there[a, "07_relu"], there[b, "07_relu"]
            tasks = [dict(task) for task in rows[source][1]["tasks"]]
            for task in tasks if not exact else []:
                task["code"] = task["code"].replace("out", "answer").replace("result", "w").replace("    ", "  ")
            known = {**rows[target][0], "key": rows[source][0]["key"]} if exact else rows[target][0]
            rows[target] = known, {**rows[source][1], "tasks": tasks}


def hostile():
    """Return ``rows`` of learners whose every text is nasty, one kind of nastiness each."""
    rows = []
    for kind, text in NASTY.items():
        code = f"def gate(x):\n    return '''{text}'''"
        bad = task("07_relu.gate", "failed", advice=text, hint=text, library=[text], code=code, asked=text)
        cell = {"id": text, "outcome": "raised", "error": text, "printed": text}
        known = info(text, name=text, path=text, lms={"canvas_id": text, "moodle_id": text}, key=kind)
        rows.append((known, graded("07_relu", [bad], notes=[text], cells=[cell])))
        rows.append(({**known, "exercise": ""}, ungraded("unreadable", text, "")))
    return lambda: iter(rows)


if __name__ == "__main__":
    folder, *size = sys.argv[1:]
    settings = {"title": "Grades of a made-up class", "version": "0.1.0", "when": "1 October 2025"}
    print(report.table(report.write(school(*map(int, size)), folder, settings)))
