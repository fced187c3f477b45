"""Functions that read what nobody can vouch for, called in processes of their own: enter tasks, leave results.

PyArrow has files that make it end its process instead of raising. Here that costs a child, and the task in question
has no result.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import islice
from types import TracebackType
from typing import Self, TypeVar

from archiver.guard.orphans import end_with_parent

T = TypeVar("T")
R = TypeVar("R")

MEMORY = 8 * 1024**3
"""Address space of a reader, in bytes: far more than a row group of ours takes, and less than a hostile one wants."""


class Readers:
    """A few processes that can be lost without harm. To be used as a context manager."""

    def __init__(self, workers: int = 1) -> None:
        self._workers = workers
        self._pool: ProcessPoolExecutor | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._stop()

    def map(self, function: Callable[[T], R], tasks: Iterable[T]) -> Iterator[tuple[T, R | None]]:
        """Each task with its result, in order; None where the task ends its process, even alone.

        Function, tasks and results must pickle. What the function raises is raised.
        """
        waiting = iter(tasks)
        while batch := list(islice(waiting, self._workers)):
            pool = self._running()
            futures = [pool.submit(function, task) for task in batch]
            for task, future in zip(batch, futures, strict=True):
                try:
                    yield task, future.result()
                except BrokenProcessPool:
                    yield task, self._alone(function, task)

    def _alone(self, function: Callable[[T], R], task: T) -> R | None:
        self._stop()
        try:
            return self._running().submit(function, task).result()
        except BrokenProcessPool:
            self._stop()
            return None

    def _running(self) -> ProcessPoolExecutor:
        if self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(self._workers, context, initializer=_start_reader)
        return self._pool

    def _stop(self) -> None:
        if self._pool is not None:
            self._pool.shutdown(wait=True, cancel_futures=True)
            self._pool = None


def _start_reader() -> None:
    end_with_parent()
    _limit_memory()


def _limit_memory() -> None:
    with suppress(ImportError, OSError, ValueError):  # Windows has no such limits; a stricter one may be set already
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
