"""The functions for Python: documents in any form go in, records, rejections and failures come out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

from archiver.document import TEXT, Document, Normalizer, RawDocument
from archiver.errors import ArchiverError, DocumentError, UsageError
from archiver.normalizers import DEFAULT_NORMALIZERS
from archiver.pipeline import HTML_TYPES, clean_results, judge_document, sniff_media_type
from archiver.record import Failure, Record, Rejection, Skip
from archiver.settings import Settings
from archiver.sources import Piece, may_be_document, read_piece

Source: TypeAlias = str | bytes | Path | RawDocument

# `source_uri` of a document that was handed over in memory: its number in the call.
_IN_MEMORY = "memory#{}"


def clean(
    document: Source,
    *,
    media_type: str | None = None,
    url: str | None = None,
    settings: Settings | None = None,
    normalizers: Sequence[Normalizer] = DEFAULT_NORMALIZERS,
) -> Record:
    """The record of one document: a page or a text as `str` or `bytes`, or the path of a file.

    A `str` or `bytes` that starts like HTML is HTML, all else is text, unless `media_type` says otherwise. Bytes that
    are neither, such as those of a PDF or a ZIP file, are refused.

    Raises:
        ArchiverError: the document cannot be cleaned, or its record is not valid; names stage and reason.
    """
    _check_told(media_type, url)
    raw = _raw(document, 0, media_type, url, _checked(settings))
    if isinstance(raw, Failure):
        raise DocumentError(raw.stage, raw.code, f"{raw.source_uri}: {raw.message}")
    result = next(clean_results([raw], _checked(settings), normalizers))
    if isinstance(result, Record):
        return result
    if isinstance(result, Skip):
        raise UsageError(f"{result.source_uri} is no document: {result.reason}")
    raise DocumentError(result.stage, result.code, f"{result.source_uri}: {result.message}")


def clean_many(
    documents: Iterable[Source],
    *,
    media_type: str | None = None,
    settings: Settings | None = None,
    normalizers: Sequence[Normalizer] = DEFAULT_NORMALIZERS,
) -> Iterator[Record | Rejection | Failure]:
    """One result for each document, in order. Never raises for a document.

    A `str`, `bytes` or `Path` is taken as by `clean`. Documents are cleaned in batches, so a generator is read
    some way ahead.
    """
    _check_told(media_type)
    chosen = _checked(settings)
    raws = (_raw_safely(document, index, media_type, chosen) for index, document in enumerate(documents))
    for result in clean_results(raws, chosen, normalizers):
        if isinstance(result, Skip):
            yield Failure(result.source_uri, None, "source", result.reason, "this is no document")
        else:
            yield result


def explain(
    document: Source,
    *,
    media_type: str | None = None,
    url: str | None = None,
    settings: Settings | None = None,
    normalizers: Sequence[Normalizer] = DEFAULT_NORMALIZERS,
) -> Document:
    """The document block by block, each with its verdict: label, kept or not, who said so, and how sure.

    Raises:
        ArchiverError: the document cannot be read.
    """
    _check_told(media_type, url)
    raw = _raw(document, 0, media_type, url, _checked(settings))
    if isinstance(raw, Failure):
        raise DocumentError(raw.stage, raw.code, f"{raw.source_uri}: {raw.message}")
    if isinstance(raw, Skip):
        raise UsageError(f"{raw.source_uri} is no document: {raw.reason}")
    return judge_document(raw, _checked(settings), normalizers)


def _checked(settings: Settings | None) -> Settings:
    if settings is not None and not isinstance(settings, Settings):
        raise UsageError(f"settings are an archiver.Settings, not {type(settings).__name__}")
    return settings or Settings()


def _check_told(media_type: str | None, url: str | None = None) -> None:
    for name, value in (("media_type", media_type), ("url", url)):
        if not isinstance(value, str | None):
            raise UsageError(f"{name} is a str, not {type(value).__name__}")
    kind = (media_type or TEXT).partition(";")[0].strip().lower()
    if kind not in HTML_TYPES and not kind.startswith("text/"):
        raise UsageError(f"media_type {media_type!r}: documents are text/html, application/xhtml+xml or other text/…")


def _raw_safely(
    document: Source, index: int, media_type: str | None, settings: Settings
) -> RawDocument | Failure | Skip:
    try:
        return _raw(document, index, media_type, None, settings)
    except ArchiverError as error:
        return Failure(str(document)[:1000], None, "source", "unreadable", str(error))


def _raw(
    document: Source, index: int, media_type: str | None, url: str | None, settings: Settings
) -> RawDocument | Failure | Skip:
    if isinstance(document, RawDocument):
        return document
    if isinstance(document, Path):
        raw = _of_file(document, settings)
        if isinstance(raw, RawDocument):
            raw = replace(raw, media_type=media_type or raw.media_type, url=url or raw.url)
        return raw
    uri = _IN_MEMORY.format(index)
    if isinstance(document, str):
        payload = document.encode("utf-8", "surrogatepass")
        return RawDocument(payload, uri, media_type or sniff_media_type(payload), url, "utf-8")
    if not isinstance(document, bytes):
        raise UsageError(f"a document is a str, bytes, Path or RawDocument, not {type(document).__name__}")
    if media_type is None and not may_be_document(document):
        return Skip(uri, "unsupported-type")
    return RawDocument(document, uri, media_type or sniff_media_type(document), url)


def _of_file(path: Path, settings: Settings) -> RawDocument | Failure | Skip:
    """The one document of a file.

    Raises:
        UsageError: there is no such file, or it holds several documents.
    """
    try:
        is_file = path.is_file()
    except OSError as error:  # a name that is too long, a folder that may not be entered
        raise UsageError(f"{path}: {error.strerror}") from error
    if not is_file:
        raise UsageError(f"{path} is not a file")
    found = read_piece(Piece(path, path.name), settings)
    first = next(found, None)
    if first is None:
        raise UsageError(f"{path} holds no document")
    if next(found, None) is not None:
        raise UsageError(
            f"{path} holds several documents: name a row or a member of it, or read all with archiver.sources"
        )
    return first


__all__ = ["clean", "clean_many", "explain"]
