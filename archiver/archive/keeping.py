"""Sources that are kept: documents on their way to be cleaned in, the part of their shard in ``sources/`` out.

Each payload is stored once in an archive, in the first row of its digest. Within a shard that is seen to while it
is written, across shards at the end of the run, as with duplicates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from archiver.archive.durable import storage_errors
from archiver.archive.part import SOURCES, ParquetPart, PartRows
from archiver.archive.receipt import PartFile, Receipt, write_receipt
from archiver.archive.rewriting import copy_changed
from archiver.document import RawDocument
from archiver.record import Failure, Skip
from archiver.sources import KEPT_SCHEMA, kept_table

Item: TypeAlias = RawDocument | Failure | Skip
_DIGEST, _STORED, _CONTENT = "source_sha256", "stored", "content"


class KeptSources:
    """The documents of one shard as they came, archived beside what becomes of them."""

    def __init__(self, root: Path, shard: int) -> None:
        self._root = root
        self._rows: PartRows[tuple[RawDocument, str, bool]] = PartRows(
            lambda: ParquetPart(root, SOURCES, shard, KEPT_SCHEMA), kept_table
        )
        self._seen: set[str] = set()

    def passing(self, items: Iterable[Item]) -> Iterator[Item]:
        """The items as they are; every document among them is kept.

        Raises:
            ArchiveError: the disk refuses.
        """
        for item in items:
            if isinstance(item, RawDocument):
                digest = hashlib.sha256(item.payload).hexdigest()
                with storage_errors(self._root):
                    self._rows.add((item, digest, digest not in self._seen), len(item.payload) + len(item.extra or ""))
                self._seen.add(digest)
            yield item

    def publish(self) -> PartFile | None:
        return self._rows.publish()

    def discard(self) -> None:
        self._rows.discard()


def drop_repeated_contents(root: Path, receipts: Sequence[Receipt], first_shard: int = 0) -> list[Receipt]:
    """The receipts after every payload that an earlier shard holds has left the later ones.

    Shards below `first_shard` belong to earlier runs: they are read, never written.

    Raises:
        OSError: a part cannot be read or written.
    """
    numbers = [_numbers(_stored(root, receipt)) for receipt in receipts]
    values, counts = np.unique(np.concatenate(numbers or [_numbers([])]), return_counts=True)
    repeated = values[counts > 1]
    if not len(repeated):
        return list(receipts)
    seen: set[str] = set()
    return [
        _without_seen(root, receipt, seen, first_shard) if np.isin(own, repeated).any() else receipt
        for receipt, own in zip(receipts, numbers, strict=True)
    ]


def _stored(root: Path, receipt: Receipt) -> list[str]:
    """The digests of the payloads that stand in a shard."""
    part = receipt.file_in(SOURCES)
    if part is None:
        return []
    rows = pq.read_table(root / part.path, columns=[_DIGEST, _STORED], partitioning=None)
    return [str(digest) for digest in rows[_DIGEST].filter(rows[_STORED]).to_pylist()]


def _numbers(digests: Sequence[str]) -> npt.NDArray[np.uint64]:
    """Eight bytes of each digest: they only choose what is looked at closely."""
    return np.fromiter((int(digest[:16], 16) for digest in digests), np.uint64, len(digests))


def _without_seen(root: Path, receipt: Receipt, seen: set[str], first_shard: int) -> Receipt:
    """The shard without the payloads in `seen`, which learns those that it holds."""
    stored = _stored(root, receipt)
    again = seen.intersection(stored)
    seen.update(stored)
    return _emptied(root, receipt, again) if again and receipt.shard >= first_shard else receipt


def _emptied(root: Path, receipt: Receipt, again: set[str]) -> Receipt:
    part = receipt.file_in(SOURCES)
    assert part is not None, "it holds payloads"

    def without(table: pa.Table, _: int) -> pa.Table:
        rows = [row for row, digest in enumerate(table[_DIGEST].to_pylist()) if digest in again]
        return with_payloads(table, dict.fromkeys(rows))

    written = copy_changed(root / part.path, root, part, without)
    after = receipt.rewritten({SOURCES: written}, receipt.skipped)
    write_receipt(root, after)
    return after


def with_payloads(table: pa.Table, payloads: Mapping[int, bytes | None]) -> pa.Table:
    """Rows of ``sources/`` with other payloads, by number of the row; one of None is not stored here."""
    if not payloads or not any(row in payloads for row in range(table.num_rows)):
        return table
    contents = [payloads.get(row, old) for row, old in enumerate(table[_CONTENT].to_pylist())]
    for name, values in ((_CONTENT, contents), (_STORED, [content is not None for content in contents])):
        place = table.schema.get_field_index(name)
        item = table.schema.field(place)
        table = table.set_column(place, item, pa.array(values, item.type))
    return table
