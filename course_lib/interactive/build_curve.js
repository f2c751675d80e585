// Draws what build_curve.py computed.

function build(ui) {
  const { axes, say, controls, hinges } = ui.setup, { tables } = ui, x = tables.x.data, points = Array.from(tables.points.data);
  const names = Object.keys(controls).filter((name) => name.startsWith("y"));
  const colors = ["blue", "orange", "green", "pink"], styles = ["solid", "dashed", "dotted", "dashdot"];
  const look = (i) => ({ kind: "curve", thin: true, color: colors[i % 4], style: styles[(i + Math.floor(i / 4)) % 4] });

  ui.hint("How many units does it take until the sum meets the target everywhere, and of which kind? Drag the points, too.");
  const plot = ui.plot({ axes: axes.sum, label: "target and sum of the units", ratio: 0.45, most: 930 });
  const legend = ui.legend();
  ui.readings(["largest error", "mean error", "L at the points"]);
  ui.controls(["kind", "k"]);
  ui.button("A hinge at every point", () => ui.set({ kind: controls.kind.texts.indexOf("relu"), k: controls.k.texts.length - 1 }));
  const sentence = ui.sentence();
  let raw, weighted;
  ui.row(() => {
    raw = ui.plot({ axes: axes[ui.text("kind")], label: "the units", ratio: 0.6, most: 450 });
    weighted = ui.plot({ axes: axes.weighted, label: "the units times their weights", ratio: 0.6, most: 450 });
  });

  names.forEach((name, i) => plot.handle(name, { axis: "y", at: () => [points[i], ui.value(name)], color: "orange" }));

  // The sum of the weighted units, and how far it is from the target.
  function sum() {
    const { kind, k } = ui.state, y = names.map((name) => ui.value(name)), n = y.length;
    const parameters = Array.from({ length: k + 2 }, (_, i) => combine(y, Array.from(tables.weights.row(kind, k, i), (w) => [w]))[0]);
    const [b, ...v] = parameters, rows = v.map((_, i) => tables.raw.row(kind, i)), curve = combine(v, rows, b);
    const target = Float32Array.from(x, (at) => lookup(y, at - points[0]));
    const errors = combine([1, -1], [curve, target]).map(Math.abs), worst = errors.indexOf(Math.max(...errors));
    const mean = combine(Array(x.length).fill(1 / x.length), Array.from(errors, (error) => [error]))[0];
    const loss = combine(y, Array.from({ length: n }, (_, i) => [combine(y, Array.from(tables.loss.row(kind, k, i), (q) => [q]))[0]]))[0];
    return { y, v, rows, curve, target, errors, worst, mean, loss };
  }

  let shown;
  return () => {
    const kind = ui.text("kind"), { y, v, rows, curve, target, errors, worst, mean, loss } = sum();
    if (shown !== kind) {
      raw.axes = axes[(shown = kind)];
      raw.fit(true);
    }
    const wanted = { kind: "curve", color: "orange", style: "dashed", label: "target" };
    const built = { kind: "curve", color: "blue", label: "bias + weighted units" };
    const gap = { kind: "curve", color: "pink", label: "largest error" };
    const bends = kind === "relu" ? [{ kind: "points", marker: "square", color: "blue", label: "hinge" }] : [];
    plot.draw([
      { ...wanted, x: points, y },
      { ...gap, x: [x[worst], x[worst]], y: [curve[worst], target[worst]] },
      { ...built, x, y: curve },
      ...bends.map((bend) => ({ ...bend, x: hinges.slice(0, v.length), y: hinges.slice(0, v.length).map((c) => curve[x.indexOf(c)]) })),
    ]);
    legend([wanted, built, ...bends, gap]);
    raw.draw(rows.map((row, i) => ({ ...look(i), x, y: row })));
    weighted.draw(rows.map((row, i) => ({ ...look(i), x, y: combine([v[i]], [row]) })));
    ui.read("largest error", errors[worst]);
    ui.read("mean error", mean);
    ui.read("L at the points", loss);
    sentence(say[kind]);
    plot.describe(`target and sum of ${v.length} units, ${kind}: largest error ${format(errors[worst])} at x = ${format(x[worst])}`);
    raw.describe(`${v.length} units, ${kind}`);
    weighted.describe(`the same units times their weights ${v.map((weight) => format(weight)).join(", ")}`);
  };
}
