"""What the class and id words around a block tell of it.

Two tables: the words of `class_words.toml`, written by hand, and the scores learned from data, which come with the
weights (the smoothed log-odds that a block below an element with that word is content).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache, lru_cache
from pathlib import Path

import numpy as np

from archiver.features.batch import Floats, Tree

NAMES = (
    *("content_own", "clutter_own", "content_up", "clutter_up", "clutter_worst"),
    *("class_own", "class_parent", "class_grandparent", "class_least", "class_most", "class_sum"),
)

# Elements of different names that are remembered.
_REMEMBERED = 1 << 14


def class_columns(tree: Tree, scores: Mapping[str, float]) -> list[Floats]:
    """The columns of `NAMES`, each of shape (blocks,). `scores` holds the learned score of each class word or tag."""
    if not tree.kinds:
        return [np.zeros(0) for _ in NAMES]
    hits = np.array([_hits(tag, tokens) for tag, tokens in tree.kinds], float)[tree.kind]
    up = tree.inherit(hits, np.add)
    worst = tree.inherit(hits[:, 1].copy(), np.maximum)
    learned = np.array([class_score(tag, tokens, scores) for tag, tokens in tree.kinds], float)[tree.kind]
    place, parent = tree.of_block, tree.parent[tree.of_block]
    return [
        hits[place, 0],
        hits[place, 1],
        np.log1p(up[place, 0]),
        np.log1p(up[place, 1]),
        worst[place],
        learned[place],
        learned[parent],
        learned[tree.parent[parent]],
        tree.inherit(learned, np.minimum)[place],
        tree.inherit(learned, np.maximum)[place],
        tree.inherit(learned, np.add)[place],
    ]


def class_score(tag: str, tokens: tuple[str, ...], scores: Mapping[str, float]) -> float:
    """The learned score of an element: the mean of its words' scores that are known, its tag's where none is."""
    known = [score for score in map(scores.get, tokens) if score is not None]
    return sum(known) / len(known) if known else scores.get(f"<{tag}>", 0.0)


@cache
def _class_words() -> tuple[frozenset[str], frozenset[str]]:
    tables = tomllib.loads((Path(__file__).parent / "class_words.toml").read_text(encoding="utf-8"))
    return frozenset(tables["content"]), frozenset(tables["clutter"])


@lru_cache(_REMEMBERED)
def _hits(tag: str, tokens: tuple[str, ...]) -> tuple[int, int]:
    """How many words of the class attribute speak for content, and how many for clutter."""
    content, clutter = _class_words()
    names = {tag, *tokens}
    return len(content & names), len(clutter & names)
