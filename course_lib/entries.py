"""What the catalogue says of each function beside what is measured: one line each, and where that comes from.

Strengths, weaknesses and descent are tested in ``tests/test_catalogue.py``; where a function is used stands in the
paper that is named as its source.
"""

from dataclasses import dataclass

from .activations import ACTIVATIONS, Paper
from .units import UNITS


@dataclass(frozen=True)
class Entry:
    """One function of the catalogue, by its name in ``ACTIVATIONS`` or ``UNITS``.

    ``chapter``: the file, without its ending, that tells most of it, or None; ``group``: the family it is shown with;
    ``parent``: the name of the function that it is made from, or None; ``how`` it is made from that; ``kinds``:
    "vector", "gated", "learned" or "drawn" where that holds; ``source``: the paper that says where it is ``used``.
    """

    name: str
    group: str
    chapter: str | None
    parent: str | None
    how: str
    strength: str
    weakness: str
    used: str
    source: Paper
    kinds: tuple = ()

    @property
    def function(self):
        """The ``Activation`` or ``Unit`` itself."""
        return (ACTIVATIONS | UNITS)[self.name]


def _arxiv(author, year, title, number):
    return Paper(author, year, title, f"https://arxiv.org/abs/{number}")


def _doi(author, year, title, number):
    return Paper(author, year, title, f"https://doi.org/{number}")


def _card(name):
    return (ACTIVATIONS | UNITS)[name].paper


_ROSENBLATT = _doi(
    "Rosenblatt",
    1958,
    "The perceptron: a probabilistic model for information storage and organization in the brain",
    "10.1037/h0042519",
)
_LSTM = _doi("Hochreiter & Schmidhuber", 1997, "Long short-term memory", "10.1162/neco.1997.9.8.1735")
_DAUBECHIES = _doi(
    "Daubechies, Defrise & De Mol",
    2004,
    "An iterative thresholding algorithm for linear inverse problems with a sparsity constraint",
    "10.1002/cpa.20042",
)
_GLOROT = Paper(
    "Glorot & Bengio",
    2010,
    "Understanding the difficulty of training deep feedforward neural networks",
    "https://proceedings.mlr.press/v9/glorot10a.html",
)
_RESNET = _arxiv("He, Zhang, Ren & Sun", 2015, "Deep residual learning for image recognition", "1512.03385")
_DCGAN = _arxiv(
    "Radford, Metz & Chintala",
    2015,
    "Unsupervised representation learning with deep convolutional generative adversarial networks",
    "1511.06434",
)
_BINARY = _arxiv(
    "Courbariaux et al.",
    2016,
    "Binarized neural networks: training deep neural networks with weights and activations constrained to +1 or −1",
    "1602.02830",
)
_FSRCNN = _arxiv(
    "Dong, Loy & Tang", 2016, "Accelerating the super-resolution convolutional neural network", "1608.00367"
)
_GAT = _arxiv("Veličković et al.", 2017, "Graph attention networks", "1710.10903")
_ATTENTION = _arxiv("Vaswani et al.", 2017, "Attention is all you need", "1706.03762")
_MOBILE2 = _arxiv("Sandler et al.", 2018, "MobileNetV2: inverted residuals and linear bottlenecks", "1801.04381")
_BERT = _arxiv(
    "Devlin et al.",
    2018,
    "BERT: pre-training of deep bidirectional transformers for language understanding",
    "1810.04805",
)
_EFFICIENT = _arxiv(
    "Tan & Le", 2019, "EfficientNet: rethinking model scaling for convolutional neural networks", "1905.11946"
)
_YOLO = _arxiv("Bochkovskiy, Wang & Liao", 2020, "YOLOv4: optimal speed and accuracy of object detection", "2004.10934")
_BLANCHARD = _doi(
    "Blanchard, Higham & Higham",
    2021,
    "Accurately computing the log-sum-exp and softmax functions",
    "10.1093/imanum/draa038",
)
_LLAMA = _arxiv("Touvron et al.", 2023, "LLaMA: open and efficient foundation language models", "2302.13971")
_MAMBA = _arxiv("Gu & Dao", 2023, "Mamba: linear-time sequence modeling with selective state spaces", "2312.00752")
_GEMMA = _arxiv("Gemma Team", 2024, "Gemma: open models based on Gemini research and technology", "2403.08295")

_ALL = (
    Entry(
        "step",
        "step and line",
        "03_perceptron",
        None,
        "the first of all",
        "a clear decision: nothing but 0 and 1",
        "its slope is 0: gradient descent has nothing to follow",
        "the perceptron",
        _ROSENBLATT,
    ),
    Entry(
        "identity",
        "step and line",
        "02_collapse",
        None,
        "no activation at all",
        "passes values and gradients on unchanged",
        "layers with nothing else between them fold into one",
        "the output when any number is a possible answer",
        _card("identity"),
    ),
    Entry(
        "sigmoid",
        "sigmoids",
        "05_sigmoid",
        "step",
        "a soft step: sigmoid(kx) tends to the step as k grows",
        "between 0 and 1: a probability, or a gate",
        "its slope is at most 1/4, so ten of them leave a millionth",
        "yes-or-no outputs, and the gates of the LSTM",
        _LSTM,
    ),
    Entry(
        "log_sigmoid",
        "sigmoids",
        "05_sigmoid",
        "sigmoid",
        "the logarithm of the sigmoid",
        "keeps what the logarithm of a sigmoid rounded to 0 would lose",
        "never positive: mean −0.81 for normal inputs",
        "losses that score pairs, such as those of word vectors",
        _card("log_sigmoid"),
    ),
    Entry(
        "tanh",
        "sigmoids",
        "06_tanh",
        "sigmoid",
        "2 sigmoid(2x) − 1",
        "zero-centred, with slope 1 at 0",
        "saturates soon: slope below 0.001 from 4.2 on",
        "the candidate and the output of the LSTM",
        _LSTM,
    ),
    Entry(
        "softsign",
        "sigmoids",
        "06_tanh",
        "tanh",
        "same range, same slope at 0, without an exponential",
        "its tails fade slowly: slope 0.008 at 10, where tanh has 0.000 000 008",
        "loses slope at once: 0.25 at 1, where tanh has 0.42",
        "rare; studied beside tanh and sigmoid in deep nets",
        _GLOROT,
    ),
    Entry(
        "relu",
        "rectifiers",
        "07_relu",
        "step",
        "x · step(x)",
        "slope exactly 1 wherever it is on",
        "a unit that is off for every input gets no gradient",
        "convolutional nets and plain layers, by default",
        _RESNET,
    ),
    Entry(
        "leaky_relu",
        "rectifiers",
        "08_leaky_relu",
        "relu",
        "relu(x) − a · relu(−x)",
        "its slope is never 0: a unit that is off can come back",
        "ten slopes of 0.01 in a row still leave 1e−20",
        "the judge in a pair of adversarial image nets",
        _DCGAN,
    ),
    Entry(
        "relu6",
        "rectifiers",
        "10_relu6",
        "relu",
        "relu(x) − relu(x − 6)",
        "its range is known in advance: few bits are enough",
        "slope 0 on both sides, so a unit can be stuck at 6 too",
        "small image nets on phones",
        _MOBILE2,
    ),
    Entry(
        "elu",
        "rectifiers",
        "11_elu",
        "relu",
        "relu(x) + exp(min(x, 0)) − 1",
        "its mean is nearer to 0: 0.16, where ReLU has 0.40",
        "saturates on the left: slope below 0.001 from −7 on",
        "graph attention nets",
        _GAT,
    ),
    Entry(
        "celu",
        "rectifiers",
        "11_elu",
        "elu",
        "alpha · elu(x / alpha)",
        "no kink, whatever its depth alpha",
        "adds nothing at alpha = 1: there it is ELU",
        "proposed for ELUs of another depth",
        _card("celu"),
    ),
    Entry(
        "selu",
        "rectifiers",
        "12_selu",
        "elu",
        "ELU with two constants that make mean 0 and variance 1 a fixed point",
        "needs no gain: normal inputs come out with mean 0 and variance 1",
        "gradients still grow: their square by 1.07 a layer",
        "deep plain nets with LeCun-normal weights",
        _card("selu"),
    ),
    Entry(
        "softplus",
        "smooth rectifiers",
        "13_swish_gelu",
        "sigmoid",
        "its slope is the sigmoid",
        "positive everywhere, and so is its slope",
        "far from zero-centred: mean 0.81",
        "whatever must be positive, such as a step size",
        _MAMBA,
    ),
    Entry(
        "silu",
        "smooth rectifiers",
        "13_swish_gelu",
        "sigmoid",
        "x · sigmoid(x)",
        "smooth, and never more than 0.28 away from ReLU",
        "not monotone: it falls to −0.28 at x = −1.28",
        "image nets",
        _EFFICIENT,
    ),
    Entry(
        "swish",
        "smooth rectifiers",
        "13_swish_gelu",
        "silu",
        "silu(beta · x) / beta",
        "one number turns it from nearly a line into nearly ReLU",
        "dips below 0, whatever beta is",
        "found by a search, and tried on image nets",
        _card("swish"),
    ),
    Entry(
        "gelu",
        "smooth rectifiers",
        "13_swish_gelu",
        "relu",
        "a ReLU whose threshold is drawn from N(0, 1), on average",
        "smooth, and never more than 0.17 away from ReLU",
        "two forms are in use that differ: ask which",
        "Transformers such as BERT",
        _BERT,
    ),
    Entry(
        "gelu_tanh",
        "smooth rectifiers",
        "13_swish_gelu",
        "gelu",
        "GELU with tanh in place of the error function",
        "within 0.0005 of GELU, without its error function",
        "not GELU: serve a network with the form it was trained with",
        "given as the faster form of GELU",
        _card("gelu_tanh"),
    ),
    Entry(
        "mish",
        "smooth rectifiers",
        "13_swish_gelu",
        "softplus",
        "x · tanh(softplus(x))",
        "smooth, and bounded below by −0.31",
        "dips deeper than SiLU, and its slope exceeds 1",
        "object detection",
        _YOLO,
    ),
    Entry(
        "hard_sigmoid",
        "hard pieces",
        "10_relu6",
        "relu6",
        "relu6(x + 3) / 6",
        "needs no exponential, and reaches 0 and 1 exactly",
        "slope 0 outside −3 to 3",
        "gates in small image nets",
        _card("hard_sigmoid"),
    ),
    Entry(
        "hard_swish",
        "hard pieces",
        "10_relu6",
        "hard_sigmoid",
        "x · hard_sigmoid(x)",
        "within 0.15 of SiLU, without an exponential",
        "its slope jumps at −3 and at 3, there from 1.5 to 1",
        "small image nets on phones",
        _card("hard_swish"),
    ),
    Entry(
        "hard_tanh",
        "hard pieces",
        "10_relu6",
        "tanh",
        "tanh in three straight pieces",
        "exact between −1 and 1: what goes in comes out",
        "slope 0 outside −1 to 1",
        "nets whose activations are rounded to −1 and 1",
        _BINARY,
    ),
    Entry(
        "tanhshrink",
        "shrinkers",
        None,
        "tanh",
        "x − tanh(x)",
        "quiets small signals: near 0 it is x³/3",
        "slope 0 at 0: where inputs are small, little is learned",
        "rare; came with an early library",
        _card("tanhshrink"),
    ),
    Entry(
        "hardshrink",
        "shrinkers",
        None,
        "identity",
        "the identity, with 0 for small inputs",
        "exact zeros for small inputs, the rest unchanged",
        "it jumps at its threshold",
        "taking noise out of signals",
        _card("hardshrink"),
    ),
    Entry(
        "softshrink",
        "shrinkers",
        None,
        "hardshrink",
        "the same zeros, and the rest moved by the threshold: no jump",
        "exact zeros for small inputs, and no jump",
        "whatever is left is too small by the threshold",
        "each step of a solver that looks for sparse solutions",
        _DAUBECHIES,
    ),
    Entry(
        "softmax",
        "vectors",
        "16_softmax",
        "sigmoid",
        "for two classes, the sigmoid of the difference",
        "positive numbers with sum 1: a choice of one among k",
        "cannot say yes to two classes",
        "outputs for one of k classes, and attention",
        _ATTENTION,
        ("vector",),
    ),
    Entry(
        "log_softmax",
        "vectors",
        "16_softmax",
        "softmax",
        "the logarithm of softmax",
        "finite where softmax is rounded to 0",
        "no probability: 0 or below, with no lower bound",
        "inside the cross-entropy of classifiers",
        _BLANCHARD,
        ("vector",),
    ),
    Entry(
        "maxout",
        "vectors",
        "15_maxout",
        "relu",
        "relu(z) is the maximum of z and 0",
        "learns its own convex shape, |x| and ReLU among them",
        "k maps for one output: k times the weights",
        "image nets trained with dropout",
        _card("maxout"),
        ("vector", "learned"),
    ),
    Entry(
        "glu",
        "gated",
        "14_glu",
        "sigmoid",
        "a · sigmoid(b)",
        "a passes along a straight path: its slope is the gate",
        "half of its inputs are spent on gates",
        "convolutional language models",
        _card("glu"),
        ("gated",),
    ),
    Entry(
        "reglu",
        "gated",
        "14_glu",
        "glu",
        "GLU with a ReLU as its gate",
        "a closed gate gives exactly 0",
        "a gate that is closed for every input learns nothing",
        "tried in Transformers",
        _card("reglu"),
        ("gated",),
    ),
    Entry(
        "geglu",
        "gated",
        "14_glu",
        "glu",
        "GLU with a GELU as its gate",
        "its gate is smooth and is not bounded by 1",
        "half of its inputs are spent on gates",
        "language models",
        _GEMMA,
        ("gated",),
    ),
    Entry(
        "swiglu",
        "gated",
        "14_glu",
        "glu",
        "GLU with a SiLU as its gate",
        "its gate is smooth and needs no error function",
        "half of its inputs are spent on gates",
        "language models",
        _LLAMA,
        ("gated",),
    ),
    Entry(
        "prelu",
        "learned or drawn",
        "09_prelu_rrelu",
        "leaky_relu",
        "leaky ReLU whose slope is a parameter",
        "finds its own slope on the left",
        "nothing keeps the slope between 0 and 1",
        "making images larger",
        _FSRCNN,
        ("learned",),
    ),
    Entry(
        "rrelu",
        "learned or drawn",
        "09_prelu_rrelu",
        "leaky_relu",
        "leaky ReLU whose slope is drawn anew in each training step",
        "its random slopes shake a network while it learns",
        "in training it gives other numbers than in evaluation",
        "small image sets",
        _card("rrelu"),
        ("drawn",),
    ),
)

ENTRIES = {entry.name: entry for entry in _ALL}
"""All entries by name; those of one group stand together."""

GROUPS = tuple(dict.fromkeys(entry.group for entry in _ALL))
"""The families, in the order in which the catalogue shows them."""
