"""Scores of class words: how likely a block below an element with that word, or that tag, is content."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from archiver.features.batch import Tree
from training.labels import CONTENT, UNKNOWN, Labels
from training.votes import Poll, poll, seen

# Weight (the sum of the roots of blocks' words) from which on a domain has a whole vote.
_WHOLE_VOTE = 40.0
_LEAST_DOMAINS = 4
# Share of content over all blocks.
_BASE = 0.35


def poll_class_words(pages: Iterable[tuple[str, Tree, Labels, NDArray[np.float32]]]) -> Poll:
    """The votes of pages on class words and ``<tag>``; each page is its domain, tree, blocks' labels and words."""
    weights = seen()
    for domain, tree, labels, words in pages:
        _weigh(tree, labels, words, weights[domain])
    return poll(weights, _BASE, _LEAST_DOMAINS, _WHOLE_VOTE)


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
