// Draws the scenes that Python computed (see frames.py).

function build(ui) {
  const { axes, elements, scenes, equal } = ui.setup, names = Object.keys(ui.setup.controls);
  const array = (number) => ui.tables[number].data;
  const title = ui.model.get("title");
  ui.controls();
  const say = ui.sentence(), legend = ui.legend(), plot = ui.plot({ axes, equal, label: title });

  return () => {
    const place = names.reduce((i, name) => i * ui.setup.controls[name].texts.length + ui.state[name], 0);
    const [words, chosen] = scenes[place], shown = chosen.map((i) => elements[i]);
    const single = (e) => e.kind === "points" && array(e.x).length === 1;
    plot.draw(shown.flatMap((e) => {
      const x = array(e.x), y = array(e.y);
      return [{ ...e, x, y }, ...(single(e) ? [{ kind: "text", x: x[0], y: y[0], label: e.label }] : [])];
    }));
    legend(shown.filter((e) => e.label && !single(e)));
    plot.describe([title, ...shown.map((e) => e.label).filter(Boolean)].join(", "));
    say(words);
  };
}
