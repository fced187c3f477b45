from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.metadata.titles import BLOCK, HEADING, HEADLINE, NEWS, OTHER, SHARED, Title, headline

SITES = ["Harbour Times", "www.harbourtimes.example"]
PLACES = (HEADING, BLOCK, NEWS, HEADLINE, SHARED, OTHER)


def titles(shown: list[str], declared: list[str]) -> list[Title]:
    return [*(Title(value, HEADING) for value in shown), *(Title(value, SHARED) for value in declared)]


@pytest.mark.parametrize(
    ("shown", "declared", "expected"),
    [
        (["Ferry runs again"], ["Ferry runs again | Harbour Times"], "Ferry runs again"),
        ([], ["Ferry runs again | Harbour Times"], "Ferry runs again"),
        ([], ["Ferry runs again - Harbour Times"], "Ferry runs again"),
        ([], ["Ferry runs again – Harbour Times"], "Ferry runs again"),
        ([], ["Harbour Times » News » Ferry runs again to the islands"], "Ferry runs again to the islands"),
        ([], ["Isle Film Club » Blog Archive » Ferry runs again"], "Ferry runs again"),
        ([], ["Ferry runs again to the islands | Local news | Harbour Times"], "Ferry runs again to the islands"),
        ([], ["Ferry runs again to the islands | harbourtimes"], "Ferry runs again to the islands"),
        ([], ["Ferry runs again - and so does the bus"], "Ferry runs again - and so does the bus"),
        ([], ["Tides: what they tell us"], "Tides: what they tell us"),
        ([], ["Harbour Times"], "Harbour Times"),
        (["Harbour Times", "Ferry runs again"], ["Ferry runs again"], "Ferry runs again"),
        (["Harbour Times"], ["Ferry runs again"], "Ferry runs again"),
        (["Ferry runs again, at last"], ["Ferry runs again"], "Ferry runs again, at last"),
        (["Ferry to the islands runs again"], ["The ferry runs again"], "Ferry to the islands runs again"),
        (["Subscribe"], ["Ferry runs again"], "Ferry runs again"),
        (["FERRY RUNS AGAIN"], ["Ferry runs again"], "FERRY RUNS AGAIN"),
        (["渡轮恢复运行"], ["渡轮恢复运行_Harbour Times", "渡轮恢复运行 | Harbour Times"], "渡轮恢复运行"),
        (["Ferry runs again"], [], "Ferry runs again"),
        (["Islands: Ferry runs again"], ["Ferry runs again"], "Ferry runs again"),
        (["Islands - Ferry runs again"], ["Ferry runs again"], "Ferry runs again"),
        ([], ["Ferry runs again - Harbourtimes.example"], "Ferry runs again"),
        (["«Ferry runs again»"], ["«Ferry runs again» - Harbour Times"], "«Ferry runs again»"),
        (["« Ferry runs again"], [], "Ferry runs again"),
        ([], [], None),
        ([], ["x" * 501], None),
    ],
)
def test_the_headline_stands_alone(shown: list[str], declared: list[str], expected: str | None) -> None:
    assert headline(titles(shown, declared), SITES) == expected


def test_a_path_above_the_headline_is_none() -> None:
    path = Title("Home / News / Ferry runs again", BLOCK)
    assert headline([path, *titles(["Ferry runs again"], ["Ferry runs again"])], SITES) == "Ferry runs again"


URL = "https://www.harbourtimes.example/news/2025/ferry-to-the-islands-runs-again.html?utm_source=rss"


def test_the_address_decides_between_two_headlines() -> None:
    found = titles(["Book your crossing today"], ["Ferry to the islands runs again"])
    assert headline(found, SITES) == "Book your crossing today"
    assert headline(found, SITES, URL) == "Ferry to the islands runs again"


@pytest.mark.parametrize(
    ("title", "site", "expected"),
    [
        ("Care for a small boat | Farside Boat Savings Bank", "fbsb.example", "Care for a small boat"),
        ("Boat building | Harbourside Island Marketing", "harboursideagency.example", "Boat building"),
        ("Boat building | Harbourside Island Marketing", "Harbourside Island Marketing Agency", "Boat building"),
        ("Boat building | Island craft and more", "harbourside.example", "Boat building | Island craft and more"),
        ("Care for a small boat: Farside Boat Savings Bank", "fbsb.example", None),
    ],
)
def test_a_site_is_known_by_its_initials_or_first_word(title: str, site: str, expected: str | None) -> None:
    assert headline(titles([], [title]), [site]) == (expected or title)


def test_what_only_names_something_brings_no_kicker_down() -> None:
    kicker = "Islands - Ferry runs again at last"
    found = [Title(kicker, NEWS), Title(kicker, SHARED), Title("Ferry runs again at last", HEADING)]
    assert headline([*found, Title("Ferry runs again at last", OTHER)], SITES) == kicker


def test_a_heading_that_shares_no_word_with_what_is_declared_and_shown_names_the_section() -> None:
    shown = [Title("Ferry runs again to the islands", place) for place in (OTHER, BLOCK)]
    assert headline([Title("Travel and Leisure Centre", HEADING), *shown], SITES) == "Ferry runs again to the islands"
    assert headline([Title("Islands: the ferry is back", HEADING), *shown], SITES) == "Islands: the ferry is back"


def test_an_address_without_words_says_nothing() -> None:
    found = titles(["Book your crossing today"], ["Ferry to the islands runs again"])
    for url in ("https://harbourtimes.example/12345", "https://harbourtimes.example/", "mailto:x", ""):
        assert headline(found, SITES, url) == "Book your crossing today"


def test_a_newspaper_is_taken_at_its_word() -> None:
    found = [
        Title("Ferry: what we know so far", HEADING),
        Title("Ferry: what we know so far", SHARED),
        Title("Ferry to the islands runs again", HEADLINE),
        Title("The islands rejoice", HEADING),
    ]
    assert headline(found, SITES) == "Ferry: what we know so far"
    news = [title._replace(place=NEWS) if title.place == HEADLINE else title for title in found]
    assert headline(news, SITES, URL) == "Ferry to the islands runs again"


TITLES = st.lists(st.builds(Title, st.text(max_size=40), st.sampled_from(PLACES)), max_size=6)


@given(TITLES, st.lists(st.text(), max_size=3), st.none() | st.text(max_size=60))
def test_never_raises_and_invents_nothing(found: list[Title], sites: list[str], url: str | None) -> None:
    title = headline(found, sites, url)
    assert title is None or any(title in known.value for known in found)
