"""CSV and TSV: enters a stream with a header line, leaves a document or a failure for each row after it.

Fields may be quoted and then hold line breaks, as RFC 4180 says. The delimiter of CSV is the one of ``, ; tab |``
that the header has most of. Rows are numbered from 0 without the header, as a data frame numbers them.
"""

from __future__ import annotations

import codecs
import csv
import re
import sys
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from archiver.document import RawDocument
from archiver.errors import DocumentError
from archiver.record import Failure
from archiver.settings import Settings
from archiver.sources.forms import Form
from archiver.sources.pieces import Piece, documents_of
from archiver.sources.rows import Row, repeated, to_document

_DELIMITERS = ",;\t|"
_QUOTED = re.compile(r'"[^"]*"')
_UNDECODED = re.compile("[\udc80-\udcff]")
_SKIP_BYTES = 1024 * 1024

csv.field_size_limit(sys.maxsize)  # the bound is limits.input_bytes for a row, below


class Place(NamedTuple):
    """Where a row begins: its number, its line, both from 0, and its byte."""

    row: int
    line: int
    offset: int


class Table:
    """A table that is read once, from its header on.

    Raises:
        DocumentError: there is no header, or it names a column twice (``invalid-csv``).
    """

    def __init__(self, content: BinaryIO, form: Form, settings: Settings) -> None:
        self._encoding = settings.csv_encoding
        self._lines = _Lines(content, self._encoding, settings.limits.input_bytes)
        header = self._lines.first()
        self._delimiter = "\t" if form is Form.TSV else max(_DELIMITERS, key=_QUOTED.sub("", header).count)
        try:
            self.columns = next(csv.reader(self._lines, delimiter=self._delimiter), [])
        except (csv.Error, DocumentError) as error:
            raise DocumentError("source", "invalid-csv", f"the header cannot be read: {error}") from error
        twice = repeated(self.columns)
        if twice is not None:
            raise DocumentError("source", "invalid-csv", f"the header names the column {twice!r} more than once")

    def go_to(self, place: Place) -> None:
        """Read on at `place`, to which the stream has been moved."""
        self._lines.number, self._lines.offset = place.line, place.offset

    def rows(self, first: int = 0) -> Iterator[tuple[Place, Row | DocumentError]]:
        """The rows that follow, each with its place, or why it is none. Blank lines do not count."""
        reader = csv.reader(self._lines, delimiter=self._delimiter)
        row = first
        while True:
            place = Place(row, self._lines.number, self._lines.offset)
            self._lines.begin()
            found: Row | DocumentError
            try:
                fields = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                found = _invalid(place, str(error))
            except DocumentError as error:
                if error.code != "too-large":
                    raise
                found = error
            else:
                if not fields:
                    continue
                found = self._row(fields, place)
            yield place, found
            row += 1

    def _row(self, fields: list[str], place: Place) -> Row | DocumentError:
        if len(fields) != len(self.columns):
            return _invalid(place, f"{len(fields)} fields, but the header has {len(self.columns)}")
        if any(map(_UNDECODED.search, fields)):
            return _invalid(place, f"this is not {self._encoding}: name the encoding with the setting csv_encoding")
        return dict(zip(self.columns, fields, strict=True))


def read_table(content: BinaryIO, form: Form, piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure]:
    """The rows of `piece`; `content` stands at the start of the file. One row is held in memory at a time.

    Failures beside those of `to_document`: ``invalid-csv``, ``too-large`` (a row above `limits.input_bytes`), and
    the damage of a compressed stream at the row where it stands. An empty field is none.
    """
    table = Table(content, form, settings)
    if piece.offset:
        content.seek(piece.offset)
        table.go_to(Place(piece.first, piece.line, piece.offset))
    rows = ((place.row, found) for place, found in table.rows(piece.first))
    yield from documents_of(piece, rows, lambda found, uri: as_document(found, uri, settings))


def as_document(found: Row | DocumentError, uri: str, settings: Settings) -> RawDocument | Failure:
    """The document in a row, or why there is none."""
    if isinstance(found, DocumentError):
        return Failure(uri, None, found.stage, found.code, found.message)
    return to_document(without_empty(found), uri, settings)


def without_empty(row: Row) -> Row:
    """The row with null for what is empty: a table has no other way to say so."""
    return {name: value or None for name, value in row.items()}


def _invalid(place: Place, what: str) -> DocumentError:
    return DocumentError("source", "invalid-csv", f"line {place.line + 1}: {what}")


class _Lines:
    """The lines of a stream as text, for `csv.reader`; what cannot be decoded comes as lone surrogates."""

    def __init__(self, content: BinaryIO, encoding: str, longest: int) -> None:
        self._content = content
        self._encoding = encoding
        self._longest = longest
        self._size = 0
        self._waiting: bytes | None = None
        self.number = self.offset = 0

    def first(self) -> str:
        """The first line, which is read again."""
        line = self._content.readline(self._longest + 1)
        self._waiting = line
        return self._decoded(line)

    def begin(self) -> None:
        """A row begins: what is read from now on counts to its size."""
        self._size = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = self._content.readline(self._longest + 1) if self._waiting is None else self._waiting
        self._waiting = None
        if not line:
            raise StopIteration
        text = self._decoded(line)
        self._size += len(line)
        self.offset += len(line)
        while self._size > self._longest and not line.endswith(b"\n"):
            line = self._content.readline(_SKIP_BYTES)
            self.offset += len(line)
            if not line:
                break
        self.number += 1
        if self._size > self._longest:
            what = f"the row that ends on line {self.number} is longer than limits.input_bytes ({self._longest})"
            raise DocumentError("source", "too-large", what)
        return text

    def _decoded(self, line: bytes) -> str:
        if not self.number:
            line = line.removeprefix(codecs.BOM_UTF8)
        return line.decode(self._encoding, "surrogateescape")
