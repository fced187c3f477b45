"""The end of a run: all receipts in, a finished archive out. Done again after a kill it comes to the same."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from archiver.archive.duplicates import drop_duplicates
from archiver.archive.durable import storage_errors
from archiver.archive.keeping import drop_repeated_contents
from archiver.archive.manifest import Manifest, manifest_of, read_manifest, write_manifest, write_run
from archiver.archive.receipt import Receipt, read_receipt
from archiver.archive.terms import Terms
from archiver.archive.workplace import Workplace


def finish(place: Workplace, terms: Terms, receipts: Sequence[Receipt], started: datetime, workers: int) -> Manifest:
    """Drop duplicates across shards, check the ledger, write the manifest, and put the archive in its place.

    `receipts` are those of the run under `terms`, one for each of its shards, in any order.

    Raises:
        ArchiveError: a receipt is missing, a ledger does not add up, or the disk refuses.
        DamageError: a part of an earlier run cannot be read. Once it can, the run can be resumed.
    """
    root, first = place.root, terms.first_shard
    with storage_errors(place.out):
        earlier = [read_receipt(root, shard) for shard in range(first)]
        before = read_manifest(root, checked=False) if first else None
        runs = [run for run in before.runs if run.first_shard < first] if before else []
        own = sorted(receipts, key=lambda receipt: receipt.shard)
        place.remove_shards_from(first + len(own))
        final = drop_repeated_contents(root, drop_duplicates(root, [*earlier, *own], first), first)
        manifest = manifest_of(root.joinpath, [*runs, terms], final, before.tombstones if before else ())
        write_run(root, started, datetime.now(UTC), workers)
        write_manifest(root, manifest)
        place.end()
    return manifest
