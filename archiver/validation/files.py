"""Archives, Parquet files and JSON Lines files in, violations with their file and row out.

The content of a file, not its name, tells what it is. A file that cannot be read is a violation of rule
``file``, a line that is no JSON one of rule ``json``: neither ends the run.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path

import pyarrow as pa

from archiver.errors import DocumentError, UsageError
from archiver.record import Violation
from archiver.resources import resource
from archiver.settings import Limits
from archiver.sources import Form, form_of
from archiver.sources.compression import open_stream
from archiver.validation.checks import Checks
from archiver.validation.explain import shortened
from archiver.validation.lines import Row, parse, read_raw_records
from archiver.validation.parquet import MAGIC, json_rows, read_batches
from archiver.validation.validator import Validator
from archiver.validation.versions import Schemas

_MANIFEST = "manifest.json"
_PARTS = "data/part-*.parquet"
_RECORD_FILES = ("*.parquet", "*.jsonl", "*.jsonl.*", "*.ndjson", "*.ndjson.*")
_UNREADABLE = (DocumentError, OSError, pa.ArrowException, RecursionError, MemoryError)


def validate_paths(
    paths: Sequence[Path],
    schema: Path | Mapping[str, Path | None] | None = None,
    max_errors: int | None = None,
    limits: Limits | None = None,
    checks: Sequence[str] = (),
) -> PathValidation:
    """The validation of all records in `paths`: archives, folders, Parquet and JSON Lines files.

    `schema` replaces the built-in one; a mapping has one for each `schema_version`, and under ``""`` the one for all
    others, if they may be. `checks` are the names of `checks.CHECKS` to apply beside. After `max_errors` violations
    it ends.

    Raises:
        UsageError: a path does not exist, or a folder holds nothing to validate.
        SchemaError: a schema cannot be used.
    """
    files = list(dict.fromkeys(chain.from_iterable(map(_record_files, paths))))
    chosen = limits or Limits()
    schemas = Schemas(schema if isinstance(schema, Mapping) else {"": schema}, chosen.record_depth)
    return PathValidation(files, schemas, max_errors, chosen, Checks(checks) if checks else None)


class PathValidation(Iterator[Violation]):
    """Yields violations as they are found; `files`, `records` and `by_rule` count what has been seen so far."""

    def __init__(
        self, files: Sequence[Path], schemas: Schemas, max_errors: int | None, limits: Limits, checks: Checks | None
    ) -> None:
        self.files = 0
        self.records = 0
        self.by_rule: Counter[str] = Counter()
        self._schemas = schemas
        self._limits = limits
        self._checks = checks
        self._found = islice(self._validate(files), max_errors)

    @property
    def violations(self) -> int:
        """How many have been found so far."""
        return self.by_rule.total()

    def __next__(self) -> Violation:
        violation = next(self._found)
        self.by_rule[violation.rule] += 1
        return violation

    def _validate(self, files: Sequence[Path]) -> Iterator[Violation]:
        for path in files:
            self.files += 1
            yield from _check_manifest(path) if path.name == _MANIFEST else self._validate_file(path)

    def _validate_file(self, path: Path) -> Iterator[Violation]:
        """What the records of a file break, and at the end that it cannot be read on, where that is so."""
        before = self.records
        try:
            with path.open("rb") as file:
                is_parquet = file.read(len(MAGIC)) == MAGIC
                file.seek(0)
                other = None if is_parquet else _other_form(path, open_stream(file, self._limits).head)
            if other:
                yield Violation(path.as_posix(), None, "", "file", "Parquet or JSON Lines", other)
                return
            yield from self._parquet(path) if is_parquet else self._lines(path)
        except _UNREADABLE as error:
            seen = self.records - before
            wanted = f"a file that can be read on after row {seen - 1}" if seen else "a readable file"
            yield Violation(path.as_posix(), None, "", "file", wanted, shortened(str(error) or type(error).__name__))

    def _parquet(self, path: Path) -> Iterator[Violation]:
        source = path.as_posix()
        row = 0
        for batch, group in read_batches(path):
            known = self._schemas.accepts_batch(batch)
            if known and not self._checks:
                self.records += batch.num_rows
                row += batch.num_rows
                continue
            for record in json_rows(batch):
                self.records += 1
                yield from self._judge(Row(row, record, None, group), source, known)
                row += 1

    def _lines(self, path: Path) -> Iterator[Violation]:
        source = path.as_posix()
        accept, checks = self._schemas.accept_json, self._checks
        for line in read_raw_records(path, self._limits):
            self.records += 1
            known = accept(line.data) if accept and line.data is not None else None
            if known is not None:
                if checks:
                    yield from _placed(checks(self._schemas.plain(known), source), line.row, line.number + 1, None)
                continue
            item = parse(line, source, self._limits)
            yield from [item] if isinstance(item, Violation) else self._judge(item, source)

    def _judge(self, item: Row, source: str, known: bool = False) -> Iterator[Violation]:
        """What a record breaks; one that is `known` to be valid is only checked."""
        found = [] if known else self._schemas.violations(item.record, source, item.row)
        if self._checks:
            found = [*found, *self._checks(item.record, source)]
        return _placed(found, item.row, item.line, item.row_group)


def _other_form(path: Path, head: bytes) -> str | None:
    """What a file is that is surely not JSON Lines. An array in a file of another name may be a record of its own."""
    form = form_of(path.name, head)
    if form is Form.JSON:
        return "a JSON array" if path.suffix == ".json" else None
    if form is Form.PARQUET:
        return "a file that does not start like Parquet"
    return None if form in (Form.JSONL, Form.TEXT, None) else f"a file of the form {form}"


def _placed(found: Sequence[Violation], row: int, line: int | None, group: int | None) -> Iterator[Violation]:
    return (violation._replace(row=row, line=line, row_group=group) for violation in found)


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


def _check_manifest(path: Path) -> list[Violation]:
    """What is wrong with a manifest; and if nothing is, the parts it names that are not there."""
    source = path.as_posix()
    try:
        tree = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        return [Violation(source, None, "", "file", "a manifest in JSON", shortened(str(error)))]
    if found := Validator(resource("schemas", "manifest.schema.json"), shipped=True).violations(tree, source):
        return found
    parts = (path.parent / file["path"] for shard in tree["shards"] for file in shard["files"])
    return [
        Violation(part.as_posix(), None, "", "file", "the part that the manifest names", "none that can be reached")
        for part in parts
        if not os.path.isfile(part)  # noqa: PTH113 - `Path.is_file` raises in a folder that may not be entered
    ]
