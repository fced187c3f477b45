"""``archiver query``: SQL over an archive."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from archiver.errors import UsageError

FORMS = ("table", "csv", "jsonl")


def query(
    sql: Annotated[str, typer.Argument(metavar="SQL", help="A statement over articles, removed, failures, rejected.")],
    archive: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the archive.")] = Path("out"),
    form: Annotated[str, typer.Option("--format", metavar="table|csv|jsonl", help="How rows are printed.")] = "table",
) -> None:
    """Ask an archive in SQL.

    By DuckDB, which can reach nothing but the archive. Exit codes: 0 done, 2 no such table or archive.

    \b
    Examples:
      archiver query "SELECT count(DISTINCT domain) FROM articles" articles/
      archiver query "SELECT text FROM removed WHERE label = 'promo'" articles/
    """
    from rich.console import Console

    from archiver.exports.query import query as ask
    from archiver.report.tables import print_table, write_csv_rows, write_json_rows

    if form not in FORMS:
        raise UsageError(f"--format {form}: known are {', '.join(FORMS)}")
    answer = ask(archive, sql)
    if form == "table":
        print_table(Console(), answer.columns, answer)
    else:
        (write_csv_rows if form == "csv" else write_json_rows)(sys.stdout, answer.columns, answer)
