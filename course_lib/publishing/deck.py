"""A chapter as slides for a class: one HTML page with live interactives, which asks nobody for anything.

What is shown stands in the slide metadata of the chapter's cells: ``slide`` begins a slide, ``subslide`` one below it,
``fragment`` appears at the next key, ``notes`` is for the lecturer, ``skip`` is left out. Of a cell's code and its
outputs only the outputs are shown; where the code is the point, the cell has the tag ``show-input``.
"""

import html
import importlib.util
import itertools
import json
import re
import shutil
from pathlib import Path
from string import Template

from ..interactive import page
from ..plots import TALK
from .plans import of_section, unfolded

HERE = Path(__file__).parent
WIDGET = "application/vnd.jupyter.widget-view+json"
STATE = "application/vnd.jupyter.widget-state+json"
BROAD = re.compile(r'class="code"|class="interactive"|<table|<pre>[^<]*[^<\n]{45}|\$\$[^$]{80,}\$\$')
"""What a narrow column has no room for: code, interactives, tables, long lines, long formulas."""
SECTION = re.compile(r"^## (.+)", flags=re.MULTILINE)
LIST = re.compile(r" \[[^\[\]]*(?:,[^\[\],]*){4,}\]$")
HEADING = re.compile(r"(<div [^>]*>)\s*(<h2.*?</h2>)", flags=re.DOTALL)


def write(notebook, name, folder):
    """Write the deck of an executed chapter and what it needs.

    Args:
        notebook: as ``executed.executed`` returns it.
        name: of the chapter, as in ``"07_relu"``.
        folder: gets ``name.html`` and ``assets/``.

    Returns:
        The path of the deck.

    Raises:
        ValueError: no cell of the notebook is marked as a slide.
    """
    if not has_slides(notebook):
        raise ValueError(f"{name} has no slides: no cell is marked as one")
    stacks, used = slides(notebook)
    states = notebook.metadata.widgets[STATE]["state"] if used else {}
    deck = Template((HERE / "deck.html").read_text(encoding="utf-8")).substitute(
        title=html.escape(re.sub(r"^\W+", "", notebook.cells[0].source.splitlines()[0])),
        slides="\n".join(_stack(stack) for stack in stacks),
        widgets=_script({"state": {model: states[model] for model in used}}),
    )
    _assets(folder / "assets")
    path = folder / f"{name}.html"
    path.write_text(deck, encoding="utf-8")
    return path


def has_slides(notebook):
    """Whether any cell of a notebook begins a slide."""
    return any(_kind(cell) == "slide" for cell in notebook.cells)


def slides(notebook):
    """Return the slides of a notebook, and the ids of the interactives on them.

    The slides are lists: of slides that stand below each other, of pairs on each: first ("section", [its name]), then
    for each cell (kind, pieces of HTML). What the speaker notes of the chapter say of a section is noted on its slides.
    """
    stacks, used, section, plan = [], [], "", ""
    models = notebook.metadata.get("widgets", {}).get(STATE, {}).get("state", {})
    models = {model: state for model, state in models.items() if "_esm" in state["state"]}
    for cell in notebook.cells:
        section = SECTION.findall(cell.source)[-1] if SECTION.search(cell.source) else section
        kind = _kind(cell)
        if kind == "skip" or (not stacks and kind != "slide"):
            continue
        plan += cell.source if kind == "notes" else ""
        if kind in ("slide", "subslide"):
            slide = [("section", [section])]
            if said := of_section(plan, section):
                slide.append(("notes", [_markdown(said)]))
            stacks.append([slide]) if kind == "slide" else stacks[-1].append(slide)
        if pieces := [piece for piece in _content(cell, models, used) if piece]:
            stacks[-1][-1].append((kind, pieces))
    return stacks, used


def _kind(cell):
    """The slide type of a cell; "-" is Jupyter's word for none."""
    return cell.metadata.get("slideshow", {}).get("slide_type", "-")


def _stack(stack):
    """Slides that stand below each other, as HTML."""
    sections = "\n".join(_section(parts) for parts in stack)
    return sections if len(stack) == 1 else f"<section>\n{sections}\n</section>"


def _section(cells):
    """One slide as HTML: its heading or the name of its section, then the pieces of its cells."""
    (_, [name]), *cells = cells
    body, notes, step = [], [], 0
    for kind, pieces in cells:
        if kind == "notes":
            notes += [f'<aside class="notes">{unfolded(piece)}</aside>' for piece in pieces]
            continue
        step += kind == "fragment"
        mark = f'class="fragment" data-fragment-index="{step}"' if kind == "fragment" else ""
        body += [f"<div {mark}>{piece}</div>" for piece in pieces]
    content = "\n".join(body)
    if heading := HEADING.match(content):
        content = f"{heading[2]}\n{heading[1]}{content[heading.end() :]}"
    elif "<h1" not in content:
        content = f'<p class="where">{html.escape(name)}</p>\n{content}'
    return (
        f'<section class="{_layout(content)}">\n<div class="content">\n{content}\n</div>\n{"".join(notes)}\n</section>'
    )


def _layout(content):
    """How a slide is laid out: a title page, text beside one narrow figure, two figures as a pair, or all in a row."""
    if "<h1" in content:
        return "title"
    widths = [int(width) for width in re.findall(r'<figure.*?style="width:(\d+)px', content)]
    if len(widths) == 2:
        return "pair"
    text = re.search(r"<p>|<p class=.claim|<li>", content)
    return "beside" if len(widths) == 1 and widths[0] <= 740 and text and not BROAD.search(content) else "below"


def _content(cell, models, used):
    """Yield what is seen of a cell, as HTML; the interactives among it are added to ``used``."""
    if cell.cell_type == "markdown":
        yield _markdown(cell.source)
        return
    if "show-input" in cell.metadata.get("tags", []):
        yield _code(cell.source)
    for output in _joined(cell.outputs):
        if output.output_type == "stream":
            yield _printed(output.text) if output.name == "stdout" else ""
        elif output.output_type == "error":
            yield f'<pre class="error">{html.escape(f"{output.ename}: {output.evalue}")}</pre>'
        else:
            yield _shown(output.data, models, used)


def _joined(outputs):
    """Outputs, with what was printed in one go as one."""
    for kind, group in itertools.groupby(outputs, lambda output: output.get("name")):
        if kind is None:
            yield from group
        else:
            first, *others = group
            yield type(first)({**first, "text": "".join(each.text for each in [first, *others])})


def _shown(data, models, used):
    """One output as HTML: the best of the forms it comes in."""
    model = data.get(WIDGET, {}).get("model_id")
    if model in models:
        used.append(model)
        kind = "question" if "question" in models[model]["state"].get("_anywidget_id", "") else "interactive"
        return f'<div class="{kind}"><script type="{WIDGET}">{_script(data[WIDGET])}</script></div>'
    if WIDGET in data:
        return ""  # a progress bar
    for kind, as_html in ((TALK, str), ("text/html", str), ("text/markdown", _markdown)):
        if kind in data:
            return as_html(data[kind])
    return f"<pre>{html.escape(data['text/plain'])}</pre>"


def _printed(text):
    """What a cell printed, as HTML: claims as sentences, without long lists of numbers; everything else as it is."""
    parts = re.split(r"^(✓ .*(?:\n  .*)*)\n?", text, flags=re.MULTILINE)
    claims = [LIST.sub("", " ".join(claim.split())) for claim in parts[1::2]]
    claims = [f'<p class="claim">{html.escape(claim)}</p>' for claim in claims]
    others = [f"<pre>{html.escape(other.rstrip())}</pre>" if other.strip() else "" for other in parts[::2]]
    return "".join(other + claim for other, claim in zip(others, [*claims, ""], strict=True))


def _markdown(source):
    """Markdown as HTML. A link to a chapter leads to its deck; other files do not lie beside decks."""
    from nbconvert.filters import markdown2html_mistune

    text = re.sub(r"\]\((\w+)\.ipynb\)", r"](\1.html)", source)
    text = re.sub(r"\[([^\]]+)\]\((?!\w+:|\w+\.html)[^)\s]+\)", r"\1", text)
    return markdown2html_mistune(text)


def _code(source):
    """Python code in colours, as HTML."""
    from pygments import highlight
    from pygments.formatters import HtmlFormatter
    from pygments.lexers import PythonLexer

    return f'<pre class="code"><code>{highlight(source, PythonLexer(), HtmlFormatter(nowrap=True))}</code></pre>'


def _script(data):
    """JSON for a script element: nothing in it can end that element."""
    return json.dumps(data).replace("</", "<\\/")


def _assets(folder):
    """Put the scripts and styles that all decks share beside them: reveal.js, MathJax and our own."""
    folder.mkdir(parents=True, exist_ok=True)
    reveal = package("sphinx_revealjs") / "_static" / "revealjs"
    mathjax = package("sphinx-mathjax-offline") / "static" / "mathjax"
    own = [HERE / name for name in ("deck.css", "deck.js", "theme.js")]
    others = [reveal / "dist" / "reveal.css", reveal / "dist" / "reveal.js", reveal / "plugin" / "notes" / "notes.js"]
    for file in [*own, *others, mathjax / "tex-svg.js", Path(page.__file__).with_suffix(".js")]:
        shutil.copyfile(file, folder / file.name)
    (folder / "code.css").write_text(code_style(), encoding="utf-8")


def code_style():
    """The colours of Python code on light and dark pages, as CSS."""
    from pygments.formatters import HtmlFormatter

    light, dark = (HtmlFormatter(style=f"a11y-high-contrast-{theme}") for theme in ("light", "dark"))
    return light.get_style_defs(".reveal pre") + dark.get_style_defs('[data-jp-theme-light="false"] .reveal pre')


def package(name):
    """Return the folder of an installed package that is wanted for its files.

    Raises:
        ModuleNotFoundError: it is not installed; the message says how to get it.
    """
    found = importlib.util.find_spec(name)
    if found is None:
        raise ModuleNotFoundError(f"{name} is missing, get it with: pip install -e '.[site]'")
    return Path(found.origin).parent
