"""What a check sees of a learner's answer: plain data, or a handle to what is not plain data.

A check never touches a learner's object itself. Plain data (numbers, strings, arrays, and lists, tuples, sets and
dicts of them) is copied. Anything else, a function above all, is represented by an ``Answer``: calling it or reading
its attributes asks the *host* that holds the object. ``LocalHost`` holds objects of this process; a grader's host
holds objects in another one. The check cannot tell the difference.
"""

import _thread
import signal
import threading
import traceback
from contextlib import contextmanager

import numpy as np

_SIMPLE = (bool, int, float, complex, str, type(None))


class NotAttempted(Exception):
    """The answer is still the stub: ``...``, or NotImplementedError."""


class AnswerError(Exception):
    """The learner's own code raised; the message says what and where."""


class CheckAdvice(AssertionError):
    """What a function of the check says when the learner's code calls it wrongly."""


class TimeLimit(Exception):
    """The learner's code ran too long."""


class Answer:
    """Stands for a learner's object that is not plain data: call it, or read its attributes."""

    def __init__(self, host, key):
        self._host, self._key = host, key

    def __call__(self, *args, **kwargs):
        return self._host.call(self._key, args, kwargs)

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return self._host.attribute(self._key, name)

    def __repr__(self):
        return "<your answer>"


class LocalHost:
    """Holds answers that live in this process."""

    def __init__(self):
        self._objects = []

    def admit(self, value, depth=0):
        """Return ``value`` as the check may see it: a copy if it is plain data, else an ``Answer``."""
        if value is Ellipsis:
            raise NotAttempted
        if type(value) in _SIMPLE or (isinstance(value, np.generic) and value.dtype.kind in "biufcU"):
            return value
        if isinstance(value, np.ndarray) and value.dtype.kind in "biufcU":
            return np.array(value, subok=False)
        if isinstance(value, (list, tuple, set)) and depth < 20:
            kind = next(kind for kind in (list, tuple, set) if isinstance(value, kind))
            return kind(self.admit(item, depth + 1) for item in value)
        if isinstance(value, dict) and depth < 20:
            return {key: self.admit(item, depth + 1) for key, item in value.items()}
        self._objects.append(value)
        return Answer(self, len(self._objects) - 1)

    def call(self, key, args, kwargs):
        """Call the object behind ``key`` with plain data, functions of the check, or other answers."""
        args = [self._hand_over(item) for item in args]
        kwargs = {name: self._hand_over(item) for name, item in kwargs.items()}
        with _learners_code():
            result = self._objects[key](*args, **kwargs)
        return self.admit(result)

    def attribute(self, key, name):
        """Read an attribute of the object behind ``key``."""
        with _learners_code():
            result = getattr(self._objects[key], name)
        return self.admit(result)

    def _hand_over(self, value):
        """What the learner's code gets: copies, so that it cannot change the check's own data."""
        if isinstance(value, Answer):
            return self._objects[value._key]
        if isinstance(value, (list, tuple)):
            return type(value)(self._hand_over(item) for item in value)
        if callable(value):
            return self._callback(value)
        return np.array(value) if isinstance(value, np.ndarray) else value

    def _callback(self, function):
        """Wrap a function of the check: the learner's code may call it. What it raises is the check's own advice."""

        def call(*args, **kwargs):
            args, kwargs = [self.admit(item) for item in args], {name: self.admit(v) for name, v in kwargs.items()}
            try:
                return self._hand_over(function(*args, **kwargs))
            except AssertionError as advice:
                raise CheckAdvice(str(advice)) from None

        return call


@contextmanager
def _learners_code():
    """Turn what the learner's code raises into the outcome it stands for."""
    try:
        yield
    except (NotAttempted, NotImplementedError):
        raise NotAttempted from None
    except CheckAdvice:
        raise
    except (Exception, SystemExit) as error:
        raise AnswerError(describe(error)) from None


def describe(error):
    """Say an exception in one line: its type, its message, and the last line of the learner's cell that led there."""
    said = f"{type(error).__name__}: {error}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "ipykernel" in frame.filename]
    return f"{said} (line {frames[-1].lineno}: {frames[-1].line})" if frames else said


def kind(value):
    """Say what an answer is, for a message."""
    return f"the string {value!r}" if isinstance(value, str) else f"of type {type(value).__name__}"


@contextmanager
def time_limit(seconds):
    """Raise TimeLimit in the main thread if the block is not done after ``seconds``.

    The block is interrupted as by Ctrl-C, again and again until it is done: a sleep is cut short, and a bare
    ``except:`` swallows one interruption but not the next.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    done, expired, running = threading.Event(), threading.Event(), True

    def watch():
        pause = seconds
        while not done.wait(pause):
            expired.set()
            _interrupt_main_thread()
            pause = 0.1

    def interrupt(*_):
        if running:
            raise KeyboardInterrupt

    before = signal.signal(signal.SIGINT, interrupt)  # a job in the background ignores Ctrl-C
    watcher = threading.Thread(target=watch, daemon=True)
    watcher.start()
    try:
        try:
            yield
        finally:
            running = False  # first of all: an interruption from here on would keep us from ending them
            done.set()
            watcher.join()
    except KeyboardInterrupt:
        if expired.is_set():
            raise TimeLimit from None
        raise
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler if before is None else before)


def _interrupt_main_thread():
    """Do what Ctrl-C does."""
    if hasattr(signal, "pthread_kill"):
        signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
    else:
        _thread.interrupt_main()
