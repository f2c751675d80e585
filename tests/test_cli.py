"""The command ``course`` does what it says, and what a person can mend is one line."""

import json
import os
import socket
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import nbformat
import pytest
from nbformat.sign import NotebookNotary

from course_lib import cli, first_run, progress
from course_lib.checks import chapters, tasks_of

ROOT = first_run.SETTINGS.parents[1]


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


@pytest.fixture
def own_data(tmp_path, monkeypatch):
    """A place for progress and JupyterLab's arrangement that is empty."""
    monkeypatch.setenv("COURSE_DATA_DIR", str(tmp_path / "data"))
    return tmp_path / "data"


def test_course_alone_says_where_one_is_and_what_one_can_do_next(capsys, own_data):
    first, second = chapters()[:2]
    for name in tasks_of(first):
        progress.record("task", name, {"outcome": "passed", "attempts": 1})
    code, printed = run(capsys)
    here, empty, *steps = printed.splitlines()
    assert code == 0
    count = sum(len(tasks_of(chapter)) for chapter in chapters())
    assert here == (
        f"You have solved {len(tasks_of(first))} of {count} tasks, 10 of {10 * len(chapters())} points. "
        f"Next: exercises/{second}.ipynb"
    )
    assert empty == ""
    assert steps[0].split(maxsplit=2) == ["course", "lab", "open the course in JupyterLab"]


def test_next_steps_name_every_command():
    commands = cli._parser()._subparsers._group_actions[0].choices
    assert sorted(step.split()[0] for step in cli.NEXT_STEPS) == sorted([*commands, "-h"])


def test_where_course_is_not_on_the_path_it_says_how_to_call_it(own_data):
    call = "python3 tools/setup_env.py course"
    done = subprocess.run(
        [sys.executable, "-c", "from course_lib.cli import main; main()"],
        env=os.environ | {"COURSE_COMMAND": call},
        capture_output=True,
        text=True,
    )
    steps = done.stdout.splitlines()[2:]
    assert len(steps) == len(cli.NEXT_STEPS)
    assert all(step.startswith(f"{call} ") for step in steps)


def test_lab_opens_the_first_page_of_the_course(capsys, lab_starts, own_data):
    assert run(capsys, "lab", "--no-browser", "--", "--debug")[0] == 0
    (arguments,) = lab_starts
    assert f"--ServerApp.root_dir={ROOT}" in arguments
    assert "--LabApp.default_url=/lab/tree/notebooks/00_start_here.ipynb" in arguments
    assert arguments[-2:] == ["--no-browser", "--debug"]


def test_lab_settings_ask_no_news_and_wrap_lines():
    settings = json.loads((first_run.SETTINGS / "overrides.json").read_text(encoding="utf-8"))
    assert settings["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"
    assert settings["@jupyterlab/notebook-extension:tracker"]["codeCellConfig"]["lineWrap"]


def test_lab_opens_the_table_of_contents_until_the_learner_arranges_something_else(own_data):
    options = first_run.lab_options(ROOT)
    assert f"--LabApp.workspaces_dir={own_data / 'lab' / 'workspaces'}" in options
    (workspace,) = (own_data / "lab" / "workspaces").iterdir()
    left = json.loads(workspace.read_text(encoding="utf-8"))["data"]["layout-restorer:data"]["left"]
    assert left["current"] == "@jupyterlab/toc:plugin"
    workspace.write_text("arranged", encoding="utf-8")
    first_run.lab_options(ROOT)
    assert workspace.read_text(encoding="utf-8") == "arranged"


def test_lab_trusts_notebooks_that_store_text_and_no_others(own_data, tmp_path):
    for folder in ("notebooks", "exercises"):
        (tmp_path / folder).mkdir()
    text = nbformat.v4.new_output("stream", text="passed")
    script = nbformat.v4.new_output("display_data", data={"text/html": "<script>alert(1)</script>"})
    for name, output in (("text", text), ("script", script)):
        cell = nbformat.v4.new_code_cell("1", outputs=[output], execution_count=1)
        nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "exercises" / f"{name}.ipynb")
    (tmp_path / "exercises" / "broken.ipynb").write_text("<<<<<<<", encoding="utf-8")
    first_run.lab_options(tmp_path)
    notary = NotebookNotary(data_dir=str(own_data / "lab"))
    trusted = {
        name: notary.check_signature(nbformat.read(tmp_path / "exercises" / f"{name}.ipynb", as_version=4))
        for name in ("text", "script")
    }
    notary.store.close()
    assert trusted == {"text": True, "script": False}


def test_where_nothing_can_be_kept_lab_starts_all_the_same_and_says_so_once(own_data, capsys, lab_starts):
    own_data.write_text("a file where the folder should be", encoding="utf-8")
    cli.main(["lab", "--no-browser"])
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "set COURSE_DATA_DIR to a folder that you can write to" in said
    assert f"--LabApp.app_settings_dir={first_run.SETTINGS}" in lab_starts[0]


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


def test_progress_has_a_line_for_each_chapter_and_the_tasks_of_the_one_that_is_begun(capsys, own_data):
    first, second = chapters()[:2]
    done, failed = list(tasks_of(first)), next(iter(tasks_of(second)))
    for name in done:
        progress.record("task", name, {"outcome": "passed", "attempts": 1})
    progress.record("task", failed, {"outcome": "failed", "attempts": 1})
    code, printed = run(capsys, "progress")
    assert code == 0
    lines = printed.splitlines()
    assert lines[0].split(maxsplit=2) == [first, "✓" * len(done), "10 of 10 points"]
    assert lines[1].split()[1] == "✗" + "○" * (len(tasks_of(second)) - 1)
    assert lines[2].split(maxsplit=2) == ["✗", failed, "not yet"]
    assert len([line for line in lines if " points" in line]) == len(chapters()) + 1
    assert lines[-1].endswith(f"Next: exercises/{second}.ipynb")
    assert max(map(len, lines)) <= 88


def test_who_has_solved_everything_is_told_so(capsys, own_data):
    for chapter in chapters():
        for name in tasks_of(chapter):
            progress.record("task", name, {"outcome": "passed", "attempts": 1})
    assert run(capsys)[1].splitlines()[0].endswith("That is all of them. Well done!")


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
    assert [line.split()[1] for line in done.stdout.splitlines()[2:]] == [step.split()[0] for step in cli.NEXT_STEPS]
