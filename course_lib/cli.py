"""The command ``course``: opens the course, shows how far you are, derives the exercises."""

import argparse
import os
import socket
import sys
from importlib import metadata
from pathlib import Path

FIRST = "notebooks/00_start_here.ipynb"
SETTINGS = Path(__file__).parent / "lab_settings"
DEFAULT_PORT = 8888
NEXT_STEPS = """\
course lab         open the course in JupyterLab
course progress    show what you have solved so far
course grade       grade notebooks that were handed in (for instructors)
course exercises   derive exercises/ from solutions/ (for authors)
course -h          all commands and their options"""


class Problem(Exception):
    """What stops a command, as one line for the person who typed it."""


def main(argv=None):
    """Run one command. What the user can mend is one line and exit code 1, never a traceback."""
    arguments, unknown = _parser().parse_known_args(argv)
    if unknown:
        arguments.error(f"unrecognized arguments: {' '.join(unknown)}")
    if hasattr(sys.stdout, "reconfigure"):
        sys.stdout.reconfigure(errors="replace")  # a console that has no ✓ shows ? instead
    try:
        arguments.run(arguments)
    except Problem as problem:
        sys.exit(f"course: {problem}")


def find_course():
    """Return the folder that holds ``notebooks/``: the current one, one above it, or that of an editable install."""
    here = Path.cwd()
    for folder in [here, *here.parents, Path(__file__).parents[1]]:
        if (folder / FIRST).is_file():
            return folder
    raise Problem(f"{FIRST} not found: go to the folder of the course (the one with README.md) and try again.")


def check_requirements(distribution="activation-course"):
    """Stop with one line if a package that the course needs is missing or too old."""
    from packaging.requirements import Requirement

    for line in metadata.requires(distribution) or []:
        need = Requirement(line)
        if need.marker and not need.marker.evaluate({"extra": ""}):
            continue
        mend = f'Mend it with: "{sys.executable}" -m pip install "{need.name}{need.specifier}"'
        try:
            found = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            raise Problem(f"{need.name} is missing: this course needs {need.name}{need.specifier}. {mend}") from None
        if found not in need.specifier:
            raise Problem(f"{need.name} {found} does not fit: this course needs {need.name}{need.specifier}. {mend}")


def port_is_free(port):
    """Tell whether a server could listen on this port of this machine now."""
    with socket.socket() as probe:
        if os.name == "posix":  # as servers do: a port whose last user has just gone counts as free
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def lab_arguments(course, port, browser):
    """Return what JupyterLab is started with: the course's folder, its first page, quiet settings."""
    arguments = [
        f"--ServerApp.root_dir={course}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        f"--LabApp.app_settings_dir={SETTINGS}",
        "--ServerApp.allow_root=True",  # in a container one is root
    ]
    if port is not None:
        arguments += [f"--ServerApp.port={port}", "--ServerApp.port_retries=0"]
    if not browser:
        arguments += ["--no-browser"]
    return arguments


def _lab(arguments):
    course = find_course()
    check_requirements()
    if arguments.port is not None and not port_is_free(arguments.port):
        raise Problem(f"port {arguments.port} is taken: choose another one, or leave --port out to get a free one.")
    if arguments.port is None and not port_is_free(DEFAULT_PORT):
        print(f"Port {DEFAULT_PORT} is taken, perhaps by another JupyterLab: taking the next free one.")
    os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # kernels run in the course's own environment
    from jupyterlab.labapp import LabApp

    LabApp.launch_instance(lab_arguments(course, arguments.port, arguments.browser) + arguments.jupyter)


def _progress(_):
    from course_lib.checks import progress

    print(progress())


def _exercises(_):
    from course_lib import exercises

    exercises.main()


def _grade(arguments):
    from course_lib.grading import command

    try:
        sys.exit(0 if command.grade(arguments) else 1)
    except command.CannotGrade as error:
        raise Problem(error) from None


def _port(text):
    """A port as argparse wants it: an error that says what a port is."""
    if not (text.isdecimal() and 1 <= int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"a port is a number from 1 to 65535, not {text}")
    return int(text)


def _add_grade(parser):
    from course_lib.grading import command

    command.add_options(parser)
    parser.set_defaults(run=_grade)


def _parser():
    parser = argparse.ArgumentParser(prog="course", description=__doc__.partition(": ")[2])
    parser.set_defaults(run=lambda _: print(NEXT_STEPS), error=parser.error)
    commands = parser.add_subparsers(metavar="COMMAND")

    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.add_argument("--port", type=_port, help=f"the port to listen on (else {DEFAULT_PORT}, or the next free one)")
    lab.add_argument("--no-browser", dest="browser", action="store_false", help="print the address, open no browser")
    lab.add_argument("jupyter", nargs="*", help="after --: options handed to JupyterLab as they are")
    lab.set_defaults(run=_lab)

    commands.add_parser("progress", help="show what you have solved so far").set_defaults(run=_progress)
    _add_grade(commands.add_parser("grade", help="grade notebooks that were handed in (for instructors)"))
    authors = commands.add_parser("exercises", help="derive exercises/ from solutions/ (for authors)")
    authors.set_defaults(run=_exercises)
    for command in commands.choices.values():
        command.set_defaults(error=command.error)  # prints how that command is used, not how course is
    return parser
