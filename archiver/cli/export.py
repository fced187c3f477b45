"""``archiver export``: an archive in another form."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from archiver.cli.options import STOPPED, Quiet, stop
from archiver.errors import ArchiverError, UsageError


def export(
    archive: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the archive.")],
    form: Annotated[
        str | None, typer.Option("--to", metavar="FORM", help="jsonl, csv, markdown, text or parquet.")
    ] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", metavar="PATH", help="A new file; else standard output.")
    ] = None,
    each: Annotated[bool, typer.Option("--each", help="One file a document, in the new folder PATH.")] = False,
    columns: Annotated[
        str | None, typer.Option("--columns", metavar="A,B", help="Only these, in this order; else all.")
    ] = None,
    latest: Annotated[bool, typer.Option("--latest", help="Only the newest version of each article.")] = False,
    raw_csv: Annotated[
        bool, typer.Option("--raw-csv", help="Leave cells that a spreadsheet would run as they are.")
    ] = False,
    bag: Annotated[
        Path | None, typer.Option("--bagit", metavar="OUT", help="Instead: a BagIt bag in this new folder.")
    ] = None,
    quiet: Quiet = False,
) -> None:
    """Write an archive in another form.

    Exit codes: 0 done, 2 wrong usage, 3 could not go on.

    \b
    Examples:
      archiver export articles/ --to jsonl > articles.jsonl
      archiver export articles/ --to csv --columns title,url --out list.csv
      archiver export articles/ --to markdown --each --out pages/
    """
    if (form is None) == (bag is None):
        raise UsageError("say what to write: --to FORM or --bagit OUT")
    try:
        done = _bag(archive, bag) if bag else _form(archive, form or "", out, each, columns, latest, raw_csv)
    except UsageError:
        raise
    except ArchiverError as error:
        stop(str(error), STOPPED)
    if done and not quiet:
        from rich.console import Console
        from rich.text import Text

        Console().print(Text(done), soft_wrap=True, highlight=False)


def _bag(archive: Path, bag: Path) -> str:
    from archiver.archive.bag import write_bag
    from archiver.report.safety import safe_line

    return f"{write_bag(archive, bag):,} files of the archive are in the bag {safe_line(bag.as_posix())}"


def _form(
    archive: Path, form: str, out: Path | None, each: bool, columns: str | None, latest: bool, raw_csv: bool
) -> str:
    """What was written, in words; nothing where that went to standard output."""
    from archiver.exports import export_archive, export_to
    from archiver.report.safety import safe_line

    names = [name.strip() for name in (columns or "").split(",") if name.strip()]
    if out is not None:
        count = export_archive(archive, form, out, each=each, columns=names, raw_csv=raw_csv, latest=latest)
        return f"{count:,} articles are in {safe_line(out.as_posix())}"
    if each:
        raise UsageError("--each writes files: say where with --out PATH")
    if form == "parquet" and sys.stdout.isatty():
        raise UsageError("Parquet is nothing for a terminal: say where with --out PATH")
    export_to(sys.stdout.buffer, archive, form, columns=names, raw_csv=raw_csv, latest=latest)
    sys.stdout.buffer.flush()
    return ""
