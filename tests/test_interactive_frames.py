"""course_lib/interactive/frames.py: the browser gets what Python computed, once, and the static twin agrees."""

from pathlib import Path

import numpy as np
import pytest

from course_lib.interactive import frames as module
from course_lib.interactive.frames import Curve, Points, Region, Scene, frames

X = np.linspace(-3, 3, 61)
U = np.linspace(-1, 1, 5)
V = [0.0, 2.0, 3.0]


def draw(u, v):
    """A parabola that stays and a point that moves."""
    return Scene(
        [Curve(X, X**2, "x²"), Curve(X, u * X + v, "line")], [], [Points(u, v, "here")], f"u = {u:g}, v = {v:g}"
    )


@pytest.fixture
def explorer():
    return make()


def make(draw=draw, **changes):
    return frames("Test", draw, **{"xlim": (-3, 3), "ylim": (-1, 9), "u": U, "v": V} | changes)


def sent(explorer, u, v):
    """What the browser finds for these positions of the sliders: the words, and (x, y) of each element."""
    words, chosen = explorer.setup["scenes"][u * len(V) + v]
    numbers = np.frombuffer(explorer.numbers, dtype="<f4")
    arrays = [numbers[offset : offset + count] for offset, (count,) in explorer.setup["tables"].values()]
    return words, [
        (arrays[explorer.setup["elements"][i]["x"]], arrays[explorer.setup["elements"][i]["y"]]) for i in chosen
    ]


def test_each_scene_is_what_draw_returns_for_its_values(explorer):
    assert len(explorer.setup["scenes"]) == len(U) * len(V)
    for i, u in enumerate(U):
        for j, v in enumerate(V):
            scene = draw(u, v)
            words, elements = sent(explorer, i, j)
            assert words == scene.text
            for element, (x, y) in zip([*scene.curves, *scene.points], elements, strict=True):
                assert np.array_equal(x, np.float32(np.atleast_1d(element.x)))
                assert np.array_equal(y, np.float32(np.atleast_1d(element.y)))


def test_draw_is_called_once_for_each_combination():
    calls = []

    def counted(u, v):
        calls.append((u, v))
        return draw(u, v)

    explorer = make(counted)
    explorer.figure(u=1)
    assert calls == [(u, v) for u in U for v in V]


def test_what_is_the_same_in_every_scene_is_sent_once(explorer):
    assert sum(element["label"] == "x²" for element in explorer.setup["elements"]) == 1
    arrays = [
        explorer.numbers[4 * offset : 4 * (offset + count)] for offset, (count,) in explorer.setup["tables"].values()
    ]
    assert len(arrays) == len(set(arrays))
    assert len(explorer.numbers) == sum(map(len, arrays))


def test_the_sliders_start_in_the_middle_or_where_they_are_told():
    assert make().state == {"u": 2, "v": 1}
    assert make(start={"u": 0.6, "v": 0}).state == make(start={"u": 0.6, "v": 0}).start == {"u": 3, "v": 0}


def test_a_slider_can_have_words():
    names = ["affine", "affine + affine", "affine + relu + affine"]
    explorer = frames("Layers", lambda layers: Scene(text=layers), xlim=(0, 1), ylim=(0, 1), layers=names)
    assert [words for words, _ in explorer.setup["scenes"]] == names
    assert explorer.setup["controls"] == {"layers": {"label": "layers", "kind": "choice", "texts": names}}
    assert explorer.state == {"layers": 0}
    assert explorer.figure(layers="affine + affine").axes[0].get_title() == "affine + affine"
    with pytest.raises(ValueError, match="slider 'layers' has no value 'relu'"):
        explorer.figure(layers="relu")


@pytest.mark.parametrize("values", [[], "abc", np.array([])])
def test_a_slider_needs_values(values):
    with pytest.raises(ValueError, match="slider 'u' needs a list of values"):
        make(u=values)


def test_a_picture_needs_a_slider():
    with pytest.raises(ValueError, match="at least one slider"):
        frames("Nothing", Scene, xlim=(0, 1), ylim=(0, 1))


def test_too_many_scenes_are_refused_before_any_is_drawn():
    def never(u, v):
        raise RuntimeError("drawn")

    with pytest.raises(
        ValueError, match=r"50 \(u\) x 50 \(v\) are 2500 scenes, at most 2000 .* np.linspace\(-3, 3, 44\)"
    ):
        make(never, u=np.linspace(0, 1, 50), v=np.linspace(0, 1, 50))


def test_too_much_data_is_refused():
    x = np.linspace(0, 1, 20_001)
    with pytest.raises(ValueError, match=r"hold 2\.\d MB, at most 2 MB can be sent: draw curves with fewer points"):
        frames("Long", lambda u: Scene([Curve(x, u * x)]), xlim=(0, 1), ylim=(0, 1), u=np.linspace(0, 1, 30))


def test_draw_must_return_a_scene():
    with pytest.raises(TypeError, match="draw must return a Scene, not tuple"):
        make(lambda u, v: (u, v))


@pytest.mark.parametrize(
    ("scene", "message"),
    [
        (Scene([Curve(X, X, color="red")]), "no color 'red'; there are blue, orange, green, pink, grey"),
        (Scene([Curve(X, X, style="--")]), "no style '--'; there are solid, dashed"),
        (Scene(points=[Points(X, X, marker="o")]), "no marker 'o'; there are circle, cross"),
        (Scene([Curve(X, X[:5])]), r"x and y of curve '' .* \(61,\) and \(5,\)"),
    ],
)
def test_what_cannot_be_drawn_is_refused(scene, message):
    with pytest.raises(ValueError, match=message):
        make(lambda u, v: scene)


def test_elements_differ_in_colour_and_in_dash_or_marker_unless_told():
    scene = Scene(
        [Curve(X, X), Curve(X, -X)], [Region(X, X)], [Points(X, X), Points(X, -X), Points(0, 0, color="grey")]
    )
    elements = make(lambda u, v: scene).setup["elements"]
    assert [element["kind"] for element in elements] == ["region", "curve", "curve", "points", "points", "points"]
    assert [element["color"] for element in elements] == ["blue", "orange", "green", "pink", "blue", "grey"]
    assert [element.get("style") for element in elements[1:3]] == ["solid", "dashed"]
    assert [element.get("marker") for element in elements[3:]] == ["circle", "cross", "square"]


# The static twin


def test_the_twin_shows_the_scene_of_the_nearest_values(explorer):
    ax = explorer.figure(u=0.4, v=2.9).axes[0]
    scene = draw(0.5, 3.0)
    assert ax.get_title() == scene.text
    for line, curve in zip(ax.lines, scene.curves, strict=True):
        assert line.get_label() == curve.label
        assert np.array_equal(line.get_ydata(), np.float32(curve.y))
    assert ax.collections[0].get_offsets().tolist() == [[0.5, 3.0]]
    assert [text.get_text() for text in ax.texts] == ["here"]
    assert (ax.get_xlim(), ax.get_ylim()) == ((-3, 3), (-1, 9))


def test_the_twin_shows_the_present_state_of_sliders_that_are_not_named(explorer):
    explorer.state = {"u": 4, "v": 0}
    assert explorer.figure().axes[0].get_title() == "u = 1, v = 0"
    assert explorer.figure(v=2).axes[0].get_title() == "u = 1, v = 2"


def test_the_twin_draws_regions_and_sets_of_points():
    scene = Scene([], [Region([0, 1, 1], [0, 0, 1], "inside")], [Points([0, 1], [1, 1], "data", marker="triangle")])
    ax = make(lambda u, v: scene).figure().axes[0]
    assert ax.patches[0].get_xy()[:3].tolist() == [[0, 0], [1, 0], [1, 1]]
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["inside", "data"]


def test_an_unknown_slider_is_named_with_those_there_are(explorer):
    with pytest.raises(ValueError, match="no slider 'w'; the sliders are u, v"):
        explorer.figure(w=1)
    with pytest.raises(ValueError, match="no slider 'w'"):
        make(start={"w": 1})


def test_its_alternative_text_says_what_the_scene_says(explorer):
    assert explorer.alt({"u": 4, "v": 0}) == "Test: u = 1.0, v = 0. u = 1, v = 0"


def test_the_colours_of_the_twin_are_those_of_the_browser():
    css = Path(module.__file__).with_name("look.css").read_text(encoding="utf-8")
    for name, color in module._MATPLOTLIB_COLORS.items():
        assert f"--{name}: {color.lower()};" in css
