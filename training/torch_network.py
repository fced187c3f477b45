"""The block model as PyTorch trains it: layer by layer what `archiver.scorer.network` computes in NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional

from archiver.scorer import MODES, PAGE_TYPES

_CUT = 4.0
_WIDTH = 5
_STRIDE = 4
_GAP = _STRIDE * (_WIDTH // 2)
_ATTENTION_CUT = 8.0
# A feature that hardly varies is not blown up by its normalisation.
_LEAST_DEVIATION = 0.05
_INPUT_DROPOUT = 0.05


@dataclass(frozen=True, slots=True)
class Shape:
    """Widths of the layers, and the share of channels that are dropped for a page while training."""

    dense: int = 64
    convolution: int = 48
    stream: int = 16
    page: int = 24
    hidden: int = 32
    dropout: float = 0.15


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the blocks of some pages stand in one sequence with gaps between the pages."""

    page: Tensor
    start: Tensor
    stop: Tensor
    row: Tensor
    rows: int
    pages: int

    @classmethod
    def of(cls, sizes: Sequence[int]) -> Layout:
        """The layout of pages with these numbers of blocks."""
        page = torch.repeat_interleave(torch.arange(len(sizes)), torch.tensor(sizes))
        ends = torch.tensor(sizes).cumsum(0)
        starts = ends - torch.tensor(sizes)
        row = torch.arange(len(page)) + _GAP * (page + 1)
        return cls(page, starts[page], ends[page], row, len(page) + _GAP * (len(sizes) + 1), len(sizes))


class BlockNetwork(nn.Module):
    """From features of shape (blocks, features) to logits of shape (blocks, modes) and (pages, page types)."""

    def __init__(self, matrix: NDArray[np.float32], shape: Shape) -> None:
        """`matrix` is a sample of the features, from which their mean and deviation are taken."""
        super().__init__()
        width, channels = shape.dense, shape.convolution
        self.register_buffer("mean", torch.from_numpy(matrix.mean(0, dtype=np.float64).astype(np.float32)))
        deviation = np.maximum(matrix.std(0, dtype=np.float64), _LEAST_DEVIATION)
        self.register_buffer("scale", torch.from_numpy((1 / deviation).astype(np.float32)))
        self.dense = nn.Linear(matrix.shape[1], width)
        self.first = nn.Conv1d(width, channels, _WIDTH)
        self.second = nn.Conv1d(channels, channels, _WIDTH)
        self.stream = nn.Linear(channels, shape.stream)
        self.attention = nn.Linear(channels, 1)
        self.page = nn.Linear(2 * channels, shape.page)
        self.hidden = nn.Linear(width + 2 * channels + 2 * shape.stream + shape.page, shape.hidden)
        self.out = nn.Linear(shape.hidden, len(MODES))
        self.kind = nn.Linear(shape.page, len(PAGE_TYPES))
        self._dropout = shape.dropout

    def normal(self, matrix: Tensor) -> Tensor:
        """The features in standard deviations from their mean, extremes cut off."""
        return ((matrix - self.mean) * self.scale).clamp(-_CUT, _CUT)

    def forward(self, matrix: Tensor, layout: Layout) -> tuple[Tensor, Tensor]:
        """Logits of shape (blocks, modes) and (pages, page types)."""
        dense = self._drop(functional.relu(self.dense(self._drop(self.normal(matrix), layout, _INPUT_DROPOUT))), layout)
        first = self._drop(_convolve(self.first, dense, layout), layout)
        second = self._drop(_convolve(self.second, first, layout, _STRIDE), layout)
        stream = functional.relu(self.stream(second))
        weight = self.attention(second).clamp(-_ATTENTION_CUT, _ATTENTION_CUT).exp()
        means = [_page_mean(second, weight, layout), _page_mean(second, torch.ones_like(weight), layout)]
        about = functional.relu(self.page(torch.cat(means, 1)))
        passed = _means_before_and_after(stream, layout)
        hidden = functional.relu(self.hidden(torch.cat([dense, first, second, *passed, about[layout.page]], 1)))
        return self.out(self._drop(hidden, layout)), self.kind(about)

    def _drop(self, values: Tensor, layout: Layout, share: float | None = None) -> Tensor:
        """Whole channels are dropped for a page: much cheaper to draw than every value for itself."""
        share = self._dropout if share is None else share
        if not self.training or not share:
            return values
        kept = (torch.rand(layout.pages, values.shape[1]) >= share).float() / (1 - share)
        return values * kept[layout.page]

    def arrays(self, prefix: str) -> dict[str, NDArray[np.float32]]:
        """The weights as `archiver.scorer.network.Network` wants them."""
        found = {"mean": self.mean, "scale": self.scale}
        for name in ("dense", "stream", "attention", "page", "hidden", "out", "kind"):
            layer = getattr(self, name)
            found |= {name: layer.weight.T, f"{name}_bias": layer.bias}
        for name in ("first", "second"):
            layer = getattr(self, name)
            found |= {name: layer.weight.permute(2, 1, 0), f"{name}_bias": layer.bias}
        return {f"{prefix}.{name}": values.detach().numpy().astype(np.float32) for name, values in found.items()}


def _convolve(layer: nn.Conv1d, values: Tensor, layout: Layout, stride: int = 1) -> Tensor:
    padded = torch.zeros(layout.rows, values.shape[1])
    padded[layout.row] = values
    # As one matrix product over the rows around each, which is faster than torch's own convolution of few channels.
    around = torch.cat([padded[layout.row + stride * (offset - _WIDTH // 2)] for offset in range(_WIDTH)], 1)
    return functional.relu(functional.linear(around, layer.weight.permute(0, 2, 1).flatten(1), layer.bias))


def _means_before_and_after(values: Tensor, layout: Layout) -> tuple[Tensor, Tensor]:
    """The means over the blocks of the page before each block, and over those after it."""
    sums = torch.cat([torch.zeros(1, values.shape[1]), values.cumsum(0)])
    place = torch.arange(len(values))
    before = (sums[:-1] - sums[layout.start]) / (place - layout.start).clamp(min=1)[:, None]
    after = (sums[layout.stop] - sums[1:]) / (layout.stop - place - 1).clamp(min=1)[:, None]
    return before, after


def _page_mean(values: Tensor, weight: Tensor, layout: Layout) -> Tensor:
    sums = torch.zeros(layout.pages, values.shape[1]).index_add(0, layout.page, values * weight)
    return sums / torch.zeros(layout.pages, 1).index_add(0, layout.page, weight).clamp(min=1e-9)
