"""The accounts of an archive: its manifest and receipts in, every sum that does not come out right out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from archiver.archive.counting import count_inputs
from archiver.archive.findings import Fault, Finding
from archiver.archive.ledger import Ledger, by_reason
from archiver.archive.manifest import MANIFEST, Manifest, ShardEntry, sum_characters
from archiver.archive.part import DATA, FAILURES, REJECTED
from archiver.archive.receipt import Receipt
from archiver.errors import ArchiveError, DamageError


def check_accounts(root: Path, manifest: Manifest, receipts: Sequence[Receipt]) -> list[Finding]:
    """Compare the manifest with its receipts, and each receipt with itself."""
    found = [*_check_order(manifest)]
    by_path = {receipt.path: receipt for receipt in receipts}
    for entry in manifest.shards:
        receipt = by_path.get(entry.receipt.path)
        if receipt:
            found += _check_receipt(receipt, entry)
    if len(receipts) == len(manifest.shards) and not found:
        found += _check_sums(root, manifest, receipts)
    return found


def _check_order(manifest: Manifest) -> Iterator[Finding]:
    if [entry.shard for entry in manifest.shards] != list(range(len(manifest.shards))):
        yield _wrong("the shards are not numbered from 0 on")
    firsts = [run.first_shard for run in manifest.runs]
    if firsts != sorted(firsts) or firsts[0] != 0 or firsts[-1] > len(manifest.shards):
        yield _wrong("the runs do not follow each other")
    if _adds_up(manifest.ledger) is False:
        yield _wrong("the ledger of the archive does not add up")


def _check_receipt(receipt: Receipt, entry: ShardEntry) -> Iterator[Finding]:
    name = entry.receipt.path
    if (receipt.shard, receipt.files, receipt.ledger) != (entry.shard, entry.files, entry.ledger):
        yield Finding(name, Fault.LEDGER, "shard, files and ledger are not those of the manifest")
    if not _adds_up(receipt.ledger):
        yield Finding(name, Fault.LEDGER, "the ledger of the shard does not add up")
    counts = {DATA: receipt.ledger.archived, REJECTED: receipt.ledger.rejected, FAILURES: receipt.ledger.failed}
    for folder, count in counts.items():
        part = receipt.file_in(folder)
        if (part.rows if part else 0) != count:
            yield Finding(
                name, Fault.LEDGER, f"the ledger counts {count} rows in {folder}, the part has another number"
            )
    if by_reason(receipt.skipped) != dict(receipt.ledger.skipped):
        yield Finding(name, Fault.LEDGER, "the ledger does not count the skips that the receipt lists")


def _check_sums(root: Path, manifest: Manifest, receipts: Sequence[Receipt]) -> Iterator[Finding]:
    try:
        if count_inputs(root.joinpath, manifest.runs, receipts) != manifest.ledger:
            yield _wrong("the ledger of the archive is not the sum of its shards")
    except DamageError:
        pass  # a part that is damaged or missing, which is found where the parts are looked at
    if sum_characters(receipts) != manifest.characters:
        yield _wrong("the characters are not the sum of those of the shards")


def _adds_up(ledger: Ledger) -> bool:
    try:
        ledger.check("")
    except ArchiveError:
        return False
    return True


def _wrong(message: str) -> Finding:
    return Finding(MANIFEST, Fault.LEDGER, message)
