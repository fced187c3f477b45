"""Forgetting: a document leaves in all its versions, a tombstone stays, and nothing else changes."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from archiver.archive.forget import forget, inherit_tombstones, lift
from archiver.archive.manifest import read_manifest
from archiver.archive.reader import finished_manifest, read_archive
from archiver.archive.verify import verify_archive
from archiver.archive.workplace import workplace
from archiver.compose import identity_of
from archiver.errors import ArchiveError, UsageError
from tests.archive.samples import clean, content, lines, make_archive, story

PAGE3 = identity_of(None, "in/page3.txt")


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    make_archive(folder)
    return folder


@pytest.fixture
def folder(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "copy")
    return tmp_path / "copy"


@pytest.fixture
def out(folder: Path) -> Path:
    return folder / "out"


def column(out: Path, name: str, kind: str = "data") -> list[Any]:
    values: list[Any] = pq.read_table(out / kind, columns=[name])[name].to_pylist()
    return values


def mentions(out: Path, text: str) -> list[str]:
    """The files of an archive in which a text can be found, once all columns are read."""
    found = []
    for path in sorted(out.rglob("*")):
        if path.suffix == ".parquet":
            said = repr(pq.read_table(path, partitioning=None).to_pylist())
        elif path.is_file():
            said = path.read_text(encoding="utf-8")
        else:
            continue
        if text in said:
            found.append(path.relative_to(out).as_posix())
    return found


def test_all_versions_leave_and_the_others_stay(out: Path) -> None:
    before = read_archive(out).to_table().to_pylist()
    assert len([row for row in before if row["id"] == PAGE3]) == 2
    done = forget(out, "in/page3.txt", "The author asked for it.")
    assert done.verification.findings == []
    assert (done.tombstone.id, done.tombstone.archived, done.tombstone.sources) == (PAGE3, 2, 2)
    assert len(done.tombstone.version_ids) == 2
    assert read_archive(out).to_table().to_pylist() == [row for row in before if row["id"] != PAGE3]
    assert verify_archive(out).sound
    assert mentions(out, "three hundred") == []
    assert mentions(out, "The author asked for it.") == ["tombstones/tombstone-00001.json"]


def test_the_ledger_still_adds_up(out: Path) -> None:
    before = read_manifest(out).ledger
    forget(out, PAGE3, "why")
    after = read_manifest(out).ledger
    assert after.archived == before.archived - 2
    assert after.skipped["forgotten"] == before.skipped["forgotten"] + 1
    after.check("the archive")


def test_only_what_holds_it_is_rewritten(out: Path) -> None:
    before = content(out)
    done = forget(out, PAGE3, "why")
    after = content(out)
    changed = {name for name in {*before, *after} if before.get(name) != after.get(name)}
    parts = {name for name in changed if name.endswith(".parquet")}
    assert parts == {name for name in done.files if name.endswith(".parquet")}
    assert len(parts) == 4
    assert {name.split("/")[1][:10] for name in changed if name.startswith("receipts")} == {
        name.split("/")[1][:10] for name in parts
    }


@pytest.mark.parametrize("kind", ["id", "version_id", "source_uri", "url"])
def test_it_goes_by_any_of_its_names(out: Path, kind: str) -> None:
    [row] = [row for row in read_archive(out).to_table().to_pylist() if row["url"] == "https://a.example/4"]
    assert forget(out, row[kind], "why").tombstone.id == row["id"]
    assert row["id"] not in column(out, "id")


@pytest.mark.parametrize(
    ("name", "kind"), [("in/rows.jsonl#row=10", "rejected"), ("in/broken.jsonl#row=0", "failures")]
)
def test_what_was_not_archived_can_be_forgotten_too(out: Path, name: str, kind: str) -> None:
    assert name in column(out, "source_uri", kind)
    done = forget(out, name, "why")
    assert done.verification.sound
    assert not mentions(out, name)
    assert verify_archive(out).sound


def test_a_shared_payload_goes_to_the_document_that_still_has_it(out: Path) -> None:
    left = identity_of("https://left.example/", "")
    done = forget(out, left, "why")
    assert done.alike == (identity_of("https://right.example/", ""),)
    assert verify_archive(out).sound
    [row] = [row for row in pq.read_table(out / "sources").to_pylist() if row["url"] == "https://right.example/"]
    assert b"mirrored" in row["content"]
    forget(out, "https://right.example/", "why")
    assert verify_archive(out).sound
    assert mentions(out, "mirrored") == []


def test_append_does_not_bring_it_back(folder: Path, out: Path) -> None:
    forget(out, PAGE3, "why")
    (folder / "in/page3.txt").write_text(story("changed once more"))
    done = clean(folder / "in", out, existing="append")
    assert done.run.skipped["forgotten"] == 2
    assert PAGE3 not in column(out, "id")
    assert verify_archive(out).sound


def test_unless_it_is_asked_for(folder: Path, out: Path) -> None:
    forget(out, PAGE3, "why")
    assert lift(out, "in/page3.txt", "A mistake.").verification.sound
    clean(folder / "in", out, existing="append")
    assert column(out, "id").count(PAGE3) == 1
    assert verify_archive(out).sound
    assert forget(out, PAGE3, "And again.").tombstone.archived == 1
    assert len(read_manifest(out).tombstones) == 4


def test_a_new_archive_can_inherit_it(folder: Path, out: Path) -> None:
    forget(out, PAGE3, "why")
    clean(folder / "in", folder / "new")
    inherit_tombstones(out, folder / "new")
    inherit_tombstones(out, folder / "new")
    assert len(read_manifest(folder / "new").tombstones) == 2
    assert verify_archive(folder / "new").sound
    (folder / "in/page3.txt").write_text(story("changed once more"))
    assert clean(folder / "in", folder / "new", existing="append").run.skipped["forgotten"] == 2


def test_twice_is_once(out: Path) -> None:
    forget(out, "in/page3.txt", "why")
    before = content(out)
    again = forget(out, "in/page3.txt", "another reason")
    assert (again.files, again.tombstone.reason) == ((), "why")
    assert content(out) == before


def test_equal_acts_make_equal_archives(folder: Path, out: Path) -> None:
    shutil.copytree(out, folder / "other")
    forget(out, PAGE3, "why")
    forget(folder / "other", PAGE3, "why")
    assert content(out) == content(folder / "other")


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda out: forget(out, "nobody", "why"), "there is no document nobody"),
        (lambda out: lift(out, PAGE3, "why"), "there is no document"),
        (lambda out: forget(out, PAGE3, " "), "a reason is needed"),
    ],
)
def test_what_cannot_be_done_is_told(out: Path, act: Callable[[Path], Any], message: str) -> None:
    before = content(out)
    with pytest.raises(UsageError, match=message):
        act(out)
    assert content(out) == before


def test_a_name_of_several_documents_is_refused(tmp_path: Path) -> None:
    """A row that came from another address when the file was read again."""
    rows = tmp_path / "rows.jsonl"
    for address, existing in (("https://a.example/1", "refuse"), ("https://a.example/2", "append")):
        rows.write_text(lines({"text": story(address), "url": address}))
        clean(rows, tmp_path / "out", existing=existing)
    with pytest.raises(UsageError, match=r"stands for 2 documents: [0-9a-f]{32}, [0-9a-f]{32}; name one by its id"):
        forget(tmp_path / "out", "rows.jsonl#row=0", "why")


@pytest.mark.parametrize("folder_name", ["data", "sources"])
def test_a_damaged_part_is_not_made_to_pass_for_sound(out: Path, folder_name: str) -> None:
    [path] = [part for part in (out / folder_name).iterdir() if PAGE3 in repr(part)] or sorted(
        (out / folder_name).iterdir()
    )[:1]
    damaged = bytearray(path.read_bytes())
    damaged[len(damaged) // 3] ^= 1
    path.write_bytes(damaged)
    before = content(out)
    with pytest.raises(ArchiveError, match="archiver verify"):
        forget(out, "in/page0.txt", "why")
    assert content(out) == before


def test_no_archive(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no such folder"):
        forget(tmp_path / "none", "a", "why")
    assert not (tmp_path / "none").exists()
    with pytest.raises(UsageError, match="this is no archive"):
        forget(tmp_path, "a", "why")


def test_nobody_else_may_write_meanwhile(out: Path) -> None:
    with workplace(out, "append"), pytest.raises(UsageError, match="another process"):
        forget(out, PAGE3, "why")


def test_a_change_that_was_cut_off_is_told_to_readers(out: Path) -> None:
    (out / ".amended").mkdir()
    (out / "manifest.sha256").write_text("0" * 64)
    with pytest.raises(ArchiveError, match="cut off; call archiver forget again"):
        finished_manifest(out)
    tree = json.loads((out / "manifest.json").read_text())
    assert tree["tombstones"]
