"""Records of a web archive: enters a seekable WARC file, leave its records with their offsets, one by one.

A WARC file is plain, or every record is packed by itself, as a gzip member or a zstd frame. Libraries end at the
first damaged one. Here damage costs the record it stands in: it is reported at its offset, and reading goes on at
the next place where a record begins. Where records begin depends on the file alone, so a file can be cut there.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from typing import IO, NamedTuple, Protocol

import zstandard

from archiver.errors import DocumentError, LimitError
from archiver.settings import MEBIBYTE, Limits
from archiver.sources.compression import RATIO_GRACE

HEADER_BYTES = 64 * 1024
"""Longest header of a record: those that crawlers write have one or two kilobytes."""

_CHUNK = 64 * 1024
_ZSTD_CHUNK = 1024  # gives out as much as 32 MiB
_SEARCH_BYTES = MEBIBYTE
_LONGEST_MARK = 16
_MOST_BREAKS = 4  # two line ends close a record

_START = re.compile(rb"WARC/[01]\.\d+\r?\n")
_HEADER_END = re.compile(rb"\r?\n\r?\n")
_LENGTH = re.compile(rb"^content-length:[ \t]*(\d{1,18})[ \t]*\r?$", re.IGNORECASE | re.MULTILINE)
_END = re.compile(rb"[\r\n]*")
_SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
_DICTIONARY = b"\x5d\x2a\x4d\x18"
_ZSTD = b"\x28\xb5\x2f\xfd"
_MARKS = {
    None: re.compile(rb"WARC/[01]\."),
    "gzip": re.compile(rb"\x1f\x8b\x08"),
    "zstd": re.compile(re.escape(_ZSTD)),
}
"""What a record begins with, by packing: where to look after damage."""

_SEVERAL = "several-records"
_DAMAGE = (zlib.error, zstandard.ZstdError, MemoryError)


class Record(NamedTuple):
    """A record: the byte it starts at, and its header and block; or the `damage` for which it cannot be read.

    `block` is cut at the length asked for; `length` is that of the whole.
    """

    offset: int
    header: bytes = b""
    block: bytes = b""
    length: int = 0
    damage: DocumentError | None = None


class _Inflater(Protocol):
    """What zlib and zstandard have in common."""

    @property
    def eof(self) -> bool: ...

    @property
    def unused_data(self) -> bytes: ...

    def decompress(self, data: bytes, /) -> bytes: ...


def records(handle: IO[bytes], packing: str | None, start: int, longest: int, limits: Limits) -> Iterator[Record]:
    """The records of `handle` from byte `start` on, at which one begins. No more than `longest` bytes of a block
    are held. `packing` is that of each record: ``gzip``, ``zstd`` or None.
    """
    reader = _Reader(handle, packing, longest, limits)
    offset = reader.after_skippable(start)
    while offset < reader.size:
        try:
            record, following = reader.read(offset)
        except DocumentError as error:
            following = reader.next_start(offset + 1)
            lost = f"{error.message}; the {following - offset} bytes up to offset {following} are lost"
            record = Record(offset, damage=DocumentError(error.stage, error.code, lost))
        yield record
        offset = reader.after_skippable(following)


def is_packed_by_record(handle: IO[bytes], packing: str | None, limits: Limits) -> bool:
    """Whether the first packed member of `handle` is one record and nothing else. If not, the file is one stream."""
    if packing not in _MARKS:
        return False
    try:
        reader = _Reader(handle, packing, 0, limits)
        reader.read(reader.after_skippable(0))
    except DocumentError as error:
        return error.code != _SEVERAL
    return True


class _Reader:
    def __init__(self, handle: IO[bytes], packing: str | None, longest: int, limits: Limits) -> None:
        self._handle = handle
        self._packing = packing
        self._longest = longest
        self._limits = limits
        zstd = self._zstd_decompressor() if packing == "zstd" else None
        self._inflater: Callable[[], _Inflater] = lambda: zstd.decompressobj() if zstd else zlib.decompressobj(31)
        self.size = handle.seek(0, 2)

    def read(self, offset: int) -> tuple[Record, int]:
        """The record at `offset`, and where it ends. Raises `DocumentError` for a damaged one."""
        return self._read_plain(offset) if self._packing is None else self._read_packed(offset)

    def after_skippable(self, offset: int) -> int:
        """Where the next record is, behind frames of zstd that hold no content."""
        while self._packing == "zstd":
            head = self._bytes(offset, 8)
            if len(head) < 8 or not _SKIPPABLE.match(head):
                break
            offset += 8 + int.from_bytes(head[4:], "little")
        return offset

    def next_start(self, offset: int) -> int:
        """The first byte from `offset` on at which a record begins, or the end of the file."""
        mark = _MARKS[self._packing]
        while offset < self.size:
            window = self._bytes(max(0, offset - 1), _SEARCH_BYTES)
            base = max(0, offset - 1)
            for match in mark.finditer(window, offset - base):
                if self._starts(base + match.start()):
                    return base + match.start()
            if base + len(window) >= self.size:
                break
            offset = base + len(window) - _LONGEST_MARK
        return self.size

    def _starts(self, offset: int) -> bool:
        if self._packing is None:
            return self._has_header(offset)
        head = b""
        try:
            for data, end in self._inflated(offset):
                head += data[:_LONGEST_MARK]
                if len(head) >= _LONGEST_MARK or end - offset > _SEARCH_BYTES:
                    break
        except DocumentError:
            return False
        return bool(_START.match(head))

    def _has_header(self, offset: int) -> bool:
        try:
            _header(self._bytes(offset, HEADER_BYTES))
        except DocumentError:
            return False
        return True

    def _bytes(self, offset: int, count: int) -> bytes:
        self._handle.seek(offset)
        return self._handle.read(count)

    def _read_plain(self, offset: int) -> tuple[Record, int]:
        header, length = _header(self._bytes(offset, HEADER_BYTES))
        start = offset + len(header)
        if start + length > self.size:
            raise DocumentError("source", "truncated", f"the file ends before the {length} bytes of the record do")
        block = self._bytes(start, min(length, self._longest))
        tail = self._bytes(start + length, _LONGEST_MARK)
        breaks = _END.match(tail)
        end = start + length + (breaks.end() if breaks else 0)
        if end < self.size and not (end > start + length and self._bytes(end, 5) == b"WARC/"):
            raise DocumentError("source", "corrupt", f"no record follows after the {length} bytes that it should have")
        return Record(offset, header, block, length), end

    def _read_packed(self, offset: int) -> tuple[Record, int]:
        content = bytearray()
        length, end = 0, offset
        header, block_length = b"", 0
        for data, end in self._inflated(offset):
            length += len(data)
            content += data[: max(0, HEADER_BYTES + self._longest - len(content))]
            self._check_ratio(length, end - offset)
            if not header and len(content) >= HEADER_BYTES:
                header, block_length = _header(bytes(content[:HEADER_BYTES]))
            if header and length > len(header) + block_length + _MOST_BREAKS:
                break
        if not header:
            header, block_length = _header(bytes(content[:HEADER_BYTES]))
        there = length - len(header)
        if there < block_length:
            raise DocumentError("source", "truncated", f"{there} of the {block_length} bytes of the block are there")
        if there > block_length + _MOST_BREAKS:
            what = f"more than the {block_length} bytes of one record are packed together here"
            raise DocumentError("source", _SEVERAL, what)
        block = bytes(content[len(header) : len(header) + min(block_length, self._longest)])
        return Record(offset, header, block, block_length), end

    def _check_ratio(self, length: int, packed: int) -> None:
        ratio = self._limits.compression_ratio
        if length > RATIO_GRACE and length > ratio * packed:
            message = f"limits.compression_ratio is {ratio}, but {packed} bytes hold {length} or more"
            raise LimitError("source", "compression-ratio", message)

    def _inflated(self, offset: int) -> Iterator[tuple[bytes, int]]:
        """The content of the packed member at `offset` in pieces, each with the place up to which it was read."""
        inflater = self._inflater()
        self._handle.seek(offset)
        while not inflater.eof:
            data = self._handle.read(_ZSTD_CHUNK if self._packing == "zstd" else _CHUNK)
            if not data:
                raise DocumentError("source", "truncated", f"the {self._packing} data of the record ends early")
            try:
                content = inflater.decompress(data)
            except _DAMAGE as error:
                what = f"the {self._packing} data of the record is damaged ({error})"
                raise DocumentError("source", "corrupt", what) from error
            offset += len(data) - (len(inflater.unused_data) if inflater.eof else 0)
            yield content, offset

    def _zstd_decompressor(self) -> zstandard.ZstdDecompressor:
        """A decompressor that knows the dictionary with which the file begins, if it does."""
        head = self._bytes(0, 8)
        if head[:4] != _DICTIONARY:
            return zstandard.ZstdDecompressor()
        data = self._bytes(8, min(int.from_bytes(head[4:], "little"), self._limits.input_bytes))
        try:
            if data.startswith(_ZSTD):
                data = zstandard.ZstdDecompressor().decompress(data, max_output_size=self._limits.input_bytes)
            return zstandard.ZstdDecompressor(dict_data=zstandard.ZstdCompressionDict(data))
        except _DAMAGE as error:
            raise DocumentError("source", "corrupt", f"the zstd dictionary of the file is damaged ({error})") from error


def _header(head: bytes) -> tuple[bytes, int]:
    """The header that `head` begins with, its blank line included, and the length of the block that follows it."""
    if not _START.match(head):
        raise DocumentError("source", "corrupt", "no record begins here: WARC/1.0 or WARC/1.1 is missing")
    end = _HEADER_END.search(head)
    if not end:
        raise DocumentError("source", "corrupt", f"the header of the record does not end within {len(head)} bytes")
    header = head[: end.end()]
    length = _LENGTH.search(header)
    if not length:
        raise DocumentError("source", "corrupt", "the header of the record has no Content-Length")
    return header, int(length[1])
