"""A shape in, an acceptor of JSON text out: msgspec decodes and checks a record in one pass, as fast as others parse.

It is right whenever it accepts. What it does not accept may still be valid, and is looked at again.
"""

from __future__ import annotations

import types
from collections.abc import Callable
from itertools import count, product
from operator import attrgetter
from typing import Annotated, Any, Literal

import msgspec

from archiver.validation.shapes import Condition, Shape
from archiver.validation.strings import format_check, pattern_check

Check = Callable[[Any], bool]


class TypedRecords:
    """Decodes JSON text into objects of a shape; None for what does not surely have it."""

    def __init__(self, shape: Shape) -> None:
        self._names = tuple(shape.properties)
        self._decode = msgspec.json.Decoder(_struct(shape, count())).decode
        checked = [
            (f"f{index}", check) for index, name in enumerate(self._names) if (check := _check(shape.properties[name]))
        ]
        self._checks = [check for _, check in checked]
        fields = [name for name, _ in checked]
        self._checked: Callable[[Any], Any] = attrgetter(*fields) if len(fields) > 1 else _one_or_none(fields)

    def __call__(self, data: bytes) -> Any | None:
        """The decoded record, whose attributes are ``f0``, ``f1``, … in the order of `as_dict`."""
        try:
            record = self._decode(data)
        except (ValueError, RecursionError):  # those of msgspec, and bytes that are no UTF-8
            return None
        for check, value in zip(self._checks, self._checked(record), strict=True):
            if value is not None and value is not msgspec.UNSET and not check(value):
                return None
        return record

    def as_dict(self, record: Any) -> dict[str, Any]:
        """The properties of a decoded record that are plain values; lists and objects are left out."""
        values = (getattr(record, f"f{index}") for index in range(len(self._names)))
        return {name: value for name, value in zip(self._names, values, strict=True) if isinstance(value, _PLAIN)}


_PLAIN = (str, int, float, bool, type(None))


def typed_records(shape: Shape | None) -> TypedRecords | None:
    """The acceptor for objects of a shape; None where there is no shape, or strings deep inside must be checked."""
    if shape is None or shape.kinds != {"object"}:
        return None
    below = [child for child in shape.properties.values() if child.kind in ("object", "array")]
    return None if any(_has_rule(child) for child in below) else TypedRecords(shape)


def _has_rule(shape: Shape) -> bool:
    """Whether something further inside has a rule that is not looked at: all but conditions of the items of a list."""
    children = [*shape.properties.values(), *([shape.items] if shape.items else [])]
    below = [
        item for child in children for item in (*child.properties.values(), *([child.items] if child.items else []))
    ]
    return any(child.string_rule or child.unique_items or _has_rule(child) for child in children) or any(
        item.conditions for item in below
    )


def _one_or_none(fields: list[str]) -> Callable[[Any], Any]:
    return (lambda record: (getattr(record, fields[0]),)) if fields else (lambda record: ())


def _check(shape: Shape) -> Check | None:
    """What is asked of a value beside its type."""
    if shape.unique_items:
        return lambda values: len(set(values)) == len(values)
    if shape.conditions:
        fits = _conditional(shape)
        return lambda value: fits((value,))
    if shape.items and shape.items.conditions:
        return _conditional(shape.items)
    checks = [*([pattern_check(shape.pattern)] if shape.pattern is not None else [])]
    if shape.format is not None:
        checks.append(format_check(shape.format))
    if not checks:
        return None
    return checks[0] if len(checks) == 1 else lambda value: all(check(value) for check in checks)


def _conditional(shape: Shape) -> Check:
    """Tells whether the conditions of a shape hold for each of some objects, by which of their properties are null."""
    names = tuple(dict.fromkeys(name for one in shape.conditions for name in (*one.null, *one.filled)))
    deciding = tuple(dict.fromkeys(one.name for one in shape.conditions))
    places = {name: f"f{index}" for index, name in enumerate(shape.properties)}
    states = product((True, False), repeat=len(deciding) + len(names))
    allowed = {
        state
        for state in states
        if all(_holds(one, dict(zip((*deciding, *names), state, strict=True))) for one in shape.conditions)
    }
    told = attrgetter(*(places[name] for name in (*deciding, *names)))
    first = len(deciding)
    return lambda items: allowed.issuperset(
        [(*values[:first], *[value is None for value in values[first:]]) for values in map(told, items)]
    )


def _holds(condition: Condition, state: dict[str, bool]) -> bool:
    """Whether a condition holds where `state` tells the deciding values, and of the other names which are null."""
    if state[condition.name] is not condition.value:
        return True
    return all(state[name] for name in condition.null) and not any(state[name] for name in condition.filled)


def _struct(shape: Shape, numbers: count[int]) -> Any:
    """A class of msgspec for an object; its fields are numbered, for a property may have any name."""
    fields: list[Any] = []
    for index, (name, child) in enumerate(shape.properties.items()):
        kind = _type(child, numbers)
        if name in shape.required:
            fields.append((f"f{index}", kind))
        else:
            fields.append((f"f{index}", kind | msgspec.UnsetType, msgspec.UNSET))
    names = {f"f{index}": name for index, name in enumerate(shape.properties)}
    return msgspec.defstruct(
        f"Shape{next(numbers)}", fields, rename=names, forbid_unknown_fields=True, kw_only=True, gc=False
    )


def _type(shape: Shape, numbers: count[int]) -> Any:
    kind = _bare(shape, numbers)
    return kind | None if shape.nullable and kind is not None else kind


def _bare(shape: Shape, numbers: count[int]) -> Any:
    match shape.kind:
        case "object":
            return _struct(shape, numbers)
        case "array":
            assert shape.items
            items = types.GenericAlias(list, (_type(shape.items, numbers),))
            return _annotated(items, min_length=shape.min_length, max_length=shape.max_length)
        case "string":
            if shape.values:
                return Literal[shape.values]
            return _annotated(str, min_length=shape.min_length, max_length=shape.max_length)
        case "integer":
            return _annotated(int, ge=shape.minimum, le=shape.maximum)
        case "number":
            return _annotated(float, ge=shape.minimum, le=shape.maximum)
        case "boolean":
            return bool
    return None


def _annotated(kind: Any, **bounds: Any) -> Any:
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    return Annotated[kind, msgspec.Meta(**given)] if given else kind
