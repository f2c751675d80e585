"""Answers to the tasks of 16_softmax: differently written right ones, and wrong ones with the advice they must get."""

import numpy as np


def quiet(f):
    """f without the warnings that numpy gives: here they would be errors."""

    def silent(*args):
        with np.errstate(all="ignore"):
            return f(*args)

    return silent


def shares(z, temperature=1.0):
    return np.exp(logs(z / temperature))


def logs(z):
    d = z - z.max(axis=1, keepdims=True)
    return d - np.log(np.exp(d).sum(axis=1, keepdims=True))


def by_rows(z, temperature, allowed):
    table = np.zeros(z.shape)
    for place, row, may in zip(table, z, allowed, strict=True):
        positive = np.exp((row[may] - max(row[may])) / temperature)
        place[may] = positive / positive.sum()
    return table


def by_differences(z, temperature, allowed):
    """1 over the sum of exp(z_j - z_i): an overflow there gives 0, which is right."""
    with np.errstate(over="ignore"):
        terms = np.exp((z[:, None, :] - z[:, :, None]) / temperature)
        return allowed / np.where(allowed[:, None, :], terms, 0).sum(axis=2).clip(1e-300)


def closed(z, allowed):
    """The logits, with minus infinity where a class is forbidden."""
    return np.where(allowed, z, -np.inf)


def after(f):
    """f of z / T, its forbidden places set to 0 afterwards."""
    return quiet(lambda z, T, allowed: np.where(allowed, f(z / T), 0))


def divided(z, axis=1):
    e = np.exp(z)
    return e / e.sum(axis=axis, keepdims=True)


def late(d, allowed):
    e = np.exp(d - d.max(axis=1, keepdims=True)) * allowed
    return whole(e, axis=1)


def far(d):
    return divided(d - d.max())


def whole(e, axis=None):
    return e / e.sum(axis=axis, keepdims=True)


def by_tables(p, g):
    return [(np.diag(row) - np.outer(row, row)) @ back for row, back in zip(p, g, strict=True)]


def average(p, g):
    return (p * g).sum(axis=1, keepdims=True)


def taken(z, r):
    return np.arange(len(z)), r


def one_by_one(z, r):
    losses = []
    for row, right in zip(z, r, strict=True):
        top = max(row)
        losses.append(np.log(np.sum(np.exp(row - top))) + top - row[right])
    return sum(losses) / len(losses)


def cut(z, r, tiny):
    return -np.mean(np.log(np.maximum(shares(z)[taken(z, r)], tiny)))


Z = np.random.default_rng(5).uniform(-3, 3, size=(60, 4))
MOVED = Z + np.random.default_rng(6).uniform(-2, 2, size=(60, 1))


def sums(f):
    return bool(np.allclose(f(Z).sum(axis=1), 1))


def positive(f):
    return bool(np.all(f(Z) > -1e-9))


def constant(f):
    return bool(np.allclose(f(Z), f(MOVED)))


def ordered(f):
    return bool(np.array_equal(np.argsort(f(Z)), np.argsort(Z)))


def by_pairs(f):
    """Each promise in a loop, a row at a time."""
    for row in Z[:20]:
        p = np.asarray(f(row[None]))[0]
        if p.min() < -1e-9 or abs(sum(p) - 1) > 1e-6 or not np.allclose(f(row[None] + 1.7), p):
            return False
        if any((p[i] > p[j]) != (row[i] > row[j]) for i in range(4) for j in range(4)):
            return False
    return constant(f)


RIGHT = {
    "probabilities": [(by_rows,), (by_differences,), (lambda z, T, allowed: shares(closed(z, allowed), T),)],
    "backward": [(by_tables,), (lambda p, g: p * g - p * average(p, g),)],
    "heads": [
        (lambda Y: "softmax" if all(list(row).count(1) == 1 for row in Y) else "sigmoids",),
        (lambda Y: "sigmoids" if np.any(np.count_nonzero(Y, axis=1) != 1) else "softmax",),
    ],
    "true_loss": [(one_by_one,), (lambda z, r: -logs(z)[taken(z, r)].mean(),)],
    "promises": [
        (lambda f: sums(f) and positive(f) and constant(f) and ordered(f),),
        (by_pairs,),
    ],
}

WRONG = {
    "probabilities": [
        ((lambda z, T, allowed: shares(z, T),), "forbidden classes get a share"),
        ((after(shares),), "sum of a row is not 1"),
        ((lambda z, T, allowed: shares(z * allowed, T),), "forbids nothing"),
        ((quiet(lambda z, T, allowed: late(z / T, allowed)),), "largest of all logits"),
        ((lambda z, T, allowed: shares(closed(z, allowed)),), "temperature has no effect"),
        ((lambda z, T, allowed: shares(closed(z, allowed), 1 / T),), "multiply by the temperature"),
        ((quiet(lambda z, T, allowed: shares(closed(z, allowed).T / T).T),), "columns sum to 1|axis 1"),
        ((quiet(lambda z, T, allowed: whole(np.exp(closed(z, allowed) / T))),), "whole table"),
        ((quiet(lambda z, T, allowed: divided(closed(z, allowed) / T)),), "overflows"),
        ((quiet(lambda z, T, allowed: far(closed(z, allowed) / T)),), "largest of the whole table"),
        ((after(np.exp),), "not divided"),
        ((after(lambda d: 1 / (1 + np.exp(-d))),), "sigmoid for each"),
        ((quiet(lambda z, T, allowed: z * allowed / (z * allowed).sum(axis=1, keepdims=True)),), "exponential out"),
        ((lambda z, T, allowed: shares(closed(-z, allowed), T),), "sign is turned"),
    ],
    "backward": [
        ((lambda p, g: g * p * (1 - p),), "diagonal only"),
        ((lambda p, g: g * p,), "others lose"),
        ((lambda p, g: g - average(p, g),), "factor p in front"),
        ((lambda p, g: p * (g + average(p, g)),), "sign is wrong"),
        ((lambda p, g: p * (g - g.sum(axis=1, keepdims=True)),), "weighted with p, not just"),
        ((lambda p, g: p * (g - g.mean(axis=1, keepdims=True)),), "weighted with p: the sum"),
        ((lambda p, g: p * (g - (g * p).sum()),), "whole table|Each row"),
        ((lambda p, g: p * (g - (g * p).sum(axis=0)),), "columns|sum over the whole"),
        ((lambda p, g: p - g,), "cross-entropy"),
        ((lambda p, g: g,), "slopes of softmax are missing"),
    ],
    "heads": [
        ((lambda Y: "softmax",), "two ones|no 1 at all|All labels"),
        ((lambda Y: "sigmoids",), "exactly one 1"),
        ((lambda Y: "softmax" if Y.sum() == len(Y) else "sigmoids",), "by itself|no 1|two ones|All labels"),
        ((lambda Y: "softmax" if np.all(Y.sum(axis=1) <= 1) else "sigmoids",), "no 1 at all"),
        ((lambda Y: "softmax" if np.all(Y.sum(axis=1) >= 1) else "sigmoids",), "two ones|All labels"),
        ((lambda Y: "softmax" if np.all(Y.sum(axis=1) == 1) and Y.any(axis=0).all() else "sigmoids",), "exactly one 1"),
        ((lambda Y: Y.sum(axis=1) == 1,), 'Return "softmax" or "sigmoids"'),
    ],
    "true_loss": [
        ((lambda z, r: -np.mean(logs(shares(z))[taken(z, r)]),), "still applied twice"),
        ((lambda z, r: -np.sum(logs(z)[taken(z, r)]),), "sum over the rows"),
        ((lambda z, r: -np.mean(logs(z)),), "all classes"),
        ((lambda z, r: -np.mean(shares(z)[taken(z, r)]),), "logarithm is missing"),
        ((lambda z, r: -np.mean(logs(z)[:, r]),), "np.arange"),
        ((quiet(lambda z, r: -np.mean(np.log(shares(z)[taken(z, r)]))),), "rounded to 0"),
        ((quiet(lambda z, r: -np.mean(np.log(divided(z)[taken(z, r)]))),), "overflows|rounded to 0"),
        ((lambda z, r: cut(z, r, 1e-12),), "cut the probability off"),
        ((lambda z, r: cut(z, r, 1e-300),), "Mean over the rows"),
    ],
    "promises": [
        ((lambda f: True,), "accept a function that breaks"),
        ((lambda f: False,), "reject a function that keeps"),
        ((sums,), "accept .*(sigmoids, divided|squares|-z|whole|other rows|1/k|below 0|\\|z\\||one with)"),
        ((lambda f: sums(f) and constant(f) and positive(f),), "accept .*(-z|1/k)"),
        ((lambda f: sums(f) and ordered(f) and positive(f),), "accept .*(sigmoids|other rows|one with)"),
        ((lambda f: constant(f) and ordered(f) and positive(f),), "accept .*not divided|accept .*whole table"),
        ((lambda f: sums(f) and constant(f) and ordered(f),), "accept .*below 0"),
        ((lambda f: bool(np.all(f(Z).sum(axis=1) == 1)) and constant(f) and ordered(f),), "reject|below 0"),
        ((lambda f: bool(np.allclose(f(Z), shares(Z))),), "reject .*(temperature 3|base 2|one with)"),
    ],
}
