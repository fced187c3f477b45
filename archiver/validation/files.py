"""Archives, Parquet files and JSON Lines files in, violations with their file and row out.

The content of a file, not its name, tells what it is. A file that cannot be read is a violation of rule
``file``, a line that is no JSON one of rule ``json``: neither ends the run.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa

from archiver.errors import DocumentError, UsageError
from archiver.record import Violation
from archiver.resources import resource
from archiver.settings import Limits
from archiver.validation.explain import shortened
from archiver.validation.lines import Row, read_records
from archiver.validation.parquet import MAGIC, read_rows
from archiver.validation.validator import Validator

_MANIFEST = "manifest.json"
_PARTS = "data/part-*.parquet"
_RECORD_FILES = ("*.parquet", "*.jsonl", "*.jsonl.*", "*.ndjson", "*.ndjson.*")
_UNREADABLE = (DocumentError, OSError, pa.ArrowException, RecursionError, MemoryError)


def validate_paths(
    paths: Sequence[Path],
    schema: Path | None = None,
    max_errors: int | None = None,
    limits: Limits | None = None,
) -> PathValidation:
    """The validation of all records in `paths`: archives, folders, Parquet and JSON Lines files.

    `schema` replaces the built-in one; after `max_errors` violations it ends.

    Raises:
        UsageError: a path does not exist, or a folder holds nothing to validate.
        SchemaError: the schema cannot be used.
    """
    files = list(dict.fromkeys(chain.from_iterable(map(_record_files, paths))))
    return PathValidation(files, schema, max_errors, limits or Limits())


class PathValidation(Iterator[Violation]):
    """Yields violations as they are found; `files` and `records` count what has been seen so far."""

    def __init__(self, files: Sequence[Path], schema: Path | None, max_errors: int | None, limits: Limits) -> None:
        self.files = 0
        self.records = 0
        self.violations = 0
        self._validator = Validator(schema, limits.record_depth)
        self._limits = limits
        self._found = islice(self._validate(files), max_errors)

    def __next__(self) -> Violation:
        violation = next(self._found)
        self.violations += 1
        return violation

    def _validate(self, files: Sequence[Path]) -> Iterator[Violation]:
        for path in files:
            self.files += 1
            yield from _check_manifest(path) if path.name == _MANIFEST else self._validate_file(path)

    def _validate_file(self, path: Path) -> Iterator[Violation]:
        source = path.as_posix()
        for item in _read(path, self._limits):
            if isinstance(item, Violation):
                self.records += item.row is not None
                yield item
                continue
            self.records += 1
            for violation in self._validator.violations(item.record, source, item.row):
                yield violation._replace(line=item.line)


def _record_files(path: Path) -> list[Path]:
    """The files that `path` stands for, in order: itself, the parts of an archive, or what a folder holds."""
    if path.is_file():
        return [path]
    if not path.is_dir():
        raise UsageError(f"{path} does not exist")
    manifest = path / _MANIFEST
    if manifest.is_file():
        return [manifest, *sorted(path.glob(_PARTS))]
    if (path / "receipts").is_dir():
        return sorted(path.glob(_PARTS))
    found = sorted({file for pattern in _RECORD_FILES for file in path.rglob(pattern) if file.is_file()})
    if not found:
        raise UsageError(f"{path} holds no archive and no Parquet or JSON Lines file")
    return found


def _read(path: Path, limits: Limits) -> Iterator[Row | Violation]:
    """The records of a file, with a violation in place of what cannot be read."""
    row: int | None = None
    try:
        with path.open("rb") as file:
            is_parquet = file.read(len(MAGIC)) == MAGIC
        for item in read_rows(path) if is_parquet else read_records(path, limits):
            row = item.row
            yield item
    except _UNREADABLE as error:
        wanted = "a readable file" if row is None else f"a file that can be read on after row {row}"
        yield Violation(path.as_posix(), None, "", "file", wanted, shortened(str(error) or type(error).__name__))


def _check_manifest(path: Path) -> list[Violation]:
    source = path.as_posix()
    try:
        tree = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        return [Violation(source, None, "", "file", "a manifest in JSON", shortened(str(error)))]
    return Validator(resource("schemas", "manifest.schema.json"), shipped=True).violations(tree, source)
