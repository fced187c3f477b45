"""A document with its verdicts in, candidates from what a reader sees out.

The labels come first; they serve pages and plain texts alike. What the form of a page says of the lines around
its headline and after its end is read by `surroundings`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from archiver.document import Document, Label
from archiver.metadata import surroundings
from archiver.metadata.candidates import Candidate
from archiver.metadata.folding import MAX_CHARS, fold, tidy_text
from archiver.metadata.lines import dates_of, says_what_date

MAX_HEADINGS = 5
MAX_PREFIX_CHARS = 25

_LABELLED = {
    Label.TITLE: "title",
    Label.SUBTITLE: "subtitle",
    Label.SECTION: "section",
    Label.BYLINE: "authors",
    Label.TAGS: "tags",
    Label.AUTHOR_BIO: "author_bio",
}

_BESIDE_HEADLINE = (Label.BYLINE, Label.DATE)
"""On a page, lines of these labels count only near the headline, for further down they may belong to other articles;
a date line that says "published" counts everywhere, but less."""
_TELLING = frozenset((*_LABELLED, *_BESIDE_HEADLINE))


def find(document: Document) -> Iterator[Candidate]:
    """Candidates from labelled blocks, then from the form of the page around its headline."""
    headings = _headings(document)
    headline = _headline_among(headings, document)
    near = surroundings.near(document, headline)
    around = frozenset(near)
    for number, label in _telling(document):
        block = document.blocks[number]
        if label in _BESIDE_HEADLINE and number not in around:
            if label is Label.DATE and says_what_date(block.text):
                text = surroundings.with_next_line(document.blocks, number, block.text)
                yield from dates_of(text, "far-block", f"block {number}")
            continue
        field = _LABELLED.get(label)
        if field:
            yield Candidate(
                field, _value(label, tidy_text(block.text[:MAX_CHARS])), "block", f"block {number}", block.text
            )
    for number in near:
        if document.verdicts[number : number + 1] and document.verdicts[number].label in _BESIDE_HEADLINE:
            yield from dates_of(document.blocks[number].text, "block", f"block {number}")
    for number in headings[:MAX_HEADINGS]:
        text = document.blocks[number].text
        yield Candidate("title", tidy_text(text[:MAX_CHARS]), "heading", f"block {number}", text)
    yield from surroundings.find(document, headline, near)


def _telling(document: Document) -> list[tuple[int, Label]]:
    """The blocks whose labels say something of a field."""
    return [(number, verdict.label) for number, verdict in enumerate(document.verdicts) if verdict.label in _TELLING]


def _headline_among(headings: Sequence[int], document: Document) -> int:
    """The index of the block that is the headline: the heading that says what the page declares, else the first.

    Of a page without one it is the block labelled as title, or the first that is kept.
    """
    wanted = fold(document.title)
    for number in headings:
        folded = fold(document.blocks[number].text)
        if folded and (folded == wanted or (len(folded) >= _MIN_HELD and folded in wanted)):
            return number
    verdicts = document.verdicts
    labelled = [number for number, verdict in enumerate(verdicts) if verdict.label is Label.TITLE]
    if labelled:
        return next((number for number in labelled if document.blocks[number].level), labelled[0])
    return next(iter(headings), next((number for number, verdict in enumerate(verdicts) if verdict.kept), 0))


_MIN_HELD = 12
"""Folded characters from which on a heading that is part of the declared title is the headline."""


def _headings(document: Document) -> list[int]:
    """The headings of the first rank; in a text a Markdown heading is one."""
    return [number for number, block in enumerate(document.blocks) if block.level == 1]


def _value(label: Label, text: str) -> str:
    """The text of a labelled block without what only says its label: the sign of a Markdown heading, "Tags:"."""
    if label is Label.TITLE:
        return text.lstrip("# ")
    if label is Label.TAGS:
        prefix, colon, rest = text.partition(":")
        return rest.strip() if colon and len(prefix) <= MAX_PREFIX_CHARS else text
    return text
