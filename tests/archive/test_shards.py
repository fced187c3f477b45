from __future__ import annotations

import gzip
import json
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archiver.archive.shards import (
    LARGEST_SHARD,
    MOST_ITEMS,
    SHARDS_WANTED,
    SMALLEST_SHARD,
    STREAM_SHARD,
    Shard,
    plan_shards,
    shard_size,
)
from archiver.document import RawDocument
from archiver.record import Failure, Skip
from archiver.settings import Settings
from archiver.sources import STDIN, STDIN_URI, InputFile, Piece, find_inputs, read_piece

NOWHERE = Path("/nowhere")


def small_files(sizes: Sequence[int]) -> list[InputFile]:
    return [InputFile(NOWHERE / f"{n:05d}.html", f"in/{n:05d}.html", size) for n, size in enumerate(sizes)]


def rows(count: int) -> str:
    return "".join(
        json.dumps({"text": f"Line number {n}", "url": f"https://a.example/{n}"}) + "\n" for n in range(count)
    )


def documents(shards: Iterator[Shard]) -> list[str]:
    found = []
    for shard in shards:
        for piece in shard.pieces:
            assert isinstance(piece, Piece)
            found += [item.source_uri for item in read_piece(piece, Settings()) if isinstance(item, RawDocument)]
    return found


@given(st.lists(st.integers(1, 40), max_size=30), st.integers(40, 100))
def test_small_files_are_packed_in_order_and_none_is_lost(sizes: list[int], target: int) -> None:
    files = small_files(sizes)
    shards = list(plan_shards(files, [], NOWHERE, Settings(), target))
    assert [piece.uri for shard in shards for piece in shard.pieces] == [file.uri for file in files]
    assert [shard.index for shard in shards] == list(range(len(shards)))
    assert all(shard.span.bytes <= target for shard in shards)
    for one, two in pairwise(shards):
        following = next(file.size for file in files if file.uri == two.span.first)
        assert one.span.bytes + following > target, "the next file would have fitted in"


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([], SMALLEST_SHARD),
        ([1000], SMALLEST_SHARD),
        ([SHARDS_WANTED * SMALLEST_SHARD * 2], SMALLEST_SHARD * 2),
        ([10**15], LARGEST_SHARD),
    ],
)
def test_the_size_of_a_shard_follows_from_the_total(sizes: list[int], expected: int) -> None:
    assert shard_size(small_files(sizes)) == expected


def test_standard_input_makes_shards_of_a_fixed_size() -> None:
    assert shard_size([*small_files([10**12]), InputFile(STDIN, STDIN_URI, 0)]) == STREAM_SHARD


def test_a_shard_holds_a_bounded_number_of_files() -> None:
    shards = list(plan_shards(small_files([1] * (MOST_ITEMS + 1)), [], NOWHERE, Settings()))
    assert [len(shard.pieces) for shard in shards] == [MOST_ITEMS, 1]


def test_skips_stand_among_the_files_by_their_uri() -> None:
    skips = [Skip("in/00000.png", "unsupported-type"), Skip("in/.hidden", "hidden")]
    (shard,) = plan_shards(small_files([1, 1]), skips, NOWHERE, Settings())
    assert [getattr(item, "source_uri", None) or item.uri for item in shard.pieces] == [
        "in/.hidden",
        "in/00000.html",
        "in/00000.png",
        "in/00001.html",
    ]


def test_large_json_lines_are_cut_and_every_row_is_read_once(tmp_path: Path) -> None:
    (tmp_path / "dump.jsonl").write_text(rows(300))
    files, skips = find_inputs([tmp_path / "dump.jsonl"])
    shards = list(plan_shards(files, skips, tmp_path / "spool", Settings(), 2000))
    assert len(shards) > 5
    assert sum(shard.span.bytes for shard in shards) == files[0].size
    assert documents(iter(shards)) == [f"dump.jsonl#row={n}" for n in range(300)]
    assert not (tmp_path / "spool").exists()


def test_compressed_json_lines_are_spooled_just_in_time(tmp_path: Path) -> None:
    (tmp_path / "dump.jsonl.gz").write_bytes(gzip.compress(rows(2000).encode()))
    files, skips = find_inputs([tmp_path / "dump.jsonl.gz"])
    spool = tmp_path / "spool"
    plan = plan_shards(files, skips, spool, Settings(), 5000)
    first = next(plan)
    assert len(list(spool.iterdir())) <= 3
    rest = list(plan)
    assert len(rest) > 5
    assert documents(iter([first, *rest])) == [f"dump.jsonl.gz#row={n}" for n in range(2000)]
    again = plan_shards(files, skips, tmp_path / "other", Settings(), 5000)
    assert [shard.span for shard in again] == [shard.span for shard in (first, *rest)], "the span names no folder"


def test_a_damaged_stream_is_a_failure_in_the_plan(tmp_path: Path) -> None:
    packed = gzip.compress(rows(2000).encode())
    (tmp_path / "dump.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    files, skips = find_inputs([tmp_path / "dump.jsonl.gz"])
    items = [item for shard in plan_shards(files, skips, tmp_path / "spool", Settings(), 5000) for item in shard.pieces]
    assert isinstance(items[-1], Failure)
    assert items[-1].code == "truncated"


def test_the_span_tells_inputs_apart() -> None:
    def span(sizes: list[int]) -> object:
        return next(plan_shards(small_files(sizes), [], NOWHERE, Settings())).span

    assert span([1, 2]) == span([1, 2])
    assert span([1, 2]) != span([2, 1])


def test_a_shard_is_named_by_its_number_and_inputs() -> None:
    (shard,) = plan_shards(small_files([1, 1]), [], NOWHERE, Settings(), first_index=7)
    assert str(shard) == "shard 7 (in/00000.html … in/00001.html)"
