"""Data sets with a seed: made up on the spot or bundled with scikit-learn, nothing is downloaded.

Each function returns inputs X, one sample a row, and targets y. The same seed gives the same data. All of them, in
teaching order, are in the dict ``DATASETS``; ``load`` calls one by its name, ``split`` prepares it for training.

>>> from course_lib.datasets import moons, split
>>> X, y = moons(n=400, noise=0.1, seed=0)
>>> X.shape, y.shape
((400, 2), (400,))
>>> split(X, y).train[0].shape
(240, 2)
"""

from dataclasses import dataclass
from numbers import Integral, Real

import numpy as np

from course_lib.activations import as_numbers


def xor(n=4, noise=0.0, seed=0):
    """The exclusive or of two inputs, which no single line separates: Minsky & Papert (1969), Perceptrons.

    n: number of samples, the four corners in turn; noise: standard deviation in each direction, in units of X, where
    corners are 1 apart. Return X, floats of shape (n, 2), and y, labels 0 and 1 of shape (n,).
    Raises ValueError if n is no positive integer or noise is negative.
    """
    return _corners([0, 1, 1, 0], n, noise, seed)


def and_(n=4, noise=0.0, seed=0):
    """Label 1 where both inputs are 1. Arguments, result and errors are those of ``xor``."""
    return _corners([0, 0, 0, 1], n, noise, seed)


def or_(n=4, noise=0.0, seed=0):
    """Label 1 where at least one input is 1. Arguments, result and errors are those of ``xor``."""
    return _corners([0, 1, 1, 1], n, noise, seed)


def line(n=100, noise=0.5, seed=0, distribution="normal"):
    """Regression on y = 3x + 10 + noise, x uniform in [-1, 1].

    n: number of samples; noise: standard deviation of y around the line, in units of y; with
    ``distribution="uniform"`` the noise is drawn from [0, noise) instead: its mean is noise / 2, not 0, and moves the
    best intercept up by that much, from 10 to 10.5 for noise = 1.
    Return X, floats of shape (n, 1), and y, floats of shape (n,).
    Raises ValueError if n is no positive integer, noise is negative, or there is no such distribution.
    """
    rng = _generator(n, noise, seed)
    X = rng.uniform(-1, 1, (n, 1))
    y = 3 * X[:, 0] + 10
    if distribution == "normal":
        return X, y + rng.normal(0, noise, n)
    if distribution == "uniform":
        return X, y + rng.uniform(0, noise, n)
    raise ValueError(f"distribution must be 'normal' or 'uniform', got {distribution!r}")


def sine(n=200, noise=0.1, seed=0):
    """Regression on y = sin x + noise, x uniform in [-pi, pi].

    n: number of samples; noise: standard deviation of y around the sine, in units of y.
    Return X, floats of shape (n, 1), and y, floats of shape (n,).
    Raises ValueError if n is no positive integer or noise is negative.
    """
    rng = _generator(n, noise, seed)
    X = rng.uniform(-np.pi, np.pi, (n, 1))
    return X, np.sin(X[:, 0]) + rng.normal(0, noise, n)


def circles(n=400, noise=0.1, seed=0):
    """A circle of radius 1/2 (label 1) inside one of radius 1 (label 0); shaped as scikit-learn's ``make_circles``.

    n: number of samples, both labels in turn; noise: standard deviation in each direction, in units of the outer
    radius.
    Return X, floats of shape (n, 2), and y, labels 0 and 1 of shape (n,).
    Raises ValueError if n is no positive integer or noise is negative.
    """
    rng = _generator(n, noise, seed)
    y = np.arange(n) % 2
    X = _polar(np.where(y == 0, 1, 0.5), rng.uniform(0, 2 * np.pi, n))
    return X + rng.normal(0, noise, X.shape), y


def moons(n=400, noise=0.1, seed=0):
    """Two half circles of radius 1 that reach into each other; shaped as scikit-learn's ``make_moons``.

    The upper one (label 0) is centred at (0, 0), the lower one (label 1) at (1, 0.5).
    n: number of samples, both labels in turn; noise: standard deviation in each direction, in units of the radius.
    Return X, floats of shape (n, 2), and y, labels 0 and 1 of shape (n,).
    Raises ValueError if n is no positive integer or noise is negative.
    """
    rng = _generator(n, noise, seed)
    y = np.arange(n) % 2
    X = _polar(1, rng.uniform(0, np.pi, n) + np.pi * y) + np.outer(y, [1, 0.5])
    return X + rng.normal(0, noise, X.shape), y


def spirals(n=400, noise=0.03, seed=0, arms=2):
    """Spiral arms around the origin, after Lang & Witbrock (1988), Learning to tell two spirals apart.

    Each arm goes from radius 0.1 to 1, at 2 pi a unit of radius. n: number of samples, all labels in turn; noise:
    standard deviation in each direction, in units of the outer radius; arms: their number.
    Return X, floats of shape (n, 2), and y, labels 0 to arms - 1 of shape (n,).
    Raises ValueError if n or arms is no positive integer or noise is negative.
    """
    rng = _generator(n, noise, seed)
    _check_count("arms", arms)
    y = np.arange(n) % arms
    radius = rng.uniform(0.1, 1, n)
    X = _polar(radius, 2 * np.pi * (radius + y / arms))
    return X + rng.normal(0, noise, X.shape), y


def digits():
    """1797 handwritten digits, 8 x 8 pixels each: Alpaydin & Kaynak (1998), https://doi.org/10.24432/C50P49.

    Bundled with scikit-learn. Return X, floats from 0 to 16 (the ink) of shape (1797, 64), and y, labels 0 to 9 of
    shape (1797,).
    """
    from sklearn.datasets import load_digits

    return load_digits(return_X_y=True)


def odd_or_even_digits():
    """The digits, labelled 1 where odd and 0 where even: a harder question, each label has five unlike shapes.

    Return X and y in the shapes of ``digits``.
    """
    X, y = digits()
    return X, y % 2


DATASETS = {
    "xor": xor,
    "and": and_,
    "or": or_,
    "line": line,
    "sine": sine,
    "circles": circles,
    "moons": moons,
    "spirals": spirals,
    "digits": digits,
    "odd_or_even_digits": odd_or_even_digits,
}


def load(name, **options):
    """Return X and y of the data set ``name`` in ``DATASETS``; options are the arguments of its function.

    Raises ValueError if there is no such data set.
    """
    if name not in DATASETS:
        raise ValueError(f"there is no data set {name!r}; there are: {', '.join(DATASETS)}")
    return DATASETS[name](**options)


@dataclass(frozen=True)
class Split:
    """Data in three parts, standardised with the mean and standard deviation of the training part alone.

    Attributes: ``train``, ``validation`` and ``test``, each a pair (X, y); ``mean`` and ``std`` of the training part
    before it was standardised, one number a feature, std 1 where a feature is constant.
    """

    train: tuple
    validation: tuple
    test: tuple
    mean: np.ndarray
    std: np.ndarray

    def standardise(self, X):
        """Return raw inputs of shape (n, features), such as the grid of a plot, in the units of the parts."""
        return (X - self.mean) / self.std

    def unstandardise(self, X):
        """Return standardised inputs of shape (n, features) in the units of the raw data."""
        return X * self.std + self.mean


def split(X, y, parts=(0.6, 0.2, 0.2), seed=0):
    """Shuffle data, cut it into a training, a validation and a test part, and standardise the inputs.

    Each feature has mean 0 and standard deviation 1 in the training part (a feature that is constant there becomes 0);
    the other parts are only shifted and scaled by the same numbers, so nothing of them leaks into training.
    X: shape (n, features); y: shape (n,), passed on unchanged; parts: the three fractions, which sum to 1.
    Return a :class:`Split`.
    Raises ValueError if shapes or fractions do not fit or the training part would be empty, TypeError if X is not
    numeric.
    """
    X, y = as_numbers(X, "split", kinds="f"), np.asarray(y)
    if X.ndim != 2 or y.shape != X.shape[:1]:
        raise ValueError(f"X must have shape (n, features) and y shape (n,), got {X.shape} and {y.shape}")
    if len(parts) != 3 or not all(part >= 0 for part in parts) or abs(sum(parts) - 1) > 1e-9:
        raise ValueError(f"parts must be three fractions >= 0 (train, validation, test) that sum to 1, got {parts}")
    ends = np.round(np.cumsum(parts[:2]) * len(X)).astype(int)
    train, validation, test = np.split(np.random.default_rng(seed).permutation(len(X)), ends)
    if len(train) == 0:
        raise ValueError(f"the training part is empty: {len(X)} samples in parts of {parts}")
    mean, std = _mean_and_std(X[train])
    scaled = (X - mean) / std
    return Split(*((scaled[part], y[part]) for part in (train, validation, test)), mean, std)


def _mean_and_std(X):
    """Return mean and standard deviation of each column; of a constant one, its value and 1."""
    varies = np.ptp(X, axis=0) > 0  # the standard deviation of a constant can be 1e-17
    return np.where(varies, X.mean(axis=0), X[0]), np.where(varies, X.std(axis=0), 1)


def _generator(n, noise, seed):
    """Return the random numbers of a data set, once its size and noise are sound."""
    _check_count("n", n)
    if not isinstance(noise, Real) or not 0 <= noise < np.inf:
        raise ValueError(f"noise must be a finite number >= 0, got {noise!r}")
    return np.random.default_rng(seed)


def _check_count(name, value):
    if not isinstance(value, Integral) or value < 1:
        raise ValueError(f"{name} must be a positive integer, got {value!r}")


def _corners(labels, n, noise, seed):
    """n samples of the four corners (0, 0), (0, 1), (1, 0), (1, 1) in turn, with their labels."""
    rng = _generator(n, noise, seed)
    corner = np.arange(n) % 4
    X = np.stack([corner // 2, corner % 2], axis=1) + rng.normal(0, noise, (n, 2))
    return X, np.array(labels)[corner]


def _polar(radius, angle):
    """The points of these polar coordinates, as rows (x, y)."""
    return np.stack([radius * np.cos(angle), radius * np.sin(angle)], axis=1)
