"""Where a learner's notebook runs: bubblewrap around a warm process that forks one child for each submission.

Bubblewrap (Linux) takes away the network, the files and the processes of the machine: what is left is the system and
Python's packages, to read only, and the course without its checks. Inside waits ``zygote``, with everything imported.
Each submission is a fork of it in namespaces of its own, with its own /tmp and without privileges (see ``confine``),
and is killed with everything that it started before the next one begins.
"""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from course_lib.grading.cgroup import Cgroup
from course_lib.grading.limits import Limits
from course_lib.grading.wire import Channel, Closed, Late

PACKAGE = Path(__file__).parents[1]
MODULES = ("matplotlib.pyplot", "course_lib.plots", "course_lib.lesson", "course_lib.network", "course_lib.datasets")
"""What exercises import, ready when a submission starts."""

_START = """
import sys
sys.path[:0] = sys.argv.pop(1).split(":")
from course_lib.grading import zygote
zygote.main()
"""
_WITHOUT_CGROUP = 4  # processes of a submission, where each may use all the memory that one submission may use
_PATIENCE = 60.0  # seconds for a sandbox to get ready on a busy machine

HOW_TO_GET_IT = """\
Submissions run in bubblewrap, a sandbox for Linux, and it does not work here: {reason}
- Debian, Ubuntu: apt-get install bubblewrap. Fedora: dnf install bubblewrap.
- "No permissions to create new namespace" on Ubuntu 24.04 and later: sudo sysctl \
kernel.apparmor_restrict_unprivileged_userns=0
- In Docker: docker run --security-opt seccomp=unconfined --security-opt systempaths=unconfined --cap-add SYS_ADMIN ...
- macOS, Windows: docker run --rm -v "$PWD":/course -w /course --security-opt seccomp=unconfined \
--security-opt systempaths=unconfined --cap-add SYS_ADMIN python:3.12 sh -c \
"apt-get update && apt-get install -y bubblewrap && pip install -e . && course grade SUBMISSIONS"
- If you trust every submission as you trust your own code: --unsafe runs them without a sandbox."""


class NoSandbox(RuntimeError):
    """There is no sandbox here; the message says how to get one."""


class Infrastructure(Exception):
    """The sandbox failed, not the learner: nothing can be said about the submission."""


class Sandbox:
    """Runs one submission after another. ``description`` says what keeps them in."""

    def __init__(self, limits=None, unsafe=False):
        self.limits, self._unsafe = limits or Limits(), unsafe
        self._process = self._control = self._channel = None
        self._worked = False
        self._cgroup = None
        self._home = tempfile.mkdtemp() if unsafe else "/tmp"  # in the sandbox, each submission has a /tmp of its own

    @property
    def description(self):
        """What keeps the submissions in, once one has been started."""
        return "none (unsafe)" if self._unsafe else "bubblewrap" + " and cgroup" * (self._cgroup is not None)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def get_ready(self):
        """Start what all submissions share, if it does not run. It takes seconds, and no submission's clock runs."""
        if self._process is None or self._process.poll() is not None:
            self._launch()

    def start(self):
        """Fork a process for a submission; return the channel to it once the process is ready."""
        self.get_ready()
        ours, theirs = socket.socketpair()
        self._channel = Channel(ours)
        with theirs:
            started = self._tell(b"start", theirs.fileno())
        try:
            if not started:
                raise Closed
            self._channel.receive(time.monotonic() + _PATIENCE)
        except (Closed, Late):
            self._channel.close()
            if started:
                self.end()
            raise Infrastructure(f"The sandbox cannot start a process: {self._said()}") from None
        return self._channel

    def end(self):
        """Kill the submission with all its processes. Return how it had ended (of wait(2)) and its peak MB."""
        self._channel.close()
        return self._tell(b"end")

    def _tell(self, word, *files):
        """Say a word to the zygote, and hand it ``files``; return its answer."""
        try:
            with _undisturbed():
                socket.send_fds(self._control, [word], files)
                return json.loads(self._word())
        except (OSError, ValueError):
            self._channel.close()
            self.close()
            raise Infrastructure("The sandbox is gone.") from None

    def close(self):
        """End the sandbox."""
        if self._channel is not None:
            self._channel.close()
        if self._process is not None:
            self._control.close()
            self._errors.close()
            self._process.kill()
            self._process.wait()
            self._process = None
        if self._cgroup:
            self._cgroup.remove()
        if self._unsafe:
            shutil.rmtree(self._home, ignore_errors=True)

    def _word(self):
        """The zygote's answer."""
        self._control.settimeout(_PATIENCE)
        return self._control.recv(1000)

    def _launch(self):
        """Start bubblewrap and, in it, the zygote."""
        self.close()
        if not self._unsafe:
            self._cgroup = Cgroup.make(self.limits.memory + 512, self.limits.processes + 16)
        command, settings = self._command(), json.dumps(self._settings())
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115
        with theirs:
            self._process = subprocess.Popen(
                [*command, str(theirs.fileno()), settings],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                stdout=self._errors,
                stderr=self._errors,
                env=environment(self._home),
                preexec_fn=self._cgroup.enter if self._cgroup else None,
            )
        if self._word_or_nothing() != b"ready":
            reason = self._said()
            self.close()
            if self._worked:
                raise Infrastructure(f"The sandbox does not start again: {reason}")
            raise NoSandbox(HOW_TO_GET_IT.format(reason=reason))
        self._worked = True

    def _word_or_nothing(self):
        try:
            return self._word()
        except OSError:
            return b""

    def _said(self):
        """The last line that bubblewrap or the zygote wrote."""
        time.sleep(0.05)
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else "it ended without a word."

    def _settings(self):
        limits = self.limits.inside()
        if self._cgroup is None:
            limits["processes"] = min(limits["processes"], _WITHOUT_CGROUP)
        return {
            "modules": MODULES,
            "limits": limits,
            "confined": not self._unsafe,
            "user": 60000 + os.getpid() % 5000,  # so that the processes of two sandboxes are not counted together
            "home": f"{self._home}/home",
        }

    def _command(self):
        python = ["-I", "-B", "-c", _START]
        if self._unsafe:
            return [sys.executable, *python, str(PACKAGE.parent)]
        if not shutil.which("bwrap"):
            raise NoSandbox(HOW_TO_GET_IT.format(reason="the command bwrap is not there."))
        packages = [Path(place) for place in sys.path if place.endswith("-packages") and Path(place).is_dir()]
        seen = ["/course", *(f"/course/packages/{number}" for number in range(len(packages)))]
        executable = os.path.realpath(sys.executable)
        return ["bwrap", *_system(executable), *_course(packages), executable, *python, ":".join(seen)]


@contextlib.contextmanager
def _undisturbed():
    """Let Ctrl-C, and a ``time_limit``, wait until the block is done: an answer left behind would be the next one's."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def environment(home):
    """All that the learner's code sees of the environment: one thread, no order that changes from run to run."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": f"{home}/home",
        "LANG": "C.UTF-8",
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "agg",
        "MPLCONFIGDIR": f"{home}/matplotlib",
        "IPYTHONDIR": f"{home}/ipython",
        "COURSE_DATA_DIR": f"{home}/home",
    }


def _system(executable):
    """Bubblewrap's arguments: what is cut off, and what of the system can be seen, to read only."""
    yield from ("--unshare-pid", "--unshare-net", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try")
    yield from ("--die-with-parent", "--new-session", "--hostname", "learner", "--cap-drop", "ALL")
    if os.getuid() == 0:
        for capability in ("CAP_SETUID", "CAP_SETGID", "CAP_KILL"):  # a submission becomes another user, and is killed
            yield from ("--cap-add", capability)
    else:
        yield "--unshare-user"
    yield from ("--proc", "/proc", "--dev", "/dev", "--size", str(64 << 20), "--tmpfs", "/tmp")
    for place in ("/bin", "/lib", "/lib64", "/sbin"):
        if os.path.islink(place):
            yield from ("--symlink", os.readlink(place), place)
        else:
            yield from ("--ro-bind-try", place, place)
    yield from ("--perms", "0755", "--dir", "/etc")
    for place in ("/usr", "/etc/ld.so.cache", "/etc/alternatives", "/etc/fonts", "/etc/localtime"):
        yield from ("--ro-bind-try", place, place)
    for place in dict.fromkeys([sys.base_prefix, os.path.dirname(executable)]):
        if not Path(place).is_relative_to("/usr"):
            yield from _bind(place, place)
    hidden = PACKAGE if PACKAGE.parent.name.endswith("-packages") else PACKAGE.parent  # it shows the solutions
    if any(hidden.is_relative_to(place) for place in ("/usr", sys.base_prefix, os.path.dirname(executable))):
        yield from ("--tmpfs", str(hidden))


def _bind(source, place):
    """Show ``source`` at ``place``, to read only, with folders above it that everybody may pass."""
    for folder in reversed(list(Path(place).parents)[:-1]):
        yield from ("--perms", "0755", "--dir", str(folder))
    yield from ("--ro-bind", str(source), str(place))


def _course(packages):
    """Bubblewrap's arguments: Python's packages, and the course without its checks, below /course."""
    for number, place in enumerate(packages):
        yield from _bind(place, f"/course/packages/{number}")
        if PACKAGE.is_relative_to(place):
            yield from ("--tmpfs", f"/course/packages/{number}/course_lib")
    checks = "/course/course_lib/checks"
    yield from _bind(PACKAGE, "/course/course_lib")
    yield from ("--tmpfs", checks)
    yield from ("--ro-bind", str(PACKAGE / "grading/inside.py"), f"{checks}/__init__.py")
    yield from ("--ro-bind", str(PACKAGE / "checks/answers.py"), f"{checks}/answers.py")
    yield from ("--remount-ro", checks, "--remount-ro", "/dev", "--remount-ro", "/", "--chdir", "/")
