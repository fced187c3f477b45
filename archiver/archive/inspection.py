"""One part of an archive in, everything that is wrong with it out. Nothing that the file holds is trusted.

A file whose SHA-256 is right is read whole, page checksums and all. One whose SHA-256 is wrong is searched for the
place of the damage, row group by row group and column by column. Neither ever asks PyArrow for the metadata of a
column chunk: at a damaged one it ends the process. Run it where that does no harm (`isolation`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from archiver.archive.columns import ARTICLE_SCHEMA, FAILURE_SCHEMA, REJECTED_SCHEMA
from archiver.archive.damage import UNREADABLE, locate, open_part, reason
from archiver.archive.durable import sha256_of
from archiver.archive.findings import MOST_NAMED, Fault, Finding
from archiver.archive.part import DATA, FAILURES, REJECTED, SOURCES
from archiver.archive.receipt import PartFile
from archiver.sources import KEPT_SCHEMA

Numbers: TypeAlias = npt.NDArray[np.uint64]

SCHEMAS = {DATA: ARTICLE_SCHEMA, REJECTED: REJECTED_SCHEMA, FAILURES: FAILURE_SCHEMA, SOURCES: KEPT_SCHEMA}

_BATCH_ROWS = 256


def _none() -> Numbers:
    return np.empty(0, np.uint64)


@dataclass(frozen=True, slots=True)
class Task:
    """A part to look at: the archive, and the file as the manifest has it."""

    root: Path
    part: PartFile


@dataclass(slots=True)
class Inspection:
    """What a part holds, as far as it could be read. Versions and digests are numbers, eight bytes of each.

    `versions` and `sources` are those of archived records, `stored` the payloads that a part of ``sources/`` holds,
    `borrowed` those for which it refers to another row.
    """

    findings: list[Finding] = field(default_factory=list)
    rows: int = 0
    versions: Numbers = field(default_factory=_none)
    sources: Numbers = field(default_factory=_none)
    stored: Numbers = field(default_factory=_none)
    borrowed: Numbers = field(default_factory=_none)


def inspect_part(task: Task) -> Inspection:
    """Look at one part. Never raises for what the file holds."""
    path, part = task.root / task.part.path, task.part
    try:
        if path.stat().st_size == part.bytes and sha256_of(path) == part.sha256:
            return _read(path, part)
        return Inspection(locate(path, part))
    except UNREADABLE as error:
        return Inspection([Finding(part.path, Fault.UNREADABLE, f"the file cannot be read: {reason(error)}")])


def find_numbers(task: Task, column: str, wanted: frozenset[int]) -> list[tuple[int, int]]:
    """The rows of a sound part whose value in `column` has one of the numbers that are `wanted`, with that number."""
    found = []
    row = 0
    with open_part(task.root / task.part.path) as file:
        for batch in file.iter_batches(columns=[column], use_threads=False):
            for number in numbers(batch.column(0).to_pylist()).tolist():
                if number in wanted:
                    found.append((row, number))
                row += 1
    return found


def numbers(values: Sequence[Any]) -> Numbers:
    """Eight bytes for each string: two strings with the same number are the same but for one chance in 2^64."""
    digests = (hashlib.blake2b(str(value).encode("utf-8", "replace"), digest_size=8).digest() for value in values)
    return np.frombuffer(b"".join(digests), np.uint64)


def _read(path: Path, part: PartFile) -> Inspection:
    seen = Inspection()
    with open_part(path) as file:
        seen.findings += _check_schema(file.schema_arrow, part)
        if seen.findings:
            return seen
        for batch in _bounded(file, part.rows):
            _CHECKS[part.folder](batch, seen, part)
            seen.rows += batch.num_rows
    if seen.rows != part.rows:
        message = f"the manifest counts {part.rows} rows, the file has {seen.rows}"
        seen.findings.append(Finding(part.path, Fault.ROWS, message))
    return seen


def _bounded(file: pq.ParquetFile, rows: int) -> Iterator[pa.RecordBatch]:
    """The batches of a file until there are more rows than there should be: a small file can claim billions."""
    for batch in file.iter_batches(_BATCH_ROWS, use_threads=False):
        yield batch
        rows -= batch.num_rows
        if rows < 0:
            return


def _check_schema(schema: pa.Schema, part: PartFile) -> list[Finding]:
    """A column too many, of another type, or missing; one that may be null may be missing, in an older archive."""
    expected = SCHEMAS[part.folder]
    wrong = [item.name for item in schema if item.name not in expected.names or expected.field(item.name) != item]
    wrong += [item.name for item in expected if item.name not in schema.names and not item.nullable]
    if not wrong and len(set(schema.names)) == len(schema.names):
        return []
    message = f"these columns are not those of an archive: {', '.join(wrong[:MOST_NAMED])}"
    return [Finding(part.path, Fault.SCHEMA, message)]


def _check_articles(batch: pa.RecordBatch, seen: Inspection, part: PartFile) -> None:
    bad = _wrong_digests(batch, "text", "text_sha256")
    seen.findings += _named(batch, bad, seen.rows, part, Fault.TEXT, "the text is not the one of text_sha256")
    seen.versions = np.concatenate([seen.versions, numbers(batch.column("version_id").to_pylist())])
    seen.sources = np.concatenate([seen.sources, numbers(batch.column("source_sha256").to_pylist())])


def _check_sources(batch: pa.RecordBatch, seen: Inspection, part: PartFile) -> None:
    bad = _wrong_digests(batch, "content", "source_sha256")
    stored = [bool(value) for value in batch.column("stored").to_pylist()]
    lying = [row for row, valid in enumerate(batch.column("content").is_valid().to_pylist()) if valid != stored[row]]
    message = "the bytes are not those of source_sha256"
    seen.findings += _named(batch, sorted({*bad, *lying}), seen.rows, part, Fault.SOURCE, message)
    digests = numbers(batch.column("source_sha256").to_pylist())
    mask = np.array(stored, bool)
    seen.stored = np.concatenate([seen.stored, digests[mask]])
    seen.borrowed = np.concatenate([seen.borrowed, digests[~mask]])


def _check_nothing(batch: pa.RecordBatch, seen: Inspection, part: PartFile) -> None:
    """That it can be read is all there is to ask."""


_CHECKS: dict[str, Callable[[pa.RecordBatch, Inspection, PartFile], None]] = {
    DATA: _check_articles,
    SOURCES: _check_sources,
    REJECTED: _check_nothing,
    FAILURES: _check_nothing,
}


def _wrong_digests(batch: pa.RecordBatch, content: str, digest: str) -> list[int]:
    """The rows of a batch whose content has another SHA-256 than it should."""
    pairs = zip(batch.column(content).cast(pa.binary()).to_pylist(), batch.column(digest).to_pylist(), strict=True)
    return [
        row for row, (data, sha) in enumerate(pairs) if data is not None and hashlib.sha256(data).hexdigest() != sha
    ]


def _named(
    batch: pa.RecordBatch, rows: Sequence[int], first: int, part: PartFile, fault: Fault, message: str
) -> list[Finding]:
    if not rows:
        return []
    uris = batch.column("source_uri").take(pa.array(rows[:MOST_NAMED])).to_pylist()
    return [Finding(part.path, fault, message, (first + rows[0], first + rows[-1]), tuple(map(str, uris)))]
