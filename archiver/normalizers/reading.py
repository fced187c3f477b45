"""What all normalizers want to know of a document's lines, found out once: size, phrases, prose, zones.

In comes a `Document`, out comes a `Reading` with one `Line` a block. A normalizer asks for it as often as it
likes: the last reading is remembered.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from itertools import accumulate, pairwise
from pathlib import Path
from unicodedata import decimal

from archiver.document import Block, Document, Label
from archiver.phrases import Kind, Match, Phrasebook, phrasebook
from archiver.sentences import CLOSING, SENTENCE_STOPS, unspaced_letters
from archiver.words import block_words, count_words, words

# Prose is at least this many words with the punctuation of sentences; shorter lines may be anything.
PROSE_WORDS = 20
SHORT_PROSE_WORDS = 10
_PROSE_LINKS = 0.5
_MENU_LINKS = 0.8
# A shorter line that holds a phrase of page furniture is no prose: a sign-up box, a notice.
_LONGEST_PHRASED = 40

_COUNTER = re.compile(r"\d[\d.,\u00a0 ]*[^\d]+")
_BETWEEN = " |·•,/-–"
_LONGEST_COUNTERS = 12
_COUNTED = (Label.COUNTER, Label.COMMENTS, Label.SHARE)

# Longest line that is compared with the title or taken for a name, a date or a network.
_SHORT_CHARS = 200

_SENTENCE_ENDS = tuple(SENTENCE_STOPS + ";:")
_SENTENCE_INSIDE = re.compile(rf"[{re.escape(SENTENCE_STOPS)}،、,][{re.escape(CLOSING)}]*\s|[。！？、，]")
# So many letters of a script without spaces and full stops are prose.
_UNSPACED_PROSE = 60
_NAME_WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|['’.\-])*\Z")
_SMALL_WORD = re.compile(r"(?<![^\W_])[a-zà-öø-ÿ\u0100-\u024f\u0370-\u058f][^\W\d_]*")
_CRUMBS = re.compile(r"^[^>›»/|]{1,40}(?:(?:\s[>›»]\s[^>›»/|]{1,120})+|(?:\s/\s[^>›»/|\d]{1,120}){2,})$")
_CRUMB = re.compile(r"[>›»/]")
_AROUND_WORDS = ".,;:!?()[]\"'-/"
_PUNCTUATION = re.compile(r"[^\w\s]+")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)|(?<!\d)\d{1,2}[./-]\d{1,2}[./-]\d{2}(?!\d)")
# Years of the Persian and the Buddhist calendar, which stand beside words of other scripts than Latin.
_OTHER_YEAR = re.compile(r"(?<!\d)(?:1[34]|25)\d{2}(?!\d)")
_DATE_TOKEN = re.compile(r"\d+")
_IN_OTHER_SCRIPT = re.compile("[\u0600-\u0e7f]")
LONGEST_DATE = 60
_MOST_DATE_WORDS = 5
_MOST_NAME_WORDS = 5
_LONGEST_NAME = 40
# Short lines remembered with what is known of them: menus and boxes are the same on many pages.
_REMEMBERED = 8_192


@dataclass(slots=True, eq=False)
class Line:
    """One block as a normalizer sees it. `counters` is how many counters it is a row of, zero for other lines."""

    index: int
    text: str
    words: int
    link_density: float
    matches: tuple[Match, ...]
    prose: bool
    counters: int
    _folded: str | None = None

    @property
    def folded(self) -> str:
        """The text for comparison, empty for long lines."""
        if self._folded is None:
            self._folded = fold(self.text) if len(self.text) <= _SHORT_CHARS else ""
        return self._folded

    @property
    def is_menu(self) -> bool:
        """Whether a block of a page has several links, each on a line of its own."""
        if "\n" not in self.text:
            return False
        return self.link_density * len(self.text) >= _MENU_LINKS * (len(self.text) - self.text.count("\n"))

    def match(self, label: Label, *kinds: Kind) -> Match | None:
        """The first phrase of `label` that was found in one of the ways `kinds`."""
        for match in self.matches:
            if match.label is label and match.how in kinds:
                return match
        return None


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
    def _written(self) -> set[str]:
        """All that stands between white space."""
        return set("\n".join([line.text for line in self.lines]).split())

    @cached_property
    def _small_words(self) -> set[str]:
        """The words without a capital that do not stand between white space, or are written in other letters."""
        rest = {part.strip(_AROUND_WORDS) for part in self._written if not (part.isascii() and part.isalpha())}
        plain = {part for part in rest if part.isascii() and part.isalpha()}
        return plain.union(_SMALL_WORD.findall(" ".join(rest - plain)))

    def has_small(self, word: str) -> bool:
        """Whether the document writes a word, given in lower case, without a capital."""
        return word in self._small_words or (word in self._written and _SMALL_WORD.fullmatch(word) is not None)

    @cached_property
    def body(self) -> tuple[int, int]:
        """The first and the last prose of the article's body, as indices of blocks.

        Little prose beyond a long run of short lines, with phrases of page furniture among them, is none of it: a
        notice above the menu, a slogan in the footer.
        """
        prose = [line.index for line in self.lines[self.first_prose :] if line.prose]
        if not prose:
            return self.first_prose, self.last_prose
        first, last = self._edge(prose, 1), self._edge(prose[::-1], -1)
        return (first, last) if first <= last else (self.first_prose, self.last_prose)

    def _edge(self, prose: list[int], step: int) -> int:
        """The outermost prose of the body, among all prose counted from that end."""
        edge, words = prose[0], 0
        most = _LITTLE_PROSE * self.prose_words(self.first_prose)
        for one, other in pairwise(prose):
            words += self.lines[one].words
            if words > most:
                break
            if abs(other - one) > _LONG_RUN and self._is_furnished(other, step):
                edge = other
        return edge

    def _is_furnished(self, edge: int, step: int) -> bool:
        """Whether the lines beyond an edge hold enough phrases of page furniture to be the menu or the footer."""
        beyond = self.lines[:edge] if step > 0 else self.lines[edge + 1 :]
        short = [line for line in beyond if line.words and not line.prose]
        kinds = [match.how for line in short for match in line.matches[:1] if match.how is not Kind.ANYWHERE]
        telling = sum(kind is not Kind.HINT for kind in kinds)
        return telling >= _FEWEST_PHRASES and len(kinds) >= _LEAST_PHRASED * len(short)

    @cached_property
    def matched(self) -> tuple[Line, ...]:
        """The lines that match a phrase."""
        return tuple([line for line in self.lines if line.matches])

    @cached_property
    def names(self) -> tuple[Line, ...]:
        """The lines that are personal names."""
        return tuple([line for line in self.lines if self.is_name(line)])

    @cached_property
    def _prose_sums(self) -> list[int]:
        return list(accumulate((line.words if line.prose else 0 for line in self.lines), initial=0))

    def prose_words(self, start: int = 0, stop: int | None = None) -> int:
        """How many words of prose the lines from `start` to before `stop` have."""
        sums = self._prose_sums
        return sums[len(self.lines) if stop is None else stop] - sums[start]

    def is_between_prose(self, line: Line) -> bool:
        """Whether the lines right above and below a line of the body, those without text passed by, are prose."""
        ways = range(line.index - 1, -1, -1), range(line.index + 1, len(self.lines))
        return all(next((self.lines[index].prose for index in way if self.lines[index].text), False) for way in ways)

    def is_name(self, line: Line) -> bool:
        """Whether a line is a personal name: it looks like one, and none of its words is written small elsewhere.

        "The Bottom Line" and "Extension Cords" look like names; the text around them tells that they are none.
        """
        text = line.text
        if not text or len(text) > _LONGEST_NAME or not _is_short_name(text):
            return False
        return not any(self.has_small(word.lower()) for word in words(line.text) if word[0].isupper())


# Prose beyond so many other lines, and with no more than this share of the words, may be none of the body.
_LONG_RUN = 6
_LITTLE_PROSE = 0.12
# How many of the short lines out there are surely phrases of page furniture, at least, and what share are any.
_FEWEST_PHRASES = 2
_LEAST_PHRASED = 0.1

# A heading that is this much of the declared title is the title; the rest names the site.
_LEAST_TITLE_SHARE = 0.4
_NO_LEVEL = 7


@lru_cache(maxsize=1)
def read(document: Document) -> Reading:
    """The reading of a document. It is made once and remembered until another document is read."""
    book = phrasebook(document.language, document.phrases)
    counts = block_words(document)
    lines = tuple([_line(index, block, counts[index], book) for index, block in enumerate(document.blocks)])
    title = fold(document.title)
    title_index = _find_title(lines, document.blocks, title)
    start = 0 if title_index is None else title_index + 1
    prose = [line.index for line in lines[start:] if line.prose]
    first, last = (prose[0], prose[-1]) if prose else (len(lines), -1)
    return Reading(lines, title, title_index, first, last)


def fold(text: str) -> str:
    """A text for comparison: lower case, without punctuation, white space folded."""
    return " ".join(_PUNCTUATION.sub(" ", text).casefold().split())


def has_digit(text: str) -> bool:
    """Whether a character of a text is a digit, a superscript one too."""
    return _DATE_TOKEN.search(text) is not None or (not text.isascii() and any(map(str.isdigit, text)))


def is_date(text: str) -> bool:
    """Whether a line is little else than a date: a year or a numeric date, and few other words.

    >>> is_date("Published on: 19 Jun, 2018"), is_date("In 2018 the company moved to a new office in Oslo")
    (True, False)
    """
    return len(text) <= LONGEST_DATE and _is_short_date(text)


@lru_cache(_REMEMBERED)
def _is_short_date(text: str) -> bool:
    if len(_DATE_TOKEN.findall(text)) < 2:
        return False
    told = text if text.isascii() else "".join([str(decimal(char, char)) for char in text])
    if not (_YEAR.search(told) or (_IN_OTHER_SCRIPT.search(text) and _OTHER_YEAR.search(told))):
        return False
    return count_words(_DATE_TOKEN.sub(" ", text)) <= _MOST_DATE_WORDS


def is_crumbs(text: str) -> bool:
    """Whether a line is a path through the site.

    >>> is_crumbs("Home > World > Europe"), is_crumbs("Cats / Dogs"), is_crumbs("Cats, dogs > mice")
    (True, False, True)
    """
    return _CRUMB.search(text) is not None and _CRUMBS.match(text) is not None


def is_name(text: str) -> bool:
    """Whether a line has the form of a personal name in a script with capitals: two to four capitalised words.

    >>> is_name("William Kim"), is_name("Ursula von der Leyen"), is_name("Related Posts"), is_name("Oslo")
    (True, True, True, False)
    """
    return len(text) <= _LONGEST_NAME and _is_short_name(text)


@lru_cache(_REMEMBERED)
def _is_short_name(text: str) -> bool:
    parts = text.split()
    if not 2 <= len(parts) <= _MOST_NAME_WORDS or not all(map(_is_name_part, parts)):
        return False
    return not (parts[0].islower() or parts[-1].islower())


def _is_name_part(word: str) -> bool:
    if word[0].isupper():
        return not _is_acronym(word) and _NAME_WORD.match(word) is not None
    return word in name_particles() and _NAME_WORD.match(word) is not None


def _is_acronym(word: str) -> bool:
    """Whether a word is all capitals, and not an initial with its full stop."""
    return len(word) > 2 and word.isupper()


@cache
def name_particles() -> frozenset[str]:
    """The small words inside names, such as "von" and "de la"."""
    table = tomllib.loads((Path(__file__).parent / "name_particles.toml").read_text(encoding="utf-8"))
    return frozenset(table["particles"])


def _line(index: int, block: Block, words: int, book: Phrasebook) -> Line:
    text = block.text
    matches = book.match(text)
    density = block.link_chars / max(len(text), 1)
    counters = _count_counters(text, book) if words <= _LONGEST_COUNTERS and text[:1].isdecimal() else 0
    prose = words >= SHORT_PROSE_WORDS and _is_prose(block, words, density, matches)
    return Line(index, text, words, density, matches, prose, counters)


def _count_counters(text: str, book: Phrasebook) -> int:
    """How many counters a line is made of, such as "2274 Posts 0 Comments"; zero where it holds anything else."""
    parts = _COUNTER.findall(text)
    if len(parts) < 2 or "".join(parts) != text:
        return 0
    counted = (any(match.label in _COUNTED for match in book.match(part.strip(_BETWEEN))) for part in parts)
    return len(parts) if all(counted) else 0


def _is_prose(block: Block, words: int, density: float, matches: tuple[Match, ...]) -> bool:
    if density >= _PROSE_LINKS or block.kind is Label.CAPTION:
        return False
    if matches and (words < _LONGEST_PHRASED or any(match.how is not Kind.ANYWHERE for match in matches)):
        return False
    ended = block.text.rstrip(CLOSING).endswith(_SENTENCE_ENDS)
    if words >= PROSE_WORDS:
        reads = ended or _SENTENCE_INSIDE.search(block.text) is not None
    else:
        reads = ended and _SENTENCE_INSIDE.search(block.text) is not None
    return reads or unspaced_letters(block.text) >= _UNSPACED_PROSE


def _find_title(lines: tuple[Line, ...], blocks: list[Block], title: str) -> int | None:
    """The block that shows the title, the largest heading before any other; None where no block does.

    A declared title often goes on with the site's name, so a heading may be a part of it.
    """
    if not title:
        return None
    same = [line.index for line in lines if _begins_like(line.text, title) and line.folded == title]
    part = [line.index for line in lines if blocks[line.index].kind is Label.HEADING and _is_part(line.folded, title)]
    headings = [index for index in same if blocks[index].kind is Label.HEADING] or part
    if headings:
        return min(headings, key=lambda index: blocks[index].level or _NO_LEVEL)
    return same[0] if same else None


def _begins_like(text: str, title: str) -> bool:
    """Whether the folded text may begin as the title does, told without folding it."""
    first = text[:1]
    return not first.isalnum() or title.startswith(first.casefold())


def _is_part(text: str, title: str) -> bool:
    return len(text) >= _LEAST_TITLE_SHARE * len(title) and text in title
