// Draws what hand_net.py computed.

const ABOVE = 1e-6; // an output of exactly 0 counts as no

function build(ui) {
  const { axes, graph, targets, steps, far } = ui.setup, { points, plane, corners } = ui.tables;
  const side = plane.shape[1], rows = ["(0, 0)", "(0, 1)", "(1, 0)", "(1, 1)"], columns = ["a₁", "a₂", "z", "output", "target"];
  const HIDDEN = [["w11", "w12", "b1"], ["w21", "w22", "b2"]], OUTPUT = ["v1", "v2", "c"];
  const looks = [{ marker: "cross", color: "orange" }, { color: "blue" }];
  const lines = ["dashed", "dotted"].map((style, i) => ({ kind: "curve", thin: true, style, label: `z${"₁₂"[i]} = 0` }));
  let map, net;

  ui.hint("Each hidden unit draws one line. Which weights get all four points right?");
  ui.controls(["target", "activation"]);
  let say;
  ui.row(() => {
    ui.readings(["correct"]);
    say = ui.sentence();
  }, "readings");
  ui.row(() => {
    ui.row(() => {
      map = ui.plot({ axes, label: "the plane of inputs", equal: true, most: 450 });
      const marks = [1, 0].map((label) => ({ kind: "points", ...looks[label], label: `target ${label}` }));
      ui.legend()([...marks, ...lines, { kind: "curve", label: "border, z = 0" }]);
      ui.table(columns, rows);
    }, "stack");
    ui.row(() => {
      net = ui.plot({ axes: graph, label: "the net", bare: true, ratio: 0.56, most: 450 });
      ui.controls([...HIDDEN.flat(), ...OUTPUT]);
    }, "stack");
  });

  // From tables of x₁ and x₂ to those of z₁ and z₂, of a₁ and a₂, and of z.
  const weights = (names) => names.map(ui.value);
  const affine = ([first, second, constant], tables) => combine([first, second], tables, constant);
  const before = (inputs) => HIDDEN.map((names) => affine(weights(names), inputs));
  const f = (z) => z.map((value) => lookup(ui.tables.f.row(ui.state.activation), (value + far) * steps));
  function output(inputs) {
    const a = before(inputs).map(f);
    return { a, z: affine(weights(OUTPUT), a) };
  }

  // The net: the larger a weight the thicker its edge, dashed if it is negative, dotted if it is 0.
  const PLACES = { x1: [0, 1.2], x2: [0, 0.2], a1: [1, 1.2], a2: [1, 0.2], z: [2, 0.7] };
  const EDGES = { w11: ["x1", "a1", 0.5], w12: ["x2", "a1", 0.27], w21: ["x1", "a2", 0.27], w22: ["x2", "a2", 0.5], v1: ["a1", "z", 0.5], v2: ["a2", "z", 0.5] };
  function edge(name) {
    const [from, to, part] = EDGES[name], [[x1, y1], [x2, y2]] = [PLACES[from], PLACES[to]], w = ui.value(name);
    const look = { color: w > 0 ? "blue" : w < 0 ? "orange" : "grey", style: w > 0 ? "solid" : w < 0 ? "dashed" : "dotted" };
    const line = { kind: "edge", x: [x1, x2], y: [y1, y2], gap: 22, width: 1.5 + 2 * Math.abs(w), ...look };
    return [line, { kind: "text", x: x1 + part * (x2 - x1), y: y1 + part * (y2 - y1), anchor: "middle", label: ui.text(name) }];
  }
  const node = (name, label, below) => ({ kind: "node", x: PLACES[name][0], y: PLACES[name][1], label, below });
  function draw_net() {
    const bias = (name, label) => `${label} = ${ui.text(name)}`, edges = Object.keys(EDGES).map(edge);
    const above = { kind: "text", x: 1, y: PLACES.a1[1] + 0.13, anchor: "middle", label: bias("b1", "b₁") };
    const nodes = [node("x1", "x₁"), node("x2", "x₂"), node("a1", "a₁"), node("a2", "a₂", bias("b2", "b₂")), node("z", "z", bias("c", "c"))];
    net.draw([...edges.map(([line]) => line), ...nodes, above, ...edges.map(([, text]) => text)]);
    net.describe(`two inputs, two hidden units with ${ui.text("activation")}, one output; the sliders say the weights`);
  }

  return () => {
    const wanted = targets[ui.state.target], { a, z } = output([points.row(0), points.row(1)]);
    const says = Array.from(z, (value) => (value > 0 ? 1 : 0)), fits = says.map((answer, i) => answer === wanted[i]);
    rows.forEach((row, i) => {
      const cells = [a[0][i], a[1][i], z[i], `${says[i]} ${fits[i] ? "✓" : "✗"}`, `${wanted[i]}`];
      columns.forEach((column, k) => ui.read(`${row} ${column}`, cells[k]));
    });
    const right = fits.filter(Boolean).length, wrong = rows.filter((_, i) => !fits[i]);
    ui.read("correct", `${right} of 4`);
    const identity = ui.text("activation") === "identity" ? " With the identity the border is one straight line." : "";
    say((right === 4 ? `✓ Solved: this net computes ${ui.text("target")}.` : `✗ Still wrong: ${wrong.join(", ")}.`) + identity);

    const all = output([plane.row(0), plane.row(1)]).z, border = map.level(all, [side, side], ABOVE);
    const units = before([corners.row(0), corners.row(1)]).map((z, i) => map.level(z, [2, 2], 0, lines[i]));
    const marks = rows.flatMap((_, i) => {
      const [x, y] = [points.row(0)[i], points.row(1)[i]];
      return [{ kind: "points", x: [x], y: [y], ...looks[wanted[i]] }, { kind: "text", x, y, label: fits[i] ? "✓" : `✗ says ${says[i]}` }];
    });
    map.heat(all, [side, side], 1.2);
    map.draw([...units, border, ...marks]);
    map.describe(`${ui.text("target")}: ${rows.map((row, i) => `${row} gives ${says[i]}, ${fits[i] ? "right" : "wrong"}`).join("; ")}`);
    draw_net();
  };
}
