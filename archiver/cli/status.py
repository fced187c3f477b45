"""``archiver status``: the ledger of an archive."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.options import Json


def status(
    archive: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the archive.")] = Path("out"),
    json: Json = False,
) -> None:
    """Show what became of every input of an archive.

    \b
    Example:
      archiver status articles/
    """
    from rich.console import Console

    from archiver.archive.reader import finished_manifest
    from archiver.report.json import write_ledger
    from archiver.report.terminal import print_ledger

    ledger = finished_manifest(archive).ledger
    if json:
        write_ledger(sys.stdout, ledger)
    else:
        print_ledger(Console(), ledger)
