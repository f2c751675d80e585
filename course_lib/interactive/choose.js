// The answer to four questions, looked up among those that Python gave (see advice.py).

function build(ui) {
  const { axes, hidden, output } = ui.setup, { x } = ui.tables;
  const looks = [["blue", "solid"], ["orange", "dashed"], ["green", "dotted"]];
  const inert = { target: (place) => place === 0, network: (place) => place === 1, need: (place) => place === 1 };
  let because, sources, legend, plot, bare;

  ui.hint("What would you take for the layer you have in mind? And what for the last one?");
  ui.row(() => {
    ui.row(() => {
      for (const name of Object.keys(ui.setup.controls)) {
        const label = ui.choice(name, true).querySelector("span"), question = label.textContent;
        ui.followers.push(() => {
          const idle = inert[name]?.(ui.state.place);
          label.textContent = idle ? `${question} (no matter here)` : question;
          label.classList.toggle("idle", Boolean(idle));
        });
      }
    }, "questions");
    ui.row(() => {
      ui.readings(["take", "with"]);
      because = ui.add(html("ul"));
      plot = ui.plot({ axes, label: "the functions", ratio: 0.5, most: 450 });
      legend = ui.legend();
      bare = ui.add(html("p", { class: "hint" }));
      ui.add(html("p", { class: "hint" }, "Where this comes from"));
      sources = ui.add(html("ul", { class: "hint" }));
    }, "stack answer");
  });

  return () => {
    const { place, target, network, need } = ui.state, advice = place ? output[target] : hidden[network][need];
    ui.read("take", advice.words);
    ui.read("with", advice.beside);
    because.replaceChildren(...advice.reasons.map((reason) => html("li", {}, reason)));
    sources.replaceChildren(...advice.sources.map(([paper, link]) => html("li", {}, html("a", { href: link }, paper))));
    const curves = advice.take.map((name, i) => ({ kind: "curve", color: looks[i][0], style: looks[i][1], label: name, x: x.data, y: ui.tables[name]?.data }));
    const drawn = curves.filter(({ y }) => y), others = curves.filter(({ y }) => !y).map(({ label }) => label);
    plot.outer.hidden = !drawn.length;
    plot.draw(drawn);
    plot.describe(`the functions ${drawn.map(({ label }) => label).join(", ")}`);
    legend(drawn);
    bare.textContent = others.map((name) => `${name} has no curve: it takes more than one number, or learns its shape.`).join("\n");
    bare.hidden = !others.length;
  };
}
