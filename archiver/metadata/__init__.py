"""A labelled document in, what is known about it beside its text out.

Finders (`given`, `jsonld`, `declared`, `visible`, `notices`, the address) yield candidates and know nothing of each
other; `decide` chooses a value for each field and says what it rests on.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from archiver.document import Document, Head, Json
from archiver.metadata import declared, given, jsonld, notices, visible
from archiver.metadata.candidates import Candidate
from archiver.metadata.decide import MAX_RAW_CHARS, Decision, Page, decide, decide_title
from archiver.metadata.language import identify
from archiver.metadata.urls import absolute, dated_path
from archiver.record import Metadata

__all__ = ["declared_title", "describe"]

SHORT_CHARS = 250
"""A cleaned text with fewer characters is flagged `short`: a notice, a teaser, two or three sentences."""

SURE_OF_PAGE = 0.99
MOST_OF_PAGE = 0.6
"""Where the language of the whole page is so sure and the text so large a part of it, it is that of the text."""
MIDDLE_CHARS = 100
"""Of a text that is less of the page, so many characters are asked whether they are in the same language."""

_REMEMBERED = 64
"""Pages whose declarations are remembered: as many as are cleaned together."""

_EMPTY: tuple[Json, ...] = ("", [])
"""Values that say no more than the empty field of the record."""

_TAG = re.compile(r"[A-Za-z]{2,3}(?:[-_][A-Za-z0-9]{1,8})*")


def describe(document: Document, text: str) -> Metadata:
    """The metadata of a document whose blocks have their verdicts; `text` is its cleaned text. Never raises."""
    page = _page(document)
    decisions = decide(_candidates(document, page), page)
    values: dict[str, Any] = {one.field: one.value for one in decisions}
    if "date_published" in values:
        values["published_raw"] = next(one.origin.raw for one in decisions if one.field == "date_published")
    else:
        values["published_raw"] = _given_date(document)
    spoken, score = _language(document, text)
    values["language_score"] = score
    if len(text) < SHORT_CHARS:
        values["flags"] = (*values.get("flags", ()), "short")
    decisions.append(spoken)
    values["language"] = spoken.value
    used = {one.candidate.locator for one in decisions if one.candidate.source == given.SOURCE}
    unused = tuple(field for field, value in document.source.given.items() if field not in used and value not in _EMPTY)
    return Metadata(**values, origins=tuple(one.origin for one in decisions), unused=unused)


def declared_title(head: Head, given_fields: Mapping[str, Json]) -> str:
    """The best title known before labelling, without the site's name; empty where none is known."""
    candidates = [*given.find(given_fields), *_declared(head)]
    url = given_fields.get("url")
    page = Page(url=url if isinstance(url, str) else None)
    return decide_title(candidates, page)


def _page(document: Document) -> Page:
    url = document.source.url
    if url is None and isinstance(address := document.source.given.get("url"), str):
        url = address
    return Page(document.head.language, url, absolute(document.head.base, url) or url)


def _given_date(document: Document) -> str | None:
    """The date of publication that the source gave, where it is none that can be read."""
    found = (one.raw for one in given.find(document.source.given) if one.field == "published" and one.raw)
    return next((raw[:MAX_RAW_CHARS] for raw in found), None)


def _candidates(document: Document, page: Page) -> Iterator[Candidate]:
    yield from given.find(document.source.given)
    yield from given.find_taken(document.head)
    yield from _declared(document.head)
    yield from visible.find(document)
    yield from notices.find(document)
    day = dated_path(page.url or _own_address(document.head))
    if day:
        yield Candidate("published", day, "url", "path", day)


def _own_address(head: Head) -> str | None:
    """The address that a page calls its own in its canonical link."""
    return next((one.value for one in _declared(head) if one.field == "url" and one.source == "link"), None)


@lru_cache(maxsize=_REMEMBERED)
def _declared(head: Head) -> tuple[Candidate, ...]:
    """What a page declares: asked for before its blocks are labelled, for the title, and once more after that."""
    return (*jsonld.find(head), *declared.find(head))


def _language(document: Document, text: str) -> tuple[Decision, float | None]:
    """The language that the source row states, else that of the cleaned text with its score."""
    stated = document.source.given.get("language")
    if isinstance(stated, str) and _TAG.fullmatch(stated.strip()):
        tag = stated.strip().replace("_", "-")
        return Decision("language", tag, Candidate("language", tag, "given", "language", stated)), None
    if document.language_score >= SURE_OF_PAGE and _is_in_language_of(document, text):
        tag, score = document.language, document.language_score
    else:
        tag, score = identify(text)
    return Decision("language", tag, Candidate("language", tag, "text", "py3langid", tag)), score


def _is_in_language_of(document: Document, text: str) -> bool:
    """Whether the cleaned text of a page is written in the page's language: it is most of it, or looks the same."""
    if len(text) >= MOST_OF_PAGE * sum([len(block.text) for block in document.blocks]):
        return True
    start = max(0, (len(text) - MIDDLE_CHARS) // 2)
    return identify(text[start : start + MIDDLE_CHARS])[0] == document.language
