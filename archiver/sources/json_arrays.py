"""JSON: enters a stream that holds an array, or objects one after the other, leave these one by one, as they stand.

They are cut out by their brackets and strings alone, and then read like lines of JSON Lines: so one that is broken
costs itself, and no more than one is in memory.
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
_STEPS = {b"[": 1, b"{": 1, b"]": -1, b"}": -1}
_STRING_REST = re.compile(rb'(?:[^"\\]|\\.)*+', re.DOTALL)


def read_json_array(content: BinaryIO, piece: Piece, settings: Settings) -> Iterator[RawDocument | Failure]:
    """The elements or objects in `content`, each a row as in JSON Lines, and with the same failures."""
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

    What does not start with a bracket is no array but values one after the other, most often a single object. Each
    ends with the brace that closes it; what is left at the end is one too.

    Raises:
        DocumentError: the array does not end (``truncated``), or something else follows it (``invalid-json``).
    """
    scanner = _Scanner(content, longest)
    row = 0
    while (line := scanner.next(row)) is not None:
        yield line
        row += 1


class _Scanner:
    """Goes through the content once. `_window` is what has been read and not yet passed by."""

    def __init__(self, content: BinaryIO, longest: int) -> None:
        self._content = content
        self._longest = longest
        start = content.read(_CHUNK).removeprefix(_MARK)
        self._window = start.lstrip()
        self._offset = 0
        self._number = start[: len(start) - len(self._window)].count(b"\n")
        self._is_array = self._window.startswith(b"[")
        self._window = self._window[self._is_array :]
        self._ended = False

    def next(self, row: int) -> Line | None:
        """The next element or value."""
        return self._next_element(row) if self._is_array else self._next_value(row)

    def _next_value(self, row: int) -> Line | None:
        number, offset = self._number, self._offset
        data, _ = self._cut()
        if data is not None and not data.strip():
            return None
        return _line(row, number, offset, data)

    def _next_element(self, row: int) -> Line | None:
        if self._ended:
            return None
        number, offset = self._number, self._offset
        data, ending = self._cut()
        self._ended = ending == b"]"
        line = _line(row, number, offset, data)
        if self._ended:
            self._check_end()
        return None if line.data == b"" and self._ended and row == 0 else line

    def _cut(self) -> tuple[bytes | None, bytes]:
        """What stands before the comma or bracket that ends an element, None if it is too long; and that sign.

        Of values that are no elements, what stands before the next one, and no sign.
        """
        held: list[bytes] | None = []
        size = depth = 0
        in_string = False
        position = 0
        while True:
            if in_string:
                position, in_string = self._pass_string(position)
                if not in_string:
                    continue
            elif sign := _SIGN.search(self._window, position):
                position = sign.end()
                in_string = sign[0] == b'"'
                if self._is_array and depth == 0 and sign[0] in b",]":
                    return self._take(held, size, position - 1, position), sign[0]
                depth += _STEPS.get(sign[0], 0)
                if not self._is_array and depth <= 0 and sign[0] in b"]}":
                    return self._take(held, size, position, position), b""
                continue
            else:
                position = len(self._window)
            passed, self._window = self._window[:position], self._window[position:]
            size += len(passed)
            held = [*held, passed] if held is not None and size <= self._longest else None
            self._pass(passed)
            position = 0
            if not self._more():
                return self._take_rest(held), b""

    def _pass_string(self, position: int) -> tuple[int, bool]:
        """Where the string that `position` is in ends, and whether it goes on beyond what has been read."""
        match = _STRING_REST.match(self._window, position)
        end = match.end() if match else position
        return (end + 1, False) if self._window[end : end + 1] == b'"' else (end, True)

    def _take_rest(self, held: list[bytes] | None) -> bytes | None:
        """The value that the end of the content cuts off."""
        if self._is_array:
            raise DocumentError("source", "truncated", "the JSON array ends early: its closing bracket is missing")
        rest, self._window = self._window, b""
        return b"".join([*held, rest]) if held is not None else None

    def _take(self, held: list[bytes] | None, size: int, end: int, following: int) -> bytes | None:
        last = self._window[:end]
        self._pass(self._window[:following])
        self._window = self._window[following:]
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


def _line(row: int, number: int, offset: int, data: bytes | None) -> Line:
    """The value in `data`, without the white space around it."""
    if data is None:
        return Line(row, number, offset, None)
    blank = data[: len(data) - len(data.lstrip())]
    return Line(row, number + blank.count(b"\n"), offset + len(blank), data.strip())
