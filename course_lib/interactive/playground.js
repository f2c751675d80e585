// Shows a network that learns: frames that were recorded, and with a kernel those it streams (see playground.py).

function build(ui) {
  const { axes, presets, readings, gauges, layers, controls } = ui.setup, { maps, numbers, epochs } = ui.tables;
  const last = epochs.data.length - 1, shape = maps.shape.slice(2), AHEAD = 4, RATE = 25;
  const without = ({ epoch, ...set_up }) => set_up, key = (state) => JSON.stringify(without(state));
  let live = false;

  // Runs: frames in the order of epochs, and the data. Recorded ones are complete; of others there is the present one.
  const data = (tables) => [0, 1].map((label) => [tables[`class ${label}`].row(0), tables[`class ${label}`].row(1)]);
  const frame = (maps, numbers, ...at) => ({ map: maps.row(...at), numbers: numbers.row(...at) });
  const recorded = new Map(Object.values(presets).map((preset, run) => {
    const frames = Array.from(epochs.data, (_, i) => frame(maps, numbers, run, i));
    return [key(preset), { frames, asked: frames.length, data: data(ui.tables) }];
  }));
  let streamed = { key: "" }, shown = null;
  function run() {
    const now = key(ui.state), found = recorded.get(now);
    if (!found && streamed.key !== now) streamed = { key: now, frames: [], asked: 0 };
    return found ?? streamed;
  }
  function want(end) {
    const now = run();
    if (now.asked >= end) return;
    ui.ask({ set_up: without(ui.state), first: now.asked, end });
    now.asked = end;
  }
  ui.listen(({ set_up, first }, tables) => {
    if (!live) ((live = true), say(""));
    const now = run();
    if (now === streamed && key(set_up) === now.key && first <= now.frames.length) {
      now.data = data(tables);
      for (let i = now.frames.length - first; i < tables.maps.shape[0]; i++) now.frames.push(frame(tables.maps, tables.numbers, i));
    }
    ui.update();
  });

  // What is seen
  ui.hint("Which of these three networks learns, and why not the others?");
  ui.row(() => {
    for (const [name, preset] of Object.entries(presets)) {
      const button = ui.button(name, () => ui.set({ ...preset, epoch: ui.state.epoch }));
      ui.followers.push(() => button.setAttribute("aria-pressed", key(preset) === key(ui.state)));
    }
  }, "buttons");
  ui.row(() => {
    const play = ui.button("Play", () => (ui.playing ? pause() : start()));
    ui.button("Step", () => (pause(), ui.set({ epoch: Math.min(last, ui.state.epoch + 1) })));
    ui.button("Same seed again", () => (ui.set({ epoch: 0 }, false), ui.playing || start()));
    ui.slider("epoch");
    const pause = () => {
      clearInterval(ui.playing);
      ui.playing = null;
      play.textContent = "Play";
      ui.set({});
    };
    const start = () => {
      if (ui.state.epoch === last) ui.set({ epoch: 0 }, false);
      run().asked = run().frames.length; // what got lost is asked for again
      play.textContent = "Pause";
      ui.playing = setInterval(() => {
        const next = ui.state.epoch + 1;
        if (next > last || !ui.root.isConnected) return pause();
        want(Math.min(next + AHEAD, last + 1)); // the kernel computes so many frames ahead and then waits
        if (run().frames.length > next) ui.set({ epoch: next }, false);
      }, 1000 / RATE);
    };
  }, "buttons");

  const curve = (label, color, style) => ({ kind: "curve", color, style, label });
  const curves = [curve(readings[0], "green", "solid"), curve(readings[1], "pink", "dashed")];
  const classes = [{ kind: "points", marker: "cross", color: "orange", label: "class 0" }, { kind: "points", color: "blue", label: "class 1" }];
  let plane, loss;
  ui.row(() => {
    ui.row(() => {
      plane = ui.plot({ axes: axes.plane, label: "decision regions", equal: true, most: 440 });
      ui.legend()(classes);
    }, "stack");
    ui.row(() => {
      loss = ui.plot({ axes: axes.loss, label: "loss", ratio: 0.5, most: 470 });
      ui.legend()(curves);
      ui.readings(readings);
      ui.add(html("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Layers" }, table()));
    }, "stack");
  });
  const say = ui.sentence();
  say("These are recorded runs. With a running kernel you can change all of this, too.");
  ui.row(() => {
    for (const name of ["data", "noise", "rate", "init", "seed"]) ui.add(html("label", {}, html("span", {}, controls[name].label), select(name)));
  }, "picks");

  // The layers: what they are, and their gauges
  function select(name) {
    const options = controls[name].texts.map((text, i) => html("option", { value: i }, text));
    const node = html("select", { "aria-label": controls[name].label }, ...options);
    node.addEventListener("change", () => ui.set({ [name]: Number(node.value), epoch: 0 }));
    ui.followers.push(() => ((node.value = ui.state[name]), (node.disabled = !live)));
    return node;
  }
  function table() {
    const head = ["layer", "units", "activation", ...gauges].map((text) => html("th", { scope: "col" }, text));
    const rows = layers.map((i) => {
      const cells = gauges.map((gauge) => ui.place(`layer ${i} ${gauge}`, "td"));
      cells.forEach((cell) => cell.classList.add("gauge"));
      const picks = ["units", "activation"].map((what) => html("td", {}, select(`${what}_${i}`)));
      return html("tr", {}, html("th", { scope: "row" }, String(i)), ...picks, ...cells);
    });
    return html("table", { class: "tight" }, html("thead", {}, html("tr", {}, ...head)), html("tbody", {}, ...rows));
  }

  ui.ask({ set_up: without(ui.state), first: 0, end: 1 }); // whoever answers is a kernel
  setTimeout(() => live || recorded.has(key(ui.state)) || ui.set({ ...ui.model.get("start") }, false), 2000);
  return () => {
    want(ui.state.epoch + 1);
    const now = run(), at = ui.state.epoch;
    if (now.frames.length > at) shown = { ...now.frames[at], at, past: now.frames.slice(0, at + 1), data: now.data };
    if (!shown) return;
    const x = epochs.data.slice(0, shown.at + 1), read = shown.numbers, marked = { x: [x[shown.at]] };
    plane.heat(shown.map, shape, 1);
    const points = classes.map((mark, label) => ({ ...mark, x: shown.data[label][0], y: shown.data[label][1] }));
    plane.draw([...points, plane.level(shown.map, shape, 0)]);
    const guess = { x: axes.loss.x.lim, y: [0, 1].map(() => ui.tables.guessing.data[0]), label: "guessing" };
    const lines = curves.map((mark, i) => ({ ...mark, x, y: shown.past.map((one) => one.numbers[i]) }));
    const ends = lines.map((mark, i) => ({ ...mark, ...marked, kind: "points", y: [read[i]], marker: ["circle", "square"][i] }));
    loss.draw([{ ...guess, kind: "curve", thin: true, style: "dotted" }, { ...guess, kind: "text", x: guess.x[1], y: guess.y[0] }, ...lines, ...ends]);
    const say_number = (name, value, digits) => ui.read(name, Number.isFinite(value) ? value : "–", digits);
    readings.forEach((name, i) => say_number(name, read[i], i < 2 ? 3 : 1));
    layers.forEach((layer, i) => gauges.forEach((gauge, j) => {
      const value = read[readings.length + gauges.length * i + j], name = `layer ${layer} ${gauge}`;
      const part = j ? value / 100 : read[readings.length + gauges.length * layers.length + i];
      say_number(name, value, j ? 0 : 4);
      ui.read_outs.get(name).style.setProperty("--part", part || 0);
    }));
    const words = `after ${x[shown.at]} epochs`;
    plane.describe(`decision regions ${words}: ${format(read[2], 0)} % of the validation data are on the right side`);
    loss.describe(`loss ${words}: ${format(read[0])} in training, ${format(read[1])} in validation`);
  };
}
