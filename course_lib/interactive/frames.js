// Draws the scenes that Python computed (see frames.py). No mathematics here: pick a scene, map its data to pixels.

const LEFT = 74, TOP = 12, RIGHT = 16, BOTTOM = 52; // around the plot, in the units of the SVG
const FAR = 1e5; // pixels: as far away as a curve is followed
const DASHES = { solid: "", dashed: "9 5", dotted: "2 5", dashdot: "9 4 2 4" };
const MARKERS = {
  circle: (x, y) => `M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z`,
  cross: (x, y) => `M${x - 5} ${y - 5}l10 10m0 -10l-10 10`,
  square: (x, y) => `M${x - 5} ${y - 5}h10v10h-10z`,
  triangle: (x, y) => `M${x} ${y - 6}l6 11h-12z`,
};

function html(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

function svg(tag, attributes = {}, ...children) {
  const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

// The arrays of all scenes, from one buffer and the places where each begins.
function arrays(view, spans) {
  const bytes = view.buffer.slice(view.byteOffset, view.byteOffset + view.byteLength);
  return spans.map(([offset, count]) => new Float32Array(bytes, 4 * offset, count));
}

// Functions from data to pixels of the plot.
function scales({ x, y, width, height }) {
  const pixel = (fraction, size) => Math.max(-FAR, Math.min(FAR, fraction * size));
  return {
    x: (value) => pixel((value - x.lim[0]) / (x.lim[1] - x.lim[0]), width),
    y: (value) => pixel((y.lim[1] - value) / (y.lim[1] - y.lim[0]), height),
  };
}

// The fixed part of the picture: grid, ticks, names of the axes.
function frame(axes, scale) {
  const { width, height } = axes;
  const lines = svg("g", { class: "grid" }), texts = svg("g", { class: "ticks" });
  axes.x.ticks.forEach((tick, i) => {
    lines.append(svg("path", { d: `M${scale.x(tick)} 0v${height}`, class: tick === 0 ? "zero" : "" }));
    texts.append(svg("text", { x: scale.x(tick), y: height, dy: "1.3em", "text-anchor": "middle" }, axes.x.texts[i]));
  });
  axes.y.ticks.forEach((tick, i) => {
    lines.append(svg("path", { d: `M0 ${scale.y(tick)}h${width}`, class: tick === 0 ? "zero" : "" }));
    texts.append(svg("text", { x: -8, y: scale.y(tick), dy: "0.35em", "text-anchor": "end" }, axes.y.texts[i]));
  });
  const across = { x: width / 2, y: height + BOTTOM - 6, "text-anchor": "middle" };
  const up = { transform: `translate(${20 - LEFT} ${height / 2}) rotate(-90)`, "text-anchor": "middle" };
  return [lines, texts, svg("text", across, axes.xlabel), svg("text", up, axes.ylabel)];
}

// One region, curve or set of points as SVG nodes.
function drawn(element, numbers, scale, width) {
  const xs = numbers[element.x], ys = numbers[element.y], style = `color: var(--${element.color})`;
  if (element.kind === "points") {
    const path = Array.from(xs, (x, i) => MARKERS[element.marker](scale.x(x), scale.y(ys[i]))).join("");
    const nodes = [svg("path", { d: path, class: "points", style })];
    if (xs.length === 1) {
      const x = scale.x(xs[0]), left = x > 0.7 * width;
      const place = { x: left ? x - 9 : x + 9, y: scale.y(ys[0]) - 9, "text-anchor": left ? "end" : "start" };
      nodes.push(svg("text", { ...place, class: "label" }, element.label));
    }
    return nodes;
  }
  let path = "", pen = "M";
  xs.forEach((x, i) => {
    if (Number.isNaN(x) || Number.isNaN(ys[i])) return void (pen = "M");
    path += `${pen}${scale.x(x).toFixed(2)} ${scale.y(ys[i]).toFixed(2)}`;
    pen = "L";
  });
  return [svg("path", { d: path, class: element.kind, style, "stroke-dasharray": DASHES[element.style] ?? "" })];
}

// What stands for an element in the legend, drawn as the element itself is.
function key(element) {
  const sample = { points: () => MARKERS[element.marker](15, 7), region: () => "M2 1h26v12h-26z", curve: () => "M0 7h30" };
  const look = { class: element.kind, style: `color: var(--${element.color})`, d: sample[element.kind]() };
  const path = svg("path", { ...look, "stroke-dasharray": DASHES[element.style] ?? "" });
  return html("span", {}, svg("svg", { width: 30, height: 14, "aria-hidden": "true" }, path), element.label);
}

function render({ model, el }) {
  const axes = model.get("axes"), sliders = model.get("sliders"), elements = model.get("elements");
  const scenes = model.get("scenes"), numbers = arrays(model.get("numbers"), model.get("spans"));
  const scale = scales(axes);
  let state = { ...model.get("state") };

  const plot = svg("svg", { width: axes.width, height: axes.height });
  const size = [axes.width + LEFT + RIGHT, axes.height + TOP + BOTTOM];
  const inside = svg("g", { transform: `translate(${LEFT} ${TOP})`, "aria-hidden": "true" }, ...frame(axes, scale), plot);
  const picture = svg("svg", { viewBox: `0 0 ${size.join(" ")}`, role: "img", style: `max-width: ${size[0]}px` }, inside);
  const legend = html("div", { class: "legend" }), text = html("p", { "aria-live": "polite" });

  function draw() {
    const [words, chosen] = scenes[sliders.reduce((i, { name, values }) => i * values.length + state[name], 0)];
    const shown = chosen.map((i) => elements[i]);
    const keyed = shown.filter((e) => e.label && !(e.kind === "points" && numbers[e.x].length === 1));
    plot.replaceChildren(...shown.flatMap((element) => drawn(element, numbers, scale, axes.width)));
    legend.replaceChildren(...keyed.map(key));
    picture.setAttribute("aria-label", [model.get("title"), ...shown.map((e) => e.label).filter(Boolean)].join(", "));
    text.textContent = words;
    for (const control of controls) control.update();
  }

  function choose(change, done) {
    state = { ...state, ...change };
    draw();
    if (!done) return;
    model.set("state", state);
    model.save_changes();
  }

  function slider({ name, values }) {
    const label = name.replaceAll("_", " ");
    const range = html("input", { type: "range", min: 0, max: values.length - 1, "aria-label": label });
    const width = Math.max(...values.map((value) => value.length));
    const value = html("output", { style: `min-width: ${width}ch` });
    range.addEventListener("input", () => choose({ [name]: Number(range.value) }, false));
    range.addEventListener("change", () => choose({}, true));
    range.addEventListener("keydown", (event) => event.stopPropagation()); // else JupyterLab takes the arrow keys
    const update = () => {
      range.value = state[name];
      value.textContent = values[state[name]];
      range.setAttribute("aria-valuetext", values[state[name]]);
    };
    return { update, nodes: [html("span", {}, label), range, value] };
  }

  const controls = sliders.map(slider);
  const reset = html("button", { type: "button" }, "Reset");
  reset.addEventListener("click", () => choose(model.get("start"), true));
  const panel = html("div", { class: "sliders" }, ...controls.flatMap(({ nodes }) => nodes));
  const title = html("div", { class: "title" }, html("strong", {}, model.get("title")), reset);
  el.append(html("div", { class: "course-frames", "data-prevent-swipe": "" }, title, panel, text, legend, picture));
  draw();

  const follow = () => {
    state = { ...model.get("state") };
    draw();
  };
  model.on("change:state", follow);
  return () => model.off("change:state", follow);
}

export default { render };
