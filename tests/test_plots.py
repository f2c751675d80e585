"""course_lib/plots.py: figures that show what they say, and are never shown without words."""

import base64
import io
import re
import subprocess
import sys

import matplotlib
import numpy as np
import pytest
from matplotlib.colors import to_hex

from course_lib import plots
from course_lib.activations import ACTIVATIONS, gelu, hardshrink, leaky_relu, relu, relu6, step


def lines(ax):
    """Every drawn line of the axes: label -> (x, y) without the gaps."""
    found = {}
    for line in ax.lines:
        x, y = np.asarray(line.get_data(), dtype=float)
        found[line.get_label()] = x[~np.isnan(y)], y[~np.isnan(y)]
    return found


def pixels(fig):
    """The figure as an array of shape (height, width, 4)."""
    return matplotlib.image.imread(io.BytesIO(plots.to_png(fig)))


# show


@pytest.mark.parametrize("alt", ["", "   ", None, 3])
def test_a_figure_is_not_shown_without_words(alt):
    with pytest.raises(ValueError, match="say in alt what the figure shows"):
        plots.show(plots.line_and_parabola(), alt)


def test_where_only_text_is_shown_the_words_stand_for_the_figure(capsys):
    plots.show(plots.line_and_parabola(), "a line\n  and a parabola")
    assert capsys.readouterr().out == "Figure: a line and a parabola\n"


def test_the_html_has_the_picture_and_its_words_escaped():
    html = plots.Picture(plots.line_and_parabola(), '2 < 3 & "quotes"')._repr_html_()
    found = re.fullmatch(
        r'<figure .*<img src="data:image/png;base64,([^"]+)" alt="([^"]*)" style="([^"]*)"></figure>', html
    )
    assert found[2] == "2 &lt; 3 &amp; &quot;quotes&quot;"
    assert base64.b64decode(found[1]).startswith(b"\x89PNG")


def test_a_figure_has_two_pixels_for_each_pixel_of_the_page_and_fits_a_narrow_one():
    fig, _ = plots.canvas(5, 2)
    assert pixels(fig).shape[:2] == (384, 960)
    assert "width:480px;max-width:100%" in plots.Picture(fig, "empty axes")._repr_html_()


def test_the_background_is_opaque_white():
    assert np.all(pixels(plots.line_and_parabola())[:3, :3] == 1)


def test_importing_and_drawing_never_loads_pyplot_nor_changes_its_settings():
    code = (
        "import sys, matplotlib; before = matplotlib.rcParams.copy(); from course_lib import plots;"
        "plots.to_png(plots.overview()); assert 'matplotlib.pyplot' not in sys.modules;"
        "changed = [name for name in before if name != 'backend' and before[name] != matplotlib.rcParams[name]];"
        "assert changed == []"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_style_sheet_and_the_library_have_the_same_colours():
    style = matplotlib.rc_params_from_file(plots.STYLE, use_default_template=False)
    assert [to_hex(color).upper() for color in style["axes.prop_cycle"].by_key()["color"]] == list(plots.COLORS)


def test_the_same_figure_is_the_same_file():
    assert plots.to_png(plots.line_and_parabola()) == plots.to_png(plots.line_and_parabola())


# The figures


@pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=lambda f: f.name)
def test_the_drawn_lines_are_the_function_solid_and_its_derivative_dashed(f):
    ax = plots.function_and_derivative(f).axes[0]
    drawn = lines(ax)
    for label, function in (("$f(x)$", f), ("$f'(x)$", f.derivative)):
        x, y = drawn[label]
        assert np.array_equal(y, function(x))
    assert [line.get_linestyle() for line in ax.lines if line.get_label().startswith("$")] == ["-", "--"]


@pytest.mark.parametrize("f", [relu, relu6, step, hardshrink, gelu], ids=lambda f: f.name)
def test_kinks_are_marked_with_the_value_that_the_library_returns(f):
    dots = [line.get_data() for line in plots.function_and_derivative(f).axes[0].lines if line.get_marker() == "o"]
    assert np.array_equal(dots[0], [f.kinks, f(f.kinks)])
    assert np.array_equal(dots[1], [f.kinks, f.derivative(f.kinks)])


def test_a_jump_is_drawn_as_a_gap():
    line = plots.function_and_derivative(relu).axes[0].lines[2]
    x, y = line.get_data()
    assert line.get_label() == "$f'(x)$"
    assert np.isnan(y[x == 0])
    assert set(y[~np.isnan(y)]) == {0, 1}


def test_the_parameters_and_the_inputs_can_be_given():
    x, y = lines(plots.function_and_derivative(leaky_relu, np.linspace(-2, 2, 5), negative_slope=0.3).axes[0])["$f(x)$"]
    assert (x.min(), x.max()) == (-2, 2)
    assert y[0] == -0.6


def test_kinks_outside_the_inputs_do_not_widen_the_picture():
    x, _ = lines(plots.function_and_derivative(relu6, np.linspace(-1, 1, 5)).axes[0])["$f(x)$"]
    assert (x.min(), x.max()) == (-1, 1)


def test_curves_are_labelled_and_differ_in_colour_and_dash():
    x = np.linspace(0, 1, 5)
    ax = plots.curves(x, {"one": x, "two": x**2, "three": -x}, xlabel="t", ylabel="y", title="three").axes[0]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["one", "two", "three"]
    assert np.array_equal(lines(ax)["two"][1], x**2)
    assert len({line.get_color() for line in ax.lines}) == len({line.get_linestyle() for line in ax.lines}) == 3


def test_no_two_of_sixteen_curves_look_the_same():
    x = np.linspace(0, 1, 3)
    ax = plots.curves(x, {str(i): i * x for i in range(16)}).axes[0]
    assert len({(line.get_color(), line.get_linestyle()) for line in ax.lines}) == 16


def test_the_overview_has_every_activation_and_its_derivative():
    fig = plots.overview()
    pictures = {ax.get_title(): lines(ax) for ax in fig.axes if ax.get_title()}
    assert list(pictures) == list(ACTIVATIONS)
    for name, drawn in pictures.items():
        x, y = drawn["$f(x)$"]
        assert np.array_equal(y, ACTIVATIONS[name](x))


def test_the_overview_takes_a_choice():
    fig = plots.overview([relu, gelu], columns=2)
    assert [ax.get_title() for ax in fig.axes] == ["relu", "gelu"]


def test_on_the_line_the_sum_lands_on_the_graph_and_beside_the_parabola_it_does_not():
    for ax, lands in zip(plots.line_and_parabola().axes, (True, False), strict=True):
        drawn = lines(ax)
        assert (drawn["f(u) + f(v)"][1][0] == drawn["f(u), f(v), f(u + v)"][1][2]) == lands


def test_a_network_has_its_units_its_weights_and_its_words():
    words = [["x1", "x2", "x3"], ["h1", "h2"], ["y"]]
    ax = plots.network([3, 2, 1], words, ["input", "hidden", "output"]).axes[0]
    assert [len(layer.get_offsets()) for layer in ax.collections] == [3, 2, 1]
    assert len(ax.lines) == 3 * 2 + 2 * 1
    assert [text.get_text() for text in ax.texts] == ["x1", "x2", "x3", "input", "h1", "h2", "hidden", "y", "output"]


def test_words_that_do_not_fit_the_network_are_refused():
    with pytest.raises(ValueError, match=r"\[2, 1\] units, \[2, 2\] texts"):
        plots.network([2, 1], [["a", "b"], ["c", "d"]])
    with pytest.raises(ValueError, match="2 layers, 1 titles"):
        plots.network([2, 1], titles=["input"])


def test_decision_regions_show_the_class_of_each_point_of_the_plane():
    def right(points):
        return points[:, 0] > 0.5

    points = np.array([[0, 0], [1, 1], [1, -1]])
    ax = plots.decision_regions(right, (-2, 2), (-1, 1), points, [0, 1, 1]).axes[0]
    classes = ax.collections[0].get_array()
    assert np.array_equal(classes, np.tile(np.linspace(-2, 2, 241) > 0.5, (241, 1)))
    marked = [group.get_offsets().tolist() for group in ax.collections[2:]]
    assert marked == [[[0, 0]], [[1, 1], [1, -1]]]
    assert [to_hex(group.get_facecolor()[0]).upper() for group in ax.collections[2:]] == ["#D55E00", "#0072B2"]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["class 0", "class 1"]


def test_a_plane_of_one_class_has_no_border():
    ax = plots.decision_regions(lambda points: np.zeros(len(points)), (-1, 1), (-1, 1)).axes[0]
    assert len(ax.collections) == 1


def test_a_histogram_has_area_1_and_the_same_bins_for_all():
    data = {"a": np.linspace(0, 1, 100), "b": np.linspace(2, 3, 50)}
    outlines = [patch.get_data() for patch in plots.histogram(data, bins=10).axes[0].patches if not patch.get_fill()]
    assert len(outlines) == 2
    for outline in outlines:
        assert np.array_equal(outline.edges, np.linspace(0, 3, 11))
        assert np.sum(outline.values * np.diff(outline.edges)) == pytest.approx(1)


def test_the_interval_is_students():
    mean, low, high = plots.interval([1, 2, 3, 4, 5])
    assert mean == 3
    assert high - mean == pytest.approx(2.776445 * np.sqrt(2.5 / 5), rel=1e-6)
    assert mean - low == pytest.approx(high - mean)


@pytest.mark.parametrize("values", [[], [1.0], [[1, 2], [3, 4]]])
def test_one_value_has_no_interval(values):
    with pytest.raises(ValueError, match="one for each seed"):
        plots.interval(values)


def test_intervals_show_every_seed_the_mean_and_the_interval():
    rows = {"relu": [0.9, 0.95, 1.0], "tanh": [0.8, 0.85, 0.81]}
    ax = plots.intervals(rows, "accuracy").axes[0]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["relu", "tanh"]
    for i, values in enumerate(rows.values()):
        dots, bar, middle = (line.get_xdata() for line in ax.lines[3 * i : 3 * i + 3])
        mean, low, high = plots.interval(values)
        assert np.array_equal(dots, values)
        assert np.allclose(bar, [low, high])
        assert np.allclose(middle, mean)


def test_a_product_of_matrices_shows_the_factors_and_the_product():
    a, b = np.array([[1.0, 2.0]]), np.array([[3.0], [4.0]])
    fig = plots.matrix_product(a, b, names=["A", "B", "AB"])
    assert [ax.images[0].get_array().tolist() for ax in fig.axes] == [[[1, 2]], [[3], [4]], [[11]]]
    assert [ax.get_title() for ax in fig.axes] == ["A", "B", "AB"]
    assert [ax.get_ylabel() for ax in fig.axes] == ["", "·", "="]


def test_the_command_saves_the_overview(tmp_path):
    subprocess.run([sys.executable, "-m", "course_lib.plots", tmp_path / "overview.png"], check=True)
    assert (tmp_path / "overview.png").read_bytes() == plots.to_png(plots.overview())


def test_the_command_without_a_file_says_how_to_use_it():
    done = subprocess.run([sys.executable, "-m", "course_lib.plots"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "usage" in done.stderr


def test_activity_fills_a_square_where_a_unit_is_on_and_names_the_dead():
    z = np.array([[1.0, -1.0, 0.0], [-1.0, -2.0, 3.0]])
    ax = plots.activity(z).axes[0]
    assert ax.images[0].get_array().tolist() == [[True, False, False], [False, False, True]]
    assert ax.get_xticks().tolist() == [1]
    assert [label.get_text() for label in ax.get_xticklabels()] == ["dead"]


def test_the_sheets_show_where_each_map_takes_the_lines_of_a_grid():
    fig = plots.sheets({"flat": lambda p: p, "doubled": lambda p: 2 * p}, lines=3)
    flat, doubled = fig.axes
    assert [ax.get_title() for ax in fig.axes] == ["flat", "doubled"]
    assert len(flat.lines) == 6
    for one, other in zip(flat.lines, doubled.lines, strict=True):
        np.testing.assert_allclose(2 * one.get_xydata(), other.get_xydata())


def test_curves_over_many_powers_of_ten_can_have_a_logarithmic_axis():
    assert plots.curves([1, 2], {"y": [1, 1e9]}, yscale="log").axes[0].get_yscale() == "log"


def test_curves_over_whole_numbers_have_no_ticks_between_them():
    for x, whole in ((np.arange(1, 21), True), (np.linspace(0, 1, 20), False)):
        ticks = plots.curves(x, {"y": x}).axes[0].get_xticks()
        assert np.array_equal(ticks, ticks.round()) == whole


def test_the_zero_line_of_a_circle_is_the_circle():
    x, y = plots.zero_line(lambda p: p[:, 0] ** 2 + p[:, 1] ** 2 - 1, (-2, 2), (-1.5, 1.5))
    radius = np.hypot(x, y)[~np.isnan(x)]
    assert len(radius) > 50
    np.testing.assert_allclose(radius, 1, atol=2e-3)


def test_two_zero_lines_are_kept_apart_by_nan_and_none_is_nan_alone():
    x, _ = plots.zero_line(lambda p: np.abs(p[:, 0]) - 1, (-2, 2), (-2, 2))
    assert set(np.sign(x[~np.isnan(x)])) == {-1, 1}
    assert np.flatnonzero(np.isnan(x)).tolist() == [0, len(x) // 2, len(x) - 1]
    assert np.isnan(plots.zero_line(lambda p: p[:, 0] + 9, (-2, 2), (-2, 2))).all()
