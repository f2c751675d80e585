// Brings the interactives of an exported page to life: what Jupyter's own widget manager does for all kinds of widgets,
// done for these, from the state that the page holds.
(() => {
  const parse = (kind) => [...document.querySelectorAll(`script[type="application/vnd.jupyter.widget-${kind}+json"]`)];
  const bytes = ({ data }) => new DataView(Uint8Array.from(atob(data), (c) => c.charCodeAt(0)).buffer);
  const states = Object.assign({}, ...parse("state").map((script) => JSON.parse(script.textContent).state));
  const styled = new Set(), drawn = [];

  // A model as anywidget hands it to a view, and `alone`: nobody is at the other end.
  function model({ state, buffers = [] }) {
    const heard = [], traits = { ...state };
    for (const buffer of buffers) traits[buffer.path[0]] = bytes(buffer);
    return {
      alone: true,
      get: (name) => traits[name],
      set(name, value) {
        traits[name] = value;
        heard.filter(([event]) => event === `change:${name}`).forEach(([, listener]) => listener());
      },
      save_changes() {},
      send() {},
      on: (event, listener) => heard.push([event, listener]),
      off: (event, listener) => heard.splice(heard.findIndex((pair) => pair[1] === listener), 1),
    };
  }

  for (const script of parse("view")) {
    const found = states[JSON.parse(script.textContent).model_id];
    if (!found?.state._esm) continue;
    const { _esm, _css, _anywidget_id } = found.state, el = document.createElement("div");
    script.after(el);
    if (!styled.has(_anywidget_id)) document.head.append(Object.assign(document.createElement("style"), { textContent: _css }));
    styled.add(_anywidget_id);
    const address = URL.createObjectURL(new Blob([_esm], { type: "text/javascript" }));
    drawn.push(import(address).then(({ default: widget }) => widget.render({ model: model(found), el })));
  }
  window.interactivesAreDrawn = Promise.all(drawn); // for pages that measure them
})();
