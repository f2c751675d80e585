"""What tests in more than one folder share."""

import needs
import pytest


@pytest.fixture(scope="session")
def chromium():
    """The machine's own Chromium or Chrome: one for all tests that run in the same process."""
    from browser import lab

    needs.program(*lab.CHROMIUM, how="sudo apt install chromium, or any Chrome")
    with lab.browser() as chromium:
        yield chromium
