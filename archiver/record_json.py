"""A record in, its JSON form out, and back: the one place where the two are turned into each other.

The JSON form has the names of the columns in their order, lists for tuples, objects for named tuples, and
RFC 3339 strings for dates and times. schemas/article.schema.json describes it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from functools import partial
from operator import attrgetter
from typing import Any

from archiver.document import Image, Json, Link, Repair
from archiver.record import Origin, Record, RecordBlock

COLUMNS = tuple(item.name for item in fields(Record))
"""The columns of a record, in order."""

_STRUCTS: dict[str, tuple[Callable[..., Any], tuple[str, ...]]] = {
    "links": (Link, Link._fields),
    "images": (Image, Image._fields),
    "blocks": (RecordBlock, RecordBlock._fields),
    "repairs": (Repair, tuple(item.name for item in fields(Repair))),
    "origins": (Origin, Origin._fields),
}
_LISTS = ("authors", "tags", "flags")
_DATES = ("date_published", "date_modified")
_TIMES = ("published_at", "modified_at", "fetched_at")

_values = attrgetter(*COLUMNS)
_members = {name: attrgetter(*members) for name, (_, members) in _STRUCTS.items()}


def to_json(record: Record) -> dict[str, Json]:
    """The JSON form of a record. A plain value of a wrong type is passed on as it is, for validation to find."""
    tree = dict(zip(COLUMNS, _values(record), strict=True))
    for name in _LISTS:
        if isinstance(tree[name], tuple):
            tree[name] = list(tree[name])
    for name in _DATES:
        tree[name] = date_json(tree[name])
    for name in _TIMES:
        tree[name] = time_json(tree[name])
    for name in _STRUCTS:
        tree[name] = _WRITTEN_OUT.get(name, partial(_objects, name))(tree[name])
    return tree


def from_json(tree: Mapping[str, Any]) -> Record:
    """The record of a valid JSON form; inverse of `to_json`. Columns that are missing are null.

    Raises:
        ValueError, TypeError: the form is not valid. Validate first what comes from elsewhere.
    """
    return Record(**{name: _revive(name, tree.get(name)) for name in COLUMNS})


def date_json(value: Any) -> Any:
    """A date as ``YYYY-MM-DD``; anything else as it is."""
    return value.isoformat() if isinstance(value, date) else value


def time_json(value: Any) -> Any:
    """A time as RFC 3339 in UTC, with ``Z``; one without a zone is UTC already. Anything else as it is."""
    if not isinstance(value, datetime):
        return value
    moment = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    return moment.isoformat().replace("+00:00", "Z")


def _objects(name: str, items: Iterable[Any]) -> list[dict[str, Any]]:
    _, members = _STRUCTS[name]
    return [dict(zip(members, values, strict=True)) for values in map(_members[name], items)]


def _blocks(blocks: Iterable[RecordBlock]) -> list[dict[str, Any]]:
    """Blocks are the bulk of a record: written out, this takes a third of the time of `_objects`."""
    return [
        {
            "label": label,
            "kept": kept,
            "by": by,
            "score": score,
            "start": start,
            "end": end,
            "before": before,
            "text": text,
        }
        for label, kept, by, score, start, end, before, text in blocks
    ]


def _links(links: Iterable[Link]) -> list[dict[str, Any]]:
    return [{"text": text, "url": url} for text, url in links]


_WRITTEN_OUT: dict[str, Callable[[Any], list[dict[str, Any]]]] = {"blocks": _blocks, "links": _links}


def _revive(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _STRUCTS:
        struct, members = _STRUCTS[name]
        return tuple(struct(**{member: item.get(member) for member in members}) for item in value)
    if name in _LISTS:
        return tuple(value)
    if name in _DATES:
        return date.fromisoformat(value)
    if name in _TIMES:
        return datetime.fromisoformat(value).astimezone(UTC)
    return value
