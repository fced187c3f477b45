"""A part of an archive in, the same part without some of its rows or with other values out.

The only ways in which what was once written is written again: duplicates across shards, and documents that are to
be forgotten. The old file is read with its page checksums, so that damage cannot pass into the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from archiver.archive.part import ParquetPart
from archiver.archive.receipt import PartFile


def copy_rows(
    source: Path, root: Path, part: PartFile, keep: Sequence[bool], on_dropped: Callable[[pa.Table], None]
) -> PartFile | None:
    """Write to `root` the rows of `part` that are to be kept; None if there is none, and then no file.

    `source` is the file to read. Each table of rows that were left out goes to `on_dropped`.

    Raises:
        ArchiveError: the copy does not read back as it was written.
        OSError, pa.ArrowException: a file cannot be read or written.
    """

    def kept(table: pa.Table, first: int) -> pa.Table:
        mask = pa.array(keep[first : first + table.num_rows], pa.bool_())
        on_dropped(table.filter(pc.invert(mask)))
        return table.filter(mask)

    return copy_changed(source, root, part, kept)


def copy_changed(
    source: Path, root: Path, part: PartFile, change: Callable[[pa.Table, int], pa.Table]
) -> PartFile | None:
    """Write to `root` what `change` makes of each row group of `part`, given with the number of its first row."""
    with pq.ParquetFile(source, page_checksum_verification=True) as file:
        copy = ParquetPart(root, part.folder, part.shard, file.schema_arrow)
        try:
            for table, first in _row_groups(file):
                copy.write(change(table, first))
            return copy.publish()
        except BaseException:
            copy.discard()
            raise


def _row_groups(file: pq.ParquetFile) -> Iterator[tuple[pa.Table, int]]:
    first = 0
    for index in range(file.num_row_groups):
        table = file.read_row_group(index)
        yield table, first
        first += table.num_rows
