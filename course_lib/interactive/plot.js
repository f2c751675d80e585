// Shared by all interactives: axes, marks, handles that can be dragged. Plain geometry: data to pixels and back.

const FAR = 1e5; // pixels: as far away as a curve is followed
const DASHES = { solid: undefined, dashed: "9 5", dotted: "2 5", dashdot: "9 4 2 4" };
const SHAPES = {
  circle: (x, y) => `M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z`,
  cross: (x, y) => `M${x - 5} ${y - 5}l10 10m0 -10l-10 10`,
  square: (x, y) => `M${x - 5} ${y - 5}h10v10h-10z`,
  triangle: (x, y) => `M${x} ${y - 6}l6 11h-12z`,
};
const look = (mark, fill) => ({
  style: `color: var(--${mark.color ?? "text"})${fill ? `; fill: ${fill}; fill-opacity: 1` : ""}`,
  "stroke-dasharray": DASHES[mark.style],
});
const box = (x, y, width, height) => `M${x} ${y}h${width}v${height}h${-width}z`;

// A line through points; nan makes a gap. `jumps` lists [i, left, right]: what the line tends to on both sides of i.
function line(plot, xs, ys, jumps = []) {
  const sides = new Map(jumps.map(([i, ...limits]) => [i, limits]));
  let path = "", pen = "M";
  const to = (x, y) => {
    if (Number.isNaN(x) || Number.isNaN(y)) return void (pen = "M");
    path += `${pen}${plot.x(x).toFixed(2)} ${plot.y(y).toFixed(2)}`;
    pen = "L";
  };
  xs.forEach((x, i) => {
    if (!sides.has(i)) return to(x, ys[i]);
    const [left, right] = sides.get(i);
    if (i > 0) to(x, left);
    pen = "M";
    to(x, right);
  });
  return path;
}

// Each kind of mark: from the plot and the mark's own data to SVG nodes.
const MARKS = {
  curve: (plot, m) => [svg("path", { d: line(plot, m.x, m.y, m.jumps), class: m.thin ? "curve thin" : "curve", ...look(m) })],
  region: (plot, m) => [svg("path", { d: line(plot, m.x, m.y), class: m.faint ? "region faint" : "region", ...look(m, m.hatch && plot.hatch(m.color)) })],
  points(plot, m) {
    const path = Array.from(m.x, (x, i) => SHAPES[m.marker ?? "circle"](plot.x(x), plot.y(m.y[i]))).join("");
    return [svg("path", { d: path, class: "points", ...look(m) })];
  },
  // Words beside a place, on the side where there is room.
  text(plot, m) {
    const x = plot.x(m.x), left = m.anchor ? m.anchor === "end" : x > 0.7 * plot.width, centre = m.anchor === "middle";
    const place = { x: centre ? x : left ? x - 10 : x + 10, y: plot.y(m.y) + (m.below ? 20 : -9) };
    return [svg("text", { ...place, "text-anchor": centre ? "middle" : left ? "end" : "start", class: "words" }, m.label)];
  },
  // Hatched from x[0] to x[1], over the whole height or the part from y[0] to y[1] of it (0 below, 1 above).
  band(plot, m) {
    const [low, high] = m.y ?? [0, 1], x = plot.x(m.x[0]), y = (1 - high) * plot.height;
    const d = box(x, y, plot.x(m.x[1]) - x, (high - low) * plot.height);
    return [svg("path", { d, class: "band", ...look(m, plot.hatch(m.color)) })];
  },
  // Bars between the edges x (one more than y), from 0 to y, perhaps hatched; what is too tall says its height.
  bars(plot, m) {
    const width = (i) => plot.x(m.x[i + 1]) - plot.x(m.x[i]) - 1;
    const bars = Array.from(m.y, (y, i) => box(plot.x(m.x[i]), plot.y(Math.max(y, 0)), width(i), Math.abs(plot.y(y) - plot.y(0))));
    const cut = Array.from(m.y, (y, i) => [y, i]).filter(([y]) => y > plot.axes.y.lim[1]);
    const words = cut.map(([y, i]) => svg("text", { x: plot.x(m.x[i]) + width(i) + 5, y: 16, class: "words" }, m.percent ? `${format(100 * y, 0)} %` : format(y)));
    return [svg("path", { d: bars.join(""), class: "bars", ...look(m, m.hatch && plot.hatch(m.color)) }), ...words];
  },
  // The outline of bars.
  stairs(plot, m) {
    let path = `M${plot.x(m.x[0])} ${plot.y(0)}`;
    m.y.forEach((y, i) => (path += `V${plot.y(y).toFixed(2)}H${plot.x(m.x[i + 1]).toFixed(2)}`));
    return [svg("path", { d: `${path}V${plot.y(0)}`, class: "curve thin", ...look(m) })];
  },
  // A line from one point to another, `width` pixels thick; `arrow` gives it a head, `label` a text at its middle,
  // `gap` leaves room for nodes: so many pixels at both ends.
  edge(plot, m) {
    let [x1, x2] = [plot.x(m.x[0]), plot.x(m.x[1])], [y1, y2] = [plot.y(m.y[0]), plot.y(m.y[1])];
    const size = Math.hypot(x2 - x1, y2 - y1) || 1, [a, b] = [(9 * (x2 - x1)) / size, (9 * (y2 - y1)) / size];
    const gap = (m.gap ?? 0) / 9;
    [x1, y1, x2, y2] = [x1 + gap * a, y1 + gap * b, x2 - gap * a, y2 - gap * b];
    const head = `M${x2 - a - b / 2} ${y2 - b + a / 2}L${x2} ${y2}L${x2 - a + b / 2} ${y2 - b - a / 2}`;
    const path = svg("path", { d: `M${x1} ${y1}L${x2} ${y2}${m.arrow ? head : ""}`, class: "edge", "stroke-width": m.width ?? 2, "stroke-linecap": DASHES[m.style] ? "butt" : "round", ...look(m) });
    const text = { x: (x1 + x2) / 2, y: (y1 + y2) / 2 - 6, "text-anchor": "middle", class: "words" };
    return m.label ? [path, svg("text", text, m.label)] : [path];
  },
  // A circle with a text in it, and one below.
  node(plot, m) {
    const [x, y] = [plot.x(m.x), plot.y(m.y)], size = m.size ?? 20, middle = { x, "text-anchor": "middle" };
    const words = [svg("text", { ...middle, y, dy: "0.35em" }, m.label ?? "")];
    if (m.below) words.push(svg("text", { ...middle, y: y + size + 16, class: "words" }, m.below));
    return [svg("circle", { cx: x, cy: y, r: size, class: "node", ...look(m) }), ...words];
  },
};

// What stands for a mark in a legend, drawn as the mark itself is.
function key(mark) {
  const samples = { points: () => SHAPES[mark.marker ?? "circle"](15, 8), curve: () => "M0 8h30", stairs: () => "M0 8h30" };
  const picture = svg("svg", { width: 30, height: 16, "aria-hidden": "true" });
  const kind = mark.kind === "stairs" ? "curve" : mark.kind;
  const fill = kind === "band" || mark.hatch ? hatch(picture, mark.color) : undefined;
  picture.append(svg("path", { d: samples[mark.kind]?.() ?? box(2, 1, 26, 14), class: mark.faint ? `${kind} faint` : kind, ...look(mark, fill) }));
  return picture;
}

// A pattern of slanting lines, defined in an SVG picture.
function hatch(picture, color = "text") {
  const id = unique(), size = { width: 8, height: 8, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)" };
  const stroke = svg("path", { d: "M0 0v8", style: `stroke: var(--${color}); stroke-width: 3; stroke-opacity: 0.5` });
  picture.append(svg("defs", {}, svg("pattern", { id, ...size }, stroke)));
  return `url(#${id})`;
}

// Where a table of heights, with `rows` from below, crosses a level: marching squares, as pairs of ends for `segments`.
function contour(table, [rows, columns], level = 0) {
  const at = (r, c) => table[r * columns + c] - level, ends = [];
  for (let r = 0; r + 1 < rows; r++)
    for (let c = 0; c + 1 < columns; c++) {
      const corners = [[r, c], [r, c + 1], [r + 1, c + 1], [r + 1, c]];
      corners.forEach(([r1, c1], i) => {
        const [r2, c2] = corners[(i + 1) % 4], a = at(r1, c1), b = at(r2, c2);
        if (a < 0 !== b < 0) ends.push([c1 + ((c2 - c1) * a) / (a - b), r1 + ((r2 - r1) * a) / (a - b)]);
      });
    }
  return ends;
}

class Plot {
  // options: axes {x, y} made by Python's axis(); label for those who cannot see it; ratio of height to width, or
  // `equal` units on both axes; `bare` without a frame, for graphs.
  constructor(ui, { axes, label, ratio = 0.62, equal = false, bare = false, most = 640 }) {
    Object.assign(this, { ui, axes, ratio, equal, bare, most, handles: [], hatches: new Map() });
    const ticks = Math.max(...axes.y.texts.map((text) => text.length));
    this.left = bare ? 4 : 18 + 9 * ticks;
    this.top = bare ? 4 : axes.y.label ? 34 : 14;
    this.right = bare ? 4 : 16;
    this.bottom = bare ? 4 : axes.x.label ? 50 : 30;
    this.frame = svg("g", { class: "frame" });
    this.inside = svg("svg");
    this.grips = svg("g");
    this.canvas = html("canvas", { "aria-hidden": "true" });
    this.image = svg("g", {}, this.frame, this.inside);
    this.picture = svg("svg", { role: "img", "aria-label": label }, this.image, this.grips);
    this.label = label;
    this.outer = ui.add(html("div", { class: "plot" }, this.canvas, this.picture));
    this.fit(true);
    this.drag();
  }

  // Take the width there is; true if it is another than before.
  fit(first = false) {
    const room = clamp(this.outer.clientWidth || this.most, 220, this.most);
    if (!first && room === this.room) return false;
    this.room = room;
    this.width = room - this.left - this.right;
    const [x, y] = [this.axes.x.lim, this.axes.y.lim];
    this.height = this.equal ? (this.width * (y[1] - y[0])) / (x[1] - x[0]) : Math.max(170, this.ratio * room - this.top - this.bottom);
    const tall = this.height + this.top + this.bottom, place = { left: `${this.left}px`, top: `${this.top}px` };
    this.picture.setAttribute("viewBox", `0 0 ${room} ${tall}`);
    this.picture.setAttribute("width", room);
    for (const [name, value] of Object.entries({ x: this.left, y: this.top, width: this.width, height: this.height }))
      this.inside.setAttribute(name, value);
    this.grips.setAttribute("transform", `translate(${this.left} ${this.top})`);
    Object.assign(this.canvas.style, { ...place, width: `${this.width}px`, height: `${this.height}px` });
    this.frame.setAttribute("transform", `translate(${this.left} ${this.top})`);
    this.frame.replaceChildren(...(this.bare ? [] : this.grid()));
    return true;
  }

  // Take other axes, with texts no wider than those of the first.
  change(axes) {
    if (axes === this.axes) return;
    this.axes = axes;
    this.fit(true);
  }

  x = (value) => this.pixel((value - this.axes.x.lim[0]) / (this.axes.x.lim[1] - this.axes.x.lim[0]), this.width);
  y = (value) => this.pixel((this.axes.y.lim[1] - value) / (this.axes.y.lim[1] - this.axes.y.lim[0]), this.height);
  pixel = (fraction, size) => clamp(fraction * size, -FAR, FAR);

  grid() {
    const { axes, width, height } = this, lines = [], words = [];
    const every = Math.ceil((axes.x.texts.join("").length * 9 + axes.x.texts.length * 12) / width); // else they overlap
    axes.x.ticks.forEach((tick, i) => {
      lines.push(svg("path", { d: `M${this.x(tick)} 0v${height}`, class: tick === 0 ? "zero" : "" }));
      const place = { x: this.x(tick), y: height + 20, "text-anchor": "middle" };
      if (i % every === 0) words.push(svg("text", place, axes.x.texts[i]));
    });
    axes.y.ticks.forEach((tick, i) => {
      lines.push(svg("path", { d: `M0 ${this.y(tick)}h${width}`, class: tick === 0 ? "zero" : "" }));
      words.push(svg("text", { x: -8, y: this.y(tick), dy: "0.35em", "text-anchor": "end" }, axes.y.texts[i]));
    });
    words.push(svg("text", { x: width / 2, y: height + 43, "text-anchor": "middle", class: "name" }, axes.x.label));
    words.push(svg("text", { x: -this.left + 2, y: -16, class: "name" }, axes.y.label));
    return [...lines, ...words];
  }

  // Draw these marks, from back to front, instead of those before.
  draw(marks) {
    const nodes = marks.flatMap((mark) => MARKS[mark.kind](this, mark));
    this.inside.replaceChildren(...this.inside.querySelectorAll("defs"), ...nodes);
  }

  // What the picture shows now, in words.
  describe(text) {
    (this.handles.length ? this.image : this.picture).setAttribute("aria-label", text);
  }

  hatch(color) {
    if (!this.hatches.has(color)) this.hatches.set(color, hatch(this.inside, color));
    return this.hatches.get(color);
  }

  // A heat map below the marks: positive values in one colour, negative in the other, paler towards 0.
  heat(table, [rows, columns], limit, colors = ["#d55e00", "#0072b2"]) {
    this.canvas.width = columns;
    this.canvas.height = rows;
    const context = this.canvas.getContext("2d"), image = context.createImageData(columns, rows);
    const parts = colors.map((color) => [1, 3, 5].map((i) => parseInt(color.slice(i, i + 2), 16)));
    table.forEach((value, i) => {
      const from = 4 * ((rows - 1 - Math.floor(i / columns)) * columns + (i % columns));
      image.data.set([...parts[value < 0 ? 0 : 1], 255 * 0.6 * Math.min(1, Math.abs(value) / limit)], from);
    });
    context.putImageData(image, 0, 0);
    // A pixel stands in the middle of its value: the outermost ones reach half a cell beyond the axes and are cut.
    const [x, y] = [this.width / (columns - 1) / 2, this.height / (rows - 1) / 2], size = (side, more) => `${side + 2 * more}px`;
    const place = { left: `${this.left - x}px`, top: `${this.top - y}px`, clipPath: `inset(${y}px ${x}px)` };
    Object.assign(this.canvas.style, place, { width: size(this.width, x), height: size(this.height, y) });
  }

  // The line on which a table over the whole plot crosses a level, as a mark.
  level(table, shape, level = 0, mark = {}) {
    const [x, y] = [this.axes.x.lim, this.axes.y.lim], scale = (lim, i, n) => lim[0] + (i / (n - 1)) * (lim[1] - lim[0]);
    const ends = contour(table, shape, level), gap = (list) => list.flatMap((value, i) => (i % 2 ? [value, NaN] : [value]));
    const xs = gap(ends.map(([c]) => scale(x, c, shape[1]))), ys = gap(ends.map(([, r]) => scale(y, r, shape[0])));
    return { kind: "curve", x: xs, y: ys, ...mark };
  }

  // A handle on a control: along "x", "y", or "xy" for a Point. `at()` says where it sits now; `say()`, optionally, what
  // is read aloud; by default the value. `shown()`, optionally, whether it is there. With axis "path" it runs along a path:
  // `places()` lists where it sits, [x, y], at each position of the control.
  handle(name, { axis = "x", at, say, label, color = "text", shown = () => true, places }) {
    const control = this.ui.setup.controls[name], two = axis === "xy";
    const values = two ? control.values : { [axis]: control.values };
    const range = two ? control.values[0] : control.values;
    const role = { role: "slider", tabindex: 0, "aria-label": label ?? control.label, "data-control": name };
    const limits = { "aria-valuemin": Math.min(...range), "aria-valuemax": Math.max(...range) };
    const style = `color: var(--${color})`, more = two ? { "aria-roledescription": "point" } : {};
    const knob = [svg("circle", { r: 22, class: "room" }), svg("circle", { r: 15, class: "halo" }), svg("circle", { r: 9, class: "knob" })];
    if (axis === "y") role["aria-orientation"] = "vertical";
    const node = svg("g", { class: `handle ${axis}`, style, ...role, ...limits, ...more }, ...knob);
    const lists = two ? { x: values[0], y: values[1] } : values;
    const handle = { name, axis, at, node, say: say ?? (() => this.ui.text(handle.name)), lists, shown, places };
    node.addEventListener("keydown", (event) => this.press(handle, event));
    if (!this.handles.length) this.share();
    this.handles.push(handle);
    this.grips.append(node);
    const free = this.handles.some((other) => other.axis !== "x");
    this.picture.style.touchAction = free ? "auto" : "pan-y"; // a finger that moves up or down still scrolls the page
    return handle;
  }

  // With handles the drawing alone is the image: what is inside an image cannot be operated.
  share() {
    this.picture.setAttribute("role", "group");
    this.image.setAttribute("role", "img");
    this.image.setAttribute("aria-label", this.label);
  }

  follow() {
    if (this.handles.some(({ node, shown }) => shown() !== this.grips.contains(node)))
      this.grips.replaceChildren(...this.handles.filter(({ shown }) => shown()).map(({ node }) => node));
    for (const { name, at, node, say } of this.handles) {
      const [x, y] = at(), inside = clamp(this.y(y), 0, this.height), value = this.ui.value(name);
      node.setAttribute("transform", `translate(${clamp(this.x(x), 0, this.width)} ${inside})`);
      node.setAttribute("aria-valuenow", Array.isArray(this.ui.state[name]) ? x : value);
      node.setAttribute("aria-valuetext", say());
    }
  }

  // Put a handle at positions {x: i} or {y: j} or both.
  put({ name, axis }, place, done) {
    const old = this.ui.state[name];
    this.ui.set({ [name]: axis === "xy" ? [place.x ?? old[0], place.y ?? old[1]] : place[axis] }, done);
  }

  press(handle, event) {
    const old = this.ui.state[handle.name], here = (along) => (handle.axis === "xy" ? old["xy".indexOf(along)] : old);
    const steps = { ArrowRight: 1, ArrowUp: 1, ArrowLeft: -1, ArrowDown: -1, PageUp: 10, PageDown: -10, Home: -Infinity, End: Infinity };
    if (!(event.key in steps)) return;
    const upright = ["ArrowUp", "ArrowDown", "PageUp", "PageDown"].includes(event.key);
    const along = handle.axis === "xy" ? (upright ? "y" : "x") : handle.axis;
    const step = steps[event.key] * (event.shiftKey ? 10 : 1);
    event.preventDefault();
    this.put(handle, { [along]: clamp(here(along) + step, 0, handle.lists[along].length - 1) }, true);
  }

  // Press anywhere near a handle and draw it along.
  drag() {
    let held = null;
    const pointer = (event) => {
      const { left, top, width } = this.picture.getBoundingClientRect(), scale = this.room / width;
      return [(event.clientX - left) * scale - this.left, (event.clientY - top) * scale - this.top];
    };
    const far = ({ axis, at }, [px, py]) => {
      const [x, y] = at(), across = this.x(x) - px, up = clamp(this.y(y), 0, this.height) - py;
      return { x: Math.abs(across), y: Math.hypot(up, 0) + (Math.abs(across) > 22 ? FAR : 0), xy: Math.hypot(across, up), path: Math.hypot(across, up) }[axis];
    };
    const move = (event, done) => {
      const [px, py] = pointer(event), [x, y] = [this.axes.x.lim, this.axes.y.lim];
      const data = { x: x[0] + (px / this.width) * (x[1] - x[0]), y: y[1] - (py / this.height) * (y[1] - y[0]) };
      if (held.places) {
        const away = held.places().map(([a, b]) => Math.hypot(this.x(a) - px, this.y(b) - py));
        return this.put(held, { path: away.indexOf(Math.min(...away)) }, done);
      }
      const near = (list, value) => list.reduce((best, v, i) => (Math.abs(v - value) < Math.abs(list[best] - value) ? i : best), 0);
      this.put(held, Object.fromEntries(Object.entries(held.lists).map(([along, list]) => [along, near(list, data[along])])), done);
    };
    this.picture.addEventListener("pointerdown", (event) => {
      const place = pointer(event), present = this.handles.filter((handle) => handle.shown());
      const ranked = present.map((handle) => [far(handle, place), handle]).sort((a, b) => a[0] - b[0]);
      const own = this.handles.find(({ node }) => node.contains(event.target));
      held = own ?? (ranked.length && (ranked.length === 1 || ranked[0][0] < 30) ? ranked[0][1] : null);
      if (!held || event.button !== 0) return void (held = null);
      event.preventDefault();
      held.node.focus({ preventScroll: true });
      this.picture.setPointerCapture(event.pointerId);
      move(event, false);
    });
    this.picture.addEventListener("pointermove", (event) => held && move(event, false));
    for (const end of ["pointerup", "pointercancel"])
      this.picture.addEventListener(end, () => held && ((held = null), this.ui.set({})));
  }
}
