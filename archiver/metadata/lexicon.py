"""The natural-language words that metadata rests on, from the tables beside this module.

``names.toml`` holds what stands around names in bylines, ``calendar.toml`` the words of dates. Each is read
once, when first needed.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Calendar:
    """`months` maps a plain word to the month by language, in the order of the table; `zones` to minutes from UTC."""

    months: dict[str, dict[str, int]]
    joints: frozenset[str]
    month_first: frozenset[str]
    day_first_regions: frozenset[str]
    afternoon: dict[str, bool]
    zones: dict[str, int]
    published: re.Pattern[str]
    modified: re.Pattern[str]


@cache
def calendar() -> Calendar:
    """The words of dates."""
    table = _table("calendar.toml")
    months: dict[str, dict[str, int]] = {}
    for language, forms in table["months"].items():
        for month, words in enumerate(forms, 1):
            for word in words.split():
                months.setdefault(plain(word.replace("_", " ")), {})[language] = month
    return Calendar(
        months=months,
        joints=frozenset(plain(word) for word in table["joints"]["words"]),
        month_first=frozenset(table["month_first"]["languages"]),
        day_first_regions=frozenset(table["month_first"]["except_regions"]),
        afternoon={mark: half == "pm" for half in ("am", "pm") for mark in table["halves"][half]},
        zones=dict(table["zones"]),
        published=phrase_start(table["published"]["words"]),
        modified=phrase_start(table["modified"]["words"]),
    )


@dataclass(frozen=True)
class NameWords:
    """What stands around names: openers, credits of others, joints, roles, and words that are no person."""

    opener: re.Pattern[str]
    opener_inside: re.Pattern[str]
    other_credit: re.Pattern[str]
    joint: re.Pattern[str]
    role_before: re.Pattern[str]
    role_after: re.Pattern[str]
    roles: frozenset[str]
    organisation: frozenset[str]
    agencies: frozenset[str]
    nobody: frozenset[str]
    honorifics: frozenset[str]
    particles: frozenset[str]
    stop: re.Pattern[str]
    date_leads: frozenset[str]
    byline_tokens: frozenset[str]
    date_tokens: frozenset[str]


@cache
def names() -> NameWords:
    """The words around names."""
    table = _table("names.toml")

    def words(key: str) -> list[str]:
        return [word for language in table.values() for word in language.get(key, ())]

    roles = words("roles")
    dates = _table("calendar.toml")
    return NameWords(
        opener=re.compile(rf"(?:{_alternatives(words('by'), _GLUED)})[\s:：.,–—|-]*", re.IGNORECASE),
        opener_inside=phrase_inside(words("by_inside")),
        other_credit=phrase_inside(words("others")),
        joint=_joint(words("and")),
        role_before=phrase_start(roles),
        role_after=phrase_end(roles),
        roles=frozenset(plain(word) for word in roles),
        organisation=frozenset(plain(word) for word in words("organisations")),
        agencies=frozenset(plain(word) for word in words("agencies")),
        nobody=frozenset(plain(word) for word in words("nobody")),
        honorifics=frozenset(plain(word) for word in words("honorifics")),
        particles=frozenset(plain(word) for word in words("particles")),
        stop=phrase_inside([*words("stop"), *dates["published"]["words"], *dates["modified"]["words"]]),
        date_leads=frozenset(plain(word) for word in words("date_leads")),
        byline_tokens=frozenset(words("byline_tokens")),
        date_tokens=frozenset(words("date_tokens")),
    )


def is_written_by(label: str) -> bool:
    """Whether the whole label says that a name follows: "Written by", "Autor:"."""
    return bool(names().opener.fullmatch(label))


@lru_cache(maxsize=16_384)
def plain(word: str) -> str:
    """A word in lower case without dots and accents, as the tables are searched.

    Hangul is left composed: its letters are no accents.
    """
    folded = unicodedata.normalize("NFKD", word.casefold())
    bare = "".join(character for character in folded if unicodedata.category(character) != "Mn" and character != ".")
    return unicodedata.normalize("NFC", " ".join(bare.split()))


def phrase_start(phrases: Iterable[str]) -> re.Pattern[str]:
    """One of the phrases at the start of a string, with the colon or white space after it."""
    return re.compile(rf"(?:{_alternatives(phrases)})[\s:：.,–—|-]*", re.IGNORECASE)


def phrase_inside(phrases: Iterable[str]) -> re.Pattern[str]:
    """One of the phrases anywhere in a string, as whole words."""
    return re.compile(rf"(?:{_alternatives(phrases)})[\s:：]*", re.IGNORECASE)


def _joint(words: Iterable[str]) -> re.Pattern[str]:
    """A word for "and" between white space. One letter counts only as a small one: ``John E Smith`` is one man."""
    forms = {form for word in words for form in ((word, word.upper()) if len(word) > 1 else (word,))}
    return re.compile(rf"\s+(?:{'|'.join(map(re.escape, sorted(forms)))})\s+")


def phrase_end(phrases: Iterable[str]) -> re.Pattern[str]:
    """One of the phrases at the end of a string."""
    return re.compile(rf"[\s,:–—-]*(?:{_alternatives(phrases)})[\s.,:]*$", re.IGNORECASE)


_WORD_END = r"(?!\w)"
_GLUED = rf"(?:{_WORD_END}|(?-i:(?<=[a-zà-ÿ])(?=[A-ZÀ-Þ])))"
"""The end of a word, or a capital right after a small letter: ``ByJane Doe``, as flattened markup leaves it."""


def _alternatives(phrases: Iterable[str], end: str = _WORD_END) -> str:
    """The phrases as a pattern, longest first; those of alphabets only as whole words.

    One look-behind stands for all of them, so that a search passes over the inside of words at once. A digit
    may stand right before: ``May 5, 2020Updated``, as flattened markup leaves it.
    """
    longest_first = sorted(set(phrases), key=lambda phrase: (-len(phrase), phrase))
    words = [_pattern(phrase, end) for phrase in longest_first if _is_alphabetic(phrase[0])]
    runs = [_pattern(phrase, end) for phrase in longest_first if not _is_alphabetic(phrase[0])]
    return "|".join([rf"(?<![^\W\d_])(?:{'|'.join(words)})"] * bool(words) + runs)


def _pattern(phrase: str, end: str) -> str:
    pattern = r"\s+".join(re.escape(word) for word in phrase.split())
    return pattern + end if _is_alphabetic(phrase[-1]) else pattern


def _is_alphabetic(character: str) -> bool:
    """Whether words of this character's script are set off by spaces."""
    return character.isalnum() and not "\u3040" <= character <= "\u9fff" and not "\uac00" <= character <= "\ud7af"


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
