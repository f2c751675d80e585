"""JupyterLab in a real browser: start it as a learner does, run a notebook, read what it shows.

    with serve(folder) as server, browser() as chromium:
        notebook = Notebook(chromium.new_page(), server, "notebooks/07_relu.ipynb")
        notebook.run_all()
        notebook.text("sigmoid-derivative")

``folder`` is written to by JupyterLab: hand it a copy.
"""

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path

from playwright.sync_api import sync_playwright

from course_lib.publishing.command import CHROMIUM

ROOT = Path(__file__).parents[2]
START = "from course_lib.cli import main; main()"
OPTIONS = ["--LabApp.expose_app_in_browser=True", "--IdentityProvider.token="]
# The cell with this id, as [its index, its widget] of the notebook that is open.
FIND = """
const notebook = window.jupyterapp.shell.currentWidget.content;
const index = notebook.widgets.findIndex(cell => cell.model.sharedModel.getId() === id);
if (index < 0) throw new Error(`no cell ${id}`);
notebook.activeCellIndex = index;
notebook.deselectAll();
const cell = notebook.widgets[index];
"""


def copy_of_course(folder):
    """Copy the notebooks into ``folder``, so that nothing a browser does touches the repository."""
    for name in ("notebooks", "exercises"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@contextlib.contextmanager
def serve(folder, log):
    """Run ``course lab`` on ``folder`` and a free port; the context's value is the address."""
    private = Path(log).parent
    environment = {name: value for name, value in os.environ.items() if not name.startswith("JUPYTER")}
    for name in ("COURSE_DATA_DIR", "IPYTHONDIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        environment[name] = str(private / name.lower())
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-c", START, "lab", "--no-browser", "--port", str(port), "--", *OPTIONS]
    with open(log, "w") as output:
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
    try:
        address = f"http://127.0.0.1:{port}"
        _wait_until_it_answers(address, process, log)
        yield address
    finally:
        process.send_signal(signal.SIGTERM)  # JupyterLab then ends its kernels
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_until_it_answers(address, process, log, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError):
            urllib.request.urlopen(f"{address}/api", timeout=5).close()
            return
        time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{Path(log).read_text()}")


@contextlib.contextmanager
def browser():
    """Start the machine's own Chromium. Root, as in containers, has no sandbox to give it."""
    sandbox = [] if os.name == "nt" or os.geteuid() else ["--no-sandbox"]
    path = next(filter(None, map(shutil.which, CHROMIUM)))
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=sandbox)
        yield chromium
        chromium.close()


class Notebook:
    """One notebook, open in JupyterLab."""

    def __init__(self, page, server, path):
        self.page = page
        self.errors = []  # what the browser's console calls an error
        self.requests_outside = []  # addresses asked for that are not on this machine
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", self._note)
        page.set_default_timeout(60_000)
        page.goto(f"{server}/lab/tree/{path}?reset")
        page.wait_for_function("path => window.jupyterapp?.shell.currentWidget?.context?.path === path", arg=path)
        page.evaluate("""async () => {
            const panel = window.jupyterapp.shell.currentWidget;
            await panel.context.ready;
            await panel.sessionContext.ready;
            await panel.revealed;
        }""")

    def _note(self, request):
        address = urllib.parse.urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname not in ("127.0.0.1", "localhost"):
            self.requests_outside.append(request.url)

    def run_all(self):
        """Run every cell and wait for the last one."""
        self.page.evaluate("window.jupyterapp.commands.execute('notebook:run-all-cells')")

    def wait_until(self, expression):
        """Ask the kernel for the value of a Python expression until it is True. Widgets tell it things on the side."""
        ask = """async expression => {
            const kernel = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const reply = await kernel.requestExecute({code: "", silent: true, user_expressions: {expression}}).done;
            return reply.content.user_expressions.expression.data?.["text/plain"];
        }"""
        end = time.monotonic() + 30
        while (value := self.page.evaluate(ask, expression)) != "True":
            assert time.monotonic() < end, f"{expression} is {value}"

    def cells(self):
        """Return the notebook's cells as they would be saved: dicts as in the .ipynb file."""
        return self.page.evaluate("window.jupyterapp.shell.currentWidget.content.model.toJSON().cells")

    def outputs(self, cell_id):
        """Return the outputs of one cell: dicts as in the .ipynb file."""
        return next(cell["outputs"] for cell in self.cells() if cell["id"] == cell_id)

    def text(self, cell_id):
        """Return what one cell printed or returned, as plain text."""
        parts = [part.get("text") or part.get("data", {}).get("text/plain", "") for part in self.outputs(cell_id)]
        return "".join("".join(part) for part in parts)

    def raised(self):
        """Return the ids of the cells that raised an error and are not meant to."""
        return [
            cell["id"]
            for cell in self.cells()
            if "raises-exception" not in cell["metadata"].get("tags", [])
            and any(output["output_type"] == "error" for output in cell.get("outputs", []))
        ]

    def not_run(self):
        """Return the ids of the code cells that have not been run."""
        return [cell["id"] for cell in self.cells() if cell["cell_type"] == "code" and not cell["execution_count"]]

    def is_drawn(self, cell_id, what):
        """Tell whether the output of one cell shows an ``img`` or ``svg`` (any CSS selector) that has a size."""
        picture = self.show(cell_id).locator(f".jp-OutputArea-output {what}").first
        picture.wait_for(state="visible")
        box = picture.bounding_box()
        return min(box["width"], box["height"]) > 50

    def show(self, cell_id):
        """Scroll to one cell, make it the active one, and return its place on the page (a Playwright locator)."""
        index = self.page.evaluate(
            f"async id => {{ {FIND} await notebook.scrollToItem(index); return index; }}", cell_id
        )
        return self.page.locator(".jp-Notebook-cell").nth(index)

    def type(self, cell_id, source):
        """Replace the source of one cell by what a learner would type, run it, and wait until it is done."""
        self.show(cell_id).locator(".cm-content").click()
        self.page.keyboard.press("ControlOrMeta+A")
        self.page.keyboard.insert_text(source)
        self.run(cell_id)

    def run(self, cell_id):
        """Run one cell and wait until it is done."""
        command = "window.jupyterapp.commands.execute('notebook:run-cell')"
        self.page.evaluate(f"async id => {{ {FIND} await {command}; }}", cell_id)
