"""An interactive for the tests alone: it uses every part of the shared drawing that the others may not use yet."""

import numpy as np

from course_lib import plots
from course_lib.interactive.base import Control, Interactive, Point, axis

SCRIPT = """
function build(ui) {
  const { shape } = ui.tables.waves, { axes } = ui.setup;
  ui.readings(["height", "mix"]);
  ui.row(() => {
    const plane = (ui.plane = ui.plot({ axes, label: "a plane with a point", equal: true }));
    plane.handle("point", { axis: "xy", at: () => ui.state.point.map((i, k) => ui.setup.controls.point.values[k][i]) });
    ui.graph = ui.plot({ axes, label: "a graph", bare: true });
  });
  ui.bars = ui.plot({ axes: { x: axes.x, y: ui.setup.tall }, label: "bars to pull" });
  ui.bars.handle("pull", { axis: "y", at: () => [0, ui.value("pull")] });
  ui.controls(["word", "many", "step"]);
  ui.player("step", 50);
  ui.button("Ask", () => ui.ask({ more: 1 }));
  const say = ui.sentence();
  ui.listen((content, tables) => say(`${content.said}: ${tables.numbers.data.join(" ")}`));
  return () => {
    const [i, j] = ui.state.point, first = ui.tables.waves.row(0), second = ui.tables.waves.row(1);
    const part = ui.value("step") / 10, mixed = combine([1 - part, part], [first, second]);
    ui.plane.heat(mixed, shape.slice(1), 1);
    ui.plane.draw([ui.plane.level(mixed, shape.slice(1), 0)]);
    ui.graph.draw([
      { kind: "edge", x: [-1, 1], y: [0, 0], width: 3, arrow: true, gap: 22, label: "2" },
      { kind: "node", x: -1, y: 0, label: "x", below: "in", color: "blue" },
      { kind: "node", x: 1, y: 0, label: "f", color: "orange" },
    ]);
    ui.bars.draw([{ kind: "bars", x: [-2, -1, 0, 1, 2], y: [1, 2, ui.value("pull"), 9], hatch: true, color: "green" }]);
    ui.read("height", ui.tables.waves.row(ui.state.word, j)[i]);
    ui.read("mix", lookup(ui.tables.line.data, ui.state.step / 2), 3);
  };
}
"""
GRID = np.linspace(-2, 2, 21)
LINE = np.array([0.0, 1.0, 4.0, 9.0, 16.0, 25.0])


class Parts(Interactive, script=SCRIPT):
    def __init__(self):
        x, y = np.meshgrid(GRID, GRID)
        self.waves = np.stack([np.sin(x) * y, np.cos(x) - y / 2])
        controls = {
            "point": Point(GRID, GRID, "the point"),
            "pull": Control(np.linspace(0, 4, 9), "the third bar"),
            "word": Control(["sine", "cosine"], "wave"),
            "many": Control([f"number {i}" for i in range(9)], "many words"),
            "step": Control(range(11), "step", start=0),
        }
        axes = {"x": axis((-2, 2), "across"), "y": axis((-2, 2), "up")}
        tables = {"waves": self.waves, "line": LINE}
        super().__init__("Parts", controls, tables, "x, y = {point}", axes=axes, tall=axis((0, 4)))

    def readings(self, state):
        i, j = state["point"]
        return {"height": self.waves[state["word"], j, i], "mix": np.interp(state["step"] / 2, range(6), LINE)}

    def answer(self, content, buffers):
        self.stream({"said": "the kernel streams"}, numbers=[content["more"], 2.5])

    def picture(self, state):
        return plots.curves(LINE, {"line": LINE})


shown = Parts()
