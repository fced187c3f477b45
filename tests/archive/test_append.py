"""Archives that grow: versions of a document, which of them is the newest, and inputs that count once."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from archiver.archive.ledger import Ledger
from archiver.archive.manifest import read_manifest
from archiver.archive.reader import read_archive
from archiver.archive.verify import verify_archive
from archiver.settings import Settings
from tests.archive.samples import clean, lines, story

DOCS = Path(__file__).parents[2] / "docs" / "archive.md"
PLAIN = Settings()


def write(path: Path, number: int | str, form: str) -> None:
    row = {"text": story(number), "title": "Boats"}
    match form:
        case "txt":
            path.write_text(story(number), encoding="utf-8")
        case "html":
            path.write_text(f"<html><title>Boats</title><p>{story(number)}</p></html>", encoding="utf-8")
        case "jsonl":
            path.write_text(lines({"text": story("first")}, row), encoding="utf-8")
        case "parquet":
            pq.write_table(pa.Table.from_pylist([{"text": story("first"), "title": "x"}, row]), path)


@pytest.mark.parametrize("form", ["txt", "html", "jsonl", "parquet"])
def test_a_changed_document_is_a_new_version_of_its_id(tmp_path: Path, form: str) -> None:
    path, out = tmp_path / f"boats.{form}", tmp_path / "out"
    for number, existing in ((1, "refuse"), (2, "append"), (2, "append")):
        write(path, number, form)
        clean(path, out, PLAIN, existing)
    rows = [row for row in read_archive(out).to_table().to_pylist() if "first" not in row["text"]]
    assert [re.findall(r"\d", row["text"]) for row in rows] == [["1"], ["2"]]
    assert len({row["id"] for row in rows}) == 1
    assert len({row["version_id"] for row in rows}) == 2
    assert verify_archive(out).sound


def test_a_row_is_known_by_its_address_wherever_it_stands(tmp_path: Path) -> None:
    path, out = tmp_path / "rows.jsonl", tmp_path / "out"
    rows = [{"text": story(n), "url": f"https://a.example/{n}"} for n in range(3)]
    path.write_text(lines(*rows))
    clean(path, out, PLAIN)
    rows[1]["text"] = story("changed")
    path.write_text(lines(*reversed(rows)))
    clean(path, out, PLAIN, "append")
    found = read_archive(out).to_table(columns=["id", "url"]).to_pylist()
    assert len(found) == 4
    assert len({row["id"] for row in found}) == 3


@pytest.fixture
def grown(tmp_path: Path) -> Path:
    """Five documents in three runs: one of them in three versions, one in two."""
    source = tmp_path / "in"
    source.mkdir()
    for run, changed in enumerate(((0, 1, 2, 3), (1,), (1, 2, 4))):
        for number in changed:
            write(source / f"page{number}.txt", f"{number} of run {run}", "txt")
        clean(source, tmp_path / "out", PLAIN, "append" if run else "refuse")
    return tmp_path / "out"


NEWEST = {"page0": "0", "page1": "2", "page2": "2", "page3": "0", "page4": "2"}


def newest(rows: list[dict[str, Any]]) -> dict[str, str]:
    assert len({row["source_uri"] for row in rows}) == len(rows)
    return {Path(row["source_uri"]).stem: re.findall(r"run (\d)", row["text"])[0] for row in rows}


def test_the_newest_versions_in_python(grown: Path) -> None:
    assert read_archive(grown).count_rows() == 8
    latest = read_archive(grown, latest=True)
    assert latest.count_rows() == 5
    assert newest(latest.to_table().to_pylist()) == NEWEST


def test_the_newest_versions_in_sql(grown: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the line of the documentation."""
    [query] = re.findall(r"```sql\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    (grown.parent / "articles").symlink_to(grown)
    monkeypatch.chdir(grown.parent)
    found = duckdb.sql(query)
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    assert newest(rows) == NEWEST


def test_without_a_second_version_nothing_is_filtered(tmp_path: Path) -> None:
    write(tmp_path / "a.txt", 1, "txt")
    clean(tmp_path / "a.txt", tmp_path / "out", PLAIN)
    assert read_archive(tmp_path / "out", latest=True).count_rows() == 1


def test_repeated_inputs_count_once(tmp_path: Path) -> None:
    source, out = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    (source / "good.jsonl").write_text(lines(*({"text": story(n)} for n in range(4)), {"text": " "}))
    twin = lines({"text": story("twin"), "url": "https://a.example/"})
    (source / "left.jsonl").write_text(twin)
    (source / "right.jsonl").write_text(twin)
    (source / "broken.jsonl").write_text("{")
    (source / "picture.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(64)))
    clean(source, out, PLAIN)
    once = Ledger(9, 5, 1, 1, {"duplicate": 1, "unsupported-type": 1})
    assert read_manifest(out).ledger == once
    summary = clean(source, out, PLAIN, "append")
    assert (summary.run.read, summary.run.archived) == (9, 0)
    assert summary.archive == once
    assert read_manifest(out).ledger == once
    assert verify_archive(out).sound

    (source / "broken.jsonl").write_text(lines({"text": story("mended")}))
    (source / "new.txt").write_text(story("new"))
    clean(source, out, PLAIN, "append")
    grown = Ledger(10, 7, 1, 0, {"duplicate": 1, "unsupported-type": 1})
    assert read_manifest(out).ledger == grown
    (source / "picture.png").write_text(f"<html><p>{story('drawn')}</p></html>")
    (source / "new.txt").write_text("{")
    clean(source, out, PLAIN, "append")
    assert read_manifest(out).ledger.skipped == {"duplicate": 1}
    assert verify_archive(out).sound


def test_the_manifest_holds_no_path_of_a_schema(tmp_path: Path) -> None:
    schema = tmp_path / "own.json"
    schema.write_text('{"required": ["title"]}')
    write(tmp_path / "a.txt", 1, "txt")
    clean(tmp_path / "a.txt", tmp_path / "out", Settings(schema=str(schema)))
    assert str(tmp_path) not in (tmp_path / "out/manifest.json").read_text()
    before = read_manifest(tmp_path / "out").runs[0].settings_sha256
    assert json.loads((tmp_path / "out/manifest.json").read_text())["runs"][0]["settings_sha256"] == before
