"""What a page can lend to the tail of another: its title, its article piece by piece, its paragraphs.

Enters: a `Case` with gold. Leaves: a `Donor`, remembered for the run, since one page lends to many.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from turbohtml import Document, Element, parse

from benchmarks.content import Content, find_content, language_of
from benchmarks.datasets import Case

PIECES = frozenset(["blockquote", "figure", "h2", "h3", "h4", "h5", "ol", "p", "pre", "table", "ul"])
STRIPPED = "button,embed,form,iframe,input,noscript,object,script,select,style,svg,template,textarea,video"
KEPT_ATTRIBUTES = frozenset(["alt", "colspan", "datetime", "href", "rowspan", "src"])
SHORTEST, LONGEST = 8, 150
"""Words of a paragraph that may stand as a comment or a teaser."""
TITLE_WORDS = 3
"""Shorter titles name a site or a section, not an article."""

_SITE_NAME = re.compile(r"\s+[|–—·»-]\s+[^|–—·»]{1,40}$")
_BLANK_LINES = re.compile(r"\n\s*\n|\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """One block of an article: its HTML as it stood there, and without all that dresses it."""

    tag: str
    html: str
    inner: str
    words: int


@dataclass(frozen=True, slots=True)
class Donor:
    """What one page lends. `language` is a two-letter code, or empty where the page does not say."""

    domain: str
    group: str
    language: str
    title: str
    pieces: tuple[Piece, ...]
    paragraphs: tuple[str, ...]

    def words(self) -> int:
        """The words of all pieces."""
        return sum(piece.words for piece in self.pieces)


@cache
def donor_of(case: Case) -> Donor:
    """What the page of the case lends; where its content is not found in one place, only its paragraphs."""
    html = case.document().payload.decode("utf-8", "replace")
    content = find_content(html, case.gold[0])
    pieces = _pieces(content) if content else ()
    document = parse(html, positions=False)
    return Donor(case.domain, case.group, language_of(document), _title(document), pieces, _paragraphs(case.gold[0]))


def _title(document: Document) -> str:
    """The page's title without the name of the site behind it; empty where it is too short for an article's."""
    named = document.select_one('meta[property="og:title"]')
    heading = document.find("h1")
    title = document.find("title")
    for text in (
        named.attr("content") if named else None,
        heading.text if heading else None,
        title.text if title else None,
    ):
        folded = _SITE_NAME.sub("", " ".join((text or "").split()))
        if len(folded.split()) >= TITLE_WORDS:
            return folded
    return ""


def _paragraphs(gold: str) -> tuple[str, ...]:
    found = (" ".join(paragraph.split()) for paragraph in _BLANK_LINES.split(gold))
    return tuple(text for text in found if SHORTEST <= len(text.split()) <= LONGEST)


def _pieces(content: Content) -> tuple[Piece, ...]:
    """The outermost text blocks of the content element up to its last gold, in order."""
    last = content.spans[content.blocks[-1]][1]
    content.node.remove(STRIPPED)
    found: list[Piece] = []
    end = 0
    for element in content.node.find_all(lambda tag: tag in PIECES):
        start, stop = content.spans.get(element, (0, 0))
        if start < end or stop <= start or stop > last:  # inside the one before, empty, or after the article
            continue
        end = stop
        found.append(Piece(element.tag, element.html, _bare(element), stop - start))
    return tuple(found)


def _bare(element: Element) -> str:
    """The inner HTML without classes, ids, styles and scripts' hooks."""
    for inner in element.find_all():
        for name in list(inner.attrs):
            if name not in KEPT_ATTRIBUTES:
                del inner.attrs[name]
    return element.inner_html
