"""Where a block stands in the page as a tree: its containers, the element that holds the article, its look-alikes.

The seed of an article is the element with the most prose directly below it, as in readability (words of prose, passed
whole to the parent and by half to the grandparent); a page may show several articles, so the first element with a fair
share of the largest one's prose is a second seed.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from archiver.features.batch import Batch, Floats, Ints, Tree, logged, running

TAGS = ("article", "main", "nav", "header", "footer", "aside", "form", "button", "ul", "table", "figure", "section")
OWN_TAGS = (
    "p",
    "div",
    "li",
    "span",
    "td",
    "a",
    "h1",
    "h2",
    "h3",
    "h4",
    "figcaption",
    "section",
    "article",
    "blockquote",
)
LEVELS = (0, 1, 2, 3)

NAMES = (
    *("inside_seed", "climb", "descent", "inside_first", "climb_first", "descent_first", "depth"),
    *("after_seed", "after_first", "seeds_apart"),
    *(
        f"{name}_{level}"
        for level in LEVELS
        for name in ("share", "links", "blocks", "mean_words", "prose_share", "prose_mass")
    ),
    *("peers", "peers_words", "peers_links", "sibling_rank", "sibling_share", "siblings"),
    *(f"in_{tag}" for tag in TAGS),
    *(f"is_{tag}" for tag in OWN_TAGS),
)

# The first element with this share of the largest one's prose is where an article begins.
_FIRST_SEED_SHARE = 0.35
# From here on blocks, words of prose, and siblings that look alike are many.
_MANY_BLOCKS, _MANY_WORDS, _MANY = 150, 3_000, 20
# Class words of different elements that are remembered.
_REMEMBERED = 1 << 14
# An element with so many words of prose may be an article of its own.
_ARTICLE_WORDS = 30


def structure_columns(batch: Batch) -> list[Floats]:
    """The columns of `NAMES`, each of shape (blocks,)."""
    if not batch.blocks:
        return [np.zeros(0) for _ in NAMES]
    tree = batch.tree
    return [
        *_seed_columns(batch, tree),
        *_container_columns(batch, tree),
        *_peer_columns(batch, tree),
        *_sibling_columns(batch, tree),
        *_around_columns(tree),
        *_own_tag_columns(tree),
    ]


def _seed_columns(batch: Batch, tree: Tree) -> list[Floats]:
    parent = tree.parent[tree.of_block]
    halves = np.concatenate([batch.prose, batch.prose / 2])
    elements = np.concatenate([parent, tree.parent[parent]])
    mass = np.zeros(len(tree.parent))
    mass += np.bincount(elements, halves, len(mass))
    largest, first = _seeds(batch, tree, mass)
    depth = tree.depth[tree.of_block].astype(float)
    climb, meeting = _climb(batch, tree, largest)
    climb_first, meeting_first = _climb(batch, tree, first)
    index = np.arange(len(batch.blocks))
    return [
        (climb == 0).astype(float),
        climb,
        np.maximum(depth - meeting, 0),
        (climb_first == 0).astype(float),
        climb_first,
        np.maximum(depth - meeting_first, 0),
        depth,
        (index >= tree.last[largest][batch.page]).astype(float),
        (index >= tree.last[first][batch.page]).astype(float),
        (largest != first).astype(float)[batch.page],
    ]


def _seeds(batch: Batch, tree: Tree, mass: Floats) -> tuple[Ints, Ints]:
    """Of each document the element with the most prose, and the first with a fair share of that."""
    largest, first = [], []
    page_of = batch.page[np.minimum(tree.first, len(batch.blocks) - 1)]
    bounds = np.searchsorted(page_of, np.arange(len(batch.documents) + 1))
    for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        if start == stop:  # a document without blocks
            largest.append(0)
            first.append(0)
            continue
        own = mass[start:stop]
        top = int(own.argmax())
        candidates = np.flatnonzero(own >= _FIRST_SEED_SHARE * own[top])
        largest.append(start + top)
        first.append(start + int(candidates[tree.first[start:stop][candidates].argmin()]))
    return np.array(largest, np.intp), np.array(first, np.intp)


def _climb(batch: Batch, tree: Tree, seeds: Ints) -> tuple[Floats, Floats]:
    """How many steps up from its document's seed each block is met, and the depth of the element where it is."""
    climb = np.full(len(batch.blocks), -1.0)
    meeting = np.zeros(len(batch.blocks))
    for (start, stop), seed in zip(batch.bounds, seeds.tolist(), strict=True):
        element, steps = seed, 0
        while start < stop:
            inside = climb[tree.first[element] : tree.last[element]]
            meeting[tree.first[element] : tree.last[element]][inside < 0] = tree.depth[element]
            inside[inside < 0] = steps
            if int(tree.parent[element]) == element:
                break
            element, steps = int(tree.parent[element]), steps + 1
    return climb, meeting


def _container_columns(batch: Batch, tree: Tree) -> list[Floats]:
    """Totals of the block's element and of those around it."""
    columns: list[Floats] = []
    words, chars, links, prose = map(running, (batch.words, batch.chars, batch.links, batch.prose))
    page_words = np.maximum(batch.total(batch.words), 1)
    place = tree.of_block
    for _ in LEVELS:
        first, last = tree.first[place], tree.last[place]
        count = np.maximum(last - first, 1)
        total = words[last] - words[first]
        mass = prose[last] - prose[first]
        columns += [
            total / page_words,
            (links[last] - links[first]) / np.maximum(chars[last] - chars[first], 1),
            logged(count, _MANY_BLOCKS),
            np.log1p(total / count),
            mass / np.maximum(total, 1),
            logged(mass, _MANY_WORDS),
        ]
        place = tree.parent[place]
    return columns


def _peer_columns(batch: Batch, tree: Tree) -> list[Floats]:
    """Blocks of the page in elements that look alike, parents included: how many, how long, how linked."""
    group = _groups(_signatures(batch, tree)[tree.of_block])
    counts = np.bincount(group)
    words = np.bincount(group, batch.log_words) / np.maximum(counts, 1)
    density = np.bincount(group, batch.density) / np.maximum(counts, 1)
    return [logged(counts[group], _MANY_BLOCKS), words[group], density[group]]


def _groups(values: Ints) -> Ints:
    """A number for each place, the same for places of the same value."""
    order = np.argsort(values, kind="stable")
    group = np.empty_like(order)
    group[order] = np.cumsum(np.diff(values[order], prepend=values[order[0]]) != 0)
    return group


def _signatures(batch: Batch, tree: Tree) -> Ints:
    """A number for each element, the same for elements of one page with the same tag and classes and such parents."""
    kinds = len(tree.kinds)
    makes: dict[tuple[str, tuple[str, ...]], int] = {}
    of_kind = np.array([makes.setdefault((tag, _without_numbers(tokens)), len(makes)) for tag, tokens in tree.kinds])
    make: Ints = of_kind[tree.kind]
    page = batch.page[np.minimum(tree.first, len(batch.blocks) - 1)]
    signatures: Ints = (page * kinds + make) * kinds + make[tree.parent]
    return signatures


@lru_cache(_REMEMBERED)
def _without_numbers(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Class and id words but for those with digits: ``post-123`` is made like ``post-124``."""
    return tuple(filter(str.isalpha, tokens))


def _sibling_columns(batch: Batch, tree: Tree) -> list[Floats]:
    """Whether a block stands in the second or later of several articles that look alike, and how large that one is.

    Of all elements around the block the one with most such siblings before it counts.
    """
    prose = running(batch.prose)
    mass = prose[tree.last] - prose[tree.first]
    heavy = np.flatnonzero((mass >= _ARTICLE_WORDS) & (tree.parent != np.arange(len(mass))))
    order = heavy[np.lexsort((tree.first[heavy], tree.kind[heavy], tree.parent[heavy]))]
    rank, share, siblings = np.zeros(len(mass)), np.ones(len(mass)), np.zeros(len(mass))
    if len(order):
        new = np.ones(len(order), bool)
        new[1:] = (np.diff(tree.parent[order]) != 0) | (np.diff(tree.kind[order]) != 0)
        group = np.cumsum(new) - 1
        heads = np.flatnonzero(new)
        rank[order] = np.arange(len(order)) - heads[group]
        share[order] = mass[order] / mass[order[heads]][group]
        siblings[order] = np.bincount(group)[group] - 1
    best = tree.inherit(rank, np.maximum)
    # The share that belongs to the highest rank: of those around with a lower one nothing is wanted.
    for level in tree.levels[1:]:
        from_above = best[level] > rank[level]
        share[level] = np.where(from_above, share[tree.parent[level]], share[level])
    siblings = tree.inherit(siblings, np.maximum)
    place = tree.of_block
    return [logged(best[place], _MANY), logged(share[place], _MANY), logged(siblings[place], _MANY)]


def _tag_numbers(tree: Tree, tags: Sequence[str]) -> Ints:
    """The place of each element's tag among `tags`, -1 for other tags."""
    places = {tag: place for place, tag in enumerate(tags)}
    return np.array([places.get(tag, -1) for tag, _ in tree.kinds], np.intp)[tree.kind]


def _around_columns(tree: Tree) -> list[Floats]:
    """Whether an element of each of `TAGS` is around the block."""
    number, count = _tag_numbers(tree, TAGS), len(tree.of_block) + 1
    columns: list[Floats] = []
    for place in range(len(TAGS)):
        wanted = np.flatnonzero(number == place)
        begun, ended = (np.bincount(edge[wanted], minlength=count) for edge in (tree.first, tree.last))
        columns.append((np.cumsum(begun - ended)[:-1] > 0).astype(float))
    return columns


def _own_tag_columns(tree: Tree) -> list[Floats]:
    number = _tag_numbers(tree, OWN_TAGS)[tree.of_block]
    return [(number == place).astype(float) for place in range(len(OWN_TAGS))]
