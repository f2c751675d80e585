"""Set up the course's own Python environment in .venv, once, then run a command in it.

    python3 tools/setup_env.py course lab
    python3 tools/setup_env.py --extras test,torch pytest

What gets installed is the exact set of constraints.txt. While pyproject.toml and constraints.txt stay as they are,
nothing is installed again and no network is needed. The syntax is kept to what old Pythons can read, so that they
can say that they are too old.
"""

import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys

OLDEST = (3, 11)
NAMES = ["python3.11", "python3.12", "python3.13", "python3.14"]
ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
ENV = os.path.join(ROOT, ".venv")
SCRIPTS = os.path.join(ENV, "Scripts" if os.name == "nt" else "bin")
PYTHON = os.path.join(SCRIPTS, "python.exe" if os.name == "nt" else "python")
STAMP = os.path.join(ENV, "course.json")
LOG = os.path.join(ENV, "install.log")
IS_NEW_ENOUGH = "import sys; sys.exit(sys.version_info < {})".format(OLDEST)
CALL_AGAIN = "{} tools/setup_env.py course".format("py" if os.name == "nt" else "python3")
NO_NETWORK = "ConnectionError|TimeoutError|NameResolutionError|ProxyError|Network is unreachable"


def main(arguments):
    """Set up what is missing, then become the command, if one is given."""
    if sys.version_info[:2] < OLDEST:
        run([newer_python(), os.path.abspath(__file__), *arguments])
    extras = []
    if arguments[:1] == ["--extras"]:
        extras = known_extras(arguments[1:2])
        arguments = arguments[2:]
    set_up(extras)
    if arguments:
        if not shutil.which("course"):
            os.environ["COURSE_COMMAND"] = CALL_AGAIN
        os.environ["VIRTUAL_ENV"] = ENV
        os.environ["PATH"] = SCRIPTS + os.pathsep + os.environ.get("PATH", "")
        run([shutil.which(arguments[0]) or arguments[0], *arguments[1:]])


def known_extras(given):
    """Return the names of the extras in a list of at most one word, such as ["test,torch"]."""
    import tomllib

    with open(os.path.join(ROOT, "pyproject.toml"), "rb") as file:
        known = tomllib.load(file)["project"].get("optional-dependencies", {})
    extras = given[0].split(",") if given else []
    if not extras or any(extra not in known for extra in extras):
        stop("--extras takes one or more of {}, with commas; not {!r}.".format(", ".join(known), ",".join(extras)))
    return extras


def set_up(extras):
    """Create the environment if there is none that works, install if anything changed."""
    wanted = {"root": ROOT, "files": fingerprint(), "extras": sorted(extras)}
    found = read_stamp()
    if found.get("root", ROOT) != ROOT or not can_run(PYTHON):
        create()
        found = {}
    wanted["extras"] = sorted(set(extras) | set(found.get("extras", [])))
    if found != wanted:
        install(wanted["extras"])
        with open(STAMP, "w") as file:
            json.dump(wanted, file)


def fingerprint():
    """Return a hash of the two files that say what is installed."""
    digest = hashlib.sha256()
    for name in ("pyproject.toml", "constraints.txt"):
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def read_stamp():
    """Return what the last complete set-up wrote down; nothing if there was none."""
    try:
        with open(STAMP) as file:
            return json.load(file)
    except (OSError, ValueError):
        return {}


def newer_python():
    """Return another Python of this machine that is new enough."""
    for name in NAMES:
        path = shutil.which(name)
        if path and can_run(path):
            return path
    stop(
        "Python {}.{} is too old: this course needs {}.{} or newer.".format(*(sys.version_info[:2] + OLDEST)),
        "Get it from https://www.python.org/downloads/, or use conda: conda env create -f environment.yml",
    )


def can_run(python):
    """Tell whether this interpreter runs and is new enough."""
    try:
        return subprocess.call([python, "-I", "-c", IS_NEW_ENOUGH], stderr=subprocess.DEVNULL) == 0
    except OSError:
        return False


def create():
    """Create an empty environment, in place of a broken one."""
    try:
        import ensurepip  # noqa: F401  (Debian and Ubuntu ship it in a package of its own)
        import venv
    except ImportError:
        stop("Python's venv module is not installed. On Debian and Ubuntu: sudo apt install python3-venv")
    try:
        venv.create(ENV, clear=True, with_pip=True)
    except (OSError, subprocess.CalledProcessError) as error:
        stop("Cannot create {}: {}".format(ENV, error))
    except KeyboardInterrupt:
        shutil.rmtree(str(ENV), ignore_errors=True)  # half of it would be taken for all of it the next time
        raise


def install(extras):
    """Let pip install the course with these extras, and keep what it says in a file."""
    what = ".[{}]".format(",".join(extras)) if extras else "."
    print("Installing the course into .venv. The first time this takes a few minutes.", flush=True)
    os.environ.setdefault("PIP_RETRIES", "2")
    command = [PYTHON, "-m", "pip", "install", "--constraint", "constraints.txt", "--editable", what]
    with open(LOG, "w") as log:
        status = subprocess.call(command, cwd=ROOT, stdout=log, stderr=subprocess.STDOUT)
    if status:
        with open(LOG, errors="replace") as log:
            said = log.read()
        if re.search(NO_NETWORK, said):
            stop("No network: pip cannot reach the package index. Connect and try again.", "Details: " + LOG)
        reasons = [line for line in said.splitlines() if line.startswith("ERROR:")]
        stop("pip could not install the course.", *reasons[-1:], "Details: " + LOG)


def run(command):
    """Become this command (on Windows: run it and leave with its exit code)."""
    sys.stdout.flush()
    if os.name == "nt":
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the command
        sys.exit(subprocess.call(command))
    try:
        os.execv(command[0], command)
    except OSError as error:
        stop("Cannot run {}: {}".format(command[0], error.strerror))


def stop(*sentences):
    """Leave with one line for the person who typed the command."""
    sys.exit(" ".join(sentences))


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        stop("Stopped. What is missing is installed the next time.")
