"""Batches of articles in, rows for programs out: JSON Lines, CSV and Parquet, written to a stream.

CSV is written so that it can be read back: text in quotes, null as a cell without any, lists and structs as JSON.
Unless that is asked for, a cell that a spreadsheet would run as a formula begins with an apostrophe.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, BinaryIO, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
from pyarrow import types

from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.exports.rows import to_rows
from archiver.validation.parquet import json_values

Batches: TypeAlias = Iterator[pa.RecordBatch]

_FORMULA = r"^[=+\-@\t\r\n＝＋－＠]"
"""How a cell begins that a spreadsheet runs: OWASP's list, with the wide forms that some programs fold."""


def write_jsonl(batches: Batches, columns: Sequence[str], stream: BinaryIO) -> int:
    """One JSON object a line, as `archiver schema` describes it."""
    count = 0
    for row in to_rows(batches):
        stream.write(json.dumps(row, ensure_ascii=False).encode("utf-8") + b"\n")
        count += 1
    return count


def write_csv(batches: Batches, columns: Sequence[str], stream: BinaryIO) -> int:
    """CSV that is safe to open in a spreadsheet."""
    return _write_csv(batches, columns, stream, neutral=True)


def write_raw_csv(batches: Batches, columns: Sequence[str], stream: BinaryIO) -> int:
    """CSV with every cell as it is, which `archiver import` reads back."""
    return _write_csv(batches, columns, stream, neutral=False)


def write_parquet(batches: Batches, columns: Sequence[str], stream: BinaryIO) -> int:
    """One Parquet file, compressed with Zstandard."""
    schema = ARTICLE_SCHEMA.empty_table().select(list(columns)).schema
    count = 0
    with pq.ParquetWriter(stream, schema, compression="zstd", write_page_checksum=True) as writer:
        for batch in batches:
            writer.write_table(pa.table(batch.columns, schema=schema), row_group_size=max(1, batch.num_rows))
            count += batch.num_rows
    return count


def _write_csv(batches: Batches, columns: Sequence[str], stream: BinaryIO, neutral: bool) -> int:
    schema = pa.schema([pa.field(name, pa.string()) for name in columns])
    options = pacsv.WriteOptions(quoting_style="all_valid")
    count = 0
    with pacsv.CSVWriter(stream, schema, write_options=options) as writer:
        for batch in batches:
            cells = [_cells(batch.column(name), neutral) for name in columns]
            writer.write_batch(pa.record_batch(cells, schema=schema))
            count += batch.num_rows
    return count


def _cells(column: pa.Array[Any], neutral: bool) -> pa.Array[Any]:
    """A column as text, null where it is null."""
    if types.is_string(column.type):
        text: Any = column
    elif types.is_nested(column.type):
        nested = (None if value is None else json.dumps(value, ensure_ascii=False) for value in json_values(column))
        return pa.array(nested, pa.string())
    else:
        return pa.array([None if value is None else str(value) for value in json_values(column)], pa.string())
    if neutral:
        runs = pc.match_substring_regex(text, _FORMULA)
        text = pc.if_else(runs, pc.binary_join_element_wise("'", text, ""), text)
    return text  # type: ignore[no-any-return]
