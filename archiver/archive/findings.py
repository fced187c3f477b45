"""What a verification of an archive finds: types only."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

MOST_NAMED = 20
"""How many records a finding names; there may be more of them."""


class Fault(StrEnum):
    """What can be wrong with an archive. The words are stable, for programs."""

    MISSING = "missing"
    SURPLUS = "surplus"
    CHANGED = "changed"
    UNREADABLE = "unreadable"
    SCHEMA = "schema"
    ROWS = "rows"
    TEXT = "text"
    DUPLICATE = "duplicate"
    SOURCE = "source"
    LEDGER = "ledger"
    UNFINISHED = "unfinished"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it was archived.

    `file` is relative to the archive. `rows` are the first and the last of the records that are affected, counted
    from 0, where these are known, and `records` the `source_uri` of some of them, at most `MOST_NAMED`.
    """

    file: str
    fault: Fault
    message: str
    rows: tuple[int, int] | None = None
    records: tuple[str, ...] = ()


@dataclass(slots=True)
class Verification:
    """The outcome: what was found, and how much was looked at; `rows` are those of all parts."""

    findings: list[Finding] = field(default_factory=list)
    files: int = 0
    bytes: int = 0
    rows: int = 0

    @property
    def sound(self) -> bool:
        """Whether everything is as it was archived."""
        return not self.findings
