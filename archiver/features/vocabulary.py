"""What the words of a short line tell of it, by scores learned from data: "read" and "share", or "read more".

A score is the smoothed log-odds that a line with that word, or with those two words side by side, is content. Where no
word is known, as in a language that the model has not seen, all columns are zero. Long lines are not looked at: their
words are those of the language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, pairwise

import numpy as np

from archiver.features.batch import Batch, Floats

NAMES = ("words_mean", "words_least", "words_most", "words_known", "words_first", "words_last")

# A line of more words is prose.
MOST_WORDS = 30
# So many unknown words are added to every line: one word with a high score does not decide for itself.
_UNKNOWN = 2
_NOTHING = (0.0,) * len(NAMES)


def vocabulary_columns(batch: Batch, scores: Mapping[str, float]) -> list[Floats]:
    """The columns of `NAMES`, each of shape (blocks,). `scores` holds the learned score of each term."""
    return list(line_scores(batch.tokens, scores).T)


def line_scores(lines: Sequence[Sequence[str]], scores: Mapping[str, float]) -> Floats:
    """An array of shape (lines, len(NAMES)) from the words of each line, in lower case."""
    rows = [_row(line, scores) if 0 < len(line) <= MOST_WORDS else _NOTHING for line in lines]
    return np.array(rows, float).reshape(len(rows), len(NAMES))


def _row(line: Sequence[str], scores: Mapping[str, float]) -> tuple[float, ...]:
    known = [score for score in map(scores.get, terms(line)) if score is not None]
    if not known:
        return _NOTHING
    words = len(line)
    first, last = scores.get(line[0], 0.0), scores.get(line[-1], 0.0)
    return sum(known) / (words + _UNKNOWN), min(known), max(known), len(known) / words, first, last


def terms(line: Sequence[str]) -> Iterator[str]:
    """The words of a line, and each two side by side."""
    return chain(line, map(" ".join, pairwise(line)))
