"""Predictions before experiments: ``predict`` asks what will come out, ``reconcile`` says whether that was right.

What is said stands here, once. Where a notebook is read without a kernel, ``interactive/question.js`` says it.
"""

import re

from . import front_end, progress
from .markdown import Markdown, table

CONFIDENCES = ("guessing", "fairly sure", "certain")
_ASKING = {
    "sure": "How sure are you?",
    "button": "Keep my prediction",
    "missing": "First choose an answer and how sure you are.",
    "waiting": "This is kept as soon as Python is free.",
    "before": "Kept before: {option} ({confidence}).",
    "kept": "Kept: {option} ({confidence}). Now run the experiment.",
    "stored": "Kept in this browser: {option} ({confidence}).",
    "remembered": "Kept until you leave this page: {option} ({confidence}).",
}
_LISTING = {
    "title": "Predictions",
    "count": "{right} of {all} predictions were right, {certain} wrong though certain.",
    "none": "No prediction was kept in this notebook.",
}
_HEADER = ("question", "you said", "you were", "it is", "right")

_asked = {}  # name -> (question, options) of this kernel's predict() calls
_reconciled = {}  # name -> (what was kept or None, answer) of this kernel's reconcile() calls


def predict(name, question, options):
    """Ask what an experiment will show, and keep the answer with a confidence; never wait for it.

    With a kernel the answer is kept in the learner's progress, on a page without one in the reader's browser. In plain
    Python only the question and its options are printed.

    Args:
        name: what the prediction is kept under, as in ``"07_relu.zeros"``.
        question: Markdown, with formulas between dollar signs.
        options: at least two distinct answers, as plain text.

    Raises:
        ValueError: an option is empty, repeated or no string, or there are fewer than two.
    """
    from IPython.display import display

    options = _distinct(options)
    _asked[name] = (question, options)
    if front_end.kernel():
        display(Markdown(question), _form(name))
    else:
        listed = "".join(f"\n- {option}" for option in options)
        display(Markdown(f"{question}\n{listed}\n\n(Predictions are skipped here: there is nobody to ask.)"))


def reconcile(name=None, answer=None):
    """Say how a prediction compares with ``answer``; without arguments, list all of them, surprises first.

    Where a notebook is only executed, for a page without a kernel, the reader's browser says it, and once more when the
    reader predicts anew.

    Args:
        name: the name that was given to ``predict`` in this notebook.
        answer: what the experiment showed, one of the options of that ``predict``.

    Raises:
        ValueError: there was no such ``predict``, or ``answer`` is not one of its options.
    """
    from IPython.display import display

    if name is None:
        return _summary()
    if name not in _asked:
        raise ValueError(f"nothing was asked under {name!r} yet: run the cell with predict({name!r}, ...) first")
    options = _asked[name][1]
    if answer not in options:
        raise ValueError(f"{answer!r} is not an option of {name!r}; the options are {', '.join(map(repr, options))}")
    kept = _kept(name)
    _reconciled[name] = (kept, answer)
    if front_end.executed_only():
        display(_answer(name, kept, answer))
    else:
        print(_sentence(kept, answer))
    return None


def _distinct(options):
    """The options as a list, or an error that says what is wrong with them."""
    options = [options] if isinstance(options, str) else list(options)
    if not all(isinstance(option, str) and option.strip() for option in options):
        raise ValueError(f"every option must be a non-empty string, not {options}")
    if len(set(options)) < max(2, len(options)):
        raise ValueError(f"predict() needs at least two different options, not {options}")
    return options


def _kept(name):
    """The stored prediction, or None if there is none or its option is no longer offered."""
    kept = progress.read("prediction").get(name)
    return kept if kept and kept["option"] in _asked[name][1] else None


def _form(name):
    """The form that asks: radio buttons, the confidence and the button that keeps both."""
    from .interactive.question import Question

    question, options = _asked[name]
    kept = _kept(name)
    said = _ASKING["before"].format(**kept) if kept else ""
    setup = {"name": name, "question": _spoken(question), "options": options, "confidences": CONFIDENCES}
    plain = "\n".join(f"- {option}" for option in options)
    return Question(
        "ask", plain, {name: kept} if kept else {}, said, lambda it: _keep(name, it), words=_ASKING, **setup
    )


def _keep(name, prediction):
    """Keep a prediction and return what the form then says."""
    kept = progress.record("prediction", name, prediction)
    return _ASKING["kept"].format(**prediction) if kept else f"This could not be kept in {progress.path()}."


def _answer(name, kept, answer):
    """What ``reconcile`` prints, for every prediction that a reader may have kept in the browser."""
    from .interactive.question import Question

    cases = {name: _cases(name, lambda prediction: _sentence(prediction, answer))}
    setup = {"name": name, "cases": cases, "words": {"none": _sentence(None, answer)}}
    return Question("answer", _sentence(kept, answer), {name: kept} if kept else {}, **setup)


def _cases(name, say):
    """What ``say`` makes of each prediction that is possible: dicts of option, then of confidence."""
    options = _asked[name][1]
    return {option: {sure: say({"option": option, "confidence": sure}) for sure in CONFIDENCES} for option in options}


def _spoken(question):
    """A question without the marks of Markdown and of formulas, as it can be read aloud."""
    return re.sub(r"[$`*\\]", "", question.replace(r"\cdot", "·"))


def _sentence(kept, answer):
    """How a prediction, or None, compares with the answer."""
    if kept is None:
        return f"It is {answer!r}. No prediction was kept."
    return f"You said {kept['option']!r} ({kept['confidence']}). It is {answer!r}. {_verdict(kept, answer)}"


def _verdict(kept, answer):
    """One sentence on a prediction."""
    if kept["option"] == answer:
        return "Right."
    return {
        "guessing": "A surprise: now it is more than a guess.",
        "fairly sure": "A surprise: what made the other answer look likely?",
        "certain": "A surprise: you were certain, so look at this experiment twice.",
    }[kept["confidence"]]


def _summary():
    """The table of everything reconciled in this session, and its count in one line."""
    asked = [(name, kept, answer) for name, (kept, answer) in _reconciled.items() if kept]
    asked.sort(key=lambda row: _surprise(row[1], row[2]), reverse=True)
    right = sum(kept["option"] == answer for _, kept, answer in asked)
    certain = sum(_surprise(kept, answer) == len(CONFIDENCES) for _, kept, answer in asked)
    rows = [_compared(_asked[name][0], kept, answer) for name, kept, answer in asked]
    count = _LISTING["count"].format(right=right, all=len(asked), certain=certain)
    text = f"{table(_HEADER, rows)}\n\n{count}" if rows else _LISTING["none"]
    return _list(text) if front_end.executed_only() else Markdown(text)


def _list(text):
    """The table of what a reader kept in the browser."""
    from .interactive.question import Question

    def row(name, answer):
        question = _spoken(_asked[name][0])
        return lambda kept: {"cells": _compared(question, kept, answer), "surprise": _surprise(kept, answer)}

    cases = {name: _cases(name, row(name, answer)) for name, (_, answer) in _reconciled.items()}
    setup = {"cases": cases, "header": _HEADER, "words": _LISTING, "certain": len(CONFIDENCES)}
    return Question("list", text, {name: kept for name, (kept, _) in _reconciled.items() if kept}, **setup)


def _compared(question, kept, answer):
    """The row of a prediction in the table of all."""
    return question, kept["option"], kept["confidence"], answer, "yes" if kept["option"] == answer else "no"


def _surprise(kept, answer):
    """How much was learned: from 3 (wrong and certain) over 1 (wrong guess) to -3 (right and certain)."""
    weight = CONFIDENCES.index(kept["confidence"]) + 1
    return -weight if kept["option"] == answer else weight
