"""The local engine: a function and its tasks in, the results out, carried out by processes of this machine.

It knows nothing of what the function does; the function must not care how often or where it is called. Every worker
is a pool of its own: workers share no queue and no lock, so that one which is killed at any moment, even while it
takes a task or hands in a result, leaves the others as they are.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from functools import partial
from itertools import chain, islice
from typing import Any, Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

T = TypeVar("T")
R = TypeVar("R")

OUTSTANDING = 2
"""Tasks in hand for each worker: one that it does, one that waits. More would only pile up spooled input."""

_LOOK_AGAIN = 1.0
"""Seconds after which a worker that says nothing is looked after: it may have died before it had its task."""
_FAREWELL = 10.0
"""Seconds that a pool has to end its process. Its threads are of no use any more; they must not hold up the others."""


def inline(function: Callable[[T], R], tasks: Iterator[T]) -> Generator[R]:
    """`function` of each task, one after the other, in this very process: what kills it ends everything."""
    yield from map(function, tasks)


def local(
    function: Callable[[T], R],
    tasks: Iterator[T],
    workers: int,
    *,
    after_death: Callable[[T, int | None], T],
    prepare: Callable[[], object] = gc.collect,
) -> Generator[R]:
    """`function` of each task, as results become ready; tasks are taken as they are needed.

    Everything happens in fresh processes, so `function`, tasks and `prepare`, which every process calls first, must
    pickle. Of a task whose process dies, `after_death` is told the exit code (minus a signal's number; None if the
    process died before it had begun); what it returns is done instead, and what it raises ends everything. Leaving
    the iteration early, by an error or Ctrl-C, stops the workers.

    Raises:
        Exception: whatever `function` or `after_death` raised.
    """
    first = deque(islice(tasks, workers))  # no more processes than tasks
    hands = [_Worker(function, partial(_start_worker, prepare)) for _ in first]
    try:
        yield from _share(hands, chain(first, tasks), after_death)
    finally:
        _stop(hands)


def _share(hands: list[_Worker[T, R]], tasks: Iterator[T], after_death: Callable[[T, int | None], T]) -> Generator[R]:
    """Gives each idle worker a task, and has the next ones ready while they work."""
    ready: deque[T] = deque()
    while True:
        for worker in hands:
            if not worker.busy and (ready or _refill(ready, tasks, 1)):
                worker.begin(ready.popleft())
        working = {worker.future: worker for worker in hands if worker.future}
        if not working:
            return
        _refill(ready, tasks, len(hands) * (OUTSTANDING - 1))
        done, _ = wait(working, timeout=_LOOK_AGAIN, return_when=FIRST_COMPLETED)
        for worker in [working[future] for future in done] or [hand for hand in hands if hand.is_lost]:
            try:
                yield worker.result()
            except (ProcessExpired, BrokenProcessPool) as death:
                ready.appendleft(after_death(worker.task, getattr(death, "exitcode", None)))


def _refill(ready: deque[T], tasks: Iterator[T], wanted: int) -> bool:
    ready.extend(islice(tasks, max(0, wanted - len(ready))))
    return bool(ready)


class _Worker(Generic[T, R]):
    """A process that does one task after the other, and a new process after each that has died."""

    def __init__(self, function: Callable[[T], R], start: Callable[[], None]) -> None:
        self._function = function
        self._start = start
        self._pool: Any = None
        self.future: Future[R] | None = None
        self.task: T

    @property
    def busy(self) -> bool:
        return self.future is not None

    @property
    def is_lost(self) -> bool:
        """Whether its process died before the pool knew of the task, which nobody will ever hear of."""
        return self.future is not None and not self.future.done() and not self._pool.active

    def begin(self, task: T) -> None:
        self.task = task
        if self._pool is None or not self._pool.active:
            self.stop()
            self._pool = ProcessPool(max_workers=1, initializer=self._start, context=_context())
        self.future = self._pool.schedule(self._function, args=[task])

    def result(self) -> R:
        """The result of the task. After a death the pool is given up: a half-read message may stand in its pipe."""
        future, self.future = self.future, None
        assert future is not None
        try:
            if not future.done():
                raise BrokenProcessPool
            return future.result()
        except (ProcessExpired, BrokenProcessPool):
            self.stop()
            raise

    def stop(self) -> threading.Thread | None:
        """End the process, whatever it does. What is returned ends with it."""
        pool, self._pool = self._pool, None
        if pool is None:
            return None
        ending = threading.Thread(target=_end, args=[pool], daemon=True)
        ending.start()
        return ending


def _end(pool: Any) -> None:
    with suppress(Exception):  # of a pool that is broken there is nothing to be learned
        pool.stop()
        pool.join()


def _stop(hands: list[_Worker[T, R]]) -> None:
    for ending in [worker.stop() for worker in hands]:
        if ending:
            ending.join(_FAREWELL)


def _context() -> multiprocessing.context.BaseContext:
    """Fresh processes: a fork of a program with threads, as Arrow and NumPy have them, can hang."""
    return multiprocessing.get_context("spawn")


def _start_worker(prepare: Callable[[], object]) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # dies at once, even inside of a library in C
    threading.Thread(target=_die_with_parent, daemon=True).start()
    prepare()
    gc.freeze()  # what start-up made lives for ever; the collector need not look at it again


def _die_with_parent() -> None:
    """Worker of a killed driver: stop at once, for the next driver may be at work on the same shard."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
