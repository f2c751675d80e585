"""A fair comparison of activations: the code of chapter 20 and of ``make benchmark-choosing``, and what it measured.

One **run** trains one network: a data set, an activation, a learning rate and a seed decide everything. A **study** has
all runs of one data set. The stored study, of 10 seeds, is in ``data/choosing.json``; ``stored()`` reads it.

>>> from course_lib.choosing import stored
>>> stored()["moons"].tuned()["relu"].shape
(10,)
"""

import json
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from course_lib import datasets
from course_lib.layers import Dense
from course_lib.network import Adam, BinaryCrossEntropy, CategoricalCrossEntropy, Network, train

ACTIVATIONS = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "elu", "silu", "gelu")
RATES = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3)
SEEDS = 10
EPOCHS = {"moons": 120, "spirals": 120, "odd_or_even_digits": 30, "digits": 30}
"""The data sets, and the passes over the training part: all have about 1,000 steps of 32 examples."""
FILE = Path(__file__).parent / "data" / "choosing.json"


@dataclass(frozen=True)
class Study:
    """All runs of one data set: ``validation`` (losses) and ``test`` (accuracies), dicts from activation to an array.

    Each array has the shape (rates, seeds), the rates in the order of ``rates``.
    """

    rates: tuple
    validation: dict
    test: dict

    def choices(self):
        """Return a dict from activation to the place of its best rate for each seed, by validation loss alone."""
        return {name: losses.argmin(axis=0) for name, losses in self.validation.items()}

    def tuned(self):
        """Return a dict from activation to its test accuracies, one a seed, each at the rate chosen on validation."""
        return {name: self.test[name][best, range(len(best))] for name, best in self.choices().items()}

    def at(self, rate):
        """Return a dict from activation to its test accuracies, one a seed, at this one rate for all of them."""
        return {name: accuracies[self.rates.index(rate)] for name, accuracies in self.test.items()}


def parts(data, seed):
    """Return the training, the validation and the test part of a data set, each a pair (X, y).

    Moons and spirals are drawn anew for each seed; the digits are the same for all, cut in another way.
    """
    if data in ("digits", "odd_or_even_digits"):
        cut = datasets.split(*datasets.load(data), seed=seed)
        return cut.train, cut.validation, cut.test
    noise = {"moons": 0.25, "spirals": 0.1}[data]
    return [datasets.load(data, n=n, noise=noise, seed=3 * seed + k) for k, n in enumerate((300, 300, 2000))]


def run(data, activation, rate, seed):
    """Train one network; return its loss on the validation part and its accuracy on the test part.

    It has two hidden layers of 32 units, first weights scaled by the activation's own gain, and learns by Adam. The
    seed decides the data, the first weights and the order of examples, alike for all activations. A run whose numbers
    overflow has the validation loss infinity.
    """
    learn, choose, judge = parts(data, seed)
    classes = len(np.unique(learn[1]))
    loss = BinaryCrossEntropy() if classes == 2 else CategoricalCrossEntropy()
    outputs = 1 if classes == 2 else classes
    net = Network(learn[0].shape[1], [Dense(32), activation, Dense(32), activation, Dense(outputs)], seed=seed)
    train(net, *learn, loss, Adam(rate), epochs=EPOCHS[data], seed=seed)
    with np.errstate(over="ignore", invalid="ignore"):
        validation, test = net.evaluate(*choose, loss)["loss"], net.evaluate(*judge, loss)["accuracy"]
    return (validation if np.isfinite(validation) else np.inf), test


def study(data, activations=ACTIVATIONS, rates=RATES, seeds=SEEDS, processes=None):
    """Return the ``Study`` of a data set. processes: how many run at the same time, or None for this one alone."""
    jobs = [(data, name, rate, seed) for name in activations for rate in rates for seed in range(seeds)]
    if processes is None:
        results = [run(*job) for job in jobs]
    else:
        with ProcessPoolExecutor(processes, initializer=threadpool_limits, initargs=(1,)) as pool:
            results = list(pool.map(run, *zip(*jobs, strict=True), chunksize=4))
    table = np.reshape(results, (len(activations), len(rates), seeds, 2))
    validation, test = (dict(zip(activations, table[..., k], strict=True)) for k in (0, 1))
    return Study(tuple(rates), validation, test)


def save(studies, file=FILE):
    """Write studies, a dict from data set to ``Study``, as JSON; every number is rounded to six digits."""
    content = {
        data: {"rates": found.rates, "validation": _rounded(found.validation), "test": _rounded(found.test)}
        for data, found in studies.items()
    }
    file.parent.mkdir(exist_ok=True)
    file.write_text(json.dumps(content, separators=(",", ":")).replace("]],", "]],\n") + "\n", encoding="utf-8")


def stored(file=FILE):
    """Return the studies that ``make benchmark-choosing`` has stored: a dict from data set to ``Study``."""
    return {
        data: Study(tuple(found["rates"]), _arrays(found["validation"]), _arrays(found["test"]))
        for data, found in json.loads(file.read_text(encoding="utf-8")).items()
    }


def paired(first, second, comparisons=1):
    """Return the mean of the differences first - second, seed by seed, and its interval: ``(mean, low, high)``.

    first, second: one result a seed, shape (n,), n >= 2, of the same seeds. comparisons: how many such intervals are
    looked at together; each is made wider, so that all of them hold in 95 of 100 studies (Bonferroni).
    Raises ValueError if the shapes differ or there are fewer than two seeds.
    """
    from scipy.special import stdtrit

    first, second = np.asarray(first, dtype=float), np.asarray(second, dtype=float)
    if first.shape != second.shape or first.ndim != 1 or first.size < 2:
        raise ValueError(f"give one result for each of the same two or more seeds; got {first.shape}, {second.shape}")
    differences = first - second
    half = stdtrit(first.size - 1, 1 - 0.025 / comparisons) * differences.std(ddof=1) / np.sqrt(first.size)
    return float(differences.mean()), float(differences.mean() - half), float(differences.mean() + half)


def _rounded(tables):
    return {name: [[float(f"{value:.6g}") for value in row] for row in table] for name, table in tables.items()}


def _arrays(tables):
    return {name: np.array(table) for name, table in tables.items()}
