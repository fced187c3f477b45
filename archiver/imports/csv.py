"""A CSV or TSV file in, its rows out. A cell in quotes is text, one that is empty without quotes is null."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

import pyarrow as pa
import pyarrow.csv as pacsv

from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.errors import DocumentError
from archiver.record import Violation
from archiver.settings import MEBIBYTE, Limits
from archiver.sources import repeated
from archiver.sources.compression import open_stream
from archiver.validation.explain import shortened
from archiver.validation.lines import Row

BLOCK_BYTES = 64 * MEBIBYTE
"""Read at a time; no row may be longer."""
_DELIMITERS = ",;\t|"


def read_csv(path: Path, limits: Limits) -> Iterator[Row | Violation]:
    """The rows of a CSV file with a head, UTF-8, plain or compressed; its delimiter is the one its head has most of.

    Where the head is that of a record, numbers and lists are read as such; else every value is a string or null.
    A row with another number of cells is a violation in its place.

    Raises:
        OSError, DocumentError, pa.ArrowException: the file cannot be read, or not on.
    """
    with path.open("rb") as file:
        stream = open_stream(file, limits)
        delimiter = _delimiter(stream.head)
        if not delimiter:
            return
        bad: list[pacsv.InvalidRow] = []

        def note(invalid: pacsv.InvalidRow) -> str:
            bad.append(invalid)
            return "skip"

        content = _Whole(stream.content)
        try:
            reader = _open(cast(BinaryIO, content), delimiter, _names(stream.head, delimiter), note)
        except pa.ArrowInvalid as error:
            raise DocumentError("source", "invalid-csv", str(error)) from error
        twice = repeated(reader.schema.names)
        if twice is not None:
            raise DocumentError("source", "invalid-csv", f"the header names the column {twice!r} more than once")
        typed = set(ARTICLE_SCHEMA.names) <= set(reader.schema.names)
        row = 0
        for batch in reader:
            for record in batch.to_pylist():
                yield Row(row, _typed(record) if typed else record)
                row += 1
            for invalid in bad:
                wanted = f"{invalid.expected_columns} cells"
                yield Violation(path.as_posix(), row, "", "csv", wanted, shortened(invalid.text), None)
                row += 1
            bad.clear()


class _Whole(io.BufferedIOBase):
    """A stream as PyArrow asks for one: a short read is not its end."""

    def __init__(self, content: BinaryIO) -> None:
        self._content = content

    def readable(self) -> bool:
        return True

    def read(self, size: int | None = -1, /) -> bytes:
        found: list[bytes] = []
        left = -1 if size is None else size
        while left and (data := self._content.read(left)):
            found.append(data)
            left -= len(data)
        return b"".join(found)


def _open(content: BinaryIO, delimiter: str, names: list[str], note: Any) -> pacsv.CSVStreamingReader:
    return pacsv.open_csv(
        content,
        read_options=pacsv.ReadOptions(use_threads=False, block_size=BLOCK_BYTES),
        parse_options=pacsv.ParseOptions(delimiter=delimiter, newlines_in_values=True, invalid_row_handler=note),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            null_values=[""],
        ),
    )


def _delimiter(head: bytes) -> str:
    """The likeliest delimiter of a first line; empty where there is no line."""
    line = head.lstrip().partition(b"\n")[0].decode("utf-8", "replace")
    return max(_DELIMITERS, key=line.count) if line else ""


def _names(head: bytes, delimiter: str) -> list[str]:
    """The names of the columns, as PyArrow reads them."""
    line = head.partition(b"\n")[0] + b"\n"
    options = pacsv.ParseOptions(delimiter=delimiter)
    return list(pacsv.read_csv(io.BytesIO(line), parse_options=options).schema.names)


def _typed(row: dict[str, Any]) -> dict[str, Any]:
    """A row of a record's CSV with numbers, lists and structs; what is none stays text, for validation to find."""
    return {name: value if value is None else _value(name, value) for name, value in row.items()}


def _value(name: str, text: str) -> Any:
    if name not in _NOT_TEXT:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


_NOT_TEXT = frozenset(
    item.name
    for item in ARTICLE_SCHEMA
    if pa.types.is_nested(item.type) or pa.types.is_integer(item.type) or pa.types.is_floating(item.type)
)
