"""Where on a page the gold stands: the deepest element that holds nearly all of it, and where in it the text ends.

Enter: the HTML of a page and its gold text. Leaves: a `Content`, or None where the page does not show its gold
in one place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from turbohtml import Document, Element, Text, parse

MOST = 0.9
"""Share of the gold's words that the content element holds."""
SHOWN = 0.95
"""Share of the gold's words that the whole page must show; below it the text is loaded later, or of another page."""
STRAY = 0.02
"""Share of the gold's phrases that may stand outside the content element, and after it: titles are repeated there."""
PHRASE = 5
"""Words a phrase. As few are enough to tell one page's sentences apart."""
CONTAINERS = frozenset(["article", "body", "center", "div", "form", "main", "section", "td"])
UNSEEN = frozenset(["head", "iframe", "noscript", "script", "style", "svg", "template", "textarea"])
DEPTH = 400
"""Elements nested deeper than this are left out of the search: such pages are broken."""

Span = tuple[int, int]
_WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Content:
    """The content element of a page.

    `words` are all words of the page's body, `spans` says which of them (start, end) each element holds, and
    `phrases` are the gold's. `blocks` are the content's children that hold gold, in order: what comes after the
    last of them comes after the text. `language` is what the page declares, in two letters, or empty.
    """

    node: Element
    words: tuple[str, ...]
    spans: dict[Element, Span]
    phrases: frozenset[tuple[str, ...]]
    blocks: tuple[Element, ...]
    language: str

    def density(self) -> float:
        """Share of gold among the words of the content element: above 1 where some gold stands outside it."""
        start, end = self.spans[self.node]
        return (len(self.phrases) + PHRASE - 1) / (end - start)

    def is_closed(self) -> bool:
        """Whether the source has an end tag for the content element."""
        return self.node.source_location is not None and self.node.source_location.end_tag is not None

    def paragraphs(self) -> list[Element]:
        """The `p` elements of the content that hold gold, in order."""
        return [found for found in self.node.find_all("p") if self.holds_gold(found)]

    def holds_gold(self, element: Element) -> bool:
        """Whether a phrase of the gold stands in the element; a text shorter than a phrase cannot tell."""
        start, end = self.spans.get(element, (0, 0))
        return not self.phrases.isdisjoint(_phrases(self.words[start:end]))


def find_content(html: str, gold: str) -> Content | None:
    """The content element, or None where the body alone holds the gold or the page does not show it.

    >>> page = "<body><p>Home</p><div id=a><p>One two three four five.</p><p>Six.</p></div></body>"
    >>> found = find_content(page, "One two three four five. Six.")
    >>> found.node.attr("id"), [block.text for block in found.blocks]
    ('a', ['One two three four five.'])
    >>> find_content(page, "Something else altogether, not on this page.") is None
    True
    """
    document = parse(html, source_locations=True)
    body = document.find("body")
    if body is None:
        return None
    words: list[str] = []
    spans: dict[Element, Span] = {}
    _read(body, words, spans, 0)
    wanted = _words(gold)
    node = _deepest(body, words, spans, Counter(wanted))
    if node is None:
        return None
    phrases = _phrases(wanted)
    node = _widened(node, words, spans, phrases)
    if node is None:
        return None
    content = Content(node, tuple(words), spans, phrases, (), language_of(document))
    blocks = tuple(child for child in _elements(node) if content.holds_gold(child))
    return replace(content, blocks=blocks) if blocks else None


def language_of(document: Document) -> str:
    """The main language the page declares, as two letters; empty if none."""
    root = document.find("html")
    declared = (root.attr("lang") or "").strip().lower() if root else ""
    return declared[:2]


def _words(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def _phrases(words: Sequence[str]) -> frozenset[tuple[str, ...]]:
    return frozenset(zip(*(words[start:] for start in range(PHRASE)), strict=False))


def _elements(parent: Element) -> list[Element]:
    return [child for child in parent.children if isinstance(child, Element) and child.tag not in UNSEEN]


def _read(element: Element, words: list[str], spans: dict[Element, Span], depth: int) -> None:
    """Collect the words below an element in order, and which of them each element holds."""
    start = len(words)
    if depth < DEPTH:
        for child in element.children:
            if isinstance(child, Text):
                words.extend(_words(child.data))
            elif isinstance(child, Element) and child.tag not in UNSEEN:
                _read(child, words, spans, depth + 1)
    spans[element] = (start, len(words))


def _deepest(body: Element, words: list[str], spans: dict[Element, Span], gold: Counter[str]) -> Element | None:
    """The deepest element below the body that holds `MOST` of the gold's words."""
    if not gold or (Counter(words) & gold).total() < SHOWN * gold.total():
        return None
    least = MOST * gold.total()
    node, narrower = body, [body]
    while narrower:
        node = narrower[0]
        narrower = [
            child
            for child in _elements(node)
            if (span := spans[child])[1] - span[0] >= least
            and (Counter(words[span[0] : span[1]]) & gold).total() >= least
        ]
    return node


def _widened(
    node: Element, words: list[str], spans: dict[Element, Span], phrases: frozenset[tuple[str, ...]]
) -> Element | None:
    """The element or the nearest container above it after which no gold follows; None at the body."""
    while node.tag not in CONTAINERS or _goes_on_after(node, words, spans, phrases):
        parent = node.parent
        if not isinstance(parent, Element):
            return None
        node = parent
    return None if node.tag == "body" else node


def _goes_on_after(
    node: Element, words: list[str], spans: dict[Element, Span], phrases: frozenset[tuple[str, ...]]
) -> bool:
    start, end = spans[node]
    here = phrases & _phrases(words[start:end])
    later = phrases & _phrases(words[end:])
    return len(later - here) > STRAY * len(phrases)
