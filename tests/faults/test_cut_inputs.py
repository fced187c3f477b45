"""Inputs that end early, or never: what is sound is kept, the cut is told with its place, a bomb stops at its limit."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from archiver.archive.ledger import Ledger
from archiver.batch import Progress, run
from archiver.document import RawDocument
from archiver.record import Failure, Skip
from archiver.settings import Limits, Settings
from archiver.sources import InputFile, Piece, read_piece, split

ROWS = 400
CHANCE = random.Random(11)
TEXTS = [
    f"Row {number}. " + " ".join(CHANCE.choices("keeper lamp gull tower book".split(), k=20)) for number in range(ROWS)
]
LINES = "".join(json.dumps({"text": text}) + "\n" for text in TEXTS).encode()


def parquet(path: Path) -> bytes:
    pq.write_table(pa.table({"text": TEXTS}), path, row_group_size=50, write_page_checksum=True)
    return path.read_bytes()


def zstd(_: Path) -> bytes:
    """Of many blocks, as a dump is."""
    packer = zstandard.ZstdCompressor(write_checksum=True).compressobj()
    packed = [
        packer.compress(line) + packer.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK) for line in LINES.splitlines(True)
    ]
    return b"".join(packed) + packer.flush()


FORMS: dict[str, Callable[[Path], bytes]] = {
    "rows.jsonl": lambda _: LINES,
    "rows.jsonl.gz": lambda _: gzip.compress(LINES, mtime=0),
    "rows.jsonl.zst": zstd,
    "rows.parquet": parquet,
}


def test_a_cut_file_gives_what_it_has(tmp_path: Path, tries: Any) -> None:
    chance = random.Random(12)
    whole = {name: make(tmp_path / "whole") for name, make in FORMS.items()}
    for number in tries("truncated gz, zst, JSONL, Parquet", 60, 500):
        name = list(FORMS)[number % len(FORMS)]
        path = tmp_path / name
        path.write_bytes(whole[name][: chance.randrange(20, len(whole[name]))])
        items = list(read_piece(Piece(path, name), Settings()))
        documents = [item.payload.decode() for item in items if isinstance(item, RawDocument)]
        assert documents == TEXTS[: len(documents)]
        rest = items[len(documents) :]
        cut_between_rows = name == "rows.jsonl" and path.read_bytes().endswith((b"}\n", b"}"))
        assert len(rest) == (0 if cut_between_rows else 1)
        for failure in rest:
            assert isinstance(failure, Failure)
            assert failure.source_uri in ((f"{name}#row={len(documents)}",) if documents else (name, f"{name}#row=0"))
            assert any(character.isdigit() for character in failure.message), failure.message


def test_nothing_is_lost_of_a_cut_parquet_file_but_that_it_is_there(tmp_path: Path) -> None:
    """Its table of contents stands at its end, so no row of it can be told; the other inputs are none the worse."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "a.parquet").write_bytes(parquet(tmp_path / "whole")[:-1])
    (folder / "b.jsonl").write_bytes(LINES[:2000])
    summary = run([folder], tmp_path / "out")
    assert (summary.run.failed, summary.run.archived) == (2, len(LINES[:2000].splitlines()) - 1)


BOMB_BYTES = 300 * 1024 * 1024


def test_bombs_stop_at_their_limit(tmp_path: Path, tries: Any) -> None:
    """Lines of zeros, one endless line, and pages; up to ten thousand times as large as their file."""
    for number in tries("gzip and zstd bombs to 10,000:1", 2, 10):
        packing = ("gz", "zst")[number % 2]
        name = f"{('bomb.jsonl', 'bomb.html', 'bomb.txt')[number // 2 % 3]}.{packing}"
        start = b'{"text": "' if "jsonl" in name else b"<html><p>" if "html" in name else b"A text. "
        path = tmp_path / name
        opener: Any = gzip.open if packing == "gz" else zstandard.open
        with opener(path, "wb") as file:
            file.write(start)
            for _ in range(BOMB_BYTES // 2**20):
                file.write(b"a" * 2**20)
        assert path.stat().st_size * 900 < BOMB_BYTES
        (failure,) = read_piece(Piece(path, name), Settings(limits=Limits(compression_ratio=500)))
        assert isinstance(failure, Failure)
        assert failure.code in ("too-large", "compression-ratio")
        assert "limits.input_bytes" in failure.message or "limits.compression_ratio" in failure.message
        path.unlink()


@pytest.mark.parametrize(("name", "size"), [("rows.jsonl", 9000), ("rows.parquet", 3000), ("rows.jsonl.gz", 9000)])
def test_a_run_goes_on_in_the_middle_of_a_file(tmp_path: Path, name: str, size: int) -> None:
    """Shards are ranges of rows; those that are finished are not read again, and the bytes are those of one go."""
    path = tmp_path / name
    path.write_bytes(gzip.compress(LINES, 0) if name.endswith("gz") else FORMS[name](path))
    seen: list[Progress] = []

    def stop(progress: Progress) -> None:
        seen.append(progress)
        if progress.shards_done == 2:
            raise KeyboardInterrupt

    whole = run([path], tmp_path / "whole", shard_bytes=size)
    with pytest.raises(KeyboardInterrupt):
        run([path], tmp_path / "out", shard_bytes=size, on_progress=stop)
    assert 0 < seen[-1].ledger.read < ROWS
    resumed = run([path], tmp_path / "out", shard_bytes=size, existing="resume")
    assert resumed.shards_found == 2
    assert resumed.shards == whole.shards > 3
    assert resumed.run == whole.run == Ledger(ROWS, ROWS)
    for part in sorted((tmp_path / "whole/data").iterdir()):
        assert part.read_bytes() == (tmp_path / "out/data" / part.name).read_bytes()


def test_pieces_of_a_file_are_ranges_of_its_rows(tmp_path: Path) -> None:
    for name in ("rows.jsonl", "rows.parquet"):
        path = tmp_path / name
        path.write_bytes(FORMS[name](path))
        pieces = list(split(InputFile(path, name, path.stat().st_size), 2000, Settings()))
        assert len(pieces) > 3
        items = [item for piece in pieces for item in read_piece(piece, Settings())]
        assert not [item for item in items if isinstance(item, Failure | Skip)]
        assert [item.source_uri for item in items] == [f"{name}#row={number}" for number in range(ROWS)]
