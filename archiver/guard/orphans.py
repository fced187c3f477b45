"""A process that was started by another one, made to end with it: nothing enters, nothing leaves.

A pool's worker waits for tasks on a pipe whose other end it holds itself, so the death of its parent tells it nothing.
"""

from __future__ import annotations

import multiprocessing
import os
import threading


def end_with_parent() -> None:
    """End this process at once when the one that started it has died, however that was and whatever is in hand.

    To be called once, first of all. Does nothing in a process that `multiprocessing` did not start.
    """
    threading.Thread(target=_wait, daemon=True).start()


def _wait() -> None:
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
