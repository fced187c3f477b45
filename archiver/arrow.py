"""Cleaning inside somebody else's pipeline: an Arrow batch of rows in, a batch of records out, row by row the same.

    RecordBatch ─▶ clean_batch ─▶ RecordBatch of SCHEMA

This is what Spark's ``mapInArrow``, Dask's ``map_partitions``, Ray's ``map_batches``, Polars and DuckDB map over their
data; docs/pipelines.md shows how.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

import pyarrow as pa

from archiver.archive.columns import (
    ARTICLE_SCHEMA,
    STORAGE_REFUSALS,
    storable,
    to_table,
    valid_text,
)
from archiver.document import Normalizer, RawDocument
from archiver.errors import DocumentError, UsageError
from archiver.normalizers import DEFAULT_NORMALIZERS
from archiver.pipeline import clean_results
from archiver.record import Failure, Record, Rejection, Result, Skip
from archiver.settings import Settings
from archiver.sources import check_fields, repeated, rows_of, to_document

CLEANED, REJECTED, FAILED, SKIPPED = "cleaned", "rejected", "failed", "skipped"

_PROBLEM = ("outcome", "stage", "code", "message")
SCHEMA = pa.schema(
    [*(pa.field(name, pa.string()) for name in _PROBLEM), *(f.with_nullable(True) for f in ARTICLE_SCHEMA)]
)
"""`outcome` is ``cleaned``, ``rejected``, ``failed`` or ``skipped``. Of a cleaned row stage, code and message are null;
of the others they say why, and all columns of a record but `source_uri` and `source_sha256` are null."""

_URI = "source_uri"


def clean_batch(
    batch: pa.RecordBatch,
    settings: Settings | None = None,
    normalizers: Sequence[Normalizer] = DEFAULT_NORMALIZERS,
) -> pa.RecordBatch:
    """A row of `SCHEMA` for each row of `batch`, in order. Never raises for a row.

    Columns are found as in a file of rows: the page or text, what the row says of it, all else into `extra`. The
    document is named by the column ``source_uri``; without one by the digest of its content, so that it has the same
    identity however the data is cut into batches. Everything happens in the caller's process, without a deadline.

    Raises:
        UsageError: the settings cannot be used, or several columns have the same name.
    """
    chosen = settings or Settings()
    check_fields(chosen)
    twice = repeated(batch.schema.names)
    if twice is not None:
        raise UsageError(f"several columns have the same name: {twice}")
    results = list(clean_results(_documents(batch, chosen), chosen, normalizers))
    records = [result for result in results if isinstance(result, Record)]
    try:
        cleaned = to_table(records)
    except STORAGE_REFUSALS:
        results = list(map(_storable, results))
        records = [result for result in results if isinstance(result, Record)]
        cleaned = to_table(records)
    return _beside(results, cleaned) if results else pa.RecordBatch.from_pylist([], schema=SCHEMA)


def _documents(batch: pa.RecordBatch, settings: Settings) -> Iterator[RawDocument | Failure]:
    for number, row in enumerate(rows_of(batch)):
        place = f"batch#row={number}"
        if isinstance(row, DocumentError):
            yield Failure(place, None, row.stage, row.code, row.message)
            continue
        uri = row.get(_URI)
        name = uri if isinstance(uri, str) and uri else None
        document = to_document({key: row[key] for key in row if key != _URI}, name or place, settings)
        if isinstance(document, RawDocument) and not name:
            document = replace(document, source_uri=f"sha256:{hashlib.sha256(document.payload).hexdigest()}")
        yield document


def _storable(result: Result) -> Result:
    """The result, or the failure that a record becomes which no column can hold."""
    failures = storable([result])[1] if isinstance(result, Record) else []
    return failures[0] if failures else result


def _beside(results: Sequence[Result], cleaned: pa.Table) -> pa.RecordBatch:
    """The rows of `cleaned`, each where its record stands among the results, and what became of the others."""
    rows = iter(range(cleaned.num_rows))
    places = [next(rows) if isinstance(result, Record) else None for result in results]
    table = cleaned.take(pa.array(places, pa.int64()))
    columns: dict[str, Any] = {name: table[name] for name in ARTICLE_SCHEMA.names}
    columns["source_uri"] = _strings([result.source_uri for result in results])
    columns["source_sha256"] = _strings([None if isinstance(r, Skip) else r.source_sha256 for r in results])
    for name, values in zip(_PROBLEM, zip(*map(_problem, results), strict=True), strict=True):
        columns[name] = _strings(values)
    arrays = [columns[item.name] for item in SCHEMA]
    return pa.table(arrays, schema=SCHEMA).combine_chunks().to_batches()[0]


def _problem(result: Result) -> tuple[str, str | None, str | None, str | None]:
    match result:
        case Record():
            return CLEANED, None, None, None
        case Skip():
            return SKIPPED, "source", result.reason, None
        case Rejection() | Failure():
            kind = REJECTED if isinstance(result, Rejection) else FAILED
            return kind, result.stage, result.code, result.message


def _strings(values: Sequence[str | None]) -> pa.Array[Any]:
    return pa.array([None if value is None else valid_text(value) for value in values], pa.string())
