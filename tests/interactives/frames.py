import numpy as np

from course_lib.interactive.frames import Curve, Points, Region, Scene, frames

X = np.linspace(-3, 3, 13)


def draw(u, kind):
    y = u * X if kind == "line" else np.where(np.abs(X) < 0.1, np.nan, u * X**2)
    points = [Points(u, 1, "here"), Points([-1, 0, 1], [u, u, u], "data", marker="cross")]
    return Scene([Curve(X, y, kind)], [Region([-3, 3, 3], [-1, -1, u], "shade")], points, f"{kind}, u = {u:g}")


choices = {"u": np.linspace(-1, 1, 5), "kind": ["line", "parabola"]}
shown = frames("Frames", draw, xlim=(-3, 3), ylim=(-2, 2), start={"u": 0.5, "kind": "line"}, **choices)
