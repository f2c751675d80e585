"""Every interactive, in JupyterLab and without a kernel: by key, mouse and finger it reads what Python computes."""

import re

import interactives
import nbclient
import nbformat
import needs
import numpy as np
import pytest

from benchmarks import interactive
from course_lib.interactive.page import to_html

axe = needs.module("axe_playwright_python.sync_playwright", "test")
SIZE = {"width": 1200, "height": 900}
PLACES = ("lab", "page")


@pytest.fixture(scope="module")
def widgets():
    """Each interactive as Python makes it."""
    return {name: interactives.widget(name) for name in interactives.NAMES}


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    """The notebook of all interactives, executed without a front end."""
    notebook = interactives.notebook(interactives.NAMES)
    path = str(tmp_path_factory.mktemp("executed"))
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": path}}).execute()
    return notebook


class Static:
    """The exported page, open without a kernel."""

    def __init__(self, chromium, notebook, folder, theme="light", **options):
        file = folder / f"{theme}.html"
        file.write_text(to_html(notebook, theme), encoding="utf-8")
        self.page = chromium.new_page(color_scheme=theme, **options)
        self.errors, self.requests_outside = [], []
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("request", self._note)
        self.page.goto(file.as_uri())

    def _note(self, request):
        if not request.url.startswith(("file:", "data:", "blob:")):
            self.requests_outside.append(request.url)

    def root(self, name):
        return self.page.locator(".course").nth(interactives.NAMES.index(name))


@pytest.fixture(scope="module")
def static(chromium, executed, tmp_path_factory):
    return Static(chromium, executed, tmp_path_factory.mktemp("page"), viewport=SIZE, has_touch=True)


@pytest.fixture(scope="module")
def in_lab(open_notebook, course):
    """JupyterLab with the notebook, run once."""
    nbformat.write(interactives.notebook(interactives.NAMES), course / "interactives.ipynb")
    notebook = open_notebook("interactives.ipynb")
    notebook.page.set_viewport_size(SIZE)
    notebook.run_all()
    assert notebook.raised() == []
    return notebook


@pytest.fixture
def show(request, widgets):
    """Bring an interactive into view at a place, in the state it starts in."""

    def shown(place, name):
        if place == "lab":
            notebook = request.getfixturevalue("in_lab")
            page, root = notebook.page, notebook.show(interactives.cell_id(name)).locator(".course")
        else:
            page = request.getfixturevalue("static").page
            root = request.getfixturevalue("static").root(name)
        piece = interactives.Shown(page, root, widgets[name])
        piece.reset()
        return piece

    return shown


@pytest.fixture(params=interactives.NAMES)
def name(request):
    return request.param


@pytest.mark.parametrize("place", PLACES)
def test_the_keys_move_everything_and_the_read_outs_are_those_of_python(show, name, place):
    piece = show(place, name)
    piece.assert_reads_what_python_computes()
    for thing in piece.moved(place):
        thing.focus()
        lowest = piece.press("Home")
        next_one = piece.press("ArrowRight")
        assert next_one != lowest, "ArrowRight moved nothing"
        assert piece.press("End") != lowest
        assert piece.press("ArrowLeft") != lowest
        assert thing.get_attribute("aria-label")
        assert thing.get_attribute("aria-valuetext")
    for radio in piece.root.get_by_role("radio").all():
        radio.focus()
        piece.press("Space")
        assert radio.is_checked()
    piece.reset()
    piece.assert_reads_what_python_computes()


@pytest.mark.parametrize("place", PLACES)
def test_the_mouse_moves_everything_and_the_read_outs_follow(show, name, place):
    piece = show(place, name)
    for thing in piece.moved(place):
        thing.focus()
        assert piece.press("Home") != piece.drag(thing)
    piece.assert_reads_what_python_computes()


def test_a_finger_moves_everything(show, name):
    piece = show("page", name)
    for thing in piece.moved():
        thing.focus()
        assert piece.press("Home") != piece.swipe(thing)
    piece.assert_reads_what_python_computes()


def test_moving_one_leaves_the_others_alone(static, show, name):
    others = [static.root(other) for other in interactives.NAMES if other != name]
    before = [other.locator(".stack").first.inner_html() for other in others]
    piece = show("page", name)
    for thing in piece.moved():
        thing.focus()
        piece.press("End")
    assert [other.locator(".stack").first.inner_html() for other in others] == before


def test_running_the_cell_again_keeps_the_state(show, in_lab, name):
    piece = show("lab", name)
    if things := piece.moved():
        things[0].focus()
        piece.press("ArrowRight")
    else:
        piece.root.get_by_role("radio").nth(1).press("Space")
    kept = piece.state()
    memory = "__import__('course_lib.interactive.base', fromlist=['base'])._remembered"
    in_lab.wait_until(f"{kept!r} in {memory}.values()")
    in_lab.run(interactives.cell_id(name))
    again = interactives.Shown(in_lab.page, in_lab.show(interactives.cell_id(name)).locator(".course"), piece.widget)
    assert again.state() == kept != piece.widget.start
    again.assert_reads_what_python_computes()
    again.reset()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_serious_fault(chromium, executed, tmp_path, theme):
    page = Static(chromium, executed, tmp_path, theme, viewport=SIZE).page
    page.locator(".course").last.wait_for()
    page.evaluate("document.querySelectorAll('.course details').forEach(node => (node.open = true))")
    found = axe.Axe().run(page, context=".course").response["violations"]
    faults = [
        (fault["id"], node["target"], node.get("failureSummary"))
        for fault in found
        if fault["impact"] in ("serious", "critical")
        for node in fault["nodes"]
    ]
    page.close()
    assert faults == []


def test_axe_finds_no_serious_fault_in_jupyterlab(in_lab, show, name):
    show("lab", name).root.evaluate("(node, name) => (node.dataset.test = name)", name)
    found = axe.Axe().run(in_lab.page, context=f"[data-test={name}]").response["violations"]
    assert [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")] == []


@pytest.mark.parametrize("width", [340, 420, 768])
def test_it_fits_the_page(chromium, executed, tmp_path, width):
    page = Static(chromium, executed, tmp_path, viewport={"width": width, "height": 900}).page
    page.locator(".course").last.wait_for()
    sizes = page.evaluate("[...document.querySelectorAll('.course')].map(n => [n.scrollWidth, n.clientWidth])")
    assert all(inside <= room for inside, room in sizes)
    small = (
        "[...document.querySelectorAll('.course svg text')].map(n => n.textContent && n.getBoundingClientRect().height)"
    )
    assert min(height for height in page.evaluate(small) if height) >= 13
    page.close()


def test_a_curve_stands_where_its_numbers_say_and_breaks_at_a_nan(show):
    piece = show("page", "frames")
    piece.root.get_by_role("radio", name="parabola").press("Space")
    plot, x = piece.root.locator("svg svg"), np.linspace(-3, 3, 13)
    width, height = (float(plot.get_attribute(side)) for side in ("width", "height"))
    path = plot.locator("path.curve").get_attribute("d")
    expected = np.column_stack([(x + 3) / 6 * width, (2 - 0.5 * x**2) / 4 * height])[x != 0]
    assert np.allclose(np.array(re.findall(r"[ML]([-\d.]+) ([-\d.]+)", path), dtype=float), expected, atol=0.01)
    assert path.count("M") == 2
    piece.root.get_by_text("parabola, u = 0.5").wait_for()


def test_the_legend_names_curves_regions_and_sets_and_a_single_point_has_its_name_beside_it(show):
    piece = show("page", "frames")
    assert piece.root.locator(".legend > span").all_text_contents() == ["shade", "line", "data"]
    assert piece.root.locator("svg svg text").all_text_contents() == ["here"]
    piece.root.get_by_role("img", name="Frames, shade, line, here, data", exact=True).wait_for()


def test_a_function_that_jumps_is_drawn_in_two_pieces(show):
    piece = show("page", "explore_three")
    jumps = piece.root.locator("svg svg").first.locator("path.curve:not(.thin)")
    assert [path.get_attribute("d").count("M") for path in jumps.all()] == [2, 1, 2]


def test_keys_pressed_in_an_interactive_reach_nobody_else(show):
    piece = show("page", "explore_one")
    piece.page.evaluate("window.keys = []; document.addEventListener('keydown', event => keys.push(event.key))")
    for thing in piece.moved():
        thing.focus()
        for key in ("ArrowRight", "d", "Space", "PageUp"):
            piece.press(key)
    assert piece.page.evaluate("keys") == []
    piece.press("Tab")
    assert piece.page.evaluate("keys") == ["Tab"]


def test_the_code_is_shown_with_the_present_values(show):
    piece = show("page", "explore_one")
    piece.root.get_by_text("Show the code").click()
    piece.root.locator(".handle").first.focus()
    piece.press("ArrowRight")
    code = piece.root.locator("pre").text_content()
    assert code.startswith("x = 1.05\nleaky_relu(x, negative_slope=0.01)\n")
    assert "return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)" in code
    piece.root.get_by_text("Show the code").click()


def test_read_outs_are_spoken_when_they_have_changed(show):
    piece = show("page", "explore_three")
    piece.root.locator(".handle").first.focus()
    piece.press("Home")
    piece.page.wait_for_function("text => document.body.textContent.includes(text)", arg="gelu mean output 0.28, gelu")
    assert "relu f(x) 0.00, " in piece.root.locator("[aria-live=polite]").text_content()


def test_a_kernel_streams_what_is_asked(show):
    piece = show("lab", "parts")
    piece.root.get_by_role("button", name="Ask").click()
    piece.root.get_by_text("the kernel streams: 1 2.5").wait_for()


def test_a_player_steps_and_plays_to_the_end(show):
    piece = show("page", "parts")
    piece.root.get_by_role("button", name="Step").click()
    assert piece.state()["step"] == 1
    piece.root.get_by_role("button", name="Play").click()
    piece.page.wait_for_function("root => JSON.parse(root.dataset.state).step === 10", arg=piece.root.element_handle())
    piece.root.get_by_role("button", name="Play").wait_for()
    piece.assert_reads_what_python_computes()


def test_the_benchmark_moves_both_contenders(open_notebook, course):
    nbformat.write(interactive.both(), course / "both.ipynb")
    notebook = open_notebook("both.ipynb")
    figures = interactive.measure(notebook, frames=10, events=3)
    assert figures["explore"]["pictures a second"] > 0
    assert [figures[name]["event to paint, ms"] > 0 for name in interactive.CELLS] == [True, True]
    notebook.page.close()


@pytest.mark.parametrize("place", PLACES)
def test_nobody_outside_was_asked_and_nothing_went_wrong(request, place):
    """The last of all: it looks back on everything above."""
    seen = request.getfixturevalue("in_lab" if place == "lab" else "static")
    assert seen.requests_outside == []
    assert seen.errors == []
