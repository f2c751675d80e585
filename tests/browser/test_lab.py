"""What a learner sees in JupyterLab: a chapter that runs, an exercise that answers."""

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


def test_a_kept_prediction_is_met_again_after_the_experiment(open_notebook):
    notebook = open_notebook("notebooks/00_start_here.ipynb")
    for cell in ("imports", "predict-layers"):
        notebook.run(cell)
    question = notebook.show("predict-layers").locator(".jp-OutputArea-output")
    question.get_by_label("almost perfectly").check()
    question.get_by_role("button", name="certain").click()
    question.get_by_role("button", name="Keep my prediction").click()
    question.get_by_text("Kept: almost perfectly (certain).").wait_for()
    for cell in ("idea-figure", "wrong-stacks", "wrong-stacks-claim", "recap-surprises"):
        notebook.run(cell)
    assert "You said 'almost perfectly' (certain). It is 'no better than one line'." in notebook.text(
        "wrong-stacks-claim"
    )
    assert "0 of 1 predictions were right, 1 wrong though certain." in notebook.text("recap-surprises")


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
