"""What a record breaks, in words: an error of jsonschema-rs in, a `Violation` out.

Found here as well: values that no schema can judge, because they are nested too deeply or are no JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import jsonschema_rs

from archiver.record import Violation

VALUE_CHARS = 120
"""An offending value is shown up to this length."""
_BRANCHES = 5
"""So many alternatives of an `anyOf` or `oneOf` are spelled out."""
_CONTAINERS = (dict, list, tuple)
_SCALARS = frozenset((str, int, float, bool, type(None)))


def to_violation(error: jsonschema_rs.ValidationError, source: str, row: int | None) -> Violation:
    """The violation that `error` stands for."""
    rule = error.kind.name
    value = error.instance
    if rule in ("additionalProperties", "unevaluatedProperties") and isinstance(value, dict):
        value = {name: value[name] for name in error.kind.as_dict()["unexpected"] if name in value}
    return Violation(source, row, pointer(error.instance_path), rule, expected(error), shortened(value))


def too_deep(value: Any, limit: int) -> bool:
    """Whether `value` has more than `limit` containers inside each other. Takes no stack."""
    level = [value] if isinstance(value, _CONTAINERS) else []
    for _ in range(limit):
        if not level:
            return False
        level = [child for container in level for child in _children(container) if type(child) not in _SCALARS]
    return any(isinstance(value, _CONTAINERS) for value in level)


def _children(value: Any) -> Iterable[Any]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list | tuple) else ()


def not_json(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str, str, str]]:
    """Pointer, expectation and found value of everything in `value` that JSON as UTF-8 cannot hold."""
    if isinstance(value, dict):
        for name, child in value.items():
            if isinstance(name, str) and _encodable(name):
                yield from not_json(child, (*path, name))
            else:
                yield pointer(path), "names that are Unicode text", shortened(str(name))
    elif isinstance(value, list | tuple):
        for index, child in enumerate(value):
            yield from not_json(child, (*path, index))
    elif isinstance(value, str) and not _encodable(value):
        yield pointer(path), "Unicode text without lone surrogates", shortened(value)
    elif type(value) not in _SCALARS:
        yield pointer(path), "a JSON value", type(value).__name__


def _encodable(text: str) -> bool:
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return False
    return True


def pointer(path: Sequence[str | int]) -> str:
    """The JSON Pointer (RFC 6901) of a path into a value."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def shortened(value: Any) -> str:
    """`value` as JSON, at most `VALUE_CHARS` characters and a mark; never all of a huge value at once."""
    text = ""
    for chunk in _chunks(value):
        text += chunk
        if len(text) > VALUE_CHARS:
            text = text[:VALUE_CHARS] + "…"
            break
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _chunks(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        value = value[: VALUE_CHARS + 1]
    return json.JSONEncoder(ensure_ascii=False, default=str).iterencode(value)


def expected(error: jsonschema_rs.ValidationError) -> str:
    """What the schema asks for, as the end of the sentence "expected …"."""
    details = {**error.kind.as_dict(), "path": error.instance_path}
    try:
        return _PHRASES[error.kind.name](details)
    except KeyError:  # a keyword without a phrase, or a pattern that was given up
        return _first_line(error.message)


def _first_line(message: str) -> str:
    line = message.partition("\n")[0]
    return line if len(line) <= VALUE_CHARS else line[:VALUE_CHARS] + "…"


def _alternatives(details: Mapping[str, Any]) -> str:
    branches = [_branch(errors, len(details["path"])) for errors in details["context"][:_BRANCHES] if errors]
    more = " or …" if len(details["context"]) > _BRANCHES else ""
    return " or ".join(dict.fromkeys(branches)) + more


def _branch(errors: Sequence[jsonschema_rs.ValidationError], depth: int) -> str:
    """What an alternative asks for first, and where below the value that none of them fits."""
    error = errors[0]
    place = pointer(error.instance_path[depth:])
    return f"{expected(error)} at {place}" if place else expected(error)


def _several(text: str) -> Callable[[Mapping[str, Any]], str]:
    return lambda details: f"no {text} {', '.join(shortened(name) for name in details['unexpected'])}"


def _phrase(template: str, name: str = "limit") -> Callable[[Mapping[str, Any]], str]:
    return lambda details: template.format(shortened(details[name]))


_PHRASES: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "type": lambda details: " or ".join(sorted(details["types"], key=_null_last)),
    "required": _phrase("property {}", "property"),
    "additionalProperties": _several("property"),
    "unevaluatedProperties": _several("property"),
    "enum": lambda details: f"one of {', '.join(shortened(option) for option in details['options'])}",
    "const": _phrase("{}", "expected_value"),
    "format": lambda details: f"format {details['format']}",
    "pattern": lambda details: f"pattern {details['pattern']}",
    "minLength": _phrase("at least {} characters"),
    "maxLength": _phrase("at most {} characters"),
    "minItems": _phrase("at least {} items"),
    "maxItems": _phrase("at most {} items"),
    "minProperties": _phrase("at least {} properties"),
    "maxProperties": _phrase("at most {} properties"),
    "minimum": _phrase("at least {}"),
    "maximum": _phrase("at most {}"),
    "exclusiveMinimum": _phrase("more than {}"),
    "exclusiveMaximum": _phrase("less than {}"),
    "multipleOf": _phrase("a multiple of {}", "multiple_of"),
    "uniqueItems": lambda _: "items that differ",
    "contains": lambda _: "an item that fits",
    "falseSchema": lambda _: "nothing here",
    "not": _phrase("something else than {}", "schema"),
    "propertyNames": lambda details: f"names of properties: {expected(details['error'])}",
    "anyOf": _alternatives,
    "oneOf": _alternatives,
}


def _null_last(name: str) -> tuple[bool, str]:
    return name == "null", name
