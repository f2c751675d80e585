"""A notebook taken out of the repository runs: in Colab, in Binder, in a folder of its own."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

import nbformat
import needs
import pytest

from course_lib.publishing import addresses

ROOT = Path(__file__).parents[1]
sys.path.append(str(ROOT / "tools"))

from tidy_notebooks import tidy  # noqa: E402

COURSE = ("course_lib", "activation_course", "__editable__", "_virtualenv", "distutils-precedence")
PUBLISHED = ("course_lib", "pyproject.toml", "README.md", "LICENSE")
RUN = """
import sys, nbformat
from nbclient import NotebookClient
notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, timeout=60).execute()
nbformat.write(notebook, sys.argv[1])
"""


def run(*command, **options):
    """Run a command to its good end; return what it printed."""
    done = subprocess.run(command, capture_output=True, text=True, **options)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    """A git repository with the library as it is now, in place of the public one."""
    git, folder = needs.program("git", how="sudo apt install git"), tmp_path_factory.mktemp("published")
    for name in PUBLISHED:
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        copy(ROOT / name, folder / name)
    shutil.copy(ROOT / ".gitignore", folder)
    run(git, "init", "--quiet", cwd=folder)
    run(git, "add", ".", cwd=folder)
    run(git, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "--quiet", "--message=all", cwd=folder)
    return folder


class Stranger:
    """A machine that has all that the course needs, but not the course: an environment, and notebooks in a folder."""

    def __init__(self, folder, published):
        self.prefix, self.desk, packages = folder / "env", folder / "desk", folder / "packages"
        self.desk.mkdir()
        packages.mkdir()
        venv.create(self.prefix)
        self.python = self.prefix / "bin" / "python"
        for place in {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}:
            for package in Path(place).iterdir():
                if not package.name.startswith(COURSE):
                    (packages / package.name).symlink_to(package)
        (self.library / "packages.pth").write_text(f"{packages}\n", encoding="utf-8")
        kernel = self.prefix / "share" / "jupyter" / "kernels" / "python3"
        kernel.mkdir(parents=True)
        start = {"argv": [str(self.python), "-m", "ipykernel_launcher", "-f", "{connection_file}"]}
        (kernel / "kernel.json").write_text(json.dumps(start | {"display_name": "alone"}), encoding="utf-8")
        self.environment = {name: value for name, value in os.environ.items() if not name.startswith("PIP_")} | {
            "PIP_NO_INDEX": "1",
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_NO_BUILD_ISOLATION": "0",  # 0 is how pip is told here to build with the setuptools that is installed
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": f"url.{published.as_uri()}.insteadOf",
            "GIT_CONFIG_VALUE_0": addresses.repository(),
        }

    @property
    def library(self):
        """Where packages are installed."""
        return next(self.prefix.glob("lib/python*/site-packages"))

    def has_the_course(self):
        """Whether Python finds the course's library."""
        find = "import importlib.util; print(importlib.util.find_spec('course_lib') is not None)"
        return run(self.python, "-c", find, cwd=self.desk, env=self.environment) == "True\n"

    def outputs(self, name):
        """Put this one notebook of the repository on the desk and run it; return the outputs of its install cell."""
        path = self.desk / Path(name).name
        shutil.copy(ROOT / name, path)
        run(self.python, "-c", RUN, path, cwd=self.desk, env=self.environment)
        install, *_ = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        path.unlink()
        assert install.id == "install"
        return install.outputs


@pytest.mark.skipif(os.name == "nt", reason="Windows lets only administrators make the links that this test needs")
def test_a_notebook_alone_installs_the_whole_library_and_runs_and_the_next_one_installs_nothing(tmp_path, published):
    stranger = Stranger(tmp_path, published)
    assert not stranger.has_the_course()
    assert stranger.outputs("notebooks/00_start_here.ipynb") != []
    assert files(stranger.library / "course_lib") == files(published / "course_lib")
    assert stranger.outputs("exercises/07_relu.ipynb") == []


def files(folder):
    """The files below a folder, but for those that Python compiled."""
    found = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    return {name for name in found if "__pycache__" not in name}


def test_make_notebooks_mends_a_cell_that_installs_from_elsewhere_or_is_not_the_first():
    path = ROOT / "notebooks" / "07_relu.ipynb"
    wanted, notebook = nbformat.read(path, as_version=4), nbformat.read(path, as_version=4)
    (install,) = [cell for cell in notebook.cells if cell.id == "install"]
    assert addresses.repository() in install.source
    install.source = install.source.replace(addresses.repository(), "https://example.org/old")
    notebook.cells.remove(install)
    assert tidy(nbformat.from_dict(notebook), keep_outputs=False) == wanted
    notebook.cells.append(install)
    assert tidy(notebook, keep_outputs=False) == wanted


def test_addresses_open_a_notebook_of_the_public_repository(monkeypatch):
    monkeypatch.setattr(addresses, "repository", lambda: "https://github.com/someone/theirs")
    name = "notebooks/07_relu.ipynb"
    assert addresses.colab(name) == f"https://colab.research.google.com/github/someone/theirs/blob/main/{name}"
    page = "lab%2Ftree%2Fnotebooks%2F07_relu.ipynb"
    assert addresses.binder(name) == f"https://mybinder.org/v2/gh/someone/theirs/main?urlpath={page}"


@pytest.mark.parametrize("name", ["07_relu", "notebooks/no_such.ipynb", "README.md"])
def test_an_address_of_what_is_no_notebook_is_refused(name):
    with pytest.raises(ValueError, match=f"there is no notebook {name}: give its path from the top"):
        addresses.colab(name)


@pytest.mark.parametrize(
    ("stands", "means"),
    [("https://github.com/a/b.git", "https://github.com/a/b"), ("https://github.com/a/b/", "https://github.com/a/b")],
)
def test_the_address_of_the_repository_may_end_as_git_shows_it(tmp_path, monkeypatch, stands, means):
    publish_at(stands, tmp_path, monkeypatch)
    assert addresses.repository() == means


@pytest.mark.parametrize("stands", ["https://example.org/a/b", "https://github.com/a", "git@github.com:a/b"])
def test_a_repository_where_colab_finds_nothing_is_refused(tmp_path, monkeypatch, stands):
    publish_at(stands, tmp_path, monkeypatch)
    with pytest.raises(ValueError, match="Repository in pyproject"):
        addresses.repository()


def publish_at(address, folder, monkeypatch):
    """Let the library read a pyproject.toml that names this address."""
    (folder / "pyproject.toml").write_text(f'[project.urls]\nRepository = "{address}"\n', encoding="utf-8")
    monkeypatch.setattr(addresses, "ROOT", folder)


def test_the_readme_leads_to_both_and_to_the_public_repository():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for address in (addresses.colab("notebooks/07_relu.ipynb"), addresses.binder("notebooks/00_start_here.ipynb")):
        assert f"({address})" in readme


def test_binder_gets_the_python_that_constraints_are_for_and_nothing_of_its_own():
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    version = (ROOT / "binder" / "runtime.txt").read_text(encoding="utf-8").strip().removeprefix("python-")
    assert f'requires-python = ">={version}"' in pyproject
    lines = (ROOT / "binder" / "requirements.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == ["--constraint ../constraints.txt", "--editable ."]


@pytest.mark.skipif(os.name == "nt", reason="Binder runs Linux")
def test_binder_gives_jupyterlab_the_settings_of_make_lab(tmp_path):
    venv.create(tmp_path)
    path = f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}"
    run(ROOT / "binder" / "postBuild", cwd=ROOT, env=os.environ | {"PATH": path})
    found = tmp_path / "share" / "jupyter" / "lab" / "settings" / "overrides.json"
    assert json.loads(found.read_text(encoding="utf-8"))["@jupyterlab/apputils-extension:notification"]
