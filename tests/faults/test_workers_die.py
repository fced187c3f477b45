"""Processes that die: by a document, by a signal from outside, at any moment. Nothing is lost, no byte differs."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

PROGRAM = Path(__file__).with_name("faulty_documents.py")
ROOT = Path(__file__).parents[2]
SHARD_BYTES = 9_000
QUICK = ("limits.document_seconds=2", "limits.memory_bytes=1_000_000_000")
STORY = (
    "The keeper of light number {} climbed the tower every evening, lit the lamp, and wrote the hour into his book. "
    "On Sundays, when the wind allowed it, he read to the gulls, and the gulls of number {} were fond of poems."
)
LATE = ("deadline", "not done within limits.document_seconds = 2")
WHY = {
    "segfault": ("crashed", "its worker died 2 times (SIGSEGV)"),
    "spin": LATE,
    "memory": ("memory", "more memory than limits.memory_bytes = 1000000000 leaves"),
    "loop": LATE,
    "abort": ("crashed", "its worker died 2 times (SIGABRT)"),
    "exit": ("crashed", "its worker died 2 times (exit code 3)"),
    "sleep": LATE,
}


def start(source: Path, out: Path, existing: str = "refuse", workers: int = 2, *more: str) -> subprocess.Popen[str]:
    command = [
        sys.executable,
        str(PROGRAM),
        str(source),
        str(out),
        existing,
        str(workers),
        *(more or [f"{SHARD_BYTES}"]),
    ]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def ledger(process: subprocess.Popen[str]) -> dict[str, Any]:
    output, errors = process.communicate(timeout=1200)
    assert process.returncode == 0, errors
    counted: dict[str, Any] = json.loads(output)
    return counted


def content(out: Path) -> dict[str, bytes]:
    """Every file of an archive but the one that may differ, by its name."""
    files = {path.relative_to(out).as_posix(): path for path in out.rglob("*") if path.is_file()}
    return {name: path.read_bytes() for name, path in files.items() if name != "run.json"}


def failures(out: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = pq.read_table(out / "failures").to_pylist()
    return rows


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Our seeds and sixty short stories: a run of some seconds, in a dozen shards."""
    folder = tmp_path_factory.mktemp("source") / "in"
    shutil.copytree(ROOT / "seeds", folder)
    rows = [json.dumps({"text": STORY.format(number, number)}) + "\n" for number in range(60)]
    (folder / "stories.jsonl").write_text("".join(rows))
    return folder


@pytest.fixture(scope="module")
def undisturbed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, bytes], float]:
    """What an undisturbed run makes, and how long it takes."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    begun = time.monotonic()
    ledger(start(source, out))
    return content(out), time.monotonic() - begun


def children(process: int) -> list[int]:
    """The workers of a driver: its child processes but the one that keeps track of semaphores."""
    found = Path(f"/proc/{process}/task/{process}/children")
    tasks = [found, *found.parents[1].glob("*/children")]
    numbers = {int(number) for task in tasks if task.exists() for number in task.read_text().split()}
    return sorted(number for number in numbers if b"spawn_main" in _command(number))


def _command(process: int) -> bytes:
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="finds workers in /proc")
def test_killed_at_a_random_moment(
    source: Path, undisturbed: tuple[dict[str, bytes], float], tmp_path: Path, tries: Any
) -> None:
    expected, seconds = undisturbed
    chance = random.Random(6)
    for number in tries("SIGKILL of a worker or the driver, then --resume", 2, 200):
        out = tmp_path / f"{number}"
        process = start(source, out)
        time.sleep(chance.uniform(0.1, seconds))
        workers = children(process.pid)
        if number % 2 or not workers:
            process.kill()
        else:
            os.kill(chance.choice(workers), signal.SIGKILL)
        process.communicate(timeout=300)
        assert (number % 2 == 0 and workers) or process.returncode in (0, -signal.SIGKILL)
        if process.returncode:
            ledger(start(source, out, "resume"))
        assert content(out) == expected, f"try {number}"
        shutil.rmtree(out)


def test_documents_that_kill_or_hang_their_worker(tmp_path: Path, tries: Any) -> None:
    """They are failures with their reasons, everything else is archived, and one worker makes the same of it."""
    full = os.environ.get("FAULT_TRIES") == "full"
    good, bad = (9_980, 20) if full else (46, 4)
    faults = {number * 2 + 3: fault for number, fault in enumerate((*WHY, *WHY, *WHY)[:bad])}
    stories = [STORY.format(number, number) for number in range(good + bad)]
    rows = [f"{story}\n\nfault: {faults.get(number, 'none')}" for number, story in enumerate(stories)]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps({"text": row}) + "\n" for row in rows))
    counted = ledger(start(tmp_path / "in.jsonl", tmp_path / "two", "refuse", 2, "200_000", *QUICK))
    assert (counted["archived"], counted["failed"]) == (good, bad)
    found = {row["source_uri"]: row for row in failures(tmp_path / "two")}
    for number in tries("documents that crash, hang or devour memory, among 10,000 in all", bad, bad):
        row, fault = found.pop(f"in.jsonl#row={sorted(faults)[number]}"), faults[sorted(faults)[number]]
        assert (row["stage"], row["code"], row["message"]) == ("clean", *WHY[fault])
        assert row["source_sha256"]
    assert not found
    if full:
        ledger(start(tmp_path / "in.jsonl", tmp_path / "one", "refuse", 1, "200_000", *QUICK))
        assert content(tmp_path / "one") == content(tmp_path / "two")


def test_without_workers_the_deadline_holds_too(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for fault in ("loop", "memory"):
        (tmp_path / "in" / f"{fault}.txt").write_text(f"A text that hurts.\n\nfault: {fault}")
    (tmp_path / "in" / "good.txt").write_text(STORY)
    counted = ledger(start(tmp_path / "in", tmp_path / "out", "refuse", 0, "1_000_000", QUICK[0]))
    assert (counted["archived"], counted["failed"]) == (1, 2)
    assert Counter(row["code"] for row in failures(tmp_path / "out")) == {"deadline": 1, "memory": 1}
