"""``archiver clean``: documents into an archive."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from json import dumps
from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.options import (
    Append,
    Assignments,
    EngineName,
    Json,
    Overwrite,
    Quiet,
    Scheduler,
    SettingsFile,
    Workers,
    chosen_settings,
    folder,
)
from archiver.cli.running import Hands, carry_out, existing_of, show_preview
from archiver.errors import UsageError


def clean(
    inputs: Annotated[list[str], typer.Argument(metavar="INPUT", help="Files, folders, globs; - is standard input.")],
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", parser=folder, help="Folder of the archive.")
    ] = Path("out"),
    field: Annotated[
        list[str] | None,
        typer.Option("--field", metavar="NAME=COLUMN", help="Which column of a row is which, as text=body."),
    ] = None,
    mode: Annotated[
        str | None,
        typer.Option("--mode", metavar="article|page", help="One article's body, or the main content of any page."),
    ] = None,
    keep_source: Annotated[
        bool, typer.Option("--keep-source", help="Keep the bytes of every document, to clean them again.")
    ] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read, and clean nothing.")] = False,
    workers: Workers = None,
    engine: EngineName = "local",
    scheduler: Scheduler = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with an interrupted run.")] = False,
    append: Append = False,
    overwrite: Overwrite = False,
    settings_file: SettingsFile = None,
    assignments: Assignments = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Clean documents into an archive.

    Exit codes: 0 all archived, 1 some rejected or failed, 2 wrong usage, 3 could not go on, 130 interrupted.

    \b
    Examples:
      archiver clean pages/ dump.jsonl.gz --out articles/
      archiver clean pages/ --out articles/ --append
      zcat dump.jsonl.gz | archiver clean - --field text=story
    """
    existing = existing_of(resume=resume, append=append, overwrite=overwrite)
    short = [*shorthands(mode, field or []), *(["keep_source=true"] if keep_source else [])]
    settings = chosen_settings(settings_file, [*short, *(assignments or [])])
    if dry_run:
        show_preview(inputs, settings, quiet, json)
        return
    carry_out(inputs, out, settings, Hands(workers, engine, scheduler), existing, quiet, json)


def shorthands(mode: str | None, fields: Sequence[str]) -> Iterator[str]:
    """The options that stand for a setting, as assignments. Quoted, a column called 5 or true is a name."""
    if mode is not None:
        yield f"mode={dumps(mode, ensure_ascii=False)}"
    for field in fields:
        name, equals, column = field.partition("=")
        if not equals:
            raise UsageError(f"--field {field}: write NAME=COLUMN, as text=body")
        yield f"fields.{name}={dumps(column, ensure_ascii=False)}"
