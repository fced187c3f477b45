"""Rules that no JSON Schema can state: a record in, the rules that it breaks out.

| check | what it asks |
| --- | --- |
| ``unique-id`` | no `version_id` twice, or no `id` where a record has none |
| ``empty-text`` | a text that is more than white space |
| ``future-date`` | nothing is published or changed later than a day after it was fetched |
| ``text-sha256`` | `text_sha256` is the digest of the text |
| ``language`` | the language is the one that the text is in, where that is sure |

They look at the columns of archiver's records alone: a record that lacks one, or has something else there, passes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from archiver.document import Json
from archiver.record import Violation
from archiver.validation.explain import shortened

ZONES = timedelta(days=1)
"""A day in one time zone may be the next in another."""

LONG_CHARS = 400
SURE = 0.99
"""A language is doubted only by a text of so many characters, of which the other is so sure."""

_DATES = ("date_published", "date_modified", "published_at", "modified_at")
_IDS = ("version_id", "id")

Found = Iterator[tuple[str, str, Json]]
"""Pointer, expectation and what was found."""


def _empty_text(record: Mapping[str, Json]) -> Found:
    text = record.get("text")
    if isinstance(text, str) and not text.strip():
        yield "/text", "a text that is more than white space", text


def _text_sha256(record: Mapping[str, Json]) -> Found:
    text, stated = record.get("text"), record.get("text_sha256")
    if isinstance(text, str) and isinstance(stated, str):
        right = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
        if stated != right:
            yield "/text_sha256", f"{right}, the SHA-256 of text", stated


def _future_date(record: Mapping[str, Json]) -> Found:
    fetched = _moment(record.get("fetched_at"))
    if fetched is None:
        return
    for name in _DATES:
        moment = _moment(record.get(name))
        if moment and moment > fetched + ZONES:
            yield f"/{name}", f"no later than fetched_at, {record['fetched_at']}", record[name]


def _moment(value: Json) -> datetime | None:
    """The moment that a date or time stands for; a day is its beginning in UTC."""
    if not isinstance(value, str):
        return None
    try:
        if len(value) == len("2021-05-04"):
            day = date.fromisoformat(value)
            return datetime(day.year, day.month, day.day, tzinfo=UTC)
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        return None


def _language(record: Mapping[str, Json]) -> Found:
    text, stated = record.get("text"), record.get("language")
    if isinstance(text, str) and isinstance(stated, str) and stated != "und" and len(text) >= LONG_CHARS:
        from archiver.metadata.language import identify

        heard, score = identify(text)
        if score is not None and score >= SURE and heard != "und" and _primary(heard) != _primary(stated):
            yield "/language", f"{heard}, which the text is in", stated


def _primary(tag: str) -> str:
    return tag.partition("-")[0].lower()


_ALONE: Mapping[str, Callable[[Mapping[str, Json]], Found]] = {
    "empty-text": _empty_text,
    "future-date": _future_date,
    "text-sha256": _text_sha256,
    "language": _language,
}
UNIQUE = "unique-id"
CHECKS = (UNIQUE, *_ALONE)
"""The names of all checks."""
IMPORTED = ("empty-text", "text-sha256")
"""What a record must hold beside its schema to be imported."""


def check_alone(record: Mapping[str, Json], source: str, names: Sequence[str] = IMPORTED) -> list[Violation]:
    """What a record breaks of these checks, looked at by itself."""
    return [
        Violation(source, None, pointer, name, expected, shortened(found))
        for name in names
        if name in _ALONE
        for pointer, expected, found in _ALONE[name](record)
    ]


class Checks:
    """The chosen checks over many records. Memory grows by 16 bytes and a set's entry for each, for `unique-id`."""

    def __init__(self, names: Sequence[str]) -> None:
        self._names = names
        self._seen: set[bytes] = set()

    def __call__(self, record: Any, source: str) -> list[Violation]:
        """What the next record breaks; what is no object breaks nothing."""
        if not isinstance(record, Mapping):
            return []
        found = check_alone(record, source, self._names)
        return [*self._repeated(record, source), *found] if UNIQUE in self._names else found

    def _repeated(self, record: Mapping[str, Json], source: str) -> Iterator[Violation]:
        name = next((name for name in _IDS if isinstance(record.get(name), str)), None)
        if name is None:
            return
        value = str(record[name])
        digest = hashlib.blake2b(f"{name}={value}".encode("utf-8", "surrogatepass"), digest_size=16).digest()
        if digest in self._seen:
            yield Violation(source, None, f"/{name}", UNIQUE, f"a {name} that no other record has", shortened(value))
        self._seen.add(digest)
