"""Development cases become examples: the features of their blocks, and which of them are content."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archiver import Settings
from archiver.errors import ArchiverError
from archiver.features import FEATURES, features, gather
from archiver.features.batch import Tree
from archiver.features.classes import NAMES as CLASS_FEATURES
from archiver.features.classes import class_columns
from archiver.pipeline import prepared
from archiver.scorer import PAGE_TYPES
from benchmarks import datasets, tails
from benchmarks.datasets import Case
from benchmarks.folds import FOLDS, fold_of
from training.class_words import ClassWords
from training.labels import Labels, align_to_any, by_segments

TRAINING_SEED = 11
"""The seed of the tails to train with; the benchmark's is another."""
TAILS = "tails"
"""The set of pages with synthetic tails: trained on, never evaluated on."""

_AT_ONCE = 16
_CLASS_COLUMNS = [FEATURES.index(name) for name in CLASS_FEATURES]


@dataclass(slots=True)
class Example:
    """One document: `matrix` of shape (blocks, features), `labels` and `words` of shape (blocks,).

    `page_type` is its index in `PAGE_TYPES`, -1 where nobody knows it.
    """

    id: str
    set: str
    domain: str
    fold: int
    page_type: int
    matrix: NDArray[np.float32]
    labels: Labels
    words: NDArray[np.float32]
    tree: Tree


def html_cases(folder: Path) -> Iterator[tuple[str, Case]]:
    """All pages to train on, with the name of their set."""
    pages = datasets.wcxb(folder)
    yield from (("wcxb", case) for case in pages)
    yield from (("news", case) for case in datasets.news(folder))
    yield from (("multilingual", case) for case in datasets.multilingual(folder))
    articles = [case for case in pages if case.group == "article"]
    others = [case for case in pages if case.group != "article"]
    yield from ((TAILS, case) for case in tails.tailed_pages(articles, TRAINING_SEED, donors=others))
    strict = datasets.news(folder)
    yield from ((TAILS, case) for case in tails.tailed_pages(strict, TRAINING_SEED, donors=pages))


def text_cases(folder: Path) -> Iterator[tuple[str, Case]]:
    """All plain texts to train on, with the name of their form."""
    for form in datasets.DIRTY_FORMS:
        yield from ((form, case) for case in datasets.dirty(folder, form))


def examples(cases: Iterator[tuple[str, Case]]) -> list[Example]:
    """The examples of those cases that can be read, in order, worked out on all processors."""
    given = list(cases)
    batches = [given[start : start + _AT_ONCE] for start in range(0, len(given), _AT_ONCE)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        return [example for batch in pool.map(_examples_of, batches) for example in batch]


def with_class_scores(found: Sequence[Example], classes: ClassWords) -> None:
    """Fills in the features that rest on learned class scores, for each example without its own domain."""
    for example in found:
        scores = classes.scores(without=example.domain)
        example.matrix[:, _CLASS_COLUMNS] = np.column_stack(class_columns(example.tree, scores))


def _examples_of(cases: Sequence[tuple[str, Case]]) -> list[Example]:
    return [example for name, case in cases if (example := _example(name, case))]


def _example(name: str, case: Case) -> Example | None:
    try:
        document, proposals = prepared(case.document(), Settings())
    except ArchiverError:
        return None
    if not document.blocks:
        return None
    texts = [block.text for block in document.blocks]
    batch = gather([document])
    return Example(
        id=case.id,
        set=name,
        domain=case.domain,
        fold=fold_of(case.domain, FOLDS),
        page_type=_page_type(name, case),
        matrix=features(batch, [proposals], {}),
        labels=align_to_any(texts, case.gold) if case.gold else by_segments(texts, case.must_have, case.must_not_have),
        words=np.maximum(batch.words, 1).astype(np.float32),
        tree=batch.tree,
    )


def _page_type(name: str, case: Case) -> int:
    if name == "news":
        return PAGE_TYPES.index("article")
    return PAGE_TYPES.index(case.group) if case.group in PAGE_TYPES else -1
