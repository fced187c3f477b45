"""The fields that came with a source row in, candidates out: they win over all that the document says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from archiver.document import Head, Json
from archiver.metadata.candidates import Candidate
from archiver.metadata.folding import tidy

SOURCE = "given"
SITE = "site"

_FIELDS = {
    "date_published": "published",
    "published_at": "published",
    "date_modified": "modified",
    "modified_at": "modified",
    "canonical_url": "canonical_url",
}
"""Record columns that one finding fills together with another."""
_CUT = "truncated"
"""What a crawler gives that has not stored the whole page; the value is its reason."""
_PLAIN = (
    "title", "subtitle", "section", "description", "author_bio", "publisher", "site_name", "license", "authors",
    "tags", "language",
)  # fmt: skip


def find(given: Mapping[str, Json]) -> Iterator[Candidate]:
    """A candidate for each value that is a string, a number, or a list of strings; other shapes say nothing."""
    for column, value in given.items():
        if column == _CUT:
            yield Candidate(_CUT, "true", SOURCE, column, str(value))
            continue
        field = _FIELDS.get(column, column if column in _PLAIN else None)
        if field is None:
            continue
        for text in _texts(value):
            if text.strip():
                yield Candidate(field, tidy(text), SOURCE, column, text)


def find_taken(head: Head) -> Iterator[Candidate]:
    """A candidate for each value that a rule of the user's for this site has taken from the page."""
    for column, selector, value in head.site:
        yield Candidate(_FIELDS.get(column, column), tidy(value), SITE, selector, value)


def _texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(int(value)) if value == value and abs(value) < 1e15 else ""
    elif isinstance(value, Sequence):
        for item in value:
            if isinstance(item, str):
                yield item
