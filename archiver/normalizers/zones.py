"""Headings that open a zone of clutter, and how far the zone reaches: related lists, comments, sign-up boxes.

A heading such as "Related posts", "Leave a comment" or "Subscribe" says what follows it. On a page the zone is
the rest of the smallest element that begins with the heading; in a text it reaches as far as the lines look
like its kind. A list is decided as a whole, and a heading without a list is only a vote.

Example: ``Related posts`` / ``23 Jun, 2017 3411`` / ``09 Aug, 2017 12140``.

Known false positive: a section of an article that is called "Comments" or "Further reading", near its end.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from archiver.document import Document, Label, Proposal
from archiver.normalizers.reading import Line, Reading, is_date, read
from archiver.phrases import Kind, Match
from archiver.sentences import ends_sentence

_CERTAIN = 0.93
_LIKELY = 0.8

# A zone that holds more of the page's prose than this is the article itself.
_LARGEST_SHARE = 0.4
# Prose that must stand before a comment thread: a thread at the top belongs to no article.
_WORDS_BEFORE = 40
_LETTERS_BEFORE = 240
# Without an element around it, a zone may hold so many times the prose that stands before it.
_MOST_PROSE = 2
_LONGEST_ITEM = 25
_STEPS_UP = 4
# Lines after the last comment that are the page's footer, where one of them says so.
_SHORTEST_FOOTER = 3
_OF_FOOTERS = frozenset({Label.LEGAL, Label.NAVIGATION, Label.CONSENT, Label.NEWSLETTER, Label.SHARE, Label.FORM})
# A comment thread shows so early who says what when, or how to answer.
_FIRST_OF_THREAD = 4
_OF_POSTS = (Label.COMMENTS, Label.DATE)
_TIME = re.compile(r"\d[:.]\d\d(?!\d)")
# A line that ends so goes on, as one of a grammar or a list does: ``comments /``.
_UNFINISHED = ("/", ",", ";", "=", "\\")
# A phrase that stands on a page more often is a button below every post, and opens no zone.
_MOST_HEADINGS = 2


@dataclass(frozen=True, slots=True)
class Zone:
    """How a label's zone goes on in text: which lines belong to it, how many at most, how many at least."""

    belongs: Callable[[Line], bool]
    most: int
    least: int = 1


def _is_item(line: Line) -> bool:
    """An entry of a list of articles: a title, a link, a date with a count; not a paragraph."""
    return not line.prose and (line.words <= _LONGEST_ITEM or line.link_density > 0.5)


def _is_share(line: Line) -> bool:
    return any(match.label is Label.SHARE for match in line.matches)


def _is_label(line: Line) -> bool:
    return line.words <= 5 and not line.text.endswith(".")


def _of_form(line: Line) -> bool:
    return line.words <= 2 * _LONGEST_ITEM and not line.prose


def _anything(line: Line) -> bool:
    return True


ZONES: dict[Label, Zone] = {
    Label.RELATED: Zone(_is_item, most=60),
    Label.NEWSLETTER: Zone(_of_form, most=3),
    Label.COMMENTS: Zone(_anything, most=100_000, least=0),
    Label.SHARE: Zone(_is_share, most=30),
    Label.TAGS: Zone(_is_label, most=20),
    Label.AUTHOR_BIO: Zone(_anything, most=2),
    Label.FORM: Zone(_is_item, most=8),
    Label.PROMO: Zone(_is_item, most=4),
    Label.NAVIGATION: Zone(_is_label, most=20),
    Label.CONSENT: Zone(_of_form, most=5),
    Label.LEGAL: Zone(_of_form, most=5),
    Label.AD: Zone(_is_item, most=2),
}


def zones(document: Document) -> Iterator[Proposal]:
    """Proposes the label of a heading for all of its zone."""
    reading = read(document)
    end = 0
    headings = [(line, match) for line in reading.matched for match in line.matches[:1] if match.how is Kind.HEADING]
    counts = Counter(match.phrase for _, match in headings)
    for line, match in headings:
        if match.label not in ZONES or line.index < end or not _after_prose(reading, line):
            continue
        if line.text.endswith(_UNFINISHED):
            continue
        if counts[match.phrase] > _MOST_HEADINGS and _box(document, line.index) is None:
            continue
        members, certain = _members(document, reading, line, match)
        if len(members) < ZONES[match.label].least:
            continue
        score = _CERTAIN if certain else _LIKELY
        evidence = f"under {match.phrase} ({match.source})"
        yield Proposal(line.index, match.label, "zones", score, evidence)
        for member, label in zip(members, _labels(match.label, members), strict=True):
            yield Proposal(member.index, label, "zones", score, evidence)
        end = members[-1].index + 1 if members else line.index


def _labels(label: Label, members: Sequence[Line]) -> Iterator[Label]:
    """What each line of a zone is called: as the zone, but the footer that a thread runs into as what it says."""
    if label is not Label.COMMENTS:
        yield from [label] * len(members)
        return
    spoken = [place for place, line in enumerate(members) if line.prose or line.match(Label.COMMENTS, *Kind)]
    end = spoken[-1] + 1 if spoken else 0
    footer = members[end:]
    furnished = len(footer) >= _SHORTEST_FOOTER and any(_telling(line) for line in footer)
    yield from [label] * end
    for line in footer:
        yield (_telling(line) or Label.NAVIGATION) if furnished else label


def _telling(line: Line) -> Label | None:
    return next((match.label for match in line.matches if match.label in _OF_FOOTERS), None)


def _after_prose(reading: Reading, line: Line) -> bool:
    """Whether enough of the article stands before a line: counted from the title, where one is known.

    Words of some languages say what others need two or three for, so that many letters are enough too.
    """
    start = reading.title_index or 0
    if reading.prose_words(start, line.index) >= _WORDS_BEFORE:
        return True
    return sum(len(other.text) for other in reading.lines[start : line.index] if other.prose) >= _LETTERS_BEFORE


def _members(document: Document, reading: Reading, heading: Line, match: Match) -> tuple[list[Line], bool]:
    """The lines of the zone after its heading, and whether that is certain."""
    label = match.label
    box = _box(document, heading.index)
    if box is not None:
        members = list(reading.lines[heading.index + 1 : box])
        if _prose_words(members) <= _LARGEST_SHARE * reading.prose_words():
            return members, True
    zone = ZONES[label]
    members = []
    for line in reading.lines[heading.index + 1 :]:
        if len(members) >= zone.most or not zone.belongs(line) or _opens_another(line, label):
            break
        if label is Label.RELATED and members and members[0].link_density > 0.5 and _is_plain_sentence(line):
            break
        if line.text:
            members.append(line)
    return members, _is_certain(reading, heading, match, members)


def _is_certain(reading: Reading, heading: Line, match: Match, members: list[Line]) -> bool:
    """At the end of a document, or where the entries show that they are a list of links or dates."""
    after = members[-1].index if members else heading.index
    before = reading.prose_words(reading.title_index or 0, heading.index)
    if _prose_words(members) > _MOST_PROSE * before:
        return False
    if after >= reading.last_prose:
        return match.label is not Label.COMMENTS or "{n}" in match.phrase or _is_thread(reading, members)
    if match.label is Label.RELATED and members:
        listed = [line for line in members if line.link_density > 0.5 or is_date(line.text)]
        return len(listed) > len(members) / 2
    return False


def _is_thread(reading: Reading, members: list[Line]) -> bool:
    """Whether what follows the heading of a thread may be one: no prose, or a sign of posts before long.

    "What do you think?" and the button "Leave a comment" stand in the middle of interviews and letters, too.
    """
    if not any(line.prose for line in members):
        return True
    return any(not line.prose and _is_of_post(reading, line) for line in members[:_FIRST_OF_THREAD])


def _is_of_post(reading: Reading, line: Line) -> bool:
    """Whether a line says who wrote a post or when, or is a button below it."""
    told = any(match.label in _OF_POSTS and match.how is not Kind.HINT for match in line.matches)
    return told or is_date(line.text) or _TIME.search(line.text) is not None or reading.is_name(line)


def _is_plain_sentence(line: Line) -> bool:
    """Whether a line that links to nothing ends like a sentence, as an entry of a list of links does not."""
    return line.link_density <= 0.5 and ends_sentence(line.text)


def _opens_another(line: Line, label: Label) -> bool:
    return any(
        match.how is Kind.HEADING and match.label is not label and match.label in ZONES for match in line.matches
    )


def _box(document: Document, index: int) -> int | None:
    """Where the smallest element ends that begins with the heading and holds more than it; None without one."""
    element = document.blocks[index].element
    for _ in range(_STEPS_UP):
        if element is None or element.first < index:
            return None
        if element.last > index + 1:
            return element.last
        element = element.parent
    return None


def _prose_words(lines: Sequence[Line]) -> int:
    return sum(line.words for line in lines if line.prose)
