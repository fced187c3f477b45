"""Records in files of every form: what is wrong is reported at its place, and nothing raises."""

from __future__ import annotations

import bz2
import decimal
import gzip
import json
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from archiver.archive.columns import to_table
from archiver.archive.ledger import Ledger
from archiver.archive.manifest import manifest_of, write_manifest
from archiver.archive.receipt import read_receipt
from archiver.archive.terms import inputs_of, terms_of
from archiver.archive.writer import write_shard
from archiver.errors import SchemaError, UsageError
from archiver.record import Failure, Record, Skip
from archiver.record_json import to_json
from archiver.settings import Limits, Settings
from archiver.validation import validate_paths
from archiver.validation.parquet import json_rows, json_values

PACKERS = {
    "": bytes,
    ".gz": lambda data: gzip.compress(data[:50]) + gzip.compress(data[50:]),
    ".zst": lambda data: zstandard.compress(data[:50]) + zstandard.compress(data[50:]),
    ".bz2": bz2.compress,
}


def lines(*forms: Any) -> bytes:
    return b"".join(json.dumps(form).encode() + b"\n" for form in forms)


@pytest.mark.parametrize("suffix", list(PACKERS))
def test_json_lines_are_read_however_packed(tmp_path: Path, form: dict[str, Any], suffix: str) -> None:
    path = tmp_path / f"dump.jsonl{suffix}"
    path.write_bytes(PACKERS[suffix](b"\xef\xbb\xbf" + lines(form) + b"\n  \n" + lines({**form, "title": 1}, form)))
    found = validate_paths([path])
    (violation,) = found
    assert violation == (path.as_posix(), 1, "/title", "type", "string or null", "1", 4, None)
    assert (found.files, found.records, found.violations) == (1, 3, 1)


BAD_LINES = [
    (b"{", "json", "Expecting"),
    (b'{"a": NaN}', "json", "NaN is not JSON"),
    (b'{"a": "\xff"}', "json", "utf-8"),
    (b"9" * 5_000, "json", "digits"),
    (b"[" * 100_000 + b"]" * 100_000, "depth", "levels"),
    (b"[" * 80 + b"]" * 80, "depth", "64 levels"),
    (b"x" * 500_000, "json", "at most 400000 bytes"),
    (b"\x89PNG\r", "json", "JSON in UTF-8"),
    (b"[1]", "type", "object"),
]


@pytest.mark.parametrize(("bad", "rule", "reason"), BAD_LINES, ids=[reason for _, _, reason in BAD_LINES])
def test_a_bad_line_does_not_hide_the_next(
    tmp_path: Path, form: dict[str, Any], bad: bytes, rule: str, reason: str
) -> None:
    path = tmp_path / "dump.jsonl"
    path.write_bytes(lines(form) + bad + b"\n" + lines({**form, "text": ""}))
    found = validate_paths([path], limits=Limits(input_bytes=100_000))
    *first, last = list(found)
    assert first[0][:2] == (path.as_posix(), 1)
    assert first[0].rule == rule
    assert reason in first[0].expected
    assert len(first[0].value) < 130
    assert (last.row, last.line, last.pointer) == (2, 3, "/text")


@pytest.mark.parametrize("suffix", [".gz", ".zst", ".bz2"])
def test_a_stream_cut_short_is_reported_after_what_could_be_read(
    tmp_path: Path, form: dict[str, Any], suffix: str
) -> None:
    path = tmp_path / f"dump.jsonl{suffix}"
    forms = [{**form, "extra": str(number) * 90_000} for number in range(30)]
    packed = PACKERS[suffix](lines({**form, "text": ""}, *forms))
    path.write_bytes(packed[:-30])
    *_, last = found = list(validate_paths([path]))
    assert (last.source, last.row, last.rule) == (path.as_posix(), None, "file")
    assert len(found) == 2 or suffix == ".bz2"


def test_parquet_rows_are_counted_over_batches(tmp_path: Path, record: Record) -> None:
    path = tmp_path / "articles.bin"
    records = [replace(record, text="" if row in (3, 2_500) else "x") for row in range(3_000)]
    pq.write_table(to_table(records), path, row_group_size=700)
    found = validate_paths([path])
    assert [(item.row, item.pointer, item.line) for item in found] == [(3, "/text", None), (2_500, "/text", None)]
    assert found.records == 3_000


def test_a_damaged_parquet_file_is_reported(tmp_path: Path, record: Record) -> None:
    path = tmp_path / "part.parquet"
    table = to_table([replace(record, extra=str(number) * 2_000) for number in range(500)])
    pq.write_table(table, path, row_group_size=100, write_page_checksum=True)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    assert [item.rule for item in validate_paths([path])] == ["file"]
    path.write_bytes(data[:-100])
    (violation,) = validate_paths([path])
    assert (violation.rule, violation.expected) == ("file", "a readable file")


@pytest.mark.parametrize(
    ("name", "content", "found"),
    [
        ("list.csv", b"title,text\na,b\n", "a file of the form csv"),
        ("list.csv.gz", gzip.compress(b"title,text\na,b\n", mtime=0), "a file of the form csv"),
        ("page.html", b"<!DOCTYPE html>\n<p>A\n<p>B\n", "a file of the form html"),
        ("list.json", b'[\n {"title": "a"},\n {"title": "b"}\n]\n', "a JSON array"),
        ("part.parquet", b"", "a file that does not start like Parquet"),
    ],
)
def test_a_file_of_another_form_is_told_once(tmp_path: Path, name: str, content: bytes, found: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    (violation,) = validate_paths([path])
    assert violation == (path.as_posix(), None, "", "file", "Parquet or JSON Lines", found, None, None)


@pytest.mark.parametrize("content", [b"", b"\n\n"])
def test_an_empty_file_holds_no_records(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "none.jsonl"
    path.write_bytes(content)
    found = validate_paths([path])
    assert list(found) == []
    assert found.records == 0


def archive(root: Path, records: list[Record]) -> Path:
    """A real archive of one shard, with a failure and a skip."""
    results = [*records, Failure("bad.html", None, "decode", "undecodable", "no"), Skip("a.png", "unsupported")]
    write_shard(root, 0, None, results, lambda: len(results))
    terms = terms_of(Settings(), (), inputs_of([("news", 10)]), None)
    write_manifest(root, manifest_of(root.joinpath, [terms], [read_receipt(root, 0)]))
    return root


def test_an_archive_is_validated_with_its_manifest(tmp_path: Path, record: Record) -> None:
    found = validate_paths([archive(tmp_path / "good", [record])])
    assert list(found) == []
    assert (found.files, found.records) == (2, 1)
    bad = archive(tmp_path / "bad", [record, replace(record, version_id="2f" * 16, id="2f" * 16, authors=("",))])
    manifest = json.loads((bad / "manifest.json").read_text())
    manifest["ledger"]["in"] = -1
    manifest["shards"][0]["files"][0]["path"] = "../../etc/passwd"
    (bad / "manifest.json").write_text(json.dumps(manifest))
    pointers = {(Path(item.source).name, item.row, item.pointer) for item in validate_paths([bad])}
    assert pointers == {
        ("manifest.json", None, "/ledger/in"),
        ("manifest.json", None, "/shards/0/files/0/path"),
        ("part-00000.parquet", 1, "/authors/0"),
    }


def test_a_part_that_the_manifest_names_must_be_there(tmp_path: Path, record: Record) -> None:
    root = archive(tmp_path, [record])
    missing = [root / "data" / "part-00000.parquet", root / "failures" / "part-00000.parquet"]
    for path in missing:
        path.unlink()
    found = validate_paths([root])
    assert [(item.source, item.rule) for item in found] == [(path.as_posix(), "file") for path in missing]


def test_a_manifest_without_settings_is_valid(tmp_path: Path, record: Record) -> None:
    root = archive(tmp_path, [record])
    write_manifest(root, manifest_of(root.joinpath, [terms_of(None, (), None, None)], [read_receipt(root, 0)]))
    assert list(validate_paths([root])) == []
    assert read_receipt(root, 0).ledger == Ledger(3, 1, 0, 1, {"unsupported": 1})


def test_a_folder_is_searched_and_what_is_no_record_file_is_left_alone(tmp_path: Path, form: dict[str, Any]) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "x.jsonl").write_bytes(lines(form))
    (tmp_path / "a.ndjson.gz").write_bytes(gzip.compress(lines({})))
    (tmp_path / "notes.txt").write_bytes(b"not a record")
    found = validate_paths([tmp_path, tmp_path / "b"], max_errors=3)
    assert [Path(item.source).name for item in found] == ["a.ndjson.gz"] * 3
    assert list(validate_paths([tmp_path / "b"])) == []


def test_usage_errors_come_before_anything_is_read(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="absent does not exist"):
        validate_paths([tmp_path / "absent"])
    with pytest.raises(UsageError, match="holds no archive"):
        validate_paths([tmp_path])
    (tmp_path / "a.jsonl").touch()
    with pytest.raises(SchemaError):
        validate_paths([tmp_path], schema=tmp_path / "a.jsonl")


def test_records_of_other_tools_are_held_against_their_own_schema(tmp_path: Path) -> None:
    schema = tmp_path / "theirs.schema"
    schema.write_text('{"properties": {"when": {"format": "date-time"}, "n": {"maximum": 5}}, "required": ["when"]}')
    table = pa.table({"when": pa.array([datetime(2021, 5, 4), None], pa.timestamp("ns")), "n": [1, 9]})
    pq.write_table(table, tmp_path / "theirs.parquet")
    found = list(validate_paths([tmp_path / "theirs.parquet"], schema))
    assert [(item.row, item.pointer, item.value) for item in found] == [(1, "/n", "9")]


UTC_TIMES = pa.timestamp("us", "UTC")
VALUES = [
    (pa.array(["a", None]), ["a", None]),
    (pa.array(["a", "a"]).dictionary_encode(), ["a", "a"]),
    (pa.array([0.9, None, 1.0], pa.float32()), [0.9, None, 1.0]),
    (pa.array([datetime(2021, 5, 4, 6, 30, tzinfo=UTC), None], UTC_TIMES), ["2021-05-04T06:30:00Z", None]),
    (pa.array([1], pa.timestamp("ns", "Europe/Paris")), ["1970-01-01T00:00:00.000000001Z"]),
    (pa.array([1_500], pa.timestamp("ms")), ["1970-01-01T00:00:01.500Z"]),
    (pa.array([date(2021, 5, 4)]), ["2021-05-04"]),
    (pa.array([time(6, 30)]), ["06:30:00.000000"]),
    (pa.array([timedelta(seconds=2)]), [2_000_000]),
    (pa.array([decimal.Decimal("1.50")]), [decimal.Decimal("1.50")]),
    (pa.array([b"\xff", None]), ["/w==", None]),
    (pa.array([[1, 2], None, [], [3]]), [[1, 2], None, [], [3]]),
    (pa.array([[1, 2], None, [3]])[1:], [None, [3]]),
    (pa.array([[1, 2], [3, 4]], pa.list_(pa.int8(), 2)), [[1, 2], [3, 4]]),
    (pa.array([{"a": [date(2021, 5, 4)]}, None]), [{"a": ["2021-05-04"]}, None]),
    (pa.array([[("k", 1)], None, [], [("l", 2)]], pa.map_(pa.string(), pa.int8())), [{"k": 1}, None, {}, {"l": 2}]),
    (pa.array([[("k", 1)], [("l", 2)]], pa.map_(pa.string(), pa.int8()))[1:], [{"l": 2}]),
    (pa.array([b"a\xff", None]).view(pa.string()), ["a\udcff", None]),
    (pa.array([None, None]), [None, None]),
    (pa.array([{}, {}], pa.struct([])), [{}, {}]),
]


@pytest.mark.parametrize(("array", "expected"), VALUES, ids=[str(array.type) for array, _ in VALUES])
def test_every_arrow_type_has_a_json_form(array: pa.Array, expected: list[Any]) -> None:
    assert json_values(array) == expected


def test_records_read_from_parquet_are_in_json_form(record: Record) -> None:
    assert json_rows(to_table([record]).to_batches()[0]) == [to_json(record)]


def test_columns_of_one_name_are_a_violation(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    pq.write_table(table, tmp_path / "a.parquet")
    (violation,) = validate_paths([tmp_path / "a.parquet"])
    assert violation.rule == "file"
    assert "several columns have the same name: text" in violation.value
