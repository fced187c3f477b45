"""Round trips: an archive, any form that `import` reads, an archive again: the records are equal."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archiver.api import clean_many
from archiver.archive import read_archive, write_archive
from archiver.archive.columns import to_records
from archiver.compose import digest
from archiver.document import RawDocument
from archiver.exports import export_archive
from archiver.imports import import_paths
from archiver.record import Record, RecordBlock
from tests.archive.samples import content
from tests.conftest import PROSE

TRIPS = {"jsonl": {}, "csv": {"raw_csv": True}, "parquet": {}}

HARD = [
    'He said "no", then: "", and left.',
    "One line.\nAnother.\r\nA third,\rand a fourth.",
    "A family 👩‍👩‍👧 with a flag 🏴󠁧󠁢󠁳󠁣󠁴󠁿 and a tab\tin between",
    "שלום עולם, وهذا نص \u202eعربي\u202c.",
    "=1+1",
    "+44 20 7946 0000",
    "-- a dash; @home, 'quoted'",
    "NULL", "nan", "N/A", "null", '""', "'", ",", "\\N", "\\", "\ufeffmark",
    "a zero\0byte",
    "\x0b\x0c\x1c\x1d\x85 and \u2028 \u2029",
]  # fmt: skip


def records_of(archive: Path) -> list[Record]:
    return list(to_records(read_archive(archive).to_table()))


def there_and_back(folder: Path, form: str) -> Path:
    export_archive(folder / "first", form, folder / f"export.{form}", **TRIPS[form])
    ledger = import_paths([folder / f"export.{form}"], folder / "second")
    assert (ledger.rejected, ledger.failed) == (0, 0)
    return folder / "second"


@pytest.mark.parametrize("form", TRIPS)
def test_cleaned_documents_come_back_equal(tmp_path: Path, form: str) -> None:
    """Cleaned from sources with NUL bytes, broken encodings and rows with other columns."""
    sources = [
        RawDocument(f"The harbour was full.\n\n{text}\n\nNobody slept.".encode(), f"{number}.txt", extra='{"a":"\\0"}')
        for number, text in enumerate(HARD)
    ]  # fmt: skip
    page = f"<title>Tea</title><article><h1>Tea \0 &amp; cake</h1><p>{PROSE}\0</p><p>\xff {PROSE}</p></article>"
    sources.append(RawDocument(page.encode("latin-1"), "s/page.html", "text/html"))
    write_archive(clean_many(sources), tmp_path / "first")
    before = records_of(tmp_path / "first")
    assert len(before) == len(sources)
    assert records_of(there_and_back(tmp_path, form)) == before


@pytest.mark.parametrize("form", TRIPS)
def test_the_archive_is_the_same_but_for_what_it_was_made_of(tmp_path: Path, form: str) -> None:
    write_archive(clean_many([text.encode() for text in HARD]), tmp_path / "first")
    second = there_and_back(tmp_path, form)
    data = [
        {name: file for name, file in content(place).items() if "data/" in name}
        for place in (tmp_path / "first", second)
    ]
    assert data[0] == data[1]


TEXTS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30) | st.sampled_from(HARD)
MAYBE = st.none() | st.just("") | TEXTS
VISIBLE = TEXTS.filter(lambda text: bool(text.strip()))
TIMES = st.none() | st.datetimes(datetime(1000, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))
SCORES = st.none() | st.integers(0, 1000).map(lambda number: number / 1000)


@st.composite
def changes(draw: st.DrawFn) -> dict[str, Any]:
    """Values of every kind of column, among them null beside the empty string."""
    text = draw(VISIBLE)
    return {
        "text": text,
        "text_sha256": digest(text.encode()),
        "title": draw(MAYBE),
        "section": draw(MAYBE),
        "extra": draw(MAYBE),
        "authors": tuple(draw(st.lists(TEXTS, max_size=3))),
        "published_at": draw(TIMES),
        "date_published": draw(st.none() | st.dates()),
        "language_score": draw(SCORES),
        "http_status": draw(st.none() | st.integers(0, 999)),
        "source_bytes": draw(st.integers(0, 2**63 - 1)),
        "blocks": (
            RecordBlock("paragraph", True, "model", 0.125, 0, len(text), draw(TEXTS), None),
            RecordBlock("share", False, "share", 0.995, None, None, draw(TEXTS), draw(TEXTS)),
        ),
    }


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(changes(), min_size=1, max_size=4))
@pytest.mark.parametrize("form", TRIPS)
def test_whatever_a_record_holds_comes_back(
    form: str, make_record: Callable[..., Record], rows: list[dict[str, Any]]
) -> None:
    records = [replace(make_record(f"record {number}"), **row) for number, row in enumerate(rows)]
    with tempfile.TemporaryDirectory() as folder:
        write_archive(records, Path(folder) / "first")
        assert records_of(there_and_back(Path(folder), form)) == records


def test_csv_that_was_made_safe_is_told_apart(tmp_path: Path, make_record: Callable[..., Record]) -> None:
    write_archive([make_record("=1+1"), make_record("harmless")], tmp_path / "first")
    export_archive(tmp_path / "first", "csv", tmp_path / "safe.csv")
    ledger = import_paths([tmp_path / "safe.csv"], tmp_path / "second")
    assert (ledger.archived, ledger.rejected) == (1, 1)
    (row,) = pq.read_table(tmp_path / "second" / "rejected").to_pylist()
    assert [violation["pointer"] for violation in row["violations"]] == ["/text_sha256"]
