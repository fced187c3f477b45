"""The last pass over a run: a record that an earlier shard holds already leaves the later one.

Within a shard the writer sees to it. Across shards nobody knows before all are written; so this pass reads
the one column `version_id`, and in the rare case writes the affected parts anew. Killed at any moment, the
pass can be done again: a shard whose files do not match its receipt is simply made once more.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from archiver.archive.columns import to_records
from archiver.archive.damage import readable_part
from archiver.archive.ledger import ALREADY_ARCHIVED, DUPLICATE
from archiver.archive.part import DATA
from archiver.archive.receipt import Receipt, write_receipt
from archiver.archive.rewriting import copy_rows
from archiver.archive.writer import characters_of
from archiver.record import Record, Skip

_COLUMN = "version_id"


def drop_duplicates(root: Path, receipts: Sequence[Receipt], first_shard: int = 0) -> list[Receipt]:
    """The receipts after every repeated `version_id` has become a skip; the first in shard order stays.

    Shards below `first_shard` belong to earlier runs: they are read, never written.

    Raises:
        OSError: a part cannot be written.
        DamageError: one of an earlier run cannot be read.
    """
    repeated = _repeated(root, receipts)
    if not repeated:
        return list(receipts)
    seen: dict[str, int] = {}
    return [_without_seen(root, receipt, repeated, seen, first_shard) for receipt in receipts]


def _repeated(root: Path, receipts: Sequence[Receipt]) -> frozenset[int]:
    """The hashes of all versions that may occur twice: eight bytes a record, whatever the archive's size.

    Python's string hash differs from run to run, which is harmless: it only chooses what is looked at closely.
    """
    hashes = [_hashes(_versions(root, receipt)) for receipt in receipts]
    values, counts = np.unique(np.concatenate(hashes or [_hashes([])]), return_counts=True)
    return frozenset(values[counts > 1].tolist())


def _hashes(versions: Sequence[str]) -> npt.NDArray[np.int64]:
    return np.fromiter(map(hash, versions), np.int64, len(versions))


def _versions(root: Path, receipt: Receipt) -> list[str]:
    part = receipt.file_in(DATA)
    if part is None:
        return []
    with readable_part(root / part.path) as file:
        return [str(version) for version in file.read(columns=[_COLUMN])[_COLUMN].to_pylist()]


def _without_seen(
    root: Path, receipt: Receipt, repeated: frozenset[int], seen: dict[str, int], first_shard: int
) -> Receipt:
    """The shard without the versions in `seen` (version to the shard that holds it), which learns its own."""
    keep: list[bool] = []
    reasons: list[str] = []
    for version in _versions(root, receipt):
        holder = seen.setdefault(version, receipt.shard) if hash(version) in repeated else receipt.shard
        keep.append(holder == receipt.shard)
        if not keep[-1]:
            reasons.append(ALREADY_ARCHIVED if holder < first_shard else DUPLICATE)
    if all(keep) or receipt.shard < first_shard:
        return receipt
    return _rewrite(root, receipt, keep, reasons)


def _rewrite(root: Path, receipt: Receipt, keep: list[bool], reasons: list[str]) -> Receipt:
    """Write the shard's articles anew, without the rows that are not to be kept, and its receipt after them."""
    part = receipt.file_in(DATA)
    assert part is not None, "a shard with rows has a part"
    dropped: list[Record] = []
    written = copy_rows(root / part.path, root, part, keep, lambda table: dropped.extend(to_records(table)))
    if written is None:
        (root / part.path).unlink()
    skipped = tuple(Skip(record.source_uri, reason) for record, reason in zip(dropped, reasons, strict=True))
    after = receipt.rewritten({DATA: written}, (*receipt.skipped, *skipped), characters_of(dropped))
    after.ledger.check(f"shard {receipt.shard}")
    write_receipt(root, after)
    return after
