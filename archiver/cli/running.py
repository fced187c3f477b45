"""A run as the command line carries it out: progress while it lasts, its summary at the end, its exit code."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, cast

import typer

from archiver.cli.options import IMPERFECT, INTERRUPTED, STOPPED, stop
from archiver.errors import ArchiverError, UsageError

if TYPE_CHECKING:
    from archiver.archive.workplace import Existing
    from archiver.batch import Progress, RunSummary
    from archiver.settings import Settings


class Hands(NamedTuple):
    """Who does the work, as `batch.run` takes it."""

    workers: int | None
    engine: str
    scheduler: str | None

    @property
    def processes(self) -> int | None:
        """The workers to start: one is this very process, so that a debugger sees it; a cluster knows how many."""
        if self.engine != "local":
            return self.workers
        return None if self.workers == 1 else self.workers or os.cpu_count() or 1


def carry_out(
    inputs: Sequence[str],
    out: Path,
    settings: Settings,
    hands: Hands,
    existing: Existing,
    quiet: bool,
    json: bool,
    then: Callable[[], None] = lambda: None,
) -> None:
    """Run, report, and end the program as the run has ended. `then` is called once the archive is finished."""
    from rich.console import Console

    from archiver.batch import run
    from archiver.mirror import mirrored
    from archiver.report.progress import show_progress

    with mirrored(out) as mirror:
        try:
            mirror.pull(existing)
            with show_progress(Console(stderr=True), quiet) as show:

                def on_progress(progress: Progress) -> None:
                    mirror.push()
                    show(progress)

                summary = run(
                    inputs,
                    mirror.local,
                    settings,
                    workers=hands.processes,
                    engine=hands.engine,
                    scheduler=hands.scheduler,
                    existing=existing,
                    on_progress=on_progress,
                )
            mirror.push(finished=True)
            then()
        except UsageError:
            raise
        except ArchiverError as error:
            stop(str(error), STOPPED)
        except KeyboardInterrupt:
            stop("interrupted; what is finished is safe, go on with --resume", INTERRUPTED)
        _report(summary, out, quiet, json)


def show_preview(inputs: Sequence[str], settings: Settings, quiet: bool, json: bool) -> None:
    """Say what a run would read. Exit code 1 if something cannot be read."""
    from archiver.preview import preview
    from archiver.report.preview import print_preview

    found = preview(inputs, settings)
    if not quiet:
        print_preview(sys.stdout, found, json)
    if found.failed:
        raise typer.Exit(IMPERFECT)


def _report(summary: RunSummary, out: Path, quiet: bool, json: bool) -> None:
    from rich.console import Console

    from archiver.report.json import write_summary
    from archiver.report.terminal import print_problems, print_summary

    shown = replace(summary, out=out)
    if json:
        write_summary(sys.stdout, shown)
    elif not quiet:
        print_summary(Console(), shown)
    if not summary.run.complete:
        print_problems(Console(stderr=True), summary.out, quiet)
        raise typer.Exit(IMPERFECT)


def existing_of(**options: bool) -> Existing:
    """What to do with an archive that is there: the one option that was given, or to refuse."""
    given = [name for name, chosen in options.items() if chosen]
    if len(given) > 1:
        raise UsageError(f"--{given[0]} and --{given[1]} exclude each other")
    return cast("Existing", given[0] if given else "refuse")
