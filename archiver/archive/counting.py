"""All runs of an archive in, one ledger out in which an input that several runs have met counts once.

A run that appends meets again what is archived, skips again what is no document, and tries again what failed. What
was archived or rejected counts where it lies. Of an input that left neither, only what the latest run made of it
counts, and not even that if a later run has archived or rejected it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc

from archiver.archive.damage import readable_part
from archiver.archive.ledger import AGAIN, DUPLICATE, FORGOTTEN, Ledger, total
from archiver.archive.part import DATA, FAILURES, REJECTED
from archiver.archive.receipt import Receipt
from archiver.archive.terms import Terms

_FAILED = ""
"""Stands among the reasons of skips for a failure."""


def count_inputs(locate: Callable[[str], Path], runs: Sequence[Terms], receipts: Sequence[Receipt]) -> Ledger:
    """The ledger of an archive. `locate` finds a part by its name, `receipts` are in the order of their shards.

    Raises:
        DamageError: a part of an archive of several runs cannot be read.
    """
    ledger = total(receipt.ledger for receipt in receipts)
    if len(runs) < 2:
        return ledger
    ends = [*(run.first_shard for run in runs), len(receipts)]
    by_run = [receipts[first:end] for first, end in pairwise(ends)]
    left = Counter(reason for reason in _left_over(locate, by_run).values() if reason not in AGAIN)
    failed = left.pop(_FAILED, 0)
    read = ledger.archived + ledger.rejected + failed + sum(left.values())
    return Ledger(read, ledger.archived, ledger.rejected, failed, dict(sorted(left.items())))


def _left_over(locate: Callable[[str], Path], by_run: Sequence[Sequence[Receipt]]) -> Mapping[str, str]:
    """Why an input that was neither archived nor rejected was not, by its uri (of one forgotten, by its id)."""
    left: dict[str, str] = {}
    for receipts in by_run:
        for folder, column in _ARRIVALS if left else ():
            for names in _values(locate, receipts, folder, column, pa.array(left, pa.string())):
                for name in names:
                    left.pop(name, None)
        for uris in _values(locate, receipts, FAILURES, "source_uri"):
            left.update(dict.fromkeys(uris, _FAILED))
        for skip in (skip for receipt in receipts for skip in receipt.skipped):
            if not (skip.reason in AGAIN and left.get(skip.source_uri) in _LASTING):
                left[skip.source_uri] = skip.reason
    return left


_ARRIVALS = ((DATA, "source_uri"), (DATA, "id"), (REJECTED, "source_uri"))
"""Where it is seen that an input has come to be archived or rejected after all."""
_LASTING = (DUPLICATE, FORGOTTEN)
"""Reasons that still hold when a later run finds that the input is archived already."""


def _values(
    locate: Callable[[str], Path],
    receipts: Sequence[Receipt],
    folder: str,
    column: str,
    wanted: pa.StringArray | None = None,
) -> Iterator[list[str]]:
    """The values of a column in a folder of these shards, or those of them that are `wanted`."""
    for part in (part for receipt in receipts for part in receipt.files if part.folder == folder):
        with readable_part(locate(part.path)) as file:
            for batch in file.iter_batches(columns=[column]):
                values = batch.column(column)
                chosen = values if wanted is None else values.filter(pc.is_in(values, wanted))
                yield [str(value) for value in chosen.to_pylist()]
