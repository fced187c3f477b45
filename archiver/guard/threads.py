"""The threads of NumPy's libraries in a process that is about to start: one, for each process has a core of its own.

Two processes of two threads each on two cores wait for one another: together they did less than one alone.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_VARIABLES = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS")
"""Read by OpenBLAS, OpenMP, MKL and Accelerate when NumPy is imported, and never again."""


@contextmanager
def single_threaded() -> Iterator[None]:
    """Has processes that are started meanwhile compute on one thread; what the user has set stays."""
    added = [name for name in _VARIABLES if name not in os.environ]
    os.environ.update(dict.fromkeys(added, "1"))
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
