"""Fits a network to examples: the same weights from the same examples and seed, byte for byte."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional

from archiver.scorer import PAGE_TYPES
from training.examples import Example
from training.labels import UNKNOWN
from training.torch_network import BlockNetwork, Layout, Shape

_ARTICLE = PAGE_TYPES.index("article")


@dataclass(frozen=True, slots=True)
class Recipe:
    """How a network is trained. `set_weights` are of a page of each set; the others count 1."""

    shape: Shape = field(default_factory=Shape)
    epochs: int = 14
    pages_at_once: int = 16
    learning_rate: float = 3e-3
    weight_decay: float = 1e-2
    seed: int = 0
    set_weights: Mapping[str, float] = field(default_factory=lambda: {"news": 3.0, "seeds": 3.0, "long": 0.5})
    other_types: tuple[float, float] = (0.25, 1.6)
    """Weights, in article mode and in page mode, of pages that are no articles."""
    by_page: float = 0.7
    """0: every word counts the same; 1: every page does, as in the measure."""
    page_type: float = 0.3
    """Weight of the loss of the page's type."""


def fit(examples: Sequence[Example], recipe: Recipe) -> BlockNetwork:
    """A network fitted to the examples."""
    torch.manual_seed(recipe.seed)
    torch.set_num_threads(1)  # sums are taken in one order
    torch.use_deterministic_algorithms(True)
    random = np.random.default_rng(recipe.seed)
    network = BlockNetwork(np.concatenate([example.matrix[::3] for example in examples]), recipe.shape)
    steps = recipe.epochs * math.ceil(len(examples) / recipe.pages_at_once)
    optimizer = torch.optim.AdamW(network.parameters(), recipe.learning_rate, weight_decay=recipe.weight_decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, recipe.learning_rate, steps, pct_start=0.15)
    network.train()
    for _ in range(recipe.epochs):
        order = random.permutation(len(examples)).tolist()
        for start in range(0, len(order), recipe.pages_at_once):
            loss = _loss(network, [examples[index] for index in order[start : start + recipe.pages_at_once]], recipe)
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
            schedule.step()
    return network.eval()


def _loss(network: BlockNetwork, chosen: Sequence[Example], recipe: Recipe) -> Tensor:
    layout = Layout.of([len(example.labels) for example in chosen])
    content, kinds = network(torch.from_numpy(np.concatenate([example.matrix for example in chosen])), layout)
    labels = torch.from_numpy(np.concatenate([example.labels for example in chosen]).astype(np.float32))
    weights = [_weights(example, recipe) for example in chosen]
    by_mode = torch.from_numpy(np.concatenate(weights))
    losses = functional.binary_cross_entropy_with_logits(
        content, labels.clamp(min=0)[:, None].expand(-1, content.shape[1]), reduction="none"
    )
    loss = (losses * by_mode).sum() / recipe.pages_at_once
    types = torch.tensor([example.page_type for example in chosen])
    if bool((types >= 0).any()):
        loss = loss + recipe.page_type * functional.cross_entropy(kinds, types, ignore_index=-1)
    return loss


def _weights(example: Example, recipe: Recipe) -> np.ndarray:  # type: ignore[type-arg]
    """Weights of the blocks of a page, of shape (blocks, modes)."""
    own = np.sqrt(example.words) * (example.labels != UNKNOWN)
    own = own / (own.sum() + 1e-6) ** recipe.by_page * recipe.set_weights.get(example.set, 1.0)
    by_mode = (1.0, 1.0) if example.page_type in (_ARTICLE, -1) else recipe.other_types
    return np.outer(own, by_mode).astype(np.float32)
