"""Run every benchmark, print its tables, and save the figures as JSON and the ratios as a picture."""

import json
import os
import platform
import sys
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from threadpoolctl import threadpool_limits

from benchmarks import accuracy, grading, interactive, speed, startup, training
from course_lib import plots

FOLDER = Path(__file__).parent / "results"


def main():
    """Run what is named on the command line (startup, accuracy, speed, training, interactive, grading), or everything.

    ``--large`` makes the class that is graded ten times as large.
    """
    parts = {
        "startup": startup,
        "accuracy": accuracy,
        "speed": speed,
        "training": training,
        "interactive": interactive,
        "grading": grading,
    }
    chosen = [name for name in sys.argv[1:] if name != "--large"] or list(parts)
    options = {"grading": {"large": "--large" in sys.argv}}
    if unknown := set(chosen) - set(parts):
        sys.exit(f"There is no benchmark {', '.join(unknown)}; there are {', '.join(parts)}.")
    begin, results = time.perf_counter(), {"machine": _machine()}
    os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
    with threadpool_limits(1):
        for name in chosen:
            results[name] = parts[name].run(**options.get(name, {}))
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "results.json").write_text(json.dumps(results, indent=1))
    if "speed" in results:
        (FOLDER / "speed.png").write_bytes(plots.to_png(speed.picture(results["speed"])))
    print(f"\n{time.perf_counter() - begin:.0f} seconds. The figures are kept in benchmarks/results/.")


def _machine():
    """What the figures were measured on."""
    versions = {}
    for package in ("numpy", "scipy", "scikit-learn", "torch", "jax", "nbgrader", "otter-grader"):
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return {"processor": platform.processor() or platform.machine(), "python": platform.python_version()} | versions


if __name__ == "__main__":
    main()
