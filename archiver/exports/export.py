"""An archive and the name of a form in, the export out: to a stream, to one file, or to one file a document."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import pyarrow as pa

from archiver.archive.columns import ARTICLE_SCHEMA
from archiver.archive.durable import new_folder, publish, storage_errors, unfinished
from archiver.archive.reader import finished_manifest
from archiver.errors import UsageError
from archiver.exports.names import file_name
from archiver.exports.rows import EVERYTHING, check_columns, read_batches, to_rows
from archiver.exports.tables import write_csv, write_jsonl, write_parquet, write_raw_csv
from archiver.exports.texts import DESCRIBING, json_of, markdown_of, text_of, write_markdown, write_text
from archiver.selection import Selection

_ADVICE = "nothing is left of the export; the archive is as it was"

Batches: TypeAlias = Iterator[pa.RecordBatch]
WriteAll: TypeAlias = Callable[[Batches, Sequence[str], BinaryIO], int]
WriteOne: TypeAlias = Callable[[Mapping[str, Any], Sequence[str]], str]


@dataclass(frozen=True, slots=True)
class Form:
    """A form that an archive can leave in.

    `write` puts all rows on a stream and returns their number. `one` is a document by itself, in a file that ends
    in `suffix`; None where such a file makes no sense. `needs` are the columns that must be read beside the chosen.
    """

    write: WriteAll
    suffix: str
    one: WriteOne | None = None
    needs: tuple[str, ...] = ()


_NAMING = ("title", "source_uri", "version_id")
_TEXTUAL = ("title", "text", "blocks")

FORMS: Mapping[str, Form] = {
    "jsonl": Form(write_jsonl, ".json", json_of),
    "csv": Form(write_csv, ".csv"),
    "markdown": Form(write_markdown, ".md", markdown_of, _TEXTUAL),
    "text": Form(write_text, ".txt", text_of, ("text",)),
    "parquet": Form(write_parquet, ".parquet"),
}
_RAW_CSV = Form(write_raw_csv, ".csv")


def export_to(
    stream: BinaryIO,
    archive: str | Path,
    form: str,
    *,
    columns: Sequence[str] = (),
    raw_csv: bool = False,
    latest: bool = False,
    select: Selection = EVERYTHING,
) -> int:
    """Write the articles of `archive` to `stream` and return their number.

    `columns` are all of them unless some are named; of Markdown they are those of the front matter. `raw_csv` leaves
    cells that a spreadsheet would run as they are. With `latest` only the newest version of each article counts,
    and `select` may leave out some.

    Raises:
        UsageError: no such form or column.
        ArchiveError: there is no finished archive, or it cannot be read.
    """
    chosen, names = _chosen(form, columns, raw_csv)
    wanted = tuple(dict.fromkeys((*names, *chosen.needs)))
    return chosen.write(read_batches(archive, wanted, latest, select), names, stream)


def export_archive(
    archive: str | Path,
    form: str,
    out: str | Path,
    *,
    each: bool = False,
    columns: Sequence[str] = (),
    raw_csv: bool = False,
    latest: bool = False,
    select: Selection = EVERYTHING,
) -> int:
    """Write the export to the new file `out`, or with `each` one file a document into the new folder `out`.

    Raises:
        UsageError: there is something at `out`, it lies in the archive, or no such form or column.
        ArchiveError: there is no finished archive, or the disk refuses.
    """
    target, root = Path(out), Path(archive)
    chosen, names = _chosen(form, columns, raw_csv)
    if each and not chosen.one:
        raise UsageError(f"{form} is one file for all documents; leave out --each")
    finished_manifest(root)
    if target.exists():
        raise UsageError(f"{target}: there is something already; choose a new name for the export")
    if target.resolve().is_relative_to(root.resolve()):
        raise UsageError(f"{target} lies inside the archive; choose another place for the export")
    with storage_errors(target, _ADVICE):
        target.parent.mkdir(parents=True, exist_ok=True)
        if each and chosen.one:
            wanted = tuple(dict.fromkeys((*names, *chosen.needs, *_NAMING)))
            return _write_each(chosen, names, to_rows(read_batches(root, wanted, latest, select)), target)
        beside = unfinished(target)
        try:
            with beside.open("wb") as stream:
                count = export_to(stream, root, form, columns=columns, raw_csv=raw_csv, latest=latest, select=select)
            publish(target)
        except BaseException:
            beside.unlink(missing_ok=True)
            raise
        return count


def _chosen(form: str, columns: Sequence[str], raw_csv: bool) -> tuple[Form, tuple[str, ...]]:
    """The form, and the columns to write."""
    if form not in FORMS:
        raise UsageError(f"--to {form}: known are {', '.join(FORMS)}")
    if raw_csv and form != "csv":
        raise UsageError(f"--raw-csv says how CSV is written; {form} needs no such thing")
    if form == "text" and columns:
        raise UsageError("the form text is the texts alone; leave out --columns")
    check_columns(columns)
    every = DESCRIBING if form == "markdown" else tuple(ARTICLE_SCHEMA.names)
    names = () if form == "text" else tuple(dict.fromkeys(columns)) or every
    return (_RAW_CSV if raw_csv else FORMS[form]), names


def _write_each(form: Form, columns: Sequence[str], rows: Iterator[dict[str, Any]], target: Path) -> int:
    assert form.one
    count = 0
    with new_folder(target) as beside:
        for row in rows:
            content = form.one(row, columns).encode("utf-8")
            (beside / f"{file_name(row)}{form.suffix}").write_bytes(content)
            count += 1
    return count
