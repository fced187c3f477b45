"""Metadata against gold: title, authors and dates of `wcxb-dev` articles, their text forms, and `news-dev`.

    python benchmarks/metadata.py [--sets wcxb,news,text] [--peers trafilatura,newspaper4k,turbohtml,htmldate]
                                  [--misses title|author|date] [--sample N] [--cost]

Match rules, as printed with the figures: case, white space and punctuation are folded. A title must be equal.
Of `wcxb-dev` an author counts when one name contains the other, of `news-dev` the sets must be equal. A date
counts by day. A claim is a value where the gold has none. In the text forms an author or a date counts only
where one of the text's short lines has it (`benchmarks/presence.py` says when).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

if not __package__:  # run as a file: the project's root takes the place of benchmarks/ in the search path
    sys.path[:1] = [str(Path(__file__).resolve().parents[1])]

from archiver.document import RawDocument
from archiver.metadata.folding import fold
from benchmarks.datasets import DIRTY_FORMS, DataAbsentError, data_folder
from benchmarks.fact_finders import FINDERS, cost
from benchmarks.facts import Facts, Gold, news_gold, text_gold, wcxb_gold
from benchmarks.options import name_list
from benchmarks.presence import has_author, has_date

RULES = (
    "case, white space and punctuation folded; author: one name contains the other (news-dev: equal sets); date by day"
)
FIELDS = ("title", "author", "date")
Judgement = tuple[str, bool, bool, bool]
"""A field, whether the gold has it, whether it was found, whether anything is said."""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        folder = data_folder()
    except DataAbsentError as error:
        print(error, file=sys.stderr)
        return 2
    print(RULES)
    for name, gold in _sets(folder, options.sets):
        rows = gold[: options.sample]
        systems = ["ours", *(options.peers if not name.startswith("text") else ())]
        for system in systems:
            _print(name, system, _count(rows, FINDERS[system], options.misses if system == "ours" else None))
        if options.cost:
            print(f"{name:<18} ours          {cost([row.document() for row in rows]):.2f} ms a page beside cleaning")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    peers = [name for name in FINDERS if name != "ours"]
    parser.add_argument("--sets", type=name_list(("wcxb", "news", "text")), default=["wcxb", "news", "text"])
    parser.add_argument("--peers", type=name_list(peers), default=[], help=f"run others as well: {','.join(peers)}")
    parser.add_argument("--misses", choices=FIELDS, help="print the pages of ours that miss this field")
    parser.add_argument("--sample", type=int, help="only the first N pages of each set")
    parser.add_argument("--cost", action="store_true", help="time metadata alone, after cleaning")
    return parser


def _sets(folder: Path, names: Sequence[str]) -> Iterator[tuple[str, list[Gold]]]:
    if "wcxb" in names:
        yield "wcxb-dev", wcxb_gold(folder)
    if "news" in names:
        yield "news-dev", news_gold(folder)
    if "text" in names:
        for form in DIRTY_FORMS:
            yield f"text {form}", text_gold(folder, form)


def _count(
    rows: Sequence[Gold], find: Callable[[Sequence[RawDocument]], Iterable[Facts | None]], misses: str | None
) -> Counter[str]:
    """How often each field was to be found, was right, and was claimed without gold."""
    counts: Counter[str] = Counter()
    for row, facts in zip(rows, find([row.document() for row in rows]), strict=True):
        if facts is None:
            counts["nothing"] += 1
            facts = Facts()
        for field, wanted, right, claimed in _judge(row, facts):
            counts[f"{field} said"] += claimed
            counts[f"{field} of"] += wanted
            counts[f"{field} right"] += wanted and right
            counts[f"{field} none"] += not wanted
            counts[f"{field} claimed"] += not wanted and claimed
            if field == misses and not (right if wanted else not claimed):
                print(f"{row.id}: {row.title!r} {row.authors} {row.date} / {facts}")
    return counts


def _judge(row: Gold, facts: Facts) -> Iterator[Judgement]:
    """For each field that counts in this row: whether the gold has it, whether it is right, whether it is said."""
    if row.text is None and row.title:
        yield "title", True, fold(facts.title) == fold(row.title), bool(facts.title)
    names, gold = [fold(name) for name in facts.authors], [fold(name) for name in row.authors]
    if row.exact_authors:
        yield "author", bool(gold), set(names) == set(gold), bool(names)
    elif row.text is None or not gold or has_author(row.text, row.authors[0]):
        found = any(name in other or other in name for name in names for other in gold)
        yield "author", bool(gold), found, bool(names)
    if row.text is None or not row.date or has_date(row.text, row.date):
        yield "date", bool(row.date), facts.date == row.date, bool(facts.date)


def _print(name: str, system: str, counts: Counter[str]) -> None:
    for field in FIELDS:
        total, right = counts[f"{field} of"], counts[f"{field} right"]
        if not total or not counts[f"{field} said"]:
            continue  # htmldate knows dates alone
        none = counts[f"{field} none"]
        claimed = f"   claimed {counts[f'{field} claimed']} of {none}" if none else ""
        print(f"{name:<18} {system:<13} {field:<7} {right:>4} of {total:<4} {right / total:.3f}{claimed}")
    if counts["nothing"]:
        print(f"{name:<18} {system:<13} {counts['nothing']} documents gave nothing")


if __name__ == "__main__":
    raise SystemExit(main())
