"""Words as numbers: what NumPy finds for all lines at once is what a look at each line finds."""

from __future__ import annotations

from statistics import fmean

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from archiver.features.numbered import NumberedWords
from archiver.features.vocabulary import MOST_WORDS, NAMES, line_scores, terms

WORDS = st.sampled_from("read more share the old bridge 東 京".split())
LINES = st.lists(st.lists(WORDS, max_size=MOST_WORDS + 2), max_size=8)
SCORES = {"read": 1.5, "more": -2.0, "share": -0.25, "read more": -3.0, "old bridge": 2.5, "東 京": 0.5}
UNKNOWN = 2


@given(LINES)
def test_every_word_stands_where_it_stood(lines: list[list[str]]) -> None:
    found = NumberedWords.of_lines(lines)
    spelled = list(found.numbers)
    again = [[spelled[number] for number in found.of[found.words_of(line, line + 1)]] for line in range(len(lines))]
    assert again == lines
    assert found.line.tolist() == [line for line, words in enumerate(lines) for _ in words]


@given(LINES, st.sets(WORDS))
def test_flags_are_those_of_the_words(lines: list[list[str]], wanted: set[str]) -> None:
    found = NumberedWords.of_lines(lines)
    flags = found.flagged(wanted)
    assert {word for word, number in found.numbers.items() if flags[number]} == wanted & set().union(*lines)


@given(LINES)
def test_the_scores_of_a_line_are_those_of_its_terms(lines: list[list[str]]) -> None:
    def expected(line: list[str]) -> list[float]:
        known = [SCORES[term] for term in terms(line) if term in SCORES]
        if not known or len(line) > MOST_WORDS:
            return [0.0] * len(NAMES)
        mean = fmean(known) * len(known) / (len(line) + UNKNOWN)
        ends = SCORES.get(line[0], 0.0), SCORES.get(line[-1], 0.0)
        return [mean, min(known), max(known), len(known) / len(line), *ends]

    assert np.allclose(line_scores(lines, SCORES), np.array([*map(expected, lines)]).reshape(-1, len(NAMES)))


def test_no_scores_are_no_scores() -> None:
    assert not line_scores([["read", "more"]], {}).any()
