"""The manifest: what an archive consists of and how it came to be; written when every shard has its receipt.

``manifest.json`` holds the terms of each run, the ledger, and every file with its SHA-256; the SHA-256 of the
manifest itself stands in ``manifest.sha256``. ``run.json`` tells when and where: the only file that may
differ between equal runs.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.archive.counting import count_inputs
from archiver.archive.durable import sha256_of, understood, write_whole
from archiver.archive.ledger import Ledger
from archiver.archive.receipt import Characters, PartFile, Receipt
from archiver.archive.terms import Terms
from archiver.errors import ArchiveError
from archiver.record import SCHEMA_VERSION

MANIFEST = "manifest.json"
MANIFEST_SHA256 = "manifest.sha256"
RUN = "run.json"

MANIFEST_VERSION = 1


@dataclass(frozen=True, slots=True)
class ShardEntry:
    """One shard in the manifest: its part files, its receipt (whose `rows` are the inputs) and its ledger."""

    shard: int
    files: tuple[PartFile, ...]
    receipt: PartFile
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class Manifest:
    """A finished archive as its manifest describes it. Each run holds the shards from its `first_shard` on."""

    runs: tuple[Terms, ...]
    shards: tuple[ShardEntry, ...]
    characters: Characters
    ledger: Ledger
    """The ledger of the whole archive, in which an input counts once, however many runs have met it."""
    tombstones: tuple[PartFile, ...] = ()

    @property
    def parts(self) -> tuple[PartFile, ...]:
        """All part files, in order of their shards."""
        return tuple(file for entry in self.shards for file in entry.files)

    def to_json(self) -> str:
        """The content of ``manifest.json``."""
        tree = {
            "manifest_version": MANIFEST_VERSION,
            "schema_version": SCHEMA_VERSION,
            "columns_sha256": columns_sha256(),
            "ledger": self.ledger.to_json(),
            "characters": asdict(self.characters),
            "runs": [terms.to_json() for terms in self.runs],
            "shards": [{**asdict(entry), "ledger": entry.ledger.to_json()} for entry in self.shards],
            "tombstones": [asdict(file) for file in self.tombstones],
        }
        return json.dumps(tree, ensure_ascii=True, indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str) -> Manifest:
        """Inverse of `to_json`. Raises `ValueError`, `KeyError` or `TypeError` for anything else."""
        tree = json.loads(text)
        if tree["manifest_version"] != MANIFEST_VERSION:
            raise ValueError(f"manifest version {tree['manifest_version']}, this program reads {MANIFEST_VERSION}")
        return cls(
            runs=tuple(Terms.from_json(run) for run in tree["runs"]),
            shards=tuple(map(_entry, tree["shards"])),
            characters=Characters(**tree["characters"]),
            ledger=Ledger.from_json(tree["ledger"]),
            tombstones=tuple(PartFile(**file) for file in tree.get("tombstones", ())),
        )


def manifest_of(
    locate: Callable[[str], Path],
    runs: Sequence[Terms],
    receipts: Sequence[Receipt],
    tombstones: Sequence[PartFile] = (),
) -> Manifest:
    """The manifest of an archive whose shards all have their receipts, given in order. `locate` finds its files.

    Raises:
        ArchiveError: a shard is missing, or its ledger does not add up.
    """
    entries = []
    for index, receipt in enumerate(receipts):
        if receipt.shard != index:
            raise ArchiveError(f"{locate(receipt.path)}: shard {index} has no receipt")
        path = locate(receipt.path)
        receipt.ledger.check(f"{path}: shard {index}")
        file = PartFile(receipt.path, sha256_of(path), path.stat().st_size, receipt.ledger.read)
        entries.append(ShardEntry(index, receipt.files, file, receipt.ledger))
    ledger = count_inputs(locate, runs, receipts)
    return Manifest(tuple(runs), tuple(entries), sum_characters(receipts), ledger, tuple(tombstones))


def write_manifest(root: Path, manifest: Manifest) -> None:
    """Write ``manifest.json`` and, last, ``manifest.sha256``."""
    content = manifest.to_json().encode("ascii")
    write_whole(root / MANIFEST, content)
    write_whole(root / MANIFEST_SHA256, f"{hashlib.sha256(content).hexdigest()}  {MANIFEST}\n".encode("ascii"))


def read_manifest(root: Path, checked: bool = True) -> Manifest:
    """The manifest of an archive. Of an unfinished append it may be newer than its digest: then do not check.

    Raises:
        FileNotFoundError: there is none.
        ArchiveError: it is damaged, or not of archiver.
    """
    path = root / MANIFEST
    with understood(path, "manifest", passing=(FileNotFoundError,)):
        content = path.read_bytes()
        manifest = Manifest.from_json(content.decode("ascii"))
    if not checked:
        return manifest
    expected = (root / MANIFEST_SHA256).read_text(encoding="ascii", errors="replace").partition(" ")[0]
    if hashlib.sha256(content).hexdigest() != expected:
        raise ArchiveError(f"{path}: the file has changed, its SHA-256 is not the one in {MANIFEST_SHA256}")
    return manifest


def write_run(root: Path, started: datetime, ended: datetime, workers: int) -> None:
    """Write ``run.json``: when, where and how widely the latest run ran."""
    tree = {
        "started": started.isoformat(timespec="seconds"),
        "ended": ended.isoformat(timespec="seconds"),
        "seconds": round((ended - started).total_seconds(), 3),
        "workers": workers,
        "host": platform.node(),
        "system": platform.platform(),
        "processors": os.cpu_count(),
    }
    write_whole(root / RUN, (json.dumps(tree, indent=1) + "\n").encode("ascii"))


def columns_sha256() -> str:
    """A digest of the names, types and nullability of the article columns, the same for every pyarrow."""
    columns = [[item.name, str(item.type), item.nullable] for item in ARTICLE_SCHEMA]
    return hashlib.sha256(json.dumps(columns).encode("ascii")).hexdigest()


def sum_characters(receipts: Sequence[Receipt]) -> Characters:
    """The text kept and removed in all these shards."""
    removed: Counter[str] = Counter()
    for receipt in receipts:
        removed.update(receipt.characters.removed)
    return Characters(sum(receipt.characters.kept for receipt in receipts), dict(sorted(removed.items())))


def _entry(tree: Mapping[str, Any]) -> ShardEntry:
    files = tuple(PartFile(**file) for file in tree["files"])
    return ShardEntry(tree["shard"], files, PartFile(**tree["receipt"]), Ledger.from_json(tree["ledger"]))
