"""Quality of ours beside its peers, over the development sets: one table a set.

    python benchmarks/quality.py --sets wcxb,news --systems ours,ours-page,trafilatura --worst 20

Exit codes: 0 done, 2 usage or no data.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Sequence
from itertools import product
from pathlib import Path

if not __package__:  # run as a file: the project's root takes the place of benchmarks/ in the search path
    sys.path[:1] = [str(Path(__file__).resolve().parents[1])]

from benchmarks import datasets, long, reports, tails
from benchmarks.ciphers import CIPHERS, ciphered
from benchmarks.datasets import Case, DataAbsentError, data_folder
from benchmarks.options import name_list
from benchmarks.outputs import outputs
from benchmarks.reports import Outputs, Page, Report
from benchmarks.systems import COMPARED, OURS, SYSTEMS
from benchmarks.tables import markdown

Measure = Callable[[Sequence[Case], Outputs], Report]

SETS = ("wcxb", "news", "multilingual", "tails", "long", "dirty", "wrapped", "residue", "ciphers")
ERRORS_SHOWN = 5
PAGES: dict[str, tuple[Callable[[Path], list[Case]], Measure]] = {
    "wcxb": (datasets.wcxb, reports.wcxb),
    "news": (datasets.news, reports.news),
    "multilingual": (datasets.multilingual, reports.multilingual),
    "tails": (tails.tails, reports.tails),
    "long": (long.long_articles, reports.long),
}
CIPHERED_FORMS = ("resili_main", "resili_full")
TEXTS: dict[str, Callable[[Path, str], list[Case]]] = {"dirty": datasets.dirty, "wrapped": datasets.wrapped}


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        folder = data_folder()
    except DataAbsentError as error:
        print(error, file=sys.stderr)
        return 2
    systems = _installed(options.systems)
    made: list[Report] = []
    for name in options.sets:
        for report in _reports(name, folder, systems, options):
            _print(report, options.worst, options.group)
            made.append(report)
    if options.json:
        options.json.write_text(_as_json(made, systems), encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description="Quality of archiver beside its peers, over the development sets.")
    parser.add_argument("--sets", type=name_list(SETS), default=list(SETS), help=f"any of {','.join(SETS)}")
    parser.add_argument("--systems", type=name_list(COMPARED), default=COMPARED, help=f"any of {','.join(COMPARED)}")
    parser.add_argument("--models", type=Path, metavar="DIR", help="ours by models of folds: see training")
    parser.add_argument("--sample", type=int, help="only so many documents a set, always the same ones")
    parser.add_argument("--worst", type=int, default=0, help="list the ids of so many of our worst documents a set")
    parser.add_argument("--group", help="list the worst of this page type, country or language only")
    parser.add_argument("--json", type=Path, help="write all figures, and each document's of ours, to this file")
    return parser


def _installed(names: Sequence[str]) -> list[str]:
    """The systems that can run here; the others are named on standard error."""
    for name in names:
        if not SYSTEMS[name].is_installed():
            print(f"{name} is not installed and left out", file=sys.stderr)
    return [name for name in names if SYSTEMS[name].is_installed()]


def _reports(name: str, folder: Path, systems: Sequence[str], options: argparse.Namespace) -> Iterable[Report]:
    """The reports of one set. Text sets are cleaned by ours alone: the peers take pages."""
    size, models = options.sample, options.models
    if name in PAGES:
        load, measure = PAGES[name]
        yield _report(datasets.sample(load(folder), size), systems, measure, models)
        return
    if name == "ciphers":
        articles = [case for case in datasets.wcxb(folder) if case.group == "article"]
        for cipher in CIPHERS:
            yield _report(ciphered(datasets.sample(articles, size), cipher), systems, reports.articles, models)
    ours = [system.name for system in OURS if system.name in systems]
    if not ours:
        print(f"{name} holds text, which only archiver cleans: left out", file=sys.stderr)
    elif name in TEXTS:
        for form in datasets.DIRTY_FORMS:
            yield _report(datasets.sample(TEXTS[name](folder, form), size), ours[:1], reports.dirty, models)
    elif name == "ciphers":
        for form, cipher in product(CIPHERED_FORMS, CIPHERS):
            cases = ciphered(datasets.sample(datasets.dirty(folder, form), size), cipher)
            yield _report(cases, ours[:1], reports.dirty, models)
    else:
        yield _report(_residue(datasets.sample(datasets.multilingual(folder), size)), ours[:1], reports.residue, models)


def _report(cases: Sequence[Case], systems: Sequence[str], measure: Measure, models: Path | None) -> Report:
    return measure(cases, {system: outputs(system, cases, models) for system in systems})


def _residue(pages: Sequence[Case]) -> list[Case]:
    """The pages as Resiliparse leaves them, grouped by the language of that text."""
    from py3langid import classify

    texts = [output.text for output in outputs("resiliparse", pages)]
    return [
        Case(
            page.id,
            text,
            domain=page.domain,
            group=str(classify(text)[0]),
            must_have=page.must_have,
            must_not_have=page.must_not_have,
        )
        for page, text in zip(pages, texts, strict=True)
    ]


def _print(report: Report, worst: int, group: str | None) -> None:
    print(f"\n{report.title}\n\n{markdown(report.figures)}", flush=True)
    for system, errors in report.errors.items():
        for error, count in errors.most_common(ERRORS_SHOWN):
            print(f"{system}: {count} x {error}", file=sys.stderr)
    for ours in OURS:
        pages = [page for page in report.pages.get(ours.name, []) if group in (None, page.group)]
        pages = sorted(pages, key=lambda page: (page.rank, page.id))[:worst]
        if pages:
            print(f"\nworst of {ours.name}, ranked by the figure in brackets")
            print("\n".join(map(_worst_line, pages)), flush=True)


def _worst_line(page: Page) -> str:
    precision, recall, f1 = page.fit
    return f"  {page.id:36} {page.group:13}  P {precision:.3f}  R {recall:.3f}  F1 {f1:.3f}  ({page.rank:+.3f})"


def _as_json(made: Sequence[Report], systems: Sequence[str]) -> str:
    ours = {system.name for system in OURS}
    tree = {
        "versions": {name: SYSTEMS[name].version() for name in systems},
        "sets": {report.title: report.figures for report in made},
        "documents": {
            report.title: {
                system: {page.id: [round(value, 5) for value in page.fit] for page in pages}
                for system, pages in report.pages.items()
                if system in ours
            }
            for report in made
        },
    }
    return json.dumps(tree, indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    sys.exit(main())
