"""Bags: valid for the tool that archivists check them with, complete, and the same for equal archives."""

from __future__ import annotations

import shutil
from pathlib import Path

import bagit
import pytest

from archiver.archive import bag
from archiver.archive.bag import write_bag
from archiver.archive.verify import verify_archive
from archiver.errors import ArchiveError, UsageError
from tests.archive.samples import content, make_archive


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_archive(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def out(whole: Path, tmp_path: Path) -> Path:
    shutil.copytree(whole, tmp_path / "out")
    return tmp_path / "out"


def test_the_bag_is_valid_and_holds_the_archive(out: Path, tmp_path: Path) -> None:
    count = write_bag(out, tmp_path / "bags/one")
    found = bagit.Bag(str(tmp_path / "bags/one"))
    found.validate()
    assert found.info["Payload-Oxum"].endswith(f".{count}")
    assert found.version == "1.0"
    assert content(tmp_path / "bags/one/data") == content(out)
    assert (tmp_path / "bags/one/data/run.json").read_bytes() == (out / "run.json").read_bytes()
    assert verify_archive(tmp_path / "bags/one/data").sound
    assert [path.name for path in (tmp_path / "bags").iterdir()] == ["one"]


def test_a_change_of_the_bag_is_found_by_its_tool(out: Path, tmp_path: Path) -> None:
    write_bag(out, tmp_path / "bag")
    path = tmp_path / "bag/data/data/part-00000.parquet"
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(bagit.BagValidationError):
        bagit.Bag(str(tmp_path / "bag")).validate()


def test_equal_archives_make_equal_bags(out: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_bag(out, tmp_path / name)
    assert content(tmp_path / "a") == content(tmp_path / "b")


@pytest.mark.parametrize(
    "name", ["data/part-00000.parquet", "receipts/part-00000.json", "tombstones/tombstone-00000.json"]
)
def test_a_damaged_archive_makes_no_bag(out: Path, tmp_path: Path, name: str) -> None:
    damaged = bytearray((out / name).read_bytes())
    damaged[len(damaged) // 2] ^= 1
    (out / name).write_bytes(damaged)
    with pytest.raises(ArchiveError, match="has changed; see archiver verify"):
        write_bag(out, tmp_path / "bag")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


def test_a_full_disk_leaves_nothing(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(bag, "write_whole", full)
    with pytest.raises(ArchiveError, match="No space left on device; nothing is left of the bag"):
        write_bag(out, tmp_path / "bag")
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


@pytest.mark.parametrize(("target", "message"), [("there", "there is something already"), ("out/bag", "lies inside")])
def test_where_a_bag_cannot_stand(out: Path, tmp_path: Path, target: str, message: str) -> None:
    (tmp_path / "there").mkdir()
    with pytest.raises(UsageError, match=message):
        write_bag(out, tmp_path / target)
