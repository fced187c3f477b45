"""One Parquet file of an archive: tables go in, a file that has been read back comes out.

The only place that knows how archiver's Parquet is written.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from archiver.archive.durable import publish, sha256_of, unfinished
from archiver.archive.receipt import PartFile, part_name
from archiver.errors import ArchiveError

if TYPE_CHECKING:
    from typing_extensions import Buffer

Row = TypeVar("Row")

DATA, REJECTED, FAILURES, SOURCES = FOLDERS = ("data", "rejected", "failures", "sources")

ROW_GROUP_ROWS = 8192
"""Most rows in a row group."""

ROW_GROUP_CHARACTERS = 32 * 1024 * 1024
"""A row group is closed here, or at `ROW_GROUP_ROWS`: it is what a writer and every later reader hold in memory."""

_DICTIONARY_COLUMNS: dict[str, Any] = {
    DATA: [
        *("section", "publisher", "site_name", "license", "language", "domain", "page_type", "flags.list.element"),
        *("blocks.list.element.label", "blocks.list.element.by", "blocks.list.element.before"),
        *("repairs.list.element.kind", "origins.list.element.field", "origins.list.element.source"),
        *("source_media_type", "source_encoding", "settings_sha256", "cleaner_version", "schema_version"),
    ],
    REJECTED: ["stage", "code"],
    FAILURES: ["stage", "code"],
    SOURCES: ["media_type", "charset"],
}
"""Columns with few distinct values. The others would fill a dictionary and then be written plainly anyway."""

_PARQUET: dict[str, Any] = {
    "compression": "zstd",
    "compression_level": 3,
    "write_page_checksum": True,
    "write_batch_size": 32,
}
"""Level 9 saves 13 % and writes four times slower; checksums cost nothing that can be measured.

Only after so many rows does PyArrow ask whether a page has reached its megabyte. With its own 1024 a page of long
texts grows to many, and all of it is lost to one flipped bit.
"""


class ParquetPart:
    """A Parquet file in the making: tables in, one row group each; published or removed when it is closed."""

    def __init__(self, root: Path, folder: str, shard: int, schema: pa.Schema) -> None:
        self.name = f"{folder}/{part_name(shard)}"
        self.rows = 0
        self._path = root / self.name
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._file = _HashedFile(unfinished(self._path))
        self._writer = pq.ParquetWriter(
            self._file,
            schema,
            use_dictionary=_DICTIONARY_COLUMNS[folder],
            **_PARQUET,
        )

    def write(self, table: pa.Table) -> None:
        """Append the rows as one row group."""
        if table.num_rows:
            self._writer.write_table(table, row_group_size=table.num_rows)
            self.rows += table.num_rows

    def publish(self) -> PartFile | None:
        """Finish, read back and publish the file; without a row there is no file and the answer is None."""
        self._writer.close()
        self._file.close()
        beside = unfinished(self._path)
        if not self.rows:
            beside.unlink()
            return None
        digest, size = self._file.digest.hexdigest(), beside.stat().st_size
        if sha256_of(beside) != digest:
            raise ArchiveError(f"{self._path}: the disk does not give back what was written")
        _read_back(beside, self.rows)
        publish(self._path)
        return PartFile(self.name, digest, size, self.rows)

    def discard(self) -> None:
        """Give up: close and remove what was written, even on a disk that takes no more."""
        with suppress(OSError, pa.ArrowException):
            self._writer.close()
        with suppress(OSError):
            self._file.close()
        with suppress(OSError):
            unfinished(self._path).unlink(missing_ok=True)


class PartRows(Generic[Row]):
    """A part file that is opened with its first row and filled by row groups of bounded size."""

    def __init__(self, open_part: Callable[[], ParquetPart], tabulate: Callable[[list[Row]], pa.Table]) -> None:
        self._open_part = open_part
        self._tabulate = tabulate
        self._part: ParquetPart | None = None
        self._waiting: list[Row] = []
        self._weight = 0

    def add(self, row: Row, weight: int) -> None:
        self._waiting.append(row)
        self._weight += weight
        if self._weight >= ROW_GROUP_CHARACTERS or len(self._waiting) >= ROW_GROUP_ROWS:
            self._flush()

    def publish(self) -> PartFile | None:
        self._flush()
        return self._part.publish() if self._part else None

    def discard(self) -> None:
        if self._part:
            self._part.discard()

    def _flush(self) -> None:
        if not self._waiting:
            return
        self._part = self._part or self._open_part()
        rows, self._waiting, self._weight = self._waiting, [], 0
        self._part.write(self._tabulate(rows))


class _HashedFile(io.BufferedWriter):
    """A new file with the digest of what was written to it, whatever the disk made of that."""

    def __init__(self, path: Path) -> None:
        super().__init__(io.FileIO(path, "w"))
        self.digest = hashlib.sha256()

    def write(self, data: Buffer, /) -> int:
        self.digest.update(data)
        return super().write(data)


def _read_back(path: Path, rows: int) -> None:
    """Read a Parquet file as a later reader would, so that a part counts only if it can be read."""
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            found = sum(batch.num_rows for batch in file.iter_batches(batch_size=ROW_GROUP_ROWS))
    except pa.ArrowException as error:
        raise ArchiveError(f"{path.parent}: a part does not read back as it was written ({error})") from error
    if found != rows:
        raise ArchiveError(f"{path.parent}: {rows} rows were written to a part, {found} read back")
