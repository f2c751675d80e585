"""The graded tasks of 20_choosing."""

import numpy as np

from course_lib.checks import task
from course_lib.checks.answers import Answer, kind
from course_lib.checks.expect import close, compare, fail, numbers, random_verdicts, verdict


def _softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def _sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


_ALONE = {  # name -> what the prediction is, computed from z of shape (n, 1)
    "z": lambda z: z,
    "exp(z)": np.exp,
    "softplus(z)": lambda z: np.logaddexp(0, z),
    "relu(z)": lambda z: np.maximum(z, 0),
    "sigmoid(z)": _sigmoid,
    "tanh(z)": np.tanh,
    "softmax(z)": _softmax,
    "1 + 4 sigmoid(z)": lambda z: 1 + 4 * _sigmoid(z),
    "5 sigmoid(z)": lambda z: 5 * _sigmoid(z),
    "4 sigmoid(z)": lambda z: 4 * _sigmoid(z),
    "3 + 2 tanh(z)": lambda z: 3 + 2 * np.tanh(z),
    "exp(-z)": lambda z: np.exp(-z),
    "2 sigmoid(z)": lambda z: 2 * _sigmoid(z),
    "2 sigmoid(z) - 1": lambda z: 2 * _sigmoid(z) - 1,
    "exp(z) divided by its largest": lambda z: np.exp(z - z.max(axis=-1, keepdims=True)),
    "softmax over the examples": lambda z: _softmax(z.T).T,
}
_SCENARIOS = {  # letter -> number of z for each example, the right prediction
    "A": (1, "z"),
    "B": (1, "sigmoid(z)"),
    "C": (5, "softmax(z)"),
    "D": (4, "sigmoid(z)"),
    "E": (1, "exp(z)"),
    "F": (1, "softplus(z)"),
    "G": (1, "1 + 4 sigmoid(z)"),
    "H": (1, "tanh(z)"),
    "I": (3, "softmax(z)"),
    "J": (2, "z, exp(z)"),
}
_ADVICE = {
    ("A", "relu(z)"): "A temperature may be below 0. relu cuts that off.",
    ("A", "softplus(z)"): "A temperature may be below 0: softplus is always above it.",
    ("A", "tanh(z)"): "Temperatures are not limited to −1 and 1.",
    ("A", "sigmoid(z)"): "A temperature is no probability.",
    ("B", "z"): "A probability lies between 0 and 1; z may be any number.",
    ("B", "softmax(z)"): "Softmax of a single number is always 1. For one yes or no take the sigmoid.",
    ("B", "tanh(z)"): "tanh goes below 0; a probability does not.",
    ("C", "sigmoid(z)"): "Exactly one of five is right: the five probabilities must add up to 1.",
    ("C", "z"): "These are logits. Probabilities are asked for.",
    ("C", "softmax over the examples"): "You share out over the examples. Share out over the classes: axis=1.",
    ("C", "exp(z) divided by its largest"): "Divide by the sum, not by the largest: the five must add up to 1.",
    ("D", "softmax(z)"): "A song may have several labels, or none. With softmax they fight for one whole.",
    ("D", "z"): "These are logits. Probabilities are asked for.",
    ("E", "z"): "The loss reads exp(z) as the expected count, so that is the prediction. z may be negative.",
    ("E", "relu(z)"): "The loss reads exp(z) as the expected count. relu(z) is another number, and it can die.",
    ("E", "softplus(z)"): "It is positive, but this loss reads exp(z) as the expected count.",
    ("E", "exp(-z)"): "The sign is turned.",
    ("F", "relu(z)"): "relu has the slope 0 for negative z: it can predict 0 for ever. Where is its smooth relative?",
    ("F", "exp(z)"): "exp is positive, but here a large z should not be felt exponentially. Read the scenario again.",
    ("F", "z"): "A distance is positive; z may be any number.",
    ("G", "5 sigmoid(z)"): "That goes from 0 to 5. Stars begin at 1.",
    ("G", "4 sigmoid(z)"): "That goes from 0 to 4. Stars begin at 1: add it.",
    ("G", "sigmoid(z)"): "That goes from 0 to 1. Stretch it from 1 to 5.",
    ("G", "3 + 2 tanh(z)"): "Right limits, but the scenario asks for a sigmoid: 3 + 2·tanh(z) is 1 + 4·sigmoid(2z).",
    ("G", "z"): "z may be any number; stars lie between 1 and 5.",
    ("H", "sigmoid(z)"): "A sigmoid is never negative: it cannot steer to the left.",
    ("H", "2 sigmoid(z)"): "That goes from 0 to 2. Steering goes from −1 to 1.",
    ("H", "2 sigmoid(z) - 1"): "Right limits, but that is tanh(z/2). The scenario names the slope at 0: it is 1.",
    ("H", "z"): "z may be any number; steering stays between −1 and 1.",
    ("I", "sigmoid(z)"): "The three are shares of one whole: they must add up to 1.",
    ("I", "z"): "Shares are positive and add up to 1.",
}


@task(
    points=2,
    hints=[
        "Ask of each scenario: which numbers can the answer be? And do the outputs share out one whole?",
        "A none, B and D sigmoid, C and I softmax, E exp, F softplus, G stretched sigmoid, H tanh. J has two columns.",
        "C: e = np.exp(z - z.max(axis=1, keepdims=True)); return e / e.sum(axis=1, keepdims=True). "
        "J: np.stack([z[:, 0], np.exp(z[:, 1])], axis=1).",
    ],
)
def ten_scenarios(predict: Answer, rng):
    """predict(scenario, z) gives the predictions of the ten output layers A to J, in the shape of z."""
    for letter, (width, right) in _SCENARIOS.items():
        for scale in (1.5, 8.0):
            z = scale * rng.normal(size=(6, width))
            got = predict(letter, z)
            if got is None:
                fail(f"Scenario {letter}: you return nothing.")
            want = _spread(z) if letter == "J" else _ALONE[right](z)
            got = numbers(got, f"prediction for {letter}", z.shape)
            if not close(got, want, rtol=1e-7, atol=1e-12):
                fail(f"Scenario {letter}: {_slip(letter, z, got)}")


def _spread(z):
    return np.stack([z[:, 0], np.exp(z[:, 1])], axis=1)


def _slip(letter, z, got):
    """What to say to a wrong prediction."""
    if letter == "J":
        if close(got[:, 1], np.exp(z[:, 1])):
            return "The second column is right. The first is the price itself: any number."
        if close(got[:, 0], z[:, 0]):
            slips = {
                "z": "A spread is positive; the second z may be any number.",
                "softplus(z)": "It is positive, but the scenario says that the second z is the logarithm.",
                "relu(z)": "A spread of 0 divides by 0 in the loss, and relu can die.",
            }
            for name, advice in slips.items():
                if close(got[:, 1], _ALONE[name](z[:, 1:])[:, 0]):
                    return advice
        return "Two columns: the expected price, any number, and the spread, whose logarithm is the second z."
    for (of, name), advice in _ADVICE.items():
        if of == letter and close(got, _ALONE[name](z), rtol=1e-7):
            return advice
    if letter in "CI" and not np.all(np.isfinite(got)):
        return "For large z the exponentials overflow. Subtract the largest z of each row first."
    return "That is not the prediction. Which numbers can the answer be, and do they share out one whole?"


@task(
    points=2,
    hints=[
        "Choose first, for each seed alone, by the validation losses. Then read the test accuracy at that place.",
        "The lowest loss in each column. nan is no loss: np.argmin would take it. And the test part chooses nothing.",
        "best = np.nanargmin(validation, axis=0); return test[best, np.arange(test.shape[1])], "
        "bool(np.any((best == 0) | (best == len(validation) - 1)))",
    ],
)
def tune(tune: Answer, rng):
    """tune(validation, test) gives the test accuracy of each seed at its own best rate, and whether an edge was hit."""
    for case in range(8):
        rates, seeds = ((5, 6), (7, 10), (4, 3))[case % 3]
        validation, test = _runs(rng, rates, seeds, edge=(None, 0, None, rates - 1)[case % 4], broken=case > 2)
        got = tune(validation, test)
        if not isinstance(got, (tuple, list)) or len(got) != 2:
            fail(f"Return two things, accuracies and a truth value: return accuracies, at_edge. You gave {kind(got)}.")
        best = np.nanargmin(validation, axis=0)
        columns = np.arange(seeds)
        compare(
            numbers(got[0], "list of accuracies", (seeds,)),
            test[best, columns],
            None,
            "For each seed: the rate of its lowest validation loss, and the test accuracy there.",
            _tuning_slips(validation, test, columns),
        )
        if verdict(got[1]) != bool(np.any((best == 0) | (best == rates - 1))):
            _edge_slip(got[1], best, rates)


def _runs(rng, rates, seeds, edge, broken):
    """Losses with a valley for each seed, one at the given edge, and accuracies; some runs may have ended in nan."""
    valley = rng.integers(1, rates - 1, size=seeds)
    if edge is not None:
        valley[rng.integers(seeds)] = edge
    validation = 0.2 + 0.1 * np.abs(np.arange(rates)[:, None] - valley) + 0.02 * rng.random((rates, seeds))
    test = np.round(0.9 + 0.05 * rng.random((rates, seeds)), 4)
    if broken:
        for column in range(seeds):
            place = int(rng.integers(rates))
            if place != valley[column]:
                validation[place, column] = np.nan
    return validation, test


def _tuning_slips(validation, test, columns):
    """Wrong accuracies, each with what to say to who gives them."""
    filled = np.where(np.isnan(validation), np.inf, validation)
    yield test.max(axis=0), "You look at the test part to choose. Then the best of many tries is partly luck."
    yield (
        test[validation.argmin(axis=0), columns],
        "A run that ended in nan was chosen: np.argmin takes nan for the lowest. Leave such runs out.",
    )
    worst = np.where(np.isnan(validation), -np.inf, validation).argmax(axis=0)
    yield test[worst, columns], "These are losses: the lowest is the best. You take the highest."
    yield test[validation.argmax(axis=0), columns], "These are losses: the lowest is the best. You take the highest."
    for mean in (filled.mean(axis=1), np.nanmean(validation, axis=1)):
        yield test[int(mean.argmin())], "You choose one rate for all seeds. Each seed chooses its own."
    yield test.mean(axis=0), "You take the mean over the rates. Choose one rate for each seed."
    yield filled.min(axis=0), "These are the validation losses. The test accuracies at those places are asked for."


def _edge_slip(got, best, rates):
    if got:
        fail("You report an edge, but no seed chose the smallest or the largest rate.")
    where = "smallest" if np.any(best == 0) else "largest"
    fail(f"You report no edge, but a seed chose the {where} rate. A single seed is enough, and there are two edges.")


@task(
    points=2,
    hints=[
        "Who wins must be ahead of every other contender, each time by an interval that lies above 0.",
        "Differences seed by seed; their mean minus t·s/√n, with s from np.std(..., ddof=1), must be above 0.",
        "For each row i: low = [d.mean() - t * d.std(ddof=1) / np.sqrt(n) for d in results[i] - the other rows]; "
        "if all are above 0, return i. At the end return -1.",
    ],
)
def winner(winner: Answer, rng):
    """winner(results, t) gives the row of the contender that is surely ahead of every other, or −1: no winner."""
    races, answers = _races(rng), []
    for results, t in races:
        got = winner(results, t)
        if isinstance(got, (bool, np.bool_)) or not isinstance(got, (int, np.integer)):
            fail(f"Return the number of a row, or -1. You gave {kind(got)}.")
        answers.append(int(got))
    right = [_winner(*race) for race in races]
    if answers == right:
        return
    for rule, advice in _RULES:
        if answers == [rule(*race) for race in races]:
            fail(advice)
    place = next(i for i in range(len(races)) if answers[i] != right[i])
    fail(f"Table {place + 1} of {len(races)} is judged wrongly.", f"Right: {right[place]}.")


def _lows(results, t, i, ddof=1, root=True):
    """The lower ends of the intervals of row i minus each other row."""
    d = np.delete(results[i] - results, i, axis=0)
    error = d.std(axis=1, ddof=ddof) / (np.sqrt(d.shape[1]) if root else 1)
    return d.mean(axis=1) - t * error


def _winner(results, t, **options):
    rows = [i for i in range(len(results)) if np.all(_lows(results, t, i, **options) > 0)]
    return rows[0] if rows else -1


def _apart(results, t):
    """The row whose own interval lies above those of all others."""
    mean, half = results.mean(axis=1), t * results.std(axis=1, ddof=1) / np.sqrt(results.shape[1])
    best = int(mean.argmax())
    return best if np.all((mean - half)[best] > np.delete(mean + half, best)) else -1


def _only(results, t, rival):
    """The best row, if it is surely ahead of one rival: the second (by its mean) or the last."""
    order = np.argsort(-results.mean(axis=1))
    d = results[order[0]] - results[order[rival]]
    return int(order[0]) if d.mean() > t * d.std(ddof=1) / np.sqrt(len(d)) else -1


_RULES = [
    (lambda r, t: int(r.mean(axis=1).argmax()), "The best mean alone is not enough: it may be luck. Use intervals."),
    (lambda r, t: int(r.mean(axis=1).argmin()), "You take the lowest accuracy."),
    (
        _apart,
        "You compare the intervals of the contenders. Take the differences, seed by seed: they can be much calmer.",
    ),
    (lambda r, t: _only(r, t, -1), "Ahead of the last is not enough: ahead of every other."),
    (
        lambda r, t: _only(r, t, 1),
        "Ahead of the second is not enough: a calmer gap there may hide a noisy one elsewhere.",
    ),
    (lambda r, t: _winner(r, t, ddof=0), "The spread has n − 1 below the line: np.std(..., ddof=1)."),
    (lambda r, t: _winner(r, t, root=False), "√n is missing: the mean of n differences is calmer than one."),
    (lambda r, t: _winner(r, 1.96), "Use the t that you are given: with few seeds it is larger than 1.96."),
    (lambda r, t: _winner(r, 0.0), "The best mean alone is not enough: it may be luck. Use t."),
    (lambda r, t: -1, "There is a winner here, and you find none. Look at differences, seed by seed."),
]


def _races(rng):
    """Results of shape (contenders, seeds), each with its t, in random order."""
    races = []
    for kind_of in (
        "clear",
        "shared luck",
        "noisy rival",
        "tie",
        "ddof",
        "root",
        "clear",
        "student",
        "shared luck",
    ) * 2:
        k, n = int(rng.integers(3, 6)), 6
        noise = rng.normal(size=(k, n))
        noise = (noise - noise.mean(axis=1, keepdims=True)) / noise.std(axis=1, ddof=1, keepdims=True)
        means, size, t = -0.02 - 0.02 * rng.random(k), 0.003, 2.571
        best = int(rng.integers(k))
        means[best] = 0.0
        results = 0.9 + means[:, None] + size * noise
        if kind_of == "shared luck":
            results = results + 0.1 * rng.normal(size=n)
        elif kind_of == "noisy rival":
            other = (best + 1) % k
            results[other] += 0.2 * noise[other] - 0.03
        elif kind_of == "tie":
            other = (best + 1) % k
            results[other] = results[best] + 0.003 * (noise[other] - 0.3)
        elif kind_of in ("ddof", "student", "root"):
            other = (best + 1) % k  # the gap lies between what two rules ask for
            error = {"ddof": 2.571 * 0.955, "student": 2.25, "root": 4.2}[kind_of] / np.sqrt(n)
            results[other] = results[best] - 0.004 * (error + noise[other])
        races.append((results, t))
    return [races[i] for i in rng.permutation(len(races))]


@task(
    points=2,
    hints=[
        "Keep the losses as they are, and change the test row only. Then the weights may not change.",
        "With fixed weights (a + b)/2 gives a report halfway between those of a and b. And a constant row comes out.",
        "For 6 random loss rows, random a and b: compare the report of (a + b)/2 with (A + B)/2, by np.isclose. Then a "
        "row of 0.5 must give 0.5. One failure: return False. At the end return True.",
    ],
)
def honest(honest: Answer, rng):
    """honest(procedure) is True if the procedure takes its weights from the losses alone, else False."""
    for right, name, procedure, advice in _procedures(rng):
        if verdict(honest(_careful(procedure))) != right:
            fail(f"You {'reject an honest' if right else 'accept a dishonest'} procedure: {name}. {advice}")


def _careful(procedure):
    """The procedure as a learner's code gets it."""

    def called(runs):
        runs = np.asarray(runs, dtype=float)
        if runs.ndim != 2 or len(runs) != 2 or not 3 <= runs.shape[1] <= 1000 or not np.all(np.abs(runs) < 1e6):
            raise ValueError("runs needs two rows, losses and accuracies, of the same 3 to 1000 rates")
        return float(procedure(*runs))

    return called


def _mixed(losses, test, w):
    return _softmax(-w * losses) @ test


_HONEST = "How it gets weights from the losses is its own affair, and it may mix several rates."
_PEEKS = "Its weights change with the test row: look at two test rows and the one halfway between them."
_INVENTS = "If all test accuracies are equal, it reports another number."
_PROCEDURES = [
    (True, "the lowest loss", lambda v, t: t[v.argmin()], _HONEST),
    (True, "always the rate in the middle", lambda v, t: t[len(v) // 2], _HONEST),
    (True, "the second lowest loss", lambda v, t: t[np.argsort(v)[1]], _HONEST),
    (True, "the mean over the three lowest losses", lambda v, t: t[np.argsort(v)[:3]].mean(), _HONEST),
    (False, "the highest test accuracy", lambda v, t: t.max(), _PEEKS),
    (False, "the best test accuracy among the three lowest losses", lambda v, t: t[np.argsort(v)[:3]].max(), _PEEKS),
    (False, "a low one of the test accuracies, by its rank", lambda v, t: np.sort(t)[len(t) // 3], _PEEKS),
    (False, "the lowest loss itself", lambda v, t: v.min(), _INVENTS),
]


def _procedures(rng):
    """Honest and dishonest procedures: the fixed ones, and some with random weights, in random order."""
    drawn = []
    for right in random_verdicts(rng, 7):
        w = rng.uniform(0.05, 0.4) if right else rng.uniform(1.3, 3)
        if right:
            name = f"weights in proportion to exp(−{w:.4g} · loss)"
            drawn.append((True, name, lambda v, t, w=w: _mixed(v, t, w), _HONEST))
        elif rng.random() < 0.5:
            name = f"weights in proportion to exp({w:.4g} · accuracy − loss)"
            drawn.append((False, name, lambda v, t, w=w: _mixed(v - w * t, t, 1), _PEEKS))
        else:
            name = f"the accuracy at the lowest loss, plus {w / 100:.4g}"
            drawn.append((False, name, lambda v, t, w=w: t[v.argmin()] + w / 100, _INVENTS))
    procedures = _PROCEDURES + drawn
    return [procedures[i] for i in rng.permutation(len(procedures))]


@task(
    points=2,
    hints=[
        "Which rows may be compared at all? What has one contender been given, and the other not?",
        "Keep the epochs that both have, the rates that both tried, and the seeds that both have. Then tune.",
        "For each common seed and each contender: among the rows left, the one with the lowest validation loss. "
        "Take its test accuracy, then contender 1 minus contender 0.",
    ],
)
def repair(repair: Answer, rng):
    """repair(runs) gives the fair differences, new − old, one a common seed in rising order."""
    for _ in range(8):
        runs = _colleagues_runs(rng)
        want = _fair(runs)
        got = numbers(repair(runs), "list of differences")
        if got.shape == want.shape and close(got, want):
            continue
        for wrong, advice in _confounded(runs):
            if got.shape == np.shape(wrong) and close(got, wrong):
                fail(advice)
        if got.shape != want.shape:
            fail("One difference for each seed that both contenders have, in rising order of the seeds.")
        compare(got, want, None, "Same epochs, same rates, same seeds; tuned on validation; new − old.")


def _colleagues_runs(rng):
    """Rows (contender, epochs, rate, seed, validation loss, test accuracy) in random order, with every unfairness."""
    both, longer = rng.choice([20, 40, 60, 80], size=2, replace=False)
    rates = [0.001, 0.003, 0.01, 0.03, 0.1]
    seeds = rng.choice(50, size=7, replace=False)
    rows = []
    for contender, own_rates, own_seeds in ((0, rates[1:4], seeds[:6]), (1, rates, seeds[1:])):
        for seed in own_seeds:
            for epochs in (both, longer) if contender else (both,):
                for rate in own_rates:
                    bonus = 0.05 * (epochs == longer) + 0.02 * contender * (rate in (0.001, 0.1))
                    loss = 0.3 - bonus + 0.1 * rng.random()
                    rows.append((contender, epochs, rate, seed, loss, 0.85 + bonus + 0.05 * rng.random()))
    return np.array(rows)[rng.permutation(len(rows))]


def _shared(column, runs):
    """The values of a column that both contenders have."""
    return np.intersect1d(*(runs[runs[:, 0] == k, column] for k in (0, 1)))


def _fair(runs, epochs=True, rates=True, peek=False, mean=False):
    """The differences seed by seed; each option leaves out one part of what is fair."""
    kept = runs
    for column, wanted in ((1, epochs), (2, rates)):
        if wanted:
            kept = kept[np.isin(kept[:, column], _shared(column, runs))]
    results = []
    for seed in _shared(3, runs):
        pair = []
        for contender in (0, 1):
            rows = kept[(kept[:, 0] == contender) & (kept[:, 3] == seed)]
            best = rows[:, 5].argmax() if peek else rows[:, 4].argmin()
            pair.append(rows[:, 5].mean() if mean else rows[best, 5])
        results.append(pair[1] - pair[0])
    return np.array(results)


def _confounded(runs):
    """Unfair differences, each with what to say to who gives them."""
    fair = _fair(runs)
    yield -fair, "That is old − new. Contender 1 is the new one."
    longer = "The new one was trained longer in some runs, the old one never. Keep the epochs that both have."
    yield _fair(runs, epochs=False), longer
    yield (
        _fair(runs, rates=False),
        "The new one chose from five rates, the old one from three. Keep the rates that both tried.",
    )
    yield _fair(runs, epochs=False, rates=False), "More epochs and more rates for the new one: both must be the same."
    yield _fair(runs, peek=True), "You choose by the test accuracy. Choose by the validation loss."
    yield _fair(runs, mean=True), "You take the mean over the rates. Tune: the rate of the lowest validation loss."
    by_contender = [runs[runs[:, 0] == k, 5].mean() for k in (0, 1)]
    yield by_contender[1] - by_contender[0], "That is your colleague's number: everything that differs is mixed in it."
    yield fair.mean(), "One difference for each seed: the mean hides how far they scatter."
    yield np.sort(fair), "Order the differences by their seeds, not by their size."
