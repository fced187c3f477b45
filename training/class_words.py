"""Scores of class words: the smoothed log-odds that a block below an element with that word is content.

Each domain has one vote a word at most, divided by the share of content among the words that stand below it, so that
a large site counts no more than a small one. A word of few domains has no score. The scores of a page are taken
without its own domain: what a model learns to make of them is how far they carry to sites it has not seen.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from archiver.features.batch import Tree
from training.labels import CONTENT, UNKNOWN, Labels

# Weight (the sum of the roots of blocks' words) from which on a domain has a whole vote.
_WHOLE_VOTE = 40.0
_LEAST_DOMAINS = 4
# Share of content over all blocks: the score is zero there.
_BASE = 0.35
_LIMIT = 4.0


class Votes(NamedTuple):
    """How much was voted for content and for clutter, and by how many domains."""

    content: float
    clutter: float
    domains: int


@dataclass(frozen=True)
class ClassWords:
    """The votes of all domains together, and those of each."""

    total: Mapping[str, Votes]
    by_domain: Mapping[str, Mapping[str, Votes]]

    def scores(self, without: str = "") -> dict[str, float]:
        """The score of each class word, and of each tag as ``<tag>``, leaving one domain out."""
        own = self.by_domain.get(without, {})
        found = {}
        for word, votes in self.total.items():
            if word in own:
                votes = Votes(*(whole - part for whole, part in zip(votes, own[word], strict=True)))
            if votes.domains >= _LEAST_DOMAINS:
                found[word] = _log_odds(votes)
        return found


def count(pages: Iterable[tuple[str, Tree, Labels, NDArray[np.float32]]]) -> ClassWords:
    """The votes of pages, each given as its domain, its tree, and its blocks' labels and words."""
    weights: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(lambda: [0.0, 0.0]))
    for domain, tree, labels, words in pages:
        _weigh(tree, labels, words, weights[domain])
    by_domain = {domain: {word: _vote(*pair) for word, pair in found.items()} for domain, found in weights.items()}
    total: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0])
    for found in by_domain.values():
        for word, votes in found.items():
            total[word] = [whole + part for whole, part in zip(total[word], votes, strict=True)]
    common = {word: Votes(sums[0], sums[1], int(sums[2])) for word, sums in total.items() if sums[2] >= _LEAST_DOMAINS}
    kept = {
        domain: {word: vote for word, vote in found.items() if word in common} for domain, found in by_domain.items()
    }
    return ClassWords(dict(sorted(common.items())), kept)


def _weigh(tree: Tree, labels: Labels, words: NDArray[np.float32], into: dict[str, list[float]]) -> None:
    by_element: dict[int, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for element, label, size in zip(tree.of_block.tolist(), labels.tolist(), words.tolist(), strict=True):
        if label != UNKNOWN:
            by_element[element][0 if label == CONTENT else 1] += math.sqrt(size)
    for element, (content, clutter) in by_element.items():
        for word in _words_around(tree, element):
            into[word][0] += content
            into[word][1] += clutter


def _words_around(tree: Tree, element: int) -> set[str]:
    found: set[str] = set()
    while True:
        tag, tokens = tree.kinds[tree.kind[element]]
        found.update(tokens, (f"<{tag}>",))
        if tree.parent[element] == element:
            return found
        element = int(tree.parent[element])


def _vote(content: float, clutter: float) -> Votes:
    weight = content + clutter
    if weight <= 0:
        return Votes(0.0, 0.0, 0)
    share = min(1.0, weight / _WHOLE_VOTE) / weight
    return Votes(content * share, clutter * share, 1)


def _log_odds(votes: Votes) -> float:
    odds = (max(votes.content, 0) + _BASE) / (max(votes.clutter, 0) + 1 - _BASE) * (1 - _BASE) / _BASE
    return max(-_LIMIT, min(_LIMIT, math.log(odds)))
