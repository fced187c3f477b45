"""An archive in, its rows out: the chosen columns, batch by batch, as Arrow or in JSON form."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.archive.reader import batches_of, read_archive
from archiver.errors import UsageError, hint
from archiver.selection import Selection, is_asked_for, needed_columns
from archiver.validation.parquet import json_rows

EVERYTHING = Selection()
BATCH_ROWS = 256
"""Rows turned into another form at a time."""


def check_columns(names: Sequence[str]) -> None:
    """Raise a `UsageError` that suggests the likely one for a name that is no column of an archive."""
    for name in names:
        if name not in ARTICLE_SCHEMA.names:
            raise UsageError(f"an archive has no column {name}; {hint(name, ARTICLE_SCHEMA.names)}")


def read_batches(
    archive: str | Path, columns: Sequence[str], latest: bool = False, select: Selection = EVERYTHING
) -> Iterator[pa.RecordBatch]:
    """The selected articles in order, in batches of at most `BATCH_ROWS` rows and with these columns.

    Raises:
        ArchiveError: `archive` is no finished archive, or a part of it is damaged.
    """
    dataset = read_archive(archive, latest)
    needed = needed_columns(select)
    wanted = tuple(dict.fromkeys((*columns, *needed)))
    left = select.limit or sys.maxsize
    scan = {"batch_size": BATCH_ROWS, "batch_readahead": 1, "fragment_readahead": 1, "use_threads": False}
    for batch in batches_of(archive, dataset, wanted, **scan):
        if needed:
            rows = batch.select(list(needed)).to_pylist()
            batch = batch.filter(pa.array([is_asked_for(row, select) for row in rows], pa.bool_()))
        yield batch.select(list(columns)).slice(0, left)
        left -= batch.num_rows
        if left <= 0:
            return


def to_rows(batches: Iterable[pa.RecordBatch]) -> Iterator[dict[str, Any]]:
    """The rows of the batches in JSON form."""
    for batch in batches:
        yield from json_rows(batch)
