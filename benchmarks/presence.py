"""Whether a plain text really has the author or the date of its gold, as a short line of its own.

An extractor may have dropped the byline, or a name may stand in the article because it is about that person:
neither is a byline that could be found.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.metadata.folding import fold

MAX_LINE_CHARS = 160
"""Longest line that is a byline or a date line."""
MIN_SHARE = 0.4
"""The author's name is at least so much of the line, by folded characters."""

_MONTHS = "january february march april may june july august september october november december".split()
_SPLIT = re.compile(r"[\W_]+|(?<=\d)(?=[a-z]{3})|(?<=[a-z]{3})(?=\d)")


def has_author(text: str, author: str) -> bool:
    """Whether a short line consists of the author's name and little else.

    >>> has_author("By Ana Ruiz, staff", "Ana Ruiz"), has_author("Ana Ruiz met the mayor on Friday.", "Ana Ruiz")
    (True, False)
    """
    name = fold(author)
    return any(name in line and len(name) >= MIN_SHARE * len(line) for line in map(fold, _short_lines(text)))


def has_date(text: str, day: str) -> bool:
    """Whether a short line writes the date in an English or a numeric form.

    >>> has_date("Posted Sept. 4th, 2025 by Ana", "2025-09-04"), has_date("04/09/25", "2025-09-04")
    (True, True)
    >>> has_date("September 2025", "2025-09-04")
    False
    """
    if len(day) != len("2025-09-04"):
        return False
    forms = _forms(day)
    lines = (f" {' '.join(_SPLIT.split(line.lower()))} " for line in _short_lines(text) if any(map(str.isdigit, line)))
    return any(form in line for line in lines for form in forms)


def _short_lines(text: str) -> Iterator[str]:
    return (line for line in text.split("\n") if 0 < len(line) <= MAX_LINE_CHARS)


def _forms(day: str) -> set[str]:
    year, month, number = (int(part) for part in day.split("-"))
    name = _MONTHS[month - 1]
    forms = set()
    for spelt in {name, name[:3], "sept" if month == 9 else name}:
        for written in {f"{number}{ending}" for ending in ("", " st", " nd", " rd", " th", "st", "nd", "rd", "th")}:
            for days in (written, written.zfill(len(written) + (number < 10))):
                forms |= {f"{spelt} {days} {year}", f"{days} {spelt} {year}", f"{days} of {spelt} {year}"}
    for days in (f"{number}", f"{number:02}"):
        for months in (f"{month}", f"{month:02}"):
            forms |= {f"{year} {months} {days}"}
            forms |= {
                f"{a} {b} {years}" for a, b in ((days, months), (months, days)) for years in (year, f"{year % 100:02}")
            }
    return {f" {form} " for form in forms}
