"""What a page's own markup calls its parts: `<nav>`, `class="related-posts"`, `id="comments"`.

Templates name what they build, in every country with the same words; `class_labels.toml` lists them. Since a
name may stand far above the text it means, or be a leftover, it is a vote; only where the markup leaves no
choice (`<nav>`, `<button>`, a footer without prose) it has its own say.

Example: ``<div class="sharedaddy"><span>Print</span></div>``.

Known false positive: an article in a ``<div class="teaser">`` that a template uses for everything.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from archiver.document import Document, Element, Label, Proposal
from archiver.normalizers.reading import Line, Reading, read

_DECISIVE = {"nav": Label.NAVIGATION, "button": Label.FORM, "footer": Label.LEGAL}
_DECISIVE_SCORE = 0.92
_VOTE = 0.75
_STEPS_UP = 5
# A named element that holds more of the page's prose than this is not what its name says.
_LARGEST_SHARE = 0.3
# A box with next to no prose is more surely what its name says.
_SMALL_BOX = 0.85
_SMALL_SHARE = 0.1
# Words that design systems use for sizes and styles of type as well: they stay a plain vote.
_LOOSE = (Label.CAPTION, Label.FORM, Label.TAGS)


def markup(document: Document) -> Iterator[Proposal]:
    """Proposes what the nearest telling element around a block says."""
    if not document.is_html:
        return
    reading = read(document)
    judged: dict[int, tuple[Label, float, str] | None] = {}
    for block, line in zip(document.blocks, reading.lines, strict=True):
        element = block.element
        for _ in range(_STEPS_UP):
            if element is None or element.parent is None:
                break
            key = id(element)
            if key not in judged:
                judged[key] = _judge(element, reading)
            found = judged[key]
            if found is not None:
                yield _proposal(line, block.kind is Label.HEADING, *found)
                break
            element = element.parent


def _proposal(line: Line, heading: bool, label: Label, score: float, evidence: str) -> Proposal:
    """A vote for prose and headings, which stand in buttons of foldable sections too; else as sure as the name is."""
    if line.prose or heading:
        score = min(score, _VOTE)
    return Proposal(line.index, label, "markup", score, evidence)


def _judge(element: Element, reading: Reading) -> tuple[Label, float, str] | None:
    """What an element calls itself, unless it holds too much of the page's prose to be that."""
    label = _DECISIVE.get(element.tag)
    word = element.tag
    score = _DECISIVE_SCORE
    if label is None:
        names = _names()
        word = next((token for token in element.tokens if token in names), "")
        if not word:
            return None
        label, score = names[word], _VOTE
    share = reading.prose_words(element.first, element.last) / max(reading.prose_words(), 1)
    if share > _LARGEST_SHARE:
        return None
    score = max(score, _SMALL_BOX) if share <= _SMALL_SHARE and label not in _LOOSE else score
    return label, score, f"inside {element.tag} {word}"


@cache
def _names() -> dict[str, Label]:
    tables = tomllib.loads((Path(__file__).parent / "class_labels.toml").read_text(encoding="utf-8"))
    return {word: Label(label) for label, words in tables.items() for word in words}
