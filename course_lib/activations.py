r"""Every elementwise activation function, with its derivative, said once.

Each function below is a plain formula on an array. ``@activation`` gives it its card (LaTeX, bounds, kinks, paper,
PyTorch's name) and turns it into an :class:`Activation`; ``@relu.define_derivative`` adds the derivative, as
``@x.setter`` does for a property. All of them, in teaching order, are in the dict ``ACTIVATIONS``.

>>> from course_lib.activations import ACTIVATIONS, relu
>>> relu([-2, 0, 3])
array([0., 0., 3.])
>>> relu.derivative(3)
np.float64(1.0)

The formulas follow one idea: cap the side that has saturated. ``exp(minimum(x, 40))`` cannot overflow, and from 40 on
``e/(1 + e)`` is 1 to the last digit anyway; so one exponential serves both signs and the tails keep their digits.
"""

import functools
import inspect
import math
import operator
from dataclasses import dataclass

import numpy as np

ACTIVATIONS: "dict[str, Activation]" = {}

_LARGE, _BLOCK = 2_000_000, 32_768  # more numbers than the one are computed so many at a time
_CONDITIONS = {"> 0": operator.gt, ">= 0": operator.ge}


@dataclass(frozen=True)
class Paper:
    """Where a function comes from: author, year, title, and a link (DOI, arXiv, or the publisher's page)."""

    author: str
    year: int
    title: str
    link: str

    def __str__(self):
        return f"{self.author} ({self.year}), {self.title}, {self.link}"


def as_numbers(x, name, kinds="fc"):
    """Return x as an array; integers and booleans become float64. Raise TypeError unless its dtype is of ``kinds``."""
    x = np.asarray(x)
    if x.dtype.kind in kinds:
        return x
    if x.dtype.kind in "biu":
        return x.astype(np.float64)
    if x.dtype.kind == "c":
        raise TypeError(f"{name} takes real numbers, got {x.dtype}: pass x.real")
    raise TypeError(f"{name} takes numbers, got dtype {x.dtype}: convert first, as in np.asarray(x, dtype=float)")


class Card:
    """What every function of the library says about itself; see :class:`Activation` and ``units.Unit``.

    Attributes: ``name``; ``latex``, the formula; ``paper``, a :class:`Paper`; ``torch``, PyTorch's name or None;
    ``parameters``, a dict of the defaults; ``domain``, a dict of the condition each parameter must meet; ``summary``,
    one line; ``formula``, the plain function below the card.
    """

    def __init__(self, formula, *, latex, paper, torch, domain):
        functools.update_wrapper(self, formula)
        self.name = formula.__name__
        self.formula = formula
        self.latex = latex
        self.paper = paper
        self.torch = torch
        self.domain = domain
        arguments = inspect.signature(formula).parameters.values()
        self.parameters = {p.name: p.default for p in arguments if p.default is not p.empty}
        text = inspect.getdoc(formula) or ""
        self.summary = text.partition("\n")[0]
        self.__doc__ = "\n\n".join([text, self._usage, f"Source: {paper}", f"PyTorch: {torch or 'has none'}"])

    def __repr__(self):
        return f"<{type(self).__name__} {self.name}{inspect.signature(self.formula)}>"

    def __reduce__(self):
        return self.name

    def _check_keywords(self, params):
        """Raise TypeError for a parameter that does not exist."""
        for key in params:
            if key not in self.parameters:
                known = ", ".join(self.parameters) or "none"
                raise TypeError(f"{self.name} has no parameter {key!r}; its parameters: {known}")

    def _check_number(self, key, value):
        """Return ``value`` as a Python float (which keeps float32 arrays float32) if it is in the domain of ``key``."""
        try:
            value = float(value)
        except (TypeError, ValueError):
            raise TypeError(f"{self.name}: {key} must be one number, got {value!r}") from None
        condition = self.domain.get(key)
        if not math.isfinite(value) or (condition and not _CONDITIONS[condition](value, 0)):
            demand = f"finite and {condition}" if condition else "finite"
            raise ValueError(f"{self.name}: {key} must be {demand}, got {value}")
        return value


class Activation(Card):
    """An elementwise function f: call it, ask for its derivative, read its card.

    ``f(x, **params)``, ``f.derivative(x, **params)`` and ``f.backward(x, grad, **params)`` take numbers, lists and
    arrays of any shape and return the same shape. Beside the attributes of :class:`Card`:
    ``latex_derivative``; ``bounds``, the (infimum, supremum) of f; ``kinks``, the x where f or f' jumps.
    Measured at the default parameters, for z drawn from N(0, 1): ``mean``, ``second_moment``, ``gain``,
    ``derivative_second_moment``, ``zero_centred``; and ``smooth``, ``monotone``, ``saturates_left``,
    ``saturates_right``, ``minimum``.
    """

    _usage = (
        "x: number, list or array of any shape. The result is new, of the same shape; float16, float32 and complex\n"
        "stay what they are, integers become float64. +-inf gives the limit, nan gives nan, nothing warns.\n"
        "Raises TypeError for what is not numeric and for an unknown parameter, ValueError for a bad parameter."
    )

    def __init__(self, formula, *, bounds, kinks, double, **card):
        super().__init__(formula, **card)
        self.bounds = bounds
        self.kinks = kinks
        self._double = double

    def define_derivative(self, latex):
        """Decorate the formula of the derivative; ``latex`` shows it."""

        def decorate(formula):
            self.derivative_formula = formula
            self.latex_derivative = latex
            return self

        return decorate

    def __call__(self, x, **params):
        return self._evaluate(self.formula, as_numbers(x, self.name), params)

    def derivative(self, x, **params):
        """Return f'(x), in the shape and precision of x (real); at a kink, the value that the docstring of f states."""
        x = as_numbers(x, f"{self.name}.derivative", kinds="f")
        return self._evaluate(self.derivative_formula, x, params)

    def backward(self, x, grad, **params):
        """Return grad * f'(x), the loss's gradient with respect to x.

        x: the input that f was called with; grad: the loss's gradient with respect to f(x), in the shape of x or
        broadcast to it. The result has the shape and precision of x.
        """
        result = self.derivative(x, **params)
        result *= grad
        return result

    def _evaluate(self, formula, x, params):
        """Apply ``formula`` to the array ``x``: narrow types in a wider one, and what is too large becomes inf."""
        if x.ndim == 0:
            return self._evaluate(formula, x.reshape(1), params)[0]
        narrow = x.itemsize == 2 or (self._double and x.itemsize == 4)
        if not (params or narrow):
            return _in_blocks(formula, x)
        self._check_keywords(params)
        params = {key: self._check_number(key, value) for key, value in params.items()}
        with np.errstate(over="ignore", under="ignore"):
            wide = x.astype(np.float64 if self._double else np.float32) if narrow else x
            return _in_blocks(functools.partial(formula, **params), wide).astype(x.dtype, copy=False)

    # Measured, not declared

    def _expectation(self, function):
        """E function(z) for z from N(0, 1): Gauss-Legendre on panels that end at the kinks."""
        edges = np.union1d(np.arange(-12.0, 13.0), self.kinks)
        nodes, weights = np.polynomial.legendre.leggauss(20)
        half = np.diff(edges)[:, None] / 2
        z = (edges[:-1] + edges[1:])[:, None] / 2 + half * nodes
        return float(np.sum(function(z) * np.exp(-z * z / 2) * half * weights)) / math.sqrt(2 * math.pi)

    @functools.cached_property
    def mean(self):
        """E f(z) for z from N(0, 1)."""
        return self._expectation(self)

    @functools.cached_property
    def second_moment(self):
        """E f(z)^2 for z from N(0, 1)."""
        return self._expectation(lambda z: self(z) ** 2)

    @functools.cached_property
    def derivative_second_moment(self):
        """E f'(z)^2 for z from N(0, 1): what a layer does to the variance of the gradient."""
        return self._expectation(lambda z: self.derivative(z) ** 2)

    @property
    def gain(self):
        """The factor on the weights' standard deviation that keeps E f^2 = 1: (E f(z)^2)^(-1/2)."""
        return self.second_moment**-0.5

    @property
    def zero_centred(self):
        """Is the mean output 0 for an input from N(0, 1)?"""
        return abs(self.mean) < 1e-9

    @property
    def smooth(self):
        """Is the derivative continuous?"""
        return not self.kinks

    @functools.cached_property
    def monotone(self):
        """Does f never decrease? Measured on a grid over [-20, 20]."""
        return bool(np.all(np.diff(self(np.linspace(-20, 20, 8001))) >= -1e-12))

    @property
    def saturates_left(self):
        """Does the derivative tend to 0 as x tends to -inf?"""
        return bool(self.derivative(-np.inf) == 0)

    @property
    def saturates_right(self):
        """Does the derivative tend to 0 as x tends to +inf?"""
        return bool(self.derivative(np.inf) == 0)

    @functools.cached_property
    def minimum(self):
        """The dip of a function that is not monotone, as (x, f(x)); None for a monotone one."""
        if self.monotone:
            return None
        grid = np.linspace(-20, 20, 8001)
        i = np.argmin(self(grid))
        left, right = grid[i - 1], grid[i + 1]
        for _ in range(60):
            middle = (left + right) / 2
            left, right = (middle, right) if self.derivative(middle) < 0 else (left, middle)
        return float(right), float(self(right))


def _in_blocks(formula, x):
    """Return formula(x), for a large x block by block, so that intermediate results stay in the processor's cache."""
    if x.size <= _LARGE:
        return formula(x)
    flat, result = x.reshape(-1), np.empty(x.size, x.dtype)
    for start in range(0, x.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        result[part] = formula(flat[part])
    return result.reshape(x.shape)


def activation(latex, bounds, paper, torch, kinks=(), domain=None, double=False):
    """Decorate a formula: it becomes an :class:`Activation` and an entry of ``ACTIVATIONS``.

    domain: condition ("> 0" or ">= 0") for each parameter that has one; double: compute float32 in float64, because
    the formula multiplies the rounding error of its argument.
    """

    def decorate(formula):
        card = {"latex": latex, "paper": paper, "torch": torch, "domain": domain or {}}
        f = Activation(formula, bounds=bounds, kinks=kinks, double=double, **card)
        ACTIVATIONS[f.name] = f
        return f

    return decorate


def _indicator(condition, x):
    """1 where the condition on x holds, 0 where not, nan where x is nan."""
    result = condition.astype(x.dtype)
    result[np.isnan(x)] = np.nan
    return result


# Step and line


@activation(
    latex=r"\begin{cases} 1 & x \ge 0 \\ 0 & x < 0 \end{cases}",
    bounds=(0, 1),
    kinks=(0.0,),
    paper=Paper(
        "McCulloch & Pitts",
        1943,
        "A logical calculus of the ideas immanent in nervous activity",
        "https://doi.org/10.1007/BF02478259",
    ),
    torch="torch.heaviside",
)
def step(x):
    """Heaviside's step: 1 from 0 on, else 0.

    The derivative is 0 everywhere, also at 0 where f jumps: gradient descent has nothing to follow.
    """
    return _indicator(x.real >= 0, x)


@step.define_derivative(r"0")
def step(x):
    return np.where(np.isnan(x), x, 0)


@activation(
    latex="x",
    bounds=(-np.inf, np.inf),
    paper=Paper("Widrow & Hoff", 1960, "Adaptive switching circuits", "https://doi.org/10.21236/AD0241531"),
    torch="torch.nn.Identity",
)
def identity(x):
    """No activation: x itself, as on the output of a regression."""
    return +x


@identity.define_derivative("1")
def identity(x):
    return np.where(np.isnan(x), x, 1)


# Sigmoids


@activation(
    latex=r"\sigma(x) = \frac{1}{1 + e^{-x}}",
    bounds=(0, 1),
    paper=Paper(
        "Rumelhart, Hinton & Williams",
        1986,
        "Learning representations by back-propagating errors",
        "https://doi.org/10.1038/323533a0",
    ),
    torch="torch.sigmoid",
)
def sigmoid(x):
    """Logistic function: the inverse of the logit, from any number to a probability."""
    e = np.exp(np.minimum(x, 40))
    return e / (1 + e)


@sigmoid.define_derivative(r"\sigma(x)\,(1 - \sigma(x))")
def sigmoid(x):
    e = np.exp(-np.abs(x))
    return e / (1 + e * (2 + e))


@activation(
    latex=r"\ln \sigma(x) = -\ln(1 + e^{-x})",
    bounds=(-np.inf, 0),
    paper=Paper(
        "Mikolov et al.",
        2013,
        "Distributed Representations of Words and Phrases and their Compositionality",
        "https://arxiv.org/abs/1310.4546",
    ),
    torch="torch.nn.functional.logsigmoid",
)
def log_sigmoid(x):
    """Logarithm of the sigmoid: a log-probability, and binary cross-entropy is its negative."""
    return np.minimum(x, -np.log1p(np.exp(-np.maximum(x, -40))))


@log_sigmoid.define_derivative(r"\sigma(-x)")
def log_sigmoid(x):
    return sigmoid.formula(-x)


@activation(
    latex=r"\tanh x = \frac{e^x - e^{-x}}{e^x + e^{-x}}",
    bounds=(-1, 1),
    paper=Paper("LeCun, Bottou, Orr & Mueller", 1998, "Efficient BackProp", "https://doi.org/10.1007/3-540-49430-8_2"),
    torch="torch.tanh",
)
def tanh(x):
    """Hyperbolic tangent: a sigmoid that is centred, 2 sigmoid(2x) - 1."""
    return np.tanh(x)


@tanh.define_derivative(r"1 - \tanh^2 x")
def tanh(x):
    e = np.exp(-2 * np.minimum(np.abs(x), 1e4))
    return 4 * e / (1 + e * (2 + e))


@activation(
    latex=r"\frac{x}{1 + |x|}",
    bounds=(-1, 1),
    paper=Paper(
        "Turian, Bergstra & Bengio",
        2009,
        "Quadratic Features and Deep Architectures for Chunking",
        "https://aclanthology.org/N09-2062",
    ),
    torch="torch.nn.functional.softsign",
)
def softsign(x):
    """A sigmoid without an exponential, whose tails saturate slowly, as 1/x."""
    x = np.maximum(np.minimum(x, 1e17), -1e17)
    return x / (1 + np.maximum(x, -x))


@softsign.define_derivative(r"\frac{1}{(1 + |x|)^2}")
def softsign(x):
    r = 1 + np.abs(x)
    return 1 / r / r


# Rectifiers


@activation(
    latex=r"\max(0, x)",
    bounds=(0, np.inf),
    kinks=(0.0,),
    paper=Paper(
        "Nair & Hinton",
        2010,
        "Rectified Linear Units Improve Restricted Boltzmann Machines",
        "https://icml.cc/Conferences/2010/papers/432.pdf",
    ),
    torch="torch.nn.functional.relu",
)
def relu(x):
    """Rectified linear unit: x where positive, else 0.

    At the kink f'(0) = 0, as in PyTorch; any value in [0, 1] is a subgradient.
    """
    return np.maximum(x, 0)


@relu.define_derivative(r"\begin{cases} 1 & x > 0 \\ 0 & x \le 0 \end{cases}")
def relu(x):
    return _indicator(x > 0, x)


@activation(
    latex=r"\max(0, x) + a \min(0, x)",
    bounds=(-np.inf, np.inf),
    kinks=(0.0,),
    paper=Paper(
        "Maas, Hannun & Ng",
        2013,
        "Rectifier Nonlinearities Improve Neural Network Acoustic Models",
        "https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf",
    ),
    torch="torch.nn.functional.leaky_relu",
)
def leaky_relu(x, negative_slope=0.01):
    """ReLU with a small slope on the negative side, so that no unit is cut off for good.

    negative_slope: the slope a for x < 0; 0 gives ReLU, -1 gives |x|. At the kink f'(0) = a, as in PyTorch.
    """
    if negative_slope == 0:
        return relu.formula(x)  # 0 * -inf would be nan
    return np.maximum(x, 0) + negative_slope * np.minimum(x, 0)


@leaky_relu.define_derivative(r"\begin{cases} 1 & x > 0 \\ a & x \le 0 \end{cases}")
def leaky_relu(x, negative_slope=0.01):
    positive = _indicator(x > 0, x)
    return positive + negative_slope * (1 - positive)


@activation(
    latex=r"\min(\max(0, x), 6)",
    bounds=(0, 6),
    kinks=(0.0, 6.0),
    paper=Paper(
        "Krizhevsky",
        2010,
        "Convolutional Deep Belief Networks on CIFAR-10",
        "https://www.cs.toronto.edu/~kriz/conv-cifar10-aug2010.pdf",
    ),
    torch="torch.nn.functional.relu6",
)
def relu6(x):
    """ReLU cut off at 6, used where arithmetic has few digits.

    At the kinks f'(0) = f'(6) = 0, as in PyTorch.
    """
    return np.minimum(np.maximum(x, 0), 6)


@relu6.define_derivative(r"\begin{cases} 1 & 0 < x < 6 \\ 0 & \text{else} \end{cases}")
def relu6(x):
    return _indicator((x > 0) & (x < 6), x)


@activation(
    latex=r"\begin{cases} x & x > 0 \\ \alpha (e^x - 1) & x \le 0 \end{cases}",
    bounds=(-1, np.inf),
    paper=Paper(
        "Clevert, Unterthiner & Hochreiter",
        2016,
        "Fast and Accurate Deep Network Learning by Exponential Linear Units (ELUs)",
        "https://arxiv.org/abs/1511.07289",
    ),
    torch="torch.nn.functional.elu",
    domain={"alpha": ">= 0"},
)
def elu(x, alpha=1.0):
    """Exponential linear unit: x where positive, else a soft approach to -alpha.

    alpha: the depth. It has a kink at 0 unless alpha = 1, where f'(0) = alpha, as in PyTorch.
    """
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))


@elu.define_derivative(r"\begin{cases} 1 & x > 0 \\ \alpha e^x & x \le 0 \end{cases}")
def elu(x, alpha=1.0):
    e = np.exp(np.minimum(x, 0))
    return e if alpha == 1 else np.where(x > 0, e, alpha * e)


@activation(
    latex=r"\begin{cases} x & x > 0 \\ \alpha (e^{x/\alpha} - 1) & x \le 0 \end{cases}",
    bounds=(-1, np.inf),
    paper=Paper(
        "Barron", 2017, "Continuously Differentiable Exponential Linear Units", "https://arxiv.org/abs/1704.07483"
    ),
    torch="torch.nn.functional.celu",
    domain={"alpha": "> 0"},
)
def celu(x, alpha=1.0):
    """ELU without the kink: its slope is continuous for every alpha.

    alpha: the depth, in units of x.
    """
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0) / alpha)


@celu.define_derivative(r"\begin{cases} 1 & x > 0 \\ e^{x/\alpha} & x \le 0 \end{cases}")
def celu(x, alpha=1.0):
    return np.exp(np.minimum(x, 0) / alpha)


_SELU_SCALE = 1.0507009873554804934
_SELU_SCALE_ALPHA = 1.7580993408473768600


@activation(
    latex=r"\lambda \begin{cases} x & x > 0 \\ \alpha (e^x - 1) & x \le 0 \end{cases},"
    r"\quad \lambda = 1.0507\ldots,\ \alpha = 1.6732\ldots",
    bounds=(-_SELU_SCALE_ALPHA, np.inf),
    kinks=(0.0,),
    paper=Paper("Klambauer et al.", 2017, "Self-Normalizing Neural Networks", "https://arxiv.org/abs/1706.02515"),
    torch="torch.nn.functional.selu",
)
def selu(x):
    """Scaled ELU, whose two constants keep mean 0 and variance 1 from layer to layer.

    At the kink f'(0) = lambda alpha = 1.758, as in PyTorch.
    """
    with np.errstate(over="ignore"):
        return _SELU_SCALE * np.maximum(x, 0) + _SELU_SCALE_ALPHA * np.expm1(np.minimum(x, 0))


@selu.define_derivative(r"\lambda \begin{cases} 1 & x > 0 \\ \alpha e^x & x \le 0 \end{cases}")
def selu(x):
    right, e = (x > 0).astype(x.dtype), np.exp(np.minimum(x, 0))
    e -= right  # 0 on the right, so that the two terms never mix; faster than a choice by mask
    return _SELU_SCALE * right + _SELU_SCALE_ALPHA * e


# Smooth rectifiers


@activation(
    latex=r"\frac{1}{\beta} \ln(1 + e^{\beta x})",
    bounds=(0, np.inf),
    paper=Paper(
        "Dugas et al.",
        2001,
        "Incorporating Second-Order Functional Knowledge for Better Option Pricing",
        "https://proceedings.neurips.cc/paper/2000/hash/44968aece94f667e4095002d140b5896-Abstract.html",
    ),
    torch="torch.nn.functional.softplus",
    domain={"beta": "> 0"},
)
def softplus(x, beta=1.0):
    """Smooth ReLU, always positive; its derivative is the sigmoid.

    beta: sharpness, in units of 1/x; ReLU as beta grows.
    """
    return np.maximum(x, np.log1p(np.exp(np.minimum(beta * x, 40))) / beta)


@softplus.define_derivative(r"\sigma(\beta x)")
def softplus(x, beta=1.0):
    return sigmoid.formula(beta * x)


_GELU_PAPER = Paper(
    "Hendrycks & Gimpel", 2016, "Gaussian Error Linear Units (GELUs)", "https://arxiv.org/abs/1606.08415"
)


@activation(
    latex=r"x\,\sigma(x)", bounds=(-0.2784645427610738, np.inf), paper=_GELU_PAPER, torch="torch.nn.functional.silu"
)
def silu(x):
    """Sigmoid linear unit: x, gated by its own sigmoid; it dips below 0 before it saturates."""
    x = np.maximum(x, -1000)
    e = np.exp(np.minimum(x, 40))
    e /= 1 + e
    e *= x
    return e


@silu.define_derivative(r"\sigma(x)\,(1 + x\,\sigma(-x))")
def silu(x):
    x = np.minimum(np.maximum(x, -1000), 60)
    e = np.exp(x)
    r = 1 + e
    e /= r
    x += r
    x /= r
    x *= e
    return x


@activation(
    latex=r"x\,\sigma(\beta x)",
    bounds=silu.bounds,
    paper=Paper(
        "Ramachandran, Zoph & Le", 2017, "Searching for Activation Functions", "https://arxiv.org/abs/1710.05941"
    ),
    torch=None,
    domain={"beta": "> 0"},
)
def swish(x, beta=1.0):
    """SiLU with a sharpness: from x/2 as beta tends to 0, through SiLU at 1, to ReLU as beta grows.

    beta: sharpness, in units of 1/x; some networks learn it. SiLU, the form in use, has its own entry.
    """
    return silu.formula(beta * x) / beta


@swish.define_derivative(r"\sigma(\beta x)\,(1 + \beta x\,\sigma(-\beta x))")
def swish(x, beta=1.0):
    return silu.derivative_formula(beta * x)


@activation(
    latex=r"x\,\Phi(x) = \frac{x}{2} \operatorname{erfc}\left(-\frac{x}{\sqrt 2}\right)",
    bounds=(-0.16997120747990369, np.inf),
    paper=_GELU_PAPER,
    torch="torch.nn.functional.gelu",
    double=True,
)
def gelu(x):
    """Gaussian error linear unit: x times the probability that a standard normal variable is below x. Exact form."""
    from scipy.special import erfc

    x = np.maximum(x, -1000)
    return x * (erfc(-math.sqrt(0.5) * x) / 2)


@gelu.define_derivative(r"\Phi(x) + x\,\varphi(x)")
def gelu(x):
    from scipy.special import erfc

    x = np.minimum(np.maximum(x, -1000), 1000)
    return erfc(-math.sqrt(0.5) * x) / 2 + x * np.exp(x * x / -2) / math.sqrt(2 * math.pi)


_GELU_TANH_LINEAR = 2 * math.sqrt(2 / math.pi)
_GELU_TANH_CUBIC = 0.044715 * _GELU_TANH_LINEAR


@activation(
    latex=r"\frac{x}{2} \left(1 + \tanh\left(\sqrt{2/\pi}\,(x + 0.044715\,x^3)\right)\right)",
    bounds=(-0.17004075057125412, np.inf),
    paper=_GELU_PAPER,
    torch="torch.nn.functional.gelu(approximate='tanh')",
    double=True,
)
def gelu_tanh(x):
    """GELU's approximation by tanh, at most 4.8e-4 away; a network should be served with the form it was trained with.

    Computed as x sigmoid(2u), where u is the argument of tanh: the same function, without 1 - 1 in the tail.
    """
    x = np.maximum(x, -1000)
    t = np.minimum(x, 10)
    e = np.exp(t * (_GELU_TANH_LINEAR + _GELU_TANH_CUBIC * t * t))
    return x * (e / (1 + e))


@gelu_tanh.define_derivative(r"\sigma(2u)\,(1 + 2 x u' \sigma(-2u)), \quad u = \sqrt{2/\pi}\,(x + 0.044715\,x^3)")
def gelu_tanh(x):
    t = np.minimum(np.maximum(x, -1000), 10)
    square = t * t
    e = np.exp(t * (_GELU_TANH_LINEAR + _GELU_TANH_CUBIC * square))
    r = 1 + e
    return (e / r) * ((r + t * (_GELU_TANH_LINEAR + 3 * _GELU_TANH_CUBIC * square)) / r)


@activation(
    latex=r"x \tanh(\ln(1 + e^x))",
    bounds=(-0.30884341301725043, np.inf),
    paper=Paper(
        "Misra", 2019, "Mish: A Self Regularized Non-Monotonic Activation Function", "https://arxiv.org/abs/1908.08681"
    ),
    torch="torch.nn.functional.mish",
)
def mish(x):
    """x, gated by the tanh of its softplus; a little deeper dip than SiLU."""
    x = np.maximum(x, -1000)
    e = np.exp(np.minimum(x, 40))
    n = e * (2 + e)
    return x * (n / (2 + n))


@mish.define_derivative(r"w + x\,(1 - w^2)\,\sigma(x), \quad w = \tanh(\ln(1 + e^x))")
def mish(x):
    x = np.minimum(np.maximum(x, -1000), 40)
    e = np.exp(x)
    r = 2 + e * (2 + e)
    return (e / r) * (2 + e + 4 * x * ((1 + e) / r))


# Piecewise and shrinking


_MOBILENET_PAPER = Paper("Howard et al.", 2019, "Searching for MobileNetV3", "https://arxiv.org/abs/1905.02244")


@activation(
    latex=r"\min(\max(0, x + 3), 6) / 6",
    bounds=(0, 1),
    kinks=(-3.0, 3.0),
    paper=_MOBILENET_PAPER,
    torch="torch.nn.functional.hardsigmoid",
)
def hard_sigmoid(x):
    """Sigmoid in three straight pieces.

    At the kinks f'(-3) = f'(3) = 0, as in PyTorch.
    """
    return relu6.formula(x + 3) / 6


@hard_sigmoid.define_derivative(r"\begin{cases} 1/6 & |x| < 3 \\ 0 & \text{else} \end{cases}")
def hard_sigmoid(x):
    return _indicator(np.abs(x) < 3, x) / 6


@activation(
    latex=r"x \min(\max(0, x + 3), 6) / 6",
    bounds=(-0.375, np.inf),
    kinks=(-3.0, 3.0),
    paper=_MOBILENET_PAPER,
    torch="torch.nn.functional.hardswish",
)
def hard_swish(x):
    """Swish with the hard sigmoid as its gate.

    At the kinks f'(-3) = 0 and f'(3) = 1, as in PyTorch.
    """
    x = np.maximum(x, -3)
    return x * (np.minimum(x + 3, 6) / 6)


@hard_swish.define_derivative(r"\begin{cases} 0 & x \le -3 \\ x/3 + 1/2 & |x| < 3 \\ 1 & x \ge 3 \end{cases}")
def hard_swish(x):
    result = x / 3 + 0.5
    result[x <= -3] = 0
    result[x >= 3] = 1
    return result


@activation(
    latex=r"\min(\max(-1, x), 1)",
    bounds=(-1, 1),
    kinks=(-1.0, 1.0),
    paper=Paper(
        "Collobert et al.", 2011, "Natural Language Processing (almost) from Scratch", "https://arxiv.org/abs/1103.0398"
    ),
    torch="torch.nn.functional.hardtanh",
)
def hard_tanh(x):
    """tanh in three straight pieces.

    At the kinks f'(-1) = f'(1) = 0, as in PyTorch.
    """
    return np.minimum(np.maximum(x, -1), 1)


@hard_tanh.define_derivative(r"\begin{cases} 1 & |x| < 1 \\ 0 & \text{else} \end{cases}")
def hard_tanh(x):
    return _indicator(np.abs(x) < 1, x)


_TANHSHRINK_SERIES = [2 * k / math.factorial(2 * k + 1) for k in range(1, 10)]


@activation(
    latex=r"x - \tanh x",
    bounds=(-np.inf, np.inf),
    paper=Paper(
        "Collobert, Kavukcuoglu & Farabet",
        2011,
        "Torch7: A Matlab-like Environment for Machine Learning",
        "https://publications.idiap.ch/downloads/papers/2011/Collobert_NIPSWORKSHOP_2011.pdf",
    ),
    torch="torch.nn.functional.tanhshrink",
)
def tanhshrink(x):
    """What tanh cuts off: x^3/3 near 0, x minus the sign of x far away.

    Below |x| = 1 the difference would cancel; (x cosh x - sinh x) / cosh x has a series whose terms are all positive.
    """
    result = x - np.tanh(x)
    small = np.abs(x) < 1
    x = x[small]
    square = x * x
    series = np.zeros_like(x)
    for coefficient in reversed(_TANHSHRINK_SERIES):
        series = series * square + coefficient
    result[small] = series * square * x / np.cosh(x)
    return result


@tanhshrink.define_derivative(r"\tanh^2 x")
def tanhshrink(x):
    return np.tanh(x) ** 2


@activation(
    latex=r"\begin{cases} x - \lambda & x > \lambda \\ 0 & |x| \le \lambda \\ x + \lambda & x < -\lambda \end{cases}",
    bounds=(-np.inf, np.inf),
    kinks=(-0.5, 0.5),
    paper=Paper("Donoho", 1995, "De-noising by soft-thresholding", "https://doi.org/10.1109/18.382009"),
    torch="torch.nn.functional.softshrink",
    domain={"lambd": ">= 0"},
)
def softshrink(x, lambd=0.5):
    """Move x towards 0 by lambd, and stop there.

    lambd: the threshold. At the kinks f'(-lambd) = f'(lambd) = 0, as in PyTorch.
    """
    return x - np.minimum(np.maximum(x, -lambd), lambd)


@softshrink.define_derivative(r"\begin{cases} 1 & |x| > \lambda \\ 0 & \text{else} \end{cases}")
def softshrink(x, lambd=0.5):
    return _indicator(np.abs(x) > lambd, x)


@activation(
    latex=r"\begin{cases} x & |x| > \lambda \\ 0 & \text{else} \end{cases}",
    bounds=(-np.inf, np.inf),
    kinks=(-0.5, 0.5),
    paper=Paper(
        "Donoho & Johnstone",
        1994,
        "Ideal spatial adaptation by wavelet shrinkage",
        "https://doi.org/10.1093/biomet/81.3.425",
    ),
    torch="torch.nn.functional.hardshrink",
    domain={"lambd": ">= 0"},
)
def hardshrink(x, lambd=0.5):
    """Drop what is small, keep the rest as it is; f jumps at -lambd and lambd.

    lambd: the threshold. At the jumps f = f' = 0, as in PyTorch.
    """
    return x * (np.abs(x) > lambd)


@hardshrink.define_derivative(r"\begin{cases} 1 & |x| > \lambda \\ 0 & \text{else} \end{cases}")
def hardshrink(x, lambd=0.5):
    return softshrink.derivative_formula(x, lambd)
