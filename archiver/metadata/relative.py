"""A line such as "3 hours ago" and the moment at which it was fetched in, the day it tells out.

The words are those of ``calendar.toml``; see `dates` for why no library reads them. The
publication's own zone is not known: the day is that of UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

from archiver.metadata.lexicon import calendar, plain

MAX_CHARS = 60
"""Longest line that is looked at."""
MAX_NUMBER = 60
"""More of a unit than any page counts, before it goes on to the next one."""
_TOKEN = re.compile(r"\d+|[^\W\d_]+")


def day_before(line: str, fetched: datetime) -> date | None:
    """The day that a short line tells by a number of minutes, hours, days or weeks before `fetched`, or None."""
    if len(line) > MAX_CHARS:
        return None
    tokens = ["", "", *map(plain, _TOKEN.findall(line)), "", ""]
    for index, token in enumerate(tokens):
        if token.isdecimal() and int(token) <= MAX_NUMBER:
            unit = _unit(tokens[index - 2 : index], tokens[index + 1], tokens[index + 2])
            if unit is not None:
                return (fetched.astimezone(UTC) - int(token) * unit).date()
    return None


def _unit(before: list[str], word: str, after: str) -> timedelta | None:
    """The time that a word after a number stands for, where it or the words beside both say that it is past."""
    words = calendar()
    if word in words.ago:
        return words.ago[word]
    if f"{before[-1]} {word}" in words.ago_longer:
        return None
    past = not words.ago_before.isdisjoint((before[-1], " ".join(before))) or after in words.ago_after
    return words.units.get(word) if past else None
