"""A note of what a process has in hand, which outlives it: written in memory that it shares with its host.

A write to it costs less than a microsecond and is there whatever becomes of the process.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

NOTE_BYTES = 64 * 1024
"""Room for a note: a path of 4,096 bytes, each written as ``\\xff``, four times over."""

_LENGTH = struct.Struct("<I")


class Note:
    """The note in `memory`, which is `NOTE_BYTES` long and, when it is new, zero."""

    def __init__(self, memory: Buffer) -> None:
        self._memory = memoryview(memory).cast("B")

    def write(self, text: str) -> None:
        """Replace the note; the empty one says that nothing is in hand."""
        data = text.encode("utf-8", "backslashreplace")[: NOTE_BYTES - _LENGTH.size]
        self._memory[: _LENGTH.size + len(data)] = _LENGTH.pack(len(data)) + data

    def read(self) -> str:
        """What was noted last; empty if nothing was."""
        (length,) = _LENGTH.unpack_from(self._memory)
        return bytes(self._memory[_LENGTH.size : _LENGTH.size + length]).decode("utf-8", "replace")
