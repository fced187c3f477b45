"""``archiver export``: an archive in another form."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.options import STOPPED, Quiet, stop
from archiver.errors import ArchiverError, UsageError


def export(
    archive: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the archive.")],
    bag: Annotated[
        Path | None, typer.Option("--bagit", metavar="OUT", help="Write a BagIt bag to this new folder.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write an archive in another form.

    Exit codes: 0 done, 2 wrong usage, 3 could not go on.
    """
    from rich.console import Console
    from rich.text import Text

    from archiver.archive.bag import write_bag
    from archiver.report.safety import safe_line

    if bag is None:
        raise UsageError("say what to write: --bagit OUT")
    try:
        count = write_bag(archive, bag)
    except UsageError:
        raise
    except ArchiverError as error:
        stop(str(error), STOPPED)
    if not quiet:
        line = f"{count:,} files of the archive are in the bag {safe_line(bag.as_posix())}"
        Console().print(Text(line), soft_wrap=True, highlight=False)
