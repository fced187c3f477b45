from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from archiver.archive import part
from archiver.archive.columns import to_records
from archiver.archive.ledger import DUPLICATE, Ledger
from archiver.archive.receipt import Characters, Receipt, Span, finished, read_receipt
from archiver.archive.writer import write_shard
from archiver.errors import ArchiveError
from archiver.record import Failure, Record, Rejection, Result, Skip

SPAN = Span("a", "z", 2, 10, "0")
REJECTION = Rejection("news/r.html", "0" * 64, "clean", "empty", "nothing is left", (), "{}")
FAILURE = Failure("news/f.html", None, "decode", "undecodable", "no encoding fits")
SKIP = Skip("news/s.png", "unsupported-type")

Make = Callable[..., Record]


def write(root: Path, results: list[Result], shard: int = 0) -> Receipt:
    return write_shard(root, shard, SPAN, results, lambda: len(results))


def files(root: Path) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file())


def test_each_result_goes_to_its_folder_and_is_counted(tmp_path: Path, make_record: Make) -> None:
    records = [make_record("One."), make_record("Two.")]
    receipt = write(tmp_path, [records[0], REJECTION, FAILURE, SKIP, records[1]])
    assert files(tmp_path) == [
        "data/part-00000.parquet",
        "failures/part-00000.parquet",
        "receipts/part-00000.json",
        "rejected/part-00000.parquet",
    ]
    assert receipt.ledger == Ledger(5, 2, 1, 1, {"unsupported-type": 1})
    assert receipt.skipped == (SKIP,)
    assert receipt.characters == Characters(8, {"share": 30})
    assert list(to_records(pq.read_table(tmp_path / "data"))) == records
    assert read_receipt(tmp_path, 0) == receipt
    assert finished(tmp_path, 0, SPAN) == receipt


def test_a_shard_of_skips_has_a_receipt_and_no_part(tmp_path: Path) -> None:
    receipt = write(tmp_path, [SKIP])
    assert files(tmp_path) == ["receipts/part-00000.json"]
    assert receipt.files == ()


def test_the_first_of_equal_versions_is_archived(tmp_path: Path, make_record: Make) -> None:
    first, second = make_record("Same.", source_uri="a"), make_record("Same.", source_uri="b")
    receipt = write(tmp_path, [first, second])
    assert receipt.ledger == Ledger(2, 1, 0, 0, {DUPLICATE: 1})
    assert receipt.skipped == (Skip("b", DUPLICATE),)


def test_a_record_that_cannot_be_stored_is_a_failure(tmp_path: Path, make_record: Make) -> None:
    receipt = write(tmp_path, [make_record("Good."), make_record("Bad.", title="\ud800")])
    assert receipt.ledger == Ledger(2, 1, 0, 1, {})
    assert receipt.characters == Characters(5, {"share": 15})
    assert pq.read_table(tmp_path / "failures")["code"].to_pylist() == ["unstorable"]


def test_a_shard_of_nothing_but_unstorable_records_has_no_articles(tmp_path: Path, make_record: Make) -> None:
    receipt = write(tmp_path, [make_record("Bad.", title="\ud800")])
    assert files(tmp_path) == ["failures/part-00000.parquet", "receipts/part-00000.json"]
    assert receipt.ledger == Ledger(1, 0, 0, 1, {})


def test_a_lost_document_is_noticed(tmp_path: Path, make_record: Make) -> None:
    with pytest.raises(ArchiveError, match="shard 3: 2 documents were read, 1 are accounted for"):
        write_shard(tmp_path, 3, SPAN, [make_record()], lambda: 2)
    assert finished(tmp_path, 3, SPAN) is None


def test_an_error_on_the_way_leaves_nothing_behind(
    tmp_path: Path, make_record: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, "ROW_GROUP_ROWS", 1)

    def results() -> Iterator[Result]:
        yield make_record()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_shard(tmp_path, 0, SPAN, results(), lambda: 1)
    assert files(tmp_path) == []


def test_writing_a_shard_again_replaces_all_of_it(tmp_path: Path, make_record: Make) -> None:
    write(tmp_path, [make_record(), FAILURE])
    receipt = write(tmp_path, [make_record("Other.")])
    assert files(tmp_path) == ["data/part-00000.parquet", "receipts/part-00000.json"]
    assert finished(tmp_path, 0, SPAN) == receipt


def test_equal_results_make_equal_bytes(tmp_path: Path, make_record: Make) -> None:
    results: list[Result] = [make_record("One."), REJECTION, FAILURE, SKIP]
    for name in ("a", "b"):
        write(tmp_path / name, results)
    for name in files(tmp_path / "a"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


@pytest.mark.parametrize("bound", ["ROW_GROUP_ROWS", "ROW_GROUP_CHARACTERS"])
def test_row_groups_are_bounded(tmp_path: Path, make_record: Make, monkeypatch: pytest.MonkeyPatch, bound: str) -> None:
    monkeypatch.setattr(part, bound, 2 if bound == "ROW_GROUP_ROWS" else 200)
    write(tmp_path, [make_record(f"Number {n}. " + "x" * 50) for n in range(5)])
    with pq.ParquetFile(tmp_path / "data/part-00000.parquet") as file:
        assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [2, 2, 1]


def test_parts_are_compressed_and_only_repeating_columns_have_dictionaries(tmp_path: Path, make_record: Make) -> None:
    write(tmp_path, [make_record(f"Number {n}.", language="en") for n in range(3)])
    with pq.ParquetFile(tmp_path / "data/part-00000.parquet") as file:
        group = file.metadata.row_group(0)
        columns = [group.column(n) for n in range(group.num_columns)]
    assert {column.compression for column in columns} == {"ZSTD"}
    with_dictionary = {column.path_in_schema for column in columns if column.has_dictionary_page}
    assert with_dictionary == set(part._DICTIONARY_COLUMNS["data"])


@pytest.mark.parametrize("damage", ["lost", "shortened", "changed", "receipt lost", "receipt changed", "other input"])
def test_a_damaged_shard_is_not_finished(tmp_path: Path, make_record: Make, damage: str) -> None:
    write(tmp_path, [make_record()])
    data, receipt = tmp_path / "data/part-00000.parquet", tmp_path / "receipts/part-00000.json"
    content = data.read_bytes()
    match damage:
        case "lost":
            data.unlink()
        case "shortened":
            data.write_bytes(content[:-1])
        case "changed":
            data.write_bytes(content[:50] + bytes([content[50] ^ 1]) + content[51:])
        case "receipt lost":
            receipt.unlink()
        case "receipt changed":
            receipt.write_text(receipt.read_text()[:-20])
    span = Span("a", "z", 2, 11, "0") if damage == "other input" else SPAN
    assert finished(tmp_path, 0, span) is None


@pytest.mark.parametrize("place", [5, 200, 1000, -10])
def test_a_part_that_does_not_read_back_does_not_count(
    tmp_path: Path, make_record: Make, monkeypatch: pytest.MonkeyPatch, place: int
) -> None:
    """A bit flips between writing and reading back."""

    class FlippingFile(part._HashedFile):
        def close(self) -> None:
            if not self.closed:
                super().close()
                path = Path(self.raw.name)
                content = bytearray(path.read_bytes())
                content[place] ^= 1
                path.write_bytes(content)

    monkeypatch.setattr(part, "_HashedFile", FlippingFile)
    with pytest.raises(ArchiveError, match="does not give back what was written"):
        write(tmp_path, [make_record()])
    assert files(tmp_path) == []
