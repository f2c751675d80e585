// Draws what explore.py computed.

function build(ui) {
  const { functions, axes, flat } = ui.setup, x = ui.tables.x.data, one = functions.length === 1;
  const line = (f, more) => ({ kind: "curve", color: f.color, style: f.style, ...more });
  const titles = { f: "the function, with its tangent", slope: "its slope", in: "inputs", out: "outputs" };
  const plots = {}, add = (name, ratio) => (plots[name] = ui.plot({ axes: axes[name], label: titles[name], ratio, most: 450 }));

  // Row of the tables: the combination of parameters, and that of the inputs.
  const combination = (names) => names.reduce((i, name) => i * ui.setup.controls[name].texts.length + ui.state[name], 0);
  const inputs = () => combination(["mean", "deviation"]);
  const numbers = (f, i) => {
    const p = combination(f.controls), q = inputs(), table = (name, ...rest) => ui.tables[`${name} ${i}`].row(p, ...rest);
    return { f: table("f"), slope: table("slope"), out: table("out", q), mean: table("mean", q)[0], zeros: table("zeros", q)[0], p };
  };

  ui.hint("Drag a dot, or press the arrow keys on it.");
  ui.row(() => (add("f", 0.8), add("slope", 0.8)));
  const legend = ui.legend();
  const columns = ["f(x)", "slope f′(x)", "mean output", "zeros"];
  ui.controls(["x", ...functions.flatMap((f) => f.controls)]);
  ui.table(columns, functions.map((f) => f.name), one ? [] : functions.map((f) => line(f)));
  ui.row(() => (add("in", 0.55), add("out", 0.55)));
  ui.controls(["mean", "deviation"]);

  const first = (name) => () => [ui.value("x"), numbers(functions[0], 0)[name][ui.state.x]];
  const say = () => functions.map((f, i) => {
    const now = numbers(f, i), at = ui.state.x;
    return `${f.name} ${format(now.f[at])}, slope ${format(now.slope[at])}`;
  });
  for (const name of ["f", "slope"]) {
    const label = name === "f" ? "x, on the function" : "x, on the slope";
    plots[name].handle("x", { at: first(name), label, color: "blue", say: () => `x = ${ui.text("x")}: ${say().join("; ")}` });
  }

  function marks(name, all) {
    const at = ui.state.x, here = x[at], [low, high] = axes[name].y.lim;
    const bands = functions.flatMap((f, i) =>
      f.bands[all[i].p].map((pair) => ({ kind: "band", x: pair, color: f.color, y: one ? [0, 1] : [0.035 * i, 0.035 * (i + 1)] })));
    const curves = functions.map((f, i) => {
      const jumps = f.kinks[all[i].p].map(([k, ...sides]) => [k, ...(name === "f" ? sides.slice(0, 2) : sides.slice(2))]);
      return line(f, { x, y: all[i][name], jumps });
    });
    const kinks = functions.flatMap((f, i) => {
      const places = f.kinks[all[i].p].map(([k]) => k);
      return places.length ? [{ kind: "points", marker: "square", x: places.map((k) => x[k]), y: places.map((k) => all[i][name][k]), color: f.color }] : [];
    });
    const others = functions.slice(1).map((f, i) => ({ kind: "points", x: [here], y: [all[i + 1][name][at]], color: f.color }));
    const upright = { kind: "curve", thin: true, style: "dotted", x: [here, here], y: [low, high] };
    const tangents = name !== "f" ? [] : functions.map((f, i) => {
      const value = all[i].f[at], slope = all[i].slope[at], side = [-1.5, 1.5];
      return { kind: "curve", thin: true, x: side.map((d) => here + d), y: side.map((d) => value + slope * d), color: one ? "text" : f.color };
    });
    return [...(one || name === "slope" ? bands : []), upright, ...curves, ...tangents, ...kinks, ...others];
  }

  return () => {
    const all = functions.map(numbers);
    for (const name of ["f", "slope"]) plots[name].draw(marks(name, all));
    const edges = { in: ui.tables["edges in"].data, out: ui.tables["edges out"].data };
    plots.in.draw([{ kind: "bars", x: edges.in, y: ui.tables.in.row(inputs()), color: "grey", percent: true }]);
    const bars = one ? [{ kind: "bars", x: edges.out, y: all[0].out, color: "blue", percent: true }] : [];
    plots.out.draw([...bars, ...functions.map((f, i) => ({ kind: "stairs", x: edges.out, y: all[i].out, color: f.color, style: f.style }))]);
    const marked = functions.find((f, i) => f.kinks[all[i].p].length), dull = functions.find((f, i) => f.bands[all[i].p].length);
    legend([
      ...(one ? [{ kind: "curve", thin: true, label: "tangent" }] : functions.map((f) => line(f, { label: f.name }))),
      ...(marked ? [{ kind: "points", marker: "square", color: one ? "blue" : "text", label: "kink" }] : []),
      ...(dull ? [{ kind: "band", color: one ? "blue" : "text", label: `saturated: |slope| < ${flat}` }] : []),
    ]);
    functions.forEach(({ name }, i) => {
      ui.read(`${name} f(x)`, all[i].f[ui.state.x]);
      ui.read(`${name} slope f′(x)`, all[i].slope[ui.state.x]);
      ui.read(`${name} mean output`, all[i].mean);
      ui.read(`${name} zeros`, `${format(100 * all[i].zeros, 0)} %`);
    });
    plots.f.describe(`the function at x = ${ui.text("x")}: ${say().join("; ")}`);
    plots.slope.describe("the slope of the function");
    plots.in.describe(`bars of the inputs, normal with mean ${ui.text("mean")} and standard deviation ${ui.text("deviation")}`);
    plots.out.describe(`bars of the outputs: ${functions.map((f, i) => `${f.name} has mean ${format(all[i].mean)}`).join(", ")}`);
  };
}
