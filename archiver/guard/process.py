"""A warm process for a job: tasks go in one after the other, outcomes come out, whatever becomes of the process.

    host ── task ─▶ process ── outcome ─▶ host
              ▲        │ dies
              └────────┴── after_death

Every process has a pipe of its own: it shares no queue and no lock, so that one which is killed at any moment, even
while it takes a task or hands in an outcome, leaves the others as they are. The host, be it the program itself or a
worker of a cluster, hands on pickled bytes and does not load what the job needs; if it dies, its processes do.
"""

from __future__ import annotations

import gc
import multiprocessing
import pickle
import signal
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from typing import Any, Protocol, TypeVar

from archiver.guard.deaths import Death
from archiver.guard.note import NOTE_BYTES, Note
from archiver.guard.orphans import end_with_parent
from archiver.guard.threads import single_threaded

T = TypeVar("T")

_FAREWELL = 10.0
"""Seconds that a process which has closed its pipe may take to end."""
_STOPPED = "the process was stopped before it was done"


class Job(Protocol[T]):
    """What is done with every task. It must pickle, and depend on its arguments alone: it may be done again."""

    def __call__(self, task: T, note: Note | None = None, /) -> object:
        """The result. A process has a `note`, to write down what it is about to do."""
        ...

    def after_death(self, task: T, death: Death, /) -> T:
        """What is done in the place of a task whose process died. Raises if there is no hope."""
        ...

    def prepare(self) -> None:
        """What a new process does before its first task. Raises if it is not fit for it."""
        ...


def do(job: bytes, task: bytes) -> bytes:
    """The outcome (see `opened`) of a pickled task of a pickled job, in a process that is kept for the next one.

    May be called by several threads, each of which then has its own process, until `dismiss`.
    """
    process = _staff.take(job)
    try:
        process.begin(task)
        while (outcome := process.outcome()) is None:
            continue
    except Exception as error:
        _staff.remove(process)
        return pickle.dumps((None, error))
    _staff.give_back(process)
    return outcome


def opened(outcome: bytes) -> Any:
    """The result in an outcome.

    Raises:
        Exception: what the job raised instead of giving one.
    """
    result, error = pickle.loads(outcome)
    if error is not None:
        raise error
    return result


def dismiss(job: bytes) -> None:
    """Stop all processes of a job at once, whatever they do. A `do` under way ends with an error."""
    _staff.dismiss(lambda process: process.job == job)


class _Process:
    """One process after the other, each replaced when it has died."""

    def __init__(self, job: bytes) -> None:
        self.job = job
        self._task = b""
        self._process: Any = None
        self._lock = threading.Lock()
        self._stopped = False

    def begin(self, task: bytes) -> None:
        """Send the task, to a new process if there is none."""
        self._task = task
        if self._process is None:
            self._start()
        with suppress(OSError):  # the process has died: `outcome` will learn of it
            self._pipe.send_bytes(task)

    def outcome(self) -> bytes | None:
        """Wait for the outcome. None: the process died; what is to be done instead has been begun.

        Raises:
            Exception: what `after_death` raised.
            RuntimeError: it was stopped.
        """
        try:
            return self._pipe.recv_bytes()
        except (EOFError, OSError):
            death = self._bury()
        job: Job[Any] = pickle.loads(self.job)
        self.begin(pickle.dumps(job.after_death(pickle.loads(self._task), death)))
        return None

    def stop(self) -> None:
        with self._lock:
            self._stopped = True
            if self._process is not None:
                self._process.kill()
                self._process.join()

    def _start(self) -> None:
        context = multiprocessing.get_context("spawn")  # a fork of a program with threads, as Arrow has them, can hang
        memory = context.RawArray("c", NOTE_BYTES)
        self._note = Note(memory)
        self._pipe, theirs = context.Pipe()
        process = context.Process(target=_serve, args=(theirs, memory, self.job), daemon=True)
        with self._lock, _grown_up(), single_threaded():
            if self._stopped:
                raise RuntimeError(_STOPPED)
            process.start()
            self._process = process
        theirs.close()

    def _bury(self) -> Death:
        """End what is left of a process that has closed its pipe: it may hang in its last moments."""
        self._pipe.close()
        process = self._process
        process.join(_FAREWELL)
        with self._lock:
            if self._stopped:
                raise RuntimeError(_STOPPED)
            process.kill()
            process.join()
            self._process = None
        return Death(self._note.read(), process.exitcode)


class _Staff:
    """The processes of this host: who is idle, and who there is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[_Process] = []
        self._all: set[_Process] = set()

    def take(self, job: bytes) -> _Process:
        """An idle process of the job, or a new one. The idle ones of other jobs have had their time."""
        with self._lock:
            found = next((process for process in self._idle if process.job == job), None)
            if found:
                self._idle.remove(found)
                return found
            others, self._idle = self._idle, []
            new = _Process(job)
            self._all.add(new)
        for process in others:
            self.remove(process)
        return new

    def give_back(self, process: _Process) -> None:
        with self._lock:
            if process in self._all:
                self._idle.append(process)

    def remove(self, process: _Process) -> None:
        self.dismiss(lambda other: other is process)

    def dismiss(self, chosen: Callable[[_Process], bool]) -> None:
        with self._lock:
            leaving = [process for process in self._all if chosen(process)]
            self._all.difference_update(leaving)
            self._idle = [process for process in self._idle if process in self._all]
        for process in leaving:
            process.stop()


_staff = _Staff()
_birth = threading.Lock()


@contextmanager
def _grown_up() -> Iterator[None]:
    """A worker of Dask is a daemon, which may have no children. Ours end with it (`_die_with_host`)."""
    with _birth:
        host = multiprocessing.current_process()
        before = host.daemon
        host.daemon = False
        try:
            yield
        finally:
            host.daemon = before


def _serve(pipe: Connection[Any, Any], memory: Any, job: bytes) -> None:
    """The life of a process: get ready, then one task after the other until the host is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the host's business, who stops us
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # dies at once, even inside of a library in C
    end_with_parent()  # another may be at work on the same task
    note = Note(memory)
    loaded: Job[Any] | None = None
    while True:
        try:
            task = pipe.recv_bytes()
        except (EOFError, OSError):  # the host is gone
            return
        try:
            loaded = loaded or _ready(job)
            outcome = pickle.dumps((loaded(pickle.loads(task), note), None))
        except Exception as error:
            outcome = _failed(error)
        note.write("")
        pipe.send_bytes(outcome)


def _ready(job: bytes) -> Job[Any]:
    loaded: Job[Any] = pickle.loads(job)
    loaded.prepare()
    gc.collect()
    gc.freeze()  # what start-up made lives for ever; the collector need not look at it again
    return loaded


def _failed(error: Exception) -> bytes:
    """The outcome that raises `error`, with where it came from; one that does not pickle is told in words."""
    where = "".join(traceback.format_exception(error))
    error.add_note(where)
    try:
        outcome = pickle.dumps((None, error))
        pickle.loads(outcome)
    except Exception:
        outcome = pickle.dumps((None, RuntimeError(where)))
    return outcome
