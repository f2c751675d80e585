function render({ model, el }) {
  const line = document.createElement("p");
  line.setAttribute("role", "status");
  line.style.color = "var(--jp-content-font-color1, var(--vscode-editor-foreground, inherit))";
  const say = () => {
    const done = model.alone || model.get("answered");
    line.textContent = done ? "✓ Interactives work here." : "Interactives are drawn here. Waiting for Python to answer.";
  };
  model.on("change:answered", say);
  say();
  el.append(line);
  if (!model.alone) model.send({});
}
export default { render };
