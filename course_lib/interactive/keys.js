// Keys pressed inside `root` are meant for it: not for slides, which listen later, nor for JupyterLab and Notebook, which
// listen earlier, but look at an attribute. Shortcuts with Ctrl stay theirs, and those for which `goes` says so.
// Returns what ends this.
function keepKeys(root, goes = () => false) {
  const ours = (event) => !event.ctrlKey && !event.metaKey && !["Escape", "Tab"].includes(event.key) && !goes(event);
  const mark = (event) => {
    if (root.contains(event.target)) event.target.toggleAttribute("data-lm-suppress-shortcuts", ours(event));
  };
  root.addEventListener("keydown", (event) => ours(event) && event.stopPropagation());
  window.addEventListener("keydown", mark, true);
  return () => window.removeEventListener("keydown", mark, true);
}

