"""The schema of a record is written down three times; here the three are held against each other."""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from typing import Any, get_args, get_origin, get_type_hints

import pyarrow as pa
import pytest

from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.document import Label
from archiver.record import Record
from archiver.resources import resource

SCHEMA = json.loads(resource("schemas", "article.schema.json").read_text(encoding="utf-8"))
NONE = type(None)


def of_json(node: dict[str, Any]) -> Any:
    """A property as (what it holds, nullable)."""
    if "$ref" in node:
        node = {**SCHEMA["$defs"][node["$ref"].removeprefix("#/$defs/")], **node}
    names = node["type"] if isinstance(node["type"], list) else [node["type"]]
    (name,) = [name for name in names if name != "null"]
    nullable = "null" in names
    if name == "array":
        return ["list", of_json(node["items"])], nullable
    if name == "object":
        assert node["required"] == list(node["properties"])
        assert node["additionalProperties"] is False
        return {key: of_json(value) for key, value in node["properties"].items()}, nullable
    return {"date": "date", "date-time": "time"}.get(node.get("format"), name), nullable


def of_arrow(field: pa.Field) -> Any:
    kind = field.type
    if pa.types.is_list(kind):
        return ["list", of_arrow(kind.value_field)], field.nullable
    if pa.types.is_struct(kind):
        return {child.name: of_arrow(child) for child in kind}, field.nullable
    names = {
        pa.types.is_string: "string",
        pa.types.is_integer: "integer",
        pa.types.is_floating: "number",
        pa.types.is_boolean: "boolean",
        pa.types.is_date: "date",
        pa.types.is_timestamp: "time",
    }
    return next(name for holds, name in names.items() if holds(kind)), field.nullable


def of_python(hint: Any) -> Any:
    args = get_args(hint)
    if NONE in args:
        (inner,) = [arg for arg in args if arg is not NONE]
        return of_python(inner)[0], True
    if get_origin(hint) is tuple:
        return ["list", of_python(args[0])], False
    if is_dataclass(hint) or hasattr(hint, "_fields"):
        return {name: of_python(child) for name, child in get_type_hints(hint).items()}, False
    names = {"str": "string", "int": "integer", "float": "number", "bool": "boolean", "datetime": "time"}
    return names.get(hint.__name__, hint.__name__), False


HINTS = get_type_hints(Record)


def test_all_three_have_the_same_columns_in_the_same_order() -> None:
    names = [item.name for item in fields(Record)]
    assert list(SCHEMA["properties"]) == SCHEMA["required"] == ARTICLE_SCHEMA.names == names
    assert SCHEMA["additionalProperties"] is False


@pytest.mark.parametrize("name", list(SCHEMA["properties"]))
def test_a_column_is_the_same_in_all_three(name: str) -> None:
    assert of_json(SCHEMA["properties"][name]) == of_arrow(ARTICLE_SCHEMA.field(name)) == of_python(HINTS[name])


@pytest.mark.parametrize("name", [item.name for item in ARTICLE_SCHEMA if pa.types.is_integer(item.type)])
def test_a_valid_number_fits_its_column(name: str) -> None:
    column = SCHEMA["properties"][name]
    pa.array([column["minimum"], column["maximum"]], ARTICLE_SCHEMA.field(name).type)


def test_the_labels_are_those_of_the_program() -> None:
    assert SCHEMA["$defs"]["block"]["properties"]["label"]["enum"] == [label.value for label in Label]


@pytest.mark.parametrize("name", ["article", "manifest"])
def test_everything_is_described(name: str) -> None:
    schema = json.loads(resource("schemas", f"{name}.schema.json").read_text(encoding="utf-8"))

    def properties(node: Any) -> Any:
        if isinstance(node, dict):
            if isinstance(found := node.get("properties"), dict) and "description" in node:
                yield from found.items()
            for child in node.values():
                yield from properties(child)

    named = list(properties(schema))
    assert len(named) > 20
    assert [key for key, node in named if len(node.get("description", "")) < 5] == []
