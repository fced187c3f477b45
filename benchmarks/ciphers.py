"""Documents in a language that nobody has words for: each letter is another one, the same in all of a document.

Enter: cases with gold, as `benchmarks.datasets` gives them. Leave: the same documents and gold in cipher. What a system
knows of a language, its lists of words and phrases, is of no use there; what it knows of pages and of prose is. Markup,
class names and addresses stay as they are, as sites all over the world have them in English.
"""

from __future__ import annotations

import gzip
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from archiver.decode import decode
from benchmarks.datasets import Case

_VOWELS, _CONSONANTS = "aeiou", "bcdfghjklmnpqrstvwxyz"
_LATIN = dict(zip(_VOWELS + _CONSONANTS, _VOWELS[2:] + _VOWELS[:2] + _CONSONANTS[7:] + _CONSONANTS[:7], strict=True))
_DEVANAGARI = dict(zip(_CONSONANTS, map(chr, range(0x915, 0x915 + len(_CONSONANTS))), strict=True))
_DEVANAGARI |= dict(zip(_VOWELS, "ािुेो", strict=True))
CIPHERS: Mapping[str, Mapping[int, str]] = {
    "Latin": str.maketrans(_LATIN | {letter.upper(): other.upper() for letter, other in _LATIN.items()}),
    "Devanagari": str.maketrans(
        _DEVANAGARI | {letter.upper(): other for letter, other in _DEVANAGARI.items()} | {".": "।"}
    ),
}
"""Letters for letters of the same kind, capitals and all; and a script without capitals that has its own full stop."""

_UNSEEN = re.compile(r"(<script\b.*?</script\s*>|<style\b.*?</style\s*>|<!--.*?-->)", re.DOTALL | re.IGNORECASE)
_EMBEDDED = re.compile(r"<script\b[^>]*\bld\+json.*?</script\s*>", re.DOTALL | re.IGNORECASE)
_TEXTS = re.compile(r"(?<=>)[^<]+(?=<)")
_DECLARED = re.compile(r"<meta\b[^>]*(?:title|description)[^>]*>", re.IGNORECASE)
_CONTENT = re.compile(r"(?<=content=\")[^\"]*|(?<=content=')[^']*", re.IGNORECASE)
_ENTITY = re.compile(r"(&#?\w+;)")


def ciphered(cases: Sequence[Case], name: str) -> list[Case]:
    """The cases in the cipher called `name`, one of `CIPHERS`."""
    cipher = CIPHERS[name]
    return [
        replace(
            case,
            stored=case.stored.translate(cipher) if isinstance(case.stored, str) else _page(case, cipher),
            gold=tuple(gold.translate(cipher) for gold in case.gold),
            group=f"{case.group} in {name} cipher",
        )
        for case in cases
    ]


def _page(case: Case, cipher: Mapping[int, str]) -> bytes:
    """The page with all text that a reader sees, and its declared title and description, in cipher.

    JSON-LD goes: what it says in clear text would speak against the article.
    """
    raw = case.document()
    html = _EMBEDDED.sub("", decode(raw.payload, raw.charset, True).text)
    parts = _UNSEEN.split(html)
    parts[::2] = [_TEXTS.sub(lambda text: _cipher(text[0], cipher), _declared(part, cipher)) for part in parts[::2]]
    return gzip.compress(("\ufeff" + "".join(parts)).encode("utf-8", "replace"), mtime=0)


def _declared(html: str, cipher: Mapping[int, str]) -> str:
    return _DECLARED.sub(lambda tag: _CONTENT.sub(lambda value: _cipher(value[0], cipher), tag[0]), html)


def _cipher(text: str, cipher: Mapping[int, str]) -> str:
    """A text in cipher, its character references as they stand."""
    parts = _ENTITY.split(text)
    parts[::2] = [part.translate(cipher) for part in parts[::2]]
    return "".join(parts)
