"""What became of one input of an archive: its name in, the record, or why there is none, out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pyarrow.dataset as ds

from archiver.archive.columns import to_records
from archiver.archive.damage import damage_told
from archiver.archive.manifest import Manifest
from archiver.archive.part import FAILURES, REJECTED
from archiver.archive.reader import finished_manifest, read_archive
from archiver.archive.receipt import read_receipt
from archiver.archive.tombstones import forgotten_ids
from archiver.compose import identity_of
from archiver.errors import ArchiveError
from archiver.record import Failure, Record, Rejection, Skip, Violation

Found: TypeAlias = Record | Rejection | Failure | Skip
"""What an archive says of an input. A `Skip` of reason ``forgotten: …`` is a document that was taken out."""


def find_outcome(path: str | Path, name: str) -> Found:
    """What an archive has of the input whose `id`, `version_id`, `source_uri` or `url` is `name`, the newest of it.

    A record goes before a rejection, that before a failure, and that before a skip.

    Raises:
        ArchiveError: there is nothing, or the archive cannot be opened.
    """
    root = Path(path)
    manifest = finished_manifest(root)
    for search in (_record, _rejection, _failure, _tombstone, _skip):
        with damage_told(root):
            found: Found | None = search(root, manifest, name)
        if found is not None:
            return found
    raise ArchiveError(f"{path}: there is no record {name}; an id, version_id, source_uri or url is wanted")


def _record(root: Path, _: Manifest, name: str) -> Record | None:
    wanted = (ds.field("id") == name) | (ds.field("version_id") == name)
    wanted |= (ds.field("source_uri") == name) | (ds.field("url") == name)
    records = list(to_records(read_archive(root).to_table(filter=wanted)))
    return records[-1] if records else None


def _rejection(root: Path, manifest: Manifest, name: str) -> Rejection | None:
    found = None
    for row in _rows(root, manifest, REJECTED):
        tree = json.loads(row["record_json"] or "{}")
        if name in (row["source_uri"], *(tree.get(key) for key in ("id", "version_id", "url"))):
            violations = tuple(
                Violation(row["source_uri"], None, v["pointer"], "", v["expected"], v["value"])
                for v in row["violations"]
            )
            found = Rejection(**{**row, "violations": violations})
    return found


def _failure(root: Path, manifest: Manifest, name: str) -> Failure | None:
    found = None
    for row in _rows(root, manifest, FAILURES):
        if name in (row["source_uri"], identity_of(None, row["source_uri"])):
            found = Failure(**row)
    return found


def _tombstone(root: Path, manifest: Manifest, name: str) -> Skip | None:
    held = forgotten_ids(root, manifest.tombstones)
    identity = name if name in held else identity_of(name, "")
    return Skip(identity, f"forgotten: {held[identity]}") if identity in held else None


def _skip(root: Path, manifest: Manifest, name: str) -> Skip | None:
    for entry in reversed(manifest.shards):
        for skip in read_receipt(root, entry.shard).skipped:
            if skip.source_uri == name:
                return skip
    return None


def _rows(root: Path, manifest: Manifest, folder: str) -> Iterator[dict[str, Any]]:
    parts = [(root / part.path).absolute().as_posix() for part in manifest.parts if part.folder == folder]
    if not parts:
        return
    checked = ds.ParquetFragmentScanOptions(page_checksum_verification=True)
    for batch in ds.dataset(parts, format=ds.ParquetFileFormat(default_fragment_scan_options=checked)).to_batches():
        yield from batch.to_pylist()
