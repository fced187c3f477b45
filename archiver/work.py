"""The work of a run on one shard: a `Task` in, part files and a `Receipt` out, in whatever process and how often.

    Task ─▶ read ─▶ clean, under guard ─▶ write ─▶ Receipt
      ▲                    │ the process dies
      └──── after_death ◀──┘

It depends on its arguments alone, so it can be done again at any time.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from archiver.archive.durable import storage_errors
from archiver.archive.keeping import KeptSources
from archiver.archive.known import without_known
from archiver.archive.limiting import read_chosen
from archiver.archive.receipt import Receipt, part_name
from archiver.archive.shards import Shard
from archiver.archive.writer import write_shard
from archiver.document import Normalizer, RawDocument
from archiver.errors import ArchiveError
from archiver.guard import Guard
from archiver.guard.deadline import Deadline
from archiver.guard.deaths import Death, hopeless
from archiver.guard.memory import cap_memory
from archiver.guard.note import Note, take_note
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
    """What is done with every shard of a run. Documents known in `known` are skipped.

    `notes` is the folder for what workers have in hand; None where the work is done in the caller's own process.
    """

    root: Path
    settings: Settings
    normalizers: tuple[Normalizer, ...]
    clean: Cleaner
    known: Path | None
    notes: Path | None

    def __call__(self, task: Task) -> Receipt:
        """Read the shard, clean it, write its part files and receipt.

        Raises:
            ArchiveError: the disk refuses, or the ledger of the shard does not add up.
        """
        shard, limits = task.shard, self.settings.limits
        with ExitStack() as open_now:
            deadline = open_now.enter_context(Deadline(limits.document_seconds, deadly=self.notes is not None))
            with storage_errors(self.root):
                note = open_now.enter_context(Note(self._note(shard))) if self.notes else None
            watch = Watch(limits, deadline, note, task.deaths)
            read = _Counted(self._items(shard, watch))
            items = without_known(read, self.known) if self.known else read
            kept = KeptSources(self.root, shard.index) if self.settings.keep_source else None
            results = self.clean(kept.passing(items) if kept else items, self.settings, self.normalizers, watch)
            return write_shard(self.root, shard.index, shard.span, results, lambda: read.count, kept)

    def after_death(self, task: Task, exit_code: int | None) -> Task:
        """The task to do in the place of one whose worker died: the same, with one death more to learn from.

        Raises:
            ArchiveError: workers die of it again and again, and no document is to blame.
        """
        note = take_note(self._note(task.shard))
        deaths = (*task.deaths, Death(note, exit_code))
        cause = hopeless(deaths)
        if cause:
            raise ArchiveError(
                f"{task.shard} has killed its worker again and again ({cause}); "
                "what is finished is safe; take the input out, or go on with --resume"
            )
        return replace(task, deaths=deaths)

    def prepare_worker(self) -> None:
        """What a fresh process does before its first task."""
        cap_memory(self.settings.limits.memory_bytes)

    def _items(self, shard: Shard, watch: Watch) -> Iterator[RawDocument | Failure | Skip]:
        for piece in shard.pieces:
            if isinstance(piece, Piece):
                yield from watch.reading(piece.uri, piece.first, read_chosen(piece, self.settings))
            else:
                yield piece

    def _note(self, shard: Shard) -> Path:
        assert self.notes is not None
        return self.notes / part_name(shard.index, "note")


class _Counted:
    """Counts what is read, at the door: the ``in`` of the ledger."""

    def __init__(self, items: Iterator[RawDocument | Failure | Skip]) -> None:
        self._items = items
        self.count = 0

    def __iter__(self) -> Iterator[RawDocument | Failure | Skip]:
        for item in self._items:
            self.count += 1
            yield item
