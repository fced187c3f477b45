"""The figures of one set: how each system's outputs measure up, as rows of a table.

Enter: cases, and the outputs of each system for them. Leaves: a `Report`. One function a kind of gold.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TypeAlias

from benchmarks import measures
from benchmarks.datasets import Case
from benchmarks.measures import Fit, Segments
from benchmarks.systems import Output

Figures: TypeAlias = dict[str, float]
Outputs: TypeAlias = Mapping[str, Sequence[Output]]

ARTICLE = "article"
CHAPTERS = (0, 10, 30, 100, 300)
"""Bounds of the sizes of stretched articles that are reported apart, in chapters."""
ERROR_CHARS = 100
"""Errors are counted by their beginning; what follows names the document."""
LANGUAGES = ("de", "en", "es", "fr", "pl")
"""The languages whose residue is reported apart: those with enough pages in the set."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of one system, for `--worst` and `--json`: lower `rank` is worse."""

    id: str
    group: str
    fit: Fit
    rank: float


@dataclass(slots=True)
class Report:
    """Figures by system and column, the pages they were made from, and what went wrong how often."""

    title: str
    figures: dict[str, Figures] = field(default_factory=dict)
    pages: dict[str, list[Page]] = field(default_factory=dict)
    errors: dict[str, Counter[str]] = field(default_factory=dict)

    def add(self, system: str, figures: Figures, given: Sequence[Output], pages: Iterable[Page] = ()) -> None:
        """One system's row; the number of its errors closes it."""
        self.errors[system] = Counter(measures.fold(output.error)[:ERROR_CHARS] for output in given if output.error)
        self.figures[system] = {**figures, "errors": self.errors[system].total()}
        self.pages[system] = list(pages)


def wcxb(cases: Sequence[Case], outputs: Outputs) -> Report:
    """Articles and all types with precision, recall and F1; F1 for each page type."""
    report = Report("wcxb-dev: words, mean over pages")
    types = sorted({case.group for case in cases})
    for system, given in outputs.items():
        fits = [measures.best_fit(output.text, case.gold) for case, output in zip(cases, given, strict=True)]
        by_type = {
            page_type: [fit for fit, case in zip(fits, cases, strict=True) if case.group == page_type]
            for page_type in types
        }
        articles = by_type.get(ARTICLE, [])
        figures = {
            **(_triple("articles", measures.mean_fit(articles)) if articles else {}),
            **_triple("all", measures.mean_fit(fits)),
            **{name: measures.mean_fit(of_type).f1 for name, of_type in by_type.items() if name != ARTICLE},
        }
        report.add(system, figures, given, _pages(cases, fits))
    return report


def tails(cases: Sequence[Case], outputs: Outputs) -> Report:
    """Articles with a tail: precision, recall and F1, and the precision where each kind of tail is part of it."""
    report = Report("wcxb-dev articles with tails: words, mean over pages")
    kinds = [set(case.id.split("+")[1:]) for case in cases]
    for system, given in outputs.items():
        fits = [measures.best_fit(output.text, case.gold) for case, output in zip(cases, given, strict=True)]
        figures = _triple("", measures.mean_fit(fits))
        for kind in sorted(set().union(*kinds)):
            of_kind = [fit for fit, parts in zip(fits, kinds, strict=True) if kind in parts]
            figures[f"{kind} P"] = measures.mean_fit(of_kind).precision
        report.add(system, figures, given, _pages(cases, fits))
    return report


def long(cases: Sequence[Case], outputs: Outputs) -> Report:
    """Stretched articles: precision, recall and F1, and the recall by how many chapters there are."""
    report = Report("wcxb-dev articles, stretched: words, mean over pages")
    chapters = [int(case.id.partition("+")[2]) for case in cases]
    for system, given in outputs.items():
        fits = [measures.best_fit(output.text, case.gold) for case, output in zip(cases, given, strict=True)]
        figures = _triple("", measures.mean_fit(fits))
        for least, most in pairwise(CHAPTERS):
            of_size = [fit for fit, count in zip(fits, chapters, strict=True) if least <= count < most]
            if of_size:
                figures[f"R to {most}"] = measures.mean_fit(of_size).recall
        report.add(system, figures, given, _pages(cases, fits))
    return report


def articles(cases: Sequence[Case], outputs: Outputs) -> Report:
    """Precision, recall and F1 of pages that are all of one kind."""
    report = Report(f"wcxb-dev, {cases[0].group}: words, mean over pages")
    for system, given in outputs.items():
        fits = [measures.best_fit(output.text, case.gold) for case, output in zip(cases, given, strict=True)]
        report.add(system, _triple("", measures.mean_fit(fits)), given, _pages(cases, fits))
    return report


def news(cases: Sequence[Case], outputs: Outputs) -> Report:
    """Strict articles: precision, recall, F1, and the share given back exactly."""
    report = Report("news-dev: words and CJK characters, mean over pages")
    for system, given in outputs.items():
        fits = [
            measures.best_fit(output.text, case.gold, measures.words_and_characters)
            for case, output in zip(cases, given, strict=True)
        ]
        figures = {**_triple("", measures.mean_fit(fits)), "exact": measures.exact_share(fits)}
        report.add(system, figures, given, _pages(cases, fits))
    return report


def multilingual(cases: Sequence[Case], outputs: Outputs) -> Report:
    """Precision, recall and F1 over all segments."""
    report = Report("multilingual-dev: segments, over all pages")
    for system, given in outputs.items():
        counts = [_segments(case, output.text) for case, output in zip(cases, given, strict=True)]
        pages = [
            Page(case.id, case.group, measures.segment_fit([count]), -float(count.missed + count.leaked))
            for case, count in zip(cases, counts, strict=True)
        ]
        report.add(system, _triple("", measures.segment_fit(counts)), given, pages)
    return report


def dirty(cases: Sequence[Case], outputs: Outputs) -> Report:
    """A row for each system: F1 before and after, gain, harm, and the share of clean texts left alone."""
    report = Report(f"dirty-text-dev, {cases[0].group}: words, mean over texts")
    texts = [str(case.stored) for case in cases]
    before = [measures.best_fit(text, case.gold) for text, case in zip(texts, cases, strict=True)]
    clean = [measures.is_without_clutter(text, case.gold[0]) for text, case in zip(texts, cases, strict=True)]
    for system, given in outputs.items():
        after = [measures.best_fit(output.text, case.gold) for case, output in zip(cases, given, strict=True)]
        alone = [
            measures.is_left_alone(text, output.text)
            for text, output, is_clean in zip(texts, given, clean, strict=True)
            if is_clean
        ]
        figures: Figures = {
            "before": measures.mean_fit(before).f1,
            **_triple("after", measures.mean_fit(after)),
            "gain": measures.gain(before, after),
            "harm": measures.harm(before, after),
            "unchanged": measures.share(alone),
            "clean texts": len(alone),
        }
        pages = [
            Page(case.id, case.group, later, later.f1 - earlier.f1)
            for case, earlier, later in zip(cases, before, after, strict=True)
        ]
        report.add(system, figures, given, pages)
    return report


def residue(cases: Sequence[Case], outputs: Outputs) -> Report:
    """What is done to the segments an extractor left: clutter removed, content kept, by language."""
    report = Report("multilingual-dev as Resiliparse's text: segments removed and kept")
    for system, given in outputs.items():
        figures: Figures = {}
        for language in ("all", *LANGUAGES):
            before, after = Segments(0, 0, 0), Segments(0, 0, 0)
            for case, output in zip(cases, given, strict=True):
                if language in ("all", case.group):
                    before = _sum(before, _segments(case, str(case.stored)))
                    after = _sum(after, _segments(case, output.text))
            figures[f"{language} removed"] = 1 - after.leaked / before.leaked if before.leaked else 1.0
            figures[f"{language} kept"] = after.found / before.found if before.found else 1.0
        report.add(system, figures, given)
    return report


def _triple(name: str, fit: Fit) -> Figures:
    return {f"{name} {column}".strip(): value for column, value in zip("P R F1".split(), fit, strict=True)}


def _pages(cases: Sequence[Case], fits: Sequence[Fit]) -> list[Page]:
    return [Page(case.id, case.group, fit, fit.f1) for case, fit in zip(cases, fits, strict=True)]


def _segments(case: Case, text: str) -> Segments:
    return measures.segments(text, case.must_have, case.must_not_have)


def _sum(one: Segments, other: Segments) -> Segments:
    return Segments(*(a + b for a, b in zip(one, other, strict=True)))
