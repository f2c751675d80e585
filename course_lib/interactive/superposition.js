// Draws what superposition.py computed.

const EQUAL = 5e-6; // less is rounding: the smallest true gap is three times as large

function build(ui) {
  const { axes, jumps } = ui.setup, x = ui.tables.x.data, zero = (x.length - 1) / 2;
  const sparse = x.filter((_, i) => i % 4 === 0);
  const plots = {};
  const labels = { sum: ["f(u + v)", "f(u) + f(v)", "gap (sum)"], multiple: ["f(a u)", "a f(u)", "gap (multiple)"] };
  const table = () => ui.tables.f.row(ui.state.function);
  const f = (place) => table()[Math.round(zero + (place / x[x.length - 1]) * zero)];
  const looks = { on: { kind: "points", color: "blue" }, made: { kind: "points", marker: "cross", color: "orange" } };

  function side(name, words, controls) {
    ui.row(() => {
      plots[name] = ui.plot({ axes: axes[0], label: words, ratio: 0.82, most: 450 });
      const [on, made] = labels[name];
      ui.legend()([{ ...looks.on, label: on }, { ...looks.made, label: made }]);
      ui.readings(labels[name]);
      ui.controls(controls);
    }, "stack");
  }

  ui.hint("Drag u and v on the graph. Which of these functions never leaves a gap, wherever you drag, and why?");
  ui.choice("function", true);
  ui.row(() => {
    side("sum", "the points u and v of the graph, and their sum", ["u", "v"]);
    side("multiple", "the point u of the graph, and a times it", ["a"]);
  });
  const verdict = ui.sentence();
  for (const [plot, name] of [["sum", "u"], ["sum", "v"], ["multiple", "u"]])
    plots[plot].handle(name, { at: () => [ui.value(name), f(ui.value(name))], label: `${name}, on the graph` });

  const curve = () => {
    const name = ui.text("function"), [at, ...sides] = jumps[name] ?? [];
    const y = table().filter((_, i) => i % 4 === 0);
    return { kind: "curve", x: sparse, y, color: "blue", jumps: at === undefined ? [] : [[at / 4, ...sides]] };
  };
  const arrow = (x, y) => ({ kind: "edge", x: [0, x], y: [0, y], color: "grey" });
  const dashed = (x, y) => ({ kind: "curve", thin: true, style: "dashed", x, y, color: "grey" });
  // Its name beyond a point, as seen from the axis.
  const name = (text, x, y) => {
    const [low, high] = axes[ui.state.function].y.lim, away = 0.055 * (high - low) * (y < 0 ? -1 : 1);
    return { kind: "text", x, y: y + away, anchor: "middle", below: y < 0, label: text };
  };

  // The gap between two points, and how large it is.
  function bar(plot, x, on, made) {
    const gap = made - on, tall = Math.abs(plot.y(on) - plot.y(made));
    if (Math.abs(gap) < EQUAL) return [];
    const words = { kind: "text", x: clamp(x, -3.3, 3.3), y: made, anchor: "middle", below: gap < 0, label: `gap ${format(gap)}` };
    return [{ kind: "edge", x: [x, x], y: [on, made], width: 6, gap: Math.min(8, tall / 2), color: "pink" }, words];
  }

  function draw(which, [x, on, made], rest) {
    const points = [{ ...looks.on, x: [x], y: [on] }, { ...looks.made, x: [x], y: [made] }];
    plots[which].change(axes[ui.state.function]);
    plots[which].draw([...rest, ...bar(plots[which], x, on, made), ...points]);
    const gap = Math.abs(made - on) < EQUAL ? 0 : made - on, [left, right, difference] = labels[which];
    ui.read(left, on);
    ui.read(right, made);
    ui.read(difference, gap, gap !== 0 && Math.abs(gap) < 0.005 ? 5 : 2);
    plots[which].describe(`${ui.text("function")}: ${left} is ${format(on)}, ${right} is ${format(made)}`);
    return gap !== 0;
  }

  return () => {
    const [u, v, a] = ["u", "v", "a"].map(ui.value), [fu, fv] = [f(u), f(v)];
    const parallelogram = [arrow(u, fu), arrow(v, fv), dashed([u, u + v, v], [fu, fu + fv, fv])];
    const ray = [dashed([0, a * u], [0, a * fu]), arrow(u, fu)];
    const sum = draw("sum", [u + v, f(u + v), fu + fv], [curve(), ...parallelogram, name("u", u, fu), name("v", v, fv)]);
    const multiple = draw("multiple", [a * u, f(a * u), a * fu], [curve(), ...ray, name("u", u, fu)]);
    const first = `u = ${ui.text("u")}`, refuted = `${ui.text("function")} is not linear. A counterexample: `;
    const pairs = [sum && `${first}, v = ${ui.text("v")}`, multiple && `${first}, a = ${ui.text("a")}`].filter(Boolean);
    verdict(pairs.length ? `${refuted}${pairs.join(". Another: ")}.` : "No gap here. But numbers that fit prove nothing: do all fit?");
  };
}
