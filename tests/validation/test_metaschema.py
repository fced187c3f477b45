"""A user's schema is checked when it is loaded: by its metaschema, and for formats that nobody could check."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import FormatChecker

from archiver.errors import SchemaError
from archiver.validation import Validator
from archiver.validation.guarded import MAX_STEPS, Steps

DRAFT_4 = "http://json-schema.org/draft-04/schema#"
TYPES = '"array", "boolean", "integer", "null", "number", "object", "string"'

FAULTY = [
    ({"required": "a"}, '/required: "a", expected array'),
    ({"properties": {"a": {"type": "strin"}}}, f'/properties/a/type: "strin", expected one of {TYPES} or array'),
    ({"properties": {"a/b": {"minLength": -1}}}, "/properties/a~1b/minLength: -1, expected at least 0"),
    ({"items": {"pattern": "("}}, '/items/pattern: "(", expected format regex'),
    ({"patternProperties": {"a{99999999999999}": {}}}, "/patternProperties: "),
    ({"allOf": []}, "/allOf: [], expected at least 1 items"),
    ({"items": [{"type": "string"}]}, '/items: [{"type": "string"}], expected boolean or object'),
    ({"$schema": 5}, "/$schema: 5, expected string"),
    ({"$schema": DRAFT_4, "minimum": 1, "exclusiveMinimum": 2}, "/exclusiveMinimum: 2, expected boolean"),
    ({"$schema": DRAFT_4, "required": []}, "/required: [], expected at least 1 items"),
    ({"$schema": DRAFT_4, "exclusiveMinimum": True}, 'expected property "minimum"'),
    ({"enum": "x" * 10_000}, '/enum: "xxx'),
]


@pytest.mark.parametrize("name", ["http://json-schema.org/draft-05/schema#", "https://x.example/own", "foo"])
def test_an_unknown_draft_is_told_with_those_that_are_known(name: str, tmp_path: Path) -> None:
    (tmp_path / "schema.json").write_text(json.dumps({"$schema": name}))
    for schema in ({"$schema": name}, tmp_path / "schema.json"):
        with pytest.raises(SchemaError, match=r"no draft known here .* known are 4, 6, 7, 2019-09 and 2020-12"):
            Validator(schema)  # type: ignore[arg-type]


@pytest.mark.parametrize(("schema", "complaint"), FAULTY)
def test_a_faulty_schema_is_refused_with_the_place_and_what_belongs_there(schema: Any, complaint: str) -> None:
    with pytest.raises(SchemaError) as caught:
        Validator(schema)
    assert str(caught.value).startswith("schema: ")
    assert complaint in str(caught.value)
    assert len(str(caught.value)) < 250


def test_what_would_take_too_long_is_left_to_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    schema = {"properties": {f"p{number}": {"type": "string"} for number in range(50)}, "required": 5}
    with pytest.raises(SchemaError, match="expected array"):
        Validator(schema)
    for steps in (10, 100, 500):
        monkeypatch.setattr("archiver.validation.guarded.MAX_STEPS", steps)
        with pytest.raises(SchemaError, match='/required: 5 is not of type "array"'):
            Validator(schema)


def test_the_whole_check_is_guarded(monkeypatch: pytest.MonkeyPatch) -> None:
    steps = Steps()
    monkeypatch.setattr("archiver.validation.metaschema.Steps", lambda: steps)
    Validator({"$schema": DRAFT_4, "properties": {"a": {"type": "string"}}})
    assert steps.left < MAX_STEPS


GOOD = [
    True,
    {"pattern": r"^\p{Lu}\w+$"},
    {"pattern": "^(?<year>[0-9]{4})$"},
    {"properties": {"format": {"const": "x"}, "$schema": {"type": "string"}, "pattern": {"enum": ["("]}}},
    {"$schema": DRAFT_4, "id": "http://x.example/s#", "definitions": {"a": {"exclusiveMinimum": True, "minimum": 1}}},
    {"$ref": "https://json-schema.org/draft/2020-12/schema"},
    {"format": "idn-hostname", "unknown": [1]},
]


@pytest.mark.parametrize("schema", GOOD)
def test_a_good_schema_is_not_refused(schema: Any, tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text(json.dumps(schema), encoding="utf-8")
    Validator(path)


@pytest.mark.parametrize("place", ["main.json", "part.json"])
def test_a_format_without_a_checker_is_refused(place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checkers = {name: check for name, check in FormatChecker.checkers.items() if name != "date-time"}
    monkeypatch.setattr(FormatChecker, "checkers", checkers)
    schemas = {"main.json": {"allOf": [{"$ref": "part.json"}]}, "part.json": {}}
    schemas[place]["properties"] = {"a": {"format": "date-time"}}
    for name, schema in schemas.items():
        (tmp_path / name).write_text(json.dumps(schema), encoding="utf-8")
    with pytest.raises(SchemaError) as caught:
        Validator(tmp_path / "main.json")
    wanted = "format 'date-time' at /properties/a/format has no checker here: pip install 'jsonschema[format-nongpl]'"
    assert wanted in str(caught.value)


def test_our_own_schemas_would_pass_the_check(pytestconfig: pytest.Config) -> None:
    for path in sorted((pytestconfig.rootpath / "schemas").glob("*.json")):
        Validator(path)
