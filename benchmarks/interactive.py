"""How fast an interactive follows the hand in JupyterLab, beside ipywidgets' ``interact`` with matplotlib."""

import sys
import tempfile
from pathlib import Path

import nbformat

from benchmarks.timing import peer, table

TESTS = Path(__file__).parents[1] / "tests" / "browser"  # what starts JupyterLab and the browser there
FRAMES = 150  # of a drag: at 60 frames a second, two and a half seconds
EVENTS = 30
CELLS = {
    "explore": """
from course_lib.activations import leaky_relu
from course_lib.interactive.explore import explore
explore(leaky_relu)
""",
    "interact": """
%matplotlib inline
import matplotlib.pyplot as plt
import numpy as np
from course_lib.activations import leaky_relu
from ipywidgets import FloatSlider, interact

places = np.linspace(-4, 4, 161)

@interact(x=FloatSlider(1, min=-4, max=4, step=0.05))
def draw(x):
    fig, axes = plt.subplots(1, 2, figsize=(9, 3))
    for ax, f in zip(axes, (leaky_relu, leaky_relu.derivative)):
        ax.plot(places, f(places))
        ax.plot(x, f(x), "o")
    plt.show()
""",
}
# Move the slider by a step, and back in the end; and name the picture that is seen now.
STEPS = {
    "explore": """
const range = cell.querySelector("input[type=range]"), root = cell.querySelector(".course");
const move = () => {
    range.value = Number(range.value) + (range.value < 100 ? 1 : -40);
    range.dispatchEvent(new Event("input", {bubbles: true}));
};
const seen = () => root.dataset.state;
""",
    "interact": """
const handle = cell.querySelector(".noUi-handle");
let count = 0;
const move = () => {
    const key = count++ % 40 < 20 ? "ArrowRight" : "ArrowLeft";
    handle.dispatchEvent(new KeyboardEvent("keydown", {key, bubbles: true}));
};
const seen = () => cell.querySelector(".jp-OutputArea img")?.src ?? last;
""",
}
MEASURE = """async (cell, [frames, events]) => {
    let last = "";
    STEP
    const frame = () => new Promise(requestAnimationFrame);
    const painted = async () => { await frame(); await new Promise((done) => setTimeout(done)); };
    const wait = async () => { while (seen() === last) await new Promise((done) => setTimeout(done)); last = seen(); };
    last = seen();
    const delays = [];
    for (let i = 0; i < events; i++) {
        await frame();
        const begin = performance.now();
        move();
        await wait();
        await painted();
        delays.push(performance.now() - begin);
    }
    const begin = performance.now();
    let pictures = 0;
    for (let i = 0; i < frames; i++) {
        move();
        await frame();
        if (seen() !== last) pictures++;
        last = seen();
    }
    delays.sort((a, b) => a - b);
    return [pictures / (performance.now() - begin) * 1000, delays[events >> 1], delays[Math.floor(0.95 * events)]];
}"""

PLAYGROUND = """
from course_lib.interactive.playground import playground
playground()
"""
# Let a network learn that nobody has recorded, and count the frames that the kernel streams.
STREAM = """async (root) => {
    const button = (name) => [...root.querySelectorAll("button")].find((node) => node.textContent === name);
    const epoch = () => JSON.parse(root.dataset.state).epoch, times = [];
    const note = () => epoch() !== times.at(-1)?.[0] && times.push([epoch(), performance.now()]);
    new MutationObserver(note).observe(root, { attributes: true });
    button("Same seed again").click();
    while (!button("Play")) await new Promise((done) => setTimeout(done, 50));
    return 1000 * (times.length - 1) / (times.at(-1)[1] - times[0][1]);
}"""


def run():
    """Print the tables; return a dict from contender to pictures a second and milliseconds from event to paint."""
    if peer("playwright") is None:
        print("\nInteractives: left out, Playwright is not installed (extra: test)")
        return None
    sys.path.append(str(TESTS))
    import lab

    with tempfile.TemporaryDirectory() as folder:
        course = lab.copy_of_course(Path(folder))
        nbformat.write(both(), course / "both.ipynb")
        with lab.serve(course, course / "lab.log") as server, lab.browser() as chromium:
            page = chromium.new_page(viewport={"width": 1400, "height": 1000})
            notebook = lab.Notebook(page, server, "both.ipynb")
            figures, streamed = measure(notebook), stream(notebook)
    rows = [[name, *figures[name].values()] for name in CELLS]
    ratio = figures["interact"]["event to paint, ms"] / figures["explore"]["event to paint, ms"]
    table("An interactive in JupyterLab", ["", *figures["explore"]], [*rows, ["ratio of the delays", "", ratio, ""]])
    table("A network that learns in the kernel", ["", "pictures a second"], [["playground", streamed]])
    return figures


def both():
    """Return the notebook with a cell for each contender, and one with the playground."""
    codes = CELLS | {"playground": PLAYGROUND}
    cells = [nbformat.v4.new_code_cell(code.strip(), id=name) for name, code in codes.items()]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def measure(notebook, frames=FRAMES, events=EVENTS):
    """Return the figures of each contender in a notebook that is open in JupyterLab."""
    return {name: _measure(notebook, name, frames, events) for name in CELLS}


def _measure(notebook, name, frames, events):
    """Run one cell, move its slider for a while, and return the figures."""
    notebook.run(name)
    cell = notebook.show(name)
    cell.locator("input[type=range], .noUi-handle").first.wait_for()
    cell.locator(".course svg, img").first.wait_for()
    script = MEASURE.replace("STEP", STEPS[name])
    speed, typical, slow = cell.evaluate(script, [frames, events])
    return {"pictures a second": speed, "event to paint, ms": typical, "95 of 100 within, ms": slow}


def stream(notebook):
    """Let a network learn in a notebook that is open in JupyterLab; return how many pictures a second are streamed."""
    notebook.run("playground")
    root = notebook.show("playground").locator(".course")
    root.locator("select:enabled").first.wait_for()
    root.get_by_label("seed").select_option("1")
    return root.evaluate(STREAM)
