"""Settings as plain values, and those as TOML."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from typing import Any

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")


def plain(value: Any) -> Any:
    """Dataclasses as mappings and days as strings, all the way down."""
    if is_dataclass(value):
        return {item.name: plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


def to_toml(tree: Mapping[str, Any]) -> str:
    """A tree of settings as a TOML file, without what is None."""
    return "\n".join(_toml_tables(tree)) + "\n"


def _toml_tables(tree: Mapping[str, Any], name: str = "") -> list[str]:
    """The lines of a table and of those below it."""
    tables = {key: value for key, value in tree.items() if isinstance(value, dict)}
    lines = ["", f"[{name}]"] if name else []
    lines += _toml_lines({key: value for key, value in tree.items() if key not in tables})
    for key, table in tables.items():
        lines += _toml_tables(table, f"{name}.{_toml_key(key)}" if name else _toml_key(key))
    return lines


def _toml_lines(table: Mapping[str, Any]) -> list[str]:
    return [f"{_toml_key(key)} = {_toml(value)}" for key, value in table.items() if value is not None]


def _toml(value: Any) -> str:
    """A value in TOML. JSON writes them alike, but for DEL, which TOML wants escaped."""
    written = json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
    return written.replace("\x7f", "\\u007f")


def _toml_key(key: str) -> str:
    return key if _BARE_KEY.fullmatch(key) else _toml(key)
