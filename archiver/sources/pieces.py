"""The unit of work of a run: a file or a range of its rows, and how it is opened. See `splitting` and `spooling`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO, BinaryIO, TypeVar

from archiver.document import RawDocument
from archiver.errors import ArchiverError, DocumentError
from archiver.record import Failure
from archiver.sources.forms import Form
from archiver.sources.inputs import STDIN, Location, standard_input

T = TypeVar("T")

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


def documents_of(
    piece: Piece, rows: Iterable[tuple[int, T]], read: Callable[[T, str], RawDocument | Failure]
) -> Iterator[RawDocument | Failure]:
    """What `read` makes of each of the piece's rows, given with their numbers, and of its URI.

    What breaks the stream of rows is a failure at the row where it stands.
    """
    number = piece.first
    try:
        for number, row in rows:
            if piece.count is not None and number >= piece.first + piece.count:
                return
            yield read(row, f"{piece.uri}#row={number}")
            number += 1
    except DocumentError as error:
        yield Failure(f"{piece.uri}#row={number}", None, error.stage, error.code, error.message)


@contextmanager
def open_path(path: Location) -> Iterator[BinaryIO]:
    """A file for reading, or standard input, which stays open."""
    if path == STDIN:
        yield standard_input()
        return
    with path.open("rb") as handle:
        yield handle


def write(file: IO[bytes], data: bytes) -> None:
    """Write to a temporary file. A full disk ends the run; it must not pass for an input that cannot be read."""
    try:
        file.write(data)
    except OSError as error:
        raise ArchiverError(f"a temporary file cannot be written: {error.strerror}") from error
