"""``archiver validate``: records against a JSON Schema."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.options import IMPERFECT, Quiet
from archiver.errors import UsageError

FORMATS = ("text", "json")


def validate(
    paths: Annotated[list[Path], typer.Argument(metavar="PATH", help="Archives, Parquet, JSON Lines, or folders.")],
    schema: Annotated[
        Path | None, typer.Option("--schema", metavar="FILE", help="A JSON Schema; else that of archiver's records.")
    ] = None,
    form: Annotated[str, typer.Option("--format", metavar="text|json", help="How violations are printed.")] = "text",
    max_errors: Annotated[
        int | None, typer.Option("--max-errors", min=1, metavar="N", help="End after so many violations.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Check records against a JSON Schema.

    The records may be of other tools, too. Exit codes: 0 valid, 1 violations, 2 wrong usage.
    """
    from rich.console import Console

    from archiver.report.json import write_violations
    from archiver.report.terminal import print_violations
    from archiver.validation import validate_paths

    if form not in FORMATS:
        raise UsageError(f"--format {form}: known are {', '.join(FORMATS)}")
    validation = validate_paths(paths, schema, max_errors=1 if quiet else max_errors)
    if quiet:
        next(validation, None)
    elif form == "json":
        write_violations(sys.stdout, validation)
    else:
        print_violations(Console(), validation)
    if validation.violations:
        raise typer.Exit(IMPERFECT)
