"""A line beside the headline in, whether it is the bare name of the article's author out.

A name alone may as well be a section, a tag or the subject of a picture: something beside it has to vouch for it.
"""

from __future__ import annotations

import re

from archiver.document import Label
from archiver.metadata.dates import read
from archiver.metadata.folding import fold, tidy
from archiver.metadata.lexicon import names
from archiver.metadata.lines import ELSEWHERE, MAX_BARE_DATE_CHARS, Lines
from archiver.metadata.people import is_name_line, may_be_name_line

MAX_BARE_WORDS = 3
BIO_WORDS = 6
"""A text about a person has the name among its first words: "Hello, I'm Ana"."""

_WORD = re.compile(r"[^\W\d_]+")


def is_bare_name(lines: Lines, number: int) -> bool:
    """Whether a line is the name of a person and no heading: a date, a link or the name again vouches for it.

    What is cheap to know is asked first.
    """
    block, text = lines.blocks[number], lines.bare(number)
    shaped = lines.is_html and (0 < block.level < 3 or block.kind not in (Label.PARAGRAPH, Label.HEADING))
    if shaped or lines.verdicts[number].label in ELSEWHERE or not may_be_name_line(text):
        return False
    words = [word.lower() for word in _WORD.findall(text)]
    vouched = bool(words) and _is_vouched_for(lines, number, text, words)
    if not vouched and (not 0 < len(words) <= MAX_BARE_WORDS or not _is_told_about(lines, number, words)):
        return False
    if not is_name_line(text) or lines.are_written_small(words):
        return False
    return vouched or not any(map(lines.is_written_small, words))


def _is_vouched_for(lines: Lines, number: int, text: str, words: list[str]) -> bool:
    return (
        any(_names_in_path(link.url, words) for link in lines.blocks[number].links)
        or _is_said_twice(lines, number, text)
        or read(text) is not None
        or any(map(lines.is_dated, (number - 1, number + 1, number + 2)))
    )


def _is_told_about(lines: Lines, number: int, words: list[str]) -> bool:
    """Whether the line after a name is the person's role (``Tech Writer``), or a text about the person."""
    following = lines.following(number)
    if len(following) <= MAX_BARE_DATE_CHARS:
        return bool(names().role_after.search(following))
    start = [word.lower() for word in _WORD.findall(following[:MAX_BARE_DATE_CHARS])[:BIO_WORDS]]
    return words[0] in start


def _is_said_twice(lines: Lines, number: int, text: str) -> bool:
    """Whether the line or the next one says a name again: the description of a picture, and the name below it."""
    if len(tidy(lines.blocks[number].text)) >= 2 * len(text):
        return True
    return number + 1 < len(lines.blocks) and fold(lines.bare(number + 1)) == fold(text)


def _names_in_path(url: str, words: list[str]) -> bool:
    """Whether a link leads to the page of the person it names: ``/people/jane-doe``."""
    path = url.lower().partition("?")[0].rpartition("//")[2].partition("/")[2]
    return all(word in path for word in words)
