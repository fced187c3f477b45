"""A JSON Schema in (a path, a mapping, or the built-in one), a compiled schema out: drafts 4 to 2020-12.

jsonschema-rs accepts, in microseconds; jsonschema checks a user's schema against the metaschema of its draft, and
explains what is wrong with a value that was not accepted. Formats are asserted. jsonschema-rs crashes only on
values nested far deeper than `Validator` lets through.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jsonschema_rs

from archiver.document import Json
from archiver.errors import SchemaError
from archiver.resources import resource
from archiver.validation.explain import MESSAGE_CHARS, Fault, cut, fault_of, pointer
from archiver.validation.folder import Folder, read_schema
from archiver.validation.shapes import Shape, shape_of
from archiver.validation.strings import LATER_FORMATS, PATTERN_OPTIONS, format_check

if TYPE_CHECKING:
    from archiver.validation.explainer import Explainer

MAX_FAULTS = 100
"""Faults found in one value: enough to see what is wrong with it."""
_NOWHERE = "json-schema:///"
"""The base URI of a schema that is no file."""
_DRAFTS = "4, 6, 7, 2019-09 and 2020-12"
_OLD_DRAFTS = (jsonschema_rs.Draft4Validator, jsonschema_rs.Draft6Validator, jsonschema_rs.Draft7Validator)


class CompiledSchema:
    """A schema that accepts values, and finds the faults of others."""

    def __init__(self, validator: jsonschema_rs.Validator, base_uri: str, tree: Any, folder: Folder) -> None:
        self.is_valid = validator.is_valid
        self._validator = validator
        self._base_uri = base_uri
        self._tree = tree
        self._folder = folder

    @property
    def shape(self) -> Shape | None:
        """What is surely valid, for acceptors that are faster than `is_valid`; None if the schema says more."""
        return shape_of(self._tree)

    def faults(self, value: Any) -> list[Fault]:
        """What a value that is not valid breaks, as jsonschema explains it, or else as jsonschema-rs does. Never empty.

        Raises:
            ValueError: something in `value` is no JSON.
        """
        errors = list(islice(self._validator.iter_errors(value), MAX_FAULTS))
        explained = self._explainer.faults(value, MAX_FAULTS) or [fault_of(error) for error in errors]
        return explained or [Fault((), "schema", None, value, "a value that the schema allows")]

    @cached_property
    def _explainer(self) -> Explainer:
        from archiver.validation.explainer import Explainer

        return Explainer(self._base_uri, self._tree, self._folder.documents)


def compile_schema(schema: Path | Mapping[str, Json] | None = None, shipped: bool = False) -> CompiledSchema:
    """The compiled schema; None is the schema of our own records. What is `shipped` with archiver is not checked.

    Raises:
        SchemaError: it cannot be read, is not valid, is nested too deeply, names a format that cannot be
            checked, or refers to something outside its folder.
    """
    if isinstance(schema, Mapping):
        return _compile(dict(schema), "schema", Folder(None, schema), _NOWHERE, shipped)
    path = Path(schema) if schema is not None else resource("schemas", "article.schema.json")
    tree = read_schema(path)
    root = path.parent.resolve()
    return _compile(tree, f"schema {path}", Folder(root, tree), (root / path.name).as_uri(), shipped or schema is None)


def _compile(tree: Any, name: str, folder: Folder, base_uri: str, shipped: bool) -> CompiledSchema:
    if not isinstance(tree, dict | bool):
        raise SchemaError(f"{name}: a schema is an object or a boolean")
    if shipped:
        return CompiledSchema(_accepting(tree, name, folder, base_uri), base_uri, tree, folder)
    from archiver.validation.metaschema import check_formats, check_schema

    check_schema(tree, name)
    compiled = CompiledSchema(_accepting(tree, name, folder, base_uri), base_uri, tree, folder)
    check_formats([tree, *folder.documents.values()], name)
    return compiled


def _accepting(tree: Any, name: str, folder: Folder, base_uri: str) -> jsonschema_rs.Validator:
    try:
        return jsonschema_rs.validator_for(
            tree,
            validate_formats=True,
            ignore_unknown_formats=False,
            formats=_formats(tree),
            retriever=folder,
            base_uri=base_uri,
            pattern_options=PATTERN_OPTIONS,
        )
    except ValueError as error:
        told = str(folder.refusal or _reason(error))
        raise SchemaError(f"{name}: {_unknown_draft(tree, told) or told}") from error


def _unknown_draft(tree: dict[str, Any] | bool, told: str) -> str | None:
    """What is wrong with ``$schema``, if that is what an error has `told` of."""
    from archiver.validation.guarded import draft_of

    named = tree.get("$schema") if isinstance(tree, dict) else None
    if not isinstance(named, str) or named.rstrip("#") not in told or draft_of(tree):
        return None
    return cut(f"$schema: no draft known here is called {named!r}; known are {_DRAFTS}", MESSAGE_CHARS)


def _formats(tree: dict[str, Any] | bool) -> dict[str, Any] | None:
    """Checkers for the formats that the schema's draft does not know by itself."""
    try:
        old = issubclass(jsonschema_rs.validator_cls_for(tree), _OLD_DRAFTS)
    except ValueError:
        return None
    if not old:
        return None
    return {name: format_check(name) for name in LATER_FORMATS}


def _reason(error: ValueError) -> str:
    if not isinstance(error, jsonschema_rs.ValidationError):
        return "nested too deeply" if "Recursion limit" in str(error) else cut(str(error), MESSAGE_CHARS)
    place = pointer(error.instance_path)
    if "Unknown format" in error.message:
        return f"format {error.instance!r} at {place} cannot be checked"
    return cut(f"{place}: {error.message}" if place else error.message, MESSAGE_CHARS)
