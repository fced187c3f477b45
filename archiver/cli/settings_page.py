"""The settings in use as an ``archiver.toml`` that explains itself: what each key means, and who has set it."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import fields, is_dataclass
from itertools import pairwise
from typing import Any

from archiver.settings import Settings
from archiver.settings.toml import plain, to_toml

_WIDTH = 78


def explained(layers: Sequence[tuple[str, Settings]]) -> str:
    """The settings of the last layer; each layer is the one before it with what its name has set.

    `read_settings` reads the page back. A key that is not set stands there as a comment.
    """
    lines = ["# The settings in use. Each may be set in archiver.toml, by ARCHIVER_SET_KEY, or by --set key=value."]
    lines += _table(layers, "")
    return "\n".join(lines) + "\n"


def _table(layers: Sequence[tuple[str, Any]], prefix: str) -> Iterator[str]:
    _, values = layers[-1]
    documented = _docstrings(type(values))
    tables = []
    for item in fields(values):
        value = getattr(values, item.name)
        below = [(name, getattr(settings, item.name)) for name, settings in layers]
        if is_dataclass(value):
            tables.append((item.name, below))
            continue
        yield ""
        yield from textwrap.wrap(documented[item.name], _WIDTH, initial_indent="# ", subsequent_indent="# ")
        setter = _setter(below)
        if setter:
            yield f"# set by {setter}"
        yield from _lines(item.name, values)
    for name, below in tables:
        yield ""
        yield f"[{name}]"
        yield from _table(below, f"{name}.")


def _lines(name: str, values: Any) -> Iterator[str]:
    """A key with its value, as `Settings.to_toml` writes it."""
    written = to_toml(plain(values))
    value = getattr(values, name)
    if value is None:
        yield f"# {name} ="
    elif isinstance(value, dict):
        inner = written.partition(f"[{name}]\n")[2].partition("\n\n")[0].strip()
        yield f"{name} = {{ {', '.join(inner.splitlines())} }}" if value else f"{name} = {{}}"
    else:
        yield next(line for line in written.splitlines() if line.startswith(f"{name} = "))


def _setter(layers: Sequence[tuple[str, Any]]) -> str | None:
    """The last layer that has changed the value."""
    changed = [name for (_, before), (name, after) in pairwise(layers) if before != after]
    return changed[-1] if changed else None


def _docstrings(kind: type) -> dict[str, str]:
    """What stands below each field of a dataclass."""
    (definition,) = ast.parse(textwrap.dedent(inspect.getsource(kind))).body
    assert isinstance(definition, ast.ClassDef)
    return {
        field.target.id: " ".join(str(text.value.value).split())
        for field, text in pairwise(definition.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant)
    }
