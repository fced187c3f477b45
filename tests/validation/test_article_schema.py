"""Rows that the article schema must let through, and one row for every rule that it must not."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from archiver.record import Record
from archiver.settings import Settings
from archiver.validation import check_given, check_record, validator

LONG = "x" * 1000


def put(form: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy of `form` with `value` at a JSON Pointer."""
    copy = deepcopy(form)
    *parents, last = path.split("/")[1:]
    place: Any = copy
    for step in parents:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[int(last) if isinstance(place, list) else last] = value
    return copy


NULLABLE = (
    "title subtitle section description author_bio publisher site_name license date_published date_modified "
    "published_at modified_at published_raw language language_score url canonical_url domain page_type "
    "page_type_score source_media_type source_encoding source_encoding_confidence fetched_at http_status "
    "warc_record_id extra"
).split()

GOOD = [
    *((f"/{name}", None) for name in NULLABLE),
    *((f"/{name}", []) for name in ("authors", "tags", "flags", "links", "images", "blocks", "repairs", "origins")),
    ("/text", "\u4e2d\u6587 \U0001f600\u0000"),
    ("/title", ""),
    ("/published_at", "2021-05-04T08:30:00.123456+02:00"),
    ("/language", "und"),
    ("/language", "zh-Hant-TW"),
    ("/language_score", 0),
    ("/url", "http://host.example/a{b}|c%zz\u00e9"),
    ("/url", "/ferry and more"),
    ("/schema_version", "1.7"),
    ("/source_bytes", 2**62),
    ("/blocks/0/start", 0),
    ("/repairs/0/block", None),
]


@pytest.mark.parametrize(("path", "value"), GOOD)
def test_good_rows_pass(form: dict[str, Any], path: str, value: Any) -> None:
    assert validator().violations(put(form, path, value)) == []


BAD = [
    *((f"/{name}", None, "type") for name in ("text", "authors", "word_count", "blocks", "source_uri", "version_id")),
    ("/id", "0F" * 16, "pattern"),
    ("/id", "0f" * 15, "pattern"),
    ("/text_sha256", "3c" * 32 + "\n", "pattern"),
    ("/text", "", "minLength"),
    ("/title", 7, "type"),
    ("/title", ["Ferry"], "type"),
    ("/authors", "Ana Silva", "type"),
    ("/authors/0", "", "minLength"),
    ("/authors/1", None, "type"),
    ("/flags", ["short", "short"], "uniqueItems"),
    ("/date_published", "2021-02-30", "format"),
    ("/date_published", "4 May 2021", "format"),
    ("/date_published", 20210504, "type"),
    ("/published_at", "2021-05-04T25:00:00Z", "format"),
    ("/published_at", "2021-05-04T06:30:00", "format"),
    ("/language", "English (US)", "pattern"),
    ("/language_score", 1.01, "maximum"),
    ("/language_score", -0.1, "minimum"),
    ("/url", 7, "type"),
    ("/domain", "", "minLength"),
    ("/word_count", -1, "minimum"),
    ("/word_count", 4.5, "type"),
    ("/word_count", True, "type"),
    ("/char_count", 2**31, "maximum"),
    ("/http_status", 1000, "maximum"),
    ("/links/0/url", None, "type"),
    ("/images/0/caption", 1, "type"),
    ("/blocks/0/label", "paragraf", "enum"),
    ("/blocks/0/kept", "yes", "type"),
    ("/blocks/0/by", "", "minLength"),
    ("/blocks/0/score", None, "type"),
    ("/blocks/0/start", None, "type"),
    ("/blocks/0/text", "kept, so it stands in text", "type"),
    ("/blocks/1/text", None, "type"),
    ("/blocks/1/end", 3, "type"),
    ("/repairs/0/count", 0, "minimum"),
    ("/origins/0/source", "", "minLength"),
    ("/source_sha256", "", "pattern"),
    ("/extra", {"crawl": 7}, "type"),
    ("/schema_version", "2.0", "pattern"),
    ("/schema_version", 1.0, "type"),
]


@pytest.mark.parametrize(("path", "value", "rule"), BAD)
def test_bad_rows_are_found_at_their_place(form: dict[str, Any], path: str, value: Any, rule: str) -> None:
    found = validator().violations(put(form, path, value))
    assert [(item.pointer, item.rule) for item in found] == [(path, rule)]


@pytest.mark.parametrize("path", ["", "/blocks/1", "/links/0", "/images/1", "/repairs/1", "/origins/0"])
def test_every_member_must_be_there_and_no_other(form: dict[str, Any], path: str) -> None:
    for name in list(_at(form, path)):
        copy = deepcopy(form)
        del _at(copy, path)[name]
        found = validator().violations(copy)
        assert (path, "required", f'property "{name}"') in [(item.pointer, item.rule, item.expected) for item in found]
    extra = put(form, f"{path}/note", LONG)
    (found_extra,) = validator().violations(extra)
    assert (found_extra.pointer, found_extra.rule) == (path, "additionalProperties")
    assert found_extra.expected == 'no property "note"'
    assert found_extra.value.startswith('{"note": "xxx')


def _at(form: Any, path: str) -> Any:
    for step in path.split("/")[1:]:
        form = form[int(step)] if isinstance(form, list) else form[step]
    return form


def test_a_record_of_ours_passes_the_gate(record: Record) -> None:
    assert check_record(record, Settings()) == []


def test_a_bad_record_of_ours_is_found_by_its_source(record: Record) -> None:
    from dataclasses import replace

    (found,) = check_record(replace(record, text=""), Settings())
    assert (found.source, found.pointer, found.rule) == ("news/ferry.html", "/text", "minLength")


def test_the_users_schema_holds_beside_the_built_in_one(record: Record, tmp_path: Any) -> None:
    from dataclasses import replace

    path = tmp_path / "mine.json"
    path.write_text('{"properties": {"section": {"enum": ["World"]}}}', encoding="utf-8")
    found = check_record(replace(record, text=""), Settings(schema=str(path)))
    assert [item.pointer for item in found] == ["/text", "/section"]
    assert (found[1].expected, found[1].value) == ('one of "World"', '"Local"')


GIVEN_GOOD = [
    {},
    {"title": None, "authors": None, "date_published": None},
    {"title": "Ferry", "authors": "Ana Silva", "tags": ["a", "b"], "language": "English"},
    {"authors": [], "date_published": 20210504, "published_at": 1620110000.5, "date_modified": "yesterday"},
    {"title": "lone \ud800", "authors": ["\udcff"]},
    {"url": "not a url", "anything": {"goes": [1]}},
]


@pytest.mark.parametrize("given", GIVEN_GOOD)
def test_given_fields_of_usable_types_pass(given: dict[str, Any]) -> None:
    assert check_given(given) == []


GIVEN_BAD = [
    ({"title": 5}, "/title", "string or null", "5"),
    ({"title": ["a"]}, "/title", "string or null", '["a"]'),
    ({"authors": ["Ana", 3]}, "/authors/1", "string", "3"),
    ({"authors": [{"name": "Ana"}]}, "/authors/0", "string", '{"name": "Ana"}'),
    ({"date_published": True}, "/date_published", "number or string or null", "true"),
    ({"published_at": {"$date": 1}}, "/published_at", "number or string or null", '{"$date": 1}'),
    ({"language": 1}, "/language", "string or null", "1"),
]


@pytest.mark.parametrize(("given", "pointer", "expected", "value"), GIVEN_BAD)
def test_given_fields_of_wrong_types_are_found(given: Any, pointer: str, expected: str, value: str) -> None:
    (found,) = check_given(given)
    assert (found.pointer, found.expected, found.value) == (pointer, expected, value)
