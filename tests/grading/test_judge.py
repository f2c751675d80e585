"""The judge decides as the notebook does: the same outcome and advice for each answer, and the same in each run."""

import itertools
import json
import re
from pathlib import Path

import pytest
from hand_in import full, notebook, points, told
from test_checks import cases, judge

from course_lib import checks
from course_lib.checks import ROOT
from course_lib.grading.judge import grade, seed_of
from course_lib.grading.steps import check_of, exercise

CHAPTERS = checks.chapters()
SOLUTIONS = {chapter: (ROOT / "solutions" / f"{chapter}.ipynb").read_bytes() for chapter in CHAPTERS}


def source_of(chapter):
    """The module of right and wrong answers in tests/checks. Answers that try a function 300 times try it 40 times."""
    path = Path(__file__).parents[1] / "checks" / f"ch{chapter}.py"
    text = path.read_text(encoding="utf-8")
    return re.sub(r"\b[35]00\b", "40", text) if chapter == "01_linearity" else text


def submissions(chapter):
    """Notebooks that together hold all those answers: the bytes of each, and the answers in it, by task."""
    module, given = {}, exercise(chapter).cells
    exec(source_of(chapter), module)
    first = f"import types\ncases = types.ModuleType('cases')\nexec({source_of(chapter)!r}, vars(cases))"
    names = {task: names for task, names in filter(None, (check_of(cell.source) for cell in given))}
    for number in itertools.count():
        cells, held = {}, {}
        for name in names:
            short = name.partition(".")[2]
            right, wrong = module["RIGHT"][short], module["WRONG"][short]
            if number >= len(right) + len(wrong):
                continue
            there = f"RIGHT[{short!r}] + [answers for answers, _ in cases.WRONG[{short!r}]]"
            cells[short.replace("_", "-")] = f"({', '.join(names[name])},) = (cases.{there})[{number}]"
            held[name] = (right + [answers for answers, _ in wrong])[number]
        if not held:
            return
        yield notebook(chapter, cells, first=[first], folder="exercises"), held


def without_lines(text):
    """A message without the line that it names: a cell has lines of its own."""
    return re.sub(r" \(line \d+: .*?\)(?=$|\n)", "", text)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_answer_gets_the_same_outcome_and_advice_from_the_judge_as_in_the_notebook(sandbox, chapter):
    for content, held in submissions(chapter):
        record = grade(content, "x", sandbox, "parity")
        for name, answers in held.items():
            task = checks.find(name)
            here = judge(task, answers, seed_of("parity", task))
            assert told(record, name.partition(".")[2]) == (here.outcome, without_lines(here.advice)), name


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_no_answer_of_the_tests_is_left_out(chapter):
    held = [name for _, answers in submissions(chapter) for name in answers]
    for task in checks.tasks_of(chapter).values():
        module, short = cases(task)
        assert held.count(task.name) == len(module.RIGHT[short]) + len(module.WRONG[short])


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_stored_solution_gets_all_points_and_the_untouched_exercise_none(sandbox, chapter):
    assert points(grade(SOLUTIONS[chapter], "x", sandbox, "any seed")) == full(chapter)
    record = grade(notebook(chapter, folder="exercises"), "x", sandbox, "any seed")
    assert {task["outcome"] for task in record["tasks"]} == {"not attempted"}
    assert (record["notes"], record["cells"]) == ([], [])


def test_the_same_notebooks_get_the_same_records_in_each_run(sandbox):
    contents = [content for chapter in CHAPTERS for content, _ in list(submissions(chapter))[::8]]

    def records():
        for content in contents:
            yield {**grade(content, "x", sandbox, "once"), "seconds": 0, "memory": 0}

    assert list(records()) == list(records())


def test_each_task_is_judged_with_inputs_of_its_own_that_only_the_judges_seed_gives(sandbox, monkeypatch):
    from course_lib.grading import judge

    used, run = [], judge.run
    monkeypatch.setattr(judge, "run", lambda task, answers, seed: used.append(seed) or run(task, answers, seed))
    for seed in ("", "a", "b"):
        assert points(grade(SOLUTIONS["07_relu"], "x", sandbox, seed)) == full()
    tasks = len(checks.tasks_of("07_relu"))
    assert len(set(used)) == len(used) == 3 * tasks
    grade(SOLUTIONS["07_relu"], "x", sandbox, "a")
    assert used[3 * tasks :] == used[tasks : 2 * tasks]


def test_a_record_is_plain_data_with_everything_that_the_report_needs(sandbox):
    cells = {"gate": "print('so')\nrelu = npp.maximum", "backward": "from course_lib.activations import relu_grad\n"}
    record = grade(notebook(answers=cells), "jane/07_relu.ipynb", sandbox, "seed")
    assert record == json.loads(json.dumps(record))
    assert list(record) == [
        "state", "reason", "exercise", "tasks", "notes", "cells", "seconds", "memory", "sandbox"
    ]  # fmt: skip
    first = record["tasks"][0]
    assert list(first) == ["name", "points", "of", "outcome", "asked", "advice", "hint", "library", "code"]
    assert first["code"] == cells["gate"]
    assert first["hint"] == checks.find("07_relu.gate").hints[0]
    assert record["tasks"][1]["hint"] == ""
    assert 0 < record["seconds"] < 30
    assert 10 < record["memory"] < 500
    assert record["sandbox"] in ("bubblewrap", "bubblewrap and cgroup")
    assert record["cells"][0]["printed"] == "so\n"


def test_what_is_taken_from_the_library_is_named_and_costs_no_points(sandbox):
    cell = "from course_lib.activations import relu as r\nrelu = r\nrelu_slope = lambda x: (x > 0) * 1.0"
    record = grade(notebook(answers={"gate": cell}), "x", sandbox, "seed")
    assert record["tasks"][0]["library"] == ["course_lib.activations.relu"]
    assert points(record) == full()


def test_numbers_drawn_without_a_seed_are_the_same_in_each_run(sandbox):
    drawn = "np.random.default_rng().random() + np.random.rand() + random.random()"
    cell = f"import random\nrelu_slope = relu = lambda x: {drawn}"
    first, second = (grade(notebook(answers={"gate": cell}), "x", sandbox, "seed") for _ in range(2))
    assert first["tasks"] == second["tasks"]


def test_the_judge_never_tells_the_right_values(sandbox):
    record = grade(notebook(answers={"gate": "relu = np.abs\nrelu_slope = np.sign"}), "x", sandbox, "seed")
    assert "You get" in told(record, "gate")[1]
    assert "Right:" not in told(record, "gate")[1]


def test_an_answer_that_a_later_cell_needs_again_is_judged_where_its_check_stands(sandbox):
    record = grade(notebook(last=["relu = relu_slope = backward = 5"]), "x", sandbox, "seed")
    assert points(record) == full()


class TestHonestLearnersWhoDidSomethingElse:
    """What differs from the exercise but leaves no doubt what is meant costs no points."""

    def test_all_answers_in_one_cell_at_the_end_count(self, sandbox):
        cells = json.loads(SOLUTIONS["07_relu"])["cells"]
        every = "\n\n".join(
            "".join(cell["source"]) for cell in cells if cell["metadata"].get("nbgrader", {}).get("solution")
        )
        assert points(grade(notebook(folder="exercises", last=[every]), "x", sandbox)) == full()

    def test_an_answer_under_another_name_counts_if_the_check_calls_it_so(self, sandbox):
        def rename(data):
            for cell in data["cells"]:
                if cell["id"] in ("gate", "gate-check"):
                    cell["source"] = "".join(cell["source"]).replace("relu(", "my_relu(").replace(" relu,", " my_relu,")

        assert points(grade(notebook(change=rename), "x", sandbox)) == full()

    def test_an_answer_that_asks_its_function_very_often_is_not_charged_for_the_way_to_the_judge(self, hasty):
        cell = "def slope_is_right(f, slope):\n    for _ in range(400):\n        f(np.ones(1))\n"
        cell += "    x = np.linspace(-20, 20, 80)\n"
        cell += "    return bool(np.allclose((f(x + 1e-5) - f(x - 1e-5)) / 2e-5, slope(x), atol=1e-4))"
        assert points(grade(notebook(answers={"slope-test": cell}), "x", hasty)) == full()

    @pytest.mark.parametrize("name", ["07_relu.ipynb", "x.ipynb"])
    def test_a_chapter_handed_in_by_mistake_is_unreadable_and_not_nought_points(self, sandbox, name):
        record = grade((ROOT / "notebooks" / "07_relu.ipynb").read_bytes(), name, sandbox)
        assert (record["state"], record["tasks"]) == ("unreadable", [])
        assert "exercise" in record["reason"]
