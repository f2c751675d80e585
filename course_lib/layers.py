"""The layers that a network is made of: affine, activations, those that learn a shape, those that drop features.

Read ``Dense`` and ``Elementwise`` first; the others have the same form. Inside a network data stand upright: features
down, examples across, and a row of ones at the bottom. So the bias is one more column of the weights, and ``W a + b``
is one matrix product. Outputs are written into arrays that are kept from batch to batch.
"""

import math
from numbers import Integral

import numpy as np

from course_lib.activations import ACTIVATIONS, Activation, relu, selu, sigmoid, tanh

# Layers: forward(a, training) gives the output. backward(grad, wanted) takes the loss's gradient with respect to it,
# which may be overwritten, keeps that with respect to the layer's parameters, and gives that with respect to the input


class Layer:
    """What all layers have. ``a`` has the shape (features + 1, examples); its last row is ones.

    ``outputs``: the number of features that come out, known once ``connect`` was called. ``size``: the number of its
    parameters. ``gain``: the factor on the weights before it that keeps the mean square.
    """

    size, gain = 0, 1.0

    def connect(self, inputs):
        """Take note of the number of features that come in."""
        self.inputs = self.outputs = inputs

    def bind(self, parameters, gradient):
        """Take the flat views, of length ``size``, in which the parameters and their gradient are kept."""

    def start(self, rng, gain):
        """Draw the first parameters. ``gain``: of the layer that follows."""

    def room(self, like):
        """Return an array for the output, one without its row of ones, and one for the gradient of the input.

        They are made once for each number of examples. ``like``: an input with that number of columns.
        """
        examples = like.shape[1]
        if examples not in self._rooms:
            if len(self._rooms) == 4:  # few sizes recur in training; elsewhere old ones must not pile up
                self._rooms.clear()
            out, back = np.ones((self.outputs + 1, examples), like.dtype), np.empty((self.inputs, examples), like.dtype)
            self._rooms[examples] = out, out[:-1], back
        return self._rooms[examples]

    def __repr__(self):
        return type(self).__name__


class Dense(Layer):
    """An affine layer, z = W a + b, with ``outputs`` units. Its ``weights`` have the shape (outputs, inputs).

    ``init``: how the weights start, a name in ``INITIALISATIONS``.
    """

    def __init__(self, outputs, init="gain"):
        self.outputs = positive(outputs, "Dense needs a number of units")
        self.init = named(INITIALISATIONS, init, "initialisation")

    def connect(self, inputs):
        self.inputs, self.size = inputs, self.outputs * (inputs + 1)

    def bind(self, parameters, gradient):
        self.W, self.dW = (flat.reshape(self.outputs, self.inputs + 1) for flat in (parameters, gradient))
        self.weights, self.bias = self.W[:, :-1], self.W[:, -1]

    def start(self, rng, gain):
        self.bias[:] = 0
        self.init(self, rng, gain)

    def forward(self, a, training):
        out, z, self.back = self.room(a)
        self.a = a
        np.dot(self.W, a, out=z)
        return out

    def backward(self, grad, wanted=True):
        np.dot(grad, self.a.T, out=self.dW)
        return np.dot(self.weights.T, grad, out=self.back) if wanted else None

    def __repr__(self):
        return f"Dense({self.outputs})"


class Elementwise(Layer):
    """An activation function as a layer. ``in_place``: whether it may overwrite its input, as no other layer needs it.

    For a few functions the slope is computed from the output instead of the input: cheaper, but exact only where the
    output is not rounded to its limit. That is good enough to train with.
    """

    in_place = False

    def __init__(self, f):
        self.f, self.gain = f, f.gain
        self.write, self.slope = _FROM_OUTPUT.get(f, (None, None))

    def forward(self, a, training):
        self.x = a[:-1]
        out, self.y, _ = (a, self.x, None) if self.in_place and self.write else self.room(a)
        if self.write:
            self.write(self.x, self.y)
        else:
            self.y[...] = self.f(self.x)
        return out

    def backward(self, grad, wanted=True):
        if self.slope:
            return np.multiply(grad, self.slope(self.y), out=grad)
        return self.f.backward(self.x, grad)

    def __repr__(self):
        return self.f.name


def _write_sigmoid(x, y):
    """Write sigmoid(x) into y: as (1 + tanh(x/2))/2, which is fast and cannot overflow."""
    np.multiply(x, 0.5, out=y)
    np.tanh(y, out=y)
    y += 1
    y *= 0.5


_FROM_OUTPUT = {  # activation -> (write f(x) into y, the slope where the output is y)
    relu: (lambda x, y: np.maximum(x, 0, out=y), np.sign),
    tanh: (np.tanh, lambda y: 1 - y * y),
    sigmoid: (_write_sigmoid, lambda y: y * (1 - y)),
}


class PReLU(Layer):
    """x where positive, else alpha x, with one learned slope alpha for each feature (He et al. 2015)."""

    def __init__(self, alpha=0.25):
        self.first, self.gain = alpha, math.sqrt(2 / (1 + alpha**2))

    def connect(self, inputs):
        self.inputs = self.outputs = self.size = inputs

    def bind(self, parameters, gradient):
        self.alpha, self.dalpha = parameters, gradient

    def start(self, rng, gain):
        self.alpha[:] = self.first

    def forward(self, a, training):
        self.x = a[:-1]
        out, y, _ = self.room(a)
        y[...] = np.where(self.x > 0, self.x, self.alpha[:, None] * self.x)
        return out

    def backward(self, grad, wanted=True):
        self.dalpha[:] = np.sum(grad * np.minimum(self.x, 0), axis=1)
        return grad * np.where(self.x > 0, 1, self.alpha[:, None])


class Maxout(Layer):
    """The largest of each group of ``pieces`` neighbouring features (Goodfellow et al. 2013). Put a Dense before it."""

    def __init__(self, pieces):
        self.pieces = positive(pieces, "Maxout needs a number of pieces")

    def connect(self, inputs):
        if inputs % self.pieces:
            raise ValueError(f"Maxout({self.pieces}) cannot group {inputs} features: give a multiple of {self.pieces}")
        self.inputs, self.outputs = inputs, inputs // self.pieces

    def forward(self, a, training):
        grouped = a[:-1].reshape(self.outputs, self.pieces, -1)
        out, y, _ = self.room(a)
        self.winner = np.argmax(grouped, axis=1)[:, None]
        y[...] = np.take_along_axis(grouped, self.winner, axis=1)[:, 0]
        return out

    def backward(self, grad, wanted=True):
        back = np.zeros((self.outputs, self.pieces, grad.shape[1]), grad.dtype)
        np.put_along_axis(back, self.winner, grad[:, None], axis=1)
        return back.reshape(self.inputs, -1)


class GLU(Layer):
    """The first half of the features times ``gate`` of the second half (Dauphin et al. 2017; Shazeer 2020)."""

    def __init__(self, gate="sigmoid"):
        self.gate = activation_called(gate)

    def connect(self, inputs):
        if inputs % 2:
            raise ValueError(f"GLU halves its input: give it an even number of features, not {inputs}")
        self.inputs, self.outputs = inputs, inputs // 2

    def forward(self, a, training):
        self.value, self.x = a[: self.outputs], a[self.outputs : -1]
        out, y, _ = self.room(a)
        self.open = self.gate(self.x)
        np.multiply(self.value, self.open, out=y)
        return out

    def backward(self, grad, wanted=True):
        return np.concatenate([grad * self.open, self.gate.backward(self.x, grad * self.value)])


class Dropout(Layer):
    """In training, set each feature to 0 with probability ``rate`` and scale up the others (Srivastava et al. 2014)."""

    def __init__(self, rate):
        if not 0 <= rate < 1:
            raise ValueError(f"the rate of dropout is a probability below 1, not {rate}")
        self.rate = rate

    def start(self, rng, gain):
        self.rng = rng

    def forward(self, a, training):
        if not training:
            self.scale = 1.0
            return a
        kept = (self.rng.random((self.inputs, a.shape[1])) >= self.rate).astype(a.dtype)
        self.scale, shift = self.replace(kept)
        out, y, _ = self.room(a)
        y[...] = a[:-1] * self.scale + shift
        return out

    def replace(self, kept):
        """The factor and the shift that make of each feature what the next layer gets; ``kept``: 1, or 0 to drop it."""
        return kept / (1 - self.rate), 0.0

    def backward(self, grad, wanted=True):
        return grad * self.scale


class AlphaDropout(Dropout):
    """Dropout for SELU: it sets features to SELU's lower limit, and keeps mean 0 and variance 1 (Klambauer 2017)."""

    def replace(self, kept):
        low, keep = selu.bounds[0], 1 - self.rate
        stretch = 1 / math.sqrt(keep * (1 + self.rate * low**2))
        return stretch * kept, stretch * low * (1 - kept - self.rate)


# Initialisations: fill layer.weights, of shape (outputs, inputs); the biases are 0 already


def _normal(variance):
    def init(layer, rng, gain):
        layer.weights[...] = rng.normal(size=layer.weights.shape) * math.sqrt(variance(layer, gain))

    return init


def _torch(layer, rng, gain):
    layer.W[...] = rng.uniform(-1, 1, size=layer.W.shape) / math.sqrt(layer.inputs)


INITIALISATIONS = {
    "gain": _normal(lambda layer, gain: gain**2 / layer.inputs),  # keeps the mean square, whatever the activation
    "lecun": _normal(lambda layer, gain: 1 / layer.inputs),  # LeCun et al. 1998
    "glorot": _normal(lambda layer, gain: 2 / (layer.inputs + layer.outputs)),  # Glorot & Bengio 2010
    "he": _normal(lambda layer, gain: 2 / layer.inputs),  # He et al. 2015
    "torch": _torch,  # what torch.nn.Linear does: uniform, and the biases too
}
"""Name -> how the weights of a Dense layer start."""


def activation_called(f):
    """The activation called f, or f itself."""
    return f if isinstance(f, Activation) else named(ACTIVATIONS, f, "activation")


def named(table, name, what):
    """An entry by its name, or an error that lists the names."""
    if not isinstance(name, str) or name not in table:
        raise ValueError(f"there is no {what} {name!r}; the names are {', '.join(table)}")
    return table[name]


def positive(number, what):
    """The number, or an error."""
    if not isinstance(number, Integral) or number < 1:
        raise ValueError(f"{what}, 1 or more; got {number!r}")
    return int(number)
