// An activation made of nine points, and a network that learns with it (see draw_your_own.py).

function build(ui) {
  const { axes, points, rivals } = ui.setup, { z, curves, slopes, means, maps, accuracies } = ui.tables;
  const last = maps.shape[1] - 1, shape = maps.shape.slice(2), places = z.data.slice(1, -1), PAUSE = 120;
  const rows = (table) => points.map((_, i) => table.row(i));
  const weights = (positions) => positions.map((at) => ui.setup.controls[points[0]].values[at]);
  const present = () => points.map((name) => ui.state[name]), same = (a, b) => a.join() === b.join();
  const recorded = (i) => Array.from({ length: last + 1 }, (_, frame) => ({ map: maps.row(i, frame), accuracy: accuracies.row(i)[frame] }));

  // The network that learns with the curve: recorded for the one at the start, else streamed.
  const start = points.map((name) => ui.model.get("start")[name]), first = { heights: start, frames: recorded(0) };
  let live = false, trained = first;
  function step(frame) {
    if (frame > last || !ui.root.isConnected) return ui.set({});
    if (!trained.frames[frame]) return ui.ask({ heights: trained.heights, frame });
    ui.set({ epoch: frame }, false);
    ui.playing = setTimeout(() => step(frame + 1), PAUSE);
  }
  ui.listen(({ heights, frame }, { map, accuracy }) => {
    live = true;
    if (!same(heights, trained.heights) || trained.frames[frame]) return;
    trained.frames[frame] = { map: map.data, accuracy: accuracy.data[0] };
    step(frame);
  });
  ui.ask({ heights: start, frame: 0 }); // whoever answers is a kernel

  // What is seen
  ui.hint("Drag the points. With which shapes can a network tell two spirals apart, and with which not?");
  let f, slope;
  ui.row(() => {
    f = ui.plot({ axes: axes.f, label: "your activation", ratio: 0.8, most: 470 });
    slope = ui.plot({ axes: axes.slope, label: "its slope", ratio: 0.8, most: 470 });
  });
  points.forEach((name, i) => f.handle(name, { axis: "y", at: () => [places[i], ui.value(name)], color: "blue" }));
  const legend = ui.legend();
  ui.readings(["mean of f(z), z ~ N(0, 1)", "zero-centred", "slopes", "saturates", "affine"]);
  const say = ui.sentence();
  ui.row(() => {
    ui.button("Train", () => {
      clearTimeout(ui.playing);
      const heights = present(), known = [first, trained].find((run) => same(run.heights, heights));
      if (known || live) trained = known ?? { heights, frames: [] };
      step(0);
    });
    ui.slider("epoch");
  }, "buttons");
  let drawn = {};
  const nets = [];
  ui.row(() => rivals.forEach((name, i) => ui.row(() => {
    const title = ui.add(html("p"));
    nets.push({ name, title, frames: recorded(i), plot: ui.plot({ axes: axes.plane, label: name, equal: true, bare: true, most: 290 }) });
  }, "stack")), "thirds");
  const classes = ["orange", "blue"].map((color, label) => {
    const table = ui.tables[`class ${label}`];
    return { kind: "points", marker: label ? "circle" : "cross", color, x: table.row(0), y: table.row(1) };
  });

  function learned() {
    const now = { trained, frame: ui.state.epoch, room: nets[0].plot.room, size: trained.frames.length };
    if (Object.keys(now).every((name) => now[name] === drawn[name])) return;
    drawn = now;
    nets.forEach(({ name, title, frames, plot }, i) => {
      const frame = (i ? frames : trained.frames)[now.frame];
      title.textContent = frame ? `${name}: ${format(frame.accuracy, 0)} % right` : `${name}: …`;
      if (!frame) return;
      plot.heat(frame.map, shape, 1);
      plot.draw([...classes, plot.level(frame.map, shape, 0)]);
      plot.describe(`decision regions of ${title.textContent} after ${ui.text("epoch")} epochs`);
    });
  }

  return () => {
    const heights = weights(present()), y = combine(heights, rows(curves)), steps = combine(heights, rows(slopes));
    const mean = combine(heights, rows(means))[0], [low, high] = [Math.min(...steps), Math.max(...steps)];
    const flat = (i) => Math.abs(steps[i]) < 1e-4, affine = high - low < 1e-4;
    const old = !same(present(), trained.heights);
    const ghost = { kind: "curve", thin: true, style: "dashed", color: "grey", x: z.data, y: combine(weights(trained.heights), rows(curves)) };
    const line = { kind: "curve", color: "blue", x: z.data, y };
    f.draw([...(old ? [ghost] : []), line]);
    const across = Array.from(steps, (value, i) => [[places[i], places[i + 1], NaN], [value, value, NaN]]);
    across[0][0][0] = z.data[0];
    across.at(-1)[0][1] = z.data.at(-1);
    slope.draw([{ kind: "curve", color: "orange", x: across.flatMap(([x]) => x), y: across.flatMap(([, y]) => y) }]);
    legend(old ? [{ ...ghost, label: "what the network below has learned with" }] : []);
    ui.read("mean of f(z), z ~ N(0, 1)", mean);
    ui.read("zero-centred", Math.abs(mean) < ui.setup.centred ? "yes" : "no");
    ui.read("slopes", `${format(low, 1)} to ${format(high, 1)}`);
    ui.read("saturates", flat(0) ? (flat(7) ? "on both sides" : "on the left") : flat(7) ? "on the right" : "nowhere");
    ui.read("affine", affine ? "yes" : "no");
    const collapse = "All slopes are equal: f is affine, and with it every network collapses into one affine layer.";
    const alone = "Without a kernel only the network of the dashed curve can be shown: it was recorded.";
    say(affine ? collapse : !old ? "" : live ? "Press Train to let a network learn with this curve." : alone);
    f.describe(`your activation: ${points.map((name) => `${ui.setup.controls[name].label} = ${ui.text(name)}`).join(", ")}`);
    slope.describe(`its slopes from left to right: ${Array.from(steps, (value) => format(value, 1)).join(", ")}`);
    learned();
  };
}
