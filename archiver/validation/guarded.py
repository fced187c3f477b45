"""A draft of jsonschema in, the same draft out, but safe to run over hostile schemas and records.

Its keywords hand every regular expression and every comparison of items to jsonschema-rs, its formats are those of
jsonschema-rs, and it counts its steps. They also say more than jsonschema's own do: which property is missing,
which are unwanted, which name is wrong.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NoReturn, TypeAlias

import jsonschema_rs
from jsonschema import FormatChecker
from jsonschema.exceptions import ValidationError
from jsonschema.validators import Draft202012Validator, extend, validator_for

from archiver.validation.strings import FORMATS, format_check, pattern_check

Draft: TypeAlias = Any
"""A validator class of jsonschema, or an instance of one. They are made by functions, which no type describes."""
Errors: TypeAlias = Iterator[ValidationError]

MAX_STEPS = 100_000
"""Subschemas that jsonschema applies to one value, in a second or less. What needs more is left to jsonschema-rs."""
NOTHING: Mapping[str, Any] = {"not": True}
"""Stands for the schema `false`, of whose errors jsonschema forgets the place."""

FORMAT_CHECKER = FormatChecker(())
"""Judges formats as jsonschema-rs does: jsonschema's own checkers are laxer, and slow on some hostile strings."""
for _name in FORMATS:
    FORMAT_CHECKER.checks(_name)(format_check(_name))


class Beyond(Exception):
    """What is met here would not be explained safely, or not faithfully."""


class Steps:
    """Counts the subschemas that are applied to a value."""

    def __init__(self) -> None:
        self.left = MAX_STEPS

    def __call__(self) -> None:
        """Raises `Beyond` after the last."""
        self.left -= 1
        if self.left < 0:
            raise Beyond


def draft_of(tree: Any) -> Draft | None:
    """The draft by which a schema is read: the latest unless ``$schema`` says so; None if jsonschema has none such."""
    if not isinstance(tree, dict) or not isinstance(tree.get("$schema"), str):
        return Draft202012Validator
    unknown: Any = None
    try:
        return validator_for(tree, default=unknown)
    except ValueError:  # that is no URI
        return None


def guarded(draft: Draft, steps: Steps, patterned: bool) -> Draft:
    """The guarded class. It takes one of `steps` for each subschema it applies.

    `patterned` tells whether `patternProperties` stands anywhere: jsonschema runs those by itself when it looks for
    what is unevaluated, so that these keywords are then beyond us.
    """
    keywords = {**_KEYWORDS, "items": _items(draft.VALIDATORS["items"])}
    if patterned:
        keywords |= dict.fromkeys(("unevaluatedProperties", "unevaluatedItems"), _beyond)
    known = {name: run for name, run in keywords.items() if name in draft.VALIDATORS}
    made: Draft = extend(draft, known, type_checker=_finite(draft.TYPE_CHECKER))  # type: ignore[no-untyped-call]
    evolve, descend = made.evolve, made.descend

    def guarded_evolve(validator: Draft, **changes: Any) -> Draft:
        steps()
        schema = changes.get("schema")
        if isinstance(schema, dict) and "$schema" in schema:
            changes["schema"] = _of_this_draft(schema, draft)
        return evolve(validator, **changes)

    def guarded_descend(validator: Draft, instance: Any, schema: Any, *args: Any, **places: Any) -> Errors:
        errors: Errors = descend(validator, instance, NOTHING if schema is False else schema, *args, **places)
        return errors

    made.evolve, made.descend = guarded_evolve, guarded_descend
    made.META_SCHEMA = _of_this_draft(draft.META_SCHEMA, draft)
    return made


def _of_this_draft(schema: dict[str, Any], draft: Draft) -> dict[str, Any]:
    """`schema` without ``$schema``, for which jsonschema would change to a class that is not guarded."""
    if validator_for(schema, default=draft) is not draft:
        raise Beyond
    return {name: value for name, value in schema.items() if name != "$schema"}


def _finite(types: Any) -> Any:
    """The types of a draft, without NaN and infinity among the numbers: no JSON has them."""
    return types.redefine("number", lambda _, value: types.is_type(value, "number") and abs(value) < math.inf)


def _pattern(validator: Draft, pattern: str, value: Any, _: Any) -> Errors:
    if validator.is_type(value, "string") and not pattern_check(pattern)(value):
        yield ValidationError("")


def _pattern_properties(validator: Draft, schemas: Mapping[str, Any], value: Any, _: Any) -> Errors:
    if validator.is_type(value, "object"):
        for pattern, schema in schemas.items():
            for name in filter(pattern_check(pattern), value):
                yield from validator.descend(value[name], schema, path=name, schema_path=pattern)


def _additional_properties(validator: Draft, asked: Any, value: Any, schema: Mapping[str, Any]) -> Errors:
    if not validator.is_type(value, "object"):
        return
    patterns = [pattern_check(pattern) for pattern in schema.get("patternProperties", ())]
    others = [name for name in value if name not in schema.get("properties", ())]
    others = [name for name in others if not any(fits(name) for fits in patterns)]
    if asked is not False:
        for name in others:
            yield from validator.descend(value[name], asked, path=name)
    elif others:
        yield ValidationError("", instance={name: value[name] for name in others}, validator_value=others)


def _property_names(validator: Draft, asked: Any, value: Any, _: Any) -> Errors:
    for name in value if validator.is_type(value, "object") else ():
        if errors := list(validator.descend(name, asked)):
            yield ValidationError("", instance=name, context=errors)


def _required(validator: Draft, names: Sequence[str], value: Any, _: Any) -> Errors:
    if validator.is_type(value, "object"):
        for name in names:
            if name not in value:
                yield ValidationError("", validator="required", validator_value=name)


def _dependencies(validator: Draft, dependencies: Mapping[str, Any], value: Any, schema: Any) -> Errors:
    for name, asked in dependencies.items() if validator.is_type(value, "object") else ():
        if name in value and isinstance(asked, list):
            yield from _required(validator, asked, value, schema)
        elif name in value:
            yield from validator.descend(value, asked, schema_path=name)


def _unique_items(validator: Draft, asked: bool, value: Any, _: Any) -> Errors:
    if asked and validator.is_type(value, "array") and not _differ(value):
        yield ValidationError("")


_differ = jsonschema_rs.Draft202012Validator({"uniqueItems": True}).is_valid
"""In linear time; jsonschema compares every object with every other."""


def _items(run: Callable[..., Errors]) -> Callable[..., Errors]:
    """Of items that may not be there each is an error, at its own place."""
    return lambda validator, asked, *rest: run(validator, NOTHING if asked is False else asked, *rest)


def _beyond(*_: Any) -> NoReturn:
    raise Beyond


_KEYWORDS: Mapping[str, Callable[..., Errors]] = {
    "pattern": _pattern,
    "patternProperties": _pattern_properties,
    "additionalProperties": _additional_properties,
    "propertyNames": _property_names,
    "required": _required,
    "dependentRequired": _dependencies,
    "dependencies": _dependencies,
    "uniqueItems": _unique_items,
}
