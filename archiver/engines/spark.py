"""The Spark engine: in the session of the calling program, else in one of its own.

Each task is a Spark job of its own, so that results come back one by one and a lost worker costs one task.
"""

import os
import sys
from collections.abc import Generator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import Any
from uuid import uuid4

from py4j.protocol import Py4JJavaError
from pyspark.cloudpickle import dumps
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from archiver.engines import stream
from archiver.errors import ArchiveError, UsageError
from archiver.guard.process import Job, do


def carry_out(job: Job[Any], tasks: Iterator[Any], workers: int | None, scheduler: str | None) -> Generator[Any]:
    """See `Engine.carry_out`. What a program has defined in its own file is sent along."""
    tag = f"archiver-{uuid4().hex}"
    work = partial(do, dumps(job))
    with ExitStack() as stack:
        context = _context(stack, workers, scheduler)

        def carry(task: bytes) -> Any:
            context.addJobTag(tag)
            context.setInterruptOnCancel(True)
            (outcome,) = context.parallelize([task], 1).map(work).collect()
            return outcome  # not by first(), which leaves its worker in the middle, so that it is not used again

        hands = stack.enter_context(ThreadPoolExecutor(4096))  # most that the driver waits for at once
        try:
            yield from stream(hands, carry, tasks, lambda: context.defaultParallelism)
        except Py4JJavaError as error:
            reason = str(error.java_exception.getMessage()).partition("\n")[0]
            raise ArchiveError(f"Spark could not do a task ({reason}); go on with --resume") from error
        finally:
            context.cancelJobsWithTag(tag)


def _context(stack: ExitStack, workers: int | None, scheduler: str | None) -> Any:
    try:
        active = SparkSession.getActiveSession()
        return (active or stack.enter_context(_session(workers, scheduler))).sparkContext
    except PySparkException as error:
        raise UsageError(f"Spark cannot be used: {error}") from error


def _session(workers: int | None, scheduler: str | None) -> SparkSession:
    """On the cluster at the address; on that of ``spark-submit``, which has said where; else on this machine."""
    builder = SparkSession.builder.appName("archiver").config("spark.ui.showConsoleProgress", "false")
    if scheduler:
        builder = builder.master(scheduler)
    elif "PYSPARK_GATEWAY_PORT" not in os.environ:  # a task whose worker is lost has four tries
        os.environ.setdefault("PYSPARK_PYTHON", sys.executable)  # the setting spark.pyspark.python is not heard here
        builder = builder.master(f"local[{workers or '*'},4]")
        builder = builder.config(map={"spark.ui.enabled": False, "spark.log.level": "ERROR"})
    return builder.getOrCreate()
