// Light or dark as the reader's system has it, until the reader decides: key D, remembered in this browser.
const theme = {
  kept: () => { try { return localStorage.getItem("course-theme"); } catch { return null; } },
  system: () => (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light"),
  show(name) { document.documentElement.dataset.jpThemeLight = String(name === "light"); },
  toggle() {
    const name = document.documentElement.dataset.jpThemeLight === "true" ? "dark" : "light";
    try { localStorage.setItem("course-theme", name); } catch { /* a browser that keeps nothing */ }
    theme.show(name);
  },
};
theme.show(new URLSearchParams(location.search).get("theme") ?? theme.kept() ?? theme.system());
