"""``archiver import``: records that are clean already into an archive."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from archiver.cli.options import (
    IMPERFECT,
    STOPPED,
    Append,
    Assignments,
    Json,
    Overwrite,
    Quiet,
    SettingsFile,
    chosen_settings,
    folder,
    stop,
)
from archiver.errors import ArchiverError, UsageError

if TYPE_CHECKING:
    from archiver.archive.ledger import Ledger


def import_(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="JSON Lines, CSV, Parquet, archives, folders.")],
    out: Annotated[Path, typer.Option("--out", "-o", metavar="DIR", parser=folder, help="Folder of the archive.")],
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="NAME=COLUMN", help="Which column of a row is which, as text=body."),
    ] = None,
    append: Append = False,
    overwrite: Overwrite = False,
    settings_file: SettingsFile = None,
    assignments: Assignments = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Archive records that are clean already.

    They are validated, and not cleaned again. Exit codes: 0 all archived, 1 some rejected or failed, 2 wrong usage,
    3 could not go on.

    \b
    Examples:
      archiver import articles.jsonl --out articles/
      archiver import theirs.csv --field text=story --out articles/ --append
    """
    from archiver.cli.clean import shorthands
    from archiver.cli.running import existing_of
    from archiver.imports import import_paths

    existing = existing_of(append=append, overwrite=overwrite)
    settings = chosen_settings(settings_file, [*shorthands(None, field or []), *(assignments or [])])
    try:
        ledger = import_paths(paths, out, settings, existing)
    except UsageError:
        raise
    except ArchiverError as error:
        stop(str(error), STOPPED)
    _report(out, ledger, quiet, json)


def _report(out: Path, ledger: Ledger, quiet: bool, json: bool) -> None:
    from rich.console import Console

    from archiver.report.json import write_ledger
    from archiver.report.terminal import print_ledger, print_problems

    if json:
        write_ledger(sys.stdout, ledger)
    elif not quiet:
        print_ledger(Console(), ledger)
    if not ledger.complete:
        print_problems(Console(stderr=True), out, quiet)
        raise typer.Exit(IMPERFECT)
