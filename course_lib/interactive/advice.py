"""Which activation for which layer: every answer of the decision guide, with its reasons and where they come from.

>>> advise("output layer", "one of k classes").take
('softmax',)
"""

from dataclasses import dataclass

from ..activations import ACTIVATIONS, Paper
from ..units import UNITS

PLACES = ("hidden layer", "output layer")
TARGETS = (
    "any number",
    "positive number",
    "count",
    "bounded number",
    "yes or no",
    "one of k classes",
    "several labels",
)
NETWORKS = ("MLP or CNN", "deep, no normalisation", "recurrent", "Transformer")
NEEDS = ("nothing special", "units have died", "smooth slopes", "small device")


@dataclass(frozen=True)
class Advice:
    """An answer: names in ``ACTIVATIONS`` or ``UNITS``, the loss or initialisation beside them, reasons, papers.

    ``both``: the functions work together; else one of them is taken.
    """

    take: tuple
    beside: str
    reasons: tuple
    sources: tuple
    both: bool = False

    def __str__(self):
        return (" and " if self.both else " or ").join(self.take)


def _card(name):
    return (ACTIVATIONS | UNITS)[name].paper


def _arxiv(author, year, title, number):
    return Paper(author, year, title, f"https://arxiv.org/abs/{number}")


def _doi(author, year, title, number):
    return Paper(author, year, title, f"https://doi.org/{number}")


_COX = _doi("Cox", 1958, "The Regression Analysis of Binary Sequences", "10.1111/j.2517-6161.1958.tb00292.x")
_NELDER = _doi("Nelder & Wedderburn", 1972, "Generalized Linear Models", "10.2307/2344614")
_LSTM = _doi("Hochreiter & Schmidhuber", 1997, "Long Short-Term Memory", "10.1162/neco.1997.9.8.1735")
_GLOROT = Paper(
    "Glorot & Bengio",
    2010,
    "Understanding the difficulty of training deep feedforward neural networks",
    "https://proceedings.mlr.press/v9/glorot10a.html",
)
_SPARSE = Paper(
    "Glorot, Bordes & Bengio",
    2011,
    "Deep Sparse Rectifier Neural Networks",
    "https://proceedings.mlr.press/v15/glorot11a.html",
)
_IRNN = _arxiv(
    "Le, Jaitly & Hinton",
    2015,
    "A Simple Way to Initialize Recurrent Networks of Rectified Linear Units",
    "1504.00941",
)
_DCGAN = _arxiv(
    "Radford, Metz & Chintala",
    2016,
    "Unsupervised Representation Learning with Deep Convolutional Generative Adversarial Networks",
    "1511.06434",
)
_VASWANI = _arxiv("Vaswani et al.", 2017, "Attention Is All You Need", "1706.03762")
_SANDLER = _arxiv("Sandler et al.", 2018, "MobileNetV2: Inverted Residuals and Linear Bottlenecks", "1801.04381")
_BERT = _arxiv(
    "Devlin et al.",
    2019,
    "BERT: Pre-training of Deep Bidirectional Transformers for Language Understanding",
    "1810.04805",
)
_RAISSI = _doi(
    "Raissi, Perdikaris & Karniadakis",
    2019,
    "Physics-informed neural networks: A deep learning framework for solving forward and inverse problems involving "
    "nonlinear partial differential equations",
    "10.1016/j.jcp.2018.10.045",
)
_DYING = _arxiv("Lu et al.", 2020, "Dying ReLU and Initialization: Theory and Numerical Examples", "1903.06733")
_LLAMA = _arxiv("Touvron et al.", 2023, "LLaMA: Open and Efficient Foundation Language Models", "2302.13971")
_STRIKES = _arxiv(
    "Mirzadeh et al.", 2023, "ReLU Strikes Back: Exploiting Activation Sparsity in Large Language Models", "2310.04564"
)

OUTPUT = {
    "any number": Advice(
        ("identity",),
        "squared error",
        ("The sum z can be any number already; a bend would only cut off part of the range.",),
        (_NELDER,),
    ),
    "positive number": Advice(
        ("softplus",),
        "squared error",
        (
            "It is positive everywhere, and so is its slope.",
            "A relu in this place can die: then it predicts 0 for every input and learns no more.",
        ),
        (_card("softplus"), _DYING),
    ),
    "count": Advice(
        ("identity",),
        "Poisson loss, exp(z) − y z",
        (
            "Read z as the logarithm of the expected count: exp(z) is positive, whatever z is.",
            "The loss's slope with respect to z is then exp(z) − y: what is expected minus what came.",
        ),
        (_NELDER,),
    ),
    "bounded number": Advice(
        ("sigmoid", "tanh"),
        "squared error",
        (
            "Stretch it to the limits: low + (high − low) · sigmoid(z), or tanh(z) for −1 to 1.",
            "A target on a limit needs an infinite z: leave a little room.",
        ),
        (_DCGAN,),
    ),
    "yes or no": Advice(
        ("sigmoid",),
        "binary cross-entropy, from z",
        (
            "sigmoid(z) is the probability of yes.",
            "With this loss the slope with respect to z is p − y: large where the network is surely wrong.",
        ),
        (_COX,),
    ),
    "one of k classes": Advice(
        ("softmax",),
        "categorical cross-entropy, from z",
        (
            "The k outputs are positive and their sum is 1: exactly one class is right.",
            "Most losses of this name apply softmax themselves: do not apply it twice.",
        ),
        (_card("softmax"),),
    ),
    "several labels": Advice(
        ("sigmoid",),
        "binary cross-entropy of each label, from z",
        ("Each label is a question of its own: the probabilities need not add up to 1.",),
        (_COX,),
    ),
}
"""What an output layer takes, for each kind of target."""

_RELU = Advice(
    ("relu",),
    "He initialisation",
    (
        "Where it is on its slope is 1: what comes back passes unchanged.",
        "Begin with it, and change it only when a measurement says so.",
    ),
    (_SPARSE, _card("prelu")),
)
_LEAKS = (
    "Left of 0 their slope is not 0: a unit that is off for every input still learns.",
    "Look at learning rate and initialisation first: they are what kills units.",
)
_SMOOTH = (
    "They have derivatives of every order, and none of them is 0 everywhere.",
    "The second derivative of relu is 0 wherever there is one: a loss made of it teaches nothing.",
)
_GATES = (
    "tanh keeps the state between −1 and 1, step after step.",
    "sigmoid makes the gates: near 0 it lets nothing through, near 1 everything.",
)

HIDDEN = {
    ("MLP or CNN", "nothing special"): _RELU,
    ("MLP or CNN", "units have died"): Advice(
        ("leaky_relu", "prelu", "elu"),
        "He initialisation",
        _LEAKS,
        (_card("leaky_relu"), _card("prelu"), _card("elu"), _DYING),
    ),
    ("MLP or CNN", "smooth slopes"): Advice(
        ("silu", "gelu", "tanh"), "weights scaled by the function's gain", _SMOOTH, (_card("gelu"), _RAISSI)
    ),
    ("MLP or CNN", "small device"): Advice(
        ("relu6", "hard_swish"),
        "He initialisation",
        (
            "Comparisons, sums and products are enough to compute them.",
            "relu6 stays between 0 and 6: a few bits can hold it.",
        ),
        (_SANDLER, _card("hard_swish")),
    ),
    ("deep, no normalisation", "nothing special"): Advice(
        ("selu",),
        "LeCun-normal initialisation",
        (
            "From layer to layer it draws the mean to 0 and the variance to 1.",
            "This holds in plain feed-forward networks with just this initialisation.",
        ),
        (_card("selu"),),
    ),
    ("deep, no normalisation", "units have died"): Advice(
        ("selu", "elu"), "LeCun-normal initialisation", _LEAKS, (_card("selu"), _card("elu"), _DYING)
    ),
    ("deep, no normalisation", "smooth slopes"): Advice(
        ("tanh",),
        "Glorot initialisation, times the gain 1.59",
        (
            "It is smooth, and its outputs are centred.",
            "Without the gain the signal fades from layer to layer.",
        ),
        (_GLOROT, _RAISSI),
    ),
    ("deep, no normalisation", "small device"): Advice(
        ("relu", "leaky_relu"),
        "He initialisation",
        (
            "One comparison, and for the leaky one a product.",
            "He initialisation keeps the mean square from layer to layer.",
        ),
        (_card("prelu"), _card("leaky_relu")),
    ),
    ("recurrent", "nothing special"): Advice(("tanh", "sigmoid"), "Glorot initialisation", _GATES, (_LSTM,), both=True),
    ("recurrent", "units have died"): Advice(
        ("tanh", "sigmoid"),
        "Glorot initialisation",
        (
            "Neither is exactly 0 over a range, so no unit dies; far out they only saturate.",
            "A recurrent relu network can work when its weights start at the identity matrix.",
        ),
        (_LSTM, _IRNN),
        both=True,
    ),
    ("recurrent", "smooth slopes"): Advice(
        ("tanh", "sigmoid"), "Glorot initialisation", (*_GATES, _SMOOTH[0]), (_LSTM,), both=True
    ),
    ("recurrent", "small device"): Advice(
        ("hard_tanh", "hard_sigmoid"),
        "Glorot initialisation",
        ("They replace the curves of tanh and sigmoid by three straight lines: no exponentials.",),
        (_card("hard_tanh"), _card("hard_sigmoid")),
        both=True,
    ),
    ("Transformer", "nothing special"): Advice(
        ("gelu", "swiglu"),
        "the initialisation of your model",
        (
            "BERT has gelu in its feed-forward parts, LLaMA has swiglu.",
            "swiglu needs three matrices instead of two: take 2/3 of the width for as many parameters.",
        ),
        (_BERT, _card("swiglu"), _LLAMA),
    ),
    ("Transformer", "units have died"): Advice(
        ("gelu", "swiglu"),
        "the initialisation of your model",
        ("gelu is 0 at one place only, and left of 0 its slope is not cut off at once.",),
        (_card("gelu"), _card("swiglu")),
    ),
    ("Transformer", "smooth slopes"): Advice(
        ("gelu", "silu"), "the initialisation of your model", (_SMOOTH[0],), (_card("gelu"), _BERT)
    ),
    ("Transformer", "small device"): Advice(
        ("relu",),
        "the initialisation of your model",
        (
            "The first Transformer had it.",
            "Most of its outputs can be exact zeros, which need not be multiplied.",
        ),
        (_VASWANI, _STRIKES),
    ),
}
"""What a hidden layer takes, for each kind of network and each need."""


def advise(place, target="any number", network="MLP or CNN", need="nothing special"):
    """Return the ``Advice`` for a layer.

    Args:
        place: "hidden layer", for which network and need decide, or "output layer", for which the target does.
        target, network, need: one of ``TARGETS``, ``NETWORKS`` and ``NEEDS``.

    Raises:
        ValueError: there is no such answer to a question.
    """
    given = ((place, PLACES), (target, TARGETS), (network, NETWORKS), (need, NEEDS))
    for answer, answers in given:
        if answer not in answers:
            raise ValueError(f"{answer!r} is no answer; the answers are {', '.join(answers)}")
    return HIDDEN[network, need] if place == "hidden layer" else OUTPUT[target]
