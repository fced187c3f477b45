"""Lines that are, begin with or hold a phrase of page furniture, in the languages of `phrases`.

A whole line that nobody would write into an article ("Share this post", "Back to top") has its own say. What
a line only begins with ("Read also: …") has it where nothing but a title, a name or a link can follow. What a
line holds somewhere is a vote. The phrase, its file and its line are the evidence.

Known false positive: an article about newsletters that quotes a sign-up line as a paragraph of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.document import Document, Label, Proposal
from archiver.normalizers.reading import Line, Reading, read
from archiver.phrases import USER_SOURCE, Kind, Match
from archiver.sentences import ends_sentence, ends_statement

# How often a phrase is right, by how it matched. A heading is right where its list follows: see `zones`.
_SCORES = {Kind.LINE: 0.95, Kind.START: 0.9, Kind.HEADING: 0.75, Kind.HINT: 0.7, Kind.ANYWHERE: 0.65}
# What the user has written down shall go, whatever the model says.
_ORDERED = 0.98
# A heading of several words or with a number ("Leave a comment", "0Comments") is no heading of an article, list or not.
_LONG_HEADING = 0.9
# Below the last prose it has no section of the article to head.
_LAST_HEADING = 0.92

# Labels whose phrases mean clutter between two paragraphs too. Those of the others ("Contact us", "Price",
# "10 min") may be a heading, a cell of a table or an entry of a list there, and only vote, unless they are as
# particular as those with a slot ("{site} presents").
_ANYWHERE = frozenset({Label.SHARE, Label.RELATED, Label.NEWSLETTER, Label.AD, Label.COMMENTS})
_IN_BODY = 0.8
_TOLD = 0.89
# Any words with capitals fit the slot after a lone word: "By Tuesday Morning" is a heading.
_LONE_NAME = re.compile(r"\w+ \{name\}$")

# More bylines than this are a column of a list: books and their authors.
_MOST_BYLINES = 3

# A line that only begins with a phrase is a sentence of the article when it is longer than this; or, where nothing
# sets the phrase apart and the line ends like a sentence, already when it is longer than the second.
_LONGEST_START = 30
_LONGEST_NOTICE = 60
_LONGEST_SENTENCE = 15
# Between two paragraphs a sentence of more words, which ends with a full stop, may be one of them, whatever the label.
_SHORTEST_SENTENCE = 4
_SIGNS = (":", "|", "-", "?", "/", "!")
_APART = (*_SIGNS, "}")
# Labels whose phrases are sentences themselves.
_SENTENCES = frozenset({Label.LEGAL, Label.CONSENT, Label.NEWSLETTER, Label.COMMENTS, Label.FORM})
_NOTICES = frozenset({Label.LEGAL, Label.CONSENT, Label.NEWSLETTER})

# What a date shows when more words stand with it than "6 days ago": a year, a numeric date, a time of day.
_DATED = re.compile(r"(?<!\d)(?:19|20)\d{2}(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2}|\d[:.]\d\d(?!\d)")
_MOST_DATE_WORDS = 5
# A longer sentence without a day or a time tells of a year: "Published in 1931, the book sold nine copies."
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
# No name ends so, but where a full stop follows it in Latin letters.
_NO_NAME_ENDS = ("?", "!", "？", "！", "。")
# More words behind a credit than this are no name.
_LONGEST_CREDIT = 8
_OPENING = ("„", "“", "«", "‘", '"', "'", "(")


def wording(document: Document) -> Iterator[Proposal]:
    """Proposes the label of each phrase that a line matches."""
    reading = read(document)
    if reading.last_prose < 0:  # no article to tell furniture from, but an order is an order
        yield from _orders(reading)
        return
    listed = sum(line.match(Label.BYLINE, Kind.LINE) is not None for line in reading.matched) > _MOST_BYLINES
    for line in reading.matched:
        for match in line.matches:
            if not document.is_html and _is_cell(line, match, reading):
                continue
            if not (document.is_html and match.how is Kind.START) and _is_told(line, match, reading):
                continue
            if match.label is Label.CAPTION and match.how is Kind.ANYWHERE and _is_mentioned(line, match):
                continue
            score = _score(line, match, reading)
            if listed and match.label is Label.BYLINE and line.index > reading.first_prose:
                score = min(score, _IN_BODY)
            yield Proposal(line.index, match.label, "wording", score, _evidence(match))


def _orders(reading: Reading) -> Iterator[Proposal]:
    for line in reading.matched:
        for match in line.matches:
            if _is_order(match):
                yield Proposal(line.index, match.label, "wording", _ORDERED, _evidence(match))


def _is_order(match: Match) -> bool:
    return match.source.startswith(USER_SOURCE) and match.how in (Kind.LINE, Kind.START)


def _is_cell(line: Line, match: Match, reading: Reading) -> bool:
    """Whether a single word may as well be a cell or a heading: "Yes", "Company", inside the body of a text."""
    inside = reading.body[0] < line.index < reading.body[1]
    return match.how is Kind.HINT and line.words == 1 and inside


def _is_told(line: Line, match: Match, reading: Reading) -> bool:
    """Whether the article may say it: "We use cookies to teach fractions, and it works." between two paragraphs.

    No notice about cookies or newsletters stands there in the development texts, and of legal ones one in two is the
    article's own.
    """
    is_notice = match.label in _NOTICES and match.how in (Kind.START, Kind.ANYWHERE) and not _is_order(match)
    return is_notice and _reads_on(line) and reading.is_between_prose(line)


def _is_mentioned(line: Line, match: Match) -> bool:
    """Whether a sentence of the article holds the words of a credit: quoted, or before more than a name."""
    before, found, after = line.text.casefold().partition(match.phrase.casefold())
    if not found or not _reads_on(line):
        return False
    return before.endswith(_OPENING) or len(after.split()) > _LONGEST_CREDIT


def _score(line: Line, match: Match, reading: Reading) -> float:
    if _is_order(match):
        return _ORDERED
    score = _SCORES[match.how]
    if match.how is Kind.HEADING and match.label in _ANYWHERE and (line.words > 1 or "{" in match.phrase):
        asked = match.phrase.endswith("?") and reading.is_between_prose(line)  # as in an interview
        score = score if asked else _LONG_HEADING
    if match.how is Kind.HEADING and line.index > reading.last_prose:
        score = _LAST_HEADING
    notice = match.label in _NOTICES and match.how is Kind.START and not match.phrase.endswith(":")
    longest = _LONGEST_NOTICE if notice else _LONGEST_START
    if match.how in (Kind.START, Kind.ANYWHERE) and (line.words > longest or _is_sentence(line, match)):
        return 0.5
    if match.how is Kind.START and _may_be_told(line, match) and reading.is_between_prose(line):
        return min(score, _TOLD)
    if "{name}" in match.phrase and line.text.endswith(_NO_NAME_ENDS):
        return _IN_BODY
    if "{date}" in match.phrase and line.words > _MOST_DATE_WORDS and not _is_dated(line.text):
        return _IN_BODY
    loose = "{" not in match.phrase or (_LONE_NAME.match(match.phrase) is not None and not _DATED.search(line.text))
    if match.label not in _ANYWHERE and loose and reading.body[0] < line.index < reading.body[1]:
        return min(score, _IN_BODY)
    return score


def _is_dated(text: str) -> bool:
    """Whether a line shows a date beside its words: a year at least, and a day too where it ends like a sentence."""
    if not _DATED.search(text):
        return False
    return not ends_statement(text) or _DAY.search(text) is not None


def _is_sentence(line: Line, match: Match) -> bool:
    """Whether a line that begins with a phrase reads on as a sentence of the article."""
    return match.label not in _SENTENCES and not match.phrase.endswith(_APART) and _reads_on(line)


def _may_be_told(line: Line, match: Match) -> bool:
    """Whether a line may be one of the article's own: "Share on Facebook was the other imperative of those years."."""
    full = line.words > _SHORTEST_SENTENCE and ends_statement(line.text)
    return full and not match.phrase.endswith(_SIGNS)


def _reads_on(line: Line) -> bool:
    """Whether a line is long enough for a sentence, and ends like one."""
    return line.words > _LONGEST_SENTENCE and ends_sentence(line.text)


def _evidence(match: Match) -> str:
    return f"{match.phrase} ({match.source})"
