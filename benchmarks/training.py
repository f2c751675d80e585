"""Epochs per second on two small problems, beside PyTorch and scikit-learn, with the same batches of 32."""

import itertools
import warnings

import numpy as np

from benchmarks.timing import in_turn, peer, table
from course_lib import datasets
from course_lib.layers import Dense
from course_lib.network import SGD, Adam, BinaryCrossEntropy, CategoricalCrossEntropy, Network, epochs

BATCH, RATE = 32, 0.01


def run():
    """Print the table; return a list with a dict for each problem and optimiser."""
    torch, rows = peer("torch"), []
    for problem, (X, y, sizes) in _problems().items():
        for optimiser in ("SGD", "Adam"):
            contenders = {"ours": _ours(X, y, sizes, optimiser), "sklearn": _sklearn(X, y, sizes, optimiser)}
            contenders |= {"torch": _torch(torch, X, y, sizes, optimiser)} if torch else {}
            times = in_turn(contenders, seconds=3, turn=0.05)
            row = {"problem": problem, "layers": "-".join(map(str, sizes)), "optimiser": optimiser}
            row |= {f"{name} ms": seconds * 1e3 for name, seconds in times.items()}
            rows.append(row | {f"{name} / ours": times[name] / times["ours"] for name in times if name != "ours"})
    title = f"Milliseconds for one epoch in float32, batches of {BATCH}; ratios: how many times faster ours is"
    table(title, rows[0].keys(), [row.values() for row in rows])
    return rows


def _problems():
    """Name -> inputs, classes, and the widths of the layers; one output for two classes, else one for each."""
    spirals = datasets.spirals(n=1000, noise=0.02, seed=0)
    digits = datasets.digits()
    return {"spirals": (*_data(spirals), [2, 32, 1]), "digits": (*_data(digits, scale=16), [64, 32, 10])}


def _data(data, scale=1):
    return (np.asarray(data[0]) / scale).astype(np.float32), np.asarray(data[1])


def _ours(X, y, sizes, optimiser):
    layers = list(itertools.chain.from_iterable((Dense(width), "relu") for width in sizes[1:]))[:-1]
    net = Network(sizes[0], layers, dtype=np.float32)
    loss = BinaryCrossEntropy() if sizes[-1] == 1 else CategoricalCrossEntropy()
    passes = epochs(net, X, y, loss, {"SGD": SGD, "Adam": Adam}[optimiser](RATE), batch=BATCH)
    return lambda: next(passes)


def _sklearn(X, y, sizes, optimiser):
    from sklearn.exceptions import ConvergenceWarning
    from sklearn.neural_network import MLPClassifier

    model = MLPClassifier(
        sizes[1:-1], solver=optimiser.lower(), batch_size=BATCH, learning_rate_init=RATE, alpha=0, momentum=0
    )
    classes = np.unique(y)

    def epoch():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)
            model.partial_fit(X, y, classes=classes)

    return epoch


def _torch(torch, X, y, sizes, optimiser):
    """The usual loop: shuffle, take a batch, zero the gradients, forward, backward, step."""
    layers = [(torch.nn.Linear(a, b), torch.nn.ReLU()) for a, b in itertools.pairwise(sizes)]
    model = torch.nn.Sequential(*list(itertools.chain.from_iterable(layers))[:-1])
    steps = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}[optimiser](model.parameters(), lr=RATE)
    binary = sizes[-1] == 1
    loss = torch.nn.BCEWithLogitsLoss() if binary else torch.nn.CrossEntropyLoss()
    inputs = torch.tensor(X)
    targets = torch.tensor(y[:, None], dtype=torch.float32) if binary else torch.tensor(y)

    def epoch():
        order, total = torch.randperm(len(inputs)), 0.0
        for chosen in order.split(BATCH):
            steps.zero_grad()
            value = loss(model(inputs[chosen]), targets[chosen])
            value.backward()
            steps.step()
            total += value.item()

    return epoch
