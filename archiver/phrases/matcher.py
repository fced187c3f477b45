"""The matcher: a line of text enters, the phrases that it is, begins with or holds leave.

Whole lines are a dictionary look-up of the folded line. Beginnings and phrases with an open slot
(``written by {name}``) are found by the first two characters of the line, or its last two where the slot
comes first; a colon at the end of a line, which folding takes away, is given back for them. A phrase that may
stand anywhere is looked for only in lines that hold one certain word of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from archiver.document import Label
from archiver.phrases.files import Kind, Phrase
from archiver.phrases.folding import NUMBER, fold, fold_phrase

LONGEST_LINE = 120
"""Characters of the longest line that can be a phrase as a whole; the longest phrase has under 100."""
LONGEST_SEARCHED = 300
"""Characters of the longest line that is searched for a phrase in its middle: longer ones are prose."""
_BEGINNING = 80
"""Characters of a longer line that are looked at; the longest beginning has under 60."""
_KEY = 2
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
_NAME_ENDS = re.compile(r"\s*[|•·]")
_NO_NAME = re.compile(r"[0!?;:…\"。「『《]")
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_HANGUL_NAMES = re.compile(r"(?:\w+ ?= ?)?[\uac00-\ud7a3]{2,4}(?: ?[,/] ?[\uac00-\ud7a3]{2,4})*")
"""Korean names of two to four syllables, after the place they write from: ``서울=홍길동, 김영희``."""


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
        self._beginnings: dict[str, list[_Pattern]] = {}
        self._endings: dict[str, list[_Pattern]] = {}
        self._middles: list[_Pattern] = []
        self._inside: dict[str, list[tuple[str, Match]]] = {}
        self._unspaced: list[tuple[str, Match]] = []
        for phrase in phrases:
            match = Match(phrase.label, phrase.kind, phrase.text, phrase.source)
            for text in _spell_out(phrase.text, networks):
                self._add(text, match)
        for patterns in (*self._beginnings.values(), *self._endings.values()):
            patterns.sort(key=lambda pattern: -len(pattern.before) - len(pattern.after))

    def match(self, line: str) -> tuple[Match, ...]:
        """Every way in which phrases speak of `line`: as a whole, by its beginning, by what it holds.

        The strongest comes first. Long lines are judged by their beginning alone.
        """
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
        return tuple(found)

    def _add(self, text: str, match: Match) -> None:
        folded = fold_phrase(text)
        if match.how is Kind.ANYWHERE:
            self._add_inside(folded, match)
            return
        folded = _LEADING.sub("", folded)
        slot = _SLOT.search(folded)
        if slot:
            self._add_pattern(_Pattern(folded[: slot.start()].rstrip(), slot[1], folded[slot.end() :], match))
            return
        if match.how is Kind.START:
            self._add_pattern(_Pattern(folded, "rest", "", match))
        if match.how is not Kind.START or not folded.endswith(_LEADS):
            self._whole.setdefault(fold(text.replace("{n}", NUMBER)).lower(), match)

    def _add_pattern(self, pattern: _Pattern) -> None:
        if pattern.before:
            self._beginnings.setdefault(pattern.before[:_KEY], []).append(pattern)
        elif pattern.goes_on:
            self._middles.append(pattern)
        else:
            self._endings.setdefault(pattern.after[-_KEY:], []).append(pattern)

    def _add_inside(self, folded: str, match: Match) -> None:
        if _UNSPACED.search(folded) or _HANGUL.search(folded):
            self._unspaced.append((folded, match))
        else:
            self._inside.setdefault(max(_WORDS.findall(folded), key=len), []).append((folded, match))

    def _open(self, cased: str, folded: str) -> list[Match]:
        """The longest pattern that the line fits, if any."""
        beginnings = (*self._beginnings.get(folded[:_KEY], ()), *self._beginnings.get(folded[:1], ()))
        for pattern in (*beginnings, *self._endings.get(folded[-_KEY:], ()), *self._middles):
            if folded.startswith(pattern.before) and pattern.after in folded and _fits(pattern, cased, folded):
                return [pattern.match]
        return []

    def _held(self, folded: str) -> list[Match]:
        found = [match for text, match in self._unspaced if text in folded]
        words = set(_WORDS.findall(folded))
        for word in self._inside.keys() & words:
            found += [match for text, match in self._inside[word] if text in folded]
        return sorted(found, key=lambda match: (match.source, match.phrase))


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
    return not pair.isalnum() or len(pair) < 2 or _UNSPACED.match(pair) is not None


def _is_name(text: str, least: int) -> bool:
    """Whether `text` has the form of one or two personal names of at least `least` words.

    After a lone word (``by {name}``) two are asked for: one may be any noun. A colon or more words make one enough.
    """
    text = _NAME_ENDS.split(text, maxsplit=1)[0]
    words = text.split()
    if _UNSPACED.search(text) or _HANGUL.search(text):
        return _is_uncased_name(text)
    most = _MOST_UNCASED_WORDS if text.lower() == text.upper() else _MOST_NAME_WORDS
    if not least <= len(words) <= most or len(text) > _LONGEST_NAME or _NO_NAME.search(text):
        return False
    return not words[0][0].islower() and all(len(word) <= _LONGEST_PARTICLE or not word[0].islower() for word in words)


def _is_uncased_name(text: str) -> bool:
    """Names without capitals are told by their length alone; a Korean one is a single word."""
    if _HANGUL.search(text):
        return _HANGUL_NAMES.fullmatch(text) is not None
    return len(text) <= _LONGEST_UNCASED_NAME and not _NO_NAME.search(text)
