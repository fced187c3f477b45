"""Boxes set between the paragraphs of a page: sign-up forms, machine-made summaries, teasers of other articles.

Inside an article a box is the largest element around a line that holds none of the article's prose. What one of
its lines says of it goes for all of them: a box that asks for an e-mail address is a newsletter box down to its
privacy notice, and a box with nothing but a heading that leads to another page of the site is a teaser.

Example: ``<aside><p>Sign up to the briefing</p><p>The day's stories, at seven.</p></aside>``.

Known false positive: a list of the site's own products, each in a box with a linked heading and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from archiver.document import Block, Document, Element, Label, Proposal
from archiver.normalizers.reading import Line, Reading, read
from archiver.phrases import Kind

_SCORE = 0.92
_MOST_BLOCKS = 14
# What a box may hold of the page's prose: the small print of a form, the sentences of a summary.
_LARGEST = {Label.NEWSLETTER: 0.15, Label.DUPLICATE: 0.35}
_STRONG = (Kind.LINE, Kind.HEADING, Kind.START)
_SIGNS = 2

_SHORTEST_TEASER = 5
_LINKED = 0.9
_MOST_ALIKE = 3


def boxes(document: Document) -> Iterator[Proposal]:
    """Proposes newsletter, duplicate and related for boxes inside an article."""
    reading = read(document)
    if not document.is_html or reading.last_prose < 0:
        return
    yield from _named(document, reading)
    yield from _teasers(document, reading)


def _named(document: Document, reading: Reading) -> Iterator[Proposal]:
    done = 0
    for line in reading.lines[reading.title_index or 0 : reading.last_prose]:
        label = next((match.label for match in line.matches if match.label in _LARGEST and match.how in _STRONG), None)
        if label is None or line.index < done:
            continue
        box = _box(document, reading, line.index, _LARGEST[label])
        if box is None or sum(_speaks(other, label) for other in reading.lines[box.first : box.last]) < _SIGNS:
            continue
        for other in reading.lines[box.first : box.last]:
            yield Proposal(other.index, label, "boxes", _SCORE, f"in a box with {line.matches[0].phrase}")
        done = box.last


def _speaks(line: Line, label: Label) -> bool:
    return any(match.label is label and match.how is not Kind.HINT for match in line.matches)


def _box(document: Document, reading: Reading, index: int, largest: float) -> Element | None:
    """The largest element around a block that is small and holds little prose; None where that is the block alone."""
    element, box = document.blocks[index].element, None
    while element is not None and element.parent is not None:
        if element.last - element.first > _MOST_BLOCKS or _share(reading, element) > largest:
            break
        box, element = element, element.parent
    return box if box is not None and box.last - box.first > 1 else None


def _share(reading: Reading, element: Element) -> float:
    return reading.prose_words(element.first, element.last) / max(reading.prose_words(), 1)


def _teasers(document: Document, reading: Reading) -> Iterator[Proposal]:
    """Boxes between the paragraphs whose heading is a link to another page of the site."""
    found: list[Element] = []
    for line in reading.lines[reading.first_prose : reading.last_prose]:
        if _is_teaser(document, document.blocks[line.index], line):
            box = _box(document, reading, line.index, 0)
            if box is not None and box not in found and _is_set_apart(box):
                found.append(box)
    if len(found) > _MOST_ALIKE:
        return
    for box in found:
        for index in range(box.first, box.last):
            yield Proposal(index, Label.RELATED, "boxes", _SCORE, "in a box with the heading of another page")


def _is_teaser(document: Document, block: Block, line: Line) -> bool:
    return (
        block.kind is Label.HEADING
        and line.words >= _SHORTEST_TEASER
        and line.link_density >= _LINKED
        and len(block.links) == 1
        and _is_own(block.links[0].url, document.source.url)
    )


def _is_own(link: str, page: str | None) -> bool:
    """Whether a link leads to another page of the same site."""
    try:
        target, own = urlsplit(link), urlsplit(page or "")
    except ValueError:
        return False
    if not target.netloc:
        return bool(target.path) and target.path != own.path
    return target.netloc.removeprefix("www.") == own.netloc.removeprefix("www.") and target.path != own.path


def _is_set_apart(box: Element) -> bool:
    """Whether an element is made for something: it has a name or a tag of its own."""
    return bool(box.tokens) or box.tag in ("aside", "figure", "article", "section", "nav")
