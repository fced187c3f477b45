"""A JSON Schema in (a path, a mapping, or the built-in one), a compiled schema out.

jsonschema-rs compiles and runs it: drafts 4 to 2020-12 by ``$schema``, formats asserted. It never backtracks
without a bound, so a user's ``^(a+)+$`` cannot hang it, and it crashes only on values nested far deeper than
`Validator` lets through. A ``$ref`` is read from the schema's own folder or not at all.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urljoin

import jsonschema_rs

from archiver.document import Json
from archiver.errors import SchemaError
from archiver.resources import resource
from archiver.validate.explain import pointer

MAX_SCHEMA_BYTES = 16 * 1024 * 1024
"""A schema file larger than this is no schema anybody wrote."""
BACKTRACK_LIMIT = 100_000
"""Steps a pattern with look-around or back-references may take; all others run in linear time."""
MESSAGE_CHARS = 200

_LATER_FORMATS = (
    "date time duration uuid idn-email idn-hostname iri iri-reference uri-reference uri-template "
    "json-pointer relative-json-pointer regex"
).split()
"""Formats that a draft before 2019-09 lacks. Schemas use them all the same, and mean what later drafts mean."""
_OLD_DRAFTS = (jsonschema_rs.Draft4Validator, jsonschema_rs.Draft6Validator, jsonschema_rs.Draft7Validator)


def compile_schema(schema: Path | Mapping[str, Json] | None = None) -> jsonschema_rs.Validator:
    """The compiled schema; None is the schema of our own records.

    Raises:
        SchemaError: it cannot be read, is not valid, is nested too deeply, names a format that cannot be
            checked, or refers to something outside its folder.
    """
    if isinstance(schema, Mapping):
        return _compile(dict(schema), "schema", _Folder(None, schema))
    path = Path(schema) if schema is not None else resource("schemas", "article.schema.json")
    tree = read_schema(path)
    folder = path.parent.resolve()
    return _compile(tree, f"schema {path}", _Folder(folder, tree), (folder / path.name).as_uri())


def read_schema(path: Path) -> Any:
    """The JSON of a schema file.

    Raises:
        SchemaError: it cannot be read, is too large, or is not JSON.
    """
    try:
        if path.stat().st_size > MAX_SCHEMA_BYTES:
            raise SchemaError(f"schema {path}: larger than {MAX_SCHEMA_BYTES} bytes")
        return json.loads(path.read_bytes())
    except OSError as error:
        raise SchemaError(f"schema {path}: {error.strerror}") from error
    except RecursionError as error:
        raise SchemaError(f"schema {path}: nested too deeply") from error
    except ValueError as error:
        raise SchemaError(f"schema {path}: not JSON: {error}") from error


class _Folder:
    """Finds what a ``$ref`` points to among the files of one folder, and refuses everything else.

    An absolute ``$id`` names the folder from outside: relative to it, the same files are found.
    """

    def __init__(self, root: Path | None, tree: Any) -> None:
        self.refusal: SchemaError | None = None
        self._root = root
        self._bases = [f"{root.as_uri().rstrip('/')}/"] if root else []
        identity = tree.get("$id", tree.get("id")) if isinstance(tree, Mapping) else None
        if isinstance(identity, str) and identity.startswith(("http://", "https://")):
            self._bases.append(urljoin(identity, "."))

    def __call__(self, uri: str) -> Any:
        try:
            return read_schema(self._path(uri))
        except SchemaError as refusal:
            self.refusal = refusal
            raise

    def _path(self, uri: str) -> Path:
        for base in self._bases:
            if self._root and uri.startswith(base):
                path = self._inside(self._root, unquote(uri.removeprefix(base)))
                if path:
                    return path
        raise SchemaError(f"the reference to {uri} is refused: only files in the schema's own folder are read")

    @staticmethod
    def _inside(root: Path, name: str) -> Path | None:
        """The file of that name, unless it or a link on the way to it leads out of `root`."""
        try:
            path = (root / name).resolve()
            return path if path.is_relative_to(root) and path.is_file() else None
        except (OSError, ValueError):
            return None


def _compile(tree: Any, name: str, folder: _Folder, base_uri: str | None = None) -> jsonschema_rs.Validator:
    if not isinstance(tree, dict | bool):
        raise SchemaError(f"{name}: a schema is an object or a boolean")
    try:
        return jsonschema_rs.validator_for(
            tree,
            validate_formats=True,
            ignore_unknown_formats=False,
            formats=_formats(tree),
            retriever=folder,
            base_uri=base_uri,
            pattern_options=jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACK_LIMIT),
        )
    except ValueError as error:
        raise SchemaError(f"{name}: {folder.refusal or _reason(error)}") from error


def _formats(tree: dict[str, Any] | bool) -> dict[str, Any] | None:
    """Checkers for the formats that the schema's draft does not know by itself."""
    try:
        old = issubclass(jsonschema_rs.validator_cls_for(tree), _OLD_DRAFTS)
    except ValueError:
        return None
    if not old:
        return None
    later = jsonschema_rs.Draft202012Validator
    return {name: later({"format": name}, validate_formats=True).is_valid for name in _LATER_FORMATS}


def _reason(error: ValueError) -> str:
    if not isinstance(error, jsonschema_rs.ValidationError):
        return "nested too deeply" if "Recursion limit" in str(error) else _cut(str(error))
    place = pointer(error.instance_path)
    if "Unknown format" in error.message:
        return f"format {error.instance!r} at {place} cannot be checked"
    return _cut(f"{place}: {error.message}" if place else error.message)


def _cut(message: str) -> str:
    return message if len(message) <= MESSAGE_CHARS else message[:MESSAGE_CHARS] + "…"
