// Draws what hinge_plane.py computed.

const HINGE_COLORS = ["blue", "orange", "green", "pink"], HINGE_STYLES = ["solid", "dashed", "dotted", "dashdot"];

function build(ui) {
  const { axes, controls } = ui.setup, { tables } = ui, units = controls.unit.texts;
  const inputs = [tables.inputs.row(0), tables.inputs.row(1)], ones = inputs[0].map(() => 1);
  const rows = units.map((i) => `unit ${i}`);
  const look = (i) => ({ kind: "curve", color: HINGE_COLORS[i], style: HINGE_STYLES[i] });
  const totals = ["zeros, of all outputs", "dead, of all units", "regions with inputs"];

  // A unit: its weights w and bias b, the direction t of its hinge, and the foot, where the hinge is nearest to 0.
  function unit(i, { direction = ui.state[`direction_${units[i]}`], bias = ui.state[`bias_${units[i]}`] } = {}) {
    const w = tables.W.row(direction), b = controls[`bias_${units[i]}`].values[bias], t = [-w[1], w[0]];
    const at = (along, across = 0) => [0, 1].map((k) => -b * w[k] + along * t[k] + across * w[k]);
    return { w, b, at, share: tables.on.row(direction, bias)[0] };
  }
  const turn = 1.5; // so far from the foot sits the handle that turns
  const chosen = () => ui.state.unit;

  ui.hint("Outputs of 0 are common. How far can you drag a hinge until its unit is 0 for every input, that is, dead?");
  let plot, sentence;
  ui.row(() => {
    plot = ui.plot({ axes, label: "inputs and the hinges of four units", equal: true, most: 540 });
    ui.row(() => {
      ui.choice("unit");
      ui.readings(totals);
      ui.table(["b", "on for", "is"], rows, rows.map((_, i) => look(i)));
      sentence = ui.sentence();
    }, "stack");
  });
  const legend = ui.legend();

  const handles = ["bias", "direction"].map((kind) => {
    const positions = controls[`${kind}_1`].values.map((_, position) => position);
    const at = (i, change) => unit(i, change).at(kind === "bias" ? 0 : turn);
    const places = () => positions.map((position) => at(chosen(), { [kind]: position }));
    return plot.handle(`${kind}_1`, { axis: "path", at: () => at(chosen()), places, color: kind === "bias" ? "blue" : "grey" });
  });
  // Both handles belong to the unit that is chosen.
  function take() {
    handles.forEach((handle) => {
      handle.name = `${handle.name.split("_")[0]}_${units[chosen()]}`;
      handle.node.setAttribute("aria-label", controls[handle.name].label);
      handle.node.dataset.control = handle.name;
    });
    handles[0].node.style.color = `var(--${HINGE_COLORS[chosen()]})`;
  }

  const inside = ([x, y]) => Math.abs(x) < 3 && Math.abs(y) < 3;
  const along = [-3.9, -3.4, -2.9, -2.4, -1.9, -1.4, -0.9, 3, 2.5]; // where on its hinge a unit's name may stand
  const half = (one, side) => [one.at(-12), one.at(12), one.at(12, side), one.at(-12, side)];
  const area = (corners) => ({ kind: "region", x: corners.map(([x]) => x), y: corners.map(([, y]) => y) });

  function hinge(one, i) {
    const name = along.map((place) => one.at(place)).find(inside);
    const [[x1, y1], [x2, y2]] = [one.at(-12), one.at(12)];
    const words = name ? [{ kind: "text", x: name[0], y: name[1], label: rows[i] }] : [];
    return [{ ...look(i), x: [x1, x2], y: [y1, y2], thin: i !== chosen() }, ...words];
  }

  return () => {
    take();
    const all = rows.map((_, i) => unit(i)), mine = all[chosen()], name = rows[chosen()];
    const z = all.map(({ w, b }) => combine([...w, b], [...inputs, ones]));
    const set = (on) => {
      const some = Array.from(ones.keys()).filter((n) => z[chosen()][n] > 0 === on);
      return { kind: "points", x: some.map((n) => inputs[0][n]), y: some.map((n) => inputs[1][n]) };
    };
    const on = { ...set(true), color: HINGE_COLORS[chosen()], label: `${name} is on` };
    const off = { ...set(false), marker: "cross", color: "grey", label: `${name} is off` };
    const slack = { ...area(half(mine, -20)), hatch: true, color: "grey" };
    const [from, to, end] = [mine.at(0), mine.at(0, 0.9), mine.at(turn)];
    plot.draw([
      ...all.map((one) => ({ ...area(half(one, 20)), faint: true })),
      slack,
      off,
      on,
      ...all.flatMap(hinge),
      { kind: "edge", x: [from[0], to[0]], y: [from[1], to[1]], arrow: true, color: HINGE_COLORS[chosen()] },
      { kind: "text", x: to[0], y: to[1], label: "on" },
      { kind: "text", x: end[0], y: end[1] + 0.1, label: "turn" },
    ]);
    legend([on, off, { ...slack, label: `${name} has slope 0` }, { kind: "region", faint: true, label: "more tint: more units are on" }]);

    const share = all.map((one) => one.share), percent = (part) => `${format(100 * part, 0)} %`;
    const zeros = combine(Array(share.length).fill(-1 / share.length), share.map((part) => [part]), 1)[0];
    const dead = share.filter((part) => part === 0).length / share.length;
    const is = share.map((part) => (part === 0 ? "dead" : part === 1 ? "always on" : "alive"));
    ui.read(totals[0], percent(zeros));
    ui.read(totals[1], percent(dead));
    ui.read(totals[2], new Set(Array.from(ones.keys(), (n) => z.map((row) => row[n] > 0).join())).size, 0);
    rows.forEach((row, i) => {
      ui.read(`${row} b`, all[i].b, 1);
      ui.read(`${row} on for`, percent(share[i]));
      ui.read(`${row} is`, is[i]);
    });
    const say = {
      dead: "is dead: it is off for every input. Its gradient is 0, so no step of training moves it.",
      alive: `is off for ${percent(1 - mine.share)} of the inputs: inactive for those, but not dead.`,
      "always on": "is on for every input: to all of them it is affine.",
    };
    sentence(`Unit ${units[chosen()]} ${say[is[chosen()]]}`);
    plot.describe(`${ones.length} inputs and four hinges. ${rows.map((row, i) => `${row}: on for ${percent(share[i])}`).join(", ")}`);
  };
}
