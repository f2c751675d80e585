"""What a kernel computes while one watches, and what is shown without one: ``playground`` and ``draw_your_own``."""

import interactives
import nbclient
import nbformat
import pytest

from course_lib.interactive.draw_your_own import DATA, EPOCHS, Drawn
from course_lib.interactive.page import to_html
from course_lib.interactive.playground import Run

NAMES = ["playground", "draw_your_own"]


@pytest.fixture(scope="module")
def in_lab(open_notebook, course):
    """JupyterLab with the two, and one more cell."""
    notebook = interactives.notebook(NAMES)
    notebook.cells.append(nbformat.v4.new_code_cell("6 * 7", id="other"))
    nbformat.write(notebook, course / "streaming.ipynb")
    opened = open_notebook("streaming.ipynb")
    opened.page.set_viewport_size({"width": 1200, "height": 1000})
    return opened


@pytest.fixture(scope="module")
def page(chromium, tmp_path_factory):
    """The exported page, open without a kernel."""
    folder, notebook = tmp_path_factory.mktemp("page"), interactives.notebook(NAMES)
    nbclient.NotebookClient(notebook, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    (folder / "page.html").write_text(to_html(notebook), encoding="utf-8")
    page = chromium.new_page()
    page.goto((folder / "page.html").as_uri())
    return page


@pytest.fixture
def show(in_lab):
    """Run the cell of an interactive and bring it into view."""

    def shown(name):
        in_lab.run(interactives.cell_id(name))
        root = in_lab.show(interactives.cell_id(name)).locator(".course")
        return interactives.Shown(in_lab.page, root, interactives.widget(name))

    return shown


def until(piece, epoch):
    """Wait until a frame is shown."""
    reached = "([root, epoch]) => JSON.parse(root.dataset.state).epoch >= epoch"
    piece.page.wait_for_function(reached, arg=[piece.root.element_handle(), epoch])


def test_a_network_of_ones_own_learns_in_the_kernel_while_another_cell_runs(in_lab, show):
    piece = show("playground")
    piece.root.get_by_label("data", exact=True).select_option("moons")
    piece.root.get_by_label("layer 1, activation").select_option("tanh")
    assert piece.state()["epoch"] == 0
    piece.root.get_by_role("button", name="Play").click()
    until(piece, 4)
    in_lab.run("other")
    assert in_lab.text("other") == "42"
    before = piece.state()["epoch"]
    assert before < len(piece.widget.controls["epoch"].values) - 1, "it had stopped already"
    until(piece, before + 1)
    piece.root.get_by_role("button", name="Pause").click()
    piece.assert_reads_what_python_computes()
    piece.root.get_by_role("button", name="Same seed again").click()
    until(piece, 2)
    piece.root.get_by_role("button", name="Pause").click()
    piece.assert_reads_what_python_computes()
    assert in_lab.errors == []


def test_a_network_learns_with_the_curve_that_is_drawn(in_lab, show):
    piece = show("draw_your_own")
    piece.root.get_by_role("slider", name="f(1)").focus()
    state = piece.press("Home")
    piece.root.get_by_text("Press Train to let a network learn with this curve.").wait_for()
    piece.root.get_by_role("button", name="Train").click()
    until(piece, len(EPOCHS) - 1)
    run = Run([(8, Drawn([piece.widget.controls[f"h{i}"].value(state[f"h{i}"]) for i in range(9)]))] * 2, **DATA)
    right = run.learn(EPOCHS[-1]).measure()["accuracy, validation %"]
    piece.root.get_by_text(f"yours: {right:.0f} % right").wait_for()
    assert in_lab.errors == []


def test_without_a_kernel_recorded_runs_are_played_and_it_says_so(page):
    root = page.locator(".course").first
    root.get_by_text("These are recorded runs.").wait_for()
    assert root.get_by_label("data", exact=True).is_disabled()
    piece = interactives.Shown(page, root, interactives.widget("playground"))
    for name in ("no activation", "η too large", "with relu"):
        root.get_by_role("button", name=name).click()
        assert root.get_by_role("button", name=name).get_attribute("aria-pressed") == "true"
        piece.assert_reads_what_python_computes()
    root.get_by_role("button", name="Play").click()
    until(piece, len(piece.widget.controls["epoch"].values) - 1)
    root.get_by_role("button", name="Play").wait_for()
    piece.assert_reads_what_python_computes()


def test_without_a_kernel_the_recorded_comparison_is_shown_beside_any_curve(page):
    piece = interactives.Shown(page, page.locator(".course").last, interactives.widget("draw_your_own"))
    piece.root.get_by_role("slider", name="f(1)").focus()
    piece.press("Home")
    piece.root.get_by_text("Without a kernel only the network of the dashed curve can be shown").wait_for()
    piece.root.get_by_role("button", name="Train").click()
    until(piece, len(EPOCHS) - 1)
    piece.root.get_by_text("identity: 54 % right").wait_for()


def test_a_straight_line_is_said_to_collapse(page):
    piece = interactives.Shown(page, page.locator(".course").last, interactives.widget("draw_your_own"))
    for i in range(9):
        piece.root.locator(".handle").nth(i).focus()
        piece.press("Home")
    piece.root.get_by_text("All slopes are equal: f is affine").wait_for()
    piece.reset()
