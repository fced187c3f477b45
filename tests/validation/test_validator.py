"""The validator: it finds what is wrong, in records and in schemas, and survives anything."""

from __future__ import annotations

import json
import os
from decimal import Decimal
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import pytest

from archiver.errors import SchemaError
from archiver.record import Record
from archiver.validation import Validator, validate
from archiver.validation.schema import MAX_FAULTS

EXPLAINED = [
    ({"type": ["null", "string"]}, 1, "", "type", "string or null", "1"),
    ({"properties": {"a/b~c": {"type": "string"}}}, {"a/b~c": 1}, "/a~1b~0c", "type", "string", "1"),
    ({"required": ["b"]}, {"a": 1}, "", "required", 'property "b"', '{"a": 1}'),
    ({"properties": {"c": {}}, "additionalProperties": False}, {"a": 1}, "", "additionalProperties", None, '{"a": 1}'),
    ({"properties": {"a": True}, "unevaluatedProperties": False}, {"b": 2}, "", "unevaluatedProperties", None, None),
    ({"items": {"enum": ["a", 1]}}, ["a", "c"], "/1", "enum", 'one of "a", 1', '"c"'),
    ({"const": {"a": 1}}, 3, "", "const", '{"a": 1}', "3"),
    ({"format": "email"}, "nobody", "", "format", "format email", '"nobody"'),
    ({"pattern": "^a"}, "b", "", "pattern", "pattern ^a", '"b"'),
    ({"minLength": 3}, "ab", "", "minLength", "at least 3 characters", '"ab"'),
    ({"maxItems": 1}, [1, 2], "", "maxItems", "at most 1 items", "[1, 2]"),
    ({"exclusiveMinimum": 7}, 7, "", "exclusiveMinimum", "more than 7", "7"),
    ({"multipleOf": 0.5}, 0.3, "", "multipleOf", "a multiple of 0.5", "0.3"),
    ({"properties": {"a": False}}, {"a": 1}, "/a", "falseSchema", "nothing here", "1"),
    ({"not": {"type": "integer"}}, 1, "", "not", 'something else than {"type": "integer"}', "1"),
    ({"propertyNames": {"pattern": "^a"}}, {"b": 1}, "", "propertyNames", "names of properties: pattern ^a", '"b"'),
    ({"anyOf": [{"type": "string"}, {"items": {"type": "null"}}]}, [1], "", "anyOf", "null at /0 or string", "[1]"),
    ({"dependentRequired": {"a": ["b"]}}, {"a": 1}, "", "required", 'property "b"', None),
    ({"contains": {"const": 1}}, [2], "", "contains", "an item that fits", "[2]"),
    ({"contains": True, "maxContains": 1}, [1, 2], "", "maxContains", "at most 1 items that fit", "[1, 2]"),
    ({"prefixItems": [True], "items": False}, [1, 2], "/1", "falseSchema", "nothing here", "2"),
    ({"prefixItems": [True], "unevaluatedItems": False}, [1, 2], "", "unevaluatedItems", "no further items", "[1, 2]"),
    ({"uniqueItems": True}, [1, 1.0], "", "uniqueItems", "items that differ", "[1, 1.0]"),
    ({"oneOf": [{"minimum": 1}, {"type": "integer"}]}, 3, "", "oneOf", "only one of the 2 alternatives to fit", "3"),
    ({"minimum": 2}, Decimal("1.5"), "", "minimum", "at least 2", "1.5"),
    ({"type": ["number", "null"]}, float("nan"), "", "type", "number or null", "NaN"),
    ({"maxItems": 1}, (1, 2), "", "maxItems", "at most 1 items", "[1, 2]"),
]


@pytest.mark.parametrize(("schema", "value", "pointer", "rule", "expected", "found"), EXPLAINED)
def test_violations_say_where_what_and_what_instead(
    schema: Any,
    value: Any,
    pointer: str,
    rule: str,
    expected: str | None,
    found: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("archiver.validation.schema.fault_of", lambda _: None)  # what remains is found by jsonschema
    (violation,) = Validator(schema).violations(value, "dump.jsonl", 7)
    assert violation[:4] == ("dump.jsonl", 7, pointer, rule)
    assert expected is None or violation.expected == expected
    assert found is None or violation.value == found


@pytest.mark.parametrize(
    "value", ["x" * 10**6, ["x" * 10**6] * 9, {"k" * 10**6: 1}, list(range(10**5)), "\u202e" * 500]
)
def test_huge_values_are_shown_short(value: Any) -> None:
    (violation,) = Validator({"type": "null"}).violations(value)
    assert 100 < len(violation.value) <= 121


def test_a_record_with_many_faults_is_reported_up_to_a_limit() -> None:
    assert len(Validator({"items": {"type": "null"}}).violations([1] * 10_000)) == MAX_FAULTS


def test_validate_counts_rows_and_takes_records_and_mappings(record: Record, form: dict[str, Any]) -> None:
    broken = {**form, "title": 1}
    assert [(item.row, item.pointer) for item in validate([form, broken, record, broken])] == [
        (1, "/title"),
        (3, "/title"),
    ]


# --- hostile records ----------------------------------------------------------------------------------------------


def nested(depth: int, kind: type = list) -> Any:
    value: Any = 1
    for _ in range(depth):
        value = {"a": value} if kind is dict else [value]
    return value


@pytest.mark.parametrize("kind", [list, dict])
def test_depth_is_limited(kind: type) -> None:
    validator = Validator({}, record_depth=64)
    assert validator.violations(nested(64, kind)) == []
    for depth in (65, 100_000):
        (violation,) = validator.violations(nested(depth, kind))
        assert (violation.rule, violation.expected) == ("depth", "at most 64 levels of nesting")


def test_a_value_that_holds_itself_is_too_deep() -> None:
    loop: list[Any] = []
    loop.append(loop)
    assert [item.rule for item in Validator({}).violations(loop)] == ["depth"]


LOOKS_AT_ALL = {"additionalProperties": {"type": "array", "items": {"enum": ["x"]}}}
UNUSABLE = [
    ({"a": ["x", "\ud800"]}, "/a/1", "Unicode text without lone surrogates", '"\\ud800"'),
    ({"a": {"\udfff": 1}}, "/a", "names that are Unicode text", '"\\udfff"'),
    ({"a": {7: 1}}, "/a", "names that are Unicode text", '"7"'),
    ({"a": b"bytes"}, "/a", "a JSON value", "bytes"),
    ({"a": np.float32(1)}, "/a", "a JSON value", "float32"),
    ({"a": MappingProxyType({})}, "/a", "a JSON value", "mappingproxy"),
]


@pytest.mark.parametrize(("value", "pointer", "expected", "found"), UNUSABLE)
def test_what_is_no_json_is_found_at_its_place(value: Any, pointer: str, expected: str, found: str) -> None:
    (violation,) = Validator(LOOKS_AT_ALL).violations(value)
    assert violation[2:6] == (pointer, "json", expected, found)


# --- hostile schemas ----------------------------------------------------------------------------------------------


def schema_file(folder: Path, content: Any, name: str = "main.json") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
    return path


def deep_schema(depth: int) -> str:
    return '{"items":' * depth + "{}" + "}" * depth


REFUSED = [
    ({"$ref": "http://127.0.0.1:9/s.json"}, "http://127.0.0.1:9/s.json is refused"),
    ({"$id": "http://127.0.0.1:9/main.json", "$ref": "s.json"}, "http://127.0.0.1:9/s.json is refused"),
    ({"properties": {"a": {"$ref": "https://x.example/s.json"}}}, "is refused"),
    ({"$ref": "file:///etc/hostname"}, "file:///etc/hostname is refused"),
    ({"$ref": "../outside.json"}, "outside.json is refused"),
    ({"$ref": "%2e%2e/outside.json"}, "outside.json is refused"),
    ({"$ref": "link.json"}, "link.json is refused"),
    ({"$ref": "linked/outside.json"}, "linked/outside.json is refused"),
    ({"$ref": "fifo"}, "fifo is refused"),
    ({"$ref": "nul%00.json"}, "is refused"),
    ({"$ref": "absent.json"}, "absent.json is refused"),
    ({"$ref": "broken.json"}, "not JSON"),
    ({"$ref": "#/$defs/absent"}, "does not exist"),
    ({"$schema": "http://x.example/own"}, "no draft known here is called 'http://x.example/own'"),
    ({"$schema": "http://json-schema.org/draft-03/schema#"}, "draft-03"),
    ({"type": "strin"}, '/type: "strin"'),
    ({"properties": {"a": {"pattern": "["}}}, "/properties/a/pattern"),
    ({"properties": {"a": {"format": "colour"}}}, "format 'colour' at /properties/a/format cannot be checked"),
    ({"pattern": "(a{1000}){1000}"}, "pattern"),
    (deep_schema(300), "nested too deeply"),
    (deep_schema(100_000), "nested too deeply"),
    ([1], "a schema is an object or a boolean"),
    ("{", "not JSON"),
    ("\udcff".encode("utf-8", "surrogatepass").decode("latin-1"), "not JSON"),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A schema folder with ways out of it."""
    schema_file(tmp_path, {"type": "string"}, "outside.json")
    folder = tmp_path / "schemas"
    schema_file(folder, "{", "broken.json")
    (folder / "link.json").symlink_to(tmp_path / "outside.json")
    (folder / "linked").symlink_to(tmp_path, target_is_directory=True)
    os.mkfifo(folder / "fifo")
    return folder


@pytest.mark.parametrize(("schema", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_unusable_schemas_are_refused_with_a_reason(
    folder: Path, schema: Any, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("socket.socket.connect", lambda *_: pytest.fail("a socket was opened"))
    path = schema_file(folder, schema)
    with pytest.raises(SchemaError) as caught:
        Validator(path)
    assert str(path) in str(caught.value)
    assert reason in str(caught.value)
    assert len(str(caught.value)) < 500


def test_a_schema_in_memory_has_no_folder() -> None:
    with pytest.raises(SchemaError, match="refused"):
        Validator({"$ref": "s.json"})


def test_a_missing_schema_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match=r"absent\.json: No such file"):
        Validator(tmp_path / "absent.json")


@pytest.mark.parametrize("identity", [{}, {"$id": "https://x.example/s/main.json"}, {"$id": "main.json"}])
def test_references_inside_the_folder_are_followed(tmp_path: Path, identity: dict[str, str]) -> None:
    schema_file(tmp_path, {"type": "object"})
    schema_file(tmp_path / "parts", {"$ref": "../name.json"}, "person.json")
    schema_file(tmp_path, {"type": "string"}, "name.json")
    path = schema_file(tmp_path, {**identity, "properties": {"a": {"$ref": "parts/person.json"}}})
    (violation,) = Validator(path).violations({"a": 1})
    assert (violation.pointer, violation.expected) == ("/a", "string")


RECURSIVE = [
    ({"$ref": "#"}, 1, 0),
    ({"allOf": [{"$ref": "#"}]}, 1, 0),
    ({"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"}, 1, 0),
    ({"type": "array", "items": {"$ref": "#"}}, [[[]], [[[7]]]], 1),
]


@pytest.mark.parametrize(("schema", "value", "count"), RECURSIVE)
def test_recursive_schemas_come_to_an_end(schema: Any, value: Any, count: int) -> None:
    assert len(Validator(schema).violations(value)) == count


CATASTROPHES = [
    ({"pattern": "^(a+)+$"}, "a" * 40 + "!"),
    ({"pattern": "^(?=a)(a|a)*(?<!b)$"}, "a" * 40 + "!"),
    ({"pattern": r"^(a+)+\1$"}, "a" * 5_000 + "!"),
    ({"patternProperties": {"^(a+)+$": {}}, "additionalProperties": False}, {"a" * 40 + "!": 1}),
    ({"propertyNames": {"pattern": "^(a+)+$"}}, {"a" * 40 + "!": 1}),
]


@pytest.mark.parametrize(("schema", "value"), CATASTROPHES)
def test_patterns_that_backtrack_without_end_end(schema: Any, value: Any) -> None:
    assert len(Validator(schema).violations(value)) == 1


DRAFTS = [
    "http://json-schema.org/draft-04/schema#",
    "http://json-schema.org/draft-06/schema#",
    "http://json-schema.org/draft-07/schema",
    "https://json-schema.org/draft/2019-09/schema",
    "https://json-schema.org/draft/2020-12/schema",
]


@pytest.mark.parametrize("draft", DRAFTS)
def test_formats_are_checked_in_every_draft(draft: str) -> None:
    validator = Validator(
        {"$schema": draft, "properties": {name: {"format": name} for name in ("date", "date-time", "uri", "uuid")}}
    )
    found = validator.violations({"date": "2021-13-01", "date-time": "x", "uri": "a b", "uuid": "2021-01-01"})
    assert sorted((item.pointer, item.rule) for item in found) == [
        (f"/{name}", "format") for name in ("date", "date-time", "uri", "uuid")
    ]


def test_an_older_draft_means_what_it_meant() -> None:
    validator = Validator({"$schema": DRAFTS[0], "maximum": 3, "exclusiveMaximum": True})
    assert [item.rule for item in validator.violations(3)] == ["exclusiveMaximum"]
