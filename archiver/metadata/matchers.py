"""Phrases of a table in, matchers that find them in a line out.

Most lines hold none of a table's hundreds of phrases. Each matcher knows some characters or words without which no
phrase of it is there, and asks its pattern only where they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache


class Phrases:
    """Phrases that may stand anywhere in a line, as whole words.

    A line without the longest word of any of them is told apart without a pattern.
    """

    _after = r"[\s:：]*"

    def __init__(self, phrases: Iterable[str], end: str | None = None, run_end: str = "") -> None:
        phrases = tuple(phrases)
        self._telling = frozenset(max(_LETTERS.findall(small(phrase)), key=len) for phrase in phrases)
        self._heads = frozenset(phrase[:_HEAD].lower() for phrase in phrases)
        found = alternatives(phrases, end or WORD_END, run_end)
        self._pattern = re.compile(rf"(?:{found}){self._after}", re.IGNORECASE)

    def search(self, line: str) -> re.Match[str] | None:
        """The first of the phrases in a line, with the colon or white space after it."""
        words = _words(line)
        return None if words is not None and self._telling.isdisjoint(words) else self._pattern.search(line)


@lru_cache(maxsize=1024)
def _words(line: str) -> frozenset[str] | None:
    """The runs of letters in a line, in lower case; None where a script sets off no words."""
    return None if _UNSPACED.search(line) else frozenset(_LETTERS.findall(small(line)))


def small(text: str) -> str:
    """A string in lower case, its letters those which a pattern takes for the same when case does not count."""
    return text.lower() if text.isascii() else text.translate(_SAME).lower()


_SAME = str.maketrans("İıſKς", "iiskσ")
_LETTERS = re.compile(r"[^\W\d_]+")
_UNSPACED = re.compile(r"[\u3040-\u9fff\uac00-\ud7af]")


class Openings(Phrases):
    """Phrases that a line may open with. Its first characters tell most lines apart without a pattern."""

    _after = r"[\s:：.,–—|-]*"

    def match(self, line: str) -> re.Match[str] | None:
        """One of the phrases at the start of a line, with the colon or white space after it."""
        return self._pattern.match(line) if self.may_open(line) else None

    def fullmatch(self, line: str) -> re.Match[str] | None:
        """One of the phrases as the whole line."""
        return self._pattern.fullmatch(line) if self.may_open(line) else None

    def may_open(self, line: str) -> bool:
        """Whether the first characters of a line are those of a phrase."""
        start = line[:_HEAD].lower()
        return not self._heads.isdisjoint((start, start[:2], start[:1]))


class Endings:
    """Phrases that a line may end with. Its last letters tell most lines apart without a pattern."""

    def __init__(self, phrases: Iterable[str]) -> None:
        phrases = tuple(phrases)
        self._tails = frozenset(phrase.rstrip(_AFTER_PHRASE)[-_TAIL:].lower() for phrase in phrases)
        self._pattern = re.compile(rf"[\s,:–—-]*(?:{alternatives(phrases)})[\s.,:]*$", re.IGNORECASE)

    def search(self, line: str) -> re.Match[str] | None:
        """One of the phrases at the end of a line, with the signs around it."""
        tails, end = self._tails, line.rstrip(_AFTER_PHRASE)[-_TAIL:].lower()
        return self._pattern.search(line) if end in tails or end[1:] in tails or end[2:] in tails else None


_HEAD = 3
_TAIL = 3
_AFTER_PHRASE = " \t\n\u00a0\u2003\u3000.,:"


WORD_END = r"(?!\w)"
GLUED = rf"(?:{WORD_END}|(?-i:(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])))"
"""The end of a word, or a capital right after a small letter: ``ByJane Doe``, as flattened markup leaves it."""


def alternatives(phrases: Iterable[str], end: str = WORD_END, run_end: str = "") -> str:
    """The phrases as a pattern, longest first; those of alphabets, and single letters, only as whole words.

    `end` is what a word ends with, `run_end` what comes after a phrase of a script that sets off no words.

    One look-behind stands for all of them, so that a search passes over the inside of words at once. A digit
    may stand right before: ``May 5, 2020Updated``, as flattened markup leaves it.
    """
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    words = [_pattern(phrase, end, run_end) for phrase in longest_first if is_alphabetic(phrase[0])]
    runs = [_pattern(phrase, end, run_end) for phrase in longest_first if not is_alphabetic(phrase[0])]
    return "|".join([rf"(?<![^\W\d_])(?:{'|'.join(words)})"] * bool(words) + runs)


def _pattern(phrase: str, end: str, run_end: str) -> str:
    pattern = r"\s+".join(re.escape(word) for word in phrase.split())
    if is_alphabetic(phrase[-1]):
        return pattern + end
    if not phrase[-1].isalpha():
        return pattern
    return pattern + (WORD_END if len(phrase) == 1 else run_end)


def is_alphabetic(character: str) -> bool:
    """Whether words of this character's script are set off by spaces."""
    return character.isalnum() and not "\u3040" <= character <= "\u9fff" and not "\uac00" <= character <= "\ud7af"
