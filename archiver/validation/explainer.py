"""An invalid value in, its faults as jsonschema sees them out.

jsonschema tells more of a fault than jsonschema-rs, and takes a hundred times as long: only what was found invalid
comes here. Importing it takes most of a second, so this module is imported late.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cached_property
from itertools import groupby, islice
from typing import Any
from urllib.parse import urljoin

from jsonschema.exceptions import ValidationError, best_match
from referencing import Registry
from referencing.exceptions import Unresolvable
from referencing.jsonschema import specification_with

from archiver.validation.explain import Fault
from archiver.validation.guarded import FORMAT_CHECKER, MAX_STEPS, NOTHING, Beyond, Draft, Steps, draft_of, guarded

_FAILURES = (
    *(Beyond, Unresolvable, RecursionError),
    *(ArithmeticError, AttributeError, LookupError, TypeError, ValueError),
)
"""How jsonschema may end on a schema or a value that jsonschema-rs could judge."""


class Explainer:
    """Explains what values break of one schema of a draft.

    `documents` are those that it refers to, by URI: nothing else is looked at, and nothing is read any more.
    """

    def __init__(self, base_uri: str, tree: Any, documents: Mapping[str, Any]) -> None:
        self._base_uri = base_uri
        self._tree = tree
        self._documents = documents
        self._steps = Steps()

    def faults(self, value: Any, limit: int) -> list[Fault]:
        """What `value` breaks, at most `limit`. Empty when that cannot be explained, too."""
        self._steps.left = MAX_STEPS
        try:
            return [described(error) for error in islice(self._validator.iter_errors(_plain(value)), limit)]
        except _FAILURES:
            return []

    @cached_property
    def _validator(self) -> Draft:
        draft = draft_of(self._tree)
        if draft is None:
            raise Beyond
        root = urljoin(self._base_uri, draft.ID_OF(self._tree) or "")
        documents = {**self._documents, root: self._tree}
        specification = specification_with(draft.ID_OF(draft.META_SCHEMA))
        resources = [(uri, specification.create_resource(tree)) for uri, tree in documents.items()]
        registry: Registry[Any] = Registry().with_resources(resources).crawl()
        validator = guarded(draft, self._steps, patterned='"patternProperties"' in json.dumps(documents))
        return validator({"$ref": root}, registry=registry, format_checker=FORMAT_CHECKER)


def described(error: ValidationError) -> Fault:
    """The fault that jsonschema found."""
    rule: str = _rule(error)
    asked: Any = error.validator_value
    branches: list[Fault] = []
    if rule in ("anyOf", "oneOf"):
        branches, asked = _alternatives(error.context), len(asked)
    elif rule == "propertyNames":
        branches = [_telling(error.context)]
    return Fault(tuple(error.absolute_path), rule, asked, error.instance, error.message, branches)


def _rule(error: ValidationError) -> str:
    """The keyword, by the name that jsonschema-rs has for it."""
    rule = str(error.validator)
    if error.schema is NOTHING:
        return "falseSchema"
    in_draft_4 = {"minimum": "exclusiveMinimum", "maximum": "exclusiveMaximum"}.get(rule, rule)
    return in_draft_4 if isinstance(error.schema, dict) and error.schema.get(in_draft_4) is True else rule


def _alternatives(errors: Sequence[ValidationError]) -> list[Fault]:
    """What each alternative complains of first; those that are meant for such a value come before the others."""
    alternatives = [list(group) for _, group in groupby(errors, key=lambda error: error.schema_path[0])]
    alternatives.sort(key=lambda group: any(map(_is_of_another_kind, group)))
    return [_telling(group) for group in alternatives]


def _is_of_another_kind(error: ValidationError) -> bool:
    """Whether the value is of another type than the alternative, or is marked as another: ``{"kind": "image", …}``."""
    return (error.validator == "type" and not error.path) or (
        error.validator in ("const", "enum") and len(error.path) <= 1
    )


def _telling(errors: Sequence[ValidationError]) -> Fault:
    best = best_match(errors)
    assert best is not None, "an alternative that does not fit has an error"
    return described(best)


class _Array(list[Any]):
    """Short in jsonschema's messages, which hold the whole value several times over and are not shown."""

    def __repr__(self) -> str:
        return "[…]"


class _Object(dict[str, Any]):
    """The same for objects."""

    def __repr__(self) -> str:
        return "{…}"


def _plain(value: Any) -> Any:
    """`value` as jsonschema-rs sees it: tuples are arrays, decimals are numbers."""
    if isinstance(value, dict):
        return _Object({name: _plain(child) for name, child in value.items()})
    if isinstance(value, list | tuple):
        return _Array(map(_plain, value))
    if isinstance(value, Decimal):
        return int(value) if value.is_finite() and value == value.to_integral_value() else float(value)
    return value
