"""A judge in a process of its own, so that nothing that happens to it can stop the batch.

``JudgeProcess`` is the batch's end: it starts the process, hands it one notebook after another, and starts it again if
it dies or takes too long. ``main`` is the process: it keeps one sandbox and grades what it is handed.
"""

import os
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass, field

from course_lib.grading.judge import TRIES, grade, record
from course_lib.grading.limits import Limits
from course_lib.grading.sandbox import PACKAGE, NoSandbox, Sandbox
from course_lib.grading.wire import Channel, Closed, Garbage, Late

_SLACK = 60.0  # seconds beyond the limit of a submission, for a sandbox to start on a busy machine


@dataclass(frozen=True)
class Settings:
    """How submissions are graded: the seed of the hidden inputs, what each may use, and whether without a sandbox."""

    seed: str = ""
    limits: Limits = field(default_factory=Limits)
    unsafe: bool = False


class JudgeProcess:
    """A judge in a process of its own."""

    def __init__(self, settings):
        self._settings, self._process, self._channel = settings, None, None

    def grade(self, content, path):
        """Return the record of one notebook. If the judge dies over it each time, that is what the record says."""
        for _ in range(TRIES):
            try:
                return self._ask(content, path)
            except (Closed, Late, Garbage):
                self.close()
        return record("failed", reason=f"The judge did not survive this notebook, {TRIES} times. It was set aside.")

    def close(self):
        """End the process, and with it its sandbox."""
        if self._process is not None:
            self._channel.close()
            self._process.kill()
            self._process.wait()
            self._process = None

    def _ask(self, content, path):
        if self._process is None:
            self._start()
        deadline = time.monotonic() + TRIES * self._settings.limits.total + _SLACK
        self._channel.send({"path": path}, content, deadline)
        answer, _ = self._channel.receive(deadline)
        if "no sandbox" in answer:
            raise NoSandbox(answer["no sandbox"])
        return answer

    def _start(self):
        ours, theirs = socket.socketpair()
        program = "import sys; sys.path.insert(0, sys.argv[2]); from course_lib.grading import worker; worker.main()"
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-c", program, str(theirs.fileno()), str(PACKAGE.parent)],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                start_new_session=True,  # Ctrl-C is for the batch
                env={**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"},
            )
        self._channel = Channel(ours)
        self._channel.send(asdict(self._settings))  # not on the command line: other users can read that


def main():
    """Grade what comes, until nobody is there any more. The command line names a socket; the settings come first."""
    channel = Channel(socket.socket(fileno=int(sys.argv[1])))
    settings, _ = channel.receive()
    with Sandbox(Limits(**settings["limits"]), settings["unsafe"]) as sandbox:
        while True:
            try:
                message, content = channel.receive()
                channel.send(_graded(content, message["path"], sandbox, settings["seed"]))
            except Closed:
                return


def _graded(content, path, sandbox, seed):
    try:
        return grade(content, path, sandbox, seed)
    except NoSandbox as error:
        return {"no sandbox": str(error)}
