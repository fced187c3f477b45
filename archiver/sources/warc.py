"""Web archives (WARC): enters a seekable file, leave the pages in it, and what is wrong with it.

Pages are ``response`` records of HTTP with status 2xx and an HTML type, ``resource`` records of an HTML type, and
the plain texts in ``conversion`` records (WET files). Other captures are skipped with their reason; ``warcinfo``,
``request`` and ``metadata`` records describe captures and are none. Needs the extra ``archiver[warc]``.
"""

from __future__ import annotations

import base64
import hashlib
import io
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import count, islice
from typing import IO, TYPE_CHECKING

from archiver.document import HTML, TEXT, Json, RawDocument
from archiver.errors import DocumentError, LimitError
from archiver.record import Failure, Skip
from archiver.settings import Settings
from archiver.sources.forms import starts_like_html
from archiver.sources.pieces import Piece
from archiver.sources.warc_records import HEADER_BYTES, Record, records

if TYPE_CHECKING:
    from fastwarc.warc import WarcRecord

_HTML_TYPES = (HTML, "application/xhtml+xml")
_NO_CAPTURES = ("warcinfo", "request", "metadata")
_PARTS = ("revisit", "continuation")
_READ_BYTES = 256 * 1024


def read_warc(
    handle: IO[bytes], packing: str | None, piece: Piece, settings: Settings
) -> Iterator[RawDocument | Failure | Skip]:
    """The pages in the records of `piece`, each packed as `packing` says. One record is held in memory at a time.

    Failures: ``corrupt``, ``truncated``, ``several-records`` (in one packed member), ``digest-mismatch`` (the block
    is not what its digest says), ``too-large``, ``compression-ratio``. Reasons of a `Skip`: ``unsupported-type``,
    ``http-status`` (not 2xx), ``revisit``, ``continuation``, ``empty``.

    Raises:
        DocumentError: fastwarc is not installed (``needs-extra``).
    """
    _check_installed()
    longest = settings.limits.input_bytes + HEADER_BYTES
    found = records(handle, packing, piece.offset, longest, settings.limits)
    for record in islice(found, piece.count):
        uri = f"{piece.uri}#offset={record.offset}"
        try:
            document = _document(record, uri, settings)
        except DocumentError as error:
            yield Failure(uri, None, error.stage, error.code, error.message)
            continue
        if document:
            yield document


def _check_installed() -> None:
    try:
        import fastwarc  # noqa: F401
    except ImportError as error:
        what = "reading WARC needs the package fastwarc: pip install 'archiver[warc]'"
        raise DocumentError("source", "needs-extra", what) from error


def _document(record: Record, uri: str, settings: Settings) -> RawDocument | Skip | None:
    if record.damage:
        raise record.damage
    parsed = _parsed(record)
    kind = _header(parsed, "WARC-Type").lower()
    if kind in _NO_CAPTURES:
        return None
    if kind in _PARTS:
        return Skip(uri, kind)
    is_http = kind == "response" and parsed.is_http
    if not is_http and kind not in ("resource", "conversion"):
        return Skip(uri, "unsupported-type")
    return _page(record, uri, settings) if is_http else _other(parsed, record, kind, uri, settings)


def _parsed(record: Record) -> WarcRecord:
    """A record as fastwarc reads it, its block not yet."""
    from fastwarc.warc import ArchiveIterator

    whole = io.BytesIO(record.header + record.block + b"\r\n\r\n")
    try:
        return next(ArchiveIterator(whole, parse_http=False, stream_detect=False, quirks_mode=True))
    except (OSError, ValueError, StopIteration) as error:
        raise DocumentError("source", "corrupt", f"the header of the record cannot be read: {error}") from error


def _header(record: WarcRecord, name: str) -> str:
    return str(record.headers.get(name) or "").strip()


def _page(record: Record, uri: str, settings: Settings) -> RawDocument | Skip:
    parsed = _with_http(record)
    http = parsed.http_headers
    status = http.status_code if http is not None else None
    if http is None or status is None:
        raise DocumentError("source", "corrupt", "the block of the record has no HTTP header")
    if not 200 <= status < 300:
        return Skip(uri, "http-status")
    media_type = (parsed.http_content_type or "").strip().lower()
    if media_type and media_type not in _HTML_TYPES:
        return Skip(uri, "unsupported-type")
    _check_whole(record, parsed, settings)
    payload = _body(record, parsed, settings)
    if not media_type and payload and not starts_like_html(payload):
        return Skip(uri, "unsupported-type")
    return _raw(parsed, payload, uri, HTML, parsed.http_charset or None, status)


def _with_http(record: Record, decoded: bool = True) -> WarcRecord:
    parsed = _parsed(record)
    try:
        parsed.parse_http(auto_decode="all" if decoded else "none", quirks_mode=True)
    except (OSError, ValueError) as error:
        raise DocumentError("source", "corrupt", f"the HTTP header of the record cannot be read: {error}") from error
    return parsed


def _body(record: Record, parsed: WarcRecord, settings: Settings) -> bytes:
    """The payload of an HTTP response without its encodings.

    Some crawlers take them off and leave the header that tells of them: such a payload is taken as it stands. Of
    one that the crawler has cut short that counts which can be decoded.
    """
    if _header(parsed, "WARC-Truncated"):
        return b"".join(_until_damage(parsed, settings))
    payload = bytearray()
    try:
        while data := parsed.reader.read(_READ_BYTES):
            payload += data
            _check_size(len(payload), settings)
    except OSError as error:
        plain = _with_http(record, decoded=False).reader.read()
        if not starts_like_html(plain):
            raise DocumentError("source", "corrupt", f"the HTTP payload cannot be decoded: {error}") from error
        return plain
    return bytes(payload)


def _until_damage(parsed: WarcRecord, settings: Settings) -> Iterator[bytes]:
    """What can be decoded. Byte by byte, for a read that meets the damage gives nothing of what stands before it."""
    try:
        for size in count():
            _check_size(size, settings)
            data = parsed.reader.read(1)
            if not data:
                return
            yield data
    except OSError:
        return


def _other(parsed: WarcRecord, record: Record, kind: str, uri: str, settings: Settings) -> RawDocument | Skip:
    """The page of a ``resource`` record, or the text of a ``conversion`` record, whose block is the payload."""
    media_type, _, parameters = _header(parsed, "Content-Type").lower().partition(";")
    is_text = kind == "conversion" and media_type.strip() == TEXT
    if not is_text and media_type.strip() not in _HTML_TYPES:
        return Skip(uri, "unsupported-type")
    _check_whole(record, parsed, settings)
    charset = parameters.partition("charset=")[2].partition(";")[0].strip(" \"'") or None
    return _raw(parsed, record.block, uri, TEXT if is_text else HTML, charset, None)


def _raw(
    parsed: WarcRecord, payload: bytes, uri: str, media_type: str, charset: str | None, status: int | None
) -> RawDocument | Skip:
    if not payload:
        return Skip(uri, "empty")
    cut = _header(parsed, "WARC-Truncated")
    given: Mapping[str, Json] = {"truncated": cut} if cut else {}
    return RawDocument(
        payload=payload,
        source_uri=uri,
        media_type=media_type,
        url=_header(parsed, "WARC-Target-URI").strip("<>") or None,
        charset=charset,
        given=given,
        fetched_at=_date(parsed),
        http_status=status,
        warc_record_id=_header(parsed, "WARC-Record-ID").strip("<>") or None,
    )


def _date(parsed: WarcRecord) -> datetime | None:
    """The time of the capture, which always ends in Z."""
    try:
        found = datetime.fromisoformat(_header(parsed, "WARC-Date"))
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _check_whole(record: Record, parsed: WarcRecord, settings: Settings) -> None:
    """Raise unless the block is there as it was written."""
    if len(record.block) < record.length:
        _check_size(record.length, settings)
    algorithm, _, wanted = _header(parsed, "WARC-Block-Digest").partition(":")
    if algorithm.lower() in ("sha1", "sha256", "md5") and wanted:
        found = hashlib.new(algorithm.lower(), record.block, usedforsecurity=False)
        in_base32 = base64.b32encode(found.digest()).decode("ascii").rstrip("=")
        if wanted.rstrip("=").upper() not in (in_base32, found.hexdigest().upper()):
            raise DocumentError(
                "source",
                "digest-mismatch",
                f"the block is not the one that WARC-Block-Digest {algorithm}:{wanted} tells",
            )


def _check_size(size: int, settings: Settings) -> None:
    if size > settings.limits.input_bytes:
        limit = settings.limits.input_bytes
        raise LimitError("source", "too-large", f"longer than limits.input_bytes ({limit})")
