"""Lines that are, begin with or hold a phrase of page furniture, in the languages of `phrases`.

A whole line that nobody would write into an article ("Share this post", "Back to top") has its own say. What
a line only begins with ("Read also: …") has it where nothing but a title, a name or a link can follow. What a
line holds somewhere is a vote. The phrase, its file and its line are the evidence.

Known false positive: an article about newsletters that quotes a sign-up line as a paragraph of its own.
"""

from __future__ import annotations

from collections.abc import Iterator

from archiver.document import Document, Label, Proposal
from archiver.normalizers.reading import Line, Reading, read
from archiver.phrases import Kind, Match

# How often a phrase is right, by how it matched. A heading is right where its list follows: see `zones`.
_SCORES = {Kind.LINE: 0.95, Kind.START: 0.9, Kind.HEADING: 0.75, Kind.HINT: 0.7, Kind.ANYWHERE: 0.65}
# A heading of several words or with a number ("Leave a comment", "0Comments") is no heading of an article, list or not.
_LONG_HEADING = 0.9

# Labels whose phrases mean clutter between two paragraphs too. Those of the others ("Contact us", "Price",
# "10 min") may be a heading, a cell of a table or an entry of a list there, and only vote, unless they are as
# particular as those with a slot ("{site} presents").
_ANYWHERE = frozenset({Label.SHARE, Label.RELATED, Label.NEWSLETTER, Label.AD, Label.COMMENTS})
_IN_BODY = 0.8
# Nearly any words fit the slot of these: "By Tuesday Morning" is a heading.
_NAMES_AND_DATES = frozenset({Label.BYLINE, Label.DATE, Label.COUNTER})

# More bylines than this are a column of a list: books and their authors.
_MOST_BYLINES = 3

# A line that only begins with a phrase is a sentence of the article when it is longer than this.
_LONGEST_START = 30


def wording(document: Document) -> Iterator[Proposal]:
    """Proposes the label of each phrase that a line matches."""
    reading = read(document)
    if reading.last_prose < 0:
        return
    listed = sum(line.match(Label.BYLINE, Kind.LINE) is not None for line in reading.lines) > _MOST_BYLINES
    for line in reading.lines:
        for match in line.matches:
            score = _score(line, match, reading)
            if listed and match.label is Label.BYLINE and line.index > reading.first_prose:
                score = min(score, _IN_BODY)
            yield Proposal(line.index, match.label, "wording", score, _evidence(match))


def _score(line: Line, match: Match, reading: Reading) -> float:
    score = _SCORES[match.how]
    if match.how is Kind.HEADING and match.label in _ANYWHERE and (line.words > 1 or "{" in match.phrase):
        score = _LONG_HEADING
    if match.how in (Kind.START, Kind.ANYWHERE) and line.words > _LONGEST_START:
        return 0.5
    if (
        match.label not in _ANYWHERE
        and "{" not in match.phrase
        and reading.first_prose < line.index < reading.last_prose
    ):
        return min(score, _IN_BODY)
    return score


def _evidence(match: Match) -> str:
    return f"{match.phrase} ({match.source})"
