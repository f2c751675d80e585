"""The command ``course``: opens the course, shows how far you are, makes slides, grades a class."""

import argparse
import difflib
import os
import socket
import sys
from importlib import metadata
from pathlib import Path

FIRST = "notebooks/00_start_here.ipynb"
DEFAULT_PORT = 8888
COMMAND = os.environ.get("COURSE_COMMAND", "course")
"""How this command is called where it is not on the PATH: ``tools/setup_env.py`` says it."""

NEXT_STEPS = {
    "lab": "open the course in JupyterLab",
    "progress": "show what you have solved, task by task",
    "reset 07_relu": "give back an untouched exercise, and keep yours",
    "slides 07_relu": "make the slides of a chapter (for lecturers)",
    "grade": "grade notebooks that were handed in (for instructors)",
    "site": "make the website of the course (for authors)",
    "exercises": "derive exercises/ from solutions/ (for authors)",
    "-h": "all commands and their options",
}


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
    from course_lib import first_run

    arguments = [
        f"--ServerApp.root_dir={course}",
        f"--LabApp.default_url=/lab/tree/{FIRST}",
        "--ServerApp.allow_root=True",  # in a container one is root
        *first_run.lab_options(course),
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


def _next_steps(_):
    """Print where the learner is, and what one can do next."""
    from course_lib.checks import progress

    print(progress().summary, end="\n\n")
    width = max(map(len, NEXT_STEPS)) + 3
    for command, what in NEXT_STEPS.items():
        print(f"{COMMAND} {command:<{width}}{what}")


def _progress(_):
    from course_lib.checks import progress

    print(progress())


def _reset(arguments):
    from course_lib import attempts

    course = find_course()
    touched = 0
    for path, untouched in _to_put_back(course, arguments).items():
        name = path.relative_to(course).as_posix()
        if attempts.is_untouched(path, untouched):
            print(f"{name} is untouched.")
            continue
        touched += 1
        kept = attempts.put_back(path, untouched)
        yours = f"Yours is kept as {kept.relative_to(course).as_posix()}" if kept else "You had written nothing in it"
        print(f"{name} is as it was. {yours}.")
    if touched:
        print("If it is open in JupyterLab: File, Reload Notebook from Disk.")


def _to_put_back(course, arguments):
    """A dict from the path of each notebook that is to be put back to what it is when untouched."""
    from course_lib import attempts, exercises

    known = sorted(path.stem for path in (course / "solutions").glob("*.ipynb"))
    if not known:
        raise Problem("solutions/ is missing: untouched exercises are made from it. Get it with the course again.")
    if not (arguments.all or arguments.names):
        raise Problem(f"which exercise? Name one, as in {COMMAND} reset {known[0]}, or say --all.")
    names = known if arguments.all else [_exercise(name, known) for name in arguments.names]
    untouched = {
        course / "exercises" / f"{name}.ipynb": exercises.untouched(course / "solutions" / f"{name}.ipynb")
        for name in names
    }
    return untouched | (attempts.changed_chapters(course) if arguments.all else {})


def _exercise(name, known):
    """The exercise that a person named, by its name or its path."""
    stem = Path(name).stem
    if stem not in known:
        near = [full for full in known if stem in full] or difflib.get_close_matches(stem, known, n=1, cutoff=0)
        raise Problem(f"there is no exercise {stem!r}. Did you mean {near[0]}?")
    return stem


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


def _add_publishing(commands):
    """Add ``slides`` and ``site``."""
    from course_lib.publishing import command

    def publish(how):
        def run(arguments):
            try:
                how(find_course(), arguments)
            except command.CannotPublish as error:
                raise Problem(error) from None

        return run

    slides = commands.add_parser("slides", help="make the slides of chapters (for lecturers)")
    command.add_slides_options(slides)
    slides.set_defaults(run=publish(command.slides))
    site = commands.add_parser("site", help="make the website of the course (for authors)")
    command.add_site_options(site)
    site.set_defaults(run=publish(command.build_site))


def _parser():
    parser = argparse.ArgumentParser(prog=COMMAND, description=__doc__.partition(": ")[2])
    parser.set_defaults(run=_next_steps, error=parser.error)
    commands = parser.add_subparsers(metavar="COMMAND")

    lab = commands.add_parser("lab", help="open the course in JupyterLab")
    lab.add_argument("--port", type=_port, help=f"the port to listen on (else {DEFAULT_PORT}, or the next free one)")
    lab.add_argument("--no-browser", dest="browser", action="store_false", help="print the address, open no browser")
    lab.add_argument("jupyter", nargs="*", help="after --: options handed to JupyterLab as they are")
    lab.set_defaults(run=_lab)

    commands.add_parser("progress", help="show what you have solved so far").set_defaults(run=_progress)
    reset = commands.add_parser(
        "reset", help="give back untouched exercises; what you wrote is kept in exercises/kept/"
    )
    reset.add_argument("names", nargs="*", metavar="EXERCISE", help="such as 07_relu")
    reset.add_argument("--all", action="store_true", help="every exercise, and every chapter that you have changed")
    reset.set_defaults(run=_reset)

    _add_publishing(commands)
    _add_grade(commands.add_parser("grade", help="grade notebooks that were handed in (for instructors)"))
    authors = commands.add_parser("exercises", help="derive exercises/ from solutions/ (for authors)")
    authors.set_defaults(run=_exercises)
    for command in commands.choices.values():
        command.set_defaults(error=command.error)  # prints how that command is used, not how course is
    return parser
