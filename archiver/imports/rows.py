"""A file of records in, its rows in JSON form out. What it is, its content tells; CSV is what is neither.

What cannot be read travels as a `Violation` among the rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from archiver.imports.csv import read_csv
from archiver.record import Violation
from archiver.settings import Limits
from archiver.sources.compression import open_stream
from archiver.validation.lines import Row, read_records
from archiver.validation.parquet import MAGIC, read_rows

_OBJECTS = (b"{", b"\xef\xbb\xbf{")
_CSV_ENDINGS = (".csv", ".tsv")


def read_file(path: Path, limits: Limits) -> Iterator[Row | Violation]:
    """The rows of a JSON Lines, CSV or Parquet file.

    Raises:
        OSError, DocumentError, pa.ArrowException: the file cannot be read, or not on.
    """
    with path.open("rb") as file:
        head = open_stream(file, limits).head.lstrip()
    with path.open("rb") as file:
        is_parquet = file.read(len(MAGIC)) == MAGIC
    if is_parquet:
        yield from read_rows(path)
    elif head.startswith(_OBJECTS) or not _is_csv(path):
        yield from read_records(path, limits)
    else:
        yield from read_csv(path, limits)


def _is_csv(path: Path) -> bool:
    return any(ending in _CSV_ENDINGS for ending in map(str.lower, path.suffixes))
