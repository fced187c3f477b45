"""A line beside the headline in, whether it is the bare name of the article's author out.

A name alone may as well be a section, a tag or the subject of a picture: something beside it has to vouch for it.
"""

from __future__ import annotations

import re

from archiver.document import Label
from archiver.metadata.dates import read
from archiver.metadata.folding import fold, tidy
from archiver.metadata.lexicon import names
from archiver.metadata.lines import ELSEWHERE, MAX_BARE_DATE_CHARS, UNSIGNED, Lines
from archiver.metadata.people import is_desk_line, is_name_line, may_be_name_line, split
from archiver.metadata.persons import has_case, is_short_name

MAX_BARE_WORDS = 3
BELOW_TITLE = 3
"""So many lines below its headline a text may name its author."""
FIRST_LINES = 4
SIGNED_WITHIN = 2
"""The author's name alone is one of so many first lines of a text, and so few from its paragraphs."""
BIO_WORDS = 6
"""A text about a person has the name among its first words: "Hello, I'm Ana"."""

_BULLETS = frozenset("•·*‣▪●○")
_WORD = re.compile(r"[^\W\d_]+")


def is_bare_name(lines: Lines, number: int) -> bool:
    """Whether a line is the name of a person and no heading: a date, a link or the name again vouches for it.

    What is cheap to know is asked first.
    """
    block, text = lines.blocks[number], lines.bare(number)
    shaped = lines.is_html and (0 < block.level < 3 or block.kind not in (Label.PARAGRAPH, Label.HEADING))
    if shaped or lines.verdicts[number].label in ELSEWHERE or not may_be_name_line(text):
        return False
    words = _WORD.findall(text.lower())
    if not words or not names().phrase_words.isdisjoint(words[:2]):
        return False
    vouched = _is_vouched_for(lines, number, text, words)
    if not vouched and not _is_told_about(lines, number, words):
        return False
    if not has_case(text) and (lines.verdicts[number].label in UNSIGNED or not is_short_name((split(text) or [""])[0])):
        return False
    if not is_name_line(text) or lines.are_written_small(words) or _is_title(lines, number):
        return False
    if vouched:
        return True
    first = _WORD.findall(split(text)[0].lower())
    return len(first) <= MAX_BARE_WORDS and not any(map(lines.is_written_small, first))


def is_desk(lines: Lines, number: int) -> bool:
    """Whether a line is the name of a desk beside a date or below the headline."""
    text = lines.bare(number)
    return is_desk_line(text) and (_is_beside_time(lines, number) or _is_below_title(lines, number))


def _is_vouched_for(lines: Lines, number: int, text: str, words: list[str]) -> bool:
    return (
        any(_names_in_path(link.url, words) for link in lines.blocks[number].links)
        or _is_said_twice(lines, number, text)
        or read(text) is not None
        or _is_beside_time(lines, number)
    )


def _is_beside_time(lines: Lines, number: int) -> bool:
    """Whether a line next to this one is a date; in a text also a day, or the time that reading takes.

    Below a text stand those of other articles.
    """
    if not lines.is_html and lines.prose is not None and number > lines.prose[1]:
        return False
    tells = lines.is_dated if lines.is_html else lines.tells_time
    return any(map(tells, (number - 1, number + 1, number + 2)))


def _is_below_title(lines: Lines, number: int) -> bool:
    """Whether a line of a text stands right below its headline."""
    return not lines.is_html and not lines.titles.isdisjoint(range(number - BELOW_TITLE, number))


def _is_title(lines: Lines, number: int) -> bool:
    """Whether a line of a text is its headline, or says it again.

    Where a text has no headline, its author's name may be labelled as that: a few words with capitals, said once.
    """
    if lines.is_html or not lines.titles:
        return False
    line = lines.bare(number)
    if number == min(lines.titles) and (len(split(line)[0].split()) > MAX_BARE_WORDS or not has_case(line)):
        return True
    others = lines.titles - {number} if number not in lines.titles else range(number + 1, number + 2)
    return any(fold(lines.bare(other)) == fold(line) for other in others if other < len(lines.blocks))


def _is_beside_text(lines: Lines, number: int) -> bool:
    """Whether a line signs a text: right after its last paragraph, or among its first lines, before the first one."""
    if lines.is_html or not lines.prose:
        return False
    first, last = lines.prose
    listed = lines.blocks[number].text[:1] in _BULLETS or lines.verdicts[number].label in UNSIGNED
    return not listed and (
        0 < number - last <= SIGNED_WITHIN or (number < FIRST_LINES and 0 < first - number <= SIGNED_WITHIN)
    )


def _is_told_about(lines: Lines, number: int, words: list[str]) -> bool:
    """Whether a name stands where authors do, or before its person's role (``Tech Writer``) or own words."""
    following = lines.following(number)
    if _is_below_title(lines, number) or _is_beside_text(lines, number) or names().introduction.match(following):
        return True
    if len(following) <= MAX_BARE_DATE_CHARS:
        role = names().role_after if lines.is_html else names().role_inside
        return role.search(following) is not None
    if not lines.is_html and names().role_before.match(following):
        return True
    start = [word.lower() for word in _WORD.findall(following[:MAX_BARE_DATE_CHARS])[:BIO_WORDS]]
    return words[0] in start


def _is_said_twice(lines: Lines, number: int, text: str) -> bool:
    """Whether the line or the next one says a name again: the description of a picture, and the name below it."""
    if len(tidy(lines.blocks[number].text)) >= 2 * len(text):
        return True
    following = lines.bare(number + 1) if number + 1 < len(lines.blocks) else ""
    if following[:1].isalnum() and text[:1].isalnum() and following[0].lower() != text[0].lower():
        return False
    return bool(following) and fold(following) == fold(text)


def _names_in_path(url: str, words: list[str]) -> bool:
    """Whether a link leads to the page of the person it names: ``/people/jane-doe``."""
    path = url.lower().partition("?")[0].rpartition("//")[2].partition("/")[2]
    return all(word in path for word in words)
