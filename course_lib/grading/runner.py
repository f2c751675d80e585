"""Runs a learner's notebook cell by cell, and holds what it defines. This is what runs inside the sandbox.

The judge asks over the wire: run this cell, bring me these names, call this object, read that attribute. Plain data
travels; any other object stays here, and the judge gets its number. Nothing here is trusted: the learner's code can
change all of it, and gains nothing, because whatever it makes this process say is judged outside like any answer.
"""

import builtins
import contextlib
import io
import itertools
import os
import random
import sys

import numpy as np
from IPython.core.compilerop import CachingCompiler
from IPython.core.interactiveshell import InteractiveShell

from course_lib.checks.answers import CheckAdvice, NotAttempted, describe
from course_lib.grading.wire import KEPT, Channel, Closed, TooLarge, decode, encode


class _Compiler(CachingCompiler):
    """Gives cells file names in which an error is recognised as the learner's own."""

    def get_code_name(self, raw_code, transformed_code, number):
        return f"ipykernel/{number}"


class _Shell(InteractiveShell):
    """Runs cells as a notebook does, but shows no traceback: the judge is told the error in one line."""

    def showtraceback(self, *arguments, **options):
        pass

    showsyntaxerror = showtraceback
    showindentationerror = showtraceback

    def enable_gui(self, gui=None):
        pass


class _Printed(io.TextIOBase):
    """Takes the place of standard output: keeps the beginning, and drops the rest as it comes."""

    encoding = "utf-8"

    def __init__(self):
        self.text = ""

    def writable(self):
        return True

    def write(self, text):
        self.text += text[: KEPT - len(self.text)]
        return len(text)


def make_shell():
    """Return a shell in which cells can be run: without history, threads or a message queue."""
    os.environ.update(MPLBACKEND="agg", TERM="dumb")
    return _Shell(
        compiler_class=_Compiler, colors="nocolor", automagic=True, xmode="Plain", history_length=0, autoawait=True
    )


def serve(sock, shell):
    """Say that we are ready, then answer the judge until it is gone."""
    _seed_what_has_no_seed()
    channel = Channel(sock)
    os.register_at_fork(after_in_child=channel.close)  # a copy of this process must not answer too
    with contextlib.suppress(Closed):
        channel.send({"is": "ready"})
        _Learner(channel, shell).serve()


def _seed_what_has_no_seed():
    """Make random numbers the same in every run: the same notebook gets the same grade."""
    random.seed(0)
    np.random.seed(0)  # noqa: NPY002
    make, numbers = np.random.default_rng, itertools.count()
    np.random.default_rng = lambda seed=None: make(next(numbers) if seed is None else seed)


class _Learner:
    """A learner's notebook, running: its shell, and the objects that the judge holds by number."""

    def __init__(self, channel, shell):
        self._channel, self._shell, self._objects, self._number = channel, shell, [], 0
        shell.user_ns["__name__"] = "__main__"

    def serve(self):
        """Do what the judge asks, until it says ``return``: the result of a function that we had asked it to call."""
        while True:
            message, data = self._channel.receive()
            if message["do"] in ("return", "raise"):
                return message, data
            before, self._number = self._number, message["number"]
            answer, data = self._answer(message, data)
            try:
                self._send(answer, data)
            except TooLarge as error:
                self._send(_too_large(error))
            self._number = before

    def _send(self, answer, data=b""):
        """Send an answer to the question that we are at, or call the judge meanwhile."""
        self._channel.send({**answer, "to": self._number}, data)

    def _answer(self, message, data):
        if message["do"] == "run":
            return self._run(message["cell"]), b""
        try:
            if message["do"] == "get":
                result = {n: self._shell.user_ns[n] for n in message["names"] if n in self._shell.user_ns}
            elif message["do"] == "call":
                args, kwargs = decode(message["with"], data, self._of_the_judge)
                result = self._objects[message["key"]](*args, **kwargs)
            else:
                result = getattr(self._objects[message["key"]], message["name"])
            value, data = encode(result, self._keep)
            return {"is": "value", "value": value}, data
        except (NotAttempted, NotImplementedError):
            return {"is": "not attempted"}, b""
        except CheckAdvice:
            return {"is": "advice"}, b""
        except TooLarge as error:
            return _too_large(error), b""
        except (Exception, SystemExit) as error:
            return {"is": "raised", "what": describe(error)[:KEPT]}, b""

    def _run(self, cell):
        """Run one cell; tell its error in one line, and what it printed."""
        printed, streams = _Printed(), (sys.stdout, sys.stderr)
        sys.stdout = sys.stderr = printed
        try:
            result = self._shell.run_cell(cell, store_history=False)
            error = result.error_before_exec or result.error_in_exec
        finally:
            sys.stdout, sys.stderr = streams
        return {"is": "done", "error": error and describe(error)[:KEPT], "printed": printed.text}

    def _keep(self, value):
        self._objects.append(value)
        return len(self._objects) - 1

    def _of_the_judge(self, handle):
        """What a number from the judge stands for: from -1 down one of our objects, else a function of the judge."""
        if handle < 0:
            return self._objects[-1 - handle]

        def call(*args, **kwargs):
            value, data = encode([list(args), kwargs], self._keep)
            self._send({"is": "callback", "of": handle, "with": value}, data)
            answer, data = self.serve()
            if answer["do"] == "raise":
                kinds = vars(builtins) | {"CheckAdvice": CheckAdvice, "NotAttempted": NotAttempted}
                raise kinds.get(answer["kind"], Exception)(answer["what"])
            return decode(answer["value"], data, self._of_the_judge)

        return call


def _too_large(error):
    return {"is": "raised", "what": f"What it gives back, or hands on, is {error}."}
