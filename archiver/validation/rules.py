"""The names that the rule of a violation can have: keywords of JSON Schema, and rules of our own."""

from __future__ import annotations

from jsonschema.validators import (
    Draft4Validator,
    Draft6Validator,
    Draft7Validator,
    Draft201909Validator,
    Draft202012Validator,
)

from archiver.validation.checks import CHECKS
from archiver.validation.versions import VERSION

_DRAFTS = (Draft4Validator, Draft6Validator, Draft7Validator, Draft201909Validator, Draft202012Validator)
_BESIDE = ("falseSchema", "contentEncoding", "contentMediaType", "minContains", "maxContains")
"""What jsonschema-rs reports or jsonschema looks at within another keyword."""
_OURS = ("file", "json", "depth", "schema", VERSION)


def known_rules() -> frozenset[str]:
    """Every rule that a violation may name, whatever the schema."""
    keywords = (keyword for draft in _DRAFTS for keyword in draft.VALIDATORS)
    return frozenset((*keywords, *_BESIDE, *_OURS, *CHECKS))
