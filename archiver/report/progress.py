"""How far a run is: the `Progress` of `archiver.batch` in, a bar at a terminal or now and then a line out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic
from typing import TypeAlias

from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)
from rich.progress import Progress as Bar
from rich.text import Text

from archiver.batch import Progress

OnProgress: TypeAlias = Callable[[Progress], None]

LINE_SECONDS = 10.0
"""Without a terminal, at least so much time passes between two lines: a log stays short."""


@contextmanager
def show_progress(
    console: Console, quiet: bool = False, clock: Callable[[], float] = monotonic
) -> Iterator[OnProgress]:
    """What to pass to `archiver.batch.run` as `on_progress`, while it runs.

    A bar at a terminal; plain lines where there is none or NO_COLOR is set; nothing when `quiet`.
    """
    if quiet:
        yield lambda _: None
    elif console.is_terminal and not console.is_dumb_terminal and not console.no_color:
        with _bar(console) as bar:
            yield _update(bar)
    else:
        yield PlainProgress(console, clock)


def _bar(console: Console) -> Bar:
    return Bar(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(compact=True),
        console=console,
        transient=True,
    )


def _update(bar: Bar) -> OnProgress:
    task = bar.add_task("reading", total=None)

    def on_progress(progress: Progress) -> None:
        bar.update(task, description=_documents(progress), completed=progress.bytes_done, total=progress.bytes_total)

    return on_progress


class PlainProgress:
    """Prints a line when `LINE_SECONDS` have passed since the last one."""

    def __init__(self, console: Console, clock: Callable[[], float]) -> None:
        self._console = console
        self._clock = clock
        self._last = clock()
        self._bytes = 0

    def __call__(self, progress: Progress) -> None:
        now = self._clock()
        if now - self._last < LINE_SECONDS:
            return
        rate = (progress.bytes_done - self._bytes) / (now - self._last)
        self._last, self._bytes = now, progress.bytes_done
        self._console.print(Text(progress_line(progress, rate)), soft_wrap=True, highlight=False)


def progress_line(progress: Progress, rate: float) -> str:
    """``1,200 documents, 12.0 MB of 40.0 MB (30 %), 1.4 MB/s, 20 s left``; `rate` is in bytes a second."""
    parts = [_documents(progress)]
    if progress.bytes_total:
        share = progress.bytes_done / progress.bytes_total
        parts.append(f"{decimal(progress.bytes_done)} of {decimal(progress.bytes_total)} ({share:.0%})")
    else:
        parts.append(decimal(progress.bytes_done))
    parts.append(f"{decimal(int(rate))}/s")
    if progress.bytes_total and rate > 0:
        parts.append(f"{_duration((progress.bytes_total - progress.bytes_done) / rate)} left")
    return ", ".join(parts)


def _documents(progress: Progress) -> str:
    count = progress.ledger.read
    return f"{count:,} document{'' if count == 1 else 's'}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes:02} min"
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"
