from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.document import HTML, Block, Document, Label, RawDocument, Verdict
from archiver.metadata import describe
from archiver.metadata.relative import day_before
from archiver.record import Metadata

FETCHED = datetime(2025, 9, 5, 1, 30, tzinfo=UTC)
ROWS = tomllib.loads((Path(__file__).parent / "relative.toml").read_text(encoding="utf-8"))["days"]
PROSE = "The ferry to the islands runs again from Monday, the harbour office said on Friday. " * 4


@pytest.mark.parametrize(("line", "day"), ROWS.items())
def test_a_line_tells_a_day_before_the_fetching(line: str, day: str) -> None:
    found = day_before(line, FETCHED)
    assert (found.isoformat() if found else "") == day


@given(st.text(max_size=80) | st.from_regex(r"\d{1,30} (hours|Tagen) (ago|vor)", fullmatch=True))
def test_never_raises(line: str) -> None:
    found = day_before(line, FETCHED)
    assert found is None or found <= FETCHED.date()


def page(*lines: str, fetched: datetime | None) -> Metadata:
    blocks = [Block("Ferry runs again", level=1), *map(Block, lines), Block(PROSE)]
    verdicts = [Verdict(Label.BOILERPLATE, block.text == PROSE, "test", 1.0) for block in blocks]
    source = RawDocument(b"", "a.html", fetched_at=fetched)
    return describe(Document(source, HTML, blocks, language="en", verdicts=verdicts), PROSE)


def test_it_is_read_only_where_the_moment_of_fetching_is_known() -> None:
    assert page("2 days ago", fetched=None).date_published is None
    metadata = page("2 days ago", "Updated 3 hours ago", fetched=FETCHED)
    assert (metadata.date_published, metadata.date_modified) == (date(2025, 9, 3), date(2025, 9, 4))
    assert metadata.published_at is None
    assert metadata.published_raw == "2 days ago"


def test_a_date_goes_before_it() -> None:
    assert page("2 days ago", "May 3, 2020", fetched=FETCHED).date_published == date(2020, 5, 3)
