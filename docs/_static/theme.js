// The interactives ask the page whether it is dark: tell them what the theme's own switch says.
const tell = () => {
  const { theme } = document.documentElement.dataset;
  document.documentElement.dataset.jpThemeLight = String(theme !== "dark");
};
new MutationObserver(tell).observe(document.documentElement, { attributeFilter: ["data-theme"] });
tell();
