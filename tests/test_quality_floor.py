"""A pinned floor under the figures: a sample of the development data, the same on every machine.

`benchmarks/quality.py` measures all of it; here a change that makes the text worse fails within seconds.
"""

from __future__ import annotations

import doctest
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest

from benchmarks import datasets, measures, options, reports, tables
from benchmarks.datasets import Case, DataAbsentError
from benchmarks.reports import Figures, Report
from benchmarks.systems import SYSTEMS, Output

WCXB, NEWS, MULTILINGUAL, TEXTS = 90, 40, 60, 60
"""Documents a sample: together about twenty seconds."""

FLOORS = [
    # set, system, figure, floor: about .012 below what a model that has seen the pages had when it was set
    ("wcxb", "ours", "articles F1", 0.950),
    ("wcxb", "ours", "articles P", 0.943),
    ("wcxb", "ours-page", "all F1", 0.869),
    ("news", "ours", "F1", 0.972),
    ("multilingual", "ours", "F1", 0.950),
    ("resili_main", "ours", "gain", 0.012),
    ("resili_full", "ours", "gain", 0.150),
    ("traf_recall", "ours", "gain", 0.002),
    ("readability", "ours", "gain", 0.0),
    ("traf_recall", "ours", "unchanged", 0.94),
    ("readability", "ours", "unchanged", 0.92),
]
CEILINGS = [
    # one document of a sample of sixty is .017
    ("resili_main", "ours", "harm", 0.05),
    ("resili_full", "ours", "harm", 0.02),
    ("traf_recall", "ours", "harm", 0.04),
    ("readability", "ours", "harm", 0.05),
    ("wcxb", "ours", "errors", 3),
]


@pytest.fixture(scope="module")
def folder() -> Path:
    try:
        return datasets.data_folder()
    except DataAbsentError as error:
        pytest.skip(str(error))


@pytest.mark.data
@pytest.mark.parametrize(("name", "system", "figure", "floor"), FLOORS)
def test_figure_stays_above_its_floor(folder: Path, name: str, system: str, figure: str, floor: float) -> None:
    assert _figures(folder, name, system)[figure] >= floor


@pytest.mark.data
@pytest.mark.parametrize(("name", "system", "figure", "ceiling"), CEILINGS)
def test_figure_stays_below_its_ceiling(folder: Path, name: str, system: str, figure: str, ceiling: float) -> None:
    assert _figures(folder, name, system)[figure] <= ceiling


@pytest.mark.parametrize("module", [datasets, measures, options, tables], ids=lambda module: module.__name__)
def test_the_examples_in_the_benchmarks_hold(module: object) -> None:
    outcome = doctest.testmod(module)  # type: ignore[arg-type]
    assert outcome.attempted > 0
    assert outcome.failed == 0


@cache
def _figures(folder: Path, name: str, system: str) -> Figures:
    """Measured once a set and system, in this process, without a cache on disk."""
    cases = _cases(folder, name)
    given = SYSTEMS[system].run([case.document() for case in cases])
    return _report(name, cases, {system: given}).figures[system]


def _cases(folder: Path, name: str) -> list[Case]:
    if name == "wcxb":
        return datasets.sample(datasets.wcxb(folder), WCXB)
    if name == "news":
        return datasets.sample(datasets.news(folder), NEWS)
    if name == "multilingual":
        return datasets.sample(datasets.multilingual(folder), MULTILINGUAL)
    return datasets.sample(datasets.dirty(folder, name), TEXTS)


def _report(name: str, cases: Sequence[Case], outputs: dict[str, list[Output]]) -> Report:
    measure = {"wcxb": reports.wcxb, "news": reports.news, "multilingual": reports.multilingual}
    return measure.get(name, reports.dirty)(cases, outputs)
