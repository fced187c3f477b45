"""Packed streams: whole, of several members, truncated, damaged, and bombs."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import random
from collections.abc import Callable
from pathlib import Path

import pytest
import zstandard

from archiver.errors import DocumentError, LimitError
from archiver.settings import Limits
from archiver.sources import compression
from archiver.sources.compression import HEAD_BYTES, open_stream

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "gzip": lambda data: gzip.compress(data, mtime=0),
    "zstd": zstandard.ZstdCompressor(write_checksum=True).compress,
    "bzip2": bz2.compress,
    "xz": lzma.compress,
}
NOISE = random.Random(7).randbytes(400_000)
packings = pytest.mark.parametrize("packing", PACKERS)


def read(data: bytes, limits: Limits | None = None) -> bytes:
    return open_stream(io.BytesIO(data), limits or Limits()).content.read()


def read_until_damage(data: bytes) -> tuple[bytes, DocumentError]:
    content = open_stream(io.BytesIO(data), Limits()).content
    got = bytearray()
    with pytest.raises(DocumentError) as caught:
        while chunk := content.read1(1000):
            got += chunk
    return bytes(got), caught.value


@packings
def test_content_and_head(packing: str) -> None:
    stream = open_stream(io.BytesIO(PACKERS[packing](NOISE)), Limits())
    assert (stream.packing, stream.head) == (packing, NOISE[:HEAD_BYTES])
    assert stream.content.read() == NOISE


def test_what_is_not_packed_is_left_alone() -> None:
    for data in (b"", b"BZh is a greeting", NOISE):
        stream = open_stream(io.BytesIO(data), Limits())
        assert (stream.packing, stream.content.read()) == (None, data)


@packings
def test_all_members_are_read(packing: str) -> None:
    pack = PACKERS[packing]
    assert read(pack(NOISE) + pack(b"") + pack(b"end")) == NOISE + b"end"
    assert read(pack(b"")) == b""


def test_skippable_zstd_frames_are_skipped() -> None:
    skippable = b"\x50\x2a\x4d\x18\x04\x00\x00\x00abcd"
    assert read(skippable + PACKERS["zstd"](b"x") + skippable) == b"x"


@packings
def test_a_truncated_stream_gives_what_it_has(packing: str) -> None:
    packed = PACKERS[packing](NOISE)
    got, error = read_until_damage(packed[: len(packed) * 9 // 10])
    assert NOISE.startswith(got)
    assert packing == "bzip2" or len(got) > 200_000  # bzip2's blocks are larger than this
    assert (error.stage, error.code) == ("source", "truncated")
    assert f"after {len(got)} bytes" in error.message


@packings
def test_a_damaged_stream_says_so(packing: str) -> None:
    packed = bytearray(PACKERS[packing](NOISE))
    packed[len(packed) // 2 : len(packed) // 2 + 2000] = bytes(2000)
    _, error = read_until_damage(bytes(packed))
    assert error.code in ("corrupt", "truncated")


@packings
def test_damage_in_the_first_bytes_is_told_on_reading(packing: str) -> None:
    got, error = read_until_damage(PACKERS[packing](b"short")[:-9])
    assert b"short".startswith(got)
    assert error.code in ("truncated", "corrupt")


@packings
def test_a_bomb_is_stopped(packing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compression, "RATIO_GRACE", 1024 * 1024)
    bomb = PACKERS[packing](bytes(8 * 1024 * 1024))
    with pytest.raises(LimitError, match=r"limits\.compression_ratio is 20") as caught:
        read(bomb, Limits(compression_ratio=20))
    assert caught.value.code == "compression-ratio"


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    class Pipe(io.BytesIO):
        def seekable(self) -> bool:
            return False

        def seek(self, *_: int) -> int:
            raise io.UnsupportedOperation

    assert open_stream(Pipe(PACKERS["gzip"](NOISE)), Limits()).content.read() == NOISE
