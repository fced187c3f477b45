"""Runs of short lines that are clutter together, and lines that are nothing but counters or a date.

One line "Facebook" may be anything; five networks below each other are a share widget. A run is decided as a
whole, so that no single entry is left behind.

Example: ``• facebook`` / ``• Twitter`` / ``• google plus`` / ``• Digg``.

Known false positive: an article that lists social networks, two or more in a row, each on a line of its own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from archiver.document import Block, Document, Label, Proposal
from archiver.normalizers.reading import LONGEST_DATE, Line, Reading, has_digit, is_date, read
from archiver.phrases import Phrasebook, phrasebook
from archiver.words import count_words

_SHORTEST_RUN = 2
# Words of the longest menu whose entries are read, and how sure it is what they are called.
_LONGEST_MENU = 40
_MENU = 0.95
_VOTE = 0.85
# Blocks between the title of a page and its date, at most.
_HEAD = 12
_SEPARATOR = re.compile(r"\s[|·•/–—-]\s")
_LONGEST_DATELINE = 20
_DATE_CLASSES = frozenset("date datetime published timestamp updated dateline pubdate modified".split())
# A text with more lines that are dates is a list of events or posts.
_MOST_DATES = 8
_NUMBER = re.compile(r"\d+")
_CLOCK = re.compile(r"\d[:.]\d\d")
_MOST_CLOCK_WORDS = 6
_MOST_BARE_WORDS = 4
_LONGEST_SPAN = 20
_BESIDE_DATE = (Label.DATE, Label.COUNTER, Label.BYLINE, Label.COMMENTS)


def lists(document: Document) -> Iterator[Proposal]:
    """Proposes share for runs of networks, counter for rows of counters, date for lone date lines."""
    reading = read(document)
    if reading.last_prose < 0:
        return
    yield from _networks(reading)
    yield from _counters(reading)
    yield from _dates(document, reading)
    if document.is_html:
        yield from _menus(document, reading)


def _networks(reading: Reading) -> Iterator[Proposal]:
    run: list[Line] = []
    for line in reading.lines:
        if line.matches and _is_share(line):
            run.append(line)
        elif run and line.text:
            yield from _run(run)
            run = []
    yield from _run(run)


def _is_share(line: Line) -> bool:
    return line.words <= 4 and any(match.label is Label.SHARE for match in line.matches)


def _run(run: list[Line]) -> Iterator[Proposal]:
    if len(run) >= _SHORTEST_RUN:
        for line in run:
            yield Proposal(line.index, Label.SHARE, "lists", 0.95, f"one of {len(run)} in a row")


def _counters(reading: Reading) -> Iterator[Proposal]:
    """A line of several counters: "2274 Posts 0 Comments"."""
    for line in reading.lines:
        if line.counters > 1:
            yield Proposal(line.index, Label.COUNTER, "lists", 0.94, f"{line.counters} counters")


def _dates(document: Document, reading: Reading) -> Iterator[Proposal]:
    """A line that is only a date: above the prose it dates the article; on a page the tag `time` says so."""
    start = 0 if reading.title_index is None else reading.title_index
    # A line without a number, as most are, is neither a date nor called one.
    numbered = [line for line in reading.lines if _is_short(line) and has_digit(line.text)]
    many = sum(is_date(line.text) for line in numbered) > _MOST_DATES
    book = phrasebook(document.language, document.phrases)
    for line in numbered:
        if not (is_date(line.text) or (line.words <= _LONGEST_DATELINE and _is_dateline(line, book))):
            if document.is_html and abs(line.index - start) <= _HEAD and _is_dated(document.blocks[line.index], line):
                early = line.index < reading.first_prose or _is_clock(line)
                yield Proposal(line.index, Label.DATE, "lists", 0.92 if early else 0.7, "its class says so")
            continue
        in_head = line.index < reading.first_prose and (not document.is_html or abs(line.index - start) <= _HEAD)
        tagged = {"time", "date"} & set(document.blocks[line.index].inline)
        if line.text.endswith((":", "：")):
            continue
        if tagged or (in_head and (document.is_html or not many)):
            score = 0.93 if tagged or _is_bare(line) else 0.8
            yield Proposal(line.index, Label.DATE, "lists", score, "nothing but a date")
        elif line.index > reading.last_prose:
            yield Proposal(line.index, Label.DATE, "lists", 0.8, "a date below the article")


def _menus(document: Document, reading: Reading) -> Iterator[Proposal]:
    """Short menus, which are one block, called what most of their entries are called by phrases."""
    book = phrasebook(document.language, document.phrases)
    for line in reading.lines:
        if line.words > _LONGEST_MENU or not line.is_menu:
            continue
        entries = [entry for entry in line.text.split("\n") if entry]
        called = Counter(match.label for entry in entries for match in book.match(entry)[:1])
        label, count = called.most_common(1)[0] if called else (Label.NAVIGATION, 0)
        if count > len(entries) / 2:
            score = _MENU if label is Label.SHARE else _VOTE
            yield Proposal(line.index, label, "lists", score, f"{count} of {len(entries)} entries")


def _is_short(line: Line) -> bool:
    return line.words <= _LONGEST_DATELINE or len(line.text) <= LONGEST_DATE


def _is_dated(block: Block, line: Line) -> bool:
    """Whether a line with a number is short and called a date by the classes around it."""
    if line.prose or line.words > _LONGEST_DATELINE:
        return False
    element = block.element
    return "time" in block.inline or not _DATE_CLASSES.isdisjoint((*block.inline, *(element.tokens if element else ())))


def _is_bare(line: Line) -> bool:
    """Whether what stands with a date is no title: few words, or signs between, or all numbers close together."""
    numbers = list(_NUMBER.finditer(line.text))
    if numbers[-1].end() - numbers[0].start() <= _LONGEST_SPAN or _SEPARATOR.search(line.text):
        return True
    return count_words(_NUMBER.sub(" ", line.text)) <= _MOST_BARE_WORDS


def _is_clock(line: Line) -> bool:
    """Whether a line tells a time of day, and little else."""
    return _CLOCK.search(line.text) is not None and count_words(_NUMBER.sub(" ", line.text)) <= _MOST_CLOCK_WORDS


def _is_dateline(line: Line, book: Phrasebook) -> bool:
    """Whether a line is a date and things that stand beside one: "8 May 2025 | Updated 9:40 | 3 min read"."""
    parts = [part.strip() for part in _SEPARATOR.split(line.text)]
    if len(parts) < 2 or not any(map(is_date, parts)):
        return False
    return all(is_date(part) or any(match.label in _BESIDE_DATE for match in book.match(part)) for part in parts)
