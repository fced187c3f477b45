"""RSS and Atom feeds: enters the bytes of a feed, leaves a document for each entry: its full content, or its summary.

An entry is named like a row, ``feed.xml#row=3``, counted from 0 in the order of the feed.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, BinaryIO

import feedparser

from archiver.document import RawDocument
from archiver.errors import LimitError
from archiver.record import Failure
from archiver.settings import Settings
from archiver.sources.compression import HEAD_BYTES
from archiver.sources.forms import has_own_declarations
from archiver.sources.pieces import Piece
from archiver.sources.rows import to_document

_HTML_TYPES = ("text/html", "application/xhtml+xml")


def read_feed(content: BinaryIO, piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure]:
    """The entries of a feed. One that is not well-formed is read as far as it can be, and then is a failure too.

    A DTD that a DOCTYPE names is not fetched; one that stands in it is not read, and nor is its feed, for what its
    entities stand for may be without end.

    Failures beside those of `to_document`: ``invalid-feed``.

    Raises:
        LimitError: the feed has more than `limits.input_bytes` bytes.
    """
    data = content.read(settings.limits.input_bytes + 1)
    if len(data) > settings.limits.input_bytes:
        raise LimitError("source", "too-large", f"longer than limits.input_bytes ({settings.limits.input_bytes})")
    if has_own_declarations(data[:HEAD_BYTES]):
        yield Failure(piece.uri, None, "source", "invalid-feed", "the DOCTYPE declares entities of its own: not read")
        return
    # A stream, for a string may also be an address, which feedparser would go and fetch.
    feed = feedparser.parse(io.BytesIO(data), sanitize_html=False, resolve_relative_uris=False)
    for number, entry in enumerate(feed.entries):
        yield to_document(_row(entry, feed.feed), f"{piece.uri}#row={number}", settings)
    error = feed.get("bozo_exception")
    if feed.bozo and not isinstance(error, feedparser.CharacterEncodingOverride):
        message = f"the feed is not well-formed ({error}); {len(feed.entries)} entries could be read"
        yield Failure(piece.uri, None, "source", "invalid-feed", message)


def _row(entry: Mapping[str, Any], feed: Mapping[str, Any]) -> Mapping[str, object]:
    """An entry in the columns that rows have. What it does not say about itself the feed may say."""
    body = _body(entry)
    columns: dict[str, object] = {
        "html" if body.get("type") in _HTML_TYPES else "text": body.get("value"),
        "url": entry.get("link"),
        "title": entry.get("title"),
        "authors": _names(entry.get("authors") or feed.get("authors") or (), "name"),
        "tags": _names(entry.get("tags") or (), "term"),
        "date_published": entry.get("published"),
        "date_modified": dict(entry).get("updated"),  # its own `get` would answer with `published`
        "language": body.get("language") or feed.get("language"),
        "site_name": feed.get("title"),
        "entry_id": entry.get("id"),
    }
    return {name: value for name, value in columns.items() if value}


def _body(entry: Mapping[str, Any]) -> Mapping[str, Any]:
    """The longest content that is text; without any the summary."""
    contents: Sequence[Mapping[str, Any]] = [
        one for one in entry.get("content") or () if str(one.get("type", "")).startswith(("text/", "application/xhtml"))
    ]
    if contents:
        return max(contents, key=lambda one: len(one.get("value") or ""))
    detail: Mapping[str, Any] = entry.get("summary_detail") or {}
    return detail


def _names(items: Sequence[Mapping[str, Any]], key: str) -> list[str]:
    return [item[key] for item in items if item.get(key)]
