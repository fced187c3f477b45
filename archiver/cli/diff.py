"""``archiver diff``: what changed between two archives."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.options import IMPERFECT, Json


def diff(
    before: Annotated[Path, typer.Argument(metavar="A", help="Folder of an archive.")],
    after: Annotated[Path, typer.Argument(metavar="B", help="Folder of another.")],
    json: Json = False,
) -> None:
    """Show what changed from one archive to another.

    Documents added, removed and changed, with their fields. Exit codes: 0 none, 1 some, 2 no archive.

    \b
    Example:
      archiver diff articles/ recleaned/
    """
    from rich.console import Console

    from archiver.archive.diff import ArchiveDiff
    from archiver.report.changes import print_diff, write_diff

    found = ArchiveDiff(before, after)
    if json:
        write_diff(sys.stdout, found)
    else:
        print_diff(Console(), found)
    if any(found.counts.values()):
        raise typer.Exit(IMPERFECT)
