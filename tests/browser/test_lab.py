"""What a learner sees in JupyterLab: a first page that invites, a chapter that runs, an exercise that answers."""

import json

import lab
import pytest

FIRST = "notebooks/00_start_here.ipynb"
WRONG = """
def relu(x):
    return abs(x)

def relu_slope(x):
    return np.sign(x)
"""
RIGHT = """
def relu(x):
    return np.maximum(x, 0)

def relu_slope(x):
    return (np.asarray(x) > 0).astype(float)
"""


def test_chapter_runs_and_shows_its_pictures_without_the_network(open_notebook):
    notebook = open_notebook("notebooks/07_relu.ipynb")
    notebook.run_all()
    assert notebook.raised() == []
    assert notebook.not_run() == []
    assert notebook.is_drawn("idea-figure", "img")
    assert notebook.is_drawn("play-tangent", "svg[role=img]")
    assert notebook.errors == []
    assert notebook.requests_outside == []


def test_exercise_answers_a_wrong_and_a_right_try(open_notebook):
    notebook = open_notebook("exercises/07_relu.ipynb")
    notebook.run("imports")
    notebook.type("gate", WRONG)
    notebook.run("gate-check")
    assert "not yet: 0 of " in notebook.text("gate-check")
    notebook.type("gate", RIGHT)
    notebook.run("gate-check")
    assert "passed: " in notebook.text("gate-check")
    assert notebook.errors == []


def test_the_interactive_follows_the_arrow_keys_and_says_what_python_computed(open_notebook):
    notebook = open_notebook("notebooks/00_start_here.ipynb")
    for cell in ("imports", "idea-figure", "play-bend"):
        notebook.run(cell)
    picture = notebook.show("play-bend").locator(".jp-OutputArea-output")
    slider = picture.get_by_role("slider", name="bend")
    picture.get_by_text("mean squared error 0.673").wait_for()
    slider.focus()
    for _ in range(20):
        notebook.page.keyboard.press("ArrowRight")
    picture.get_by_text("mean squared error 0.000").wait_for()
    assert slider.get_attribute("aria-valuetext") == "2.0"
    assert notebook.errors == []


@pytest.fixture(scope="module")
def fresh_server(tmp_path_factory):
    """A JupyterLab that nobody has used yet. Its front end shows no widgets."""
    course = lab.copy_of_course(tmp_path_factory.mktemp("first"))
    config = course / "jupyter_config_dir" / "labconfig"
    config.mkdir(parents=True)
    disabled = {"disabledExtensions": {"@jupyter-widgets/jupyterlab-manager": True}}
    (config / "page_config.json").write_text(json.dumps(disabled))
    with lab.serve(course, course / "lab.log") as server:
        yield server


class TestFirstRun:
    """What ``make lab`` opens the first time, and the next."""

    def contents(self, page):
        return page.locator("#table-of-contents, .jp-TableOfContents").first

    def test_it_opens_on_the_first_page_rendered_and_trusted_with_its_contents_beside_it(self, fresh_server, chromium):
        page = chromium.new_page()
        page.goto(fresh_server)
        page.get_by_role("heading", name="Why neural networks need activation functions").wait_for()
        assert page.evaluate("window.jupyterapp.shell.currentWidget.context.path") == FIRST
        self.contents(page).get_by_text("Predict first").wait_for(state="visible")
        page.wait_for_function("window.jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status == 'idle'")
        assert page.evaluate("""() => {
            const cells = [...window.jupyterapp.shell.currentWidget.content.model.cells];
            return cells.filter(cell => cell.type === "code").every(cell => cell.trusted);
        }""")

    def test_the_file_browser_lists_the_chapters_in_order(self, fresh_server, chromium):
        page = chromium.new_page()
        page.goto(fresh_server)
        page.get_by_role("heading", name="Why neural networks need activation functions").wait_for()
        page.get_by_role("tab", name="File Browser").click()
        names = page.locator(".jp-DirListing-itemText")
        names.first.wait_for(state="visible")
        listed = names.all_inner_texts()
        assert listed == sorted(path.name for path in (lab.ROOT / "notebooks").glob("*.ipynb"))

    def test_what_the_learner_arranges_stays(self, fresh_server, chromium):
        page = chromium.new_page()
        page.goto(fresh_server)
        page.get_by_role("heading", name="Why neural networks need activation functions").wait_for()
        with page.expect_response(lambda answer: "/api/workspaces" in answer.url and answer.request.method == "PUT"):
            page.evaluate("window.jupyterapp.shell.collapseLeft()")
        page.wait_for_timeout(1000)  # it saves once more
        again = chromium.new_page()
        again.goto(fresh_server)
        again.get_by_role("heading", name="Why neural networks need activation functions").wait_for()
        assert not self.contents(again).is_visible()

    def test_where_no_widgets_are_shown_the_first_page_says_how_to_mend_it(self, fresh_server, chromium):
        notebook = lab.Notebook(chromium.new_page(), fresh_server, FIRST)
        for cell in ("imports", "ready-tick"):
            notebook.run(cell)
        shown = notebook.show("ready-tick").locator(".jp-OutputArea-output")
        shown.get_by_text("Interactives do not work here").wait_for(state="visible")
        assert "make lab" in shown.inner_text()


def test_where_interactives_work_the_first_page_shows_a_tick_and_no_advice(open_notebook):
    notebook = open_notebook(FIRST)
    for cell in ("imports", "ready-tick"):
        notebook.run(cell)
    shown = notebook.show("ready-tick").locator(".jp-OutputArea-output")
    shown.get_by_text("✓ Interactives work here.").wait_for(state="visible")
    assert "make lab" not in shown.inner_text()
    assert notebook.errors == []
