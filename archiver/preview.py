"""What a run would read: inputs and settings in, counts out. Everything is read and selected, nothing is cleaned."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from archiver.archive.limiting import limited, read_chosen
from archiver.archive.shards import plan_shards
from archiver.document import RawDocument
from archiver.record import Failure
from archiver.settings import Settings
from archiver.sources import Piece, check_fields, find_inputs


@dataclass(slots=True)
class Preview:
    """What would be cleaned: documents, their bytes, and how many there are by media type; and what would not.

    `failed` counts what cannot be read by code, `skipped` what is left out by reason. What only cleaning finds out
    (`select.since`, `language` and `where`) is not in it.
    """

    files: int
    shards: int = 0
    documents: int = 0
    bytes: int = 0
    media_types: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    skipped: Counter[str] = field(default_factory=Counter)


def preview(inputs: Sequence[str | Path], settings: Settings) -> Preview:
    """What `batch.run` would read of `inputs`.

    Raises:
        UsageError: the call cannot be carried out as given.
        ArchiverError: a temporary file cannot be written.
    """
    check_fields(settings)
    files, skips = find_inputs(inputs)
    found = Preview(len(files))
    with tempfile.TemporaryDirectory() as folder:
        for shard in limited(plan_shards(files, skips, Path(folder), settings), settings):
            found.shards += 1
            for piece in shard.pieces:
                for item in read_chosen(piece, settings) if isinstance(piece, Piece) else [piece]:
                    _count(item, found)
                if isinstance(piece, Piece) and piece.path.parent == Path(folder):
                    piece.path.unlink(missing_ok=True)
    return found


def _count(item: object, found: Preview) -> None:
    if isinstance(item, RawDocument):
        found.documents += 1
        found.bytes += len(item.payload)
        found.media_types[item.media_type or "unknown"] += 1
    elif isinstance(item, Failure):
        found.failed[item.code] += 1
    else:
        found.skipped[getattr(item, "reason", "")] += 1
