"""For every test and every notebook that runs as one: nothing of the person who runs them is read or written."""

import os
import tempfile
from collections import Counter

import learners_copy
import pytest

SECONDS = Counter()  # for each notebook
SLOW = 20  # seconds: longer than a learner likes to wait
collect_ignore_glob = ["*/kept/*"]  # what learners wrote
PRIVATE = ("COURSE_DATA_DIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")


def pytest_cmdline_main(config):
    """Where a learner has worked in the notebooks, test a copy of the course without that; CI tests what is there."""
    if hasattr(config, "workerinput") or os.environ.get("COURSE_REQUIRE_ALL"):
        return None
    notebooks = learners_copy.saved_by_a_front_end(learners_copy.ROOT)
    call = config.invocation_params
    return learners_copy.run(call.args, call.dir, notebooks) if notebooks else None


def pytest_configure(config):
    """Give the run folders of its own. Parallel workers and notebook kernels inherit them."""
    if hasattr(config, "workerinput"):
        return
    scratch = tempfile.TemporaryDirectory(prefix="course-", ignore_cleanup_errors=True)
    config.add_cleanup(scratch.cleanup)
    os.environ.update({name: os.path.join(scratch.name, name.lower()) for name in PRIVATE})
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # small matrices, several kernels at once: more only collide
    for name in ("COURSE_COMMAND", "JUPYTER_PATH", "JUPYTER_CONFIG_PATH", "MPLBACKEND"):
        os.environ.pop(name, None)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    """Where everything is required, a skipped test has failed."""
    report = yield
    if report.skipped and os.environ.get("COURSE_REQUIRE_ALL"):
        report.outcome = "failed"
    return report


def pytest_runtest_logreport(report):
    """Add up the time of a notebook's cells, the start of its kernel included."""
    path = report.location[0]
    if path.endswith(".ipynb"):
        SECONDS[path] += report.duration


def pytest_terminal_summary(terminalreporter):
    """Print how long each notebook took, the slowest first."""
    if SECONDS:
        terminalreporter.section("seconds for each notebook")
    for path, seconds in SECONDS.most_common():
        terminalreporter.line(f"{seconds:5.1f}  {path}{'  too slow for a learner' if seconds > SLOW else ''}")
