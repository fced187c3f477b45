"""Documents that an archive has kept: enter rows of its ``sources/``, leave the raw documents they were, and back.

A row holds everything that a `RawDocument` does, under its own `source_uri`. The payload stands once: in the first
row of its digest; the others have none, and it is looked up in the files beside theirs.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from pathlib import Path
from typing import IO, Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from archiver.document import Json, RawDocument
from archiver.record import Failure
from archiver.sources.rows import canonical_json

_MARK: Mapping[bytes | str, bytes | str] = {b"archiver": b"kept sources 1"}

_FIELDS: list[pa.Field[Any]] = [
    pa.field("source_uri", pa.string(), nullable=False),
    pa.field("source_sha256", pa.string(), nullable=False),
    pa.field("stored", pa.bool_(), nullable=False),
    pa.field("content", pa.binary()),
    *(pa.field(name, pa.string()) for name in ("media_type", "url", "charset", "given", "extra")),
    pa.field("fetched_at", pa.timestamp("us", tz="UTC")),
    pa.field("http_status", pa.int16()),
    pa.field("warc_record_id", pa.string()),
]
KEPT_SCHEMA = pa.schema(_FIELDS, metadata=dict(_MARK))
"""The columns of ``sources/``. `given` is JSON. `content` is null unless it is `stored` here: an earlier row has it."""

_DEPTH = 1000
"""Levels of nesting in `given`: more than `limits.record_depth` lets through."""


def is_kept(schema: pa.Schema) -> bool:
    """Whether this is the schema of a file in ``sources/``."""
    return bool(schema.metadata) and _MARK.items() <= schema.metadata.items() and schema.names == KEPT_SCHEMA.names


def kept_table(documents: Sequence[tuple[RawDocument, str, bool]]) -> pa.Table:
    """Documents as rows: each with the digest of its payload, and whether that payload stands in this row."""
    rows = [_row(raw, digest, whole) for raw, digest, whole in documents]
    columns = [pa.array([row[item.name] for row in rows], item.type) for item in KEPT_SCHEMA]
    return pa.table(columns, schema=KEPT_SCHEMA)


def _row(raw: RawDocument, digest: str, whole: bool) -> dict[str, Any]:
    return {
        "source_uri": _sound(raw.source_uri),
        "source_sha256": digest,
        "stored": whole,
        "content": raw.payload if whole else None,
        "media_type": raw.media_type,
        "url": None if raw.url is None else _sound(raw.url),
        "charset": raw.charset,
        "given": canonical_json(dict(raw.given), _DEPTH) if raw.given else None,
        "extra": raw.extra,
        "fetched_at": raw.fetched_at,
        "http_status": raw.http_status,
        "warc_record_id": raw.warc_record_id,
    }


def _sound(text: str) -> str:
    """Surrogate pairs joined and lone ones replaced, as the pipeline does before it looks at a document."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def kept_documents(handle: IO[bytes], batch: pa.RecordBatch, uri: str, first: int) -> Iterator[RawDocument | Failure]:
    """The documents of some rows of ``sources/``, whose first is number `first` of the file that `handle` reads.

    A payload that is missing, or is not the one that was kept, is a `Failure` (``lost-source``).
    """
    rows = batch.to_pylist()
    missing = [row["source_sha256"] for row in rows if row["content"] is None]
    elsewhere = _contents(handle.name, missing) if isinstance(handle.name, str) else {}  # a number: a copy, unpacked
    for number, row in enumerate(rows, first):
        content = row["content"] if row["content"] is not None else elsewhere.get(row["source_sha256"])
        if content is None or hashlib.sha256(content).hexdigest() != row["source_sha256"]:
            message = f"{uri}#row={number}: the bytes of this document are not those that were kept"
            yield Failure(row["source_uri"], row["source_sha256"], "source", "lost-source", message)
        else:
            yield _document(row, content)


def _document(row: dict[str, Any], content: bytes) -> RawDocument:
    given: dict[str, Json] = json.loads(row["given"]) if row["given"] else {}
    return RawDocument(
        payload=content,
        source_uri=row["source_uri"],
        media_type=row["media_type"],
        url=row["url"],
        charset=row["charset"],
        given=given,
        extra=row["extra"],
        fetched_at=row["fetched_at"].astimezone(UTC) if row["fetched_at"] else None,
        http_status=row["http_status"],
        warc_record_id=row["warc_record_id"],
    )


def _contents(name: str, digests: Sequence[str]) -> dict[str, bytes]:
    """The payloads of `digests`, from wherever in the folder of the file `name` they stand."""
    found: dict[str, bytes] = {}
    for beside in sorted(Path(name).parent.glob("part-*.parquet")):
        missing = pa.array([digest for digest in dict.fromkeys(digests) if digest not in found], pa.string())
        if not len(missing):
            break
        with pq.ParquetFile(beside, page_checksum_verification=True) as file:
            for index in range(file.num_row_groups):
                rows = file.read_row_group(index, columns=["source_sha256", "stored"])
                wanted = pc.and_(rows["stored"], pc.is_in(rows["source_sha256"], missing))
                if pc.any(wanted).as_py():
                    held = file.read_row_group(index, columns=["source_sha256", "content"]).filter(wanted)
                    pairs = zip(held["source_sha256"].to_pylist(), held["content"].to_pylist(), strict=True)
                    found.update((str(digest), content) for digest, content in pairs if content is not None)
    return found
