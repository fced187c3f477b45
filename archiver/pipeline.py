"""The order of the stages, in one place: raw documents come in, one result each goes out.

    raw ─▶ decode ─▶ repair ─▶ segment ─▶ label ─▶ metadata ─▶ compose ─▶ validate ─▶ result

A document that cannot be cleaned becomes a `Failure` with its stage and reason, one that may not be archived a
`Rejection`; nothing that a document holds stops the others. Here alone is a broad `except`.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from importlib.metadata import entry_points
from itertools import accumulate
from typing import Any

from archiver.compose import compose, digest, drop
from archiver.decode import decode
from archiver.document import HTML, TEXT, Document, Head, Json, Label, Link, Normalizer, RawDocument, Verdict
from archiver.errors import ArchiverError, DocumentError, LimitError, UsageError
from archiver.features import Floats
from archiver.labeling import judge
from archiver.metadata import declared_title, describe
from archiver.metadata.language import identify
from archiver.normalizers import DEFAULT_NORMALIZERS
from archiver.record import Failure, Metadata, Record, Rejection, Result, Skip, Violation
from archiver.record_json import to_json
from archiver.repair import HTML_CONFIG, TEXT_CONFIG, repair_lines, repair_string, repair_strings
from archiver.scorer import score
from archiver.segment import segment_html, segment_text
from archiver.settings import Settings
from archiver.validation import check_given, check_record, validator

# Documents scored together. Batches begin anew with every shard, so placement cannot change a result.
_BATCH = 32

_HTML_START = re.compile(rb"\s*(?:<!doctype\s+html|<html|<head|<body|<\?xml[^>]*>\s*<(?:!doctype|html))", re.IGNORECASE)
_TAG_START = re.compile(rb"\s*<(?:!--|[a-z][a-z0-9-]*[\s/>])", re.IGNORECASE)
_SNIFFED_BYTES = 1024
_HTML_TYPES = (HTML, "application/xhtml+xml")

_ENTRY_POINTS = "archiver.normalizers"
_REPAIRED_FIELDS = (
    "title",
    "subtitle",
    "section",
    "description",
    "author_bio",
    "publisher",
    "site_name",
    "license",
    "authors",
    "tags",
)


def clean_results(
    items: Iterable[RawDocument | Failure | Skip],
    settings: Settings,
    normalizers: Sequence[Normalizer] = DEFAULT_NORMALIZERS,
) -> Iterator[Result]:
    """One result for each item, in order; failures and skips pass through. Never raises for a document.

    Raises:
        UsageError: the settings name a normalizer that is not installed, or a schema that cannot be used.
    """
    rules = (*normalizers, *_named_normalizers(settings.normalizers))
    validator(settings.schema)
    batch: list[RawDocument | Failure | Skip] = []
    for item in items:
        batch.append(item)
        if len(batch) == _BATCH:
            yield from _clean_batch(batch, settings, rules)
            batch = []
    yield from _clean_batch(batch, settings, rules)


def judge_document(
    raw: RawDocument, settings: Settings, normalizers: Sequence[Normalizer] = DEFAULT_NORMALIZERS
) -> Document:
    """The document with its verdicts: what `explain` shows.

    Raises:
        DocumentError: the document cannot be read.
    """
    rules = (*normalizers, *_named_normalizers(settings.normalizers))
    document = _prepare(raw, settings)
    document.verdicts = _label(document, score([document])[0], settings, rules)
    return document


def sniff_media_type(payload: bytes) -> str:
    """`text/html` when the payload starts like HTML after white space, else `text/plain`."""
    start = payload[:_SNIFFED_BYTES]
    return HTML if _HTML_START.match(start) or _TAG_START.match(start) else TEXT


def _clean_batch(
    items: Sequence[RawDocument | Failure | Skip], settings: Settings, normalizers: Sequence[Normalizer]
) -> Iterator[Result]:
    prepared = [_prepare_safely(item, settings) if isinstance(item, RawDocument) else item for item in items]
    documents = [item for item in prepared if isinstance(item, Document)]
    scores = iter(score(documents))
    for item in prepared:
        if isinstance(item, Document):
            yield _finish_safely(item, next(scores), settings, normalizers)
        else:
            yield item


def _prepare_safely(raw: RawDocument, settings: Settings) -> Document | Failure | Rejection:
    try:
        raw = _storable(raw)
        violations = check_given(raw.given)
        if violations:
            message = f"the source row gives {violations[0].pointer} the wrong type"
            return Rejection(raw.source_uri, digest(raw.payload), "source", "given-type", message, tuple(violations))
        return _prepare(raw, settings)
    except Exception as error:
        return _failure(raw, error)


def _storable(raw: RawDocument) -> RawDocument:
    """The document with no lone surrogates in what its source gave: no archive could hold them."""
    given = {key: _sound(value) for key, value in raw.given.items()}
    url = None if raw.url is None else str(_sound(raw.url))
    return raw if given == raw.given and url == raw.url else replace(raw, given=given, url=url)


def _sound(value: Json) -> Json:
    """A value whose strings can be encoded: surrogate pairs joined, lone surrogates replaced by U+FFFD."""
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return [_sound(item) for item in value] if isinstance(value, list) else value


def _finish_safely(
    document: Document, scores: Floats, settings: Settings, normalizers: Sequence[Normalizer]
) -> Record | Rejection | Failure:
    try:
        document.verdicts = _label(document, scores, settings, normalizers)
        return _record(document, settings)
    except Exception as error:
        return _failure(document.source, error)


def _failure(raw: RawDocument, error: Exception) -> Failure:
    source_sha256 = digest(raw.payload)
    if isinstance(error, DocumentError):
        return Failure(raw.source_uri, source_sha256, error.stage, error.code, error.message)
    if isinstance(error, UsageError):
        raise error
    code = "error" if isinstance(error, ArchiverError) else "internal-error"
    return Failure(raw.source_uri, source_sha256, "clean", code, f"{type(error).__name__}: {error}"[:1000])


def _prepare(raw: RawDocument, settings: Settings) -> Document:
    """Decodes, repairs and segments a raw document, and finds out its language and declared title."""
    if len(raw.payload) > settings.limits.input_bytes:
        limit = settings.limits.input_bytes
        raise LimitError("decode", "too-large", f"{len(raw.payload)} bytes exceed limits.input_bytes = {limit}")
    media_type = _media_type(raw)
    decoded = decode(raw.payload, raw.charset, media_type == HTML)
    prepare = _prepare_html if media_type == HTML else _prepare_text
    document = prepare(decoded.text, raw, settings)
    document.encoding = decoded.encoding
    document.encoding_confidence = decoded.confidence
    document.repairs[:0] = decoded.repairs
    document.title = declared_title(document.head, raw.given)
    document.language, document.language_score = identify("\n".join(block.text for block in document.blocks))
    return document


def _media_type(raw: RawDocument) -> str:
    """HTML or plain text: as the source says, without parameters, or as the payload starts."""
    if raw.media_type is None:
        return sniff_media_type(raw.payload)
    return HTML if raw.media_type.partition(";")[0].strip().lower() in _HTML_TYPES else TEXT


def _prepare_html(text: str, raw: RawDocument, settings: Settings) -> Document:
    document = segment_html(text, raw, settings)
    texts, document.repairs = repair_strings([block.text for block in document.blocks], HTML_CONFIG)
    for repair in document.repairs:
        assert repair.block is not None
        block = document.blocks[repair.block]
        text = texts[repair.block]
        block.text = text.strip("\n").rstrip() if block.kind is Label.CODE else text.strip()
        block.link_chars = min(block.link_chars, len(block.text))
        block.links = tuple(Link(_repaired(link.text), link.url) for link in block.links)
    document.head = _repair_head(document.head)
    return document


def _repair_head(head: Head) -> Head:
    """The declared strings, repaired like the text. Those of JSON-LD are repaired once one of them is chosen."""
    return replace(
        head,
        title=_repaired(head.title),
        meta=tuple((name, _repaired(content)) for name, content in head.meta),
        items=tuple((name, _repaired(value)) for name, value in head.items),
        authors=tuple(map(_repaired, head.authors)),
    )


def _repaired(text: str) -> str:
    return repair_string(text, HTML_CONFIG)[0]


def _prepare_text(text: str, raw: RawDocument, settings: Settings) -> Document:
    repaired, repairs = repair_lines(text, TEXT_CONFIG)
    document = segment_text(repaired, raw, settings)
    ends = list(accumulate(len(block.before) + len(block.text) for block in document.blocks))
    last = len(ends) - 1
    for repair in repairs:
        known = repair.line is not None and ends
        document.repairs.append(repair.of_block(min(bisect_right(ends, repair.start), last) if known else None))
    return document


def _label(document: Document, scores: Floats, settings: Settings, normalizers: Sequence[Normalizer]) -> list[Verdict]:
    proposals = [proposal for normalizer in normalizers for proposal in normalizer(document)]
    return judge(document, proposals, scores, settings)


def _record(document: Document, settings: Settings) -> Record | Rejection:
    text, blocks = drop(document)
    metadata = _repair_metadata(describe(document, text))
    record = compose(document, metadata, text, blocks, settings)
    if not text:
        return _reject(record, "clean", "empty", "nothing is left after cleaning")
    violations = check_record(record, settings)
    if violations:
        first = violations[0]
        return _reject(record, "validate", "schema", f"{first.pointer}: {first.expected}", tuple(violations))
    return record


def _repair_metadata(metadata: Metadata) -> Metadata:
    """The chosen strings, repaired; what comes from JSON-LD or a source row was not yet."""
    changed: dict[str, Any] = {}
    for name in _REPAIRED_FIELDS:
        value = getattr(metadata, name)
        if isinstance(value, str):
            changed[name] = _repaired(value)
        elif value:
            changed[name] = tuple(map(_repaired, value))
    return replace(metadata, **changed)


def _reject(record: Record, stage: str, code: str, message: str, violations: tuple[Violation, ...] = ()) -> Rejection:
    record_json = json.dumps(to_json(record), ensure_ascii=False, sort_keys=True)
    return Rejection(record.source_uri, record.source_sha256, stage, code, message, violations, record_json)


def _named_normalizers(names: Sequence[str]) -> tuple[Normalizer, ...]:
    """The normalizers that other packages offer as entry points, those that the settings name, in that order."""
    if not names:
        return ()
    offered = entry_points(group=_ENTRY_POINTS)
    missing = [name for name in names if name not in offered.names]
    if missing:
        known = ", ".join(sorted(offered.names)) or "none"
        raise UsageError(f"setting normalizers: {missing[0]} is not installed; installed are: {known}")
    return tuple(offered[name].load() for name in names)
