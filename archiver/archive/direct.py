"""Results of a program of one's own straight into an archive: any iterable in, the layout of every archive out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from pathlib import Path

from archiver.archive.finishing import finish
from archiver.archive.ledger import Ledger, total
from archiver.archive.manifest import read_manifest
from archiver.archive.receipt import Receipt
from archiver.archive.terms import terms_of
from archiver.archive.workplace import Workplace, workplace
from archiver.archive.writer import weight, write_shard
from archiver.errors import UsageError
from archiver.record import Record, Result

SHARD_CHARACTERS = 128 * 1024 * 1024
"""A new part begins after this much text: about a hundred megabytes of Parquet at most."""


def write_archive(
    results: Iterable[Result],
    out: str | Path,
    *,
    overwrite: bool = False,
    append: bool = False,
    shard_characters: int = SHARD_CHARACTERS,
) -> Ledger:
    """Write what `clean_many` gives, or any other results, to a new archive, and return the ledger of these results.

    With `append` they are added to the archive that is there, if one is; what it holds already counts as duplicate.

    Only what fits in a row group is held in memory. An iterable cannot be resumed: where it raises, what was there
    before is left, and of a process that is killed what only `overwrite` clears away.

    Raises:
        UsageError: there is something in `out` and neither is set, or both are, or it is not archiver's.
        ArchiveError: another process writes there, or the disk refuses.
    """
    started = datetime.now(UTC)
    if overwrite and append:
        raise UsageError("overwrite and append exclude each other")
    with workplace(Path(out), "overwrite" if overwrite else "append" if append else "refuse") as place:
        first = len(read_manifest(place.root).shards) if place.finished else 0
        terms = terms_of(None, (), None, None, first)
        place.begin(terms)
        try:
            receipts = list(_write_shards(iter(results), place, shard_characters, first))
        except BaseException:
            place.abandon(terms)
            raise
        manifest = finish(place, terms, receipts, started, workers=1)
        return total(entry.ledger for entry in manifest.shards[first:])


def _write_shards(results: Iterator[Result], place: Workplace, budget: int, start: int) -> Iterator[Receipt]:
    for shard, first in enumerate(results, start):
        share = _Share(chain([first], results), budget)
        yield write_shard(place.root, shard, None, share, share.read)


class _Share:
    """The next results, until their text exceeds a budget; counts them."""

    def __init__(self, results: Iterator[Result], budget: int) -> None:
        self._results = results
        self._budget = budget
        self._count = 0

    def __iter__(self) -> Iterator[Result]:
        left = self._budget
        for result in self._results:
            self._count += 1
            yield result
            left -= weight(result) if isinstance(result, Record) else 1
            if left <= 0:
                return

    def read(self) -> int:
        return self._count
