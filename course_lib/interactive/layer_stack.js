// Draws what layer_stack.py computed.

const DIGITS = "₀₁₂₃₄₅₆₇₈₉";

function build(ui) {
  const { axes, graph, shape, points } = ui.setup, { plane, W, heights, right } = ui.tables;
  const classes = [
    { kind: "points", marker: "cross", color: "orange", label: "class 0" },
    { kind: "points", color: "blue", label: "class 1" },
  ].map((mark, i) => ({ ...mark, x: ui.tables[`class ${i}`].row(0), y: ui.tables[`class ${i}`].row(1) }));
  let map, chain;

  ui.hint("Add hidden layers, then put an activation after each. What changes, and what never does?");
  ui.row(() => {
    map = ui.plot({ axes, label: "the plane of inputs", equal: true, most: 560 });
    ui.row(() => {
      chain = ui.plot({ axes: graph, label: "the layers", bare: true, ratio: 0.48, most: 480 });
      ui.readings(["w₁", "w₂", "b", "correct"]);
      ui.legend()([...classes, { kind: "curve", label: "border, z = 0" }]);
    }, "stack");
  });
  ui.controls();
  const say = ui.sentence();

  // Layers from left to right, each a circle with its number of units; the weights stand on the edges.
  function layers(sizes, y, names, below) {
    const last = sizes.length - 1, from = 3.5 - last / 2, size = chain.width < 400 ? 13 : 16;
    const edges = sizes.slice(1).flatMap((_, i) => [
      { kind: "edge", x: [from + i, from + i + 1], y: [y, y], gap: size, color: "grey" },
      { kind: "text", x: from + i + 0.5, y, anchor: "middle", label: names(i) },
    ]);
    const color = (i) => (i === 0 || i === last ? "text" : "blue");
    return [...edges, ...sizes.map((n, i) => ({ kind: "node", x: from + i, y, size, label: n, color: color(i), below: below(i, last) }))];
  }

  function heat(one, w) {
    const { layers, activation, seed } = ui.state;
    return one ? combine([w[0], w[1]], [plane.row(0), plane.row(1)], w[2]) : heights.row(activation - 1, layers - 1, seed);
  }

  return () => {
    const { layers: n, activation, seed } = ui.state, word = ui.text("activation");
    const one = activation === 0 || n === 0, w = W.row(n, seed), z = heat(one, w), found = right.row(activation, n, seed)[0];
    map.heat(z, shape, 1.5);
    map.draw([...classes, map.level(z, shape)]);
    const sizes = [2, ...Array(n).fill(24), 1], inner = (i, last) => (i > 0 && i < last && !one ? word : undefined);
    const ends = (i, last) => (i === 0 ? "x" : i === last ? "z" : inner(i, last));
    const words = { kind: "text", x: 3.5, y: one ? 0.5 : 0.1, anchor: "middle", label: one ? "is the same as" : "No single layer is the same." };
    const rest = n === 0 ? [] : one ? [words, ...layers([2, 1], 0, () => "W", ends)] : [words];
    chain.draw([...layers(sizes, 1.2, (i) => (n === 0 ? "W" : `W${DIGITS[i + 1]}`), ends), ...rest]);
    ["w₁", "w₂", "b"].forEach((name, i) => ui.read(name, one ? w[i] : "–"));
    ui.read("correct", `${format(found, 0)} of ${points}`);
    const formula = `z = ${format(w[0])} x₁ ${w[1] < 0 ? "−" : "+"} ${format(Math.abs(w[1]))} x₂ ${w[2] < 0 ? "−" : "+"} ${format(Math.abs(w[2]))}`;
    const count = n === 0 ? "One affine layer" : `${n + 1} affine layers in a row are one`;
    say(one ? `${count}: ${formula}. Its border is a straight line.` : `With ${word} between them the layers do not fold into one. The border bends.`);
    map.describe(`${classes.map(({ label }) => label).join(" and ")}, ${one ? "a straight border" : "a bent border"}, ${found} of ${points} points are right`);
    chain.describe(`${n} hidden layers of 24 units ${one ? "are the same as one affine layer" : `with ${word} after each`}`);
  };
}
