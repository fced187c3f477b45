"""A file in pieces: enters an `InputFile`, leave `Piece`s of about equal size that can be read apart.

JSON Lines and tables are cut by one scan for the ends of rows, web archives by one for records, Parquet by the row
groups in its footer, containers by their members. Where the cuts fall depends on the content and the target alone.
What can only be read from its start is the matter of `spooling`.
"""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from typing import BinaryIO

from archiver.errors import DocumentError
from archiver.settings import Settings
from archiver.sources.compression import open_stream
from archiver.sources.containers import WARC_NAME, ZipMembers, uri_within
from archiver.sources.forms import ROWS, Form, form_of
from archiver.sources.inputs import InputFile, Location
from archiver.sources.lines import read_lines
from archiver.sources.parquet import group_sizes
from archiver.sources.pieces import Piece, open_path
from archiver.sources.tables import Table
from archiver.sources.warc_records import is_packed_by_record, records
from archiver.sources.wide import encoding_of


def split(file: InputFile, target_bytes: int, settings: Settings) -> Iterator[Piece]:
    """The pieces of `file`, each of `target_bytes` or a little more, or the whole file if it cannot be divided.

    Never raises for what is wrong with a file: such a file is one piece, and `read_piece` says what is wrong.
    """
    form, packed = identify(file, settings) if file.size > target_bytes else (None, False)
    if form is Form.JSONL and not packed:
        yield from _split_lines(file, target_bytes, settings)
    elif form is Form.PARQUET and not packed:
        yield from _split_row_groups(file, target_bytes)
    elif form in (Form.CSV, Form.TSV) and not packed:
        yield from _split_table(file, form, target_bytes, settings)
    elif form is Form.ZIP and not packed:
        yield from _split_zip(file, target_bytes, settings)
    elif form is Form.TAR and not packed:
        yield from _split_tar(file, target_bytes)
    elif form is Form.WARC:
        yield from _split_records(file, target_bytes, settings)
    else:
        yield Piece(file.path, file.uri)


def identify(file: InputFile, settings: Settings) -> tuple[Form | None, bool]:
    """The form of a file and whether it is packed, or rows in UTF-16. A file that cannot be read has no form."""
    try:
        with open_path(file.path) as handle:
            stream = open_stream(handle, settings.limits)
            form = form_of(file.uri, stream.head)
            return form, stream.packing is not None or (form in ROWS and encoding_of(stream.head) is not None)
    except OSError:
        return None, False


def _split_lines(file: InputFile, target_bytes: int, settings: Settings) -> Iterator[Piece]:
    piece = Piece(file.path, file.uri, form=Form.JSONL)
    rows = 0
    try:
        with open_path(file.path) as handle:
            for line in read_lines(handle, settings.limits.input_bytes):
                if line.offset - piece.offset >= target_bytes:
                    yield replace(piece, count=line.row - piece.first)
                    piece = replace(piece, first=line.row, offset=line.offset, line=line.number)
                rows = line.row + 1
    except OSError:  # the reader of the last piece meets the same error and reports it
        yield piece
    else:
        yield replace(piece, count=rows - piece.first) if rows else Piece(file.path, file.uri)


def _split_table(file: InputFile, form: Form, target_bytes: int, settings: Settings) -> Iterator[Piece]:
    piece = Piece(file.path, file.uri, form=form)
    try:
        with open_path(file.path) as handle:
            for place, _ in Table(handle, form, settings).rows():
                if place.row > piece.first and place.offset - piece.offset >= target_bytes:
                    yield replace(piece, count=place.row - piece.first)
                    piece = replace(piece, first=place.row, offset=place.offset, line=place.line)
    except (OSError, DocumentError):  # the reader of the last piece meets the same error and reports it
        pass
    yield piece


def _split_records(file: InputFile, target_bytes: int, settings: Settings) -> Iterator[Piece]:
    """Web archives are cut where records begin; one that is packed as a whole is not cut."""
    try:
        handle = file.path.open("rb")
    except OSError:
        yield Piece(file.path, file.uri)
        return
    with handle:
        yield from _cut_records(handle, Piece(file.path, file.uri, form=Form.WARC), target_bytes, settings)


def _cut_records(handle: BinaryIO, piece: Piece, target_bytes: int, settings: Settings) -> Iterator[Piece]:
    """The web archive that `handle` reads, whose whole is `piece`."""
    try:
        packing = open_stream(handle, settings.limits).packing
        if packing and not is_packed_by_record(handle, packing, settings.limits):
            yield replace(piece, form=None)
            return
        for number, record in enumerate(records(handle, packing, 0, 0, settings.limits)):
            if number > piece.first and record.offset - piece.offset >= target_bytes:
                yield replace(piece, count=number - piece.first)
                piece = replace(piece, first=number, offset=record.offset)
    except (OSError, DocumentError):  # the reader of the last piece meets the same error and reports it
        pass
    yield piece


def _split_zip(file: InputFile, target_bytes: int, settings: Settings) -> Iterator[Piece]:
    """Members are taken together up to the target; a web archive that lies in the file as it is is cut itself."""
    piece = Piece(file.path, file.uri, form=Form.ZIP)
    size = number = 0
    try:
        with open_path(file.path) as handle:
            members = ZipMembers(handle, settings.limits)
            for number, info in enumerate(members.infos):
                window = members.window(number) if info.compress_size > target_bytes else None
                if number > piece.first and (window or size + info.compress_size > target_bytes):
                    yield replace(piece, count=number - piece.first)
                    piece, size = replace(piece, first=number), 0
                size += info.compress_size
                if window and WARC_NAME.search(info.filename):
                    whole = Piece(file.path, uri_within(file.uri, info.filename), form=Form.WARC, member=number)
                    yield from _cut_records(io.BufferedReader(window), whole, target_bytes, settings)
                    piece, size = replace(piece, first=number + 1), 0
    except (OSError, DocumentError):  # the reader meets the same error and reports it
        yield Piece(file.path, file.uri)
        return
    if piece.first <= number:
        yield replace(piece, count=number + 1 - piece.first)


def _split_tar(file: InputFile, target_bytes: int) -> Iterator[Piece]:
    """Cut by one walk from header to header."""
    piece = Piece(file.path, file.uri, form=Form.TAR)
    number = 0
    try:
        with open_path(file.path) as handle, tarfile.open(fileobj=handle, mode="r:") as tar:
            for info in tar:
                tar.members = []  # type: ignore[attr-defined]  # it would remember them all
                if info.isdir():
                    continue
                if info.offset - piece.offset >= target_bytes and number > piece.first:
                    yield replace(piece, count=number - piece.first)
                    piece = replace(piece, first=number, offset=info.offset)
                number += 1
    except (OSError, tarfile.TarError, ValueError):  # the reader of the last piece meets the same error
        pass
    yield piece


def _split_row_groups(file: InputFile, target_bytes: int) -> Iterator[Piece]:
    first = rows = size = 0
    for more_rows, more_bytes in _spans(file.path, target_bytes):
        rows, size = rows + more_rows, size + more_bytes
        if size >= target_bytes:
            yield Piece(file.path, file.uri, first, rows, form=Form.PARQUET)
            first, rows, size = first + rows, 0, 0
    if rows:
        yield Piece(file.path, file.uri, first, rows, form=Form.PARQUET)
    elif not first:
        yield Piece(file.path, file.uri)


def _spans(path: Location, target_bytes: int) -> Iterator[tuple[int, int]]:
    """Rows and bytes of each row group, one of several times the target in as many spans of rows."""
    for rows, size in group_sizes(path):
        parts = max(1, min(size // target_bytes, rows))
        for part in range(parts):
            yield rows * (part + 1) // parts - rows * part // parts, size // parts
