"""The local engine: processes of this machine; without a number of workers, this very process."""

import pickle
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from archiver.engines import stream
from archiver.guard.process import Job, dismiss, do


def carry_out(job: Job[Any], tasks: Iterator[Any], workers: int | None, _: str | None) -> Generator[Any]:
    """See `Engine.carry_out`. Without `workers`, what kills this process ends everything."""
    if workers is None:
        yield from map(job, tasks)
        return
    pickled = pickle.dumps(job)
    with ThreadPoolExecutor(workers) as hands:
        try:
            yield from stream(hands, partial(do, pickled), tasks, lambda: workers)
        finally:
            dismiss(pickled)
