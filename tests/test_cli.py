"""The command ``course`` does what it says, and what a person can mend is one line."""

import json
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest

from course_lib import cli

ROOT = cli.SETTINGS.parents[1]


def run(capsys, *arguments):
    """Run one command; return its exit code (or message) and what it printed."""
    try:
        cli.main(arguments)
    except SystemExit as left:
        return left.code, capsys.readouterr().out
    return 0, capsys.readouterr().out


@pytest.fixture
def taken_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def lab_starts(monkeypatch):
    """What JupyterLab would have been started with, instead of starting it."""
    from jupyterlab.labapp import LabApp

    starts = []
    monkeypatch.setattr(LabApp, "launch_instance", starts.append)
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "")  # the command sets it; give it back afterwards
    return starts


def test_course_alone_prints_what_one_can_do_next(capsys):
    code, printed = run(capsys)
    assert code == 0
    assert printed.splitlines()[0].startswith("course lab ")


def test_next_steps_name_every_command():
    commands = cli._parser()._subparsers._group_actions[0].choices
    assert [line.split()[1] for line in cli.NEXT_STEPS.splitlines()] == [*commands, "-h"]


def test_lab_opens_the_first_page_of_the_course(capsys, lab_starts):
    assert run(capsys, "lab", "--no-browser", "--", "--debug")[0] == 0
    (arguments,) = lab_starts
    assert f"--ServerApp.root_dir={ROOT}" in arguments
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in arguments
    assert arguments[-2:] == ["--no-browser", "--debug"]


def test_lab_settings_ask_no_news_and_wrap_lines():
    settings = json.loads((cli.SETTINGS / "overrides.json").read_text())
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert settings["@jupyterlab/notebook-extension:tracker"]["codeCellConfig"]["lineWrap"]


def test_lab_on_a_taken_port_says_so_in_one_line(capsys, lab_starts, taken_port):
    message, _ = run(capsys, "lab", "--port", str(taken_port))
    assert message == f"course: port {taken_port} is taken: choose another one, or leave --port out to get a free one."
    assert lab_starts == []


def test_lab_without_a_port_says_when_it_takes_another_one(capsys, lab_starts, taken_port, monkeypatch):
    monkeypatch.setattr(cli, "DEFAULT_PORT", taken_port)
    code, printed = run(capsys, "lab")
    assert code == 0
    assert printed == f"Port {taken_port} is taken, perhaps by another JupyterLab: taking the next free one.\n"
    assert len(lab_starts) == 1


@pytest.mark.parametrize(
    ("found", "said"), [("1.0", "numpy 1.0 does not fit"), (None, "numpy is missing")], ids=["too old", "missing"]
)
def test_package_that_does_not_fit_is_named_with_the_command_that_mends_it(
    capsys, lab_starts, monkeypatch, found, said
):
    installed = metadata.version

    def version(name):
        if name != "numpy":
            return installed(name)
        if found is None:
            raise metadata.PackageNotFoundError(name)
        return found

    monkeypatch.setattr(metadata, "version", version)
    message, _ = run(capsys, "lab")
    (need,) = [line for line in metadata.requires("activation-course") if line.startswith("numpy")]
    assert message.startswith(f"course: {said}: this course needs {need}. ")
    assert message.endswith(f'"{sys.executable}" -m pip install "{need}"')
    assert "\n" not in message
    assert lab_starts == []


def test_outside_the_course_a_command_says_where_to_go(capsys, lab_starts, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(cli, "__file__", str(tmp_path / "site-packages" / "course_lib" / "cli.py"))
    message, _ = run(capsys, "lab")
    assert message.startswith("course: notebooks/00_start_here.ipynb not found: go to the folder of the course")


def test_progress_prints_the_table_of_the_course(capsys):
    code, printed = run(capsys, "progress")
    assert code == 0
    assert printed.splitlines()[-1].endswith("points")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (["--jbs", "2", "folder"], "unrecognized arguments: --jbs folder"),
        (["--memory", "1", "folder"], "--memory: a whole number from 128, not 1"),
        (["--timeout", "4", "folder"], "--timeout: a whole number from 5, not 4"),
        (["--jobs", "0", "folder"], "--jobs: a whole number from 1, not 0"),
    ],
)
def test_a_wrong_option_of_grade_is_named_with_the_usage_of_grade(capsys, typed, said):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["grade", *typed])
    error = capsys.readouterr().err
    assert error.startswith("usage: course grade ")
    assert error.endswith(f"{said}\n")


def test_a_wrong_option_of_course_is_named_with_the_usage_of_course(capsys):
    with pytest.raises(SystemExit, match="2"):
        cli.main(["--nonsense"])
    error = capsys.readouterr().err
    assert error.startswith("usage: course [-h]")
    assert error.endswith("unrecognized arguments: --nonsense\n")


def test_what_is_no_notebook_and_no_zip_is_not_graded(capsys, tmp_path):
    script = tmp_path / "07_relu.py"
    script.touch()
    message, _ = run(capsys, "grade", str(script))
    assert message == "course: 07_relu.py is not a notebook (.ipynb) or a zip."


@pytest.fixture
def notebook(tmp_path):
    """A notebook that was handed in, as the command line names it."""
    path = tmp_path / "07_relu.ipynb"
    path.write_text("{}", encoding="utf-8")
    return str(path)


def test_grades_need_a_folder(capsys, tmp_path, notebook):
    taken = tmp_path / "a.txt"
    taken.touch()
    message, _ = run(capsys, "grade", notebook, "--unsafe", "--out", str(taken))
    assert message == f"course: {taken} is a file: --out needs a folder."
    message, _ = run(capsys, "grade", notebook, "--unsafe", "--out", str(taken / "grades"))
    assert message.startswith(f"course: {taken / 'grades'} cannot be made: ")
    assert "\n" not in message


def test_without_a_sandbox_no_folder_is_made(capsys, tmp_path, notebook, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    message, _ = run(capsys, "grade", notebook, "--out", str(tmp_path / "grades"))
    assert message.startswith("course: Submissions run in bubblewrap")
    assert not (tmp_path / "grades").exists()


def test_without_dask_no_folder_is_made_and_the_message_is_that_of_the_guide(capsys, tmp_path, notebook, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    message, _ = run(capsys, "grade", notebook, "--out", str(tmp_path / "grades"), "--scheduler", "tcp://127.0.0.1:1")
    mend = 'pip install -e ".[cluster]"'
    assert message == f"course: Dask is missing. Install it, in the folder of the course: {mend}"
    assert mend in (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
    assert not (tmp_path / "grades").exists()


def test_there_is_no_progress_bar_where_there_is_no_terminal(capsys, tmp_path, notebook):
    with pytest.raises(SystemExit):
        cli.main(["grade", notebook, "--unsafe", "--jobs", "1", "--out", str(tmp_path / "grades")])
    shown = capsys.readouterr()
    assert "1 unreadable" in shown.out
    assert shown.err.splitlines() == ["WARNING: no sandbox. Submissions can read, change and send whatever you can."]


def test_entry_point_is_installed():
    done = subprocess.run([Path(sys.executable).with_name("course")], capture_output=True, text=True)
    assert done.stdout.strip() == cli.NEXT_STEPS
