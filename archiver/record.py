"""The record: one row of an archive, and the types of everything that can become of a document instead.

Types only: the columns are explained in docs/records.md and fixed by schemas/article.schema.json.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple, TypeAlias

from archiver.document import Image, Link, Repair

SCHEMA_VERSION = "1.0"


class RecordBlock(NamedTuple):
    """A block in a record. Kept: offsets into `Record.text` and no text. Removed: its text, no offsets."""

    label: str
    kept: bool
    by: str
    score: float
    start: int | None
    end: int | None
    before: str
    text: str | None


class Origin(NamedTuple):
    """The evidence behind a metadata field: where it was found, and the value as it stood there."""

    field: str
    source: str
    locator: str | None
    raw: str | None


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known about an article beside its text. Every value rests on an entry of `origins`.

    `unused` names the fields that the source gave and no value rests on; compose keeps them in `extra`.
    """

    title: str | None = None
    subtitle: str | None = None
    section: str | None = None
    description: str | None = None
    author_bio: str | None = None
    publisher: str | None = None
    site_name: str | None = None
    license: str | None = None
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    date_published: date | None = None
    date_modified: date | None = None
    published_at: datetime | None = None
    modified_at: datetime | None = None
    published_raw: str | None = None
    language: str | None = None
    language_score: float | None = None
    url: str | None = None
    canonical_url: str | None = None
    domain: str | None = None
    flags: tuple[str, ...] = ()
    origins: tuple[Origin, ...] = ()
    unused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One archived article. Fields are the columns of the archive, in order; times are UTC."""

    id: str
    version_id: str
    text: str
    title: str | None
    subtitle: str | None
    section: str | None
    description: str | None
    author_bio: str | None
    publisher: str | None
    site_name: str | None
    license: str | None
    authors: tuple[str, ...]
    tags: tuple[str, ...]
    date_published: date | None
    date_modified: date | None
    published_at: datetime | None
    modified_at: datetime | None
    published_raw: str | None
    language: str | None
    language_score: float | None
    url: str | None
    canonical_url: str | None
    domain: str | None
    page_type: str | None
    page_type_score: float | None
    word_count: int
    char_count: int
    flags: tuple[str, ...]
    links: tuple[Link, ...]
    images: tuple[Image, ...]
    blocks: tuple[RecordBlock, ...]
    repairs: tuple[Repair, ...]
    origins: tuple[Origin, ...]
    source_uri: str
    source_sha256: str
    source_bytes: int
    source_media_type: str | None
    source_encoding: str | None
    source_encoding_confidence: float | None
    fetched_at: datetime | None
    http_status: int | None
    warc_record_id: str | None
    extra: str | None
    text_sha256: str
    settings_sha256: str
    cleaner_version: str
    schema_version: str


class Violation(NamedTuple):
    """One place where a record breaks its schema.

    `source` and `row` say where the record stands (file, and row counted from 0), `pointer` is the JSON
    Pointer into the record (RFC 6901), `rule` the schema keyword, `expected` what it asks for, and `value`
    what stands there, as JSON, shortened. `line` is the line of a JSON Lines file, counted from 1, `row_group`
    that of a Parquet file, counted from 0.
    """

    source: str
    row: int | None
    pointer: str
    rule: str
    expected: str
    value: str
    line: int | None = None
    row_group: int | None = None


@dataclass(frozen=True, slots=True)
class Rejection:
    """A document that was cleaned but may not enter the archive: empty, or against the schema."""

    source_uri: str
    source_sha256: str
    stage: str
    code: str
    message: str
    violations: tuple[Violation, ...] = ()
    record_json: str | None = None


@dataclass(frozen=True, slots=True)
class Failure:
    """A document that could not be cleaned, or a piece of a source that could not be read."""

    source_uri: str
    source_sha256: str | None
    stage: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Skip:
    """Something that was met and deliberately not cleaned. `reason` is one of a few stable words."""

    source_uri: str
    reason: str


Result: TypeAlias = Record | Rejection | Failure | Skip
