"""Reads the bytes of one handed-in file, from a folder or from a zip, whatever stands there in truth.

A source can be pickled, so that another process reads it. ``read`` returns the bytes, or raises Unreadable. Any other
OSError is a fault of this machine, such as too many open files, and not of the learner.
"""

import contextlib
import errno
import functools
import io
import os
import stat
import weakref
import zipfile
import zlib
from dataclasses import dataclass

LARGEST = 20 * 2**20
"""How many bytes a submission may have."""

LONGEST_LIST = 8 * 2**20
"""How many bytes the list of contents of a zip may have, enough for 50,000 files: to read it takes far more memory."""

_DENSEST = 10  # times its size in a zip that a zip in it may have: what is packed already gets hardly smaller

_LINK = "It is a symbolic link, which is never followed: hand in the notebook itself."
_NO_FILE = "It is a folder, a pipe or a device, and not a file."
_GONE = "The file was moved or changed while the grader ran."
_FORBIDDEN = "The file may not be read: its permissions forbid it."
_TOO_LARGE = f"The file is larger than {LARGEST >> 20} MB: clear the notebook's outputs and save it."
_PASSWORD = "The zip is protected by a password: hand in the notebook without one."
_UNUSUAL = "The zip is packed in an unusual way: use the zip program of the system."
_TOO_MANY = "The zip lists far too many files: hand in only the notebook."
_DAMAGED = "The file is damaged in its zip: download it again, or ask for it again."
_DAMAGED_ZIP = "The zip is damaged: download it again, or ask for it again."

_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
_BY_FOLDER = os.open in os.supports_dir_fd  # not on Windows
_REASONS = {
    errno.ELOOP: _LINK,
    errno.EMLINK: _LINK,  # what FreeBSD says
    errno.ENOENT: _GONE,
    errno.ENOTDIR: _GONE,
    errno.EACCES: _FORBIDDEN,
    errno.EPERM: _FORBIDDEN,
    errno.ENXIO: _NO_FILE,  # a socket
}


class Unreadable(Exception):
    """A submission that cannot be read. ``str`` of it is one sentence: what is wrong, and often what to do."""


@dataclass(frozen=True)
class Nothing:
    """What cannot be read, and why."""

    reason: str

    def read(self):
        raise Unreadable(self.reason)


LINK = Nothing(_LINK)


@dataclass(frozen=True)
class File:
    """A file below the folder ``root``, whose path from there is ``parts``. Only the way to ``root`` may hold links."""

    root: str
    parts: tuple

    def read(self):
        with self.open() as file:
            return _limited(file, os.fstat(file.fileno()).st_size)

    def open(self):
        """Open it for reading, if it is a regular file and nothing below ``root`` is a link."""
        try:
            handle = (_open_below if _BY_FOLDER else _open_by_path)(self.root, self.parts)
        except OSError as error:
            if error.errno not in _REASONS:
                raise
            raise Unreadable(_REASONS[error.errno]) from None
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise Unreadable(_NO_FILE)
        return os.fdopen(handle, "rb")

    def stamp(self):
        """What changes when the file does."""
        try:
            state = os.stat(os.path.join(self.root, *self.parts), follow_symlinks=False)
        except OSError:
            raise Unreadable(_GONE) from None
        return state.st_ino, state.st_size, state.st_mtime_ns


@dataclass(frozen=True)
class Member:
    """A file in a zip: the one called ``name``, with this ``number`` in the zip's list. ``zip`` may be a Member too."""

    zip: object
    number: int
    name: str

    def read(self, densest=None):
        """Its bytes. With ``densest``, it is refused if it is so many times larger than what is packed."""
        archive = opened(self.zip)
        infos = archive.infolist()
        if self.number >= len(infos) or infos[self.number].filename != self.name:
            raise Unreadable(_GONE)
        info = infos[self.number]
        _refuse(info)
        if densest and info.file_size > densest * info.compress_size:
            raise Unreadable(_UNUSUAL)
        with _damage_is(_DAMAGED), archive.open(info) as file:
            return _limited(file, info.file_size)

    def stamp(self):
        return self.zip.stamp()


def opened(source):
    """The zip ``source``, a File or a Member, as a ZipFile. The last few stay open: each has a long list to read."""
    return _opened(source, source.stamp(), os.getpid())


@functools.lru_cache(maxsize=3)
def _opened(source, stamp, process):
    file = source.open() if isinstance(source, File) else io.BytesIO(source.read(_DENSEST))
    try:
        with _damage_is(_DAMAGED_ZIP):
            archive = _listed(file)
    except BaseException:
        file.close()
        raise
    weakref.finalize(archive, file.close)
    return archive


def _listed(file):
    """The open file as a ZipFile, if its list of contents is neither too long nor names the same bytes many times."""
    end = zipfile._EndRecData(file)  # what ZipFile goes by; it would read any list
    if end and end[zipfile._ECD_SIZE] > LONGEST_LIST:
        raise Unreadable(_TOO_MANY)
    archive = zipfile.ZipFile(file)
    if sum(info.compress_size for info in archive.infolist()) > file.seek(0, io.SEEK_END):
        raise zipfile.BadZipFile("files overlap")
    return archive


@contextlib.contextmanager
def _damage_is(reason):
    """Raise Unreadable in place of all the errors that a damaged zip leads to."""
    try:
        yield
    except OSError as error:
        if error.errno != errno.EINVAL:  # that is: the zip says that something stands before its beginning
            raise
        raise Unreadable(reason) from None
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, ValueError):
        raise Unreadable(reason) from None


def _refuse(info):
    """Raise Unreadable for a file in a zip that should not even be unpacked."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if stat.S_ISLNK(kind):
        raise Unreadable(_LINK)
    if kind and not stat.S_ISREG(kind):
        raise Unreadable(_NO_FILE)
    if info.flag_bits & 1:
        raise Unreadable(_PASSWORD)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # others unpack without a limit
        raise Unreadable(_UNUSUAL)


def _limited(file, announced):
    """What is in an open file, if it is not too large, whatever size was announced."""
    content = b"" if announced > LARGEST else file.read(LARGEST + 1)
    if max(announced, len(content)) > LARGEST:
        raise Unreadable(_TOO_LARGE)
    return content


def _open_below(root, parts):
    """Open a file for reading, name by name from ``root`` on, so that no name can be a link even for a moment."""
    folder = os.open(root, os.O_RDONLY)
    for part in parts:
        try:
            deeper = os.open(part, _FLAGS, dir_fd=folder)
        finally:
            os.close(folder)
        folder = deeper
    return folder


def _open_by_path(root, parts):
    """The same for Windows, which cannot open below an open folder."""
    path = root
    for part in parts:
        path = os.path.join(path, part)
        if os.path.islink(path):
            raise OSError(errno.ELOOP, _LINK, path)
    return os.open(path, _FLAGS)
