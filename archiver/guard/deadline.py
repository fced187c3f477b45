"""A deadline: a call enters, its result leaves, or `DeadlineReached` when it has taken too long.

Time is counted by the processor, so that a busy machine does not make a document fail. In a worker there are three
timers, each for what the one before cannot stop:

- after `seconds` of processor time, an exception in the call, which ends all that is written in Python;
- after twice that, the end of the process, for a library in C that does not come back;
- after ten times that by the clock, the end of the process, for a call that sleeps.

In the caller's own process the first and the last are exceptions, and the second is missing. Timers are a matter of
the main thread and of systems that have ``setitimer``; elsewhere (Windows) there is no deadline.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any, Self, TypeVar

T = TypeVar("T")

HARD = 2
"""Processor time, as a multiple of the deadline, at which the process ends."""
BY_THE_CLOCK = 10
"""Time by the clock, as a multiple of the deadline, after which a call that sleeps is given up: far
enough off that a busy machine does not come to it."""

_AGAIN = 1.0
"""Seconds after which an exception that was lost, in a destructor for instance, is raised again."""

_TIMERS = ("ITIMER_PROF", "ITIMER_VIRTUAL", "ITIMER_REAL")
EXITS = frozenset(getattr(signal, name, 0) for name in ("SIGVTALRM", "SIGALRM")) - {0}
"""The signals that end a process at its deadline."""


class DeadlineReached(BaseException):
    """Raised in a call that takes too long. No `Exception`, so that no library takes it for one of its own."""


class Deadline:
    """Bounds calls to `seconds` each, 0 for no bound, while it is entered. `deadly` in a worker: it may be killed."""

    def __init__(self, seconds: float, deadly: bool) -> None:
        self._seconds = seconds
        self._deadly = deadly
        self._running = False
        self._before: dict[int, Any] = {}

    def __enter__(self) -> Self:
        possible = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
        if self._seconds and possible:
            hard = signal.SIG_DFL if self._deadly else self._strike
            for number, handler in ((signal.SIGPROF, self._strike), (signal.SIGVTALRM, hard), (signal.SIGALRM, hard)):
                self._before[number] = signal.signal(number, handler)
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        self._before = {}

    def run(self, work: Callable[[], T], may_wait: bool = False) -> T:
        """What `work` gives. With `may_wait`, for what depends on a disk or a network, the clock does not count.

        Raises:
            DeadlineReached: it has taken too long.
        """
        if not self._before:
            return work()
        try:
            self._start(may_wait)
            return work()
        finally:
            self._running = False
            for timer in _TIMERS:
                signal.setitimer(getattr(signal, timer), 0)

    def _start(self, may_wait: bool) -> None:
        self._running = True
        signal.setitimer(signal.ITIMER_PROF, self._seconds, _AGAIN)
        if self._deadly:
            signal.setitimer(signal.ITIMER_VIRTUAL, self._seconds * HARD)
        if not may_wait:
            signal.setitimer(signal.ITIMER_REAL, self._seconds * BY_THE_CLOCK, _AGAIN)

    def _strike(self, number: int, frame: FrameType | None) -> None:
        if self._running:
            raise DeadlineReached
