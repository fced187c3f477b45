"""UTF-16 and UTF-32: enters a stream of rows in one of them, leaves it in UTF-8, in which rows are cut and read."""

from __future__ import annotations

import codecs
import io
from dataclasses import replace
from typing import BinaryIO

from archiver.errors import DocumentError
from archiver.settings import Settings
from archiver.sources.forms import wide_encoding

_CHUNK = 256 * 1024
_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def in_utf8(content: BinaryIO, head: bytes, settings: Settings) -> tuple[BinaryIO, Settings]:
    """The stream, which begins with `head`, in UTF-8 where it is UTF-16 or UTF-32, and settings that say so of a table.

    What is no such text raises `DocumentError` (``corrupt``) where it stands.
    """
    encoding = encoding_of(head)
    if encoding is None:
        return content, settings
    return io.BufferedReader(_Narrowed(content, encoding), _CHUNK), replace(settings, csv_encoding="utf-8")


def encoding_of(head: bytes) -> str | None:
    """UTF-16 or UTF-32, by a mark, or by the zeros of the brace, the letter or the digit that rows begin with."""
    return wide_encoding(head) if head.startswith(_MARKS) or 0 in head[:2] else None


class _Narrowed(io.RawIOBase):
    def __init__(self, content: BinaryIO, encoding: str) -> None:
        self._content = content
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("surrogatepass")
        self._waiting = b""
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        while not self._waiting and not self._ended:
            data = self._content.read(_CHUNK)
            self._ended = not data
            try:
                self._waiting = self._decoder.decode(data, self._ended).encode("utf-8", "surrogatepass")
            except UnicodeError as error:
                raise DocumentError("source", "corrupt", f"this is not {self._encoding}: {error}") from error
        data, self._waiting = self._waiting[: len(buffer)], self._waiting[len(buffer) :]
        buffer[: len(data)] = data
        return len(data)
