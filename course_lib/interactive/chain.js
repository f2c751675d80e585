// Draws what chain.py computed.

const HIGH = 2.1, LOW = -2.1, BACK = -4.5; // heights of the lanes: z, a, and what comes back
const FIRST = -0.25; // where x stands; the layers stand at 1, 2, 3

function build(ui) {
  const { axes, graph, target, none } = ui.setup, tens = ui.tables.tens.data;
  const [least, most] = axes.y.lim, sub = (i) => String(i).replace(/\d/g, (digit) => "₀₁₂₃₄₅₆₇₈₉"[digit]);

  ui.hint("Which activation carries the gradient back through 20 layers?");
  let net, bars;
  ui.row(() => {
    net = ui.plot({ axes: graph, label: "the chain", bare: true, ratio: 0.9, most: 450 });
    bars = ui.plot({ axes, label: "sizes of the gradients", ratio: 0.9, most: 450 });
  });
  ui.legend()([
    { kind: "curve", thin: true, color: "blue", label: "forward: values; on each edge its local slope" },
    { kind: "curve", thin: true, color: "orange", style: "dashed", label: "backward: slopes multiply to dL/da" },
  ]);
  ui.readings(["output a", "loss L", "dL/dx"]);
  ui.controls();
  net.handle("x", { axis: "y", at: () => [FIRST, ui.value("x")], color: "blue", label: "input x" });

  // The pass forward and back: gradients as logarithms; their common sign is that of the error.
  function pass() {
    const { f, w, x } = ui.state, depth = ui.value("depth"), row = (name) => ui.tables[name].row(f, w, x);
    const a = row("a"), path = row("path"), error = row("error")[depth - 1];
    const logs = Array.from({ length: depth + 1 }, (_, k) => error + path[depth] - path[k]);
    const sign = a[depth] < target ? -1 : 1;
    const size = (k) => sign * fromLog(logs[k] < none / 2 ? -Infinity : logs[k], tens);
    return { a, slope: row("slope"), logs, size, loss: row("loss")[depth - 1], depth };
  }

  const short = (value) => (Math.abs(value) < 9.995 ? format(value) : scientific(value, 0));
  const words = (x, y, label, more) => ({ kind: "text", x, y, label, anchor: "middle", ...more });
  const node = (x, y, value, more) => ({ kind: "node", x, y, label: short(value), size: 21, color: "blue", ...more });
  const edge = (from, to, label) => ({ kind: "edge", x: [from[0], to[0]], y: [from[1], to[1]], gap: 22, arrow: true, color: "blue", label });
  const back = (x, slope) => ({ kind: "edge", x: [x, x === 1 ? FIRST : x - 1], y: [BACK, BACK], gap: 8, arrow: true, color: "orange", style: "dashed", label: slope });
  const gradient = (x, value, of) => [words(x, BACK, scientific(value, 0), { below: true }), words(x, BACK - 0.6, `dL/d${of}`, { below: true })];

  // One layer in its column: z above a, below them the gradient with respect to a.
  function layer(k, column, { a, slope, size }) {
    const w = ui.value("w");
    return [
      edge([column, HIGH], [column, LOW]),
      words(column, 0.4, short(slope[k - 1]), { anchor: "start" }),
      node(column, HIGH, w * a[k - 1]),
      words(column, HIGH + 0.75, `z${sub(k)}`),
      node(column, LOW, a[k], { below: `a${sub(k)}` }),
      ...gradient(column, size(k), `a${sub(k)}`),
      back(column, `· ${short(w * slope[k - 1])}`),
    ];
  }

  // Up to three layers are drawn one by one; of more, the first and the last.
  function drawn(now) {
    const { depth, a, loss, size } = now, shown = depth > 3 ? [1, 0, depth] : [1, 2, 3].slice(0, depth);
    const last = shown.length, error = short(a[depth] - target), w = short(ui.value("w"));
    const layers = shown.map((k, i) => (k ? layer(k, i + 1, now) : [words(i + 1, -0.3, "· · ·"), back(i + 1, "· · ·")]));
    const weights = shown.flatMap((k, i) => {
      const from = i === 0 ? [FIRST, ui.value("x")] : [i, shown[i - 1] ? LOW : 0];
      const slope = words(i + 0.28, -0.95, w, { anchor: "start" });
      if (i === 0) return [edge(from, [1, HIGH], w)];
      return [edge(from, [i + 1, k ? HIGH : 0]), ...(from[1] === LOW ? [slope] : [])];
    });
    return [
      { kind: "curve", thin: true, x: [FIRST, FIRST], y: [-2, 2], color: "grey" },
      words(FIRST, 2.6, `x = ${ui.text("x")}`),
      ...weights,
      ...layers.flat(),
      ...gradient(FIRST, size(0), "x"),
      edge([last, LOW], [last + 1, LOW]),
      words(last + 0.5, LOW + 0.5, error),
      node(last + 1, LOW, loss, { below: "L", color: "pink" }),
      back(last + 1, `· ${error}`),
      ...gradient(last + 1, 1, "L"),
    ];
  }

  return () => {
    const now = pass(), { a, logs, depth, loss, size } = now;
    net.draw(drawn(now));
    const edges = logs.map((_, k) => k - 0.4), heights = logs.map((log) => clamp(log, least, most));
    bars.draw([{ kind: "bars", x: [...edges, depth + 0.4], y: heights, color: "orange" }]);
    ui.read("output a", scientific(a[depth]));
    ui.read("loss L", scientific(loss));
    ui.read("dL/dx", scientific(size(0)));
    net.describe(`a chain of ${depth} layers of ${ui.text("f")} from x = ${ui.text("x")} to the output ${scientific(a[depth])}`);
    bars.describe(`bars of the size of dL/da: ${scientific(size(depth))} at the last layer, ${scientific(size(0))} at the input`);
  };
}
