"""The command ``course grade``: finds submissions, grades them, keeps the grades, writes the report."""

import argparse
import os
import sys
from contextlib import contextmanager
from datetime import date
from importlib.metadata import version
from pathlib import Path

from course_lib.grading.limits import Limits


class CannotGrade(Exception):
    """What stops the batch, in a few lines that say what to do."""


def add_options(parser):
    """Declare the options of ``course grade``."""
    limits = Limits()
    parser.add_argument("submissions", type=Path, help="a notebook; or a folder or zip with notebooks, of any LMS")
    parser.add_argument("--out", type=Path, default=Path("grades"), help="the folder for grades and report (grades)")
    parser.add_argument(
        "--jobs", type=_from(1), help="how many judges work at once (one for each processor, which is the most)"
    )
    parser.add_argument("--scheduler", metavar="ADDRESS", help="grade on Dask's workers, as in tcp://10.0.0.1:8786")
    parser.add_argument("--seed", help="the secret from which hidden inputs are drawn (made and kept in the gradebook)")
    parser.add_argument(
        "--timeout", type=_from(5), default=int(limits.total), help="seconds for one notebook (%(default)s)"
    )
    parser.add_argument("--memory", type=_from(128), default=limits.memory, help="MB for one notebook (%(default)s)")
    again = parser.add_mutually_exclusive_group()
    again.add_argument("--resume", action="store_true", help="run only what is new or was cut short (as always)")
    again.add_argument("--fresh", action="store_true", help="forget all results, keep the seed, run everything")
    parser.add_argument("--unsafe", action="store_true", help="run without a sandbox: only code that you trust")


def grade(options):
    """Run ``course grade`` with its parsed options; return whether every submission could be graded or read."""
    if options.unsafe:
        print("WARNING: no sandbox. Submissions can read, change and send whatever you can.", file=sys.stderr)
    from course_lib.grading.batch import NoPool  # here, so that other commands need not wait for it
    from course_lib.grading.gradebook import GradebookError
    from course_lib.grading.sandbox import NoSandbox
    from course_lib.grading.submissions import NoSubmissions

    try:
        return _grade(options)
    except (NoSubmissions, NoPool, NoSandbox, GradebookError) as error:
        raise CannotGrade(str(error)) from None
    except OSError as error:
        where = error.filename or options.out
        raise CannotGrade(f"{where}: {error.strerror}. Mend that, then run the same command again.") from None
    except KeyboardInterrupt:
        raise CannotGrade("stopped. What is graded is kept: the same command again goes on from here.") from None


def _grade(options):
    from course_lib.grading import batch, report
    from course_lib.grading.gradebook import Gradebook
    from course_lib.grading.submissions import find
    from course_lib.grading.worker import Settings

    _check_kind(options.submissions)
    count, limits = sum(1 for _ in find(options.submissions)), Limits(total=options.timeout, memory=options.memory)
    with _pool(options) as pool:
        _make_folder(options, limits)
        with Gradebook(options.out / "gradebook.sqlite", seed=options.seed) as book:
            if options.fresh:
                book.forget()
            book.begin()
            settings = Settings(book.seed, limits, options.unsafe)
            with _progress(count) as done:
                batch.run(find(options.submissions), book, settings, pool, done)
            about = {"version": version("activation-course"), "when": date.today()}
            summary = report.write(book.rows, options.out, about)
    print(report.table(summary))
    print(f"\nThe report: {options.out / 'index.html'}")
    return not summary.states["failed"]


def _check_kind(path):
    if path.is_file() and not path.name.lower().endswith((".ipynb", ".zip")):
        raise CannotGrade(f"{path.name} is not a notebook (.ipynb) or a zip.")


def _make_folder(options, limits):
    """Make the folder for the grades. Before a new one is made, see that there is a sandbox where it is needed."""
    from course_lib.grading.sandbox import Sandbox

    if options.out.is_file():
        raise CannotGrade(f"{options.out} is a file: --out needs a folder.")
    if not (options.out.exists() or options.unsafe or options.scheduler):
        with Sandbox(limits) as sandbox:
            sandbox.get_ready()
    try:
        options.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise CannotGrade(f"{options.out} cannot be made: {error.strerror}. Take another folder with --out.") from None


def _pool(options):
    """Where the judges work: on this machine, or on the workers of a Dask scheduler."""
    from course_lib.grading import batch

    return (
        batch.dask_pool(options.scheduler)
        if options.scheduler
        else batch.local_pool(min(options.jobs or _processors(), _processors()))
    )


@contextmanager
def _progress(count):
    """A progress bar over ``count`` submissions, on a terminal only; what it gives is called after each."""
    from tqdm import tqdm

    with tqdm(total=count, unit=" notebooks", dynamic_ncols=True, disable=None) as bar:
        yield lambda record: bar.update()


def _processors():
    """How many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _from(least):
    """A type for argparse: a whole number that is not below ``least``."""

    def number(text):
        if not (text.isdecimal() and int(text) >= least):
            raise argparse.ArgumentTypeError(f"a whole number from {least}, not {text}")
        return int(text)

    return number
