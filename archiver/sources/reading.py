"""A piece is read: enters a `Piece`, leave its documents, and what is wrong with it as `Failure` or `Skip`."""

from __future__ import annotations

import tempfile
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from itertools import islice
from typing import IO, BinaryIO

from archiver.document import RawDocument
from archiver.errors import DocumentError
from archiver.record import Failure, Skip
from archiver.settings import Settings
from archiver.sources.compression import Stream, open_stream
from archiver.sources.containers import CONTAINERS, Found, Opened, ZipMembers, tar_members, uri_of
from archiver.sources.feeds import read_feed
from archiver.sources.files import read_file
from archiver.sources.forms import Form, form_of, has_lost_packing
from archiver.sources.json_arrays import read_json_array
from archiver.sources.jsonl import read_json_lines
from archiver.sources.parquet import read_parquet
from archiver.sources.pieces import COPY_BYTES, Piece, open_path, write
from archiver.sources.rows import check_fields
from archiver.sources.tables import read_table
from archiver.sources.warc import read_warc
from archiver.sources.warc_records import is_packed_by_record
from archiver.sources.wide import in_utf8


def read_piece(piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure | Skip]:
    """Everything in `piece`, in order. Never raises for what a file holds, nor for a file that cannot be opened.

    Raises:
        UsageError: `settings.fields` names a field that does not exist.
        ArchiverError: a temporary file cannot be written (Parquet that is compressed as a whole needs one).
    """
    check_fields(settings)
    try:
        with open_path(piece.path) as handle:
            if piece.member is None:
                yield from _read(handle, piece, settings)
            else:
                whole = ZipMembers(handle, settings.limits)
                yield from _read_member(whole.open(piece.member, _container(piece.uri)), piece, settings)
    except DocumentError as error:
        yield Failure(piece.uri, None, error.stage, error.code, error.message)
    except OSError as error:
        yield Failure(piece.uri, None, "source", "unreadable", error.strerror or type(error).__name__)


def _container(uri: str) -> str:
    """The uri of the file in which the member called `uri` lies."""
    return uri.partition("!")[0]


def _read(
    handle: BinaryIO, piece: Piece, settings: Settings, inside: bool = False
) -> Iterator[RawDocument | Failure | Skip]:
    if piece.form is Form.JSONL:  # known to be plain, and standing at a line's start
        if piece.offset:
            handle.seek(piece.offset)
        yield from read_json_lines(handle, piece, settings)
        return
    stream = open_stream(handle, settings.limits)
    if stream.packing is None and has_lost_packing(piece.uri, stream.head):
        raise DocumentError("source", "corrupt", "its name says that it is compressed, its first bytes are damaged")
    form = piece.form or form_of(piece.uri, stream.head)
    is_headless = not stream.head and form is not Form.WARC  # which may need the dictionary that it begins with
    if is_headless and not stream.content.read(1):  # raises where damage, not emptiness, left no head
        yield Skip(piece.uri, "empty")
    elif form is None:
        yield Skip(piece.uri, "unsupported-type")
    elif form in (Form.HTML, Form.TEXT):
        yield read_file(stream.content, piece.uri, form, settings.limits)
    elif inside and form in CONTAINERS:
        yield Skip(piece.uri, "nested-archive")
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
    if form in CONTAINERS:
        yield from _read_members(handle, stream, form, piece, settings)
    elif form is Form.JSONL:
        yield from read_json_lines(in_utf8(stream.content, stream.head, settings)[0], piece, settings)
    elif form is Form.JSON:
        yield from read_json_array(in_utf8(stream.content, stream.head, settings)[0], piece, settings)
    elif form is Form.FEED:
        yield from read_feed(stream.content, piece, settings)
    elif form in (Form.CSV, Form.TSV):
        content, settings = in_utf8(_at_start(handle, stream, piece), stream.head, settings)
        yield from read_table(content, form, piece, settings)
    elif form is Form.WARC:
        if handle.seekable() and is_packed_by_record(handle, stream.packing, settings.limits):
            yield from read_warc(handle, stream.packing, piece, settings)
            return
        with _seekable(handle, stream) as whole:
            yield from read_warc(whole, None, piece, settings)
    else:
        with _seekable(handle, stream) as whole:
            yield from read_parquet(whole, piece, settings)


def _read_members(
    handle: BinaryIO, stream: Stream, form: Form, piece: Piece, settings: Settings
) -> Generator[RawDocument | Failure | Skip]:
    if form is Form.TAR:
        if piece.offset:
            handle.seek(piece.offset)
        content: BinaryIO = handle if piece.offset else stream.content
        for found in islice(tar_members(content, piece.uri, settings.limits), piece.count):
            yield from _read_member(found, Piece(piece.path, uri_of(found)), settings)
        return
    with _seekable(handle, stream) as whole:
        members = ZipMembers(whole, settings.limits)
        numbers = range(len(members.infos))[piece.first :][: piece.count]
        for number in numbers:
            found = members.open(number, piece.uri)
            yield from _read_member(found, Piece(piece.path, uri_of(found)), settings)


def _read_member(found: Found, piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure | Skip]:
    """What is in a member; what is wrong with one costs itself alone."""
    if not isinstance(found, Opened):
        yield found
        return
    try:
        yield from _read(found.content, piece, settings, inside=True)
    except DocumentError as error:
        yield Failure(piece.uri, None, error.stage, error.code, error.message)


def _at_start(handle: BinaryIO, stream: Stream, piece: Piece) -> BinaryIO:
    """The content from its first byte; for a piece that begins further on as a file that can go there."""
    if not piece.offset:
        return stream.content
    handle.seek(0)
    return handle


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
