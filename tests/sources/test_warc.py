"""Web archives: which records are pages, what becomes of damaged ones, and that cutting a file changes nothing."""

from __future__ import annotations

import gzip
import io
import random
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from archiver.document import HTML, TEXT, RawDocument
from archiver.record import Failure, Skip
from archiver.settings import Limits, Settings
from archiver.sources import STDIN, InputFile, Piece, read_piece, split, spool

SETTINGS = Settings(limits=Limits(input_bytes=20_000))
PAGE = b"<!doctype html><p>The ferry left.</p>"


def record(
    payload: bytes = PAGE,
    kind: str = "response",
    headers: Sequence[tuple[str, str]] = (("Content-Type", "text/html; charset=latin1"),),
    status: str = "200 OK",
    url: str = "https://a.example/x",
    **warc: str,
) -> bytes:
    """A record as warcio writes it, not packed."""
    sink = io.BytesIO()
    writer = WARCWriter(sink, gzip=False)
    http = StatusAndHeaders(status, list(headers), protocol="HTTP/1.1") if kind in ("response", "revisit") else None
    content_type = None if http else dict(headers)["Content-Type"]
    extra = {"WARC-Date": "2024-05-06T07:08:09Z", **{name.replace("_", "-"): value for name, value in warc.items()}}
    writer.write_record(
        writer.create_warc_record(
            url,
            kind,
            io.BytesIO(payload),
            http_headers=http,
            warc_headers_dict=extra,
            warc_content_type=content_type or "application/http; msgtype=response",
        )
    )
    return sink.getvalue()


def packed(content: bytes, packing: str | None) -> bytes:
    if packing == "gzip":
        return gzip.compress(content, mtime=0)
    checked = zstandard.ZstdCompressor(write_checksum=True)  # without it nobody sees some flipped literals
    return checked.compress(content) if packing == "zstd" else content


def read(folder: Path, content: bytes, name: str = "c.warc") -> list[RawDocument | Failure | Skip]:
    path = folder / name
    path.write_bytes(content)
    return list(read_piece(Piece(path, name), SETTINGS))


def what(result: RawDocument | Failure | Skip) -> bytes | str:
    if isinstance(result, RawDocument):
        return result.payload
    return result.code if isinstance(result, Failure) else result.reason


def test_a_page_with_all_that_is_known_of_it(tmp_path: Path) -> None:
    [document] = read(tmp_path, record(WARC_Record_ID="<urn:uuid:1>"))
    assert document == RawDocument(
        payload=PAGE,
        source_uri="c.warc#offset=0",
        media_type=HTML,
        url="https://a.example/x",
        charset="latin1",
        fetched_at=datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC),
        http_status=200,
        warc_record_id="urn:uuid:1",
    )


CHUNKED = (("Content-Type", "text/html"), ("Transfer-Encoding", "chunked"))
GZIPPED = (("Content-Type", "text/html"), ("Content-Encoding", "gzip"))
RECORDS = [
    (record(status="404 Not Found"), "http-status"),
    (record(status="301 Moved"), "http-status"),
    (record(headers=[("Content-Type", "image/png")]), "unsupported-type"),
    (record(headers=[("Content-Type", "application/xhtml+xml")]), PAGE),
    (record(headers=[]), PAGE),
    (record(b"no page", headers=[]), "unsupported-type"),
    (record(b""), "empty"),
    (record(b"5\r\n<p>He\r\n3\r\nllo\r\n0\r\n\r\n", headers=CHUNKED), b"<p>Hello"),
    (record(gzip.compress(PAGE), headers=GZIPPED), PAGE),
    (record(PAGE, headers=GZIPPED), PAGE),
    (record(b"neither a page nor packed", headers=GZIPPED), "corrupt"),
    (record(gzip.compress(bytes(30_000)), headers=GZIPPED), "too-large"),
    (record(bytes(30_000)), "too-large"),
    (record(kind="revisit"), "revisit"),
    (record(kind="resource"), PAGE),
    (record(b"Words.", kind="conversion", headers=[("Content-Type", "text/plain")]), b"Words."),
    (record(b"Words.", kind="resource", headers=[("Content-Type", "text/plain")]), "unsupported-type"),
    (record().replace(b"ferry", b"berry"), "digest-mismatch"),
    (record(WARC_Block_Digest="md7:whatever"), PAGE),
]


@pytest.mark.parametrize(("content", "expected"), RECORDS)
def test_records(tmp_path: Path, content: bytes, expected: bytes | str) -> None:
    assert [what(result) for result in read(tmp_path, content)] == [expected]


def test_records_about_captures_are_none(tmp_path: Path) -> None:
    about = record(b"x: y", kind="metadata", headers=[("Content-Type", "application/warc-fields")])
    assert [what(result) for result in read(tmp_path, about + record() + about)] == [PAGE]
    assert [what(result) for result in read(tmp_path, about)] == ["empty"]


def test_what_a_crawler_has_cut_short_says_so(tmp_path: Path) -> None:
    [document] = read(tmp_path, record(b"5\r\n<p>He\r\n9\r\nllo", headers=CHUNKED, WARC_Truncated="length"))
    assert isinstance(document, RawDocument)
    assert document.payload.startswith(b"<p>He")
    assert document.given == {"truncated": "length"}


def test_plain_texts_of_wet_files(tmp_path: Path) -> None:
    [document] = read(tmp_path, record(b"<p>", kind="conversion", headers=[("Content-Type", "text/plain")]))
    assert isinstance(document, RawDocument)
    assert document.media_type == TEXT


PACKINGS = [None, "gzip", "zstd"]


def crawl(packing: str | None) -> tuple[bytes, list[tuple[int, bytes | str]]]:
    """A file with sound and damaged records, and what must come of it: offset and payload, or code."""
    content, expected, noise = bytearray(), [], random.Random(11)
    for number in range(60):
        page = PAGE + noise.randbytes(300).hex().encode()
        part = packed(record(page, url=f"https://a.example/{number}"), packing)
        middle = len(part) // 2
        code: bytes | str = page
        if number % 10 == 3:
            part, code = part[:middle], "cut"
        elif number % 10 == 6:
            part, code = (
                part[:middle] + bytes(byte ^ 0x5A for byte in part[middle : middle + 8]) + part[middle + 8 :],
                "flipped",
            )
        expected.append((len(content), code))
        content += part
    return bytes(content), expected


@pytest.mark.parametrize("packing", PACKINGS)
def test_damage_costs_the_record_alone(tmp_path: Path, packing: str | None) -> None:
    content, expected = crawl(packing)
    results = read(tmp_path, content)
    assert [result.source_uri for result in results] == [f"c.warc#offset={offset}" for offset, _ in expected]
    for result, (_, wanted) in zip(results, expected, strict=True):
        if isinstance(wanted, bytes):
            assert what(result) == wanted
        else:
            assert what(result) in ("corrupt", "truncated", "digest-mismatch")


@pytest.mark.parametrize("packing", PACKINGS)
@pytest.mark.parametrize("target", [1, 700, 5_000])
def test_however_a_file_is_cut(tmp_path: Path, packing: str | None, target: int) -> None:
    content, _ = crawl(packing)
    whole = read(tmp_path, content)
    pieces = list(split(InputFile(tmp_path / "c.warc", "c.warc", len(content)), target, SETTINGS))
    assert len(pieces) > 2
    assert [result for piece in pieces for result in read_piece(piece, SETTINGS)] == whole


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress, lambda data: data])
def test_a_file_that_is_packed_as_a_whole(tmp_path: Path, pack: object) -> None:
    content = record() + record(b"<p>two")
    assert callable(pack)
    results = read(tmp_path, pack(content))
    assert [(result.source_uri, what(result)) for result in results] == [
        ("c.warc#offset=0", PAGE),
        (f"c.warc#offset={len(record())}", b"<p>two"),
    ]


def test_several_records_in_a_member_are_reported(tmp_path: Path) -> None:
    results = read(tmp_path, packed(record(), "gzip") + packed(record() * 2, "gzip") + packed(record(), "gzip"))
    assert [what(result) for result in results] == [PAGE, "several-records", PAGE]


def test_zstd_with_a_dictionary(tmp_path: Path) -> None:
    dictionary = zstandard.train_dictionary(2_000, [record(PAGE + str(n).encode() * 40) for n in range(60)])
    data = dictionary.as_bytes()
    compressor = zstandard.ZstdCompressor(dict_data=dictionary)
    frames = [compressor.compress(record()), compressor.compress(record(b"<p>two"))]
    head = b"\x5d\x2a\x4d\x18" + len(data).to_bytes(4, "little") + data
    results = read(tmp_path, head + b"".join(frames), "c.warc.zst")
    assert [what(result) for result in results] == [PAGE, b"<p>two"]


def test_a_bomb_is_no_record(tmp_path: Path) -> None:
    settings = Settings(limits=Limits(input_bytes=1_000, compression_ratio=100))
    bomb = b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99000000\r\n\r\n" + bytes(99_000_000)
    path = tmp_path / "c.warc.gz"
    path.write_bytes(packed(bomb, "gzip") + packed(record(), "gzip"))
    assert [what(result) for result in read_piece(Piece(path, path.name), settings)] == ["compression-ratio", PAGE]


@pytest.mark.parametrize("packing", PACKINGS)
def test_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packing: str | None) -> None:
    content, _ = crawl(packing)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    [piece] = spool(InputFile(STDIN, "stdin", 0), 10, tmp_path, SETTINGS)
    assert isinstance(piece, Piece)
    assert list(map(what, read_piece(piece, SETTINGS))) == list(map(what, read(tmp_path, content)))


def test_without_fastwarc_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "fastwarc", None)
    [failure] = read(tmp_path, record())
    assert isinstance(failure, Failure)
    assert failure.code == "needs-extra"
    assert "archiver[warc]" in failure.message
