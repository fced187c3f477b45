"""The work of a run on one shard: a `Task` in, part files and a `Receipt` out, in whatever process and how often.

    Task ─▶ read ─▶ clean, under guard ─▶ write ─▶ Receipt
      ▲                    │ the process dies
      └──── after_death ◀──┘

It depends on its arguments alone, so it can be done again at any time.
"""

from __future__ import annotations

import platform
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Protocol

from archiver.archive.keeping import KeptSources
from archiver.archive.known import without_known
from archiver.archive.limiting import read_chosen
from archiver.archive.receipt import Receipt
from archiver.archive.shards import Shard
from archiver.archive.terms import installed_versions
from archiver.archive.writer import write_shard
from archiver.document import Normalizer, RawDocument
from archiver.errors import ArchiveError
from archiver.guard import Guard
from archiver.guard.deadline import Deadline
from archiver.guard.deaths import Death, hopeless
from archiver.guard.memory import cap_memory
from archiver.guard.note import Note
from archiver.guard.watch import Watch
from archiver.record import Failure, Result, Skip
from archiver.settings import Settings
from archiver.sources import Piece


class Cleaner(Protocol):
    """What turns the documents of a shard into results: `pipeline.clean_results`, or a stand-in. It must pickle."""

    def __call__(
        self,
        items: Iterable[RawDocument | Failure | Skip],
        settings: Settings,
        normalizers: Sequence[Normalizer],
        guard: Guard,
        /,
    ) -> Iterable[Result]: ...


@dataclass(frozen=True, slots=True)
class Task:
    """A shard to be done, and the deaths of the workers that have tried."""

    shard: Shard
    deaths: tuple[Death, ...] = ()


@dataclass(frozen=True, slots=True)
class Work:
    """What is done with every shard of a run: a `guard.process.Job`. Documents known in `known` are skipped.

    It is made by the driver. A worker must find the folder `root` and the same `versions` on its machine.
    """

    root: Path
    settings: Settings
    normalizers: tuple[Normalizer, ...]
    clean: Cleaner
    known: Path | None
    versions: Mapping[str, str] = field(default_factory=installed_versions)

    def __call__(self, task: Task, note: Note | None = None, /) -> Receipt:
        """Read the shard, clean it, write its part files and receipt. With a `note`, the process may be killed.

        Raises:
            ArchiveError: the disk refuses, or the ledger of the shard does not add up.
        """
        shard, limits = task.shard, self.settings.limits
        with Deadline(limits.document_seconds, deadly=note is not None) as deadline:
            watch = Watch(limits, deadline, note, task.deaths)
            read = _Counted(self._items(shard, watch))
            items = without_known(read, self.known) if self.known else read
            kept = KeptSources(self.root, shard.index) if self.settings.keep_source else None
            results = self.clean(kept.passing(items) if kept else items, self.settings, self.normalizers, watch)
            return write_shard(self.root, shard.index, shard.span, results, lambda: read.count, kept)

    def after_death(self, task: Task, death: Death, /) -> Task:
        """The task to do in the place of one whose worker died: the same, with one death more to learn from.

        Raises:
            ArchiveError: workers die of it again and again, and no document is to blame.
        """
        deaths = (*task.deaths, death)
        cause = hopeless(deaths)
        if cause:
            raise ArchiveError(
                f"{task.shard} has killed its worker again and again ({cause}); "
                "what is finished is safe; take the input out, or go on with --resume"
            )
        return replace(task, deaths=deaths)

    def prepare(self) -> None:
        """What a fresh process does before its first task.

        Raises:
            ArchiveError: it would write elsewhere, or other bytes, than the driver.
        """
        here = platform.node()
        if not self.root.is_dir():
            raise ArchiveError(f"the worker on {here} does not see {self.root}; all workers need the same storage")
        found = installed_versions()
        for name in sorted({*found, *self.versions}):
            mine, theirs = found.get(name), self.versions.get(name)
            if mine != theirs:
                raise ArchiveError(f"the worker on {here} has {name} {mine}, the driver has {theirs}")
        cap_memory(self.settings.limits.memory_bytes)

    def _items(self, shard: Shard, watch: Watch) -> Iterator[RawDocument | Failure | Skip]:
        for piece in shard.pieces:
            if isinstance(piece, Piece):
                yield from watch.reading(piece.uri, piece.first, read_chosen(piece, self.settings))
            else:
                yield piece


class _Counted:
    """Counts what is read, at the door: the ``in`` of the ledger."""

    def __init__(self, items: Iterator[RawDocument | Failure | Skip]) -> None:
        self._items = items
        self.count = 0

    def __iter__(self) -> Iterator[RawDocument | Failure | Skip]:
        for item in self._items:
            self.count += 1
            yield item
