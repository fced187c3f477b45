"""Disks that fail and processes that are killed: what is archived stays, and the act can be taken up again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.faults.conftest import Tries

PROGRAM = Path(__file__).parent / "disk_faults.py"
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the faults are made in forks")


class Attempts:
    """The program at work: says how many steps there are, and makes one try after the other."""

    def __init__(self, *arguments: object) -> None:
        self._process = subprocess.Popen(
            [sys.executable, str(PROGRAM), *map(str, arguments)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        self.steps: int = self._answer("steps")["steps"]

    def __enter__(self) -> Attempts:
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def __call__(self, number: int) -> dict[str, Any]:
        assert self._process.stdin
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        return self._answer("step")

    def _answer(self, name: str) -> dict[str, Any]:
        assert self._process.stdout
        for line in self._process.stdout:
            if line.startswith(f'{{"{name}"'):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise AssertionError("the program has ended")


def content(out: Path) -> dict[str, bytes]:
    files = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name not in ("run.json", ".lock")}


def test_an_error_of_the_disk_at_any_step(tmp_path: Path, tries: Tries) -> None:
    """Write, fsync, mkdir, rename or removal fails, once or from then on, in new and changed archives."""
    done = []
    with Attempts("errors", tmp_path / "work", 20_310_721) as attempts:
        for number in tries("write, fsync, mkdir, rename or removal fails, or the disk is full", 8, 50):
            attempt = attempts(number)
            done.append(attempt)
            assert attempt["status"] in (0, 3), attempt
            if attempt["status"] == 3:
                assert "cannot write to" in attempt["message"], attempt
                assert "--resume" in attempt["message"] or "call it again" in attempt["message"], attempt
            assert attempt["kept"], attempt
            assert (attempt["recovered"], attempt["sound"]) == (0, 0), attempt
            whole = tmp_path / "work" / f"whole.{attempt['act']}"
            assert content(tmp_path / "work" / f"out.{number}") == content(whole), attempt
    assert sum(attempt["status"] == 3 for attempt in done) > len(done) / 2


def test_forgetting_can_be_killed_before_any_step(tmp_path: Path, tries: Tries) -> None:
    """An fsync, rename, removal or write is the first thing that does not happen; the next call finishes."""
    with Attempts("kills", tmp_path / "work") as attempts:
        few = 8
        for number in tries("forget is killed before a step towards the disk", few, attempts.steps):
            step = number if os.environ.get("FAULT_TRIES") == "full" else number * attempts.steps // few
            attempt = attempts(step)
            assert attempt["status"] == -9, attempt
            assert (attempt["recovered"], attempt["sound"]) == (0, 0), attempt
            assert content(tmp_path / "work" / f"out.{step}") == content(tmp_path / "work/whole.forget"), attempt
