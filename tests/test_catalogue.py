"""course_lib/catalogue.py and entries.py: every function is there, and every line that is said of it is true."""

import math

import numpy as np
import pytest
from scipy.special import erfc

from course_lib import catalogue, plots
from course_lib.activations import ACTIVATIONS, Activation
from course_lib.entries import ENTRIES, GROUPS
from course_lib.glossary import SYMBOLS, TERMS
from course_lib.units import UNITS, rrelu_slopes

F = {**ACTIVATIONS, **UNITS}
X = np.linspace(-20, 20, 8001)
LOGITS = np.random.default_rng(0).normal(size=(50, 6)) * 3
PAIRS = np.random.default_rng(1).normal(size=(50, 8)) * 3
A, B = PAIRS[:, :4], PAIRS[:, 4:]
LN2 = math.log(2)


def same(one, other, within=1e-12):
    return np.allclose(one, other, rtol=within, atol=within)


def away(one, other):
    return np.abs(F[one](X) - F[other](X)).max()


def slope(name, *x):
    return F[name].derivative(np.array(x, dtype=float))


def closed():
    """Inputs of gated units whose gates are all closed."""
    return np.column_stack([A, -np.abs(B) - 0.1])


# How each is made from its parent
HOW = {
    "step": lambda: True,
    "identity": lambda: same(F["identity"](X), X),
    "sigmoid": lambda: same(F["sigmoid"](1e6 * X[X != 0]), F["step"](X[X != 0])),
    "log_sigmoid": lambda: same(F["log_sigmoid"](X), np.log(F["sigmoid"](X))),
    "tanh": lambda: same(F["tanh"](X), 2 * F["sigmoid"](2 * X) - 1),
    "softsign": lambda: F["softsign"].bounds == F["tanh"].bounds and slope("softsign", 0) == slope("tanh", 0) == 1,
    "relu": lambda: same(F["relu"](X), X * F["step"](X)),
    "leaky_relu": lambda: same(F["leaky_relu"](X), F["relu"](X) - 0.01 * F["relu"](-X)),
    "relu6": lambda: same(F["relu6"](X), F["relu"](X) - F["relu"](X - 6)),
    "elu": lambda: same(F["elu"](X), F["relu"](X) + np.exp(np.minimum(X, 0)) - 1),
    "celu": lambda: same(F["celu"](X, alpha=2.5), 2.5 * F["elu"](X / 2.5)),
    "selu": lambda: same(F["selu"](X), 1.0507009873554805 * F["elu"](X, alpha=1.6732632423543772)),
    "softplus": lambda: same(F["softplus"].derivative(X), F["sigmoid"](X)),
    "silu": lambda: same(F["silu"](X), X * F["sigmoid"](X)),
    "swish": lambda: same(F["swish"](X, beta=3.0), F["silu"](3.0 * X) / 3.0),
    "gelu": lambda: same(F["gelu"](X), X * erfc(-X / math.sqrt(2)) / 2),  # x times P(threshold < x)
    "gelu_tanh": lambda: same(F["gelu_tanh"](X), X / 2 * (1 + np.tanh(math.sqrt(2 / math.pi) * (X + 0.044715 * X**3)))),
    "mish": lambda: same(F["mish"](X), X * np.tanh(F["softplus"](X))),
    "hard_sigmoid": lambda: same(F["hard_sigmoid"](X), F["relu6"](X + 3) / 6),
    "hard_swish": lambda: same(F["hard_swish"](X), X * F["hard_sigmoid"](X)),
    "hard_tanh": lambda: F["hard_tanh"].bounds == F["tanh"].bounds and set(slope("hard_tanh", *X)) == {0, 1},
    "tanhshrink": lambda: same(F["tanhshrink"](X), X - np.tanh(X)),
    "hardshrink": lambda: set(np.round(F["hardshrink"](X) - X, 12)[abs(X) > 0.5]) == {0},
    "softshrink": lambda: same(F["softshrink"](X), F["hardshrink"](X) - 0.5 * np.sign(F["hardshrink"](X))),
    "softmax": lambda: same(F["softmax"](LOGITS[:, :2])[:, 0], F["sigmoid"](LOGITS[:, 0] - LOGITS[:, 1])),
    "log_softmax": lambda: same(F["log_softmax"](LOGITS), np.log(F["softmax"](LOGITS))),
    "maxout": lambda: same(F["maxout"](np.stack([X, 0 * X], -1)), F["relu"](X)),
    "glu": lambda: same(F["glu"](PAIRS), A * F["sigmoid"](B)),
    "reglu": lambda: same(F["reglu"](PAIRS), A * F["relu"](B)),
    "geglu": lambda: same(F["geglu"](PAIRS), A * F["gelu"](B)),
    "swiglu": lambda: same(F["swiglu"](PAIRS), A * F["silu"](B)),
    "prelu": lambda: same(F["prelu"](X, alpha=0.3), F["leaky_relu"](X, negative_slope=0.3)),
    "rrelu": lambda: same(F["rrelu"](X), F["leaky_relu"](X, negative_slope=11 / 48)),
}


def halves():
    return all(F[name](PAIRS).shape == (50, 4) for name in ("glu", "geglu", "swiglu"))


# What is said to be good, and what is said to be bad
STRENGTH = {
    "step": lambda: set(F["step"](X)) == {0, 1},
    "identity": lambda: same(F["identity"](X), X) and set(slope("identity", *X)) == {1},
    "sigmoid": lambda: F["sigmoid"].bounds == (0, 1) and F["sigmoid"].monotone,
    "log_sigmoid": lambda: F["sigmoid"](-1000.0) == 0 and F["log_sigmoid"](-1000.0) == -1000,
    "tanh": lambda: F["tanh"].zero_centred and slope("tanh", 0) == 1,
    "softsign": lambda: same(slope("softsign", 10), 0.008, 5e-4) and same(slope("tanh", 10) * 1e9, 8, 0.5),
    "relu": lambda: set(slope("relu", *X[X > 0])) == {1},
    "leaky_relu": lambda: (slope("leaky_relu", *X) != 0).all(),
    "relu6": lambda: F["relu6"].bounds == (0, 6),
    "elu": lambda: round(F["elu"].mean, 2) == 0.16 and round(F["relu"].mean, 2) == 0.40,
    "celu": lambda: all(
        abs(np.diff(F["celu"].derivative(np.array([-1e-9, 1e-9]), alpha=a))) < 1e-6 for a in (0.1, 1, 5)
    ),
    "selu": lambda: abs(F["selu"].mean) < 1e-9 and same(F["selu"].second_moment, 1),
    "softplus": lambda: (F["softplus"](X) > 0).all() and (slope("softplus", *X) > 0).all(),
    "silu": lambda: F["silu"].smooth and 0.27 < away("silu", "relu") <= 0.28,
    "swish": lambda: same(F["swish"](X, beta=1e-6), X / 2, 1e-3) and same(F["swish"](X, beta=1e4), F["relu"](X), 1e-3),
    "gelu": lambda: F["gelu"].smooth and 0.16 < away("gelu", "relu") <= 0.17,
    "gelu_tanh": lambda: away("gelu", "gelu_tanh") < 0.0005,
    "mish": lambda: F["mish"].smooth and round(F["mish"].bounds[0], 2) == -0.31,
    "hard_sigmoid": lambda: F["hard_sigmoid"](-3.0) == 0 and F["hard_sigmoid"](3.0) == 1,
    "hard_swish": lambda: 0.14 < away("hard_swish", "silu") < 0.15,
    "hard_tanh": lambda: same(F["hard_tanh"](X[abs(X) <= 1]), X[abs(X) <= 1]),
    "tanhshrink": lambda: same(F["tanhshrink"](1e-3) / (1e-9 / 3), 1, 1e-5),
    "hardshrink": lambda: set(F["hardshrink"](X[abs(X) < 0.5])) == {0} and F["hardshrink"](0.7) == 0.7,
    "softshrink": lambda: set(F["softshrink"](X[abs(X) < 0.5])) == {0} and F["softshrink"](0.5 + 1e-9) < 1e-8,
    "softmax": lambda: (F["softmax"](LOGITS) > 0).all() and same(F["softmax"](LOGITS).sum(axis=-1), 1),
    "log_softmax": lambda: F["softmax"]([0, -1000])[1] == 0 and F["log_softmax"]([0, -1000])[1] == -1000,
    "maxout": lambda: same(F["maxout"](np.stack([X, -X], -1)), abs(X)),
    "glu": lambda: same(F["glu"].backward(PAIRS, np.ones((50, 4)))[:, :4], F["sigmoid"](B)),
    "reglu": lambda: set(F["reglu"](closed()).ravel()) == {0},
    "geglu": lambda: F["gelu"].smooth and F["gelu"](5.0) > 1,
    "swiglu": lambda: F["silu"].smooth and F["silu"](5.0) > 1,
    "prelu": lambda: same(F["prelu"].backward(X, np.ones_like(X))[1], np.minimum(X, 0).sum()),
    "rrelu": lambda: np.ptp(F["rrelu"](-np.ones(99), rrelu_slopes(99, np.random.default_rng(0)))) > 0.1,
}
WEAKNESS = {
    "step": lambda: set(slope("step", *X)) == {0},
    "identity": lambda: same(F["identity"](F["identity"](X)), X),
    "sigmoid": lambda: slope("sigmoid", *X).max() == 0.25 and 0.9e-6 < 0.25**10 < 1e-6,
    "log_sigmoid": lambda: F["log_sigmoid"].bounds[1] == 0 and round(F["log_sigmoid"].mean, 2) == -0.81,
    "tanh": lambda: slope("tanh", 4.2) < 0.001 < slope("tanh", 4.1),
    "softsign": lambda: slope("softsign", 1) == 0.25 and same(slope("tanh", 1), 0.42, 0.005),
    "relu": lambda: set(slope("relu", *X[X < 0])) == {0},
    "leaky_relu": lambda: same(slope("leaky_relu", -1) ** 10 * 1e20, 1),
    "relu6": lambda: set(slope("relu6", *X[(X < 0) | (X > 6)])) == {0},
    "elu": lambda: slope("elu", -7) < 0.001 < slope("elu", -6.8),
    "celu": lambda: same(F["celu"](X), F["elu"](X)),
    "selu": lambda: round(F["selu"].derivative_second_moment, 2) == 1.07,
    "softplus": lambda: round(F["softplus"].mean, 2) == 0.81,
    "silu": lambda: same(F["silu"].minimum, (-1.28, -0.28), 0.005),
    "swish": lambda: all(F["swish"](X, beta=beta).min() < 0 for beta in (0.1, 1, 10)),
    "gelu": lambda: away("gelu", "gelu_tanh") > 0.0004,
    "gelu_tanh": lambda: away("gelu", "gelu_tanh") > 0.0004,
    "mish": lambda: F["mish"].bounds[0] < F["silu"].bounds[0] and slope("mish", *X).max() > 1.08,
    "hard_sigmoid": lambda: set(slope("hard_sigmoid", *X[abs(X) > 3])) == {0},
    "hard_swish": lambda: same(slope("hard_swish", -3 - 1e-9, -3 + 1e-9, 3 - 1e-9, 3 + 1e-9), [0, -0.5, 1.5, 1], 1e-8),
    "hard_tanh": lambda: set(slope("hard_tanh", *X[abs(X) > 1])) == {0},
    "tanhshrink": lambda: slope("tanhshrink", 0) == 0,
    "hardshrink": lambda: F["hardshrink"](0.5 + 1e-9) > 0.49 and F["hardshrink"](0.5 - 1e-9) == 0,
    "softshrink": lambda: same(X[X > 0.5] - F["softshrink"](X[X > 0.5]), 0.5),
    "softmax": lambda: ((F["softmax"](LOGITS) > 0.5).sum(axis=-1) <= 1).all(),
    "log_softmax": lambda: (F["log_softmax"](LOGITS) <= 0).all() and F["log_softmax"]([0, -1e9])[1] == -1e9,
    "maxout": lambda: F["maxout"](LOGITS).size * 6 == LOGITS.size,
    "glu": halves,
    "reglu": lambda: set(F["reglu"].backward(closed(), np.ones((50, 4))).ravel()) == {0},
    "geglu": halves,
    "swiglu": halves,
    "prelu": lambda: F["prelu"](-1.0, alpha=-2.0) == 2,
    "rrelu": lambda: (
        not same(F["rrelu"](-np.ones(99), rrelu_slopes(99, np.random.default_rng(0))), F["rrelu"](-np.ones(99)))
    ),
}
every_entry = pytest.mark.parametrize("name", ENTRIES)


def test_every_function_of_the_library_has_an_entry_and_those_of_a_group_stand_together():
    assert set(ENTRIES) == set(F)
    groups = [entry.group for entry in ENTRIES.values()]
    assert groups == sorted(groups, key=GROUPS.index)


@every_entry
def test_what_is_said_of_descent_strength_and_weakness_is_true(name):
    assert HOW[name]()
    assert STRENGTH[name]()
    assert WEAKNESS[name]()


@every_entry
def test_each_line_is_short_and_has_a_source(name):
    entry = ENTRIES[name]
    for line in (entry.how, entry.strength, entry.weakness, entry.used):
        assert 5 < len(line) < 80
        assert not line.endswith(".")
    assert entry.source.link.startswith("https://")
    assert 1940 < entry.source.year < 2030


@every_entry
def test_each_chapter_exists_and_names_the_function(name):
    chapter = ENTRIES[name].chapter
    assert chapter is None or name in (catalogue.ROOT / "notebooks" / f"{chapter}.ipynb").read_text(encoding="utf-8")


@every_entry
def test_no_function_is_older_than_the_one_it_is_made_from(name):
    entry = ENTRIES[name]
    assert entry.parent is None or ENTRIES[entry.parent].function.paper.year <= entry.function.paper.year


def test_the_tree_holds_every_function_once_below_its_parent():
    tree = list(catalogue.descendants())
    assert sorted(name for name, _ in tree) == sorted(ENTRIES)
    depth = dict(tree)
    assert all(depth[name] == depth[entry.parent] + 1 for name, entry in ENTRIES.items() if entry.parent)


def test_what_holds_is_measured_for_curves_and_unknown_for_the_others():
    assert list(catalogue.properties("tanh").values()) == [True] * 7 + [False] * 3
    assert list(catalogue.properties("hard_swish").values()) == [False, True, *[False] * 4, True, *[False] * 3]
    assert list(catalogue.properties("swiglu").values()) == [None] * 6 + [False, True, False, False]
    assert catalogue.properties("maxout")["learned"]
    assert catalogue.properties("prelu")["elementwise"]
    assert not catalogue.properties("softmax")["elementwise"]


def test_the_comparison_is_the_courses_table_and_can_be_sorted():
    table = catalogue.comparison()
    assert table.column("function") == [f.name for f in catalogue.activations()]
    assert set(table.column("function")) == set(ACTIVATIONS)
    assert table.column("gain")[table.column("function").index("relu")] == "1.414"
    assert table._repr_html_().count("<button") == len(table.header) - 1


def test_the_table_of_words_has_every_function_with_a_picture_of_each_curve():
    table = catalogue.words()
    assert table.column("function") == list(ENTRIES)
    assert table._repr_html_().count('aria-label="curve of ') == len(ACTIVATIONS)
    assert "the perceptron (Rosenblatt, 1958)" in repr(table)


def test_the_glossary_has_every_term_and_letter_and_leads_to_the_chapters():
    assert catalogue.terms().column("term") == [term.term for term in TERMS]
    assert catalogue.symbols().column("symbol") == [f"${symbol.symbol}$" for symbol in SYMBOLS]
    assert '<a href="07_relu.ipynb">07</a>' in catalogue.terms()._repr_html_()


def test_each_function_has_a_cost_in_both_directions():
    measured = catalogue.costs(size=1000, rounds=2)
    assert list(measured) == list(ENTRIES)
    assert all(0 < value < 1e6 for pair in measured.values() for value in pair)
    table = catalogue.cost_table(measured)
    assert table.rows[table.column("function").index("relu")][3:] == [1, 1]


@pytest.mark.parametrize("group", GROUPS)
def test_the_cards_of_a_group_say_what_the_catalogue_adds(group, capsys):
    catalogue.cards(group, dict.fromkeys(ENTRIES, (1.5, 2.5)))
    shown = capsys.readouterr().out
    for name, entry in ENTRIES.items():
        assert (f"\n{name}, continued\n" in shown) == (entry.group == group)
        if entry.group == group:
            assert f"strength | {entry.strength}" in shown
            assert f"weakness | {entry.weakness}" in shown
            assert ("slope used at the kink" in shown) or not getattr(entry.function, "kinks", ())
    assert "1.5 ns for the value, 2.5 ns backward" in shown


def test_an_unknown_family_is_one_clear_line():
    with pytest.raises(ValueError, match="there is no family 'relus'; the families are step and line, sigmoids"):
        catalogue.cards("relus", {})


@pytest.mark.parametrize("derivative", [False, True])
def test_the_figure_of_families_draws_every_function_and_breaks_at_a_jump(derivative):
    fig = catalogue.families(derivative)
    lines = {line.get_label(): line for ax in fig.axes for line in ax.lines}
    assert set(lines) == set(ACTIVATIONS)
    x, y = lines["silu"].get_data()
    f = ACTIVATIONS["silu"]
    assert np.allclose(y, f.derivative(x) if derivative else f(x))
    jump = lines["relu" if derivative else "step"].get_ydata()
    assert np.isnan(jump).sum() == 1


def test_the_chart_has_a_mark_for_everything_that_holds():
    (ax,) = catalogue.classification().axes
    dots = sum(line.get_marker() == "o" for line in ax.lines)
    assert dots == sum(bool(value) for name in ENTRIES for value in catalogue.properties(name).values())
    assert [label.get_text() for label in ax.get_yticklabels()] == list(ENTRIES)


def test_the_tree_names_every_function_and_every_family():
    (ax,) = catalogue.descent().axes
    assert sorted(text.get_text() for text in ax.texts) == sorted(ENTRIES)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == list(GROUPS)
    assert plots.to_png(ax.figure)[:4] == b"\x89PNG"


def test_only_curves_are_measured():
    assert all(isinstance(f, Activation) for f in catalogue.activations())
    assert {f.name for f in catalogue.activations()} == set(ACTIVATIONS)
