"""A byline as it stood in, the people (or, where that is all there is, the desk or agency) who wrote it out.

The words around names are those of ``names.toml``. What remains is a name only where it looks like one: few
words, no digits, no address, no sentence. Better no author than a wrong one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from archiver.metadata.folding import fold, tidy
from archiver.metadata.lexicon import calendar, names, plain

MAX_BYLINE_CHARS = 600
"""A longer line is a paragraph that begins with a name, or a page's worth of contributors."""
MAX_NAME_CHARS = 80
MAX_NAME_WORDS = 6
MAX_DESK_WORDS = 9
MAX_AUTHORS = 40

_CONTACT = re.compile(r"\S+@\S+\.\S+|(?:https?://|www\.)\S+|(?<![\w.])@\w+", re.IGNORECASE)
_BRACKETS = re.compile(r"[(（\[【][^()（）\[\]【】]{0,80}[)）\]】]")
_COUNT = re.compile(r"\d[\d.,]*\s*[^\W\d_]+\s*$")
_SEPARATOR = re.compile(r"\s*[,;|•·⋅∙●◦‧・、，；｜\n\t]+\s*|\s+[-–—]+\s+|\s*[–—]\s*|\s*/\s*|\s*／\s*|\s{2,}|:\s+")
_WORD = re.compile(r"[^\W\d_][\w'’.\-]*")
_CREDENTIAL = re.compile(
    r"(?:[A-Z]{1,2}[a-z]{0,2}\.?){1,4}[®™]?|[A-Z]{2,6}(?:-[A-Z]{1,4})*[®™]?|[A-Z][A-Za-z]{0,4}(?:\.[A-Za-z]+)+\.?"
)
_LOGIN = re.compile(r"[a-z]+[-_][a-z_-]+|[a-z]+\.[a-z]{4,}(?:\.[a-z]+)*")
"""A user name or a template's variable: ``jane-doe``, ``jane.doe``. Hosts (``example.com``) have short endings."""
_CASED = re.compile(r"[a-zA-Zà-öø-ÿÀ-ÖØ-ÞĀ-ɏα-ωΑ-Ωά-ώа-яА-ЯёЁіїєґІЇЄҐ]")


def split(byline: str, *, declared: bool = False) -> list[str]:
    """The authors named by a byline, in order, each once.

    Args:
        byline: one line of text, such as ``By Jane Doe and John Roe, Staff Writers``.
        declared: the page or the source says that this is an author, so that lower case and a single word
            (``viktor ekdahl``, ``dpa``) are believed; a line that merely looks like a byline needs two
            capitals, unless it is ``by`` and one word.
    """
    line = tidy(byline)
    if len(line) > MAX_BYLINE_CHARS:
        return []
    line = _CONTACT.sub(" | ", _BRACKETS.sub(" ", line))
    credit = _own_credit(line)
    pieces = _pieces(credit)
    believed = declared or (len(pieces) == 1 and credit != line and pieces[0][0].isupper())
    found = [name for name in (_name(piece, believed) for piece in pieces) if name]
    return distinct(_without_agencies(_in_order(found, pieces)))


def distinct(people: Iterable[str]) -> list[str]:
    """The names in order, each once; of two spellings that differ only in case and points the first."""
    seen: dict[str, str] = {}
    for person in people:
        seen.setdefault(fold(person), person)
    return list(seen.values())[:MAX_AUTHORS]


def is_person(name: str) -> bool:
    """Whether a name looks like that of a person: no desk, no body, no login."""
    return _looks_like_person(name) and not _is_organisation(name)


def is_opened(line: str) -> bool:
    """Whether a line opens like a byline (``By …``, ``Autor: …``), or has that after a date (``May 3 · By …``)."""
    words = names()
    opener = words.opener.match(line)
    if opener and opener.end():
        return True
    inside = words.opener_inside.search(line)
    return inside is not None and any(character.isdigit() for character in line[: inside.start()])


def _own_credit(line: str) -> str:
    """The part of the line that names its writers: after ``By``, before another's credit, a date, a count."""
    words = names()
    other = words.other_credit.search(line)
    if other:
        line = line[: other.start()]
    line = _after_inner_opener(_without_opener(line))
    stop = words.stop.search(line)
    if stop is None:
        return line
    line = line[: stop.start()].strip(" ,|·•⋅∙●-–—:")
    return line if any(_looks_like_person(piece) for piece in _pieces(line)) else ""


def _after_inner_opener(line: str) -> str:
    """What follows ``by`` in ``Posted on May 3, 2020 by Jane Doe``."""
    inside = names().opener_inside.search(line)
    if inside is None or not inside.start():
        return line
    head = line[: inside.start()].strip(" ,|·•⋅∙●-–—:")
    particle = plain(inside[0].strip(" :：")) in names().particles
    dated = any(character.isdigit() for character in head)
    return line[inside.end() :] if dated or not (particle or _looks_like_person(head)) else line


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
    first = _WORD.findall(rest)[:2]
    return len(first) == 2 and plain(first[0]) not in names().particles


def _pieces(line: str) -> list[str]:
    """The line cut at commas, bars and the words for "and"; a body's own "and" is left alone."""
    pieces = []
    for piece in _SEPARATOR.split(line):
        halves = names().joint.split(piece)
        if len(halves) > 1 and not _is_organisation(piece):
            pieces.extend(halves)
        else:
            pieces.append(piece)
    pieces = [piece.strip(' .,:;-–—|"“”„«»*_•·⋅∙●') for piece in pieces]
    pieces = [piece for piece in pieces if piece]
    return _surname_first(pieces) if "," in line else pieces


def _surname_first(pieces: list[str]) -> list[str]:
    """``Kim, William`` is one person; ``Reuters, dpa`` are two."""
    if len(pieces) == 2 and all(" " not in piece and piece[0].isupper() and piece.isalpha() for piece in pieces):
        known = names().agencies | names().organisation
        if not any(plain(piece) in known or piece.isupper() for piece in pieces):
            return [f"{pieces[1]} {pieces[0]}"]
    return pieces


def _name(piece: str, declared: bool) -> str | None:
    """The piece as a name, or None where it is a role, a date, a credential, nobody or a sentence."""
    words = names()
    if plain(piece) in words.agencies:
        return piece
    bare = _without_roles(_without_tail(piece))
    if not bare or len(bare) > MAX_NAME_CHARS or plain(bare) in words.nobody | words.roles:
        return None
    if _is_organisation(bare):
        return bare if (declared or len(bare.split()) > 1) and len(bare.split()) <= MAX_DESK_WORDS else None
    if any(character.isdigit() for character in bare):
        return bare if declared and " " not in bare and bare[0].isupper() else None
    if declared:
        fits = len(bare.split()) <= MAX_NAME_WORDS and any(c.isalpha() for c in bare)
        return bare if fits and not _LOGIN.fullmatch(bare) else None
    return bare if _looks_like_person(bare) else None


def _without_tail(piece: str) -> str:
    """The piece up to a count or a date: ``Jane Doe 2274 Posts``, ``Jane Doe June 5``."""
    first_digit = next((index for index, c in enumerate(piece) if c.isdigit()), None)
    if first_digit is None or (first_digit and not piece[first_digit - 1].isspace()):
        return piece
    tokens = piece[:first_digit].split()
    while tokens and _leads_a_date(tokens[-1].strip(",.")):
        tokens.pop()
    return " ".join(tokens)


def _leads_a_date(token: str) -> bool:
    word = plain(token)
    return not token[:1].isalpha() or word in calendar().months or word in names().date_leads


def _without_roles(piece: str) -> str:
    """The piece without roles at its ends, unless that leaves less than a name."""
    words = names()
    bare = piece
    for _ in range(3):
        after = words.role_after.search(bare)
        before = words.role_before.match(bare)
        if after and after.start() > 0:
            bare = bare[: after.start()]
        elif before and before.end() < len(bare):
            bare = bare[before.end() :]
        else:
            break
    bare = bare.strip(" ,.:-–—")
    if len(bare.split()) == 1 and _CASED.search(bare) and plain(piece) not in words.roles and _is_organisation(bare):
        return piece
    return bare


def _is_organisation(piece: str) -> bool:
    words = names()
    if plain(piece) in words.agencies:
        return True
    tokens = [plain(word) for word in _WORD.findall(piece)]
    if any(token in words.organisation for token in tokens):
        return True
    return not _CASED.search(piece) and any(plain(piece).endswith(word) for word in words.organisation if word)


def _looks_like_person(piece: str) -> bool:
    """Two to six words, each capitalised or a particle; for scripts without case a short run of letters."""
    words = piece.split()
    if not words or len(words) > MAX_NAME_WORDS or any(c.isdigit() for c in piece):
        return False
    if not _CASED.search(piece):
        return 2 <= len(fold(piece)) <= 25
    if len(words) < 2:
        return False
    capital = [word for word in words if word[0].isupper() or word[:2] in ("d'", "d’", "o'", "o’")]
    others = [word for word in words if word not in capital]
    return len(capital) >= 2 and all(plain(word) in names().particles for word in others)


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
