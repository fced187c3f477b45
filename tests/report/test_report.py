"""What people and programs are told, to the character."""

from __future__ import annotations

import io
import json
import subprocess
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest
from rich.console import Console

from archiver.api import clean, explain
from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.archive.ledger import Ledger
from archiver.archive.receipt import Characters
from archiver.batch import Progress, RunSummary
from archiver.document import Block, Document, Label, RawDocument, Verdict
from archiver.record import Violation
from archiver.report import json as as_json
from archiver.report import terminal
from archiver.report.blocks import BlockView, Explanation, of_document, of_record
from archiver.report.progress import LINE_SECONDS, show_progress
from archiver.validation import validate_paths

LEDGER = Ledger(1_500, 1_490, 3, 2, {"duplicate": 1, "unsupported": 4})
CHARACTERS = Characters(700, {"navigation": 200, "ad": 100, "share": 0})
SUMMARY = RunSummary(Path("out"), LEDGER, LEDGER, CHARACTERS, 4, 0, nothing_to_do=False, seconds=1.23456)
HOSTILE = "\x1b[2J[red]boo[/red] \u202eevil"
SHOWN = r"\x1b[2J[red]boo[/red] \u202eevil"


def console(terminal: bool = False, **options: Any) -> tuple[Console, io.StringIO]:
    out = io.StringIO()
    color = "standard" if terminal else None
    plain = {"TERM": "xterm"}
    return Console(file=out, force_terminal=terminal, width=60, color_system=color, _environ=plain, **options), out


VIOLATIONS = [
    (
        Violation("a.jsonl", 6, "/title", "type", "string or null", "5", 9),
        "a.jsonl:9 /title: expected string or null (type), found 5",
    ),
    (
        Violation("p.parquet", 6, "", "required", 'property "id"', "{}"),
        'p.parquet#row=6: expected property "id" (required), found {}',
    ),
    (Violation("a.gz", None, "", "file", "a readable file", "x"), "a.gz: expected a readable file (file), found x"),
    (
        Violation(HOSTILE, 0, f"/{HOSTILE}", HOSTILE, HOSTILE, f"{HOSTILE}\n"),
        f"{SHOWN}#row=0 /{SHOWN}: expected {SHOWN} ({SHOWN}), found {SHOWN}\\n",
    ),
]


@pytest.mark.parametrize(("violation", "expected"), VIOLATIONS)
def test_a_violation_is_one_line(violation: Violation, expected: str) -> None:
    assert terminal.violation_text(violation).plain == expected


def records(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "a.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


@pytest.fixture
def schema(tmp_path: Path) -> Path:
    path = tmp_path / "schema.json"
    path.write_text('{"properties": {"n": {"type": "integer"}}}', encoding="utf-8")
    return path


def test_a_validation_ends_with_its_counts(tmp_path: Path, schema: Path) -> None:
    path = records(tmp_path, '{"n": 1}', '{"n": "\\u001b[2J"}')
    shown, out = console()
    terminal.print_violations(shown, validate_paths([path], schema))
    assert out.getvalue().splitlines() == [
        f'{path.as_posix()}:2 /n: expected integer (type), found "\\u001b[2J"',
        "1 violation: 2 records in 1 file",
    ]


def test_a_valid_file_is_said_to_be_valid(tmp_path: Path, schema: Path) -> None:
    shown, out = console()
    terminal.print_violations(shown, validate_paths([records(tmp_path, "{}")], schema))
    assert out.getvalue() == "valid: 1 record in 1 file\n"


@pytest.mark.parametrize("lines", [[], ["{}"], ['{"n": ""}'], ['{"n": 1.5}', "[", '{"n": null}']])
def test_violations_as_json_can_be_read_back(tmp_path: Path, schema: Path, lines: list[str]) -> None:
    path = records(tmp_path, *lines)
    out = io.StringIO()
    as_json.write_violations(out, validate_paths([path], schema))
    tree = json.loads(out.getvalue())
    expected = [violation._asdict() for violation in validate_paths([path], schema)]
    assert tree.pop("by_rule") == Counter(violation["rule"] for violation in expected)
    assert tree == {"violations": expected, "valid": not expected, "files": 1, "records": len(lines)}


LEDGER_LINES = [
    "read     1,500",
    "archived 1,490",
    "rejected     3",
    "failed       2",
    "skipped      5  (duplicate 1, unsupported 4)",
]


def test_the_ledger_is_an_aligned_table() -> None:
    shown, out = console()
    terminal.print_ledger(shown, LEDGER)
    assert out.getvalue().splitlines() == LEDGER_LINES


def test_a_run_closes_with_ledger_removed_text_and_how_to_go_on() -> None:
    shown, out = console()
    terminal.print_summary(shown, SUMMARY)
    assert out.getvalue().splitlines() == [
        *LEDGER_LINES,
        "",
        "30.0% of the text was removed",
        "navigation      20.0%",
        "ad              10.0%",
        "share            0.0%",
        "",
        "The articles are in out/data. To see some:",
        f"    {terminal.opening_line(Path('out'))}",
    ]


def test_a_resumed_run_says_what_was_done_before() -> None:
    for found, finished, expected in (
        (3, False, "3 of 4 shards were there already"),
        (4, True, "nothing was left to do: the run had finished"),
    ):
        shown, out = console()
        terminal.print_summary(shown, replace(SUMMARY, shards_found=found, nothing_to_do=finished))
        assert out.getvalue().splitlines()[0] == expected


def test_an_appended_run_shows_the_whole_archive_too() -> None:
    shown, out = console()
    terminal.print_summary(shown, replace(SUMMARY, archive=LEDGER + Ledger(1, 1)))
    assert out.getvalue().splitlines()[5:9] == ["", "the whole archive", "read     1,501", "archived 1,491"]


def test_an_archive_without_articles_is_not_opened() -> None:
    shown, out = console()
    nothing = Ledger(1, 0, 1)
    terminal.print_summary(shown, replace(SUMMARY, run=nothing, archive=nothing, characters=Characters()))
    assert len(out.getvalue().splitlines()) == 5


@pytest.mark.parametrize("name", ["out", "it's a \u00fc", '$HOME "`\\n`"'])
def test_the_opening_line_runs_for_any_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path(name, "data").mkdir(parents=True)
    pyarrow.parquet.write_table(ARTICLE_SCHEMA.empty_table(), Path(name, "data", "part-00000.parquet"))
    shown = subprocess.run(terminal.opening_line(Path(name)), shell=True, capture_output=True, text=True)
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, "\n", "")


def test_a_summary_as_json() -> None:
    out = io.StringIO()
    as_json.write_summary(out, SUMMARY)
    tree = json.loads(out.getvalue())
    assert tree["run"]["in"] == 1_500
    assert tree["characters"] == {"kept": 700, "removed": {"navigation": 200, "ad": 100, "share": 0}}
    assert (tree["out"], tree["seconds"]) == ("out", 1.235)


def test_a_ledger_as_json() -> None:
    out = io.StringIO()
    as_json.write_ledger(out, LEDGER)
    assert json.loads(out.getvalue()) == LEDGER.to_json()


@pytest.fixture
def document() -> Document:
    blocks = [Block("The ferry\nsails again"), Block(HOSTILE)]
    verdicts = [
        Verdict(Label.PARAGRAPH, True, "model", 0.9),
        Verdict(Label.SHARE, False, "share", 1.0, evidence="\x1bfriends"),
    ]
    source = RawDocument(b"", f"news/{HOSTILE}")
    return Document(source, "text/html", blocks, encoding="utf-8", title="Ferry", verdicts=verdicts)


EXPLAINED = [
    f"news/{SHOWN} · text/html · utf-8 · und",
    "Ferry",
    "  0 kept    paragraph    0.900  model",
    "    The ferry",
    "    sails again",
    r"  1 removed share        1.000  share  \x1bfriends",
    f"    {SHOWN}",
    "1 of 2 blocks kept, 53.3% of the characters removed",
]


def test_a_document_is_explained_block_by_block(document: Document) -> None:
    shown, out = console()
    terminal.print_explanation(shown, of_document(document))
    assert out.getvalue().splitlines() == EXPLAINED


def test_at_a_terminal_there_are_colours_and_no_foreign_escapes(document: Document) -> None:
    shown, out = console(terminal=True)
    terminal.print_explanation(shown, of_document(document))
    text = out.getvalue()
    assert "\x1b[32mkept" in text
    assert "\x1b[31mremoved" in text
    assert "\x1b[2J" not in text
    assert "\u202e" not in text


def test_an_empty_document_is_explained() -> None:
    shown, out = console()
    terminal.print_explanation(shown, Explanation("a", None, None, None, None, []))
    assert out.getvalue().splitlines() == ["a", "0 of 0 blocks kept, nothing of the characters removed"]


def test_an_explanation_as_json_holds_every_text(document: Document) -> None:
    out = io.StringIO()
    as_json.write_explanation(out, of_document(document))
    assert out.getvalue().isascii()
    tree = json.loads(out.getvalue())
    assert [block["text"] for block in tree["blocks"]] == ["The ferry\nsails again", HOSTILE]
    assert tree["blocks"][1]["evidence"] == "\x1bfriends"


def test_a_record_is_explained_as_its_document_was() -> None:
    page = "<html><body><h1>Ferry</h1><p>The ferry sails again, the harbour master said on Monday.</p><nav>Home</nav>"
    before, after = of_document(explain(page)), of_record(clean(page))
    assert [(block.label, block.kept, block.text) for block in after.blocks] == [
        (block.label, block.kept, block.text) for block in before.blocks
    ]
    assert after.characters == before.characters


def test_a_label_of_a_newer_version_is_shown() -> None:
    assert BlockView(0, "podcast", False, "x", 1.0, "", "").family is None


# --- progress -----------------------------------------------------------------------------------------------------


def progress(share: float, total: int | None = 40_000_000) -> Progress:
    return Progress(int(share * 40_000_000), total, 1, Ledger(int(share * 4_000)))


def test_without_a_terminal_a_line_comes_now_and_then() -> None:
    shown, out = console()
    times = iter([0.0, LINE_SECONDS / 2, LINE_SECONDS, LINE_SECONDS * 1.5, LINE_SECONDS * 3])
    with show_progress(shown, clock=lambda: next(times)) as on_progress:
        for share in (0.1, 0.25, 0.3, 0.5):
            on_progress(progress(share))
    assert out.getvalue().splitlines() == [
        "1,000 documents, 10.0 MB of 40.0 MB (25%), 1.0 MB/s, 30 s left",
        "2,000 documents, 20.0 MB of 40.0 MB (50%), 500.0 kB/s, 40 s left",
    ]


def test_an_unknown_total_promises_nothing() -> None:
    shown, out = console()
    times = iter([0.0, LINE_SECONDS])
    with show_progress(shown, clock=lambda: next(times)) as on_progress:
        on_progress(progress(0.25, None))
    assert out.getvalue() == "1,000 documents, 10.0 MB, 1.0 MB/s\n"


def test_quiet_says_nothing() -> None:
    shown, out = console(terminal=True)
    with show_progress(shown, quiet=True) as on_progress:
        on_progress(progress(1))
    assert out.getvalue() == ""


def test_at_a_terminal_there_is_a_bar() -> None:
    shown, out = console(terminal=True)
    with show_progress(shown) as on_progress:
        on_progress(progress(0.5))
    assert "2,000 documents" in out.getvalue()
    assert "50%" in out.getvalue()


def test_no_color_means_no_bar() -> None:
    shown, out = console(terminal=True, no_color=True)
    times = iter([0.0, LINE_SECONDS])
    with show_progress(shown, clock=lambda: next(times)) as on_progress:
        on_progress(progress(0.25))
    assert out.getvalue() == "1,000 documents, 10.0 MB of 40.0 MB (25%), 1.0 MB/s, 30 s left\n"
