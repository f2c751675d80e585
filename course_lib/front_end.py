"""Who looks on while code runs: somebody who can click, nobody yet (a notebook that is only executed), or no kernel."""


def kernel():
    """Return the kernel that runs this code; None in plain Python, where there are no widgets."""
    from IPython import get_ipython

    return getattr(get_ipython(), "kernel", None)


def cell():
    """Return the id of the cell that runs: JupyterLab, Notebook and VS Code send it. Else, as for nbval, None."""
    running = kernel()
    return running and running.get_parent().get("metadata", {}).get("cellId")


def executed_only():
    """Return whether a kernel runs this for readers who come later, as for the website and the slides."""
    return kernel() is not None and cell() is None
