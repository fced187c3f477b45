"""The garbage collector, held while a batch is cleaned: all that a batch makes is looked at once, not again and again.

Blocks, elements and proposals come by the ten thousand, point to each other without a cycle, and stay until their
batch is done. To look for cycles among them every few hundred objects takes a tenth of all time and finds none.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """Holds the collector, unless the program has switched it off itself; what has no cycle is freed as ever."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()
