from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from archiver.archive.columns import to_records
from archiver.archive.direct import write_archive
from archiver.archive.ledger import DUPLICATE, Ledger
from archiver.archive.manifest import read_manifest
from archiver.archive.reader import read_archive
from archiver.archive.receipt import read_receipt
from archiver.errors import UsageError
from archiver.record import Failure, Record, Rejection, Result, Skip

Make = Callable[..., Record]

REJECTION = Rejection("r.html", "0" * 64, "clean", "empty", "nothing is left")
FAILURE = Failure("f.html", None, "decode", "undecodable", "no encoding fits")


def parts(out: Path) -> list[str]:
    return sorted(path.relative_to(out).as_posix() for path in out.rglob("part-*"))


def test_results_become_an_archive_with_its_ledger(tmp_path: Path, make_record: Make) -> None:
    results: list[Result] = [make_record("One."), REJECTION, FAILURE, Skip("s.png", "unsupported-type")]
    assert write_archive(iter(results), tmp_path / "out") == Ledger(4, 1, 1, 1, {"unsupported-type": 1})
    names = sorted(path.name for path in (tmp_path / "out").iterdir() if not path.name.startswith("."))
    assert names == ["data", "failures", "manifest.json", "manifest.sha256", "receipts", "rejected", "run.json"]


def test_the_manifest_names_every_file_with_its_digest(tmp_path: Path, make_record: Make) -> None:
    out = tmp_path / "out"
    write_archive([make_record(f"Number {n}.") for n in range(9)], out, shard_characters=200)
    tree = json.loads((out / "manifest.json").read_text())
    listed = [file for shard in tree["shards"] for file in (*shard["files"], shard["receipt"])]
    assert sorted(file["path"] for file in listed) == parts(out)
    for file in listed:
        assert hashlib.sha256((out / file["path"]).read_bytes()).hexdigest() == file["sha256"]
        assert (out / file["path"]).stat().st_size == file["bytes"]
    assert read_manifest(out).to_json() == (out / "manifest.json").read_text()


@pytest.mark.skipif(not shutil.which("sha256sum"), reason="needs sha256sum")
def test_the_manifest_can_be_checked_without_archiver(tmp_path: Path, make_record: Make) -> None:
    write_archive([make_record()], tmp_path / "out")
    subprocess.run(["sha256sum", "--check", "manifest.sha256"], cwd=tmp_path / "out", check=True)


def test_of_equal_versions_in_different_parts_the_first_stays(tmp_path: Path, make_record: Make) -> None:
    def results() -> Iterator[Record]:
        for name in ("a", "b", "c"):
            yield make_record("Same.", source_uri=f"{name}/same")
            yield make_record(f"Other {name}." + "x" * 200, source_uri=f"{name}/other")
        yield make_record("Same.", source_uri="d/same")

    out = tmp_path / "out"
    assert write_archive(results(), out, shard_characters=200) == Ledger(7, 4, 0, 0, {DUPLICATE: 3})
    found = [record.source_uri for record in to_records(read_archive(out).to_table())]
    assert found == ["a/same", "a/other", "b/other", "c/other"]
    assert read_receipt(out, 1).skipped == (Skip("b/same", DUPLICATE),)
    assert read_receipt(out, 1).ledger == Ledger(2, 1, 0, 0, {DUPLICATE: 1})
    assert read_receipt(out, 1).characters.kept == len("Other b.") + 200
    assert read_receipt(out, 3).files == ()
    assert "data/part-00003.parquet" not in parts(out)


def test_an_archive_is_replaced_only_on_request(tmp_path: Path, make_record: Make) -> None:
    out = tmp_path / "out"
    write_archive([make_record(f"Number {n}.") for n in range(9)], out, shard_characters=200)
    with pytest.raises(UsageError, match="--append"):
        write_archive([make_record("New.")], out)
    assert read_archive(out).count_rows() == 9
    write_archive([make_record("New.")], out, overwrite=True)
    assert read_archive(out).to_table()["text"].to_pylist() == ["New."]
    assert parts(out) == ["data/part-00000.parquet", "receipts/part-00000.json"]


def test_an_iterable_that_breaks_leaves_no_archive(tmp_path: Path, make_record: Make) -> None:
    out = tmp_path / "out"
    with pytest.raises(FileNotFoundError, match="the caller's own"):
        write_archive(breaking(make_record), out, shard_characters=10)
    assert not out.exists()
    write_archive([make_record()], out)
    assert read_archive(out).count_rows() == 1


@pytest.mark.parametrize("results", [[5], ["text"], [None]], ids=str)
def test_what_is_no_result_is_refused(tmp_path: Path, results: Any) -> None:
    with pytest.raises(UsageError, match=f"{results[0]!r} is no result: {type(results[0]).__name__}"):
        write_archive(results, tmp_path / "out")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("how", ["append", "overwrite"])
def test_an_iterable_that_breaks_leaves_the_archive_that_was_there(tmp_path: Path, make_record: Make, how: str) -> None:
    out = tmp_path / "out"
    write_archive([make_record("Old.")], out)
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    with pytest.raises(FileNotFoundError, match="the caller's own"):
        write_archive(breaking(make_record), out, shard_characters=10, **{how: True})  # type: ignore[arg-type]
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    write_archive([make_record("New.")], out, append=True)
    assert read_archive(out).to_table()["text"].to_pylist() == ["Old.", "New."]


def breaking(make_record: Make) -> Iterator[Record]:
    """A few records, some parts of an archive, and then an error."""
    for number in range(5):
        yield make_record(f"Number {number}, and a little more.")
    raise FileNotFoundError("the caller's own")
