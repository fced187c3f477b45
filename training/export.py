"""Writes a model as `archiver.scorer` reads it: halved precision, no dates, the same bytes for the same weights."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from archiver.features import FEATURES
from training.torch_network import BlockNetwork

_CLASS_SCALE = 31.0
"""Class scores lie in [-4, 4]; times this they fit a byte."""


def write_model(out: Path, networks: Mapping[str, Sequence[BlockNetwork]], class_scores: Mapping[str, float]) -> None:
    """Write the networks for pages (``html``) and texts (``text``) and the scores of class words to `out`."""
    about = {
        "features": FEATURES,
        "class_scale": _CLASS_SCALE,
        "networks": {name: len(fitted) for name, fitted in networks.items()},
        "version": 1,
    }
    words = sorted(class_scores)
    arrays = {
        array: values if array.endswith((".mean", ".scale")) else values.astype(np.float16)
        for name, fitted in networks.items()
        for number, network in enumerate(fitted)
        for array, values in network.arrays(f"{name}{number}").items()
    }
    np.savez_compressed(
        out,
        about=np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8),
        class_words=np.frombuffer("\n".join(words).encode(), np.uint8),
        class_scores=np.round(np.array([class_scores[word] for word in words]) * _CLASS_SCALE).astype(np.int8),
        **arrays,
    )
