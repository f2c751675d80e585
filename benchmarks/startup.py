"""How long an import takes, beside NumPy's."""

import subprocess
import sys

from benchmarks.timing import in_turn, table

MODULES = (
    "numpy",
    "course_lib",
    "course_lib.activations",
    "course_lib.network",
    "course_lib.lesson",
    "course_lib.plots",
)


def run():
    """Print the table; return a dict from module to milliseconds, without Python's own start."""
    commands = {name: [sys.executable, "-c", f"import {name}"] for name in MODULES} | {
        "python": [sys.executable, "-c", "pass"]
    }
    calls = {name: (lambda c=command: subprocess.run(c, check=True)) for name, command in commands.items()}
    times = in_turn(calls, seconds=1.0, least=7)
    own = {name: 1e3 * (times[name] - times["python"]) for name in MODULES}
    rows = [[name, ms, ms / own["numpy"]] for name, ms in own.items()]
    table("Milliseconds to import, without Python's own start", ["module", "ms", "ratio to numpy"], rows)
    return own
