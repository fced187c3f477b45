"""Imports: what is clean is archived as it is; every row is accounted for."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archiver.archive import read_archive, write_archive
from archiver.archive.columns import to_records
from archiver.archive.verify import verify_archive
from archiver.errors import UsageError
from archiver.imports import import_paths
from archiver.record import Record
from archiver.record_json import to_json
from archiver.settings import Settings

Make = Callable[..., Record]


def lines(path: Path, *rows: Any) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def records_of(archive: Path) -> list[Record]:
    return list(to_records(read_archive(archive).to_table()))


def problems(archive: Path, folder: str) -> dict[str, str]:
    return {row["source_uri"]: row["code"] for row in pq.read_table(archive / folder).to_pylist()}


def test_every_row_is_accounted_for(tmp_path: Path, make_record: Make) -> None:
    good = make_record("Good.")
    changed = {**to_json(make_record("Changed later.")), "text": "Changed since."}
    path = lines(tmp_path / "x.jsonl", to_json(good), changed, {**to_json(good), "authors": 5}, [1], to_json(good))
    path.write_text(path.read_text() + "{broken\n")
    ledger = import_paths([path], tmp_path / "out")
    assert ledger.to_json() == {
        "in": 6, "archived": 1, "rejected": 2, "failed": 2, "skipped": 1, "skip_reasons": {"duplicate": 1},
    }  # fmt: skip
    assert records_of(tmp_path / "out") == [good]
    assert problems(tmp_path / "out", "rejected") == {"x.jsonl#row=1": "schema", "x.jsonl#row=2": "schema"}
    assert problems(tmp_path / "out", "failures") == {"x.jsonl#row=3": "invalid-value", "x.jsonl#row=5": "invalid-json"}
    assert verify_archive(tmp_path / "out").sound


def test_what_is_no_row_is_told_with_its_line(tmp_path: Path) -> None:
    import_paths([lines(tmp_path / "x.jsonl", [1], None, "text", 5, True)], tmp_path / "out")
    path = lines(tmp_path / "y.jsonl", {"text": "Good."})
    path.write_text(path.read_text() + "\n{broken\n")
    import_paths([path], tmp_path / "other")
    told = [row["message"] for row in pq.read_table(tmp_path / "out/failures").to_pylist()]
    kinds = ("an array", "null", "a string", "a number", "a boolean")
    assert told == [f"line {line}: a row is an object, this is {kind}" for line, kind in enumerate(kinds, 1)]
    (broken,) = pq.read_table(tmp_path / "other/failures").to_pylist()
    assert broken["message"].startswith("line 3: expected JSON in UTF-8")


STORY = "  The weir at Hollin sings when the wind is in the east.\n\nShare this story\n"


@pytest.mark.parametrize("form", ["jsonl", "csv", "tsv", "parquet"])
def test_records_of_other_tools_by_a_field_map(tmp_path: Path, form: str) -> None:
    row = {"story": STORY, "head": "The Weir", "link": "https://a.example/weir", "mine": "7"}
    path = tmp_path / f"theirs.{form}"
    match form:
        case "jsonl":
            lines(path, row)
        case "parquet":
            pq.write_table(pa.Table.from_pylist([row]), path)
        case _:
            comma = "," if form == "csv" else "\t"
            quoted = ('"' + value.replace('"', '""') + '"' for value in row.values())
            path.write_text(comma.join(row) + "\n" + comma.join(quoted) + "\n", encoding="utf-8")
    settings = Settings(fields={"text": "story", "title": "head", "url": "link"})
    assert import_paths([path], tmp_path / "out", settings).archived == 1
    (record,) = records_of(tmp_path / "out")
    assert (record.text, record.title, record.url) == (STORY, "The Weir", "https://a.example/weir")
    assert (record.extra, record.language) == ('{"mine":"7"}', "en")
    assert [(block.kept, block.by) for block in record.blocks] == [(True, "import")]


ROWS = [
    ({"text": "<!DOCTYPE html><p>A page"}, "failures", "not-clean"),
    ({"text": "   "}, "rejected", "schema"),
    ({"note": "no text"}, "failures", "no-text"),
    ({"text": "Some text.", "title": 5}, "rejected", "given-type"),
]


@pytest.mark.parametrize(("row", "folder", "code"), ROWS)
def test_what_is_no_clean_text_is_told(tmp_path: Path, row: dict[str, Any], folder: str, code: str) -> None:
    import_paths([lines(tmp_path / "x.jsonl", row)], tmp_path / "out")
    assert problems(tmp_path / "out", folder) == {"x.jsonl#row=0": code}


def test_a_row_of_csv_that_does_not_fit_does_not_hide_the_next(tmp_path: Path) -> None:
    path = tmp_path / "x.csv.gz"
    path.write_bytes(gzip.compress(b'text,title\n"One, or two.",A\nbad,b,c\n"Three.",\n'))
    ledger = import_paths([path], tmp_path / "out")
    assert (ledger.archived, ledger.failed) == (2, 1)
    assert [(record.text, record.title) for record in records_of(tmp_path / "out")] == [
        ("One, or two.", "A"),
        ("Three.", None),
    ]


def test_columns_of_one_name_are_refused(tmp_path: Path) -> None:
    table = pa.Table.from_arrays([pa.array(["a"]), pa.array(["b"])], names=["text", "text"])
    pq.write_table(table, tmp_path / "a.parquet")
    (tmp_path / "b.csv").write_text("text,text\na,b\n")
    import_paths([tmp_path / "a.parquet", tmp_path / "b.csv"], tmp_path / "out")
    failures = pq.read_table(tmp_path / "out" / "failures").to_pylist()
    assert [row["source_uri"] for row in failures] == ["a.parquet", "b.csv"]
    assert "several columns have the same name: text" in failures[0]["message"]
    assert "the column 'text' more than once" in failures[1]["message"]


def test_a_file_cut_short_is_a_failure_after_what_could_be_read(tmp_path: Path, make_record: Make) -> None:
    rows = [to_json(make_record(f"Number {number}. " + f"{number * 7919}" * 50)) for number in range(400)]
    packed = gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode())
    (tmp_path / "cut.jsonl.gz").write_bytes(packed[: len(packed) - 20])
    ledger = import_paths([tmp_path / "cut.jsonl.gz"], tmp_path / "out")
    assert ledger.archived > 0
    assert ledger.failed == 1
    assert problems(tmp_path / "out", "failures") == {"cut.jsonl.gz": "unreadable"}


def test_an_archive_is_added_to_another(tmp_path: Path, make_record: Make) -> None:
    one, two, three = (make_record(text) for text in ("One.", "Two.", "Three."))
    write_archive([one, two], tmp_path / "first")
    write_archive([replace(two), three], tmp_path / "second")
    ledger = import_paths([tmp_path / "second"], tmp_path / "first", existing="append")
    assert (ledger.archived, sum(ledger.skipped.values())) == (1, 1)
    assert records_of(tmp_path / "first") == [one, two, three]
    assert verify_archive(tmp_path / "first").sound
    import_paths([tmp_path / "second"], tmp_path / "first", existing="overwrite")
    assert records_of(tmp_path / "first") == [two, three]


def test_mistakes_change_nothing(tmp_path: Path, make_record: Make) -> None:
    (tmp_path / "empty").mkdir()
    path = lines(tmp_path / "x.jsonl", to_json(make_record("One.")))
    for paths, settings, told in (
        ([tmp_path / "nowhere"], None, "does not exist"),
        ([tmp_path / "empty"], None, "holds no archive"),
        ([path], Settings(fields={"txet": "a"}), "txet"),
    ):
        with pytest.raises(UsageError, match=told):
            import_paths(paths, tmp_path / "out", settings)
    assert not (tmp_path / "out").exists()
    import_paths([path], tmp_path / "out")
    with pytest.raises(UsageError, match="--append"):
        import_paths([path], tmp_path / "out")
    with pytest.raises(UsageError, match="is to be imported"):
        import_paths([tmp_path / "out"], tmp_path / "out", existing="append")
