"""What a file is: enter its name and its first bytes, leaves a `Form`, or None for what is no document.

The content decides. The extension only speaks where the content could be several things, such as plain text.
"""

from __future__ import annotations

import codecs
import json
import re
from enum import StrEnum
from pathlib import PurePosixPath

from archiver.sources.compression import HEAD_BYTES


class Form(StrEnum):
    """The forms of input. A file of HTML or text is one document, of the others each row, entry, record or member."""

    HTML = "html"
    TEXT = "text"
    JSONL = "jsonl"
    PARQUET = "parquet"
    WARC = "warc"
    JSON = "json"
    CSV = "csv"
    TSV = "tsv"
    FEED = "feed"
    ZIP = "zip"
    TAR = "tar"


ROWS = (Form.JSONL, Form.JSON, Form.CSV, Form.TSV)
"""The forms that are text, of rows."""

_EXTENSIONS = {
    **dict.fromkeys((".html", ".htm", ".xhtml"), Form.HTML),
    **dict.fromkeys((".txt", ".text", ".md", ".markdown", ""), Form.TEXT),
    **dict.fromkeys((".jsonl", ".ndjson"), Form.JSONL),
    ".json": Form.JSON,
    ".parquet": Form.PARQUET,
    ".warc": Form.WARC,
    **dict.fromkeys((".zip", ".wacz"), Form.ZIP),
    **dict.fromkeys((".tar", ".tgz", ".tbz2", ".txz"), Form.TAR),
    ".csv": Form.CSV,
    **dict.fromkeys((".tsv", ".tab"), Form.TSV),
    **dict.fromkeys((".rss", ".atom"), Form.FEED),
}
_ARRAYS = frozenset((".json", ".jsonl", ".ndjson", ""))
_MARKDOWN = frozenset((".md", ".markdown"))
_PACKED = frozenset((".gz", ".gzip", ".zst", ".zstd", ".bz2", ".xz"))

_PARQUET_MAGIC = b"PAR1"
_WARC_MAGIC = (b"WARC/1.", b"WARC/0.")
_TAR_MAGIC, _TAR_MAGIC_AT = b"ustar", 257
_FOREIGN_MAGIC = (
    *(b"\x89PNG", b"\xff\xd8\xff", b"GIF87a", b"GIF89a", b"II*\x00", b"MM\x00*"),  # images
    *(b"%PDF-", b"{\\rtf", b"\xd0\xcf\x11\xe0", b"%!PS-"),  # PDF, RTF, old office documents, PostScript
    *(b"PK\x03\x04", b"PK\x05\x06", b"7z\xbc\xaf", b"\x1f\x8b", b"\x28\xb5\x2f\xfd", b"\xfd7zXZ"),  # archives
    *(b"\x7fELF", b"MZ\x90", b"\xca\xfe\xba\xbe", b"SQLite format 3\x00"),
)
"""First bytes of what might pass for text by its share of control characters."""

_ROOT_TAGS = rb"html|head|body"
_OTHER_TAGS = (
    rb"title|meta|link|base|script|style|noscript|template|div|p|span|a|b|i|u|em|strong|small|br|hr|img|h[1-6]|ul|ol|li"
    rb"|dl|table|thead|tbody|tr|td|article|section|main|header|footer|nav|aside|figure|picture|blockquote|pre|center"
    rb"|font|iframe|form|video|[a-z][a-z0-9]*-[a-z0-9-]*"  # the last are elements that a page defines itself
)
_PROLOGUE = rb"(?:\s++|\xef\xbb\xbf|<!--.*?-->|<\?.*?\?>)*+"  # white space, mark, comments, XML declaration
_ROOT = re.compile(_PROLOGUE + rb"<(?:!doctype\s+html|(?:" + _ROOT_TAGS + rb")[\s/>])", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(_PROLOGUE + rb"<(?:" + _OTHER_TAGS + rb")[\s/>]", re.IGNORECASE | re.DOTALL)
_WRAPPED = re.compile(_PROLOGUE + rb"<[a-z][^<>]{0,100}>.*?<html[\s>]", re.IGNORECASE | re.DOTALL)
"""A page inside elements of another vocabulary, as filings have it: ``<DOCUMENT><TYPE>10-K<TEXT><HTML>``."""
_OPEN_COMMENT = re.compile(rb"\s*+<!--(?!.*-->)", re.DOTALL)

_FEED = re.compile(_PROLOGUE + rb"<(?:!DOCTYPE\s+)?(?:rss|feed|rdf:RDF)[\s>\[]", re.DOTALL)
_OWN_DECLARATIONS = re.compile(
    _PROLOGUE + rb"<!DOCTYPE\s[^\[\"'>]*+(?:\"[^\"]*+\"[^\[\"'>]*+|'[^']*+'[^\[\"'>]*+)*+\[", re.DOTALL
)
_ARRAY = re.compile(rb'(?:\xef\xbb\xbf)?+\s*+\[\s*+(?:\{\s*+["}]|\])')
_OBJECT = re.compile(rb'(?:\xef\xbb\xbf)?+\s*+\{[ \t]*+\r?+\n\s*+"(?:[^"\\]|\\.)*+"\s*+:')
"""An object over several lines, which is no row of JSON Lines."""
_ROW = re.compile(rb'(?:\xef\xbb\xbf)?+\s*+\{[ \t]*+(?:"(?:[^"\\]|\\.)*+"[ \t]*+:|\})')

_WIDE_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",  # before UTF-16, whose mark it starts with
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}
_C0 = bytes(range(0x20))
_HIGH_SHARE = 0.8
_CONTROLS = bytes(byte for byte in range(0x20) if byte not in b"\t\n\f\r\x1b")
_BINARY_SHARE = 0.03
"""Share of control characters from which a head is binary: random bytes have .105, broken text far below this."""
_SHORT = 64
"""Length below which that share is taken of this many bytes, so that one stray NUL does not condemn a short text."""


def form_of(name: str, head: bytes) -> Form | None:
    """The form of the file called `name` (packing extension and all) whose content starts with `head`.

    None where it can be no document: images, PDF and other binary data, and text of a kind nobody calls a
    document (``.css``, ``.xml`` that is no feed, …).
    """
    if head.startswith(_PARQUET_MAGIC):
        return Form.PARQUET
    if head.startswith(_WARC_MAGIC):
        return Form.WARC
    extension = _extension(name)
    claimed = _EXTENSIONS.get(extension)
    if head.startswith(_TAR_MAGIC, _TAR_MAGIC_AT):
        return Form.TAR
    if claimed in (Form.PARQUET, Form.WARC, Form.ZIP, Form.TAR):
        return claimed  # damaged, which its reader reports
    narrow = _narrow(head)
    if head.startswith(_FOREIGN_MAGIC) or _is_binary(narrow):
        return None
    if _ROOT.match(narrow) or (extension not in _MARKDOWN and _starts_like_html(narrow)):
        return Form.HTML
    if _starts_with_row(narrow):
        return Form.JSONL
    if _FEED.match(narrow):
        return Form.FEED
    if extension in _ARRAYS and (_ARRAY.match(narrow) or _OBJECT.match(narrow)):
        return Form.JSON
    return claimed


def may_be_document(payload: bytes) -> bool:
    """Whether bytes without a name may be those of one page or text, and not of a PDF, an image or an archive."""
    return form_of("", payload[:HEAD_BYTES]) not in (None, Form.PARQUET, Form.WARC, Form.ZIP, Form.TAR)


def has_lost_packing(name: str, head: bytes) -> bool:
    """Whether a file that is called packed, and whose first bytes are not those of a packing, is damaged.

    It may as well have been unpacked under its old name, as by a browser: then it is text without control characters.
    """
    is_called_packed = PurePosixPath(name.lower()).suffix in _PACKED
    return is_called_packed and (head.startswith(_FOREIGN_MAGIC) or _count_controls(_narrow(head)) > 0)


def starts_like_html(head: bytes) -> bool:
    """Whether a document starts with an HTML tag, doctype or comment, after white space; its first 4 KiB decide.

    The tags are those of the WHATWG MIME Sniffing standard and the block elements that fragments start with.
    """
    return _starts_like_html(_narrow(head[:HEAD_BYTES]))


def has_own_declarations(xml: bytes) -> bool:
    """Whether the DOCTYPE at the start of XML declares something itself, such as entities."""
    return bool(_OWN_DECLARATIONS.match(_narrow(xml)))


def _starts_like_html(narrow: bytes) -> bool:
    if _ROOT.match(narrow) or _TAG.match(narrow) or _OPEN_COMMENT.match(narrow):
        return True
    return bool(_WRAPPED.match(narrow)) and not _FEED.match(narrow)


def _extension(name: str) -> str:
    """The extension below that of a compressed file, in lower case; none if it is a number (``story.12345``)."""
    path = PurePosixPath(name.lower())
    if path.suffix in _PACKED:
        path = path.with_suffix("")
    return "" if path.suffix[1:].isdigit() else path.suffix


def _narrow(head: bytes) -> bytes:
    """A head in UTF-16 or UTF-32 as UTF-8; any other as it stands."""
    encoding = wide_encoding(head)
    return head.decode(encoding, "ignore").encode("utf-8") if encoding else head


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32 by its mark, or UTF-16 of an alphabet by its high bytes: nearly all are below 0x20."""
    marked = next((encoding for mark, encoding in _WIDE_MARKS.items() if head.startswith(mark)), None)
    if marked or len(head) < 2:
        return marked
    even, odd = (_share(side, _C0) for side in (head[0::2], head[1::2]))
    if odd > _HIGH_SHARE and even < 1 - _HIGH_SHARE:
        return "utf-16-le"
    return "utf-16-be" if even > _HIGH_SHARE and odd < 1 - _HIGH_SHARE else None


def _share(data: bytes, wanted: bytes) -> float:
    return 1 - len(data.translate(None, wanted)) / len(data)


def _is_binary(head: bytes) -> bool:
    return _count_controls(head) > _BINARY_SHARE * max(len(head), _SHORT)


def _count_controls(head: bytes) -> int:
    return len(head) - len(head.translate(None, _CONTROLS))


def _starts_with_row(head: bytes) -> bool:
    """Whether the first line that is not blank is a JSON object, or starts like one and goes on beyond the head."""
    if not _ROW.match(head):
        return False
    line, end, _ = head.removeprefix(b"\xef\xbb\xbf").lstrip().partition(b"\n")
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return not end and len(head) >= HEAD_BYTES
