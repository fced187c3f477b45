"""One line of a document in, what it says of dates out, told apart by the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.metadata.candidates import Candidate
from archiver.metadata.dates import read
from archiver.metadata.folding import tidy
from archiver.metadata.lexicon import calendar, names

MAX_LINE_CHARS = 160
"""Longest line that is looked at for an author or a date."""


_BULLET = re.compile(r"^[•·*‣▪●○–—-]\s+")


def bare_line(text: str) -> str:
    """A line without bullet, without "Picture of", and, where it says all twice, once."""
    text = tidy(text)
    if not text[:1].isalnum():
        text = _BULLET.sub("", text)
    portrait = names().portrait.match(text)
    if portrait:
        text = text[portrait.end() :]
    picture = names().picture.search(text)
    if picture:
        text = text[: picture.start()]
    half = len(text) // 2
    once = text[:half].strip()
    return once if once and once == text[-half:].strip() else text


def says_what_date(text: str) -> bool:
    """Whether a line holds a word such as "published" or "updated"."""
    return bool(calendar().published.search(text) or calendar().modified.search(text))


def has_digit(text: str) -> bool:
    """Whether a line may hold a date at all."""
    return bool(_DIGIT.search(text))


_DIGIT = re.compile(r"\d")


def dates_of(text: str, source: str, locator: str) -> Iterator[Candidate]:
    """The dates of a line: published first, then updated."""
    if not has_digit(text):
        return
    for field, part in _parts(text[: 2 * MAX_LINE_CHARS]):
        if has_digit(part) and read(part):
            yield Candidate(field, part.strip(), source, locator, text)


def _parts(text: str) -> Iterator[tuple[str, str]]:
    words = calendar()
    updated, published = words.modified.search(text), words.published.search(text)
    if updated is None:
        yield "published", text
    elif published and published.start() > updated.start():
        yield "modified", text[updated.end() : published.start()]
        yield "published", text[published.end() :]
    else:
        yield "published", text[: updated.start()]
        yield "modified", text[updated.end() :]
