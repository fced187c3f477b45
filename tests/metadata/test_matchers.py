"""The quick look of the matchers never hides what their pattern would find."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.metadata.lexicon import calendar, names, notices
from archiver.metadata.matchers import Endings, Openings, Phrases, alternatives

PHRASES = ("by", "written by", "to continue reading", "fot.", "文/", "글", "автор", "Γράφει ο", "ilgili", "i am")
LINES = st.lists(
    st.sampled_from(
        [*PHRASES, "Mara", "LINDQVIST", "İlgili", "ΓΡΆΦΕΙ Ο", "ſtill", ",", "·", "2025", "林海燕", "\u00a0"]
    )
    | st.text(max_size=6),
    max_size=6,
).map(" ".join)
PATTERN = re.compile(rf"(?:{alternatives(PHRASES)})", re.IGNORECASE)


@given(LINES)
def test_a_phrase_in_a_line_is_found(line: str) -> None:
    found, expected = Phrases(PHRASES).search(line), PATTERN.search(line)
    assert (found and found.start()) == (expected and expected.start())


@given(LINES.map(str.lower))
def test_a_phrase_at_the_start_of_a_line_is_found(line: str) -> None:
    line = " ".join(line.split())
    assert (Openings(PHRASES).match(line) is None) == (PATTERN.match(line) is None)


@given(LINES.map(str.lower))
def test_a_phrase_at_the_end_of_a_line_is_found(line: str) -> None:
    line = " ".join(line.split())
    pattern = re.compile(rf"[\s,:–—-]*(?:{alternatives(PHRASES)})[\s.,:]*$", re.IGNORECASE)
    assert (Endings(PHRASES).search(line) is None) == (pattern.search(line) is None)


@pytest.mark.parametrize(
    ("matcher", "line"),
    [
        (names().stop, "Mara Lindqvist · 4 min read"),
        (names().opener_inside, "3 May 2020 by Mara"),
        (notices().paywalled, "Subscribe to continue reading"),
        (calendar().modified, "3 May 2020, updated 4 May"),
    ],
)
def test_the_tables_are_searched(matcher: Phrases, line: str) -> None:
    assert matcher.search(line)
    assert not matcher.search("The ferry to the islands sails")
