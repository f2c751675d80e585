"""Keeps the result of every submission as it comes, in one SQLite file.

``runs`` holds each record by the key of what was graded: the notebook's content and the version of the course. It is
a cache: what is in it is not run again. ``submissions`` holds who handed in what since the last ``begin``; it is the
table of the report. Both are written in one transaction, so a grader that is killed loses at most the one submission.
"""

import contextlib
import errno
import functools
import hashlib
import json
import os
import secrets
import shutil
import sqlite3
import threading
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path

from course_lib.checks import ROOT, chapters
from course_lib.locks import Lock

FORMAT = 1
"""The number of the file's format. A higher one is refused."""

_TABLES = """
CREATE TABLE settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE runs (key TEXT PRIMARY KEY, state TEXT NOT NULL, record TEXT NOT NULL);
CREATE TABLE submissions (
    path TEXT PRIMARY KEY, learner TEXT NOT NULL, name TEXT NOT NULL, exercise TEXT NOT NULL, lms TEXT NOT NULL,
    key TEXT NOT NULL);
CREATE INDEX in_order ON submissions (learner, exercise, path);
"""
_KEEP_RUN = """
INSERT INTO runs VALUES (?, ?, ?) ON CONFLICT (key) DO UPDATE SET state = excluded.state, record = excluded.record
WHERE excluded.state <> 'failed' OR runs.state = 'failed'
"""
_KEEP_SUBMISSION = "INSERT OR REPLACE INTO submissions VALUES (?, ?, ?, ?, ?, ?)"
_ROWS = """
SELECT learner, name, exercise, path, lms, key, record FROM submissions JOIN runs USING (key)
ORDER BY learner, exercise, path
"""
_INFO = ("learner", "name", "exercise", "path", "lms", "key")
_OTHER_MODULES = ("batch", "command", "gradebook", "report", "similarity", "submissions")  # change no result
_ROOM = 2**20  # bytes; with less, an error of input or output is one of room
_SAFE = "Nothing that was graded is lost."


class GradebookError(Exception):
    """The gradebook cannot be used. ``str`` of it says in one line what to do."""


class GradebookBusy(GradebookError):
    """Another grader is writing to it."""


class Gradebook:
    """The gradebook in the file ``path``. Use it in a ``with`` block, or call ``close``.

    It is made if it does not exist. ``seed``: any text, from which the judge draws its inputs. It is chosen when the
    gradebook is made, at random if it is not given, and stays; asking for another one raises GradebookError.
    ``reading``: only for reports, also while a grader writes. Else nobody else may write as long as it is open:
    GradebookBusy names the other one.
    """

    def __init__(self, path, seed=None, reading=False):
        self.path = Path(os.path.abspath(path))
        self._turn = threading.RLock()  # all threads share the connection
        self._lock = self._connection = None
        try:
            with self._explained():
                self._open_to_read() if reading else self._open_to_write()
                self.seed = self._begun(None if seed is None else str(seed), reading)
                if not reading:
                    self._connection.execute("PRAGMA journal_mode = WAL")
                    self._connection.execute("PRAGMA synchronous = NORMAL")  # for killed processes, not for power cuts
        except BaseException:
            self.close()
            raise

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        """Close the file, and let others write to it."""
        with self._turn:
            if self._connection:
                self._connection.close()
            if self._lock:
                self._lock.release()

    def begin(self):
        """Begin a new table of submissions. What was graded stays known, so none of it has to be run again."""
        with self._transaction() as write:
            write("DELETE FROM submissions")

    def forget(self):
        """Forget all submissions and all results. The seed stays."""
        with self._transaction() as write:
            write("DELETE FROM submissions")
            write("DELETE FROM runs")

    def record_of(self, key):
        """The record kept under ``key``. None if there is none, or if it failed and is to be run again."""
        with self._explained(), self._turn:
            query = "SELECT record FROM runs WHERE key = ? AND state <> 'failed'"
            found = self._connection.execute(query, (key,)).fetchone()
        return found and json.loads(found[0])

    def keep(self, submission, key, record):
        """Keep the ``record`` of a Submission, both at once. When this returns, killing the process loses nothing.

        A record that failed never takes the place of one that did not.
        """
        exercise = record.get("exercise") or submission.exercise
        lms = json.dumps(submission.lms)
        with self._transaction() as write:
            write(_KEEP_RUN, (key, record["state"], json.dumps(record)))
            write(_KEEP_SUBMISSION, (submission.path, submission.learner, submission.name, exercise, lms, key))

    def rows(self):
        """Yield (info, record) of all submissions since ``begin``, sorted by learner, exercise and path.

        ``info`` is a dict of learner, name, exercise, path, lms and key. One row at a time is in memory.
        """
        with self._explained():
            for *info, record in self._connection.execute(_ROWS):
                info = dict(zip(_INFO, info, strict=True))
                yield info | {"lms": json.loads(info["lms"])}, json.loads(record)

    @contextlib.contextmanager
    def _transaction(self):
        """What is written with the function that this gives is kept as a whole or not at all."""
        with self._explained(), self._turn:
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection.execute
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    self._connection.execute("ROLLBACK")
                raise

    def _open_to_write(self):
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = Lock(f"{self.path}.lock")
        if other := self._lock.other:
            raise GradebookBusy(f"The gradebook {self.path} is in use by {other}: wait for it, or choose another file.")
        self._connect(self.path)
        os.chmod(self.path, 0o600)  # it holds the seed

    def _open_to_read(self):
        if not self.path.is_file():
            raise GradebookError(f"There is no gradebook {self.path} yet: grade something first.")
        try:
            self._connect(f"{self.path.as_uri()}?mode=ro")
            self._connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.OperationalError:  # nobody has it open, and its folder may not be written
            self.close()
            self._connect(f"{self.path.as_uri()}?mode=ro&immutable=1")

    def _connect(self, name):
        options = {"timeout": 10, "isolation_level": None, "check_same_thread": False}
        self._connection = sqlite3.connect(name, uri=isinstance(name, str), **options)

    def _begun(self, seed, reading):
        """Make the tables if there are none; return the seed that is kept, which must be ``seed`` if that is given."""
        tables = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if not tables and not reading:
            self._create(secrets.token_hex(16) if seed is None else seed)
        elif not {"settings", "runs", "submissions"} <= tables:
            raise GradebookError(f"{self.path} is no gradebook: choose another file.")
        kept = dict(self._connection.execute("SELECT name, value FROM settings"))
        if int(kept["format"]) > FORMAT:
            raise GradebookError(f"{self.path} was made by a newer version of the course: update the course.")
        if seed not in (None, kept["seed"]):
            raise GradebookError(
                f"{self.path} was begun with another seed: leave the seed out, or choose another file."
            )
        return kept["seed"]

    def _create(self, seed):
        values = {"format": str(FORMAT), "seed": seed, "created": datetime.now(UTC).isoformat(timespec="seconds")}
        with self._transaction() as write:
            for statement in filter(str.strip, _TABLES.split(";")):
                write(statement)
            for item in values.items():
                write("INSERT INTO settings VALUES (?, ?)", item)

    @contextlib.contextmanager
    def _explained(self):
        """Raise GradebookError, with what to do, in place of what SQLite and the system say."""
        try:
            yield
        except (OSError, sqlite3.Error) as error:
            raise GradebookError(self._advice(error)) from error

    def _advice(self, error):
        code, number = getattr(error, "sqlite_errorname", ""), getattr(error, "errno", None)
        if "FULL" in code or number in (errno.ENOSPC, errno.EDQUOT) or ("IOERR" in code and self._is_full()):
            return f"The disk is full: make room at {self.path.parent}, then run the same command again. {_SAFE}"
        if code in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
            return f"{self.path} is no gradebook, or it is damaged: move it away, or choose another file."
        if "READONLY" in code or "CANTOPEN" in code or number in (errno.EACCES, errno.EPERM, errno.EROFS):
            return f"{self.path} cannot be written: choose a folder in which you may write. {_SAFE}"
        return f"{self.path} cannot be used ({error}): mend that, then run the same command again. {_SAFE}"

    def _is_full(self):
        with contextlib.suppress(OSError):
            return shutil.disk_usage(self.path.parent).free < _ROOM


def key(content, version):
    """The key of a run: it changes with the notebook's ``content`` (bytes) and with the ``version`` of the course."""
    return hashlib.sha256(version.encode() + b"\n" + content).hexdigest()


@functools.cache
def course_version(exercise=None):
    """A text that changes with whatever may change a result: the checks, the notebooks, the library, the judge.

    With ``exercise``, such as ``07_relu``, only the checks and the notebook of that exercise count.
    """
    library = Path(__file__).parents[1]
    files = [path for path in library.glob("*.py") if path.name != "cli.py"]
    files += [path for path in (library / "grading").glob("*.py") if not path.name.startswith(_OTHER_MODULES)]
    for path in [*(library / "checks").glob("*.py"), *(ROOT / "solutions").glob("*.ipynb")]:
        chapter = path.stem.removeprefix("ch")
        if exercise is None or chapter == exercise or chapter not in chapters():
            files.append(path)
    digest = hashlib.sha256()
    for path in sorted(files):
        digest.update(f"{path.name} {hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    with contextlib.suppress(metadata.PackageNotFoundError):
        digest.update(metadata.version("activation-course").encode())
    return digest.hexdigest()
