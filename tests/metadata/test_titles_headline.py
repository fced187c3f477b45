from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.metadata.titles import headline

SITES = ["Harbour Times", "www.harbourtimes.example"]


@pytest.mark.parametrize(
    ("shown", "declared", "expected"),
    [
        (["Ferry runs again"], ["Ferry runs again | Harbour Times"], "Ferry runs again"),
        ([], ["Ferry runs again | Harbour Times"], "Ferry runs again"),
        ([], ["Ferry runs again - Harbour Times"], "Ferry runs again"),
        ([], ["Ferry runs again – Harbour Times"], "Ferry runs again"),
        ([], ["Harbour Times » News » Ferry runs again to the islands"], "Ferry runs again to the islands"),
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
        ([], [], None),
        ([], ["x" * 501], None),
    ],
)
def test_the_headline_stands_alone(shown: list[str], declared: list[str], expected: str | None) -> None:
    assert headline(shown, declared, SITES) == expected


@given(st.lists(st.text(max_size=40), max_size=4), st.lists(st.text(max_size=40), max_size=4), st.lists(st.text()))
def test_never_raises_and_invents_nothing(shown: list[str], declared: list[str], sites: list[str]) -> None:
    title = headline(shown, declared, sites)
    assert title is None or any(title in known for known in (*shown, *declared))
