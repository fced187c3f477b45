"""Which documents are archived: enter documents and records, leave those that were asked for, and skips for the rest.

What a source tells of a document is looked at before it is cleaned (`chosen`), what only cleaning finds out after
that (`reason_to_leave`). Neither depends on where or in which order the work is done.
"""

from __future__ import annotations

import hashlib
import math
import operator
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from fnmatch import fnmatchcase
from functools import lru_cache
from types import NoneType, SimpleNamespace
from typing import Any, NamedTuple

from archiver.document import RawDocument
from archiver.errors import UsageError, hint
from archiver.record import Failure, Record, Skip

LIMIT = "limit"
"""Skip reason: what stands here comes after as many documents as were asked for."""
EXCLUDED, NOT_INCLUDED, NOT_SAMPLED = "excluded", "not-included", "not-sampled"
SINCE, LANGUAGE, WHERE = "since", "language", "where"

_HASH_SPACE = 2**64
# Digits after the point that count in a condition: a score comes out of an archive with the noise of a short float.
_DECIMALS = 6
_CONDITION = re.compile(r"\s*(\w+)\s*(!=|!~|<=|>=|=|~|<|>)\s*(.*?)\s*", re.DOTALL)
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_TYPES = {item.name: str(item.type) for item in fields(Record)}
_KINDS: Mapping[str, tuple[tuple[type, ...], str]] = {
    "int": ((int,), "whole number"),
    "float": ((int, float), "number"),
    "tuple[str, ...]": ((tuple, list), "list of strings"),
    "date | None": ((date, NoneType), "day"),
}
_ALWAYS_NEEDED = ("source_uri", "url", "date_published", "fetched_at", "language")
_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "~": lambda text, part: str(part).casefold() in str(text).casefold(),
}


@dataclass(frozen=True, slots=True)
class Selection:
    """What of the input is archived. It decides which documents, never what becomes of one."""

    limit: int = 0
    """Clean so many documents at most, the first in the order of the input. 0 is no bound."""
    sample: float = 1.0
    """Clean this share of the documents, chosen by their `source_uri` and `seed`."""
    seed: int = 0
    """Another seed is another sample."""
    include: tuple[str, ...] = ()
    """Globs over `source_uri` without its row, such as `news/*.html`: only these. `*` crosses folders."""
    exclude: tuple[str, ...] = ()
    """The same: all but these."""
    include_url: tuple[str, ...] = ()
    """Globs over the URL that the source gives, such as `https://*.example.org/*`: only these."""
    exclude_url: tuple[str, ...] = ()
    """The same: all but these."""
    since: date | None = None
    """Only what was published on that day or later; without a date of publication, fetched."""
    language: tuple[str, ...] = ()
    """Only texts in these languages, such as `de` or `pt-BR`; `pt` covers `pt-BR`."""
    where: tuple[str, ...] = ()
    """Conditions on columns of the record, all of which must hold, such as `word_count >= 200` or `title ~ flood`."""

    def __post_init__(self) -> None:
        for item in fields(self):
            value, (kinds, called) = getattr(self, item.name), _KINDS[str(item.type)]
            entries = value if isinstance(value, tuple | list) else ()
            wrong = isinstance(value, bool) or not isinstance(value, kinds)
            if wrong or not all(isinstance(entry, str) for entry in entries):
                raise UsageError(f"setting select.{item.name}: {value!r} is no {called}")
        if self.limit < 0:
            raise UsageError(f"setting select.limit: {self.limit} is below 0")
        if not 0 < self.sample <= 1:
            raise UsageError(f"setting select.sample: {self.sample} is not above 0 and up to 1")
        object.__setattr__(self, "sample", float(self.sample))
        for tag in self.language:
            if not _TAG.fullmatch(tag):
                raise UsageError(f"setting select.language: {tag!r} is no language such as de or pt-BR")
        for text in self.where:
            _condition(text)


class Condition(NamedTuple):
    """A comparison of a column with a value. `wanted` is False for ``!=`` and ``!~``."""

    column: str
    compare: Callable[[Any, Any], bool]
    value: float | date | datetime | str
    wanted: bool

    def holds(self, record: object) -> bool:
        """Whether it does. Of a list one entry has to pass; a column that is null passes nothing but ``!=``, ``!~``."""
        found = getattr(record, self.column)
        entries = found if isinstance(found, tuple | list) else () if found is None else (found,)
        return any(self._passes(entry) for entry in entries) is self.wanted

    def _passes(self, entry: object) -> bool:
        if isinstance(self.value, float):
            return isinstance(entry, int | float) and self.compare(round(entry, _DECIMALS), self.value)
        if isinstance(self.value, date):
            return isinstance(entry, date) and self.compare(entry, self.value)
        return self.compare(entry.isoformat() if isinstance(entry, date) else str(entry), self.value)


@lru_cache(maxsize=256)
def _condition(text: str) -> Condition:
    match = _CONDITION.fullmatch(text)
    if not match or not match[3] or match[3][0] in "=<>~":
        raise UsageError(f"setting select.where: {text!r}: write COLUMN = VALUE, with one of = != < <= > >= ~ !~")
    column, sign, written = match.groups()
    if column not in _TYPES:
        raise UsageError(f"setting select.where: a record has no column {column}; {hint(column, _TYPES)}")
    compare = _COMPARE[sign.removeprefix("!") if sign != "!=" else "="]
    value = written if sign.endswith("~") else _value(column, written, text)
    return Condition(column, compare, value, not sign.startswith("!"))


def _value(column: str, written: str, condition: str) -> float | date | datetime | str:
    """A value as what the column holds: a number, a day, a moment (of UTC where it names no zone), a text."""
    kind = _TYPES[column]
    try:
        if "datetime" in kind:
            moment = datetime.fromisoformat(written)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if "date" in kind:
            return date.fromisoformat(written)
        if "int" in kind or "float" in kind:
            return _finite(float(written))
    except ValueError as error:
        wanted = "a number" if "int" in kind or "float" in kind else "a day or a moment such as 2024-12-31"
        raise UsageError(f"setting select.where: {condition!r}: {column} is compared with {wanted}") from error
    return written


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError(number)
    return number


def chosen(
    items: Iterable[RawDocument | Failure | Skip], selection: Selection
) -> Iterator[RawDocument | Failure | Skip]:
    """The items, with a `Skip` in the place of what was not asked for. `limit` is the matter of the plan."""
    for item in items:
        reason = None if isinstance(item, Skip) else _refusal(item, selection)
        yield Skip(item.source_uri, reason) if reason else item


def excludes_all(uri: str, selection: Selection) -> bool:
    """Whether nothing in the file `uri` is asked for, so that it need not be opened."""
    return _matches(uri, selection.exclude)


def needed_columns(selection: Selection) -> tuple[str, ...]:
    """The columns of an archive that tell whether one of its rows is asked for; none where all are."""
    if replace(selection, limit=0, seed=0) == Selection():
        return ()
    return tuple(dict.fromkeys((*_ALWAYS_NEEDED, *(_condition(text).column for text in selection.where))))


def is_asked_for(row: Mapping[str, Any], selection: Selection) -> bool:
    """Whether a row of an archive, of which `needed_columns` are there, is asked for; `limit` is not looked at."""
    record = SimpleNamespace(**row)
    return not (_refusal_by_name(record.source_uri, record.url, selection) or reason_to_leave(record, selection))


def _refusal(item: RawDocument | Failure, selection: Selection) -> str | None:
    if isinstance(item, Failure):
        return _refusal_by_uri(item.source_uri.partition("#")[0], selection)
    return _refusal_by_name(item.source_uri, item.url, selection)


def _refusal_by_name(source_uri: str, url: str | None, selection: Selection) -> str | None:
    refusal = _refusal_by_uri(source_uri.partition("#")[0], selection)
    if refusal:
        return refusal
    if url and _matches(url, selection.exclude_url):
        return EXCLUDED
    if selection.include_url and not (url and _matches(url, selection.include_url)):
        return NOT_INCLUDED
    return None if _is_sampled(source_uri, selection) else NOT_SAMPLED


def _refusal_by_uri(uri: str, selection: Selection) -> str | None:
    if _matches(uri, selection.exclude):
        return EXCLUDED
    return NOT_INCLUDED if selection.include and not _matches(uri, selection.include) else None


def _matches(name: str, globs: tuple[str, ...]) -> bool:
    """Whether a glob matches; of a member of a container its own name, that of the container, or both together."""
    return any(fnmatchcase(part, glob) for part in {name, *name.split("!", 1)} for glob in globs)


def _is_sampled(uri: str, selection: Selection) -> bool:
    if selection.sample == 1:
        return True
    digest = hashlib.sha256(f"{selection.seed} {uri}".encode("utf-8", "backslashreplace")).digest()
    return int.from_bytes(digest[:8], "big") < selection.sample * _HASH_SPACE


def reason_to_leave(record: Record | SimpleNamespace, selection: Selection) -> str | None:
    """Why a record that is clean is not archived, if it was not asked for."""
    if selection.since:
        known = record.date_published or (record.fetched_at.date() if record.fetched_at else None)
        if known is None or known < selection.since:
            return SINCE
    language = (record.language or "").lower()
    wanted = [name.lower() for name in selection.language]
    if wanted and not any(language == name or language.startswith(f"{name}-") for name in wanted):
        return LANGUAGE
    return None if all(_condition(text).holds(record) for text in selection.where) else WHERE
