"""A limit for all processes of a sandbox together, where the kernel lets us set one (control groups, Linux).

The limits of ``confine`` hold for each process. What all of them use together is limited here, if this process may
make control groups: as root, in a container with its own, or under systemd with ``Delegate=yes``. Else there is none,
and a submission gets few processes.
"""

import contextlib
import itertools
import os
import time
from pathlib import Path

ROOT = Path("/sys/fs/cgroup")
_NUMBERS = itertools.count()  # of the groups of this process


class Cgroup:
    """One control group, in each of the kernel's trees that it needs."""

    def __init__(self, folders):
        self._folders = folders

    @classmethod
    def make(cls, memory, processes):
        """Return a group limited to ``memory`` (MB) and a number of ``processes``, or None if that may not be."""
        group = cls([])
        try:
            for folder, limits in _places(memory << 20, processes):
                _sweep(folder.parent)
                folder.mkdir()
                group._folders.append(folder)
                for name, value in limits.items():
                    (folder / name).write_text(str(value), encoding="ascii")
        except OSError:
            group.remove()
            return None
        return group

    def enter(self):
        """Move the process that calls this into the group."""
        for folder in self._folders:
            (folder / "cgroup.procs").write_text(str(os.getpid()), encoding="ascii")

    def remove(self):
        """Remove the group as soon as its processes have ended: they have been killed."""
        deadline = time.monotonic() + 2
        for folder in self._folders:
            while folder.exists() and time.monotonic() < deadline:
                try:
                    folder.rmdir()
                except OSError:
                    time.sleep(0.01)


def _places(memory, processes):
    """The folders to make, with what to write there: up to three for version 1 of control groups, one for version 2.

    Groups share the processors equally, where these are shared by groups: so many processes slow down only their own.
    """
    name = f"course-{os.getpid()}-{next(_NUMBERS)}"
    lines = Path("/proc/self/cgroup").read_text(encoding="utf-8").splitlines()
    groups = (line.split(":", 2) for line in lines)
    own = {name: path.lstrip("/") for _, controllers, path in groups for name in controllers.split(",")}
    if "memory" in own:
        yield ROOT / "memory" / own["memory"] / name, {"memory.limit_in_bytes": memory}
        yield ROOT / "pids" / own["pids"] / name, {"pids.max": processes}
        if "cpu" in own:
            yield ROOT / "cpu" / own["cpu"] / name, {}
    else:
        limits = {"memory.max": memory, "memory.swap.max": 0, "pids.max": processes}
        yield ROOT / own[""] / name, limits


def _sweep(parent):
    """Remove the groups of graders that were killed."""
    for folder in parent.glob("course-*"):
        with contextlib.suppress(OSError, ValueError):
            if not Path("/proc", str(int(folder.name.split("-")[1]))).exists():
                folder.rmdir()
