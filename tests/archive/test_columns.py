from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any, get_type_hints

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.archive.columns import (
    ARTICLE_SCHEMA,
    FAILURE_SCHEMA,
    REJECTED_SCHEMA,
    failures_to_table,
    rejections_to_table,
    storable,
    to_records,
    to_table,
    valid_text,
)
from archiver.document import Image, Link, Repair
from archiver.record import Failure, Origin, Record, RecordBlock, Rejection, Violation

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
COUNT = st.integers(0, 2**31 - 1)
SCORE = st.integers(0, 1000).map(lambda n: n / 1000)
STRUCTS: dict[str, st.SearchStrategy[Any]] = {
    "links": st.builds(Link, TEXT, TEXT),
    "images": st.builds(Image, TEXT, st.none() | TEXT),
    "blocks": st.builds(
        RecordBlock, TEXT, st.booleans(), TEXT, SCORE, st.none() | COUNT, st.none() | COUNT, TEXT, st.none() | TEXT
    ),
    "repairs": st.builds(Repair, st.none() | COUNT, TEXT, COUNT, st.none() | TEXT, st.none() | TEXT),
    "origins": st.builds(Origin, TEXT, TEXT, st.none() | TEXT, st.none() | TEXT),
}
SCALARS: dict[pa.DataType, st.SearchStrategy[Any]] = {
    pa.string(): TEXT,
    pa.int16(): st.integers(-(2**15), 2**15 - 1),
    pa.int32(): COUNT,
    pa.int64(): st.integers(0, 2**63 - 1),
    pa.float32(): SCORE,
    pa.date32(): st.dates(),
    pa.timestamp("us", "UTC"): st.datetimes(timezones=st.just(UTC)),
    pa.list_(pa.field("element", pa.string(), nullable=False)): st.lists(TEXT, max_size=3).map(tuple),
}


def values(item: pa.Field) -> st.SearchStrategy[Any]:
    if item.name in STRUCTS:
        return st.lists(STRUCTS[item.name], max_size=3).map(tuple)
    plain = SCALARS[item.type]
    return st.none() | plain if item.nullable else plain


RECORDS = st.builds(Record, **{item.name: values(item) for item in ARTICLE_SCHEMA})


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.lists(RECORDS, max_size=4))
def test_records_come_back_from_arrow_as_they_went_in(records: list[Record]) -> None:
    assert list(to_records(to_table(records))) == records


def test_columns_are_the_fields_of_a_record_and_nullable_where_they_may_be_none() -> None:
    hints = get_type_hints(Record)
    assert ARTICLE_SCHEMA.names == list(hints)
    assert {item.name for item in ARTICLE_SCHEMA if item.nullable} == {
        name for name, hint in hints.items() if type(None) in getattr(hint, "__args__", ())
    }


def test_times_are_stored_in_utc(make_record: Callable[..., Record]) -> None:
    cairo = datetime(2021, 3, 4, 5, 6, 7, tzinfo=timezone(timedelta(hours=2)))
    table = to_table([make_record(published_at=cairo, date_published=date(2021, 3, 4))])
    assert table["published_at"].to_pylist() == [datetime(2021, 3, 4, 3, 6, 7, tzinfo=UTC)]
    assert table.schema.field("published_at").type == pa.timestamp("us", "UTC")
    assert table["date_published"].to_pylist() == [date(2021, 3, 4)]


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "half a pair \ud83d"},
        {"title": b"\xff"},
        {"text": None},
        {"authors": ("A. Reed", None)},
        {"authors": None},
        {"http_status": 70_000},
        {"source_bytes": 2**70},
        {"word_count": "seven"},
        {"blocks": ("no block",)},
        {"links": (Link("text", None),)},  # type: ignore[arg-type]
    ],
    ids=str,
)
def test_a_record_that_arrow_cannot_hold_becomes_a_failure_and_spares_the_others(
    make_record: Callable[..., Record], changes: dict[str, Any]
) -> None:
    good, bad = make_record(), replace(make_record("Another."), **changes)
    sound, failures = storable([good, bad, good])
    assert sound == [good, good]
    assert [(item.source_uri, item.stage, item.code) for item in failures] == [
        (bad.source_uri, "archive", "unstorable")
    ]
    failures_to_table(failures)


def test_rejections_and_failures_are_stored_whatever_their_text() -> None:
    violation = Violation("a", 1, "/title", "type", "a string", "\udc80")
    rejection = Rejection("a\udcff.html", "0", "validate", "schema", "no \ud800", (violation,), '{"t": "\ud800"}')
    row = rejections_to_table([rejection]).to_pylist()[0]
    assert row["source_uri"] == "a\\udcff.html"
    assert row["record_json"] == '{"t": "\\ud800"}'
    assert row["violations"] == [{"pointer": "/title", "expected": "a string", "value": "\\udc80"}]
    failure = failures_to_table([Failure("b\udcff.html", None, "source", "unreadable", "gone")]).to_pylist()[0]
    assert (failure["source_uri"], failure["source_sha256"]) == ("b\\udcff.html", None)
    assert REJECTED_SCHEMA.names == [
        "source_uri",
        "source_sha256",
        "stage",
        "code",
        "message",
        "violations",
        "record_json",
    ]
    assert FAILURE_SCHEMA.names == ["source_uri", "source_sha256", "stage", "code", "message"]


@given(st.text())
def test_valid_text_is_utf8_and_leaves_good_text_alone(text: str) -> None:
    valid_text(text).encode("utf-8")
    assert valid_text(valid_text(text)) == valid_text(text)
    if not any("\ud800" <= letter <= "\udfff" for letter in text):
        assert valid_text(text) == text
