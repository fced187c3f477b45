"""A short string that may hold a date in, the date, and the instant where one is known, out.

Machine forms are read by the standard library, written ones by the tables of ``calendar.toml``. dateparser
was weighed: 1.9 ms a call, up to a second where there is no date, and an answer for "Monday". So was
dateutil: 0.1 ms, English only, and it fills what is missing from today's date, so that "3 września 2025"
becomes March and the result changes with the day of the run. This reader takes about 0.01 ms and wants day,
month and year, all three written.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from archiver.metadata.lexicon import calendar, plain

MAX_CHARS = 200
"""Longest string that is searched: a date line, never a paragraph."""
EARLIEST_YEAR = 1990
"""Before it there were no web pages: 1970-01-01 is an empty field, 1912 a subject of the text."""
LATEST_YEAR = 2035
"""Later years are those of other calendars, such as Nepal's, or errors. The day of the run does not count."""
_PIVOT = 70
"""Two-digit years from here on belong to the twentieth century, as POSIX has it."""


class Stamp(NamedTuple):
    """A date as it was written: `day` in the writer's own zone, `at` aware where clock and zone are known.

    `swapped` is the other reading of a date that can be read day first and month first.
    """

    day: date
    at: datetime | None = None
    raw: str = ""
    swapped: date | None = None


@lru_cache(maxsize=1024)
def read(text: str, *, month_first: bool = False, language: str = "", earliest: int = EARLIEST_YEAR) -> Stamp | None:
    """The first date in a short string, or None.

    Args:
        text: ISO 8601, RFC 822, a Unix time, a numeric or a written date, with or without words around it.
        month_first: how 11/12/2025 is read. Dots always mean day first.
        language: decides about words that name different months in two languages.
        earliest: years before it are no dates.
    """
    raw = text[:MAX_CHARS].strip()
    line = _plain_digits(raw)
    if not _THREE_DIGITS.search(line) and _FIRST_YEAR not in line:
        return None
    stamp = _machine(line) or _written(line, month_first, language)
    if stamp is None or not earliest <= stamp.day.year <= LATEST_YEAR:
        return None
    return stamp._replace(raw=raw)


_THREE_DIGITS = re.compile(r"\d\D*\d\D*\d")
"""No date is written with fewer: one for the day, two for the year."""
_FIRST_YEAR = "元年"
"""The first year of an era, which has no number."""


def is_month_first(language: str, host: str | None) -> bool:
    """Whether 11/12/2025 is the twelfth of November on a page of this language tag and host."""
    words = calendar()
    tag, _, region = language.replace("_", "-").partition("-")
    ending = (host or "").rpartition(".")[2].upper()
    return tag.lower() in words.month_first and not {region.upper(), ending} & words.day_first_regions


def _plain_digits(text: str) -> str:
    """The string with every script's digits and full-width forms as ASCII."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text)
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text)


_ISO = re.compile(r"(?<![\d/.-])(\d{4})-(\d{1,2})-(\d{1,2})(?!\d|-\d)(?:[T ,]+(?=\d))?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?(?=Z|[+-]\d|$)")
_EPOCH = re.compile(r"(\d{10})(?:\.\d+|\d{3})?")


def _machine(line: str) -> Stamp | None:
    """ISO 8601 in full, without hyphens, or seconds and milliseconds since 1970."""
    match = _ISO.search(line)
    if match:
        day = _date(match[1], match[2], match[3])
        return Stamp(day, _instant(day, line[match.end() :])) if day else None
    if match := _COMPACT.match(line):
        day = _date(match[1], match[2], match[3])
        clock = f"{match[4]}:{match[5]}:{match[6] or '00'}{line[match.end() :]}" if match[4] else ""
        return Stamp(day, _instant(day, clock)) if day else None
    if match := _EPOCH.fullmatch(line):
        at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(match[1]))
        return Stamp(at.date(), at)
    return None


_CLOCK = re.compile(
    r"(?<![\d:])(?P<hour>\d{1,2})(?::|\s?h\s?|\s?[時时点시]\s?)(?P<minute>\d{2})?(?:[분分])?"
    r"(?::(?P<second>\d{2})(?:[.,]\d+)?)?(?!\d)"
)
_ZONE = re.compile(r"\s*\(?(?:(?:GMT|UTC)\s?)?([+−-])(\d{1,2})(?::?(\d{2}))?(?!\d)|\s*\(?([^\W\d_]{1,4})(?!\w)")
_HALF = re.compile(r"\s*([ap])\.?\s?m\b\.?", re.IGNORECASE)


def _written(line: str, month_first: bool, language: str) -> Stamp | None:
    """A date that a person wrote: with ideographs, with a month's name, or in numbers."""
    clock = _CLOCK.search(line)
    rest = line
    if clock:
        rest = f"{line[: clock.start()]} {line[clock.end() :]}"
    stamp = (
        _with_ideographs(rest)
        or _with_month_name(rest, language)
        or _persian(rest)
        or _in_numbers(rest, month_first, language)
    )
    if stamp is None or clock is None:
        return stamp
    return stamp._replace(at=_instant(stamp.day, line[clock.start() :], before=line[: clock.start()]))


def _instant(day: date, text: str, before: str = "") -> datetime | None:
    """The aware time of day that `text` opens with, None where clock or zone is missing."""
    clock = _CLOCK.match(text)
    if clock is None or clock["minute"] is None:
        return None
    tail = text[clock.end() :]
    hour = int(clock["hour"])
    half = _HALF.match(tail)
    if half:
        tail = tail[half.end() :]
    afternoon = half[1].lower() == "p" if half else _half_before(before)
    if afternoon is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if afternoon else 0)
    zone = _zone(tail)
    if zone is None:
        return None
    minute, second = int(clock["minute"]), int(clock["second"] or 0)
    if hour == minute == second == 0:
        return None  # midnight to the second is how programs write a date without a time
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=zone)
    except ValueError:
        return None


def _half_before(before: str) -> bool | None:
    """Whether the mark in front of the clock, as Chinese, Japanese and Korean have it, means the afternoon."""
    mark = before.rstrip()
    for word, afternoon in calendar().afternoon.items():
        if mark.endswith(word) and not word.isascii():
            return afternoon
    return None


def _zone(text: str) -> timezone | None:
    match = _ZONE.match(text)
    if match is None:
        return None
    if match[4]:
        minutes = calendar().zones.get(match[4].lower())
        return None if minutes is None else timezone(timedelta(minutes=minutes))
    minutes = int(match[2]) * 60 + int(match[3] or 0)
    if minutes > _WIDEST_OFFSET:
        return None
    return timezone(timedelta(minutes=minutes if match[1] == "+" else -minutes))


_WIDEST_OFFSET = 14 * 60
"""Minutes from UTC; Kiribati is farthest."""

_IDEOGRAPHS = re.compile(
    r"(?P<era>[^\W\d_]{2})?(?<!\d)(\d{4}|\d{1,3}|元)\s*(?:[年년]|оны)\s*"
    r"(\d{1,2})\s*(?:[月월]|(?:-р\s)?сарын)\s*(\d{1,2})\s*(?:[日日일号號]|(?!\d))"
)


def _with_ideographs(line: str) -> Stamp | None:
    """Year, month and day by their signs; a year of fewer than four digits only after the name of its era."""
    match = _IDEOGRAPHS.search(line)
    if match is None:
        return None
    year = 1 if match[2] == "元" else int(match[2])
    if len(match[2]) < 4:
        since = calendar().eras.get(match["era"] or "")
        if since is None:
            return None
        year += since
    day = _date(year, match[3], match[4])
    return Stamp(day) if day else None


_TOKEN = re.compile(
    r"\d+|[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u0900-\u0963\u0971-\u0dff\u0e31-\u0e3a\u0e47-\u0e4e"
    r"\u0eb1-\u0ebc\u0ec8-\u0ece\u102b-\u103e\u17b4-\u17d3\u200c\u200d])*"
)
"""A number or a word; the vowel signs of India and Southeast Asia are no letters to `re`."""


_CAMEL = re.compile(r"(?<=[^\W\d_A-ZÀ-Þ])(?=[A-ZÀ-Þ])")
"""Where flattened markup left no space: ``NewsDecember``."""


_BUDDHIST = re.compile(r"พ\.?\s?ศ\.?\s?(?=\d)")
"""The era before a Thai year; a year says by itself of which it is."""


def _with_month_name(line: str, language: str) -> Stamp | None:
    """Day, month's name and year side by side, in any of the three orders people use."""
    words = calendar()
    line = _BUDDHIST.sub(" ", _CAMEL.sub(" ", line))
    tokens = [token for token in _TOKEN.findall(line) if plain(token) not in words.joints]
    tokens = [token for token in tokens if token.lower() not in words.zones]
    tokens = ["", "", *tokens, "", "", "", "", ""]
    for index, token in enumerate(tokens):
        if token.isdigit() or not token:
            continue
        month, width = _month(token, tokens[index + 1], language)
        if month is None:
            continue
        also, more = _month(tokens[index + width], tokens[index + width + 1], language)
        if also == month:
            width += more  # the month by two names: 29 يونيو/حزيران 2024
        thai = _is_thai(token)
        after = (_common_year(tokens[index + width], thai), _common_year(tokens[index + width + 1], thai))
        day = _beside((tokens[index - 2], tokens[index - 1]), month, after)
        if day:
            return Stamp(day)
    return None


def _is_thai(word: str) -> bool:
    return "\u0e00" <= word[0] <= "\u0e7f"


def _common_year(token: str, thai: bool = False) -> str:
    """A year as it stands, but one of the Buddhist era as a common one: 2568 is 2025, as is 68 after a Thai month."""
    if thai and len(token) == 2 and token.isdigit():
        token = f"25{token}"
    if len(token) == 4 and token.isdigit() and int(token) >= _FIRST_BUDDHIST_YEAR:
        return str(int(token) + calendar().eras["th"])
    return token


_FIRST_BUDDHIST_YEAR = 2400


def _beside(before: tuple[str, str], month: int, after: tuple[str, str]) -> date | None:
    """The date that the tokens around a month's name make, in one of the four orders people use."""
    if _is_day(before[1]) and _is_year(after[0]):
        return _date(_full_year(after[0]), month, before[1])
    if _is_day(after[0]) and _is_full_year(after[1]):
        return _date(after[1], month, after[0])
    if _is_full_year(before[1]) and _is_day(after[0]):
        return _date(before[1], month, after[0])
    if _is_full_year(before[0]) and _is_day(before[1]):
        return _date(before[0], month, before[1])
    return None


def _persian(line: str) -> Stamp | None:
    """A day of the Persian calendar: ``30 بهمن 1400``."""
    match = _PERSIAN.search(line)
    month = calendar().persian_months.get(plain(match[2])) if match else None
    day = month and match and _from_persian(int(match[3]), month, int(match[1]))
    return Stamp(day) if day else None


_PERSIAN = re.compile(r"(?<!\d)([12]?\d|3[01])\s+([^\W\d_]+)(?:\s+ماه)?[\s،,]+(1[34]\d\d)(?!\d)")


_PERSIAN_START = date(622, 3, 21)


def _from_persian(year: int, month: int, day: int) -> date | None:
    """The common day: six months of 31 days, then of 30; of 33 years eight are leap years.

    The cycle is the one in K. M. Borkowski, The Persian calendar for 3000 years, Earth, Moon and Planets 74 (1996),
    for the centuries around ours.
    """
    if not 1 <= month <= 12 or not 1 <= day <= (31 if month <= 6 else 30):
        return None
    before = 31 * min(month - 1, 6) + 30 * max(month - 7, 0)
    leaps = (8 * year + 21) // 33
    return _PERSIAN_START + timedelta(days=365 * (year - 1) + leaps + before + day - 1)


def _is_day(token: str) -> bool:
    return token.isdigit() and len(token) <= 2


def _is_year(token: str) -> bool:
    return token.isdigit() and len(token) in (2, 4)


def _is_full_year(token: str) -> bool:
    return token.isdigit() and len(token) == 4


@lru_cache(maxsize=4096)
def _month(word: str, following: str, language: str) -> tuple[int | None, int]:
    """The month that a word, or it and the next, names, and how many words that took."""
    months = calendar().months
    if following.isdigit() and plain(word) in calendar().month_words:
        return (int(following), 2) if 1 <= int(following) <= 12 else (None, 1)
    for name, width in ((plain(f"{word} {following}"), 2), (plain(word), 1)):
        by_language = months.get(name)
        if by_language:
            first = next(iter(by_language.values()))
            return by_language.get(language.partition("-")[0].lower(), first), width
    return None, 1


_NUMERIC = re.compile(r"(?<![\d./-])(\d{1,4})(\s?[./•-]\s?)(\d{1,2})\2(\d{4}|\d{1,2})(?!\d|[./•-]\d)")
_PERSIAN_YEARS_END = "1500"
_LOOSE = re.compile(r"(?<![\d./-])(\d{4})\s(\d{2})\s(\d{2})(?!\d)")


def _in_numbers(line: str, month_first: bool, language: str) -> Stamp | None:
    match = _NUMERIC.search(line)
    if match is None:
        match = _LOOSE.search(line)
        day = match and _date(match[1], match[2], match[3])
        return Stamp(day) if day else None
    first, joint, second, third = match.groups()
    if len(first) == 4:
        persian = language.startswith("fa") and first < _PERSIAN_YEARS_END
        day = _from_persian(int(first), int(second), int(third)) if persian else _date(first, second, third)
        return Stamp(day) if day else None
    if len(first) == 3 or len(third) == 1:
        return None
    year = _full_year(third)
    day_first, month_then = _date(year, second, first), _date(year, first, second)
    if "." in joint:
        day = day_first or month_then
        return Stamp(day) if day else None
    likely, other = (month_then, day_first) if month_first else (day_first, month_then)
    if likely is None:
        return Stamp(other) if other else None
    return Stamp(likely, swapped=other if other != likely else None)


def _full_year(digits: str) -> str:
    if len(digits) == 4:
        return _common_year(digits)
    return f"{'19' if int(digits) >= _PIVOT else '20'}{digits}"


def _date(year: str | int, month: str | int, day: str | int) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
