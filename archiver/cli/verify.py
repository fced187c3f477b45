"""``archiver verify``: whether an archive is what was archived, byte for byte."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.options import IMPERFECT, Json, Quiet


def verify(
    archive: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the archive.")] = Path("out"),
    workers: Annotated[
        int | None, typer.Option("--workers", "-w", min=1, metavar="N", help="Processes; else one a processor.")
    ] = None,
    quiet: Quiet = False,
    json: Json = False,
) -> None:
    """Check that nothing in an archive has changed.

    Every digest, page checksum, row count and text, and the ledger. Exit codes: 0 sound, 1 findings, 2 no archive.

    \b
    Example:
      archiver verify articles/
    """
    from rich.console import Console

    from archiver.archive.isolation import Readers
    from archiver.archive.verify import verify_archive
    from archiver.report.fixity import print_verification, write_verification

    with Readers(workers or os.cpu_count() or 1) as readers:
        done = verify_archive(archive, readers)
    if json:
        write_verification(sys.stdout, done)
    elif not quiet:
        print_verification(Console(), done)
    if not done.sound:
        raise typer.Exit(IMPERFECT)
