"""The guide for instructors says what is so."""

import argparse
import re

import pytest

from course_lib.checks import ROOT
from course_lib.grading import command
from course_lib.grading.judge import record
from course_lib.grading.limits import Limits

GUIDE = (ROOT / "docs" / "instructors.md").read_text(encoding="utf-8")
SECTION = re.search(r"^## Options\n(.*?)^## ", GUIDE, flags=re.MULTILINE | re.DOTALL)[1]


@pytest.fixture
def parser():
    made = argparse.ArgumentParser()
    command.add_options(made)
    return made


@pytest.fixture
def options(parser):
    return {name for action in parser._actions for name in action.option_strings if name.startswith("--")}


def test_every_option_is_in_the_table_of_options(options):
    rows = set(re.findall(r"^\| `(--[a-z-]+)", SECTION, flags=re.MULTILINE))
    assert rows == options - {"--help"}


def test_every_option_that_follows_course_grade_exists(options):
    commands = re.findall(r"\bcourse grade ([^\n`]*)", GUIDE)
    named = {name for line in commands for name in re.findall(r"--[a-z-]+", line)}
    named |= set(re.findall(r"`(--[a-z-]+)`", GUIDE))
    assert named
    assert named <= options


def test_every_command_line_can_be_parsed(parser):
    lines = re.findall(r"^\s*course grade (.+)$", GUIDE, flags=re.MULTILINE)
    assert len(lines) >= 3
    for line in lines:
        parser.parse_args(re.sub(r'"[^"]*"|\$\w+', "x", line).rstrip('"').split())


def test_the_defaults_that_it_names_are_those_of_the_command(parser):
    found = parser.parse_args(["x"])
    limits = Limits()
    assert f"else {found.timeout}." in SECTION
    assert f"One cell may run {limits.cell:g} seconds and one call of an answer {limits.call:g}" in SECTION
    assert f"else {found.memory} " in SECTION
    assert f"else `{found.out}`" in SECTION
    assert f"with {limits.disk} MB" in GUIDE
    assert f"Use its {limits.total:g} seconds" in GUIDE


def test_every_field_of_a_record_is_explained():
    section = re.search(r"^## The record.*?^## ", GUIDE, flags=re.MULTILINE | re.DOTALL)[0]
    assert [name for name in record("graded") if f"`{name}`" not in section] == []


def test_its_example_for_pytest_passes():
    (example,) = (code for code in re.findall(r"```python\n(.*?)```", GUIDE, flags=re.DOTALL) if "def test_" in code)
    names = {}
    exec(example, names)
    names["test_gate"]()


def test_every_make_target_and_every_section_that_it_names_exists():
    targets = re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), flags=re.MULTILINE)
    assert set(re.findall(r"`make ([a-z-]+)`", GUIDE)) <= set(targets)
    titles = re.findall(r"^## (.+)$", GUIDE, flags=re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", title).lower().replace(" ", "-") for title in titles}
    assert set(re.findall(r"\]\(#([\w-]+)\)", GUIDE)) <= anchors
