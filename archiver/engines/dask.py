"""The Dask engine: a cluster of this machine, or the one whose scheduler stands at an address."""

import os
from collections.abc import Generator, Iterator
from contextlib import ExitStack, suppress
from functools import partial
from typing import Any

import cloudpickle
from distributed import Client, KilledWorker, LocalCluster

from archiver.engines import stream
from archiver.errors import ArchiveError, UsageError
from archiver.guard.process import Job, dismiss, do


def carry_out(job: Job[Any], tasks: Iterator[Any], workers: int | None, scheduler: str | None) -> Generator[Any]:
    """See `Engine.carry_out`. What a program has defined in its own file is sent along."""
    pickled = cloudpickle.dumps(job)
    with ExitStack() as stack:
        client: Any = stack.enter_context(_client(stack, workers, scheduler))
        hands = client.get_executor(pure=False)
        try:
            yield from stream(hands, partial(do, pickled), tasks, lambda: sum(client.nthreads().values()))
        except KilledWorker as error:
            raise ArchiveError(f"the cluster loses its workers ({error}); go on with --resume") from error
        finally:
            with suppress(Exception):  # the cluster may be gone
                client.run(dismiss, pickled)


def _client(stack: ExitStack, workers: int | None, scheduler: str | None) -> Any:
    try:
        address = scheduler or stack.enter_context(
            LocalCluster(n_workers=workers or os.cpu_count(), threads_per_worker=1, dashboard_address=None)
        )
        return Client(address, set_as_default=False)
    except (OSError, ValueError) as error:
        raise UsageError(f"no Dask cluster at {scheduler or 'this machine'}: {error}") from error
