"""Compressed or not: enters a binary file, leaves its content as a bounded stream and a look at its first bytes.

gzip, zstd, bzip2 and xz are known by their first bytes, whatever the file is called. Streams of several members
or frames are read to the end. What cannot be decompressed raises `DocumentError` where the damage is: everything
before it has been handed out by then.
"""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import re
import zlib
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple, Protocol

import zstandard

from archiver.errors import DocumentError, LimitError
from archiver.settings import MEBIBYTE, Limits

HEAD_BYTES = 4096
"""How much of a file is looked at to find out what it is."""

RATIO_GRACE = 64 * MEBIBYTE
"""Decompressed bytes before the ratio counts: short runs of equal bytes are harmless and pack to almost nothing."""

_CHUNK = 256 * 1024
_PACKED_CHUNK = 64 * 1024
_ZSTD_CHUNK = 1024
"""zstd gives out all that its input holds, up to 32,768 times as much: 1 KiB bounds that to 32 MiB."""

_MAGIC = {
    "gzip": re.compile(rb"\x1f\x8b\x08"),
    "zstd": re.compile(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"),  # a frame, or one to skip before it
    "bzip2": re.compile(rb"BZh[1-9](?:1AY&SY|\x17\x72\x45\x38\x50\x90)"),  # a block, or the end of an empty stream
    "xz": re.compile(rb"\xfd7zXZ\x00"),
}
_DAMAGE = (OSError, zlib.error, lzma.LZMAError, zstandard.ZstdError, MemoryError)


class Stream(NamedTuple):
    """The content of a file from its first byte, its first `HEAD_BYTES`, and how it was packed, if at all."""

    content: io.BufferedReader
    head: bytes
    packing: str | None


class _Readable(Protocol):
    def read1(self, size: int = ..., /) -> bytes: ...


def open_stream(handle: BinaryIO | io.RawIOBase, limits: Limits) -> Stream:
    """The content of `handle`, which stands at its start and need not be seekable (a pipe).

    Reading the content raises `DocumentError` with code ``truncated`` or ``corrupt``, and `LimitError` with code
    ``compression-ratio`` when the content grows beyond `limits.compression_ratio`. A head shorter than the
    content may be due to damage: the error comes with the next read.
    """
    start = handle.read(HEAD_BYTES) or b""
    packing = next((name for name, magic in _MAGIC.items() if magic.match(start)), None)
    packed = _Rejoined(start, handle)
    if packing is None:
        return Stream(io.BufferedReader(packed, _CHUNK), start, None)
    unpacked = _Unpacked(packed, packing, limits)
    head = unpacked.head(HEAD_BYTES)
    return Stream(io.BufferedReader(_Rejoined(head, unpacked), _CHUNK), head, packing)


class Replayed(io.RawIOBase):
    """A stream that can be read again from its start, as long as nobody has told it to `forget`."""

    def __init__(self, handle: BinaryIO) -> None:
        self._handle = handle
        self._seen: list[bytes] | None = []

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        data = self._handle.read(size)
        if self._seen is not None:
            self._seen.append(data)
        return data

    def again(self) -> BinaryIO:
        """The whole stream. This object is used up."""
        return io.BufferedReader(_Rejoined(b"".join(self._seen or ()), self._handle), _CHUNK)

    def forget(self) -> None:
        """Keep nothing any longer."""
        self._seen = None


class _Rejoined(io.RawIOBase):
    """A stream whose first bytes have been read already, from its beginning. `taken` counts what was read."""

    def __init__(self, head: bytes, rest: BinaryIO | io.RawIOBase) -> None:
        self._head = head
        self._rest = rest
        self.taken = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        data = self._head[: len(buffer)] or self._rest.read(len(buffer)) or b""
        self._head = self._head[len(buffer) :]
        buffer[: len(data)] = data
        self.taken += len(data)
        return len(data)


class _Unpacked(io.RawIOBase):
    """The decompressed content of a stream. Once it has failed, every further read fails the same way."""

    def __init__(self, packed: _Rejoined, packing: str, limits: Limits) -> None:
        self._packed = packed
        self._chunks = _chunks(io.BufferedReader(packed, _PACKED_CHUNK), packing)
        self._packing = packing
        self._limits = limits
        self._left = memoryview(b"")
        self._given = 0
        self._error: DocumentError | None = None

    def readable(self) -> bool:
        return True

    def head(self, size: int) -> bytes:
        """The first bytes: up to `size` of them, fewer at the end of the content or where it is damaged."""
        head = bytearray()
        try:
            while len(head) < size and (data := self.read(size - len(head))):
                head += data
        except DocumentError:
            return bytes(head)
        return bytes(head)

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if not self._left:
            self._left = memoryview(self._next())
        data = self._left[: len(buffer)]
        buffer[: len(data)] = data
        self._left = self._left[len(data) :]
        return len(data)

    def _next(self) -> bytes:
        """The next chunk that is not empty; empty at the end."""
        if self._error:
            raise self._error
        try:
            data = next((chunk for chunk in self._chunks if chunk), b"")
            self._given += len(data)
            self._check_ratio()
        except EOFError:
            self._error = self._damage("truncated", "ends early")
        except _DAMAGE as error:
            self._error = self._damage("corrupt", f"is damaged ({error})")
        except LimitError as error:
            self._error = error
        else:
            return data
        raise self._error

    def _damage(self, code: str, what: str) -> DocumentError:
        return DocumentError("source", code, f"the {self._packing} data {what} after {self._given} bytes of content")

    def _check_ratio(self) -> None:
        limit = self._limits.compression_ratio
        if self._given > RATIO_GRACE and self._given > limit * self._packed.taken:
            raise LimitError(
                "source",
                "compression-ratio",
                f"limits.compression_ratio is {limit}, but {self._packed.taken} bytes hold {self._given} or more",
            )


def _chunks(packed: io.BufferedReader, packing: str) -> Iterator[bytes]:
    """The content in pieces. The readers of the standard library hand out all they have before they raise."""
    if packing == "zstd":
        return _zstd_chunks(packed)
    reader: _Readable
    if packing == "gzip":
        reader = gzip.GzipFile(fileobj=packed)
    elif packing == "bzip2":
        reader = bz2.BZ2File(packed)
    else:
        reader = lzma.LZMAFile(packed)  # noqa: SIM115  # closed with the file below it
    return iter(lambda: reader.read1(_CHUNK), b"")


def _zstd_chunks(packed: io.BufferedReader) -> Iterator[bytes]:
    """All frames of a zstd stream. Raises EOFError inside a frame, which zstandard's own reader passes over."""
    frame = None
    while data := packed.read(_ZSTD_CHUNK):
        while data:
            frame = frame or zstandard.ZstdDecompressor().decompressobj()
            yield frame.decompress(data)
            data = frame.unused_data if frame.eof else b""
            frame = None if frame.eof else frame
    if frame:
        raise EOFError
