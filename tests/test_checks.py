"""Every check lets right answers pass, knows an untouched exercise, and meets each misconception with its advice."""

import importlib.util
import re
import sys
import time
from pathlib import Path

import nbformat
import pytest

from course_lib import checks
from course_lib.checks.answers import AnswerError, LocalHost, NotAttempted
from course_lib.exercises import ROOT, judged

CHAPTERS = checks.chapters()
TASKS = [task for chapter in CHAPTERS for task in checks.tasks_of(chapter).values()]


def cases(task):
    """The module of right and wrong answers that belongs to a task's chapter, and the task's short name."""
    chapter, _, short = task.name.partition(".")
    path = Path(__file__).parent / "checks" / f"ch{chapter}.py"
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module, short


def judge(task, answers, seed=None):
    """Judge a tuple of answers, as ``check`` does, without printing or keeping anything."""
    host = LocalHost()
    try:
        admitted = {need: host.admit(answer) for need, answer in zip(task.needs, answers, strict=True)}
    except NotAttempted:
        return checks.Result(task, "not attempted")
    return checks.run(task, admitted, seed)


def answers_in(folder, task):
    """Run a stored notebook up to the cell that judges ``task``, and return what that cell hands over."""
    chapter = task.name.partition(".")[0]
    names, handed = {}, []
    for cell in nbformat.read(ROOT / folder / f"{chapter}.ipynb", as_version=4).cells:
        if cell.cell_type == "code" and judged(cell) == task.name:
            exec(cell.source, {**names, "check": lambda _name, *answers: handed.extend(answers)})
            return tuple(handed)
        if cell.cell_type == "code" and judged(cell) is None:
            exec(cell.source, names)
    raise AssertionError(f"{folder}/{chapter}.ipynb has no cell that judges {task.name}")


@pytest.mark.parametrize("task", TASKS, ids=lambda t: t.name)
class TestEveryTask:
    def test_the_stored_solution_passes(self, task):
        result = judge(task, answers_in("solutions", task))
        assert result.outcome == "passed", str(result)

    def test_the_untouched_exercise_is_not_attempted(self, task):
        result = judge(task, answers_in("exercises", task))
        assert (result.outcome, result.points) == ("not attempted", 0), str(result)

    def test_two_other_right_answers_pass_with_any_seed(self, task):
        module, short = cases(task)
        assert len(module.RIGHT[short]) >= 2
        for number, answers in enumerate(module.RIGHT[short]):
            for seed in range(3):
                result = judge(task, answers, seed)
                assert result.outcome == "passed", f"right answer {number}: {result}"

    def test_six_wrong_answers_fail_each_with_its_own_advice_with_any_seed(self, task):
        module, short = cases(task)
        assert len(module.WRONG[short]) >= 6
        for number, (answers, advice) in enumerate(module.WRONG[short]):
            for seed in range(3):
                result = judge(task, answers, seed)
                assert result.outcome == "failed", f"wrong answer {number}: {result}"
                assert re.search(advice, result.advice), f"wrong answer {number}: wanted {advice!r}, got: {result}"

    def test_it_has_three_hints_and_one_line_that_says_what_it_asks_for(self, task):
        assert len(task.hints) == 3
        assert all(len(hint) > 20 for hint in task.hints)
        assert task.asks_for.endswith(".")
        assert "\n" not in task.asks_for


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_notebook_is_worth_ten_points_in_three_to_five_tasks(chapter):
    tasks = checks.tasks_of(chapter).values()
    assert 3 <= len(tasks) <= 5
    assert sum(task.points for task in tasks) == 10


def test_every_file_of_cases_belongs_to_a_chapter_and_names_only_its_tasks():
    for path in (Path(__file__).parent / "checks").glob("*.py"):
        chapter = path.stem.removeprefix("ch")
        assert chapter in CHAPTERS, f"tests/checks/{path.name} has no module course_lib/checks/{path.name}"
        tasks = checks.tasks_of(chapter)
        module, _ = cases(next(iter(tasks.values())))
        shorts = {name.partition(".")[2] for name in tasks}
        assert set(module.RIGHT) == set(module.WRONG) == shorts


class TestCheck:
    """What a learner sees who calls check, hint and solution in a notebook."""

    @pytest.fixture(autouse=True)
    def own_progress(self, tmp_path, monkeypatch):
        monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path))

    def right(self):
        return cases(checks.find("07_relu.gate"))[0].RIGHT["gate"][0]

    def test_a_right_answer_prints_passed_and_is_kept(self, capsys):
        checks.check("07_relu.gate", *self.right())
        assert capsys.readouterr().out.startswith("✓ passed: 2 of 2 points\n  relu(x) and")
        assert checks.progress().points[0] == 2
        assert "✓ 07_relu.gate" in str(checks.progress())

    def test_a_wrong_answer_prints_the_advice_and_the_smallest_input_that_shows_it(self, capsys):
        checks.check("07_relu.gate", abs, self.right()[1])
        out = capsys.readouterr().out
        assert out.startswith("✗ not yet: 0 of 2 points\n")
        assert "mirrors a negative input" in out
        assert "The smallest input that shows it: -1e-09. You get 1e-09. Right: 0." in out

    def test_what_was_passed_once_stays_passed(self, capsys):
        checks.check("07_relu.gate", *self.right())
        checks.check("07_relu.gate", abs, abs)
        assert checks.progress().points[0] == 2

    @pytest.mark.parametrize("stub", [..., lambda x: ...], ids=["dots", "a function of dots"])
    def test_an_untouched_answer_is_not_attempted(self, capsys, stub):
        checks.check("07_relu.gate", stub, stub)
        assert capsys.readouterr().out.startswith("○ not attempted yet: 0 of 2 points\n")

    def test_not_implemented_counts_as_not_attempted(self, capsys):
        def stub(x):
            raise NotImplementedError

        checks.check("07_relu.gate", stub, stub)
        assert capsys.readouterr().out.startswith("○ not attempted yet")

    def test_an_answer_that_raises_is_an_error_in_your_code(self, capsys):
        checks.check("07_relu.gate", lambda x: 1 / 0, abs)
        out = capsys.readouterr().out
        assert out.startswith("! error in your code: 0 of 2 points\n")
        assert "ZeroDivisionError: division by zero" in out

    def test_an_answer_that_should_be_a_function_and_is_not_is_told_so(self, capsys):
        checks.check("07_relu.gate", 3, abs)
        assert "relu should be a function; it is of type int." in capsys.readouterr().out

    def test_data_that_the_check_cannot_read_is_an_error_and_not_a_crash(self, capsys):
        checks.check("07_relu.zeros_and_dead", lambda z: ({"share": 1}, [[], [1]]))
        out = capsys.readouterr().out
        assert "points" in out
        assert not out.startswith("✓")

    def test_an_answer_that_loops_forever_is_stopped_with_advice(self, capsys, monkeypatch):
        monkeypatch.setattr(checks, "SECONDS", 0.3)

        def forever(x):
            while True:
                pass

        checks.check("07_relu.gate", forever, forever)
        assert "Does a loop never end?" in capsys.readouterr().out

    def test_a_sleep_and_a_bare_except_do_not_escape_the_clock(self, capsys, monkeypatch):
        monkeypatch.setattr(checks, "SECONDS", 0.3)

        def stubborn(x):
            for _ in range(100):
                try:
                    time.sleep(3)
                except:  # noqa: E722
                    if len(seen) > 1:
                        raise
                    seen.append("interrupted")
            return x

        seen = []
        checks.check("07_relu.gate", stubborn, stubborn)
        assert "Does a loop never end?" in capsys.readouterr().out
        assert len(seen) == 2

    def test_an_answer_that_exits_is_an_error_and_the_kernel_lives(self, capsys):
        checks.check("07_relu.gate", lambda x: sys.exit(), abs)
        assert "SystemExit" in capsys.readouterr().out

    def test_the_outcome_is_shown_even_if_progress_cannot_be_read_or_kept(self, capsys, tmp_path):
        (tmp_path / "progress.sqlite").mkdir()
        checks.check("07_relu.gate", *self.right())
        assert capsys.readouterr().out.startswith("✓ passed")

    def test_where_nbgrader_runs_only_passed_does_not_raise_and_nothing_is_kept(self, capsys, monkeypatch):
        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
        checks.check("07_relu.gate", *self.right())
        for answer, outcome in ((abs, "failed"), (lambda x: 1 / 0, "error"), (..., "not attempted")):
            with pytest.raises(AssertionError, match=f"^07_relu.gate: {outcome}, 0 of 2 points$") as raised:
                checks.check("07_relu.gate", answer, abs)
            assert raised.value._render_traceback_() == [str(raised.value)]
        assert "mirrors a negative input" in capsys.readouterr().out
        assert checks.progress().points[0] == 0

    def test_where_nbgrader_runs_a_warning_costs_no_points(self, capsys, monkeypatch):
        def loud(x):
            print("a warning", file=sys.stderr)
            return self.right()[0](x)

        monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
        checks.check("07_relu.gate", loud, self.right()[1])
        assert capsys.readouterr().err == ""

    def test_a_bad_name_says_which_one_was_meant(self):
        with pytest.raises(checks.UsageError, match=r"There is no task '07_relu.gat'. Did you mean '07_relu.gate'\?"):
            checks.check("07_relu.gat", abs)

    @pytest.mark.parametrize("ask", [checks.hint, checks.solution, checks.check])
    def test_the_name_of_a_chapter_lists_its_tasks(self, ask):
        with pytest.raises(
            checks.UsageError, match=r"^07_relu is a chapter. Its tasks are '07_relu.gate', .*'\.$"
        ) as said:
            ask("07_relu")
        assert all(name in str(said.value) for name in checks.tasks_of("07_relu"))

    def test_max_of_an_array_is_met_with_what_to_write_instead(self, capsys):
        checks.check("07_relu.gate", lambda x: max(x, 0), abs)
        assert "For arrays there are np.maximum, np.minimum," in capsys.readouterr().out

    def test_the_table_for_notebooks_says_its_signs_in_words_and_shows_the_tasks_of_a_chapter_that_is_begun(self):
        checks.check("07_relu.gate", *self.right())
        table = checks.progress()._repr_html_()
        count = len(checks.tasks_of("07_relu"))
        assert f"aria-label='1 of {count} tasks passed'>✓{'○' * (count - 1)}<" in table
        assert checks.find("07_relu.gate").asks_for in table
        assert checks.find("01_linearity.is_affine").asks_for not in table

    def test_progress_that_cannot_be_kept_is_complained_of_once(self, capsys, tmp_path):
        (tmp_path / "progress.sqlite").mkdir()
        checks.check("07_relu.gate", *self.right())
        checks_said = capsys.readouterr().err
        checks.hint("07_relu.gate")
        assert [checks_said.count("\n"), capsys.readouterr().err.count("\n")] == [1, 1]

    def test_a_name_from_nowhere_says_that_there_is_none(self):
        with pytest.raises(checks.UsageError, match="There is no task 'nonsense'"):
            checks.hint("nonsense")

    def test_a_wrong_number_of_answers_says_what_is_needed(self):
        with pytest.raises(checks.UsageError, match=r"check\('07_relu.gate', relu, relu_slope\). You gave 1 answer\."):
            checks.check("07_relu.gate", abs)

    def test_hints_come_one_at_a_time_and_the_last_one_stays(self, capsys):
        for number in (1, 2, 3, 3):
            checks.hint("07_relu.gate")
            assert f"Hint {number} of 3" in capsys.readouterr().out

    def test_the_solution_opens_after_an_attempt(self, capsys):
        checks.solution("07_relu.gate")
        assert "Try it first" in capsys.readouterr().out
        checks.check("07_relu.gate", abs, abs)
        capsys.readouterr()
        checks.solution("07_relu.gate")
        assert "return np.maximum(x, 0)" in capsys.readouterr().out

    def test_without_the_repository_the_solution_says_where_it_would_be(self, monkeypatch, tmp_path):
        monkeypatch.setattr(checks, "ROOT", tmp_path)
        checks.check("07_relu.gate", abs, abs)
        with pytest.raises(checks.UsageError, match=r"solutions/07_relu\.ipynb of the course's repository"):
            checks.solution("07_relu.gate")


class TestAnswers:
    """The check gets plain data or handles; the learner's code gets copies."""

    def admitted(self, value):
        return LocalHost().admit(value)

    def test_an_array_is_copied_both_ways(self):
        import numpy as np

        mine = np.zeros(3)
        assert self.admitted(mine) is not mine

        def spoil(x):
            x[:] = 7
            return x

        self.admitted(spoil)(mine)
        assert mine.tolist() == [0, 0, 0]

    def test_an_object_is_a_handle_whose_attributes_and_methods_are_asked_for(self):
        class Layer:
            width = 3

            def double(self, x):
                return 2 * x

        layer = self.admitted(lambda: Layer())()
        assert (layer.width, layer.double(4)) == (3, 8)

    def test_an_object_that_equals_everything_arrives_as_a_handle(self):
        class Liar:
            def __eq__(self, other):
                return True

        assert self.admitted(Liar()) != 5

    def test_a_function_of_the_check_can_be_called_back(self):
        assert self.admitted(lambda f: f(3))(lambda x: x + 1) == 4
        assert self.admitted(lambda f: f(x=3))(lambda x: x + 1) == 4

    def test_the_advice_of_a_function_of_the_check_is_not_the_learners_error(self):
        def picky(x):
            raise AssertionError("give it an array")

        with pytest.raises(AssertionError, match="give it an array"):
            self.admitted(lambda f: f(3))(picky)

    def test_a_string_that_equals_everything_arrives_as_a_handle(self):
        class Liar(str):
            __slots__ = ()

            def __eq__(self, other):
                return True

            __hash__ = str.__hash__

        assert self.admitted(Liar("x")) != "neither"

    def test_an_answer_may_be_handed_to_another_answer(self):
        host = LocalHost()
        square, twice = host.admit(lambda x: x * x), host.admit(lambda f, x: f(f(x)))
        assert twice(square, 3) == 81

    def test_a_missing_attribute_is_the_learners_error(self):
        with pytest.raises(AnswerError, match="AttributeError"):
            _ = self.admitted(object()).weights
