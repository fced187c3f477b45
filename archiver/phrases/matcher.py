"""The matcher: a line of text enters, the phrases that it is, begins with or holds leave.

Whole lines are a dictionary look-up of the folded line. Beginnings, also those of phrases with an open slot
(``written by {name}``), are found by bisection among all of them, or by the line's last two characters where the
slot comes first; a colon at the end of a line, which folding takes away, is given back for them. A phrase that
may stand anywhere is looked for only in lines that hold one certain word of it. Short lines are remembered,
since menus and boxes are the same on many pages.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from archiver.document import Label
from archiver.phrases.files import Kind, Phrase
from archiver.phrases.folding import MARKS, NUMBER, fold, fold_phrase

LONGEST_LINE = 120
"""Characters of the longest line that can be a phrase as a whole; the longest phrase has under 100."""
LONGEST_SEARCHED = 300
"""Characters of the longest line that is searched for a phrase in its middle: longer ones are prose."""
_BEGINNING = 80
"""Characters of a longer line that are looked at; the longest beginning has under 60."""
_KEY = 2
"""Characters by which a line is sorted out before it is compared with any beginning or ending."""
_LONGEST_REMEMBERED = 60
_REMEMBERED = 8_192
"""Lines that a book remembers, with the phrases they hold."""
_LONGEST_NAME = 60
_LONGEST_UNCASED_NAME = 12
"""A personal name in a script without capitals or spaces; twelve Kana write most foreign names."""
_MOST_NAME_WORDS = 8
"""Two full names and the word between them."""
_LONGEST_PARTICLE = 3
"""Words of a name that may begin small: von, van, de, and, und."""
_LONGEST_DATE = 45
_LONGEST_SITE = 60
_MOST_UNCASED_WORDS = 5
"""In a script without capitals any words look like a name; five hold the longest Arabic one."""
_LEAST_SITE_WORDS = 2
"""Words of a site that a sentence may go on after: one word may be its subject ("She presents: …")."""
_COLONS = (":", "：")
_LEADS = (":", "-", "|", "]", "/", "=", ">")
"""Signs at the end of a beginning without which a line is another: "More: …" does not speak of a line "More"."""

_SLOT = re.compile(r"\{(name|date|site)\}")
_LEADING = re.compile(r"^[^\w©{]+")
"""Bullets and brackets that `fold` takes from the beginning of a line."""
_WORDS = re.compile(r"\w+")
_ASCII_WORDS = bytes(byte if chr(byte).isalnum() or byte == ord("_") else ord(" ") for byte in range(128)).ljust(256)
"""ASCII with a space for all that stands in no word: what `_WORDS` would find, to be split in a third of the time."""
_ADDRESS = re.compile(r"[(<\[]?[\w.+-]+@[\w-]+\.[\w.-]+\W*$")
"""An e-mail address at the end of a line."""
_NAME_ENDS = re.compile(r"\s*[|•·]")
_NO_NAME = re.compile(r"[0!?;:…\"。「『《]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_THAI = re.compile(r"[\u0e01-\u0e5b]")
"""Letters of a script that has no spaces between words, but one between the two names of a person."""
_LONGEST_THAI_NAME = 32
_MOST_THAI_NAMES = 3
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_HANGUL_NAMES = re.compile(r"(?:\w+ ?= ?)?[\uac00-\ud7a3]{2,4}(?: ?[,/] ?[\uac00-\ud7a3]{2,4})*")
"""Korean names of two to four syllables, after the place they write from: ``서울=홍길동, 김영희``."""


SLOTS = "{n}, {name}, {date}, {site} and {network}"
_KNOWN_SLOTS = re.compile(r"\{(?:n|name|date|site|network)\}")


def is_matchable(phrase: str) -> bool:
    """Whether a phrase can match a line: it has a letter or a digit, and every brace is part of a slot."""
    rest = _KNOWN_SLOTS.sub("", phrase)
    return "{" not in rest and "}" not in rest and _WORDS.search(rest) is not None


class Match(NamedTuple):
    """What fired: the label it speaks for, how it matched (a `Kind`), the phrase as written, and where."""

    label: Label
    how: Kind
    phrase: str
    source: str


class _Pattern(NamedTuple):
    """A phrase with something open: `slot` is ``rest``, ``name``, ``date`` or ``site``."""

    before: str
    slot: str
    after: str
    match: Match

    @property
    def goes_on(self) -> bool:
        """Whether the line may go on after the phrase and its slot."""
        return self.match.how is Kind.START and self.after != ""


class Phrasebook:
    """Phrases compiled for matching. Of equal phrases the first one given wins."""

    def __init__(self, phrases: Iterable[Phrase], networks: Sequence[str] = ()) -> None:
        self._whole: dict[str, Match] = {}
        self._endings: dict[str, list[_Pattern]] = {}
        self._middles: list[_Pattern] = []
        self._inside: dict[str, list[tuple[str, Match]]] = {}
        self._unspaced: list[tuple[str, Match]] = []
        beginnings: list[_Pattern] = []
        for phrase in phrases:
            match = Match(phrase.label, phrase.kind, phrase.text, phrase.source)
            for text in _spell_out(phrase.text, networks):
                self._add(text, match, beginnings)
        for patterns in self._endings.values():
            patterns.sort(key=_precedence)
        self._beginnings = _Beginnings(beginnings)
        self._words = frozenset(word.encode() for word in self._inside)
        self._any_unspaced = re.compile("|".join(re.escape(text) for text, _ in self._unspaced) or "(?!)")
        self._recall = lru_cache(_REMEMBERED)(self._match)

    def match(self, line: str) -> tuple[Match, ...]:
        """Every way in which phrases speak of `line`: as a whole, by its beginning, by what it holds.

        The strongest comes first. Long lines are judged by their beginning alone.
        """
        return self._recall(line) if len(line) <= _LONGEST_REMEMBERED else self._match(line)

    def _match(self, line: str) -> tuple[Match, ...]:
        length = len(line)
        cased = fold(line if length <= LONGEST_SEARCHED else line[:_BEGINNING])
        if not cased:
            return ()
        folded = cased.lower()
        whole = self._whole.get(folded)
        if whole is not None:
            return (whole,)
        found = self._open(f"{cased}:", f"{folded}:") if line.rstrip().endswith(_COLONS) else []
        found = found or self._open(cased, folded)
        if length <= LONGEST_SEARCHED:
            found += self._held(folded)
        return tuple(found) or self._signed(line)

    def _signed(self, line: str) -> tuple[Match, ...]:
        """The bylines that a line is before the address of its writer: ``홍길동 기자 hong@example.com``."""
        bare = _ADDRESS.sub("", line) if "@" in line and len(line) <= LONGEST_LINE else line
        if bare == line:
            return ()
        return tuple([match for match in self._match(bare) if match.label is Label.BYLINE])

    def _add(self, text: str, match: Match, beginnings: list[_Pattern]) -> None:
        if "{" not in text and match.how not in (Kind.START, Kind.ANYWHERE):
            self._whole.setdefault(fold(text).lower(), match)
            return
        folded = fold_phrase(text)
        if match.how is Kind.ANYWHERE:
            self._add_inside(folded, match)
            return
        folded = _LEADING.sub("", folded)
        slot = _SLOT.search(folded)
        if slot:
            pattern = _Pattern(folded[: slot.start()].rstrip(), slot[1], folded[slot.end() :], match)
            self._add_pattern(pattern, beginnings)
            return
        if match.how is Kind.START:
            self._add_pattern(_Pattern(folded, "rest", "", match), beginnings)
        if match.how is not Kind.START or not folded.endswith(_LEADS):
            self._whole.setdefault(fold(text.replace("{n}", NUMBER)).lower(), match)

    def _add_pattern(self, pattern: _Pattern, beginnings: list[_Pattern]) -> None:
        if pattern.before:
            beginnings.append(pattern)
        elif pattern.goes_on:
            self._middles.append(pattern)
        else:
            self._endings.setdefault(pattern.after[-_KEY:], []).append(pattern)

    def _add_inside(self, folded: str, match: Match) -> None:
        if _UNSPACED.search(folded) or _HANGUL.search(folded) or _THAI.search(folded):
            self._unspaced.append((folded, match))
        else:
            self._inside.setdefault(max(_WORDS.findall(folded), key=len), []).append((folded, match))

    def _open(self, cased: str, folded: str) -> list[Match]:
        """The longest pattern that the line fits, if any."""
        patterns = self._beginnings.of(folded)
        if folded[-_KEY:] in self._endings:
            patterns = [*patterns, *self._endings[folded[-_KEY:]]]
        for group in (patterns, self._middles) if patterns else (self._middles,):
            for pattern in group:
                if pattern.after in folded and _fits(pattern, cased, folded):
                    return [pattern.match]
        return []

    def _held(self, folded: str) -> list[Match]:
        found: list[Match] = []
        if self._unspaced and self._any_unspaced.search(folded):
            found += [match for text, match in self._unspaced if text in folded]
        if not (folded.isascii() and self._words.isdisjoint(folded.encode().translate(_ASCII_WORDS).split())):
            for word in self._inside.keys() & set(_WORDS.findall(folded)):
                found += [match for text, match in self._inside[word] if text in folded]
        return sorted(found, key=lambda match: (match.source, match.phrase)) if len(found) > 1 else found


class _Beginnings:
    """Patterns by what they begin with. All that fit the beginning of a line are found by one bisection.

    Of the beginnings in alphabetical order that are not after the line, the last one begins with all those that
    the line begins with: it is the longest of them, or that is found among its own beginnings.
    """

    def __init__(self, patterns: Iterable[_Pattern]) -> None:
        by_text: dict[str, list[tuple[int, _Pattern]]] = {"": []}
        for ranked in enumerate(sorted(patterns, key=_precedence)):
            by_text.setdefault(ranked[1].before, []).append(ranked)
        self._texts = sorted(by_text)
        self._keys = frozenset(text[:_KEY] for text in self._texts if text)
        self._shorter: dict[str, str] = {}
        self._patterns: dict[str, list[_Pattern]] = {}
        for text in self._texts:
            parts = [text[:length] for length in range(len(text)) if text[:length] in by_text]
            self._shorter[text] = parts[-1] if parts else ""
            together = sorted(ranked for part in (*parts, text) for ranked in by_text[part])
            self._patterns[text] = [pattern for _, pattern in together]

    def of(self, folded: str) -> Sequence[_Pattern]:
        """The patterns that begin as the line does, those that say most first."""
        if folded[:_KEY] not in self._keys and folded[:1] not in self._keys:
            return ()
        text = self._texts[bisect_right(self._texts, folded) - 1]
        while not folded.startswith(text):
            text = self._shorter[text]
        return self._patterns[text]


def _precedence(pattern: _Pattern) -> tuple[bool, int]:
    """Sorts the patterns of which several may fit by how much of the line they fix."""
    return len(pattern.before) < _KEY, -len(pattern.before) - len(pattern.after)


def _spell_out(text: str, networks: Sequence[str]) -> Iterator[str]:
    """The phrase once for each network, where it leaves the network open."""
    if "{network}" not in text:
        yield text
    else:
        for network in networks:
            yield text.replace("{network}", network)


def _fits(pattern: _Pattern, cased: str, folded: str) -> bool:
    """Whether what stands in the pattern's slot is of the slot's kind."""
    start = len(pattern.before)
    stop = folded.find(pattern.after, start) if pattern.goes_on else len(folded) - len(pattern.after)
    edge = folded[start - 1 : start + 1]
    if start and (edge.isalnum() if pattern.slot == "name" else not _is_boundary(edge)):
        return False
    if pattern.slot == "rest":
        return True
    inner = cased[start:stop].strip(" :-")
    if not inner or not (pattern.goes_on or folded.endswith(pattern.after)):
        return False
    if pattern.slot == "date":
        return NUMBER in inner and len(inner) <= _LONGEST_DATE
    if pattern.slot == "site":
        return _is_name(inner, _LEAST_SITE_WORDS) if pattern.goes_on else len(inner) <= _LONGEST_SITE
    return _is_name(inner, least=1 if " " in pattern.before or ":" in cased[: start + 2] else 2)


def _is_boundary(pair: str) -> bool:
    """Whether a word may end between two characters; scripts without spaces allow it everywhere."""
    if len(pair) < 2 or not (pair[1].isalnum() or pair[1] in MARKS):
        return True
    if pair[1] in MARKS:
        return False
    return not (pair[0].isalnum() or pair[0] in MARKS) or bool(_UNSPACED.match(pair) or _THAI.match(pair))


def _is_name(text: str, least: int) -> bool:
    """Whether `text` has the form of one or two personal names of at least `least` words.

    After a lone word (``by {name}``) two are asked for: one may be any noun. A colon or more words make one enough.
    """
    text = _NAME_ENDS.split(text, maxsplit=1)[0]
    words = text.split()
    if _UNSPACED.search(text) or _HANGUL.search(text):
        return _is_uncased_name(text)
    if _THAI.search(text):
        return least <= len(words) <= _MOST_THAI_NAMES and len(text) <= _LONGEST_THAI_NAME and not _NO_NAME.search(text)
    most = _MOST_UNCASED_WORDS if text.lower() == text.upper() else _MOST_NAME_WORDS
    if not least <= len(words) <= most or len(text) > _LONGEST_NAME or _NO_NAME.search(text):
        return False
    return not words[0][0].islower() and all(len(word) <= _LONGEST_PARTICLE or not word[0].islower() for word in words)


def _is_uncased_name(text: str) -> bool:
    """Names without capitals are told by their length alone; a Korean one is a single word."""
    if _HANGUL.search(text):
        return _HANGUL_NAMES.fullmatch(text) is not None
    return len(text) <= _LONGEST_UNCASED_NAME and not _NO_NAME.search(text)
