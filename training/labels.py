"""Which blocks of a page are content, found by laying them along the gold text.

A block of four words and more is looked up by its runs of four words and takes the place nearest after the block
before it that no other block has taken, so that a teaser that repeats a paragraph is no content. Shorter blocks are
content where their words stand between the places of the blocks around them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from benchmarks.measures import fold, units

CONTENT, CLUTTER, UNKNOWN = 1, 0, -1

Labels = NDArray[np.int8]

_RUN = 4
_SHINGLE = 3
# Share of a block's runs of three words in the gold from which on it is looked up, and from which on it is content.
_LOOKED_UP, _CONTENT = 0.7, 0.5
# How far into a gap between two placed blocks a short one is searched, in words.
_REACH = 400
# A clutter segment says nothing of a block more than so many times its length.
_MOST_TIMES, _SLACK = 3, 40
_SHORTEST_PART = 25


def align(texts: Sequence[str], gold: str) -> Labels:
    """One label a block: `CONTENT`, `CLUTTER`, or `UNKNOWN` where it has no words."""
    return _Alignment([units(text) for text in texts], units(gold)).labels()


def align_to_any(texts: Sequence[str], golds: Sequence[str]) -> Labels:
    """Labels by the first gold; what only another one calls content is `UNKNOWN`."""
    labels = align(texts, golds[0])
    for gold in golds[1:]:
        other = align(texts, gold)
        labels[(labels != CONTENT) & (other == CONTENT)] = UNKNOWN
    return labels


def by_segments(texts: Sequence[str], must_have: Sequence[str], must_not_have: Sequence[str]) -> Labels:
    """Labels of the blocks that hold a segment, or are a part of one; all others are `UNKNOWN`."""
    folded = [fold(text) for text in texts]
    labels = np.full(len(texts), UNKNOWN, np.int8)
    for segments, label in ((must_not_have, CLUTTER), (must_have, CONTENT)):
        for segment in filter(None, map(fold, segments)):
            for index, text in enumerate(folded):
                is_part = len(text) > _SHORTEST_PART and text in segment
                says_little = label == CLUTTER and len(text) > _MOST_TIMES * len(segment) + _SLACK
                if is_part or (segment in text and not says_little):
                    labels[index] = label
    return labels


class _Alignment:
    def __init__(self, blocks: list[list[str]], gold: list[str]) -> None:
        self._blocks = blocks
        self._gold = gold
        self._places: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for start in range(len(gold) - _RUN + 1):
            self._places[tuple(gold[start : start + _RUN])].append(start)
        self._shingles = set(_runs(gold, _SHINGLE))
        self._taken: set[int] = set()
        self._spans: list[tuple[int, int] | None] = [None] * len(blocks)

    def labels(self) -> Labels:
        found = np.full(len(self._blocks), UNKNOWN, np.int8)
        cursor = 0
        for index, block in enumerate(self._blocks):
            if len(block) >= _RUN:
                found[index] = self._place(index, block, cursor)
                if span := self._spans[index]:
                    cursor = span[1]
        self._place_short(found)
        return found

    def _place(self, index: int, block: list[str], cursor: int) -> int:
        runs = _runs(block, _SHINGLE)
        share = sum(run in self._shingles for run in runs) / len(runs)
        if share < _LOOKED_UP:
            return CONTENT if share >= _CONTENT else CLUTTER
        for offset, run in enumerate(_runs(block, _RUN)):
            if run not in self._places:
                continue
            free = [place for place in self._places[run] if place not in self._taken]
            if not free:
                return CLUTTER  # the same once more
            place = min(free, key=lambda place: (place < cursor, abs(place - cursor)))
            start = place - offset
            self._spans[index] = (start, start + len(block))
            self._taken.update(range(start, start + len(block) - _RUN + 1))
            return CONTENT
        return CLUTTER

    def _place_short(self, labels: Labels) -> None:
        """Labels the short blocks by the gap in the gold that the placed blocks around them leave."""
        placed = [index for index, span in enumerate(self._spans) if span]
        for before, after in pairwise([-1, *placed, len(self._blocks)]):
            start = self._end(before) if before >= 0 else 0
            stop = self._spans[after][0] if after < len(self._blocks) else len(self._gold)  # type: ignore[index]
            for index in range(before + 1, after):
                block = self._blocks[index]
                if not block or len(block) >= _RUN:
                    continue
                place = self._find(block, start, max(stop, start + len(block) + _SHINGLE))
                labels[index] = CLUTTER if place is None else CONTENT
                start = start if place is None else place + len(block)

    def _end(self, index: int) -> int:
        span = self._spans[index]
        assert span is not None
        return span[1]

    def _find(self, block: list[str], start: int, stop: int) -> int | None:
        last = min(stop, start + _REACH, len(self._gold)) - len(block)
        return next((at for at in range(max(start, 0), last + 1) if self._gold[at : at + len(block)] == block), None)


def _runs(words: list[str], length: int) -> list[tuple[str, ...]]:
    return list(zip(*(words[offset:] for offset in range(length)), strict=False))
