"""A piece of a byline in, the name that it is out, or what it is instead: a role, a date, nobody.

A name is a few words with capitals, without digits, addresses and sentences; a desk or an agency one that
holds a word such as "desk".
"""

from __future__ import annotations

import re

from archiver.metadata.folding import fold
from archiver.metadata.lexicon import calendar, names, plain

MAX_NAME_CHARS = 80
MAX_NAME_WORDS = 6
MAX_BIO_NAME_WORDS = 4
MAX_NUMBERED_WORDS = 4
MAX_ROLE_WORDS = 4
MAX_DESK_WORDS = 9
MAX_SMALL_DESK_WORDS = 3
"""Longest desk that is written without capitals (``onze redactie``); more is a link such as "About our editors"."""
MAX_UNCASED = 25
"""Longest name in a script without capitals, in letters."""
MAX_IDEOGRAPHS = 12
"""Longest name in Chinese, Japanese or Korean, in characters: most have two to five, foreign names in Kana more."""
MAX_SHORT_WORDS = 3
MAX_SHORT_UNCASED = 20
MAX_SHORT_IDEOGRAPHS = 4
"""Longest name in a script without capitals that no word beside it tells."""
_LOGIN = re.compile(r"[a-z]+[-_][a-z_-]+|[a-z]+\.[a-z]{4,}(?:\.[a-z]+)*")
"""A user name or a template's variable: ``jane-doe``, ``jane.doe``. Hosts (``example.com``) have short endings."""
_NO_NAME = re.compile(r"[\d!?…：！？]|[a-zà-ÿ]{3}[A-ZÀ-Þ]")
"""Digits, exclamations, and two words that flattened markup left as one (``CategoryBy``)."""
_QUOTES = "\"“”„‟«»'‘’"
"""What stands around a nickname within a name."""
_EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_CASED = re.compile(r"[a-zA-Zà-öø-ÿÀ-ÖØ-ÞĀ-ɏḀ-ỿΆ-ώЀ-ԯԱ-և]")
WORD = re.compile(r"[^\W\d_][\w'’.\-]*")


def is_person(name: str) -> bool:
    """Whether a name looks like that of a person: no desk, no body, no login."""
    return looks_like_person(name) and not is_organisation(name)


def has_case(text: str) -> bool:
    """Whether a text has letters of a script with capitals."""
    return _CASED.search(text) is not None


def is_short_name(name: str) -> bool:
    """Whether a name without capitals is short enough to be one though nothing says so: two or three words.

    One word may be enough in East Asia. An initial counts as a word: ``க.அன்பழகன்``.
    """
    words, letters = name.replace(".", " ").split(), len(fold(name))
    if len(words) == 1:
        return bool(_EAST_ASIAN.search(name)) and 2 <= letters <= MAX_SHORT_IDEOGRAPHS
    return 2 <= len(words) <= MAX_SHORT_WORDS and letters <= MAX_SHORT_UNCASED


def person_at_start(text: str) -> str | None:
    """The person whom a text about its author begins with: ``Jane Doe is a reporter``, ``Jane Doe schreibt``."""
    run: list[str] = []
    for word in text.split()[: MAX_NAME_WORDS + 1]:
        bare = word.rstrip(",:")
        if not bare[:1].isupper() and plain(bare) not in names().particles:
            break
        run.append(bare)
        if bare != word:
            break
    else:
        return None
    while run and not run[-1][:1].isupper():
        run.pop()
    name = " ".join(run)
    return name if 2 <= len(run) <= MAX_BIO_NAME_WORDS and is_person(name) else None


def name_of(piece: str, declared: bool) -> str | None:
    """The piece as a name, or None where it is a role, a date, a credential, nobody or a sentence."""
    words = names()
    if plain(piece) in words.agencies:
        return piece
    bare = without_roles(_without_tail(piece))
    if not bare or len(bare) > MAX_NAME_CHARS or plain(bare) in words.no_name:
        return None
    if any(plain(token) in words.accounts for token in bare.split()):
        return None
    if is_organisation(bare):
        count = len(bare.split())
        small = not declared and any(word[0].islower() and plain(word) not in words.particles for word in bare.split())
        return (
            bare if (declared or count > 1) and count <= (MAX_SMALL_DESK_WORDS if small else MAX_DESK_WORDS) else None
        )
    if any(character.isdigit() for character in bare):
        return bare if declared and _is_numbered_name(bare) else None
    if declared:
        fits = len(bare.split()) <= MAX_NAME_WORDS and any(c.isalpha() for c in bare)
        return bare if fits and not _LOGIN.fullmatch(bare) else None
    return bare if looks_like_person(bare) else None


def without_date(piece: str, declared: bool) -> str:
    """The piece without a date at its end; nothing of one that opens with a number, unless it is a declared name."""
    bare = _without_tail(piece)
    return bare if declared or not bare[:1].isdigit() else ""


def _is_numbered_name(piece: str) -> bool:
    """Whether a declared name with digits may be one: ``Rapid7``, ``98 Crabs Club``; a date or a key is none."""
    words = piece.split()
    if len(words) == 1:
        return piece[0].isupper()
    return (
        len(words) <= MAX_NUMBERED_WORDS
        and sum(word[0].isupper() for word in words) >= 2
        and not any(map(leads_a_date, (w for w in words if w.isalpha())))
    )


_YEAR_BEFORE = re.compile(r"(?:19|20)\d\d\s+(?=\D)")


def _without_tail(piece: str) -> str:
    """The piece up to a count or a date: ``Jane Doe 2274 Posts``, ``Jane Doe June 5``."""
    piece = _YEAR_BEFORE.sub("", piece)
    first_digit = next((index for index, c in enumerate(piece) if c.isdigit()), None)
    if not first_digit or not piece[first_digit - 1].isspace():
        return piece
    tokens = piece[:first_digit].split()
    while tokens and leads_a_date(tokens[-1].strip(",.")):
        tokens.pop()
    return " ".join(tokens)


def leads_a_date(token: str) -> bool:
    """Whether a word may stand between a name and the digits of a date: a month, a day of the week, "on"."""
    word = plain(token)
    return not token[:1].isalpha() or word in calendar().months or word in names().date_leads


def without_roles(piece: str) -> str:
    """The piece without roles at its ends, unless that leaves less than a name."""
    words = names()
    bare = piece
    place = words.place_after.search(bare)
    if place and looks_like_person(bare[: place.start()]):
        bare = bare[: place.start()]
    for _ in range(4):
        after = words.role_after.search(bare) or (words.rank_after.search(bare) if bare != piece else None)
        before = words.role_before.match(bare)
        if after and after.start() > 0:
            bare = bare[: after.start()]
        elif before and before.end() < len(bare):
            bare = bare[before.end() :]
        else:
            break
    bare = bare.strip(" ,.:-–—")
    if bare != piece:
        bare = _before_rank(bare)
    if len(bare.split()) == 1 and _CASED.search(bare) and plain(piece) not in words.roles and is_organisation(bare):
        return piece
    return bare


def _before_rank(bare: str) -> str:
    """The name before the rank that a role, now gone, had: ``Jane Doe Senior Washington`` (Correspondent)."""
    words = bare.split()
    for count in range(2, len(words)):
        if names().rank_before.match(" ".join(words[count:])) and looks_like_person(" ".join(words[:count])):
            return " ".join(words[:count])
    return bare


def ends_in_role(piece: str) -> bool:
    """Whether the piece is a role, or a few words before one: ``Shipping Expert``."""
    return is_role(piece) or (len(piece.split()) <= MAX_ROLE_WORDS and bool(names().role_after.search(piece)))


def is_role(piece: str) -> bool:
    """Whether the piece says what somebody does, and for whom: ``Senior Writer``, ``in Project Management``."""
    words = names()
    if words.place_after.match(f" {piece.strip()}"):
        return True
    role = words.role_after.search(piece)
    while role and piece[: role.start()].strip():
        piece = piece[: role.start()]
        role = words.role_after.search(piece) or words.rank_after.search(piece)
    return bool(role)


def is_post(piece: str) -> bool:
    """Whether what stands after a name tells the person's post: ``Head of Digital Content``, ``Licensed Therapist``.

    A name after a post (``Senior Editor John Roe``) is none, nor is one of a single word before it in a script without
    capitals.
    """
    words = names()
    if not _CASED.search(piece):
        return False
    post = words.role_before.match(piece)
    if post:
        rest = piece[post.end() :].split()
        return len(rest) < 2 or rest[0][0].islower()
    rank = words.rank_before.match(piece)
    if rank:
        rest = piece[rank.end() :].split()
        return bool(rest) and (rest[0][0].islower() or not is_organisation(piece))
    role = words.role_after.search(piece)
    if role is None:
        return False
    whose = piece[: role.start()].split()
    return len(whose) < 2 or plain(whose[0]) in words.agencies


def is_place(piece: str) -> bool:
    """Whether what stands after a name is a place or a body to which the person belongs: ``San Francisco``."""
    words = names()
    first, _, rest = piece.partition(" ")
    if words.place_name.match(piece) or (plain(first) in words.particles and words.place_name.match(rest)):
        return True
    return not words.affiliations.isdisjoint(map(plain, WORD.findall(piece)))


def is_organisation(piece: str) -> bool:
    """Whether a word of a name makes it that of a desk, an agency or a body."""
    words = names()
    if plain(piece) in words.agencies:
        return True
    tokens = [plain(word) for word in WORD.findall(piece)]
    if any(token in words.organisation for token in tokens):
        return True
    return not _CASED.search(piece) and any(plain(piece).endswith(word) for word in words.organisation if word)


def looks_like_person(piece: str) -> bool:
    """Two to six words, each capitalised or a particle; for scripts without case a short run of letters.

    A word inside may be a nickname in quotes. None is the name of a social network, though it be inflected.
    """
    words = piece.split()
    if not words or len(words) > MAX_NAME_WORDS or _NO_NAME.search(piece):
        return False
    if any(plain(word).startswith(names().networks) for word in words):
        return False
    words = [words[0], *(word.strip(_QUOTES) or word for word in words[1:-1]), *words[1:][-1:]]
    if not _CASED.search(piece):
        return 2 <= len(fold(piece)) <= (MAX_IDEOGRAPHS if _EAST_ASIAN.search(piece) else MAX_UNCASED)
    if len(words) < 2:
        return False
    capital = [word for word in words if word[0].isupper() or word[:2] in ("d'", "d’", "o'", "o’")]
    others = [word for word in words if word not in capital]
    return len(capital) >= 2 and all(plain(word) in names().particles | names().honorifics for word in others)
