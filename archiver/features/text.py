"""What a block's own text looks like: its size, punctuation, digits and capitals, and how much of it is small words.

Characters are counted by a table over the code points of all texts at once. Nothing is read as language: the small
words that tell prose from names and headlines ("the", "of", "was") are those of the document itself, the commonest
words of its prose, which hold half of it. They do what lists of stop words do, in every language and in pages of two.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from operator import attrgetter

import numpy as np
from numpy.typing import NDArray

from archiver.document import Block, Label
from archiver.features.batch import Batch, Floats, Ints, logged
from archiver.sentences import SENTENCE_STOPS

KINDS = (Label.HEADING, Label.LIST_ITEM, Label.QUOTE, Label.CODE, Label.TABLE, Label.CAPTION)

NAMES = (
    *("log_words", "log_chars", "link_density", "ends_sentence", "ends_colon", "ends_question", "commas", "sentences"),
    *("digits", "upper", "capitals", "quotes", "symbols", "in_link", "inline_bold", "link_count", "images", "level"),
    *("small_words", "small_to_page", "has_small", "page_words", "page_links"),
    *(f"kind_{kind.value}" for kind in KINDS),
)

_DIGIT, _UPPER, _LOWER, _SPACE, _COMMA, _STOP, _QUOTE, _SYMBOL = (1 << bit for bit in range(8))
_COUNTED = {"digit": _DIGIT, "upper": _UPPER, "comma": _COMMA, "stop": _STOP, "quote": _QUOTE, "symbol": _SYMBOL}
_TABLE_SIZE = 0x10000
_COMMAS = ",;،、，；"
_STOPS = SENTENCE_STOPS
_QUESTIONS = "?？؟"
_COLONS = ":："
_QUOTES = "\"'“”„‟«»‹›‘’‚「」『』"
_CLOSING = _QUOTES + ")]）】"
_ENDS_SENTENCE, _ENDS_COLON, _ENDS_QUESTION = 1, 2, 4
_ENDS = {
    character: _ENDS_SENTENCE * (character in _STOPS)
    + _ENDS_COLON * (character in _COLONS)
    + _ENDS_QUESTION * (character in _QUESTIONS)
    for character in _STOPS + _COLONS + _QUESTIONS
}
_SYMBOLS = "|»›→▶►•·–—/@#©+>*"
_LONGEST_CAPITALS = 200
# Of documents with more words all are long.
_MANY_WORDS = 5_000
# Small words are the commonest of a document's prose, which hold this share of it, each there twice at least. Where
# they hold less than the second share, as in scripts that set off no words, there are none.
_SMALL_SHARE, _TWICE, _LEAST_SMALL = 0.5, 2, 0.15
# In a longer block the first words tell enough of how many are small, and of which are.
_MOST_READ = 100


def text_columns(batch: Batch) -> list[Floats]:
    """The columns of `NAMES`, each of shape (blocks,)."""
    counts = _count_classes(batch)
    chars = np.maximum(batch.chars, 1)
    words_ = np.maximum(batch.words, 1)
    letters = np.maximum(counts["upper"] + counts["lower"], 1)
    small, has_small = _small_words(batch)
    prose = batch.prose
    typical = batch.total(small * prose) / np.maximum(batch.total(prose), 1)
    return [
        batch.log_words,
        np.log1p(batch.chars),
        batch.density,
        *_end_columns(batch.blocks),
        counts["comma"] / words_,
        counts["stop"] / words_,
        counts["digit"] / chars,
        counts["upper"] / letters,
        np.where(batch.chars <= _LONGEST_CAPITALS, counts["upper"] / words_, 0.0).clip(max=2),
        counts["quote"] / words_,
        counts["symbol"] / words_,
        *_inline_columns(batch.blocks),
        np.log1p(_count_each(batch.blocks, "links")),
        np.log1p(_count_each(batch.blocks, "images")),
        batch.levels,
        small,
        np.where(has_small > 0, small - typical, 0.0),
        has_small,
        logged(batch.total(batch.words), _MANY_WORDS),
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


def _inline_columns(blocks: list[Block]) -> tuple[Floats, Floats]:
    """Whether each block begins in a link, and whether in bold; most begin in no inline element at all."""
    in_link, in_bold = np.zeros(len(blocks)), np.zeros(len(blocks))
    for index, block in enumerate(blocks):
        if block.inline:
            in_link[index] = "a" in block.inline
            in_bold[index] = "strong" in block.inline or "b" in block.inline
    return in_link, in_bold


def _count_each(blocks: list[Block], name: str) -> Floats:
    """How many of what the attribute `name` holds each block has."""
    return np.fromiter(map(len, map(attrgetter(name), blocks)), float, len(blocks))


def _kind_columns(blocks: list[Block]) -> list[Floats]:
    places = {kind: place for place, kind in enumerate(KINDS)}
    found = np.array([places.get(block.kind, -1) for block in blocks], np.intp)
    return [(found == place).astype(float) for place in range(len(KINDS))]


def _end_columns(blocks: list[Block]) -> list[Floats]:
    """Whether each block ends like a sentence, with a colon, like a question: by its last character but for quotes."""
    ends = np.array([_ENDS.get(block.text.rstrip(_CLOSING)[-1:], 0) for block in blocks], np.uint8)
    return [((ends & bit) != 0).astype(float) for bit in (_ENDS_SENTENCE, _ENDS_COLON, _ENDS_QUESTION)]


def _small_words(batch: Batch) -> tuple[Floats, Floats]:
    """The share of each block's words that are small words of its document, and whether it has any."""
    words = batch.numbered
    is_early = np.arange(len(words.of)) - words.start[words.line] < _MOST_READ
    is_counted = is_early & (batch.prose > 0)[words.line]
    is_small = np.zeros(len(words.of), bool)
    known = np.zeros(len(batch.blocks))
    for start, stop in batch.bounds:
        place = words.words_of(start, stop)
        of = words.of[place]
        counts = np.bincount(of[is_counted[place]], minlength=len(words.numbers))
        least = _least_count(counts)
        if least:
            is_small[place] = counts[of] >= least
            known[start:stop] = 1.0
    small = np.bincount(words.line[is_small & is_early], minlength=len(batch.blocks))
    return small / words.count.clip(1, _MOST_READ), known


def _least_count(counts: Ints) -> int:
    """How often a word stands in the prose of a document, at least, to be a small one; zero where there are none.

    Words that are as common are taken together, so that nothing depends on their order.
    """
    held = np.arange(counts.max(initial=0) + 1) * np.bincount(counts)  # by the words of each count
    shares = held[::-1].cumsum()[::-1] / max(int(counts.sum()), 1)  # by those and all that are more common
    if len(shares) <= _TWICE or shares[_TWICE] < _LEAST_SMALL:
        return 0
    return _TWICE + int(np.abs(shares[_TWICE:] - _SMALL_SHARE).argmin())
