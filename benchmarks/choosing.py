"""The fair comparison of activations that chapter 20 reads: ``make benchmark-choosing``.

It trains 2,240 small networks on all cores, in about three minutes on two, and stores what came out in
course_lib/data/choosing.json. The same seeds give the same numbers; on another machine runs at large rates can differ,
for there the last digits of a sum grow until they decide the result.
"""

import os
import time

from benchmarks.timing import table
from course_lib import choosing


def run(processes=None, file=choosing.FILE):
    """Run and store the studies of all data sets, and print the mean accuracy of each activation at its best rates."""
    begin = time.perf_counter()
    studies = {data: choosing.study(data, processes=processes) for data in choosing.EPOCHS}
    choosing.save(studies, file)
    tuned = {data: study.tuned() for data, study in studies.items()}
    rows = [[name, *(float(found[name].mean()) for found in tuned.values())] for name in choosing.ACTIVATIONS]
    table(f"Mean test accuracy, {choosing.SEEDS} seeds, rates chosen on validation", ["activation", *tuned], rows)
    print(f"\n{time.perf_counter() - begin:.0f} seconds. Stored in {file}.")


if __name__ == "__main__":
    os.environ["TQDM_DISABLE"] = "1"  # many runs at the same time, each with a bar, are not readable
    run(os.cpu_count())
