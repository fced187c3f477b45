"""The documents of a batch as flat arrays: what all features are computed from, for many pages in one NumPy call.

Blocks and elements of all documents stand one after the other. A subtree is a contiguous range of blocks, so the
sum over any element is the difference of two running sums.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain, pairwise
from operator import attrgetter
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from archiver.document import Block, Document, Element
from archiver.features.numbered import NumberedWords
from archiver.words import block_words, words

Floats: TypeAlias = NDArray[np.float64]
Ints: TypeAlias = NDArray[np.intp]
Bools: TypeAlias = NDArray[np.bool_]

# A block is prose when it has this many words and less than half of it is links.
PROSE_WORDS = 12
PROSE_LINK_DENSITY = 0.5


@dataclass(frozen=True, slots=True)
class Tree:
    """The elements that hold blocks, parents before children, as arrays of shape (elements,).

    `parent` is the element's own index at the top of a page. `first` and `last` bound its blocks. `kind` numbers
    the distinct (tag, tokens) pairs, which stand in `kinds`. `levels` lists the elements of each depth. `of_block`,
    of shape (blocks,), is the element that each block stands in.
    """

    parent: Ints
    first: Ints
    last: Ints
    depth: Ints
    kind: Ints
    kinds: list[tuple[str, tuple[str, ...]]]
    levels: list[Ints]
    of_block: Ints

    def inherit(self, own: Floats, combine: np.ufunc) -> Floats:
        """Each element's value combined with those of all elements around it."""
        values = own.copy()
        for level in self.levels[1:]:
            values[level] = combine(values[level], values[self.parent[level]])
        return values


@dataclass(frozen=True)
class Batch:
    """Blocks of several documents: `page` is the document of each, `start` and `stop` bound its blocks.

    `tokens` are the words of each block in lower case, read once for all features.
    """

    documents: Sequence[Document]
    blocks: list[Block]
    tokens: list[list[str]]
    page: Ints
    start: Ints
    stop: Ints
    words: Floats
    chars: Floats
    links: Floats
    tree: Tree = field(repr=False)

    @cached_property
    def bounds(self) -> list[tuple[int, int]]:
        """The first block of each document, and the one after its last."""
        sizes = [len(document.blocks) for document in self.documents]
        return list(pairwise(np.concatenate([[0], np.cumsum(sizes)]).astype(int).tolist()))

    @cached_property
    def numbered(self) -> NumberedWords:
        """The words of all blocks as numbers."""
        return NumberedWords.of_lines(self.tokens)

    @cached_property
    def density(self) -> Floats:
        """The share of a block that is link text."""
        return self.links / np.maximum(self.chars, 1)

    @cached_property
    def levels(self) -> Floats:
        """The level of each heading, zero for other blocks."""
        return read_each(self.blocks, "level")

    @cached_property
    def log_words(self) -> Floats:
        return np.log1p(self.words)

    @cached_property
    def prose(self) -> Floats:
        """The words of blocks that are prose, zero for the others."""
        return np.where((self.words >= PROSE_WORDS) & (self.density < PROSE_LINK_DENSITY), self.words, 0.0)

    def total(self, values: Floats) -> Floats:
        """For each block the sum of `values` over its document."""
        sums = running(values)
        return sums[self.stop] - sums[self.start]

    def before(self, values: Floats) -> Floats:
        """For each block the sum of `values` over the blocks before it in its document."""
        sums = running(values)
        return sums[:-1] - sums[self.start]

    def shifted(self, values: Floats, offset: int) -> Floats:
        """The value of the block `offset` places on; zero beyond the ends of the document."""
        index = np.arange(len(values)) + offset
        inside = (index >= self.start) & (index < self.stop)
        return np.where(inside, values.take(np.where(inside, index, 0)), 0.0)

    def windowed(self, values: Floats, reach: int) -> Floats:
        """The mean over the `reach` blocks before, the block, and the `reach` blocks after."""
        sums = running(values)
        index = np.arange(len(values))
        first, last = np.maximum(index - reach, self.start), np.minimum(index + reach + 1, self.stop)
        means: Floats = (sums[last] - sums[first]) / (last - first)
        return means

    def since(self, marked: Bools) -> Floats:
        """How many blocks back the last marked one is, the block itself not counted; from the start where none is."""
        index = np.arange(len(marked))
        last = np.maximum.accumulate(np.where(marked, index, -1))
        earlier = np.concatenate([[-1], last[:-1]]) if len(last) else last
        gap: Floats = (index - np.maximum(earlier, self.start - 1)).astype(float)
        return gap

    def until(self, marked: Bools) -> Floats:
        """How many blocks on the next marked one is, the block itself not counted; to the end where none is."""
        count = len(marked)
        index = np.arange(count)
        following = np.minimum.accumulate(np.where(marked, index, count)[::-1])[::-1]
        later = np.concatenate([following[1:], [count]]) if count else following
        gap: Floats = (np.minimum(later, self.stop) - index).astype(float)
        return gap


def logged(values: NDArray[Any], most: float) -> Floats:
    """``log(1 + value)`` of counts, of which those above `most` are all alike.

    A long document has counts that no page of the development data has, and what a network makes of those is nothing it
    has learned: the later parts of a long article looked as if it were long over.
    """
    result: Floats = np.log1p(np.minimum(values, most))
    return result


def running(values: Floats) -> Floats:
    """Running sums with a zero before them: ``running(v)[j] - running(v)[i]`` is the sum of ``v[i:j]``."""
    sums = np.empty(len(values) + 1)
    sums[0] = 0.0
    np.cumsum(values, out=sums[1:])
    return sums


def read_each(items: Sequence[object], name: str) -> Floats:
    """The attribute `name`, a number, of each item."""
    return np.fromiter(map(attrgetter(name), items), float, len(items))


def gather(documents: Sequence[Document]) -> Batch:
    """The batch of some documents, in their order."""
    blocks = [block for document in documents for block in document.blocks]
    texts = [block.text for block in blocks]
    sizes = np.array([len(document.blocks) for document in documents], np.intp)
    ends = np.cumsum(sizes)
    page = np.repeat(np.arange(len(documents)), sizes)
    return Batch(
        documents=documents,
        blocks=blocks,
        tokens=[words(text.lower()) for text in texts],
        page=page,
        start=(ends - sizes)[page],
        stop=ends[page],
        words=np.fromiter(chain.from_iterable(map(block_words, documents)), float, len(blocks)),
        chars=np.fromiter(map(len, texts), float, len(blocks)),
        links=read_each(blocks, "link_chars"),
        tree=_tree(documents),
    )


# What the blocks of a plain text stand in.
_NO_ELEMENT = Element("#text", (), None, 0, 0)


def _tree(documents: Sequence[Document]) -> Tree:
    elements: list[Element] = []
    parent: list[int] = []
    of_block: list[int] = []
    held: list[int] = []  # how many elements each document has
    for document in documents:
        place: dict[Element, int] = {}
        for block in document.blocks:
            element = block.element or _NO_ELEMENT
            number = place.get(element)
            of_block.append(_enter(element, place, elements, parent) if number is None else number)
        held.append(len(place))
    sizes = np.array([len(document.blocks) for document in documents], np.intp)
    offset, size = np.repeat(np.cumsum(sizes) - sizes, held), np.repeat(sizes, held)
    first, last, depth = (read_each(elements, name).astype(np.intp) for name in ("first", "last", "depth"))
    deepest = int(depth.max(initial=0))
    order = np.argsort(depth, kind="stable")
    cuts = np.searchsorted(depth[order], np.arange(deepest + 2))
    kind, kinds = _kinds(elements)
    return Tree(
        np.array(parent, np.intp),
        offset + first,
        offset + np.where(last < 0, size, last),
        depth,
        kind,
        kinds,
        [order[start:stop] for start, stop in pairwise(cuts.tolist())],
        np.array(of_block, np.intp),
    )


def _enter(element: Element, place: dict[Element, int], elements: list[Element], parent: list[int]) -> int:
    """The number of an element; it and those around it are given one, outermost first, where they have none."""
    missing = [element]
    around, number = element.parent, None
    while around is not None and (number := place.get(around)) is None:
        missing.append(around)
        around = around.parent
    if number is None:
        number = len(elements)
    for inner in reversed(missing):
        parent.append(number)
        number = place[inner] = len(elements)
        elements.append(inner)
    return number


def _kinds(elements: list[Element]) -> tuple[Ints, list[tuple[str, tuple[str, ...]]]]:
    """The number of each element's kind, and the kinds.

    Elements that are called the same mostly share their tokens, so these are told apart by identity first: to look at
    all the words takes ten times as long.
    """
    numbers: dict[tuple[str, tuple[str, ...]], int] = {}
    known: dict[tuple[str, int], int] = {}
    found: list[int] = []
    for element in elements:
        key = element.tag, id(element.tokens)
        number = known.get(key)
        if number is None:
            number = known[key] = numbers.setdefault((element.tag, element.tokens), len(numbers))
        found.append(number)
    return np.array(found, np.intp), list(numbers)
