"""Time contenders in turn."""

import importlib
import time

import numpy as np


def in_turn(contenders, seconds=0.5, least=5, turn=2e-4):
    """Return the median seconds of one call of each contender, a dict from name to function.

    All are called in turn until ``seconds`` have gone by for each on average, at least ``least`` times. Fast calls are
    repeated for about ``turn`` seconds within one measurement, so that the clock's own time, and caches that the others
    have emptied, do not count.
    """
    repeats = {}
    for name, call in contenders.items():
        call()
        start = time.perf_counter()
        call()
        repeats[name] = max(1, int(turn / max(time.perf_counter() - start, 1e-9)))
    times = {name: [] for name in contenders}
    begin = time.perf_counter()
    while len(times[name]) < least or time.perf_counter() - begin < seconds * len(contenders):
        for name, call in contenders.items():
            start = time.perf_counter()
            for _ in range(repeats[name]):
                call()
            times[name].append((time.perf_counter() - start) / repeats[name])
    return {name: float(np.median(values)) for name, values in times.items()}


def peer(name):
    """Import a peer that may not be installed: the module or None. On one thread, if it is PyTorch."""
    try:
        module = importlib.import_module(name)
    except ImportError:
        return None
    if name == "torch":
        module.set_num_threads(1)
    return module


def table(title, header, rows):
    """Print a table with columns as wide as they need to be."""
    cells = [[f"{cell:.3g}" if isinstance(cell, float) else str(cell) for cell in row] for row in [header, *rows]]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    print(f"\n{title}")
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
