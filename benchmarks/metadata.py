"""Metadata against gold: title, authors and dates of `wcxb-dev` articles and `news-dev`.

    python benchmarks/metadata.py [--misses title|author|date] [--sample N]

Match rules, as printed with the figures: case, white space and punctuation are folded. A title must be equal.
Of `wcxb-dev` an author counts when one name contains the other, of `news-dev` the sets must be equal. A date
counts by day. A claim is a value where the gold has none.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

if not __package__:  # run as a file: the project's root takes the place of benchmarks/ in the search path
    sys.path[:1] = [str(Path(__file__).resolve().parents[1])]

from archiver.document import HTML, RawDocument
from archiver.metadata.folding import fold
from archiver.pipeline import clean_results
from archiver.record import Record
from archiver.settings import Settings
from benchmarks.datasets import DataAbsentError, data_folder

RULES = (
    "case, white space and punctuation folded; author: one name contains the other (news-dev: equal sets); date by day"
)

Gold = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    options = _parser().parse_args(arguments)
    try:
        folder = data_folder()
    except DataAbsentError as error:
        print(error, file=sys.stderr)
        return 2
    print(RULES)
    for name, rows in (("wcxb-dev", _wcxb(folder)), ("news-dev", _news(folder))):
        _print(name, _count(name, islice(rows, options.sample), options.misses))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--misses", choices=("title", "author", "date"), help="print the pages that miss this field")
    parser.add_argument("--sample", type=int, help="only the first N pages of each set")
    return parser


def _wcxb(folder: Path) -> Iterator[Gold]:
    with gzip.open(folder / "wcxb-dev" / "gold.jsonl.gz", "rt", encoding="utf-8") as lines:
        for row in map(json.loads, lines):
            if row["page_type"] == "article":
                page = folder / "wcxb-dev" / "html" / f"{row['id']}.html.gz"
                yield {
                    "page": page,
                    "url": row["url"],
                    "title": row["title"],
                    "author": row["author"],
                    "date": row["publish_date"],
                }


def _news(folder: Path) -> Iterator[Gold]:
    for line in (folder / "news-dev" / "gold.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        page = folder / "news-dev" / "html" / f"{row['id']}.html.gz"
        yield {
            "page": page,
            "url": row["url"],
            "title": row["title"],
            "authors": row["authors"],
            "date": row["date"],
        }


def _count(name: str, rows: Iterable[Gold], misses: str | None) -> Counter[str]:
    """How often each field was to be found, was right, and was claimed without gold."""
    kept = list(rows)
    documents = [RawDocument(gzip.decompress(row["page"].read_bytes()), name, HTML, row["url"]) for row in kept]
    counts: Counter[str] = Counter()
    for row, record in zip(kept, clean_results(documents, Settings()), strict=True):
        if not isinstance(record, Record):
            counts["not cleaned"] += 1
            continue
        for field, wanted, right, claimed in _judge(row, record):
            counts[f"{field} of"] += wanted
            counts[f"{field} right"] += wanted and right
            counts[f"{field} none"] += not wanted
            counts[f"{field} claimed"] += not wanted and claimed
            if field == misses and not (right if wanted else not claimed):
                print(f"{row['page'].name}: {row} / {record.title!r} {record.authors} {record.date_published}")
    return counts


def _judge(row: Gold, record: Record) -> Iterator[tuple[str, bool, bool, bool]]:
    """For each field: whether the gold has it, whether ours is right, whether we say anything."""
    yield "title", bool(row["title"]), fold(record.title or "") == fold(row["title"] or ""), bool(record.title)
    if "authors" in row:
        equal = {fold(name) for name in record.authors} == {fold(name) for name in row["authors"]}
        yield "author", bool(row["authors"]), equal, bool(record.authors)
    else:
        gold = fold(row["author"] or "")
        found = any(fold(name) in gold or gold in fold(name) for name in record.authors)
        yield "author", bool(gold), found, bool(record.authors)
    day = str(row["date"] or "")[:10]
    yield "date", bool(day), str(record.date_published) == day, record.date_published is not None


def _print(name: str, counts: Counter[str]) -> None:
    for field in ("title", "author", "date"):
        total, right = counts[f"{field} of"], counts[f"{field} right"]
        claimed = (
            f"   claimed {counts[f'{field} claimed']} of {counts[f'{field} none']}" if counts[f"{field} none"] else ""
        )
        print(f"{name:<9} {field:<7} {right:>4} of {total:<4} {right / max(total, 1):.3f}{claimed}")
    if counts["not cleaned"]:
        print(f"{name:<9} {counts['not cleaned']} pages became no record")


if __name__ == "__main__":
    raise SystemExit(main())
