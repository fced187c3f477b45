"""What several verbs share: their options, the settings in use, the exit codes and how a verb stops."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from archiver.settings import Settings

IMPERFECT, UNUSABLE, STOPPED, INTERRUPTED = 1, 2, 3, 130

SETTINGS_FILE = "archiver.toml"
FILE_VARIABLE = "ARCHIVER_SETTINGS"
SET_PREFIX = "ARCHIVER_SET_"

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
Append = Annotated[bool, typer.Option("--append", help="Add what the archive does not hold yet.")]
Overwrite = Annotated[bool, typer.Option("--overwrite", help="Replace the archive once a new one is done.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def chosen_settings(file: Path | None, assignments: Sequence[str]) -> Settings:
    """The settings of the named file, or else of the nearest one upwards; then the environment, then assignments."""
    from archiver.settings import read_settings

    return read_settings(settings_file(file), (*from_environment(), *assignments))


def settings_file(file: Path | None) -> Path | None:
    """The file that is named, here or by ``ARCHIVER_SETTINGS``, else the nearest one upwards, if there is one."""
    named = os.environ.get(FILE_VARIABLE)
    if file or named:
        return file or Path(str(named))
    folders = (Path.cwd(), *Path.cwd().parents)
    return next((path for folder in folders if (path := folder / SETTINGS_FILE).is_file()), None)


def from_environment() -> tuple[str, ...]:
    """What the environment sets, as assignments: ``ARCHIVER_SET_LIMITS__DEPTH=64`` is ``limits.depth=64``."""
    return tuple(
        f"{name.removeprefix(SET_PREFIX).lower().replace('__', '.')}={value}"
        for name, value in sorted(os.environ.items())
        if name.startswith(SET_PREFIX)
    )


def folder(name: str | Path) -> Path:
    """The folder that an option names; an empty name is none, though a path would take it for the current folder."""
    if not str(name):
        raise typer.BadParameter("name a folder")
    return Path(name)


def stop(message: str, code: int) -> NoReturn:
    """End the program with a line on standard error."""
    from archiver.report.safety import safe_line

    typer.echo(f"archiver: {safe_line(message)}", err=True)
    sys.exit(code)
