"""The schemas of a validation: one for all records, or one for each `schema_version`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from archiver.document import Json
from archiver.record import Violation
from archiver.validation.columnar import accepts_batch
from archiver.validation.explain import shortened
from archiver.validation.shapes import MAX_DEPTH
from archiver.validation.typed import typed_records
from archiver.validation.validator import Validator

VERSION = "schema_version"


class Schemas:
    """Finds what a record breaks of the schema that is meant for it.

    `accept_json` takes JSON text and gives what `plain` makes a mapping of, or None: then the record must be parsed
    and judged by `violations`. It is None itself where no schema can be checked that fast.

    Raises:
        SchemaError: a schema cannot be used.
    """

    def __init__(self, paths: Mapping[str, Path | None], record_depth: int) -> None:
        self._others = Validator(paths[""], record_depth) if "" in paths else None
        self._by_version = {version: Validator(path, record_depth) for version, path in paths.items() if version}
        shape = None
        if self._others and not self._by_version and record_depth >= MAX_DEPTH:
            shape = self._others.shape
        self._shape = shape if shape and shape.kinds == {"object"} else None
        self._typed = typed_records(self._shape)
        self.accept_json: Callable[[bytes], Any | None] | None = self._typed

    def accepts_batch(self, batch: pa.RecordBatch) -> bool:
        """Whether all rows of the batch surely are valid; where not, `violations` judges each."""
        return self._shape is not None and accepts_batch(self._shape, batch)

    def plain(self, known: Any) -> dict[str, Any]:
        """The plain values of a record that `accept_json` has accepted."""
        assert self._typed
        return self._typed.as_dict(known)

    def violations(self, record: Json, source: str, row: int) -> list[Violation]:
        """What a record breaks; one of a version that has no schema breaks the rule ``schema_version``."""
        version = record.get(VERSION) if self._by_version and isinstance(record, Mapping) else None
        validator = self._by_version.get(version, self._others) if isinstance(version, str) else self._others
        if validator:
            return validator.violations(record, source, row)
        known = " or ".join(sorted(self._by_version))
        return [Violation(source, row, f"/{VERSION}", VERSION, f"a record of version {known}", shortened(version))]
