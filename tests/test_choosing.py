"""The stored comparison of chapter 20 is what the code measures today, and rates are chosen on validation alone."""

import fnmatch
import tomllib
from pathlib import Path

import numpy as np
import pytest

from benchmarks import choosing as benchmark
from course_lib import choosing
from course_lib.choosing import ACTIVATIONS, EPOCHS, RATES, SEEDS, Study, paired, parts, run, save, stored, study

ROOT = Path(__file__).parents[1]


def small():
    """A study of two activations, two rates and three seeds; "b" overflowed once."""
    validation = {"a": np.array([[1.0, 2, 3], [3, 1, 2]]), "b": np.array([[1.0, 1, np.inf], [2, 2, 2]])}
    test = {"a": np.array([[0.1, 0.2, 0.3], [0.4, 0.5, 0.6]]), "b": np.array([[0.7, 0.7, 0.7], [0.8, 0.8, 0.8]])}
    return Study((0.1, 1.0), validation, test)


def test_the_stored_file_has_every_run_of_the_experiment():
    found = stored()
    assert list(found) == list(EPOCHS)
    for data in found.values():
        assert data.rates == RATES
        for tables in (data.validation, data.test):
            assert list(tables) == list(ACTIVATIONS)
            assert {table.shape for table in tables.values()} == {(len(RATES), SEEDS)}


@pytest.mark.parametrize("data", EPOCHS)
def test_the_stored_numbers_are_what_a_run_gives_today(data):
    place = 1 + list(EPOCHS).index(data)
    for name in ACTIVATIONS[place::4]:
        validation, test = run(data, name, RATES[2], seed=place)
        kept = stored()[data]
        assert validation == pytest.approx(kept.validation[name][2, place], rel=1e-4), "run `make benchmark-choosing`"
        assert test == pytest.approx(kept.test[name][2, place], rel=1e-5)


def test_no_activation_that_bends_needs_a_rate_beyond_the_grid():
    for data in stored().values():
        places = np.concatenate([best for name, best in data.choices().items() if name != "identity"])
        assert 0 < places.min() <= places.max() < len(RATES) - 1


def test_the_stored_file_is_part_of_the_package():
    patterns = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    name = str(choosing.FILE.relative_to(ROOT / "course_lib"))
    assert any(fnmatch.fnmatch(name, pattern) for pattern in patterns["package-data"]["*"])


def test_a_rate_is_chosen_by_validation_whatever_the_test_part_says():
    assert {name: list(best) for name, best in small().choices().items()} == {"a": [0, 1, 1], "b": [0, 0, 1]}
    assert {name: list(values) for name, values in small().tuned().items()} == {
        "a": [0.1, 0.5, 0.6],
        "b": [0.7, 0.7, 0.8],
    }


def test_one_rate_for_all_gives_the_row_of_that_rate():
    assert list(small().at(1.0)["a"]) == [0.4, 0.5, 0.6]


def test_what_is_saved_is_read_again_even_infinity(tmp_path):
    save({"x": small()}, tmp_path / "new" / "x.json")
    found = stored(tmp_path / "new" / "x.json")["x"]
    assert found.rates == small().rates
    for part in ("validation", "test"):
        for name, table in getattr(small(), part).items():
            np.testing.assert_array_equal(getattr(found, part)[name], table)


@pytest.mark.parametrize("data", EPOCHS)
def test_the_three_parts_share_no_example_and_a_seed_decides_them(data):
    first, again, other = parts(data, 0), parts(data, 0), parts(data, 1)
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(first, again, strict=True))
    assert not np.array_equal(first[0][0], other[0][0])
    if data in ("moons", "spirals"):
        assert len({row.tobytes() for X, _ in [*first, *other] for row in X}) == sum(
            len(X) for X, _ in [*first, *other]
        )
    else:
        assert sum(len(X) for X, _ in first) == 1797


def test_a_run_that_overflows_has_an_infinite_loss_and_no_warning(capsys):
    validation, test = run("moons", "relu", 1e200, seed=0)
    assert validation == np.inf
    assert 0 <= test <= 1
    assert "Take a smaller rate" in capsys.readouterr().out


def test_two_processes_give_what_one_gives():
    alone = study("moons", ["relu"], [0.01], 2)
    together = study("moons", ["relu"], [0.01], 2, processes=2)
    np.testing.assert_array_equal(alone.validation["relu"], together.validation["relu"])
    np.testing.assert_array_equal(alone.test["relu"], together.test["relu"])


def test_a_paired_interval_is_of_the_differences():
    mean, low, high = paired([1, 2, 4], [0, 0, 1])  # differences 1, 2, 3: standard error 1/sqrt(3), t 4.303
    assert mean == 2
    assert (low, high) == pytest.approx((2 - 4.302653 / 3**0.5, 2 + 4.302653 / 3**0.5), rel=1e-6)
    wider = paired([1, 2, 4], [0, 0, 1], comparisons=5)  # t of 99% is 9.925
    assert wider[2] - 2 == pytest.approx(9.924843 / 3**0.5, rel=1e-6)


@pytest.mark.parametrize("bad", [([1], [2]), ([1, 2], [1, 2, 3]), ([[1, 2]], [[1, 2]])])
def test_intervals_need_the_same_seeds_and_at_least_two(bad):
    with pytest.raises(ValueError, match="same two or more seeds"):
        paired(*bad)


def test_the_benchmark_stores_what_it_measures_and_prints_a_table(monkeypatch, tmp_path, capsys):
    for name, value in {"EPOCHS": {"moons": 1}, "ACTIVATIONS": ("relu", "tanh"), "SEEDS": 2}.items():
        monkeypatch.setattr(choosing, name, value)
    monkeypatch.setattr(choosing, "study", lambda data, processes: study(data, ["relu", "tanh"], [0.01, 0.1], 2))
    benchmark.run(file=tmp_path / "choosing.json")
    assert stored(tmp_path / "choosing.json")["moons"].test["tanh"].shape == (2, 2)
    assert "Mean test accuracy, 2 seeds" in capsys.readouterr().out
