"""A user's schema in, refused here when it is no schema: jsonschema holds it against the metaschema of its draft.

Where jsonschema knows no such draft, or would take too long, jsonschema-rs alone tells, when it compiles the schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import Any

import jsonschema
from jsonschema import FormatChecker
from jsonschema.exceptions import best_match

from archiver.errors import SchemaError
from archiver.validation.explain import MESSAGE_CHARS, Path, cut, expected, pointer, shortened
from archiver.validation.explainer import described
from archiver.validation.guarded import FORMAT_CHECKER, Beyond, Draft, Steps, draft_of, guarded
from archiver.validation.strings import FORMATS

EXTRA = "jsonschema[format-nongpl]"
"""What brings jsonschema its format checkers; those that are missing it would skip in silence."""
_COMPARED = 100
"""Of so many errors the one that tells most is shown."""


def check_schema(tree: Any, name: str) -> None:
    """Refuse what the metaschema of its draft does not allow.

    Raises:
        SchemaError: names the place in the schema, what stands there, and what is expected.
    """
    draft = draft_of(tree)
    if draft is None:
        return
    try:
        complaint = _complaint(guarded(draft, Steps(), patterned=False), tree)
    except (Beyond, RecursionError):
        return
    if complaint:
        raise SchemaError(f"{name}: {complaint}")


def _complaint(draft: Draft, tree: Any) -> str | None:
    """About the error that tells most: the one that `check_schema` raises is only the first."""
    try:
        draft.check_schema(tree, format_checker=FORMAT_CHECKER)
    except jsonschema.SchemaError:
        errors = draft(draft.META_SCHEMA, format_checker=FORMAT_CHECKER).iter_errors(tree)
        fault = described(best_match(islice(errors, _COMPARED)))
        return cut(f"{pointer(fault.path)}: {shortened(fault.found)}, expected {expected(fault)}", MESSAGE_CHARS)
    return None


def check_formats(documents: Sequence[Any], name: str) -> None:
    """Refuse a schema, with the documents it refers to, for a format that has no checker in this installation.

    Raises:
        SchemaError: names the format, its place, and what to install.
    """
    installed = FormatChecker().checkers
    for path, wanted in chain.from_iterable(map(_formats, documents)):
        if wanted in FORMATS and wanted not in installed:
            place = f"format {wanted!r} at {pointer(path)}"
            raise SchemaError(f"{name}: {place} has no checker here: pip install '{EXTRA}'")


def _formats(tree: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Each format and its place. What only looks like one, in an example say, is taken for one: no harm is in that."""
    if isinstance(tree, dict):
        if isinstance(tree.get("format"), str):
            yield (*path, "format"), tree["format"]
        for key, child in tree.items():
            yield from _formats(child, (*path, key))
    elif isinstance(tree, list):
        for index, child in enumerate(tree):
            yield from _formats(child, (*path, index))
