// A prediction: the form that asks, the sentence that answers, the table that lists all (question.py says which part).
// Every word comes from Python. With a kernel Python keeps what is predicted; without one, this browser does.
const KEY = "course-predictions"; // in the browser's storage: name -> { option, confidence }
const EVENT = "course-prediction"; // tells the others on this page that one was kept
const memory = (window.coursePredictions ??= {}); // for a browser that stores nothing

function html(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}
const fill = (text, values) => text.replace(/{(\w+)}/g, (_, name) => values[name]);

function stored() {
  try {
    return { ...memory, ...JSON.parse(localStorage.getItem(KEY)) };
  } catch {
    return memory;
  }
}

// Keep a prediction in this browser; returns whether it will be there next time.
function store(name, prediction) {
  memory[name] = prediction;
  let lasts = true;
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...stored(), [name]: prediction }));
  } catch {
    lasts = false;
  }
  window.dispatchEvent(new CustomEvent(EVENT, { detail: { name, ...prediction } }));
  return lasts;
}

// What was kept under a name, and what Python says in that case: cases[name][option][confidence].
const kept = (model, name) => (model.alone ? stored() : model.get("kept"))[name] ?? {};
function met(model, name) {
  const { option, confidence } = kept(model, name);
  return model.get("setup").cases[name][option]?.[confidence];
}

function radios(kind, legend, words) {
  const group = `course-${Math.random().toString(36).slice(2)}`;
  const inputs = words.map((word) => html("input", { type: "radio", name: group, value: word }));
  const labels = inputs.map((input) => html("label", {}, input, html("span", {}, input.value)));
  return {
    node: html("fieldset", { class: kind }, html("legend", {}, legend), ...labels),
    get: () => inputs.find((input) => input.checked)?.value,
    set: (word) => inputs.forEach((input) => (input.checked = input.value === word)),
  };
}

function ask(model, root) {
  const { name, question, options, confidences, words } = model.get("setup");
  const option = radios("options", question, options), confidence = radios("sure", words.sure, confidences);
  const button = html("button", { type: "button" }, words.button), line = html("p", { "aria-live": "polite" });
  const say = (text) => (line.textContent = text);
  button.addEventListener("click", () => {
    const prediction = { option: option.get(), confidence: confidence.get() };
    if (!prediction.option || !prediction.confidence) return say(words.missing);
    if (model.alone) return say(fill(store(name, prediction) ? words.stored : words.remembered, prediction));
    model.set("line", words.waiting); // Python says more when it is free
    model.save_changes();
    model.send(prediction);
  });
  root.append(option.node, confidence.node, html("div", {}, button, line));
  const before = kept(model, name), known = options.includes(before.option);
  if (known) option.set(before.option), confidence.set(before.confidence);
  say(model.alone && known ? fill(words.before, before) : model.get("line"));
  model.on("change:line", () => say(model.get("line")));
  return () => {}; // the others say what was kept; this one already has
}

// Not read aloud when it changes: that would tell the answer to whoever has just predicted.
function answer(model, root) {
  const { name, words } = model.get("setup"), line = html("p");
  root.append(line);
  return () => (line.textContent = met(model, name) ?? words.none);
}

function list(model, root) {
  const { cases, words, header, certain } = model.get("setup");
  const row = (tag, cells) => html("tr", {}, ...cells.map((cell) => html(tag, tag === "th" ? { scope: "col" } : {}, cell)));
  return () => {
    const rows = Object.keys(cases).map((name) => met(model, name)).filter(Boolean);
    if (!rows.length) return root.replaceChildren(html("p", {}, words.none));
    rows.sort((one, other) => other.surprise - one.surprise);
    const count = (what) => rows.filter(({ surprise }) => what(surprise)).length;
    const counts = { all: rows.length, right: count((s) => s < 0), certain: count((s) => s === certain) };
    const body = html("tbody", {}, ...rows.map(({ cells }) => row("td", cells)));
    const region = { class: "wide", tabindex: 0, role: "region", "aria-label": words.title };
    const table = html("table", {}, html("thead", {}, row("th", header)), body);
    root.replaceChildren(html("div", region, table), html("p", {}, fill(words.count, counts)));
  };
}

// Slides get keys back once the button is pressed, but those that press it: so a lecturer can turn the page at once.
const turnsThePage = ({ target, key }) => target.tagName === "BUTTON" && !["Enter", " "].includes(key);

function render({ model, el }) {
  const { part } = model.get("setup"), root = html("div", { class: `course-question ${part}`, "data-prevent-swipe": "" });
  el.append(root);
  const draw = { ask, answer, list }[part](model, root), letKeysGo = keepKeys(root, model.alone ? turnsThePage : undefined);
  draw();
  const events = [EVENT, "storage"]; // the second: another window, such as the lecturer's, has kept one
  events.forEach((event) => window.addEventListener(event, draw));
  return () => {
    letKeysGo();
    events.forEach((event) => window.removeEventListener(event, draw));
  };
}
export default { render };
