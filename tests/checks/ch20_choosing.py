"""Answers to the tasks of 20_choosing: differently written right ones, and wrong ones with the advice they must get."""

import numpy as np


def sigmoid(z):
    return (1 + np.tanh(np.asarray(z) / 2)) / 2


def softmax(z):
    e = np.exp(z - np.max(z, axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def softplus(z):
    return np.maximum(z, 0) + np.log1p(np.exp(-np.abs(z)))


FORMULAS = {
    "A": lambda z: z,
    "B": sigmoid,
    "C": softmax,
    "D": sigmoid,
    "E": np.exp,
    "F": softplus,
    "G": lambda z: 1 + 4 * sigmoid(z),
    "H": np.tanh,
    "I": softmax,
    "J": lambda z: np.stack([z[:, 0], np.exp(z[:, 1])], axis=1),
}


def scenarios(**changed):
    formulas = FORMULAS | changed
    return lambda scenario, z: formulas[scenario](z)


def row_by_row(scenario, z):
    return [FORMULAS[scenario](row[None])[0].tolist() for row in np.asarray(z)]


def J(first, second):
    return scenarios(J=lambda z: np.stack([first(z[:, 0]), second(z[:, 1])], axis=1))


def relu(z):
    return np.maximum(z, 0)


def tune(validation, test):
    best = np.nanargmin(validation, axis=0)
    return test[best, range(len(best))], bool(np.isin(best, [0, len(validation) - 1]).any())


def tune_loop(validation, test):
    chosen, edge = [], False
    for losses, accuracies in zip(validation.T.tolist(), test.T.tolist(), strict=True):
        best = min((loss, i) for i, loss in enumerate(losses) if loss == loss)[1]
        chosen.append(accuracies[best])
        edge = edge or best in (0, len(losses) - 1)
    return [chosen, edge]


def tuned_by(rule):
    return lambda validation, test: (rule(validation, test), tune(validation, test)[1])


def edge_by(rule):
    return lambda validation, test: (
        tune(validation, test)[0],
        bool(rule(np.nanargmin(validation, axis=0), validation)),
    )


def columns(test):
    return np.arange(test.shape[1])


def winner(results, t, ddof=1, root=True):
    for i in range(len(results)):
        d = results[i] - np.delete(results, i, axis=0)
        error = d.std(axis=1, ddof=ddof) / (np.sqrt(results.shape[1]) if root else 1)
        if np.all(d.mean(axis=1) > t * error):
            return i
    return -1


def only_the_best(results, t):
    """It is enough to try the one with the highest mean."""
    best = int(np.argmax(results.mean(axis=1)))
    for other in range(len(results)):
        d = results[best] - results[other]
        if other != best and d.mean() ** 2 * len(d) * (len(d) - 1) <= t**2 * np.sum((d - d.mean()) ** 2):
            return -1
    return best


def apart(results, t):
    mean, half = results.mean(axis=1), t * results.std(axis=1, ddof=1) / np.sqrt(results.shape[1])
    best = int(mean.argmax())
    return best if np.all((mean - half)[best] > np.delete(mean + half, best)) else -1


def ahead_of(place):
    def wrong(results, t):
        order = np.argsort(-results.mean(axis=1))
        return int(order[0]) if winner(results[order[[0, place]]], t) == 0 else -1

    return wrong


def honest(procedure, tries=6, halfway=True, same=True):
    rng = np.random.default_rng(5)
    for _ in range(tries):
        losses, a, b = rng.random((3, 9))
        A, B, M, S = (procedure([losses, row]) for row in (a, b, (a + b) / 2, np.full(9, 0.25)))
        if (halfway and abs(A + B - 2 * M) > 1e-9) or (same and abs(S - 0.25) > 1e-9):
            return False
    return True


def by_weights(procedure):
    """Measure the weights, one rate after the other, and see whether they explain every report."""
    rng = np.random.default_rng(1)
    losses = rng.random(5)
    weights = [procedure([losses, row]) for row in np.eye(5)]
    rows = rng.random((10, 5))
    return bool(np.isclose(sum(weights), 1) and np.allclose([procedure([losses, row]) for row in rows], rows @ weights))


def member(procedure):
    """Is the report always one of the test accuracies? A mixture is not."""
    losses, test = np.random.default_rng(2).random((2, 8))
    return bool(np.isclose(test, procedure([losses, test])).any())


def lowest(procedure):
    losses, test = np.random.default_rng(3).random((2, 8))
    return bool(np.isclose(procedure([losses, test]), test[losses.argmin()]))


def repair(runs, columns_kept=(1, 2), by=4, best=np.argmin, sign=1):
    kept = np.ones(len(runs), dtype=bool)
    for column in columns_kept:
        shared = set(runs[runs[:, 0] == 0, column]) & set(runs[runs[:, 0] == 1, column])
        kept &= np.isin(runs[:, column], list(shared))
    seeds = sorted(set(runs[runs[:, 0] == 0, 3]) & set(runs[runs[:, 0] == 1, 3]))
    accuracy = {}
    for contender in (0, 1):
        for seed in seeds:
            rows = runs[kept & (runs[:, 0] == contender) & (runs[:, 3] == seed)]
            accuracy[contender, seed] = rows[best(rows[:, by]), 5]
    return [sign * (accuracy[1, seed] - accuracy[0, seed]) for seed in seeds]


def by_sorting(runs):
    """Sort by loss, and keep the first row of each contender and seed."""
    old, new = ({tuple(row[[1, 2, 3]]) for row in runs[runs[:, 0] == k]} for k in (0, 1))
    first = {}
    for row in runs[np.argsort(runs[:, 4])]:
        if tuple(row[[1, 2, 3]]) in old & new:
            first.setdefault((row[3], row[0]), row[5])
    seeds = sorted({seed for seed, _ in first})
    return np.array([first[seed, 1] - first[seed, 0] for seed in seeds])


def all_rows(runs):
    return runs[runs[:, 0] == 1, 5].mean() - runs[runs[:, 0] == 0, 5].mean()


def means(runs):
    """Fair rows, but the mean over the rates in place of tuning."""
    shared = [set(runs[runs[:, 0] == 0, c]) & set(runs[runs[:, 0] == 1, c]) for c in (1, 2, 3)]
    kept = runs[np.all([np.isin(runs[:, c + 1], list(values)) for c, values in enumerate(shared)], axis=0)]
    return [
        np.diff([kept[(kept[:, 0] == k) & (kept[:, 3] == seed), 5].mean() for k in (0, 1)])[0]
        for seed in sorted(shared[2])
    ]


RIGHT = {
    "ten_scenarios": [(scenarios(),), (row_by_row,)],
    "tune": [(tune,), (tune_loop,)],
    "winner": [(winner,), (only_the_best,)],
    "honest": [(honest,), (by_weights,)],
    "repair": [(repair,), (by_sorting,)],
}

WRONG = {
    "ten_scenarios": [
        ((scenarios(A=relu),), "may be below 0. relu"),
        ((scenarios(A=np.tanh),), "not limited"),
        ((scenarios(B=lambda z: z),), "A probability lies"),
        ((scenarios(B=softmax),), "always 1"),
        ((scenarios(C=sigmoid),), "must add up to 1"),
        ((scenarios(C=lambda z: softmax(z.T).T),), "axis=1"),
        ((scenarios(D=softmax),), "fight for one whole"),
        ((scenarios(E=lambda z: z),), "reads exp"),
        ((scenarios(E=relu),), "it can die"),
        ((scenarios(F=relu),), "smooth relative"),
        ((scenarios(F=np.exp),), "Read the scenario again"),
        ((scenarios(G=lambda z: 5 * sigmoid(z)),), "Stars begin at 1"),
        ((scenarios(G=lambda z: 4 * sigmoid(z)),), "add it"),
        ((scenarios(H=sigmoid),), "never negative"),
        ((scenarios(H=lambda z: 2 * sigmoid(z) - 1),), "tanh.z/2"),
        ((scenarios(I=sigmoid),), "shares of one whole"),
        ((J(lambda z: z, lambda z: z),), "A spread is positive"),
        ((J(lambda z: z, softplus),), "is the logarithm"),
        ((J(np.exp, np.exp),), "second column is right"),
        ((lambda scenario, z: None,), "you return nothing"),
        ((scenarios(A=lambda z: z[:, 0]),), "has shape"),
    ],
    "tune": [
        ((tuned_by(lambda v, t: t.max(axis=0)),), "look at the test part"),
        ((tuned_by(lambda v, t: t[v.argmin(axis=0), columns(t)]),), "takes nan"),
        ((tuned_by(lambda v, t: t[np.nanargmax(v, axis=0), columns(t)]),), "You take the highest"),
        ((tuned_by(lambda v, t: t[np.nanmean(v, axis=1).argmin()]),), "one rate for all seeds"),
        ((tuned_by(lambda v, t: t.mean(axis=0)),), "mean over the rates"),
        ((tuned_by(lambda v, t: np.nanmin(v, axis=0)),), "validation losses"),
        ((tuned_by(lambda v, t: tune(v, t)[0][:-1]),), "it should have shape"),
        ((lambda v, t: tune(v, t)[0],), "Return two things"),
        ((edge_by(lambda best, v: True),), "no seed chose"),
        ((edge_by(lambda best, v: False),), "single seed is enough"),
        ((edge_by(lambda best, v: np.all(np.isin(best, [0, len(v) - 1]))),), "single seed is enough"),
        ((edge_by(lambda best, v: np.any(best == len(v) - 1)),), "chose the smallest"),
    ],
    "winner": [
        ((lambda results, t: int(results.mean(axis=1).argmax()),), "best mean alone"),
        ((lambda results, t: int(results.mean(axis=1).argmin()),), "lowest accuracy"),
        ((apart,), "can be much calmer"),
        ((ahead_of(-1),), "Ahead of the last"),
        ((ahead_of(1),), "Ahead of the second"),
        ((lambda results, t: winner(results, t, ddof=0),), "n − 1"),
        ((lambda results, t: winner(results, t, root=False),), "√n is missing"),
        ((lambda results, t: winner(results, 1.96),), "1.96"),
        ((lambda results, t: -1,), "you find none"),
        ((lambda results, t: results.mean(axis=1).max(),), "number of a row"),
        ((lambda results, t: 1,), "judged wrongly"),
    ],
    "honest": [
        ((lambda procedure: True,), "accept a dishonest"),
        ((lambda procedure: False,), "reject an honest"),
        ((member,), "may mix several rates|halfway|another number"),
        ((lowest,), "may mix several rates|halfway|another number"),
        ((lambda procedure: honest(procedure, same=False),), "If all test accuracies are equal"),
        ((lambda procedure: honest(procedure, halfway=False),), "halfway between them"),
        ((lambda procedure: not honest(procedure),), "reject an honest|accept a dishonest"),
        ((lambda procedure: procedure(np.random.default_rng(0).random((2, 5))),), "Return True or False"),
    ],
    "repair": [
        ((lambda runs: repair(runs, columns_kept=(2,)),), "trained longer"),
        ((lambda runs: repair(runs, columns_kept=(1,)),), "five rates"),
        ((lambda runs: repair(runs, columns_kept=()),), "More epochs and more rates|trained longer|five rates"),
        ((lambda runs: repair(runs, by=5, best=np.argmax),), "by the test accuracy"),
        ((lambda runs: repair(runs, sign=-1),), "old − new"),
        ((all_rows,), "colleague's number"),
        ((lambda runs: np.mean(repair(runs)),), "mean hides"),
        ((means,), "mean over the rates"),
        ((lambda runs: np.sort(repair(runs)),), "not by their size"),
        ((lambda runs: repair(runs)[1:],), "One difference for each seed"),
        ((lambda runs: repair(runs, best=np.argmax),), "Same epochs"),
    ],
}
