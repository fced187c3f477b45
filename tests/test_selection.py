"""What is asked for is archived, all else is skipped with its reason, and the ledger still adds up."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from archiver.archive.manifest import read_manifest
from archiver.batch import run
from archiver.cli import app
from archiver.document import RawDocument
from archiver.errors import UsageError
from archiver.preview import preview
from archiver.record import Failure, Skip
from archiver.selection import Selection, chosen, is_asked_for
from archiver.settings import Settings, read_settings

ITEMS = [
    RawDocument(b"x", "in/a.html", url="https://a.example/news/1"),
    RawDocument(b"x", "in/sub/b.html"),
    RawDocument(b"x", "in/x.zip!c.html", url="https://b.example/2"),
    RawDocument(b"x", "in/d.jsonl#row=5", url="https://a.example/shop/3"),
    Failure("in/e.html", None, "source", "unreadable", "gone"),
    Skip("in/f.png", "unsupported-type"),
]
CHOICES = [
    ({}, "abcdef"),
    ({"include": ("*.html",)}, "abcef"),
    ({"include": ("in/*.jsonl", "in/x.zip")}, "cdf"),
    ({"exclude": ("in/sub/*", "*/e.html")}, "acdf"),
    ({"exclude": ("c.html",)}, "abdef"),
    ({"include_url": ("https://a.example/*",)}, "adef"),
    ({"exclude_url": ("*/shop/*",)}, "abcef"),
    ({"include": ("*.html",), "exclude_url": ("*/news/*",)}, "bcef"),
]


@pytest.mark.parametrize(("settings", "left"), CHOICES)
def test_what_a_source_tells(settings: dict[str, tuple[str, ...]], left: str) -> None:
    found = list(chosen(ITEMS, Selection(**settings)))  # type: ignore[arg-type]
    assert [item.source_uri for item in found] == [item.source_uri for item in ITEMS]
    assert "".join("abcdef"[n] for n, item in enumerate(found) if item is ITEMS[n]) == left
    assert {item.reason for n, item in enumerate(found) if item is not ITEMS[n]} <= {"excluded", "not-included"}


def test_a_sample_follows_from_names_and_seed() -> None:
    items = [RawDocument(b"x", f"{n}.html") for n in range(2000)]

    def sample(share: float, seed: int = 0) -> set[str]:
        selection = Selection(sample=share, seed=seed)
        return {item.source_uri for item in chosen(items, selection) if isinstance(item, RawDocument)}

    assert 140 < len(sample(0.1)) < 260
    assert sample(0.1) == sample(0.1)
    assert sample(0.1) < sample(0.3)
    assert sample(0.1) != sample(0.1, seed=1)


BODY = (
    "The ferry left the harbour at seven, as it does every day, and the pilot waved to the children on the quay. "
    "Nobody had told them that the old boat, built in 1931, would be sold in the spring."
)
GERMAN = (
    "Die Fähre verließ den Hafen um sieben, wie an jedem Tag, und der Lotse winkte den Kindern am Kai. "
    "Niemand hatte ihnen gesagt, dass das alte Boot, gebaut 1931, im Frühjahr verkauft werden sollte."
)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "d.jsonl"
    lines = [
        {
            "text": GERMAN if n % 4 == 3 else f"{BODY} It was boat number {n}.",
            "url": f"https://a.example/{n}",
            "title": f"Boat {n}",
            "date": f"2024-01-{n + 1:02d}" if n % 2 else None,
        }
        for n in range(20)
    ]
    path.write_text("".join(json.dumps(line) + "\n" for line in lines) + "broken\n", encoding="utf-8")
    return path


RUNS = [
    ("language=de", {"language": 15}, 5),
    ('language=["en", "fr"]', {"language": 5}, 15),
    ("since=2024-01-11", {"since": 15}, 5),
    ('where=["title ~ boat 1", "word_count > 35"]', {"where": 12}, 8),
    ('where="title = Boat 7"', {"where": 19}, 1),
    ('where="title != Boat 7"', {"where": 1}, 19),
    ('where="authors = Ann"', {"where": 20}, 0),
    ('include_url="*/1*"', {"not-included": 9}, 11),
    ("limit=3", {"limit": 1}, 3),
    ("limit=20", {"limit": 1}, 20),
    ("limit=21", {}, 20),
]


@pytest.mark.parametrize(("assignment", "skipped", "archived"), RUNS)
def test_runs(rows: Path, tmp_path: Path, assignment: str, skipped: dict[str, int], archived: int) -> None:
    settings = read_settings(None, (f"select.{assignment}",))
    summary = run([rows], tmp_path / "out", settings)
    summary.run.check("run")
    assert summary.run.skipped == skipped
    assert summary.run.archived == archived
    assert summary.run.failed == (0 if "limit" in skipped else 1)


def test_a_limit_counts_over_all_shards(tmp_path: Path) -> None:
    for n in range(12):
        (tmp_path / f"{n:02d}.txt").write_text(f"{BODY} It was boat number {n}.", encoding="utf-8")
    settings = Settings(select=Selection(limit=5, exclude=("*/01.txt",)))
    names = []
    for size, workers in ((300, None), (10_000, 2)):
        out = tmp_path / f"out{size}"
        run([str(tmp_path / "*.txt")], out, settings, shard_bytes=size, workers=workers)
        ledger = read_manifest(out).ledger
        assert (ledger.archived, ledger.skipped) == (5, {"excluded": 1, "limit": 6})
        names.append(sorted(pq.read_table(out / "data", columns=["source_uri"])["source_uri"].to_pylist()))
    assert names[0] == names[1]
    assert [name[-6:-4] for name in names[0]] == ["00", "02", "03", "04", "05"]


def test_another_selection_adds_to_an_archive(rows: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run([rows], out, Settings(select=Selection(limit=3)))
    with pytest.raises(UsageError, match="select"):
        run([rows], out, Settings(select=Selection(limit=9)), existing="resume")
    summary = run([rows], out, Settings(select=Selection(limit=9)), existing="append")
    assert summary.run.skipped == {"already-archived": 3, "limit": 1}
    assert summary.archive.archived == 9
    assert read_manifest(out).runs[1].selection == {"limit": 9}


def test_a_preview_reads_and_cleans_nothing(rows: Path) -> None:
    found = preview([rows], Settings(select=Selection(include_url=("*/1*",))))
    assert (found.documents, dict(found.failed), dict(found.skipped)) == (11, {"invalid-json": 1}, {"not-included": 9})
    limited = preview([rows], Settings(select=Selection(limit=2)))
    assert (limited.documents, dict(limited.skipped)) == (2, {"limit": 1})


WRONG = ["limit=-1", "sample=0", "sample=1.5", 'where="tilte = x"', 'where="title"', 'since="soon"', "langauge=de"]


@pytest.mark.parametrize("assignment", WRONG)
def test_mistakes_are_named(assignment: str) -> None:
    with pytest.raises(UsageError, match=r"select\."):
        read_settings(None, (f"select.{assignment}",))


def test_a_selection_is_written_and_read_back(tmp_path: Path) -> None:
    settings = Settings(select=Selection(limit=4, since=date(2024, 2, 3), where=("title ~ x",)))
    path = tmp_path / "archiver.toml"
    path.write_text(settings.to_toml(), encoding="utf-8")
    assert read_settings(path) == settings
    assert settings.digest() == Settings().digest()


def test_a_dry_run_tells_and_writes_nothing(rows: Path, tmp_path: Path) -> None:
    arguments = ["clean", str(rows), "--out", str(tmp_path / "out"), "--dry-run", "--set", "select.include_url='*/1*'"]
    shown = CliRunner().invoke(app, arguments)
    assert shown.exit_code == 1, "a line cannot be read"
    assert shown.output.startswith("11 documents of ")
    assert "  cannot be read: invalid-json 1\n  skipped: not-included 9\n" in shown.output
    as_json = json.loads(CliRunner().invoke(app, [*arguments, "--json"]).output)
    assert (as_json["documents"], as_json["skipped"]) == (11, {"not-included": 9})
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "condition",
    [
        *("word_count >= abc", "word_count >= nan", "date_published >= yesterday", "published_at > noon"),
        *("word_count => 5", "title == x", "title ~ ", "title", "= x", "wordcount > 3"),
    ],
)
def test_conditions_that_could_never_hold_are_refused(condition: str) -> None:
    with pytest.raises(UsageError, match=r"setting select\.where: "):
        Selection(where=(condition,))


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("published_at = 2025-03-14T07:30:00Z", True),
        ("published_at = 2025-03-14T08:30:00+01:00", True),
        ("published_at > 2025-03-14T08:00:00+01:00", True),
        ("published_at > 2025-03-14T07:30:00", False),
        ("published_at >= 2025-03-14", True),
        ("published_at ~ 07:30", True),
        ("date_published < 2025-03-15", True),
        ("language_score = 0.91", True),
        ("authors ~ holt", True),
        ("authors !~ holt", False),
        ("subtitle != x", True),
    ],
)
def test_conditions_compare_what_the_column_holds(condition: str, holds: bool) -> None:
    row = {
        "source_uri": "a",
        "url": None,
        "fetched_at": None,
        "language": "en",
        "subtitle": None,
        "date_published": date(2025, 3, 14),
        "published_at": datetime(2025, 3, 14, 7, 30, tzinfo=UTC),
        "language_score": 0.9100000262260437,
        "authors": ["Maren Holt"],
    }
    assert is_asked_for(row, Selection(where=(condition,))) is holds
