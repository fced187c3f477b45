"""What a block's own text looks like: its size, punctuation, digits and capitals, and how much of it is small words.

Characters are counted by a table over the code points of all texts at once. Nothing is read as language but the stop
words, for which `stop_words.toml` has a list a language; where there is none, their share is zero and `has_stops` says
so.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archiver.document import Block, Document, Label
from archiver.features.batch import Batch, Floats

KINDS = (Label.HEADING, Label.LIST_ITEM, Label.QUOTE, Label.CODE, Label.TABLE, Label.CAPTION)

NAMES = (
    *("log_words", "log_chars", "link_density", "ends_sentence", "ends_colon", "ends_question", "commas", "sentences"),
    *("digits", "upper", "capitals", "quotes", "symbols", "in_link", "inline_bold", "link_count", "images", "level"),
    *("stops", "stops_to_page", "has_stops", "page_words", "page_links"),
    *(f"kind_{kind.value}" for kind in KINDS),
)

_DIGIT, _UPPER, _LOWER, _SPACE, _COMMA, _STOP, _QUOTE, _SYMBOL = (1 << bit for bit in range(8))
_COUNTED = {"digit": _DIGIT, "upper": _UPPER, "comma": _COMMA, "stop": _STOP, "quote": _QUOTE, "symbol": _SYMBOL}
_TABLE_SIZE = 0x10000
_COMMAS = ",;،、，；"
_STOPS = ".!?…。！？؟।॥"
_QUESTIONS = "?？؟"
_COLONS = ":："
_QUOTES = "\"'“”„‟«»‹›‘’‚「」『』"
_CLOSING = _QUOTES + ")]）】"
_SYMBOLS = "|»›→▶►•·–—/@#©+>*"
_LONGEST_CAPITALS = 200
# In a longer block the first words tell enough of how many are stop words.
_MOST_READ = 100


def text_columns(batch: Batch) -> list[Floats]:
    """The columns of `NAMES`, each of shape (blocks,)."""
    counts = _count_classes(batch)
    chars = np.maximum(batch.chars, 1)
    words_ = np.maximum(batch.words, 1)
    last = _last_characters(batch.blocks)
    letters = np.maximum(counts["upper"] + counts["lower"], 1)
    stops, has_stops = _stop_words(batch)
    prose = batch.prose
    typical = batch.total(stops * prose) / np.maximum(batch.total(prose), 1)
    return [
        batch.log_words,
        np.log1p(batch.chars),
        batch.density,
        _among(last, _STOPS),
        _among(last, _COLONS),
        _among(last, _QUESTIONS),
        counts["comma"] / words_,
        counts["stop"] / words_,
        counts["digit"] / chars,
        counts["upper"] / letters,
        np.where(batch.chars <= _LONGEST_CAPITALS, counts["upper"] / words_, 0.0).clip(max=2),
        counts["quote"] / words_,
        counts["symbol"] / words_,
        np.array(["a" in block.inline for block in batch.blocks], float),
        np.array(["strong" in block.inline or "b" in block.inline for block in batch.blocks], float),
        np.log1p(np.array([len(block.links) for block in batch.blocks], float)),
        np.log1p(np.array([len(block.images) for block in batch.blocks], float)),
        np.array([block.level for block in batch.blocks], float),
        stops,
        np.where(has_stops > 0, stops - typical, 0.0),
        has_stops,
        np.log1p(batch.total(batch.words)),
        batch.total(batch.links) / np.maximum(batch.total(batch.chars), 1),
        *_kind_columns(batch.blocks),
    ]


def _count_classes(batch: Batch) -> dict[str, Floats]:
    """How many characters of each class every block has."""
    joined = "".join([block.text for block in batch.blocks])
    points = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    classes = _character_classes().take(points, mode="clip")
    ends = np.cumsum(batch.chars).astype(np.intp)
    lower = np.concatenate([[0], np.cumsum(classes == _LOWER, dtype=np.int64)])[np.concatenate([[0], ends])]
    found = {"lower": np.diff(lower).astype(float)}
    # One character in ten is of another class: these are picked out, and only they are counted.
    marked = np.flatnonzero(classes & ~np.uint8(_LOWER | _SPACE))
    kinds, block = classes[marked], np.searchsorted(ends, marked, side="right")
    for name, bit in _COUNTED.items():
        found[name] = np.bincount(block[(kinds & bit) != 0], minlength=len(ends)).astype(float)
    return found


@cache
def _character_classes() -> NDArray[np.uint8]:
    """The classes of each code point of the basic plane, as bits. The last entry stands for all beyond."""
    table = np.zeros(_TABLE_SIZE, np.uint8)
    by_category = {"Nd": _DIGIT, "Lu": _UPPER, "Ll": _LOWER, "Zs": _SPACE}
    for point in range(_TABLE_SIZE - 1):
        table[point] = by_category.get(unicodedata.category(chr(point)), 0)
    for characters, bit in ((_COMMAS, _COMMA), (_STOPS, _STOP), (_QUOTES, _QUOTE), (_SYMBOLS, _SYMBOL)):
        for character in characters:
            table[ord(character)] |= bit
    return table


def _kind_columns(blocks: list[Block]) -> list[Floats]:
    places = {kind: place for place, kind in enumerate(KINDS)}
    found = np.array([places.get(block.kind, -1) for block in blocks], np.intp)
    return [(found == place).astype(float) for place in range(len(KINDS))]


def _last_characters(blocks: list[Block]) -> list[str]:
    """The last character of each block that is no closing quotation mark or bracket."""
    return [block.text.rstrip(_CLOSING)[-1:] for block in blocks]


def _among(characters: list[str], wanted: str) -> Floats:
    return np.array([character != "" and character in wanted for character in characters], float)


def _stop_words(batch: Batch) -> tuple[Floats, Floats]:
    """The share of each block's words that are stop words of its document's language, and whether there is a list."""
    shares: list[float] = []
    known: list[float] = []
    for document, (start, stop) in zip(batch.documents, batch.bounds, strict=True):
        listed = _stop_words_of(document)
        known += [float(bool(listed))] * (stop - start)
        shares += [_share(found[:_MOST_READ], listed) for found in batch.tokens[start:stop]]
    return np.array(shares, float), np.array(known, float)


def _share(found: list[str], listed: frozenset[str]) -> float:
    return sum(map(listed.__contains__, found)) / len(found) if found and listed else 0.0


def _stop_words_of(document: Document) -> frozenset[str]:
    return _stop_word_lists().get(document.language.partition("-")[0], frozenset())


@cache
def _stop_word_lists() -> dict[str, frozenset[str]]:
    tables = tomllib.loads((Path(__file__).parent / "stop_words.toml").read_text(encoding="utf-8"))
    return {language: frozenset(re.split(r"\s+", listed.strip())) for language, listed in tables.items()}
