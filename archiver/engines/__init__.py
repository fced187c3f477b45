"""Engines: each maps a job over the tasks of a run and hands back the results; none knows what it does.

    tasks ─▶ engine ─▶ `guard.process.do` for each task, on whatever machine ─▶ results

A job does its tasks in processes of its own under every engine, so that a task which kills its process is handled
alike everywhere. What an engine does again is the task of a worker that is lost with all it had.
"""

import pickle
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from archiver.errors import UsageError
from archiver.guard.process import Job, opened

ENGINES = {"local": (), "dask": ("distributed",), "spark": ("pyspark",)}
"""The engines, each with the packages that it needs. Their extra has the engine's name."""
OUTSTANDING = 2
"""Tasks in hand for each worker: one that it does, one that waits. More would only pile up spooled input."""


@dataclass(frozen=True, slots=True)
class Engine:
    """Who does the tasks: an engine by `name`, how many `workers` it starts, or the address of those that there are.

    Raises `UsageError` if there is no such engine, it is not installed, or it cannot do what is asked.
    """

    name: str = "local"
    workers: int | None = None
    scheduler: str | None = None

    def __post_init__(self) -> None:
        if self.name not in ENGINES:
            raise UsageError(f"there is no engine {self.name}; choose one of {', '.join(ENGINES)}")
        if self.workers is not None and self.workers < 1:
            raise UsageError(f"{self.workers} workers cannot do anything; give 1 or more")
        if self.scheduler and self.name == "local":
            raise UsageError("a scheduler needs an engine that knows schedulers: dask or spark")
        if not all(map(find_spec, ENGINES[self.name])):
            raise UsageError(f"the engine {self.name} is not installed: pip install 'archiver[{self.name}]'")

    def carry_out(self, job: Job[Any], tasks: Iterator[Any]) -> Generator[Any]:
        """The result of each task, as they become ready; tasks are taken as they are needed.

        Leaving early stops the workers. Raises what the job raised, or `ArchiveError` if workers are lost for good.
        """
        carry_out = import_module(f"{__name__}.{self.name}").carry_out
        yield from carry_out(job, tasks, self.workers, self.scheduler)


def stream(
    executor: Executor, do: Callable[[bytes], bytes], tasks: Iterator[Any], workers: Callable[[], int]
) -> Generator[Any]:
    """The result of each task as `executor` brings it, with no more than `OUTSTANDING` tasks a worker in its hands."""
    waiting: set[Future[bytes]] = set()
    try:
        while True:
            room = max(workers(), 1) * OUTSTANDING - len(waiting)
            waiting.update(executor.submit(do, pickle.dumps(task)) for task in islice(tasks, max(room, 0)))
            if not waiting:
                return
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                yield opened(future.result())
    finally:
        for future in waiting:
            future.cancel()
