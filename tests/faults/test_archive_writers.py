"""Several writers on one archive: one writes, the others are told so, and nothing is lost."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from pathlib import Path

from archiver.archive.verify import verify_archive
from tests.archive.samples import clean, content, story, write_input
from tests.faults.conftest import Tries

PROGRAM = Path(__file__).parent / "one_writer.py"
ROOT = Path(__file__).parents[2]
REFUSALS = ("another process is writing this archive", "there is an archive already", "go on with --resume")


def writers(folder: Path, out: Path, existing: str, count: int) -> list[str]:
    """Start so many, let them go at once, and return what each says."""
    go = folder / "go"
    go.unlink(missing_ok=True)
    command = [sys.executable, str(PROGRAM), str(go), str(folder / "in"), str(out), existing]
    options = {"stdout": subprocess.PIPE, "text": True, "cwd": ROOT, "env": {**os.environ, "PYTHONPATH": str(ROOT)}}
    running = [subprocess.Popen(command, **options) for _ in range(count)]  # type: ignore[call-overload]
    for process in running:
        assert process.stdout.readline() == "ready\n"
    go.touch()
    said = [process.communicate()[0].strip() for process in running]
    assert [process.returncode for process in running] == [0] * count, said
    return said


def test_one_writes_and_the_others_are_refused(tmp_path: Path, tries: Tries) -> None:
    source = write_input(tmp_path / "in")
    clean(source, tmp_path / "new")
    clean(source, tmp_path / "start")
    (source / "page9.txt").write_text(story("new"))
    clean(source, tmp_path / "grown", existing="refuse")
    chance = random.Random(4)
    for number in tries("two to eight writers on one archive", 2, 50):
        out = tmp_path / f"out.{number}"
        existing = "append" if number % 2 else "refuse"
        if existing == "append":
            (source / "page9.txt").unlink()
            clean(source, out)
            (source / "page9.txt").write_text(story("new"))
        said = writers(tmp_path, out, existing, chance.randrange(2, 9))
        wrote = said.count("wrote")
        assert wrote == 1 if existing == "refuse" else wrote >= 1, said
        for refusal in (words for words in said if words != "wrote"):
            assert any(known in refusal for known in REFUSALS), refusal
        assert verify_archive(out).findings == []
        if existing == "refuse":
            assert content(out) == content(tmp_path / "grown")
