"""Folding: lines and phrases brought to one form, in which a phrase matches however a page writes it.

What enters is a line as it stands; what leaves keeps the case, since names are told by their capitals,
and `str.lower` of it has the same length. Folded away: white space, bullets and punctuation at both ends,
the accents of Latin and Greek letters, the shape of apostrophes, soft hyphens, the vowel points of Arabic and
Hebrew, the Persian and Urdu forms of Arabic letters, the dot below of Indic ones, and the value of every number, which
becomes ``0`` with a space on either side. Full-width letters, digits and signs become their plain forms, and the
brackets of East Asian pages square ones. The vowel signs of South and South East Asia are parts of words and stay.
"""

from __future__ import annotations

import re
import unicodedata

NUMBER = "0"

_EDGES = " \t\n.,:;!?-|/()[]\"'»«•·–—›…"
"""What nearly always stands at the ends of a line: taken away at once, `_CORE` need not look for what is left."""
MARKS = "".join(char for char in map(chr, range(0x0900, 0x1100)) if unicodedata.category(char)[0] == "M")
"""Vowel signs and tones that stand on a letter, from Devanagari to Burmese: no letters to `re` or `str.isalnum`."""
_CORE = re.compile(rf"[^\w©ⓒ]*(.*[\w{MARKS}])", re.DOTALL)
_PLAIN = re.compile(r"[A-Za-z ,.;'\"&()/+-]*")
"""Text in which nothing can be folded but a run of spaces."""
_FULL_WIDTH = 0xFEE0
"""How far a full-width form stands from its ASCII character."""
_DIGIT = re.compile(r"\d")
_NUMBER = re.compile(
    r"[\s(\[\d](?:(?<=\d)\d*|(?<=[(\[])\d+|(?<=\s)\s*[(\[]?\d+)"  # one class first: `re` skips ahead to it
    r"(?:[ .,:/'-]{1,2}\d+)*(?: ?[KMkm]\b|[万萬千億亿만천억])?[)\]]?\s*"
)
_MARKS = re.compile(r" +(?=[:?!])")


def _table() -> dict[str, str]:
    """Characters that a page may write in more than one way, each to the form the phrases are compared in."""
    accented = (*range(0x00C0, 0x0250), *range(0x1E00, 0x2000), *range(0x0386, 0x03D0))
    table = {code: base for code in accented if (base := unicodedata.normalize("NFD", chr(code))[0]) != chr(code)}
    table |= dict.fromkeys((*range(0x0300, 0x0370), 0x00AD, *range(0x200B, 0x2010), 0xFEFF), "")
    table |= dict.fromkeys((*range(0x064B, 0x0656), 0x0670, 0x0640), "")
    table |= dict.fromkeys((*range(0x0591, 0x05BE), 0x05BF, 0x05C1, 0x05C2, 0x05C4, 0x05C5, 0x05C7), "")
    table |= dict.fromkeys((0x093C, 0x09BC), "")
    table |= {
        code: unicodedata.normalize("NFD", chr(code))[0] for code in (*range(0x0958, 0x0960), 0x09DC, 0x09DD, 0x09DF)
    }
    table |= {ord(char): "'" for char in "‘’ʼ´`"} | {ord(char): '"' for char in "“”„«»"}
    pairs = "İi ıi ёе ЁЕ أا إا آا ىي یي کك ةه ۀه ہه ۃه ۂه ँं ״\" ׳' ־- 【[ 】] 〔[ 〕] ⓒ© –- —-".split()
    table |= {full: chr(full - _FULL_WIDTH) for full in range(0xFF01, 0xFF5F)}
    table |= {ord(pair[0]): pair[1] for pair in pairs}
    return {chr(code): form for code, form in table.items()}


_FORMS = _table()
_FOLDABLE = re.compile(f"[{re.escape(''.join(_FORMS))}]")


def fold(line: str) -> str:
    """The line folded, in its own case; empty where it has no letter or digit."""
    line = line.strip(_EDGES)
    if not (line[:1].isalnum() and line[-1:].isalnum()):
        core = _CORE.match(line)
        if core is None:
            return ""
        line = core[1]
    return line if _PLAIN.fullmatch(line) and "  " not in line else _fold_inner(line)


def fold_phrase(phrase: str) -> str:
    """A phrase in the form that lines are compared in, with its open slots and a colon at its end kept."""
    return _fold_inner(phrase.replace("{n}", NUMBER)).lower()


def _fold_inner(text: str) -> str:
    if not text.isascii():
        text = _FOLDABLE.sub(_form, text)
    text = " ".join(text.split())
    if _DIGIT.search(text):
        text = _NUMBER.sub(f" {NUMBER} ", text).strip()
    if " :" in text or " ?" in text or " !" in text:
        text = _MARKS.sub("", text)
    return text


def _form(match: re.Match[str]) -> str:
    return _FORMS[match[0]]
