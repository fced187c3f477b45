"""Verification: a sound archive is found sound, and whatever is done to it is found and named."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archiver.archive.direct import write_archive
from archiver.archive.findings import Fault, Finding, Verification
from archiver.archive.isolation import Readers
from archiver.archive.manifest import read_manifest, write_manifest
from archiver.archive.reader import finished_manifest
from archiver.archive.receipt import PartFile, read_receipt, write_receipt
from archiver.archive.terms import terms_of
from archiver.archive.verify import verify_archive
from archiver.archive.workplace import workplace
from archiver.errors import ArchiveError
from archiver.record import Failure, Record, Rejection, Skip
from tests.archive.samples import make_archive

Make = Callable[..., Record]
PART = "data/part-00000.parquet"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "out")
    return tmp_path / "out"


@pytest.fixture(scope="module")
def readers() -> Iterator[Readers]:
    with Readers() as running:
        yield running


def faults(done: Verification) -> set[tuple[str, str]]:
    return {(finding.file, finding.fault.value) for finding in done.findings}


def reseal(out: Path, path: str) -> None:
    """Let receipts and manifest agree with what a file now holds: only what is in it can give it away."""
    content = (out / path).read_bytes()
    manifest = read_manifest(out, checked=False)
    sealed = PartFile(path, hashlib.sha256(content).hexdigest(), len(content), 0)

    def again(file: PartFile) -> PartFile:
        return replace(sealed, rows=file.rows) if file.path == path else file

    entries = []
    for entry in manifest.shards:
        receipt = read_receipt(out, entry.shard)
        if path in (file.path for file in receipt.files):
            write_receipt(out, replace(receipt, files=tuple(map(again, receipt.files))))
        written = (out / receipt.path).read_bytes()
        digest = hashlib.sha256(written).hexdigest()
        name = replace(entry.receipt, sha256=digest, bytes=len(written))
        entries.append(replace(entry, files=tuple(map(again, entry.files)), receipt=name))
    write_manifest(out, replace(manifest, shards=tuple(entries)))


def test_a_sound_archive_is_sound(out: Path, readers: Readers) -> None:
    done = verify_archive(out, readers)
    assert done.findings == []
    files = [path for path in out.rglob("*") if path.is_file() and path.name not in ("run.json", ".lock")]
    assert done.files == len(files)
    assert done.bytes == sum(path.stat().st_size for path in files if path.name != "manifest.sha256")
    assert {path.parent.name for path in files} == {
        *("data", "rejected", "failures", "sources", "receipts", "tombstones", "out")
    }


def test_an_archive_of_a_program_is_sound(tmp_path: Path, make_record: Make) -> None:
    rejection = Rejection("r", "0" * 64, "clean", "empty", "nothing")
    write_archive(
        [make_record(), rejection, Failure("f", None, "decode", "x", "y"), Skip("s", "hidden")], tmp_path / "o"
    )
    assert verify_archive(tmp_path / "o").sound


def test_what_a_user_puts_beside_it_is_no_matter(out: Path) -> None:
    (out / "README.md").write_text("Ours.")
    (out / "run.json").write_text("changed")
    assert verify_archive(out).sound
    (out / "run.json").unlink()
    assert verify_archive(out).sound


@pytest.mark.parametrize("damage", ["flipped", "shortened", "lengthened", "emptied", "removed"])
def test_every_file_is_watched(out: Path, damage: str, readers: Readers) -> None:
    names = [path.relative_to(out).as_posix() for path in sorted(out.rglob("*")) if path.is_file()]
    for name in (name for name in names if name not in ("run.json", ".lock")):
        path = out / name
        before = path.read_bytes()
        middle = len(before) // 2
        changed = {
            "flipped": before[:middle] + bytes([before[middle] ^ 4]) + before[middle + 1 :],
            "shortened": before[:-7],
            "lengthened": before + b"\n",
            "emptied": b"",
        }
        if damage == "removed":
            path.unlink()
        else:
            path.write_bytes(changed[damage])
        done = verify_archive(out, readers)
        blamed = {name, "manifest.json"} if name == "manifest.sha256" else {name}
        assert blamed & {finding.file for finding in done.findings}, (name, done.findings)
        path.write_bytes(before)
    assert verify_archive(out).sound


def test_a_damaged_page_is_told_with_its_rows_and_records(out: Path) -> None:
    path = out / PART
    content = path.read_bytes()
    place = 200
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    [found] = verify_archive(out).findings
    uris = pq.read_table(out / PART, columns=["source_uri"], partitioning=None)["source_uri"].to_pylist()
    assert (found.file, found.fault, found.rows) == (PART, Fault.CHANGED, (0, len(uris) - 1))
    assert found.records == tuple(uris)
    assert "the columns id cannot be read" in found.message


def test_only_the_rows_behind_the_damage_are_named(tmp_path: Path, make_record: Make) -> None:
    """Of a column of several pages those before the damaged one can still be read."""
    records = [
        make_record("".join(hashlib.sha256(f"{n} {m}".encode()).hexdigest() for m in range(900))) for n in range(300)
    ]
    write_archive(records, tmp_path / "o")
    path = tmp_path / "o" / PART
    content = path.read_bytes()
    place = len(content) * 3 // 4
    path.write_bytes(content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :])
    [found] = verify_archive(tmp_path / "o").findings
    assert found.rows is not None
    assert 32 <= found.rows[0] < 299
    assert found.rows[1] == 299
    assert found.records[0] == records[found.rows[0]].source_uri


def test_a_surplus_file_is_told(out: Path) -> None:
    (out / "data/part-00099.parquet").write_bytes(b"PAR1")
    (out / "notes.txt").write_text("mine")
    assert faults(verify_archive(out)) == {("data/part-00099.parquet", "surplus"), ("notes.txt", "surplus")}


def test_a_missing_manifest_leaves_the_receipts_to_go_by(out: Path) -> None:
    (out / "manifest.json").unlink()
    (out / PART).write_bytes(b"")
    assert faults(verify_archive(out)) == {
        *(("manifest.json", "missing"), (PART, "changed")),
        ("tombstones/tombstone-00000.json", "surplus"),
    }


@pytest.mark.parametrize("text", ["[]", "{", '{"a": ' * 100_000, '{"manifest_version": 1}'])
def test_a_manifest_that_is_none(out: Path, text: str) -> None:
    (out / "manifest.json").write_text(text)
    assert ("manifest.json", "schema") in faults(verify_archive(out))


@pytest.mark.parametrize(
    ("name", "fault"), [("manifest.json", "schema"), ("receipts/part-00000.json", "unreadable"), (PART, "unreadable")]
)
def test_a_file_that_may_not_be_read_is_a_finding(
    out: Path, monkeypatch: pytest.MonkeyPatch, name: str, fault: str
) -> None:
    opened = Path.open

    def refuse(path: Path, *how: Any, **others: Any) -> Any:
        if path == out / name:
            raise PermissionError(13, "Permission denied", str(path))
        return opened(path, *how, **others)

    monkeypatch.setattr(Path, "open", refuse)
    assert (name, fault) in faults(verify_archive(out))


def test_a_manifest_that_leads_elsewhere_is_not_followed(out: Path, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("outside")
    tree = json.loads((out / "manifest.json").read_text())
    tree["shards"][0]["files"][0]["path"] = "../outside"
    (out / "manifest.json").write_text(json.dumps(tree))
    done = verify_archive(out)
    assert "../outside" not in {finding.file for finding in done.findings}
    assert any("path" in finding.message for finding in done.findings)


def test_a_receipt_that_leads_elsewhere_is_not_followed(out: Path) -> None:
    (out / "manifest.json").unlink()
    receipt = read_receipt(out, 0)
    write_receipt(out, replace(receipt, files=(replace(receipt.files[0], path="../outside"),)))
    done = verify_archive(out)
    assert (receipt.path, "schema") in faults(done)
    assert "../outside" not in {finding.file for finding in done.findings}


def rewrite(out: Path, path: str, change: Callable[[pa.Table], pa.Table]) -> None:
    table = change(pq.read_table(out / path, partitioning=None))
    pq.write_table(table, out / path)
    reseal(out, path)


def with_column(name: str, values: Callable[[list[Any]], list[Any]]) -> Callable[[pa.Table], pa.Table]:
    def change(table: pa.Table) -> pa.Table:
        place = table.schema.get_field_index(name)
        return table.set_column(
            place, table.schema.field(place), pa.array(values(table[name].to_pylist()), table.schema.field(place).type)
        )

    return change


@pytest.mark.parametrize(
    ("path", "change", "fault"),
    [
        (PART, with_column("text", lambda old: ["Another text.", *old[1:]]), Fault.TEXT),
        (PART, lambda table: table.slice(1), Fault.ROWS),
        (PART, lambda table: pa.concat_tables([table, table]), Fault.ROWS),
        (PART, lambda table: table.drop_columns(["text_sha256"]), Fault.SCHEMA),
        (PART, lambda table: table.append_column("more", pa.array([1] * table.num_rows)), Fault.SCHEMA),
        (PART, with_column("version_id", lambda old: [old[-1], *old[1:]]), Fault.DUPLICATE),
        ("sources/part-00000.parquet", with_column("content", lambda old: [b"other", *old[1:]]), Fault.SOURCE),
        ("sources/part-00000.parquet", with_column("stored", lambda old: [False, *old[1:]]), Fault.SOURCE),
    ],
)
def test_what_a_forged_digest_hides_is_found_in_the_rows(
    out: Path, path: str, change: Callable[[pa.Table], pa.Table], fault: Fault
) -> None:
    rewrite(out, path, change)
    found = {(finding.file, finding.fault) for finding in verify_archive(out).findings}
    assert (path, fault) in found


def test_a_column_that_may_be_null_may_be_missing(out: Path) -> None:
    """As in an archive of an older minor version."""
    rewrite(out, PART, lambda table: table.drop_columns(["page_type"]))
    assert verify_archive(out).sound


def test_the_row_with_a_wrong_text_is_named(out: Path) -> None:
    rewrite(out, PART, with_column("text", lambda old: [*old[:-1], "Another text."]))
    [found] = [finding for finding in verify_archive(out).findings if finding.fault is Fault.TEXT]
    last = pq.read_metadata(out / PART).num_rows - 1
    assert found.rows == (last, last)
    assert len(found.records) == 1


@pytest.mark.parametrize("name", ["archived", "failed", "read"])
def test_a_ledger_that_does_not_add_up(out: Path, name: str) -> None:
    manifest = read_manifest(out)
    entry = manifest.shards[0]
    ledger = replace(entry.ledger, **{name: getattr(entry.ledger, name) + 1})
    write_manifest(out, replace(manifest, shards=(replace(entry, ledger=ledger), *manifest.shards[1:])))
    assert (entry.receipt.path, "ledger") in faults(verify_archive(out))


def test_the_sums_are_made_again(out: Path) -> None:
    manifest = read_manifest(out)
    ledger = replace(manifest.ledger, read=manifest.ledger.read + 1, failed=manifest.ledger.failed + 1)
    write_manifest(out, replace(manifest, ledger=ledger))
    assert faults(verify_archive(out)) == {("manifest.json", "ledger")}
    characters = replace(manifest.characters, kept=manifest.characters.kept + 1)
    write_manifest(out, replace(manifest, characters=characters))
    assert faults(verify_archive(out)) == {("manifest.json", "ledger")}


def test_no_archive(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="no such folder"):
        verify_archive(tmp_path / "none")
    with pytest.raises(ArchiveError, match="this is no archive"):
        verify_archive(tmp_path)


def test_a_run_that_has_finished_no_shard_is_told_as_status_tells_it(tmp_path: Path) -> None:
    with workplace(tmp_path, "refuse") as place:
        place.begin(terms_of(None, (), None, None))
    with pytest.raises(ArchiveError) as of_status:
        finished_manifest(tmp_path)
    with pytest.raises(ArchiveError, match="has not finished; go on with --resume") as of_verify:
        verify_archive(tmp_path)
    assert str(of_verify.value) == str(of_status.value)


def test_an_unfinished_run_is_told_and_its_files_are_not_blamed(out: Path) -> None:
    terms = read_manifest(out).runs[-1]
    first = len(read_manifest(out).shards)
    (out / ".run").mkdir()
    (out / ".run/plan.json").write_text(json.dumps(replace(terms, first_shard=first).to_json()))
    (out / f"data/part-{first:05d}.parquet").write_bytes(b"half")
    assert faults(verify_archive(out)) == {("manifest.json", "unfinished")}


class TestHostileParquet:
    """Whatever stands in the place of a part, verification comes to its end and names it."""

    def test_every_cut(self, out: Path, readers: Readers) -> None:
        content = (out / PART).read_bytes()
        for end in range(0, len(content), len(content) // 40):
            (out / PART).write_bytes(content[:end])
            assert (PART, "changed") in faults(verify_archive(out, readers))

    def test_every_byte_of_the_footer(self, out: Path, readers: Readers) -> None:
        content = (out / PART).read_bytes()
        length = int.from_bytes(content[-8:-4], "little")
        start = len(content) - 8 - length
        for place in range(start, len(content), max(1, length // 150)):
            (out / PART).write_bytes(content[:place] + bytes([content[place] ^ 0xFF]) + content[place + 1 :])
            assert PART in {finding.file for finding in verify_archive(out, readers).findings}

    def test_one_that_ends_its_reader(self, out: Path, readers: Readers, tmp_path: Path) -> None:
        done = list(readers.map(_end, [0, 1, 0]))
        assert done == [(0, 0), (1, None), (0, 0)]


def _end(status: int) -> int:
    if status:
        os.abort()
    return status


def test_findings_are_named_for_programs() -> None:
    assert Finding("a", Fault.CHANGED, "b").fault == "changed"
