"""Speed and accuracy beside the peers, measured in one run: ``make bench``.

Only ratios carry over to another machine. So each contender is measured in turn, again and again, in one process and
on one thread; what is printed is the median of each and the ratio of the two.
"""

import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[variable] = "1"  # before NumPy is imported
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
