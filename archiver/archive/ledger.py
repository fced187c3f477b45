"""The ledger: what became of every input, counted when it was read and again when it was written."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from archiver.errors import ArchiveError
from archiver.record import Skip

DUPLICATE = "duplicate"
"""Skip reason: the same document, byte for byte and under the same identity, came earlier."""
ALREADY_ARCHIVED = "already-archived"
"""Skip reason of ``--append``: the archive has this version of the document."""
ALREADY_REJECTED = "already-rejected"
"""Skip reason of ``--append``: this version of the document was rejected before, by the same program and settings."""
FORGOTTEN = "forgotten"
"""Skip reason: the document was taken out of the archive on request. Such a skip names it by its id alone."""
AGAIN = (ALREADY_ARCHIVED, ALREADY_REJECTED)
"""Skip reasons of what is counted elsewhere in the archive."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """The count of all inputs, and where each went: `read` = archived + rejected + failed + skipped.

    `skipped` counts by reason. In JSON, `read` is called ``in``.
    """

    read: int = 0
    archived: int = 0
    rejected: int = 0
    failed: int = 0
    skipped: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Ledger) -> Ledger:
        skipped = Counter(self.skipped) + Counter(other.skipped)
        return Ledger(
            self.read + other.read,
            self.archived + other.archived,
            self.rejected + other.rejected,
            self.failed + other.failed,
            dict(sorted(skipped.items())),
        )

    @property
    def complete(self) -> bool:
        """Whether everything was archived or skipped on purpose."""
        return not self.rejected and not self.failed

    def check(self, place: str) -> None:
        """Raise an `ArchiveError` naming `place` unless every input is accounted for."""
        accounted = self.archived + self.rejected + self.failed + sum(self.skipped.values())
        if accounted != self.read:
            raise ArchiveError(f"{place}: {self.read} documents were read, {accounted} are accounted for")

    def to_json(self) -> dict[str, Any]:
        """The ledger as it stands in receipts and manifest."""
        return {
            "in": self.read,
            "archived": self.archived,
            "rejected": self.rejected,
            "failed": self.failed,
            "skipped": sum(self.skipped.values()),
            "skip_reasons": dict(sorted(self.skipped.items())),
        }

    @classmethod
    def from_json(cls, tree: Mapping[str, Any]) -> Ledger:
        """Inverse of `to_json`."""
        return cls(tree["in"], tree["archived"], tree["rejected"], tree["failed"], dict(tree["skip_reasons"]))


def by_reason(skips: Iterable[Skip]) -> dict[str, int]:
    """How many skips there are of each reason, by name of the reason."""
    return dict(sorted(Counter(skip.reason for skip in skips).items()))


def total(ledgers: Iterable[Ledger]) -> Ledger:
    """The sum of many ledgers."""
    return sum(ledgers, Ledger())
