"""A cell for PyTorch does its work where PyTorch is, and says in one line how to get it where it is not."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import needs
import pytest

from course_lib.with_torch import ADVICE

ROOT = Path(__file__).parents[1]
CHAPTER = ROOT / "notebooks" / "21_pytorch.ipynb"
CELL = "from course_lib.with_torch import have_torch, torch\nif have_torch():\n    print(torch.zeros(1).item())"


@pytest.fixture
def hidden(tmp_path):
    """An environment in which PyTorch cannot be imported."""
    (tmp_path / "torch.py").write_text("raise ImportError('hidden')", encoding="utf-8")
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)]), "PYTHONIOENCODING": "utf-8"}


def printed(code, environment):
    done = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_without_pytorch_a_cell_says_in_one_line_how_to_get_it_and_goes_on(hidden):
    assert printed(CELL, hidden) == [ADVICE]
    assert "pip install torch" in ADVICE


def test_with_pytorch_a_cell_does_its_work_and_says_nothing():
    needs.module("torch", extra="torch")
    assert printed(CELL, {**os.environ, "PYTHONPATH": str(ROOT)}) == ["0.0"]


def code_of(path):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]


def test_the_chapter_runs_to_its_end_without_pytorch(hidden, tmp_path):
    """Each of its cells for PyTorch then prints the advice once."""
    sources = code_of(CHAPTER)
    program = tmp_path / "chapter.py"
    program.write_text("\n\n".join(sources), encoding="utf-8")
    hidden["COURSE_DATA_DIR"] = str(tmp_path)
    done = subprocess.run([sys.executable, program], env=hidden, capture_output=True, text=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
    cells = sum(source.count("if have_torch():") for source in sources)
    assert done.stdout.splitlines().count(ADVICE) == cells > 10


@pytest.mark.parametrize("file", ["exercises/21_pytorch.ipynb", "course_lib/checks/ch21_pytorch.py"])
def test_exercises_and_their_checks_do_not_name_pytorch_in_code(file):
    sources = code_of(ROOT / file) if file.endswith(".ipynb") else [(ROOT / file).read_text(encoding="utf-8")]
    assert [source for source in sources if "import torch" in source or "with_torch" in source] == []
