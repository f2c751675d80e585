// Draws what signal_flow.py computed.

function build(ui) {
  const { axes, layers, marks, limit, scale, inputs } = ui.setup, tens = ui.tables.tens.data;
  const shape = ui.tables.gradients.shape.slice(1), styles = ["dashed", "solid", "dotted"];
  const levels = [-1, -0.5, 0, 0.5, 1].map((part) => part * limit), LABELS = 34; // the row in which lines are named

  ui.hint("For which gain do numbers neither vanish nor explode, however deep the network is?");
  let map, moments, drawn;
  ui.row(() => {
    ui.row(() => {
      map = ui.plot({ axes, label: "map of sizes", ratio: 0.86, most: 450 });
      ui.add(scaleOf(scale));
    }, "stack");
    moments = ui.plot({ axes: layers, label: "mean and variance, layer after layer", ratio: 0.86, most: 450 });
  });
  const lines = inputs.map((variance, k) => ({ kind: "curve", color: "blue", style: styles[k], label: `variance, inputs with ${variance}` }));
  lines.push({ kind: "curve", color: "orange", style: "dashdot", label: "mean" });
  ui.legend()(lines);
  ui.readings(["gradient at the input", "size of a", "mean of a", "variance of a"]);
  ui.controls(["f", "shown"]);
  map.handle("cell", { axis: "xy", at: place, label: "gain and depth", say: () => `gain ${gain()}, depth ${place()[1]}` });

  function place() {
    const [x, y] = ui.setup.controls.cell.values, [i, j] = ui.state.cell;
    return [x[i], y[j]];
  }
  const gain = () => ui.setup.controls.cell.texts[0][ui.state.cell[0]];

  // The colours of the map with the sizes they stand for.
  function scaleOf(texts) {
    const colors = "linear-gradient(to right, #d55e0099, #d55e0000 50%, #0072b200 50%, #0072b299)";
    const bar = html("div", { style: `height: 12px; border: 1px solid var(--line); background: ${colors}` });
    const words = texts.map((text, i) => html("span", {}, i === 0 ? `≤ ${text}` : i === texts.length - 1 ? `≥ ${text}` : text));
    const row = html("div", { style: "display: flex; justify-content: space-between; font-size: 14px" }, ...words);
    return html("div", { style: "max-width: 450px; padding: 0 16px 0 36px" }, bar, row);
  }

  function drawMap(table) {
    const wanted = [ui.state.f, ui.state.shown, map.room].join();
    if (wanted === drawn) return; // the map is the same wherever its handle is
    drawn = wanted;
    map.heat(table, shape, limit);
    const [low, high] = axes.x.lim, [bottom, top] = axes.y.lim, at = (part) => bottom + part * (top - bottom);
    const rings = levels.flatMap((level, k) => {
      const x = crossing(table.subarray(LABELS * shape[1], (LABELS + 1) * shape[1]), level);
      const word = { kind: "text", x, y: LABELS - 1, label: scale[k], anchor: "middle" };
      return [map.level(table, shape, level, { thin: true }), ...(x === null ? [] : [word])];
    });
    const upright = marks[ui.state.f].flatMap(([label, x], i) => [
      { kind: "curve", thin: true, style: "dashdot", color: "green", x: [x, x], y: [bottom, top] },
      { kind: "text", x, y: at(0.9 - 0.08 * i), label, anchor: x < low + 0.85 * (high - low) ? "start" : "end" },
    ]);
    map.draw([...upright.filter(({ kind }) => kind === "curve"), ...rings, ...upright.filter(({ kind }) => kind === "text")]);
  }

  // The gain at which a row of the map crosses a level: there its line gets its name.
  function crossing(row, level) {
    const gains = ui.setup.controls.cell.values[0], i = row.findIndex((value, k) => k > 1 && row[k - 1] < level !== value < level);
    return i < 0 || i > row.length - 3 ? null : gains[i];
  }

  return () => {
    const { f, cell } = ui.state, [i, j] = cell, depth = j + 1, x = ui.tables.layers.data.subarray(0, depth + 1);
    const mean = ui.tables.mean.row(f, i).subarray(0, depth + 1);
    const variance = inputs.map((_, k) => ui.tables.variance.row(f, k, i).subarray(0, depth + 1));
    const size = (name) => fromLog(ui.tables[name].row(f, j)[i], tens);
    drawMap(ui.tables[ui.text("shown")].row(f));
    moments.draw([...variance, mean].map((y, k) => ({ ...lines[k], x, y })));
    ui.read("gradient at the input", scientific(size("gradients")));
    ui.read("size of a", scientific(size("activations")));
    ui.read("mean of a", Math.abs(mean[depth]) < 100 ? mean[depth] : scientific(mean[depth]));
    ui.read("variance of a", scientific(variance[1][depth]));
    map.describe(`map of the size of ${ui.text("shown")} over gain and depth, for ${ui.text("f")}: ${scientific(size(ui.text("shown")))} at gain ${gain()} and depth ${depth}`);
    moments.describe(`mean and variance of the activations in ${depth} layers: in the last they are ${scientific(mean[depth])} and ${scientific(variance[1][depth])}`);
  };
}
