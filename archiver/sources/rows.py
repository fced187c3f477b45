"""A row becomes a document: enters a mapping of columns to values, leaves a `RawDocument` or a `Failure`.

Columns are found under the names people use (`COLUMNS`), whatever their case and however their words are joined,
or under the name that ``settings.fields`` gives. Of several the first in the table that is not null counts. All
columns that found no use go to `extra`.
"""

from __future__ import annotations

import base64
import json
import math
import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import TypeAlias
from uuid import UUID

from archiver.document import HTML, TEXT, Json, RawDocument
from archiver.errors import DocumentError, UsageError
from archiver.record import Failure
from archiver.settings import Settings
from archiver.sources.compression import HEAD_BYTES
from archiver.sources.forms import may_be_document, starts_like_html

Row: TypeAlias = Mapping[str, object]

_NAMES = {
    "html": "html raw_html page_html html_content content_html body_html article_html",
    "text": "text body content maintext main_text main_content article article_text article_body full_text body_text "
    "text_content plain_text raw_text raw_content cleaned_text",
    "url": "url link source_url permalink page_url article_url web_url uri",
    "canonical_url": "canonical_url canonical canonical_link",
    "title": "title headline article_title page_title",
    "subtitle": "subtitle subheadline dek standfirst",
    "section": "section article_section kicker",
    "description": "description meta_description summary abstract excerpt",
    "author_bio": "author_bio",
    "publisher": "publisher",
    "site_name": "site_name",
    "license": "license licence",
    "authors": "authors author byline author_name author_names",
    "tags": "tags keywords",
    "date_published": "date_published published publish_date date_publish published_at published_date published_time "
    "publication_date pubdate pub_date date",
    "date_modified": "date_modified modified modified_date modified_at updated updated_at date_modify",
    "language": "language lang language_code",
}
COLUMNS = {field: tuple(names.split()) for field, names in _NAMES.items()}
"""For each field the column names it is found under, in order. ``publishDate`` is read like ``publish_date``."""

_KNOWN = frozenset(name for names in COLUMNS.values() for name in names)
_PAYLOADS = ("html", "text")
_NAMES_SHOWN = 20
_NAME_LENGTH = 60
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


def repeated(names: Sequence[str]) -> str | None:
    """The first name that stands twice, if any."""
    return next((name for place, name in enumerate(names) if name in names[:place]), None)


def check_fields(settings: Settings) -> None:
    """Raise `UsageError` if `settings.fields` names a field that no row is read for, or no column for one."""
    for field, column in settings.fields.items():
        if field not in COLUMNS:
            raise UsageError(f"setting fields.{field} does not exist; known are {', '.join(COLUMNS)}")
        if not column:
            raise UsageError(f"setting fields.{field} names no column")


def to_document(row: Row, uri: str, settings: Settings) -> RawDocument | Failure:
    """The document in `row`.

    Its payload is the html column, else the text column; a column named in `settings.fields` goes first. A text
    that starts like HTML is HTML. Other fields travel in `given`, as found; what JSON cannot say is converted as
    in `extra`. Strings become UTF-8, lone surrogates by ``surrogatepass``; a binary column stays as it is, its
    encoding unknown. Failures: ``missing-field`` (a column that the settings name), ``no-text``,
    ``unsupported-type`` (a binary column that holds no text), ``too-deep``, ``invalid-value``.
    """
    try:
        return _document(row, uri, settings)
    except DocumentError as error:
        return Failure(uri, None, error.stage, error.code, error.message)


def _document(row: Row, uri: str, settings: Settings) -> RawDocument:
    named = tuple(sorted(settings.fields.items()))
    plan = _plan(tuple(row), named)
    field, column, payload = _payload(row, plan, sorted(_PAYLOADS, key=lambda field: field not in settings.fields))
    if isinstance(payload, bytes) and not may_be_document(payload):
        what = f"{show([column])} holds binary data, such as a PDF or an image"
        raise DocumentError("source", "unsupported-type", what)
    used = {column}
    given: dict[str, Json] = {}
    for name, columns in plan.items():
        source = next((column for column in columns if not _is_missing(row[column])), None)
        if name not in _PAYLOADS and source is not None:
            used.add(source)
            given[name] = plain(row[source], settings.limits.record_depth)
    others = {name: value for name, value in row.items() if name not in used}
    url = given.get("url")
    return RawDocument(
        payload=payload if isinstance(payload, bytes) else payload.encode("utf-8", "surrogatepass"),
        source_uri=uri,
        media_type=HTML if field == "html" or _is_markup(payload) else TEXT,
        url=url if isinstance(url, str) and url else None,
        charset=None if isinstance(payload, bytes) else "utf-8",
        given=given,
        extra=canonical_json(others, settings.limits.record_depth) if others else None,
    )


@lru_cache(maxsize=64)
def _plan(columns: tuple[str, ...], named: tuple[tuple[str, str], ...]) -> dict[str, tuple[str, ...]]:
    """For each field the columns of this row that may hold it, in order of preference."""
    by_name: dict[str, str] = {}
    for column in sorted(columns, key=lambda column: column not in _KNOWN):  # the very name before another spelling
        by_name.setdefault(_folded(column), column)
    plan = {
        field: tuple(by_name[_folded(name)] for name in names if _folded(name) in by_name)
        for field, names in COLUMNS.items()
    }
    for field, column in named:
        if column not in columns:
            raise DocumentError("source", "missing-field", f"fields.{field} names {show([column])}, {_there(columns)}")
        plan[field] = (column,)
    taken = {column for _, column in named}
    return {
        field: found if field in dict(named) else tuple(column for column in found if column not in taken)
        for field, found in plan.items()
    }


def _folded(name: str) -> str:
    return name.lower().replace("_", "").replace("-", "").replace(" ", "")


def _payload(row: Row, plan: Mapping[str, tuple[str, ...]], fields: list[str]) -> tuple[str, str, str | bytes]:
    """The field, column and value of the first html or text; an empty one only where there is no other."""
    candidates = [
        (field, column, value)
        for field in fields
        for column in plan[field]
        if isinstance(value := row[column], str | bytes)
    ]
    if candidates:
        return next((candidate for candidate in candidates if candidate[2]), candidates[0])
    unusable = [column for field in fields for column in plan[field]]
    if unusable:
        raise DocumentError("source", "no-text", f"{show(unusable)} holds no text but {_kind(row[unusable[0]])}")
    hint = "name the column with the setting fields.text"
    raise DocumentError("source", "no-text", f"no column is known to hold html or text, {_there(row)}; {hint}")


def _is_missing(value: object) -> bool:
    """Null, or the NaN that data frames write for it."""
    return value is None or (isinstance(value, float) and math.isnan(value))


def _is_markup(payload: str | bytes) -> bool:
    head = payload[:HEAD_BYTES]
    return starts_like_html(head if isinstance(head, bytes) else head.encode("utf-8", "replace"))


def _there(columns: Mapping[str, object] | tuple[str, ...]) -> str:
    return f"the row has {show(sorted(columns)) if columns else 'no columns'}"


def show(names: list[str]) -> str:
    """Column names for a message: few, short, and encodable whatever they are."""
    shown = [name[:_NAME_LENGTH].encode("utf-8", "backslashreplace").decode() for name in names[:_NAMES_SHOWN]]
    return ", ".join(shown) + (f" and {len(names) - _NAMES_SHOWN} more" if len(names) > _NAMES_SHOWN else "")


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a boolean"
    if isinstance(value, int | float | Decimal):
        return "a number"
    return "an object" if isinstance(value, Mapping) else "a list" if isinstance(value, list) else type(value).__name__


def canonical_json(value: object, depth: int) -> str:
    """`value` as JSON with sorted keys and no white space, the same for equal values on every machine.

    What JSON has no word for is written as a string: dates and times in ISO 8601, durations in seconds, decimals
    with all their digits, NaN and the infinities by name, bytes as text where they are UTF-8, else in base64. A
    lone surrogate is escaped, so that the whole can be stored.

    Raises:
        DocumentError: nested more than `depth` levels (``too-deep``), or of a type unknown here (``invalid-value``).
    """
    text = json.dumps(plain(value, depth), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return _LONE_SURROGATE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def plain(value: object, limit: int, level: int = 0) -> Json:
    """`value` with nothing in it but what JSON knows. Raises as `canonical_json`."""
    if isinstance(value, str | bool | int) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else json.dumps(value)
    if not isinstance(value, dict | list | tuple):
        return _scalar(value)
    if level == limit:
        raise too_deep(limit)
    if isinstance(value, dict):
        return {str(key): plain(item, limit, level + 1) for key, item in value.items()}
    return [plain(item, limit, level + 1) for item in value]


def too_deep(depth: int) -> DocumentError:
    """The error for a row nested more than `depth` levels, wherever that is noticed."""
    return DocumentError("source", "too-deep", f"nested deeper than limits.record_depth ({depth}) allows")


def _scalar(value: object) -> str:
    if isinstance(value, date | datetime | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return f"{Decimal(value // timedelta(microseconds=1)).scaleb(-6).normalize():f}"
    if isinstance(value, Decimal | UUID):
        return str(value)
    if isinstance(value, bytes):
        try:
            return value.decode("utf-8")
        except UnicodeDecodeError:
            return base64.b64encode(value).decode("ascii")
    raise DocumentError("source", "invalid-value", f"a value of type {type(value).__name__} cannot be kept")
