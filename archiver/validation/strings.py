"""What a pattern or a format says of a string. jsonschema-rs runs both, whoever asks.

It never backtracks without a bound, so a user's ``^(a+)+$`` cannot hang it. Python's `re` would, and jsonschema's
format checkers take minutes over a long ``iri``: where jsonschema asks about a string, it is answered from here.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache
from typing import Any

import jsonschema_rs

BACKTRACK_LIMIT = 100_000
"""Steps a pattern with look-around or back-references may take; all others run in linear time."""
PATTERN_OPTIONS = jsonschema_rs.FancyRegexOptions(backtrack_limit=BACKTRACK_LIMIT)
_PATTERNS_KEPT = 1024
"""Compiled patterns kept: more than any one schema has."""

LATER_FORMATS = (
    "date time duration uuid idn-email idn-hostname iri iri-reference uri-reference uri-template "
    "json-pointer relative-json-pointer regex"
).split()
"""Formats that a draft before 2019-09 lacks. Schemas use them all the same, and mean what later drafts mean."""
FORMATS = (*"date-time email hostname ipv4 ipv6 uri".split(), *LATER_FORMATS)
"""The formats of JSON Schema."""


@cache
def format_check(name: str) -> Callable[[Any], bool]:
    """Tells whether a value is of a format of `FORMATS`; what is no string always is."""
    if name == "regex":
        return _is_pattern
    return jsonschema_rs.Draft202012Validator({"format": name}, validate_formats=True).is_valid


@lru_cache(maxsize=_PATTERNS_KEPT)
def pattern_check(pattern: str) -> Callable[[str], bool]:
    """Tells whether a pattern is found in a string; a pattern that gives up is not.

    Raises:
        ValueError: it is no regular expression.
    """
    return jsonschema_rs.validator_for({"pattern": pattern}, pattern_options=PATTERN_OPTIONS).is_valid


def _is_pattern(value: Any) -> bool:
    """Stricter than the format alone: a pattern that is too large to be run is none."""
    try:
        return not isinstance(value, str) or bool(pattern_check(value))
    except ValueError:
        return False
