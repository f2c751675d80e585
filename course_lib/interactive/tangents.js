// Draws what tangents.py computed.

function build(ui) {
  const { axes, ends } = ui.setup, { tables } = ui, places = tables.places.data;
  const names = Object.keys(ui.setup.controls).filter((name) => name.startsWith("p"));
  const count = () => ui.state.k + 1;

  ui.hint("Where must the lines touch the curve so that the largest error is as small as possible? What does one more line buy?");
  const plot = ui.plot({ axes: axes[0], label: "lines under a convex curve", ratio: 0.56, most: 930 });
  const legend = ui.legend();
  ui.readings(["largest error", "smallest possible"]);
  ui.controls(["curve", "k"]);
  ui.button("Put the lines in the best places", () => {
    const best = tables.best.row(ui.state.curve, ui.state.k);
    ui.set(Object.fromEntries(names.map((name, i) => [name, i < count() ? best[i] : ui.state[name]])));
  });
  ui.hint(
    "A maxout unit answers with the largest of k lines, wx + b, and learns all k of them. " +
      "So it learns its own activation function, a convex one made of straight pieces (Goodfellow et al., 2013).",
  );

  names.forEach((name, i) => {
    const at = () => [ui.value(name), tables.f.row(ui.state.curve)[ui.state[name]]];
    plot.handle(name, { at, color: "blue", shown: () => i < count(), say: () => `x = ${ui.text(name)}` });
  });

  // The largest line: from corner to corner, each where the tangents at two neighbouring places cross.
  function envelope() {
    const { curve } = ui.state, touch = names.slice(0, count()).map((name) => ui.state[name]).sort((a, b) => a - b);
    const first = touch[0], last = touch.at(-1), height = (i, x) => lookup(tables.line.row(curve, i), (x - ends[0]) / (ends[1] - ends[0]));
    const corners = touch.slice(1).map((j, n) => {
      const i = touch[n], x = tables.x.row(curve, i, j)[0];
      return { x, y: height(i, x), gap: tables.gap.row(curve, i, j)[0] };
    });
    const side = (i, end) => ({ x: ends[end], y: height(i, ends[end]), gap: tables.ends.row(curve, i)[end] });
    return { touch, corners: [side(first, 0), ...corners, side(last, 1)] };
  }

  let shown;
  return () => {
    const { curve } = ui.state, f = tables.f.row(curve);
    if (shown !== curve) {
      plot.axes = axes[(shown = curve)];
      plot.fit(true);
    }
    const { touch, corners } = envelope(), x = corners.map((corner) => corner.x), y = corners.map((corner) => corner.y);
    const worst = corners.reduce((a, b) => (b.gap > a.gap ? b : a)), name = ui.text("curve");
    const line = { kind: "curve", thin: true, color: "grey" }, error = { kind: "curve", color: "pink", label: "largest error" };
    const target = { kind: "curve", color: "blue", style: "dashed", label: name };
    const largest = { kind: "curve", color: "orange", label: "the largest line" };
    plot.draw([
      ...touch.map((i) => ({ ...line, x: ends, y: tables.line.row(curve, i) })),
      { ...error, x: [worst.x, worst.x], y: [worst.y, worst.y + worst.gap] },
      { ...largest, x, y },
      { ...target, x: places, y: f },
    ]);
    legend([target, largest, { ...line, label: "each line" }, error]);
    ui.read("largest error", worst.gap, 3);
    ui.read("smallest possible", tables.least.row(curve)[ui.state.k], 3);
    const where = touch.map((i) => format(places[i]));
    plot.describe(`${name} and under it ${touch.length} lines that touch it at x = ${where.join(", ")}; largest error ${format(worst.gap, 3)}`);
  };
}
