"""``python -m training``: from the development data to the weights, the same bytes every time.

Writes `archiver/scorer/block_model.npz` from all of the data, and with ``--folds`` one model a fold beside, for
figures out of fold: ``benchmarks/quality.py --models out/models`` judges each page by the model that has not seen its
domain.
"""

from __future__ import annotations

import argparse
import pickle
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from archiver.scorer import MODEL
from benchmarks.datasets import data_folder
from benchmarks.folds import FOLDS
from training.class_words import poll_class_words
from training.examples import MADE, Example, examples, html_cases, text_cases, with_learned
from training.export import write_model
from training.fit import Recipe, fit
from training.line_terms import poll_line_terms

# Three networks judge pages better than two, and two than one; of texts a second one says what the first does.
HTML_SEEDS, TEXT_SEEDS = (0, 1, 2), (0,)
HTML_RECIPE = Recipe(epochs=16)
TEXT_RECIPE = Recipe(epochs=14)

Told = Callable[[str], None]


def main() -> None:
    """Run the training."""
    parser = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    parser.add_argument("--out", type=Path, default=MODEL, metavar="FILE", help="the model of all data")
    parser.add_argument("--folds", type=Path, metavar="DIR", help="also one model a fold, for figures out of fold")
    parser.add_argument(
        "--examples", type=Path, metavar="FILE", help="keep the examples there, and take them from there"
    )
    arguments = parser.parse_args()
    start = time.perf_counter()

    def tell(message: str) -> None:
        print(f"{time.perf_counter() - start:6.0f} s  {message}", flush=True)

    pages, texts = _gathered(arguments.examples, tell)
    if arguments.folds:
        arguments.folds.mkdir(parents=True, exist_ok=True)
        for fold in range(FOLDS):
            train(pages, texts, arguments.folds / f"fold-{fold}.npz", tell, without=fold)
    train(pages, texts, arguments.out, tell)


def train(
    pages: Sequence[Example], texts: Sequence[Example], out: Path, tell: Told, without: int | None = None
) -> None:
    """Fit both networks to all examples but those of one fold, and write them."""
    pages = [example for example in pages if example.fold != without]
    texts = [example for example in texts if example.fold != without]
    # What is made of other documents would say twice what they say.
    real = [page for page in pages if page.set not in MADE]
    class_words = poll_class_words((page.domain, page.tree, page.labels, page.words) for page in real)
    html_terms = poll_line_terms((page.domain, page.lines, page.labels) for page in real)
    text_terms = poll_line_terms((text.domain, text.lines, text.labels) for text in texts if text.set not in MADE)
    with_learned(pages, class_words, html_terms)
    with_learned(texts, class_words, text_terms)
    html = [fit(pages, replace(HTML_RECIPE, seed=seed)) for seed in HTML_SEEDS]
    tell(f"{out.name}: pages, {len(pages)}")
    text = [fit(texts, replace(TEXT_RECIPE, seed=seed)) for seed in TEXT_SEEDS]
    tables = {"class_words": class_words, "html_terms": html_terms, "text_terms": text_terms}
    write_model(out, {"html": html, "text": text}, {name: table.scores() for name, table in tables.items()})
    tell(f"{out.name}: done, {out.stat().st_size:,} bytes")


def _gathered(kept: Path | None, tell: Told) -> tuple[list[Example], list[Example]]:
    if kept and kept.exists():
        with kept.open("rb") as file:
            return pickle.load(file)  # type: ignore[no-any-return]
    folder = data_folder()
    pages = examples(html_cases(folder))
    tell(f"{len(pages)} pages, {sum(len(page.labels) for page in pages):,} blocks")
    texts = examples(text_cases(folder))
    tell(f"{len(texts)} texts, {sum(len(text.labels) for text in texts):,} blocks")
    if kept:
        with kept.open("wb") as file:
            pickle.dump((pages, texts), file, protocol=5)
    return pages, texts


if __name__ == "__main__":
    main()
