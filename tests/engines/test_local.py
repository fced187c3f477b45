"""The local engine with real processes. What the workers do is builtin, so that they find it without this file."""

from __future__ import annotations

import math
import multiprocessing
import os
from collections.abc import Callable, Generator, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from archiver.engines.local import OUTSTANDING, inline
from archiver.engines.local import local as local_engine
from archiver.errors import ArchiveError

PREPARE = "import os; os.environ['PREPARED'] = 'yes'"
KILL_ONCE = """
import os
from pathlib import Path
flag = Path({flag!r})
if not flag.exists():
    flag.touch()
    os.kill(os.getpid(), 9)
"""


def local(function: Callable[[Any], Any], tasks: Iterator[Any], workers: int) -> Generator[Any]:
    """The engine, where a task that kills its worker is done again, up to the second time."""
    return local_engine(function, tasks, workers, after_death=Again())


class Again:
    def __init__(self) -> None:
        self.met: list[tuple[Any, int | None]] = []

    def __call__(self, task: Any, exit_code: int | None) -> Any:
        if (task, exit_code) in self.met:
            raise ArchiveError(f"{task} has killed two workers ({exit_code})")
        self.met.append((task, exit_code))
        return task


@pytest.mark.parametrize("workers", [1, 2])
def test_every_task_has_its_result(workers: int) -> None:
    assert sorted(local(math.sqrt, iter([9.0, 16.0, 25.0, 0.0, 1.0]), workers)) == [0, 1, 3, 4, 5]


def test_one_worker_is_a_process_of_its_own_but_inline_is_none() -> None:
    assert list(local(eval, iter(["__import__('os').getpid()"]), 1)) != [os.getpid()]
    assert list(inline(eval, iter(["__import__('os').getpid()"]))) == [os.getpid()]


def test_every_worker_is_prepared() -> None:
    found = local_engine(os.getenv, iter(["PREPARED"] * 3), 2, after_death=Again(), prepare=partial(exec, PREPARE))
    assert list(found) == ["yes"] * 3
    assert os.getenv("PREPARED") is None


def test_tasks_are_taken_as_they_are_needed() -> None:
    taken: list[float] = []

    def tasks() -> Iterator[float]:
        for number in range(100):
            taken.append(number)
            yield float(number)

    results = local(math.sqrt, tasks(), 2)
    next(results)
    assert len(taken) <= 2 * OUTSTANDING
    results.close()
    assert len(taken) < 100
    assert multiprocessing.active_children() == []


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_function_is_raised(workers: int) -> None:
    with pytest.raises(ValueError, match=r"math domain error|nonnegative"):
        list(local(math.sqrt, iter([4.0, -1.0]), workers))


def test_a_task_whose_worker_was_killed_is_done_again(tmp_path: Path) -> None:
    tasks = [KILL_ONCE.format(flag=str(tmp_path / "flag")), "pass", "pass"]
    assert list(local(exec, iter(tasks), 2)) == [None, None, None]


def test_what_is_made_of_a_death_is_done_instead_or_ends_everything() -> None:
    with pytest.raises(ArchiveError, match=r"^7 has killed two workers \(7\)"):
        list(local(os._exit, iter([7]), 2))


def test_workers_die_with_a_killed_driver(tmp_path: Path) -> None:
    """A worker holds a pipe open and sleeps; the pipe ends when it is dead."""
    driver = multiprocessing.get_context("spawn").Process(target=_drive, args=(str(tmp_path / "fifo"),))
    os.mkfifo(tmp_path / "fifo")
    driver.start()
    with (tmp_path / "fifo").open("rb") as fifo:
        assert fifo.read(1) == b"!"
        driver.kill()
        assert fifo.read() == b"", "end of file: the worker, who had it open, is gone"
    driver.join()


def _drive(fifo: str) -> None:
    list(local(exec, iter([f"file = open({fifo!r}, 'wb', 0); file.write(b'!'); import time; time.sleep(600)"]), 2))
