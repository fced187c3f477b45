"""A JSON Lines file in, its records out: plain, or compressed in any way that sources can be.

What cannot be read travels as a `Violation` among the records.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

from archiver.document import Json
from archiver.record import Violation
from archiver.settings import Limits
from archiver.sources.compression import open_stream
from archiver.sources.lines import Line, read_lines
from archiver.validation.explain import shortened

RECORD_SHARE = 4
"""A record may be so many times as long as the largest document: text, removed blocks, repairs, other columns."""


class Row(NamedTuple):
    """A record in JSON form and its row, counted from 0 without blank lines; its line, from 1, or row group, from 0."""

    row: int
    record: Json
    line: int | None = None
    row_group: int | None = None


def read_records(path: Path, limits: Limits) -> Iterator[Row | Violation]:
    """The records of a JSON Lines file, with a violation for every line that holds none.

    Raises:
        OSError: the file cannot be read.
        DocumentError: its compressed stream is damaged or cut short.
    """
    source = path.as_posix()
    for line in read_raw_records(path, limits):
        yield parse(line, source, limits)


def read_raw_records(path: Path, limits: Limits) -> Iterator[Line]:
    """The lines of a JSON Lines file as bytes. Raises as `read_records`."""
    with path.open("rb") as file:
        yield from read_lines(open_stream(file, limits).content, limits.input_bytes * RECORD_SHARE)


def parse(line: Line, source: str, limits: Limits) -> Row | Violation:
    """The record of a line, or what is wrong with it."""
    number = line.number + 1
    if line.data is None:
        longest = limits.input_bytes * RECORD_SHARE
        return Violation(source, line.row, "", "json", f"a line of at most {longest} bytes", "more", number)
    data = line.data.removeprefix(codecs.BOM_UTF8) if number == 1 else line.data
    try:
        return Row(line.row, json.loads(data.decode("utf-8"), parse_constant=_refuse), number)
    except RecursionError:
        return Violation(source, line.row, "", "depth", "a few levels of nesting", "more", number)
    except ValueError as error:
        value = shortened(data.decode("utf-8", "replace").strip())
        return Violation(source, line.row, "", "json", f"JSON in UTF-8 ({error})", value, number)


def _refuse(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")
