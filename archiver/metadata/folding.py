"""Strings as they are declared in, the same strings fit for a record or for comparison out."""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache

MAX_CHARS = 5_000
"""Longest declared string that is looked at; more is no title, name or description but an attack or an accident."""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_TAG = re.compile(r"</?[A-Za-z][^<>]{0,200}>")
_PUNCTUATION = re.compile(r"[\W_]+")
_INVISIBLE = dict.fromkeys((0x00AD, 0x061C, 0x200B, 0x200E, 0x200F, 0x2060, 0xFEFF, *range(0x202A, 0x202F)))
_ASCII_PUNCTUATION = {code: None for code in range(128) if not chr(code).isalnum()}


def tidy(value: str) -> str:
    """The string without markup, entity references, invisible characters and needless white space.

    References are resolved twice at most: many templates escape what is escaped already.
    """
    value = value[:MAX_CHARS]
    if "&" in value:
        for _ in range(2):
            if not _ENTITY.search(value):
                break
            value = html.unescape(value)
    if "<" in value:
        value = _TAG.sub(" ", value)
    return tidy_text(value)


def tidy_text(text: str) -> str:
    """A text, in which markup means itself (``30 years of <br>``), without invisible characters and needless spaces."""
    if not text.isascii() and not text.isprintable():
        text = text.translate(_INVISIBLE)
    return " ".join(text.split())


@lru_cache(maxsize=2048)
def fold(value: str) -> str:
    """What remains of a string when case, width, white space and punctuation do not count."""
    if value.isascii():
        return value.lower().translate(_ASCII_PUNCTUATION)
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", value).casefold())
