"""What several verbs share: their options, the settings in use, the exit codes and how a verb stops."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from archiver.settings import Settings

IMPERFECT, UNUSABLE, STOPPED, INTERRUPTED = 1, 2, 3, 130

SETTINGS_FILE = "archiver.toml"

SettingsFile = Annotated[
    Path | None, typer.Option("--settings", metavar="FILE", help=f"Settings; else the nearest {SETTINGS_FILE} upwards.")
]
Assignments = Annotated[
    list[str] | None, typer.Option("--set", metavar="KEY=VALUE", help="One setting; may be repeated.")
]
Workers = Annotated[
    int | None,
    typer.Option(
        "--workers", "-w", min=1, metavar="N", help="Processes; else one a processor. 1 is this very process."
    ),
]
EngineName = Annotated[str, typer.Option("--engine", metavar="NAME", help="Who does the work: local, dask or spark.")]
Scheduler = Annotated[
    str | None,
    typer.Option("--scheduler", metavar="ADDRESS", help="Of a Dask scheduler or Spark master; else one is started."),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print errors only.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def chosen_settings(file: Path | None, assignments: Sequence[str]) -> Settings:
    """The settings of the named file, or else of the nearest one upwards, with the assignments on top."""
    from archiver.settings import read_settings

    folders = (Path.cwd(), *Path.cwd().parents)
    nearest = next((path for folder in folders if (path := folder / SETTINGS_FILE).is_file()), None)
    return read_settings(file or nearest, tuple(assignments))


def stop(message: str, code: int) -> NoReturn:
    """End the program with a line on standard error."""
    from archiver.report.safety import safe_line

    typer.echo(f"archiver: {safe_line(message)}", err=True)
    sys.exit(code)
