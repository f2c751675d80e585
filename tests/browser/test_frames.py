"""frames.js in a real browser, without a kernel: it shows what Python computed, by mouse and by keyboard."""

import base64
import json
import re
from pathlib import Path

import numpy as np
import pytest

from course_lib.interactive import frames as module
from course_lib.interactive.frames import Curve, Points, Region, Scene, frames

FOLDER = Path(module.__file__).parent
TRAITS = ("title", "axes", "sliders", "spans", "elements", "scenes", "start", "state")
PAGE = """<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="/frames.css"><body><script type="module">
import widget from "/frames.js";
window.keys = [];
document.addEventListener("keydown", (event) => window.keys.push(event.key));
window.models = MODELS.map((traits) => {
  const bytes = Uint8Array.from(atob(traits.numbers), (c) => c.charCodeAt(0));
  traits.numbers = new DataView(bytes.buffer, 3);
  const listeners = [];
  const model = {
    saved: [],
    get: (name) => traits[name],
    set: (name, value) => { traits[name] = value; listeners.forEach((listener) => listener()); },
    save_changes() { this.saved.push(traits.state); },
    on: (event, listener) => listeners.push(listener),
    off: (event, listener) => listeners.splice(listeners.indexOf(listener), 1),
  };
  const el = document.body.appendChild(document.createElement("section"));
  model.leave = widget.render({ model, el });
  model.listeners = listeners;
  return model;
});
</script>"""
X = np.linspace(-3, 3, 13)
U = np.linspace(-1, 1, 5)


def draw(u, kind):
    y = u * X if kind == "line" else np.where(np.abs(X) < 0.1, np.nan, u * X**2)
    points = [Points(u, 1, "here"), Points([-1, 0, 1], [u, u, u], "data", marker="cross")]
    return Scene([Curve(X, y, kind)], [Region([-3, 3, 3], [-1, -1, u], "shade")], points, f"{kind}, u = {u:g}")


@pytest.fixture
def page(chromium):
    """Two of them on one page, served from memory; afterwards, what the console complained of must be nothing."""
    models = [{name: getattr(explorer, name) for name in TRAITS} for explorer in (make("First"), make("Second"))]
    for model in models:
        model["numbers"] = base64.b64encode(b"???" + make("").numbers).decode()
    files = {f"/{name}": (FOLDER / name).read_text() for name in ("frames.js", "frames.css")}
    files["/"] = PAGE.replace("MODELS", json.dumps(models))
    types = {".js": "text/javascript", ".css": "text/css", "": "text/html"}

    def serve(route):
        path = re.sub("^https?://[^/]*", "", route.request.url)
        route.fulfill(body=files[path], content_type=types[Path(path).suffix])

    page, complaints = chromium.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.route("**/*", serve)
    page.goto("http://course.test/")
    page.wait_for_function("window.models?.length === 2")
    yield page
    page.close()
    assert complaints == []


def make(title):
    return frames(
        title, draw, xlim=(-3, 3), ylim=(-2, 2), u=U, kind=["line", "parabola"], start={"u": 0.5, "kind": "line"}
    )


def slider(page, name, number=0):
    return page.locator("section").nth(number).get_by_role("slider", name=name)


def assert_shows(page, u, kind, number=0):
    """The words, the slider's value and the curve are those that Python computed for these values."""
    section, scene = page.locator("section").nth(number), draw(u, kind)
    assert section.locator("[aria-live=polite]").text_content() == scene.text
    assert slider(page, "kind", number).get_attribute("aria-valuetext") == kind
    shown = slider(page, "u", number).get_attribute("aria-valuetext").replace("\N{MINUS SIGN}", "-")
    assert float(shown) == u
    axes = make("").axes
    curve = scene.curves[0]
    there = ~np.isnan(curve.y)
    expected = np.column_stack([(curve.x + 3) / 6 * axes["width"], (2 - curve.y) / 4 * axes["height"]])[there]
    drawn = re.findall(r"[ML]([-\d.]+) ([-\d.]+)", section.locator("svg svg path.curve").get_attribute("d"))
    assert np.allclose(np.array(drawn, dtype=float), expected, atol=0.01)


def test_it_starts_where_it_is_told(page):
    assert_shows(page, 0.5, "line")
    assert (
        page.locator("section").first.get_by_role("img").get_attribute("aria-label") == "First, shade, line, here, data"
    )


def test_the_arrow_keys_move_a_slider_and_reach_nobody_else(page):
    slider(page, "u").focus()
    page.keyboard.press("ArrowRight")
    assert_shows(page, 1, "line")
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert_shows(page, 0, "line")
    page.keyboard.press("Home")
    assert_shows(page, -1, "line")
    assert page.evaluate("window.keys") == []


def test_the_mouse_moves_a_slider_and_the_picture_follows_before_it_is_released(page):
    box = slider(page, "u").bounding_box()
    page.mouse.move(box["x"] + 0.75 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 3, box["y"] + box["height"] / 2)
    assert_shows(page, -1, "line")
    assert page.evaluate("window.models[0].saved") == []
    page.mouse.up()
    assert page.evaluate("window.models[0].saved") == [{"u": 0, "kind": 0}]


def test_a_slider_of_words_changes_the_curve_and_a_nan_breaks_it(page):
    slider(page, "kind").focus()
    page.keyboard.press("ArrowRight")
    assert_shows(page, 0.5, "parabola")
    assert page.locator("section").first.locator("svg svg path.curve").get_attribute("d").count("M") == 2
    assert page.locator("section").first.locator("output").all_text_contents() == ["0.5", "parabola"]


def test_reset_returns_to_the_start(page):
    slider(page, "u").focus()
    page.keyboard.press("Home")
    page.locator("section").first.get_by_role("button", name="Reset").click()
    assert_shows(page, 0.5, "line")
    assert page.evaluate("window.models[0].saved.at(-1)") == {"u": 3, "kind": 0}


def test_two_on_a_page_do_not_disturb_each_other(page):
    slider(page, "u", 1).focus()
    page.keyboard.press("Home")
    assert_shows(page, -1, "line", number=1)
    assert_shows(page, 0.5, "line", number=0)
    assert page.evaluate("document.querySelectorAll('[id]').length") == 0


def test_it_follows_the_kernel_until_it_is_removed(page):
    page.evaluate("window.models[0].set('state', {u: 0, kind: 1})")
    assert_shows(page, -1, "parabola")
    assert page.evaluate("window.models[0].leave(), window.models[0].listeners.length") == 0


def test_the_legend_names_curves_regions_and_sets_and_a_single_point_has_its_name_beside_it(page):
    section = page.locator("section").first
    assert section.locator(".legend span").all_text_contents() == ["shade", "line", "data"]
    assert section.locator("svg svg text").all_text_contents() == ["here"]


def test_it_fits_a_narrow_page_with_words_that_can_be_read(page):
    page.set_viewport_size({"width": 340, "height": 700})
    assert page.evaluate("document.documentElement.scrollWidth") <= 340
    tick = page.locator("section").first.locator(".ticks text").first
    assert tick.bounding_box()["height"] >= 9


@pytest.mark.parametrize("color", ["rgb(0, 0, 0)", "rgb(238, 238, 238)"])
def test_its_words_have_the_colour_of_the_page(page, color):
    page.evaluate("color => document.body.style.color = color", color)
    fill = "getComputedStyle(document.querySelector('section svg text')).fill"
    assert page.evaluate(fill) == color
