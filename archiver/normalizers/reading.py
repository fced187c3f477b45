"""What all normalizers want to know of a document's lines, found out once: size, phrases, prose, zones.

In comes a `Document`, out comes a `Reading` with one `Line` a block. A normalizer asks for it as often as it
likes: the last reading is remembered.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate
from pathlib import Path

from archiver.document import Block, Document, Label
from archiver.phrases import Kind, Match, Phrasebook, phrasebook
from archiver.words import count_words, words

# Prose is at least this many words with the punctuation of sentences; shorter lines may be anything.
PROSE_WORDS = 20
SHORT_PROSE_WORDS = 10
_PROSE_LINKS = 0.5
# A shorter line that holds a phrase of page furniture is no prose: a sign-up box, a notice.
_LONGEST_PHRASED = 40

_COUNTER = re.compile(r"\d[\d.,\u00a0 ]*[^\d]+")
_BETWEEN = " |·•,/-–"
_LONGEST_COUNTERS = 12
_COUNTED = (Label.COUNTER, Label.COMMENTS, Label.SHARE)

# Longest line that is compared with the title or taken for a name, a date or a network.
_SHORT_CHARS = 200

_SENTENCE_END = re.compile(r"[.!?…。！？؟।;:]['\"”’»)\]」』]*$")
_SENTENCE_INSIDE = re.compile(r"[.!?…。！？؟।،、,]['\"”’»)\]」』]*\s|[。！？、，]")
_NAME_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-])*\Z")
_SMALL_WORD = re.compile(r"(?<![^\W_])[a-zà-öø-ÿ\u0100-\u024f\u0370-\u058f][^\W\d_]*")
_PUNCTUATION = re.compile(r"[^\w\s]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")
_DATE_TOKEN = re.compile(r"\d+")
_LONGEST_DATE = 60
_MOST_DATE_WORDS = 5
_MOST_NAME_WORDS = 5
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Line:
    """One block as a normalizer sees it. `counters` is how many counters it is a row of, zero for other lines."""

    index: int
    text: str
    folded: str
    words: int
    link_density: float
    matches: tuple[Match, ...]
    prose: bool
    counters: int

    def match(self, label: Label, *kinds: Kind) -> Match | None:
        """The first phrase of `label` that was found in one of the ways `kinds`."""
        return next((match for match in self.matches if match.label is label and match.how in kinds), None)


@dataclass(frozen=True)
class Reading:
    """The lines of a document, and where its prose begins and ends.

    `first_prose` and `last_prose` are indices of blocks; a document without prose has its length and -1 there.
    """

    lines: tuple[Line, ...]
    title: str
    title_index: int | None
    first_prose: int
    last_prose: int

    @cached_property
    def small_words(self) -> frozenset[str]:
        """The words that the document writes without a capital."""
        return frozenset(word for line in self.lines for word in _SMALL_WORD.findall(line.text))

    @cached_property
    def _prose_sums(self) -> list[int]:
        return list(accumulate((line.words if line.prose else 0 for line in self.lines), initial=0))

    def prose_words(self, start: int = 0, stop: int | None = None) -> int:
        """How many words of prose the lines from `start` to before `stop` have."""
        sums = self._prose_sums
        return sums[len(self.lines) if stop is None else stop] - sums[start]

    def is_name(self, line: Line) -> bool:
        """Whether a line is a personal name: it looks like one, and none of its words is written small elsewhere.

        "The Bottom Line" and "Extension Cords" look like names; the text around them tells that they are none.
        """
        if not line.text or not is_name(line.text):
            return False
        return not any(word.lower() in self.small_words for word in words(line.text) if word[0].isupper())


# A heading that is this much of the declared title is the title; the rest names the site.
_LEAST_TITLE_SHARE = 0.4
_NO_LEVEL = 7


@lru_cache(maxsize=1)
def read(document: Document) -> Reading:
    """The reading of a document. It is made once and remembered until another document is read."""
    book = phrasebook(document.language)
    lines = tuple(_line(index, block, book) for index, block in enumerate(document.blocks))
    title = fold(document.title)
    title_index = _find_title(lines, document.blocks, title)
    start = 0 if title_index is None else title_index + 1
    prose = [line.index for line in lines[start:] if line.prose]
    first, last = (prose[0], prose[-1]) if prose else (len(lines), -1)
    return Reading(lines, title, title_index, first, last)


def fold(text: str) -> str:
    """A text for comparison: lower case, without punctuation, white space folded."""
    return " ".join(_PUNCTUATION.sub(" ", text).casefold().split())


def is_date(text: str) -> bool:
    """Whether a line is little else than a date: a year or a numeric date, and few other words.

    >>> is_date("Published on: 19 Jun, 2018"), is_date("In 2018 the company moved to a new office in Oslo")
    (True, False)
    """
    if len(text) > _LONGEST_DATE or not _YEAR.search(text):
        return False
    return len(_DATE_TOKEN.findall(text)) >= 2 and count_words(_DATE_TOKEN.sub(" ", text)) <= _MOST_DATE_WORDS


def is_name(text: str) -> bool:
    """Whether a line has the form of a personal name in a script with capitals: two to four capitalised words.

    >>> is_name("William Kim"), is_name("Ursula von der Leyen"), is_name("Related Posts"), is_name("Oslo")
    (True, True, True, False)
    """
    parts = text.split()
    if not 2 <= len(parts) <= _MOST_NAME_WORDS or len(text) > _LONGEST_NAME:
        return False
    if not all(_NAME_WORD.match(part) for part in parts) or parts[0].islower() or parts[-1].islower():
        return False
    return all((part[0].isupper() and not _is_acronym(part)) or part in name_particles() for part in parts)


def _is_acronym(word: str) -> bool:
    """Whether a word is all capitals, and not an initial with its full stop."""
    return len(word) > 2 and word.isupper()


@cache
def name_particles() -> frozenset[str]:
    """The small words inside names, such as "von" and "de la"."""
    table = tomllib.loads((Path(__file__).parent / "name_particles.toml").read_text(encoding="utf-8"))
    return frozenset(table["particles"])


def _line(index: int, block: Block, book: Phrasebook) -> Line:
    text = block.text
    matches = book.match(text)
    word_count = count_words(text)
    density = block.link_chars / max(len(text), 1)
    folded = fold(text) if len(text) <= _SHORT_CHARS else ""
    counters = _count_counters(text, book) if word_count <= _LONGEST_COUNTERS else 0
    prose = _is_prose(block, word_count, density, matches)
    return Line(index, text, folded, word_count, density, matches, prose, counters)


def _count_counters(text: str, book: Phrasebook) -> int:
    """How many counters a line is made of, such as "2274 Posts 0 Comments"; zero where it holds anything else."""
    parts = _COUNTER.findall(text)
    if len(parts) < 2 or "".join(parts) != text:
        return 0
    counted = (any(match.label in _COUNTED for match in book.match(part.strip(_BETWEEN))) for part in parts)
    return len(parts) if all(counted) else 0


def _is_prose(block: Block, words: int, density: float, matches: tuple[Match, ...]) -> bool:
    if density >= _PROSE_LINKS or words < SHORT_PROSE_WORDS or block.kind is Label.CAPTION:
        return False
    if any(match.how is not Kind.ANYWHERE for match in matches) or (matches and words < _LONGEST_PHRASED):
        return False
    if words >= PROSE_WORDS:
        return bool(_SENTENCE_END.search(block.text) or _SENTENCE_INSIDE.search(block.text))
    return bool(_SENTENCE_END.search(block.text) and _SENTENCE_INSIDE.search(block.text))


def _find_title(lines: tuple[Line, ...], blocks: list[Block], title: str) -> int | None:
    """The block that shows the title, the largest heading before any other; None where no block does.

    A declared title often goes on with the site's name, so a heading may be a part of it.
    """
    if not title:
        return None
    same = [line.index for line in lines if line.folded == title]
    part = [line.index for line in lines if blocks[line.index].kind is Label.HEADING and _is_part(line.folded, title)]
    headings = [index for index in same if blocks[index].kind is Label.HEADING] or part
    if headings:
        return min(headings, key=lambda index: blocks[index].level or _NO_LEVEL)
    return same[0] if same else None


def _is_part(text: str, title: str) -> bool:
    return len(text) >= _LEAST_TITLE_SHARE * len(title) and text in title
