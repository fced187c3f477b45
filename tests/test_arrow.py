"""Arrow batches in and out: a row for a row, whatever becomes of it. docs/pipelines.md, tested too, uses it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pytest

from archiver import arrow
from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.arrow import SCHEMA, clean_batch
from archiver.compose import identity_of
from archiver.document import Document, Proposal
from archiver.errors import UsageError
from archiver.pipeline import clean_results
from archiver.settings import Limits, Settings
from tests.conftest import PROSE


def cleaned(rows: list[dict[str, Any]], **options: Any) -> list[dict[str, Any]]:
    batch = clean_batch(pa.RecordBatch.from_pylist(rows), **options)
    assert batch.schema == SCHEMA
    batch.validate(full=True)
    return batch.to_pylist()  # type: ignore[no-any-return]


def test_every_row_comes_back_in_its_place() -> None:
    rows = [
        {"text": PROSE, "title": "Ferry", "key": 1},
        {"text": "", "title": None, "key": 2},
        {"text": None, "title": None, "key": 3},
        {"text": f"{PROSE}\n\nShare this article", "title": "Ferry", "key": 4},
    ]
    found = cleaned(rows)
    assert [(row["outcome"], row["code"]) for row in found] == [
        ("cleaned", None),
        ("rejected", "empty"),
        ("failed", "no-text"),
        ("cleaned", None),
    ]
    assert [row["text"] for row in found] == [PROSE, None, None, PROSE]
    assert [json.loads(row["extra"])["key"] for row in found if row["extra"]] == [1, 4]
    assert found[0]["title"] == "Ferry"
    assert "holds no text" in found[2]["message"]


def test_bytes_that_are_no_text_are_told() -> None:
    found = cleaned([{"html": b"%PDF-1.7 " + PROSE.encode()}, {"html": b"<p>" + PROSE.encode()}])
    assert [(row["outcome"], row["code"]) for row in found] == [("failed", "unsupported-type"), ("cleaned", None)]


def test_columns_of_one_name_are_refused() -> None:
    batch = pa.RecordBatch.from_arrays([pa.array([PROSE]), pa.array(["b"])], names=["text", "text"])
    with pytest.raises(UsageError, match="several columns have the same name: text"):
        clean_batch(batch)


def test_a_document_has_one_identity_however_the_data_is_cut() -> None:
    rows = [{"text": f"{PROSE} {number}"} for number in range(4)]
    whole = cleaned(rows)
    parts = [*cleaned(rows[:1]), *cleaned(rows[1:])]
    assert [row["version_id"] for row in whole] == [row["version_id"] for row in parts]
    assert len({row["id"] for row in whole}) == 4


def test_a_source_uri_names_the_document() -> None:
    (row,) = cleaned([{"text": PROSE, "source_uri": "news/a.txt"}])
    assert (row["source_uri"], row["id"], row["extra"]) == ("news/a.txt", identity_of(None, "news/a.txt"), None)


def test_no_row_at_all() -> None:
    empty = pa.RecordBatch.from_pylist([], schema=pa.schema([("text", pa.string())]))
    assert clean_batch(empty).equals(pa.RecordBatch.from_pylist([], schema=SCHEMA))


def test_only_bad_rows() -> None:
    assert [row["outcome"] for row in cleaned([{"text": ""}, {"text": None}])] == ["rejected", "failed"]


@pytest.mark.parametrize(
    "kind", [pa.large_string(), pa.string_view(), pa.binary(), pa.dictionary(pa.int32(), pa.string())], ids=str
)
def test_strings_of_every_kind(kind: pa.DataType) -> None:
    batch = pa.record_batch({"text": pa.array([PROSE], pa.string()).cast(kind)})
    assert clean_batch(batch)["text"].to_pylist() == [PROSE]


def test_times_of_data_frames() -> None:
    batch = pa.record_batch({"text": [PROSE], "published": pa.array([datetime(2024, 5, 1, 12)], pa.timestamp("ns"))})
    assert str(clean_batch(batch)["date_published"][0]) == "2024-05-01"


def test_settings_and_rules_go_along() -> None:
    def misbehave(document: Document) -> list[Proposal]:
        raise ValueError("a rule is wrong")

    (late,) = cleaned([{"text": PROSE}], settings=Settings(limits=Limits(input_bytes=10)))
    (wrong,) = cleaned([{"text": PROSE}], normalizers=(misbehave,))
    assert (late["code"], wrong["code"]) == ("too-large", "internal-error")
    with pytest.raises(UsageError, match="fields"):
        cleaned([{"text": PROSE}], settings=Settings(fields={"txet": "text"}))


def test_a_record_that_no_column_can_hold_is_a_failure_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def first_with_a_large_status(*arguments: Any) -> Iterator[Any]:
        first, *others = clean_results(*arguments)
        yield from (replace(first, http_status=70_000), *others)

    monkeypatch.setattr(arrow, "clean_results", first_with_a_large_status)
    found = cleaned([{"text": PROSE}, {"text": PROSE}, {"text": ""}])
    assert [row["code"] for row in found] == ["unstorable", None, "empty"]
    assert [row["text"] for row in found] == [None, PROSE, None]


def test_the_columns_are_those_of_a_record() -> None:
    assert SCHEMA.names[4:] == ARTICLE_SCHEMA.names
    assert all(item.nullable for item in SCHEMA)
