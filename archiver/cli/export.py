"""``archiver export``: an archive in another form."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO, cast

import typer

from archiver.cli.options import STOPPED, Quiet, stop
from archiver.errors import ArchiverError, DamageError, UsageError

if TYPE_CHECKING:
    from archiver.selection import Selection


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
    where: Annotated[
        list[str] | None, typer.Option("--where", metavar="CONDITION", help='Only these, as "word_count >= 200".')
    ] = None,
    limit: Annotated[int | None, typer.Option("--limit", min=1, metavar="N", help="Only the first N.")] = None,
    select: Annotated[
        list[str] | None,
        typer.Option("--select", metavar="KEY=VALUE", help="As select.KEY of clean: sample=0.1, language=de."),
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

    Exit codes: 0 done, 2 wrong usage or a damaged archive, 3 could not go on.

    \b
    Examples:
      archiver export articles/ --to jsonl > articles.jsonl
      archiver export articles/ --to csv --columns title,url --out list.csv
      archiver export articles/ --to markdown --each --out pages/
      archiver export articles/ --to text --where "title ~ flood"
    """
    if form is None and bag is None:
        raise UsageError("say what to write: --to FORM or --bagit OUT")
    if bag and any((form, out, each, columns, where, limit, select, latest, raw_csv)):
        raise UsageError("--bagit takes the archive as it is; leave out the other options")
    if columns is not None and not _names(columns):
        raise UsageError("--columns names no column; leave it out for all")
    _find(archive)
    try:
        if bag:
            done = _bag(archive, bag)
        else:
            selection = _selection(where or [], limit, select or [])
            done = _form(archive, form or "", out, each, columns, latest, raw_csv, selection)
    except (UsageError, DamageError):
        raise
    except ArchiverError as error:
        stop(str(error), STOPPED)
    if done and not quiet:
        from rich.console import Console
        from rich.text import Text

        Console().print(Text(done), soft_wrap=True, highlight=False)


def _names(columns: str | None) -> list[str]:
    return [name.strip() for name in (columns or "").split(",") if name.strip()]


def _find(archive: Path) -> None:
    """Raise a `UsageError` where there is no finished archive: nothing has been written yet."""
    from archiver.archive.reader import finished_manifest

    try:
        finished_manifest(archive)
    except ArchiverError as error:
        raise UsageError(str(error)) from error


def _selection(where: Sequence[str], limit: int | None, others: Sequence[str]) -> Selection:
    """What the options ask for, read like the settings of ``clean``; a settings file, which says what to clean, is not.

    Raises:
        UsageError: there is no such key, or a condition cannot be read.
    """
    from archiver.settings import read_settings

    given = Counter(key for key, is_given in (("where", where), ("limit", limit)) if is_given)
    for one in others:
        key, equals, _ = one.partition("=")
        if not key.strip() or not equals:
            raise UsageError(f"--select {one}: write KEY=VALUE")
        given[key.strip()] += 1
    for key, count in given.items():
        if count > 1:
            several = f'{key}=["a", "b"]'
            raise UsageError(f"{key} is given {count} times; several values are a list: --select '{several}'")
    short = [f"where={dumps(list(where))}"] if where else []
    short += [f"limit={limit}"] if limit else []
    return read_settings(assignments=tuple(f"select.{one}" for one in (*others, *short))).select


def _bag(archive: Path, bag: Path) -> str:
    from archiver.archive.bag import write_bag
    from archiver.report.safety import safe_line

    return f"{write_bag(archive, bag):,} files of the archive are in the bag {safe_line(bag.as_posix())}"


def _form(
    archive: Path,
    form: str,
    out: Path | None,
    each: bool,
    columns: str | None,
    latest: bool,
    raw_csv: bool,
    select: Selection,
) -> str:
    """What was written, in words; nothing where that went to standard output."""
    from archiver.exports import export_archive, export_to
    from archiver.report.safety import SafeStream, safe_line

    names = _names(columns)
    if out is not None:
        count = export_archive(
            archive, form, out, each=each, columns=names, raw_csv=raw_csv, latest=latest, select=select
        )
        wrote = "1 article is" if count == 1 else f"{count:,} articles are"
        return f"{wrote} in {safe_line(out.as_posix())}"
    if each:
        raise UsageError("--each writes files: say where with --out PATH")
    if form == "parquet" and sys.stdout.isatty():
        raise UsageError("Parquet is nothing for a terminal: say where with --out PATH")
    stream = cast("BinaryIO", SafeStream(sys.stdout)) if sys.stdout.isatty() else sys.stdout.buffer
    export_to(stream, archive, form, columns=names, raw_csv=raw_csv, latest=latest, select=select)
    stream.flush()
    return ""
