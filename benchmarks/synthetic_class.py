"""A class that never was: its notebooks, and the points that each of them must get.

    python -m benchmarks.synthetic_class FOLDER --learners 80 --seed 0

writes ``FOLDER/submitted/<learner>/<exercise>/<exercise>.ipynb`` and, beside it, ``FOLDER/expected.json``. The same
seed gives the same class. There are right answers and misconceived ones (those of ``tests/checks``), notebooks half
done, untouched, copied, broken in many ways, and some that cheat.
"""

import argparse
import copy
import json
import random
from itertools import count
from pathlib import Path

from benchmarks import odd
from benchmarks.borrowed import exercises, slots
from course_lib.exercises import ROOT

FIRST = (
    "Amara Ben Chloé Dmitri Elif Farid Grace Hiroshi Inês Jamal Kateryna Liam Mei Nadia Olu Priya Quentin Rosa Søren "
    "Thandi Umar Valentina Wei Ximena Yusuf Zoë"
)
LAST = (
    "Okafor Müller Dubois Sokolov Yılmaz Haddad O'Brien Tanaka Ferreira Washington Kovalenko Murphy Chen Petrova "
    "Adeyemi Sharma Leroy García Nielsen Nkosi Farooq Rossi Zhang Hernández Demir Novák Smith-Jones"
)
ALL_ODD = 60  # among so many notebooks, every odd kind comes once
RARE = 20  # after them, one in so many is odd


class Draft:
    """A notebook that is being written: ``cells``, and the ``points`` that each task earns."""

    def __init__(self, chapter, notebook):
        self.chapter, self.notebook = chapter, copy.deepcopy(notebook)
        self.cells, self.slots = self.notebook["cells"], slots(chapter)
        self.points = {slot.task: 0 for slot in self.slots}

    def place(self, name):
        """Where the cell with the id ``name`` stands."""
        return next(place for place, cell in enumerate(self.cells) if cell["id"] == name)

    def write(self, slot, source, points=0):
        """Write an answer that earns ``points``."""
        self.cells[self.place(slot.cell)]["source"] = source
        self.points[slot.task] = points

    def add(self, source):
        """Add a cell at the end."""
        cell = {"cell_type": "code", "id": "scratch", "metadata": {}, "source": source}
        self.cells.append(cell | {"outputs": [], "execution_count": None})

    def content(self):
        """The bytes of the notebook."""
        return json.dumps(self.notebook, indent=1, ensure_ascii=False).encode()


def answer(draft, slot, chance, skill):
    """Write an answer, right with the probability ``skill``."""
    if chance.random() < skill:
        source = slot.right[0 if chance.random() < 0.6 else chance.randrange(len(slot.right))]
        helped = "from course_lib import activations\n\n" if chance.random() < 0.02 else ""
        draft.write(slot, helped + source, slot.points)
    elif chance.random() < 0.15:
        draft.write(slot, slot.stub.replace("...", "my_result"))  # which is defined nowhere
    else:
        draft.write(slot, chance.choice(slot.wrong))


def honest(chapter, notebook, chance):
    """A learner who does what they can, and may stop early. Return (kind, draft)."""
    draft, skill = Draft(chapter, notebook), chance.betavariate(4, 1.5)
    done = chance.choices([0, chance.randrange(len(draft.slots)), len(draft.slots)], [1, 3, 16])[0]
    for slot in draft.slots[:done]:
        answer(draft, slot, chance, skill)
    return ("untouched" if not done else "honest" if done == len(draft.slots) else "partly done"), draft


def names(chance):
    """Yield names, each only once."""
    first, last, seen = FIRST.split(), LAST.split(), set()
    for number in count():
        name = f"{chance.choice(first)} {chance.choice(last)}"
        name = f"{name} {number}" if name in seen else name
        seen.add(name)
        yield name


def submissions(learners, seed=0, each=None):
    """Yield (learner, exercise, content, expected) of a class.

    ``each``: how many exercises each learner hands in, chosen in turn; without it, all. ``expected`` is a dict of
    ``kind`` (a word or two), ``state`` and ``points``.
    """
    known = exercises()
    notebooks = {name: json.loads((ROOT / "exercises" / f"{name}.ipynb").read_bytes()) for name in known}
    before, number, who = {}, 0, names(random.Random(f"{seed} names"))
    for learner in range(learners):
        own, name = each or len(known), next(who)
        for chapter in (known[(learner * own + step) % len(known)] for step in range(own)):
            chance = random.Random(f"{seed} {number}")
            kind, draft = _drafted(chapter, notebooks[chapter], chance, number, before)
            yield name, chapter, *_handed_in(kind, draft)
            number += 1


def _drafted(chapter, notebook, chance, number, before):
    """(kind, draft) of one notebook; ``before`` keeps the honest ones, so that they can be copied."""
    step = 3 if number < ALL_ODD else RARE
    if number % step == step - 1:
        draft = Draft(chapter, notebook)
        for slot in draft.slots:
            answer(draft, slot, chance, 0.8)
        turn = number // 3 if number < ALL_ODD else number // RARE
        spoil = odd.KINDS[turn % len(odd.KINDS)]
        return spoil, draft
    if number % 17 == 16 and chapter in before:
        draft = copy.deepcopy(before[chapter])
        draft.add("# all my own work")
        return "copied", draft
    kind, draft = honest(chapter, notebook, chance)
    if kind == "honest":
        before[chapter] = draft
    return kind, draft


def _handed_in(kind, draft):
    """(content, expected) of a draft; a ``kind`` that is a function of ``odd`` spoils it first."""
    state, content = "graded", None
    if callable(kind):
        content = kind(draft)
        state = "graded" if content is None else "unreadable"
        kind = kind.__name__.replace("_", " ")
    points = sum(draft.points.values()) if state == "graded" else None
    return draft.content() if content is None else content, {"kind": kind, "state": state, "points": points}


def write(folder, learners, seed=0, each=None):
    """Write a class into ``folder``; return what is expected: by learner and exercise, kind, state, points."""
    expected = {}
    for learner, chapter, content, result in submissions(learners, seed, each):
        path = Path(folder, "submitted", learner, chapter, f"{chapter}.ipynb")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        expected.setdefault(learner, {})[chapter] = result
    Path(folder, "expected.json").write_text(json.dumps(expected, indent=1), encoding="utf-8")
    return expected


def main():
    """Write a class as the command line says."""
    parser = argparse.ArgumentParser(description=__doc__.partition(":")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--learners", type=int, default=80, help="how many (%(default)s)")
    parser.add_argument("--each", type=int, help="how many exercises each of them hands in (all)")
    parser.add_argument("--seed", type=int, default=0, help="another number gives another class (%(default)s)")
    options = parser.parse_args()
    expected = write(options.folder, options.learners, options.seed, options.each)
    print(f"{sum(map(len, expected.values()))} notebooks of {options.learners} learners: {options.folder}")


if __name__ == "__main__":
    main()
