"""Save pictures of an executed notebook as JupyterLab shows it, from top to bottom.

python tests/browser/look.py notebooks/07_relu.ipynb pictures [--dark] [--width 1280]
"""

import argparse
import tempfile
from pathlib import Path

import lab

HEIGHT = 1400  # of one picture: as much as can be read at once
END = """() => {
    const open = document.querySelector('.jp-NotebookPanel:not(.lm-mod-hidden)');
    open.querySelector('.jp-WindowedPanel-outer').scrollTop = 0;
    return Math.ceil([...open.querySelectorAll('.jp-Notebook-cell')].at(-1).getBoundingClientRect().bottom) + 40;
}"""


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--dark", action="store_true")
    parser.add_argument("--width", type=int, default=1280)
    arguments = parser.parse_args()
    arguments.folder.mkdir(parents=True, exist_ok=True)

    with tempfile.TemporaryDirectory() as scratch:
        course = lab.copy_of_course(Path(scratch))
        with lab.serve(course, course / "lab.log") as server, lab.browser() as chromium:
            theme = "dark" if arguments.dark else "light"
            page = chromium.new_page(color_scheme=theme, viewport={"width": arguments.width, "height": HEIGHT})
            notebook = lab.Notebook(page, server, arguments.notebook)
            notebook.run_all()
            page.wait_for_timeout(1500)  # what is drawn after the last cell: mathematics, widgets
            for number, picture in enumerate(pictures(page, arguments.width), start=1):
                file = arguments.folder / f"{Path(arguments.notebook).stem}_{number:02d}.png"
                file.write_bytes(picture)
                print(file)
            print("cells that raised:", notebook.raised())
            print("errors in the console:", notebook.errors)
            print("requests that leave the machine:", notebook.requests_outside)


def pictures(page, width):
    """Make the window as tall as the notebook, then take it a piece at a time."""
    for _ in range(3):  # what was out of sight may grow when it is first drawn
        tall = max(HEIGHT, page.evaluate(END))
        page.set_viewport_size({"width": width, "height": tall})
        page.wait_for_timeout(500)
    for top in range(0, tall, HEIGHT):
        yield page.screenshot(clip={"x": 0, "y": top, "width": width, "height": min(HEIGHT, tall - top)})


if __name__ == "__main__":
    main()
