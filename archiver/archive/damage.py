"""A part that is not as it was written in, the place of the damage out: its rows, its columns, some of its records."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from archiver.archive.findings import MOST_NAMED, Fault, Finding
from archiver.archive.receipt import PartFile
from archiver.errors import DamageError

UNREADABLE = (pa.ArrowException, OSError, ValueError, KeyError, MemoryError, RecursionError)
"""What PyArrow raises for a file that is damaged."""

_BUFFER = 1024 * 1024
_STEP = 64
"""Rows that are read at a time to come near the place where a column breaks."""
_LONGEST_REASON = 200


@contextmanager
def damage_told(path: Path) -> Iterator[None]:
    """Whoever reads an archive without expecting damage: what PyArrow raises for it becomes a `DamageError`."""
    try:
        yield
    except UNREADABLE as error:
        told = f"{path}: this cannot be read any more ({reason(error)}); archiver verify says what is damaged"
        raise DamageError(told) from error


def open_part(path: Path) -> pq.ParquetFile:
    """A Parquet file for reading in little memory, with its page checksums."""
    return pq.ParquetFile(path, buffer_size=_BUFFER, pre_buffer=False, page_checksum_verification=True)


@contextmanager
def readable_part(path: Path) -> Iterator[pq.ParquetFile]:
    """`open_part` for whoever expects no damage.

    Raises:
        DamageError: the part cannot be opened or read.
    """
    with damage_told(path), open_part(path) as file:
        yield file


def reason(error: BaseException) -> str:
    """The first line of an error."""
    return (str(error).partition("\n")[0] or type(error).__name__)[:_LONGEST_REASON]


def locate(path: Path, part: PartFile) -> list[Finding]:
    """Where a file that is not as the manifest has it is damaged. There is always something to say."""
    size = path.stat().st_size
    length = "" if size == part.bytes else f", {size} bytes instead of {part.bytes}"
    changed = f"the file has changed{length}"
    try:
        with open_part(path) as file:
            groups = [file.metadata.row_group(index).num_rows for index in range(file.num_row_groups)]
            found = list(_broken_groups(file, groups, part))
    except UNREADABLE as error:
        everything = (0, part.rows - 1) if part.rows else None
        message = f"{changed}: it can no longer be opened ({reason(error)}), none of its {part.rows} rows can be read"
        return [Finding(part.path, Fault.CHANGED, message, everything)]
    if found:
        return [Finding(part.path, Fault.CHANGED, f"{changed}: {said}", rows, names) for said, rows, names in found]
    if sum(groups) != part.rows:
        return [Finding(part.path, Fault.CHANGED, f"{changed}: it has {sum(groups)} rows instead of {part.rows}")]
    return [Finding(part.path, Fault.CHANGED, f"{changed}: every row of it can still be read with its page checksums")]


def _broken_groups(
    file: pq.ParquetFile, groups: Sequence[int], part: PartFile
) -> Iterator[tuple[str, tuple[int, int], tuple[str, ...]]]:
    """For each row group with a column that cannot be read: what is wrong, the rows, the names of some."""
    start = 0
    for index, rows in enumerate(groups):
        broken: list[str] = []
        first = rows
        for column in file.schema_arrow.names:
            read = _readable_rows(file, index, column, rows)
            if read < rows:
                broken.append(column)
                first = min(first, read)
        if broken:
            last = start + rows - 1
            said = f"of rows {start + first} to {last} the columns {', '.join(broken[:MOST_NAMED])} cannot be read"
            yield said, (start + first, last), _names(file, index, first, broken)
        start += rows


def _readable_rows(file: pq.ParquetFile, group: int, column: str, rows: int) -> int:
    """How many rows of a column in a row group can be read from its start."""
    read = 0
    try:
        for batch in file.iter_batches(_STEP, row_groups=[group], columns=[column], use_threads=False):
            batch.validate(full=True)
            read += batch.num_rows
            if read > rows:
                return 0
    except UNREADABLE:
        return read
    return read


def _names(file: pq.ParquetFile, group: int, first: int, broken: Sequence[str]) -> tuple[str, ...]:
    if "source_uri" in broken:
        return ()
    try:
        column = file.read_row_group(group, columns=["source_uri"], use_threads=False)["source_uri"]
        return tuple(map(str, column.slice(first, MOST_NAMED).to_pylist()))
    except UNREADABLE:
        return ()
