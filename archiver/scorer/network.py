"""Inference of the block model in NumPy: a small convolutional network over the blocks of a page.

Every block's features pass a dense layer and two convolutions, over five neighbours and over every fourth block up to
eight away. The means of what they found over all blocks before a block, and over all after it, tell where in the page
it stands; two means over the page, one of them weighted by what the page attends to, tell what kind of page that is.
Out come two logits a block (content of a strict article, main content of any page) and the logits of the page's type.
The pages of a batch run through together, with rows of zeros between them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Array: TypeAlias = NDArray[np.float32]

# Normalised features are cut off here, in standard deviations.
_CUT = 4.0
# The second convolution looks at every fourth block.
_STRIDE = 4
# Rows of zeros between two pages: half of its reach.
_GAP = 2 * _STRIDE
_ATTENTION_CUT = 8.0


@dataclass(frozen=True, slots=True)
class Network:
    """The weights of one network. Dense layers have shape (in, out), convolutions (width, in, out)."""

    mean: Array
    scale: Array
    dense: Array
    dense_bias: Array
    first: Array
    first_bias: Array
    second: Array
    second_bias: Array
    stream: Array
    stream_bias: Array
    attention: Array
    attention_bias: Array
    page: Array
    page_bias: Array
    hidden: Array
    hidden_bias: Array
    out: Array
    out_bias: Array
    kind: Array
    kind_bias: Array

    @classmethod
    def of(cls, arrays: Mapping[str, NDArray[Any]], prefix: str) -> Network:
        """The network whose arrays are named ``prefix.field``."""
        return cls(**{name: arrays[f"{prefix}.{name}"].astype(np.float32) for name in cls.__dataclass_fields__})

    def run(self, features: Array, sizes: NDArray[np.intp]) -> tuple[Array, Array]:
        """Logits of shape (blocks, outputs) and (pages, types), from the features of pages of these sizes.

        A page without blocks has the logits of a page of which nothing is known.
        """
        return self._run(self._normal(features), sizes)

    def _normal(self, features: Array) -> Array:
        normal = features - self.mean
        normal *= self.scale
        return np.clip(normal, -_CUT, _CUT, out=normal)

    def _run(self, normal: Array, sizes: NDArray[np.intp]) -> tuple[Array, Array]:
        page = np.repeat(np.arange(len(sizes)), sizes)
        row = np.arange(len(normal)) + _GAP * (page + 1)
        rows = len(normal) + _GAP * (len(sizes) + 1)
        dense = _relu(normal @ self.dense, self.dense_bias)
        first = _relu(_convolve(dense, self.first, row, rows), self.first_bias)
        second = _relu(_convolve(first, self.second, row, rows, _STRIDE), self.second_bias)
        weight = np.exp(np.clip(second @ self.attention + self.attention_bias, -_ATTENTION_CUT, _ATTENTION_CUT))
        means = _page_means(second * weight, weight, sizes), _page_means(second, np.ones_like(weight), sizes)
        about = _relu(np.concatenate(means, axis=1) @ self.page, self.page_bias)
        passed = _means_before_and_after(_relu(second @ self.stream, self.stream_bias), sizes)
        known = np.concatenate([dense, first, second, *passed, about[page]], axis=1)
        hidden = _relu(known @ self.hidden, self.hidden_bias)
        return hidden @ self.out + self.out_bias, about @ self.kind + self.kind_bias

    def _is_like(self, other: Network) -> bool:
        """Whether features are normal to both alike: networks that learned from the same pages have one mean."""
        return np.array_equal(self.mean, other.mean) and np.array_equal(self.scale, other.scale)


def run_all(networks: Sequence[Network], features: Array, sizes: NDArray[np.intp]) -> tuple[Array, Array]:
    """The mean logits of several networks: what one has learned by chance, the others have not."""
    first = networks[0]
    normal = first._normal(features)
    runs = [
        network._run(normal, sizes) if network._is_like(first) else network.run(features, sizes) for network in networks
    ]
    content: Array = np.mean([content for content, _ in runs], axis=0)
    kinds: Array = np.mean([kinds for _, kinds in runs], axis=0)
    return content, kinds


def _relu(values: Array, bias: Array) -> Array:
    """The values with their bias, but nothing below zero; in place, for these are the largest arrays of all."""
    values += bias
    return np.maximum(values, 0, out=values)


def _convolve(values: Array, weights: Array, row: NDArray[np.intp], rows: int, stride: int = 1) -> Array:
    """The convolution over neighbouring blocks of a page, as one shifted matrix product for each offset."""
    padded = np.zeros((rows, values.shape[1]), np.float32)
    padded[row] = values
    reach = len(weights) // 2
    result: Array = padded.take(row - stride * reach, axis=0) @ weights[0]
    for offset in range(1, len(weights)):
        result += padded.take(row + stride * (offset - reach), axis=0) @ weights[offset]
    return result


def _means_before_and_after(values: Array, sizes: NDArray[np.intp]) -> tuple[Array, Array]:
    """The means over the blocks of the page before each block, and over those after it."""
    sums = np.zeros((len(values) + 1, values.shape[1]))
    sums[1:] = values
    np.add.accumulate(sums, axis=0, out=sums)
    ends = np.cumsum(sizes)
    start, stop = np.repeat(ends - sizes, sizes), np.repeat(ends, sizes)
    place = np.arange(len(values))
    before = (sums[:-1] - sums.take(start, axis=0)) / np.maximum(place - start, 1)[:, None]
    after = (sums.take(stop, axis=0) - sums[1:]) / np.maximum(stop - place - 1, 1)[:, None]
    return before.astype(np.float32), after.astype(np.float32)


def _page_means(weighted: Array, weight: Array, sizes: NDArray[np.intp]) -> Array:
    """The weighted mean of the rows of each page, zero for a page that has none."""
    means = np.zeros((len(sizes), weighted.shape[1]), np.float32)
    filled = np.flatnonzero(sizes)
    if len(filled):
        starts = (np.cumsum(sizes) - sizes)[filled]
        sums, totals = (np.add.reduceat(values, starts, axis=0, dtype=np.float64) for values in (weighted, weight))
        means[filled] = sums / totals
    return means
