"""Names and texts that want to leave their place: escape sequences, scripts, formulas, paths. None gets through."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

pytestmark = pytest.mark.skipif(os.name == "nt", reason="such names are no names there")

SHREDS = (
    "\x1b[2J\x1b]0;owned\x07",
    "\x9b31m",
    "\u202egnp.exe",
    "\u2066\u200b\ufeff",
    "[red]markup[/red]",
    "<script>alert(1)</script>",
    "=HYPERLINK('http://127.0.0.1')",
    "\r\n::error::",
    "../../../etc/passwd",
    "\U000e0041\U000e0042",
)
FIELDS = ("title", "subtitle", "section", "description", "publisher", "license", "authors", "tags", "url", "date")
HARMFUL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u202a-\u202e\u2066-\u2069\ufeff\U000e0000-\U000e007f]")


def archiver(folder: Path, *arguments: str) -> str:
    """What the program says on both streams; it never fails of itself."""
    command = [sys.executable, "-m", "archiver", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, encoding="utf-8", timeout=120)
    assert done.returncode in (0, 1, 2), done.stderr
    assert "Traceback" not in done.stderr, done.stderr
    return done.stdout + done.stderr


def test_no_output_carries_what_a_document_says(tmp_path: Path, tries: Any) -> None:
    """Every field, every verb: what would repaint a terminal or reverse a line is written as an escape."""
    rows, story = [], "The keeper lit the lamp and wrote the hour into his book."
    for number in tries("ANSI, script, formulas, directions in every text field", 100, 100):
        shred, field = SHREDS[number % 10], FIELDS[number // 10]
        value = f"{shred} of light"
        rows.append({"text": f"{story} {number}\n\n{shred}", field: [value] if field in ("authors", "tags") else value})
    rows += [{"title": 5, "text": shred, shred: shred} for shred in SHREDS] + [{shred: 1} for shred in SHREDS]
    (tmp_path / "rows.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    shown = [archiver(tmp_path, "clean", "rows.jsonl"), archiver(tmp_path, "status")]
    shown += [archiver(tmp_path, "validate", name) for name in ("out", "rows.jsonl")]
    shown += [archiver(tmp_path, "explain", "out", "rows.jsonl#row=2", *options) for options in ((), ("--json",))]
    for text in shown:
        assert not HARMFUL.search(text), HARMFUL.findall(text)
    assert "owned" in "".join(shown), "the text itself is shown"


@pytest.mark.parametrize(
    "name", ["a\x1b[2Jb.txt", "x\\..\\y.txt", "-rf.txt", "a\nb.txt", "$(id).txt", "=1+1.txt", "a" * 250]
)
def test_names_of_files_stay_where_they_are(tmp_path: Path, name: str) -> None:
    source = tmp_path / "in"
    source.mkdir()
    (source / name).write_text("The keeper lit the lamp and wrote the hour into his book.")
    (source / "bad.jsonl").write_text("{")
    before = {path.name for path in tmp_path.iterdir()}
    shown = archiver(tmp_path, "clean", "in")
    assert not HARMFUL.search(shown)
    assert {path.name for path in tmp_path.iterdir()} == {*before, "out"}
    assert pq.read_table(tmp_path / "out/data")["source_uri"].to_pylist() == [f"in/{name}"]
    assert {path.name for path in (tmp_path / "out/data").iterdir()} == {"part-00000.parquet"}


def test_a_link_in_a_dump_draws_in_nothing_from_outside(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("The password of the lighthouse is a secret that nobody may archive.")
    dump = tmp_path / "dump"
    (dump / "inner").mkdir(parents=True)
    (dump / "real.txt").write_text("The keeper lit the lamp and wrote the hour into his book.")
    for link, target in (("a.txt", "real.txt"), ("b.txt", "../secret.txt"), ("c.txt", tmp_path / "secret.txt")):
        (dump / link).symlink_to(target)
    (dump / "inner/up").symlink_to(tmp_path)
    (dump / "inner/d.txt").symlink_to("/etc/passwd")
    archiver(tmp_path, "clean", "dump")
    assert pq.read_table(tmp_path / "out/data")["source_uri"].to_pylist() == ["dump/real.txt"]
    receipt = json.loads((tmp_path / "out/receipts/part-00000.json").read_text())
    assert {skip["source_uri"]: skip["reason"] for skip in receipt["skipped"]} == {
        "dump/a.txt": "duplicate-input",
        "dump/b.txt": "outside-folder",
        "dump/c.txt": "outside-folder",
        "dump/inner/d.txt": "outside-folder",
        "dump/inner/up": "symlinked-folder",
    }
