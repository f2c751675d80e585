// Shared by all interactives: the state, the controls, the read-outs, the code (see __init__.py).
// No mathematics here. The one numerical primitive is: look up a table that Python made, and add up weighted tables.

function element(make, tag, attributes, children) {
  const node = make(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
const html = (tag, attributes = {}, ...children) =>
  element((name) => document.createElement(name), tag, attributes, children);
const svg = (tag, attributes = {}, ...children) =>
  element((name) => document.createElementNS("http://www.w3.org/2000/svg", name), tag, attributes, children);
const unique = () => `course-${Math.random().toString(36).slice(2)}`;
const clamp = (value, low, high) => Math.max(low, Math.min(high, value));

// A number as it is printed, with a real minus sign and no minus before zero.
function format(value, digits = 2) {
  if (typeof value === "string") return value;
  if (Number.isNaN(value)) return "none";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace("-", "") : text.replace("-", "−");
}

// A number of any size, with three digits where they can be read, else as a power of ten.
function scientific(value, digits = 1) {
  if (value === 0 || !Number.isFinite(value)) return format(value, 0);
  const size = Number(value.toExponential(digits + 1).split("e")[1]);
  if (size >= -3 && size < 3) return value.toPrecision(digits + 2).replace("-", "−");
  const [short, e] = value.toExponential(digits).split("e"), raised = (sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)];
  const times = digits ? " · " : "·";
  return `${short.replace("-", "−")}${times}10${[...e.replace("+", "")].map(raised).join("")}`;
}

// A number from its logarithm, given the table of 10^t for t from 0 to 1.
function fromLog(log, tens) {
  const exponent = Math.floor(log);
  return log === -Infinity ? 0 : Number(`${lookup(tens, (log - exponent) * (tens.length - 1))}e${exponent}`);
}

// The tables in a buffer: each has its `data`, its `shape`, and `row(i, j, ...)` for the rest after leading indices.
function unpack(spans, view) {
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  const size = (shape) => shape.reduce((product, n) => product * n, 1);
  const table = ([offset, shape]) => ({
    shape,
    data: new Float32Array(bytes, 4 * offset, size(shape)),
    row(...indices) {
      let [begin, length] = [0, size(shape)];
      indices.forEach((i, axis) => {
        length /= shape[axis];
        begin += i * length;
      });
      return this.data.subarray(begin, begin + length);
    },
  });
  return Object.fromEntries(Object.entries(spans).map(([name, span]) => [name, table(span)]));
}

// Table look-up: the value of `data` at a place counted in its steps; in between on a straight line.
function lookup(data, place) {
  const at = clamp(place, 0, data.length - 1), i = Math.min(Math.floor(at), data.length - 2);
  return at === i ? data[i] : data[i] + (at - i) * (data[i + 1] - data[i]);
}

// Affine combination: the weighted sum of tables of equal length, plus a constant.
function combine(weights, rows, constant = 0) {
  const sum = new Float32Array(rows[0].length).fill(constant);
  rows.forEach((row, k) => row.forEach((value, i) => (sum[i] += weights[k] * value)));
  return sum;
}

class UI {
  constructor({ model, el }) {
    this.model = model;
    this.setup = model.get("setup");
    this.tables = unpack(this.setup.tables, model.get("numbers"));
    this.state = { ...model.get("state") };
    this.plots = [];
    this.followers = []; // what each control does to follow the state
    this.read_outs = new Map();
    this.spoken = html("p", { class: "unseen", "aria-live": "polite" });
    this.body = html("div", { class: "stack" });
    const reset = html("button", { type: "button" }, "Reset");
    reset.addEventListener("click", () => this.set({ ...model.get("start") }));
    const head = html("div", { class: "head" }, html("strong", {}, model.get("title")), reset);
    const group = { class: "course", role: "group", "aria-label": model.get("title"), "data-prevent-swipe": "" };
    this.root = html("div", group, head, this.body, ...this.code(), this.spoken);
    this.letKeysGo = keepKeys(this.root);
    el.append(this.root);
  }

  // The state. `done` is false while a drag goes on: only then is the kernel left alone.
  set(change, done = true) {
    this.state = { ...this.state, ...change };
    this.update();
    if (!done) return;
    this.model.set("state", this.state);
    this.model.save_changes();
  }

  update() {
    this.root.dataset.state = JSON.stringify(this.state);
    for (const follow of this.followers) follow();
    this.draw();
    for (const plot of this.plots) plot.follow();
    clearTimeout(this.waiting);
    if (this.read_outs.size) this.waiting = setTimeout(() => this.speak(), 400);
  }

  speak() {
    const parts = [...this.read_outs].map(([name, node]) => `${name} ${node.textContent}`);
    if (this.silent === undefined) this.silent = parts.join(); // what is there at first is not news
    else if (this.silent !== parts.join()) this.spoken.textContent = parts.join(", ");
  }

  // The value of a slider or the word of a choice, and how it is written.
  value = (name) => (this.setup.controls[name].values ?? this.setup.controls[name].texts)[this.state[name]];
  text(name) {
    const { texts } = this.setup.controls[name], at = this.state[name];
    return Array.isArray(at) ? `(${at.map((i, axis) => texts[axis][i]).join(", ")})` : texts[at];
  }

  add(node) {
    this.body.append(node);
    return node;
  }

  // Whatever `fill` adds stands side by side where there is room, else one below the other.
  row(fill, kind = "side") {
    const outer = this.body, inner = html("div", { class: kind });
    this.body = inner;
    fill();
    this.body = outer;
    return this.add(inner);
  }

  // Sliders and choices, by default all of them.
  controls(names = Object.keys(this.setup.controls)) {
    const make = { slider: (name) => this.slider(name), choice: (name) => this.choice(name) };
    return this.row(() => names.forEach((name) => make[this.setup.controls[name].kind](name)), "sliders");
  }

  slider(name) {
    const { label, texts } = this.setup.controls[name];
    const range = html("input", { type: "range", min: 0, max: texts.length - 1, "aria-label": label });
    const width = Math.max(...texts.map((text) => text.length));
    const value = html("output", { style: `min-width: ${width}ch` });
    range.addEventListener("input", () => this.set({ [name]: Number(range.value) }, false));
    range.addEventListener("change", () => this.set({}));
    this.followers.push(() => {
      range.value = this.state[name];
      range.style.setProperty("--part", this.state[name] / Math.max(1, texts.length - 1));
      value.textContent = this.text(name);
      range.setAttribute("aria-valuetext", this.text(name));
    });
    return this.add(html("label", { class: "slider" }, html("span", {}, label), range, value));
  }

  // Words: buttons where they fit or shall be `spread`, else a list.
  choice(name, spread = false) {
    const { label, texts } = this.setup.controls[name], group = unique();
    if (!spread && (texts.length > 6 || texts.join("").length > 70)) return this.list(name, label, texts);
    const options = texts.map((text, i) => {
      const input = html("input", { type: "radio", name: group });
      input.addEventListener("change", () => this.set({ [name]: i }));
      this.followers.push(() => (input.checked = this.state[name] === i));
      return html("label", {}, input, html("span", {}, text));
    });
    const buttons = html("div", { class: "options" }, ...options);
    return this.add(html("div", { class: "choice", role: "radiogroup", "aria-label": label }, html("span", {}, label), buttons));
  }

  list(name, label, texts) {
    const select = html("select", { "aria-label": label }, ...texts.map((text, i) => html("option", { value: i }, text)));
    select.addEventListener("change", () => this.set({ [name]: Number(select.value) }));
    this.followers.push(() => (select.value = this.state[name]));
    return this.add(html("label", { class: "choice" }, html("span", {}, label), select));
  }

  button(label, press) {
    const node = html("button", { type: "button" }, label);
    node.addEventListener("click", press);
    return this.add(node);
  }

  // Step and play buttons for a slider: so many of its values a second.
  player(name, rate = 10) {
    const last = this.setup.controls[name].texts.length - 1;
    const step = () => this.set({ [name]: Math.min(last, this.state[name] + 1) }, true);
    return this.row(() => {
      const play = this.button("Play", () => (this.playing ? pause() : start()));
      const label = (text) => (play.textContent = text);
      const pause = () => (label("Play"), clearInterval(this.playing), (this.playing = null), this.set({}));
      const start = () => {
        if (this.state[name] === last) this.set({ [name]: 0 }, false);
        label("Pause");
        this.playing = setInterval(() => {
          this.set({ [name]: this.state[name] + 1 }, false);
          if (this.state[name] >= last || !this.root.isConnected) pause();
        }, 1000 / rate);
      };
      this.button("Step", () => (this.playing && pause(), step()));
    }, "buttons");
  }

  // Read-outs: `readings` lists names with their values, `table` has one of them in each cell ("row column").
  readings(names) {
    const items = names.map((name) => html("div", {}, html("span", {}, name), this.place(name, "strong")));
    return this.add(html("div", { class: "readings" }, ...items));
  }

  table(columns, rows, keys = []) {
    const head = html("tr", {}, html("td"), ...columns.map((column) => html("th", { scope: "col" }, column)));
    const body = rows.map((row, i) => {
      const name = html("th", { scope: "row" }, ...(keys[i] ? [key(keys[i])] : []), row);
      return html("tr", {}, name, ...columns.map((column) => this.place(`${row} ${column}`, "td")));
    });
    const table = html("table", {}, html("thead", {}, head), html("tbody", {}, ...body));
    return this.add(html("div", { class: "wide", tabindex: 0, role: "region", "aria-label": "Read-outs" }, table));
  }

  place(name, tag) {
    const node = html(tag, { "data-reading": name });
    this.read_outs.set(name, node);
    return node;
  }

  read(name, value, digits = 2) {
    this.read_outs.get(name).textContent = format(value, digits);
  }

  // A sentence that is read aloud when it changes: returns the function that sets it.
  sentence() {
    const node = this.add(html("p", { class: "sentence", "aria-live": "polite" }));
    return (text) => node.textContent !== text && (node.textContent = text);
  }

  hint(text) {
    return this.add(html("p", { class: "hint" }, text));
  }

  // The legend: marks as a plot takes them, with a label.
  legend() {
    const node = this.add(html("div", { class: "legend" }));
    return (marks) => node.replaceChildren(...marks.map((mark) => html("span", {}, key(mark), mark.label)));
  }

  plot(options) {
    const plot = new Plot(this, options);
    this.plots.push(plot);
    return plot;
  }

  // "Show the code": the lines Python gave, with the present values of the controls.
  code() {
    if (!this.setup.code) return [];
    const lines = html("code");
    const names = Object.keys(this.setup.controls);
    this.followers.push(() => {
      const fill = (text, name) => text.replaceAll(`{${name}}`, this.text(name).replaceAll("−", "-"));
      lines.textContent = names.reduce(fill, this.setup.code);
    });
    const pre = html("pre", { tabindex: 0, role: "region", "aria-label": "Code" }, lines);
    return [html("details", {}, html("summary", {}, "Show the code"), pre)];
  }

  // To and from a kernel, where there is one.
  ask(content) {
    this.model.send(content);
  }
  listen(hear) {
    this.hear = ({ content, tables }, [buffer]) => hear(content, unpack(tables, buffer));
    this.model.on("msg:custom", this.hear);
  }
}

// `build(ui)` adds what is seen and returns the function that draws the present state.
function mount(context, build) {
  const ui = new UI(context), { model } = context;
  ui.draw = () => {};
  ui.draw = build(ui);
  const fit = () => {
    if (ui.plots.filter((plot) => plot.fit()).length) ui.update();
  };
  fit();
  ui.update();
  const follow = () => {
    ui.state = { ...model.get("state") };
    ui.update();
  };
  model.on("change:state", follow);
  const watch = new ResizeObserver(fit);
  watch.observe(ui.root);
  return () => {
    watch.disconnect();
    ui.letKeysGo();
    clearTimeout(ui.waiting);
    clearInterval(ui.playing);
    model.off("change:state", follow);
    if (ui.hear) model.off("msg:custom", ui.hear);
  };
}
