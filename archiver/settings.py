"""Settings: everything a user can choose that changes what comes out. Read from ``archiver.toml``.

How a run is carried out (workers, engine, output folder) is no setting: it may not change a byte.
"""

from __future__ import annotations

import difflib
import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, get_type_hints

from archiver.document import Label
from archiver.errors import UsageError
from archiver.phrases import Table, user_phrases
from archiver.selection import Selection
from archiver.sites import SiteRule

T = TypeVar("T")

MEBIBYTE = 1024 * 1024

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_REFERENCE = re.compile(rb'"\$(?:dynamicRef|recursiveRef|ref)"\s*:\s*"([^"#]+)')


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on what a single document may ask of the program. A limit reached is a reported failure."""

    input_bytes: int = 64 * MEBIBYTE
    """Largest document, in bytes after decompression."""
    compression_ratio: int = 1000
    """Largest ratio of decompressed to compressed size, once 64 MiB have been decompressed."""
    line_chars: int = 16 * MEBIBYTE
    """Longest line of a text, in characters."""
    depth: int = 100_000
    """Deepest nesting of elements in a page. turbohtml itself builds no tree deeper than 511 elements."""
    blocks: int = 200_000
    """Most blocks in one document."""
    members: int = 1_000_000
    """Most members of a ZIP or tar file."""
    record_depth: int = 64
    """Deepest nesting of a JSON record that is validated."""
    document_seconds: float = 30.0
    """Longest time that a stage of a run may take for one document, in seconds of the processor. 0 is no bound."""
    memory_bytes: int = 4096 * MEBIBYTE
    """Most memory that a worker of a run may take for documents, beyond what the program needs. 0 is no bound."""

    def __post_init__(self) -> None:
        for item in fields(self):
            if not getattr(self, item.name) >= 0:
                raise UsageError(f"setting limits.{item.name}: {getattr(self, item.name)} is below 0")
        object.__setattr__(self, "document_seconds", float(self.document_seconds))


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings, with their defaults. Each field's docstring is its documentation."""

    mode: str = "article"
    """`article` keeps one article's body; `page` keeps the main content of any page."""
    keep: tuple[str, ...] = ()
    """Labels to keep in the text beside the content labels, such as `caption`."""
    drop: tuple[str, ...] = ()
    """Content labels to remove from the text, such as `heading`."""
    aggressiveness: float = 0.5
    """0 removes only what is certain, 1 removes whatever looks like clutter."""
    parser: str = "turbohtml"
    """The HTML parser: `turbohtml`, or `html5lib` (BeautifulSoup over html5lib, extra `archiver[html5lib]`)."""
    normalizers: tuple[str, ...] = ()
    """Names of entry points in the group `archiver.normalizers` to run after the built-in ones."""
    fields: Mapping[str, str] = field(default_factory=dict)
    """Which column of a source row is which: `{text = "body"}`."""
    csv_encoding: str = "utf-8"
    """Encoding of CSV and TSV files."""
    model: str | None = None
    """Path of a block model made by `python -m training`; the one that comes with archiver if there is none."""
    schema: str | None = None
    """Path of a JSON Schema that every record must satisfy beside the built-in one."""
    keep_source: bool = False
    """Keep the bytes of every document in the archive too, so that it can be cleaned again."""
    sites: Mapping[str, SiteRule] = field(default_factory=dict)
    """Rules for single hosts, and those below them, by host."""
    phrases: Mapping[str, Mapping[str, Table]] = field(default_factory=dict)
    """Phrases of page furniture to look for beside the built-in ones, by language (`und` for all), label and kind."""
    silence: tuple[str, ...] = ()
    """Built-in phrases that shall not fire, as `archiver explain` shows them."""
    select: Selection = field(default_factory=Selection)
    limits: Limits = field(default_factory=Limits)

    def __post_init__(self) -> None:
        _one_of("mode", self.mode, ("article", "page"))
        _one_of("parser", self.parser, ("turbohtml", "html5lib"))
        _encoding("csv_encoding", self.csv_encoding)
        user_phrases(self.phrases, self.silence)
        if not 0 <= self.aggressiveness <= 1:
            raise UsageError(f"setting aggressiveness: {self.aggressiveness} is not between 0 and 1")
        object.__setattr__(self, "aggressiveness", float(self.aggressiveness))  # 1 and 1.0 have one digest
        for key in ("keep", "drop"):
            _labels(key, getattr(self, key))

    def digest(self) -> str:
        """SHA-256 over the canonical JSON of all settings but `select`, in hex."""
        return _digest(self.to_json())

    def to_json(self) -> str:
        """The settings as canonical JSON: sorted keys, no white space. `select` is no part of them: it decides which
        documents are cleaned, not what becomes of one.

        In the place of the path of a schema or a model stands the SHA-256 of its content: that is what decides,
        wherever it lies.
        """
        tree = _plain(self)
        del tree["select"]
        if self.schema is not None:
            tree["schema"] = _schema_content(self.schema)
        if self.model is not None:
            tree["model"] = _file_content(self.model)
        return json.dumps(tree, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    def to_toml(self) -> str:
        """The settings as a whole ``archiver.toml``; `read_settings` gives them back. What is not set is left out."""
        tree: dict[str, Any] = _plain(self)
        return "\n".join(_toml_tables(tree)) + "\n"


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
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
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
    except tomllib.TOMLDecodeError:
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
    expected = getattr(kind, "__name__", str(kind)) if isinstance(kind, type) else str(kind)
    raise UsageError(f"setting {key}: {value!r} is not of type {expected}")


def _convert_table(kind: Any, value: Mapping[str, Any], key: str) -> dict[str, Any] | None:
    """A table whose keys the user chooses; None where its values have another type."""
    if kind == Mapping[str, SiteRule]:
        return {host: _convert(SiteRule, rule, f"{key}.{host}") for host, rule in value.items()}
    if kind == Mapping[str, Mapping[str, Table]] and all(map(_is_table_of_tables, value.values())):
        return {tag: {label: dict(table) for label, table in tables.items()} for tag, tables in value.items()}
    if kind == Mapping[str, str] and all(isinstance(item, str) for item in value.values()):
        return dict(value)
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
    return f"setting {key} does not exist; {_hint(key, known)}"


def _labels(key: str, names: tuple[str, ...]) -> None:
    known = [label.value for label in Label]
    for name in names:
        if name not in known:
            raise UsageError(f"setting {key}: {name!r} is no label; {_hint(name, known)}")


def _hint(name: str, known: list[str]) -> str:
    close = difflib.get_close_matches(name, known, n=1)
    return f"did you mean {close[0]}?" if close else f"known are {', '.join(known)}"


def _one_of(key: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise UsageError(f"setting {key}: {value!r} is none of {', '.join(allowed)}")


def _encoding(key: str, value: str) -> None:
    try:
        readable = "a,b".encode(value) == b"a,b"
    except LookupError as error:
        raise UsageError(f"setting {key}: {value!r} is no encoding") from error
    if not readable:
        raise UsageError(f"setting {key}: {value!r} does not write ASCII as it is; convert the files")


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return value.isoformat() if isinstance(value, date) else value


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


@cache
def _schema_content(schema: str) -> str:
    """``sha256:`` and a digest over a schema and the files of its folder that it refers to; unreadable, its path.

    Looked at once a process, as `validation.validator` does: what is compiled and what is named stay the same.
    """
    digest = hashlib.sha256()
    waiting, seen = [Path(schema)], set[Path]()
    while waiting:
        path = waiting.pop(0)
        try:
            content = path.read_bytes()
        except (OSError, ValueError):
            if not seen:
                return schema
            continue
        seen.add(path)
        digest.update(f"{len(content)}\n".encode("ascii") + content)
        names = sorted({name.decode("utf-8", "replace") for name in _REFERENCE.findall(content)})
        found = (Path(schema).parent / kind for name in names for kind in (name, name.rpartition("/")[2]))
        waiting.extend(
            path for path in dict.fromkeys(found) if path not in (*seen, *waiting) and _is_beside(path, schema)
        )
    return f"sha256:{digest.hexdigest()}"


def _is_beside(path: Path, schema: str) -> bool:
    """Whether there is such a file in the folder of the schema, which no reference may leave."""
    try:
        return path.is_file() and path.resolve().is_relative_to(Path(schema).parent.resolve())
    except (OSError, ValueError):  # a name that no file can have
        return False


@cache
def _file_content(name: str) -> str:
    """``sha256:`` and the digest of a file; unreadable, its path."""
    try:
        return f"sha256:{hashlib.sha256(Path(name).read_bytes()).hexdigest()}"
    except (OSError, ValueError):
        return name


@cache
def _digest(canonical: str) -> str:
    return hashlib.sha256(canonical.encode("utf-8")).hexdigest()
