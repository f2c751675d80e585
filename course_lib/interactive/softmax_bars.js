// Draws what softmax_bars.py computed. As in the library, exp is taken of the distance to the largest logit; the
// probabilities are these numbers over their sum. Logits stand on a grid, so every exp is in the table.

function build(ui) {
  const { axes, names } = ui.setup, { exp, below, log, edges } = ui.tables;
  const places = names.map((_, i) => i + 1), signs = axes.p.x.texts;

  ui.hint("What happens to the others when you pull one bar up? And what does a constant change?");
  let left, right;
  ui.row(() => {
    left = ui.plot({ axes: axes.z, label: "logits", ratio: 0.8, most: 450 });
    right = ui.plot({ axes: axes.p, label: "probabilities", ratio: 0.8, most: 450 });
  });
  const legend = ui.legend();
  ui.readings([...signs, "sum", "entropy"]);
  ui.controls(["temperature", "constant"]);
  names.forEach((name, i) => left.handle(name, { axis: "y", at: () => [places[i], ui.value(name)], color: "blue" }));

  function softmax() {
    const at = names.map((name) => ui.state[name]), largest = Math.max(...at), row = ui.state.temperature;
    const e = at.map((i) => exp.row(row)[largest - i]), sum = e.reduce((total, part) => total + part, 0);
    const p = e.map((part) => part / sum), mean = combine(p, at.map((i) => below.row(row).subarray(largest - i, largest - i + 1)))[0];
    return { p, entropy: lookup(log.data, (sum - 1) / (ui.setup.most - 1) * (log.data.length - 1)) - mean };
  }

  // One bar for each place.
  const bars = (heights, more) => heights.map((y, i) => ({ kind: "bars", x: edges.data.map((side) => side + places[i]), y: [y], ...more }));

  return () => {
    const { p, entropy } = softmax(), z = names.map((name) => ui.value(name)), constant = ui.value("constant");
    const moved = z.map((value, i) => ({ kind: "stairs", x: edges.data.map((side) => side + places[i]), y: [value + constant], color: "text", style: "dashed" }));
    left.draw([...bars(z, { color: "blue" }), ...(constant ? moved : [])]);
    const words = p.map((number, i) => ({ kind: "text", x: places[i], y: number, label: format(number), anchor: "middle" }));
    right.draw([...bars(p, { color: "orange" }), ...words]);
    legend([
      { kind: "bars", color: "blue", label: "z, pull its dot" },
      { kind: "curve", thin: true, style: "dashed", label: `z + c, with c = ${ui.text("constant")}` },
      { kind: "bars", color: "orange", label: "p = softmax((z + c) / T)" },
    ]);
    signs.forEach((sign, i) => ui.read(sign, p[i], 3));
    ui.read("sum", p.reduce((total, part) => total + part, 0), 3);
    ui.read("entropy", entropy, 3);
    left.describe(`bars of the logits ${names.map((name) => ui.text(name)).join(", ")}`);
    right.describe(`bars of the probabilities ${p.map((number) => format(number)).join(", ")}`);
  };
}
