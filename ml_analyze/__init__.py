"""ml-analyze: a function from (price list, catalogue) to a result file, with a queue and a REST door around it."""

import os

# Before numpy is loaded anywhere: analyses run side by side in processes, so each computes on one core.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")

__version__ = "1.1.0.dev0"
