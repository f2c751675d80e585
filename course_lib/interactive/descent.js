// Draws what descent.py computed. The loss is quadratic: the path is a weighted sum of tables, exact for every start.

function build(ui) {
  const { axes, best, second, least, words, levels } = ui.setup, { map, x, y } = ui.tables;
  const shape = map.shape, ends = axes.data.x.lim, steps = ui.setup.controls.step.values;

  ui.hint("Which learning rate reaches the bottom of the valley first, and which one never does?");
  let plane, data, losses;
  ui.row(() => {
    plane = ui.plot({ axes: axes.map, label: "map of the loss", equal: true, most: 450 });
    ui.row(() => {
      data = ui.plot({ axes: axes.data, label: "the points and the line", ratio: 0.5, most: 450 });
      losses = ui.plot({ axes: axes.loss, label: "loss by step", ratio: 0.48, most: 450 });
    }, "stack");
  });
  const stops = { kind: "points", color: "orange", label: "path of descent" };
  const bottom = { kind: "points", x: [best[0]], y: [best[1]], marker: "cross", color: "green", label: "least loss" };
  const samples = { kind: "points", x: x.data, y: y.data, marker: "square", color: "blue", label: "data" };
  const fit = { kind: "curve", color: "orange", x: ends, label: "y = w x + b" };
  const errors = { kind: "curve", thin: true, style: "dotted", label: "errors" };
  ui.legend()([stops, bottom, samples, fit, errors]);
  ui.readings(["w", "b", "L", "dL/dw", "dL/db"]);
  ui.controls(["eta", "step"]);
  ui.player("step", 6);
  const say = ui.sentence();
  plane.handle("start", { axis: "xy", at: start, label: "start of the path", say: () => `w = ${start()[0]}, b = ${start()[1]}` });
  const rings = levels.map((level) => plane.level(map.data, shape, least + level, { thin: true, color: "grey" }));

  function start() {
    return ui.state.start.map((i, k) => ui.setup.controls.start.values[k][i]);
  }

  // From the distance of the start to the best: w, b and the loss after every step up to the present one.
  function path() {
    const { eta, step } = ui.state, [dw, db] = start().map((value, k) => value - best[k]);
    const row = (name, i) => ui.tables[name].row(eta, i).subarray(0, step + 1);
    return {
      w: combine([dw, db], [row("powers", 0), row("powers", 1)], best[0]),
      b: combine([dw, db], [row("powers", 2), row("powers", 3)], best[1]),
      loss: combine([dw * dw, dw * db, db * db], [0, 1, 2].map((i) => row("forms", i)), least),
      step,
    };
  }

  return () => {
    const { w, b, loss, step } = path(), line = (place) => w[step] * place + b[step];
    const trace = { kind: "curve", thin: true, x: w, y: b, color: "orange" };
    plane.heat(map.data, shape, axes.loss.y.lim[1]);
    plane.draw([...rings, bottom, trace, { ...stops, x: w.slice(1), y: b.slice(1) }]);
    const gaps = [...x.data].flatMap((place, i) => [[place, y.data[i]], [place, line(place)], [NaN, NaN]]);
    data.draw([{ ...errors, x: gaps.map(([place]) => place), y: gaps.map(([, height]) => height) }, { ...fit, y: ends.map(line) }, samples]);
    const done = steps.slice(0, step + 1);
    losses.draw([{ kind: "curve", thin: true, x: done, y: loss, color: "orange" }, { ...stops, x: done, y: loss }]);
    const slope = combine([w[step] - best[0], b[step] - best[1]], [second.slice(0, 2), second.slice(2)]);
    ["w", "b", "L", "dL/dw", "dL/db"].forEach((name, i) => ui.read(name, [w[step], b[step], loss[step], ...slope][i]));
    say(words[ui.state.eta]);
    plane.describe(`map of the loss over w and b: after ${step} steps descent is at w = ${format(w[step])}, b = ${format(b[step])}, the least loss is at ${best.map((value) => format(value)).join(", ")}`);
    data.describe(`${x.data.length} points and the line y = ${format(w[step])} x + ${format(b[step])}`);
    losses.describe(`loss by step: ${format(loss[0])} at first, ${format(loss[step])} now`);
  };
}
