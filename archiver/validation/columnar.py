"""A shape in, an acceptor of Arrow batches out: a column is checked at once, without making a row of it.

It is right whenever it accepts. A batch that it does not accept may still be valid, and is looked at row by row, in the
JSON form that `parquet` gives rows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import types

from archiver.validation.shapes import Condition, Shape
from archiver.validation.strings import format_check, pattern_check

Array: TypeAlias = Any
"""An Arrow array. What it can do depends on its type, which is looked at here while the program runs."""

_YEARS = (1000, 9999)
"""Years that are surely written with four digits."""
_MOMENTS: dict[str, Callable[[pa.DataType], bool]] = {"date": types.is_date, "date-time": types.is_timestamp}


def accepts_batch(shape: Shape, batch: pa.RecordBatch) -> bool:
    """Whether every row of the batch surely is an object of the shape."""
    try:
        batch.validate(full=True)  # text that is no UTF-8 is found here
        return _has_members(shape, list(batch.schema.names), list(batch.columns))
    except (pa.ArrowException, NotImplementedError):
        return False


def _accepts(shape: Shape, array: Array) -> bool:
    if array.null_count:
        if not shape.nullable:
            return False
        array = array.drop_null()
    if not len(array):
        return True
    match shape.kind:
        case "string":
            return _is_text(shape, array)
        case "integer":
            return types.is_integer(array.type) and _within(array, shape.minimum, shape.maximum)
        case "number":
            return _is_number(shape, array)
        case "boolean":
            return types.is_boolean(array.type)
        case "array":
            return _is_list(shape, array)
        case "object":
            return types.is_struct(array.type) and _has_members(
                shape, [item.name for item in array.type], array.flatten()
            )
    return False


def _within(array: Array, least: float | None, most: float | None) -> bool:
    bounds: Any = pc.min_max(array).as_py()
    return (least is None or bounds["min"] >= least) and (most is None or bounds["max"] <= most)


def _is_number(shape: Shape, array: Array) -> bool:
    if types.is_integer(array.type):
        return _within(array, shape.minimum, shape.maximum)
    if not (types.is_float32(array.type) or types.is_float64(array.type)) or not pc.all(pc.is_finite(array)).as_py():
        return False
    bounds = [bound for bound in (shape.minimum, shape.maximum) if bound is not None]
    if types.is_float32(array.type) and any(bound != int(bound) for bound in bounds):
        return False  # as it is written, a float32 may lie on the other side of such a bound
    return _within(array, shape.minimum, shape.maximum)


def _is_text(shape: Shape, array: Array) -> bool:
    moment = _MOMENTS.get(shape.format or "")
    if moment and moment(array.type):
        plain = shape.pattern is None and not shape.values and shape.min_length is None and shape.max_length is None
        return plain and _within(pc.year(array), *_YEARS)
    if not (types.is_string(array.type) or types.is_large_string(array.type)):
        return False
    if shape.values:
        return bool(pc.all(pc.is_in(array, pa.array(shape.values, array.type))).as_py())
    if not _within(pc.utf8_length(array), shape.min_length, shape.max_length):
        return False
    if not shape.string_rule:
        return True
    checks = [*([pattern_check(shape.pattern)] if shape.pattern is not None else [])]
    checks += [format_check(shape.format)] if shape.format is not None else []
    return all(check(value) for value in pc.unique(array).to_pylist() for check in checks)


def _is_list(shape: Shape, array: Array) -> bool:
    if not (types.is_list(array.type) or types.is_large_list(array.type)):
        return False
    assert shape.items
    if not _within(pc.list_value_length(array), shape.min_length, shape.max_length):
        return False
    items = array.flatten()
    if shape.unique_items and len(items) and any(len(set(values)) < len(values) for values in array.to_pylist()):
        return False
    return _accepts(shape.items, items)


def _has_members(shape: Shape, names: list[str], columns: list[Array]) -> bool:
    members = dict(zip(names, columns, strict=True))
    if len(members) < len(names) or not shape.required <= members.keys() <= shape.properties.keys():
        return False
    if not all(_accepts(shape.properties[name], column) for name, column in members.items()):
        return False
    return all(_holds(condition, members) for condition in shape.conditions)


def _holds(condition: Condition, members: dict[str, Array]) -> bool:
    decided = pc.equal(members[condition.name], pa.scalar(condition.value))
    wrong = [members[name].is_valid() for name in sorted(condition.null)]
    wrong += [members[name].is_null() for name in sorted(condition.filled)]
    return not any(pc.any(pc.and_(decided, where)).as_py() for where in wrong)
