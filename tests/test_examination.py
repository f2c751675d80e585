"""The examination: each learner has a paper of their own, and each of the 36 statements is answered rightly."""

import math
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from course_lib import examination, own_activation
from course_lib.activations import relu
from course_lib.checks.statements import GROUPS
from course_lib.examination import VERDICTS, paper, questions, verdict
from course_lib.plots import interval
from course_lib.units import softmax

ROOT = Path(__file__).parents[1]
STATEMENTS = [draw for group in GROUPS.values() for draw in group]
NAMES = [f"learner {i}" for i in range(120)]
every_statement = pytest.mark.parametrize("draw", STATEMENTS, ids=lambda draw: draw.__name__)


@cache
def drawn(draw):
    return [draw(np.random.default_rng(seed)) for seed in range(60)]


def answers(name):
    return [(verdict(question.holds), question.number) for question in questions(name)]


class TestPaper:
    def test_a_statement_is_true_in_all_cases_false_in_none_and_depends_in_between(self):
        assert [verdict(row) for row in ([1, 1], [0, 0], [1, 0])] == list(VERDICTS)
        with pytest.raises(ValueError, match="at least one case"):
            verdict([])

    def test_there_are_36_statements_in_six_groups_of_six(self):
        assert [len(group) for group in GROUPS.values()] == [6] * 6
        assert len({draw.printed for draw in STATEMENTS}) == 36

    def test_a_paper_has_one_statement_of_each_group_and_every_statement_is_drawn_for_someone(self):
        seen = set()
        for name in NAMES:
            rng = examination.generator(name)
            for group in GROUPS.values():
                draw = group[rng.integers(len(group))]
                draw(rng)
                seen.add(draw)
        assert seen == set(STATEMENTS)

    def test_the_same_name_gives_the_same_paper_whatever_its_capitals_and_spaces(self):
        assert str(paper("Ada Lovelace")).splitlines()[2:] == str(paper("  ada  LOVELACE ")).splitlines()[2:]
        assert answers("4711") == answers(4711)

    def test_the_same_name_gives_the_same_paper_on_every_machine(self):
        assert [question.given for question in questions("Ada Lovelace")][1:3] == [
            {"xs": [-2.63, 2.5, 3.96]},
            {"n": 9, "x": 1.02, "ws": [1.18, 0.57, 0.97], "last": 0.97},
        ]

    def test_answers_of_another_learner_do_not_fit(self):
        keys = [answers(name) for name in NAMES]
        for i, mine in enumerate(keys):
            for other in keys[:i]:
                fits = [
                    one[0] == two[0] and math.isclose(one[1], two[1], rel_tol=0.01)
                    for one, two in zip(mine, other, strict=True)
                ]
                assert sum(fits) <= 3

    @pytest.mark.parametrize("nobody", [..., None, "", " x ", True, 3.5, ["Ada"], "a" * 101])
    def test_without_a_name_the_paper_asks_for_one(self, nobody):
        assert str(paper(nobody)) == examination.NO_NAME
        with pytest.raises(ValueError, match="Write your name"):
            questions(nobody)

    def test_a_paper_shows_six_statements_and_does_not_hold_the_answers(self):
        shown = paper("Ada Lovelace")
        assert list(vars(shown)) == ["_text"]
        assert repr(shown) == shown._repr_markdown_()
        for number, question in enumerate(questions("Ada Lovelace"), start=1):
            assert f"**{number}. " in repr(shown)
            assert question.statement in repr(shown)
            assert question.asked in repr(shown)


@every_statement
class TestEveryStatement:
    def test_it_belongs_to_a_chapter_and_quotes_one_sentence(self, draw):
        assert list((ROOT / "notebooks").glob(f"{draw.chapter}.ipynb")) or draw.chapter[:2] in ("17", "20")
        assert draw.printed.endswith(".")

    def test_its_verdict_differs_from_learner_to_learner(self, draw):
        assert {verdict(question.holds) for question in drawn(draw)} == set(VERDICTS)

    def test_its_number_differs_from_learner_to_learner_and_can_be_measured(self, draw):
        numbers = [question.number for question in drawn(draw)]
        assert np.isfinite(numbers).all()
        assert len({f"{number:.3g}" for number in numbers}) >= 25
        commonest = max(numbers, key=lambda n: sum(math.isclose(n, other, rel_tol=0.01) for other in numbers))
        assert sum(math.isclose(commonest, other, rel_tol=0.01) for other in numbers) <= 12

    def test_every_number_that_is_needed_stands_in_the_text(self, draw):
        for question in drawn(draw):
            text = question.statement + question.asked
            for value in question.given.values():
                for number in np.ravel(value) if not isinstance(value, str) else [value]:
                    assert said(number) in text or draw.__name__ in ("formula", "tanh_mean", "stacked", "random_slope")

    def test_another_experiment_finds_the_same(self, draw):
        for question in drawn(draw):
            holds, number = REFERENCES[draw.__name__](**question.given)
            assert tuple(map(bool, holds)) == question.holds
            assert number == pytest.approx(question.number, rel=2e-3, abs=1e-9)


def said(number):
    """How a number or a name stands in a text."""
    try:
        return f"{float(number):g}".lstrip("-")
    except ValueError:
        return str(number)


# Each statement once more, from the numbers that were drawn, by another way where there is one


def s(x):
    return 1 / (1 + np.exp(-np.asarray(x, dtype=float)))


def slope(f, x, h=1e-6):
    return (f(x + h) - f(x - h)) / (2 * h)


def formula(names, a, u, v):
    def value(name, x):
        body, _, inner = name.replace(f"{a}x", f"{a}*x").replace("·", "*").partition(" with s = ")
        known = {"exp": np.exp, "log": np.log, "x": x}
        return eval(body, known | ({"s": eval(inner, known)} if inner else {}))

    gaps = [value(name, u + v) - value(name, u) - value(name, v) for name in names]
    return [abs(gap) > 1e-9 for gap in gaps], sum(value(name, u + v) for name in names)


def affine(w, bs, u, v):
    return [w * 2 + b == 2 * (w * 1 + b) for b in bs], (w * u + bs[-1]) + (w * v + bs[-1])


def cannot_fit(slope, cs):
    x = np.linspace(-1, 1, 201)
    shares = [np.corrcoef(x, slope * x + c * x**2)[0, 1] ** 2 for c in cs]
    return [share < 0.8 for share in shares], 1 - shares[-1]


def stacked(units):
    sums, step = np.arange(201) / 20, lambda z: (z >= 0) * 1
    rows = [step(step(sums - a) + (1 if sign == "+" else -1) * step(sums - b) - 0.5) for sign, a, b in units]
    return [np.abs(np.diff(row)).sum() == 1 for row in rows], rows[0].mean()


def one_point(widths):
    return [width / 4 > 0.25 for width in widths], max(widths) / 4


def any_bend(place, names):
    x, knots = np.linspace(-1, 1, 401), np.linspace(-1, 1, 21)
    target = np.abs(x - place)
    hats = np.column_stack([np.interp(x, knots, row) for row in np.eye(21)])
    errors = []
    for name in names:
        best = (
            np.polyval(np.polyfit(x, target, 2), x)
            if "²" in name
            else hats @ np.linalg.lstsq(hats, target, rcond=None)[0]
        )
        errors.append(np.sqrt(np.mean((best - target) ** 2)))
    return [error < 0.02 for error in errors], max(errors)


def approaches(xs):
    slopes = [0.25 / math.cosh(x / 2) ** 2 for x in xs]
    return [value < 0.01 for value in slopes], sum(slopes) / 3


def executed(z, ns):
    logs = [n * math.log10(s(z) * (1 - s(z))) for n in ns]
    return [value < math.log10(2.0**-150) for value in logs], logs[-1]


def modern(names, x):
    phi = lambda x: 0.5 * (1 + math.erf(x / math.sqrt(2)))  # noqa: E731
    known = {
        "SiLU(x) / x": s,
        "the slope of softplus": lambda x: slope(lambda t: np.log(1 + np.exp(t)), x),
        "(1 + tanh(x/2)) / 2": s,
        "the first of softmax([x, 0])": lambda x: softmax(np.array([x, 0.0]))[0],
        "GELU(x) / x": phi,
        "hard swish(x) / x": lambda x: np.clip(x + 3, 0, 6) / 6,
        "(1 + tanh(x)) / 2": lambda x: s(2 * x),
        "the slope of ELU": lambda x: min(1, math.exp(x)),
    }
    return [abs(known[name](-1.3) - s(-1.3)) < 1e-6 for name in names], sum(known[name](x) for name in names)


def together(n, inputs, name, first):
    f = {"sigmoid": s, "tanh": np.tanh}[name]
    gradients = []
    for seed in range(first, first + 5):
        rng = np.random.default_rng(seed)
        a = f(rng.normal(size=(n, inputs)))
        gradients.append(rng.normal(size=n) @ a)
    return [abs(np.sign(g).sum()) == inputs for g in gradients], np.mean([g[0] for g in gradients])


def at_the_end(limit, names):
    z = np.linspace(-6, 6, 1201)
    first = np.exp(z) / (np.exp(z) + np.exp(-z))
    known = {"the sigmoid": s(z), "the first of softmax([z, −z])": first, "tanh": np.tanh(z)}
    known |= {"exp(−z²)": np.exp(-(z**2)), "abs(z)": abs(z), "sin(z)": np.sin(z)}
    above = [known[name] > limit for name in names]
    return [np.count_nonzero(np.diff(row)) > 1 for row in above], np.mean(above[0])


def steeper(xs):
    ratios = [4 * math.cosh(x / 2) ** 2 / math.cosh(x) ** 2 for x in xs]
    return [abs(x) < 1.663 for x in xs], ratios[-1]


def differentiable(h, xs, last):
    return [abs(x) >= h for x in xs], (last + h) / (2 * h)


def infinite(n, x, ws, last):
    def end(w, a):
        for _ in range(n):
            a = max(w * a, 0)
        return a

    rises = [slope(lambda a, w=w: end(w, a), x) for w in [*ws, last]]
    return [rise > 10_000 for rise in rises[:-1]], rises[-1]


def kills(low, high, units, last):
    x = np.linspace(low, high, 101)
    *off, share = [np.mean(relu(w * x + b) == 0) for w, b in [*units, last]]
    return [share == 1 for share in off], share


def vanishing(seed, gains):
    def ratio(gain):
        rng, a = np.random.default_rng(seed), np.ones(64)
        for _ in range(20):
            a = np.maximum(rng.normal(size=(64, 64)) @ a, 0) * gain / 8
        return math.sqrt(np.mean(a**2))

    return [ratio(gain) > 0.01 for gain in gains], (gains[-1] / gains[0]) ** 20 * ratio(gains[0])


def sparse(seed, shift, k, names):
    known = {"a": np.array([0.0, 2.0]), "b": np.array([np.nan, 3.0]), "np": np}
    z = np.random.default_rng(seed).normal(size=(30, 20)) + shift
    return [np.isfinite(eval(name, known)) for name in names], np.count_nonzero(relu(z)) * k


def never(starts, last):
    x = np.linspace(-2, 2, 41)

    def end(start, steps):
        w, b = start
        for _ in range(steps):
            on = [(i, w * i + b - max(i, 0)) for i in x if w * i + b > 0]
            w, b = w - 0.2 * sum(e * i for i, e in on) / 41, b - 0.2 * sum(e for _, e in on) / 41
        return np.mean((np.maximum(w * x + b, 0) - np.maximum(x, 0)) ** 2)

    return [end(start, 300) > 0.01 for start in starts], end(last, 3)


def positive(x, alphas):
    return [(alpha < 0) == (x < 0) for alpha in alphas], x * sum(alphas)


def as_maximum(x, alphas):
    return [alpha <= 1 for alpha in alphas], sum(max(a * x, x) + max(-a * x, -x) for a in alphas)


def leaks_far(n, alphas):
    logs = [n * math.log10(alpha) for alpha in alphas]
    return [value > -6 for value in logs], logs[-1]


def hyperparameter(start, rate, y, xs, last):
    def after(x):
        return start - rate * slope(lambda alpha: ((alpha * x if x < 0 else x) - y) ** 2, start)

    return [x > 0 for x in xs], after(last)


def random_slope(low, high, x, cases):
    return [mode == "training" and place < 0 for mode, place in cases], x * (low + high) / 2


def capped(n, w, starts, last):
    def end(a):
        for _ in range(n):
            a = min(max(w * a, 0), 6)
        return a

    rises = [slope(end, a, h=1e-8) for a in [*starts, last]]
    return [rise < 100 for rise in rises[:-1]], rises[-1]


def tanh_mean(intervals, last):
    def mean(low, high):
        return np.mean([math.tanh(low + (high - low) * i / 1000) for i in range(1001)])

    return [low + high == pytest.approx(0) for low, high in intervals], mean(*last)


def tanh_cost(n, m, names):
    counts = [name.count("exp(") + name.count("sigmoid(") for name in names]
    return [count > 1 for count in counts], counts[0] * n * m


def elu_mean(seed, alphas):
    z = np.random.default_rng(seed).normal(size=10_000)
    right, left = np.mean(np.maximum(z, 0)), np.mean(np.exp(np.minimum(z, 0)) - 1)
    return [abs(right + a * left) < 0.05 for a in alphas], (alphas[-1] - alphas[0]) * left


def selu_keeps(seed, gains):
    def variance(gain):
        rng = np.random.default_rng(seed)
        a = rng.normal(size=(100, 64))
        for _ in range(20):
            z = a @ rng.normal(size=(64, 64)) * gain / 8
            a = 1.0507009873554805 * np.where(z > 0, z, 1.6732632423543772 * (np.exp(np.minimum(z, 0)) - 1))
        return np.mean(a**2) - np.mean(a) ** 2

    return [0.5 < variance(gain) < 2 for gain in gains], variance(gains[-1])


def selu_slope(x, y, names):
    return [name in ("relu", "elu", "celu", "leaky_relu") for name in names], 1.7580993408473766 * math.exp(y)


def swish_near(betas):
    gaps = [0.2784645427610738 / beta if beta > 1.2785 / 5 else np.nan for beta in betas]
    return [gap < 0.05 for gap in gaps], np.mean(gaps)


def shape(n, m, names):
    widths = {"GLU": m // 2, "maxout of 2 pieces": m // 2, "maxout of 4 pieces": m // 4}
    return [name not in widths for name in names], n * sum(widths.get(name, m) for name in names)


def grouped(W, x):
    moved = [[row[i] != 0 for row in W] for i in range(4)]
    values = [sum(w * v for w, v in zip(row, x, strict=True)) for row in W]
    return [sum(pieces) == 1 for pieces in moved], max(values) - min(values)


def exclusive(z, names):
    e = np.exp(z)
    p = e / e.sum()
    known = {"softmax(z)": p, "softmax(softmax(z))": np.exp(p) / np.exp(p).sum(), "sigmoid(z)": s(z), "exp(z)": e}
    known |= {"softmax(z / 5)": e**0.2 / (e**0.2).sum(), "log(softmax(z))": np.log(p)}
    return [math.isclose(known[name].sum(), 1) for name in names], known[names[0]].max()


def expensive(cost, widths):
    return [cost / (n + cost) > 0.1 for n in widths], 1 - widths[-1] / (widths[-1] + cost)


def sign(w, b, x, y, names):
    measured = slope(lambda w: (y - (w * x + b)) ** 2, w)
    known = {"h": w * x + b, "y": y, "x": x}
    values = [eval(name.replace("−", "-").replace("2(", "2*(").replace(")x", ")*x"), known) for name in names]
    return [math.isclose(value, measured, rel_tol=1e-4) for value in values], measured


def best(tables):
    lows = [interval(table)[1] for table in tables]
    return [low > 0 for low in lows], lows[-1]


REFERENCES = {draw.__name__: globals()[draw.__name__] for draw in STATEMENTS}


class TestOwnActivation:
    def test_a_function_that_bends_beats_the_identity_on_odd_or_even_digits(self):
        bent = [own_activation.accuracy(np.sin, np.cos, seed) for seed in range(3)]
        straight = [own_activation.accuracy(lambda x: x, np.ones_like, seed) for seed in range(3)]
        assert min(bent) > 0.94 > 0.93 > max(straight)

    def test_it_does_not_matter_how_high_a_function_is(self):
        once = own_activation.accuracy(np.tanh, lambda x: 1 - np.tanh(x) ** 2, 0)
        layer = own_activation.Own(lambda x: 5 * np.tanh(x), None)
        assert layer.gain == pytest.approx(own_activation.Own(np.tanh, None).gain / 5)
        assert once > 0.9

    def test_a_training_that_explodes_is_a_coin_toss(self):
        assert own_activation.accuracy(lambda x: np.exp(x**2), lambda x: 2 * x * np.exp(x**2), 0) <= 0.6
