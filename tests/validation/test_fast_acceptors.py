"""What accepts records fast: whatever it accepts, the schema accepts; and of our own records it accepts all."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.archive.columns import to_table
from archiver.record import Record
from archiver.resources import resource
from archiver.validation import Validator
from archiver.validation.columnar import accepts_batch
from archiver.validation.parquet import json_rows
from archiver.validation.shapes import Shape, shape_of
from archiver.validation.typed import TypedRecords, typed_records

ARTICLE = json.loads(resource("schemas", "article.schema.json").read_text(encoding="utf-8"))


def acceptor(schema: Any) -> TypedRecords:
    found = typed_records(shape_of(schema))
    assert found, "the schema has a shape"
    return found


@pytest.fixture(scope="module")
def accept_article() -> TypedRecords:
    return acceptor(ARTICLE)


def dumped(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "surrogatepass")


def test_our_records_are_accepted(accept_article: TypedRecords, form: dict[str, Any]) -> None:
    assert accept_article(dumped(form)) is not None
    assert accept_article.as_dict(accept_article(dumped(form)))["title"] == "Ferry"


BROKEN = [
    {"id": "0f" * 16 + "\n"}, {"id": "0F" * 16}, {"text": ""}, {"title": 5}, {"authors": [""]}, {"authors": None},
    {"date_published": "2021-02-30"}, {"published_at": "2021-05-04"}, {"language": "e_n"}, {"language_score": 1.5},
    {"word_count": -1}, {"word_count": 2**31}, {"word_count": True}, {"word_count": "4"}, {"flags": ["a", "a"]},
    {"links": [{"text": "a"}]}, {"links": [{"text": "a", "url": "b", "c": 1}]}, {"schema_version": "2.0"}, {"more": 1},
    {"source_bytes": 2**63},
]  # fmt: skip
BLOCKS = [
    {"label": "chapter"}, {"kept": False}, {"kept": None}, {"start": None}, {"text": "both"}, {"score": -0.1},
    {"by": ""},
]  # fmt: skip


@pytest.mark.parametrize("change", [*BROKEN, *({"blocks": block} for block in BLOCKS)], ids=str)
def test_what_breaks_the_schema_is_not_accepted(
    accept_article: TypedRecords, form: dict[str, Any], change: dict[str, Any]
) -> None:
    if isinstance(change.get("blocks"), Mapping):
        change = {"blocks": [{**form["blocks"][0], **change["blocks"]}, form["blocks"][1]]}
    assert Validator().violations({**form, **change})
    assert accept_article(dumped({**form, **change})) is None


@pytest.mark.parametrize("data", [b"", b"{", b"[]", b"null", b'{"id": NaN}', b"\xff", b"[" * 100_000])
def test_what_is_no_record_is_not_accepted(accept_article: TypedRecords, data: bytes) -> None:
    assert accept_article(data) is None


UNSHAPED = [
    True, {}, {"type": "string", "not": {}}, {"type": ["string", "integer"]}, {"type": "object"},
    {"type": "object", "properties": {"a": {"$ref": "#"}}}, {"type": "object", "properties": {"a": {"$ref": "b.json"}}},
    {"type": "object", "properties": {"a": {"type": "number", "multipleOf": 2}}},
    {"type": "object", "properties": {"a": {"type": "string", "format": "colour"}}},
    {"type": "object", "properties": {"a": {"type": "string"}}, "required": ["b"]},
    {"type": "object", "properties": {"a": {"type": "string"}}, "minProperties": 1},
]  # fmt: skip


@pytest.mark.parametrize("schema", UNSHAPED, ids=str)
def test_a_schema_that_says_more_has_no_shape(schema: Any) -> None:
    assert shape_of(schema) is None


NAMES = st.sampled_from(["a", "b", "ä ü", "f0", "class"])
NUMBERS = ["integer", "number"]
BOUNDS = st.integers(-3, 3)
SCALARS = st.one_of(
    st.builds(lambda kind, low: {"type": kind, "minimum": low}, st.sampled_from(["integer", "number"]), BOUNDS),
    st.builds(lambda kind, high: {"type": [kind, "null"], "maximum": high}, st.sampled_from(NUMBERS), BOUNDS),
    st.builds(lambda least: {"type": ["string", "null"], "minLength": least}, st.integers(0, 3)),
    st.sampled_from(
        [
            {"type": "boolean"}, {"type": "null"}, {"type": "string", "enum": ["x", "y"]},
            {"type": "string", "const": "x"},
            {"type": "string", "pattern": "^[a-z]$"}, {"type": "string", "format": "date"},
            {"type": "string", "maxLength": 1},
        ]
    ),
)  # fmt: skip


def lists(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.builds(lambda item, most: {"type": "array", "items": item, "maxItems": most}, items, st.integers(0, 2))


def objects(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    def build(properties: dict[str, Any], required: list[bool], others: dict[str, Any]) -> dict[str, Any]:
        needed = [name for name, is_needed in zip(properties, required, strict=False) if is_needed]
        return {"type": "object", "properties": properties, "required": needed, **others}

    closed = st.sampled_from([{}, {"additionalProperties": False}])
    return st.builds(build, st.dictionaries(NAMES, values, min_size=1, max_size=3), st.lists(st.booleans()), closed)


SCHEMAS = objects(st.one_of(SCALARS, lists(SCALARS), objects(SCALARS), lists(objects(SCALARS))))
LEAVES = st.sampled_from(
    [
        None,
        True,
        False,
        0,
        1,
        -4,
        4,
        1.0,
        2.5,
        1e300,
        2**64,
        "",
        "x",
        "y",
        "a\n",
        "2021-05-04",
        "2021-02-30",
        "long text",
    ]
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3), max_leaves=8
)


@given(SCHEMAS, st.dictionaries(NAMES, VALUES, max_size=4))
def test_accepted_means_valid(schema: dict[str, Any], value: dict[str, Any]) -> None:
    fast = typed_records(shape_of(schema))
    if fast and fast(dumped(value)) is not None:
        assert Validator(schema).violations(value) == []


class TestColumns:
    @pytest.fixture
    def shape(self) -> Shape:
        found = shape_of(ARTICLE)
        assert found
        return found

    def test_our_records_are_accepted(self, shape: Shape, record: Record) -> None:
        (batch,) = to_table([record, record]).to_batches()
        assert accepts_batch(shape, batch)

    @pytest.mark.parametrize(
        "change",
        [
            {"id": "0F" * 16}, {"text": ""}, {"authors": ("",)}, {"language": "e_n"}, {"language_score": 1.5},
            {"word_count": -1}, {"flags": ("a", "a")}, {"schema_version": "2.0"}, {"source_uri": ""},
            {"http_status": 1000},
        ],
        ids=str,
    )  # fmt: skip
    def test_one_bad_row_and_the_batch_is_not_accepted(
        self, shape: Shape, record: Record, change: dict[str, Any]
    ) -> None:
        (batch,) = to_table([record, replace(record, **change)]).to_batches()
        assert Validator().violations(json_rows(batch)[1])
        assert not accepts_batch(shape, batch)

    @pytest.mark.parametrize(
        "change", [{"label": "chapter"}, {"kept": False}, {"start": None}, {"text": "both"}], ids=str
    )
    def test_a_block_that_contradicts_itself(self, shape: Shape, record: Record, change: dict[str, Any]) -> None:
        wrong = replace(record, blocks=(record.blocks[0]._replace(**change), record.blocks[1]))
        (batch,) = to_table([wrong]).to_batches()
        assert not accepts_batch(shape, batch)

    def test_missing_and_surplus_columns(self, shape: Shape, record: Record) -> None:
        table = to_table([record])
        assert not accepts_batch(shape, table.drop_columns(["title"]).to_batches()[0])
        assert not accepts_batch(shape, table.append_column("more", pa.array([1])).to_batches()[0])

    def test_text_that_is_no_unicode(self) -> None:
        shape = shape_of({"type": "object", "properties": {"a": {"type": "string"}}})
        batch = pa.record_batch([pa.array([b"a\xff"]).view(pa.string())], ["a"])
        assert shape
        assert not accepts_batch(shape, batch)

    @given(SCHEMAS, st.lists(st.dictionaries(NAMES, VALUES, max_size=4), min_size=1, max_size=3))
    def test_accepted_means_valid(self, schema: dict[str, Any], rows: list[dict[str, Any]]) -> None:
        shape = shape_of(schema)
        try:
            batches = pa.Table.from_pylist(rows).to_batches()
        except (pa.ArrowException, OverflowError, TypeError):  # values of one column that are of no one type
            return
        for batch in batches:
            if shape and accepts_batch(shape, batch):
                assert [Validator(schema).violations(row) for row in json_rows(batch)] == [[]] * batch.num_rows
