"""A piece is read: enters a `Piece`, leave its documents, and what is wrong with it as `Failure` or `Skip`."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from typing import IO, BinaryIO

from archiver.document import RawDocument
from archiver.errors import DocumentError
from archiver.record import Failure, Skip
from archiver.settings import Settings
from archiver.sources.compression import Stream, open_stream
from archiver.sources.files import read_file
from archiver.sources.forms import Form, form_of
from archiver.sources.jsonl import read_json_lines
from archiver.sources.parquet import read_parquet
from archiver.sources.pieces import COPY_BYTES, Piece, open_path, write
from archiver.sources.rows import check_fields
from archiver.sources.warc import read_warc
from archiver.sources.warc_records import is_packed_by_record


def read_piece(piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure | Skip]:
    """Everything in `piece`, in order. Never raises for what a file holds, nor for a file that cannot be opened.

    Raises:
        UsageError: `settings.fields` names a field that does not exist.
        ArchiverError: a temporary file cannot be written (Parquet that is compressed as a whole needs one).
    """
    check_fields(settings)
    try:
        with open_path(piece.path) as handle:
            yield from _read(handle, piece, settings)
    except DocumentError as error:
        yield Failure(piece.uri, None, error.stage, error.code, error.message)
    except OSError as error:
        yield Failure(piece.uri, None, "source", "unreadable", error.strerror or type(error).__name__)


def _read(handle: BinaryIO, piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure | Skip]:
    if piece.form is Form.JSONL:  # known to be plain, and standing at a line's start
        if piece.offset:
            handle.seek(piece.offset)
        yield from read_json_lines(handle, piece, settings)
        return
    stream = open_stream(handle, settings.limits)
    if not stream.head and not stream.content.read(1):  # raises where damage, not emptiness, left no head
        yield Skip(piece.uri, "empty")
        return
    form = piece.form or form_of(piece.uri, stream.head)
    if form is None:
        yield Skip(piece.uri, "unsupported-type")
    elif form in (Form.HTML, Form.TEXT):
        yield read_file(stream.content, piece.uri, form, settings.limits)
    else:
        yield from _read_rows(handle, stream, form, piece, settings)


def _read_rows(
    handle: BinaryIO, stream: Stream, form: Form, piece: Piece, settings: Settings
) -> Iterator[RawDocument | Failure | Skip]:
    """The documents of a file that holds many. A file that has none is a `Skip`."""
    empty = True
    with closing(_rows(handle, stream, form, piece, settings)) as results:
        for result in results:
            empty = False
            yield result
    if empty:
        yield Skip(piece.uri, "empty")


def _rows(
    handle: BinaryIO, stream: Stream, form: Form, piece: Piece, settings: Settings
) -> Generator[RawDocument | Failure | Skip]:
    if form is Form.JSONL:
        yield from read_json_lines(stream.content, piece, settings)
    elif form is Form.WARC:
        if handle.seekable() and is_packed_by_record(handle, stream.packing, settings.limits):
            yield from read_warc(handle, stream.packing, piece, settings)
            return
        with _seekable(handle, stream) as whole:
            yield from read_warc(whole, None, piece, settings)
    else:
        with _seekable(handle, stream) as whole:
            yield from read_parquet(whole, piece, settings)


@contextmanager
def _seekable(handle: BinaryIO, stream: Stream) -> Iterator[IO[bytes]]:
    """The content as a file that can be read from anywhere: the file itself, or a copy if packed or a pipe."""
    if stream.packing is None and handle.seekable():
        yield handle
        return
    with tempfile.TemporaryFile() as copy:
        for data in iter(lambda: stream.content.read(COPY_BYTES), b""):
            write(copy, data)
        yield copy
