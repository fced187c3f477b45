"""How likely a block is content, for every block of a document: the answer for what no rule names.

`weights.toml` holds the weights of two linear models over `features`, one for pages and one for plain text.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import numpy as np

from archiver.document import Document
from archiver.features import FEATURES, Floats, features

# Scores are rounded before anybody decides by them, so that float arithmetic cannot sway a decision.
DECIMALS = 3


def score(documents: Sequence[Document]) -> list[Floats]:
    """The probability that each block is content, an array of shape (blocks,) a document."""
    return [_score(document) for document in documents]


def _score(document: Document) -> Floats:
    weights, bias = _model("html" if document.is_html else "text")
    logits: Floats = features(document) @ weights + bias
    return np.round(1 / (1 + np.exp(-logits)), DECIMALS)


@cache
def _model(name: str) -> tuple[Floats, float]:
    """Weights in the order of `FEATURES`, and the bias. A weight for no feature is a mistake in the file."""
    table = tomllib.loads((Path(__file__).parent / "weights.toml").read_text(encoding="utf-8"))[name]
    bias = table.pop("bias")
    unknown = table.keys() - set(FEATURES)
    if unknown:
        raise ValueError(f"scorer/weights.toml: no such feature: {', '.join(sorted(unknown))}")
    return np.array([table.get(feature, 0.0) for feature in FEATURES]), bias
