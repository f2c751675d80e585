"""The one small file that remembers what a learner predicted and which tasks are passed.

A SQLite file, because two open notebooks may write at the same moment, and a kernel may be killed while it writes.
It stands in the user's data directory, apart from the notebooks, so that an updated course never touches it.
"""

import json
import os
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import platformdirs

ADVICE = "set COURSE_DATA_DIR to a folder that you can write to"
_TABLE = "CREATE TABLE IF NOT EXISTS records (kind TEXT, name TEXT, data TEXT, PRIMARY KEY (kind, name))"
_WRITE = "INSERT INTO records VALUES (?, ?, ?) ON CONFLICT (kind, name) DO UPDATE SET data = excluded.data"
_READ_ONE = "SELECT data FROM records WHERE kind = ? AND name = ?"
_READ = "SELECT name, data FROM records WHERE kind = ? ORDER BY rowid"


def path():
    """Where the file is: in ``$COURSE_DATA_DIR`` if that is set, else in the user's data directory."""
    folder = os.environ.get("COURSE_DATA_DIR") or platformdirs.user_data_dir("activation-course", appauthor=False)
    return Path(folder) / "progress.sqlite"


def record(kind, name, data):
    """Keep ``data`` (anything JSON can hold) under ``kind`` and ``name``, in place of what was there.

    Return whether it is kept. If not, one line on the error stream says why; the lesson goes on.
    """
    try:
        with closing(_open()) as connection, connection:
            connection.execute(_WRITE, (kind, name, json.dumps(data)))
        return True
    except (OSError, sqlite3.Error) as error:
        _complain("kept in", error)
        return False


def update(kind, name, change):
    """Replace what is kept under ``kind`` and ``name`` by ``change(it)``, where ``it`` is None if nothing is kept.

    Return what ``change`` returned. No other kernel writes in between. If it cannot be kept, one line on the error
    stream says why, and ``change`` is asked as if nothing were kept.
    """
    try:
        with closing(_open()) as connection, connection:
            connection.execute("BEGIN IMMEDIATE")
            row = connection.execute(_READ_ONE, (kind, name)).fetchone()
            data = change(row and json.loads(row[0]))
            connection.execute(_WRITE, (kind, name, json.dumps(data)))
        return data
    except (OSError, sqlite3.Error) as error:
        _complain("kept in", error)
        return change(None)


def read(kind):
    """Return everything kept under ``kind``: a dict from name to data, oldest first. Nothing kept: an empty dict.

    A file that cannot be read is said in one line on the error stream, and counts as empty.
    """
    try:
        if not path().exists():
            return {}
        with closing(_open()) as connection:
            return {name: json.loads(data) for name, data in connection.execute(_READ, (kind,))}
    except (OSError, sqlite3.Error) as error:
        _complain("read from", error)
        return {}


def _complain(what, error):
    """Say in one line what is wrong with the file, and what to do."""
    print(f"Your progress could not be {what} {path()} ({error}): {ADVICE}.", file=sys.stderr)


def _open():
    """Open the file, making it if needed. A file that is no database any more is put aside, never deleted."""
    file = path()
    file.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(file, timeout=10)
    try:
        connection.execute(_TABLE)
    except sqlite3.OperationalError:
        connection.close()
        raise
    except sqlite3.DatabaseError:
        connection.close()
        aside = file.with_suffix(".damaged")
        file.replace(aside)
        print(f"Your progress file was damaged. It is kept as {aside}, and a new one starts now.", file=sys.stderr)
        return _open()
    return connection
