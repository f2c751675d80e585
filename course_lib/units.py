r"""Every activation that isn't elementwise, is gated, or learns; all of them are in the dict ``UNITS``.

A :class:`Unit` has a card like an :class:`~course_lib.activations.Activation`. Its derivative is a matrix, so it gives
the product that training needs: ``unit.backward(x, grad)``, the loss's gradient with respect to the input.

>>> from course_lib.units import softmax
>>> softmax([1, 2, 3]).round(4)
array([0.09  , 0.2447, 0.6652])
"""

import numpy as np

from course_lib.activations import Card, Paper, as_numbers, gelu, relu, sigmoid, silu

UNITS: "dict[str, Unit]" = {}


class Unit(Card):
    """A function of a whole array: call it, ask for its backward product, read its card.

    ``unit(x, ...)`` and ``unit.backward(x, grad, ...)`` take the same further arguments; ``grad`` is the loss's
    gradient with respect to the output. Attributes: those of ``activations.Card``, and ``latex_backward``.
    """

    _usage = (
        "x: real numbers, a list or an array. Everything is computed in float64 and returned in the precision of x;\n"
        "integers become float64. nan spreads to all it takes part in, infinity gives nan where there is no limit.\n"
        "Raises TypeError for what is not numeric, complex, or an unknown parameter, ValueError for a bad one."
    )

    def define_backward(self, latex):
        """Decorate the formula of the backward product; ``latex`` shows it."""

        def decorate(formula):
            self.backward_formula = formula
            self.latex_backward = latex
            return self

        return decorate

    def __call__(self, x, *args, **params):
        return self._evaluate(self.formula, x, args, params)

    def backward(self, x, grad, *args, **params):
        """Return the loss's gradient with respect to x, given ``grad``, that with respect to the output."""
        return self._evaluate(self.backward_formula, x, (np.asarray(grad, np.float64), *args), params)

    def _evaluate(self, formula, x, args, params):
        self._check_keywords(params)
        params = {key: self._check_number(key, v) if key in self.domain else v for key, v in params.items()}
        x = as_numbers(x, self.name, kinds="f")
        # inf - inf and 0 * inf are nan: the answer where there is no limit
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            result = formula(x.astype(np.float64), *args, **params)
            if isinstance(result, tuple):
                return tuple(part.astype(x.dtype) for part in result)
            return result.astype(x.dtype)


def unit(latex, paper, torch, domain=None):
    """Decorate a formula: it becomes a :class:`Unit` and an entry of ``UNITS``."""

    def decorate(formula):
        u = Unit(formula, latex=latex, paper=paper, torch=torch, domain=domain or {})
        UNITS[u.name] = u
        return u

    return decorate


# Softmax

_BRIDLE = Paper(
    "Bridle",
    1990,
    "Probabilistic Interpretation of Feedforward Classification Network Outputs",
    "https://doi.org/10.1007/978-3-642-76153-9_28",
)


def _shifted_exp(x, axis, temperature):
    """Return d = x - max(x) and exp(d / temperature); at temperature 1 to the last digit.

    Rounding d = x - m loses up to half a unit in the last place, and exp multiplies that by |d|; the loss is computed
    exactly (Knuth's two-sum) and put back.
    """
    if x.ndim == 0:
        raise ValueError("softmax and log_softmax need an axis of classes, got one number")
    m = np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    d = x - m
    back = d - x
    lost = (x - (d - back)) - (m + back)
    lost = np.where(np.isfinite(lost), lost, 0)  # d = -inf has lost nothing
    e = np.exp(d / temperature)
    return d, e + e * (lost / temperature)


@unit(
    latex=r"\frac{e^{x_i / T}}{\sum_j e^{x_j / T}}",
    paper=_BRIDLE,
    torch="torch.nn.functional.softmax",
    domain={"temperature": "> 0"},
)
def softmax(x, axis=-1, *, temperature=1.0):
    """Probabilities from logits: positive, and their sum along the axis is 1.

    axis: the classes; temperature: in units of x, below 1 sharper, above 1 flatter. Shapes of x and the result agree.
    A logit of -inf has probability 0. Slices that hold +inf or nan, or only -inf, are nan, as in PyTorch.
    """
    _, e = _shifted_exp(x, axis, temperature)
    return e / e.sum(axis=axis, keepdims=True)


@softmax.define_backward(r"y_i \left(g_i - \sum_j g_j y_j\right) / T")
def softmax(x, grad, axis=-1, *, temperature=1.0):
    y = softmax.formula(x, axis, temperature=temperature)
    return y * (grad - (grad * y).sum(axis=axis, keepdims=True)) / temperature


@unit(
    latex=r"\frac{x_i}{T} - \ln \sum_j e^{x_j / T}",
    paper=_BRIDLE,
    torch="torch.nn.functional.log_softmax",
    domain={"temperature": "> 0"},
)
def log_softmax(x, axis=-1, *, temperature=1.0):
    """Log-probabilities from logits, without taking the logarithm of a probability that was rounded to 0 or 1.

    axis: the classes; temperature: in units of x. Shapes of x and the result agree. A logit of -inf has
    log-probability -inf. Slices that hold +inf or nan, or only -inf, are nan, as in PyTorch.
    """
    if x.size == 0:
        return x
    d, e = _shifted_exp(x, axis, temperature)
    # The largest term is 1 and stands in log1p: put in its place its d, which is 0, or nan where there is no limit
    np.put_along_axis(e, np.argmax(d, axis=axis, keepdims=True), np.max(d, axis=axis, keepdims=True), axis)
    return d / temperature - np.log1p(e.sum(axis=axis, keepdims=True))


@log_softmax.define_backward(r"\left(g_i - \operatorname{softmax}(x / T)_i \sum_j g_j\right) / T")
def log_softmax(x, grad, axis=-1, *, temperature=1.0):
    y = softmax.formula(x, axis, temperature=temperature)
    return (grad - y * grad.sum(axis=axis, keepdims=True)) / temperature


# Maxout


@unit(
    latex=r"\max_j z_j, \quad z_j = w_j \cdot x + b_j",
    paper=Paper("Goodfellow et al.", 2013, "Maxout Networks", "https://arxiv.org/abs/1302.4389"),
    torch=None,
)
def maxout(x, axis=-1):
    """The largest of k affine maps of the same input: a convex function, learned.

    x: the values of the maps, which lie along the axis of size k; the result lacks this axis.
    At a tie the gradient goes to the first of the largest. In PyTorch: torch.max(x, axis).values.
    """
    return np.max(x, axis=axis)


@maxout.define_backward(r"g \text{ where } j = \arg\max_j z_j, \text{ else } 0")
def maxout(x, grad, axis=-1):
    result = np.zeros_like(x)
    largest = np.argmax(x, axis=axis, keepdims=True)
    np.put_along_axis(result, largest, np.expand_dims(np.broadcast_to(grad, np.max(x, axis).shape), axis), axis)
    return result


# Gated linear units


def _halves(x, axis):
    if not -x.ndim <= axis < x.ndim or x.shape[axis] % 2:
        raise ValueError(f"a gated unit splits axis {axis} in two halves: its size must be even, got shape {x.shape}")
    return np.split(x, 2, axis)


def _gated(x, axis, gate):
    a, b = _halves(x, axis)
    return a * gate(b)


def _gated_backward(x, grad, axis, gate):
    a, b = _halves(x, axis)
    return np.concatenate([grad * gate(b), grad * a * gate.derivative(b)], axis)


_SHAZEER = Paper("Shazeer", 2020, "GLU Variants Improve Transformer", "https://arxiv.org/abs/2002.05202")


@unit(
    latex=r"a\,\sigma(b), \quad (a, b) = x",
    paper=Paper(
        "Dauphin et al.",
        2017,
        "Language Modeling with Gated Convolutional Networks",
        "https://arxiv.org/abs/1612.08083",
    ),
    torch="torch.nn.functional.glu",
)
def glu(x, axis=-1):
    """Gated linear unit: the first half of the axis, each value let through by the sigmoid of one of the second half.

    x: size 2n along the axis; the result has size n there.
    """
    return _gated(x, axis, sigmoid)


@glu.define_backward(r"\left(g\,\sigma(b),\ g\,a\,\sigma'(b)\right)")
def glu(x, grad, axis=-1):
    return _gated_backward(x, grad, axis, sigmoid)


@unit(latex=r"a \max(0, b), \quad (a, b) = x", paper=_SHAZEER, torch=None)
def reglu(x, axis=-1):
    """GLU with a ReLU as the gate.

    x: size 2n along the axis; the result has size n there.
    """
    return _gated(x, axis, relu)


@reglu.define_backward(r"\left(g \max(0, b),\ g\,a\,[b > 0]\right)")
def reglu(x, grad, axis=-1):
    return _gated_backward(x, grad, axis, relu)


@unit(latex=r"a\,\operatorname{GELU}(b), \quad (a, b) = x", paper=_SHAZEER, torch=None)
def geglu(x, axis=-1):
    """GLU with a GELU as the gate.

    x: size 2n along the axis; the result has size n there.
    """
    return _gated(x, axis, gelu)


@geglu.define_backward(r"\left(g\,\operatorname{GELU}(b),\ g\,a\,\operatorname{GELU}'(b)\right)")
def geglu(x, grad, axis=-1):
    return _gated_backward(x, grad, axis, gelu)


@unit(latex=r"a\,b\,\sigma(b), \quad (a, b) = x", paper=_SHAZEER, torch=None)
def swiglu(x, axis=-1):
    """GLU with a SiLU as the gate, the feed-forward unit of many language models.

    x: size 2n along the axis; the result has size n there.
    """
    return _gated(x, axis, silu)


@swiglu.define_backward(r"\left(g\,\operatorname{SiLU}(b),\ g\,a\,\operatorname{SiLU}'(b)\right)")
def swiglu(x, grad, axis=-1):
    return _gated_backward(x, grad, axis, silu)


# Rectifiers whose slope is learned or drawn


def _leaky(x, slope):
    return np.maximum(x, 0) + slope * np.minimum(x, 0)


def _leaky_backward(x, grad, slope):
    return grad * np.where(np.isnan(x), x, np.where(x > 0, 1, slope))


def _along_axis(alpha, x, axis):
    """Return alpha in a shape that broadcasts to x: one slope, or one for each channel of the axis."""
    alpha = np.asarray(alpha, np.float64)
    if alpha.size == 1:
        return alpha.reshape(())
    if alpha.ndim != 1 or not -x.ndim <= axis < x.ndim or alpha.size != x.shape[axis]:
        raise ValueError(
            f"prelu: alpha must be one number or have the size of axis {axis} of x, "
            f"got alpha of shape {alpha.shape} for x of shape {x.shape}"
        )
    return np.expand_dims(alpha, [i for i in range(x.ndim) if i != axis % x.ndim])


@unit(
    latex=r"\max(0, x) + \alpha \min(0, x)",
    paper=Paper(
        "He, Zhang, Ren & Sun",
        2015,
        "Delving Deep into Rectifiers: Surpassing Human-Level Performance on ImageNet Classification",
        "https://arxiv.org/abs/1502.01852",
    ),
    torch="torch.nn.functional.prelu",
)
def prelu(x, alpha=0.25, axis=1):
    """Leaky ReLU whose slope alpha is learned.

    x: any shape; alpha: the slope below 0, one number, or one for each channel of the axis (1, as in PyTorch).
    ``backward`` returns two gradients, that of x and that of alpha, in the shapes of x and alpha.
    At the kink f'(0) = alpha, as in PyTorch.
    """
    return _leaky(x, _along_axis(alpha, x, axis))


@prelu.define_backward(r"\left(g \cdot \{1 \text{ if } x > 0 \text{ else } \alpha\},\ \sum g \min(0, x)\right)")
def prelu(x, grad, alpha=0.25, axis=1):
    slope = _along_axis(alpha, x, axis)
    shared = tuple(i for i in range(x.ndim) if slope.ndim == 0 or i != axis % x.ndim)
    grad_alpha = np.sum(grad * np.minimum(x, 0), axis=shared)
    return _leaky_backward(x, grad, slope), grad_alpha.reshape(np.shape(alpha))


@unit(
    latex=r"\max(0, x) + a \min(0, x), \quad a \sim U(\tfrac18, \tfrac13)",
    paper=Paper(
        "Xu, Wang, Chen & Li",
        2015,
        "Empirical Evaluation of Rectified Activations in Convolutional Network",
        "https://arxiv.org/abs/1505.00853",
    ),
    torch="torch.nn.functional.rrelu",
)
def rrelu(x, slopes=11 / 48):
    """Leaky ReLU whose slopes are drawn at random in training, and fixed to their mean in evaluation.

    x: any shape; slopes: in evaluation the default, the mean of U(1/8, 1/3); in training an array in the shape of x,
    drawn by ``rrelu_slopes``, and the same one for ``backward``. At the kink f'(0) is the slope, as in PyTorch.
    """
    return _leaky(x, np.asarray(slopes, np.float64))


@rrelu.define_backward(r"g \cdot \{1 \text{ if } x > 0 \text{ else } a\}")
def rrelu(x, grad, slopes=11 / 48):
    return _leaky_backward(x, grad, np.asarray(slopes, np.float64))


def rrelu_slopes(shape, rng):
    """Draw the slopes of one training step of ``rrelu`` from U(1/8, 1/3), with the ``numpy.random.Generator`` rng."""
    return rng.uniform(1 / 8, 1 / 3, shape)
