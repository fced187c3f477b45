"""The order of the stages, in one place: raw documents come in, one result each goes out.

    raw ─▶ decode ─▶ repair ─▶ segment ─▶ label ─▶ metadata ─▶ compose ─▶ validate ─▶ result

A document that cannot be cleaned becomes a `Failure` with its stage and reason, one that may not be archived a
`Rejection`; nothing that a document holds stops the others. Here alone is a broad `except`.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate
from typing import Any, TypeAlias

from archiver.compose import compose, digest, drop
from archiver.decode import decode
from archiver.document import HTML, TEXT, Document, Head, Json, Label, Link, Normalizer, Proposal, RawDocument
from archiver.errors import ArchiverError, DocumentError, LimitError, UsageError
from archiver.guard import UNGUARDED, Guard
from archiver.guard.batches import batches
from archiver.guard.collector import uncollected
from archiver.labeling import judge
from archiver.metadata import declared_title, describe
from archiver.metadata.language import identify
from archiver.normalizers import DEFAULT_NORMALIZERS
from archiver.normalizers.asking import all_normalizers, proposals_of
from archiver.phrases import user_phrases
from archiver.record import Failure, Metadata, Record, Rejection, Result, Skip, Violation
from archiver.record_json import to_json
from archiver.repair import HTML_CONFIG, TEXT_CONFIG, repair_lines, repair_string, repair_strings
from archiver.scorer import Score, chosen_model, score
from archiver.segment import check_pages, segment_html, segment_text
from archiver.selection import reason_to_leave
from archiver.settings import Settings
from archiver.sites import proposals as site_proposals
from archiver.sources import starts_like_html
from archiver.validation import check_given, check_record, validator

HTML_TYPES = (HTML, "application/xhtml+xml")

Prepared: TypeAlias = tuple[Document, list[Proposal]]
"""A document that waits for its score, and what the normalizers propose."""

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
    guard: Guard = UNGUARDED,
) -> Iterator[Result]:
    """One result for each item, in order; failures and skips pass through. Never raises for a document.

    What is done for a document is done by `guard`, which a run uses to bound its time.

    Raises:
        UsageError: what is to be used is not installed or cannot be: a normalizer, a schema, a model, a parser.
    """
    rules = _checked(settings, normalizers)
    for batch in batches(items):
        with uncollected():
            results = _clean_batch(batch, settings, rules, guard)
        yield from results


def judge_document(
    raw: RawDocument, settings: Settings, normalizers: Sequence[Normalizer] = DEFAULT_NORMALIZERS
) -> Document:
    """The document with its verdicts: what `explain` shows.

    Raises:
        DocumentError: the document cannot be read.
        UsageError: what is to be used cannot be.
    """
    rules = _checked(settings, normalizers)
    document, proposals = prepared(raw, settings, rules)
    _decide(document, proposals, score([document], [proposals], settings)[0], settings)
    return document


def _checked(settings: Settings, normalizers: Sequence[Normalizer]) -> tuple[Normalizer, ...]:
    """All normalizers, those that the settings name too. What cannot be used is found before a document is read."""
    rules = all_normalizers(normalizers, settings.normalizers)
    validator(settings.schema)
    check_pages(settings)
    if settings.model:
        chosen_model(settings.model)
    return rules


def prepared(raw: RawDocument, settings: Settings, normalizers: Sequence[Normalizer] = DEFAULT_NORMALIZERS) -> Prepared:
    """A document up to the point where the model scores it, and what the normalizers propose.

    Raises:
        DocumentError: the document cannot be read.
    """
    document = _prepare(raw, settings)
    return document, [*site_proposals(document, settings.sites), *proposals_of(document, normalizers)]


def sniff_media_type(payload: bytes) -> str:
    """`text/html` when the payload starts like HTML after white space, as files do, else `text/plain`."""
    return HTML if starts_like_html(payload) else TEXT


def _clean_batch(
    items: Sequence[RawDocument | Failure | Skip], settings: Settings, normalizers: Sequence[Normalizer], guard: Guard
) -> list[Result]:
    ready = [
        guard(item, partial(_prepare_safely, item, settings, normalizers)) if isinstance(item, RawDocument) else item
        for item in items
    ]
    scores = iter(_scores([item for item in ready if isinstance(item, tuple)], settings, guard))
    results: list[Result] = []
    for item in ready:
        if not isinstance(item, tuple):
            results.append(item)
            continue
        scored = next(scores)
        if isinstance(scored, Failure):
            results.append(scored)
        else:
            results.append(guard(item[0].source, partial(_finish_safely, item, scored, settings)))
    return results


def _scores(items: Sequence[Prepared], settings: Settings, guard: Guard) -> Sequence[Score | Failure]:
    """The scores of each document: all at once, or one by one to find the document for which that fails."""
    together = guard.together([document.source for document, _ in items], partial(_score_safely, items, settings))
    if together is not None:
        return together
    return [guard(item[0].source, partial(_score_alone, item, settings)) for item in items]


def _score_safely(items: Sequence[Prepared], settings: Settings) -> list[Score] | None:
    try:
        return score([document for document, _ in items], [proposals for _, proposals in items], settings)
    except UsageError:
        raise
    except Exception:
        return None


def _score_alone(item: Prepared, settings: Settings) -> Score | Failure:
    document, proposals = item
    try:
        return score([document], [proposals], settings)[0]
    except Exception as error:
        return _failure(document.source, error, settings)


def _prepare_safely(
    raw: RawDocument, settings: Settings, normalizers: Sequence[Normalizer]
) -> Prepared | Failure | Rejection:
    try:
        raw = _storable(raw)
        violations = check_given(raw.given)
        if violations:
            message = f"the source row gives {violations[0].pointer} the wrong type"
            return Rejection(raw.source_uri, digest(raw.payload), "source", "given-type", message, tuple(violations))
        return prepared(raw, settings, normalizers)
    except Exception as error:
        return _failure(raw, error, settings)


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


def _finish_safely(item: Prepared, found: Score, settings: Settings) -> Result:
    document, proposals = item
    try:
        _decide(document, proposals, found, settings)
        return _record(document, settings)
    except Exception as error:
        return _failure(document.source, error, settings)


def _failure(raw: RawDocument, error: Exception, settings: Settings) -> Failure:
    source_sha256 = digest(raw.payload)
    if isinstance(error, DocumentError):
        return Failure(raw.source_uri, source_sha256, error.stage, error.code, error.message)
    if isinstance(error, UsageError):
        raise error
    if isinstance(error, MemoryError):
        message = f"more memory than limits.memory_bytes = {settings.limits.memory_bytes} leaves"
        return Failure(raw.source_uri, source_sha256, "clean", "memory", message)
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
    document.phrases = user_phrases(settings.phrases, settings.silence)
    document.language, document.language_score = identify("\n".join(block.text for block in document.blocks))
    return document


def _media_type(raw: RawDocument) -> str:
    """HTML or plain text: as the source says, without parameters, or as the payload starts."""
    if raw.media_type is None:
        return sniff_media_type(raw.payload)
    return HTML if raw.media_type.partition(";")[0].strip().lower() in HTML_TYPES else TEXT


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
    longest = settings.limits.line_chars
    if len(text) > longest and max(map(len, text.split("\n"))) > longest:
        raise LimitError("decode", "line-too-long", f"a line is longer than limits.line_chars = {longest}")
    repaired, repairs = repair_lines(text, TEXT_CONFIG)
    document = segment_text(repaired, raw, settings)
    ends = list(accumulate(len(block.before) + len(block.text) for block in document.blocks))
    last = len(ends) - 1
    for repair in repairs:
        known = repair.line is not None and ends
        document.repairs.append(repair.of_block(min(bisect_right(ends, repair.start), last) if known else None))
    return document


def _decide(document: Document, proposals: Sequence[Proposal], found: Score, settings: Settings) -> None:
    document.page_type, document.page_type_score = found.page_type, found.page_type_score
    document.verdicts = judge(document, proposals, found.content, settings)


def _record(document: Document, settings: Settings) -> Record | Rejection | Skip:
    text, blocks = drop(document)
    metadata = _repair_metadata(describe(document, text))
    record = compose(document, metadata, text, blocks, settings)
    if not text:
        return _reject(record, "clean", "empty", "nothing is left after cleaning")
    reason = reason_to_leave(record, settings.select)
    if reason:
        return Skip(record.source_uri, reason)
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
