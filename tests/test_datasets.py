import doctest
import os
import subprocess
import sys

import numpy as np
import pytest

from course_lib import datasets
from course_lib.datasets import (
    DATASETS,
    circles,
    digits,
    line,
    load,
    moons,
    odd_or_even_digits,
    sine,
    spirals,
    split,
    xor,
)

BUNDLED = ("digits", "odd_or_even_digits")
REGRESSION = ("line", "sine")
MADE = pytest.mark.parametrize("make", [f for name, f in DATASETS.items() if name not in BUNDLED])


def best_line(X, y):
    """The share of labels 0 and 1 that the best straight line gets right: 0 on its left, 1 on its right."""
    best = 0
    for angle in np.linspace(0, 2 * np.pi, 120, endpoint=False):
        along = (X @ [np.cos(angle), np.sin(angle)]).round(12)  # corners that the line does not tell apart are equal
        left = along <= np.unique(along)[:, None]
        best = max(best, np.mean(left == (y == 0), axis=1).max())
    return best


def nearest_neighbour(X, y):
    """The share of samples whose nearest other sample has the same label."""
    distance = np.linalg.norm(X[:, None] - X, axis=2)
    np.fill_diagonal(distance, np.inf)
    return np.mean(y[distance.argmin(axis=1)] == y)


# Seeds, shapes, types


@MADE
def test_the_same_seed_gives_the_same_data_and_another_seed_other_data(make):
    (X, y), (again, labels), (other, _) = make(noise=0.1), make(noise=0.1, seed=0), make(noise=0.1, seed=1)
    assert np.array_equal(X, again)
    assert np.array_equal(y, labels)
    assert not np.any(other == X)


@MADE
def test_numpy_s_global_random_numbers_are_neither_used_nor_disturbed(make):
    state = np.random.get_state()[1].copy()  # noqa: NPY002
    make(noise=0.1)
    assert np.array_equal(np.random.get_state()[1], state)  # noqa: NPY002


@pytest.mark.parametrize("name", DATASETS)
def test_inputs_are_rows_of_floats_and_targets_are_labels_or_floats(name):
    X, y = load(name)
    assert X.dtype == np.float64
    assert X.ndim == 2
    assert y.shape == (len(X),)
    if name in REGRESSION:
        assert X.shape[1] == 1
        assert y.dtype == np.float64
    else:
        assert y.dtype.kind == "i"
        assert np.array_equal(np.unique(y), np.arange(y.max() + 1))


@MADE
@pytest.mark.parametrize("n", [1, 7, np.int64(100)])
def test_n_is_the_number_of_samples_and_labels_are_balanced_to_within_one(make, n):
    X, y = make(n=n, noise=0.2)
    assert len(X) == len(y) == n
    if make in (circles, moons, spirals):
        assert abs(np.count_nonzero(y == 0) - np.count_nonzero(y == 1)) <= 1


@MADE
def test_every_made_set_takes_n_noise_and_seed_in_this_order(make):
    X, y = make(50, 0.3, 4)
    named, labels = make(n=50, noise=0.3, seed=4)
    assert np.array_equal(X, named)
    assert np.array_equal(y, labels)


# Geometry


@pytest.mark.parametrize(
    ("name", "labels", "accuracy"), [("xor", [0, 1, 1, 0], 0.75), ("and", [0, 0, 0, 1], 1), ("or", [0, 1, 1, 1], 1)]
)
def test_gates_are_their_truth_table_and_only_xor_has_no_line(name, labels, accuracy):
    X, y = load(name)
    assert X.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == labels
    assert best_line(X, y) == accuracy


def test_noisy_corners_repeat_and_spread_by_the_noise():
    X, y = xor(n=4000, noise=0.1)
    corner = np.round(X)
    assert np.mean(y == np.logical_xor(*corner.T)) > 0.999
    assert np.std(X - xor(n=4000)[0]) == pytest.approx(0.1, rel=0.05)


def test_the_line_is_found_again_and_uniform_noise_moves_its_intercept_by_half():
    def fit(**options):
        X, y = line(n=20_000, noise=1, **options)
        return np.polyfit(X[:, 0], y, 1)

    assert fit() == pytest.approx([3, 10], abs=0.05)
    assert fit(distribution="uniform") == pytest.approx([3, 10.5], abs=0.02)
    X, y = line(noise=0)
    assert y == pytest.approx(3 * X[:, 0] + 10, abs=1e-14)
    assert np.abs(X).max() <= 1


def test_sine_covers_one_period_with_zero_mean_noise():
    X, y = sine(n=20_000, noise=0.2)
    rest = y - np.sin(X[:, 0])
    assert np.abs(X).max() == pytest.approx(np.pi, abs=0.01)
    assert rest.mean() == pytest.approx(0, abs=0.01)
    assert rest.std() == pytest.approx(0.2, rel=0.03)


def test_circles_have_no_good_line_but_the_radius_separates_them():
    X, y = circles()
    radius = np.linalg.norm(X, axis=1)
    assert best_line(X, y) < 0.7
    assert np.mean((radius < 0.75) == y) > 0.97
    exact = np.linalg.norm(circles(noise=0)[0], axis=1)
    assert exact == pytest.approx(np.where(y == 1, 0.5, 1))


def test_moons_have_a_fair_line_and_a_better_curve():
    X, y = moons()
    assert 0.8 < best_line(X, y) < 0.93
    assert nearest_neighbour(X, y) > 0.99
    X, y = moons(noise=0)
    assert np.linalg.norm(X - np.outer(y, [1, 0.5]), axis=1) == pytest.approx(1)
    assert X[y == 0, 1].min() >= 0
    assert X[y == 1, 1].max() <= 0.5


def test_spirals_wind_once_and_only_neighbours_tell_them_apart():
    X, y = spirals()
    assert best_line(X, y) < 0.75
    assert nearest_neighbour(X, y) > 0.97
    X, y = spirals(n=300, noise=0, arms=3)
    radius, angle = np.linalg.norm(X, axis=1), np.arctan2(X[:, 1], X[:, 0])
    assert np.cos(angle) == pytest.approx(np.cos(2 * np.pi * (radius + y / 3)))
    assert np.sin(angle) == pytest.approx(np.sin(2 * np.pi * (radius + y / 3)))
    assert radius.min() >= 0.1
    assert radius.max() <= 1


@pytest.mark.parametrize("arms", [1, 2, 5])
def test_spirals_have_as_many_labels_as_arms(arms):
    assert np.bincount(spirals(n=100 * arms, arms=arms)[1]).tolist() == [100] * arms


def test_digits_are_those_of_scikit_learn_and_odd_or_even_is_their_remainder():
    X, y = digits()
    same, odd = odd_or_even_digits()
    assert X.shape == (1797, 64)
    assert (X.min(), X.max()) == (0, 16)
    assert np.bincount(y).tolist() == [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]
    assert np.array_equal(X, same)
    assert np.array_equal(odd, y % 2)


def test_reading_a_data_set_downloads_and_writes_nothing_and_only_digits_need_scikit_learn():
    code = """
import os, sys
def watch(event, args):
    writes = event == "open" and args[0] != os.devnull and args[2] & (os.O_WRONLY | os.O_RDWR)
    if writes or event in ("socket.connect", "socket.getaddrinfo", "os.mkdir", "os.rename"):
        sys.exit(f"{event} {args}")
sys.addaudithook(watch)
from course_lib.datasets import DATASETS
for name, make in DATASETS.items():
    print(name, "sklearn" in sys.modules)
    make()
"""
    environment = os.environ | {"PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)
    assert done.returncode == 0, done.stderr
    loaded = [f"{name} {name == 'odd_or_even_digits'}" for name in DATASETS]  # the digits before it have loaded it
    assert done.stdout.splitlines() == loaded


# Split


def numbered(n=100):
    """Inputs that say which sample they are, labels likewise."""
    return np.stack([np.arange(n), np.full(n, 0.1), np.arange(n) % 7], axis=1).astype(float), np.arange(n)


def test_a_split_holds_every_sample_once_and_targets_stay_with_their_inputs():
    X, y = numbered()
    data = split(X, y)
    parts = (data.train, data.validation, data.test)
    assert [len(part) for part, _ in parts] == [60, 20, 20]
    assert sorted(np.concatenate([labels for _, labels in parts])) == list(range(100))
    for part, labels in parts:
        np.testing.assert_allclose(data.unstandardise(part), X[labels], rtol=1e-12, atol=1e-12)


def test_a_split_shuffles_by_its_seed():
    X, y = numbered()
    first, again, other = split(X, y).test[1], split(X, y, seed=0).test[1], split(X, y, seed=1).test[1]
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert not np.array_equal(first, np.sort(first))


def test_the_training_part_has_mean_0_and_std_1_and_constant_features_stay_0():
    X, y = numbered()
    data = split(X, y)
    train = data.train[0]
    assert train[:, [0, 2]].mean(axis=0) == pytest.approx([0, 0], abs=1e-12)
    assert train[:, [0, 2]].std(axis=0) == pytest.approx([1, 1])
    for part, _ in (data.train, data.validation, data.test):
        assert np.all(part[:, 1] == 0)
    blank = np.ptp(digits()[0], axis=0) == 0
    assert blank.any()
    assert np.all(split(*digits()).test[0][:, blank] == 0)


def test_standardisation_sees_the_training_part_only():
    X, y = numbered()
    before = split(X, y)
    changed = X.copy()
    changed[np.concatenate([before.test[1], before.validation[1]])] += 1e6
    after = split(changed, y)
    for part in ("mean", "std"):
        assert np.array_equal(getattr(before, part), getattr(after, part))
    assert np.array_equal(before.train[0], after.train[0])
    np.testing.assert_allclose(after.test[0] - before.test[0], np.tile(1e6 / before.std, (20, 1)))
    changed[before.train[1][0]] += 1
    assert not np.array_equal(split(changed, y).mean, before.mean)


def test_standardise_brings_raw_inputs_into_the_units_of_the_parts():
    X, y = moons()
    data = split(X, y)
    grid = np.array([[-1.0, 0.0], [2.0, 0.5]])
    np.testing.assert_allclose(data.standardise(grid), (grid - data.mean) / data.std)
    np.testing.assert_allclose(data.unstandardise(data.standardise(grid)), grid, atol=1e-15)


def test_a_split_leaves_its_arguments_alone_and_takes_lists_and_empty_parts():
    X, y = numbered(10)
    kept = X.copy()
    data = split(X, y, parts=(0.8, 0, 0.2))
    assert np.array_equal(X, kept)
    assert [len(labels) for _, labels in (data.train, data.validation, data.test)] == [8, 0, 2]
    assert np.array_equal(split(X.tolist(), y.tolist(), parts=[0.8, 0, 0.2]).test[0], data.test[0])
    assert split(X.astype(np.float32), y).train[0].dtype == np.float32


# Errors


@MADE
@pytest.mark.parametrize("n", [0, -3, 2.5, "ten", None])
def test_n_that_is_no_positive_integer_is_refused(make, n):
    with pytest.raises(ValueError, match=f"n must be a positive integer, got {n!r}"):
        make(n=n)


@MADE
@pytest.mark.parametrize("noise", [-0.1, np.nan, np.inf, "loud", None])
def test_noise_that_is_negative_or_no_number_is_refused(make, noise):
    with pytest.raises(ValueError, match=f"noise must be a finite number >= 0, got {noise!r}"):
        make(noise=noise)


def test_other_bad_arguments_are_refused_with_what_was_given_and_expected():
    with pytest.raises(ValueError, match="arms must be a positive integer, got 0"):
        spirals(arms=0)
    with pytest.raises(ValueError, match="distribution must be 'normal' or 'uniform', got 'cauchy'"):
        line(distribution="cauchy")
    with pytest.raises(ValueError, match=r"there is no data set 'moon'; there are: xor, .*moons"):
        load("moon")
    with pytest.raises(TypeError, match="unexpected keyword argument 'arms'"):
        load("moons", arms=2)


@pytest.mark.parametrize("parts", [(0.6, 0.2, 0.1), (0.8, 0.2), (1.2, -0.1, -0.1), (0.5, 0.5, np.nan), ()])
def test_parts_that_are_not_three_fractions_of_1_are_refused(parts):
    with pytest.raises(ValueError, match=r"parts must be three fractions >= 0 .* sum to 1, got \("):
        split(*moons(), parts=parts)


def test_a_split_refuses_shapes_that_do_not_fit_and_an_empty_training_part():
    X, y = moons(n=10)
    with pytest.raises(
        ValueError, match=r"X must have shape \(n, features\) and y shape \(n,\), got \(10, 2\) and \(9,\)"
    ):
        split(X, y[:9])
    with pytest.raises(ValueError, match=r"got \(10,\) and \(10,\)"):
        split(X[:, 0], y)
    with pytest.raises(ValueError, match=r"the training part is empty: 10 samples in parts of \(0, 0.5, 0.5\)"):
        split(X, y, parts=(0, 0.5, 0.5))
    with pytest.raises(TypeError, match="split takes numbers"):
        split([["a", "b"]], [1])


def test_the_examples_in_the_docstrings_are_true():
    assert doctest.testmod(datasets) == (0, 4)
