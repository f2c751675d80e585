"""Networks give the gradients, the training runs and the messages that they promise, for layers of every kind."""

import copy
import itertools
import math
import operator
import warnings

import needs
import numpy as np
import pytest

from course_lib.activations import ACTIVATIONS, Activation, Paper, relu, selu
from course_lib.layers import (
    GLU,
    INITIALISATIONS,
    AlphaDropout,
    Dense,
    Dropout,
    Elementwise,
    Maxout,
    PReLU,
)
from course_lib.network import (
    SGD,
    Adam,
    BinaryCrossEntropy,
    CategoricalCrossEntropy,
    Network,
    SquaredError,
    epochs,
    train,
)

EVERY = pytest.mark.parametrize("f", ACTIVATIONS.values(), ids=lambda f: f.name)
H = 1e-30  # of the complex step: nothing is subtracted, so it can be this small

# Where a layer can stand: after a Dense, first, last, behind another activation
PLACES = {
    "after a Dense": lambda layer: [Dense(6, "torch"), layer, Dense(2, "torch")],
    "first": lambda layer: [layer, Dense(2, "torch")],
    "last": lambda layer: [Dense(4, "torch"), layer],
    "alone": lambda layer: [layer],
    "after tanh": lambda layer: [Dense(6, "torch"), "tanh", layer, Dense(2, "torch")],
    "before tanh": lambda layer: [Dense(6, "torch"), layer, "tanh", Dense(2, "torch")],
    "twice": lambda layer: [Dense(12, "torch"), layer, layer, Dense(2, "torch")],
}
PLACE = pytest.mark.parametrize("place", PLACES)

OTHER_LAYERS = {
    "PReLU": PReLU(0.3),
    "Maxout": Maxout(2),
    "GLU": GLU(),
    "Dropout": Dropout(0.4),
    "AlphaDropout": AlphaDropout(0.4),
}
OTHERS = pytest.mark.parametrize("name", OTHER_LAYERS)

LOSSES = {"squared": SquaredError(), "binary": BinaryCrossEntropy(), "categorical": CategoricalCrossEntropy()}
EVERY_LOSS = pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))
OPTIMISERS = {"SGD": lambda: SGD(0.2), "momentum": lambda: SGD(0.1, momentum=0.8), "Adam": lambda: Adam(0.02)}


def data(loss, examples=7, inputs=4, outputs=2, seed=0):
    """Inputs from N(0, 2²), so that every piece of every function is met, and targets that fit the loss."""
    rng = np.random.default_rng(seed)
    X = 2 * rng.normal(size=(examples, inputs))
    if isinstance(loss, CategoricalCrossEntropy):
        return X, rng.integers(0, outputs, examples)
    if isinstance(loss, BinaryCrossEntropy):
        return X, rng.integers(0, 2, (examples, outputs))
    return X, rng.normal(size=(examples, outputs))


def value(net, X, y, loss, training=False):
    """The loss from a copy of the network: the same dropout each time, and complex numbers stay complex."""
    net = copy.deepcopy(net)
    z = net._forward(net.upright(X), training)[:-1]
    return loss.value(z, loss.targets(y, net.outputs, len(X)))


def slopes(function, x):
    """The gradient of a function of the array x, one complex step after the other."""
    result = np.zeros(x.shape)
    for i in np.ndindex(x.shape):
        moved = x.astype(complex)
        moved[i] += 1j * H
        result[i] = function(moved).imag / H
    return result


def measured(net, X, y, loss, training=False):
    """The gradients with respect to the parameters and to X, by complex steps."""
    other = net.astype(complex)

    def of_parameters(parameters):
        other.parameters = parameters
        return value(other, X, y, loss, training)

    by_parameters = slopes(of_parameters, net.parameters)
    other.parameters = net.parameters
    return by_parameters, slopes(lambda moved: value(other, moved, y, loss, training), X)


def computed(net, X, y, loss, training=False):
    """The same by the backward pass."""
    net = copy.deepcopy(net)
    z = net._forward(net.upright(X), training)[:-1]
    grad = loss.gradient(z, net._ready(X, y, loss)[1])
    by_inputs = net._backward(grad, wanted=True).T
    return net._gradient, by_inputs


def assert_same(got, wanted, digits=1e-12):
    """To that relative precision; what cancels, to that part of the largest."""
    np.testing.assert_allclose(got, wanted, rtol=digits, atol=digits * np.abs(wanted).max(initial=0))


def assert_backward_is_right(net, X, y, loss, training=False):
    for got, wanted in zip(computed(net, X, y, loss, training), measured(net, X, y, loss, training), strict=True):
        assert_same(got, wanted)
    wanted, _ = measured(net, X, y, loss, training)
    loss_value, gradient = copy.deepcopy(net).gradient(X, y, loss, training)
    assert loss_value == pytest.approx(value(net, X, y, loss, training), rel=1e-14)
    assert_same(gradient, wanted)


def generic(f):
    """The layer of an activation without its short cut."""
    layer = Elementwise(f)
    layer.write = layer.slope = None
    return layer


def weights_of(net):
    return [layer.weights for layer in net.layers if isinstance(layer, Dense)]


# Backward beside complex steps


@EVERY
@PLACE
@pytest.mark.parametrize("layer", [Elementwise, generic], ids=["layer", "generic"])
def test_every_activation_sends_back_what_complex_steps_measure(f, place, layer):
    loss, outputs = SquaredError(), 4 if place in ("last", "alone") else 2
    X, y = data(loss, outputs=outputs)
    net = Network(4, PLACES[place](layer(f)), seed=1)
    assert_backward_is_right(net, X, y, loss)
    assert (f.name == "step") == (not computed(net, X, y, loss)[1].any())


def test_an_activation_of_ones_own_is_used_also_if_it_has_the_name_of_a_known_one():
    def tanh(x):
        """Twice the usual."""
        return 2 * np.tanh(x)

    paper = Paper("Nobody", 2026, "Nothing", "https://example.org")
    f = Activation(tanh, bounds=(-2, 2), kinks=(), double=False, latex="", paper=paper, torch=None, domain={})
    f.define_derivative("")(lambda x: 2 - 2 * np.tanh(x) ** 2)
    X, y = data(SquaredError())
    net = Network(4, [Dense(2, "torch"), f])
    assert_same(net(X), 2 * Network(4, [Dense(2, "torch"), "tanh"])(X))
    assert_backward_is_right(net, X, y, SquaredError())


@OTHERS
@PLACE
def test_every_other_layer_sends_back_what_complex_steps_measure(name, place):
    loss, narrowing = SquaredError(), 2 if name in ("Maxout", "GLU") else 1
    net = Network(4, PLACES[place](OTHER_LAYERS[name]), seed=1)
    assert net.outputs == (4 // narrowing if place in ("last", "alone") else 2)
    X, y = data(loss, outputs=net.outputs)
    for training in (False, True):
        assert_backward_is_right(net, X, y, loss, training)


@EVERY
def test_glu_sends_back_what_complex_steps_measure_for_every_gate(f):
    loss = SquaredError()
    X, y = data(loss)
    for gate in (f, f.name):
        assert_backward_is_right(Network(4, [Dense(6, "torch"), GLU(gate), Dense(2)]), X, y, loss)


def test_prelu_learns_a_slope_for_each_feature():
    X, y = data(SquaredError(), examples=20)
    net = Network(4, [Dense(3), PReLU(0.1), Dense(2)])
    net.layers[1].alpha[:] = [0.2, -0.5, 1.5]
    assert_backward_is_right(net, X, y, SquaredError())
    before = net.layers[1].alpha.copy()
    train(net, X, y, SquaredError(), epochs=1)
    assert np.all(net.layers[1].alpha != before)


@pytest.mark.parametrize("pieces", [1, 2, 3, 6])
def test_maxout_sends_back_what_complex_steps_measure_for_any_number_of_pieces(pieces):
    X, y = data(SquaredError())
    net = Network(4, [Dense(6, "torch"), Maxout(pieces), Dense(2)])
    assert_backward_is_right(net, X, y, SquaredError())
    z = Network(4, net.layers[:1], seed=0)(X)
    assert np.array_equal(Network(4, [Dense(6, "torch"), Maxout(pieces)])(X), z.reshape(7, -1, pieces).max(axis=2))


@EVERY_LOSS
@pytest.mark.parametrize("outputs", [1, 2, 3, 10])
@pytest.mark.parametrize("examples", [1, 7])
def test_every_loss_sends_back_what_complex_steps_measure(loss, outputs, examples):
    X, y = data(loss, examples=examples, outputs=outputs)
    net = Network(4, [Dense(5), "tanh", Dense(outputs, "torch")])
    assert_backward_is_right(net, X, y, loss)
    certain = isinstance(loss, CategoricalCrossEntropy) and outputs == 1
    assert certain == (not computed(net, X, y, loss)[0].any())


@EVERY_LOSS
def test_a_loss_leaves_its_arguments_alone(loss):
    _, y = data(loss)
    z = np.random.default_rng(0).normal(size=(2, 7))
    kept, targets = z.copy(), loss.targets(y, 2, 7)
    kept_targets = targets.copy()
    loss.value(z, targets)
    loss.gradient(z, targets)
    assert np.array_equal(z, kept)
    assert np.array_equal(targets, kept_targets)


def test_losses_of_logits_are_minus_the_logarithm_of_the_probability():
    z, y = np.array([[2.0, -1.0, 0.5], [0.0, 3.0, 0.5]]), np.array([0, 0, 1])
    p = np.exp(z) / np.exp(z).sum(axis=0)
    loss = CategoricalCrossEntropy()
    assert loss.value(z, loss.targets(y, 2, 3)) == pytest.approx(-np.log(p[y, range(3)]).mean(), rel=1e-14)
    p, labels = 1 / (1 + np.exp(-z)), np.array([[1, 0], [0, 0], [1, 1]])
    loss = BinaryCrossEntropy()
    wanted = -np.log(np.where(labels.T == 1, p, 1 - p)).mean()
    assert loss.value(z, loss.targets(labels, 2, 3)) == pytest.approx(wanted, rel=1e-14)


def test_losses_of_huge_logits_stay_finite():
    z = np.array([[1e4, -1e4], [-1e4, 1e4]])
    for loss, y, wanted in [
        (CategoricalCrossEntropy(), [0, 1], 0),
        (CategoricalCrossEntropy(), [1, 0], 2e4),
        (BinaryCrossEntropy(), [[1, 0], [0, 1]], 0),
        (BinaryCrossEntropy(), [[0, 1], [1, 0]], 1e4),
    ]:
        targets = loss.targets(y, 2, 2)
        assert loss.value(z, targets) == wanted
        assert np.abs(loss.gradient(z, targets)).max() == (0 if wanted == 0 else 0.5 if wanted == 2e4 else 0.25)


# Beside PyTorch


@pytest.fixture(scope="module")
def torch():
    return needs.module("torch", extra="torch")


def activation_in_torch(torch, f):
    special = {
        "identity": torch.nn.Identity(),
        "swish": torch.nn.functional.silu,
        "gelu_tanh": torch.nn.GELU(approximate="tanh"),
    }
    return special.get(f.name) or operator.attrgetter(f.torch.removeprefix("torch."))(torch)


def forward_in_torch(torch, net, parameters, a):
    """What PyTorch makes of the inputs a with the layers of the network and this flat vector of parameters."""
    pieces = iter(torch.split(parameters, [layer.size for layer in net.layers]))
    for layer, own in zip(net.layers, pieces, strict=True):
        match layer:
            case Dense():
                W = own.reshape(layer.outputs, -1)
                a = torch.nn.functional.linear(a, W[:, :-1], W[:, -1])
            case Elementwise():
                a = activation_in_torch(torch, layer.f)(a)
            case PReLU():
                a = torch.nn.functional.prelu(a, own)
            case Maxout():
                a = a.unflatten(1, (-1, layer.pieces)).max(2).values
            case GLU():
                first, second = a.chunk(2, 1)
                a = first * activation_in_torch(torch, layer.gate)(second)
            case Dropout():  # with the mask of the last forward pass
                scale, shift = layer.replace(np.where(layer.scale == 0, 0.0, 1.0))
                a = a * torch.tensor(scale.T) + torch.tensor(shift + 0 * scale).T
    return a


def loss_in_torch(torch, loss, z, y):
    y = torch.tensor(y)
    if isinstance(loss, CategoricalCrossEntropy):
        return torch.nn.functional.cross_entropy(z, y)
    if isinstance(loss, BinaryCrossEntropy):
        return torch.nn.functional.binary_cross_entropy_with_logits(z, y.to(z.dtype))
    return torch.nn.functional.mse_loss(z, y)


def assert_as_in_torch(torch, net, loss, training=False, digits=1e-12):
    X, y = data(loss, outputs=net.outputs)
    parameters = torch.tensor(net.parameters, requires_grad=True)
    inputs = torch.tensor(X, requires_grad=True)
    value, gradient = net.gradient(X, y, loss, training)
    by_inputs = net._backward(loss.gradient(net_output(net), net._ready(X, y, loss)[1]), wanted=True).T
    theirs = loss_in_torch(torch, loss, forward_in_torch(torch, net, parameters, inputs), y)
    theirs.backward()
    assert value == pytest.approx(theirs.item(), rel=digits)
    assert_same(gradient, parameters.grad.numpy(), digits)
    assert_same(by_inputs, inputs.grad.numpy(), digits)


def net_output(net):
    """What the last forward pass over the 7 examples of ``data`` has left in the last layer, a Dense."""
    return net.layers[-1]._rooms[7][1]


@pytest.mark.parametrize("f", [f for f in ACTIVATIONS.values() if f.name != "step"], ids=lambda f: f.name)
def test_every_activation_has_the_gradients_of_pytorch(torch, f):
    digits = 1e-7 if f.name == "hard_sigmoid" else 1e-12  # PyTorch's 1/6 is a float32 constant
    for layers in ([f], [generic(f)], [f, f], [GLU(f)]):
        net = Network(4, [Dense(8, "torch"), *layers, Dense(2)])
        assert_as_in_torch(torch, net, SquaredError(), digits=digits)


@OTHERS
def test_every_other_layer_has_the_gradients_of_pytorch(torch, name):
    net = Network(4, [Dense(6, "torch"), OTHER_LAYERS[name], Dense(2)])
    assert_as_in_torch(torch, net, SquaredError(), training=True)


@EVERY_LOSS
@pytest.mark.parametrize("outputs", [1, 2, 10])
def test_every_loss_has_the_value_and_the_gradients_of_pytorch(torch, loss, outputs):
    assert_as_in_torch(torch, Network(4, [Dense(5), "tanh", Dense(outputs)]), loss)


@EVERY_LOSS
@pytest.mark.parametrize("optimiser", OPTIMISERS)
@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_a_whole_training_run_is_pytorchs(torch, loss, optimiser, name):
    X, y = data(loss, examples=50, outputs=3)
    net = Network(4, [Dense(8), name, Dense(6), name, Dense(3)], seed=1)
    parameters = torch.tensor(net.parameters, requires_grad=True)
    start = net.parameters.copy()
    theirs = {
        "SGD": lambda: torch.optim.SGD([parameters], 0.2),
        "momentum": lambda: torch.optim.SGD([parameters], 0.1, momentum=0.8),
        "Adam": lambda: torch.optim.Adam([parameters], 0.02),
    }[optimiser]()
    rng = np.random.default_rng(3)
    losses = []
    for _ in range(10):
        order = rng.permutation(50)
        for batch in np.split(order, [16, 32, 48]):
            theirs.zero_grad()
            z = forward_in_torch(torch, net, parameters, torch.tensor(X[batch]))
            loss_in_torch(torch, loss, z, y[batch]).backward()
            theirs.step()
        z = forward_in_torch(torch, net, parameters, torch.tensor(X))
        losses.append(loss_in_torch(torch, loss, z, y).item())
    history = train(net, X, y, loss, OPTIMISERS[optimiser](), epochs=10, batch=16, seed=3)
    assert np.abs(net.parameters - start).max() > 0.1
    assert_same(net.parameters, parameters.detach().numpy(), 1e-8)
    assert_same([record["loss"] for record in history], losses, 1e-8)


# The start


@pytest.mark.parametrize(
    ("init", "variance"), [("gain", 2 / 500), ("lecun", 1 / 500), ("glorot", 2 / 900), ("he", 2 / 500)]
)
def test_weights_start_normal_with_their_variance_and_biases_at_zero(init, variance):
    first = Network(500, [Dense(400, init), "relu", Dense(1)]).layers[0]
    assert first.weights.mean() == pytest.approx(0, abs=0.01 * math.sqrt(variance))
    assert first.weights.var() == pytest.approx(variance, rel=0.01)
    assert (first.weights**4).mean() == pytest.approx(3 * variance**2, rel=0.03)
    assert not first.bias.any()


def test_the_initialisations_tested_are_all_there_are():
    assert set(INITIALISATIONS) == {"gain", "lecun", "glorot", "he", "torch"}


def test_pytorchs_start_is_that_of_its_linear_layer(torch):
    torch.manual_seed(0)
    theirs = torch.nn.Linear(300, 2000)
    mine = Network(300, [Dense(2000, "torch")]).layers[0]
    for ours, other in [(mine.weights, theirs.weight), (mine.bias, theirs.bias)]:
        other = other.detach().numpy()
        assert np.abs(ours).max() == pytest.approx(np.abs(other).max(), rel=0.01)
        assert np.abs(ours).max() <= 1 / math.sqrt(300)
        assert ours.var() == pytest.approx(other.var(), rel=0.1)


@EVERY
def test_gain_is_that_of_the_activation_that_follows(f):
    first, last = weights_of(Network(200, [Dense(200), f, Dense(200)]))
    assert first.var() == pytest.approx(f.gain**2 / 200, rel=0.05)
    assert last.var() == pytest.approx(1 / 200, rel=0.05)


def test_the_gain_of_prelu_is_that_of_its_first_slope():
    first = Network(200, [Dense(200), PReLU(0.5)]).layers[0]
    assert first.weights.var() == pytest.approx(2 / (1 + 0.5**2) / 200, rel=0.05)


def mean_squares(init, name):
    """The mean square that leaves each of 20 layers."""
    X, y = np.random.default_rng(0).normal(size=(100, 300)), np.zeros((100, 300))
    rows = Network(300, [Dense(300, init), name] * 20, seed=2).statistics(X, y, SquaredError())
    return np.array([row["mean"] ** 2 + row["variance"] for row in rows if row["layer"] == name])


@pytest.mark.parametrize("name", ["relu", "tanh", "selu"])
def test_gain_keeps_the_mean_square_through_20_layers(name):
    squares = mean_squares("gain", name)
    assert len(squares) == 20
    assert squares.min() > squares[0] / 2
    assert squares.max() < squares[0] * 2


def test_without_the_gain_relu_loses_half_the_mean_square_in_each_layer():
    assert mean_squares("lecun", "relu")[-1] == pytest.approx(2**-20, rel=0.7)


# The same run, the same numbers


def run(dtype=np.float64, start=0, seed=0, layers=None, **options):
    X, y = data(CategoricalCrossEntropy(), examples=40, outputs=3)
    net = Network(4, layers or [Dense(6), "relu", Dropout(0.2), Dense(3)], seed=start, dtype=dtype)
    history = train(net, X, y, CategoricalCrossEntropy(), Adam(0.01), epochs=3, batch=16, seed=seed, **options)
    return net, history


def test_the_same_seed_gives_the_same_run_and_another_another():
    (one, first), (two, second) = run(), run()
    assert np.array_equal(one.parameters, two.parameters)
    assert first == second
    for other in (run(start=1), run(seed=1)):
        assert not np.allclose(other[0].parameters, one.parameters)
        assert other[1] != first


def test_looking_on_changes_nothing_of_a_run():
    X, y = data(CategoricalCrossEntropy(), examples=10, outputs=3, seed=5)
    plain, watched = run()[0], run(statistics=True, validation=(X, y))[0]
    assert np.array_equal(plain.parameters, watched.parameters)


@pytest.mark.parametrize(
    "layer", ["relu", "tanh", "sigmoid", "gelu", "mish", *OTHER_LAYERS.values()], ids=lambda f: str(f)
)
def test_float32_stays_float32_and_near_float64(layer):
    layers = [Dense(6), layer, Dense(3)]
    (narrow, history), (wide, wanted) = run(np.float32, layers=layers, statistics=True), run(layers=layers)
    X = data(CategoricalCrossEntropy(), examples=40, outputs=3)[0]
    assert narrow.parameters.dtype == narrow(X).dtype == np.float32
    y = np.zeros(40, int)
    grad = CategoricalCrossEntropy().gradient(narrow._forward(narrow.upright(X), True)[:-1], np.float32(0))
    assert narrow.gradient(X, y, CategoricalCrossEntropy(), True)[1].dtype == np.float32
    for part in reversed(narrow.layers):
        grad = part.backward(grad)
        assert grad.dtype == np.float32
    np.testing.assert_allclose(narrow.parameters, wide.parameters, atol=1e-4)
    assert history[-1]["loss"] == pytest.approx(wanted[-1]["loss"], rel=1e-4)


def test_other_numbers_are_a_copy():
    net = Network(4, [Dense(3), PReLU(), Dropout(0.5), Dense(2)])
    X, y = data(SquaredError())
    for duplicate in (lambda: net.astype(np.float32), lambda: net.astype(np.float64), lambda: copy.deepcopy(net)):
        other = duplicate()
        before, kept = net.parameters.copy(), other.parameters.copy()
        np.testing.assert_allclose(other(X), net(X), rtol=1e-5, atol=1e-6)
        train(net, X, y, SquaredError(), epochs=1)
        assert np.array_equal(other.parameters, kept)
        kept = net.parameters.copy()
        output = other(X)
        train(other, X, y, SquaredError(), epochs=1)
        assert not np.array_equal(other(X), output)
        assert np.array_equal(net.parameters, kept)
        assert not np.array_equal(net.parameters, before)


def test_a_copy_draws_the_same_dropout():
    net = Network(4, [Dense(30), Dropout(0.5), Dense(2)])
    X, y = data(SquaredError())
    other = copy.deepcopy(net)
    first = net.gradient(X, y, SquaredError(), training=True)[0]
    assert other.gradient(X, y, SquaredError(), training=True)[0] == first
    assert net.gradient(X, y, SquaredError(), training=True)[0] != first


def test_parameters_are_the_whole_state():
    X, y = data(SquaredError(), examples=30)
    net = Network(4, [Dense(6), PReLU(), Dense(6), "tanh", Dense(2)])
    assert net.parameters.shape == (5 * 6 + 6 + 7 * 6 + 7 * 2,)
    train(net, X, y, SquaredError(), epochs=2)
    saved, output = net.parameters.copy(), net(X)
    later = [net.parameters.copy() for _ in range(2) if train(net, X, y, SquaredError(), epochs=2)]
    assert not np.allclose(net(X), output)
    net.parameters = saved
    assert np.array_equal(net(X), output)
    train(net, X, y, SquaredError(), epochs=2)
    assert np.array_equal(net.parameters, later[0])
    net.parameters[:] = saved
    assert np.array_equal(net(X), output)


def test_to_move_the_parameters_by_hand_moves_the_network():
    X, y = data(SquaredError(), examples=30)
    net, other = (Network(4, [Dense(6), "tanh", Dense(2)]) for _ in range(2))
    net.parameters -= 0.1 * net.gradient(X, y, SquaredError())[1]
    train(other, X, y, SquaredError(), SGD(0.1), epochs=1, batch=None)
    assert_same(net.parameters, other.parameters)
    assert_same(net(X), other(X))
    with pytest.raises(ValueError, match="broadcast"):
        net.parameters = np.zeros(3)


def test_weights_and_bias_are_views_of_the_parameters():
    net = Network(3, [Dense(2), PReLU(), Dense(1)])
    net.parameters = np.arange(13)
    first, slopes, last = net.layers
    assert np.array_equal(first.weights, [[0, 1, 2], [4, 5, 6]])
    assert np.array_equal(first.bias, [3, 7])
    assert np.array_equal(slopes.alpha, [8, 9])
    assert np.array_equal(last.weights, [[10, 11]])
    assert np.array_equal(net([[1, 0, 0]]), [[10 * 3 + 11 * 11 + 12]])


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
@pytest.mark.parametrize("loss", LOSSES.values(), ids=list(LOSSES))
@pytest.mark.parametrize("first", [Dense(4), "relu", "gelu", Dropout(0.3)], ids=str)
def test_x_and_y_are_never_changed(dtype, loss, first):
    X, y = data(loss, examples=20)
    X = X.astype(dtype)
    kept = X.copy(), y.copy()
    X.flags.writeable = y.flags.writeable = False
    net = Network(4, [first, Dense(2), "tanh"], dtype=dtype)
    net(X)[:] = 0
    net.gradient(X, y, loss, training=True)
    net.evaluate(X, y, loss)
    net.statistics(X, y, loss)
    train(net, X, y, loss, epochs=2, validation=(X, y), batch=None)
    train(net, X, y, loss, epochs=2, validation=(X, y), statistics=True)
    assert np.array_equal(X, kept[0])
    assert np.array_equal(y, kept[1])


def test_what_a_network_returns_is_not_overwritten_later():
    X, y = data(SquaredError())
    net = Network(4, [Dense(2), "tanh"])
    output, (_, gradient) = net(X), net.gradient(X, y, SquaredError())
    kept = output.copy(), gradient.copy()
    net(X + 1)
    net.gradient(X + 1, y, SquaredError())
    assert np.array_equal(output, kept[0])
    assert np.array_equal(gradient, kept[1])


def test_two_networks_from_one_list_share_nothing():
    X, y = data(SquaredError())
    layers = [Dense(5), PReLU(), Dropout(0.1), "relu", Elementwise(relu), Dense(2)]
    one, two = Network(4, layers), Network(4, layers, seed=1)
    wider = Network(9, layers)
    assert wider.layers[0].weights.shape == (5, 9)
    kept, output = two.parameters.copy(), two(X)
    train(one, X, y, SquaredError(), epochs=2)
    assert np.array_equal(two.parameters, kept)
    assert np.array_equal(two(X), output)
    assert not hasattr(layers[0], "weights")
    assert not {id(layer) for layer in one.layers} & {id(layer) for layer in [*two.layers, *layers]}


def test_a_layer_named_twice_is_two_layers():
    dense = Dense(3)
    net = Network(3, [dense, "tanh", dense])
    assert net.parameters.size == 24
    assert not np.array_equal(*weights_of(net))


def test_layers_of_another_network_can_be_used_in_another_place():
    X, y = data(SquaredError())
    used = Network(4, [Dense(4), "tanh", Dense(2)])
    net = Network(4, used.layers[1:])
    assert np.array_equal(net(X), Network(4, ["tanh", Dense(2)])(X))
    history = train(net, X, y, SquaredError(), SGD(1e-9), epochs=2)
    assert history[-1] == pytest.approx({"epoch": 2} | net.evaluate(X, y, SquaredError()))
    assert_backward_is_right(net, X, y, SquaredError())


# Statistics


def test_statistics_of_a_rigged_layer_are_the_true_ones():
    net = Network(2, [Dense(4), "relu", Dense(1)])
    net.layers[0].weights[:] = [[1, 0], [0, 1], [0, 0], [-1, 0]]
    net.layers[0].bias[:] = [0, 0, -1, -100]
    X, y = [[1, 2], [-1, 3], [-2, -4]], [0, 0, 0]
    dense, active, last = net.statistics(X, y, SquaredError())
    z = np.array([[1, 2, -1, -101], [-1, 3, -1, -99], [-2, -4, -1, -98]])
    a = np.maximum(z, 0)
    assert [row["layer"] for row in (dense, active, last)] == ["Dense(4)", "relu", "Dense(1)"]
    for row, output in [(dense, z), (active, a), (last, net(X))]:
        assert row["mean"] == pytest.approx(output.mean())
        assert row["variance"] == pytest.approx(output.var())
    assert (dense["zeros"], dense["dead"]) == (0, 0)
    assert (active["zeros"], active["dead"]) == (9 / 12, 2 / 4)
    assert last["gradient"] == pytest.approx(2 * np.linalg.norm(net(X)) / 3)
    assert active["gradient"] == pytest.approx(last["gradient"] * np.linalg.norm(net.layers[2].weights))


@EVERY_LOSS
def test_statistics_have_the_true_norms_of_the_gradients(loss):
    X, y = data(loss)
    layers = [Dense(6), "relu", "tanh", GLU(), Dropout(0.5), Dense(4, "torch"), "gelu", Maxout(2)]  # no tie: biases
    net = Network(4, layers)
    other = net.astype(complex)
    for place, row in enumerate(net.statistics(X, y, loss), start=1):
        head, tail = copy.copy(other), copy.copy(other)
        head.layers, tail.layers = other.layers[:place], other.layers[place:]
        a = head._forward(head.upright(X)).copy()

        def rest(out, a=a, tail=tail):
            whole = a.copy()
            whole[:-1] = out
            return loss.value(tail._forward(whole)[:-1], loss.targets(y, net.outputs, len(X)))

        assert row["gradient"] == pytest.approx(np.linalg.norm(slopes(rest, a[:-1].real.copy())), rel=1e-12)


def test_statistics_are_plain_numbers_and_change_nothing():
    X, y = data(SquaredError())
    net = Network(4, [Dense(3), "relu", Dropout(0.5), Dense(2)], dtype=np.float32)
    before = net.parameters.copy()
    rows = net.statistics(X, y, SquaredError())
    assert rows == net.statistics(X, y, SquaredError())
    assert np.array_equal(net.parameters, before)
    assert {type(row[key]) for row in rows for key in ("mean", "variance", "zeros", "dead", "gradient")} == {float}


# Dropout


@pytest.mark.parametrize("layer", [Dropout(0.5), AlphaDropout(0.5)], ids=str)
def test_dropout_is_off_in_evaluation(layer):
    X, y = data(SquaredError())
    net, plain = Network(4, [Dense(9), "selu", layer, Dense(2)]), Network(4, [Dense(9), "selu", Dense(2)])
    assert np.array_equal(net.parameters, plain.parameters)
    assert np.array_equal(net(X), plain(X))
    assert net.evaluate(X, y, SquaredError()) == plain.evaluate(X, y, SquaredError())
    theirs = plain.gradient(X, y, SquaredError())
    net.gradient(X, y, SquaredError(), training=True)  # leaves no mask behind
    mine = net.gradient(X, y, SquaredError())
    assert mine[0] == theirs[0]
    assert np.array_equal(mine[1], theirs[1])
    assert net.gradient(X, y, SquaredError(), training=True)[0] != theirs[0]


def test_training_drops_and_the_loss_it_reports_does_not():
    X, y = data(SquaredError(), examples=40)
    nets = [Network(4, [Dense(9, "lecun"), layer, Dense(2)]) for layer in (Dropout(0.5), "identity")]
    first, second = (train(net, X, y, SquaredError(), SGD(0), epochs=1)[0]["loss"] for net in nets)
    assert first == second == nets[1].evaluate(X, y, SquaredError())["loss"]
    for net in nets:
        train(net, X, y, SquaredError(), epochs=1)
    assert not np.allclose(*(net.parameters for net in nets))


@pytest.mark.parametrize("rate", [0, 0.1, 0.5, 0.9])
def test_dropout_drops_its_share_and_keeps_the_mean(rate):
    net = Network(100, [Dropout(rate)])
    out = net._forward(net.upright(np.full((2000, 100), 3.0)), training=True)
    assert np.all(out[-1] == 1)
    assert (out[:-1] == 0).mean() == pytest.approx(rate, abs=0.005)
    assert np.unique(out[:-1])[-1] == pytest.approx(3 / (1 - rate))
    assert out[:-1].mean() == pytest.approx(3, rel=0.03)
    assert out[:-1].mean(axis=1).std() < 0.3, "features differ"
    assert out[:-1].mean(axis=0).std() < 1.2, "examples differ"


@pytest.mark.parametrize("rate", [0, 0.1, 0.5])
def test_alpha_dropout_keeps_mean_and_variance_of_what_selu_gets_and_sends(rate):
    X = selu(np.random.default_rng(1).normal(size=(3000, 100)))
    net = Network(100, [AlphaDropout(rate)])
    out = net._forward(net.upright(X), training=True)[:-1]
    assert out.mean() == pytest.approx(0, abs=0.01)
    assert out.var() == pytest.approx(1, rel=0.02)
    values, counts = np.unique(out, return_counts=True)
    if rate == 0:
        assert_same(out, X.T)
    else:
        assert counts.max() / out.size == pytest.approx(rate, abs=0.01)
        assert np.sum(counts > 1) == 1, "all that is dropped gets the same value"
        assert values[counts.argmax()] < -0.5


# Training


def test_xor_is_learned():
    X, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0]
    net = Network(2, [Dense(8), "tanh", Dense(1)])
    history = train(net, X, y, BinaryCrossEntropy(), Adam(0.05), epochs=200)
    assert history[-1]["accuracy"] == 1
    assert history[-1]["loss"] < 0.05
    assert np.array_equal(net(X)[:, 0] > 0, [False, True, True, False])


@EVERY_LOSS
def test_history_tells_what_each_epoch_led_to(loss):
    X, y = data(loss, examples=30)
    unseen = data(loss, examples=12, seed=8)
    names = ["loss"] if type(loss) is SquaredError else ["loss", "accuracy"]
    net = Network(4, [Dense(5), "tanh", Dense(2)])
    history = train(net, X, y, loss, epochs=3, validation=unseen, statistics=True)
    assert [record["epoch"] for record in history] == [1, 2, 3]
    for record in history:
        assert list(record) == ["epoch", *names, *(f"validation_{name}" for name in names), "layers"]
    assert {name: history[-1][name] for name in names} == net.evaluate(X, y, loss)
    assert {name: history[-1][f"validation_{name}"] for name in names} == net.evaluate(*unseen, loss)
    assert history[-1]["layers"] == net.statistics(X, y, loss)
    assert history[0]["loss"] != history[1]["loss"]
    assert list(train(net, X, y, loss, epochs=1)[0]) == ["epoch", *names]


def test_accuracy_is_the_share_of_right_answers():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(50, 3))
    net = Network(3, [Dense(4)])
    y = rng.integers(0, 4, 50)
    right = net(X).argmax(axis=1) == y
    assert 0 < right.mean() < 1
    assert net.evaluate(X, y, CategoricalCrossEntropy())["accuracy"] == right.mean()
    y = rng.integers(0, 2, (50, 4))
    assert net.evaluate(X, y, BinaryCrossEntropy())["accuracy"] == ((net(X) > 0) == y).mean()


def test_a_network_that_cannot_tell_the_classes_apart_is_right_by_chance_only():
    net = Network(2, [Dense(4)])
    net.parameters = 0
    X, y = np.ones((8, 2)), np.arange(8) % 4
    assert net.evaluate(X, y, CategoricalCrossEntropy()) == {"loss": pytest.approx(math.log(4)), "accuracy": 0.25}


def test_epochs_yields_without_end_what_train_collects():
    X, y = data(SquaredError(), examples=30)
    one, two = (Network(4, [Dense(5), "tanh", Dense(2)]) for _ in range(2))
    passes = epochs(one, X, y, SquaredError(), SGD(0.1))
    assert list(itertools.islice(passes, 5)) == train(two, X, y, SquaredError(), SGD(0.1), epochs=5)
    assert next(passes)["epoch"] == 6


def test_without_an_optimiser_train_uses_sgd():
    X, y = data(SquaredError(), examples=40)
    one, two = (Network(4, [Dense(2)]) for _ in range(2))
    assert train(one, X, y, SquaredError(), epochs=2) == train(two, X, y, SquaredError(), SGD(), epochs=2)


class Counting(SGD):
    """Counts the steps; interrupts in one of them."""

    def __init__(self, interrupt=None):
        super().__init__(0.1)
        self.steps, self.interrupt = 0, interrupt

    def step(self, parameters, gradient):
        super().step(parameters, gradient)
        self.steps += 1
        if self.steps == self.interrupt:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("batch", "steps"), [(32, 2), (7, 6), (1, 40), (39, 2), (40, 1), (1000, 1), (None, 1)])
def test_an_epoch_takes_every_example_once_also_where_the_batch_is_larger_than_the_data(batch, steps):
    X, y = data(SquaredError(), examples=40)
    optimiser = Counting()
    train(Network(4, [Dense(2)]), X, y, SquaredError(), optimiser, epochs=3, batch=batch)
    assert optimiser.steps == 3 * steps


def test_an_interrupt_ends_training_politely_and_keeps_what_was_learned(capsys):
    X, y = data(SquaredError(), examples=40)
    net, whole = (Network(4, [Dense(2)]) for _ in range(2))
    history = train(net, X, y, SquaredError(), Counting(interrupt=6), epochs=9, batch=10)
    assert len(history) == 1
    assert capsys.readouterr().out == "Stopped by you after 1 epochs; what was learned until then is kept.\n"
    train(whole, X, y, SquaredError(), SGD(0.1), epochs=1, batch=10)
    assert not np.array_equal(net.parameters, whole.parameters), "two more steps were made"
    assert np.isfinite(net.parameters).all()
    assert len(train(net, X, y, SquaredError(), epochs=2)) == 2, "it can go on"


@EVERY_LOSS
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_a_diverging_loss_ends_training_with_the_reason_and_no_warning(loss, dtype, capsys):
    X, y = data(loss, examples=40)
    net = Network(4, [Dense(20), "relu", Dense(20), "relu", Dense(2)], dtype=dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = train(net, X, y, loss, SGD(1e30), epochs=50, statistics=True, validation=(X, y))
    assert 1 <= len(history) < 50
    assert not math.isfinite(history[-1]["loss"])
    assert all(math.isfinite(record["loss"]) for record in history[:-1])
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith(f"Stopped after epoch {len(history)}: the loss is {history[-1]['loss']}, because")
    assert "SGD(rate=1e+30, momentum=0.0) were too large. Take a smaller rate" in line


def test_a_run_that_converges_prints_nothing(capsys):
    run()
    assert capsys.readouterr() == ("", "")


def test_a_progress_bar_appears_when_training_takes_longer_than_two_seconds(capsys, monkeypatch):
    X, y = data(SquaredError())

    def shown(tick):
        clock = itertools.count(step=tick)
        monkeypatch.setattr("course_lib.network.time.monotonic", lambda: next(clock))
        train(Network(4, [Dense(2)]), X, y, SquaredError(), epochs=20)
        return "epochs:" in capsys.readouterr().err

    assert shown(tick=1)
    assert not shown(tick=0.01)


def test_a_short_training_makes_no_progress_bar(monkeypatch):
    monkeypatch.setattr("tqdm.auto.tqdm", None)
    _, history = run()
    assert len(history) == 3


def test_an_optimiser_starts_anew_with_another_network_and_goes_on_with_the_same():
    X, y = data(SquaredError(), examples=40)

    def trained(optimiser, *numbers):
        net = Network(4, [Dense(2)])
        for number in numbers:
            train(net, X, y, SquaredError(), optimiser, epochs=number, batch=None)
        return net.parameters

    for new in (lambda: SGD(0.01, momentum=0.9), lambda: Adam(0.01)):
        optimiser = new()
        first = trained(optimiser, 3)
        assert np.array_equal(trained(optimiser, 3), first)
        assert_same(trained(new(), 1, 1, 1), first, 1e-9)


# What goes in


def test_lists_and_integers_do_as_well_as_arrays():
    X, labels = [[0, 1], [2, 3], [4, 5]], [0, 1, 1]
    for loss, outputs, y in [
        (SquaredError(), 1, labels),
        (BinaryCrossEntropy(), 1, labels),
        (LOSSES["categorical"], 2, labels),
    ]:
        nets = [Network(2, [Dense(3), "tanh", Dense(outputs)]) for _ in range(3)]
        runs = [
            train(nets[0], X, y, loss, epochs=2, validation=(X, y), statistics=True),
            train(nets[1], np.array(X, float), np.array(y), loss, epochs=2, validation=(X, y), statistics=True),
            train(
                nets[2], np.array(X, np.int8), np.array(y, np.uint8), loss, epochs=2, validation=(X, y), statistics=True
            ),
        ]
        assert runs[0] == runs[1] == runs[2]
        assert np.array_equal(nets[0](X), nets[1](np.array(X)))
        assert nets[0].gradient(X, y, loss)[0] == nets[1].gradient(np.array(X), np.array(y), loss)[0]


def test_a_column_of_targets_is_the_same_as_a_row():
    X, y = data(SquaredError(), outputs=1)
    net = Network(4, [Dense(1)])
    assert net.evaluate(X, y, SquaredError()) == net.evaluate(X, y[:, 0], SquaredError())


def test_yes_and_no_do_as_well_as_one_and_zero():
    X, y = data(BinaryCrossEntropy(), outputs=1)
    net = Network(4, [Dense(1)])
    assert net.evaluate(X, y == 1, BinaryCrossEntropy()) == net.evaluate(X, y, BinaryCrossEntropy())


def test_outputs_have_a_row_for_each_example():
    net = Network(2, [Dense(3), "relu"])
    assert net([[1, 2]]).shape == (1, 3)
    assert net(np.zeros((5, 2))).shape == (5, 3)
    assert net(np.zeros((0, 2))).shape == (0, 3)


GOOD, LABELS = np.zeros((5, 2)), np.array([0, 1, 1, 0, 2])
SQUARED, BINARY, CATEGORICAL = LOSSES.values()


@pytest.mark.parametrize(
    ("outputs", "X", "y", "loss", "message"),
    [
        (3, np.zeros((5, 4)), LABELS, CATEGORICAL, r"inputs of shape \(examples, 2\); got \(5, 4\)"),
        (3, np.zeros(5), LABELS, CATEGORICAL, r"inputs of shape \(examples, 2\); got \(5,\)"),
        (3, np.zeros((5, 2, 1)), LABELS, CATEGORICAL, r"\(examples, 2\); got \(5, 2, 1\)"),
        (3, [], [], CATEGORICAL, r"\(examples, 2\); got \(0,\)"),
        (3, np.zeros((0, 2)), [], CATEGORICAL, r"nothing to learn from: X has the shape \(0, 2\)"),
        (1, np.zeros((0, 2)), [], SQUARED, r"nothing to learn from: X has the shape \(0, 2\)"),
        (3, GOOD, LABELS[:4], CATEGORICAL, r"5 class numbers \(integers\), .*; got int64 of shape \(4,\)"),
        (3, GOOD, LABELS[:, None], CATEGORICAL, r"5 class numbers .*; got int64 of shape \(5, 1\)"),
        (3, GOOD, LABELS * 1.0, CATEGORICAL, r"class numbers \(integers\), .*; got float64 of shape \(5,\)"),
        (3, GOOD, list("abcab"), CATEGORICAL, r"class numbers \(integers\), .*; got <U1 of shape \(5,\)"),
        (3, GOOD, LABELS + 1, CATEGORICAL, r"3 outputs, so classes are 0 to 2; got 3"),
        (3, GOOD, LABELS - 1, CATEGORICAL, r"3 outputs, so classes are 0 to 2; got -1"),
        (1, GOOD, LABELS[:4], SQUARED, r"y must have the shape \(5, 1\), \(examples, outputs\); got \(4,\)"),
        (2, GOOD, LABELS, SQUARED, r"y must have the shape \(5, 2\), \(examples, outputs\); got \(5,\)"),
        (2, GOOD, np.zeros((2, 5)), SQUARED, r"the shape \(5, 2\), .*; got \(2, 5\)"),
        (1, GOOD, 0.0, SQUARED, r"the shape \(5, 1\), .*; got \(\)"),
        (2, GOOD, [0, 1, 0, 1, 0], BINARY, r"the shape \(5, 2\), .*; got \(5,\)"),
        (1, GOOD, LABELS, BINARY, r"binary cross-entropy needs targets 0 and 1; got 2\.0"),
        (1, GOOD, [-1, 1, 1, -1, 1], BINARY, r"needs targets 0 and 1; got -1\.0"),
        (1, GOOD, [0.5, 1, 1, 0, 0.25], BINARY, r"needs targets 0 and 1; got 0\.25, 0\.5"),
        (1, GOOD, [np.nan, 1, 1, 0, 0], BINARY, r"needs targets 0 and 1; got nan"),
        (1, GOOD, [np.nan, 1, 1, 0, 0], SQUARED, r"X and y must be finite numbers; got nan or infinity"),
        (3, GOOD + np.inf, LABELS, CATEGORICAL, r"X and y must be finite numbers; got nan or infinity"),
    ],
)
def test_data_that_do_not_fit_are_refused_everywhere(outputs, X, y, loss, message):
    net = Network(2, [Dense(3), "relu", Dense(outputs)])
    before = net.parameters.copy()
    fitting = {1: np.zeros(5), 2: np.zeros((5, 2)), 3: LABELS}[outputs]
    for use in (
        lambda: net.gradient(X, y, loss),
        lambda: net.evaluate(X, y, loss),
        lambda: net.statistics(X, y, loss),
        lambda: train(net, X, y, loss),
        lambda: train(net, GOOD, fitting, loss, validation=(X, y)),
    ):
        with pytest.raises(ValueError, match=message):
            use()
    assert np.array_equal(net.parameters, before)


def test_inputs_that_do_not_fit_are_refused():
    net = Network(2, [Dense(3)])
    for X in (np.zeros((5, 3)), np.zeros(2), 1.0):
        with pytest.raises(ValueError, match=r"takes inputs of shape \(examples, 2\); got \("):
            net(X)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Network(2, ["rellu"]), "there is no activation 'rellu'; the names are step, identity, sigmoid"),
        (lambda: Network(2, [Dense]), "there is no activation <class .*Dense'>; the names are"),
        (lambda: Network(2, [[Dense(1)]]), r"there is no activation \[Dense\(1\)\]; the names are"),
        (lambda: GLU("gate"), "there is no activation 'gate'; the names are"),
        (
            lambda: Dense(3, "xavier"),
            "there is no initialisation 'xavier'; the names are gain, lecun, glorot, he, torch",
        ),
        (lambda: Dense(0), "Dense needs a number of units, 1 or more; got 0"),
        (lambda: Dense("relu"), "Dense needs a number of units, 1 or more; got 'relu'"),
        (lambda: Dense(2.5), r"Dense needs a number of units, 1 or more; got 2\.5"),
        (lambda: Maxout(0), "Maxout needs a number of pieces, 1 or more; got 0"),
        (lambda: Network(0, [Dense(1)]), "a Network needs a number of inputs, 1 or more; got 0"),
        (lambda: Network(None, [Dense(1)]), "a Network needs a number of inputs, 1 or more; got None"),
        (lambda: Network(5, [Maxout(2)]), r"Maxout\(2\) cannot group 5 features: give a multiple of 2"),
        (lambda: Network(5, [GLU()]), "an even number of features, not 5"),
        (lambda: Dropout(1), "a probability below 1, not 1"),
        (lambda: AlphaDropout(-0.1), r"a probability below 1, not -0\.1"),
        (lambda: train(Network(2, [Dense(1)]), GOOD, LABELS, SQUARED, batch=0), "batch .*, 1 or more; got 0"),
        (lambda: train(Network(2, [Dense(1)]), GOOD, LABELS, SQUARED, batch=0.5), r"batch .*, 1 or more; got 0\.5"),
    ],
)
def test_what_there_is_not_is_refused_with_what_there_is(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("loss", ["mse", SquaredError, None])
def test_what_is_no_loss_is_refused_with_an_example(loss):
    net = Network(2, [Dense(1)])
    for use in (net.gradient, net.evaluate, net.statistics, lambda *args: train(net, *args)):
        with pytest.raises(TypeError, match=r"a loss is an object like CategoricalCrossEntropy\(\); got "):
            use(GOOD, LABELS, loss)


def test_every_layer_and_optimiser_prints_as_what_it_is():
    shown = [repr(layer) for layer in Network(4, [Dense(4), "relu", *OTHER_LAYERS.values()]).layers]
    assert shown == ["Dense(4)", "relu", "PReLU", "Maxout", "GLU", "Dropout", "AlphaDropout"]
    assert repr(SGD(0.5, 0.9)) == "SGD(rate=0.5, momentum=0.9)"
    assert repr(Adam(0.5)) == "Adam(rate=0.5)"


@pytest.mark.parametrize("optimiser", ["adam", Adam])
def test_what_is_no_optimiser_is_named(optimiser):
    with pytest.raises(TypeError, match=r"an optimiser is an object like Adam\(0.01\); got"):
        train(Network(2, [Dense(1)]), np.zeros((3, 2)), np.zeros(3), SquaredError(), optimiser)


@pytest.mark.parametrize("count", [0, -1, 2.5])
def test_epochs_is_a_whole_number_above_0(count):
    with pytest.raises(ValueError, match="epochs is a number of passes"):
        train(Network(2, [Dense(1)]), np.zeros((3, 2)), np.zeros(3), SquaredError(), epochs=count)


def test_a_network_without_layers_is_refused():
    with pytest.raises(ValueError, match="at least one layer"):
        Network(2, [])


def test_the_gain_of_an_activation_reaches_the_weights_before_a_dropout():
    with_dropout, without = Network(4, [Dense(9), Dropout(0.5), "relu"]), Network(4, [Dense(9), "relu"])
    np.testing.assert_array_equal(with_dropout.layers[0].weights, without.layers[0].weights)


def test_inputs_of_many_sizes_leave_no_arrays_behind():
    net = Network(2, [Dense(3), "gelu", Dense(1)])
    outputs = [net(np.ones((n, 2))) for n in range(1, 30)]
    assert all(len(layer._rooms) <= 4 for layer in net.layers)
    assert all(np.allclose(out, outputs[0][0]) for out in outputs)
