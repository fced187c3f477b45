"""Phrases of page furniture in many languages, as data, and the one pass that finds them in a line.

What enters: a language tag and single lines of text. What leaves: `Match` records that say which label
a phrase stands for, how it matched, and the file and line where the phrase is written::

    en.toml, de.toml, … ─▶ files.read_phrases ─▶ [Phrase] ─▶ Phrasebook ─▶ match(line) ─▶ (Match, …)
    line ─▶ folding.fold ────────────────────────────────────────┘

No natural-language word stands in a ``.py`` file; `schemas/phrases.schema.json` describes the TOML.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from archiver.document import NO_PHRASES, Label, UserPhrases
from archiver.errors import UsageError
from archiver.phrases.files import LANGUAGES, Kind, Phrase, Table, networks, read_language, read_tables
from archiver.phrases.folding import fold_phrase
from archiver.phrases.matcher import SLOTS, Match, Phrasebook, is_matchable

__all__ = [
    "LANGUAGES",
    "USER_SOURCE",
    "Kind",
    "Match",
    "Phrase",
    "Phrasebook",
    "Table",
    "check_user_phrases",
    "phrasebook",
    "user_phrases",
]

UNIVERSAL = "und"
USER_SOURCE = "phrases."
"""How the source of a user's phrase begins, as `explain` names it: the table of the settings, ``phrases.en.promo``."""
INTERFACE = "en"
"""English words of the interface stand on pages of every language."""

_ALIASES = {"nb": "no", "nn": "no", "iw": "he", "in": "id", "ms": "id", "bs": "hr", "cnr": "hr", "sh": "hr"}
"""Tags whose phrases stand in another's file: written standards, tags of old, and languages that say most alike."""
_BESIDE = {"hr": "sr", "sr": "hr"}
"""The language whose phrases stand after those of a language. Croatian, Bosnian and Serbian differ in few words, and a
page in Latin letters is often taken for one in another of them."""
_UNMISTAKABLE = frozenset({Kind.LINE, Kind.HEADING})
_WHOLE_LINE = frozenset({*_UNMISTAKABLE, Kind.HINT})
_SHORTEST_STRANGER = 6
"""Fewest characters of a phrase that may fire in a document of unknown language: shorter ones are words of
another language too often."""


@cache
def phrasebook(language: str, user: UserPhrases = NO_PHRASES) -> Phrasebook:
    """The phrases for a document in `language` (BCP 47; regions and scripts are ignored).

    The document's own language comes first, with phrases of every kind, then the one that stands beside it, then the
    universal phrases, then the whole-line phrases of English. Where the language is ``und``, the longer whole lines and
    headings of all languages on whose label the languages agree take the place of its own.

    What the user has added for the language, or for all (``und``), stands before ours; what the user has silenced, as
    our files write it (case and accents do not matter), never fires.
    """
    primary = primary_subtag(language)
    own = [
        Phrase(Label(label), Kind(kind), text, f"{USER_SOURCE}{tag}.{label}")
        for tag, label, kind, texts in user.added
        if primary_subtag(tag) in (primary, UNIVERSAL)
        for text in texts
    ]
    unwanted = {fold_phrase(_without_source(phrase)) for phrase in user.silenced}
    ours = _phrases(primary)
    if unwanted:
        ours = tuple(phrase for phrase in ours if fold_phrase(phrase.text) not in unwanted)
    return Phrasebook((*own, *ours), networks())


def user_phrases(added: Mapping[str, Mapping[str, Table]], silenced: Sequence[str]) -> UserPhrases:
    """A user's phrases, which `check_user_phrases` has found in order, in the form that documents carry."""
    if not added and not silenced:
        return NO_PHRASES
    rows = (
        (tag, label, kind, tuple(texts))
        for tag, tables in added.items()
        for label, table in tables.items()
        for kind, texts in table.items()
    )
    return UserPhrases(tuple(rows), tuple(silenced))


def check_user_phrases(added: Mapping[str, Mapping[str, Table]], silenced: Sequence[str]) -> None:
    """Find what a user cannot have meant, once for all documents.

    `added` maps a language (``und`` for all) to label tables, as in a phrase file:
    ``{"en": {"share": {"line": ["spread the word"]}}}``.

    Raises:
        UsageError: a language has no phrases, a table names an unknown label or kind, or a phrase is no string.
    """
    for tag, tables in added.items():
        if primary_subtag(tag) not in (*LANGUAGES, UNIVERSAL):
            known = ", ".join((*LANGUAGES, UNIVERSAL))
            raise UsageError(f"setting phrases.{tag}: known languages are {known} (for all)")
        for phrase in read_tables(tables, f"setting phrases.{tag}"):
            if not is_matchable(phrase.text):
                table = f"phrases.{tag}.{phrase.label}"
                raise UsageError(f"setting {table}: {phrase.text!r} is no phrase; slots are {SLOTS}")
    for text in silenced:
        if fold_phrase(_without_source(text)) not in _everything():
            raise UsageError(f"setting silence: no built-in phrase reads {text!r}; see archiver explain")


_SOURCE = re.compile(r" \([a-z]+\.toml:\d+\)$")


def _without_source(phrase: str) -> str:
    """A phrase as `explain` prints it, without the file and the line."""
    return _SOURCE.sub("", phrase)


@cache
def _everything() -> frozenset[str]:
    """All built-in phrases, folded."""
    return frozenset(fold_phrase(phrase.text) for tag in (*LANGUAGES, UNIVERSAL) for phrase in read_language(tag))


def primary_subtag(language: str) -> str:
    """``pt`` of ``pt-BR``; both written standards of Norwegian are ``no``, Bosnian is ``hr``, Malay ``id``."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    return _ALIASES.get(primary, primary)


def _phrases(language: str) -> tuple[Phrase, ...]:
    universal = read_language(UNIVERSAL)
    if language == UNIVERSAL:
        return (*universal, *_common_ground())
    own = read_language(language) if language in LANGUAGES else ()
    beside = read_language(_BESIDE[language]) if language in _BESIDE else ()
    english = () if language == INTERFACE else _of_kinds(read_language(INTERFACE), _WHOLE_LINE)
    return (*own, *beside, *universal, *english)


def _common_ground() -> tuple[Phrase, ...]:
    """Whole lines and headings of all languages that mean the same wherever they occur."""
    phrases = [phrase for language in LANGUAGES for phrase in read_language(language)]
    folded = [fold_phrase(phrase.text) for phrase in phrases]
    labels: dict[str, set[str]] = {}
    for phrase, text in zip(phrases, folded, strict=True):
        labels.setdefault(text, set()).add(phrase.label)
    return tuple(
        phrase
        for phrase, text in zip(phrases, folded, strict=True)
        if phrase.kind in _UNMISTAKABLE and len(labels[text]) == 1 and _is_telling(text)
    )


def _is_telling(folded: str) -> bool:
    """Whether a phrase says enough where nothing vouches for its language: no open slot, and long or not Latin."""
    return "{" not in folded and (len(folded) >= _SHORTEST_STRANGER or not folded.isascii())


def _of_kinds(phrases: Iterable[Phrase], kinds: frozenset[Kind]) -> tuple[Phrase, ...]:
    return tuple(phrase for phrase in phrases if phrase.kind in kinds)
