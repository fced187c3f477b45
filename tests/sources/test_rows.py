"""A row becomes a document: which column is what, what travels as found, and what cannot be read."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.document import HTML, TEXT, RawDocument
from archiver.errors import DocumentError, UsageError
from archiver.record import Failure
from archiver.settings import Limits, Settings
from archiver.sources.rows import COLUMNS, canonical_json, check_fields, to_document

URI = "dump.jsonl#row=0"


def document(row: dict[str, Any], **fields: str) -> RawDocument:
    result = to_document(row, URI, Settings(fields=fields))
    assert isinstance(result, RawDocument), result
    return result


def failure(row: dict[str, Any], **fields: str) -> Failure:
    result = to_document(row, URI, Settings(fields=fields))
    assert isinstance(result, Failure), result
    return result


def test_a_row_in_full() -> None:
    row = {
        "text": "Words.",
        "url": "https://example.org/a",
        "title": "A title",
        "authors": ["Ann", "Bo"],
        "date": "2024-05-01",
        "lang": "en",
        "shares": 12,
        "id": "x1",
    }
    assert document(row) == RawDocument(
        payload=b"Words.",
        source_uri=URI,
        media_type=TEXT,
        url="https://example.org/a",
        charset="utf-8",
        given={
            "url": "https://example.org/a",
            "title": "A title",
            "authors": ["Ann", "Bo"],
            "date_published": "2024-05-01",
            "language": "en",
        },
        extra='{"id":"x1","shares":12}',
    )


@pytest.mark.parametrize(("field", "name"), [(field, name) for field, names in COLUMNS.items() for name in names])
@pytest.mark.parametrize("style", [str.lower, str.upper, lambda name: name.title().replace("_", "")])
def test_every_known_name_is_found_in_every_spelling(field: str, name: str, style: Any) -> None:
    if field in ("html", "text"):
        assert document({style(name): "words", "x": 1}).payload == b"words"
    else:
        assert document({"text": "words", style(name): "value"}).given == {field: "value"}


PAYLOADS = [
    ({"html": "<p>a", "text": "b"}, b"<p>a", HTML, '{"text":"b"}'),
    ({"html": None, "text": "b"}, b"b", TEXT, '{"html":null}'),
    ({"html": "", "text": "b"}, b"b", TEXT, '{"html":""}'),
    ({"html": float("nan"), "body": "b"}, b"b", TEXT, '{"html":"NaN"}'),
    ({"html": "plain"}, b"plain", HTML, None),
    ({"content": " <p>a</p>"}, b" <p>a</p>", HTML, None),
    ({"content": "b", "body": "a"}, b"a", TEXT, '{"content":"b"}'),
    ({"text": ""}, b"", TEXT, None),
    ({"text": "a\ud800"}, b"a\xed\xa0\x80", TEXT, None),
    ({"text": 5, "body": "b"}, b"b", TEXT, '{"text":5}'),
]


@pytest.mark.parametrize(("row", "payload", "media_type", "extra"), PAYLOADS)
def test_the_payload_and_what_is_left(row: dict[str, Any], payload: bytes, media_type: str, extra: str | None) -> None:
    found = document(row)
    assert (found.payload, found.media_type, found.extra, found.charset) == (payload, media_type, extra, "utf-8")


def test_the_very_name_goes_before_other_spellings() -> None:
    found = document({"Title": "A", "TITLE": "B", "title": "C", "text": "words"})
    assert (found.given, found.extra) == ({"title": "C"}, '{"TITLE":"B","Title":"A"}')


def test_a_binary_column_keeps_its_bytes_and_no_charset() -> None:
    found = document({"html": b"<p>caf\xe9"})
    assert (found.payload, found.charset, found.media_type) == (b"<p>caf\xe9", None, HTML)


def test_settings_name_columns() -> None:
    row = {"text": "teaser", "html": "<p>page", "story": "the story", "head": "Title", "title": "id-5"}
    found = document(row, text="story", title="head")
    assert (found.payload, found.given) == (b"the story", {"title": "Title"})
    assert found.extra == '{"html":"<p>page","text":"teaser","title":"id-5"}'


def test_a_column_the_settings_took_is_not_used_twice() -> None:
    assert document({"text": "a", "date": "2024"}, date_modified="date").given == {"date_modified": "2024"}


def test_unknown_fields_are_a_usage_error() -> None:
    with pytest.raises(UsageError, match=r"fields\.txet does not exist"):
        check_fields(Settings(fields={"txet": "body"}))


@pytest.mark.parametrize("value", [5, {"a": 1}, [1, None], True, ""])
def test_values_of_the_wrong_type_travel_as_found(value: Any) -> None:
    found = document({"text": "a", "title": value, "url": value})
    assert found.given == {"title": value, "url": value}
    assert found.url is None


def test_null_metadata_is_not_given() -> None:
    found = document({"text": "a", "title": None, "headline": "T", "author": float("nan")})
    assert (found.given, found.extra) == ({"title": "T"}, '{"author":"NaN","title":null}')


FAILURES = [
    ({}, {}, "no-text", "no column is known to hold html or text, the row has no columns"),
    ({"html": b"%PDF-1.7\n"}, {}, "unsupported-type", "html holds binary data, such as a PDF or an image"),
    ({"text": b"\x89PNG\r\n\x1a\n"}, {}, "unsupported-type", "text holds binary data"),
    ({"text": b"\0\1\2\3"}, {}, "unsupported-type", "text holds binary data"),
    ({"b": 1, "a": "x"}, {}, "no-text", "the row has a, b; name the column with the setting fields.text"),
    ({"text": 5}, {}, "no-text", "text holds no text but a number"),
    ({"text": None, "body": ["x"]}, {}, "no-text", "text, body holds no text but null"),
    ({"text": "x"}, {"title": "head"}, "missing-field", "fields.title names head, the row has text"),
    ({"\ud800" * 99: 1}, {}, "no-text", "the row has \\ud800"),
    ({"text": "x", "y": object()}, {}, "invalid-value", "a value of type object cannot be kept"),
]


@pytest.mark.parametrize(("row", "fields", "code", "message"), FAILURES)
def test_failures_name_the_columns(row: dict[str, Any], fields: dict[str, str], code: str, message: str) -> None:
    found = failure(row, **fields)
    assert (found.source_uri, found.stage, found.code) == (URI, "source", code)
    assert message in found.message
    found.message.encode("utf-8")


def test_deep_nesting_is_a_failure() -> None:
    nested: Any = []
    for _ in range(100):
        nested = [nested]
    for column in ("tags", "other"):
        assert failure({"text": "x", column: nested}).code == "too-deep"
    assert to_document({"text": "x", "other": nested}, URI, Settings(limits=Limits(record_depth=200))).source_uri


CANONICAL = [
    ({"b": 1, "a": [True, None, "é"]}, '{"a":[true,null,"é"],"b":1}'),
    ([float("nan"), float("inf"), -float("inf"), 0.1], '["NaN","Infinity","-Infinity",0.1]'),
    ([Decimal("1.10"), UUID(int=5)], '["1.10","00000000-0000-0000-0000-000000000005"]'),
    ([date(2024, 5, 1), time(9, 30)], '["2024-05-01","09:30:00"]'),
    (datetime(2024, 5, 1, 9, tzinfo=timezone(timedelta(hours=2))), '"2024-05-01T09:00:00+02:00"'),
    ([timedelta(days=100), timedelta(microseconds=-1)], '["8640000","-0.000001"]'),
    ([b"caf\xc3\xa9", b"\xff"], '["café","/w=="]'),
    ([("k", 1)], '[["k",1]]'),
    ("\ud800é😀", '"\\ud800é😀"'),
    (2**70, "1180591620717411303424"),
]


@pytest.mark.parametrize(("value", "expected"), CANONICAL)
def test_canonical_json(value: Any, expected: str) -> None:
    assert canonical_json(value, 10) == expected


def test_canonical_json_tells_too_deep() -> None:
    assert canonical_json([[]], 2) == "[[]]"
    with pytest.raises(DocumentError, match=r"nested deeper than limits.record_depth \(1\) allows"):
        canonical_json([[]], 1)


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
STRINGS = st.text(alphabet=st.characters(exclude_categories=[]), max_size=20)
JSON = st.recursive(SCALARS | STRINGS, lambda inner: st.lists(inner) | st.dictionaries(STRINGS, inner), max_leaves=10)


@given(JSON)
def test_canonical_json_loses_nothing_and_can_be_stored(value: Any) -> None:
    text = canonical_json(value, 64)
    assert json.loads(text) == value or "\\ud" in text  # halves of a pair that stood apart are joined
    text.encode("utf-8")


@settings(max_examples=50)
@given(st.dictionaries(STRINGS | st.sampled_from(["text", "html", "title", "url"]), JSON))
def test_any_row_has_an_answer(row: dict[str, Any]) -> None:
    assert to_document(row, URI, Settings()).source_uri == URI
