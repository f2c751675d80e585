"""course_lib/lesson.py: claims fail when false, and what is shown is what the library knows."""

import numpy as np
import pytest

from course_lib.activations import ACTIVATIONS, gelu, relu, selu, tanh
from course_lib.lesson import ClaimFailed, card, claim, compare_table, show_source
from course_lib.markdown import table
from course_lib.units import UNITS, unit

# claim


@pytest.mark.parametrize("true", [True, np.True_, np.array(True), np.float64(1) < 2])
def test_a_true_claim_is_printed(true, capsys):
    claim("one is less than two", true)
    assert capsys.readouterr().out == "✓ one is less than two\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.23456, "1.235"),
        (np.float32(1e-9), "1e-09"),
        (12345, "12345"),
        ((0.5, 2), "0.5, 2"),
        (np.array([0.25, 1 / 3]), "0.25, 0.3333"),
        ("half", "half"),
        (0, "0"),
    ],
)
def test_the_measured_value_stands_beside_the_claim(value, text, capsys):
    claim("it is so", True, value)
    assert capsys.readouterr().out == f"✓ it is so [{text}]\n"


@pytest.mark.parametrize("text", ["much " * 20, "much " * 15])
def test_measured_values_stay_together_where_a_line_has_room_for_them(text, capsys):
    claim(text, True, [0.1] * 13)
    *first, last = capsys.readouterr().out.splitlines()
    assert last.endswith(f" [{', '.join(['0.1'] * 13)}]")
    assert max(map(len, [*first, last])) <= 88


def test_what_no_line_has_room_for_is_broken_between_words(capsys):
    claim("it is so", True, [0.125] * 30)
    first, *others = capsys.readouterr().out.splitlines()
    assert first.startswith("✓ it is so [0.125, 0.125")
    assert max(map(len, [first, *others])) <= 88
    assert " ".join(" ".join([first, *others]).split()) == f"✓ it is so [{', '.join(['0.125'] * 30)}]"


@pytest.mark.parametrize("false", [False, np.False_, np.array(False)])
def test_a_false_claim_raises_with_its_text_and_value(false, capsys):
    with pytest.raises(ClaimFailed, match=r"two is less than one \[0\.125\]"):
        claim("two is less than one", false, 0.125)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    "condition", ["true", "", None, 1, 1.0, [True], np.array([True]), np.array([]), np.float64(1), {}]
)
def test_what_is_no_truth_value_is_never_a_claim(condition, capsys):
    with pytest.raises(TypeError, match=r"\.all\(\)"):
        claim("anything", condition)
    assert capsys.readouterr().out == ""


def test_a_failed_claim_is_an_assertion():
    assert issubclass(ClaimFailed, AssertionError)


# card, compare_table, show_source


def test_a_card_has_formula_derivative_properties_paper_and_picture(capsys):
    card(gelu)
    out = capsys.readouterr().out.replace("\N{MINUS SIGN}", "-")
    for part in (gelu.latex, gelu.latex_derivative, gelu.summary, gelu.paper.title, gelu.paper.link, gelu.torch):
        assert part in out
    assert "no, f(-0.7518) = -0.17 is its minimum" in out
    assert "Figure: gelu (solid) and its derivative (dashed): f(-4) = -0.0001267, f(0) = 0, f(4) = 4" in out


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=lambda f: f.name)
def test_every_activation_has_a_card(f, capsys):
    card(f)
    assert f"### {f.name}" in capsys.readouterr().out


def test_the_table_compares_every_activation():
    lines = repr(compare_table()).splitlines()
    assert [line.split("|")[1].strip() for line in lines[2:]] == list(ACTIVATIONS)
    assert len({len(line) for line in lines}) == 1


def test_a_row_of_the_table_says_what_was_measured():
    header, _, relu_row, selu_row = (row(line) for line in repr(compare_table([relu, selu])).splitlines())
    said = dict(zip(header, relu_row, strict=True))
    assert (said["function"], said["range"], said["gain"], said["formula"]) == (
        "relu",
        "0 to ∞",
        "1.414",
        f"${relu.latex}$",
    )
    assert relu_row[1:] == ["0 to ∞", "no", "yes", "left", "no", "1.414", "0.3989", "0", f"${relu.latex}$"]
    assert selu_row[1:-1] == ["\N{MINUS SIGN}1.758 to ∞", "yes", "yes", "left", "no", "1", "0", "1.758"]


def row(line):
    return [cell.strip() for cell in line.strip("|").split("|")]


def test_no_cell_of_a_table_breaks_its_row():
    for line in repr(compare_table()).splitlines():
        assert len(row(line)) == 10
    assert table(["a"], [["x|y\nz"]]).splitlines()[2] == r"| x\|y z |"


def test_the_source_of_an_activation_is_its_formula_and_its_derivative():
    shown = show_source(tanh)
    assert "return np.tanh(x)" in repr(shown)
    assert "@tanh.define_derivative" in repr(shown)
    assert shown._repr_markdown_() == f"```python\n{shown!r}\n```"


def test_a_unit_has_a_card_without_a_picture_and_its_source_has_both_directions(capsys):
    @unit(latex="2x", paper=relu.paper, torch=None)
    def double(x):
        """Twice x."""
        return 2 * x

    @double.define_backward("2g")
    def double(x, grad):
        return 2 * grad

    UNITS.pop("double")
    card(double)
    out = capsys.readouterr().out
    assert "$$f(x) = 2x$$" in out
    assert "Figure" not in out
    assert "return 2 * x" in repr(show_source(double))
    assert "return 2 * grad" in repr(show_source(double))


def test_the_source_of_a_method_is_not_indented():
    assert repr(show_source(type(relu).derivative)).startswith("def derivative(self, x")


@pytest.mark.parametrize("thing", [len, np.add, 3, "relu", None])
def test_what_has_no_python_source_is_refused(thing):
    with pytest.raises(TypeError, match="written in Python"):
        show_source(thing)
