"""A job for the tests of processes and engines, in a module of its own, so that every process can import it."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from archiver.errors import ArchiveError
from archiver.guard.deaths import Death
from archiver.guard.note import Note


@dataclass(frozen=True)
class Errand:
    """What is to be done, with which word, and the deaths of the processes that have tried."""

    what: str
    word: str = ""
    deaths: tuple[Death, ...] = ()


class Unsound(Exception):
    """An error that cannot be unpickled."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


@dataclass(frozen=True)
class Errands:
    """The job. A task that has cost two processes is given up."""

    prepared_by: str = "prepare"

    def __call__(self, task: Errand, note: Note | None = None, /) -> object:
        if note:
            note.write(task.word)
        return _DONE[task.what](task)

    def after_death(self, task: Errand, death: Death, /) -> Errand:
        if task.deaths:
            raise ArchiveError(f"{task.what} has killed two processes ({death.exit_code})")
        return replace(task, deaths=(*task.deaths, death))

    def prepare(self) -> None:
        if self.prepared_by == "nobody":
            raise ArchiveError("there is nobody to prepare it")
        os.environ["PREPARED"] = self.prepared_by


def _raise(task: Errand) -> None:
    raise ArchiveError(task.word)


def _raise_unsound(_: Errand) -> None:
    raise Unsound("un", "sound")


def _die_once(task: Errand) -> int:
    if not task.deaths:
        os.kill(os.getpid(), signal.SIGKILL)
    return len(task.deaths)


def _orphan_once(task: Errand) -> int:
    if not Path(task.word).exists():
        Path(task.word).touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    return 0


def _wait(task: Errand) -> None:
    with Path(task.word).open("wb", 0) as file:
        file.write(b"!")
        time.sleep(600)


_DONE: dict[str, Callable[[Errand], object]] = {
    "say": lambda task: task.word,
    "pid": lambda _: os.getpid(),
    "prefix": lambda _: sys.prefix,
    "prepared": lambda _: os.environ.get("PREPARED"),
    "deaths": lambda task: task.deaths,
    "raise": _raise,
    "raise unsound": _raise_unsound,
    "die once": _die_once,
    "die": lambda _: os._exit(7),
    "orphan once": _orphan_once,
    "wait": _wait,
}
