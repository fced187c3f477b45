"""A row in JSON form in, what becomes of it out: a `Record`, a `Rejection` or a `Failure`. Nothing is cleaned.

A row with every column of a record is that record. Of any other the text is taken as it is, as one block that is kept,
its metadata as the row gives them, and the language is found where it gives none.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from archiver.compose import compose, digest, drop
from archiver.document import HTML, TEXT, Block, Document, Json, Label, RawDocument, Verdict
from archiver.errors import DocumentError
from archiver.metadata import describe
from archiver.record import Failure, Record, Rejection, Result, Violation
from archiver.record_json import COLUMNS, from_json, to_json
from archiver.settings import Settings
from archiver.sources import to_document
from archiver.validation import check_given, check_record, validator
from archiver.validation.checks import check_alone

IMPORT = "import"
"""Who decided about the block of an imported text."""
_IMPORTED = Verdict(Label.PARAGRAPH, True, IMPORT, 1.0)


_KINDS = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}


def to_result(row: Json, uri: str, settings: Settings, line: int | None = None) -> Result:
    """What becomes of the row at `uri`, which stands on a `line` counted from 1. Never raises for what it holds."""
    if not isinstance(row, Mapping):
        place = f"line {line}: " if line else ""
        found = _KINDS.get(type(row), "a number")
        return Failure(uri, None, "source", "invalid-value", f"{place}a row is an object, this is {found}")
    if row.keys() >= set(COLUMNS) and not settings.fields:
        return _as_it_is(row, uri, settings)
    return _composed(row, uri, settings)


def _as_it_is(row: Mapping[str, Json], uri: str, settings: Settings) -> Result:
    violations = validator(None).violations(row, uri)
    if not violations and settings.schema:
        violations = validator(settings.schema).violations(row, uri)
    violations = violations or check_alone(row, uri)
    if violations:
        return _rejected(row, uri, violations)
    try:
        return from_json(row)
    except (ValueError, TypeError, OverflowError) as error:
        return Failure(uri, None, "import", "invalid-record", str(error))


def _rejected(row: Mapping[str, Json], uri: str, violations: list[Violation]) -> Rejection:
    sha256 = row.get("source_sha256")
    first = violations[0]
    return Rejection(
        source_uri=uri,
        source_sha256=sha256 if isinstance(sha256, str) else "",
        stage="validate",
        code="schema",
        message=f"{first.pointer}: {first.expected}",
        violations=tuple(violations),
        record_json=json.dumps(row, ensure_ascii=False, sort_keys=True, default=str),
    )


def _composed(row: Mapping[str, Json], uri: str, settings: Settings) -> Result:
    raw = to_document(row, uri, settings)
    if isinstance(raw, Failure):
        return raw
    sha256 = digest(raw.payload)
    if raw.media_type == HTML:
        return Failure(uri, sha256, "import", "not-clean", "this is a page; archiver clean makes a text of it")
    wrong = check_given(raw.given)
    if wrong:
        message = f"the source row gives {wrong[0].pointer} the wrong type"
        return Rejection(uri, sha256, "source", "given-type", message, tuple(wrong))
    try:
        record = _record(raw, settings)
    except DocumentError as error:
        return Failure(uri, sha256, error.stage, error.code, error.message)
    violations = check_record(record, settings) or check_alone(to_json(record), uri)
    return _rejected(to_json(record), uri, violations) if violations else record


def _record(raw: RawDocument, settings: Settings) -> Record:
    try:
        text = raw.payload.decode("utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError("decode", "undecodable", f"the text is no UTF-8 ({error.reason})") from error
    document = Document(raw, TEXT, [Block(text)], encoding="utf-8", verdicts=[_IMPORTED])
    kept, blocks = drop(document)
    metadata: Any = describe(document, kept)
    return compose(document, metadata, kept, blocks, settings)
