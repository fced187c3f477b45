"""Checks of single settings: each raises a `UsageError` that names the key, and the likely value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TypeVar

from archiver.document import Label
from archiver.errors import UsageError, hint

T = TypeVar("T")


def of_type(key: str, value: object, kinds: type | tuple[type, ...], called: str) -> None:
    """The value is of one of the `kinds`, which users know as `called`."""
    if not isinstance(value, kinds):
        raise UsageError(f"setting {key}: {value!r} is no {called}")


def table(key: str, value: object, kinds: type, called: str) -> None:
    """The value is a mapping from strings to values of the `kinds`, which users know as `called`."""
    of_type(key, value, Mapping, "table")
    for name, item in value.items():  # type: ignore[attr-defined]
        of_type(key, name, str, "string")
        of_type(f"{key}.{name}", item, kinds, called)


def built(key: str, value: object, kind: type[T]) -> T:
    """An instance of the dataclass `kind`, which may be given as a mapping of some of its fields."""
    if isinstance(value, kind):
        return value
    of_type(key, value, Mapping, f"{kind.__name__} and no table")
    known = [item.name for item in fields(kind)]  # type: ignore[arg-type]
    for name in value:  # type: ignore[attr-defined]
        if name not in known:
            raise UsageError(f"setting {key}.{name} does not exist; {hint(str(name), known)}")
    return kind(**value)  # type: ignore[arg-type]


def strings(key: str, values: object) -> None:
    """The value is a tuple or a list of strings."""
    if not isinstance(values, tuple | list) or not all(isinstance(value, str) for value in values):
        raise UsageError(f"setting {key}: {values!r} is no list of strings")


def labels(key: str, names: tuple[str, ...]) -> None:
    """Every name is a label."""
    known = [label.value for label in Label]
    for name in names:
        if name not in known:
            raise UsageError(f"setting {key}: {name!r} is no label; {hint(name, known)}")


def one_of(key: str, value: str, allowed: tuple[str, ...]) -> None:
    """The value is one of those allowed."""
    if value not in allowed:
        raise UsageError(f"setting {key}: {value!r} is none of {', '.join(allowed)}")


def in_range(key: str, value: float, least: float, most: float) -> None:
    """The value is a number from `least` to `most`."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise UsageError(f"setting {key}: {value!r} is not between {least} and {most}")


def encoding(key: str, value: str) -> None:
    """The value names an encoding in which ASCII stands as it is."""
    try:
        readable = "a,b".encode(value) == b"a,b"
    except LookupError as error:
        raise UsageError(f"setting {key}: {value!r} is no encoding") from error
    if not readable:
        raise UsageError(f"setting {key}: {value!r} does not write ASCII as it is; convert the files")
