"""Rows of an answer in, a table for people or rows for programs out."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from itertools import islice
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from archiver.record_json import date_json, time_json
from archiver.report.safety import safe_line

MOST_ROWS = 1000
"""A table for people ends here; the forms for programs do not."""
_LONGEST_CELL = 200


def print_table(console: Console, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """A table of at most `MOST_ROWS` rows, and a line that says so where there are more."""
    coming = iter(rows)
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in columns:
        table.add_column(Text(safe_line(name)))
    count = 0
    for row in islice(coming, MOST_ROWS):
        table.add_row(*(Text(_shown(value), overflow="ellipsis") for value in row))
        count += 1
    if columns:
        console.print(table, highlight=False)
    more = next(coming, None) is not None
    left_out = " of more; --format csv or jsonl gives all" if more else ""
    console.print(Text(f"{count:,} row{'' if count == 1 else 's'}{left_out}", "dim"))


def write_csv_rows(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """CSV with a head."""
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)


def write_json_rows(out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """One JSON object a line, in ASCII."""
    for row in rows:
        out.write(json.dumps(dict(zip(columns, row, strict=True)), default=_json) + "\n")


def _json(value: Any) -> Any:
    if isinstance(value, datetime):
        return time_json(value)
    return date_json(value) if isinstance(value, date) else str(value)


def _cell(value: Any) -> Any:
    """A cell of CSV: what is nested as JSON; what a spreadsheet would run begins with an apostrophe."""
    if isinstance(value, dict | list | tuple):
        return json.dumps(value, default=_json, ensure_ascii=False)
    if isinstance(value, str) and value.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return f"'{value}"
    return _json(value) if isinstance(value, date) else value


def _shown(value: Any) -> str:
    text = "" if value is None else str(_cell(value)) if not isinstance(value, str) else value
    return safe_line(text[:_LONGEST_CELL] + ("…" if len(text) > _LONGEST_CELL else ""))
