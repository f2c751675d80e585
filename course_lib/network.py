"""Networks that learn, small enough to read in one sitting and fast on small problems.

Read it in this order: ``Dense`` and ``Elementwise`` in ``layers``, then here ``Network.gradient``, a loss, ``SGD``,
``epochs``. That is all of training. The rest are further layers, losses and optimisers of the same form.

Three habits make it fast; none of them changes a result:

- All parameters of a network are one flat vector, ``net.parameters``, and all gradients another. A layer's weights are
  a view of its part, so an optimiser updates everything at once.
- Inside, data stand upright: features down, examples across, and a row of ones at the bottom. So the bias is one more
  column of the weights, and ``W a + b`` is one matrix product. From outside, an example is a row, as everywhere.
- Results are written into arrays that are kept from batch to batch.

>>> from course_lib.layers import Dense
>>> from course_lib.network import Adam, CategoricalCrossEntropy, Network, train
>>> net = Network(2, [Dense(16), "tanh", Dense(3)], seed=0)
>>> history = train(net, X, y, CategoricalCrossEntropy(), Adam(0.01), epochs=100)  # doctest: +SKIP
"""

import copy
import itertools
import math
import time

import numpy as np

from course_lib.activations import softplus
from course_lib.layers import Dense, Dropout, Elementwise, Layer, activation_called, positive

# The network


class Network:
    """Layers one behind the other: call it on inputs, ask for a gradient, hand it to ``train``.

    inputs: the number of features. layers: ``Dense`` and other layers, and activations by name or as objects. seed: of
    the first weights and of dropout. dtype: float64 or float32, which is faster. Everything learned stands in
    ``net.parameters``, a flat vector: ``saved = net.parameters.copy()``, and later ``net.parameters = saved``.
    """

    def __init__(self, inputs, layers, seed=0, dtype=np.float64):
        self.inputs = width = positive(inputs, "a Network needs a number of inputs")
        self.layers = []
        for layer in layers:
            layer = copy.copy(layer) if isinstance(layer, Layer) else Elementwise(activation_called(layer))
            layer.in_place = bool(self.layers) and isinstance(self.layers[-1], Dense)
            layer.connect(width)
            width = layer.outputs
            self.layers.append(layer)
        if not self.layers:
            raise ValueError("a Network needs at least one layer, such as Dense(1)")
        self.outputs = width
        self._lay_out(np.zeros(sum(layer.size for layer in self.layers), dtype))
        rng = np.random.default_rng(seed)
        for place, layer in enumerate(self.layers, start=1):
            bends = (after for after in self.layers[place:] if not isinstance(after, Dropout))
            layer.start(rng, next(bends, Layer()).gain)

    def _lay_out(self, parameters):
        """Give each layer its views of the flat vectors."""
        self._parameters, self._gradient, place = parameters, np.zeros_like(parameters), 0
        for layer in self.layers:
            layer._rooms = {}
            part = slice(place, place := place + layer.size)
            layer.bind(self._parameters[part], self._gradient[part])

    @property
    def parameters(self):
        """All that is learned, a flat vector. To assign to it overwrites its numbers."""
        return self._parameters

    @parameters.setter
    def parameters(self, values):
        self._parameters[:] = values

    def astype(self, dtype):
        """Return a copy with other numbers: float32, float64, or complex for a complex-step check of a gradient."""
        other = copy.copy(self)
        other.layers = copy.deepcopy(self.layers)
        other._lay_out(self.parameters.astype(dtype))
        return other

    def __deepcopy__(self, memo):
        return self.astype(self.parameters.dtype)

    def __call__(self, X):
        """Return the outputs, of shape (examples, outputs), for inputs of shape (examples, inputs)."""
        return self._forward(self.upright(X))[:-1].T.copy()

    def upright(self, X):
        """Return X as the layers want it: shape (inputs + 1, examples), the last row ones."""
        X = np.asarray(X)
        if X.ndim != 2 or X.shape[1] != self.inputs:
            raise ValueError(f"the network takes inputs of shape (examples, {self.inputs}); got {X.shape}")
        rows = np.ones((len(X), self.inputs + 1), self.parameters.dtype)
        rows[:, :-1] = X
        return rows.T

    def _ready(self, X, y, loss):
        """Return X and y as the layers and the loss want them, or say what is wrong with them."""
        if not hasattr(loss, "targets") or isinstance(loss, type):
            raise TypeError(f"a loss is an object like CategoricalCrossEntropy(); got {loss!r}")
        inputs = self.upright(X)
        examples = inputs.shape[1]
        if examples == 0:
            raise ValueError(f"there is nothing to learn from: X has the shape {np.shape(X)}, so no examples")
        targets = loss.targets(y, self.outputs, examples).astype(inputs.dtype, order="C")
        if not (np.isfinite(inputs).all() and np.isfinite(targets).all()):
            raise ValueError("X and y must be finite numbers; got nan or infinity")
        return inputs, targets

    def _forward(self, a, training=False):
        for layer in self.layers:
            a = layer.forward(a, training)
        return a

    def _backward(self, grad, wanted=False):
        """Go back through the layers; return the gradient with respect to the inputs if it is ``wanted``."""
        for layer in reversed(self.layers):
            grad = layer.backward(grad, wanted or layer is not self.layers[0])
        return grad

    def gradient(self, X, y, loss, training=False):
        """Return the loss and its gradient for each parameter: a number, and a vector like ``net.parameters``."""
        inputs, targets = self._ready(X, y, loss)
        z = self._forward(inputs, training)[:-1]
        value = loss.value(z, targets)
        self._backward(loss.gradient(z, targets))
        return value, self._gradient.copy()

    def evaluate(self, X, y, loss):
        """Return a dict with the loss and, for classes, the accuracy."""
        return self._evaluate(*self._ready(X, y, loss), loss)

    def _evaluate(self, inputs, targets, loss):
        z = self._forward(inputs)[:-1]
        result = {"loss": float(loss.value(z, targets))}
        return result | ({"accuracy": float(loss.right(z, targets).mean())} if hasattr(loss, "right") else {})

    def statistics(self, X, y, loss):
        """Return a list with a dict for each layer: what it sends forward, and what comes back to it.

        ``mean``, ``variance`` and share of ``zeros`` of its outputs; the share of ``dead`` units, 0 for every example;
        ``gradient``, the size (2-norm) of the loss's gradient with respect to its outputs.
        """
        (a, targets), rows = self._ready(X, y, loss), []
        for layer in self.layers:
            a = layer.forward(a, False)
            out, off = a[:-1], a[:-1] == 0
            row = {"layer": repr(layer), "mean": out.mean(), "variance": out.var(), "zeros": off.mean()}
            rows.append(row | {"dead": off.all(axis=1).mean()})
        grad = loss.gradient(a[:-1], targets)
        for layer, row in zip(reversed(self.layers), reversed(rows), strict=True):
            row["gradient"] = np.linalg.norm(grad)
            grad = layer.backward(grad)
        return [{key: v if isinstance(v, str) else float(v) for key, v in row.items()} for row in rows]


# Losses, from the outputs z of the last layer (logits), of shape (outputs, examples)


class SquaredError:
    """The mean of (z - y)² over all outputs. y: numbers, of shape (examples,) or (examples, outputs)."""

    def targets(self, y, outputs, examples):
        """Return y upright, of shape (outputs, examples)."""
        y = np.asarray(y, dtype=float)
        if y.shape != (examples, outputs) and (y.shape, outputs) != ((examples,), 1):
            raise ValueError(f"y must have the shape {(examples, outputs)}, (examples, outputs); got {y.shape}")
        return y.reshape(examples, outputs).T

    def value(self, z, targets):
        return np.mean((z - targets) ** 2)

    def gradient(self, z, targets):
        """2 (z - y) / (number of outputs): the gradient with respect to z."""
        grad = z - targets
        grad *= 2 / z.size
        return grad


class BinaryCrossEntropy(SquaredError):
    """Yes or no, one sigmoid for each output: mean of -log P(y). y: 0 or 1, (examples,) or (examples, outputs)."""

    def targets(self, y, outputs, examples):
        """Return -1 for no and 1 for yes, of shape (outputs, examples): P(y) is sigmoid(sign z)."""
        y = super().targets(y, outputs, examples)
        if not np.all((y == 0) | (y == 1)):
            raise ValueError(f"binary cross-entropy needs targets 0 and 1; got {_sample(y[(y != 0) & (y != 1)])}")
        return 2 * y - 1

    def value(self, z, signs):
        return np.mean(softplus(-signs * z))

    def gradient(self, z, signs):
        """(sigmoid(z) - y) / (number of outputs), where sigmoid(z) = (1 + tanh(z/2))/2."""
        grad = z * 0.5
        np.tanh(grad, out=grad)
        grad -= signs
        grad *= 0.5 / z.size
        return grad

    def right(self, z, signs):
        return (z > 0) == (signs > 0)


class CategoricalCrossEntropy:
    """One of k classes, by softmax: mean of -log P(class). y: class numbers 0 to k - 1, of shape (examples,)."""

    def targets(self, y, outputs, examples):
        """Return a 1 in the row of each example's class: shape (outputs, examples)."""
        y = np.asarray(y)
        if y.shape != (examples,) or y.dtype.kind not in "iu":
            wanted = f"y must be {examples} class numbers (integers), one for each example"
            raise ValueError(f"{wanted}; got {y.dtype} of shape {y.shape}")
        if y.min() < 0 or y.max() >= outputs:
            bad = _sample(y[(y < 0) | (y >= outputs)])
            raise ValueError(f"the network has {outputs} outputs, so classes are 0 to {outputs - 1}; got {bad}")
        return np.equal(np.arange(outputs)[:, None], y)

    def value(self, z, targets):
        d = z - z.max(axis=0)
        return np.mean(np.log(np.exp(d).sum(axis=0)) - np.sum(d * targets, axis=0))

    def gradient(self, z, targets):
        """(softmax(z) - targets) / (number of examples)."""
        grad = z - np.maximum.reduce(z, axis=0)
        np.exp(grad, out=grad)
        grad /= np.add.reduce(grad, axis=0)
        grad -= targets
        grad *= 1 / z.shape[1]
        return grad

    def right(self, z, targets):
        return targets[z.argmax(axis=0), np.arange(z.shape[1])] == 1


# Optimisers: step(parameters, gradient) moves the parameters; the gradient may be overwritten


class SGD:
    """Gradient descent, with momentum if asked for: v = momentum v + g, w = w - rate v."""

    def __init__(self, rate=0.1, momentum=0.0):
        self.rate, self.momentum, self.moved = rate, momentum, None

    def step(self, parameters, gradient):
        if self.momentum:
            if self.moved is not parameters:  # another network: start anew
                self.moved, self.velocity = parameters, np.zeros_like(parameters)
            self.velocity *= self.momentum
            self.velocity += gradient
            np.multiply(self.velocity, self.rate, out=gradient)
        else:
            gradient *= self.rate
        parameters -= gradient

    def __repr__(self):
        return f"SGD(rate={self.rate}, momentum={self.momentum})"


class Adam:
    """Steps of about the size ``rate`` for each parameter, whatever the size of its gradient (Kingma & Ba 2015)."""

    def __init__(self, rate=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.rate, self.beta1, self.beta2, self.eps, self.moved = rate, beta1, beta2, eps, None

    def step(self, parameters, gradient):
        if self.moved is not parameters:  # another network: start anew
            self.moved, self.steps = parameters, 0
            self.mean, self.square, self.scratch = np.zeros((3, *parameters.shape), parameters.dtype)
        self.steps += 1
        mean, square, scratch = self.mean, self.square, self.scratch
        np.subtract(gradient, mean, out=scratch)
        scratch *= 1 - self.beta1
        mean += scratch
        gradient *= gradient
        gradient -= square
        gradient *= 1 - self.beta2
        square += gradient
        start = math.sqrt(1 - self.beta2**self.steps)  # mean and square start at 0, so they are too small at first
        np.sqrt(square, out=scratch)
        scratch += self.eps * start
        np.divide(mean, scratch, out=scratch)
        scratch *= self.rate * start / (1 - self.beta1**self.steps)
        parameters -= scratch

    def __repr__(self):
        return f"Adam(rate={self.rate})"


# Training


def epochs(net, X, y, loss, optimiser, batch=32, seed=0, validation=None, statistics=False):
    """Train for ever: yield, after each pass over the data, a dict of what it led to.

    The dict has ``epoch``, ``loss`` and, for classes, ``accuracy``; with ``validation``, a pair (X, y), the same with
    ``validation_`` before the name; with ``statistics``, ``layers``: see ``Network.statistics``.
    """
    inputs, targets = net._ready(X, y, loss)
    unseen = None if validation is None else net._ready(*validation, loss)
    rows, rng, examples = inputs.T, np.random.default_rng(seed), inputs.shape[1]  # to shuffle rows is faster
    mixed_rows, mixed_targets = np.empty_like(rows), np.empty_like(targets)
    batch = examples if batch is None else positive(batch, "batch is a number of examples")
    starts = range(0, examples, batch)
    batches = [(mixed_rows[i : i + batch].T, mixed_targets[:, i : i + batch]) for i in starts]
    for epoch in itertools.count(1):
        order = rng.permutation(examples)
        np.take(rows, order, axis=0, out=mixed_rows, mode="clip")
        np.take(targets, order, axis=1, out=mixed_targets, mode="clip")
        with np.errstate(over="ignore", invalid="ignore"):  # ``train`` says it in words
            for a, wanted in batches:
                z = net._forward(a, training=True)[:-1]
                net._backward(loss.gradient(z, wanted))
                optimiser.step(net.parameters, net._gradient)
            record = {"epoch": epoch} | net._evaluate(inputs, targets, loss)
            if unseen:
                record |= {f"validation_{name}": value for name, value in net._evaluate(*unseen, loss).items()}
            if statistics:
                record["layers"] = net.statistics(X, y, loss)
        yield record


def train(net, X, y, loss, optimiser=None, epochs=100, **options):
    """Train for some epochs and return the history: the list of what each epoch led to.

    net: it is changed in place. X: shape (examples, inputs). y: see the loss. optimiser: ``SGD()`` by default. options:
    those of ``epochs``: ``batch``, ``seed``, ``validation``, ``statistics``. A progress bar appears if it takes longer
    than two seconds. Ctrl-C, or the stop button, ends it early and keeps what was learned. So does a loss that is no
    number any more: then the last line printed says why.
    """
    optimiser = SGD() if optimiser is None else optimiser
    if not hasattr(optimiser, "step") or isinstance(optimiser, type):
        raise TypeError(f"an optimiser is an object like Adam(0.01); got {optimiser!r}")
    epochs = positive(epochs, "epochs is a number of passes over the data")
    history, passes = [], _epochs(net, X, y, loss, optimiser, **options)
    try:
        for _ in _with_bar(epochs):
            history.append(next(passes))
            if not math.isfinite(history[-1]["loss"]):
                break
    except KeyboardInterrupt:
        print(f"Stopped by you after {len(history)} epochs; what was learned until then is kept.")
    if history and not math.isfinite(history[-1]["loss"]):
        print(
            f"Stopped after epoch {len(history)}: the loss is {history[-1]['loss']}, because the steps of {optimiser} "
            "were too large. Take a smaller rate, or smaller first weights."
        )
    return history


_epochs = epochs  # train has a parameter of that name


def _with_bar(count):
    """Give ``count`` numbers; after two seconds a progress bar appears. (One that never shows would cost time, too.)"""
    start = time.monotonic()
    for i in range(count):
        if time.monotonic() - start > 2:
            from tqdm.auto import tqdm

            yield from tqdm(range(i, count), desc="epochs", initial=i, total=count, leave=False)
            return
        yield i


def _sample(values):
    """A few of many values, for a message."""
    return ", ".join(map(str, np.unique(values)[:3]))
