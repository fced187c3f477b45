"""A bound on the number of documents: shards enter, leave the same shards, told how much of each piece to read.

Which document is the last that counts must not depend on who reads when, so the plan counts: it reads, but does not
clean, as many documents as were asked for.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from archiver.archive.shards import Item, Shard
from archiver.document import RawDocument
from archiver.record import Failure, Skip
from archiver.selection import EXCLUDED, LIMIT, chosen, excludes_all
from archiver.settings import Settings
from archiver.sources import Piece, read_piece


def limited(shards: Iterator[Shard], settings: Settings) -> Iterator[Shard]:
    """The shards, in which no more than `select.limit` documents are read; unchanged if it is 0."""
    left = settings.select.limit
    if not left:
        yield from shards
        return
    for shard in shards:
        pieces: list[Item] = []
        for piece in shard.pieces:
            if isinstance(piece, Piece):
                count = _count(piece, left, settings) if left else 0
                piece = piece if count < left else replace(piece, most=left)
                left -= count
            pieces.append(piece)
        yield replace(shard, pieces=tuple(pieces))


def _count(piece: Piece, enough: int, settings: Settings) -> int:
    """How many documents of a piece were asked for; counting ends at `enough`."""
    found = (item for item in read_chosen(piece, settings) if isinstance(item, RawDocument))
    return sum(1 for _ in islice(found, enough))


def read_chosen(piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure | Skip]:
    """What is read of a piece: what was asked for, and a skip for the rest."""
    if excludes_all(piece.uri, settings.select):
        yield Skip(piece.uri, EXCLUDED)
        return
    if piece.most == 0:
        yield Skip(piece.uri, LIMIT)
        return
    count = 0
    for item in chosen(read_piece(piece, settings), settings.select):
        if count == piece.most:
            yield Skip(piece.uri, LIMIT)
            return
        count += isinstance(item, RawDocument)
        yield item
