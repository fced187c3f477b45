"""The lines around an article in, candidates for its authors and dates out.

Around the headline stand its byline and date line, known by their words, by the class names of their elements,
or by standing there alone; after the last paragraph stand the byline of some publications and a line about the
author. Of the lines further down only what all of them agree on counts, for other articles have bylines too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from archiver.document import Block, Document, Label
from archiver.metadata import signatures
from archiver.metadata.candidates import Candidate
from archiver.metadata.dates import read
from archiver.metadata.folding import fold, tidy
from archiver.metadata.lexicon import calendar, is_written_by, names
from archiver.metadata.lines import (
    ELSEWHERE,
    MAX_BARE_DATE_CHARS,
    MAX_LINE_CHARS,
    PROSE_CHARS,
    Lines,
    dates_of,
    has_date_part,
    has_digit,
    is_dates,
    says_when,
)
from archiver.metadata.people import after_own_opener, is_opened, split
from archiver.metadata.persons import person_at_start
from archiver.metadata.relative import day_before

BEFORE_PROSE = 40
AFTER_PROSE = 6
"""Lines of a plain text around its first paragraph in which its byline may stand."""
MENU_LINES = 25
"""More lines above the text are menus: there, what stands nearer to it counts first."""
DENSE_LINES = 15
"""Where an article begins, three paragraphs stand in so many lines; a notice above the menu is alone."""
TAIL_LINES = 20
"""So many last lines of a plain text may tell its author: what follows the article may have paragraphs too."""
BEFORE_TITLE = 12
AFTER_TITLE = 25
"""Blocks around the headline in which author and date of the article stand."""
MAX_BODY_CHARS = 60
"""A longer kept line is not looked at where it ends like a sentence: it may begin like a byline ("From now on …")."""
BYLINE_LINES = 4
"""So many lines below the headline a bare name is its author."""
AFTER_TEXT = 30
"""Lines after the last paragraph of a plain text in which its byline may stand."""
AFTER_END = 15
"""Blocks after the last kept one in which the article's own byline may stand."""
BESIDE = 2
"""Below the article, the date that belongs to a credit stands at most so many lines from it."""
MAX_OPENER_CHARS = 40
MAX_ELEMENT_WORDS = 4
"""Longest text of an element below the headline that is believed to be a name because its class says so."""

_OF_AUTHORS = (Label.BYLINE, Label.AUTHOR_BIO)
_SENTENCE_ENDS = (".", "!", "?", ":", "…", "。", "！", "？", "”", '"')
_WORD = re.compile(r"[^\W\d_]+")


def near(document: Document, headline: int) -> Sequence[int]:
    """The blocks around the headline, nearest first; of a plain text the lines around its first paragraph, and last.

    The first paragraph may stand far above the others: a summary, or a notice above the menu.
    """
    if document.is_html:
        around = range(max(0, headline - BEFORE_TITLE), min(len(document.blocks), headline + AFTER_TITLE))
        return sorted(around, key=lambda number: (abs(number - headline), number < headline))
    pairs = zip(document.blocks, document.verdicts, strict=False)
    prose = [number for number, (block, verdict) in enumerate(pairs) if verdict.kept and len(block.text) >= PROSE_CHARS]
    dense = (number for number, third in zip(prose, prose[2:], strict=False) if third - number <= DENSE_LINES)
    first = next(dense, prose[0] if prose else 0)
    last = prose[-1] if prose else 0
    numbers = range(len(document.blocks))
    windows = (
        numbers[max(0, prose[0] - BEFORE_PROSE) : prose[0] + AFTER_PROSE] if prose else numbers[:0],
        numbers[max(0, first - BEFORE_PROSE) : first + AFTER_PROSE],
        numbers[max(0, min(last - 1, len(numbers) - TAIL_LINES)) : last + AFTER_TEXT],
    )
    found = sorted({number for window in windows for number in window})
    return sorted(found, key=lambda number: abs(number - first)) if first > MENU_LINES else found


def find(document: Document, headline: int, around: Sequence[int]) -> Iterator[Candidate]:
    """Candidates of the lines `around` the headline, as `near` gives them, then of those after the article's end."""
    finder = _Surroundings(Lines(document))
    for number in around:
        yield from finder.beside_headline(number, _is_below(number, headline, finder.lines))
    yield from finder.after_end(frozenset(around))


def _is_below(number: int, headline: int, lines: Lines) -> bool:
    """Whether a line stands right below the headline, of a text: anywhere before its last paragraph."""
    if lines.is_html:
        return 0 < number - headline <= BYLINE_LINES
    return lines.prose is None or number < lines.prose[1]


class _Surroundings:
    """The lines of a document that may tell authors and dates."""

    def __init__(self, lines: Lines) -> None:
        self.lines = lines
        self._blocks = lines.blocks
        self._verdicts = lines.verdicts
        self._is_html = lines.is_html

    def beside_headline(self, number: int, below: bool) -> Iterator[Candidate]:
        """What a short line near the headline says of author and date, by its words, class names or place."""
        block, verdict = self._blocks[number], self._verdicts[number]
        if block.level == 1 or len(block.text) > MAX_LINE_CHARS:
            return
        if block.kind is Label.TABLE and verdict.kept and self._is_html:
            return
        if verdict.kept and len(block.text) > MAX_BODY_CHARS and (self._is_html or block.text.endswith(_SENTENCE_ENDS)):
            if is_dates(block.text):
                yield from dates_of(tidy(block.text), "date-line", f"block {number}")
            if not (has_date_part(block.text) and is_opened(block.text, self.lines.language)):
                return
        if verdict.label in ELSEWHERE if self._is_html else verdict.label is Label.LEGAL:
            return
        kinds, text, locator = self.lines.kinds(number), self.lines.bare(number), f"block {number}"
        yield from self._authors(number, text, below)
        text = with_next_line(self._blocks, number, text)
        if not has_digit(text):
            return
        yield from self._relative(text, locator)
        if kinds.byline or kinds.date:
            yield from dates_of(text, "date-element", locator)
        elif len(text) <= MAX_BARE_DATE_CHARS or is_opened(text) or says_when(text):
            yield from dates_of(text, "date-line", locator)

    def _relative(self, text: str, locator: str) -> Iterator[Candidate]:
        """The day of a line such as ``Updated 3 hours ago``, where it is known when the page was fetched."""
        day = day_before(text, self.lines.fetched_at) if self.lines.fetched_at else None
        if day:
            field = "modified" if calendar().modified.search(text) else "published"
            yield Candidate(field, day.isoformat(), "relative", locator, text)

    def _authors(self, number: int, text: str, below: bool) -> Iterator[Candidate]:
        block, locator = self._blocks[number], f"block {number}"
        if credit := self._credit(number, text):
            yield Candidate("authors", credit, self._credit_source(below), locator, credit)
        elif self.lines.kinds(number).byline:
            named = below and not names().byline_tokens.isdisjoint((*block.inline, *_own_tokens(block)))
            source = "author-element" if named and len(text.split()) <= MAX_ELEMENT_WORDS else "byline-element"
            yield Candidate("authors", text, source, locator, block.text)
        elif (below or not self._is_html) and signatures.is_bare_name(self.lines, number):
            source = "name-line" if self._is_html or not below else "signature"
            yield Candidate("authors", text, source, locator, block.text)
        elif not self._is_html and signatures.is_desk(self.lines, number):
            yield Candidate("authors", text, "desk-line", locator, block.text)

    def _credit_source(self, below: bool) -> str:
        return "headline-byline" if below else "byline-line" if self._is_html else "tail-line"

    def _credit(self, number: int, text: str) -> str:
        """A line that opens like a byline; where it is the opening alone, with the line after it."""
        if own := after_own_opener(text, self.lines.language):
            return own
        if not is_opened(text, self.lines.language):
            return ""
        following = self.lines.following(number)
        if len(text) <= MAX_OPENER_CHARS and is_written_by(text) and len(following) <= MAX_LINE_CHARS:
            text = f"{text} {tidy(following)}"
        named = [word.lower() for name in split(text) for word in _WORD.findall(name)]
        return "" if named and self.lines.are_written_small(named) else text

    def after_end(self, around: frozenset[int]) -> Iterator[Candidate]:
        """The one credit that the lines below the article agree on, and the date beside it."""
        credits: dict[str, tuple[int, Candidate]] = {}
        days: dict[date, tuple[int, Candidate]] = {}
        first, last = self._ends()
        for number in self._below(first, last, around):
            if self._may_tell(number):
                for candidate in self._far(number):
                    credits.setdefault(fold("".join(split(candidate.value))), (number, candidate))
                yield from self._far_date(number)
            if number > last:
                for day, candidate in self._bare_date(number):
                    days.setdefault(day, (number, candidate))
        credits.pop("", None)
        if len(credits) == 1:
            ((place, credit),) = credits.values()
            yield credit
            beside = {day: found for day, found in days.items() if abs(found[0] - place) <= BESIDE}
            days = beside or days
        if len(days) == 1:
            yield from (candidate for _, candidate in days.values())

    def _ends(self) -> tuple[int, int]:
        """The first and the last line that is kept; where none is, an end before any start."""
        pairs = zip(self._blocks, self._verdicts, strict=True)
        kept = [number for number, (block, verdict) in enumerate(pairs) if verdict.kept and block.text]
        return (kept[0], kept[-1]) if kept else (len(self._blocks), -AFTER_END)

    def _below(self, first: int, last: int, around: frozenset[int]) -> Iterator[int]:
        """The lines in and below the article that are no part of it, and those of its last ones that sign it."""
        for number in range(max(first, min(around, default=0)), min(len(self._blocks), last + AFTER_END)):
            verdict = self._verdicts[number]
            if (self._is_html and number in around) or verdict.label in ELSEWHERE:
                continue
            if not verdict.kept or (number >= last - BESIDE and self._is_signed(number)):
                yield number

    def _bare_date(self, number: int) -> Iterator[tuple[date, Candidate]]:
        """The day of a line that is a date and little else, by its label or the class names of its element."""
        block = self._blocks[number]
        if len(block.text) > MAX_BARE_DATE_CHARS or not has_digit(block.text):
            return
        if self._verdicts[number].label is not Label.DATE and not self.lines.kinds(number).date:
            return
        for candidate in dates_of(tidy(block.text), "tail-line", f"block {number}"):
            stamp = read(candidate.value) if candidate.field == "published" else None
            if stamp:
                yield stamp.day, candidate

    def _is_signed(self, number: int) -> bool:
        """Whether a last line of the text says in so many words who wrote it: ``Authors: Jane Doe and John Roe``."""
        text = self._blocks[number].text
        label, colon, _ = text[:MAX_OPENER_CHARS].partition(":")
        return bool(colon) and len(text) <= MAX_LINE_CHARS and is_written_by(label)

    def _far_date(self, number: int) -> Iterator[Candidate]:
        """The date of a line that says when something was published, if it is no part of the text."""
        block = self._blocks[number]
        if len(block.text) <= MAX_BARE_DATE_CHARS and calendar().published.match(block.text):
            text = with_next_line(self._blocks, number, tidy(block.text))
            yield from dates_of(text, "far-block", f"block {number}")

    def _may_tell(self, number: int) -> bool:
        """Whether a line is labelled as that of the author, or begins like a byline or a date line."""
        text = self._blocks[number].text
        if not text[:1].isalnum() or self._verdicts[number].label in _OF_AUTHORS:
            return True
        return names().opener.may_open(text) or calendar().published.may_open(text)

    def _far(self, number: int) -> Iterator[Candidate]:
        block, verdict = self._blocks[number], self._verdicts[number]
        if verdict.label is Label.AUTHOR_BIO and not names().opener.match(tidy(block.text[:MAX_LINE_CHARS])):
            person = person_at_start(tidy(block.text[:MAX_LINE_CHARS]))
            if person:
                yield Candidate("authors", person, "bio", f"block {number}", block.text)
        elif len(block.text) <= MAX_LINE_CHARS:
            text = self.lines.bare(number)
            credit = self._credit(number, text) if names().opener.match(text) else ""
            if credit or verdict.label is Label.BYLINE:
                yield Candidate("authors", credit or text, "tail-line", f"block {number}", credit or block.text)


def with_next_line(blocks: Sequence[Block], number: int, text: str) -> str:
    """The text of a block that only says what a date is ("Published:"), with the date in the line after it."""
    words = calendar()
    if len(text) > MAX_OPENER_CHARS or has_digit(text) or not words.dated.match(text):
        return text
    following = blocks[number + 1].text if number + 1 < len(blocks) else ""
    return f"{text} {tidy(following)}" if len(following) <= MAX_BARE_DATE_CHARS else text


def _own_tokens(block: Block) -> tuple[str, ...]:
    return block.element.tokens if block.element else ()
