"""JSON arrays: enters a stream that holds an array, leave its elements one by one, each as it stands.

The elements are cut out by their brackets and strings alone, and then read like lines of JSON Lines: so one that is
broken costs itself, and no more than one is in memory.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from archiver.document import RawDocument
from archiver.errors import DocumentError
from archiver.record import Failure
from archiver.settings import Settings
from archiver.sources.jsonl import read_line
from archiver.sources.lines import Line
from archiver.sources.pieces import Piece

_CHUNK = 256 * 1024
_MARK = b"\xef\xbb\xbf"
_SIGN = re.compile(rb'["\[\]{},]')
_STRING_REST = re.compile(rb'(?:[^"\\]|\\.)*+', re.DOTALL)


def read_json_array(content: BinaryIO, piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure]:
    """The elements of the array in `content`, each a row as in JSON Lines, and with the same failures."""
    row = 0
    try:
        for line in read_elements(content, settings.limits.input_bytes):
            row = line.row
            yield read_line(line, f"{piece.uri}#row={row}", settings)
            row += 1
    except DocumentError as error:
        yield Failure(f"{piece.uri}#row={row}", None, error.stage, error.code, error.message)


def read_elements(content: BinaryIO, longest: int) -> Iterator[Line]:
    """The elements as `Line`s: numbered from 0, with the line and byte they start at. White space around them goes.

    Raises:
        DocumentError: the array does not end (``truncated``), or something else follows it (``invalid-json``).
    """
    scanner = _Scanner(content, longest)
    row = 0
    while (line := scanner.next_element(row)) is not None:
        yield line
        row += 1


class _Scanner:
    """Goes through an array once. `_window` is what has been read and not yet passed by."""

    def __init__(self, content: BinaryIO, longest: int) -> None:
        self._content = content
        self._longest = longest
        self._window = content.read(_CHUNK).removeprefix(_MARK).lstrip()[1:]  # the bracket that opens the array
        self._offset = self._number = 0
        self._ended = False

    def next_element(self, row: int) -> Line | None:
        if self._ended:
            return None
        number, offset = self._number, self._offset
        data, ending = self._cut()
        self._ended = ending == b"]"
        stripped = data.strip() if data is not None else None
        if stripped == b"" and self._ended and row == 0:
            self._check_end()
            return None
        if self._ended:
            self._check_end()
        blank = (data or b"")[: len(data or b"") - len((data or b"").lstrip())]
        return Line(row, number + blank.count(b"\n"), offset + len(blank), stripped)

    def _cut(self) -> tuple[bytes | None, bytes]:
        """What stands before the comma or bracket that ends an element, None if it is too long; and that sign."""
        held: list[bytes] | None = []
        size = depth = 0
        in_string = False
        position = 0
        while True:
            if in_string:
                match = _STRING_REST.match(self._window, position)
                position = match.end() if match else position
                if position < len(self._window) and self._window[position : position + 1] == b'"':
                    position += 1
                    in_string = False
                    continue
            elif sign := _SIGN.search(self._window, position):
                position = sign.end()
                if sign[0] == b'"':
                    in_string = True
                elif sign[0] in b"[{":
                    depth += 1
                elif depth == 0 and sign[0] in b",]":
                    return self._take(held, size, position - 1), sign[0]
                elif sign[0] in b"]}":
                    depth -= 1
                continue
            else:
                position = len(self._window)
            passed, self._window = self._window[:position], self._window[position:]
            size += len(passed)
            held = [*held, passed] if held is not None and size <= self._longest else None
            self._pass(passed)
            position = 0
            if not self._more():
                raise DocumentError("source", "truncated", "the JSON array ends early: its closing bracket is missing")

    def _take(self, held: list[bytes] | None, size: int, end: int) -> bytes | None:
        last, self._window = self._window[:end], self._window[end + 1 :]
        self._pass(last + b",")
        return b"".join([*held, last]) if held is not None and size + end <= self._longest else None

    def _pass(self, data: bytes) -> None:
        self._offset += len(data)
        self._number += data.count(b"\n")

    def _more(self) -> bool:
        data = self._content.read(_CHUNK)
        self._window += data
        return bool(data)

    def _check_end(self) -> None:
        while not self._window.strip():
            self._window = b""
            if not self._more():
                return
        raise DocumentError("source", "invalid-json", f"line {self._number + 1}: something follows the JSON array")
