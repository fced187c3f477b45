"""Tombstones: what an archive says of a document that was taken out, and why it does not come back.

One file for each decision, numbered in their order; the latest about an id holds. A tombstone has no word of the
document, nor its address: only its id, which is a digest, and what was taken out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from archiver.archive.durable import understood
from archiver.archive.receipt import PartFile

TOMBSTONES = "tombstones"

Decision: TypeAlias = Literal["forgotten", "lifted"]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That the document `id` was `forgotten`, or that this was `lifted`: it may come back. Counts are of rows."""

    id: str
    decision: Decision
    reason: str
    version_ids: tuple[str, ...] = ()
    archived: int = 0
    rejected: int = 0
    failed: int = 0
    sources: int = 0

    @property
    def rows(self) -> int:
        """How many rows were taken out."""
        return self.archived + self.rejected + self.failed + self.sources

    def to_json(self) -> str:
        """The content of its file."""
        return json.dumps(asdict(self), ensure_ascii=True, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Tombstone:
        """Inverse of `to_json`. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
        tree: Mapping[str, Any] = json.loads(text)
        found = cls(**{**tree, "version_ids": tuple(tree["version_ids"])})
        if found.decision not in ("forgotten", "lifted"):
            raise ValueError(f"there is no decision {found.decision!r}")
        return found


def tombstone_path(number: int) -> str:
    """Where the tombstone of that number stands, relative to the archive."""
    return f"{TOMBSTONES}/tombstone-{number:05d}.json"


def read_tombstone(root: Path, file: PartFile) -> Tombstone:
    """The tombstone in a file that the manifest names.

    Raises:
        ArchiveError: it is missing or cannot be understood.
    """
    path = root / file.path
    with understood(path, "tombstone"):
        return Tombstone.from_json(path.read_bytes().decode("ascii"))


def forgotten_ids(root: Path, files: Iterable[PartFile]) -> dict[str, str]:
    """The ids that may not come back, each with the reason why its document was taken out."""
    held: dict[str, str] = {}
    for file in files:
        stone = read_tombstone(root, file)
        if stone.decision == "forgotten":
            held[stone.id] = stone.reason
        else:
            held.pop(stone.id, None)
    return held
