"""A JSON Schema in, the shape of values that it surely accepts out, where it is simple enough for that.

A shape is what the fast acceptors are made of: `typed` for JSON, `columnar` for Parquet. It may refuse what its schema
accepts, never the other way: what a shape does not accept is asked of the schema itself. A schema that says more than a
shape can hold has none (``None``), and is slower to validate, not less exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from archiver.validation.strings import FORMATS

_ANNOTATIONS = frozenset(
    ("$schema", "$id", "$comment", "$defs", "definitions", "title", "description", "examples", "default", "deprecated")
)
_KEYWORDS = frozenset(
    (
        *("type", "enum", "const", "minLength", "maxLength", "pattern", "format", "minimum", "maximum", "items"),
        *("minItems", "maxItems", "uniqueItems", "properties", "required", "additionalProperties", "allOf"),
    )
)
_KINDS = frozenset(("null", "boolean", "integer", "number", "string", "array", "object"))
MAX_DEPTH = 16
"""Deeper schemas, and those that refer to themselves, have no shape."""
_MAX_INT = 2**63 - 1


class Condition(NamedTuple):
    """Where the boolean property `name` is `value`, those of `null` are null and those of `filled` are not."""

    name: str
    value: bool
    null: frozenset[str]
    filled: frozenset[str]


@dataclass(frozen=True, slots=True)
class Shape:
    """Values of these `kinds`: JSON types, at most one of them other than null.

    `properties` are those of an object, which has no others; `required` must be there, `conditions` hold. `values` are
    the only strings there are, where some are listed. Bounds are inclusive.
    """

    kinds: frozenset[str]
    properties: Mapping[str, Shape] = field(default_factory=dict)
    required: frozenset[str] = frozenset()
    items: Shape | None = None
    values: tuple[str, ...] = ()
    pattern: str | None = None
    format: str | None = None
    min_length: int | None = None
    max_length: int | None = None
    minimum: int | float | None = None
    maximum: int | float | None = None
    unique_items: bool = False
    conditions: tuple[Condition, ...] = ()

    @property
    def nullable(self) -> bool:
        return "null" in self.kinds

    @property
    def kind(self) -> str:
        """The one kind beside null; ``null`` where there is no other."""
        return next(iter(sorted(self.kinds - {"null"})), "null")

    @property
    def string_rule(self) -> bool:
        """Whether a string must be looked at more closely than its length and `values`."""
        return self.pattern is not None or self.format is not None


class _Unshaped(Exception):
    """The schema says something that no shape can hold."""


def shape_of(schema: Any) -> Shape | None:
    """The shape of a schema, if it has one."""
    try:
        return _shape(schema, schema, 0)
    except _Unshaped:
        return None


def _shape(schema: Any, root: Any, depth: int) -> Shape:
    if not isinstance(schema, Mapping) or depth > MAX_DEPTH:
        raise _Unshaped
    if "$ref" in schema:
        if schema.keys() - _ANNOTATIONS - {"$ref"}:
            raise _Unshaped
        return _shape(_target(schema["$ref"], root), root, depth + 1)
    if schema.keys() - _ANNOTATIONS - _KEYWORDS or (depth and "$id" in schema):
        raise _Unshaped
    kinds = _kinds(schema)
    shape = Shape(kinds=kinds)
    match shape.kind:
        case "object":
            return _object(schema, kinds, root, depth)
        case "array":
            return _array(schema, kinds, root, depth)
        case "string":
            return _string(schema, kinds)
        case "integer" | "number":
            return _number(schema, kinds)
    _only(schema, ())
    return shape


def _kinds(schema: Mapping[str, Any]) -> frozenset[str]:
    stated = schema.get("type")
    kinds = frozenset([stated] if isinstance(stated, str) else stated if isinstance(stated, list) else ())
    if not kinds or not kinds <= _KINDS or len(kinds - {"null"}) > 1:
        raise _Unshaped
    return kinds


def _target(reference: Any, root: Any) -> Any:
    """What a reference within the same document points to."""
    if not isinstance(reference, str) or not reference.startswith("#/") or "%" in reference or "~" in reference:
        raise _Unshaped
    found = root
    for step in reference.removeprefix("#/").split("/"):
        if not isinstance(found, Mapping) or step not in found:
            raise _Unshaped
        found = found[step]
    return found


def _only(schema: Mapping[str, Any], keywords: tuple[str, ...]) -> None:
    """Refuse keywords that have no meaning here, or one that is not looked at."""
    if schema.keys() - _ANNOTATIONS - {"type", *keywords}:
        raise _Unshaped


def _object(schema: Mapping[str, Any], kinds: frozenset[str], root: Any, depth: int) -> Shape:
    _only(schema, ("properties", "required", "additionalProperties", "allOf"))
    others = schema.get("additionalProperties", True)
    if others not in (True, False):  # of a schema that allows others, only objects without any have the shape
        raise _Unshaped
    properties = {name: _shape(child, root, depth + 1) for name, child in schema.get("properties", {}).items()}
    required = frozenset(schema.get("required", ()))
    if not properties or not required <= properties.keys():
        raise _Unshaped
    shape = Shape(kinds, properties=properties, required=required)
    return replace(shape, conditions=tuple(_condition(child, shape) for child in schema.get("allOf", ())))


def _condition(schema: Any, shape: Shape) -> Condition:
    """The condition that an ``if`` with its ``then`` is: where a boolean is so, others are of one type."""
    match schema:
        case {"if": {"properties": dict(tested), "required": [str(name)]}, "then": {"properties": dict(asked)}}:
            if len(schema) != 2 or len(schema["if"]) != 2 or len(schema["then"]) != 1 or [*tested] != [name]:
                raise _Unshaped
        case _:
            raise _Unshaped
    value = tested[name].get("const") if isinstance(tested[name], dict) and len(tested[name]) == 1 else None
    if not isinstance(value, bool) or not {name, *asked} <= shape.required:
        raise _Unshaped
    if shape.properties[name].kinds != {"boolean"}:
        raise _Unshaped
    for child, wanted in asked.items():
        if wanted not in ({"type": "null"}, {"type": shape.properties[child].kind}):
            raise _Unshaped
    null = frozenset(child for child, wanted in asked.items() if wanted == {"type": "null"})
    return Condition(name, value, null, frozenset(asked) - null)


def _array(schema: Mapping[str, Any], kinds: frozenset[str], root: Any, depth: int) -> Shape:
    _only(schema, ("items", "minItems", "maxItems", "uniqueItems"))
    if "items" not in schema:
        raise _Unshaped
    unique = schema.get("uniqueItems", False) is True
    items = _shape(schema["items"], root, depth + 1)
    if unique and items.kinds != {"string"}:
        raise _Unshaped
    least, most = _count(schema, "minItems"), _count(schema, "maxItems")
    return Shape(kinds, items=items, min_length=least, max_length=most, unique_items=unique)


def _string(schema: Mapping[str, Any], kinds: frozenset[str]) -> Shape:
    _only(schema, ("enum", "const", "minLength", "maxLength", "pattern", "format"))
    listed = schema.get("enum", [schema["const"]] if "const" in schema else [])
    if "enum" in schema and "const" in schema:
        raise _Unshaped
    if any(not isinstance(value, str) for value in listed):
        raise _Unshaped
    if listed and (schema.keys() & {"minLength", "maxLength", "pattern", "format"} or "null" in kinds):
        raise _Unshaped
    if schema.get("format") not in (None, *FORMATS):
        raise _Unshaped
    return Shape(
        kinds,
        values=tuple(listed),
        pattern=schema.get("pattern"),
        format=schema.get("format"),
        min_length=_count(schema, "minLength"),
        max_length=_count(schema, "maxLength"),
    )


def _count(schema: Mapping[str, Any], name: str) -> int | None:
    value = schema.get(name)
    if value is not None and (type(value) is not int or not 0 <= value <= _MAX_INT):
        raise _Unshaped
    return value


def _number(schema: Mapping[str, Any], kinds: frozenset[str]) -> Shape:
    _only(schema, ("minimum", "maximum"))
    for name in ("minimum", "maximum"):
        value = schema.get(name, 0)
        if type(value) not in (int, float) or abs(value) > _MAX_INT:
            raise _Unshaped
    return Shape(kinds, minimum=schema.get("minimum"), maximum=schema.get("maximum"))
