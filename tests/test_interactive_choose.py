"""course_lib/interactive/choose.py and advice.py: every question has an answer, and every answer its reasons."""

import itertools

import numpy as np
import pytest

from course_lib.activations import ACTIVATIONS, elu, gelu, hard_sigmoid, leaky_relu, relu, silu, softplus, tanh
from course_lib.interactive.advice import HIDDEN, NEEDS, NETWORKS, OUTPUT, PLACES, TARGETS, advise
from course_lib.interactive.choose import choose
from course_lib.units import UNITS

EVERY = list(itertools.product(PLACES, TARGETS, NETWORKS, NEEDS))
ADVICE = {**OUTPUT, **HIDDEN}


def every_state():
    """Each combination of answers, as positions."""
    sizes = [range(len(words)) for words in (PLACES, TARGETS, NETWORKS, NEEDS)]
    return [dict(zip(("place", "target", "network", "need"), at, strict=True)) for at in itertools.product(*sizes)]


def test_every_combination_of_answers_is_advised():
    assert [advise(*answers) in ADVICE.values() for answers in EVERY] == [True] * 224


def test_no_advice_is_for_a_question_that_nobody_asks():
    assert tuple(OUTPUT) == TARGETS
    assert set(HIDDEN) == set(itertools.product(NETWORKS, NEEDS))


@pytest.mark.parametrize("advice", ADVICE.values(), ids=map(str, ADVICE))
def test_every_advice_names_functions_of_the_library_reasons_and_sources(advice):
    assert advice.take
    assert all(name in ACTIVATIONS | UNITS for name in advice.take)
    assert advice.beside
    assert advice.reasons
    assert all(reason.endswith(".") and len(reason) < 120 for reason in advice.reasons)
    assert advice.sources
    for source in advice.sources:
        assert source.author
        assert source.title
        assert 1940 < source.year < 2030
        assert source.link.startswith("https://")


def test_functions_that_work_together_are_joined_by_and():
    assert str(advise("hidden layer", network="recurrent")) == "tanh and sigmoid"
    assert str(advise("output layer", "bounded number")) == "sigmoid or tanh"


def test_the_place_decides_which_questions_matter():
    assert len({str(advise("output layer", "count", *rest)) for rest in itertools.product(NETWORKS, NEEDS)}) == 1
    assert len({str(advise("hidden layer", target)) for target in TARGETS}) == 1


def test_what_is_said_of_the_functions_is_true():
    left = np.linspace(-8, -0.1, 80)
    assert all((f.derivative(left) != 0).all() for f in (leaky_relu, elu)), "they rescue dead units"
    assert not relu.derivative(left).any()
    assert all(f.smooth for f in (silu, gelu, tanh))
    z = np.linspace(-30, 30, 601)
    assert (softplus(z) > 0).all()
    assert (softplus.derivative(z) > 0).all()
    assert tanh.gain == pytest.approx(1.59, abs=0.005)
    assert len(np.unique(np.round(hard_sigmoid.derivative(z), 6))) == 2, "flat, a slope, flat"


def test_read_outs_and_what_the_browser_looks_up_are_the_advice():
    widget = choose()
    for state in every_state():
        advice = advise(**widget.values(state))
        assert widget.readings(state) == {"take": str(advice), "with": advice.beside}
        place, target, network, need = state.values()
        sent = widget.setup["output"][target] if place else widget.setup["hidden"][network][need]
        assert (sent["words"], sent["beside"]) == (str(advice), advice.beside)
        assert list(sent["reasons"]) == list(advice.reasons)
        assert [link for _, link in sent["sources"]] == [source.link for source in advice.sources]


def test_each_function_that_has_a_curve_is_sent_with_it():
    widget = choose()
    names = {name for advice in ADVICE.values() for name in advice.take}
    spans, numbers = widget.setup["tables"], np.frombuffer(widget.numbers, dtype="<f4")
    assert set(spans) == {"x"} | (names & set(ACTIVATIONS))
    for name in names & set(ACTIVATIONS):
        offset, (size,) = spans[name]
        assert np.allclose(numbers[offset : offset + size], ACTIVATIONS[name](np.linspace(-4, 4, size)), atol=1e-6)


def test_the_picture_is_the_whole_guide_with_the_answer_marked():
    (ax,) = choose().figure(place="output layer", target="count").axes
    words = [text.get_text() for text in ax.texts]
    for advice in ADVICE.values():
        assert str(advice) in words
        assert advice.beside in words
    assert [t.get_text() for t in ax.texts if t.get_weight() == "bold"][3:] == [
        "output: count",
        "identity",
        OUTPUT["count"].beside,
    ]


def test_the_code_that_is_shown_runs_and_gives_the_read_outs(capsys):
    widget = choose(place="output layer", target="yes or no")
    code = widget.setup["code"]
    for name, position in widget.start.items():
        code = code.replace("{" + name + "}", widget.controls[name].value(position))
    exec(code, {})
    shown = capsys.readouterr().out.split("\n")
    assert shown[:2] == list(widget.readings(widget.start).values())


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: advise("middle layer"), "'middle layer' is no answer; the answers are hidden layer, output layer"),
        (lambda: advise("hidden layer", need="fun"), "'fun' is no answer; the answers are nothing special"),
        (lambda: choose(target="love"), "has no value 'love'; it has 'any number'"),
        (lambda: choose(colour="blue"), "there is no slider 'colour'; the sliders are place, target"),
    ],
)
def test_a_wrong_call_is_one_clear_line(call, message):
    with pytest.raises(ValueError, match=message):
        call()
