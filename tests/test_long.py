"""Stretched documents: the chapters stand in the page and in its gold, at the same place, and nothing else changes."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from benchmarks import long
from benchmarks.datasets import Case
from tests.test_tails import case, html_of

TOPICS = "alpha beta gamma delta omega sigma kappa theta lambda zeta".split()
PAGES = [case(topic) for topic in TOPICS]


def words(text: str) -> list[str]:
    return re.findall(r"\w+", text.lower())


def stretched(seed: int) -> list[tuple[Case, Case]]:
    """Each page that could be stretched beside what became of it."""
    by_id = {page.id: page for page in PAGES}
    return [(by_id[made.id.partition("+")[0]], made) for made in long.long_pages(PAGES, seed, len(PAGES))]


@pytest.mark.parametrize("seed", range(4))
def test_the_gold_stands_in_the_page_in_its_order(seed: int) -> None:
    made = stretched(seed)
    assert made
    for page, longer in made:
        shown = words(re.sub(r"<[^>]*>", " ", html_of(longer)))
        wanted = words(longer.gold[0])
        assert len(wanted) > len(words(page.gold[0]))
        rest = iter(shown)
        assert all(word in rest for word in wanted)


def test_the_article_begins_and_ends_as_it_did() -> None:
    for page, longer in stretched(0):
        before, after = page.gold[0].split("\n"), longer.gold[0].split("\n")
        assert (after[0], after[-1]) == (before[0], before[-1])
        assert [line for line in after if line in before] == before


def test_equal_seeds_give_equal_bytes() -> None:
    assert [made.digest() for _, made in stretched(3)] == [made.digest() for _, made in stretched(3)]
    assert [made.digest() for _, made in stretched(3)] != [made.digest() for _, made in stretched(4)]


def test_a_text_is_stretched_where_its_gold_is() -> None:
    texts = [Case(page.id, f"Menu\n{page.gold[0]}\nShare", domain=page.domain, gold=page.gold) for page in PAGES]
    made = list(long.long_texts(texts, PAGES, 0, len(texts)))
    assert made
    for text in made:
        lines = str(text.stored).split("\n")
        assert (lines[0], lines[-1]) == ("Menu", "Share")
        assert "\n".join(lines[1:-1]) == text.gold[0]


def test_what_cannot_be_found_again_is_left_out() -> None:
    other = replace(PAGES[0], gold=("Something else altogether, which does not stand on this page at all.",))
    assert list(long.long_pages([other], 0, 1)) == []
    short = Case(PAGES[0].id, "Nothing of it\nis here", domain=PAGES[0].domain, gold=PAGES[0].gold)
    assert list(long.long_texts([short], PAGES, 0, 1)) == []
