"""Write constraints.txt: the exact version of everything that the course and all its extras need.

    make constraints

pip resolves the requirements of pyproject.toml anew, in an environment of its own. Run it with the oldest Python that
the course supports, so that every learner can install what it finds.
"""

import json
import subprocess
import sys
import tempfile
import tomllib
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]
HELD = ["torch==2.13.0"]  # newer ones bring gigabytes of GPU libraries along
HEADER = "# Exact versions of everything, all extras included. Written by `make constraints`, never by hand.\n"


def main():
    """Resolve and write."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        project = tomllib.load(file)["project"]
    oldest = project["requires-python"].removeprefix(">=")
    if not sys.version.startswith(f"{oldest}."):
        sys.exit(f"Use the oldest Python of the course: make constraints PYTHON=python{oldest}")
    extras = ",".join(project["optional-dependencies"])
    lines = sorted(resolve([f"{ROOT}[{extras}]", *HELD], but=project["name"]))
    (ROOT / "constraints.txt").write_text(HEADER + "".join(f"{line}\n" for line in lines))


def resolve(requirements, but):
    """Yield ``name==version`` for everything these requirements need, but not for the project itself."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python, report = Path(folder, "bin", "python"), Path(folder, "report.json")
        options = ["-qq", "--dry-run", "--ignore-installed", "--report", report]
        subprocess.run([python, "-m", "pip", "install", *options, *requirements], check=True)
        for item in json.loads(report.read_text())["install"]:
            name, version = item["metadata"]["name"], item["metadata"]["version"]
            if name != but:
                yield f"{name.lower().replace('_', '-')}=={version.partition('+')[0]}"


if __name__ == "__main__":
    main()
