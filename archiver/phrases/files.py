"""Phrase files: TOML text enters, a flat list of `Phrase` with file and line leaves.

A file holds one table a label and in it one array a kind::

    [share]
    line = ["share this article", "share on {network}"]

Arrays hold plain ``"…"`` strings without escapes, so that the line of each phrase can be found.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import NamedTuple, TypeAlias

from archiver.document import Label
from archiver.errors import UsageError

Table: TypeAlias = Mapping[str, Sequence[str]]

_FOLDER = Path(__file__).resolve().parent
_STRING = re.compile(r'"[^"]*"')

LANGUAGES = tuple(
    "ar bg bn cs da de el en es fa fi fr he hi hr hu id it ja ko nl no pl pt ro ru sk sr sv th tr uk ur vi zh".split()
)
"""The languages that have a phrase file, as primary BCP 47 subtags."""


class Kind(StrEnum):
    """Where in a line a phrase stands, and by that how much it proves."""

    LINE = "line"
    """The whole line is this phrase."""
    HEADING = "heading"
    """The whole line is this phrase and opens a zone: a list of related articles, the comments, a form."""
    START = "start"
    """The line begins with this phrase and goes on with a title, a name, a date."""
    HINT = "hint"
    """The whole line is this phrase, but a heading or a list of an article may be too: it only votes."""
    ANYWHERE = "anywhere"
    """The phrase occurs inside a short line: weak evidence."""


_LABELS = frozenset(label.value for label in Label)
_KINDS = frozenset(kind.value for kind in Kind)


class Phrase(NamedTuple):
    """One phrase as written, and where: ``en.toml:41``."""

    label: Label
    kind: Kind
    text: str
    source: str


@cache
def read_language(language: str) -> tuple[Phrase, ...]:
    """The phrases of one of our files; `language` is in `LANGUAGES` or ``und``."""
    name = f"{language}.toml"
    return tuple(read_phrases((_FOLDER / name).read_text(encoding="utf-8"), name))


@cache
def networks() -> tuple[str, ...]:
    """The names that ``{network}`` stands for."""
    names: list[str] = tomllib.loads((_FOLDER / "networks.toml").read_text(encoding="utf-8"))["networks"]
    return tuple(names)


def read_phrases(text: str, name: str) -> list[Phrase]:
    """The phrases of a phrase file's text, in its order, each with ``name:line``.

    Raises:
        UsageError: a table names an unknown label or kind, or a phrase is no plain string.
    """
    phrases = read_tables(tomllib.loads(text), name)
    places = list(_places(text))
    if len(places) != len(phrases):
        raise UsageError(f'{name}: write every phrase as a plain "…" string')
    return [Phrase(*phrase[:3], f"{name}:{place}") for phrase, place in zip(phrases, places, strict=True)]


def read_tables(tables: Mapping[str, Table], source: str) -> list[Phrase]:
    """The phrases of label tables, all with one `source`.

    Raises:
        UsageError: a table names an unknown label or kind, or a phrase is no string.
    """
    phrases = []
    for label, table in tables.items():
        for kind, texts in table.items():
            if label not in _LABELS:
                raise UsageError(f"{source}: {label} is no label; labels are {', '.join(sorted(_LABELS))}")
            if kind not in _KINDS:
                raise UsageError(f"{source}: [{label}] {kind} is unknown; a table has {', '.join(sorted(_KINDS))}")
            if isinstance(texts, str) or not all(isinstance(text, str) and text.strip() for text in texts):
                raise UsageError(f"{source}: [{label}] {kind} is not a list of phrases")
            named, how = Label(label), Kind(kind)
            phrases += [Phrase(named, how, text, source) for text in texts]
    return phrases


def _places(text: str) -> Iterator[int]:
    """The line number of each string; tomllib keeps no positions, but it keeps the order."""
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.lstrip().startswith("#"):
            for _ in _STRING.finditer(line):
                yield number
