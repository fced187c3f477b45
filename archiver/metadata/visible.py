"""A document with its verdicts in, candidates from what a reader sees out.

The labels come first; they serve pages and plain texts alike. A page says more by its form: the heading of
the first rank, and near it the elements whose class names are those of author and date lines.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.document import Block, Document, Label
from archiver.metadata.candidates import Candidate
from archiver.metadata.dates import read
from archiver.metadata.folding import tidy
from archiver.metadata.lexicon import calendar, names
from archiver.metadata.people import is_opened, is_person

MAX_LINE_CHARS = 160
"""Longest line that is looked at for an author or a date."""
BEFORE_TITLE = 12
AFTER_TITLE = 25
"""Blocks around the headline in which author and date of the article stand."""
ANCESTORS = 2
"""Elements from a block upwards whose class names are read."""
MAX_BARE_DATE_CHARS = 60
"""Longest line that is taken for a date line without a class name or a word that says so."""
BYLINE_LINES = 3
"""So many lines below the headline a bare name is its author, where a date stands beside it."""
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


def find(document: Document) -> Iterator[Candidate]:
    """Candidates from labelled blocks, then from the form of the page around its headline."""
    headings = [number for number, block in enumerate(document.blocks) if block.level == 1][:MAX_HEADINGS]
    near = _near_headline(document, headings)
    for number, (block, verdict) in enumerate(zip(document.blocks, document.verdicts, strict=False)):
        if verdict.label in _BESIDE_HEADLINE and document.is_html and number not in near:
            if verdict.label is Label.DATE and _says_what_date(block.text):
                yield from _dates(block.text, "far-block", f"block {number}")
            continue
        field = _LABELLED.get(verdict.label)
        if field:
            yield Candidate(field, _value(verdict.label, tidy(block.text)), "block", f"block {number}", block.text)
        if verdict.label in _BESIDE_HEADLINE:
            yield from _dates(block.text, "block", f"block {number}")
    if document.is_html:
        for number in headings:
            text = document.blocks[number].text
            yield Candidate("title", tidy(text), "heading", f"block {number}", text)
        for number in near:
            yield from _line(document, number, bool(headings) and 0 < number - headings[0] <= BYLINE_LINES)


def _value(label: Label, text: str) -> str:
    """The text of a labelled block without what only says its label: the sign of a Markdown heading, "Tags:"."""
    if label is Label.TITLE:
        return text.lstrip("# ")
    if label is Label.TAGS:
        prefix, colon, rest = text.partition(":")
        return rest.strip() if colon and len(prefix) <= MAX_PREFIX_CHARS else text
    return text


_BESIDE_HEADLINE = (Label.BYLINE, Label.DATE)
"""On a page, lines of these labels count only near the headline, for further down they may belong to other articles;
a date line that says "published" counts everywhere, but less."""


def _near_headline(document: Document, headings: list[int]) -> range:
    anchor = headings[0] if headings else 0
    return range(max(0, anchor - BEFORE_TITLE), min(len(document.blocks), anchor + AFTER_TITLE))


def _line(document: Document, number: int, below_headline: bool) -> Iterator[Candidate]:
    """What a short line near the headline says of author and date, by its words or its class names."""
    block = document.blocks[number]
    if block.level == 1 or len(block.text) > MAX_LINE_CHARS:
        return
    tokens, text, locator = _tokens(block), tidy(block.text), f"block {number}"
    if is_opened(text):
        yield Candidate("authors", text, "byline-line", locator, block.text)
    elif not tokens.isdisjoint(names().byline_tokens):
        yield Candidate("authors", text, "byline-element", locator, block.text)
    elif below_headline and is_person(text) and _beside_date(document, number):
        yield Candidate("authors", text, "name-line", locator, block.text)
    if not tokens.isdisjoint(names().date_tokens) or not tokens.isdisjoint(names().byline_tokens):
        yield from _dates(text, "date-element", locator)
    elif len(text) <= MAX_BARE_DATE_CHARS or is_opened(text) or _says_what_date(text):
        yield from _dates(text, "date-line", locator)


def _says_what_date(text: str) -> bool:
    """Whether a line holds a word such as "published" or "updated"."""
    return bool(calendar().published.search(text) or calendar().modified.search(text))


def _beside_date(document: Document, number: int) -> bool:
    """Whether one of the lines next to a name is a date."""
    around = (*document.blocks[max(0, number - 1) : number], *document.blocks[number + 1 : number + 3])
    return any(len(block.text) <= MAX_BARE_DATE_CHARS and read(tidy(block.text)) for block in around)


def _tokens(block: Block) -> frozenset[str]:
    """The class words of the inline elements at the block's beginning and of the elements it stands in."""
    tokens = set(block.inline)
    element = block.element
    for _ in range(ANCESTORS):
        if element is None:
            break
        tokens.update(element.tokens)
        element = element.parent
    return frozenset(tokens)


def _dates(text: str, source: str, locator: str) -> Iterator[Candidate]:
    """The dates of a line, told apart by the words before them: published first, then updated."""
    if not any(character.isdigit() for character in text):
        return
    for field, part in _parts(text[: 2 * MAX_LINE_CHARS]):
        if any(character.isdigit() for character in part) and read(part):
            yield Candidate(field, part.strip(), source, locator, text)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    words = calendar()
    updated, published = words.modified.search(text), words.published.search(text)
    if updated is None:
        yield "published", text
    elif published and published.start() > updated.start():
        yield "modified", text[updated.end() : published.start()]
        yield "published", text[published.end() :]
    else:
        yield "published", text[: updated.start()]
        yield "modified", text[updated.end() :]
