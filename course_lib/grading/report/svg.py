"""The pictures of a report: inline SVG that fits any width, follows the page's colours, and says itself in words.

Positions across are percentages and heights are pixels, so nothing is stretched. Colour never speaks alone: each
outcome has a pattern of its own as well, and numbers stand in the picture.
"""

from course_lib.grading.report.tally import OUTCOMES
from course_lib.grading.report.text import Html, counted, number, tag

WORDS = {"passed": "passed", "failed": "not yet", "error": "error", "not attempted": "not attempted"}
_BARS = 110  # height of a histogram's highest bar
_BINS = 20  # a histogram has no more bars than this, and one for 0

PATTERNS = Html(
    '<svg class="patterns" width="0" height="0" aria-hidden="true"><defs>'
    '<pattern id="failed" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect class="failed-ground" width="6" height="6"/><rect class="failed-ink" width="2" height="6"/></pattern>'
    '<pattern id="error" width="6" height="6" patternUnits="userSpaceOnUse">'
    '<rect class="error-ground" width="6" height="6"/><circle class="error-ink" cx="3" cy="3" r="1.4"/></pattern>'
    "</defs></svg>"
)
"""Stands once in every page: the fillings of "failed" and "error"."""


def picture(words, height, *parts):
    """An SVG as wide as its place and ``height`` pixels high, read aloud as ``words``."""
    return tag("svg", tag("title", words), *parts, role="img", aria_label=words, width="100%", height=height)


def rect(kind, x, width, y, height):
    """A rectangle; ``x`` and ``width`` in percent, ``y`` and ``height`` in pixels."""
    return tag("rect", class_=kind, x=f"{x:.3f}%", width=f"{width:.3f}%", y=f"{y:.1f}", height=f"{height:.1f}")


def label(text, x, y, kind="label"):
    """A text whose middle is at ``x`` percent, standing on ``y`` pixels."""
    return tag("text", text, class_=kind, x=f"{x:.3f}%", y=y, text_anchor="middle")


def outcome_bar(outcomes, name):
    """How often a task was passed, failed, an error, not attempted: one bar in four parts with their counts."""
    total, left, parts = outcomes.total(), 0.0, []
    for outcome in OUTCOMES:
        width = 100 * outcomes[outcome] / total
        if width:
            parts.append(rect(_kind(outcome), left, width, 0, 22))
        if width >= 5:
            parts.append(label(outcomes[outcome], left + width / 2, 16, f"label on-{_kind(outcome)}"))
        left += width
    said = ", ".join(f"{outcomes[outcome]} {WORDS[outcome]}" for outcome in OUTCOMES)
    return picture(f"{name}: {said}", 22, *parts)


def legend():
    """What the fillings mean."""
    items = (
        tag("span", tag("svg", rect(_kind(o), 0, 100, 0, 14), class_="swatch", width="22", height="14"), WORDS[o])
        for o in OUTCOMES
    )
    return tag("p", *items, class_="legend", aria_hidden="true")


def points_bar(points, of):
    """How many of the possible points were reached."""
    share = 100 * points / of if of else 0
    words = f"{number(points)} of {number(of)} points"
    return picture(words, 10, rect("ground", 0, 100, 0, 10), rect("passed", 0, share, 0, 10))


def histogram(exercise):
    """How many learners have how many points in an exercise."""
    bins = _binned(exercise)
    highest, width = max(count for _, count in bins), 100 / len(bins)
    bar, step, parts = min(0.84 * width, 10), 1 + len(bins) // 12, []
    for place, (name, count) in enumerate(bins):
        height = _BARS * count / highest
        middle = (place + 0.5) * width
        parts.append(rect("bar", middle - bar / 2, bar, _BARS + 18 - height, height))
        if count:
            parts.append(label(count, middle, round(_BARS + 13 - height)))
        if place % step == 0:
            parts.append(label(name, middle, _BARS + 36, "label quiet"))
    axis = tag("line", class_="axis", x1="0", x2="100%", y1=_BARS + 18.5, y2=_BARS + 18.5)
    said = ", ".join(f"{counted(count, 'learner')} with {name}" for name, count in bins if count)
    return picture(f"Points in {exercise.name}, of {number(exercise.of)}: {said}", _BARS + 42, *parts, axis)


def _binned(exercise):
    """Pairs of a label and a count: a bar for each number of points, or for each of some equal spans."""
    size = max(1, -(-exercise.of // _BINS))
    counts = [0] * (int(exercise.of // size) + 1)
    for points, count in exercise.points.items():
        counts[min(int(points // size), len(counts) - 1)] += count
    return [(number(place * size) + ("–" if size > 1 else ""), count) for place, count in enumerate(counts)]


def _kind(outcome):
    return outcome.replace(" ", "-")
