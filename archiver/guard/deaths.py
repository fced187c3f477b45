"""From the deaths of workers to a verdict: notes and exit codes enter, what must not be tried again leaves."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from archiver.guard.deadline import EXITS
from archiver.settings import Limits

TRIES = 2
"""Processes that something may end before it is given up: the first may have died of something else."""
PATIENCE = 3
"""The same where each was ended by a signal that others send: somebody, or the system when memory was short."""

_FROM_OUTSIDE = frozenset(("SIGKILL", "SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT"))


class Death(NamedTuple):
    """A worker that died: what it had noted, and its exit code, that is minus the number of a signal."""

    note: str
    exit_code: int | None


class Verdict(NamedTuple):
    """Why something is not tried again, as a `Failure` tells it."""

    code: str
    message: str


def condemned(deaths: Sequence[Death], limits: Limits) -> dict[str, Verdict]:
    """What is not to be tried again, by its note."""
    verdicts = {}
    for note, count in Counter(death.note for death in deaths).items():
        codes = [death.exit_code for death in deaths if death.note == note]
        if note and any(code is not None and -code in EXITS for code in codes):
            verdicts[note] = deadline_verdict(limits)
        elif note and count >= _tries(codes):
            verdicts[note] = Verdict("crashed", f"its worker died {count} times ({_name(codes[-1])})")
    return verdicts


def deadline_verdict(limits: Limits) -> Verdict:
    """What is said of a document that took too long, however it was stopped."""
    return Verdict("deadline", f"not done within limits.document_seconds = {limits.document_seconds:g}")


def hopeless(deaths: Sequence[Death]) -> str | None:
    """How the workers died, if several did with nothing in hand: no document can be blamed, so no retry will help."""
    codes = [death.exit_code for death in deaths if not death.note]
    return _name(codes[-1]) if len(codes) >= PATIENCE else None


def _tries(codes: Iterable[int | None]) -> int:
    return PATIENCE if all(_name(code) in _FROM_OUTSIDE for code in codes) else TRIES


def _name(code: int | None) -> str:
    if code is None:
        return "no exit code"
    try:
        return signal.Signals(-code).name
    except ValueError:
        return f"exit code {code}"
