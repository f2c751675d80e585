// Starts the slides: mathematics first, then each slide is made to fit, then the keys work.
const WIDTH = 1280, HEIGHT = 720;
const LEAST = 0.8; // a slide that is still too full at this size overflows, which a test forbids

// What was changed is laid out after two frames: then it can be measured.
const laidOut = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

// Text gets a little smaller, then figures do.
function fitText(content, missing) {
  for (const [tall, least] of [["none", 0.88], ["460px", 0.84], ["380px", 0.84], ["320px", LEAST]])
    for (let size = 1; size >= least - 0.01; size -= 0.04) {
      content.style.zoom = size.toFixed(2);
      content.style.setProperty("--tall", tall);
      if (missing() <= 0) return;
    }
}

// Interactives have three layouts. Each as large as it fits; then the one with the widest pictures, but small text counts against it.
async function fitInteractives(interactives, missing) {
  const found = [];
  const show = ({ layout, size }) => interactives.forEach((each) => { each.dataset.layout = layout; each.style.zoom = size; });
  for (const layout of ["rows", "columns", "thirds"])
    for (let size = 1.3; size >= LEAST - 0.01; size -= 0.05) {
      show({ layout, size });
      await laidOut();
      const pictures = [...interactives[0].querySelectorAll(".plot > svg")];
      const width = pictures.reduce((sum, picture) => sum + picture.getBoundingClientRect().width, 0) / pictures.length;
      const boxes = [...interactives, ...interactives[0].querySelectorAll(".wide")];
      const tooWide = boxes.some((box) => box.scrollWidth > box.clientWidth + 4);
      found.push({ layout, size, score: Math.min(1, size) ** 2 * width, fits: missing() <= 0 && !tooWide });
      if (found.at(-1).fits) break;
    }
  found.sort((a, b) => b.fits - a.fits || b.score - a.score);
  show(found[0]);
  await laidOut();
}

// Make one slide fit: its interactives as large as they can be, else all of it a little smaller. Once a slide.
async function fit(slide) {
  const content = slide.querySelector(":scope > .content"), interactives = slide.querySelectorAll(".course");
  if (!content || slide.dataset.fits) return;
  slide.dataset.fits = "trying";
  const missing = () => Math.ceil(content.getBoundingClientRect().height / Reveal.getScale() - HEIGHT);
  if (interactives.length) await fitInteractives(interactives, missing);
  else fitText(content, missing);
  slide.dataset.fits = missing() <= 0 ? "yes" : `${missing()} px too tall`;
}

window.MathJax = {
  tex: { inlineMath: [["$", "$"], ["\\(", "\\)"]], processEscapes: true },
  options: { enableMenu: false },
  startup: {
    async pageReady() {
      await MathJax.startup.defaultPageReady();
      await Promise.all([interactivesAreDrawn, ...[...document.images].map((image) => image.decode().catch(() => {}))]);
      await Reveal.initialize({
        width: WIDTH, height: HEIGHT, margin: 0.02, center: false, hash: true, slideNumber: "c/t", transition: "none", navigationMode: "linear", controlsLayout: "edges",
        pdfSeparateFragments: false, pdfMaxPagesPerSlide: 1, plugins: [RevealNotes], keyboard: { 68: theme.toggle },
      });
      Reveal.on("slidechanged", ({ currentSlide }) => fit(currentSlide));
      const shown = Reveal.isPrintView() ? document.querySelectorAll("section:not(.stack)") : [Reveal.getCurrentSlide()];
      await Promise.all([...shown].map(fit));
      document.documentElement.dataset.ready = "true";
    },
  },
};
