"""``archiver forget``: take a document out of an archive."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.options import IMPERFECT, STOPPED, Json, stop
from archiver.errors import ArchiverError, UsageError


def forget(
    archive: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the archive.")],
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id, version_id, source_uri or url.")],
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help="Why; this is what the archive keeps.")],
    lifted: Annotated[
        bool, typer.Option("--lift", help="Instead: let a forgotten document be archived again.")
    ] = False,
    json: Json = False,
) -> None:
    """Take a document out of an archive, in all its versions.

    Exit codes: 0 done, 1 the archive is not sound, 2 no such document, 3 could not go on.

    \b
    Example:
      archiver forget articles/ https://example.org/story --reason "withdrawn"
    """
    from rich.console import Console

    from archiver.archive.forget import forget as take_out
    from archiver.archive.forget import lift
    from archiver.report.fixity import print_forgotten, write_forgotten

    try:
        done = (lift if lifted else take_out)(archive, name, reason)
    except UsageError:
        raise
    except ArchiverError as error:
        stop(str(error), STOPPED)
    if json:
        write_forgotten(sys.stdout, done)
    else:
        print_forgotten(Console(), done)
    if not done.verification.sound:
        raise typer.Exit(IMPERFECT)
