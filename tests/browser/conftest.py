"""The browser of the browser tests."""

import lab
import needs
import pytest


@pytest.fixture(scope="module")
def chromium():
    """The machine's own Chromium or Chrome."""
    needs.program(*lab.CHROMIUM, how="sudo apt install chromium, or any Chrome")
    with lab.browser() as chromium:
        yield chromium
