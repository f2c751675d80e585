"""A grader draws inputs of its own: an answer learnt by heart fails, and no advice tells the right values."""

import inspect
import itertools
import re

import numpy as np
import pytest
from test_checks import TASKS, cases

from course_lib import checks
from course_lib.checks.answers import Answer, AnswerError, LocalHost
from course_lib.checks.expect import Wrong, compare, fail

WITHOUT_INPUTS = {
    "01_linearity.counterexample": "two numbers of the learner's own choice",
    "01_linearity.sort": "three lists of letters",
    "01_linearity.step_myth": "numbers of the learner's own choice, and a letter",
    "02_collapse.lost_rank": "two matrices of the learner's own choice",
    "03_perceptron.proof": "a list of letters",
    "22_myths.examination": "a name, which draws the questions, and the answers to them",
}
WITH_INPUTS = [task for task in TASKS if task.name not in WITHOUT_INPUTS]
PLACES = np.linspace(-19, 20, 12).reshape(2, 6)  # where a function is looked at, to recognise it


class Recorder(LocalHost):
    """Remembers each call of an answer: which answer, with what, and what came back."""

    def __init__(self):
        super().__init__()
        self.calls = []

    def call(self, key, args, kwargs):
        result = super().call(key, args, kwargs)
        self.calls.append((key, args, result))
        return result


def recorded(task, answers, seed=None):
    """Judge answers that are functions; return the result and the calls."""
    host = Recorder()
    return checks.run(task, dict(zip(task.needs, map(host.admit, answers), strict=True)), seed), host.calls


def seen(value):
    """By what an argument is recognised: its data; of a function, its values at some places."""
    if callable(value):
        return tuple(seen(value_at(value, places)) for places in (PLACES, PLACES.T))
    if isinstance(value, (list, tuple)):
        return tuple(map(seen, value))
    return repr(np.asarray(value).tolist())


def value_at(function, places):
    """What a function gives at some places; a function of two or three numbers, at one."""
    for arguments in ((places,), (0.4, -1.2), (0.4, -1.2, 0.1)):
        try:
            return function(*arguments)
        except TypeError:  # it takes another number of arguments
            continue
        except (ValueError, AssertionError):  # it does not take inputs of this shape
            return None


def learnt(calls, key, unknown):
    """An answer learnt by heart: it knows the calls; to any other input it gives what is right for call ``unknown``."""
    known = {seen(args): result for who, args, result in calls if who == key}
    other = list(known.values())[unknown % len(known)]
    return lambda *args: known.get(seen(args), other)


def in_order(calls, key):
    """An answer that does not look at its input: it gives the right results in the order in which they were right."""
    results = [result for who, _, result in calls if who == key]
    following = itertools.chain(results, itertools.repeat(results[-1]))
    return lambda *args: next(following)


def test_each_task_has_functions_as_answers_or_says_why_it_has_no_inputs():
    for task in TASKS:
        kinds = [task.judge.__annotations__.get(name) for name in task.needs]
        assert all(kind is Answer for kind in kinds) == (task.name not in WITHOUT_INPUTS), task.name
    assert set(WITHOUT_INPUTS) <= {task.name for task in TASKS}


@pytest.mark.parametrize("task", WITH_INPUTS, ids=lambda task: task.name)
class TestLearntByHeart:
    @pytest.fixture
    def calls(self, task):
        module, short = cases(task)
        result, calls = recorded(task, module.RIGHT[short][0])
        assert result.outcome == "passed"
        return calls

    def test_it_passes_with_the_inputs_it_was_learnt_from(self, task, calls):
        for answers in ([learnt(calls, key, 0) for key in keys(task)], [in_order(calls, key) for key in keys(task)]):
            result, _ = recorded(task, answers)
            assert result.outcome == "passed" or "never called relu" in result.advice

    @pytest.mark.parametrize("seed", range(3))
    def test_it_fails_with_other_inputs(self, task, calls, seed):
        for unknown in range(len(calls)):
            result, _ = recorded(task, [learnt(calls, key, unknown) for key in keys(task)], seed)
            assert result.outcome == "failed", "draw further inputs from rng"
        result, _ = recorded(task, [in_order(calls, key) for key in keys(task)], seed)
        assert result.outcome == "failed", "draw further inputs from rng, or bring them into a random order"


def keys(task):
    """The numbers of a task's answers in its host."""
    return range(len(task.needs))


def spellings(value):
    """How a message would write a value, or the values in it: only what cannot be there by chance."""
    if isinstance(value, (list, tuple, set)):
        whole = {str(value)} if len(str(value)) > 4 else set()
        return whole.union(*map(spellings, value))
    if isinstance(value, np.ndarray):
        return set().union(*map(spellings, value.ravel().tolist()))
    if isinstance(value, (float, int)) and not isinstance(value, bool):
        written = {f"{value:.{digits}g}" for digits in range(3, 9)} | {str(value)}
        return {number for number in written if sum(char.isdigit() for char in number) >= 4}
    return set()


def asked(task, right, seed):
    """The values that the task asks for, as a right answer gives them."""
    return spellings([result for _, _, result in recorded(task, right, seed)[1]])


def leaked(task, values, wrong, seed):
    """Which of these values stand in the advice to a wrong answer. What it was given and gave may, and fixed text."""
    result, calls = recorded(task, wrong, seed)
    own = spellings([(args, given) for _, args, given in calls])
    fixed = inspect.getsource(inspect.getmodule(task.judge))
    numbers = {number.rstrip(".") for number in re.findall(r"-?\d[\d.]*(?:e[-+]?\d+)?", result.advice)}
    told = {value for value in values - own if value in numbers or (value[0] in "[(" and value in result.advice)}
    return sorted(value for value in told if value not in fixed)


@pytest.mark.parametrize("task", WITH_INPUTS, ids=lambda task: task.name)
def test_no_advice_tells_a_value_that_was_asked_for(task):
    module, short = cases(task)
    for seed in range(3):
        values = asked(task, module.RIGHT[short][0], seed)
        for number, (answers, _) in enumerate(module.WRONG[short]):
            assert leaked(task, values, answers, seed) == [], f"wrong answer {number}: use secret"


def test_a_check_that_tells_what_it_asked_for_is_noticed():
    def honest(f: Answer, rng):
        x = rng.normal(size=3)
        compare(f(x), 2 * x, x, "Double it.")

    def talkative(f: Answer, rng):
        x = rng.normal()
        fail(f"You {f(x)}, right {2 * x:.5g}.")

    for judge, leaks in ((honest, False), (talkative, True)):
        task = checks.task(points=1, hints=())(judge)
        values = asked(task, [lambda x: 2 * x], seed=0)
        assert bool(leaked(task, values, [lambda x: 3 * x], seed=0)) == leaks


def test_a_comparison_keeps_the_right_value_apart_from_its_advice():
    with pytest.raises(Wrong, match=r"^Double it\.\nThe smallest input that shows it: 1\. You get 3\.$") as wrong:
        compare([0, 3], [0, 8.25], [0, 1], "Double it.")
    assert wrong.value.secret == "Right: 8.25."


def test_an_error_of_the_learners_own_stays_an_error_when_calls_are_recorded():
    with pytest.raises(AnswerError, match="ZeroDivisionError"):
        Recorder().admit(lambda: 1 / 0)()
