"""The worst error of every activation and its derivative, in ULP, beside SciPy, PyTorch and JAX."""

import sys
from pathlib import Path

import numpy as np
import scipy.special

sys.path.append(str(Path(__file__).parents[1] / "tests"))

import references

from benchmarks.timing import peer, table
from course_lib.activations import ACTIVATIONS

SCIPY = {"sigmoid": scipy.special.expit, "log_sigmoid": scipy.special.log_expit, "tanh": np.tanh}
JAX = {
    "sigmoid": "sigmoid",
    "log_sigmoid": "log_sigmoid",
    "tanh": "tanh",
    "softsign": "soft_sign",
    "relu": "relu",
    "leaky_relu": "leaky_relu",
    "relu6": "relu6",
    "elu": "elu",
    "celu": "celu",
    "selu": "selu",
    "softplus": "softplus",
    "silu": "silu",
    "mish": "mish",
    "hard_sigmoid": "hard_sigmoid",
    "hard_swish": "hard_swish",
    "hard_tanh": "hard_tanh",
}


def run():
    """Print the table; return a list with a dict for each function."""
    contenders = {"ours": _ours, "scipy": _scipy}
    contenders |= {"torch": references.in_torch} if peer("torch") else {}
    contenders |= {"jax": _jax} if peer("jax") else {}
    rows = []
    for name in ACTIVATIONS:
        row = {"function": name}
        for dtype in (np.float64, np.float32):
            for who, compute in contenders.items():
                values = compute(name, references.points(dtype))
                for part, derivative, got in zip(("f", "f'"), (False, True), values, strict=True):
                    row[f"{who} {part} {dtype.__name__}"] = None if got is None else _worst(name, derivative, got)
        rows.append(row)
    header = [key for key in rows[0] if any(row[key] is not None for row in rows)]
    for dtype in ("float64", "float32"):
        columns = ["function", *(key for key in header if key.endswith(dtype))]
        shown = [["-" if row[key] is None else row[key] for key in columns] for row in rows]
        title = f"Worst error in ULP, {dtype}, over all normal numbers (derivatives: away from their roots)"
        table(title, [key.removesuffix(dtype) for key in columns], shown)
    return rows


def _worst(name, derivative, got):
    """The worst error of ``got``; for a derivative only away from its root."""
    errors = references.ulp_errors(got, name, derivative)
    if derivative:
        errors = errors[references.away_from_root(name, references.points(got.dtype.type))]
    return float(errors.max())


def _ours(name, x):
    return ACTIVATIONS[name](x), ACTIVATIONS[name].derivative(x)


def _scipy(name, x):
    return (SCIPY[name](x) if name in SCIPY else None), None


def _jax(name, x):
    import jax

    jax.config.update("jax_enable_x64", True)
    function = {
        "gelu": lambda v: jax.nn.gelu(v, approximate=False),
        "gelu_tanh": jax.nn.gelu,
    }.get(name) or (getattr(jax.nn, JAX[name]) if name in JAX else None)
    if function is None:
        return None, None
    return np.asarray(function(x)), np.asarray(jax.vmap(jax.grad(function))(x))
