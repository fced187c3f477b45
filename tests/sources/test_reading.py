"""Pieces are read: pages, texts, JSON Lines and Parquet, whole, packed, damaged and too large."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import random
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from archiver.document import HTML, TEXT, RawDocument
from archiver.errors import UsageError
from archiver.record import Failure, Skip
from archiver.settings import Limits, Settings
from archiver.sources import STDIN, Form, InputFile, Piece, needs_spool, read_piece, split, spool

PACKERS: dict[str, Callable[[bytes], bytes]] = {
    "": lambda data: data,
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".zst": zstandard.ZstdCompressor().compress,
    ".bz2": bz2.compress,
    ".xz": lzma.compress,
}
packings = pytest.mark.parametrize("packing", PACKERS)
Result = RawDocument | Failure | Skip


def read(path: Path, settings: Settings | None = None, **span: Any) -> list[Result]:
    return list(read_piece(Piece(path, path.name, **span), settings or Settings()))


def write(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def rows(*values: Any) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def summary(results: list[Result]) -> list[tuple[str, str]]:
    """Each result as its uri, and its payload, code or reason."""
    return [
        (result.source_uri, result.payload.decode("utf-8", "replace"))
        if isinstance(result, RawDocument)
        else (result.source_uri, result.code if isinstance(result, Failure) else result.reason)
        for result in results
    ]


@packings
@pytest.mark.parametrize(("name", "media_type"), [("a.html", HTML), ("a.txt", TEXT), ("a.md", TEXT)])
def test_a_file_is_one_document(tmp_path: Path, packing: str, name: str, media_type: str) -> None:
    payload = b"caf\xe9\r\n"
    path = write(tmp_path / (name + packing), PACKERS[packing](payload))
    assert read(path) == [RawDocument(payload, name + packing, media_type)]


@packings
def test_json_lines(tmp_path: Path, packing: str) -> None:
    content = b"\xef\xbb\xbf" + rows({"text": "a"}) + b"\r\n  \n" + rows({"text": "b"}) + b'{"text": "c"}'
    path = write(tmp_path / ("d.jsonl" + packing), PACKERS[packing](content))
    assert summary(read(path)) == [(f"{path.name}#row={row}", text) for row, text in enumerate("abc")]


@packings
def test_parquet(tmp_path: Path, packing: str) -> None:
    plain = tmp_path / "plain.parquet"
    pq.write_table(pa.table({"text": [f"t{row}" for row in range(200)]}), plain, row_group_size=70)
    path = write(tmp_path / ("d.parquet" + packing), PACKERS[packing](plain.read_bytes()))
    assert summary(read(path)) == [(f"{path.name}#row={row}", f"t{row}") for row in range(200)]


SKIPS = [
    ("a.html", b"\x89PNG\r\n\x1a\n", "unsupported-type"),
    ("a.css", b"p { }", "unsupported-type"),
    ("a.tar.gz", gzip.compress(bytes(2000), mtime=0), "empty"),
    ("a.txt", b"", "empty"),
    ("a.txt.gz", gzip.compress(b"", mtime=0), "empty"),
    ("a.jsonl", b"\n \n", "empty"),
]


@pytest.mark.parametrize(("name", "content", "reason"), SKIPS)
def test_skips(tmp_path: Path, name: str, content: bytes, reason: str) -> None:
    assert read(write(tmp_path / name, content)) == [Skip(name, reason)]


def test_parquet_without_rows_is_empty(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": pa.array([], pa.string())}), tmp_path / "a.parquet")
    assert read(tmp_path / "a.parquet") == [Skip("a.parquet", "empty")]


BROKEN_LINES = [
    (b'{"text": "a"', "invalid-json", "line 3, column 13: Expecting ',' delimiter"),
    (b"[1]", "invalid-json", "line 3, column 1: expected an object, found an array"),
    (b"null", "invalid-json", "line 3, column 1: expected an object, found null"),
    (b'{"text": "\xe9"}', "invalid-json", "line 3: byte 11 is not UTF-8"),
    (b'{"text": "a", "n": ' + b"9" * 5000 + b"}", "invalid-json", "line 3: an integer has too many digits"),
    (
        b'{"text": "a", "n": ' + b"[" * 500 + b"]" * 500 + b"}",
        "too-deep",
        "nested deeper than limits.record_depth (64)",
    ),
    (b'{"text": "a", "n": ' + b"[" * 9999, "too-deep", "nested deeper than limits.record_depth (64)"),
    (b'{"text": "' + b"x" * 200_000 + b'"}', "too-large", "line 3 is longer than limits.input_bytes (100000)"),
    (b'{"title": "a"}', "no-text", "the row has title"),
    (b'{"text": "a", "text": "b"}', "duplicate-key", "an object has the key text more than once"),
    (b'{"text": "a", "n": [{"x": 1, "x": 2}]}', "duplicate-key", "an object has the key x more than once"),
]


@pytest.mark.parametrize(("line", "code", "message"), BROKEN_LINES, ids=lambda value: str(value)[:30])
def test_a_broken_line_costs_itself_alone(tmp_path: Path, line: bytes, code: str, message: str) -> None:
    path = write(tmp_path / "d.jsonl", rows({"text": "a"}) + b"\n" + line + b"\n" + rows({"text": "b"}))
    first, broken, last = read(path, Settings(limits=Limits(input_bytes=100_000)))
    assert summary([first, last]) == [("d.jsonl#row=0", "a"), ("d.jsonl#row=2", "b")]
    assert isinstance(broken, Failure)
    assert (broken.source_uri, broken.stage, broken.code) == ("d.jsonl#row=1", "source", code)
    assert message in broken.message


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32"])
@pytest.mark.parametrize("target", [1, 1000])
def test_json_lines_in_utf16(tmp_path: Path, encoding: str, target: int) -> None:
    content = "".join(json.dumps({"text": text}, ensure_ascii=False) + "\n" for text in ("a", "été \u0a0d", "😀"))
    path = write(tmp_path / "d.jsonl", content.encode(encoding))
    file = InputFile(path, path.name, path.stat().st_size)
    pieces = (
        spool(file, target, tmp_path, Settings())
        if needs_spool(file, target, Settings())
        else split(file, target, Settings())
    )
    found = [item for piece in list(pieces) if isinstance(piece, Piece) for item in read_piece(piece, Settings())]
    assert summary(found) == [("d.jsonl#row=0", "a"), ("d.jsonl#row=1", "été \u0a0d"), ("d.jsonl#row=2", "😀")]


def test_surrogates_survive_json(tmp_path: Path) -> None:
    (found,) = read(write(tmp_path / "d.jsonl", b'{"text": "\\ud83d\\ude00 \\ud83d \xed\xa0\x80"}'))
    assert isinstance(found, RawDocument)
    assert found.payload == "😀 ".encode() + b"\xed\xa0\xbd \xed\xa0\x80"


@pytest.mark.parametrize("packing", [".gz", ".zst", ".xz"])
def test_rows_before_a_truncation_are_kept(tmp_path: Path, packing: str) -> None:
    noise = random.Random(11)
    content = b"".join(rows({"text": str(number), "noise": noise.randbytes(49).hex()}) for number in range(4000))
    packed = PACKERS[packing](content)
    results = read(write(tmp_path / ("d.jsonl" + packing), packed[: len(packed) * 9 // 10]))
    *good, failure = results
    assert len(good) > 2000
    assert [text for _, text in summary(good)] == [str(number) for number in range(len(good))]
    assert isinstance(failure, Failure)
    assert (failure.source_uri, failure.code) == (f"d.jsonl{packing}#row={len(good)}", "truncated")


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("a.html", b"<html>" * 200, "too-large"),
        ("a.txt.gz", gzip.compress(b"x" * 2000, mtime=0), "too-large"),
        ("a.txt.gz", gzip.compress(b"x" * 500, mtime=0)[:-5], "truncated"),
        ("a.txt.bz2", bz2.compress(b"x" * 500)[:-5], "truncated"),
        ("a.txt.gz", b"\x1f\x8b\x09" + gzip.compress(b"x" * 500, mtime=0)[3:], "corrupt"),
        ("a.txt.bz2", b"BZh91AX" + bz2.compress(b"The lamps on the pier were lit.")[7:], "corrupt"),
        ("a.jsonl.gz", b"\0\0\0" + gzip.compress(b'{"text": "x"}', mtime=0), "corrupt"),
        ("a.parquet", b"PAR1 and no footer", "invalid-parquet"),
        ("a.parquet", b"words", "invalid-parquet"),
    ],
)
def test_files_that_fail(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    assert summary(read(write(tmp_path / name, content), Settings(limits=Limits(input_bytes=1000)))) == [(name, code)]


def test_a_file_may_be_unpacked_under_its_old_name(tmp_path: Path) -> None:
    text = "The lamps on the pier were lit, señor."
    assert summary(read(write(tmp_path / "a.txt.gz", text.encode()))) == [("a.txt.gz", text)]


def test_a_file_that_cannot_be_opened(tmp_path: Path) -> None:
    assert read(tmp_path / "gone.txt") == [
        Failure("gone.txt", None, "source", "unreadable", "No such file or directory")
    ]
    assert summary(read(tmp_path)) == [(tmp_path.name, "unreadable")]


def test_unknown_fields_in_the_settings_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"fields\.txet"):
        read(tmp_path / "a.txt", Settings(fields={"txet": "body"}))


@pytest.mark.parametrize("packing", ["", ".gz"])
def test_standard_input(monkeypatch: pytest.MonkeyPatch, packing: str) -> None:
    data = io.BytesIO(PACKERS[packing](rows({"text": "a"})))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(data))
    assert summary(list(read_piece(Piece(STDIN, "stdin"), Settings()))) == [("stdin#row=0", "a")]
    assert not data.closed


def test_parquet_values(tmp_path: Path) -> None:
    table = pa.table(
        {
            "html": pa.array([b"<p>caf\xe9", b"<p>b"], pa.binary()),
            "published": pa.array([datetime(2024, 5, 1, 9, tzinfo=UTC)] * 2, pa.timestamp("ns", "UTC")),
            "tags": pa.array([["x", "y"], None]),
            "nested": pa.array(
                [[{"t": 1500, "w": 2.5}], []], pa.list_(pa.struct({"t": pa.time64("ns"), "w": pa.float64()}))
            ),
        }
    )
    pq.write_table(table, tmp_path / "d.parquet")
    first, second = read(tmp_path / "d.parquet")
    assert isinstance(first, RawDocument)
    assert isinstance(second, RawDocument)
    assert (first.payload, first.charset) == (b"<p>caf\xe9", None)
    assert first.given == {"date_published": "2024-05-01T09:00:00+00:00", "tags": ["x", "y"]}
    assert first.extra == '{"nested":[{"t":"00:00:00.000001","w":2.5}]}'
    assert second.extra == '{"nested":[],"tags":null}'


def test_a_value_python_cannot_hold_costs_its_row_alone(tmp_path: Path) -> None:
    table = pa.table({"text": ["a", "b", "c"], "day": pa.array([1, 99_999_999, 3], pa.date32())})
    pq.write_table(table, tmp_path / "d.parquet")
    assert summary(read(tmp_path / "d.parquet")) == [
        ("d.parquet#row=0", "a"),
        ("d.parquet#row=1", "invalid-value"),
        ("d.parquet#row=2", "c"),
    ]


def test_a_flipped_bit_is_noticed_and_costs_its_row_group(tmp_path: Path) -> None:
    path = tmp_path / "d.parquet"
    texts = [f"words of row {row:04}" for row in range(300)]
    pq.write_table(
        pa.table({"text": texts}),
        path,
        row_group_size=100,
        write_page_checksum=True,
        compression="none",
        use_dictionary=False,
    )
    data = bytearray(path.read_bytes())
    data[data.index(b"row 0150")] ^= 1
    path.write_bytes(data)
    results = read(path)
    failures = [result for result in results if isinstance(result, Failure)]
    assert [(item.source_uri, item.code) for item in failures] == [("d.parquet#row=100", "invalid-parquet")]
    assert failures[0].message.startswith("rows 100 to 199 cannot be read")
    assert [text for _, text in summary(results) if text.startswith("words")] == texts[:100] + texts[200:]


def test_a_damaged_file_gives_answers_and_no_false_ones(tmp_path: Path) -> None:
    path = tmp_path / "d.parquet"
    texts = {f"d.parquet#row={row}": f"words of row {row}" for row in range(200)}
    table = pa.table({"text": list(texts.values())})
    pq.write_table(table, path, row_group_size=50, write_page_checksum=True)
    sound, noise = path.read_bytes(), random.Random(13)
    data_end = sound.index(b"ARROW:schema") - 500  # what follows is the footer, which Parquet does not protect
    for _ in range(60):
        damaged = bytearray(sound)
        damaged[noise.randrange(data_end)] ^= 1 << noise.randrange(8)
        for result in read(write(path, bytes(damaged))):
            assert not isinstance(result, RawDocument) or texts[result.source_uri] == result.payload.decode()


def test_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    pq.write_table(table, tmp_path / "d.parquet")
    assert summary(read(tmp_path / "d.parquet")) == [("d.parquet", "invalid-parquet")]


@pytest.mark.parametrize("first", [0, 1, 69, 70, 71, 150])
@pytest.mark.parametrize("count", [1, 70, None])
def test_a_range_of_parquet_rows(tmp_path: Path, first: int, count: int | None) -> None:
    path = tmp_path / "d.parquet"
    pq.write_table(pa.table({"text": [str(row) for row in range(200)]}), path, row_group_size=70)
    stop = 200 if count is None else min(200, first + count)
    expected = [(f"d.parquet#row={row}", str(row)) for row in range(first, stop)]
    assert summary(read(path, first=first, count=count, form=Form.PARQUET)) == expected
