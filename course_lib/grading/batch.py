"""Grades many submissions at once, on this machine or on a cluster, and keeps each result as it comes.

Each place of the pool is a thread with a judge of its own in a process of its own (``worker``), so a judge that dies
costs only a second try. With Dask, the threads are those of its workers: what one worker began and did not finish,
another one does.
"""

import threading
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager

from course_lib.grading.gradebook import course_version, key
from course_lib.grading.judge import record
from course_lib.grading.submissions import Unreadable
from course_lib.grading.worker import JudgeProcess

_AHEAD = 4  # submissions that wait for each place of the pool
_judges = {}  # of the threads of this process


def grade_here(content, path, settings):
    """Grade one notebook with the judge of this thread; start one if there is none."""
    place = threading.get_ident(), settings
    if place not in _judges:
        _judges[place] = JudgeProcess(settings)
    return _judges[place].grade(content, path)


@contextmanager
def local_pool(jobs):
    """A pool of ``jobs`` judges on this machine, as (executor, its width)."""
    pool = ThreadPoolExecutor(jobs)
    try:
        yield pool, jobs
    finally:
        pool.shutdown(cancel_futures=True)
        while _judges:
            _judges.popitem()[1].close()


class NoPool(Exception):
    """There is nowhere to grade; the message says what to do."""


@contextmanager
def dask_pool(address):
    """The workers of the Dask scheduler at ``address``, as (executor, its width). They need this course installed."""
    try:
        from distributed import Client

        client = Client(address, timeout=20)
        client.wait_for_workers(1, timeout=60)
    except ImportError:
        mend = 'pip install -e ".[cluster]"'
        raise NoPool(f"Dask is missing. Install it, in the folder of the course: {mend}") from None
    except OSError:
        raise NoPool(f"no Dask scheduler with workers answers at {address}.") from None
    with client:
        yield client.get_executor(pure=False), sum(client.nthreads().values())


def run(submissions, book, settings, pool, done=lambda record: None):
    """Grade ``submissions`` (an iterator) and keep each result in the gradebook ``book``.

    What the gradebook has already is not run again; copies of one notebook are run once. ``pool``: (executor, width).
    ``done`` is called with each record. An exception of the pool itself ends the batch; what is graded is kept.
    """
    executor, width = pool
    version = f"{course_version()} {settings}"  # what was cut short by narrow limits is run again with wide ones
    waiting = {}  # by future: the key and the submissions that wait for it

    def collect(at_most):
        while len(waiting) > at_most:
            done_now = wait(waiting, return_when=FIRST_COMPLETED).done
            for future in sorted(done_now, key=lambda one: one.exception() is not None):  # a failure may end the batch
                name, those = waiting.pop(future)
                result = _result(future)
                for submission in those:
                    book.keep(submission, name, result)
                    done(result)

    for submission in submissions:
        name, content, result = _looked_up(submission, book, version)
        if result is not None:
            book.keep(submission, name, result)
            done(result)
            continue
        twin = next((those for other, those in waiting.values() if other == name), None)
        if twin is not None:
            twin.append(submission)
            continue
        named = submission.exercise or submission.path  # only what found it saw the name of the whole folder or zip
        waiting[executor.submit(grade_here, content, named, settings)] = name, [submission]
        collect(_AHEAD * width)
    collect(0)


def _looked_up(submission, book, version):
    """(key, content, record) of a submission; the record is None if it has yet to be graded."""
    try:
        content = submission.read()
    except Unreadable as error:
        return key(f"{submission.path}: {error}".encode(), version), b"", record("unreadable", reason=str(error))
    except OSError as error:
        reason = f"This machine cannot read it: {error.strerror}."
        return key(f"{submission.path}: {error}".encode(), version), b"", record("failed", reason=reason)
    name = key(content, f"{version} {submission.exercise}")
    return name, content, book.record_of(name)


def _result(future):
    """What a future brings. If it was the workers that died of it, the submission is set aside."""
    try:
        return future.result()
    except Exception as error:
        if type(error).__name__ != "KilledWorker":  # of Dask, which need not be installed
            raise
        return record("failed", reason="The workers that graded it died, again and again. It was set aside.")
