"""A byline as it stood in, the people (or, where that is all there is, the desk or agency) who wrote it out.

The words around names are those of ``names.toml``. What remains is a name only where it looks like one: few
words, no digits, no address, no sentence. Better no author than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from archiver.metadata.folding import fold, tidy
from archiver.metadata.lexicon import calendar, is_opener_of, names, own_openers, plain
from archiver.metadata.persons import (
    WORD,
    ends_in_role,
    is_organisation,
    is_person,
    is_place,
    is_post,
    leads_a_date,
    looks_like_person,
    name_of,
    without_date,
    without_roles,
)

MAX_BYLINE_CHARS = 600
"""A longer line is a paragraph that begins with a name, or a page's worth of contributors."""
MAX_CREDIT_CHARS = 160
"""What is longer and has sentences, though the page declares it the author, is a bio that begins with the name."""
MAX_PLAIN_NAMES = 3
MAX_AUTHORS = 40
MIN_CLAUSE_WORDS = 3
MIN_NAME_WORDS = 2
_REMEMBERED = 1024
"""Bylines that are remembered: a document asks about each of its own several times."""
_CONTACT = re.compile(r"\S+@\S+\.\S+|(?:https?://|www\.)\S+|(?<![\w.])@\w+", re.IGNORECASE)
_BRACKET = re.compile(r"[(（\[【]")
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]{0,80}[)）\]】]")
_SHORT_FORM = re.compile(r"\s\((?:(?:[A-Z]\.\s?){1,3}|[\"“‘'][^()]{1,20}[\"”’'])\)\s")
_GENERATION = re.compile(r",\s+(?=(?:Jr|Sr|II|III|IV)(?!\w))")
"""The comma in ``Jack Doe, Jr.``."""
_COUNT = re.compile(r"\d[\d.,]*\s*[^\W\d_]+\s*$")
_SEPARATOR = re.compile(r"\s*[,;|•·⋅∙●◦‧・、，；｜\n\t]+\s*|\s+[-–—]+\s+|\s*[–—]\s*|\s*/\s*|\s*／\s*|\s{2,}|:\s+")
_CREDENTIAL = re.compile(
    r"(?:[A-Z]{1,2}[a-z]{0,2}\.?){1,4}[®™]?|[A-Z]{2,6}(?:-[A-Z]{1,4})*[®™]?|[A-Z][A-Za-z]{0,4}(?:\.[A-Za-z]+)+\.?"
)
_TWO_CAPITALS = re.compile(r"[A-Z].*[A-Z]|'")
"""What a name in ASCII has: two words with capitals, or an apostrophe instead, as in ``d'``."""
_DIGIT = re.compile(r"\d")
_SENTENCE_INSIDE = re.compile(r"[a-zß-ÿ]{4,}[.!?]\s*[A-ZÀ-Þ]|[。！？]")
"""The end of a sentence with another after it, no title or initial such as ``Prof. Jane``."""
_SENTENCE = re.compile(r"[。！？]|[.!?]\s+[^\W\d_]{2,}.*[.!?]$")


def split(byline: str, *, declared: bool = False) -> list[str]:
    """The authors named by a byline, in order, each once.

    Args:
        byline: one line of text, such as ``By Jane Doe and John Roe, Staff Writers``.
        declared: the page or the source says that this is an author, so that lower case and a single word
            (``viktor ekdahl``, ``dpa``) are believed; a line that merely looks like a byline needs two
            capitals, unless it is ``by`` and one word.
    """
    return list(_split(byline, declared))


@lru_cache(_REMEMBERED)
def _split(byline: str, declared: bool) -> tuple[str, ...]:
    """Remembered, since several finders ask about the same line, and some ten patterns look at it."""
    line = tidy(byline)
    if len(line) > MAX_BYLINE_CHARS or (not declared and _SENTENCE.search(line)):
        return ()
    if declared and _is_company(line):
        return (_without_opener(line),)
    if len(line) > MAX_CREDIT_CHARS and _SENTENCE_INSIDE.search(line):
        line = _SEPARATOR.split(line, maxsplit=1)[0]
    line = names().place_of_report.sub("", line)
    line = _unglued(_without_contact(_without_brackets(line) if _BRACKET.search(line) else line))
    line = _GENERATION.sub(" ", line)
    credit = _own_credit(line)
    pieces = [bare for piece in _before_rest(_pieces(credit)) if (bare := without_date(piece, declared))]
    if not declared and pieces and _is_clause(pieces[0]):
        return ()
    believed = declared or (not line.startswith(credit) and _are_plain_names(pieces))
    found: list[str] = []
    for piece in pieces:
        if (found and is_post(piece)) or (pieces[0][0].isupper() and _is_clause(piece)):
            continue
        name = name_of(piece, believed)
        if name:
            found.append(name)
    return tuple(distinct(_without_agencies(_in_order(found, pieces))))


def _is_company(line: str) -> bool:
    """Whether a line is a name with a legal form, which may hold an "and": ``Doe & Sons Ltd.``, ``Roe Sp. z o.o.``."""
    form = names().legal_form.search(line)
    return form is not None and form.start() > 0 and not _SEPARATOR.search(line[: form.start()])


def _without_brackets(line: str) -> str:
    """The line without what stands in brackets: it ends a name unless it is a short form of it (``Jo (J.R.) Doe``)."""
    return _BRACKETS.sub(" ", _SHORT_FORM.sub(" ", line))


def _without_contact(line: str) -> str:
    """The line with a bar for each e-mail address, web address and handle."""
    may_have = "@" in line or "://" in line or "www." in line.lower()
    return _CONTACT.sub(" | ", line) if may_have else line


_GLUED_DATE = re.compile(r"(?<=[^\W\d_])(?=\d{1,2}(?:[/.]\d|\.?\s[^\W\d_]+\.?\s\d{4}))|(?<=\d{4})(?=[A-ZÀ-Þ])")


def _unglued(line: str) -> str:
    """The line with bars where flattened markup left none: ``Jane DoeUpdated``, ``2025Jane Doe``, ``Jane3/4/2025``."""
    return names().glued.sub(" | ", _GLUED_DATE.sub(" | ", line))


def _are_plain_names(pieces: list[str]) -> bool:
    """Whether what follows ``by`` is one word with a capital, or a few of them."""
    return 0 < len(pieces) <= MAX_PLAIN_NAMES and all(piece[0].isupper() and " " not in piece for piece in pieces)


def distinct(people: Iterable[str]) -> list[str]:
    """The names in order, each once; of two spellings that differ only in case and points the first."""
    seen: dict[str, str] = {}
    for person in people:
        seen.setdefault(fold(person), person)
    return list(seen.values())[:MAX_AUTHORS]


def may_be_name_line(line: str) -> bool:
    """Whether a line has what a line of names has; quick, for lines of which few are."""
    return (
        bool(line)
        and not (":" in line and _LABEL.search(line))
        and (not line.isascii() or bool(_TWO_CAPITALS.search(line)))
    )


_LABEL = re.compile(r":(?!\d\d)")
"""A colon that is no part of a time of day."""


def is_name_line(line: str) -> bool:
    """Whether a line holds the names of a few persons, their degrees, roles and perhaps a date, and nothing else.

    A place may follow them (``Jane Roe / Sevilla``).
    """
    if not may_be_name_line(line):
        return False
    line = _DATELINE.sub("", line)
    found = split(line)
    if not 1 <= len(found) <= MAX_PLAIN_NAMES or not is_person(found[0]):
        return False
    if not all(is_person(name) or is_organisation(name) for name in found):
        return False
    named = {word for name in found for word in WORD.findall(name)}
    if any(plain(word) in names().phrase_words for word in named):
        return False
    pieces = (
        piece
        for piece in _SEPARATOR.split(_without(found, _unglued(_BRACKETS.sub(" ", line))))
        if not (ends_in_role(piece) or is_place(piece) or names().stationed.match(piece) or _is_joint(piece))
    )
    others = [word.strip(".-") for piece in pieces for word in WORD.findall(piece) if word not in named]
    if _DIGIT.search(line):
        others = [word for word in others if plain(word) not in calendar().joints]
    return all(word.isupper() or _CREDENTIAL.fullmatch(word) or leads_a_date(word) for word in others)


_DATELINE = re.compile(r"\s/\s[^\W\d_][^\W\d_’'-]+$")
"""A place after a name: ``Jane Roe / Sevilla``."""


def is_desk_line(line: str) -> bool:
    """Whether a line is the name of a desk: ``Harbour Team``, ``Redaktion``."""
    words = line.split()
    if not 0 < len(words) <= MAX_PLAIN_NAMES or names().desks.isdisjoint(map(str.lower, words)):
        return False
    return all(word[0].isupper() for word in words) and split(line, declared=True) == [line]


def _is_clause(piece: str) -> bool:
    """Whether a line goes on like a sentence: ``By clicking Sign Up, you agree to our Terms and Privacy Policy``."""
    words = piece.split()
    return (
        len(words) >= MIN_CLAUSE_WORDS
        and words[0].islower()
        and plain(words[0]) not in names().particles | names().roles | names().honorifics
    )


def _is_joint(piece: str) -> bool:
    """Whether what stands between two names is the word for "and", no sign, which stands in headings too."""
    return piece.isalpha() and bool(names().joint.fullmatch(f" {piece} "))


def _without(people: Iterable[str], line: str) -> str:
    """The line with a bar in place of each name, so that what stands before and after it are pieces of their own."""
    for name in people:
        line = line.replace(name, " | ")
    return line


def is_opened(line: str, language: str = "") -> bool:
    """Whether a line opens like a byline (``By …``, ``Autor: …``), or has that after a date (``May 3 · By …``).

    Args:
        line: one line of text.
        language: of the document; "door" opens a Dutch byline and no English one. None: all are tried.
    """
    words = names()
    opener = words.opener.match(line)
    if opener and opener.end():
        return is_opener_of(language.partition("-")[0], opener[0])
    if not _DIGIT.search(line) and not words.source.may_open(line):
        return False
    inside = words.opener_inside.search(line)
    return inside is not None and bool(_DIGIT.search(line, 0, inside.start()) or words.source.match(line))


def after_own_opener(line: str, language: str) -> str:
    """The name after a short word that opens a byline in this language only, empty where there is none."""
    word, _, rest = line.partition(" ")
    if word.rstrip(":").lower() not in own_openers(language.partition("-")[0]):
        return ""
    return rest if rest[:1].isupper() and is_name_line(rest) else ""


def _own_credit(line: str) -> str:
    """The part of the line that names its writers: after ``By``, before another's credit, a date, a count."""
    words = names()
    opener = words.opener.match(line)
    own = opener.end() if opener else 0
    other = words.other_credit.search(line[own:])
    if other:
        line = line[: own + other.start()]
    line = _after_inner_opener(_without_opener(line))
    stop = words.stop.search(line)
    if stop is None:
        return line
    line = line[: stop.start()].strip(" ,|·•⋅∙●-–—:").rstrip("0123456789 ")
    return line if any(looks_like_person(without_date(piece, False)) for piece in _pieces(line)) else ""


def _after_inner_opener(line: str) -> str:
    """What follows ``by`` in ``Posted on May 3, 2020 by Jane Doe``."""
    inside = names().opener_inside.search(line)
    if inside is None or not inside.start():
        return line
    head = line[: inside.start()].strip(" ,|·•⋅∙●-–—:")
    particle = plain(inside[0].strip(" :：")) in names().particles
    dated = any(character.isdigit() for character in head) or names().source.match(head) is not None
    return line[inside.end() :] if dated or not (particle or looks_like_person(head)) else line


def _without_opener(line: str) -> str:
    """The line without ``By``. What is also part of names (von, de, di) goes only where a whole name follows."""
    words = names()
    for _ in range(2):
        opener = words.opener.match(line)
        if opener is None or not opener.end():
            break
        rest = line[opener.end() :]
        if plain(opener[0].strip(" :")) in words.particles and not _whole_name_follows(rest):
            break
        line = rest
    return line


def _whole_name_follows(rest: str) -> bool:
    if plain(rest) in names().agencies:
        return True
    first = WORD.findall(rest)[:2]
    return len(first) == 2 and plain(first[0]) not in names().particles


def _pieces(line: str) -> list[str]:
    """The line cut at commas, bars and the words for "and"; a body's own "and" is left alone."""
    pieces: list[str] = []
    for piece in _SEPARATOR.split(line):
        if names().stationed.match(piece):
            pieces.append(piece)
            continue
        halves = _halves(piece)
        if halves and any(map(looks_like_person, pieces)) and is_place(halves[0]):
            halves = halves[1:]
        pieces.extend(halves)
    pieces = [piece.strip(' .,:;-–—|"“”„«»*_•·⋅∙●&+=') for piece in pieces]
    pieces = [piece for piece in pieces if piece]
    return _surname_first(pieces) if "," in line else pieces


def _halves(piece: str) -> list[str]:
    """The piece cut at the words for "and", but not within the name of a body or a surname: ``Ortega y Gasset``."""
    first, *rest = names().joint.split(f" {piece}")
    if not rest or is_organisation(without_roles(piece)):
        return [piece]
    halves = [first.strip()]
    for joint, half in zip(rest[::2], rest[1::2], strict=True):
        whole = f"{halves[-1]} {joint} {half}"
        if joint in _SURNAME_JOINTS and looks_like_person(halves[-1]) and _is_surname(half):
            halves[-1] = whole
        else:
            halves.append(half)
    return [half for half in halves if half]


def _is_surname(half: str) -> bool:
    """Whether what follows an "and" is one word with a capital, and no desk or agency."""
    bare = without_date(half, False)
    return bool(_SURNAME.fullmatch(bare)) and not is_organisation(bare) and plain(bare) not in names().no_name


_SURNAME_JOINTS = frozenset("eyi")
"""Words for "and" that join the two parts of a surname in Portuguese, Spanish and Catalan."""
_SURNAME = re.compile(r"[A-ZÀ-Þ](?=.*[a-zß-ÿ])[^\W\d_]+")


def _surname_first(pieces: list[str]) -> list[str]:
    """``Kim, William`` is one person; ``Reuters, dpa`` are two."""
    if len(pieces) == 2 and all(" " not in piece and piece[0].isupper() and piece.isalpha() for piece in pieces):
        known = names().agencies | names().organisation
        if not any(plain(piece) in known or piece.isupper() for piece in pieces):
            return [f"{pieces[1]} {pieces[0]}"]
    return pieces


def _before_rest(pieces: list[str]) -> list[str]:
    """The pieces before the one that opens like a date or a place: after ``by Jane, May 3`` come comments, counts.

    After ``by Jane | In Travel`` come sections.
    """
    for index, piece in enumerate(pieces):
        words = piece.split()
        if index and words[0][0].isupper() and names().place_after.match(f" {piece}"):
            return pieces[:index]
        bare = _without_weekday(pieces[index - 1]) if index else piece
        if index and (_opens_a_date(words) or (words[0][0].isdigit() and bare != pieces[index - 1])):
            return [*pieces[: index - 1], bare]
    return pieces


def _opens_a_date(words: list[str]) -> bool:
    """Whether a number follows one or more words that lead a date: ``May 3``, ``Friday June 7``."""
    number = next((index for index, word in enumerate(words) if word[0].isdigit()), 0)
    return number > 0 and all(leads_a_date(word.strip(".,")) for word in words[:number])


def _without_weekday(piece: str) -> str:
    """The piece before a date without its day of the week: ``Jane Doe Tuesday``, but Theresa May and Joe Friday."""
    words = piece.split()
    while len(words) > MIN_NAME_WORDS and plain(words[-1]) in names().date_leads:
        words.pop()
    return " ".join(words)


def _in_order(found: list[str], pieces: list[str]) -> list[str]:
    """The names without the credentials that follow them (MD, PhD, RDN)."""
    kept: list[str] = []
    for name in found:
        after_another = bool(kept) or (pieces and pieces[0] != name)
        if after_another and _CREDENTIAL.fullmatch(name) and plain(name) not in names().agencies:
            continue
        kept.append(name)
    return kept


def _without_agencies(people: list[str]) -> list[str]:
    """People alone where there are any; agencies only where nobody else is named."""
    agencies = names().agencies
    persons = [person for person in people if plain(person) not in agencies]
    return persons or people
