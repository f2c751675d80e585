"""PyTorch where it is installed; where it is not, one line on how to get it.

>>> from course_lib.with_torch import have_torch, torch
>>> if have_torch():
...     print(torch.tanh(torch.zeros(2)))  # doctest: +SKIP

``torch`` is the module, or None.
"""

try:
    import torch
except ImportError:
    torch = None

ADVICE = "PyTorch is not here, so this cell does nothing. To get it: %pip install torch, then restart the kernel."


def have_torch():
    """Return whether PyTorch is here. If not, print in one line how to get it."""
    if torch is None:
        print(ADVICE)
    return torch is not None
