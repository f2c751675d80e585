"""A batch: what is known is not run again, copies are run once, and nothing that a judge suffers stops the others."""

from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from course_lib.grading import batch
from course_lib.grading.gradebook import Gradebook
from course_lib.grading.judge import record
from course_lib.grading.submissions import Submission, Unreadable
from course_lib.grading.wire import Closed
from course_lib.grading.worker import JudgeProcess, Settings


class Source:
    """Stands for a file."""

    def __init__(self, content):
        self._content = content

    def read(self):
        if isinstance(self._content, Exception):
            raise self._content
        return self._content


def submission(learner, content, exercise="07_relu"):
    return Submission(learner, "", exercise, f"{learner}/{exercise}.ipynb", Source(content))


class Judges:
    """Stands for a pool: remembers what it was given; ``give`` is what each future brings."""

    def __init__(self, give=None):
        self.seen, self._give = [], give or (lambda content: record("graded", "07_relu"))

    def submit(self, work, content, named, settings):
        self.seen.append((content, named))
        future = Future()
        try:
            future.set_result(self._give(content))
        except Exception as error:
            future.set_exception(error)
        return future


@pytest.fixture
def book(tmp_path):
    with Gradebook(tmp_path / "gradebook.sqlite") as one:
        yield one


def graded(book):
    return {info["learner"]: result for info, result in book.rows()}


def test_each_submission_is_graded_and_reported_as_done(book):
    judges, done = Judges(), []
    batch.run([submission("a", b"1"), submission("b", b"2")], book, Settings(), (judges, 1), done.append)
    assert [content for content, _ in judges.seen] == [b"1", b"2"]
    assert graded(book).keys() == {"a", "b"}
    assert len(done) == 2


def test_what_the_gradebook_has_is_not_run_again_but_stands_in_the_new_table(book):
    for _ in range(2):
        judges = Judges()
        book.begin()
        batch.run([submission("a", b"1")], book, Settings(), (judges, 1))
    assert judges.seen == []
    assert graded(book).keys() == {"a"}


def test_other_limits_another_seed_and_another_name_are_run_again(book):
    judges = Judges()
    for settings, exercise in [(Settings(), "07_relu"), (Settings(seed="x"), "07_relu"), (Settings(), "01_linearity")]:
        batch.run([submission("a", b"1", exercise)], book, settings, (judges, 1))
    assert len(judges.seen) == 3


def test_copies_of_one_notebook_are_run_once_and_each_learner_gets_the_result(book):
    pool, seen = ThreadPoolExecutor(2), []

    class Slow(Judges):
        def submit(self, work, content, named, settings):
            seen.append(content)
            return pool.submit(lambda: record("graded", "07_relu"))

    batch.run([submission(name, b"same") for name in "abc"], book, Settings(), (Slow(), 2))
    pool.shutdown()
    assert graded(book).keys() == {"a", "b", "c"}
    assert seen == [b"same"]


def test_what_cannot_be_read_says_why_and_the_others_are_graded(book):
    bad = submission("a", Unreadable("It is a symbolic link."))
    ill = submission("b", OSError(5, "Input/output error"))
    batch.run([bad, ill, submission("c", b"3")], book, Settings(), (Judges(), 1))
    found = graded(book)
    assert (found["a"]["state"], found["a"]["reason"]) == ("unreadable", "It is a symbolic link.")
    assert (found["b"]["state"], found["b"]["reason"]) == ("failed", "This machine cannot read it: Input/output error.")
    assert found["c"]["state"] == "graded"


def test_a_submission_whose_workers_die_is_set_aside_and_the_others_are_graded(book):
    KilledWorker = type("KilledWorker", (Exception,), {})  # as Dask calls it

    def give(content):
        if content == b"poison":
            raise KilledWorker
        return record("graded", "07_relu")

    batch.run([submission("a", b"poison"), submission("b", b"2")], book, Settings(), (Judges(give), 1))
    found = graded(book)
    assert found["a"]["state"] == "failed"
    assert "set aside" in found["a"]["reason"]
    assert found["b"]["state"] == "graded"


def test_if_the_pool_itself_fails_what_is_graded_is_kept(book):
    def give(content):
        if content == b"2":
            raise ConnectionError("the scheduler is gone")
        return record("graded", "07_relu")

    with pytest.raises(ConnectionError):
        batch.run([submission("a", b"1"), submission("b", b"2")], book, Settings(), (Judges(give), 1))
    assert graded(book).keys() == {"a"}


def test_a_judge_that_dies_each_time_sets_the_notebook_aside(monkeypatch):
    started = []

    def dies(self):
        started.append(1)
        raise Closed

    monkeypatch.setattr(JudgeProcess, "_start", dies)
    result = JudgeProcess(Settings()).grade(b"{}", "07_relu")
    assert (result["state"], len(started)) == ("failed", 3)
    assert "set aside" in result["reason"]
