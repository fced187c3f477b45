"""Where the article ends: other articles on the page, and what stands above the title.

Pages go on with the next article (endless scroll), or list others in boxes that are built like the article's
own. An element that stands after the one around the title, beside it and of the same make, is another article.
Above the title of a page there are menus and teasers, never the body.

Example: ``<article><h1>The title</h1>…</article><article><h1>Another</h1>…</article>``.

Known false positive: a page that cuts one article into several elements of the same class, with the title
inside the first, and headings as large as the title in all the others.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.document import Document, Element, Label, Proposal
from archiver.normalizers.reading import Reading, read

_OTHER = 0.92
_ABOVE = 0.8
# The first of several like elements is the article only if it holds so many words of prose, and this share of
# what the others hold.
_LEAST_PROSE = 60
_LEAST_SHARE = 0.25
_STEPS_UP = 8


def articles(document: Document) -> Iterator[Proposal]:
    """Proposes related for other articles, and navigation for short blocks above the title."""
    if not document.is_html:
        return
    reading = read(document)
    if reading.title_index is None or reading.last_prose < reading.title_index:
        return
    for index in range(reading.title_index):
        if not reading.lines[index].prose:
            yield Proposal(index, Label.NAVIGATION, "articles", _ABOVE, "above the title")
    for other in _others(document, reading):
        for index in range(other.first, other.last):
            yield Proposal(index, Label.RELATED, "articles", _OTHER, "in another article")


def _others(document: Document, reading: Reading) -> Iterator[Element]:
    """The elements after the article's own that are built like it."""
    assert reading.title_index is not None
    title = document.blocks[reading.title_index]
    own = title.element
    for _ in range(_STEPS_UP):
        if own is None or own.parent is None or title.kind is not Label.HEADING:
            return
        if _prose(reading, own) >= _LEAST_PROSE and (own.tokens or own.tag == "article"):
            alike = list(_alike(document, own))
            found = [other for other in alike if _has_title(document, other, title.level)]
            parts = any(other not in found and _prose(reading, other) for other in alike)
            if (
                found
                and not parts
                and _prose(reading, own) >= _LEAST_SHARE * sum(_prose(reading, other) for other in found)
            ):
                yield from found
                return
        own = own.parent


def _prose(reading: Reading, element: Element) -> int:
    return reading.prose_words(element.first, element.last)


def _has_title(document: Document, element: Element, level: int) -> bool:
    """Whether an element has a heading of the title's level: the sections of an article have lesser ones."""
    return any(
        block.kind is Label.HEADING and block.level <= level for block in document.blocks[element.first : element.last]
    )


def _alike(document: Document, own: Element) -> Iterator[Element]:
    """Later siblings of `own` with the same tag and classes."""
    seen: set[int] = set()
    for block in document.blocks[own.last :]:
        element = block.element
        while element is not None and element.parent is not own.parent:
            element = element.parent
        if element is None or id(element) in seen:
            continue
        seen.add(id(element))
        if element.tag == own.tag and _same_make(element, own):
            yield element


def _same_make(one: Element, other: Element) -> bool:
    """Whether two elements share their classes; the words of an id differ from one to the next."""
    ours, theirs = set(one.tokens), set(other.tokens)
    shared = len(ours & theirs)
    return one.tag == "article" or (shared > 0 and shared >= 0.6 * max(len(ours), len(theirs)))
