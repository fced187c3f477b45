"""Lines of a stream: enters a binary stream, leave its lines with their places, never more than one in memory."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

_SKIP_BYTES = 1024 * 1024


class Line(NamedTuple):
    """A line that is not blank: its place in the stream and its bytes, None where it is too long to be held.

    `row` counts lines that are not blank, `number` all lines, both from 0. `offset` is the byte it starts at.
    """

    row: int
    number: int
    offset: int
    data: bytes | None


def read_lines(content: BinaryIO, longest: int, row: int = 0, number: int = 0) -> Iterator[Line]:
    """The lines of `content` that are not blank. A line of more than `longest` bytes is passed over unread."""
    offset = 0
    while data := content.readline(longest + 1):
        length = len(data)
        if length > longest and not data.endswith(b"\n"):
            length += _skip_line(content)
            yield Line(row, number, offset, None)
            row += 1
        elif not data.isspace():
            yield Line(row, number, offset, data)
            row += 1
        number += 1
        offset += length


def _skip_line(content: BinaryIO) -> int:
    """Read on to the end of the line; how many bytes that were."""
    skipped = 0
    while data := content.readline(_SKIP_BYTES):
        skipped += len(data)
        if data.endswith(b"\n"):
            break
    return skipped
