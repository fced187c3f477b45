"""Bytes become text: enters a payload with what its transport said of it, leaves a `Decoded`.

The order of belief: byte-order mark, transport charset, ``<meta>`` or XML declaration (HTML only), strict
UTF-8, the detector. A belief counts only if the whole payload decodes under it without an error. Between UTF-8
and the detector stands one exception: a payload with a few broken bytes is read as UTF-8, or as it declares
itself, with the broken bytes replaced and counted, because a detector that rules out every encoding with an
error would then turn the whole document into nonsense.

Marks and declarations are found by BeautifulSoup's `EncodingDetector`, labels mean what the WHATWG Encoding
standard says (`webencodings`), and the detector is chardet. What is changed on the way, line ends, NULs in
markup and vertical tabs in text among it, is counted in `Decoded.repairs`.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import chardet
import webencodings
from bs4.dammit import EncodingDetector
from chardet.registry import lookup_encoding

from archiver.document import Repair

UTF8 = "utf-8"
REPLACEMENT = "\ufffd"

DECLARATION_BYTES = 16 * 1024
"""How far into a page a ``<meta>`` is looked for: 99 % of 2,024 in real pages start before it. The search takes
time by the square of this on a hostile page (0.2 s)."""

XML_DECLARATION_BYTES = 1024
"""The same for an XML declaration, whose pattern takes time by the cube."""

UTF8_TOLERANCE = 0.2
"""Broken bytes allowed for each sound non-ASCII character of UTF-8. Sound sequences hardly occur by chance."""

DECLARED_TOLERANCE = 0.01
"""The same for another declared encoding, most of which accept nearly any bytes: here only a slip is forgiven."""

_NAMES = {
    "big5hkscs": "big5-hkscs",
    "cp874": "windows-874",
    "cp932": "windows-31j",
    "cp949": "windows-949",
    "euc_jis_2004": "euc-jis-2004",
    "iso2022_jp_2": "iso-2022-jp-2",
    "iso2022_jp_2004": "iso-2022-jp-2004",
    "iso2022_jp_ext": "iso-2022-jp-ext",
    "iso2022_kr": "iso-2022-kr",
    "iso8859-16": "iso-8859-16",
    "kz1048": "kz-1048",
    "mac-cyrillic": "x-mac-cyrillic",
    "mac-roman": "macintosh",
    "shift_jis_2004": "shift-jis-2004",
    "utf-16-be": "utf-16be",
    "utf-16-le": "utf-16le",
    "utf-32-be": "utf-32be",
    "utf-32-le": "utf-32le",
}
"""Python's name → the one that the standard or IANA has, or that is spelled as theirs are."""
_CODECS = {name: python for python, name in _NAMES.items()}

DETECTABLE = chardet.EncodingEra.ALL & ~chardet.EncodingEra.MAINFRAME
"""What the detector may answer. EBCDIC fits any bytes and no article is written in it."""

_META = re.compile(rb"<meta[^<>]{1,1000}>", re.IGNORECASE)
"""All of a page's ``<meta>``: where nothing else fits, a declaration counts however late it stands."""

FALLBACK = "windows-1252"
"""What an undeclared page is read as when all else fails, as in browsers."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """A payload as text with ``\\n`` line ends and without a byte-order mark.

    `encoding` is its name in the WHATWG standard, or IANA's or Python's where the standard has none. `confidence` in
    [0, 1] has three decimals: 1 where the bytes decode as declared or as UTF-8, the share of sound characters
    where some had to be replaced, what the detector says of itself, and 0 where nothing fitted.
    """

    text: str
    encoding: str
    confidence: float
    repairs: list[Repair]


@dataclass(frozen=True, slots=True)
class _Reading:
    """One way to read a payload: its text, and how many undecodable places and surrogates were replaced."""

    text: str
    encoding: str
    confidence: float = 1.0
    undecodable: int = 0
    surrogates: int = 0


def decode(payload: bytes, charset: str | None, is_html: bool) -> Decoded:
    """Read `payload` as text. Never raises, whatever the bytes and the label.

    `charset` is the transport's label (an HTTP header; ``utf-8`` for the fields of a row, whose lone surrogates
    travel as three bytes each and become U+FFFD, counted as ``surrogate``).
    """
    body, mark = EncodingDetector.strip_byte_order_mark(payload)
    declared = tuple(_declared(body, mark, charset, is_html))
    reading = _as_declared(body, declared) or _as_utf8(body)
    if reading is None:
        late = tuple(_in_markup(b"".join(_META.findall(body)))) if is_html else ()
        declared += late
        reading = _as_declared(body, late) or _nearly(body, declared) or _as_detected(body, declared)
    # A NUL is found ten times as fast among bytes as in a text of wide characters; in UTF-8 it is a byte of its own.
    may_have_nul = reading.encoding != UTF8 or b"\0" in body
    return _tidy(reading, is_html, may_have_nul)


def _declared(body: bytes, mark: str | None, charset: str | None, is_html: bool) -> Iterator[str]:
    """The encodings that mark, transport and page claim, in this order, under their canonical names."""
    if mark:
        yield mark
    if charset and (name := canonical_encoding(charset)):
        yield name
    if is_html:
        yield from _in_markup(body)


def _in_markup(body: bytes) -> Iterator[str]:
    label = _declaration(body)
    name = canonical_encoding(label) if label else None
    if name and _reads_ascii(name):
        yield name


def _declaration(body: bytes) -> str | None:
    """The label in the XML declaration or the first ``<meta>`` that has one.

    The byte put before the page keeps the costly XML pattern from being tried on all of the longer window.
    """
    find = EncodingDetector.find_declared_encoding
    window = b"|" + body[:DECLARATION_BYTES]
    return find(body[:XML_DECLARATION_BYTES]) or find(window, is_html=True, search_entire_document=True)


@lru_cache(maxsize=256)
def canonical_encoding(label: str) -> str | None:
    """The name under which `label` is decoded: WHATWG's, else IANA's, else Python's; None for no text encoding.

    ``latin-1`` is ``windows-1252`` and ``gb2312`` is ``gbk``, as everywhere on the web. Only names of real
    character sets are found, never Python's ``punycode``, ``unicode_escape`` and the like.
    """
    found = _standard(label)
    if found is None:
        other = lookup_encoding(label)
        return _standard(other.replace("_", "-")) or _NAMES.get(other, other) if other else None
    return found


def _standard(label: str) -> str | None:
    """The name the WHATWG standard has for `label`. HZ and ISO-2022-KR, which it withdraws, old text still has."""
    try:
        found = webencodings.lookup(label)
    except UnicodeError:
        return None
    if found is None or found.name == "replacement":
        return None
    return FALLBACK if found.name == "x-user-defined" else str(found.name)


@lru_cache(maxsize=256)
def _codec(encoding: str) -> str:
    """The Python codec of a canonical name. The standard reads GBK with the decoder of its superset GB 18030."""
    if encoding == "gbk":
        return "gb18030"
    if encoding in _CODECS:
        return _CODECS[encoding]
    found = webencodings.lookup(encoding)
    return found.codec_info.name if found else encoding


@lru_cache(maxsize=256)
def _reads_ascii(encoding: str) -> bool:
    """Whether a declaration that was read as ASCII can be true: UTF-16 and EBCDIC pages could not say so."""
    return b"<meta>".decode(_codec(encoding), "replace") == "<meta>"


def _as_declared(body: bytes, declared: tuple[str, ...]) -> _Reading | None:
    for encoding in declared:
        reading = _utf8(body) if encoding == UTF8 else _strictly(body, encoding)
        if reading:
            return reading
    return None


def _as_utf8(body: bytes) -> _Reading | None:
    """The payload as UTF-8, unless it holds what undeclared UTF-16 (NUL) or ISO-2022 (escape) are made of."""
    if b"\x00" in body or b"\x1b" in body:
        guess = _detect(body)
        if guess and guess[0].startswith(("utf-16", "utf-32", "iso2022", "iso-2022")):
            return _strictly(body, *guess) or _utf8(body)
    return _utf8(body)


def _nearly(body: bytes, declared: tuple[str, ...]) -> _Reading | None:
    """The payload with its broken bytes replaced, where these are few beside the sound non-ASCII characters."""
    for encoding in dict.fromkeys((UTF8, *declared)):
        reading = _replacing(body, encoding)
        sound = len(reading.text) - len(reading.text.encode("ascii", "ignore")) - reading.undecodable
        tolerance = UTF8_TOLERANCE if encoding == UTF8 else DECLARED_TOLERANCE
        if sound > 0 and reading.undecodable <= tolerance * sound:
            share = sound / (sound + reading.undecodable)
            return _Reading(reading.text, encoding, round(share, 3), reading.undecodable)
    return None


def _as_detected(body: bytes, declared: tuple[str, ...]) -> _Reading:
    """What the detector says, and if even that does not fit, the first declared encoding with replacements."""
    guess = _detect(body)
    reading = _strictly(body, *guess) if guess else None
    return reading or _replacing(body, (*declared, FALLBACK)[0])


def _detect(body: bytes) -> tuple[str, float] | None:
    """What chardet takes the payload for. Its own `prefer_superset` would turn ISO-8859-2 and -5 into nonsense."""
    found = chardet.detect(body, encoding_era=DETECTABLE, compat_names=False)
    label = found["encoding"]
    name = canonical_encoding(label) if label else None
    return (name, round(found["confidence"], 3)) if name else None


def _strictly(body: bytes, encoding: str, confidence: float = 1.0) -> _Reading | None:
    try:
        return _Reading(body.decode(_codec(encoding)), encoding, confidence)
    except UnicodeError:
        return None


def _utf8(body: bytes) -> _Reading | None:
    """UTF-8, strict but for surrogates: a pair of them is joined to its character, a lone one replaced."""
    try:
        return _Reading(body.decode(UTF8), UTF8)
    except UnicodeDecodeError:
        pass
    try:
        halves = body.decode(UTF8, "surrogatepass")
    except UnicodeDecodeError:
        return None
    text = halves.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _Reading(text, UTF8, surrogates=text.count(REPLACEMENT) - halves.count(REPLACEMENT))


def _replacing(body: bytes, encoding: str) -> _Reading:
    codec = _codec(encoding)
    text = body.decode(codec, "replace")
    genuine = body.decode(codec, "ignore").count(REPLACEMENT)
    return _Reading(text, encoding, 0.0, undecodable=text.count(REPLACEMENT) - genuine)


def _tidy(reading: _Reading, is_html: bool, may_have_nul: bool) -> Decoded:
    """The reading without byte-order mark and carriage returns, and markup without NULs, all counted.

    In a text a vertical tab, by which word processors break lines, is a space: repair would join the words around it.
    """
    text = reading.text.lstrip(codecs.BOM_UTF8.decode())
    counts = {"undecodable": reading.undecodable, "surrogate": reading.surrogates}
    if not is_html and "\v" in text:
        counts["control"] = text.count("\v")
        text = text.replace("\v", " ")
    if is_html and may_have_nul and "\0" in text:  # parsers drop or replace it, depending on where it stands
        counts["control"] = text.count("\0")
        text = text.replace("\0", "")
    if "\r" in text:
        counts["line_end"] = text.count("\r")
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    repairs = [Repair(None, kind, count) for kind, count in counts.items() if count]
    return Decoded(text, reading.encoding, reading.confidence, repairs)
