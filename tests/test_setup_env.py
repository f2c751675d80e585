"""``make lab`` on a machine that lacks something says what, in one line; and it installs once."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import needs
import pytest

ROOT = Path(__file__).parents[1]
SCRIPT = Path("tools", "setup_env.py")
RUN_AS_PYTHON_38 = """
import runpy, sys
sys.argv, sys.version_info = sys.argv[1:], (3, 8, 0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""
# A build backend in a few lines, so that an editable install needs neither setuptools nor the network.
BACKEND = """
import zipfile
INFO = "tiny-1.dist-info"
def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(folder + "/tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny.pth", "")
        wheel.writestr(INFO + "/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
        wheel.writestr(INFO + "/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr(INFO + "/RECORD", "")
    return "tiny-1-py3-none-any.whl"
"""
PYPROJECT = """
[project]
name = "tiny"
version = "1"
[project.optional-dependencies]
test = []
torch = []
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""


@pytest.fixture
def course(tmp_path):
    """A folder with the script and a project that has no requirements."""
    (tmp_path / "tools").mkdir()
    shutil.copy(ROOT / SCRIPT, tmp_path / SCRIPT)
    (tmp_path / "pyproject.toml").write_text(PYPROJECT)
    (tmp_path / "constraints.txt").write_text("")
    (tmp_path / "backend.py").write_text(BACKEND)
    return tmp_path


def run(course, *arguments, python=(sys.executable,), **environment):
    """Run the script; return the finished process. No index can be reached: its port is one that nobody listens on."""
    offline = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_CONFIG_FILE": os.devnull, "PIP_RETRIES": "1"}
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PIP_") and not name.lower().endswith("_proxy")
    }
    command = [*python, SCRIPT, *arguments]
    return subprocess.run(command, cwd=course, env=inherited | offline | environment, capture_output=True, text=True)


def only_line(done):
    """What a failed run said to its user: exactly one line."""
    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    return line


def log_of(course):
    return course / ".venv" / "install.log"


def test_old_pythons_can_read_the_script():
    ast.parse((ROOT / SCRIPT).read_text(), feature_version=(3, 6))


def test_too_old_python_says_what_is_needed_and_where_to_get_it(course):
    line = only_line(run(course, python=(sys.executable, "-c", RUN_AS_PYTHON_38), PATH=""))
    assert line.startswith(
        "Python 3.8 is too old: this course needs 3.11 or newer. Get it from https://www.python.org/"
    )
    assert not (course / ".venv").exists()


@pytest.mark.skipif(os.name == "nt", reason="Windows has no python3.11 on its PATH: `py` chooses the newest by itself")
def test_too_old_python_hands_over_to_a_newer_one(course):
    newer = course / "python3.12"
    newer.write_text('#!/bin/sh\n[ "$1" = -I ] || echo "handed over: $*"\n')
    newer.chmod(0o755)
    done = run(course, "course", "lab", python=(sys.executable, "-c", RUN_AS_PYTHON_38), PATH=str(course))
    assert done.stdout == f"handed over: {course / SCRIPT} course lab\n"


def test_without_the_venv_module_it_says_what_to_install(course):
    stub = course / "stub"
    stub.mkdir()
    (stub / "ensurepip.py").write_text("raise ImportError")
    line = only_line(run(course, PYTHONPATH=str(stub)))
    assert line.endswith("sudo apt install python3-venv")


def test_without_network_it_says_so_and_keeps_the_log(course):
    pyproject = course / "pyproject.toml"
    pyproject.write_text(pyproject.read_text().replace("requires = []", 'requires = ["setuptools"]'))
    line = only_line(run(course))
    assert line == f"No network: pip cannot reach the package index. Connect and try again. Details: {log_of(course)}"
    assert "ConnectionError" in log_of(course).read_text()


def test_another_failure_of_pip_is_named(course):
    (course / "pyproject.toml").write_text("[project")
    line = only_line(run(course))
    assert line.startswith("pip could not install the course. ERROR: ")
    assert line.endswith(f"Details: {log_of(course)}")


def test_it_installs_once_then_again_only_when_something_changed(course):
    show_prefix = ("python", "-c", "import sys; print(sys.prefix)")
    prefix = f"{course / '.venv'}\n"

    first = run(course, *show_prefix)
    assert (first.returncode, first.stdout.endswith(prefix)) == (0, True), first.stderr
    log_of(course).unlink()

    assert run(course, *show_prefix).stdout == prefix
    assert not log_of(course).exists()

    assert "Installing" in run(course, "--extras", "test").stdout
    assert "not provide the extra 'test'" in log_of(course).read_text()  # tiny's wheel has none, but was asked for it
    log_of(course).unlink()

    assert run(course, *show_prefix).stdout == prefix  # fewer extras than there are
    assert not log_of(course).exists()

    with open(course / "pyproject.toml", "a") as file:
        file.write("# changed\n")
    assert "Installing" in run(course).stdout
    assert "not provide the extra 'test'" in log_of(course).read_text()  # extras stay


@pytest.mark.parametrize(
    ("given", "named"), [(["pytest"], "pytest"), (["test,nonsense", "python"], "test,nonsense"), ([""], ""), ([], "")]
)
def test_an_extra_that_there_is_not_is_an_error_that_lists_what_there_is(course, given, named):
    line = only_line(run(course, "--extras", *given))
    assert line == f"--extras takes one or more of test, torch, with commas; not {named!r}."
    assert not (course / ".venv").exists()


@pytest.mark.parametrize("given", ["", "EXTRAS=", "EXTRAS= "])
def test_make_test_without_extras_runs_the_tests(given):
    make = needs.program("make", how="sudo apt install make")
    alone = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL", "EXTRAS")}
    command = [make, "--dry-run", "test", *filter(None, [given])]
    done = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, text=True)
    assert done.stdout.strip().endswith("tools/setup_env.py --extras test pytest")


def test_the_command_learns_how_it_was_called_only_where_course_is_not_on_the_path(course):
    tell = ("python", "-c", "import os; print(os.environ.get('COURSE_COMMAND', 'course'))")
    bare = os.pathsep.join(
        part for part in os.environ["PATH"].split(os.pathsep) if not shutil.which("course", path=part)
    )
    assert run(course, *tell, PATH=bare).stdout.splitlines()[-1] == "python3 tools/setup_env.py course"
    (course / "bin").mkdir()
    (course / "bin" / "course").write_text("#!/bin/sh\n")
    (course / "bin" / "course").chmod(0o755)
    assert run(course, *tell, PATH=f"{course / 'bin'}{os.pathsep}{bare}").stdout.splitlines()[-1] == "course"


def test_exit_code_is_that_of_the_command(course):
    assert run(course, "python", "-c", "raise SystemExit(7)").returncode == 7
