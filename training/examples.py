"""Development cases become examples: the features of their blocks, and which of them are content."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import groupby
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from archiver import Settings
from archiver.document import HTML, TEXT
from archiver.errors import ArchiverError
from archiver.features import FEATURES, Learned, classes, features, gather, vocabulary
from archiver.features.batch import Tree
from archiver.pipeline import prepared
from archiver.scorer import PAGE_TYPES
from benchmarks import datasets, long, tails
from benchmarks.datasets import Case
from benchmarks.folds import FOLDS, fold_of
from benchmarks.outputs import outputs
from training.labels import Labels, align_to_any, by_segments
from training.seeds import SEEDS, seeds
from training.votes import Poll

TRAINING_SEEDS = (11, 12)
"""Seeds of the tails to train with, each page once with each; the benchmark's is another."""
TAILS, LONG = "tails", "long"
MADE = (TAILS, LONG)
"""The sets of pages with synthetic tails, and of stretched pages and texts: trained on, never evaluated on."""
LONG_SEED, LONG_PAGES, LONG_TEXTS = 21, 250, 50
"""The seed of the stretched documents, how many pages are stretched, and how many texts of each form."""

EXTRACTORS = ("resiliparse", "trafilatura-recall", "readability", "resiliparse-all")
"""Systems of the benchmarks that turn pages into texts to train with."""
_LONG_TYPES = ("documentation", "service", "listing", "forum")

_AT_ONCE = 16
_CLASS_COLUMNS = [FEATURES.index(name) for name in classes.NAMES]
_TERM_COLUMNS = [FEATURES.index(name) for name in vocabulary.NAMES]


@dataclass(slots=True)
class Example:
    """One document: `matrix` of shape (blocks, features), `labels` and `words` of shape (blocks,).

    `lines` has the words of each short block, nothing for a long one. `page_type` is its index in `PAGE_TYPES`, -1
    where nobody knows it.
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
    lines: list[list[str]]


def html_cases(folder: Path) -> Iterator[tuple[str, Case]]:
    """All pages to train on, with the name of their set."""
    pages = datasets.wcxb(folder)
    yield from (("wcxb", case) for case in pages)
    yield from (("news", case) for case in datasets.news(folder))
    yield from (("multilingual", case) for case in datasets.multilingual(folder))
    articles = [case for case in pages if case.group == "article"]
    others = [case for case in pages if case.group != "article"]
    strict = datasets.news(folder)
    for seed in TRAINING_SEEDS:
        yield from ((TAILS, case) for case in tails.tailed_pages(articles, seed, donors=others))
        yield from ((TAILS, case) for case in tails.tailed_pages(strict, seed, donors=pages))
    yield from ((LONG, case) for case in long.long_pages(pages, LONG_SEED, LONG_PAGES))
    yield from ((SEEDS, case) for case in seeds(HTML))


def text_cases(folder: Path) -> Iterator[tuple[str, Case]]:
    """All plain texts to train on, with the name of their form.

    Those of the development data are articles, nearly all of them English; so what the same extractors leave of other
    pages comes beside them.
    """
    pages = datasets.wcxb(folder)
    for form in datasets.DIRTY_FORMS:
        texts = datasets.dirty(folder, form)
        yield from ((form, case) for case in texts)
        yield from ((LONG, case) for case in long.long_texts(texts, pages, LONG_SEED, LONG_TEXTS))
    others = [case for case in pages if case.group in _LONG_TYPES]
    others = [*datasets.news(folder), *datasets.multilingual(folder), *others]
    for system in EXTRACTORS:
        for case, output in zip(others, outputs(system, others), strict=True):
            if output.text.strip():
                yield system, replace(case, stored=output.text, group=system)
    yield from ((SEEDS, case) for case in seeds(TEXT))


def examples(cases: Iterator[tuple[str, Case]]) -> list[Example]:
    """The examples of those cases that can be read, in order, worked out on all processors."""
    given = list(cases)
    batches = [given[start : start + _AT_ONCE] for start in range(0, len(given), _AT_ONCE)]
    with ProcessPoolExecutor(os.cpu_count(), mp_context=get_context("spawn")) as pool:
        return [example for batch in pool.map(_examples_of, batches) for example in batch]


def with_learned(found: Sequence[Example], class_words: Poll, line_terms: Poll) -> None:
    """Fills in the features that rest on learned scores, for each example without its own domain."""
    for domain, of_domain in groupby(sorted(found, key=_domain), key=_domain):
        tell(of_domain, Learned(class_words.scores(without=domain), line_terms.scores(without=domain)))


def tell(found: Iterable[Example], learned: Learned) -> None:
    """Fills in the features of examples that rest on these scores."""
    for example in found:
        columns = classes.class_columns(example.tree, learned.class_words)
        example.matrix[:, _CLASS_COLUMNS] = np.column_stack(columns)
        example.matrix[:, _TERM_COLUMNS] = vocabulary.line_scores(example.lines, learned.line_terms)


def _domain(example: Example) -> str:
    return example.domain


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
        matrix=features(batch, [proposals], Learned()),
        labels=align_to_any(texts, case.gold) if case.gold else by_segments(texts, case.must_have, case.must_not_have),
        words=np.maximum(batch.words, 1).astype(np.float32),
        tree=batch.tree,
        lines=[line if len(line) <= vocabulary.MOST_WORDS else [] for line in batch.tokens],
    )


def _page_type(name: str, case: Case) -> int:
    if name == "news":
        return PAGE_TYPES.index("article")
    return PAGE_TYPES.index(case.group) if case.group in PAGE_TYPES else -1
