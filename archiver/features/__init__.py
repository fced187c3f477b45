"""Blocks in their context become named numbers: what the model judges by, for pages and texts alike.

In come the documents of a batch and what the normalizers proposed; out comes an array of shape (blocks of all
documents, len(FEATURES)). Structure that plain text does not have is zero there.

    text ─┐
    place ┤
    structure ┼─▶ one row a block
    classes ┤
    vocabulary ┤
    witness ┤
    claims ─┘
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from archiver.document import Proposal
from archiver.features import claims, classes, place, structure, text, vocabulary, witness
from archiver.features.batch import PROSE_WORDS, Batch, Floats, gather

FEATURES: tuple[str, ...] = (
    *text.NAMES,
    *place.NAMES,
    *structure.NAMES,
    *classes.NAMES,
    *vocabulary.NAMES,
    *witness.NAMES,
    *claims.NAMES,
)

__all__ = ["FEATURES", "PROSE_WORDS", "Batch", "Floats", "Learned", "features", "gather"]


@dataclass(frozen=True)
class Learned:
    """What features rest on beside the document: the scores of class words, and of the terms of short lines."""

    class_words: Mapping[str, float] = field(default_factory=dict)
    line_terms: Mapping[str, float] = field(default_factory=dict)

    @cached_property
    def terms(self) -> vocabulary.Terms:
        """The terms of lines, ready to be looked up."""
        return vocabulary.Terms.of(self.line_terms)


def features(batch: Batch, proposals: Sequence[Iterable[Proposal]], learned: Learned) -> NDArray[np.float32]:
    """The features of every block, one row each, in the order of `FEATURES`."""
    columns = [
        *text.text_columns(batch),
        *place.place_columns(batch),
        *structure.structure_columns(batch),
        *classes.class_columns(batch.tree, learned.class_words),
        *vocabulary.vocabulary_columns(batch, learned.terms),
        *witness.witness_columns(batch),
        *claims.claim_columns(batch, proposals),
    ]
    matrix = np.empty((len(columns), len(batch.blocks)), np.float32)
    for row, column in zip(matrix, columns, strict=True):
        row[:] = column
    return np.ascontiguousarray(matrix.T)
