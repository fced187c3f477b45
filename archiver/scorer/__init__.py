"""How likely each block is content, and what type of page it stands in: the learned half of the verdict.

`block_model.npz` holds networks over `features`, some for pages and some for plain text, and the scores of class words
and of the terms of short lines; `training/` makes it, `MODEL_CARD.md` says from what and how good it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from archiver.document import Document, Proposal
from archiver.errors import UsageError
from archiver.features import FEATURES, Floats, Learned, features, gather
from archiver.scorer.network import Array, Network, run_all
from archiver.settings import Settings

# Scores are rounded before anybody decides by them, so that float arithmetic cannot sway a decision.
DECIMALS = 3

MODES = ("article", "page")
PAGE_TYPES = ("article", "forum", "product", "collection", "listing", "documentation", "service")
"""What the outputs of the networks stand for."""

TABLES = ("class_words", "html_terms", "text_terms")
"""The tables of learned scores in a file of a model."""

MODEL = Path(__file__).parent / "block_model.npz"


@dataclass(frozen=True, slots=True)
class Score:
    """What the model says of a document: P(content) of every block, and the page's type with its probability.

    A plain text has no page type.
    """

    content: Floats
    page_type: str | None = None
    page_type_score: float | None = None


@dataclass(frozen=True, slots=True)
class Half:
    """The networks for pages or for texts, whose logits are averaged, and the learned scores their features need."""

    networks: tuple[Network, ...]
    learned: Learned


@dataclass(frozen=True, slots=True)
class Model:
    """What judges pages, and what judges texts."""

    html: Half
    text: Half


def score(documents: Sequence[Document], proposals: Sequence[Iterable[Proposal]], settings: Settings) -> list[Score]:
    """The scores of some documents, given what the normalizers proposed for each.

    Raises:
        UsageError: the settings name a model that cannot be used.
    """
    model = chosen_model(settings.model)
    scores: list[Score | None] = [None] * len(documents)
    for half, is_html in ((model.html, True), (model.text, False)):
        chosen = [index for index, document in enumerate(documents) if document.is_html is is_html]
        if not chosen:
            continue
        batch = gather([documents[index] for index in chosen])
        matrix = features(batch, [proposals[index] for index in chosen], half.learned)
        sizes = np.array([len(documents[index].blocks) for index in chosen], np.intp)
        logits, kinds = run_all(half.networks, matrix, sizes)
        content = np.round(_sigmoid(logits[:, MODES.index(settings.mode)].astype(float)), DECIMALS)
        for place, (start, stop) in enumerate(batch.bounds):
            page_type, certainty = _page_type(kinds[place]) if is_html else (None, None)
            scores[chosen[place]] = Score(content[start:stop], page_type, certainty)
    return [found for found in scores if found is not None]


def read_model(path: Path) -> Model:
    """The model of a file that `training` wrote.

    Raises:
        ValueError: the file was made for other features than these.
    """
    with np.load(path, allow_pickle=False) as arrays:
        about = json.loads(bytes(arrays["about"]).decode("utf-8"))
        if tuple(about["features"]) != FEATURES:
            raise ValueError(f"{path.name} was made for other features; run training again")
        tables = {name: _table(arrays, name, about["scale"]) for name in TABLES}
        networks = {
            name: tuple(Network.of(arrays, f"{name}{number}") for number in range(count))
            for name, count in about["networks"].items()
        }
    return Model(
        Half(networks["html"], Learned(tables["class_words"], tables["html_terms"])),
        Half(networks["text"], Learned({}, tables["text_terms"])),
    )


def _table(arrays: Mapping[str, NDArray[Any]], name: str, scale: float) -> dict[str, float]:
    words = bytes(arrays[f"{name}.words"]).decode("utf-8").split("\n")
    return dict(zip(words, (arrays[f"{name}.scores"] / scale).tolist(), strict=True))


@cache
def chosen_model(path: str | None) -> Model:
    """The model at a path, or the one that comes with archiver.

    Raises:
        UsageError: there is no model that can be used.
    """
    try:
        return read_model(Path(path) if path else MODEL)
    except (OSError, EOFError, ValueError, KeyError, BadZipFile) as error:
        reason = getattr(error, "strerror", None) or error
        raise UsageError(f"setting model: {path or MODEL.name} cannot be used: {reason}") from error


def _page_type(logits: Array) -> tuple[str, float]:
    shares = np.exp(logits - logits.max())
    best = int(shares.argmax())
    return PAGE_TYPES[best], round(float(shares[best] / shares.sum()), DECIMALS)


def _sigmoid(logits: Floats) -> Floats:
    return 1 / (1 + np.exp(-logits))
