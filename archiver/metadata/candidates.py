"""The one type that finders yield and `decide` reads: a value for a field, with the place it was found at."""

from __future__ import annotations

from typing import NamedTuple


class Candidate(NamedTuple):
    """A possible value of a metadata field.

    `field` is a record column, or ``published``, ``modified``, ``url``, ``paywalled`` where one finding serves
    several columns. `source` names the finder's kind of evidence (``given``, ``json-ld``, ``meta``, …) and
    `locator` the place inside it (``NewsArticle.author``, ``og:title``, ``block 3``). `raw` is the value as
    it stood.
    """

    field: str
    value: str
    source: str
    locator: str | None = None
    raw: str | None = None
