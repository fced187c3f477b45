"""However a file is cut, the pieces read together are the file read whole."""

from __future__ import annotations

import gzip
import io
import json
import random
import sys
from itertools import pairwise
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.document import RawDocument
from archiver.errors import ArchiverError
from archiver.record import Failure, Skip
from archiver.settings import Limits, Settings
from archiver.sources import STDIN, InputFile, Piece, needs_spool, read_piece, split, spool
from archiver.sources.lines import read_lines

SETTINGS = Settings(limits=Limits(input_bytes=5_000))
Result = RawDocument | Failure | Skip

SOME = random.Random(3)
LINES = [json.dumps({"text": str(number), "x": "y" * SOME.randrange(300)}).encode() for number in range(300)]
LINES[17:17] = [b"", b"   "]
LINES[40] = b"broken"
LINES[90] = b'{"text": "' + b"z" * 9_000 + b'"}'  # above limits.input_bytes
LINES[200:200] = [b""] * 1500
CONTENT = b"\xef\xbb\xbf" + b"\n".join(LINES)


def as_input(path: Path) -> InputFile:
    return InputFile(path, path.name, path.stat().st_size)


def whole(file: InputFile) -> list[Result]:
    return list(read_piece(Piece(file.path, file.uri), SETTINGS))


def together(pieces: list[Piece]) -> list[Result]:
    return [result for piece in pieces for result in read_piece(piece, SETTINGS)]


def spooled(file: InputFile, target: int, folder: Path) -> tuple[list[Result], int]:
    """All results in order, those of the spool itself in their places, and the number of pieces."""
    results: list[Result] = []
    items = list(spool(file, target, folder, SETTINGS))
    for item in items:
        results += read_piece(item, SETTINGS) if isinstance(item, Piece) else [item]
    return results, sum(isinstance(item, Piece) for item in items)


@pytest.mark.parametrize("target", [1, 500, 4_000, 20_000])
def test_json_lines_are_split(tmp_path: Path, target: int) -> None:
    path = tmp_path / "d.jsonl"
    path.write_bytes(CONTENT)
    file = as_input(path)
    pieces = list(split(file, target, SETTINGS))
    assert together(pieces) == whole(file)
    assert not needs_spool(file, target, SETTINGS)
    starts = [piece.offset for piece in pieces]
    assert all(end - start >= target for start, end in pairwise(starts))
    assert len(pieces) > 1


@pytest.mark.parametrize("target", [1, 4_000, 20_000])
def test_compressed_json_lines_are_spooled(tmp_path: Path, target: int) -> None:
    path = tmp_path / "d.jsonl.gz"
    path.write_bytes(gzip.compress(CONTENT, mtime=0))
    file = as_input(path)
    assert needs_spool(file, 1, SETTINGS)
    assert list(split(file, 1, SETTINGS)) == [Piece(path, "d.jsonl.gz")]
    results, pieces = spooled(file, target, tmp_path)
    assert results == whole(file)
    assert pieces > 2


def test_a_truncated_stream_is_spooled_up_to_the_damage(tmp_path: Path) -> None:
    path = tmp_path / "d.jsonl.gz"
    path.write_bytes(gzip.compress(CONTENT, mtime=0)[:-200])
    file = as_input(path)
    results, _ = spooled(file, 4_000, tmp_path)
    assert results == whole(file)
    assert isinstance(results[-1], Failure)
    assert results[-1].code == "truncated"


@pytest.mark.parametrize("groups", [1, 7, 300])
@pytest.mark.parametrize("target", [1, 2_000, 50_000])
def test_parquet_is_split(tmp_path: Path, groups: int, target: int) -> None:
    path = tmp_path / "d.parquet"
    noise = random.Random(5)
    table = pa.table({"text": [noise.randbytes(100).hex() for _ in range(300)]})
    pq.write_table(table, path, row_group_size=300 // groups, compression="none", use_dictionary=False)
    file = as_input(path)
    pieces = list(split(file, target, SETTINGS))
    assert together(pieces) == whole(file)
    assert (1 if target > 2_000 else 2) <= len(pieces) <= 300


def test_what_cannot_be_divided_is_one_piece(tmp_path: Path) -> None:
    for name, content in (
        ("a.html", b"<p>" * 99),
        ("b.parquet", b"PAR1" * 99),
        ("c.bin", bytes(999)),
        ("d", b"\x1f\x8b\x08"),
    ):
        path = tmp_path / name
        path.write_bytes(content)
        assert list(split(as_input(path), 1, SETTINGS)) == [Piece(path, name)]
    gone = InputFile(tmp_path / "gone.jsonl", "gone.jsonl", 99)
    assert list(split(gone, 1, SETTINGS)) == [Piece(gone.path, "gone.jsonl")]
    small = InputFile(tmp_path / "small.jsonl", "small.jsonl", 9)
    assert list(split(small, 9, SETTINGS)) == [Piece(small.path, "small.jsonl")]


STANDARD_INPUTS = [
    (b'{"text": "a"}\n{"text": "b"}', [("stdin#row=0", b"a"), ("stdin#row=1", b"b")]),
    (gzip.compress(b'{"text": "a"}', mtime=0), [("stdin#row=0", b"a")]),
    (b"<html>page", [("stdin", b"<html>page")]),
    (b"words", [("stdin", b"words")]),
    (b"x" * 9_000, [("stdin", "too-large")]),
    (b"", [("stdin", "empty")]),
    (b"%PDF-1.7", [("stdin", "unsupported-type")]),
    (gzip.compress(b"words", mtime=0)[:-9], [("stdin", "truncated")]),
]


@pytest.mark.parametrize(("data", "expected"), STANDARD_INPUTS, ids=lambda value: str(value)[:20])
def test_standard_input_is_spooled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: bytes, expected: list[tuple[str, bytes | str]]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data)))
    file = InputFile(STDIN, "stdin", 0)
    assert needs_spool(file, 1_000, SETTINGS)
    found = []
    for result in spooled(file, 10, tmp_path)[0]:
        what = result.payload if isinstance(result, RawDocument) else getattr(result, "code", None) or result.reason
        found.append((result.source_uri, what))
    assert found == expected


def test_parquet_from_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sink = io.BytesIO()
    pq.write_table(pa.table({"text": ["a" * 6_000, "b"]}), sink)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(sink.getvalue())))
    results, _ = spooled(InputFile(STDIN, "stdin", 0), 10, tmp_path)
    assert [result.source_uri for result in results] == ["stdin#row=0", "stdin#row=1"]


def test_an_input_that_is_gone_is_a_failure_and_a_folder_that_is_gone_an_error(tmp_path: Path) -> None:
    gone = InputFile(tmp_path / "gone.jsonl.gz", "gone.jsonl.gz", 1)
    (failure,) = spool(gone, 1, tmp_path, SETTINGS)
    assert isinstance(failure, Failure)
    assert failure.code == "unreadable"
    path = tmp_path / "d.jsonl.gz"
    path.write_bytes(gzip.compress(CONTENT, mtime=0))
    with pytest.raises(ArchiverError, match="a temporary file cannot be written"):
        list(spool(as_input(path), 1, tmp_path / "gone", SETTINGS))


@given(
    st.lists(st.sampled_from([b"", b" ", b"{}", b"xy", b"long line", b"a much longer line"]), max_size=8), st.booleans()
)
def test_lines_are_counted_as_they_stand(parts: list[bytes], ends: bool) -> None:
    content = b"\n".join(parts) + (b"\n" if ends and parts else b"")
    lines = list(read_lines(io.BytesIO(content), longest=9))
    assert [line.row for line in lines] == list(range(len(lines)))
    assert [line.number for line in lines] == [number for number, part in enumerate(parts) if part.strip()]
    for line in lines:
        part = parts[line.number]
        assert content[line.offset :].startswith(part)
        assert (line.data is None) == (len(part) > 9)
