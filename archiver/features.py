"""Blocks in their context become named numbers: what a scorer judges by, for pages and texts alike.

In comes a `Document`, out comes an array of shape (blocks, len(FEATURES)). Structure that plain text does not
have is zero there. Nothing depends on a language: words are counted, not read.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from archiver.document import Block, Document, Element, Label
from archiver.words import count_words

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.intp]

# A block is prose when it has this many words and less than half of it is links.
PROSE_WORDS = 12
PROSE_LINK_DENSITY = 0.5
# The first container with this share of the largest one's prose is where an article begins.
FIRST_SEED_SHARE = 0.35

_KINDS = (Label.HEADING, Label.LIST_ITEM, Label.QUOTE, Label.CODE, Label.TABLE, Label.CAPTION)
_TAGS = ("article", "main", "nav", "header", "footer", "aside", "form", "button", "ul", "p")
_SENTENCE_END = re.compile(r"[.!?…。！？؟।]['\"”’»)\]]*$")
_COMMAS = re.compile(r"[,;:،、，；：]")

_TEXT = ("log_words", "link_density", "ends_sentence", "commas", "digits", "capitals", "in_link", "inline_bold")
_NEIGHBOURS = ("words_-2", "words_-1", "words_+1", "words_+2", "links_-1", "links_+1", "window_words", "window_links")
_PLACE = (
    "position",
    "prose_before",
    "prose_after",
    "since_prose",
    "until_prose",
    "short_run",
    "page_words",
    "page_links",
)
_SEED = ("inside_seed", "climb", "descent", "inside_first", "climb_first", "depth")
_CONTAINER = tuple(
    f"{name}_{level}" for level in (0, 1, 2) for name in ("share", "links", "blocks", "mean_words", "prose_share")
)
_CLASSES = ("content_own", "clutter_own", "content_up", "clutter_up", "clutter_worst")
_PEERS = ("peers", "peers_words", "peers_links")

FEATURES: tuple[str, ...] = (
    *_TEXT,
    *(f"kind_{kind.value}" for kind in _KINDS),
    *_NEIGHBOURS,
    *_PLACE,
    *_SEED,
    *_CONTAINER,
    *_CLASSES,
    *(f"in_{tag}" for tag in _TAGS),
    *_PEERS,
)


def features(document: Document) -> Floats:
    """The features of every block, one row each, in the order of `FEATURES`."""
    blocks = document.blocks
    if not blocks:
        return np.zeros((0, len(FEATURES)))
    sizes = _sizes(blocks)
    columns = [
        *_text_columns(blocks, sizes),
        *_kind_columns(blocks),
        *_neighbour_columns(sizes),
        *_place_columns(sizes),
    ]
    width = len(FEATURES)
    matrix = np.zeros((len(blocks), width))
    matrix[:, : len(columns)] = np.column_stack(columns)
    if document.is_html:
        tree = _tree(blocks)
        matrix[:, len(columns) :] = np.column_stack(_structure_columns(tree, sizes))
    return matrix


@dataclass(frozen=True, slots=True)
class _Sizes:
    """Of each block: its words, its characters, and how many of them are links."""

    words: Floats
    chars: Floats
    links: Floats

    @property
    def density(self) -> Floats:
        return self.links / np.maximum(self.chars, 1)

    @property
    def prose(self) -> Floats:
        """The words of blocks that are prose, zero for the others."""
        return np.where((self.words >= PROSE_WORDS) & (self.density < PROSE_LINK_DENSITY), self.words, 0.0)


def _sizes(blocks: list[Block]) -> _Sizes:
    words = np.array([count_words(block.text) for block in blocks], float)
    chars = np.array([len(block.text) for block in blocks], float)
    return _Sizes(words, chars, np.array([block.link_chars for block in blocks], float))


def _text_columns(blocks: list[Block], sizes: _Sizes) -> list[Floats]:
    texts = [block.text for block in blocks]
    chars = np.maximum(sizes.chars, 1)
    return [
        np.log1p(sizes.words),
        sizes.density,
        np.array([_SENTENCE_END.search(text) is not None for text in texts], float),
        np.array([len(_COMMAS.findall(text)) for text in texts], float) / np.maximum(sizes.words, 1),
        np.array([sum(map(str.isdigit, text)) if len(text) < 200 else 0 for text in texts], float) / chars,
        np.array([_capitals(text) for text in texts]),
        np.array(["a" in block.inline for block in blocks], float),
        np.array(["strong" in block.inline or "b" in block.inline for block in blocks], float),
    ]


def _capitals(text: str) -> float:
    """The share of words that begin with a capital, for short blocks, where it tells a title from a sentence."""
    if len(text) > 200:
        return 0.0
    words = text.split()
    return sum(word[0].isupper() for word in words) / max(len(words), 1)


def _kind_columns(blocks: list[Block]) -> list[Floats]:
    return [np.array([block.kind is kind for block in blocks], float) for kind in _KINDS]


def _neighbour_columns(sizes: _Sizes) -> list[Floats]:
    log_words = np.log1p(sizes.words)
    return [
        *(_shifted(log_words, offset) for offset in (-2, -1, 1, 2)),
        *(_shifted(sizes.density, offset) for offset in (-1, 1)),
        _windowed(log_words, 5),
        _windowed(sizes.density, 5),
    ]


def _shifted(values: Floats, offset: int) -> Floats:
    """The value of the block `offset` places on; zero beyond the ends."""
    result = np.zeros_like(values)
    if offset > 0:
        result[:-offset] = values[offset:]
    else:
        result[-offset:] = values[:offset]
    return result


def _windowed(values: Floats, reach: int) -> Floats:
    """The mean over the `reach` blocks before, the block, and the `reach` blocks after."""
    sums = np.concatenate([[0.0], np.cumsum(values)])
    index = np.arange(len(values))
    start, end = np.maximum(index - reach, 0), np.minimum(index + reach + 1, len(values))
    means: Floats = (sums[end] - sums[start]) / (end - start)
    return means


def _place_columns(sizes: _Sizes) -> list[Floats]:
    count = len(sizes.words)
    prose = sizes.prose
    total = max(prose.sum(), 1.0)
    before = (np.cumsum(prose) - prose) / total
    index = np.arange(count)
    is_prose = prose > 0
    last = np.maximum.accumulate(np.where(is_prose, index, -1))
    following = np.minimum.accumulate(np.where(is_prose, index, count)[::-1])[::-1]
    run = np.where(is_prose, 0, following - last - 1)
    page_words = np.log1p(sizes.words.sum())
    page_links = sizes.links.sum() / max(sizes.chars.sum(), 1)
    return [
        index / max(count - 1, 1),
        before,
        1 - before - prose / total,
        np.log1p(index - last),
        np.log1p(following - index),
        np.log1p(run),
        np.full(count, page_words),
        np.full(count, page_links),
    ]


@dataclass(frozen=True, slots=True)
class _Tree:
    """The elements that hold blocks, parents first, as arrays; `of_block` is the element of each block."""

    elements: list[Element]
    parent: Ints
    first: Ints
    last: Ints
    depth: Ints
    of_block: Ints


def _tree(blocks: list[Block]) -> _Tree:
    seen: dict[int, Element] = {}
    for block in blocks:
        element = block.element
        while element is not None and id(element) not in seen:
            seen[id(element)] = element
            element = element.parent
    elements = sorted(seen.values(), key=lambda element: element.depth)
    place = {id(element): index for index, element in enumerate(elements)}
    return _Tree(
        elements,
        np.array([place[id(element.parent)] if element.parent else 0 for element in elements], np.intp),
        np.array([element.first for element in elements], np.intp),
        np.array([len(blocks) if element.last < 0 else element.last for element in elements], np.intp),
        np.array([element.depth for element in elements], np.intp),
        np.array([place[id(block.element)] for block in blocks], np.intp),
    )


def _structure_columns(tree: _Tree, sizes: _Sizes) -> list[Floats]:
    return [
        *_seed_columns(tree, sizes),
        *_container_columns(tree, sizes),
        *_class_columns(tree),
        *_tag_columns(tree),
        *_peer_columns(tree, sizes),
    ]


def _seed_columns(tree: _Tree, sizes: _Sizes) -> list[Floats]:
    """Where a block stands to the element that holds the page's prose, and to the first that holds much of it."""
    mass = np.zeros(len(tree.elements))
    parent = tree.parent[tree.of_block]
    np.add.at(mass, parent, sizes.prose)
    np.add.at(mass, tree.parent[parent], sizes.prose / 2)
    largest = int(mass.argmax())
    candidates = np.flatnonzero(mass >= FIRST_SEED_SHARE * mass[largest])
    first = int(candidates[tree.first[candidates].argmin()])
    depth = tree.depth[tree.of_block].astype(float)
    climb, meeting = _climb(tree, largest)
    climb_first, _ = _climb(tree, first)
    return [
        (climb == 0).astype(float),
        climb,
        np.maximum(depth - meeting, 0),
        (climb_first == 0).astype(float),
        climb_first,
        depth,
    ]


def _climb(tree: _Tree, seed: int) -> tuple[Floats, Floats]:
    """How many steps up from `seed` each block is met, and the depth of the element where it is."""
    climb = np.full(len(tree.of_block), -1.0)
    meeting = np.zeros(len(tree.of_block))
    element, steps = seed, 0
    while True:
        inside = climb[tree.first[element] : tree.last[element]]
        meeting[tree.first[element] : tree.last[element]][inside < 0] = tree.depth[element]
        inside[inside < 0] = steps
        if element == 0:
            return climb, meeting
        element, steps = int(tree.parent[element]), steps + 1


def _container_columns(tree: _Tree, sizes: _Sizes) -> list[Floats]:
    """Totals of the block's element and of the two around it."""
    columns: list[Floats] = []
    words, chars, links, prose = (_sums(values) for values in (sizes.words, sizes.chars, sizes.links, sizes.prose))
    place = tree.of_block
    for _ in range(3):
        first, last = tree.first[place], tree.last[place]
        count = np.maximum(last - first, 1)
        total = words[last] - words[first]
        columns += [
            total / max(words[-1], 1),
            (links[last] - links[first]) / np.maximum(chars[last] - chars[first], 1),
            np.log1p(count),
            np.log1p(total / count),
            (prose[last] - prose[first]) / np.maximum(total, 1),
        ]
        place = tree.parent[place]
    return columns


def _sums(values: Floats) -> Floats:
    return np.concatenate([[0.0], np.cumsum(values)])


def _class_columns(tree: _Tree) -> list[Floats]:
    """How many words of the class attributes speak for content or for clutter: own, all above, the worst."""
    own = np.array([_class_score(element.tag, element.tokens) for element in tree.elements], float)
    up = own.copy()
    worst = own[:, 1].copy()
    for index in range(1, len(up)):
        parent = tree.parent[index]
        up[index] += up[parent]
        worst[index] = max(worst[index], worst[parent])
    place = tree.of_block
    return [own[place, 0], own[place, 1], np.log1p(up[place, 0]), np.log1p(up[place, 1]), worst[place]]


@cache
def _class_words() -> tuple[frozenset[str], frozenset[str]]:
    tables = tomllib.loads((Path(__file__).parent / "class_words.toml").read_text(encoding="utf-8"))
    return frozenset(tables["content"]), frozenset(tables["clutter"])


def _class_score(tag: str, tokens: tuple[str, ...]) -> tuple[int, int]:
    content, clutter = _class_words()
    names = {tag, *tokens}
    return len(names & content), len(names & clutter)


def _tag_columns(tree: _Tree) -> list[Floats]:
    """Whether an element of each of `_TAGS` is around the block."""
    columns = []
    for tag in _TAGS:
        edges = np.zeros(len(tree.of_block) + 1)
        for index, element in enumerate(tree.elements):
            if element.tag == tag:
                edges[tree.first[index]] += 1
                edges[tree.last[index]] -= 1
        columns.append((np.cumsum(edges)[:-1] > 0).astype(float))
    return columns


def _peer_columns(tree: _Tree, sizes: _Sizes) -> list[Floats]:
    """Blocks in elements of the same tag and classes, in parents of the same: how many, how long, how linked."""
    signatures: dict[Any, int] = {}
    of_element = [signatures.setdefault(_signature(element), len(signatures)) for element in tree.elements]
    group = np.array(of_element, np.intp)[tree.of_block]
    counts = np.bincount(group)
    words = np.bincount(group, np.log1p(sizes.words)) / np.maximum(counts, 1)
    density = np.bincount(group, sizes.density) / np.maximum(counts, 1)
    return [np.log1p(counts[group]), words[group], density[group]]


def _signature(element: Element) -> tuple[Any, ...]:
    parent = element.parent
    return (element.tag, element.tokens, parent.tag, parent.tokens) if parent else (element.tag,)
