"""Scores of class words: whose votes count, and how much."""

from __future__ import annotations

import numpy as np
import pytest

from archiver.document import RawDocument
from archiver.features import gather
from archiver.features.batch import Tree
from archiver.segment import segment_html
from archiver.settings import Settings
from training.class_words import poll_class_words
from training.labels import CLUTTER, CONTENT
from training.votes import Poll

PAGE = "<div class='story'><p>text</p></div><div class='promo'><p>text</p></div>"


def votes(domains: int, pages: int = 1, words: float = 10_000, html: str = PAGE) -> Poll:
    """The votes of domains in which stories are content and promos are not."""
    labels = np.array([CONTENT, CLUTTER], np.int8)
    sizes = np.full(2, words, np.float32)
    return poll_class_words(
        (f"{domain}.example", tree(html), labels, sizes) for domain in range(domains) for _ in range(pages)
    )


def tree(html: str) -> Tree:
    return gather([segment_html(html, RawDocument(b"", "a"), Settings())]).tree


def test_words_of_content_score_above_zero_and_those_of_clutter_below() -> None:
    scores = votes(8).scores()
    assert scores["story"] > 1 > 0 > -1 > scores["promo"]
    assert scores["<p>"] == scores["<div>"]
    assert scores["promo"] < scores["<p>"] < scores["story"]


def test_a_word_of_few_domains_has_no_score() -> None:
    assert votes(3).scores() == {}
    assert "story" in votes(4).scores()


def test_a_page_is_scored_without_its_own_domain() -> None:
    assert votes(4).scores(without="2.example") == {}
    assert votes(8).scores(without="2.example")["story"] == pytest.approx(votes(7).scores()["story"])


def test_a_large_site_counts_no_more_than_a_small_one() -> None:
    assert votes(8, pages=9).scores() == pytest.approx(votes(8).scores())


def test_a_domain_with_next_to_nothing_below_a_word_hardly_counts() -> None:
    assert 0 < votes(8, words=1).scores()["story"] < votes(8).scores()["story"] / 2
