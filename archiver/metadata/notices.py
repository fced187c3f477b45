"""A document with its verdicts in, candidates for the flags `paywalled` and `truncated` out.

The notice that the rest is for subscribers, or the link to it, stands where the kept text ends. A text that
stops at dots, or at a comma, is cut as well.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from archiver.document import Document, Label
from archiver.metadata.candidates import Candidate
from archiver.metadata.folding import tidy
from archiver.metadata.lexicon import notices

MAX_NOTICE_CHARS = 300
AFTER_END = 6
"""Blocks after the last kept one in which the notice stands."""
MAX_LINK_CHARS = 60
"""Longest line that leads to the rest of an article; longer ones advertise another."""
MIN_CUT_CHARS = 80
"""Shorter last lines are signatures, sources, items of a list."""

MIN_LINK_SHARE = 0.5
"""The phrase is at least so much of the link: "Continue reading", not "Continue reading below the advertisement"."""

MAX_CUT_CHARS = 10
"""The sign at which a text stops is among so many last characters."""
_CUT = re.compile(r"(?:…|\.{3}|\[…\]|\[\.{3}\]|\(…\)|\(\.{3}\)|[,(–—-])\s*$")
_ELSEWHERE = (Label.RELATED, Label.COMMENTS, Label.NAVIGATION)


def find(document: Document) -> Iterator[Candidate]:
    """At most one candidate for each of the two flags."""
    pairs = zip(reversed(range(len(document.verdicts))), reversed(document.verdicts), strict=True)
    last = next((number for number, verdict in pairs if verdict.kept and document.blocks[number].text), None)
    if last is None:
        return
    lines = list(_lines(document, range(max(0, last - 1), min(len(document.blocks), last + 1 + AFTER_END))))
    walls = [number for number, text in lines if notices().paywalled.search(text)]
    if walls:
        yield Candidate("paywalled", "false", "block", f"block {walls[0]}", document.blocks[walls[0]].text)
    rest = next((number for number, text in lines if number not in walls and _leads_on(text)), None)
    if rest is None and _is_cut(document, last):
        rest = last
    if rest is not None:
        yield Candidate("truncated", "true", "block", f"block {rest}", document.blocks[rest].text)


def _lines(document: Document, numbers: Iterable[int]) -> Iterator[tuple[int, str]]:
    """The short blocks that stand in no list of other articles."""
    for number in numbers:
        text = document.blocks[number].text
        if len(text) <= MAX_NOTICE_CHARS and document.verdicts[number].label not in _ELSEWHERE:
            yield number, tidy(text)


def _leads_on(text: str) -> bool:
    """Whether a line is a link to the rest of the article."""
    match = notices().truncated.search(text) if len(text) <= MAX_LINK_CHARS else None
    return match is not None and match.end() - match.start() >= MIN_LINK_SHARE * len(text)


def _is_cut(document: Document, last: int) -> bool:
    """Whether the text stops at dots, or at a sign after which a sentence goes on."""
    block = document.blocks[last]
    return (
        block.kind is Label.PARAGRAPH
        and len(block.text) >= MIN_CUT_CHARS
        and bool(_CUT.search(block.text[-MAX_CUT_CHARS:]))
    )
