"""Processes that do one task after the other, for real: warm, watched, replaced when they die, gone with their host."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from archiver.errors import ArchiveError
from archiver.guard.deaths import Death
from archiver.guard.process import dismiss, do, opened
from tests.engines.errands import Errand, Errands

JOB = pickle.dumps(Errands())
ROOT = Path(__file__).parents[2]


def done(what: str, word: str = "", job: bytes = JOB) -> object:
    return opened(do(job, pickle.dumps(Errand(what, word))))


@pytest.fixture(autouse=True)
def nobody_is_left() -> Iterator[None]:
    yield
    dismiss(JOB)
    assert multiprocessing.active_children() == []


def test_a_process_is_another_and_stays_warm() -> None:
    first = done("pid")
    assert first != os.getpid()
    assert done("pid") == first
    dismiss(JOB)
    assert done("pid") != first


def test_it_is_prepared() -> None:
    assert done("prepared") == "prepare"
    assert "PREPARED" not in os.environ


def test_what_cannot_be_prepared_is_an_error() -> None:
    with pytest.raises(ArchiveError, match="nobody to prepare"):
        done("say", job=pickle.dumps(Errands("nobody")))
    dismiss(pickle.dumps(Errands("nobody")))


def test_threads_have_processes_of_their_own() -> None:
    found: list[object] = []
    threads = [threading.Thread(target=lambda: found.append(done("pid"))) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert os.getpid() not in found


def test_the_processes_of_another_job_have_had_their_time() -> None:
    other = pickle.dumps(Errands("another"))
    done("pid", job=other)
    done("pid")
    assert len(multiprocessing.active_children()) == 1


def test_an_error_says_where_it_comes_from() -> None:
    with pytest.raises(ArchiveError, match="no room") as caught:
        done("raise", "no room")
    assert "errands.py" in caught.value.__notes__[0]
    with pytest.raises(RuntimeError, match=r"(?s)errands.py.*unsound"):
        done("raise unsound")
    assert done("say", "still here") == "still here"


def test_the_host_learns_what_a_process_died_of_and_had_in_hand() -> None:
    first = done("pid")
    assert done("die once", "a page") == 1
    assert done("pid") != first
    with pytest.raises(ArchiveError, match=r"die has killed two processes \(7\)"):
        done("die")
    assert done("deaths") == ()


def test_a_death_between_two_tasks_is_nobodys_fault() -> None:
    number = done("pid", "a page")
    assert isinstance(number, int)
    os.kill(number, 9)
    time.sleep(0.2)
    assert done("deaths") == (Death("", -9),)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_dismissed_it_ends_whatever_it_does(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    errors: list[BaseException] = []

    def wait() -> None:
        try:
            done("wait", str(tmp_path / "fifo"))
        except RuntimeError as error:
            errors.append(error)

    thread = threading.Thread(target=wait)
    thread.start()
    with (tmp_path / "fifo").open("rb") as fifo:
        assert fifo.read(1) == b"!"
        dismiss(JOB)
        assert fifo.read() == b"", "end of file: the process, which had it open, is gone"
    thread.join(30)
    assert "was stopped" in str(errors[0])


HOST = """
import pickle, sys
from archiver.guard.process import do
from tests.engines.errands import Errand, Errands
if __name__ == "__main__":
    do(pickle.dumps(Errands()), pickle.dumps(Errand("wait", sys.argv[1])))
"""


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_it_dies_with_a_killed_host(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "fifo")
    (tmp_path / "host.py").write_text(HOST)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    host = subprocess.Popen([sys.executable, str(tmp_path / "host.py"), str(tmp_path / "fifo")], env=environment)
    with (tmp_path / "fifo").open("rb") as fifo:
        assert fifo.read(1) == b"!"
        host.kill()
        assert fifo.read() == b""
    host.wait()


def _as_daemon(results: multiprocessing.connection.Connection) -> None:  # type: ignore[name-defined]
    results.send(done("say", "a child of a daemon"))
    dismiss(JOB)


def test_a_daemon_may_have_them() -> None:
    """As the workers of Dask are, which multiprocessing denies children."""
    context = multiprocessing.get_context("spawn")
    mine, theirs = context.Pipe()
    daemon = context.Process(target=_as_daemon, args=(theirs,), daemon=True)
    daemon.start()
    assert mine.poll(60)
    assert mine.recv() == "a child of a daemon"
    daemon.join()
