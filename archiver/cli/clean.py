"""``archiver clean``: documents into an archive."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, cast

import typer

from archiver.cli.options import (
    IMPERFECT,
    INTERRUPTED,
    STOPPED,
    Assignments,
    Json,
    Quiet,
    SettingsFile,
    chosen_settings,
    stop,
)
from archiver.errors import ArchiverError, UsageError

if TYPE_CHECKING:
    from archiver.archive.workplace import Existing


def clean(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Files, folders, globs; - is standard input.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", help="Folder of the archive.")] = Path("out"),
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="NAME=COLUMN", help="Which column of a row is which, as text=body."),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option("--mode", metavar="article|page", help="One article's body, or the main content of any page."),
    ] = None,
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, metavar="N", help="Processes; else one a processor.")
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    append: Annotated[bool, typer.Option("--append", help="Add what the archive does not hold yet.")] = False,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the archive once a new one is done.")] = False,
    settings_file: SettingsFile = None,
    assignments: Assignments = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Clean documents into an archive.

    Exit codes: 0 all archived, 1 some rejected or failed, 2 wrong usage, 3 could not go on, 130 interrupted.
    """
    from rich.console import Console

    from archiver.batch import run
    from archiver.report.json import write_summary
    from archiver.report.progress import show_progress
    from archiver.report.terminal import print_problems, print_summary

    existing = _existing(resume=resume, append=append, overwrite=overwrite)
    settings = chosen_settings(settings_file, [*_shorthands(mode, field or []), *(assignments or [])])
    processes = workers or os.cpu_count() or 1
    try:
        with show_progress(Console(stderr=True), quiet) as on_progress:
            summary = run(inputs, out, settings, workers=processes, existing=existing, on_progress=on_progress)
    except UsageError:
        raise
    except ArchiverError as error:
        stop(str(error), STOPPED)
    except KeyboardInterrupt:
        stop("interrupted; what is finished is safe, go on with --resume", INTERRUPTED)
    if json:
        write_summary(sys.stdout, summary)
    elif not quiet:
        print_summary(Console(), summary)
    if not summary.run.complete:
        print_problems(Console(stderr=True), summary.out, quiet)
        raise typer.Exit(IMPERFECT)


def _existing(**options: bool) -> Existing:
    """What to do with an archive that is there: the one option that was given, or to refuse."""
    given = [name for name, chosen in options.items() if chosen]
    if len(given) > 1:
        raise UsageError(f"--{given[0]} and --{given[1]} exclude each other")
    return cast("Existing", given[0] if given else "refuse")


def _shorthands(mode: str | None, fields: Sequence[str]) -> Iterator[str]:
    """The options that stand for a setting, as assignments. Quoted, a column called 5 or true is a name."""
    if mode is not None:
        yield f"mode={dumps(mode, ensure_ascii=False)}"
    for field in fields:
        name, equals, column = field.partition("=")
        if not equals:
            raise UsageError(f"--field {field}: write NAME=COLUMN, as text=body")
        yield f"fields.{name}={dumps(column, ensure_ascii=False)}"
