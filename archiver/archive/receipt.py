"""Receipts: what a shard was made of, what became of it, and the digests of its files.

A receipt is written last, so a shard with a receipt is done. It holds nothing that differs between equal
runs: no time, no host, no absolute path.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from archiver.archive.durable import sha256_of, understood, write_whole
from archiver.archive.ledger import Ledger, by_reason
from archiver.errors import ArchiveError
from archiver.record import Skip

RECEIPTS = "receipts"


@dataclass(frozen=True, slots=True)
class Span:
    """What a shard was planned to read: its first and last piece, how many, how many bytes, and a digest.

    The digest covers name, range and size of each piece, so two plans with equal spans read the same.
    """

    first: str
    last: str
    pieces: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class PartFile:
    """A part file of a shard; `path` is relative to the archive, with ``/``."""

    path: str
    sha256: str
    bytes: int
    rows: int

    @property
    def folder(self) -> str:
        """The folder of the archive that it stands in."""
        return self.path.partition("/")[0]

    @property
    def shard(self) -> int:
        """The number in its name."""
        return int(Path(self.path).stem.rpartition("-")[2])

    def stands_in(self, root: Path) -> bool:
        """Whether the file is on disk as it was written."""
        path = root / self.path
        return path.is_file() and path.stat().st_size == self.bytes and sha256_of(path) == self.sha256


@dataclass(frozen=True, slots=True)
class Characters:
    """How much text the archived records of a shard keep, and how much was removed, by label."""

    kept: int = 0
    removed: Mapping[str, int] = field(default_factory=dict)

    def __add__(self, other: Characters) -> Characters:
        removed = Counter(self.removed) + Counter(other.removed)
        return Characters(self.kept + other.kept, dict(sorted(removed.items())))

    def __sub__(self, other: Characters) -> Characters:
        left = Counter(self.removed)
        left.subtract(other.removed)
        return Characters(self.kept - other.kept, {label: count for label, count in sorted(left.items()) if count})


@dataclass(frozen=True, slots=True)
class Receipt:
    """The durable trace of one finished shard. `span` is None where results came without a plan."""

    shard: int
    span: Span | None
    ledger: Ledger
    characters: Characters = Characters()
    files: tuple[PartFile, ...] = ()
    skipped: tuple[Skip, ...] = ()

    @property
    def path(self) -> str:
        return receipt_path(self.shard)

    def file_in(self, folder: str) -> PartFile | None:
        """The shard's part in `data`, `rejected` or `failures`, if it has one."""
        return next((file for file in self.files if file.folder == folder), None)

    def stands_in(self, root: Path) -> bool:
        """Whether all its files are on disk as they were written."""
        return all(file.stands_in(root) for file in self.files)

    def rewritten(
        self, parts: Mapping[str, PartFile | None], skipped: tuple[Skip, ...], gone: Characters = Characters()
    ) -> Receipt:
        """The receipt once some of its parts, by folder, have other rows or none; `gone` is the text they lost."""
        files = tuple(file for old in self.files if (file := parts.get(old.folder, old)))
        rows = {file.folder: file.rows for file in files}
        archived, rejected, failed = (rows.get(folder, 0) for folder in ("data", "rejected", "failures"))
        ledger = Ledger(self.ledger.read, archived, rejected, failed, by_reason(skipped))
        return replace(self, ledger=ledger, characters=self.characters - gone, files=files, skipped=skipped)

    def to_json(self) -> str:
        """The content of the receipt's file."""
        tree = {
            "shard": self.shard,
            "input": asdict(self.span) if self.span else None,
            "ledger": self.ledger.to_json(),
            "characters": {"kept": self.characters.kept, "removed": dict(sorted(self.characters.removed.items()))},
            "files": [asdict(file) for file in self.files],
            "skipped": [asdict(skip) for skip in self.skipped],
        }
        return json.dumps(tree, ensure_ascii=True, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Receipt:
        """Inverse of `to_json`. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
        tree: dict[str, Any] = json.loads(text)
        return cls(
            shard=tree["shard"],
            span=Span(**tree["input"]) if tree["input"] else None,
            ledger=Ledger.from_json(tree["ledger"]),
            characters=Characters(**tree["characters"]),
            files=tuple(PartFile(**file) for file in tree["files"]),
            skipped=tuple(Skip(**skip) for skip in tree["skipped"]),
        )


def part_name(shard: int, suffix: str = "parquet") -> str:
    """The file name of a shard's part or receipt."""
    return f"part-{shard:05d}.{suffix}"


def receipt_path(shard: int) -> str:
    """Where a shard's receipt stands, relative to the archive."""
    return f"{RECEIPTS}/{part_name(shard, 'json')}"


def write_receipt(root: Path, receipt: Receipt) -> None:
    """Write the receipt, whole or not at all. Its part files must be on disk already."""
    write_whole(root / receipt.path, receipt.to_json().encode("ascii"))


def read_receipt(root: Path, shard: int) -> Receipt:
    """The receipt of a shard.

    Raises:
        FileNotFoundError: the shard is not done.
        ArchiveError: the receipt cannot be understood.
    """
    path = root / receipt_path(shard)
    with understood(path, "receipt", passing=(FileNotFoundError,)):
        return Receipt.from_json(path.read_bytes().decode("ascii"))


def finished(root: Path, shard: int, span: Span) -> Receipt | None:
    """The receipt of a shard that is done, was planned from the same input and whose files are sound."""
    try:
        receipt = read_receipt(root, shard)
    except (FileNotFoundError, ArchiveError):
        return None
    return receipt if receipt.span == span and receipt.stands_in(root) else None
