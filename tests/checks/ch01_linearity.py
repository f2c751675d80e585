"""Answers to the tasks of 01_linearity: several right ones, and wrong ones with the advice that each must get."""

import numpy as np


def linear_by(draw, close, tries=300, a=None, b=None):
    """A test of linearity: numbers from draw(rng, size), compared by close(left, right, size of the parts)."""

    def is_linear(f):
        rng = np.random.default_rng()
        for _ in range(tries):
            u, v = draw(rng, (2, 2))
            p, q = rng.uniform(-3, 3, 2)
            p, q = p if a is None else a, q if b is None else b
            with np.errstate(all="ignore"):
                left, right = f(p * u + q * v), p * f(u) + q * f(v)
                if not np.all(close(left, right, np.max(np.abs(f(u))) + np.max(np.abs(f(v))))):
                    return False
        return True

    return is_linear


def decimals(rng, size):
    return rng.uniform(-10, 10, size)


def relative(left, right, size):
    return np.abs(left - right) <= 1e-9 * size


def exact(left, right, size):
    return left == right


def absolute(left, right, size):
    return np.abs(left - right) < 1e-3


def by_its_matrix(f):
    rng = np.random.default_rng()
    columns = np.stack([f(np.array([1.0, 0.0])), f(np.array([0.0, 1.0]))], axis=-1)
    points = rng.normal(size=(500, 2)) * 5
    return all(np.max(np.abs(f(x) - columns @ x)) <= 1e-8 * np.max(np.abs(columns)) for x in points)


def homogeneous(f):
    rng = np.random.default_rng()
    for _ in range(300):
        u, a = rng.uniform(-10, 10, 2), rng.uniform(-3, 3)
        if np.max(np.abs(f(a * u) - a * f(u))) > 1e-9 * np.max(np.abs(f(u))):
            return False
    return True


def first_number(f):
    def is_linear(g):
        return f(lambda x: np.ravel(g(x))[0])

    return is_linear


def affine_by(draw, close, constants=1):
    """A test of affinity: f(u + v) + constants f(0) against f(u) + f(v)."""

    def is_affine(f):
        u, v = draw(np.random.default_rng(), (2, 1000))
        with np.errstate(all="ignore"):
            left, right = f(u + v) + constants * f(0), f(u) + f(v)
            return bool(np.all(close(left, right, np.abs(f(u)) + np.abs(f(v)) + np.abs(f(0)))))

    return is_affine


def one_at_a_time(f):
    slope = f(1) - f(0)
    for x in np.linspace(-20, 20, 777):
        if abs(f(float(x)) - (f(0) + slope * x)) > 1e-8 * (abs(slope * x) + abs(f(0))):
            return False
    return True


def opposite(rng, size):
    u = rng.uniform(-10, 10, size[1])
    return u, -u


RIGHT = {
    "counterexample": [(3, -2), (-0.5, 0.5), (np.float64(-1e6), 7), (np.array(2.5), -1000)],
    "sort": [
        (["d", "e", "g"], ["a", "b", "c"], ["f", "h"]),
        (("G", "e", "d"), {"c", "b", "a"}, ["h", " f"]),
    ],
    "step_myth": [
        (2.0, 5.0, 1.0, 2.0, "C"),
        (-1, 3, 0, -1, "c"),
        (-3.0, -0.5, 1, 0, "C"),
        (np.float64(0.5), 1, True, 0.5, "C "),
    ],
    "is_linear": [
        (linear_by(decimals, relative),),
        (by_its_matrix,),
        (
            linear_by(
                lambda rng, size: 5 * rng.normal(size=size), lambda p, q, s: np.isclose(p, q, rtol=0, atol=1e-10 * s)
            ),
        ),
    ],
    "is_affine": [
        (affine_by(decimals, relative),),
        (one_at_a_time,),
    ],
}

ALL = (["d", "e", "g"], ["a", "b", "c"], ["f", "h"])


def swapped(letter, to):
    """The right lists, but with one letter in another one."""
    lists = [[x for x in letters if x != letter] for letters in ALL]
    lists[to].append(letter)
    return tuple(lists)


WRONG = {
    "counterexample": [
        ((1, 2), "Both are positive"),
        ((-1, -2), "Both are negative"),
        ((0, -2), "One of the two is 0"),
        ((0, 0), "One of the two is 0"),
        (("3", "minus 2"), "should be numbers"),
        (([1, 2], [-1, -2]), r"shape \(2,\)"),
        ((float("inf"), -1), "ordinary number"),
        ((1e30, -1e-30), "rounding hides it"),
        ((None, 1), "is None"),
    ],
    "sort": [
        (swapped("a", 0), "Look at a again: .* misses the origin"),
        (swapped("b", 0), "gives 7"),
        (swapped("c", 2), "looks"),
        (swapped("d", 2), "only adds up"),
        (swapped("e", 2), "squares"),
        (swapped("f", 0), "pieces are straight"),
        (swapped("g", 2), "bends may cancel"),
        (swapped("h", 0), "positive numbers"),
        ((["d", "e"], ["a", "b", "c"], ["f", "h"]), "Not sorted yet: g"),
        ((["d", "e", "g"], ["a", "b", "c", "d", "e", "g"], ["f", "h"]), "more than one place"),
        (("deg", "abc", "fh"), "list of letters"),
        ((["d", "e", "g", "x"], ["a", "b", "c"], ["f", "h"]), "no function 'x'"),
    ],
    "step_myth": [
        ((1, 5, 1, 1, "C"), "refutes nothing"),
        ((2, -5, 0, 0, "C"), "refutes nothing"),
        ((2, 5, 2, 1, "C"), "swapped the two sides"),
        ((2, 5, 10, 2, "C"), "how far to the right"),
        ((2, 5, 1, 1, "C"), "if the step were linear"),
        ((0, 5, 0, 0, "C"), "Keep away from x = 0"),
        ((-2, 5, 0, 1, "C"), r"That is step\(u\)"),
        ((2, 5, 1, 10, "C"), r"right is a·step\(u\)"),
        ((2, 5, 1, 2, "A"), "not defined by derivatives"),
        ((2, 5, 1, 2, "B"), "stay away from the jump"),
        ((2, 5, 1, 2, "D"), "flat and linear"),
        ((2, 5, 1, 2, "E"), "Answer with one of 'A', 'B', 'C', 'D'"),
    ],
    "is_linear": [
        ((lambda f: True,), "accept .*: 10x . 3"),
        ((lambda f: False,), "reject a linear function: 10x"),
        ((linear_by(decimals, exact),), "reject .* by rounding alone"),
        ((linear_by(decimals, absolute),), "tiny|rounding"),
        (
            (linear_by(lambda rng, size: rng.integers(-10, 11, size).astype(float), relative, a=1.0, b=1.0),),
            "whole numbers",
        ),
        ((linear_by(lambda rng, size: rng.uniform(0, 10, size), relative, a=1.0, b=1.0),), r"\|x\|.*both signs"),
        ((linear_by(lambda rng, size: rng.uniform(-1, 1, size), relative),), "cut off at -8"),
        ((linear_by(lambda rng, size: rng.uniform(-1e4, 1e4, size), relative),), r"log\(exp\(x\)\).*overflows"),
        ((homogeneous,), "homogeneous, but not additive"),
        ((first_number(linear_by(decimals, relative)),), "every number of the output"),
        ((lambda f: linear_by(decimals, lambda p, q, s: np.abs(p - q) < 1e-9 * s)(f),), "gap below 0"),
        ((lambda f: np.isclose(f(np.ones(2)), f(np.ones(2))),), "True or False"),
        ((lambda f: None,), "end with return"),
    ],
    "is_affine": [
        ((affine_by(decimals, relative, constants=0),), "reject an affine function: 7 .*Count the constants"),
        ((affine_by(decimals, relative, constants=2),), "reject an affine function: 7 .*Count the constants"),
        ((lambda f: bool(np.allclose(f(7.5) - f(2.5) - f(5.0), -3)),), r"reject an affine function: 7 .*is f\(0\)"),
        ((lambda f: f(0) != 0 and affine_by(decimals, relative)(f),), "Each linear function is affine"),
        ((affine_by(decimals, exact),), "reject .* by rounding alone"),
        ((affine_by(decimals, absolute),), "tiny|rounding"),
        ((affine_by(lambda rng, size: rng.integers(-10, 11, size).astype(float), relative),), "whole numbers"),
        ((affine_by(lambda rng, size: rng.uniform(0, 10, size), relative),), "both signs"),
        ((affine_by(lambda rng, size: rng.uniform(-1, 1, size), relative),), "cut off at -8"),
        ((affine_by(lambda rng, size: rng.uniform(-1e4, 1e4, size), relative),), r"log\(3.*overflows"),
        ((affine_by(opposite, relative),), "when v is -u"),
        ((lambda f: True,), "accept .*10x²"),
        ((lambda f: np.isclose(f(np.ones(2)), 1.0),), "True or False"),
    ],
}
