"""Sandboxes that all tests of a run share: to start one takes a second, to use it again a hundredth of that."""

import needs
import pytest

from course_lib.grading.limits import Limits
from course_lib.grading.sandbox import Sandbox


@pytest.fixture(scope="session")
def bubblewrap():
    """The program that makes the sandbox, or the test is skipped."""
    return needs.program("bwrap", how="apt-get install bubblewrap")


@pytest.fixture(scope="session")
def sandbox(bubblewrap):
    """A sandbox with the limits that instructors get."""
    with Sandbox() as made:
        yield made


@pytest.fixture(scope="session")
def hasty(bubblewrap):
    """A sandbox in which nobody has time or memory, for tests that wait until it is used up."""
    with Sandbox(Limits(cell=1, call=1, total=10, memory=200, disk=8, processes=16)) as made:
        yield made
