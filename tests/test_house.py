"""What is said in two places is the same in both, and every file keeps the house rules."""

import re
import subprocess
import sys
import tomllib
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote

import nbformat
import numpy as np
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from PIL import Image

import course_lib
from course_lib import plots

ROOT = Path(__file__).parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
PROJECT = PYPROJECT["project"]
NEEDED = [Requirement(line) for line in PROJECT["dependencies"]]
OPTIONAL = [Requirement(line) for lines in PROJECT["optional-dependencies"].values() for line in lines]
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))


def read(name):
    return (ROOT / name).read_text(encoding="utf-8")


def tracked(*patterns):
    """The files of the repository: those git knows, and new ones that it does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "--", *patterns]
    try:
        listing = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.splitlines()
    except (OSError, subprocess.CalledProcessError):  # an archive without .git, or no git
        paths = [path.relative_to(ROOT) for pattern in patterns or ["*"] for path in ROOT.rglob(pattern)]
        listing = [str(path) for path in paths if not path.parts[0].startswith((".", "_", "build"))]
    return [name for name in listing if (ROOT / name).is_file()]


def pins():
    lines = [line for line in read("constraints.txt").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9.-]+==[a-z0-9.]+", line)] == []
    return dict(line.split("==") for line in lines)


def test_the_map_of_the_library_names_every_module():
    found = {path.stem for path in (ROOT / "course_lib").glob("*.py")} - {"__init__"}
    found |= {path.parent.name for path in (ROOT / "course_lib").glob("*/__init__.py")}
    assert found <= set(re.findall(r"``(\w+)``", course_lib.__doc__))


def test_constraints_fix_every_requirement_within_its_bounds():
    found = pins()
    unmet = [
        str(need) for need in NEEDED + OPTIONAL if found.get(canonicalize_name(need.name), "") not in need.specifier
    ]
    assert unmet == [], "run `make constraints`"


def test_pre_commit_uses_the_pinned_versions():
    hooks = {Path(repo["repo"]).name: repo["rev"] for repo in yaml.safe_load(read(".pre-commit-config.yaml"))["repos"]}
    assert hooks == {"ruff-pre-commit": f"v{pins()['ruff']}", "codespell": f"v{pins()['codespell']}"}


def test_conda_environment_has_the_bounds_of_pyproject():
    *conda, pip = yaml.safe_load(read("environment.yml"))["dependencies"]
    nbval = next(need for need in OPTIONAL if need.name == "nbval")
    wanted = [f"python{PROJECT['requires-python']}", "pip", *sorted(str(need) for need in [*NEEDED, nbval])]
    assert conda == wanted
    assert pip == {"pip": ["-e ."]}


def test_version_is_said_once_and_the_same_everywhere():
    newest = re.search(r"^## (\S+)", read("CHANGELOG.md"), flags=re.MULTILINE)[1]
    assert PROJECT["version"] == yaml.safe_load(read("CITATION.cff"))["version"] == newest


def test_readme_commands_are_make_targets_and_ci_runs_them():
    (block,) = re.findall(r"```\n(.*?)```", read("README.md"), flags=re.DOTALL)
    commands = [line.partition("#")[0].strip() for line in block.splitlines()]
    assert commands == ["make lab", "make test"]
    assert {"lab", "test"} <= TARGETS
    assert re.search(r"^make test EXTRAS=test,torch,cluster,peers,site$", read(".ci/run"), flags=re.MULTILINE)
    assert re.search(r"^EXTRAS \?= test$", read("Makefile"), flags=re.MULTILINE)


def test_public_ci_runs_the_same_script():
    steps = yaml.safe_load(read(".github/workflows/ci.yml"))["jobs"]["test"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == [".ci/run"]


def test_the_workflow_for_pages_publishes_what_make_site_writes():
    steps = yaml.safe_load(read(".github/workflows/site.yml"))["jobs"]["site"]["steps"]
    assert [step["run"] for step in steps if "run" in step] == ["make site"]
    assert [step["with"]["path"] for step in steps if "artifact" in step.get("uses", "")] == ["_site"]
    assert "site" in TARGETS


@pytest.mark.parametrize("page", ["README.md", "CONTRIBUTING.md", "docs/lecturers.md", "docs/instructors.md"])
def test_make_commands_named_in_a_page_exist(page):
    assert set(re.findall(r"make ([a-z-]+)\b", "\n".join(re.findall(r"`+[^`]+`+", read(page))))) <= TARGETS


def test_readme_lists_every_chapter_in_order():
    rows = re.findall(r"^\| \[(\w+)\]\((\S+)\) \|(.*?)\|", read("README.md"), flags=re.MULTILINE)
    chapters = [Path(name).stem for name in tracked("notebooks/*.ipynb")]
    assert [(stem, link) for stem, link, _ in rows] == [(stem, f"notebooks/{stem}.ipynb") for stem in chapters]
    linked = re.findall(r"\(exercises/(\w+)\.ipynb\)", "".join(exercise for _, _, exercise in rows))
    assert linked == [Path(name).stem for name in tracked("exercises/*.ipynb")]


@pytest.mark.parametrize("name", tracked("*.md", "*.ipynb"))
def test_relative_links_lead_to_a_file(name):
    text = read(name)
    if name.endswith(".ipynb"):
        text = "\n".join(cell.source for cell in nbformat.reads(text, 4).cells if cell.cell_type == "markdown")
    text = re.sub(r"```.*?```|`[^`]*`", "", text, flags=re.DOTALL)
    links = re.findall(r"\]\(([^)\s]+)", text) + re.findall(r'(?:src|href)="([^"]+)"', text)
    files = [unquote(link.partition("#")[0]) for link in links if not re.match(r"[a-z]+:|#", link)]
    folders = [(ROOT / name).parent]
    if name.startswith("docs/site/"):
        folders.append(ROOT)  # from there these pages are read, beside the chapters
    assert [file for file in files if not any((folder / file).exists() for folder in folders)] == []


def test_overview_picture_shows_the_present_activations():
    stored = np.asarray(Image.open(ROOT / "docs" / "overview.png").convert("L"), dtype=float)
    drawn = np.asarray(Image.open(BytesIO(plots.to_png(plots.overview()))).convert("L"), dtype=float)
    assert stored.shape == drawn.shape, "run `make overview`"
    panels = [part for row in np.array_split(np.abs(stored - drawn), 5) for part in np.array_split(row, 5, axis=1)]
    assert max(panel.mean() for panel in panels) < 0.6, "run `make overview`"  # of 255; another function: 1 or more


@pytest.mark.parametrize("command", ["ruff check", "ruff format --check", "codespell"])
def test_style_and_spelling_are_clean(command):
    tool, *options = command.split()
    done = subprocess.run([Path(sys.executable).with_name(tool), *options], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_names_a_place_on_somebodys_machine():
    place = re.compile(r"(?<![\w.])/([w]ork|[h]ome|[r]oot|[U]sers)/")
    texts = {name: (ROOT / name).read_bytes().decode("utf-8", errors="ignore") for name in tracked()}
    assert {name: match[0] for name, text in texts.items() if (match := place.search(text))} == {}
