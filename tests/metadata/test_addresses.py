from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.metadata.urls import MAX_CHARS, absolute, canonical, dated_path, domain

BASE = "https://www.example.org/news/today/"


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://Example.org/A?b=c", "https://example.org/A?b=c"),
        ("/tides", "https://www.example.org/tides"),
        ("tides", "https://www.example.org/news/today/tides"),
        ("//cdn.example.org/x", "https://cdn.example.org/x"),
        ("?page=2", "https://www.example.org/news/today/?page=2"),
        ("javascript:alert(1)", None),
        ("mailto:mara@example.org", None),
        ("http://[broken", None),
        ("https://example.org/" + "a" * MAX_CHARS, None),
    ],
)
def test_absolute(url: str, expected: str | None) -> None:
    assert absolute(url, BASE) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/a?utm_source=rss&id=7&fbclid=x#top", "https://example.org/a?id=7"),
        ("https://example.org/a?utm_medium=rss", "https://example.org/a"),
        ("https://example.org/a?q=a+b&empty=", "https://example.org/a?q=a+b&empty="),
        ("https://example.org/a?gclid=1&MC_CID=2", "https://example.org/a"),
        ("https://example.org/a#part", "https://example.org/a"),
    ],
)
def test_canonical_drops_what_only_tracks(url: str, expected: str) -> None:
    assert canonical(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.Example.org:8080/a", "example.org"),
        ("https://news.example.co.uk/", "news.example.co.uk"),
        ("http://user:word@example.org/", "example.org"),
        ("example.org/a", None),
        (None, None),
    ],
)
def test_domain(url: str | None, expected: str | None) -> None:
    assert domain(url) == expected


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://example.org/2025/09/04/ferry", "2025-09-04"),
        ("https://example.org/news/2025-9-4/", "2025-9-4"),
        ("https://example.org/2025/SPORT/09/04/ferry.html", "2025-09-04"),
        ("https://example.org/2025/islands_north/9/4/ferry", "2025-9-4"),
        ("https://example.org/2025/top10/9/4/ferry", None),
        ("https://example.org/2025/09/ferry", None),
        ("https://example.org/2025/13/04/ferry", None),
        ("https://example.org/id/20250904", None),
        (None, None),
    ],
)
def test_a_path_ordered_by_days(url: str | None, expected: str | None) -> None:
    assert dated_path(url) == expected


@given(st.text(max_size=200), st.none() | st.text(max_size=50))
def test_never_raises(url: str, base: str | None) -> None:
    for result in (absolute(url, base), canonical(url, base)):
        assert result is None or domain(result) is not None


@given(st.text(alphabet="abc=&%+;utm_source", max_size=60))
def test_canonical_of_canonical_is_the_same(query: str) -> None:
    once = canonical(f"https://example.org/?{query}")
    assert once is not None
    assert canonical(once) == once
