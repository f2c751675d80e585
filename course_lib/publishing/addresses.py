"""Where the course lives on the web: the addresses that open a notebook in Colab and in Binder.

Both follow from one line, ``Repository`` under ``[project.urls]`` in ``pyproject.toml``.
"""

import tomllib
from pathlib import Path
from urllib.parse import quote

ROOT = Path(__file__).parents[2]
BRANCH = "main"
GITHUB = "https://github.com/"


def repository():
    """Return the address of the public repository, as ``https://github.com/owner/name``.

    Raises:
        ValueError: it is not on GitHub, where Colab finds notebooks.
    """
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]
    address = urls["Repository"].removesuffix("/").removesuffix(".git")
    if not address.startswith(GITHUB) or address.count("/") != 4:
        raise ValueError(f"Repository in pyproject.toml must be like {GITHUB}owner/name, not {urls['Repository']}")
    return address


def colab(path):
    """Return the address that opens a notebook alone in Colab.

    Args:
        path: of the notebook in the repository, as in ``"notebooks/07_relu.ipynb"``.

    Raises:
        ValueError: there is no such notebook.
    """
    return f"https://colab.research.google.com/github/{_owner_and_name()}/blob/{BRANCH}/{_notebook(path)}"


def binder(path):
    """Return the address that starts the whole course in Binder, and opens this notebook in JupyterLab.

    Args:
        path: of the notebook in the repository, as in ``"notebooks/07_relu.ipynb"``.

    Raises:
        ValueError: there is no such notebook.
    """
    page = quote(f"lab/tree/{_notebook(path)}", safe="")
    return f"https://mybinder.org/v2/gh/{_owner_and_name()}/{BRANCH}?urlpath={page}"


def _owner_and_name():
    """The repository as GitHub calls it, ``owner/name``."""
    return repository().removeprefix(GITHUB)


def _notebook(path):
    """The path of a notebook of the repository, if there is one."""
    if not path.endswith(".ipynb") or not (ROOT / path).is_file():
        raise ValueError(f"there is no notebook {path}: give its path from the top, as in notebooks/07_relu.ipynb")
    return path
