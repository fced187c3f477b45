"""Scores of the terms of short lines: whose votes count, and which terms the table holds."""

from __future__ import annotations

import numpy as np
import pytest

from training import line_terms
from training.labels import CLUTTER, CONTENT, UNKNOWN
from training.line_terms import poll_line_terms
from training.votes import Poll

LINES = [["read", "more"], ["the", "ferry"], []]
LABELS = np.array([CLUTTER, CONTENT, UNKNOWN], np.int8)


def votes(domains: int, documents: int = 2) -> Poll:
    return poll_line_terms((f"{domain}.example", LINES, LABELS) for domain in range(domains) for _ in range(documents))


def test_terms_of_content_score_above_zero_and_those_of_clutter_below() -> None:
    scores = votes(8).scores()
    assert scores["ferry"] == scores["the ferry"] > 1
    assert scores["read more"] == scores["more"] == -scores["ferry"]


def test_a_term_of_few_domains_has_no_score() -> None:
    assert votes(5).scores() == {}
    assert votes(6).scores(without="2.example") == {}
    assert votes(8).scores(without="2.example") == pytest.approx(votes(7).scores())


def test_a_line_of_a_domain_counts_half_of_two_and_as_much_as_three() -> None:
    assert votes(8, documents=1).scores()["more"] > votes(8).scores()["more"]
    assert votes(8, documents=3).scores() == pytest.approx(votes(8).scores())


def test_what_nobody_knows_has_no_vote() -> None:
    unknown = np.full(3, UNKNOWN, np.int8)
    assert poll_line_terms((f"{domain}.example", LINES, unknown) for domain in range(8)).scores() == {}


def test_the_table_holds_the_terms_that_tell_most(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(line_terms, "MOST_TERMS", 2)
    both = poll_line_terms(
        (f"{domain}.example", [*LINES, ["more", "ferry"]], np.append(LABELS, CLUTTER).astype(np.int8))
        for domain in range(8)
    )
    assert len(both.scores()) == 2
    assert "ferry" not in both.scores()
