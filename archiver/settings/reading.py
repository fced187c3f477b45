"""A TOML file and assignments in, `Settings` out; what is wrong is told by its key, with the likely one."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from archiver.errors import UsageError, hint
from archiver.phrases import Table
from archiver.settings.choices import Settings
from archiver.sites import SiteRule

T = TypeVar("T")

_CALLED: Mapping[Any, str] = {
    str: "string",
    str | None: "string",
    int: "whole number",
    float: "number",
    bool: "boolean",
    tuple[str, ...]: "list of strings",
}
"""What the types of settings are called where users read of them; all others are tables."""


def read_settings(
    path: Path | None = None, assignments: tuple[str, ...] = (), recorded: Mapping[str, Any] | None = None
) -> Settings:
    """Settings from a TOML file, if any, overridden by ``key=value`` assignments (values are TOML).

    Without a file those that an archive has `recorded` (`Settings.to_json`) can be the ground to stand on.

    Raises:
        UsageError: the file cannot be read, or a key or a value is unknown; names the likely key.
    """
    known = {key: value for key, value in (recorded or {}).items() if value is not None}
    tree = _read_toml(path) if path else known
    for assignment in assignments:
        _assign(tree, assignment)
    return _build(Settings, tree, prefix="")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"settings file {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UsageError(f"settings file {path}: {error}") from error


def _assign(tree: dict[str, Any], assignment: str) -> None:
    key, equals, value = assignment.partition("=")
    if not equals:
        raise UsageError(f"--set {assignment}: write key=value")
    *parents, last = key.strip().split(".")
    for parent in parents:
        tree = tree.setdefault(parent, {})
        if not isinstance(tree, dict):
            raise UsageError(f"--set {assignment}: {parent} has no settings below it")
    tree[last] = _toml_value(value.strip())


def _toml_value(text: str) -> Any:
    """A TOML value; what is none (a bare word or a path) is a string."""
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except (tomllib.TOMLDecodeError, RecursionError):
        return text


def _build(kind: type[T], tree: Mapping[str, Any], prefix: str) -> T:
    """An instance of the dataclass `kind` from a table; unknown keys and wrong types are errors."""
    types = get_type_hints(kind)
    values: dict[str, Any] = {}
    for key, value in tree.items():
        if key not in types:
            raise UsageError(_unknown_key(prefix + key, [prefix + name for name in types]))
        values[key] = _convert(types[key], value, prefix + key)
    return kind(**values)


def _convert(kind: Any, value: Any, key: str) -> Any:
    if is_dataclass(kind) and isinstance(value, Mapping):
        return _build(kind, value, prefix=f"{key}.")  # type: ignore[arg-type]
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if kind == tuple[str, ...]:
        items = [value] if isinstance(value, str) else value
        if isinstance(items, list) and all(isinstance(item, str) for item in items):
            return tuple(items)
    elif isinstance(value, Mapping) and (table := _convert_table(kind, value, key)) is not None:
        return table
    elif kind == (date | None):
        return _day(value, key)
    elif (kind == (str | None) and isinstance(value, str)) or (isinstance(kind, type) and type(value) is kind):
        return value
    if kind == Mapping[str, Mapping[str, Table]]:
        raise UsageError(f"setting {key}: write tables [phrases.LANGUAGE.LABEL] with lists of phrases")
    raise UsageError(f"setting {key}: {value!r} is no {_CALLED.get(kind, 'table')}")


def _convert_table(kind: Any, value: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """A table whose keys the user chooses; None where its values have another type."""
    if kind == Mapping[str, SiteRule]:
        return {host: _convert(SiteRule, rule, f"{key}.{host}") for host, rule in value.items()}
    if kind == Mapping[str, Mapping[str, Table]] and all(map(_is_table_of_tables, value.values())):
        return {tag: {label: dict(table) for label, table in tables.items()} for tag, tables in value.items()}
    if kind == Mapping[str, str]:
        return {name: _convert(str, item, f"{key}.{name}") for name, item in value.items()}
    return None


def _is_table_of_tables(value: Any) -> bool:
    return isinstance(value, Mapping) and all(isinstance(item, Mapping) for item in value.values())


def _day(value: Any, key: str) -> date:
    """A day, as TOML writes one or as a string."""
    try:
        return date.fromisoformat(str(value)[:10])
    except ValueError as error:
        raise UsageError(f"setting {key}: {value!r} is no day such as 2024-12-31") from error


def _unknown_key(key: str, known: list[str]) -> str:
    return f"setting {key} does not exist; {hint(key, known)}"
