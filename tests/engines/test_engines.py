"""Every engine with its real workers: a task has its result, whatever becomes of the worker that had it first."""

from __future__ import annotations

import multiprocessing
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from archiver.engines import ENGINES, OUTSTANDING, Engine
from archiver.errors import ArchiveError, UsageError
from tests.engines.errands import Errand, Errands
from tests.engines.installed import engines

every_engine = engines("local", "dask", "spark")


def results(name: str, *tasks: Errand, workers: int | None = 2) -> list[Any]:
    return list(Engine(name, workers).carry_out(Errands(), iter(tasks)))


@every_engine
def test_every_task_has_its_result_and_its_death(name: str) -> None:
    """And what is left is stopped."""
    words = [Errand("say", f"{number}") for number in range(9)]
    found = results(name, *words, Errand("die once"), Errand("pid"), Errand("prefix"))
    numbers = [result for result in found if isinstance(result, int)]
    assert sorted(result for result in found if isinstance(result, str)) == sorted([*"012345678", sys.prefix])
    assert 1 in numbers, "it was done again, once"
    assert os.getpid() not in numbers
    assert multiprocessing.active_children() == []


@every_engine
def test_what_the_job_raises_ends_everything(name: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        results(name, *[Errand("say")] * 3, Errand("raise", "no room"), *[Errand("say")] * 3)
    assert str(caught.value) == "no room"


@every_engine
def test_what_cannot_be_done_is_not_tried_for_ever(name: str) -> None:
    with pytest.raises(ArchiveError) as caught:
        results(name, Errand("die"))
    assert str(caught.value) == "die has killed two processes (7)"


@engines("dask", "spark")
def test_a_lost_worker_costs_a_try(name: str, tmp_path: Path) -> None:
    flag = tmp_path / "flag"
    found = results(name, *[Errand("say", "a")] * 4, Errand("orphan once", str(flag)), *[Errand("say", "a")] * 4)
    assert flag.exists()
    assert sorted(map(str, found)) == ["0", *["a"] * 8]


@every_engine
def test_tasks_are_taken_as_they_are_needed(name: str) -> None:
    taken: list[int] = []

    def tasks() -> Iterator[Errand]:
        for number in range(100):
            taken.append(number)
            yield Errand("say", "x")

    found = Engine(name, 2).carry_out(Errands(), tasks())
    next(found)
    assert len(taken) <= 2 * OUTSTANDING
    found.close()
    assert len(taken) < 100
    assert multiprocessing.active_children() == []


def test_without_workers_it_is_this_very_process() -> None:
    assert results("local", Errand("pid"), workers=None) == [os.getpid()]
    assert results("local", Errand("pid"), workers=1) != [os.getpid()]


def test_no_more_processes_than_tasks() -> None:
    assert len(set(results("local", Errand("pid"), workers=8))) == 1


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"name": "ray"}, "no engine ray; choose one of local, dask, spark"),
        ({"workers": 0}, "0 workers cannot do anything"),
        ({"scheduler": "tcp://127.0.0.1:8786"}, "dask or spark"),
    ],
)
def test_what_cannot_be_is_a_usage_error(wanted: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        Engine(**wanted)


def test_an_engine_that_is_not_installed_names_its_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENGINES, "dask", ("no_such_package",))
    with pytest.raises(UsageError, match=r"pip install 'archiver\[dask\]'"):
        Engine("dask")
