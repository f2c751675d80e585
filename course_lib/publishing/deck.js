// Starts the slides: mathematics first, then each slide is made to fit, then the keys work.
const LEAST = 0.8; // a slide that is still too full at this size overflows, which a test forbids

// Make one slide fit: first its interactives as large as they can be, else all of it a little smaller.
function fit(slide) {
  const content = slide.querySelector(":scope > .content");
  if (!content) return;
  const { paddingTop, paddingBottom } = getComputedStyle(slide);
  const room = slide.clientHeight - parseFloat(paddingTop) - parseFloat(paddingBottom);
  const spare = () => room - content.getBoundingClientRect().height / Reveal.getScale();
  const interactives = slide.querySelectorAll(".course");
  if (interactives.length) {
    for (let size = 1.3; size >= LEAST - 0.01; size -= 0.05)
      for (const layout of ["rows", "columns"]) {
        interactives.forEach((each) => { each.dataset.layout = layout; each.style.zoom = size.toFixed(2); });
        if (spare() >= 0) return;
      }
  } else {
    for (let size = 1; size >= LEAST - 0.01; size -= 0.04) {
      content.style.zoom = size.toFixed(2);
      if (spare() >= 0) return;
    }
  }
  slide.dataset.overflows = Math.round(-spare());
}

window.MathJax = {
  tex: { inlineMath: [["$", "$"], ["\\(", "\\)"]], processEscapes: true },
  options: { enableMenu: false },
  startup: {
    async pageReady() {
      await MathJax.startup.defaultPageReady();
      await Promise.all([interactivesAreDrawn, ...[...document.images].map((image) => image.decode().catch(() => {}))]);
      await Reveal.initialize({
        width: 1280, height: 720, margin: 0.02, center: false, hash: true, slideNumber: "c/t", transition: "none", navigationMode: "linear",
        pdfSeparateFragments: false, plugins: [RevealNotes], keyboard: { 68: theme.toggle },
      });
      const shown = Reveal.isPrintView() ? document.querySelectorAll("section:not(.stack)") : [Reveal.getCurrentSlide()];
      shown.forEach(fit);
      Reveal.on("slidechanged", ({ currentSlide }) => fit(currentSlide));
      document.documentElement.dataset.ready = "true";
    },
  },
};
