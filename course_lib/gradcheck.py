"""Is this derivative right? Measure it, compare it with the formula, and say in words where they differ.

>>> from course_lib.activations import sigmoid
>>> from course_lib.gradcheck import check_derivative
>>> check_derivative(sigmoid, lambda x: sigmoid(x) * (1 + sigmoid(x)), [-1, 0, 2])
failed: 3 of 3 coordinates differ from the central difference by more than 1e-05 (relative)
  x[2] = 2: formula 1.656601, measured 0.1049936, relative error 0.94
  x[1] = 0: formula 0.75, measured 0.25, relative error 0.67
  x[0] = -1: formula 0.3412709, measured 0.1966119, relative error 0.42
largest relative error 0.94 at x[2] = 2: formula 1.656601, measured 0.1049936
largest absolute error 1.6 at x[2] = 2: formula 1.656601, measured 0.1049936

Check in float64, never in float32: there a central difference with h = 1e-5 is good to 2 digits, so that rounding looks
like a slip in the formula.
"""

from dataclasses import dataclass
from numbers import Real

import numpy as np

from course_lib.activations import as_numbers

_EPS = float(np.finfo(np.float64).eps)
_STEPS = {"forward": _EPS ** (1 / 2), "central": _EPS ** (1 / 3), "complex": 1e-20}  # the best where x and f are near 1
_CHECKS = {"central": ("central difference", 1e-5), "complex": ("complex step", 1e-10)}  # name, tolerance
_LISTED = 5  # coordinates that a report names, of each kind


def numerical_gradient(f, x, method="central", h=None):
    """Measure the gradient of a scalar function, one coordinate after the other.

    - ``"forward"``: (f(x + h) - f(x)) / h, off by h f''/2 and by rounding, eps f / h: good to 1e-7 or 1e-8.
    - ``"central"``: (f(x + h) - f(x - h)) / 2h, off by h^2 f'''/6 and by rounding, eps f / h: good to 1e-10.
    - ``"complex"``: Im f(x + ih) / h, where nothing is subtracted and h can be tiny: good to the last digits.
      f has to take complex numbers and be analytic: abs, conj and real would break it without a word.
      Squire & Trapp (1998), Using Complex Variables to Estimate Derivatives of Real Functions,
      https://doi.org/10.1137/S003614459631241X.

    f: takes an array in the shape of x, returns one number; x: any shape, float64 (integers become that); h: the step,
    in units of x, by default what balances the two errors, times ``max(1, |x|)``.
    Return the gradient, in the shape of x.
    Raises TypeError if x or f is not float64, or if f takes no complex numbers though the method needs it; ValueError
    if f does not return one number, x is empty or not finite, h is not positive, or the method is unknown.
    """
    x = _as_points(x)
    return _slope(_each_coordinate(f, x), x, method, _step(x, method, h))


def gradcheck(f, gradient, x, method="central", h=None, tolerance=None, floor=1e-3):
    """Compare a formula for the gradient of a scalar function with the measured one.

    f: takes an array in the shape of x, returns one number; gradient: takes the same, returns an array in the shape of
    x. Further arguments, result and errors are those of ``check_derivative``.
    """
    x = _as_points(x)
    return check_derivative(_each_coordinate(f, x), gradient, x, method, h, tolerance, floor)


def check_derivative(f, derivative, x, method="central", h=None, tolerance=None, floor=1e-3):
    """Compare a formula for the derivative of an elementwise function with the measured one.

    The relative error of a and b is ``|a - b| / max(|a|, |b|, floor)``. Without the floor it would mean nothing where
    the derivative is near 0: there rounding alone is larger than a and b. Where ``|f(x)|`` exceeds ``max(1, |x|)``,
    rounding is larger in the same ratio, and so is the floor.

    A coordinate that differs only because it is within h of a kink is named and does not fail. One sees the kink by
    halving h: at a smooth point that halves the difference between the slopes to the left and to the right, near a
    kink it does not. What is further off than the kink explains does fail.

    f: takes n numbers, returns n numbers; derivative: the same; x: any shape, float64 (integers become that).
    method: "central" or "complex", h: as in ``numerical_gradient``; tolerance: the largest relative error that passes,
    by default 1e-5 for central (a jump of f'' by K at x costs h K / 4), 1e-10 for complex; floor: in units of f / x.
    Return a :class:`Report`. Raises what ``numerical_gradient`` raises, and ValueError if a result does not have the
    shape of x, or if f gives two answers to the same x.
    """
    x = _as_points(x)
    step = _step(x, _known(method, _CHECKS), h)
    tolerance = _positive("tolerance", _CHECKS[method][1] if tolerance is None else tolerance)
    value = _values(f, x)
    if not np.array_equal(value, _values(f, x), equal_nan=True):
        raise ValueError("f gives two answers to the same x: seed its random numbers (dropout, noise) in every call")
    formula, measured = _values(derivative, x, "the formula"), _slope(f, x, method, step)
    floor = _positive("floor", floor) * np.maximum(1, np.abs(value) / np.maximum(1, np.abs(x)))
    with np.errstate(invalid="ignore"):  # an infinite derivative gives nan, which fails
        size = np.maximum(floor, np.maximum(np.abs(formula), np.abs(measured)))
        error = np.abs(formula - measured) / size
    differs = ~(error <= tolerance)
    reach = np.maximum(step, _step(x, "central", None))
    kinks = differs & (_bend(f, x, reach) / size > np.maximum(1e-4, error / 4)) if differs.any() else differs
    return Report(method, tolerance, x, formula, measured, error, differs & ~kinks, kinks, reach)


@dataclass(frozen=True, repr=False, eq=False)
class Report:
    """What a comparison found: print it, or ask for its truth value, which is true if it passed.

    Attributes: ``method`` and ``tolerance`` of the comparison; arrays in the shape of ``x``: ``formula`` and
    ``measured``, the two derivatives; ``error``, the relative error; ``failed``, where they differ; ``kinks``, where
    they differ because a kink is within ``reach``.
    """

    method: str
    tolerance: float
    x: np.ndarray
    formula: np.ndarray
    measured: np.ndarray
    error: np.ndarray
    failed: np.ndarray
    kinks: np.ndarray
    reach: np.ndarray

    @property
    def verdict(self):
        """``"passed"``, ``"failed"``, or ``"nothing compared"`` where every coordinate is at a kink."""
        if self.failed.any():
            return "failed"
        return "nothing compared" if self.kinks.all() else "passed"

    @property
    def worst(self):
        """The largest relative error of all coordinates that are not at a kink; 0 if all are."""
        return float(np.max(self.error, where=~self.kinks, initial=0))

    def __bool__(self):
        return self.verdict == "passed"

    def __repr__(self):
        return "\n".join([self._headline(), *self._failures(), *self._figures(), *self._skipped()])

    def _headline(self):
        compared = np.count_nonzero(~self.kinks)
        name, _ = _CHECKS[self.method]
        if self.verdict == "nothing compared":
            return "nothing compared: there is a kink at every coordinate"
        if self.verdict == "passed":
            return f"passed: {_count(compared)} compared with the {name}, tolerance {self.tolerance:g} (relative)"
        failed = np.count_nonzero(self.failed)
        return (
            f"failed: {failed} of {_count(compared)} differ from the {name} by more than {self.tolerance:g} (relative)"
        )

    def _failures(self):
        """A line for each of the worst coordinates that differ."""
        return self._listing(self.failed, lambda i: f"  {self._pair(i)}, relative error {self.error[i]:.2g}")

    def _figures(self):
        """The two worst errors, and where they are."""
        for name, error in (("relative", self.error), ("absolute", np.abs(self.formula - self.measured))):
            if not self.kinks.all():
                i = np.unravel_index(np.argmax(np.where(self.kinks, -1, error)), self.x.shape)
                yield f"largest {name} error {error[i]:.2g} at {self._pair(i)}"

    def _skipped(self):
        """What was not compared, and why."""
        if self.kinks.any():
            yield f"skipped: {_count(np.count_nonzero(self.kinks))}, too near to a kink to be measured"
        yield from self._listing(
            self.kinks, lambda i: f"  you are within {self.reach[i]:.2g} of a kink: {self._pair(i)}"
        )

    def _listing(self, where, line):
        """The lines of these coordinates, the largest errors first, and how many more there are."""
        found = sorted(map(tuple, np.argwhere(where)), key=lambda i: -np.nan_to_num(self.error[i], nan=np.inf))
        yield from map(line, found[:_LISTED])
        if len(found) > _LISTED:
            yield f"  and {len(found) - _LISTED} more"

    def _pair(self, i):
        """The coordinate i, and its two derivatives."""
        name = f"x[{', '.join(map(str, i))}]" if i else "x"
        return f"{name} = {self.x[i]:.7g}: formula {self.formula[i]:.7g}, measured {self.measured[i]:.7g}"


def sweep(f, x, exact, hs, methods=tuple(_STEPS)):
    """Measure a derivative with many steps h: too large a step cuts a curve short, too small a one drowns in rounding.

    On logarithmic axes the error of the forward and the central difference is V-shaped, that of the complex step falls
    and stays at the bottom.
    f: takes n numbers, returns n numbers; x: one number; exact: f'(x), not 0; hs: the steps, in units of x, shape (n,);
    methods: those of ``numerical_gradient``.
    Return a dict: for each method the relative errors ``|measured - exact| / |exact|``, shape (n,).
    Raises what ``numerical_gradient`` raises, and ValueError if exact is 0.
    """
    hs = _as_points(hs, "hs")
    if not np.all(hs > 0):
        raise ValueError(f"hs must be positive, got {hs.min()}")
    if exact == 0:
        raise ValueError("exact is 0: there is no relative error where the derivative is 0, take another x")
    if np.ndim(x):
        raise ValueError(f"x must be one number, got shape {np.shape(x)}")
    x = np.full(hs.shape, _as_points(x))
    return {method: np.abs(_slope(f, x, _known(method, _STEPS), hs) - exact) / abs(exact) for method in methods}


def _slope(f, x, method, step):
    """The measured derivative of an elementwise function."""
    if method == "complex":
        return _values(f, x + 1j * step).imag / step
    if method == "forward":
        return (_values(f, x + step) - _values(f, x)) / step
    return (_values(f, x + step) - _values(f, x - step)) / (2 * step)


def _bend(f, x, h):
    """By how much the slopes to the left and to the right still differ when h is halved, beyond the half expected.

    A kink at certain distances hides from one halving (at h/3) but not from the next.
    """
    value = _values(f, x)
    gap, half, quarter = ((_values(f, x + t) - 2 * value + _values(f, x - t)) / t for t in (h, h / 2, h / 4))
    return np.maximum(np.abs(gap - 2 * half), np.abs(half - 2 * quarter))


def _each_coordinate(f, x):
    """Turn a scalar function into an elementwise one, whose value i is f(x with only coordinate i replaced)."""

    def value(points, i):
        moved = x.astype(points.dtype)
        moved[i] = points[i]
        result = np.asarray(f(moved))
        if result.ndim:
            raise ValueError(f"f must return one number, got shape {result.shape}: sum it, or use check_derivative")
        return result

    def values(points):
        if np.array_equal(points, x):
            return np.full(x.shape, value(x, ()))
        return np.array([value(points, i) for i in np.ndindex(x.shape)]).reshape(x.shape)

    return values


def _values(f, points, name="f"):
    """Call f with a copy of the points, and return float64 or complex numbers in their shape, or say what is wrong."""
    imaginary = points.dtype.kind == "c"
    advice = "write it with analytic functions that keep complex numbers, or use method='central'"
    try:
        values = np.asarray(f(points.copy()))
    except (TypeError, np.exceptions.ComplexWarning) as error:
        if not imaginary:
            raise
        raise TypeError(f"f takes no complex numbers ({error}): {advice}") from error
    if values.shape != points.shape:
        raise ValueError(f"{name} must return the shape of x, {points.shape}, got {values.shape}")
    if imaginary and values.dtype.kind != "c":
        raise TypeError(f"f returned {values.dtype} for complex numbers, so the derivative is lost: {advice}")
    return _float64(values, f"the result of {name}", kinds="c" if imaginary else "f")


def _as_points(x, name="x"):
    """Return x in float64 if it is finite and not empty."""
    x = _float64(x, name, kinds="f")
    if x.size == 0 or not np.all(np.isfinite(x)):
        raise ValueError(f"{name} must hold at least one number and only finite ones, got {x}")
    return x


def _float64(values, name, kinds):
    """Return the values as an array of 64-bit numbers; in float32 there is nothing to check."""
    values = as_numbers(values, name, kinds)
    if values.dtype not in (np.float64, np.complex128):
        raise TypeError(f"{name} is {values.dtype}, whose rounding hides a wrong derivative: compute in float64")
    return values


def _step(x, method, h):
    """The step of each coordinate: h, or the default of the method."""
    default = _STEPS[_known(method, _STEPS)] * np.maximum(1, np.abs(x))
    return default if h is None else np.full(x.shape, _positive("h", h))


def _known(method, methods):
    if method not in methods:
        raise ValueError(f"method must be one of {', '.join(methods)}, got {method!r}")
    return method


def _positive(name, value):
    if not isinstance(value, Real) or not 0 < value < np.inf:
        raise ValueError(f"{name} must be a positive, finite number, got {value!r}")
    return float(value)


def _count(n):
    return f"{n} coordinate{'' if n == 1 else 's'}"
