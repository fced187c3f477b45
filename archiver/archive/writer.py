"""One shard's results become part files and a receipt: the unit in which an archive grows.

What enters are results in reading order and the count of inputs that they stand for; what leaves is the
`Receipt`, once every file has been synced, read back with its page checksums, and given its name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa

from archiver.archive.columns import (
    ARTICLE_SCHEMA,
    FAILURE_SCHEMA,
    REJECTED_SCHEMA,
    STORAGE_REFUSALS,
    failures_to_table,
    rejections_to_table,
    storable,
    to_table,
)
from archiver.archive.durable import storage_errors, sync_folder
from archiver.archive.keeping import KeptSources
from archiver.archive.ledger import DUPLICATE, Ledger, by_reason
from archiver.archive.part import DATA, FAILURES, FOLDERS, REJECTED, ParquetPart, PartRows
from archiver.archive.receipt import Characters, Receipt, Span, part_name, write_receipt
from archiver.errors import UsageError
from archiver.record import Failure, Record, Rejection, Result, Skip

_BLOCK_COST = 32
"""Rough size of a block in memory beside its text, in characters."""


class ShardWriter:
    """The part files of one shard in the making. Leaving it by an exception removes them.

    `kept` are its documents as they came, where these are to be archived too.
    """

    def __init__(self, root: Path, shard: int, kept: KeptSources | None = None) -> None:
        self._root = root
        self._shard = shard
        self._kept = kept
        self._articles: PartRows[Record] = PartRows(self._opener(DATA, ARTICLE_SCHEMA), self._articles_table)
        self._rejections: PartRows[Rejection] = PartRows(self._opener(REJECTED, REJECTED_SCHEMA), rejections_to_table)
        self._failures: PartRows[Failure] = PartRows(self._opener(FAILURES, FAILURE_SCHEMA), failures_to_table)
        self._skipped: list[Skip] = []
        self._versions: set[str] = set()
        self._text = _TextCount()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        if kind:
            for rows in (self._articles, self._rejections, self._failures, self._kept):
                if rows:
                    rows.discard()

    def add(self, result: Result) -> None:
        """Take one result; of records with the same `version_id` the first is archived.

        Raises:
            UsageError: it is none.
        """
        match result:
            case Record() if result.version_id in self._versions:
                self._skipped.append(Skip(result.source_uri, DUPLICATE))
            case Record():
                self._versions.add(result.version_id)
                self._articles.add(result, weight(result))
            case Rejection():
                self._rejections.add(result, len(result.record_json or "") + len(result.message))
            case Failure():
                self._failures.add(result, len(result.message))
            case Skip():
                self._skipped.append(result)
            case _:
                raise UsageError(f"{result!r:.100} is no result: {type(result).__name__}, not Record, Rejection, …")

    def finish(self, span: Span | None, read: int) -> Receipt:
        """Publish the files, check the ledger against the `read` inputs, and write the receipt."""
        articles = self._articles.publish()  # first: it may turn records into failures
        parts = (articles, self._rejections.publish(), self._failures.publish())
        archived, rejected, failed = (part.rows if part else 0 for part in parts)
        ledger = Ledger(read, archived, rejected, failed, by_reason(self._skipped))
        ledger.check(f"shard {self._shard}")
        receipt = Receipt(
            shard=self._shard,
            span=span,
            ledger=ledger,
            characters=self._text.characters(),
            files=tuple(part for part in (*parts, self._kept.publish() if self._kept else None) if part),
            skipped=tuple(self._skipped),
        )
        self._remove_stale(receipt)
        write_receipt(self._root, receipt)
        return receipt

    def _opener(self, folder: str, schema: pa.Schema) -> Callable[[], ParquetPart]:
        return lambda: ParquetPart(self._root, folder, self._shard, schema)

    def _articles_table(self, records: list[Record]) -> pa.Table:
        try:
            table = to_table(records)
        except STORAGE_REFUSALS:
            records, failures = storable(records)
            for failure in failures:
                self._failures.add(failure, len(failure.message))
            table = to_table(records)
        self._text.add(records)
        return table

    def _remove_stale(self, receipt: Receipt) -> None:
        """Remove a part of an earlier attempt at this shard that the present one does not have."""
        for folder in FOLDERS:
            path = self._root / folder / part_name(self._shard)
            if not receipt.file_in(folder) and path.exists():
                path.unlink()
                sync_folder(path.parent)


class _TextCount:
    """Sums the text of records: characters kept, characters removed by label."""

    def __init__(self) -> None:
        self._kept = 0
        self._removed: Counter[str] = Counter()

    def add(self, records: Iterable[Record]) -> None:
        for record in records:
            self._kept += len(record.text)
            for block in record.blocks:
                if not block.kept and block.text:
                    self._removed[block.label] += len(block.text)

    def characters(self) -> Characters:
        return Characters(self._kept, dict(sorted(self._removed.items())))


def write_shard(
    root: Path,
    shard: int,
    span: Span | None,
    results: Iterable[Result],
    read: Callable[[], int],
    kept: KeptSources | None = None,
) -> Receipt:
    """Write the results of a shard and its receipt; `read` tells, at the end, how many inputs there were.

    With `kept`, which has seen the documents that the results come from, these are archived too.

    Doing it again replaces what was there. On any error the unfinished files are removed.

    Raises:
        ArchiveError: the disk refuses, a file does not read back as written, or the ledger does not add up.
    """
    with ShardWriter(root, shard, kept) as writer:
        for result in results:
            with storage_errors(root):
                writer.add(result)
        with storage_errors(root):
            return writer.finish(span, read())


def weight(record: Record) -> int:
    """Roughly how many characters a record takes in memory."""
    removed = sum([len(block.text) for block in record.blocks if block.text])
    return len(record.text) + removed + _BLOCK_COST * len(record.blocks)


def characters_of(records: Iterable[Record]) -> Characters:
    """The text of `records`: kept, and removed by label."""
    count = _TextCount()
    count.add(records)
    return count.characters()
