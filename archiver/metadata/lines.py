"""The blocks of a document as lines in, what may be asked about each of them out: its bare text, its dates.

Dates are told apart by the words before them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import pairwise
from typing import NamedTuple

from archiver.document import Document, Element, Label, Verdict
from archiver.metadata.candidates import Candidate
from archiver.metadata.dates import read
from archiver.metadata.folding import tidy
from archiver.metadata.lexicon import calendar, names, plain
from archiver.metadata.persons import has_case

MAX_LINE_CHARS = 160
"""Longest line that is looked at for an author or a date."""
MAX_BARE_DATE_CHARS = 60
"""Longest line that is taken for a date line without a class name or a word that says so."""
PROSE_CHARS = 160
"""A kept line of this length is a paragraph."""
CLOSE_LINES = 10
"""Paragraphs of one article are hardly farther from each other; a notice at the end of a page is."""
MAX_TIME_CHARS = 30
"""Longest line that is taken for a day without a year, or for the time that reading takes."""
ANCESTORS = 2
"""Elements from a block upwards whose class names are read."""

ELSEWHERE = (Label.RELATED, Label.COMMENTS, Label.NAVIGATION)
"""Zones of other articles, other writers, and of menus."""
UNSIGNED = frozenset(
    (
        *ELSEWHERE,
        Label.SHARE,
        Label.NEWSLETTER,
        Label.COUNTER,
        Label.PROMO,
        Label.AD,
        Label.CONSENT,
        Label.LEGAL,
        Label.FORM,
    )
)
"""What nobody signs."""

_BEFORE_WORD = frozenset(" \n\t\u00a0(\"'“‘«")
_AFTER_WORD = frozenset(" \n\t\u00a0)\"'”’».,;:!?")
"""What stands around a word of a sentence; a part of an address has other signs beside it."""
_UNKNOWN = Verdict(Label.PARAGRAPH, False, "", 0.0)


class Kinds(NamedTuple):
    """Whether class names say that a line is that of the author, or of the date."""

    byline: bool
    date: bool


class Lines:
    """The blocks of a document as lines. What several finders ask about a line is found out once."""

    def __init__(self, document: Document) -> None:
        self.blocks = document.blocks
        self.language = document.language
        self.is_html = document.is_html
        self.fetched_at = document.source.fetched_at
        self.verdicts: Sequence[Verdict] = document.verdicts
        if len(self.verdicts) < len(self.blocks):
            self.verdicts = [*self.verdicts, *[_UNKNOWN] * (len(self.blocks) - len(self.verdicts))]
        self._bare: dict[int, str] = {}
        self._dated: dict[int, bool] = {}
        self._kinds: dict[Element | None, Kinds] = {}
        self._small: dict[str, bool] = {}

    def bare(self, number: int) -> str:
        """The line without bullets and the like, see `bare_line`."""
        if number not in self._bare:
            self._bare[number] = bare_line(self.blocks[number].text)
        return self._bare[number]

    def following(self, number: int) -> str:
        """The next line as it stands, empty after the last one."""
        return self.blocks[number + 1].text if number + 1 < len(self.blocks) else ""

    def is_dated(self, number: int) -> bool:
        """Whether there is a short line of this number, with a date in it."""
        if number not in self._dated:
            text = self.blocks[number].text if 0 <= number < len(self.blocks) else ""
            short = len(text) <= MAX_BARE_DATE_CHARS and has_digit(text)
            self._dated[number] = short and read(tidy(text)) is not None
        return self._dated[number]

    @cached_property
    def titles(self) -> frozenset[int]:
        """The lines that are the headline, by their label or as headings of the first rank."""
        pairs = enumerate(zip(self.blocks, self.verdicts, strict=True))
        return frozenset(n for n, (block, verdict) in pairs if verdict.label is Label.TITLE or block.level == 1)

    @cached_property
    def prose(self) -> tuple[int, int] | None:
        """The first of the paragraphs that are kept, and the last one that has another close before it."""
        pairs = enumerate(zip(self.blocks, self.verdicts, strict=True))
        prose = [n for n, (block, verdict) in pairs if verdict.kept and len(block.text) >= PROSE_CHARS]
        close = [n for before, n in pairwise(prose) if n - before <= CLOSE_LINES]
        return (prose[0], (close or prose)[-1]) if prose else None

    def tells_time(self, number: int) -> bool:
        """Whether there is a short line of this number with a date, a day, or the time that reading takes."""
        if self.is_dated(number):
            return True
        text = self.blocks[number].text if 0 <= number < len(self.blocks) else ""
        return len(text) <= MAX_TIME_CHARS and has_digit(text) and _tells_time(tidy(text))

    def kinds(self, number: int) -> Kinds:
        """What the class words of the inline elements at its beginning and of the elements it stands in say."""
        block = self.blocks[number]
        if block.element not in self._kinds:
            self._kinds[block.element] = _kinds(_tokens(block.element))
        outer = self._kinds[block.element]
        if not block.inline or (outer.byline and outer.date):
            return outer
        inner = _kinds(block.inline)
        return Kinds(outer.byline or inner.byline, outer.date or inner.date)

    def are_written_small(self, words: Iterable[str]) -> bool:
        """Whether the document writes all of the words without a capital as well: then they are no name.

        Where a script has no capitals, that tells nothing.
        """
        return all(map(self.is_written_small, words))

    def is_written_small(self, word: str) -> bool:
        """Whether the document writes the word, given in lower case, without a capital that it could have."""
        if word not in self._small:
            self._small[word] = has_case(word) and self._holds(word)
        return self._small[word]

    @cached_property
    def _text(self) -> str:
        return f" {' '.join([block.text for block in self.blocks])} "

    def _holds(self, word: str) -> bool:
        text, start = self._text, 0
        while (at := text.find(word, start)) >= 0:
            if text[at - 1] in _BEFORE_WORD and text[at + len(word)] in _AFTER_WORD:
                return True
            start = at + 1
        return False


def _tells_time(text: str) -> bool:
    """Whether a line is ``Jan 23`` or ``11 min read``."""
    words = text.strip("•·*-–— ").split()
    day = len(words) == 2 and any(plain(word.strip(".,")) in calendar().months for word in words)
    return day or names().reading.search(text) is not None


def _tokens(element: Element | None) -> tuple[str, ...]:
    """The class words of an element and of those it stands in."""
    tokens: tuple[str, ...] = ()
    for _ in range(ANCESTORS):
        if element is None:
            break
        tokens += element.tokens
        element = element.parent
    return tokens


@lru_cache(maxsize=2048)
def _kinds(tokens: tuple[str, ...]) -> Kinds:
    words = names()
    return Kinds(not words.byline_tokens.isdisjoint(tokens), not words.date_tokens.isdisjoint(tokens))


_BULLET = re.compile(r"^(?:[•·*‣▪●○–—-]\s+|[–—-](?=[^\W\d_])|(?:\.\s){2,}|<3\s)")
"""A bullet, the dash or the dots before a signature."""


def bare_line(text: str) -> str:
    """A line without bullet, without "Picture of", and, where it says all twice, once."""
    text = tidy(text)
    if not text[:1].isalnum():
        text = _BULLET.sub("", text)
    portrait = names().portrait.match(text)
    if portrait:
        text = text[portrait.end() :]
    picture = names().picture.search(text)
    if picture:
        text = text[: picture.start()]
    half = len(text) // 2
    if text[:half][:_START].rstrip() not in text[half:]:
        return text
    once = text[:half].strip()
    return once if once and once == text[-half:].strip() else text


_START = 8
"""Characters at a line's start that tell whether its second half may be the first one again."""


def says_what_date(text: str) -> bool:
    """Whether a line holds a word such as "published" or "updated"."""
    return bool(calendar().published.search(text) or calendar().modified.search(text))


def says_when(text: str) -> bool:
    """Whether a longer line says that it holds a date: by its words, by one between bars, by how long reading takes."""
    return says_what_date(text) or has_date_part(text) or names().reading.search(text) is not None


def is_dates(text: str) -> bool:
    """Whether a line is a date and that of a change: ``2024. február 10. Frissítve: 2024. február 11.``."""
    change = calendar().modified.search(text)
    if change is None:
        return False
    parts = text[: change.start()], text[change.end() :]
    return all(len(part) <= MAX_PART_CHARS and _EARLY_DIGIT.match(part) and read(part.strip()) for part in parts)


_EARLY_DIGIT = re.compile(r"\D{,15}\d")
"""What a date begins with: at most the day of the week before its first number."""


def has_digit(text: str) -> bool:
    """Whether a line may hold a date at all."""
    return bool(_DIGIT.search(text))


_DIGIT = re.compile(r"\d")


def has_date_part(text: str) -> bool:
    """Whether one of the parts of a line, between bars or points, is a date: ``Harbour | May 3, 2020 | Islands``."""
    parts = _BAR.split(text)
    return len(parts) > 1 and any(len(part) <= MAX_PART_CHARS and read(part.strip()) for part in parts)


_BAR = re.compile(r"\s[|·•]\s")
MAX_PART_CHARS = 45
"""Longest part of a line that is a date, with the weekday and the time."""


def dates_of(text: str, source: str, locator: str) -> Iterator[Candidate]:
    """The dates of a line: published first, then updated."""
    if not has_digit(text):
        return
    for field, part in _parts(text[: 2 * MAX_LINE_CHARS]):
        if has_digit(part) and read(part):
            yield Candidate(field, part.strip(), source, locator, text)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    words = calendar()
    updated, published = words.modified.search(text), words.published.search(text)
    if updated is None:
        yield "published", text
    elif published and published.start() > updated.start():
        yield "modified", text[updated.end() : published.start()]
        yield "published", text[published.end() :]
    else:
        yield "published", text[: updated.start()]
        yield "modified", text[updated.end() :]
