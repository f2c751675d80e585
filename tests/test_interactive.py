"""course_lib/interactive/base.py: tables, controls, memory, and what is shown where there is no front end."""

import re
from pathlib import Path

import nbclient
import nbformat
import numpy as np
import pytest

from course_lib import plots
from course_lib.interactive import base
from course_lib.interactive.base import Control, Interactive, Point, axis, pack, texts
from course_lib.interactive.page import to_html

MINUS = "\N{MINUS SIGN}"
TABLE = np.arange(12.0).reshape(3, 4)


class Small(Interactive, script="function build(ui) { return () => {}; }"):
    """As little as an interactive needs."""

    def __init__(self, more=0, u=(-1, 0, 1.5)):
        controls = {
            "u": Control(u, "u"),
            "word": Control(["yes", "no"], "word"),
            "at": Point([0, 1, 2], [-1, 1], "at"),
        }
        super().__init__("Small", controls, {"table": TABLE + more, "more": [1, 2]}, "u = {u}", colour="blue")

    def picture(self, state):
        return plots.curves([0, 1], {str(self.values(state)): [0, 1]})

    def readings(self, state):
        return {"twice": 2 * self.values(state)["u"], "word": "fine"}


@pytest.fixture
def in_cell(monkeypatch):
    """Pretend that cells of a notebook run, one after the other."""
    return lambda name: monkeypatch.setattr(base, "cell", lambda: name)


@pytest.fixture(autouse=True)
def forget(monkeypatch):
    monkeypatch.setattr(base, "_remembered", {})


def test_tables_travel_as_one_buffer_of_float32():
    spans, numbers = pack({"a": TABLE, "b": [1, 2], "c": 7})
    assert spans == {"a": [0, [3, 4]], "b": [12, [2]], "c": [14, []]}
    assert np.array_equal(np.frombuffer(numbers, dtype="<f4"), [*range(12), 1, 2, 7])


def test_the_browser_gets_the_shared_drawing_and_the_own_as_one_module():
    parts = [
        Small._esm.index(text)
        for text in ("class UI", "class Plot", "build(ui) { return () => {}; }", "export default")
    ]
    assert parts == sorted(parts)
    assert Small()._esm == Small._esm
    assert "import " not in Small._esm
    assert "http" not in Small._esm.replace("http://www.w3.org/2000/svg", "")


def test_controls_start_in_the_middle_at_the_first_word_or_where_they_are_told():
    assert Small().state == Small().start == {"u": 1, "word": 0, "at": [1, 1]}
    assert Control([1, 2, 3], start=2.9).start == 2
    assert Control(["a", "b"], start="b").start == 1
    assert Point([0, 1, 2], [5, 6], start=(0.2, 9)).start == [0, 1]


def test_values_are_shown_with_a_real_minus_and_as_many_digits_as_tell_them_apart():
    assert texts([-1, -0.5, 0, 0.5]) == [MINUS + "1.0", MINUS + "0.5", "0.0", "0.5"]
    assert texts([0, 2, 3]) == ["0", "2", "3"]
    assert texts([0.01, 0.1]) == ["0.01", "0.10"]
    assert texts(["a", 1]) == ["a", "1"]


@pytest.mark.parametrize("values", [[], "abc", np.array([])])
def test_a_control_needs_values(values):
    with pytest.raises(ValueError, match="slider 'u' needs a list of values"):
        Control(values, "u")


def test_axes_have_round_ticks_inside_their_range():
    expected = {
        "lim": [-2.5, 3],
        "ticks": [-2, -1, 0, 1, 2, 3],
        "texts": [f"{MINUS}2", f"{MINUS}1", *"0123"],
        "label": "x",
    }
    assert axis((-2.5, 3), "x") == expected


def test_a_figure_takes_values_and_keeps_what_is_not_named():
    widget = Small()
    widget.state = {"u": 2, "word": 0, "at": [0, 0]}
    shown = widget.figure(word="no", at=(1.9, 5)).axes[0].get_legend().get_texts()[0].get_text()
    assert shown == str({"u": 1.5, "word": "no", "at": (2, 1)})
    assert widget.state == {"u": 2, "word": 0, "at": [0, 0]}


def test_an_unknown_control_or_word_is_one_clear_line():
    with pytest.raises(ValueError, match="there is no slider 'w'; the sliders are u, word, at"):
        Small().figure(w=1)
    with pytest.raises(ValueError, match="slider 'word' has no value 'maybe'; it has 'yes', 'no'"):
        Small().figure(word="maybe")


def test_without_a_front_end_a_picture_with_its_text_goes_along():
    widget = Small()
    data, _ = widget._repr_mimebundle_()
    text = "Small: u = 0.0, word = yes, at = (1, 1), twice 0, word fine"
    assert f'alt="{text}"' in data["text/html"]
    assert data["text/plain"] == repr(widget) == "Interactive: Small (u, word, at)"
    assert "application/vnd.jupyter.widget-view+json" in data


def test_with_a_front_end_no_picture_is_drawn(in_cell, monkeypatch):
    in_cell("one")
    monkeypatch.setattr(Small, "picture", lambda *_: pytest.fail("drawn"))
    assert "text/html" not in Small()._repr_mimebundle_()[0]


def test_the_state_survives_when_its_cell_runs_again(in_cell):
    in_cell("one")
    Small().state = {"u": 2, "word": 1, "at": [0, 0]}
    assert Small().state == {"u": 2, "word": 1, "at": [0, 0]}
    assert Small().start["u"] == 1


def test_numbers_that_differ_a_little_keep_the_state(in_cell):
    in_cell("one")
    Small().state = {"u": 2, "word": 1, "at": [0, 0]}
    assert Small(more=1e-9).state["u"] == 2


def test_another_cell_or_other_controls_start_anew(in_cell):
    in_cell("one")
    Small().state = {"u": 2, "word": 1, "at": [0, 0]}
    assert Small(u=[-1, 0, 2]).state["u"] == 1
    in_cell("two")
    assert Small().state["u"] == 1


def test_without_a_front_end_nothing_is_remembered():
    Small().state = {"u": 2, "word": 1, "at": [0, 0]}
    assert Small().state["u"] == 1
    assert base._remembered == {}


def test_an_executed_notebook_becomes_a_page_that_holds_all_it_needs(tmp_path):
    code = "from course_lib.activations import relu\nfrom course_lib.interactive.explore import explore\nexplore(relu)"
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(code)])
    nbclient.NotebookClient(notebook, resources={"metadata": {"path": str(tmp_path)}}).execute()
    (output,) = notebook.cells[0].outputs
    assert set(output["data"]) == {"application/vnd.jupyter.widget-view+json", "text/html", "text/plain"}
    page = to_html(notebook)
    assert not re.search(r"<(script|link)[^>]*(src|href)=.http", page)
    assert 'type="application/vnd.jupyter.widget-state+json"' in page


def test_the_stored_chapters_keep_no_widget_state():
    for path in (Path(__file__).parents[1] / "notebooks").glob("*.ipynb"):
        notebook = nbformat.read(path, 4)
        assert "widgets" not in notebook.metadata
        assert not any(cell.get("outputs") for cell in notebook.cells)
