"""Record and JSON form are each other's inverse, and the archive's Parquet says the same as both."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.archive.columns import ARTICLE_SCHEMA, to_table
from archiver.document import Image, Label, Link, Repair
from archiver.record import Origin, Record, RecordBlock
from archiver.record_json import COLUMNS, from_json, time_json, to_json
from archiver.validation.parquet import json_rows

TEXTS = st.text(st.characters(codec="utf-8"), max_size=20)
SCORES = st.integers(0, 1000).map(lambda thousandths: thousandths / 1000)
COUNTS = st.integers(0, 2**31 - 1)
MOMENTS = st.datetimes(min_value=datetime(1, 1, 2), max_value=datetime(9999, 12, 30), timezones=st.just(UTC))
BLOCKS = st.builds(
    RecordBlock,
    label=st.sampled_from([label.value for label in Label]),
    score=SCORES,
    by=TEXTS,
    start=st.none() | COUNTS,
    end=st.none() | COUNTS,
    before=TEXTS,
    text=st.none() | TEXTS,
)
REPAIRS = st.builds(
    Repair, block=st.none() | COUNTS, kind=TEXTS, count=COUNTS, before=st.none() | TEXTS, plan=st.none() | TEXTS
)
LISTS = {
    "authors": TEXTS,
    "tags": TEXTS,
    "flags": TEXTS,
    "links": st.builds(Link, TEXTS, TEXTS),
    "images": st.builds(Image, TEXTS, st.none() | TEXTS),
    "blocks": BLOCKS,
    "repairs": REPAIRS,
    "origins": st.builds(Origin, TEXTS, TEXTS, st.none() | TEXTS, st.none() | TEXTS),
}
SCALARS = {
    "str": TEXTS,
    "int": COUNTS,
    "float | None": st.none() | SCORES,
    "int | None": st.none() | st.integers(0, 999),
    "str | None": st.none() | TEXTS,
    "date | None": st.none() | st.dates(),
    "datetime | None": st.none() | MOMENTS,
}
RECORDS = st.fixed_dictionaries(
    {
        item.name: st.lists(LISTS[item.name], max_size=3).map(tuple) if item.name in LISTS else SCALARS[str(item.type)]
        for item in fields(Record)
    }
).map(lambda values: Record(**values))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(RECORDS)
def test_json_and_parquet_hold_the_same_record(record: Record) -> None:
    form = to_json(record)
    assert list(form) == list(COLUMNS) == ARTICLE_SCHEMA.names
    assert from_json(json.loads(json.dumps(form))) == record
    (batch,) = to_table([record]).to_batches()
    assert json_rows(batch) == [form]


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (datetime(2021, 5, 4, 6, 30, tzinfo=UTC), "2021-05-04T06:30:00Z"),
        (datetime(2021, 5, 4, 8, 30, tzinfo=timezone(timedelta(hours=2))), "2021-05-04T06:30:00Z"),
        (datetime(2021, 5, 4, 6, 30, 0, 5), "2021-05-04T06:30:00.000005Z"),
        (None, None),
        ("yesterday", "yesterday"),
    ],
)
def test_times_are_written_in_utc(moment: object, expected: object) -> None:
    assert time_json(moment) == expected
