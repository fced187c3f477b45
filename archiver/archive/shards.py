"""The plan: input files become shards, the units of work of a run, each of which becomes one part.

The plan follows from the sorted input alone. Who carries it out, and with how many workers, may not change it.
Small files are packed together in their order, large ones are cut by rows, and what can only be read from its
start is spooled; all of it lazily, so that work begins with the first shard.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from archiver.archive.receipt import Span
from archiver.record import Failure, Skip
from archiver.settings import MEBIBYTE, Settings
from archiver.sources import STDIN, InputFile, Piece, needs_spool, split, spool

Item: TypeAlias = Piece | Failure | Skip
"""What a shard is made of: something to read, or what is known already to be no document."""

SHARDS_WANTED = 64
"""Enough shards to keep many cores busy to the end, few enough to keep the files large."""
SMALLEST_SHARD = 4 * MEBIBYTE
LARGEST_SHARD = 256 * MEBIBYTE
STREAM_SHARD = 16 * MEBIBYTE
"""Size of a shard where standard input, of unknown size, is among the input."""
MOST_ITEMS = 10_000
"""Most items in a shard, so that a heap of tiny files does not make a plan or a receipt huge."""


@dataclass(frozen=True, slots=True)
class Shard:
    """A unit of work: its place in the archive, what to read in this order, and the span of it."""

    index: int
    pieces: tuple[Item, ...]
    span: Span

    def __str__(self) -> str:
        first, last = self.span.first, self.span.last
        return f"shard {self.index} ({first})" if first == last else f"shard {self.index} ({first} … {last})"


def plan_shards(
    files: Sequence[InputFile],
    skips: Sequence[Skip],
    spool_folder: Path,
    settings: Settings,
    shard_bytes: int | None = None,
    first_index: int = 0,
) -> Iterator[Shard]:
    """The shards of the input, in the order of its uris, each of `shard_bytes` or a little more.

    Without `shard_bytes` the size follows from the total (`shard_size`). Temporary files are made in
    `spool_folder` just before their shard is handed out; the caller deletes them when the shard is done.

    Raises:
        ArchiverError: a temporary file cannot be written.
    """
    packer = _Packer(shard_bytes or shard_size(files), first_index)
    entries: list[InputFile | Skip] = [*files, *skips]
    for file in sorted(entries, key=_uri):
        if isinstance(file, Skip):
            yield from packer.add(file, 0)
            continue
        for item, size in _cut(file, packer.target, spool_folder, settings):
            yield from packer.add(item, size)
    yield from packer.flush()


def shard_size(files: Sequence[InputFile]) -> int:
    """How many bytes of input a shard takes: a 64th of the total, within bounds."""
    if any(file.path == STDIN for file in files):
        return STREAM_SHARD
    return min(max(sum(file.size for file in files) // SHARDS_WANTED, SMALLEST_SHARD), LARGEST_SHARD)


class _Packer:
    """Fills one shard after the other."""

    def __init__(self, target: int, index: int) -> None:
        self.target = target
        self._index = index
        self._items: list[tuple[Item, int]] = []
        self._bytes = 0

    def add(self, item: Item, size: int) -> Iterator[Shard]:
        if self._bytes + size > self.target:
            yield from self.flush()
        self._items.append((item, size))
        self._bytes += size
        if self._bytes >= self.target or len(self._items) >= MOST_ITEMS:
            yield from self.flush()

    def flush(self) -> Iterator[Shard]:
        if self._items:
            yield Shard(self._index, tuple(item for item, _ in self._items), _span(self._items))
            self._index, self._items, self._bytes = self._index + 1, [], 0


def _cut(file: InputFile, target: int, spool_folder: Path, settings: Settings) -> Iterator[tuple[Item, int]]:
    """The pieces of a file, each with its size in bytes; of a range of rows, where it has to be guessed, `target`."""
    if needs_spool(file, target, settings):
        spool_folder.mkdir(parents=True, exist_ok=True)
        for item in spool(file, target, spool_folder, settings):
            path = item.path if isinstance(item, Piece) else None
            yield item, path.stat().st_size if isinstance(path, Path) else 0
        return
    left = file.size
    pieces = split(file, target, settings)
    piece = next(pieces)
    for following in pieces:
        yield piece, min(target, left)
        left -= min(target, left)
        piece = following
    yield piece, left


def _span(items: Sequence[tuple[Item, int]]) -> Span:
    digest = hashlib.sha256()
    for item, size in items:
        digest.update(f"{json.dumps(_description(item, size))}\n".encode("ascii"))
    uris = [_uri(item) for item, _ in items]
    return Span(uris[0], uris[-1], len(items), sum(size for _, size in items), digest.hexdigest())


def _description(item: Item, size: int) -> list[str | int | None]:
    """What an item reads, without saying where on this machine."""
    if isinstance(item, Piece):
        return [item.uri, item.first, item.count, item.offset, size]
    return [item.source_uri, item.reason if isinstance(item, Skip) else item.code]


def _uri(item: InputFile | Item) -> str:
    return item.uri if isinstance(item, InputFile | Piece) else item.source_uri
