"""Kept sources: every document as it came, once, and good to be cleaned again."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from archiver.archive.manifest import read_manifest
from archiver.archive.reader import read_archive
from archiver.archive.verify import verify_archive
from archiver.batch import run
from archiver.document import RawDocument
from archiver.record import Failure
from archiver.settings import Settings
from archiver.sources import Piece, read_piece
from tests.archive.samples import KEEPING, SHARD_BYTES, clean, content, lines, make_archive, story, write_input


def kept(out: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = []
    for path in sorted((out / "sources").iterdir()):
        rows += pq.read_table(path, partitioning=None).to_pylist()
    return rows


def documents(*paths: Path) -> list[RawDocument | Any]:
    return [item for path in paths for item in read_piece(Piece(path, f"in/{path.name}"), Settings())]


def test_the_documents_come_back_as_they_were(tmp_path: Path) -> None:
    source, out = write_input(tmp_path / "in"), tmp_path / "out"
    clean(source, out)
    read = [item for item in documents(*sorted(source.iterdir())) if isinstance(item, RawDocument)]
    assert documents(*sorted((out / "sources").iterdir())) == read
    assert len(read) == 21


@pytest.mark.parametrize("name", ["wild", "plain"])
def test_whatever_a_row_gives_is_kept(tmp_path: Path, name: str) -> None:
    wild = {
        "title": "A \ud800 lone one",
        "authors": ["a", "b"],
        "date": 1.5,
        "deep": {"z": [1, {"y": None}]},
        "lang": None,
    }
    row = {"text": story(1), "url": "https://a.example/\udfff", **(wild if name == "wild" else {})}
    (tmp_path / "rows.jsonl").write_text(json.dumps(row))
    clean(tmp_path / "rows.jsonl", tmp_path / "out")
    shutil.copytree(tmp_path / "out", tmp_path / "again")
    run([tmp_path / "out/sources"], tmp_path / "new", KEEPING)
    assert content(tmp_path / "out").keys() == content(tmp_path / "new").keys()
    for folder in ("data", "sources"):
        path = f"{folder}/part-00000.parquet"
        assert pq.read_table(tmp_path / "new" / path).equals(pq.read_table(tmp_path / "out" / path))


def test_a_payload_is_stored_once(tmp_path: Path) -> None:
    """However many documents have it: in a shard, across shards, and across runs."""
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    page = story("the same") * 5
    for number in range(6):
        (source / f"page{number}.txt").write_text(page)
    clean(source, out)
    (source / "page7.txt").write_text(page)
    clean(source, out, existing="append")
    clean(source, out, replace(KEEPING, mode="page"), existing="append")
    rows = kept(out)
    assert len(rows) == 6 + 1 + 7
    assert [row["stored"] for row in rows] == [True] + [False] * 13
    assert [row["content"] for row in rows] == [page.encode()] + [None] * 13
    assert {row["source_sha256"] for row in rows} == {hashlib.sha256(page.encode()).hexdigest()}
    assert len(read_manifest(out).shards) > 4
    assert verify_archive(out).sound
    read = documents(*sorted((out / "sources").iterdir()))
    assert {item.payload for item in read} == {page.encode()}


def test_nothing_is_kept_unasked(tmp_path: Path) -> None:
    clean(write_input(tmp_path / "in"), tmp_path / "out", Settings())
    assert not (tmp_path / "out/sources").exists()


def test_two_workers_keep_the_same_bytes(tmp_path: Path) -> None:
    source = write_input(tmp_path / "in")
    clean(source, tmp_path / "one")
    run([source], tmp_path / "two", KEEPING, shard_bytes=SHARD_BYTES, workers=2)
    assert content(tmp_path / "one") == content(tmp_path / "two")


def test_cleaning_again_comes_to_the_same(tmp_path: Path) -> None:
    out = make_archive(tmp_path)
    run([out / "sources"], tmp_path / "new", KEEPING, shard_bytes=SHARD_BYTES)

    def rows(path: Path) -> list[dict[str, Any]]:
        return sorted(read_archive(path).to_table().to_pylist(), key=lambda row: str(row["version_id"]))

    assert rows(tmp_path / "new") == rows(out)
    before, after = read_manifest(out).ledger, read_manifest(tmp_path / "new").ledger
    assert (after.archived, after.rejected, after.failed) == (before.archived, before.rejected, 0)
    assert verify_archive(tmp_path / "new").sound


def test_a_source_that_is_not_what_was_kept_is_a_failure(tmp_path: Path) -> None:
    out = make_archive(tmp_path)
    path = sorted((out / "sources").iterdir())[0]
    table = pq.read_table(path, partitioning=None)
    rows = table.to_pylist()
    rows[0]["content"] = b"Something else."
    pq.write_table(type(table).from_pylist(rows, schema=table.schema), path)
    failures = [item for item in documents(path) if isinstance(item, Failure)]
    assert [(item.source_uri, item.code) for item in failures] == [(rows[0]["source_uri"], "lost-source")]


def test_a_packed_copy_can_be_read_too(tmp_path: Path) -> None:
    clean(write_input(tmp_path / "in"), tmp_path / "out")
    [first, *_] = sorted((tmp_path / "out/sources").iterdir())
    packed = tmp_path / "part.parquet.gz"
    packed.write_bytes(gzip.compress(first.read_bytes()))
    assert documents(packed) == documents(first)


def test_keeping_is_a_setting_for_it_changes_bytes(tmp_path: Path) -> None:
    assert KEEPING.digest() != Settings().digest()
    (tmp_path / "rows.jsonl").write_text(lines({"text": story(1)}))
    clean(tmp_path / "rows.jsonl", tmp_path / "out", Settings())
    clean(tmp_path / "rows.jsonl", tmp_path / "out", KEEPING, "append")
    assert len(kept(tmp_path / "out")) == 1
    assert verify_archive(tmp_path / "out").sound
