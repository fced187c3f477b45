"""The rows of a table: which of them hold data, and one block in place of the blocks of such a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from archiver.document import Block, Label
from archiver.segment.joined import joined, marked_alike

# A row whose cells are longer than this holds a page layout, not data.
_LONGEST_CELL = 600

# What a row of data does not contain; code beside its line numbers is the usual case.
_NO_CELL = (Label.CODE, Label.HEADING, Label.QUOTE, Label.TABLE)


@dataclass(slots=True)
class Row:
    """A table row that is open: where its blocks begin, and where each of its cells does."""

    first: int
    cells: list[int] = field(default_factory=list)
    nested: bool = False


def joined_row(row: Row, blocks: Sequence[Block]) -> Block | None:
    """The blocks of a row of data as one, without its place; None for a row that lays out a page.

    `blocks` are those of the page up to the end of the row.
    """
    ends = [*row.cells[1:], len(blocks)]
    cells = [blocks[start:end] for start, end in zip(row.cells, ends, strict=False) if start < end]
    if row.nested or len(cells) < 2 or cells[0][0] is not blocks[row.first]:
        return None
    if any(block.kind in _NO_CELL for cell in cells for block in cell):
        return None
    texts = [" ".join(" ".join(block.text for block in cell).split()) for cell in cells]
    if max(map(len, texts)) > _LONGEST_CELL:
        return None
    parts = blocks[row.first :]
    return joined(parts, " | ".join(texts), Label.TABLE) if marked_alike(parts) else None
