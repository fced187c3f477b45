"""A record with something in every column, as the pipeline would make it."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from archiver.document import Image, Link, Repair
from archiver.record import Origin, Record, RecordBlock
from archiver.record_json import to_json

KEPT = RecordBlock("paragraph", True, "model", 0.9, 0, 21, "", None)
REMOVED = RecordBlock("share", False, "share", 0.99, None, None, "\n\n", "Tell your friends")


@pytest.fixture
def record() -> Record:
    return Record(
        id="0f" * 16,
        version_id="1e" * 16,
        text="The ferry sails again",
        title="Ferry",
        subtitle=None,
        section="Local",
        description="Ferry news.",
        author_bio=None,
        publisher="Harbour Post",
        site_name="Harbour Post",
        license=None,
        authors=("Ana Silva", "Jan Kowalski"),
        tags=("ferry",),
        date_published=date(2021, 5, 4),
        date_modified=None,
        published_at=datetime(2021, 5, 4, 6, 30, tzinfo=UTC),
        modified_at=datetime(2021, 5, 4, 6, 30, 0, 250_000, tzinfo=UTC),
        published_raw="2021-05-04T08:30+02:00",
        language="en",
        language_score=0.987,
        url="https://harbour.example/ferry?a=1|2",
        canonical_url="https://harbour.example/ferry",
        domain="harbour.example",
        page_type="article",
        page_type_score=0.9,
        word_count=4,
        char_count=21,
        flags=("short",),
        links=(Link("timetable", "/times"),),
        images=(Image("/ferry.jpg", None), Image("/quay.jpg", "The quay")),
        blocks=(KEPT, REMOVED),
        repairs=(Repair(0, "mojibake", 1, "The fÃ©rry sails again", "[]"), Repair(None, "line_end", 3)),
        origins=(Origin("title", "opengraph", "og:title", "Ferry"), Origin("language", "model", None, None)),
        source_uri="news/ferry.html",
        source_sha256="2d" * 32,
        source_bytes=1234,
        source_media_type="text/html",
        source_encoding="utf-8",
        source_encoding_confidence=1.0,
        fetched_at=None,
        http_status=200,
        warc_record_id=None,
        extra='{"crawl":7}',
        text_sha256="3c" * 32,
        settings_sha256="4b" * 32,
        cleaner_version="0.1.0",
        schema_version="1.0",
    )


@pytest.fixture
def form(record: Record) -> dict:
    """The record in its JSON form."""
    return to_json(record)
