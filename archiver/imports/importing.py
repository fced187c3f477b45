"""Files of clean records in, an archive out: every row is archived, rejected or failed, and counted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path

import pyarrow as pa

from archiver.archive.direct import write_archive
from archiver.archive.ledger import Ledger
from archiver.archive.workplace import Existing
from archiver.errors import DocumentError, UsageError
from archiver.imports.records import to_result
from archiver.imports.rows import read_file
from archiver.record import Failure, Result, Violation
from archiver.settings import Settings
from archiver.sources import check_fields
from archiver.validation import validator

_MANIFEST = "manifest.json"
_PARTS = "data/part-*.parquet"
_ENDINGS = (".jsonl", ".ndjson", ".csv", ".tsv", ".parquet")
_PACKINGS = (".gz", ".zst", ".bz2", ".xz")
_UNREADABLE = (DocumentError, OSError, pa.ArrowException, RecursionError, MemoryError)


def import_paths(
    paths: Sequence[str | Path], out: str | Path, settings: Settings | None = None, existing: Existing = "refuse"
) -> Ledger:
    """Archive the records in `paths` (JSON Lines, CSV, Parquet, archives, folders of them) and return the ledger.

    `existing` is ``refuse``, ``append`` or ``overwrite``; an import cannot be resumed, for it is not planned.

    Raises:
        UsageError: a path does not exist or holds no records, or something stands in `out` already.
        ArchiveError: the disk refuses.
    """
    chosen = settings or Settings()
    check_fields(chosen)
    validator(chosen.schema)
    files = list(dict.fromkeys(chain.from_iterable(_files(Path(path)) for path in paths)))
    target = Path(out).resolve()
    if any(path.resolve().is_relative_to(target) for path, _ in files):
        raise UsageError(f"{out} holds what is to be imported; choose another --out")
    results = chain.from_iterable(_results(path, uri, chosen) for path, uri in files)
    return write_archive(results, out, overwrite=existing == "overwrite", append=existing == "append")


def _files(path: Path) -> list[tuple[Path, str]]:
    """The files that a path stands for, in order, each with the name that its rows are told by."""
    if path.is_file():
        return [(path, path.name)]
    if not path.is_dir():
        raise UsageError(f"{path} does not exist")
    if (path / _MANIFEST).is_file():
        found = sorted(path.glob(_PARTS))
    else:
        found = sorted(file for file in path.rglob("*") if file.is_file() and _is_named_as_rows(file))
    if not found:
        raise UsageError(f"{path} holds no archive and no JSON Lines, CSV or Parquet file")
    return [(file, file.relative_to(path.parent).as_posix()) for file in found]


def _is_named_as_rows(path: Path) -> bool:
    name = path.name.lower()
    for packing in _PACKINGS:
        name = name.removesuffix(packing)
    return name.endswith(_ENDINGS) and not path.name.startswith(".")


def _results(path: Path, uri: str, settings: Settings) -> Iterator[Result]:
    """A result for each row of a file; that it cannot be read on is a failure, too."""
    row: int | None = None
    try:
        for item in read_file(path, settings.limits):
            row = item.row
            name = uri if row is None else f"{uri}#row={row}"
            if isinstance(item, Violation):
                yield _unreadable(name, item)
            else:
                yield to_result(item.record, name, settings, item.line)
    except _UNREADABLE as error:
        after = "" if row is None else f" after row {row}"
        message = f"the file cannot be read{after}: {str(error) or type(error).__name__}"
        yield Failure(uri, None, "source", "unreadable", message)


def _unreadable(uri: str, violation: Violation) -> Failure:
    code = "too-deep" if violation.rule == "depth" else f"invalid-{violation.rule}"
    place = f"line {violation.line}: " if violation.line else ""
    return Failure(uri, None, "source", code, f"{place}expected {violation.expected}, found {violation.value}")
