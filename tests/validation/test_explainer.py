"""jsonschema explains what jsonschema-rs refused: the same faults, in words that help, whatever comes."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from archiver.resources import resource
from archiver.validation import Validator
from archiver.validation.explain import pointer
from archiver.validation.explainer import Explainer

ARTICLE = json.loads(resource("schemas", "article.schema.json").read_text(encoding="utf-8"))
COLUMNS = list(ARTICLE["properties"])
LATEST = "https://json-schema.org/draft/2020-12/schema"
DRAFT_7 = "http://json-schema.org/draft-07/schema#"
HOSTILE = "^(a+)+$"
LONG = "a" * 40 + "!"


def explained(schema: Any, value: Any) -> list[tuple[str, str]]:
    """Pointers and keywords of what jsonschema finds, without help."""
    return [(pointer(fault.path), fault.rule) for fault in Explainer("urn:main", schema, {}).faults(value, 100)]


def refused(schema: Any, value: Any) -> list[tuple[str, str]]:
    """Pointers and keywords of what jsonschema-rs finds."""
    errors = jsonschema_rs.validator_for(schema, validate_formats=True).iter_errors(value)
    return [(pointer(error.instance_path), error.kind.name) for error in errors]


# --- jsonschema-rs is the oracle ----------------------------------------------------------------------------------

SCALARS = st.none() | st.booleans() | st.integers(-3, 3) | st.floats(-2, 2) | st.text("0fa-\n", max_size=33)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text("ab"), inner))

VALID = {
    **dict.fromkeys(COLUMNS),
    **{name: [] for name in ("authors", "tags", "flags", "links", "images", "repairs", "origins")},
    **dict.fromkeys(("id", "version_id"), "0f" * 16),
    **dict.fromkeys(("source_sha256", "text_sha256", "settings_sha256"), "0f" * 32),
    "text": "a",
    "word_count": 1,
    "char_count": 1,
    "source_bytes": 1,
    "source_uri": "a",
    "cleaner_version": "1",
    "schema_version": "1.0",
    "blocks": [
        {"label": "ad", "kept": False, "by": "ad", "score": 1, "start": None, "end": None, "before": "", "text": "x"}
    ],
}


@settings(max_examples=100, deadline=None)
@given(st.data())
def test_damaged_records_are_explained_as_they_were_refused(data: st.DataObject) -> None:
    form = data.draw(st.just(json.loads(json.dumps(VALID))))
    for _ in range(data.draw(st.integers(1, 3))):
        form[data.draw(st.sampled_from(COLUMNS))] = data.draw(VALUES)
    if data.draw(st.booleans()):
        form["blocks"] = [
            {**VALID["blocks"][0], data.draw(st.sampled_from(list(VALID["blocks"][0]))): data.draw(VALUES)}
        ]
    assert set(explained(ARTICLE, form)) == set(refused(ARTICLE, form))


NAMES = st.sampled_from(["a", "ab", "x/y"])
PATTERNS = st.sampled_from(["^a", "b$", HOSTILE, r"^\p{L}$"])
SIZES = st.integers(0, 2)
THINGS = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 3) | st.sampled_from([0.5, 2.0, Decimal("1.5"), float("nan")]) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
)
PLAIN = {
    "type": st.sampled_from(["string", "object", "array", "integer", "number", ["null", "string"]]),
    "enum": st.just([None, "a", [2]]),
    "const": st.sampled_from([1, "ab", {"a": 1}]),
    "pattern": PATTERNS,
    "format": st.sampled_from(["date", "email", "uuid"]),
    "required": st.lists(NAMES, min_size=1, unique=True),
    "dependentRequired": st.dictionaries(NAMES, st.lists(NAMES, unique=True), max_size=1),
    "multipleOf": st.sampled_from([1, 2, 0.5]),
    "uniqueItems": st.just(True),
    **dict.fromkeys(("minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength"), SIZES),
    **dict.fromkeys(("minItems", "maxItems", "minProperties", "maxProperties"), SIZES),
}


def nested(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    keywords = {
        **PLAIN,
        **dict.fromkeys(("items", "not", "contains", "if", "then", "else"), inner),
        "propertyNames": st.fixed_dictionaries({}, optional=PLAIN),
        **dict.fromkeys(("allOf", "anyOf", "oneOf", "prefixItems"), st.lists(inner, min_size=1, max_size=3)),
        **dict.fromkeys(("properties", "dependentSchemas"), st.dictionaries(NAMES, inner, min_size=1, max_size=2)),
        "patternProperties": st.dictionaries(PATTERNS, inner, min_size=1, max_size=2),
        "$ref": st.just("#/$defs/a"),
    }
    others = st.fixed_dictionaries({"properties": st.just({"a": True}), "additionalProperties": inner})
    return st.fixed_dictionaries({}, optional=keywords) | others


SCHEMAS = st.recursive(st.booleans() | st.fixed_dictionaries({}, optional=PLAIN), nested, max_leaves=6)


@settings(max_examples=100, deadline=None)
@given(SCHEMAS, THINGS)
def test_every_keyword_is_explained_as_it_was_refused(schema: Any, value: Any) -> None:
    schema = {"allOf": [schema], "$defs": {"a": {"type": "array"}}}
    assert set(explained(schema, value)) == set(refused(schema, value))


# --- words that help ----------------------------------------------------------------------------------------------

IMAGE = {"properties": {"kind": {"const": "image"}, "url": {"format": "uri"}}, "required": ["kind", "url"]}
TEXT = {"properties": {"kind": {"const": "text"}, "text": {"minLength": 1}}, "required": ["kind", "text"]}
NEAREST = [
    ([TEXT, IMAGE], {"kind": "image"}, 'property "url" or property "text"'),
    ([TEXT, IMAGE], {"kind": "image", "url": "?"}, 'format uri at /url or property "text"'),
    ([TEXT, IMAGE], {"kind": "text", "text": ""}, 'at least 1 characters at /text or property "url"'),
    ([{"type": "null"}, {"type": "array", "items": {"type": "string"}}], ["a", 1], "string at /1 or null"),
    ([{"type": "null"}, {"anyOf": [{"type": "string"}, {"type": "array"}]}], 1, "string or array or null"),
    ([{"const": number} for number in range(9)], "x", "0 or 1 or 2 or 3 or 4 or …"),
]


@pytest.mark.parametrize(("alternatives", "value", "expected"), NEAREST)
@pytest.mark.parametrize("keyword", ["anyOf", "oneOf"])
def test_the_alternative_that_was_meant_comes_first(
    keyword: str, alternatives: list[Any], value: Any, expected: str
) -> None:
    (violation,) = Validator({keyword: alternatives}).violations(value)
    assert (violation.pointer, violation.rule, violation.expected) == ("", keyword, expected)


# --- hostile schemas and values -----------------------------------------------------------------------------------

PATTERNED = [
    ({"pattern": HOSTILE}, LONG, "pattern"),
    ({"$schema": LATEST, "pattern": HOSTILE}, LONG, "pattern"),
    ({"$schema": LATEST, "allOf": [{"$schema": LATEST, "pattern": HOSTILE}]}, LONG, "pattern"),
    ({"$ref": "#/$defs/a", "$defs": {"a": {"$schema": LATEST, "pattern": HOSTILE}}}, LONG, "pattern"),
    ({"allOf": [{"$schema": DRAFT_7, "pattern": HOSTILE}]}, LONG, "pattern"),
    ({"patternProperties": {HOSTILE: True}, "additionalProperties": False}, {LONG: 1}, "additionalProperties"),
    ({"patternProperties": {HOSTILE: True}, "unevaluatedProperties": False}, {LONG: 1}, "unevaluatedProperties"),
    ({"patternProperties": {"^a": False}}, {LONG: 1}, "falseSchema"),
    ({"propertyNames": {"pattern": HOSTILE}}, {LONG: 1}, "propertyNames"),
    ({"anyOf": [{"pattern": HOSTILE}, {"not": {"pattern": "^a"}}]}, LONG, "anyOf"),
    ({"$schema": DRAFT_7, "dependencies": {LONG: {"propertyNames": {"pattern": HOSTILE}}}}, {LONG: 1}, "propertyNames"),
]


@pytest.mark.parametrize(("schema", "value", "rule"), PATTERNED)
def test_no_pattern_is_run_by_python(schema: Any, value: Any, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    validator = Validator(schema)
    validator.violations([None])  # builds what is built late
    run: list[str] = []
    with monkeypatch.context() as patched:
        for name in ("compile", "search", "match", "fullmatch"):
            patched.setattr(re, name, lambda pattern, *_: run.append(pattern))
        found = validator.violations(value)
    assert run == []
    assert [violation.rule for violation in found] == [rule]


LEFT_TO_RS = [
    ({"$ref": "#", "type": "string"}, 1, "type", "string"),
    (
        {"$schema": DRAFT_7, "contentEncoding": "base64"},
        "%",
        "contentEncoding",
        '"%" is not compliant with "base64" content encoding',
    ),
    ({"allOf": [{"$schema": DRAFT_7, "maximum": 1}]}, 2, "maximum", "at most 1"),
    ({"items": {"multipleOf": 0.5}, "maxItems": 1}, [10**400, 1], "maxItems", "at most 1 items"),
]


@pytest.mark.parametrize(("schema", "value", "rule", "expected"), LEFT_TO_RS)
def test_what_jsonschema_cannot_explain_is_reported_all_the_same(
    schema: Any, value: Any, rule: str, expected: str
) -> None:
    assert explained(schema, value) == []
    violations = Validator(schema).violations(value)
    assert (rule, expected) in [(violation.rule, violation.expected) for violation in violations]


def test_what_nobody_explains_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    validator = Validator({"type": "null"})
    monkeypatch.setattr("archiver.validation.schema.islice", lambda *_: ())
    monkeypatch.setattr(Explainer, "faults", lambda *_: [])
    (violation,) = validator.violations(1)
    assert (violation.rule, violation.expected, violation.value) == ("schema", "a value that the schema allows", "1")


def test_steps_are_counted_for_each_value_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("archiver.validation.explainer.MAX_STEPS", 50)
    explainer = Explainer("urn:main", {"items": {"type": "null"}}, {})
    assert explainer.faults([None] * 100 + [1], 100) == []
    assert len(explainer.faults([None] * 10 + [1], 100)) == 1


def test_objects_that_must_differ_are_compared_in_linear_time() -> None:
    items: list[Any] = [{"a": number} for number in range(20_000)]
    assert explained({"uniqueItems": True}, [*items, items[0]]) == [("", "uniqueItems")]


def test_nothing_is_read_when_a_value_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.json").write_text('{"items": {"$ref": "parts/name.json#/$defs/name"}}', encoding="utf-8")
    (tmp_path / "parts").mkdir()
    part = {"$schema": LATEST, "$defs": {"name": {"$anchor": "n", "type": "string"}, "other": {"$ref": "#n"}}}
    (tmp_path / "parts" / "name.json").write_text(json.dumps(part), encoding="utf-8")
    validator = Validator(tmp_path / "main.json")
    (tmp_path / "parts" / "name.json").unlink()
    monkeypatch.setattr("archiver.validation.schema.fault_of", lambda _: None)  # what remains is found by jsonschema
    (violation,) = validator.violations(["a", 1])
    assert (violation.pointer, violation.expected) == ("/1", "string")


def test_a_number_of_too_many_digits_does_not_pass() -> None:
    assert len(Validator({"type": "string"}).violations(10**5_000)) == 1


# --- the cost of accepting ----------------------------------------------------------------------------------------

LATE = """
import sys
from archiver.validation import check_given, validator
found = [bool(validator().violations({})) if sys.argv[1] == "invalid" else check_given({"title": "a"})]
print("jsonschema" in sys.modules)
"""


@pytest.mark.parametrize(("kind", "loaded"), [("valid", "False"), ("invalid", "True")])
def test_jsonschema_is_imported_for_what_is_invalid_alone(kind: str, loaded: str) -> None:
    run = subprocess.run([sys.executable, "-c", LATE, kind], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == loaded
