"""Records in memory in, violations out: the gate of the pipeline and the Python function `validate`."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from pathlib import Path

from archiver.document import Json
from archiver.errors import UsageError
from archiver.record import Record, Violation
from archiver.record_json import to_json
from archiver.resources import resource
from archiver.settings import Limits, Settings
from archiver.validation.explain import MESSAGE_CHARS, cut, not_json, to_violation, too_deep
from archiver.validation.folder import read_schema
from archiver.validation.schema import MAX_FAULTS, compile_schema
from archiver.validation.shapes import Shape


class Validator:
    """A schema, compiled once, that finds what records break. One that is `shipped` with archiver is not checked.

    Raises:
        SchemaError: the schema cannot be used.
    """

    def __init__(
        self,
        schema: Path | Mapping[str, Json] | None = None,
        record_depth: int = Limits().record_depth,
        shipped: bool = False,
    ) -> None:
        self._compiled = compile_schema(schema, shipped)
        self._record_depth = record_depth

    @property
    def shape(self) -> Shape | None:
        """See `CompiledSchema.shape`."""
        return self._compiled.shape

    def violations(self, record: Json, source: str = "", row: int | None = None) -> list[Violation]:
        """What a value in JSON form breaks, at most `MAX_FAULTS`; empty when it is valid.

        NaN and infinity are of no type, neither number nor null, for no JSON has them.
        """
        if too_deep(record, self._record_depth):
            depth = f"at most {self._record_depth} levels of nesting"
            return [Violation(source, row, "", "depth", depth, "more")]
        return self.violations_of_shallow(record, source, row)

    def violations_of_shallow(self, record: Json, source: str = "", row: int | None = None) -> list[Violation]:
        """The same for a value that is known not to be nested deeply: its depth is not measured."""
        try:
            if self._compiled.is_valid(record):
                return []
            return [to_violation(fault, source, row) for fault in self._compiled.faults(record)]
        except ValueError as error:
            places = list(islice(not_json(record), MAX_FAULTS))
            unlike = places or [("", "a JSON value", cut(str(error), MESSAGE_CHARS))]
            return [Violation(source, row, place, "json", wanted, found) for place, wanted, found in unlike]


def validate(
    records: Iterable[Mapping[str, Json] | Record], schema: Path | str | Mapping[str, Json] | None = None
) -> Iterator[Violation]:
    """What `records` break of `schema`, a path or a mapping, by default that of our own records.

    `Violation.row` counts the records from 0.

    Raises:
        UsageError: `records` is a single record, or none at all.
        SchemaError: the schema cannot be used.
    """
    if isinstance(records, Mapping | Record | str | bytes) or not isinstance(records, Iterable):
        one = "; put it in a list" if isinstance(records, Mapping | Record) else ""
        raise UsageError(f"validate takes an iterable of records, not a {type(records).__name__}{one}")
    compiled = Validator(schema) if isinstance(schema, Mapping) else validator(schema)
    for row, record in enumerate(records):
        yield from compiled.violations(to_json(record) if isinstance(record, Record) else record, row=row)


@cache
def validator(schema: Path | str | None = None) -> Validator:
    """The validator for a schema file, compiled once a process; None is the built-in schema.

    Raises:
        SchemaError: the schema cannot be used.
    """
    return Validator(None if schema is None else Path(schema))


def check_record(record: Record, settings: Settings) -> list[Violation]:
    """What a record breaks of the built-in schema and, beside it, of the user's (`Settings.schema`).

    Raises:
        SchemaError: the user's schema cannot be used. Call `validator(settings.schema)` first to know early.
    """
    tree = to_json(record)
    schemas = (None, settings.schema) if settings.schema else (None,)
    return [
        violation
        for schema in schemas
        for violation in validator(schema).violations_of_shallow(tree, record.source_uri)
    ]


def check_given(given: Mapping[str, Json]) -> list[Violation]:
    """What a source gave for a metadata field that is of a wrong type; fields of no column are not looked at.

    A list of names may come as one string, a date or a time as anything written: a string or a number. Lone
    surrogates are no matter of type and pass.
    """
    if not given:  # as of every page
        return []
    text = json.dumps(given, ensure_ascii=False, default=str).encode("utf-8", "replace")
    return _given().violations(json.loads(text))


@cache
def _given() -> Validator:
    columns = read_schema(resource("schemas", "article.schema.json"))["properties"]
    return Validator({"properties": {name: _as_given(name, column) for name, column in columns.items()}}, shipped=True)


def _as_given(name: str, column: Mapping[str, Json]) -> Json:
    """The types in which a source may give what ends up in `column`."""
    if column.get("type") == "array":
        return {"type": ["string", "array", "null"], "items": {"type": "string"}}
    if column.get("format") or name == "published_raw":
        return {"type": ["string", "number", "null"]}
    kind = column.get("type", "string")
    return {"type": [kind, "null"] if isinstance(kind, str) else kind}
