"""Writes a model as `archiver.scorer` reads it: halved precision, no dates, the same bytes for the same weights."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias

import numpy as np

from archiver.features import FEATURES
from training.torch_network import BlockNetwork

Scores: TypeAlias = Mapping[str, float]
_SCALE = 31.0
"""Scores lie in [-4, 4]; times this they fit a byte."""


def write_model(out: Path, networks: Mapping[str, Sequence[BlockNetwork]], tables: Mapping[str, Scores]) -> None:
    """Write the networks for pages (``html``) and texts (``text``) and the tables of learned scores to `out`."""
    about = {
        "features": FEATURES,
        "scale": _SCALE,
        "networks": {name: len(fitted) for name, fitted in networks.items()},
        "version": 2,
    }
    arrays = {
        array: values if array.endswith((".mean", ".scale")) else values.astype(np.float16)
        for name, fitted in networks.items()
        for number, network in enumerate(fitted)
        for array, values in network.arrays(f"{name}{number}").items()
    }
    for name, scores in tables.items():
        words = sorted(scores)
        arrays[f"{name}.words"] = np.frombuffer("\n".join(words).encode(), np.uint8)
        arrays[f"{name}.scores"] = np.round(np.array([scores[word] for word in words]) * _SCALE).astype(np.int8)
    np.savez_compressed(out, about=np.frombuffer(json.dumps(about, sort_keys=True).encode(), np.uint8), **arrays)
