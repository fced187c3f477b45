"""Parquet: enters a seekable file, leaves a document or a failure for each row. Page checksums are verified.

Damage costs the rest of a row group, which is reported as one failure that names its rows; the next is read on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import IO, Any, TypeAlias, cast

import pyarrow as pa
import pyarrow.parquet as pq

from archiver.document import RawDocument
from archiver.errors import DocumentError
from archiver.record import Failure
from archiver.settings import Settings
from archiver.sources.inputs import Location
from archiver.sources.kept import is_kept, kept_documents
from archiver.sources.pieces import Piece
from archiver.sources.rows import Row, repeated, to_document

BATCH_ROWS = 64
"""Rows decoded at a time: pages of a third of a megabyte each make 20 MB of this."""

_Reader: TypeAlias = Callable[[pa.RecordBatch, str, int], Iterator[RawDocument | Failure]]
"""Turns rows into documents: takes a batch of them, the uri of the file, and the number of the first."""

_DAMAGE = (pa.ArrowException, OSError, ValueError)
_NO_VALUE = (pa.ArrowException, ArithmeticError, LookupError, ValueError)


def read_parquet(handle: IO[bytes], piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure]:
    """The rows of `piece`. Failures beside those of `to_document`: ``invalid-parquet``, ``invalid-value``."""
    try:
        file = _open(handle)
        schema = _microseconds(file.schema_arrow)
        group_rows = [file.metadata.row_group(index).num_rows for index in range(file.num_row_groups)]
    except _DAMAGE as error:
        what = _invalid(error).message
        raise DocumentError("source", "invalid-parquet", f"{what} It has {handle.seek(0, 2)} bytes.") from error
    twice = repeated(schema.names)
    if twice is not None:
        raise DocumentError("source", "invalid-parquet", f"several columns have the same name: {twice}")
    end = sum(group_rows) if piece.count is None else piece.first + piece.count
    read = partial(kept_documents, handle) if is_kept(file.schema_arrow) else partial(_documents, settings)
    start = 0
    for index, rows in enumerate(group_rows):
        span = range(max(piece.first, start), min(end, start + rows))
        if span:
            yield from _read_group(_batches(file, index, schema), start, span, piece.uri, read)
        start += rows


def rows_of(batch: pa.RecordBatch) -> Iterator[Row | DocumentError]:
    """The rows of a batch as Python values, and an error for a row that Python cannot hold."""
    yield from _rows(batch.cast(_microseconds(batch.schema), safe=False))


def group_sizes(path: Location) -> list[tuple[int, int]]:
    """Rows and bytes of each row group; none if the footer cannot be read.

    The bytes are the group's share of the file by its uncompressed size. Exact ones would mean looking at column
    chunks, and at a damaged one pyarrow does not raise but ends the process.
    """
    try:
        with path.open("rb") as handle:
            metadata = _open(handle).metadata
            groups = [metadata.row_group(index) for index in range(metadata.num_row_groups)]
            weights = [max(group.total_byte_size, 1) for group in groups]
            total, file_bytes = sum(weights), handle.seek(0, 2)
            return [
                (group.num_rows, file_bytes * weight // total) for group, weight in zip(groups, weights, strict=True)
            ]
    except _DAMAGE:
        return []


def _open(handle: IO[bytes]) -> pq.ParquetFile:
    return pq.ParquetFile(handle, page_checksum_verification=True, pre_buffer=False)


def _invalid(error: Exception) -> DocumentError:
    return DocumentError("source", "invalid-parquet", str(error).partition("\n")[0])


def _batches(file: pq.ParquetFile, group: int, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
    for batch in file.iter_batches(BATCH_ROWS, row_groups=[group], use_threads=False):
        yield batch.cast(schema, safe=False)


def _read_group(
    batches: Iterator[pa.RecordBatch], start: int, span: range, uri: str, read: _Reader
) -> Iterator[RawDocument | Failure]:
    """The rows of `span` from a row group whose first row is number `start`."""
    while start < span.stop:
        first = max(start, span.start)
        try:
            batch = next(batches)
        except StopIteration:
            yield _unreadable(uri, first, span.stop, "the row group has fewer rows than the footer says")
            return
        except _DAMAGE as error:
            yield _unreadable(uri, first, span.stop, _invalid(error).message)
            return
        wanted = batch.slice(first - start, max(0, span.stop - first))
        yield from read(wanted, uri, first)
        start += batch.num_rows


def _unreadable(uri: str, first: int, stop: int, why: str) -> Failure:
    message = f"rows {first} to {stop - 1} cannot be read: {why}"
    return Failure(f"{uri}#row={first}", None, "source", "invalid-parquet", message)


def _documents(settings: Settings, batch: pa.RecordBatch, uri: str, first: int) -> Iterator[RawDocument | Failure]:
    for number, values in enumerate(_rows(batch), first):
        yield _document(values, f"{uri}#row={number}", settings)


def _document(values: Row | DocumentError, uri: str, settings: Settings) -> RawDocument | Failure:
    if isinstance(values, DocumentError):
        return Failure(uri, None, values.stage, values.code, values.message)
    return to_document(values, uri, settings)


def _rows(batch: pa.RecordBatch) -> Iterator[Row | DocumentError]:
    """The rows as Python values, and an error for a row with a value that Python cannot hold (the year 10000)."""
    try:
        yield from batch.to_pylist()
    except _NO_VALUE:
        for index in range(batch.num_rows):
            try:
                yield from batch.slice(index, 1).to_pylist()
            except _NO_VALUE as error:
                yield DocumentError("source", "invalid-value", f"a value cannot be read: {error}")


def _microseconds(schema: pa.Schema) -> pa.Schema:
    """The schema with nanoseconds cut to microseconds: Python's times have no more."""
    return pa.schema([field.with_type(_coarser(field.type)) for field in schema])


def _coarser(kind: pa.DataType) -> pa.DataType:
    if pa.types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if kind == pa.time64("ns"):
        return pa.time64("us")
    if kind == pa.duration("ns"):
        return pa.duration("us")
    return _coarser_inside(kind)


def _coarser_inside(kind: Any) -> pa.DataType:
    if pa.types.is_list(kind):
        return pa.list_(_coarser(kind.value_type))
    if pa.types.is_large_list(kind):
        return pa.large_list(_coarser(kind.value_type))
    if pa.types.is_map(kind):
        return pa.map_(kind.key_type, _coarser(kind.item_type))
    if pa.types.is_struct(kind):
        return pa.struct([(field.name, _coarser(field.type)) for field in kind])
    return cast("pa.DataType", kind)
