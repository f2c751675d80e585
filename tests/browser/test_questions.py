"""Predictions in a browser: kept by Python in JupyterLab, by the browser on a page without a kernel."""

import nbclient
import nbformat
import needs
import pytest

from course_lib.interactive.page import to_html

axe = needs.module("axe_playwright_python.sync_playwright", "test")
CELLS = {
    "imports": "from course_lib.lesson import predict, reconcile",
    "ask": "predict('a.half', 'How much of $x$ is left?', ['none', 'half', 'all'])",
    "ask-more": "predict('a.more', 'And more of it?', ['yes', 'no'])",
    "answer": "reconcile('a.half', 'half')\nreconcile('a.more', 'no')",
    "list": "reconcile()",
}
SURPRISE = "You said 'all' (certain). It is 'half'. A surprise: you were certain, so look at this experiment twice."


@pytest.fixture(scope="module")
def notebook():
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    cells = [nbformat.v4.new_code_cell(source, id=name) for name, source in CELLS.items()]
    return nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})


@pytest.fixture(scope="module")
def executed(notebook, tmp_path_factory):
    """The folder of the notebook as a page, light and dark, executed without a front end."""
    folder = tmp_path_factory.mktemp("questions")
    done = nbformat.from_dict(notebook)
    nbclient.NotebookClient(done, timeout=60, resources={"metadata": {"path": str(folder)}}).execute()
    for theme in ("light", "dark"):
        (folder / f"{theme}.html").write_text(to_html(done, theme), encoding="utf-8")
    return folder


@pytest.fixture
def page(chromium, executed):
    """Open the page without a kernel, in a browser that has kept nothing."""
    contexts, errors = [], []

    def opened(theme="light", script="", **options):
        context = chromium.new_context(color_scheme=theme, **options)
        context.add_init_script(script)
        page = context.new_page()
        page.on("console", lambda message: errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto((executed / f"{theme}.html").as_uri())
        page.locator(".course-question").nth(4).wait_for()
        contexts.append(context)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert errors == []


@pytest.fixture(scope="module")
def in_lab(open_notebook, course, notebook):
    nbformat.write(notebook, course / "questions.ipynb")
    opened = open_notebook("questions.ipynb")
    for cell in ("imports", "ask", "ask-more"):
        opened.run(cell)
    yield opened
    assert opened.errors == []
    assert opened.requests_outside == []


def keep(part, option, confidence):
    """Answer a question with the mouse."""
    part.get_by_label(option, exact=True).check()
    part.get_by_label(confidence, exact=True).check()
    part.get_by_role("button", name="Keep my prediction").click()


def answers(page):
    return page.locator(".course-question.answer p")


# JupyterLab


def test_in_jupyterlab_the_keys_keep_a_prediction_and_the_experiment_answers(in_lab):
    form, keyboard = in_lab.show("ask").locator(".course-question"), in_lab.page.keyboard
    form.get_by_role("radio", name="none").focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Tab", "Space", "ArrowRight", "ArrowRight", "Tab", "Enter"):
        keyboard.press(key)
    form.get_by_text("Kept: all (certain). Now run the experiment.").wait_for()
    assert form.get_by_role("radio", name="all").is_checked()
    in_lab.run("answer")
    assert in_lab.text("answer").splitlines() == [SURPRISE, "It is 'no'. No prediction was kept."]
    in_lab.run("list")
    assert "0 of 1 predictions were right, 1 wrong though certain." in in_lab.text("list")


def test_in_jupyterlab_half_a_prediction_is_not_kept_and_a_kept_one_comes_back(in_lab):
    form = in_lab.show("ask-more").locator(".course-question")
    form.get_by_role("button", name="Keep my prediction").click()
    form.get_by_text("First choose an answer and how sure you are.").wait_for()
    keep(form, "yes", "guessing")
    form.get_by_text("Kept: yes (guessing).").wait_for()
    in_lab.run("ask-more")
    form = in_lab.show("ask-more").locator(".course-question")
    form.get_by_text("Kept before: yes (guessing).").wait_for()
    assert form.get_by_role("radio", name="yes").is_checked()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_serious_fault_in_jupyterlab(in_lab, theme):
    in_lab.page.emulate_media(color_scheme=theme)
    in_lab.page.locator(f"body[data-jp-theme-light='{str(theme == 'light').lower()}']").wait_for(state="attached")
    in_lab.show("ask").locator(".course-question").wait_for()
    assert faults(in_lab.page) == []


# a page without a kernel


def test_without_a_kernel_what_is_kept_is_answered_below_at_once(page):
    opened = page()
    assert answers(opened).all_text_contents() == [
        "It is 'half'. No prediction was kept.",
        "It is 'no'. No prediction was kept.",
    ]
    first, second = (opened.locator(".course-question.ask").nth(i) for i in range(2))
    second.get_by_label("no", exact=True).check()
    first.get_by_role("button").click()
    first.get_by_text("First choose an answer and how sure you are.").wait_for()
    keep(first, "all", "certain")
    first.get_by_text("Kept in this browser: all (certain).").wait_for()
    assert answers(opened).all_text_contents() == [SURPRISE, "It is 'no'. No prediction was kept."]
    assert second.get_by_label("no", exact=True).is_checked(), "another question is left as it was"
    keep(first, "half", "guessing")
    assert answers(opened).first.text_content() == "You said 'half' (guessing). It is 'half'. Right."


def test_the_page_lists_what_was_kept_with_the_greatest_surprise_first(page):
    opened = page()
    listed = opened.locator(".course-question.list")
    assert listed.text_content() == "No prediction was kept in this notebook."
    keep(opened.locator(".course-question.ask").nth(0), "half", "fairly sure")
    keep(opened.locator(".course-question.ask").nth(1), "yes", "certain")
    assert [row.locator("td").all_text_contents() for row in listed.locator("tbody tr").all()] == [
        ["And more of it?", "yes", "certain", "no", "no"],
        ["How much of x is left?", "half", "fairly sure", "half", "yes"],
    ]
    listed.get_by_text("1 of 2 predictions were right, 1 wrong though certain.").wait_for()


def test_a_page_that_is_loaded_again_remembers(page):
    opened = page()
    keep(opened.locator(".course-question.ask").first, "all", "certain")
    opened.reload()
    form = opened.locator(".course-question.ask").first
    form.get_by_text("Kept before: all (certain).").wait_for()
    assert form.get_by_label("certain").is_checked()
    assert answers(opened).first.text_content() == SURPRISE


REFUSE = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('refused'); } })"
NONSENSE = "localStorage.setItem('course-predictions', '{not JSON')"


@pytest.mark.parametrize(("script", "said"), [(REFUSE, "Kept until you leave this page"), (NONSENSE, "Kept in this")])
def test_a_browser_that_stores_nothing_or_nonsense_still_answers(page, script, said):
    opened = page(script=script)
    form = opened.locator(".course-question.ask").first
    keep(form, "all", "certain")
    form.get_by_text(said).wait_for()
    assert answers(opened).first.text_content() == SURPRISE


def test_an_option_that_is_no_longer_offered_counts_as_none(page):
    old = 'localStorage.setItem(\'course-predictions\', \'{"a.half": {"option": "some", "confidence": "certain"}}\')'
    opened = page(script=old)
    assert answers(opened).first.text_content() == "It is 'half'. No prediction was kept."
    assert opened.locator(".course-question.ask input:checked").count() == 0


def test_keys_pressed_in_a_question_reach_nobody_else_until_it_is_answered(page):
    opened = page()
    opened.evaluate("window.keys = []; document.addEventListener('keydown', event => keys.push(event.key))")
    opened.get_by_role("radio", name="none").focus()
    for key in ("Space", "ArrowDown", "ArrowRight", "d", "PageDown", "Tab", "Space", "Tab", "Enter", "PageDown"):
        opened.keyboard.press(key)
    opened.get_by_text("Kept in this browser: all (guessing).").wait_for()
    assert opened.evaluate("keys") == ["Tab", "Tab", "PageDown"], "the last one is for the slides: go on"


def test_a_finger_answers_and_everything_fits_a_narrow_page(page):
    opened = page(viewport={"width": 340, "height": 700}, has_touch=True)
    form = opened.locator(".course-question.ask").first
    for thing in (form.get_by_label("all"), form.get_by_label("certain"), form.get_by_role("button")):
        thing.tap()
    assert answers(opened).first.text_content() == SURPRISE
    sizes = "[...document.querySelectorAll('.course-question')].map(n => [n.scrollWidth, n.clientWidth])"
    assert all(inside <= room for inside, room in opened.evaluate(sizes))
    high = "[...document.querySelectorAll('.course-question :is(label, button)')].map(n => n.offsetHeight)"
    assert min(opened.evaluate(high)) >= 24


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_no_serious_fault_without_a_kernel(page, theme):
    opened = page(theme)
    keep(opened.locator(".course-question.ask").first, "all", "certain")
    assert faults(opened) == []
    colour = "node => [getComputedStyle(node).color, getComputedStyle(node).borderTopColor]"
    radio = opened.locator(".course-question input:not(:checked)").first.evaluate(colour)
    assert radio == [opened.locator(".course-question").first.evaluate(colour)[0]] * 2, "as dark or light as the text"


def test_a_screen_reader_hears_the_question_the_choices_and_what_is_kept(page):
    opened = page()
    question = opened.get_by_role("group", name="How much of x is left?")
    assert question.get_by_role("radio").count() == 3
    assert opened.get_by_role("group", name="How sure are you?").first.get_by_role("radio").count() == 3
    assert opened.locator(".course-question.ask [aria-live=polite]").count() == 2
    assert opened.locator(".course-question.answer [aria-live]").count() == 0, "the answer is no news before the text"


def faults(page):
    """What axe finds in the questions and answers."""
    found = axe.Axe().run(page, context=".course-question").response["violations"]
    return [fault["id"] for fault in found if fault["impact"] in ("serious", "critical")]
