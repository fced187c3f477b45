"""A stream in pieces: enters what can only be read from its start, leave `Piece`s over temporary files.

That is standard input, whose size nobody knows, and what is larger than a piece should be: compressed JSON Lines,
compressed tables and JSON arrays, all of whose pieces are JSON Lines. The pieces come as the stream is read, so that
work on the first begins before the last has arrived.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from archiver.errors import ArchiverError, DocumentError
from archiver.record import Failure, Skip
from archiver.settings import Settings
from archiver.sources.compression import Replayed, open_stream
from archiver.sources.forms import ROWS, Form, form_of
from archiver.sources.inputs import STDIN, InputFile
from archiver.sources.json_arrays import read_elements
from archiver.sources.jsonl import too_large
from archiver.sources.lines import Line, read_lines
from archiver.sources.pieces import COPY_BYTES, Piece, open_path, write
from archiver.sources.splitting import identify
from archiver.sources.tables import Table, without_empty
from archiver.sources.wide import in_utf8

_ENDLESS = (Form.PARQUET, Form.WARC, Form.ZIP, Form.TAR)

MOST_BLANK_LINES = 1000
"""Blank lines written between two rows; after more of them a new piece begins."""


def needs_spool(file: InputFile, target_bytes: int, settings: Settings) -> bool:
    """Whether `file` is standard input, or rows of more than `target_bytes` that can only be read from the start."""
    if file.path == STDIN:
        return True
    if file.size <= target_bytes:
        return False
    form, packed = identify(file, settings)
    return form is Form.JSON or (packed and form in (Form.JSONL, Form.CSV, Form.TSV))


def spool(file: InputFile, target_bytes: int, folder: Path, settings: Settings) -> Iterator[Piece | Failure | Skip]:
    """The pieces of `file`, each in a file of its own in `folder`, which the caller deletes when it is done with.

    Rows are cut at about `target_bytes` of content; anything else is one piece. A stream that is damaged, a row above
    `limits.input_bytes` or one that is none is a `Failure` in its place. An input that cannot be opened is one, too.

    Raises:
        ArchiverError: a temporary file cannot be written.
    """
    path = folder / hashlib.sha256(file.uri.encode()).hexdigest()[:16]
    try:
        with open_path(file.path) as handle:
            raw = Replayed(handle)
            stream = open_stream(raw, settings.limits)
            form = form_of(file.uri, stream.head)
            if form is Form.WARC:  # as it came, for its records are packed one by one
                yield _spool_whole(raw.again(), file.uri, form, path, settings)
                return
            raw.forget()
            if form in ROWS:
                lines = _lines(*in_utf8(stream.content, stream.head, settings), form, file.uri)
                yield from _spool_lines(lines, file.uri, target_bytes, path, settings)
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


def _lines(content: BinaryIO, settings: Settings, form: Form, uri: str) -> Iterator[Line | Failure]:
    """Rows of any form as lines of JSON Lines, and why one is none."""
    if form in (Form.CSV, Form.TSV):
        for place, found in Table(content, form, settings).rows():
            name = f"{uri}#row={place.row}"
            if isinstance(found, DocumentError):
                yield Failure(name, None, found.stage, found.code, found.message)
            else:
                data = json.dumps(without_empty(found)).encode("ascii") + b"\n"
                yield Line(place.row, place.row, place.offset, data)
        return
    longest = settings.limits.input_bytes
    for line in read_lines(content, longest) if form is Form.JSONL else _elements(content, longest):
        yield too_large(line, f"{uri}#row={line.row}", settings) if line.data is None else line


def _elements(content: BinaryIO, longest: int) -> Iterator[Line]:
    """The elements of a JSON array, each on one line."""
    for line in read_elements(content, longest):
        data = None if line.data is None else line.data.replace(b"\n", b"\r") + b"\n"  # to JSON it is white space too
        yield Line(line.row, line.row, line.offset, data)


def _spool_whole(content: BinaryIO, uri: str, form: Form, path: Path, settings: Settings) -> Piece:
    """A copy of the content; of a single document no more than it takes to see that it is too large."""
    left = sys.maxsize if form in _ENDLESS else settings.limits.input_bytes + 1
    with _created(path) as copy:
        while data := content.read(min(left, COPY_BYTES)):
            write(copy, data)
            left -= len(data)
    return Piece(path, uri, form=form)


def _spool_lines(
    lines: Iterator[Line | Failure], uri: str, target_bytes: int, path: Path, settings: Settings
) -> Iterator[Piece | Failure | Skip]:
    part: _Part | None = None
    parts = row = 0
    damage: list[Failure] = []
    try:
        for line in lines:
            if part and (isinstance(line, Failure) or not part.takes(line, target_bytes)):
                yield part.finish(uri)
                part = None
            row += 1
            if isinstance(line, Failure):
                yield line
                continue
            if part is None:
                part = _Part(path.with_suffix(f".{parts}"), line)
                parts += 1
            part.add(line)
    except DocumentError as error:
        damage.append(Failure(f"{uri}#row={row}", None, error.stage, error.code, error.message))
    if part:
        yield part.finish(uri)
    yield from damage
    if not row and not damage:
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

    def add(self, line: Line) -> None:
        data = line.data or b""
        write(self._file, b"\n" * (line.number - self._next) + data)
        self._next = line.number + 1
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
