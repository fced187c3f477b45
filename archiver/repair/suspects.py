"""Which lines of a text might ftfy change? Text enters, the starts of those lines leave; the rest is proved clean.

ftfy repairs a text line by line at about 1 MB/s, and nearly every line comes back as it went in. It runs a line
through a fixed list of steps until one round changes nothing, so a line on which each step alone is the identity
stays as it is. Step by step, in ftfy's order, under our configuration:

- `unescape_html` replaces matches of `HTML_ENTITY_RE` and nothing else. We search for the same pattern.
- `fix_encoding` returns ASCII, and whatever has no match of `BADNESS_RE`, untouched. Each alternative of that
  pattern holds two neighbours of `_PAIRS`, a C1 control, or a letter that `_PAIRS` lists before ASCII; so a line
  in which `_SUSPECT` finds nothing has no match. The alternatives overlook a carriage return before the line feed:
  what matches the one matches the other. A test takes `BADNESS_RE` apart and checks both for every character.
- `fix_c1_controls` changes C1 controls alone. `_SUSPECT` finds them.
- `fix_latin_ligatures`, `fix_character_width` and `uncurl_quotes` are off.
- `fix_line_breaks` changes five sequences. `_SUSPECT` and `_LONE_RETURN` find all but CR LF, which `mend` turns
  into LF itself: in an otherwise clean line that is all that ftfy does.
- `fix_surrogates` changes surrogates, `remove_control_chars` the keys of `CONTROL_CHARS`. `_SUSPECT` finds both.
- `remove_terminal_escapes` removes sequences that start with ESC, which is among those keys.
- Normalization to NFC leaves what is in NFC. A line feed neither composes nor reorders, and parts of a string in
  NFC are in NFC, so a text in NFC has no line that is not.

Cutting a line into shorter segments, as ftfy does with overlong ones, adds no match, except that of ``^[ÃÂ][ ]``
at the start of a segment: `_PAIRS` lists these letters before a space wherever they stand.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

from ftfy.badness import MOJIBAKE_CATEGORIES, is_bad
from ftfy.chardata import CONTROL_CHARS, HTML_ENTITY_RE


def suspect_lines(text: str, entities_until: int) -> list[int]:
    """The offsets at which lines start that ftfy may change by more than a CR LF, in ascending order.

    Lines end with ``\\n`` alone. Character references count only before the offset `entities_until`, which must be
    the start of a line or the end of the text: 0 where they are to be left alone.
    """
    starts = set(_lines_with(_SUSPECT, text, len(text)))
    starts.update(_lines_with(_LONE_RETURN, text, len(text)))
    starts.update(_lines_with(HTML_ENTITY_RE, text, entities_until))
    starts.update(_lines_not_normalized(text))
    return sorted(starts)


def is_plain(text: str) -> bool:
    """The quickest test, for short strings: True if there is nothing but printable ASCII and no ``&``."""
    return text.isascii() and text.isprintable() and "&" not in text


def is_clean(line: str, entities: bool) -> bool:
    """The finer test, for a suspect line: True if ftfy leaves it as it is, but for a CR LF at its end."""
    return (
        not _UNWANTED.search(line)
        and not _LONE_RETURN.search(line)
        and not is_bad(line)
        and not (entities and HTML_ENTITY_RE.search(line))
        and unicodedata.is_normalized("NFC", line)
    )


def is_endless(line: str, entities: bool) -> bool:
    """Whether ftfy would take time by the square of the line: it is left alone, and means nothing to any reader.

    Such are hundreds of combining marks on one letter, which normalization sorts by insertion, and hundreds of
    nested references (``&amp;amp;…``), of which every round of ftfy resolves one.
    """
    if len(line) <= _MOST_MARKS:
        return bool(entities and _NESTED.search(line))
    return bool(_many_marks().search(line) or (entities and _NESTED.search(line)))


@cache
def _many_marks() -> re.Pattern[str]:
    """A run of combining characters, also of those that only combine once they are decomposed."""
    characters = map(chr, _WITH_MARKS)
    marks = (mark for mark in characters if unicodedata.combining(unicodedata.normalize("NFD", mark)[0]))
    return re.compile(f"[{''.join(map(re.escape, marks))}]{{{_MOST_MARKS + 1}}}")


def _lines_with(pattern: re.Pattern[str], text: str, end: int) -> Iterator[int]:
    """The start of each line before `end` in which `pattern` matches; linear however dense the matches are."""
    start = 0
    while match := pattern.search(text, start, end):
        yield text.rfind("\n", start, match.start()) + 1 or start
        start = text.find("\n", match.start()) + 1
        if start == 0:
            return


def _lines_not_normalized(text: str) -> Iterator[int]:
    if unicodedata.is_normalized("NFC", text):
        return
    start = 0
    for line in text.split("\n"):
        if not unicodedata.is_normalized("NFC", line):
            yield start
        start += len(line) + 1


def _characters(*categories: str) -> str:
    """The inside of a regular expression's character class for some of ftfy's categories."""
    return "".join(MOJIBAKE_CATEGORIES[category] for category in categories)


_COMMON_LETTERS = _characters("lower_common", "upper_common")
_ACCENTED = _characters("lower_accented", "upper_accented")
_UPPER_ACCENTED = _characters("upper_accented")
_MARKS = _characters("bad", "box", "start_punctuation", "end_punctuation", "currency", "numeric", "law") + "°"

# (first, second): character classes of neighbours, one pair of which stands in every match of `BADNESS_RE` that has
# no C1 control. Chosen so that they are rare in sound text of any language: no pair of plain letters, no no-break
# space before a guillemet.
_PAIRS = (
    (_ACCENTED, _MARKS + _UPPER_ACCENTED),
    (_COMMON_LETTERS, _characters("bad") + _UPPER_ACCENTED),
    (_MARKS, _MARKS + _ACCENTED + _characters("kaomoji")),
    ("ÂÃÎÐØÙ", _MARKS + _characters("common") + "œŠšŸž"),
    ("ВГРСΒΓΞΟ", _MARKS),
    ("вВ", "Ђ"),
    ("β", "€"),
    ("√", "´"),
    ("ÂÃ", " "),
    ("Œœ", "^A-Za-z"),
)

# Single characters that a step of ftfy always changes.
_ALONE = "".join(map(re.escape, map(chr, CONTROL_CHARS))) + _characters("c1") + "\u2028\u2029\ud800-\udfff"

# Beyond these a line is endless. Decorated text has a few dozen marks on a letter, broken text a few nested references.
_MOST_MARKS = 512
_WITH_MARKS = range(0x300, 0x1F000)
_MOST_NESTED = 64
_NESTED = re.compile(f"&(?:amp;|#0*38;|#x0*26;){{{_MOST_NESTED + 1}}}", re.IGNORECASE)

_UNWANTED = re.compile(f"[{_ALONE}]")
_LONE_RETURN = re.compile("\r(?!\n)")

# One character class comes first, because `re` skips ahead to such a class some ten times faster than it tries
# alternatives at every character; what the class lets through is sorted out by looking around.
_SUSPECT = re.compile(
    f"[{_ALONE}{''.join(first for first, _ in _PAIRS)}]"
    f"(?:(?<=[{_ALONE}])|{'|'.join(f'(?<=[{first}])(?=[{second}])' for first, second in _PAIRS)})"
)
