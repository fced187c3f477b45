from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.metadata.dates import EARLIEST_YEAR, LATEST_YEAR, is_month_first, read
from archiver.metadata.lexicon import calendar

ROWS = tomllib.loads((Path(__file__).parent / "dates.toml").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("line", "day"), ROWS["days"].items())
def test_a_line_tells_its_day(line: str, day: str) -> None:
    stamp = read(line)
    assert (stamp.day.isoformat() if stamp else "") == day


@pytest.mark.parametrize(("line", "instant"), ROWS["zoned"].items())
def test_a_line_with_clock_and_zone_tells_an_instant(line: str, instant: str) -> None:
    stamp = read(line)
    assert stamp is not None
    assert stamp.at is not None
    assert stamp.at.astimezone(UTC) == datetime.fromisoformat(instant).replace(tzinfo=UTC)
    assert stamp.day == stamp.at.date()


@pytest.mark.parametrize("line", ["2025-09-04T10:30:00", "2025-09-04T00:00:00Z", "4 May 2020 10:30", "10 May 2020 IST"])
def test_no_instant_without_clock_or_zone(line: str) -> None:
    stamp = read(line)
    assert stamp is not None
    assert stamp.at is None


def test_there_are_enough_rows() -> None:
    assert len(ROWS["days"]) >= 200
    assert sum(not day for day in ROWS["days"].values()) >= 45


def test_the_language_decides_between_months() -> None:
    assert _day("5. listopada 2021", language="pl") == date(2021, 11, 5)
    assert _day("5. listopada 2021", language="hr") == date(2021, 10, 5)


def test_a_persian_date_in_numbers_is_read_in_its_language() -> None:
    assert _day("۱۴۰۲/۰۷/۱۳", language="fa") == date(2023, 10, 5)
    assert _day("1402/07/13", language="en") is None


def test_day_or_month_first_is_told_apart_and_remembered() -> None:
    stamp = read("11/12/2025")
    assert stamp is not None
    assert (stamp.day, stamp.swapped) == (date(2025, 12, 11), date(2025, 11, 12))
    assert _day("11/12/2025", month_first=True) == date(2025, 11, 12)
    assert _day("11.12.2025", month_first=True) == date(2025, 12, 11)


@pytest.mark.parametrize(
    ("tag", "host", "expected"),
    [
        ("en", "example.com", True),
        ("en-US", None, True),
        ("en-GB", "example.com", False),
        ("en_AU", "example.com", False),
        ("en", "example.co.uk", False),
        ("de", "example.com", False),
        ("", None, False),
    ],
)
def test_where_the_month_comes_first(tag: str, host: str | None, expected: bool) -> None:
    assert is_month_first(tag, host) is expected


def test_a_row_may_hold_an_older_date() -> None:
    assert read("1912-04-15") is None
    assert _day("1912-04-15", earliest=1000) == date(1912, 4, 15)


@given(st.text(max_size=300))
def test_any_text_gives_a_plausible_day_or_none(line: str) -> None:
    stamp = read(line)
    assert stamp is None or EARLIEST_YEAR <= stamp.day.year <= LATEST_YEAR


DAYS = st.dates(date(EARLIEST_YEAR, 1, 1), date(LATEST_YEAR, 12, 31))
MONTHS = sorted(
    (language, word, month)
    for word, by_language in calendar().months.items()
    for language, month in by_language.items()
    if " " not in word
)


@given(DAYS, st.sampled_from(MONTHS))
def test_every_month_name_is_read_in_its_language(day: date, name: tuple[str, str, int]) -> None:
    language, word, month = name
    expected = day.replace(month=month, day=min(day.day, 28))
    assert _day(f"{expected.day}. {word} {day.year}", language=language) == expected


@given(DAYS, st.sampled_from(["%Y-%m-%d", "%Y/%m/%d", "%d.%m.%Y", "%d %B %Y", "%B %d, %Y", "%Y年%m月%d日", "%Y%m%d"]))
def test_a_written_day_is_read_back(day: date, form: str) -> None:
    assert _day(day.strftime(form)) == day


def _day(line: str, **options: object) -> date | None:
    stamp = read(line, **options)  # type: ignore[arg-type]
    return stamp.day if stamp else None
