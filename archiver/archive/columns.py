"""Records, rejections and failures as Arrow tables, and tables as records again.

What enters are the types of `archiver.record`; what leaves are tables of the schemas below, built column by
column. The columns are those of docs/records.md; those that may not be null are declared so here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC
from itertools import accumulate, chain
from operator import attrgetter
from typing import Any

import pyarrow as pa

from archiver.document import Image, Link, Repair
from archiver.record import SCHEMA_VERSION, Failure, Origin, Record, RecordBlock, Rejection

_STRING = pa.string()
_SCORE = pa.float32()
_TIMESTAMP = pa.timestamp("us", tz="UTC")

SCORE_DECIMALS = 3
"""Scores are rounded to this many decimals before they are stored, so float32 gives them back exactly."""


def _required(name: str, kind: pa.DataType) -> pa.Field[Any]:
    return pa.field(name, kind, nullable=False)


def _nullable(kind: pa.DataType, *names: str) -> list[pa.Field[Any]]:
    return [pa.field(name, kind) for name in names]


def _listed(kind: pa.DataType) -> pa.ListType[Any]:
    return pa.list_(_required("element", kind))


def _structs(*fields: pa.Field[Any]) -> pa.ListType[Any]:
    return _listed(pa.struct(fields))


_LINKS = _structs(_required("text", _STRING), _required("url", _STRING))
_IMAGES = _structs(_required("url", _STRING), *_nullable(_STRING, "caption"))
_BLOCKS = _structs(
    _required("label", _STRING),
    _required("kept", pa.bool_()),
    _required("by", _STRING),
    _required("score", _SCORE),
    *_nullable(pa.int32(), "start", "end"),
    _required("before", _STRING),
    *_nullable(_STRING, "text"),
)
_REPAIRS = _structs(
    *_nullable(pa.int32(), "block"),
    _required("kind", _STRING),
    _required("count", pa.int32()),
    *_nullable(_STRING, "before", "plan"),
)
_ORIGINS = _structs(_required("field", _STRING), _required("source", _STRING), *_nullable(_STRING, "locator", "raw"))

ARTICLE_SCHEMA = pa.schema(
    [
        _required("id", _STRING),
        _required("version_id", _STRING),
        _required("text", _STRING),
        *_nullable(_STRING, "title", "subtitle", "section", "description"),
        *_nullable(_STRING, "author_bio", "publisher", "site_name", "license"),
        _required("authors", _listed(_STRING)),
        _required("tags", _listed(_STRING)),
        *_nullable(pa.date32(), "date_published", "date_modified"),
        *_nullable(_TIMESTAMP, "published_at", "modified_at"),
        *_nullable(_STRING, "published_raw", "language"),
        *_nullable(_SCORE, "language_score"),
        *_nullable(_STRING, "url", "canonical_url", "domain", "page_type"),
        *_nullable(_SCORE, "page_type_score"),
        _required("word_count", pa.int32()),
        _required("char_count", pa.int32()),
        _required("flags", _listed(_STRING)),
        _required("links", _LINKS),
        _required("images", _IMAGES),
        _required("blocks", _BLOCKS),
        _required("repairs", _REPAIRS),
        _required("origins", _ORIGINS),
        _required("source_uri", _STRING),
        _required("source_sha256", _STRING),
        _required("source_bytes", pa.int64()),
        *_nullable(_STRING, "source_media_type", "source_encoding"),
        *_nullable(_SCORE, "source_encoding_confidence"),
        *_nullable(_TIMESTAMP, "fetched_at"),
        *_nullable(pa.int16(), "http_status"),
        *_nullable(_STRING, "warc_record_id", "extra"),
        _required("text_sha256", _STRING),
        _required("settings_sha256", _STRING),
        _required("cleaner_version", _STRING),
        _required("schema_version", _STRING),
    ],
    metadata={"schema_version": SCHEMA_VERSION},
)

_PROBLEM = [
    _required("stage", _STRING),
    _required("code", _STRING),
    _required("message", _STRING),
]
REJECTED_SCHEMA = pa.schema(
    [
        _required("source_uri", _STRING),
        _required("source_sha256", _STRING),
        *_PROBLEM,
        _required("violations", _structs(*(_required(name, _STRING) for name in ("pointer", "expected", "value")))),
        pa.field("record_json", _STRING),
    ]
)
FAILURE_SCHEMA = pa.schema([_required("source_uri", _STRING), pa.field("source_sha256", _STRING), *_PROBLEM])

STORAGE_REFUSALS = (pa.ArrowException, UnicodeError, OverflowError, TypeError, ValueError, AttributeError)
"""What `to_table` raises for a value that its column cannot hold."""


def to_table(records: Sequence[Record]) -> pa.Table:
    """A table of `ARTICLE_SCHEMA` with one row a record.

    Raises one of `STORAGE_REFUSALS` if a value does not fit its column; `storable` finds out whose.
    """
    return _table(records, ARTICLE_SCHEMA)


def storable(records: Sequence[Record]) -> tuple[list[Record], list[Failure]]:
    """The records that Arrow can hold, and a failure for each that it cannot."""
    sound: list[Record] = []
    failures: list[Failure] = []
    for record in records:
        try:
            to_table([record])
        except STORAGE_REFUSALS as error:
            failures.append(_unstorable(record, error))
        else:
            sound.append(record)
    return sound, failures


def rejections_to_table(rejections: Sequence[Rejection]) -> pa.Table:
    """A table of `REJECTED_SCHEMA`; text that is no valid Unicode is escaped, so this never fails."""
    return _table(rejections, REJECTED_SCHEMA, valid_text)


def failures_to_table(failures: Sequence[Failure]) -> pa.Table:
    """A table of `FAILURE_SCHEMA`; text that is no valid Unicode is escaped, so this never fails."""
    return _table(failures, FAILURE_SCHEMA, valid_text)


def to_records(table: pa.Table) -> Iterator[Record]:
    """The rows of a table of `ARTICLE_SCHEMA` as records; inverse of `to_table`."""
    for batch in table.to_batches():
        columns = {name: batch.column(name).to_pylist() for name in ARTICLE_SCHEMA.names}
        for values in zip(*columns.values(), strict=True):
            yield Record(**{name: _from_arrow(name, value) for name, value in zip(columns, values, strict=True)})


def valid_text(text: str) -> str:
    r"""`text` with each lone surrogate written as ``\udXXX``, so that UTF-8 can hold it."""
    return text if text.isascii() else text.encode("utf-8", "backslashreplace").decode("utf-8")


def _table(rows: Sequence[Any], schema: pa.Schema, spell: Callable[[str], str] | None = None) -> pa.Table:
    return pa.table([_array(list(map(attrgetter(item.name), rows)), item, spell) for item in schema], schema=schema)


def _array(values: list[Any], item: pa.Field[Any], spell: Callable[[str], str] | None) -> pa.Array[Any]:
    """The values of one column, nested ones by way of the flat arrays that Arrow stores them in."""
    kind = item.type
    if pa.types.is_list(kind):
        ends = accumulate(map(len, values), initial=0)
        content = _array(list(chain.from_iterable(values)), kind.value_field, spell)
        lists: pa.Array[Any] = pa.ListArray.from_arrays(pa.array(ends, pa.int32()), content, type=kind)
        return lists
    if pa.types.is_struct(kind):
        children = [_array(list(map(attrgetter(child.name), values)), child, spell) for child in kind]
        return pa.StructArray.from_arrays(children, fields=list(kind))
    if spell and pa.types.is_string(kind):
        values = [None if value is None else spell(value) for value in values]
    array: pa.Array[Any] = pa.array(values, kind)
    if array.null_count and not item.nullable:
        raise pa.ArrowInvalid(f"column {item.name} may not be null")
    return array


def _unstorable(record: Record, error: Exception) -> Failure:
    message = f"the record does not fit the archive's columns: {error}"
    return Failure(record.source_uri, record.source_sha256, "archive", "unstorable", message)


_STRUCTS: dict[str, Callable[..., Any]] = {
    "links": Link,
    "images": Image,
    "blocks": RecordBlock,
    "repairs": Repair,
    "origins": Origin,
}
_SCORES = frozenset(item.name for item in ARTICLE_SCHEMA if item.type == _SCORE)
_TIMES = frozenset(item.name for item in ARTICLE_SCHEMA if pa.types.is_timestamp(item.type))


def _from_arrow(name: str, value: Any) -> Any:
    if name == "blocks":
        return tuple(RecordBlock(**{**item, "score": round(item["score"], SCORE_DECIMALS)}) for item in value)
    if name in _SCORES and value is not None:
        return round(value, SCORE_DECIMALS)
    if name in _TIMES and value is not None:
        return value.astimezone(UTC)
    if name in _STRUCTS:
        return tuple(_STRUCTS[name](**item) for item in value)
    return tuple(value) if isinstance(value, list) else value
