"""How the judge asks a submission: like ``LocalHost``, but its objects live in a process that is not trusted.

Whatever that process does, the judge lives. An answer that is late, cannot be read or never comes is an AnswerError
with a reason for the learner; after it the process is given up, and ``dead`` says why.
"""

import signal
import time

from course_lib.checks.answers import Answer, AnswerError, CheckAdvice, NotAttempted
from course_lib.grading.sandbox import Infrastructure
from course_lib.grading.wire import KEPT, Closed, Garbage, Late, TooLarge, decode, encode

_WAY = 0.003  # seconds that a call of the check's function may spend on its way here and back, on a busy machine
_NESTED = 10  # calls within calls between the two sides
_HANDED = 16 << 20  # bytes that one call of an answer may hand to functions of the check


class Remote:
    """Holds nothing: asks the process of the submission. ``dead`` says why it cannot be asked any more."""

    def __init__(self, sandbox, end):
        self._sandbox, self._limits, self._end = sandbox, sandbox.limits, end
        self._channel, self._used = sandbox.start(), None
        self._functions, self._depth, self._asked, self._advice = [], 0, 0, None
        self.dead = ""

    def close(self):
        """End the process. Return what it had used and how it had ended, as ``Sandbox.end`` does."""
        if self._used is None:
            self._used = self._sandbox.end()
        return self._used

    def run(self, source):
        """Run a cell; return (its error or None, what it printed)."""
        self._forget()
        answer, _ = self._ask({"do": "run", "cell": source}, b"", self._limits.cell, "The cell")
        return _text(answer, "error") or None, _text(answer, "printed")

    def get(self, names):
        """The values of these names, as a dict; a name that does not exist is left out."""
        self._forget()
        answer, data = self._ask({"do": "get", "names": list(names)}, b"", self._limits.call, "Reading the answer")
        values = self._value(answer, data)
        return values if isinstance(values, dict) else {}

    def call(self, key, args, kwargs):
        """Call the object behind ``key``, as ``LocalHost`` does."""
        message, data = encode([list(args), kwargs], self._number)
        answer, data = self._ask({"do": "call", "key": key, "with": message}, data, self._limits.call, "One call of it")
        return self._value(answer, data)

    def attribute(self, key, name):
        """Read an attribute of the object behind ``key``."""
        answer, data = self._ask(
            {"do": "attribute", "key": key, "name": name}, b"", self._limits.call, f"Reading .{name}"
        )
        return self._value(answer, data)

    def _forget(self):
        """Nothing that a check handed over can be called any more: that check is done."""
        self._functions, self._advice = [], None

    def _number(self, value):
        """The number under which the other side knows ``value``: a learner's object, or a function of the check."""
        if isinstance(value, Answer):
            return -1 - value._key
        if not callable(value):
            raise TypeError(f"A check hands over data or functions, not {type(value).__name__}.")
        self._functions.append(value)
        return len(self._functions) - 1

    def _value(self, answer, data):
        """What an answer says: a value, or the exception that it stands for."""
        kind = answer.get("is")
        if kind == "not attempted":
            raise NotAttempted
        if kind == "advice" and self._advice:
            raise CheckAdvice(self._advice)
        if kind != "value":
            raise AnswerError(_text(answer, "what") or "It gives no answer that can be read.")
        try:
            return decode(answer.get("value"), data, lambda number: Answer(self, number))
        except Garbage:
            return self._lost("What it gives back cannot be read.")

    def _ask(self, message, data, seconds, what):
        """Send a question and return the answer to it, a dict, with its data. Meanwhile do what the learner calls."""
        if self.dead:
            raise AnswerError(self.dead)
        self._asked += 1
        number, deadline, before = self._asked, min(time.monotonic() + seconds, self._end), self._channel.received
        try:
            self._channel.send({**message, "number": number}, data, deadline)
            while True:
                answer, data = self._next(number, deadline)
                if answer.get("is") != "callback":
                    return answer, data
                if self._channel.received - before > _HANDED:
                    return self._lost(f"{what} hands more than {_HANDED >> 20} MB to the function that it was given.")
                began = time.monotonic()
                reply = self._called_back(answer, data)
                deadline = min(deadline + time.monotonic() - began + _WAY, self._end)  # that was not the learner's time
                self._channel.send(*reply, deadline)
        except Late:
            return self._lost(self._late(what, seconds))
        except Closed:
            return self._lost(_obituary(self.close()["status"], self._limits))
        except TooLarge as error:
            return self._lost(f"{what} takes or gives something that is {error}.")
        except Garbage:
            return self._lost("Your code wrote where only answers belong, so none can be read.")

    def _next(self, number, deadline):
        """What comes next about the question ``number``: its answer or a call. Late answers to others are dropped."""
        while True:
            answer, data = self._channel.receive(deadline)
            if not isinstance(answer, dict) or type(answer.get("to")) is not int or answer["to"] > number:
                raise Garbage
            if answer["to"] == number:
                return answer, data

    def _called_back(self, question, data):
        """Call a function of the check for the learner's code; return what to send: its value, or what it raised."""
        number = question.get("of")
        if type(number) is not int or not 0 <= number < len(self._functions) or self._depth >= _NESTED:
            raise Garbage
        self._depth += 1
        try:
            args, kwargs = self._arguments(question, data)
            message, data = encode(self._functions[number](*args, **kwargs), self._number)
            return {"do": "return", "value": message}, data
        except (Garbage, Infrastructure):
            raise
        except AssertionError as advice:
            self._advice = str(advice)
            return {"do": "raise", "kind": "CheckAdvice", "what": self._advice}, b""
        except Exception as error:
            if self.dead:
                raise
            return {"do": "raise", "kind": _kind(error), "what": str(error)}, b""
        finally:
            self._depth -= 1

    def _arguments(self, question, data):
        match decode(question.get("with"), data, lambda number: Answer(self, number)):
            case [list(args), dict(kwargs)] if all(isinstance(name, str) for name in kwargs):
                return args, kwargs
        raise Garbage

    def _late(self, what, seconds):
        if time.monotonic() >= self._end:
            return f"The notebook takes more than {self._limits.total:g} seconds in all, so it was stopped."
        return f"{what} was still running after {seconds:g} seconds, so it was stopped. Does a loop never end?"

    def _lost(self, reason):
        """Give the process up."""
        self.dead = reason
        raise AnswerError(reason)


def _kind(error):
    """The nearest kind of this error that Python itself has, or that stands for a stub: the other side knows it."""
    return next(k.__name__ for k in type(error).__mro__ if k is NotAttempted or k.__module__ == "builtins")


def _text(answer, name):
    """A text in an answer, if it is one."""
    text = answer.get(name)
    return text[:KEPT] if isinstance(text, str) else ""


def _obituary(status, limits):
    """Why a process is gone, from its status (of wait(2))."""
    killer = status & 0x7F
    if killer == signal.SIGKILL:
        return f"Your code needs more memory than {limits.memory} MB, or it closed files that are not its own."
    if killer == signal.SIGXCPU:
        return f"Your code computes for more than {limits.total:g} seconds in all."
    if killer:
        return f"Your code crashed Python ({signal.strsignal(killer)}). Does a function call itself forever?"
    return "Your code ended the process in which your notebook ran."
