"""Exports: every form is what its readers expect, safe to open, whole or not there."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import threading
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from markdown_it import MarkdownIt

from archiver.archive import write_archive
from archiver.document import RawDocument
from archiver.errors import ArchiverError, UsageError
from archiver.exports import export_archive, export_to
from archiver.exports.names import file_name
from archiver.exports.query import query
from archiver.exports.texts import front_matter, markdown_of
from archiver.record import Failure, Record, RecordBlock
from archiver.record_json import to_json
from archiver.selection import Selection, chosen, is_asked_for

Make = Callable[..., Record]
NOTHING = dict.fromkeys(("url", "date_published", "fetched_at", "language"))


@pytest.fixture
def archive(tmp_path: Path, make_record: Make) -> Path:
    records = [make_record(text, title=title) for text, title in (("One.", "=A1"), ("Two.", None), ("Three.", "../up"))]
    write_archive([*records, Failure("bad.html", None, "decode", "undecodable", "no")], tmp_path / "archive")
    return tmp_path / "archive"


def exported(archive: Path, form: str, **options: Any) -> str:
    stream = io.BytesIO()
    assert export_to(stream, archive, form, **options) == 3
    return stream.getvalue().decode("utf-8")


def test_csv_opens_safely_in_a_spreadsheet(archive: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(exported(archive, "csv", columns=["title", "text"]))))
    assert rows[0] == {"title": "'=A1", "text": "One."}
    raw = list(csv.DictReader(io.StringIO(exported(archive, "csv", columns=["title"], raw_csv=True))))
    assert raw[0] == {"title": "=A1"}


@pytest.mark.parametrize("start", list("=+-@\t\r＝＋－＠"))
def test_whatever_a_spreadsheet_runs_is_marked(tmp_path: Path, make_record: Make, start: str) -> None:
    write_archive([make_record(title=f"{start}cmd|' /C calc'!A0")], tmp_path / "a")
    stream = io.BytesIO()
    export_to(stream, tmp_path / "a", "csv", columns=["title"])
    assert f"'{start}cmd" in stream.getvalue().decode("utf-8")


@pytest.mark.parametrize(
    ("select", "expected"),
    [
        (Selection(), ["One.", "Two.", "Three."]),
        (Selection(limit=2), ["One.", "Two."]),
        (Selection(where=("title ~ UP",)), ["Three."]),
        (Selection(where=("char_count <= 4",), limit=1), ["One."]),
        (Selection(where=("title = nothing",)), []),
        (Selection(where=("authors ~ nobody",)), []),
        (Selection(exclude=("*",)), []),
        (Selection(include=("*",), sample=1), ["One.", "Two.", "Three."]),
        (Selection(language=("xx",)), []),
        (Selection(include_url=("https://elsewhere.example/*",)), []),
        (Selection(since=date(2999, 1, 1)), []),
    ],
)
def test_only_what_is_selected_is_written(archive: Path, select: Selection, expected: list[str]) -> None:
    stream = io.BytesIO()
    assert export_to(stream, archive, "jsonl", columns=["text"], select=select) == len(expected)
    assert [json.loads(line) for line in stream.getvalue().splitlines()] == [{"text": text} for text in expected]


def test_a_sample_is_the_one_that_clean_would_take() -> None:
    select = Selection(sample=0.5, seed=7)
    raw = [RawDocument(b"", str(number)) for number in range(200)]
    taken = [item.source_uri for item in chosen(raw, select) if isinstance(item, RawDocument)]
    assert 60 < len(taken) < 140
    assert taken == [
        item.source_uri for item in raw if is_asked_for({"source_uri": item.source_uri, **NOTHING}, select)
    ]


def test_columns_are_those_asked_for_in_their_order(archive: Path, tmp_path: Path) -> None:
    lines = exported(archive, "jsonl", columns=["text", "id"]).splitlines()
    assert [list(json.loads(line)) for line in lines] == [["text", "id"]] * 3
    export_archive(archive, "parquet", tmp_path / "some.parquet", columns=["text", "id"])
    assert pq.read_table(tmp_path / "some.parquet").column_names == ["text", "id"]


def test_texts_are_parted_by_page_breaks(archive: Path) -> None:
    assert exported(archive, "text").split("\n\f\n") == ["One.", "Two.", "Three.\n"]


def test_one_file_for_each_document(archive: Path, tmp_path: Path) -> None:
    assert export_archive(archive, "markdown", tmp_path / "pages", each=True) == 3
    names = sorted(path.name for path in (tmp_path / "pages").iterdir())
    assert len(names) == 3
    assert all(re.fullmatch(r"(?:[a-z0-9]+-)?[0-9a-z]+-[0-9a-f]{12}\.md", name) for name in names), names
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


NAMES = [
    ("../../etc/passwd", "etc-passwd"), ("CON", "con"), ("a\0b:c*?", "a-b-c"), ("Straße — Über", "strasse-über"),
    ("夜の渡し船", "夜の渡し船"), ("…", ""), ("x" * 300, "x" * 80), ("क्षत्रिय", "क्षत्रिय"),
]  # fmt: skip


@pytest.mark.parametrize(("title", "expected"), NAMES)
def test_names_of_files_are_harmless(title: str, expected: str) -> None:
    name = file_name({"title": title, "source_uri": "a", "version_id": "0f" * 16})
    assert name == (f"{expected}-" if expected else "") + "0f0f0f0f0f0f"


MISTAKES = [
    ({"form": "pdf"}, "known are jsonl"),
    ({"form": "csv", "each": True}, "leave out --each"),
    ({"form": "jsonl", "columns": ["titel"]}, "did you mean title"),
    ({"form": "jsonl", "raw_csv": True}, "--raw-csv"),
    ({"form": "text", "columns": ["id"]}, "leave out --columns"),
]


@pytest.mark.parametrize(("options", "told"), MISTAKES)
def test_mistakes_leave_nothing_behind(archive: Path, tmp_path: Path, options: dict[str, Any], told: str) -> None:
    with pytest.raises(UsageError, match=re.escape(told)):
        export_archive(archive, out=tmp_path / "x", **options)
    assert [path.name for path in tmp_path.iterdir()] == ["archive"]


def test_nothing_is_overwritten_or_written_into_the_archive(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "there").write_text("mine")
    for out, told in ((tmp_path / "there", "something already"), (archive / "x.csv", "inside the archive")):
        with pytest.raises(UsageError, match=told):
            export_archive(archive, "csv", out)
    with pytest.raises(ArchiverError, match="no such folder"):
        export_archive(tmp_path / "nowhere", "csv", tmp_path / "y")
    assert (tmp_path / "there").read_text() == "mine"


BLOCKS = [
    ("paragraph", "1. April was *cold*, <b>cold</b> & [wet](x)."),
    ("heading", "# What next?"),
    ("list_item", "- boil"),
    ("list_item", "2) stir\nslowly"),
    ("quote", "> No."),
    ("code", "if a < b:\n    ```"),
    ("table", "Port | Tide"),
    ("table", "Skagen | 04:10"),
    ("paragraph", "---\n=== ends"),
]


@pytest.fixture
def mixed(make_record: Make) -> Record:
    pieces, blocks, end = [], [], 0
    for label, content in BLOCKS:
        before = "\n\n" if pieces else ""
        start, end = end + len(before), end + len(before) + len(content)
        pieces.append(before + content)
        blocks.append(RecordBlock(label, True, "model", 1.0, start, end, before, None))
    blocks.append(RecordBlock("share", False, "share", 1.0, None, None, "\n\n", "Share this"))
    return make_record("".join(pieces), title='Tea: "hot" # yes', blocks=tuple(blocks))


def test_markdown_says_what_the_blocks_say(mixed: Record) -> None:
    """Judged by a Markdown parser: the blocks are of their kinds, and no text became markup."""
    front, body = markdown_of(to_json(mixed), ["title"]).split("\n---\n", 1)
    assert yaml.safe_load(front.removeprefix("---\n")) == {"title": 'Tea: "hot" # yes'}
    tokens = MarkdownIt("commonmark").enable("table").parse(body)
    opened = [token.tag for token in tokens if token.nesting == 1 and token.level == 0]
    assert opened == ["h1", "p", "h2", "ul", "blockquote", "table", "p"]
    text = [token.content for token in tokens if token.type in ("fence", "code_block")]
    assert text == ["if a < b:\n    ```\n"]
    inner = {child.type for token in tokens for child in token.children or ()}
    assert inner <= {"text", "softbreak", "text_special"}
    words = " ".join(child.content for token in tokens for child in token.children or () if child.content)
    assert "1. April was *cold*, <b>cold</b> & [wet](x)." in words
    assert "Share this" not in body


@pytest.mark.parametrize(
    "value", ["yes", "1e3", "null", "2021-05-04", "a: b", "\x7f\x85\u2028\ufeff", "👩‍👧", "- x", "'\\"]
)
def test_front_matter_is_yaml_that_gives_the_value_back(value: str) -> None:
    read = yaml.safe_load(front_matter({"title": value, "authors": [value]}, ["title", "authors"]).strip().strip("-"))
    assert read == {"title": value, "authors": [value]}


class TestQuery:
    def test_each_table(self, archive: Path) -> None:
        answer = query(archive, "SELECT count(*) AS n FROM articles")
        assert (answer.columns, list(answer)) == (("n",), [(3,)])
        assert list(query(archive, 'SELECT "index", label, text FROM removed LIMIT 1')) == [
            (1, "share", "Share this page")
        ]
        assert list(query(archive, "SELECT source_uri, code FROM failures")) == [("bad.html", "undecodable")]
        assert list(query(archive, "SELECT count(*) FROM rejected")) == [(0,)]

    @pytest.mark.parametrize(
        "sql",
        [
            "SELEC 1", "SELECT * FROM nothing",
            "COPY articles TO '{}/stolen.csv'", "SELECT * FROM read_text('{}/secret')",
            "SET enable_external_access = true", "ATTACH '{}/new.db'", "SELECT 1/cast('x' AS int)",
        ],
    )  # fmt: skip
    def test_nothing_else_is_within_reach(self, archive: Path, tmp_path: Path, sql: str) -> None:
        (tmp_path / "secret").write_text("mine")
        with pytest.raises(UsageError, match="cannot be carried out"):
            list(query(archive, sql.format(tmp_path)))
        assert sorted(path.name for path in tmp_path.iterdir()) == ["archive", "secret"]

    @pytest.mark.parametrize("sql", ["", " ; ", "SELECT 1; SELECT 2"])
    def test_one_statement_is_asked_at_a_time(self, archive: Path, sql: str) -> None:
        with pytest.raises(UsageError, match="statements; one is asked"):
            query(archive, sql)

    def test_a_statement_without_end_can_be_interrupted(self, archive: Path) -> None:
        before = signal.signal(signal.SIGINT, signal.default_int_handler)
        timer = threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT))
        try:
            with pytest.raises(KeyboardInterrupt):
                timer.start()
                list(
                    query(archive, "SELECT count(*) FROM range(100000000) a, range(1000000) b WHERE a.range = -b.range")
                )
        finally:
            timer.cancel()
            signal.signal(signal.SIGINT, before)
