"""Rules beyond the schema, and schemas by version."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from archiver.archive.columns import to_table
from archiver.compose import digest
from archiver.errors import SchemaError
from archiver.record import Record, Violation
from archiver.validation import validate_paths
from archiver.validation.checks import CHECKS

GERMAN = "Der Leuchtturm am Ende der Mole wurde gestern wieder angezündet, und niemand hatte damit gerechnet. " * 6


def write(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def sound(form: dict[str, Any], **changes: Any) -> dict[str, Any]:
    changed = {**form, **changes}
    return {**changed, "text_sha256": digest(changed["text"].encode())} | {
        name: value for name, value in changes.items() if name == "text_sha256"
    }


def found(path: Path, **options: Any) -> list[tuple[str, str, int | None]]:
    return [(item.rule, item.pointer, item.line) for item in validate_paths([path], **options)]


CASES = [
    ({}, []),
    ({"text": "\n \n"}, [("empty-text", "/text")]),
    ({"text_sha256": "0" * 64}, [("text-sha256", "/text_sha256")]),
    ({"fetched_at": "2021-05-01T00:00:00Z"},
     [("future-date", f"/{name}") for name in ("date_published", "published_at", "modified_at")]),
    ({"fetched_at": "2021-05-03T10:00:00Z"}, []),
    ({"text": GERMAN}, [("language", "/language")]),
    ({"text": GERMAN, "language": "de-AT"}, []),
    ({"text": "Ja.", "language": "en"}, []),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "broken"), CASES)
def test_each_check(
    tmp_path: Path, form: dict[str, Any], changes: dict[str, Any], broken: list[tuple[str, str]]
) -> None:
    path = write(tmp_path / "x.jsonl", sound(form, **changes))
    assert found(path) == []
    assert found(path, checks=CHECKS) == [(rule, pointer, 1) for rule, pointer in broken]
    slow = write(tmp_path / "slow.jsonl", {**sound(form, **changes), "more": 1})
    assert found(slow, checks=CHECKS)[1:] == [(rule, pointer, 1) for rule, pointer in broken]


def test_ids_are_unique_over_all_files(tmp_path: Path, form: dict[str, Any]) -> None:
    write(tmp_path / "a.jsonl", sound(form), sound(form, version_id="2a" * 16))
    write(tmp_path / "b.jsonl", sound(form, version_id="3a" * 16), sound(form))
    (violation,) = validate_paths([tmp_path], checks=["unique-id"])
    assert (Path(violation.source).name, violation.line, violation.pointer) == ("b.jsonl", 2, "/version_id")


def test_records_of_other_tools_pass(tmp_path: Path) -> None:
    schema = write(tmp_path / "any.schema", {})
    path = write(tmp_path / "x.jsonl", {"a": 1}, [], {"text": 5, "language": "en", "fetched_at": "soon"})
    assert found(path, schema=schema, checks=CHECKS) == []


def test_parquet_is_told_by_row_and_row_group(tmp_path: Path, record: Record) -> None:
    pq.write_table(to_table([record] * 5), tmp_path / "x.parquet", row_group_size=2)
    rows = [(item.row, item.row_group) for item in validate_paths([tmp_path / "x.parquet"], checks=["unique-id"])]
    assert rows == [(1, 0), (2, 1), (3, 1), (4, 2)]


class TestVersions:
    @pytest.fixture
    def schemas(self, tmp_path: Path) -> dict[str, Path]:
        old = {
            "$schema": "http://json-schema.org/draft-04/schema#",
            "properties": {"n": {"maximum": 5, "exclusiveMaximum": True}},
        }
        new = {"$schema": "https://json-schema.org/draft/2020-12/schema", "required": ["name"]}
        return {
            "1": write(tmp_path / "old.schema", old),
            "2": write(tmp_path / "new.schema", new),
        }

    def test_each_record_is_held_against_its_own(self, tmp_path: Path, schemas: dict[str, Path]) -> None:
        rows = [{"schema_version": "1", "n": 5}, {"schema_version": "2"}, {"schema_version": "2", "name": "a", "n": 9}]
        path = write(tmp_path / "x.jsonl", *rows)
        assert found(path, schema=schemas) == [("exclusiveMaximum", "/n", 1), ("required", "", 2)]

    def test_a_version_without_a_schema(self, tmp_path: Path, schemas: dict[str, Path]) -> None:
        path = write(tmp_path / "x.jsonl", {"schema_version": "3"}, {"schema_version": 5}, [])
        violations = list(validate_paths([path], schemas))
        assert [(item.rule, item.value) for item in violations] == [
            ("schema_version", value) for value in ('"3"', "5", "null")
        ]
        others = {**schemas, "": write(tmp_path / "others.schema", {"type": "object"})}
        assert found(path, schema=others) == [("type", "", 3)]

    def test_a_schema_that_is_none(self, tmp_path: Path, schemas: dict[str, Path]) -> None:
        path = write(tmp_path / "x.jsonl", {})
        with pytest.raises(SchemaError):
            validate_paths([path], {**schemas, "3": path.with_name("nowhere.json")})


DRAFTS = [
    *(f"http://json-schema.org/draft-0{number}/schema#" for number in (4, 6, 7)),
    *(f"https://json-schema.org/draft/{name}/schema" for name in ("2019-09", "2020-12")),
]


@pytest.mark.parametrize("draft", DRAFTS)
def test_every_draft_is_known(tmp_path: Path, draft: str) -> None:
    schema = write(tmp_path / "s.json", {"$schema": draft, "type": "object", "properties": {"a": {"type": "integer"}}})
    path = write(tmp_path / "x.jsonl", {"a": 1}, {"a": "1"}, {"b": {"c": [1]}})
    assert found(path, schema=schema) == [("type", "/a", 2)]


def test_the_counts_by_rule(tmp_path: Path) -> None:
    validation = validate_paths([write(tmp_path / "x.jsonl", [], 5, {})], max_errors=3)
    assert all(isinstance(item, Violation) for item in validation)
    assert (validation.by_rule, validation.violations) == ({"type": 2, "required": 1}, 3)
