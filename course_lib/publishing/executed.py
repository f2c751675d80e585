"""Chapters with the outputs of all their cells: each is run once, and again only when it or the library has changed."""

import asyncio
import hashlib
import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from importlib.util import find_spec
from pathlib import Path

import nbformat

LIBRARY = Path(__file__).parents[1]


class CellFailed(Exception):
    """A cell of a chapter raised an error."""


def executed(paths, cache, tell=print):
    """Return notebooks after all their cells have run, in the order of ``paths``.

    Args:
        paths: where the notebooks are.
        cache: a folder that keeps what was run. A notebook is run anew when its text or the library has changed.
        tell: called with one line for each notebook that is run.

    Raises:
        CellFailed: a cell raised an error; the message has the notebook, the cell and the error.
    """
    cache.mkdir(parents=True, exist_ok=True)
    library = _fingerprint(*sorted(file for file in LIBRARY.rglob("*") if _counts(file)))
    library += "-torch" * (find_spec("torch") is not None)  # chapter 21 shows more with it
    with ThreadPoolExecutor(1) as thread:  # of its own: the caller may run an event loop already
        return thread.submit(lambda: asyncio.run(_all(paths, cache, library, tell))).result()


async def _all(paths, cache, library, tell):
    """The executed form of notebooks; as many at once as there are processors."""
    turn = asyncio.Semaphore(os.cpu_count())
    return await asyncio.gather(*(_from_cache(path, cache, library, tell, turn) for path in paths))


async def _from_cache(path, cache, library, tell, turn):
    """The executed form of one notebook, from the cache if it is there."""
    kept = cache / f"{path.stem}-{_fingerprint(path)}-{library}.ipynb"
    if not kept.exists():
        async with turn:
            tell(f"running {path.name}")
            notebook = await _run(path)
        for old in cache.glob(f"{path.stem}-*.ipynb"):
            old.unlink()
        unfinished = kept.with_suffix(".part")
        nbformat.write(notebook, unfinished)
        unfinished.replace(kept)
    return nbformat.read(kept, as_version=4)


async def _run(path):
    """Run one notebook, away from what the person who publishes has answered and saved."""
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError

    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as scratch:
        own = {"COURSE_DATA_DIR": scratch, "IPYTHONDIR": scratch, "COURSE_TALK": "1", "OPENBLAS_NUM_THREADS": "1"}
        where = {"metadata": {"path": str(path.parent)}}
        quiet = ["--IPKernelApp.log_level=ERROR"]
        client = NotebookClient(notebook, timeout=120, resources=where, extra_arguments=quiet)
        try:
            await client.async_execute(env=os.environ | own)
        except CellExecutionError as error:
            raise CellFailed(f"a cell of {path.name} raised {error.ename}: {error.evalue}") from None
    return notebook


def _counts(file):
    """Whether a file of the library can change what a chapter shows."""
    parts = file.relative_to(LIBRARY).parts
    return file.is_file() and parts[0] not in ("publishing", "grading") and "__pycache__" not in parts


def _fingerprint(*files):
    """A short hash of the contents of files."""
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]
