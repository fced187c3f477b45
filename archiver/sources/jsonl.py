"""JSON Lines: enters a stream of lines, leaves a document, a failure or nothing for each.

A row is a line that is not blank; rows are numbered from 0, so that ``dump.jsonl#row=42`` is what a data frame
shows at index 42. Messages name the line, counted from 1 as editors do.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from typing import BinaryIO

from archiver.document import Json, RawDocument
from archiver.errors import DocumentError
from archiver.record import Failure
from archiver.settings import Settings
from archiver.sources.lines import Line, read_lines
from archiver.sources.pieces import Piece, documents_of
from archiver.sources.rows import Row, repeated, show, to_document, too_deep


def read_json_lines(content: BinaryIO, piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure]:
    """The rows of `piece`, at whose start `content` stands. One line is held in memory at a time.

    Failures beside those of `to_document`: ``invalid-json``, ``duplicate-key``, ``too-deep``, ``too-large`` (a line
    above `limits.input_bytes`), and the damage of a compressed stream at the row where it stands.
    """
    lines = read_lines(content, settings.limits.input_bytes, piece.first, piece.line)
    return documents_of(piece, ((line.row, line) for line in lines), lambda line, uri: read_line(line, uri, settings))


def read_line(line: Line, uri: str, settings: Settings) -> RawDocument | Failure:
    """The document on a line, or why there is none."""
    if line.data is None:
        return too_large(line, uri, settings)
    try:
        row = _parse(line.data, line.number, settings)
    except DocumentError as error:
        return Failure(uri, None, error.stage, error.code, error.message)
    return to_document(row, uri, settings)


def too_large(line: Line, uri: str, settings: Settings) -> Failure:
    """The failure that a line is which was not read for its length."""
    message = f"line {line.number + 1} is longer than limits.input_bytes ({settings.limits.input_bytes})"
    return Failure(uri, None, "source", "too-large", message)


def _parse(data: bytes, number: int, settings: Settings) -> Row:
    """The object on line `number`."""
    if number == 0:
        data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.rstrip().decode("utf-8", "surrogatepass")  # an error at its end is on this line
        value = json.loads(text, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise _invalid(number + error.lineno - 1, f", column {error.colno}: {error.msg}") from error
    except UnicodeDecodeError as error:
        raise _invalid(number, f": byte {error.start + 1} is not UTF-8") from error
    except ValueError as error:  # Python's guard against integers that take for ever to read
        raise _invalid(number, ": an integer has too many digits") from error
    except RecursionError as error:
        raise too_deep(settings.limits.record_depth) from error
    if not isinstance(value, dict):
        raise _invalid(number, f", column 1: expected an object, found {_name(value)}")
    return value


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    """An object, none of whose values hides another."""
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = show([str(repeated([key for key, _ in pairs]))])
        raise DocumentError("source", "duplicate-key", f"an object has the key {twice} more than once")
    return found


def _invalid(number: int, what: str) -> DocumentError:
    return DocumentError("source", "invalid-json", f"line {number + 1}{what}")


def _name(value: object) -> str:
    names = {list: "an array", str: "a string", bool: "a boolean", type(None): "null"}
    return names.get(type(value), "a number")
