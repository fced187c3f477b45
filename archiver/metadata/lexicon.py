"""The natural-language words that metadata rests on, from the tables beside this module.

``names.toml`` holds what stands around names in bylines, ``calendar.toml`` the words of dates, ``notices.toml``
what is written where an article stops. Each is read once, when first needed.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import cache, lru_cache
from itertools import product
from pathlib import Path
from typing import Any

from archiver.metadata.matchers import GLUED, WORD_END, Endings, Openings, Phrases, alternatives, is_alphabetic, small

_HERE = Path(__file__).parent


@dataclass(frozen=True)
class Calendar:
    """`months` maps a plain word to the month by language, in the order of the table; `zones` to minutes from UTC.

    `units` and `ago` map words such as "hours", and those that say "hours ago" themselves, to how long that is.
    """

    months: dict[str, dict[str, int]]
    persian_months: dict[str, int]
    month_words: frozenset[str]
    joints: frozenset[str]
    month_first: frozenset[str]
    day_first_regions: frozenset[str]
    afternoon: dict[str, bool]
    eras: dict[str, int]
    zones: dict[str, int]
    published: Openings
    modified: Openings
    dated: Openings
    ago_before: frozenset[str]
    ago_after: frozenset[str]
    ago_longer: frozenset[str]
    units: dict[str, timedelta]
    ago: dict[str, timedelta]


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
        persian_months={plain(word): month for month, word in enumerate(table["persian_months"]["words"], 1)},
        month_words=frozenset(plain(word) for word in table["month_words"]["words"]),
        joints=frozenset(plain(word) for word in table["joints"]["words"]),
        month_first=frozenset(table["month_first"]["languages"]),
        day_first_regions=frozenset(table["month_first"]["except_regions"]),
        afternoon={mark: half == "pm" for half in ("am", "pm") for mark in table["halves"][half]},
        eras=dict(table["eras"]),
        zones=dict(table["zones"]),
        published=Openings(table["published"]["words"]),
        modified=Openings(table["modified"]["words"]),
        dated=Openings([*table["published"]["words"], *table["modified"]["words"]]),
        ago_before=frozenset(map(plain, table["ago"]["before"])),
        ago_after=frozenset(map(plain, table["ago"]["after"])),
        ago_longer=frozenset(map(plain, table["ago"]["longer"])),
        units=_spans(table["ago"]),
        ago=_spans(table["ago"]["whole"]),
    )


def _spans(words: dict[str, Any]) -> dict[str, timedelta]:
    """Each word for a unit of time, and how long that is."""
    return {plain(word): timedelta(**{f"{unit}s": 1}) for unit in _UNITS for word in words[unit]}


_UNITS = ("minute", "hour", "day", "week")


@dataclass(frozen=True)
class NameWords:
    """What stands around names: openers, credits of others, joints, roles, and words that are no person."""

    opener: Openings
    source: Openings
    place_of_report: re.Pattern[str]
    opener_inside: Phrases
    other_credit: Phrases
    joint: re.Pattern[str]
    role_before: Openings
    role_after: Endings
    place_after: re.Pattern[str]
    place_name: Openings
    stationed: Openings
    rank_before: Openings
    rank_after: Endings
    roles: frozenset[str]
    organisation: frozenset[str]
    affiliations: frozenset[str]
    agencies: frozenset[str]
    legal_form: Endings
    no_name: frozenset[str]
    accounts: frozenset[str]
    networks: tuple[str, ...]
    role_inside: Phrases
    desks: frozenset[str]
    reading: Phrases
    introduction: Openings
    portrait: Openings
    picture: Endings
    honorifics: frozenset[str]
    particles: frozenset[str]
    phrase_words: frozenset[str]
    stop: Phrases
    glued: re.Pattern[str]
    date_leads: frozenset[str]
    byline_tokens: frozenset[str]
    date_tokens: frozenset[str]


@cache
def names() -> NameWords:
    """The words around names."""
    table = _table("names.toml")

    def words(key: str) -> list[str]:
        return [word for language in table.values() for word in language.get(key, ())]

    posts = words("roles")
    roles = [*posts, *words("profile_links")]
    dates = _table("calendar.toml")
    return NameWords(
        opener=Openings(
            [phrase for language in table for phrase in _openers(language)], GLUED, _end_or_name(words("surnames"))
        ),
        source=Openings(words("sources")),
        place_of_report=re.compile(rf"\s*[/／]\s*\w{{1,8}}(?:{alternatives(words('reports'))})"),
        opener_inside=Phrases(words("by_inside")),
        other_credit=Phrases(words("others")),
        joint=_joint(words("and")),
        role_before=Openings(roles),
        role_after=Endings(roles),
        place_after=re.compile(rf"\s+(?:{alternatives(words('places'))})\s+\S", re.IGNORECASE),
        place_name=Openings(words("place_names")),
        stationed=Openings(_stations(table.values())),
        rank_before=Openings(words("ranks")),
        rank_after=Endings(words("ranks")),
        roles=frozenset(plain(word) for word in roles),
        organisation=frozenset(plain(word) for word in words("organisations")),
        affiliations=frozenset(plain(word) for word in words("affiliations")),
        agencies=frozenset(plain(word) for word in words("agencies")),
        legal_form=Endings(words("legal_forms")),
        no_name=frozenset(plain(word) for word in (*words("nobody"), *roles)),
        accounts=frozenset(plain(word) for word in words("accounts")),
        networks=tuple(map(plain, words("networks"))),
        role_inside=Phrases(posts),
        desks=frozenset(words("desks")),
        reading=Phrases(words("reading")),
        introduction=Openings(words("introductions")),
        portrait=Openings(words("portraits")),
        picture=Endings(words("pictures")),
        honorifics=frozenset(plain(word) for word in words("honorifics")),
        particles=frozenset(plain(word) for word in words("particles")),
        phrase_words=frozenset(plain(word) for word in words("phrase_words")),
        stop=Phrases([*words("stop"), *dates["published"]["words"], *dates["modified"]["words"]]),
        glued=_glued([*dates["published"]["words"], *dates["modified"]["words"], *roles, *words("places")]),
        date_leads=frozenset(plain(word) for word in (*words("date_leads"), *_weekdays(dates))),
        byline_tokens=frozenset(words("byline_tokens")),
        date_tokens=frozenset(words("date_tokens")),
    )


@dataclass(frozen=True)
class Notices:
    """What stands where an article stops before its end."""

    paywalled: Phrases
    truncated: Phrases


@cache
def notices() -> Notices:
    """The words of paywalls and of links to the rest of an article."""
    tables = _table("notices.toml").values()
    kinds = ("paywalled", "truncated")
    return Notices(*(Phrases([phrase for table in tables for phrase in table[kind]]) for kind in kinds))


def is_written_by(label: str) -> bool:
    """Whether the whole label says that a name follows: "Written by", "Autor:"."""
    return bool(names().opener.fullmatch(label))


@lru_cache(maxsize=16_384)
def plain(word: str) -> str:
    """A word in lower case without dots and accents, as the tables are searched.

    Hangul is left composed: its letters are no accents. Nor are the vowel signs of the scripts of India and
    Southeast Asia.
    """
    folded = word.casefold()
    if not folded.isascii():
        folded = unicodedata.normalize("NFKD", folded)
        marks = {c for c in folded if c < _FIRST_VOWEL_SIGN and unicodedata.category(c) == "Mn"}
        folded = unicodedata.normalize("NFC", "".join(c for c in folded if c not in marks))
    return " ".join(folded.replace(".", "").split())


_FIRST_VOWEL_SIGN = "\u0900"


@cache
def openers_of(language: str) -> tuple[str, ...]:
    """The openers of a language and the English ones, which templates leave untranslated; none where none are known."""
    own = _openers(language)
    return tuple(map(small, {*own, *_openers("en")})) if own else ()


@cache
def _openers(language: str) -> tuple[str, ...]:
    """What opens a byline in a language: its own phrases, and one for text and pictures (``Text und Fotos``)."""
    table = _table("names.toml")
    words = table.get(language, {})
    joints = ("/", *(f" {joint} " for joint in ("/", *words.get("and", ()), *table["any"]["and"])))
    credits = [text + joint for text in words.get("texts", ()) for joint in joints]
    return (*words.get("by", ()), *(credit + shot for credit in credits for shot in words.get("shots", ())))


def _stations(languages: Iterable[dict[str, Any]]) -> Iterable[str]:
    """Roles with the word for "in" after them (``corresponsal en``), unless it means "and" where the role is known."""
    languages = tuple(languages)
    for own in languages:
        for role, place in product(own.get("roles", ()), own.get("stationed", ())):
            if not any(role in other.get("roles", ()) and place in other.get("and", ()) for other in languages):
                yield f"{role} {place}"


@cache
def own_openers(language: str) -> frozenset[str]:
    """The words that open a byline in this language and may begin a name in others: ``Na Zainab Mwakalobo``."""
    return frozenset(_table("names.toml").get(language, {}).get("by_own", ()))


def is_opener_of(language: str, opener: str) -> bool:
    """Whether what opens a line, one of the openers of all languages, opens a byline in this language."""
    own, said = openers_of(language), " ".join(small(opener).split())
    return not own or any(said.startswith(phrase) and not said[len(phrase) :][:1].isalnum() for phrase in own)


def _end_or_name(surnames: Iterable[str]) -> str:
    """What follows an opener of East Asia: no letter, or a Chinese name, with a word such as 报道 after it at most."""
    return rf"(?:{WORD_END}|(?=[{''.join(surnames)}][\u4e00-\u9fff]{{1,5}}{WORD_END}))"


def _glued(phrases: Iterable[str]) -> re.Pattern[str]:
    """The place between a small letter and one of the phrases with a capital: ``DoeUpdated``."""
    capital = {f"{phrase[0].upper()}{phrase[1:]}" for phrase in phrases if is_alphabetic(phrase[0])}
    starts = "".join(sorted({re.escape(phrase[0]) for phrase in capital}))
    return re.compile(rf"(?<=[^\W\d_A-ZÀ-Þ])(?=[{starts}])(?=(?:{'|'.join(sorted(map(re.escape, capital)))})(?!\w))")


def _weekdays(dates: dict[str, Any]) -> Iterable[str]:
    return (day for days in dates["weekdays"].values() for day in days.split())


def _joint(words: Iterable[str]) -> re.Pattern[str]:
    """A word for "and" between white space. One letter counts only as a small one: ``John E Smith`` is one man."""
    forms = {form for word in words for form in ((word, word.upper()) if len(word) > 1 else (word,))}
    return re.compile(rf"\s+({'|'.join(map(re.escape, sorted(forms)))})\s+")


@cache
def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / name).read_text(encoding="utf-8"))
