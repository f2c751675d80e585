"""One JupyterLab for all browser tests that run in the same process."""

import lab
import pytest


@pytest.fixture(scope="session")
def course(tmp_path_factory):
    """A copy of the course that JupyterLab may write to."""
    return lab.copy_of_course(tmp_path_factory.mktemp("course"))


@pytest.fixture(scope="session")
def open_notebook(chromium, course):
    """Open notebooks of one JupyterLab, started as ``make lab`` starts it, each in a page of its own."""
    with lab.serve(course, course / "lab.log") as server:
        yield lambda path: lab.Notebook(chromium.new_page(), server, path)


@pytest.fixture(scope="module", autouse=True)
def pages_are_closed(chromium):
    """Close what a file of tests has opened: a page that moves costs time as long as it is open."""
    yield
    for context in chromium.contexts:
        context.close()
