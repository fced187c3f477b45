"""What the words of a short line tell of it, by scores learned from data: "read" and "share", or "read more".

A score is the smoothed log-odds that a line with that word, or with those two words side by side, is content. Where no
word is known, as in a language that the model has not seen, all columns are zero. Long lines are not looked at: their
words are those of the language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise, repeat

import numpy as np
from numpy.typing import NDArray

from archiver.features.batch import Batch, Floats, Ints
from archiver.features.numbered import NumberedWords

NAMES = ("words_mean", "words_least", "words_most", "words_known", "words_first", "words_last")

# A line of more words is prose.
MOST_WORDS = 30
# So many unknown words are added to every line: one word with a high score does not decide for itself.
_UNKNOWN = 2


@dataclass(frozen=True, slots=True)
class Terms:
    """Scored terms, ready to be looked up: `single` those of one word, `places` a number for each word of a pair.

    `pairs` has the pairs in order, as one number each (`_pair`), and `pair_scores` their scores.
    """

    single: Mapping[str, float]
    places: Mapping[str, int]
    pairs: NDArray[np.int64]
    pair_scores: Floats

    @classmethod
    def of(cls, scores: Mapping[str, float]) -> Terms:
        """The terms of a table of scores."""
        pairs = {
            (first, last): score for term, score in scores.items() for first, _, last in [term.partition(" ")] if last
        }
        places = {word: place for place, word in enumerate(dict.fromkeys(chain.from_iterable(pairs)))}
        keys = np.array([places[first] * len(places) + places[last] for first, last in pairs], np.int64)
        order = np.argsort(keys)
        single = {term: score for term, score in scores.items() if " " not in term}
        return cls(single, places, keys[order], np.array(list(pairs.values()), float)[order])


def vocabulary_columns(batch: Batch, known: Terms) -> list[Floats]:
    """The columns of `NAMES`, each of shape (blocks,), by the learned scores of the `known` terms."""
    return list(_line_scores(batch.numbered, known).T)


def line_scores(lines: Sequence[Sequence[str]], scores: Mapping[str, float]) -> Floats:
    """An array of shape (lines, len(NAMES)) from the words of each line, in lower case."""
    return _line_scores(NumberedWords.of_lines(lines), Terms.of(scores))


def terms(line: Sequence[str]) -> Iterator[str]:
    """The words of a line, and each two side by side."""
    return chain(line, map(" ".join, pairwise(line)))


def _line_scores(words: NumberedWords, known: Terms) -> Floats:
    result = np.zeros((len(words.count), len(NAMES)))
    if not len(words.of):
        return result
    short = np.flatnonzero(words.count[words.line] <= MOST_WORDS)
    of, line = words.of[short], words.line[short]
    own = np.fromiter(map(known.single.get, words.numbers, repeat(np.nan)), float, len(words.numbers))
    scores = own[of]
    found = np.flatnonzero(~np.isnan(scores))
    pair, pair_scores = _pairs(words, of, line, known)
    # The terms of a line stand in order: its words, then its pairs.
    lines, values = np.concatenate([line[found], line[pair]]), np.concatenate([scores[found], pair_scores])
    order = np.argsort(lines, kind="stable")
    lines, values = lines[order], values[order]
    heads = np.flatnonzero(np.diff(lines, prepend=-1))
    at = lines[heads]
    if len(at):
        count = words.count[at]
        first, last = words.start[at], words.start[at] + count - 1
        result[at, 0] = np.bincount(lines, values)[at] / (count + _UNKNOWN)  # added up one by one, in their order
        result[at, 1] = np.minimum.reduceat(values, heads)
        result[at, 2] = np.maximum.reduceat(values, heads)
        result[at, 3] = np.diff(heads, append=len(lines)) / count
        result[at, 4] = np.nan_to_num(own[words.of[first]])
        result[at, 5] = np.nan_to_num(own[words.of[last]])
    return result


def _pairs(words: NumberedWords, of: Ints, line: Ints, known: Terms) -> tuple[Ints, Floats]:
    """The places among `of` at which a known pair of words begins, in one line, and the scores of those pairs."""
    place = np.fromiter(map(known.places.get, words.numbers, repeat(-1)), np.int64, len(words.numbers))[of]
    first, second = place[:-1], place[1:]
    able = np.flatnonzero((first >= 0) & (second >= 0) & (line[:-1] == line[1:]))
    keys = first[able] * len(known.places) + second[able]
    index = np.searchsorted(known.pairs, keys).clip(max=max(len(known.pairs) - 1, 0))
    hit = np.flatnonzero(known.pairs[index] == keys) if len(known.pairs) else np.zeros(0, np.intp)
    return able[hit], known.pair_scores[index[hit]]
