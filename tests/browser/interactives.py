"""The interactives in a browser: in JupyterLab and on a page without a kernel; moved, and read as a learner reads them.

Each file of ``tests/interactives`` makes one: it is a cell that leaves the widget in ``shown``.
"""

import importlib.util
import json
import re
from pathlib import Path

import nbformat

FOLDER = Path(__file__).parents[1] / "interactives"
NAMES = sorted(path.stem for path in FOLDER.glob("*.py"))
KINDS = ("input[type=range]", ".handle")  # what the arrow keys move
MOVED = ", ".join(KINDS)


def widget(name):
    """Make the interactive in this process: what Python computes."""
    spec = importlib.util.spec_from_file_location(f"interactive_{name}", FOLDER / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.shown


def notebook(names):
    """Return a notebook with one cell for each, with the id ``show-name``."""
    cells = [
        nbformat.v4.new_code_cell((FOLDER / f"{name}.py").read_text(encoding="utf-8") + "\nshown", id=cell_id(name))
        for name in names
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


def cell_id(name):
    """The cell that shows an interactive."""
    return f"show-{name.replace('_', '-')}"


class Shown:
    """One interactive on a page.

    Args:
        page: the page of the browser.
        root: a Playwright locator of the interactive.
        widget: the same in Python.
    """

    def __init__(self, page, root, widget):
        self.page, self.root, self.widget = page, root, widget
        root.wait_for()
        root.scroll_into_view_if_needed()

    def state(self):
        """The state that is drawn."""
        return json.loads(self.root.get_attribute("data-state"))

    def reset(self):
        """Press Reset."""
        self.root.get_by_role("button", name="Reset").evaluate("button => button.click()")  # without a scroll: faster
        assert self.state() == self.widget.start

    def assert_reads_what_python_computes(self):
        """Every read-out has the value that Python computes for this state, to its digits; return the state."""
        state, shown = self.root.evaluate(
            "root => [root.dataset.state, [...root.querySelectorAll('[data-reading]')]"
            ".map(node => [node.dataset.reading, node.textContent])]"
        )
        expected = self.widget.readings(json.loads(state))
        assert [name for name, _ in shown] == list(expected)
        for name, text in shown:
            assert _agree(text, expected[name]), f"{name}: {text} is shown, {expected[name]} computed in {state}"
        return json.loads(state)

    def moved(self, place="page"):
        """All that the arrow keys move: sliders and handles; in JupyterLab, where it takes longer, one of each kind."""
        if place == "page":
            return self.root.locator(MOVED).all()
        kinds = [self.root.locator(kind).first for kind in KINDS]
        return [thing for thing in kinds if thing.count()]

    def press(self, key):
        """Press a key where the focus is and check the read-outs; return the state."""
        self.page.keyboard.press(key)
        return self.assert_reads_what_python_computes()

    def drag(self, thing):
        """Drag a little by the mouse, from where a slider or handle is; the read-outs follow on the way."""
        x, y, dx, dy = way(thing)
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for part in (0.5, 1):
            self.page.mouse.move(x + part * dx, y + part * dy)
            self.assert_reads_what_python_computes()
        self.page.mouse.up()
        return self.state()

    def swipe(self, thing):
        """The same by a finger."""
        x, y, dx, dy = way(thing)
        session = self.page.context.new_cdp_session(self.page)

        def touch(kind, *parts):
            points = [{"x": x + part * dx, "y": y + part * dy} for part in parts]
            session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

        touch("touchStart", 0)
        for part in (0.25, 0.5, 0.75, 1):
            touch("touchMove", part)
        touch("touchEnd")
        session.detach()
        return self.state()


def way(thing):
    """Where to take hold of a slider or handle, and how far to draw it, in pixels: inwards, and a little round."""
    return thing.evaluate("""thing => {
        thing.scrollIntoView({block: "center"});
        const box = thing.getBoundingClientRect(), around = (thing.ownerSVGElement ?? thing).getBoundingClientRect();
        const middle = ({left, top, width, height}) => [left + width / 2, top + height / 2];
        let [x, y] = middle(box), far = 60;
        if (thing.type === "range") {
            const step = (box.width - 22) / (thing.max - thing.min);
            x = box.left + 11 + step * (thing.value - thing.min);
            far = Math.max(far, step);
        }
        const [across, down] = [middle(around)[0] - x, middle(around)[1] - y];
        const right = across < 0 ? -far : far, below = down > 0 ? far : -far;
        if (thing.matches("input, .handle.x")) return [x, y, right, 0];
        if (thing.matches(".handle.y")) return [x, y, 0, below];
        const size = Math.hypot(across, down) || 1;
        return [x, y, far * (across - down) / size, far * (down + across) / size];
    }""")


def _agree(text, expected):
    """Whether a text says a number, as exactly as its digits allow, or a word."""
    if isinstance(expected, str):
        return text == expected
    plain = text.translate(str.maketrans("\N{MINUS SIGN}⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "--0123456789"))
    number, _, power = plain.partition(" · 10")
    scale = 10.0 ** int(power or 0)
    digits = len(re.search(r"\.?(\d*)$", number)[1]) if "." in number else 0
    return abs(float(number) * scale - expected) <= 0.5001 * 10**-digits * scale + 1e-6 * abs(expected)
