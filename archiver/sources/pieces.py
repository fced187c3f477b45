"""The unit of work of a run: a file or a range of its rows, and how it is opened. See `splitting` and `spooling`."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO

from archiver.errors import ArchiverError
from archiver.sources.forms import Form
from archiver.sources.inputs import STDIN, Location

COPY_BYTES = 1024 * 1024
"""How much is copied to a temporary file at a time."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A file, or `count` rows of it from row number `first` on (all that follow if None). Rows count from 0.

    In JSON Lines it starts at byte `offset`, which is line number `line`, counted from 0. `form` is set where it
    has been found out already. `uri` is that of the whole file, whatever `path` is. With `member`, all this is said
    of that member of the ZIP file at `path`, counted from 0 as the members are. With `most`, no more documents than
    that are wanted.
    """

    path: Location
    uri: str
    first: int = 0
    count: int | None = None
    offset: int = 0
    line: int = 0
    form: Form | None = None
    member: int | None = None
    most: int | None = None


@contextmanager
def open_path(path: Location) -> Iterator[BinaryIO]:
    """A file for reading, or standard input, which stays open."""
    if path == STDIN:
        yield sys.stdin.buffer
        return
    with path.open("rb") as handle:
        yield handle


def write(file: IO[bytes], data: bytes) -> None:
    """Write to a temporary file. A full disk ends the run; it must not pass for an input that cannot be read."""
    try:
        file.write(data)
    except OSError as error:
        raise ArchiverError(f"a temporary file cannot be written: {error.strerror}") from error
