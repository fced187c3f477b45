"""A stream in pieces: enters what can only be read from its start, leave `Piece`s over temporary files.

That is standard input, whose size nobody knows, and compressed JSON Lines larger than a piece should be. The
pieces come as the stream is read, so that work on the first begins before the last has arrived.
"""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archiver.errors import ArchiverError, DocumentError
from archiver.record import Failure, Skip
from archiver.settings import Settings
from archiver.sources.compression import open_stream
from archiver.sources.forms import Form, form_of
from archiver.sources.inputs import STDIN, InputFile
from archiver.sources.jsonl import too_large
from archiver.sources.lines import Line, read_lines
from archiver.sources.pieces import COPY_BYTES, Piece, open_path, write
from archiver.sources.splitting import identify

MOST_BLANK_LINES = 1000
"""Blank lines written between two rows; after more of them a new piece begins."""


def needs_spool(file: InputFile, target_bytes: int, settings: Settings) -> bool:
    """Whether `file` is standard input, or compressed JSON Lines of more than `target_bytes`."""
    if file.path == STDIN:
        return True
    return file.size > target_bytes and identify(file, settings) == (Form.JSONL, True)


def spool(file: InputFile, target_bytes: int, folder: Path, settings: Settings) -> Iterator[Piece | Failure | Skip]:
    """The pieces of `file`, each in a file of its own in `folder`, which the caller deletes when it is done with.

    JSON Lines are cut at about `target_bytes` of content; anything else is one piece. A stream that is damaged, or
    a line above `limits.input_bytes`, is a `Failure` in its place. An input that cannot be opened is one, too.

    Raises:
        ArchiverError: a temporary file cannot be written.
    """
    path = folder / hashlib.sha256(file.uri.encode()).hexdigest()[:16]
    try:
        with open_path(file.path) as handle:
            stream = open_stream(handle, settings.limits)
            form = form_of(file.uri, stream.head)
            if form is Form.JSONL:
                yield from _spool_lines(stream.content, file.uri, target_bytes, path, settings)
            elif not stream.head and not stream.content.read(1):
                yield Skip(file.uri, "empty")
            elif form is None:
                yield Skip(file.uri, "unsupported-type")
            else:
                yield _spool_whole(stream.content, file.uri, form, path, settings)
    except DocumentError as error:
        yield Failure(file.uri, None, error.stage, error.code, error.message)
    except OSError as error:
        yield Failure(file.uri, None, "source", "unreadable", error.strerror or type(error).__name__)


def _spool_whole(content: BinaryIO, uri: str, form: Form, path: Path, settings: Settings) -> Piece:
    """A copy of the content; of a single document no more than it takes to see that it is too large."""
    left = sys.maxsize if form is Form.PARQUET else settings.limits.input_bytes + 1
    with _created(path) as copy:
        while data := content.read(min(left, COPY_BYTES)):
            write(copy, data)
            left -= len(data)
    return Piece(path, uri, form=form)


def _spool_lines(
    content: BinaryIO, uri: str, target_bytes: int, path: Path, settings: Settings
) -> Iterator[Piece | Failure | Skip]:
    part: _Part | None = None
    parts = row = 0
    try:
        for line in read_lines(content, settings.limits.input_bytes):
            if part and (line.data is None or not part.takes(line, target_bytes)):
                yield part.finish(uri)
                part = None
            row = line.row + 1
            if line.data is None:
                yield too_large(line, f"{uri}#row={line.row}", settings)
                continue
            if part is None:
                part = _Part(path.with_suffix(f".{parts}"), line)
                parts += 1
            part.add(line.number, line.data)
        damage = None
    except DocumentError as error:
        damage = Failure(f"{uri}#row={row}", None, error.stage, error.code, error.message)
    if part:
        yield part.finish(uri)
    if damage:
        yield damage
    elif not row:
        yield Skip(uri, "empty")


class _Part:
    """A temporary file of lines that is being written. Blank lines between them are kept, to keep line numbers."""

    def __init__(self, path: Path, line: Line) -> None:
        self._path = path
        self._file = _created(path)
        self._first = line
        self._next = line.number
        self._rows = self._size = 0

    def takes(self, line: Line, target_bytes: int) -> bool:
        return self._size < target_bytes and line.number - self._next <= MOST_BLANK_LINES

    def add(self, number: int, data: bytes) -> None:
        write(self._file, b"\n" * (number - self._next) + data)
        self._next = number + 1
        self._rows += 1
        self._size += len(data)

    def finish(self, uri: str) -> Piece:
        self._file.close()
        return Piece(self._path, uri, self._first.row, self._rows, line=self._first.number, form=Form.JSONL)


def _created(path: Path) -> BinaryIO:
    try:
        return path.open("wb")
    except OSError as error:
        raise ArchiverError(f"a temporary file cannot be written: {error.strerror}") from error
