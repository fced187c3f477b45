"""Readers in processes of their own: what ends one costs its task alone, and none outlives its parent."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from archiver.archive.isolation import Readers

ROOT = Path(__file__).parents[2]
FOREVER = 600.0
PATIENCE = 60.0


def half(number: int) -> float:
    if number < 0:
        os._exit(7)
    return number / 2


def test_a_task_that_ends_its_process_has_no_result_and_harms_no_other() -> None:
    with Readers(2) as readers:
        assert list(readers.map(half, [1, -1, 2, 3])) == [(1, 0.5), (-1, None), (2, 1.0), (3, 1.5)]


def wait_long(path: str) -> None:
    Path(path).write_text(str(os.getpid()))
    time.sleep(FOREVER)


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="looks for a process in /proc")
def test_a_reader_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    told = tmp_path / "pid"
    program = tmp_path / "program.py"
    program.write_text(
        "from archiver.archive.isolation import Readers\n"
        "from tests.archive.test_isolation import wait_long\n"
        "if __name__ == '__main__':\n"
        f"    with Readers() as readers: list(readers.map(wait_long, [{str(told)!r}]))\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    parent = subprocess.Popen([sys.executable, str(program)], env=environment)
    try:
        _await(lambda: told.exists() and told.read_text() != "")
    finally:
        parent.kill()
        parent.wait()
    reader = Path(f"/proc/{told.read_text()}")
    _await(lambda: not reader.exists() or "zombie" in (reader / "status").read_text())


def _await(condition: object) -> None:
    assert callable(condition)
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)
