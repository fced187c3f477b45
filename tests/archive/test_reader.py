"""Reading archives: through `read_archive`, and in one line each with the tools people have."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from archiver.archive.columns import ARTICLE_SCHEMA, to_records
from archiver.archive.direct import write_archive
from archiver.archive.reader import read_archive
from archiver.document import Link
from archiver.errors import ArchiveError
from archiver.record import Record, Skip

MOMENT = datetime(2021, 3, 4, 5, 6, 7, 890, tzinfo=UTC)
DAY = date(2021, 3, 4)


@pytest.fixture
def records(make_record: Callable[..., Record]) -> list[Record]:
    return [
        make_record(
            f"Number {n}, über 漢字.",
            date_published=DAY,
            published_at=MOMENT,
            authors=("A. Reed", "B. Ngata"),
            links=(Link("more", "https://a.example/"),),
            language_score=0.987,
            http_status=200,
        )
        for n in range(6)
    ]


@pytest.fixture
def archive(tmp_path: Path, records: list[Record]) -> Path:
    """An archive of three parts."""
    write_archive(records, tmp_path / "out", shard_characters=150)
    assert len(list((tmp_path / "out/data").iterdir())) == 3
    return tmp_path / "out"


def test_records_come_back_in_order(archive: Path, records: list[Record]) -> None:
    dataset = read_archive(archive)
    assert dataset.schema.equals(ARTICLE_SCHEMA)
    assert list(to_records(dataset.to_table())) == records


def test_rows_and_columns_can_be_chosen(archive: Path) -> None:
    found = read_archive(str(archive)).to_table(
        columns=["text"], filter=pa.compute.field("text") == "Number 3, über 漢字."
    )
    assert found.to_pylist() == [{"text": "Number 3, über 漢字."}]


def test_an_archive_of_nothing_can_be_read(tmp_path: Path) -> None:
    write_archive([Skip("a.png", "unsupported-type")], tmp_path / "out")
    assert read_archive(tmp_path / "out").to_table().num_rows == 0


def test_duckdb_reads_it_in_one_line(archive: Path) -> None:
    found = duckdb.sql(f"SELECT * FROM '{archive}/data/*.parquet' ORDER BY text")
    types = dict(zip(found.columns, map(str, found.types), strict=True))
    assert types["date_published"] == "DATE"
    assert types["published_at"] == "TIMESTAMP WITH TIME ZONE"
    assert types["authors"] == "VARCHAR[]"
    assert types["links"] == 'STRUCT("text" VARCHAR, url VARCHAR)[]'
    row = dict(zip(found.columns, found.fetchall()[0], strict=True))
    assert row["date_published"] == DAY
    assert row["links"] == [{"text": "more", "url": "https://a.example/"}]
    assert row["blocks"][1]["text"] == "Share this page"


def test_polars_reads_it_in_one_line(archive: Path) -> None:
    frame = pl.read_parquet(archive / "data")
    assert frame.height == 6
    assert frame.schema["published_at"] == pl.Datetime("us", "UTC")
    assert frame.schema["date_published"] == pl.Date
    assert frame.schema["authors"] == pl.List(pl.String)
    row = frame.row(0, named=True)
    assert (row["published_at"], row["date_published"], row["text"]) == (MOMENT, DAY, "Number 0, über 漢字.")
    assert row["links"] == [{"text": "more", "url": "https://a.example/"}]


def test_pandas_reads_it_in_one_line(archive: Path) -> None:
    frame = pd.read_parquet(archive / "data")
    assert len(frame) == 6
    assert str(frame["published_at"].dtype) == "datetime64[us, UTC]"
    row = frame.iloc[0]
    assert (row["published_at"], row["date_published"]) == (pd.Timestamp(MOMENT), DAY)
    assert list(row["authors"]) == ["A. Reed", "B. Ngata"]
    assert row["blocks"][1]["text"] == "Share this page"


def test_a_flipped_bit_in_a_page_is_no_data(archive: Path) -> None:
    part = archive / "data/part-00001.parquet"
    content = bytearray(part.read_bytes())
    with pa.parquet.ParquetFile(part) as file:
        column = file.metadata.row_group(0).column(2)
    content[column.data_page_offset + column.total_compressed_size - 3] ^= 1
    part.write_bytes(content)
    with pytest.raises(OSError, match=r"(?i)crc|checksum|corrupt"):
        read_archive(archive).to_table()


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        ("no such folder", "there is no such folder"),
        ("no archive", "this is no archive"),
        ("unfinished", "has not finished; go on with --resume"),
        ("part missing", "data/part-00001.parquet is missing"),
        ("manifest changed", "the file has changed"),
        ("manifest of another", "this is no manifest of archiver"),
        ("manifest a folder", "the manifest cannot be read"),
        ("manifest very deep", "this is no manifest of archiver"),
    ],
)
def test_what_cannot_be_read_is_told(archive: Path, damage: str, message: str) -> None:
    manifest = archive / "manifest.json"
    match damage:
        case "no such folder":
            archive = archive / "nowhere"
        case "no archive":
            archive = archive / "data"
        case "unfinished":
            manifest.unlink()
            (archive / "manifest.sha256").unlink()
        case "part missing":
            (archive / "data/part-00001.parquet").unlink()
        case "manifest changed":
            manifest.write_text(manifest.read_text().replace('"archived": 6', '"archived": 7'))
        case "manifest of another":
            manifest.write_text("{}")
        case "manifest a folder":
            manifest.unlink()
            manifest.mkdir()
        case "manifest very deep":
            manifest.write_text("[" * 100_000)
    with pytest.raises(ArchiveError, match=message):
        read_archive(archive)
