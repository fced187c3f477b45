"""What a value breaks, in words: a `Fault` in, a `Violation` out.

Found here as well: values that no schema can judge, because they are nested too deeply or are no JSON.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, TypeAlias

import jsonschema_rs

from archiver.record import Violation

VALUE_CHARS = 120
"""An offending value is shown up to this length."""
MESSAGE_CHARS = 200
"""A message about a schema is cut at this length."""
_BRANCHES = 5
"""So many alternatives of an `anyOf` or `oneOf` are spelled out."""
_UNWANTED = ("additionalProperties", "unevaluatedProperties")
_CONTAINERS = (dict, list, tuple)
_SCALARS = frozenset((str, int, float, bool, type(None)))

Path: TypeAlias = tuple[str | int, ...]
"""The names and indices that lead to a place in a value."""


class Fault(NamedTuple):
    """One place where a value breaks its schema, whichever library found it.

    `rule` is the schema keyword and `asked` what it asks for: its value, or the name of the missing property, the
    names of the unwanted ones, the number of alternatives. `found` stands at `path`, `message` is what the library
    says. `branches` holds one fault for each alternative that does not fit, the nearest first.
    """

    path: Path
    rule: str
    asked: Any
    found: Any
    message: str
    branches: Sequence[Fault] = ()


def to_violation(fault: Fault, source: str, row: int | None) -> Violation:
    """The violation that `fault` is."""
    return Violation(source, row, pointer(fault.path), fault.rule, expected(fault), shortened(fault.found))


def fault_of(error: jsonschema_rs.ValidationError) -> Fault:
    """The fault that jsonschema-rs found."""
    rule, asked, found = error.kind.name, error.kind.value, error.instance
    branches: list[Fault] = []
    if rule in _UNWANTED and isinstance(found, dict):
        found = {name: found[name] for name in asked if name in found}
    elif rule in ("anyOf", "oneOf"):
        branches = [fault_of(errors[0]) for errors in asked if errors]
        asked = len(asked)
    elif rule == "propertyNames":
        branches = [fault_of(asked)]
    return Fault(tuple(error.instance_path), rule, asked, found, error.message, branches)


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


def not_json(value: Any, path: Path = ()) -> Iterator[tuple[str, str, str]]:
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


def expected(fault: Fault) -> str:
    """What the schema asks for, as the end of the sentence "expected …"."""
    return _PHRASES.get(fault.rule, _own_words)(fault)


def _own_words(fault: Fault) -> str:
    """Those of the library: of a keyword without a phrase, or of a pattern that was given up."""
    return cut(fault.message.partition("\n")[0], VALUE_CHARS)


def cut(text: str, chars: int) -> str:
    """The beginning of `text`, with a mark where something is left out."""
    return text if len(text) <= chars else text[:chars] + "…"


def _alternatives(fault: Fault) -> str:
    """What each alternative asks for, and where below the value that none of them fits."""
    if len(fault.branches) < fault.asked:
        return f"only one of the {fault.asked} alternatives to fit"
    phrases = [_below(branch, len(fault.path)) for branch in fault.branches[:_BRANCHES]]
    more = " or …" if len(fault.branches) > _BRANCHES else ""
    return " or ".join(dict.fromkeys(phrases)) + more


def _below(fault: Fault, depth: int) -> str:
    place = pointer(fault.path[depth:])
    return f"{expected(fault)} at {place}" if place else expected(fault)


def _types(fault: Fault) -> str:
    names = [fault.asked] if isinstance(fault.asked, str) else fault.asked
    return " or ".join(sorted(names, key=lambda name: (name == "null", name)))


def _several(fault: Fault) -> str:
    if not isinstance(fault.asked, list):
        return "no further properties"
    return f"no property {', '.join(map(shortened, fault.asked))}"


def _phrase(template: str) -> Callable[[Fault], str]:
    return lambda fault: template.format(shortened(fault.asked))


_PHRASES: dict[str, Callable[[Fault], str]] = {
    "type": _types,
    "required": _phrase("property {}"),
    "additionalProperties": _several,
    "unevaluatedProperties": _several,
    "additionalItems": _phrase("no further items"),
    "unevaluatedItems": _phrase("no further items"),
    "enum": lambda fault: f"one of {', '.join(map(shortened, fault.asked))}",
    "const": _phrase("{}"),
    "format": lambda fault: f"format {fault.asked}",
    "pattern": lambda fault: f"pattern {fault.asked}",
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
    "multipleOf": _phrase("a multiple of {}"),
    "uniqueItems": _phrase("items that differ"),
    "contains": _phrase("an item that fits"),
    "minContains": _phrase("at least {} items that fit"),
    "maxContains": _phrase("at most {} items that fit"),
    "falseSchema": _phrase("nothing here"),
    "not": _phrase("something else than {}"),
    "propertyNames": lambda fault: f"names of properties: {expected(fault.branches[0])}",
    "anyOf": _alternatives,
    "oneOf": _alternatives,
}
