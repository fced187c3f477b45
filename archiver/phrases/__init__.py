"""Phrases of page furniture in many languages, as data, and the one pass that finds them in a line.

What enters: a language tag and single lines of text. What leaves: `Match` records that say which label
a phrase stands for, how it matched, and the file and line where the phrase is written::

    en.toml, de.toml, … ─▶ files.read_phrases ─▶ [Phrase] ─▶ Phrasebook ─▶ match(line) ─▶ (Match, …)
    line ─▶ folding.fold ────────────────────────────────────────┘

No natural-language word stands in a ``.py`` file; `schemas/phrases.schema.json` describes the TOML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from archiver.phrases.files import LANGUAGES, Kind, Phrase, Table, networks, read_language, read_tables
from archiver.phrases.folding import fold_phrase
from archiver.phrases.matcher import Match, Phrasebook

__all__ = ["LANGUAGES", "Kind", "Match", "Phrase", "Phrasebook", "Table", "phrasebook", "with_user_phrases"]

UNIVERSAL = "und"
INTERFACE = "en"
"""English words of the interface stand on pages of every language."""

_ALIASES = {"nb": "no", "nn": "no", "iw": "he"}
_UNMISTAKABLE = frozenset({Kind.LINE, Kind.HEADING})
_WHOLE_LINE = frozenset({*_UNMISTAKABLE, Kind.HINT})
_SHORTEST_STRANGER = 6
"""Fewest characters of a phrase that may fire in a document of unknown language: shorter ones are words of
another language too often."""


@cache
def phrasebook(language: str) -> Phrasebook:
    """The phrases for a document in `language` (BCP 47; regions and scripts are ignored).

    The document's own language comes first, with phrases of every kind, then the universal ones, then the
    whole-line phrases of English. Where the language is ``und``, the longer whole lines and headings of all
    languages on whose label the languages agree take the place of its own.
    """
    return Phrasebook(_phrases(primary_subtag(language)), networks())


def with_user_phrases(
    language: str, added: Mapping[str, Mapping[str, Table]] | None = None, silenced: Iterable[str] = ()
) -> Phrasebook:
    """The phrasebook of `language`, with a user's phrases before ours and some of ours silenced.

    `added` maps a language (``und`` for all) to label tables, as in a phrase file:
    ``{"en": {"share": {"line": ["spread the word"]}}}``. `silenced` names phrases as our files write them
    (case and accents do not matter); they never fire again.

    Raises:
        UsageError: a table names an unknown label or kind, or a phrase is no string.
    """
    primary = primary_subtag(language)
    own: list[Phrase] = []
    for tag, tables in (added or {}).items():
        if primary_subtag(tag) in (primary, UNIVERSAL):
            own.extend(read_tables(tables, "archiver.toml"))
    unwanted = {fold_phrase(phrase) for phrase in silenced}
    ours = (phrase for phrase in _phrases(primary) if fold_phrase(phrase.text) not in unwanted)
    return Phrasebook((*own, *ours), networks())


def primary_subtag(language: str) -> str:
    """``pt`` of ``pt-BR``; both written standards of Norwegian are ``no``."""
    primary = language.replace("_", "-").partition("-")[0].lower()
    return _ALIASES.get(primary, primary)


def _phrases(language: str) -> tuple[Phrase, ...]:
    universal = read_language(UNIVERSAL)
    if language == UNIVERSAL:
        return (*universal, *_common_ground())
    own = read_language(language) if language in LANGUAGES else ()
    english = () if language == INTERFACE else _of_kinds(read_language(INTERFACE), _WHOLE_LINE)
    return (*own, *universal, *english)


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
