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


def test_entry_point_is_installed():
    done = subprocess.run([Path(sys.executable).with_name("course")], capture_output=True, text=True)
    assert done.stdout.strip() == cli.NEXT_STEPS
