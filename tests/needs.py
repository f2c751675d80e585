"""What not every machine has: skip with a line that says how to get it, or fail where everything is required."""

import importlib
import os
import shutil

import pytest


def module(name, extra):
    """Return the module ``name``; without it skip the whole test module, or fail if COURSE_REQUIRE_ALL is set."""
    try:
        return importlib.import_module(name)
    except ImportError as error:
        advice = f"{name} is missing, get it with: pip install -e '.[{extra}]'"
        if os.environ.get("COURSE_REQUIRE_ALL"):
            raise RuntimeError(advice) from error
        pytest.skip(advice, allow_module_level=True)


def program(*names, how):
    """Return the path of the first of these programs that is installed; ``how`` says how to install it."""
    found = next(filter(None, map(shutil.which, names)), None)
    if found is None:
        advice = f"{names[0]} is missing, get it with: {how}"
        (pytest.fail if os.environ.get("COURSE_REQUIRE_ALL") else pytest.skip)(advice)
    return found
