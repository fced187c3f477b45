"""Which documents are in memory together: items enter one by one, leave in batches of bounded number and size."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archiver.document import RawDocument
from archiver.record import Failure, Skip
from archiver.settings import MEBIBYTE

BATCH_DOCUMENTS = 32
"""Documents that are scored together: beyond this their number gains no more speed."""
BATCH_BYTES = 16 * MEBIBYTE
"""A batch ends with the document that brings it to this size: in memory it is some twenty times as large."""


def batches(items: Iterable[RawDocument | Failure | Skip]) -> Iterator[list[RawDocument | Failure | Skip]]:
    """The items in batches. Where these begin depends on the items alone, so placement cannot change a result."""
    batch: list[RawDocument | Failure | Skip] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.payload) if isinstance(item, RawDocument) else 0
        if len(batch) == BATCH_DOCUMENTS or size >= BATCH_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
