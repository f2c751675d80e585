"""The time of every activation, forward and forward plus backward, beside PyTorch and a plain copy of memory."""

import numpy as np

from benchmarks.timing import in_turn, peer, table
from course_lib import plots
from course_lib.activations import ACTIVATIONS

SIZES = (1_000, 1_000_000, 10_000_000)


def run():
    """Print a table for each size; return a list with a dict for each function and size."""
    torch, rows = peer("torch"), []
    for n in SIZES:
        x = np.random.default_rng(0).normal(size=n).astype(np.float32)
        for f in ACTIVATIONS.values():
            times = in_turn(_contenders(f, x, torch), seconds=0.12, least=3)
            row = {"function": f.name, "n": n} | {name: seconds * 1e6 for name, seconds in times.items()}
            if "torch both" in times:
                row["forward / torch"] = times["forward"] / times["torch forward"]
                row["both / torch"] = times["both"] / times["torch both"]
            rows.append(row | {"both / copy": times["both"] / times["copy"]})
        shown = [row for row in rows if row["n"] == n]
        header = max(shown, key=len).keys()
        title = f"Microseconds for {n:,} numbers in float32; 'both' is forward and backward; ratios: smaller is faster"
        table(title, header, [[row.get(key, "-") for key in header] for row in shown])
    if not torch:
        print("\nPyTorch is not installed: make bench EXTRAS=test,torch compares with it.")
    return rows


@plots.styled
def picture(rows):
    """Draw, for each function and size, its time forward and backward as a share of PyTorch's: a matplotlib figure."""
    fig, ax = plots.canvas(6.4, 6.4)
    names = list(dict.fromkeys(row["function"] for row in rows))
    for n, marker, color in zip(SIZES, plots.MARKERS, plots.COLORS, strict=False):
        shares = {row["function"]: row.get("both / torch", np.nan) for row in rows if row["n"] == n}
        ax.plot([shares[name] for name in names], names, marker, color=color, label=f"{n:,} numbers")
    ax.axvline(1, color="0.5")
    ax.set(xscale="log", xlabel="time forward and backward, PyTorch's = 1", ylim=(len(names), -1))
    ax.legend()
    return fig


def _contenders(f, x, torch):
    """What is timed for one function."""
    grad, target = np.ones_like(x), np.empty_like(x)

    def both():
        f(x)
        f.backward(x, grad)

    contenders = {"copy": lambda: np.copyto(target, x), "forward": lambda: f(x), "both": both}
    if torch and f.name != "step":  # which PyTorch cannot differentiate
        contenders |= _torch(f.name, x, torch)
    return contenders


def _torch(name, x, torch):
    """The same in PyTorch."""
    functional = torch.nn.functional
    function = {
        "identity": torch.clone,
        "swish": functional.silu,
        "tanh": torch.tanh,
        "sigmoid": torch.sigmoid,
        "gelu_tanh": lambda t: functional.gelu(t, approximate="tanh"),
    }.get(name) or getattr(functional, ACTIVATIONS[name].torch.rpartition(".")[2])
    tensor, grad = torch.tensor(x), torch.ones(len(x))
    leaf = torch.tensor(x, requires_grad=True)

    def both():
        leaf.grad = None
        function(leaf).backward(grad)

    return {"torch forward": lambda: function(tensor), "torch both": both}
