"""Checks of single settings: each raises a `UsageError` that names the key, and the likely value."""

from __future__ import annotations

from archiver.document import Label
from archiver.errors import UsageError, hint


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
    if not isinstance(value, int | float) or not least <= value <= most:
        raise UsageError(f"setting {key}: {value} is not between {least} and {most}")


def encoding(key: str, value: str) -> None:
    """The value names an encoding in which ASCII stands as it is."""
    try:
        readable = "a,b".encode(value) == b"a,b"
    except LookupError as error:
        raise UsageError(f"setting {key}: {value!r} is no encoding") from error
    if not readable:
        raise UsageError(f"setting {key}: {value!r} does not write ASCII as it is; convert the files")
