"""The local engine: a function and its tasks in, the results out, carried out here or by processes of this machine.

It knows nothing of what the function does; the function must not care how often or where it is called.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import threading
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, wait
from dataclasses import dataclass
from itertools import chain, islice
from typing import Generic, TypeVar

from pebble import ProcessExpired, ProcessPool

from archiver.errors import ArchiveError

T = TypeVar("T")
R = TypeVar("R")

OUTSTANDING = 2
"""Tasks in hand for each worker: one that it does, one that waits. More would only pile up spooled input."""
TRIES = 2
"""A worker may be killed for what others did; a task that loses two is what kills them."""


def local(function: Callable[[T], R], tasks: Iterator[T], workers: int) -> Generator[R]:
    """`function` of each task, as results become ready; tasks are taken as they are needed.

    With one worker everything happens in this process, else in fresh processes, so `function` and tasks must
    pickle. Leaving the iteration early, by an error or Ctrl-C, stops the workers.

    Raises:
        ArchiveError: a task has killed its worker twice; names the task.
        Exception: whatever `function` raised.
    """
    if workers == 1:
        yield from map(function, tasks)
        return
    first = list(islice(tasks, workers))  # no more processes than tasks
    if first:
        yield from _in_processes(function, chain(first, tasks), len(first))


@dataclass(slots=True)
class _Attempt(Generic[T]):
    task: T
    number: int = 1


def _in_processes(function: Callable[[T], R], tasks: Iterator[T], workers: int) -> Generator[R]:
    pool = ProcessPool(max_workers=workers, initializer=_start_worker, context=_context())
    running: dict[Future[R], _Attempt[T]] = {}
    try:
        while True:
            for task in islice(tasks, OUTSTANDING * workers - len(running)):
                running[pool.schedule(function, args=[task])] = _Attempt(task)
            if not running:
                return
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                attempt = running.pop(future)
                try:
                    result = future.result()
                except ProcessExpired as error:
                    running[pool.schedule(function, args=[attempt.task])] = _again(attempt, error)
                else:
                    yield result
    finally:
        pool.stop()  # type: ignore[no-untyped-call]
        pool.join()


def _again(attempt: _Attempt[T], error: ProcessExpired) -> _Attempt[T]:
    if attempt.number == TRIES:
        raise ArchiveError(
            f"{attempt.task} has killed its worker {TRIES} times (exit code {error.exitcode}); "
            "what is finished is safe; take the input out, or go on with --resume"
        ) from error
    return _Attempt(attempt.task, attempt.number + 1)


def _context() -> multiprocessing.context.BaseContext:
    """Fresh processes: a fork of a program with threads, as Arrow and NumPy have them, can hang."""
    return multiprocessing.get_context("spawn")


def _start_worker() -> None:
    threading.Thread(target=_die_with_parent, daemon=True).start()
    gc.freeze()  # what start-up made lives for ever; the collector need not look at it again


def _die_with_parent() -> None:
    """Worker of a killed driver: stop at once, for the next driver may be at work on the same shard."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os._exit(1)
