"""The guard of a run without any worker: deadlines, notes, and what deaths condemn."""

from __future__ import annotations

import signal
import threading
import time
from itertools import count

import pytest

from archiver.document import RawDocument
from archiver.guard import UNGUARDED
from archiver.guard.batches import BATCH_BYTES, BATCH_DOCUMENTS, batches
from archiver.guard.deadline import Deadline, DeadlineReached
from archiver.guard.deaths import Death, condemned, hopeless
from archiver.guard.note import NOTE_BYTES, Note
from archiver.guard.watch import Watch
from archiver.record import Failure, Skip
from archiver.settings import Limits

needs_timers = pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="this system has no timers")
LIMITS = Limits(document_seconds=0.05)
RAW = RawDocument(b"A page.", "a.html")


def spin() -> None:
    for _ in count():
        time.process_time()


@needs_timers
def test_a_deadline_ends_a_call_that_takes_too_long_and_no_other() -> None:
    before = signal.getsignal(signal.SIGPROF)
    with Deadline(0.05, deadly=False) as deadline:
        with pytest.raises(DeadlineReached):
            deadline.run(spin)
        assert deadline.run(lambda: 5) == 5
        end = time.process_time() + 0.1
        while time.process_time() < end:  # what comes after is not bounded
            time.process_time()
    assert signal.getsignal(signal.SIGPROF) == before


@needs_timers
def test_no_exception_of_a_deadline_is_swallowed_by_a_broad_except() -> None:
    def stubborn() -> None:
        for _ in count():
            try:
                spin()
            except Exception:
                continue

    with Deadline(0.05, deadly=False) as deadline, pytest.raises(DeadlineReached):
        deadline.run(stubborn)


def test_without_a_bound_or_off_the_main_thread_a_call_is_just_a_call() -> None:
    found: list[int] = []

    def elsewhere() -> None:
        with Deadline(0.05, deadly=False) as deadline:
            found.append(deadline.run(lambda: 7))

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    with Deadline(0, deadly=True) as deadline:
        assert (found, deadline.run(lambda: 7)) == ([7], 7)


@pytest.mark.parametrize("text", ["clean a.html", "", "clean \udcff\u00e9", "x" * 2 * NOTE_BYTES])
def test_a_note_is_there_for_all_who_share_its_memory(text: str) -> None:
    memory = bytearray(NOTE_BYTES)
    note = Note(memory)
    assert note.read() == ""
    note.write("clean something much longer.html")
    note.write(text)
    assert Note(memory).read() == text.encode("utf-8", "backslashreplace").decode()[: NOTE_BYTES - 4]


def test_what_deaths_condemn() -> None:
    deaths = [Death("clean a", -11), Death("clean b", -9), Death("", -9), Death("clean b", -9), Death("score c", -26)]
    assert {note: verdict.code for note, verdict in condemned(deaths, LIMITS).items()} == {"score c": "deadline"}
    deaths += [Death("clean a", 3), Death("clean b", -9)]
    found = condemned(deaths, LIMITS)
    assert found["clean a"] == ("crashed", "its worker died 2 times (exit code 3)")
    assert found["clean b"] == ("crashed", "its worker died 3 times (SIGKILL)")
    assert hopeless(deaths) is None
    assert hopeless([Death("", None), Death("", -9), Death("clean a", -9), Death("", -15)]) == "SIGTERM"


@needs_timers
def test_a_watch_makes_failures() -> None:
    note = Note(bytearray(NOTE_BYTES))
    with Deadline(0.05, deadly=False) as deadline:
        watch = Watch(LIMITS, deadline, note, [Death("clean bad.html", -11), Death("clean bad.html", -11)])
        late = watch(RAW, spin)
        assert isinstance(late, Failure)
        assert (late.stage, late.code, late.message) == (
            "clean",
            "deadline",
            "not done within limits.document_seconds = 0.05",
        )
        bad = watch(RawDocument(b"", "bad.html"), lambda: 5)
        assert isinstance(bad, Failure)
        assert bad.code == "crashed"
        assert watch(RAW, lambda: 5) == 5
        assert watch.together([RAW], spin) is None
        assert watch.together([RAW], lambda: [1]) == [1]
    assert note.read() == ""


@needs_timers
def test_what_cannot_be_read_ends_its_piece_alone() -> None:
    def rows() -> object:
        yield RAW
        yield RAW
        spin()

    with Deadline(0.05, deadly=False) as deadline:
        *read, failure = Watch(LIMITS, deadline, None).reading("x.jsonl", 40, rows())  # type: ignore[arg-type]
    assert read == [RAW, RAW]
    assert isinstance(failure, Failure)
    assert (failure.source_uri, failure.stage, failure.code) == ("x.jsonl#row=42", "source", "deadline")


def test_batches_are_bounded_by_number_and_by_size() -> None:
    large = RawDocument(bytes(BATCH_BYTES // 2), "large")
    items = [*[RAW] * (BATCH_DOCUMENTS + 1), large, Skip("x", "empty"), large, RAW]
    assert [len(batch) for batch in batches(items)] == [BATCH_DOCUMENTS, 4, 1]
    assert list(batches([])) == []


def test_unguarded_is_just_the_call() -> None:
    assert UNGUARDED(RAW, lambda: 5) == 5
    assert UNGUARDED.together([RAW], lambda: 5) == 5
