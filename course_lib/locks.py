"""A lock on a file that the system takes away from a process that dies, however it dies."""

import os
import socket
import weakref

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None
    import msvcrt

_FAR = 2**30  # where Windows locks one byte, so that what stands at the beginning can be read
_ours = weakref.WeakSet()  # the locks of this process


class Lock:
    """Locks the file ``path``, in which the process that holds the lock writes its name.

    ``other``: who else holds it, such as "process 12 on host". "" if this one does.
    """

    def __init__(self, path):
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        _ours.add(self)
        try:
            _take(self._handle)
            self.other = ""
            os.ftruncate(self._handle, 0)
            os.write(self._handle, f"process {os.getpid()} on {socket.gethostname()}\n".encode())
        except (BlockingIOError, PermissionError):
            self.other = os.read(self._handle, 200).decode(errors="replace").strip() or "another process"
            self.release()
        except BaseException:
            self.release()
            raise

    def release(self):
        """Give the lock back, also if forked children still have the file open."""
        if fcntl and self._handle is not None:
            fcntl.flock(self._handle, fcntl.LOCK_UN)
        self.drop()

    def drop(self):
        """Close the file. The lock ends when all processes that had it open have done so."""
        _ours.discard(self)
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None


def _take(handle):
    """Lock an open file, or raise BlockingIOError or PermissionError at once."""
    if fcntl:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    else:
        os.lseek(handle, _FAR, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        os.lseek(handle, 0, os.SEEK_SET)


def _in_child():
    """A forked child does not hold the lock, so it ends with its parent."""
    for lock in list(_ours):
        lock.drop()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_in_child)
