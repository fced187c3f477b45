"""What a page's own markup calls its parts: `<nav>`, `class="related-posts"`, `id="comments"`.

Templates name what they build, in every country with the same words; `class_labels.toml` lists them. Since a
name may stand far above the text it means, or be a leftover, it is a vote; only where the markup leaves no
choice (`<nav>`, `<button>`, a footer without prose, a dialog, text for screen readers) it has its own say.

Example: ``<div class="sharedaddy"><span>Print</span></div>``.

Known false positive: an article in a ``<div class="teaser">`` that a template uses for everything.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple

from archiver.document import Document, Element, Label, Proposal
from archiver.normalizers.reading import Line, Reading, read

_DECISIVE = {"nav": Label.NAVIGATION, "button": Label.FORM, "footer": Label.LEGAL, "dialog": Label.FORM}
_DECISIVE_SCORE = 0.9
_VOTE = 0.75
_STEPS_UP = 5
# A named element that holds more of the page's prose than this is not what its name says.
_LARGEST_SHARE = 0.3
# A box with next to no prose is more surely what its name says.
_SMALL_BOX = 0.85
_SMALL_SHARE = 0.1
# Elements of different names that are remembered.
_REMEMBERED = 1 << 14
# Words that design systems use for sizes and styles of type as well: they stay a plain vote.
_LOOSE = (Label.CAPTION, Label.FORM, Label.TAGS)


class _Name(NamedTuple):
    """What an element says it is, how surely, and whether that goes for its prose too."""

    label: Label
    score: float
    evidence: str
    prose: bool = False


class _Says(NamedTuple):
    """The word and the label by which an element's names call it surely, and by which they call it at all."""

    sure: tuple[str, Label] | None
    vote: tuple[str, Label] | None


def markup(document: Document) -> Iterator[Proposal]:
    """Proposes what the nearest telling element around a block says."""
    if not document.is_html:
        return
    reading = read(document)
    judged: dict[Element, _Name | None] = {}
    heading = Label.HEADING
    for block, line in zip(document.blocks, reading.lines, strict=True):
        found = _nearest(block.element, judged, reading)
        if found is not None:
            yield _proposal(line, block.kind is heading, found)


def _nearest(element: Element | None, judged: dict[Element, _Name | None], reading: Reading) -> _Name | None:
    """What the nearest telling element says, or one further out that says something surely."""
    nearest = None
    for _ in range(_STEPS_UP):
        if element is None or element.parent is None:
            break
        if element in judged:
            found = judged[element]
        else:
            found = judged[element] = _judge(element, reading)
        if found is not None:
            if found.score >= _DECISIVE_SCORE:
                return found
            nearest = nearest or found
        element = element.parent
    return nearest


def _proposal(line: Line, heading: bool, found: _Name) -> Proposal:
    """A vote for prose and headings, which stand in buttons of foldable sections too; else as sure as the name is."""
    score = found.score
    if (line.prose or heading) and not found.prose:
        score = min(score, _VOTE)
    return Proposal(line.index, found.label, "markup", score, found.evidence)


@lru_cache(_REMEMBERED)
def _says(tag: str, tokens: tuple[str, ...]) -> _Says | None:
    """What is read off a tag and the words of its classes; None for most. Remembered: templates are of few parts."""
    names = _names()
    sure = names.sure.find(tokens)
    vote = sure or names.votes.find(tokens)
    return _Says(sure, vote) if vote or tag in _DECISIVE else None


def _judge(element: Element, reading: Reading) -> _Name | None:
    """What an element calls itself, if anything, unless it holds too much of the page's prose to be that."""
    says = _says(element.tag, element.tokens)
    if says is None:
        return None
    share = reading.prose_words(element.first, element.last) / max(reading.prose_words(), 1)
    if share > _LARGEST_SHARE:
        return None
    if element.tag in _DECISIVE:
        return _Name(_DECISIVE[element.tag], _DECISIVE_SCORE, f"inside {element.tag}")
    sure, vote = says
    if sure and share <= _SMALL_SHARE:
        return _Name(sure[1], _DECISIVE_SCORE, f"inside {element.tag} {sure[0]}", prose=True)
    if vote is None:
        return None
    word, label = vote
    score = _SMALL_BOX if share <= _SMALL_SHARE and label not in _LOOSE else _VOTE
    return _Name(label, score, f"inside {element.tag} {word}")


class _Words:
    """Words and groups of words, each with the label it stands for."""

    def __init__(self, table: dict[str, list[str]]) -> None:
        self._by_word: dict[str, list[tuple[str, frozenset[str], Label]]] = {}
        for label, entries in table.items():
            for entry in entries:
                row = frozenset(entry.split())
                for word in row:
                    self._by_word.setdefault(word, []).append((entry, row, Label(label)))

    def find(self, tokens: tuple[str, ...]) -> tuple[str, Label] | None:
        """The first entry whose words stand next to each other among an element's, in any order."""
        if self._by_word.keys().isdisjoint(tokens):
            return None
        for start, token in enumerate(tokens):
            for entry, row, label in self._by_word.get(token, ()):
                if row.issubset(tokens[start : start + len(row)]):
                    return entry, label
        return None


class _Names(NamedTuple):
    votes: _Words
    sure: _Words


@cache
def _names() -> _Names:
    tables = tomllib.loads((Path(__file__).parent / "class_labels.toml").read_text(encoding="utf-8"))
    return _Names(_Words(tables["votes"]), _Words(tables["sure"]))
