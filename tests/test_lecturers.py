"""The lecturer's pack: every chapter has a whole plan that fits its slides, and the guide holds them as they are."""

import ast
import itertools
import re
from functools import partial

import nbformat
import pytest

from course_lib.activations import relu, selu, sigmoid, silu, tanh
from course_lib.interactive.build_curve import build_curve
from course_lib.interactive.chain import chain
from course_lib.interactive.descent import descent
from course_lib.interactive.draw_your_own import draw_your_own
from course_lib.interactive.explore import explore
from course_lib.interactive.hand_net import hand_net
from course_lib.interactive.hinge_plane import hinge_plane
from course_lib.interactive.layer_stack import layer_stack
from course_lib.interactive.signal_flow import signal_flow
from course_lib.interactive.softmax_bars import softmax_bars
from course_lib.interactive.superposition import superposition
from course_lib.interactive.tangents import tangents
from course_lib.publishing.plans import GUIDE, MARK, ROOT, chapters, plan, with_plans

PARTS = ["Minutes", "Three questions", "Click", "Hand out"]
every_chapter = pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)


def parts_of(path):
    """The four parts of a chapter's notes, by name."""
    pieces = re.split(r"^\*\*(.+)\*\*$", plan(path), flags=re.MULTILINE)
    return dict(zip(pieces[1::2], pieces[2::2], strict=True))


def items(markdown):
    """The bullets of a list, each in one line."""
    return [" ".join(item.split()) for item in re.findall(r"^- (.+(?:\n  .+)*)", markdown, re.MULTILINE)]


def sections(path):
    """The cells of a chapter with the heading that they stand under."""
    heading = ""
    for cell in nbformat.read(path, as_version=4).cells:
        if cell.cell_type == "markdown" and (found := re.match(r"## (.+)", cell.source)):
            heading = found[1]
        yield heading, cell


def interactives(path):
    """What the chapter's slides show alive: (heading, name), for ``frames`` with the title in place of the name."""
    imported = set()
    for heading, cell in sections(path):
        if cell.cell_type != "code" or cell.id == "install":  # that one is not plain Python
            continue
        tree = ast.parse(cell.source)
        for line in tree.body:
            if isinstance(line, ast.ImportFrom) and line.module.startswith("course_lib.interactive."):
                imported |= {name.name for name in line.names}
        shown = last_value(tree)
        on_a_slide = cell.metadata["slideshow"]["slide_type"] != "skip"
        if on_a_slide and isinstance(shown, ast.Call) and getattr(shown.func, "id", "") in imported:
            name = shown.func.id
            yield heading, f'"{shown.args[0].value}"' if name == "frames" else f"`{name}`"


def last_value(tree):
    """What stands in a cell's last line; for a name, what was assigned to it in the same cell."""
    value = getattr(tree.body[-1], "value", None) if tree.body else None
    assigned = {
        line.targets[0].id: line.value
        for line in tree.body
        if isinstance(line, ast.Assign) and hasattr(line.targets[0], "id")
    }
    return assigned.get(value.id) if isinstance(value, ast.Name) else value


def tasks(number):
    """The numbers of the tasks of an exercise sheet."""
    (path,) = (ROOT / "exercises").glob(f"{int(number):02}_*.ipynb")
    cells = nbformat.read(path, as_version=4).cells
    return [n for cell in cells for n in re.findall(r"^## (\d)\.", cell.source, re.MULTILINE)]


def tasks_named(text):
    """The numbers in "task 2" and "tasks 1, 3 and 4"."""
    return re.findall(r"\d", "".join(re.findall(r"\b[Tt]asks? (\d(?:(?:, | and )\d)*)", text)))


def by_hand():
    return GUIDE.read_text(encoding="utf-8").partition(MARK)[0]


def section(title):
    return re.search(rf"^## {title}$(.*?)^## ", by_hand(), flags=re.MULTILINE | re.DOTALL)[1]


@every_chapter
def test_the_notes_of_a_chapter_have_four_parts_in_order(path):
    assert list(parts_of(path)) == PARTS


@every_chapter
def test_the_minutes_run_from_0_to_50_through_the_sections_of_the_chapter(path):
    rows = re.findall(r"^\| (\d+)–(\d+) \| \*(.+?)\* \| .+ \|$", parts_of(path)["Minutes"], re.MULTILINE)
    begins, ends = ([int(row[i]) for row in rows] for i in (0, 1))
    assert [*begins, 50] == [0, *ends]
    headings = list(dict.fromkeys(heading for heading, _ in sections(path)))
    in_order = [part for heading in headings for *_, part in rows if heading.startswith(part)]
    assert [part for *_, part in rows] == in_order
    assert parts_of(path)["Minutes"].count("the task in class") == 1


@every_chapter
def test_each_of_three_questions_has_a_usual_answer_its_reason_and_what_is_true(path):
    questions = re.split(r"^\d\. ", parts_of(path)["Three questions"], flags=re.MULTILINE)[1:]
    assert len(questions) == 3
    for question in questions:
        assert re.findall(r"^   - (\w[\w ]+): \S", question, re.MULTILINE) == ["Usual answer", "Why", "In fact"]


@every_chapter
def test_every_interactive_on_a_slide_is_named_under_click_with_its_section(path):
    named = [re.match(r'\*(.+?)\*, (`\w+`|".+?"): ', item).groups() for item in items(parts_of(path)["Click"])]
    shown = list(interactives(path))
    assert [name for _, name in named] == [name for _, name in shown]
    assert all(heading.startswith(part) for (part, _), (heading, _) in zip(named, shown, strict=True))


@every_chapter
def test_each_task_is_handed_out_and_none_that_does_not_exist(path):
    hand_out = parts_of(path)["Hand out"]
    assert [item.partition(":")[0] for item in items(hand_out)] == ["In class", "At home", "To discuss"]
    assert sorted(set(tasks_named(hand_out))) == tasks(path.name[:2])
    assert f"[exercises {int(path.name[:2])}](../exercises/{path.name})" in hand_out


def test_the_guide_holds_the_plans_as_they_stand_in_the_chapters():
    stored = GUIDE.read_text(encoding="utf-8")
    assert stored == with_plans(stored), "run `make lecturers`"


def test_the_guide_names_only_chapters_and_tasks_that_exist():
    text = by_hand()
    stems = {path.stem for path in (ROOT / "notebooks").glob("*.ipynb")}
    assert set(re.findall(r"\b\d\d_[a-z0-9_]+\b", text)) <= stems
    for named, number in re.findall(r"(\b[Tt]asks? [\d, and]+) of\s\[exercises (\d+)\]", text):
        assert set(tasks_named(named)) <= set(tasks(number))


def test_the_term_names_every_chapter_once_and_in_order_and_has_fourteen_weeks():
    rows = re.findall(r"^\| (\d+) \|(.+)\|$", section("A term"), flags=re.MULTILINE)
    assert [int(week) for week, _ in rows] == list(range(1, 15))
    linked = re.findall(r"\.\./notebooks/(\w+)\.ipynb", "".join(row for _, row in rows))
    assert linked == sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))


def test_the_day_has_six_sessions_that_leave_room_for_the_breaks():
    times = re.findall(r"^\| (\d+):(\d\d) \|", section("A day"), flags=re.MULTILINE)
    begins = [60 * int(hour) + int(minute) for hour, minute in times]
    assert len(begins) == 6
    assert min(later - earlier for earlier, later in itertools.pairwise(begins)) >= 60
    assert begins[-1] + 50 == 16 * 60  # as the text below the table says
    assert "The day ends at 16:00" in " ".join(section("A day").split())


@pytest.mark.parametrize(
    ("opened", "moved", "reading", "promised"),
    [
        (superposition, {}, "gap (sum)", 1.8),
        (superposition, {"v": 0.0}, "gap (sum)", 0),
        (layer_stack, {}, "correct", "84 of 100"),
        (hand_net, {"v2": -1}, "correct", "4 of 4"),
        (build_curve, {"kind": "relu", "k": 8}, "largest error", 0),
        (partial(explore, sigmoid), {"x": 2.85}, "sigmoid slope f′(x)", 0.052),
        (partial(explore, sigmoid), {"x": 2.9}, "sigmoid slope f′(x)", 0.049),
        (partial(chain, sigmoid, tanh, depth=10), {}, "dL/dx", 1e-7),
        (partial(explore, relu), {"mean": -1}, "relu zeros", "84 %"),
        (hinge_plane, {}, "zeros, of all outputs", "65 %"),
        (hinge_plane, {"bias_1": -2.2}, "unit 1 is", "alive"),
        (hinge_plane, {"bias_1": -2.3}, "unit 1 is", "dead"),
        (partial(signal_flow, selu, relu), {"f": "selu", "cell": (1.4, 50)}, "variance of a", 530.8),
        (tangents, {"k": "4"}, "smallest possible", 0.25),
        (softmax_bars, {"temperature": 0.7}, "p₁", 0.56),
        (softmax_bars, {"temperature": 1.0}, "p₁", 0.46),
        (descent, {"eta": "1.05", "step": 0}, "L", 7.72),
        (descent, {"eta": "1.05", "step": 2}, "L", 7.69),
        (descent, {"eta": "1.05", "step": 3}, "L", 9.31),
        (partial(signal_flow, relu, silu), {"f": "relu", "cell": (1.35, 50)}, "gradient at the input", 0.098),
        (partial(signal_flow, relu, silu), {"f": "relu", "cell": (1.5, 50)}, "gradient at the input", 19.0),
        (draw_your_own, {f"h{i}": i / 2 - 2 for i in range(9)}, "affine", "yes"),
    ],
)
def test_what_the_plans_promise_of_an_interactive_is_what_it_shows(opened, moved, reading, promised):
    widget = opened()
    shown = widget.readings(widget.start | widget.positions(moved))[reading]
    assert shown == (promised if isinstance(promised, str) else pytest.approx(promised, rel=0.01, abs=1e-9))
