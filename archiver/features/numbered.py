"""The words of many lines as numbers: what is asked of every word, NumPy then does for all of them at once.

In come the words of each line; out come flat arrays of all words, one line after the other. A set of words is looked up
once for each different word, not for each time that one stands there.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.intp]
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class NumberedWords:
    """`numbers` gives each different word its number, `of` the number of each word, `line` the line it stands in.

    `start` and `count`, of shape (lines,), bound the words of each line.
    """

    numbers: dict[str, int]
    of: Ints
    line: Ints
    start: Ints
    count: Ints

    @classmethod
    def of_lines(cls, lines: Sequence[Sequence[str]]) -> NumberedWords:
        count = np.fromiter(map(len, lines), np.intp, len(lines))
        ends = np.cumsum(count)
        numbers: defaultdict[str, int] = defaultdict()
        numbers.default_factory = numbers.__len__
        of = np.fromiter(map(numbers.__getitem__, chain.from_iterable(lines)), np.intp, int(count.sum()))
        return cls(dict(numbers), of, np.repeat(np.arange(len(lines)), count), ends - count, count)

    def flagged(self, words: Iterable[str]) -> Bools:
        """Of each number whether its word is one of `words`."""
        flags = np.zeros(len(self.numbers), bool)
        flags[[number for number in map(self.numbers.get, words) if number is not None]] = True
        return flags

    def words_of(self, first: int, last: int) -> slice:
        """Where the words of the lines from `first` to before `last` stand."""
        if first >= last:
            return slice(0, 0)
        return slice(int(self.start[first]), int(self.start[last - 1] + self.count[last - 1]))
