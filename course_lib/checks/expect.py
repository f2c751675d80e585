"""What checks assert with: each passes silently, or fails with advice that says what to do."""

import numpy as np

from course_lib.checks.answers import kind


class Wrong(AssertionError):
    """The answer is wrong. ``secret``: what only the learner's own notebook may say, such as the value asked for."""

    def __init__(self, advice, secret=""):
        super().__init__(advice)
        self.secret = secret


def fail(advice, secret=""):
    """End a check: the answer is wrong, and ``advice`` says what to do.

    A value that the check computed from its own inputs belongs into ``secret``, never into ``advice``: a grader
    draws inputs of its own, and shows its advice to everybody.
    """
    raise Wrong(advice, secret)


def numbers(got, what="answer", shape=None):
    """Return ``got`` as a float array; fail with advice if it is not numbers, or not of the shape asked for."""
    if got is None:
        fail(f"Your {what} is None. Does your function end with return?")
    try:
        array = np.asarray(got)
        if array.dtype.kind not in "biufO":
            raise TypeError("strings and complex numbers would turn into numbers without a word")
        array = array.astype(float)
    except (TypeError, ValueError, OverflowError):
        fail(f"Your {what} should be numbers; it is {kind(got)}.")
    if shape is not None and array.shape != shape:
        fail(f"Your {what} has shape {array.shape}; it should have shape {shape}.")
    return array


def close(got, want, rtol=1e-9, atol=1e-12):
    """Whether two arrays of the same shape agree in every element; nan agrees with nan."""
    return bool(np.all(np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True)))


def compare(got, want, inputs, advice, mistakes=(), rtol=1e-9, atol=1e-12):
    """Pass if ``got`` agrees with ``want``; else fail, showing the smallest input for which it does not.

    ``inputs``: what the answer was computed from, of the shape of ``want``; None if each number of the answer comes
    from many: then the first place is shown at which the answer is wrong. ``mistakes``: pairs (values, advice): what
    people who hold a known misconception would have got, and what to tell them. Else ``advice`` is what they are told.
    """
    want = np.asarray(want, dtype=float)
    got = numbers(got, shape=want.shape)
    if close(got, want, rtol, atol):
        return
    for values, reason in mistakes:
        if close(got, np.asarray(values, dtype=float), rtol, atol):
            advice = reason
            break
    wrong = ~np.isclose(got, want, rtol=rtol, atol=atol, equal_nan=True)
    places = [tuple(map(int, index)) for index in np.argwhere(wrong)]
    if inputs is None:
        at = places[0]
        where = f"It shows at index {list(at)}."
    else:
        inputs = np.asarray(inputs, dtype=float)
        at = min(places, key=lambda place: abs(inputs[place]))
        where = f"The smallest input that shows it: {inputs[at]:.4g}."
    fail(f"{advice}\n{where} You get {got[at]:.6g}.", f"Right: {want[at]:.6g}.")


def choice(got, want, advice):
    """Pass if ``got`` is the string ``want``; ``advice`` maps every other option to why it is wrong."""
    options = sorted([want, *advice])
    if not isinstance(got, str) or got not in options:
        fail(f"Answer with one of {', '.join(map(repr, options))}; you gave {kind(got)}.")
    assert got == want, advice[got]


def verdict(got):
    """Return ``got`` if it is one truth value; else fail with advice."""
    if got is None:
        fail("You return None. Does your function end with return?")
    if not isinstance(got, (bool, np.bool_)):
        fail("Return True or False. For a whole array of comparisons, np.all or np.allclose makes one of them.")
    return bool(got)


def random_verdicts(rng, count):
    """Return a list of truth values in random order, with at least one True and one False among them."""
    return [bool(value) for value in rng.permutation([True, False, *(rng.random(count - 2) < 0.5)])]


def quiet(f):
    """Return ``f`` as a learner's code gets it: it takes numbers of any kind, and overflows without a warning."""

    def called(x):
        with np.errstate(all="ignore"):
            return f(np.asarray(x, dtype=float))

    return called
