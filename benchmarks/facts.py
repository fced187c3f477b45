"""The gold of metadata as rows, and what a system says of a document in the same terms.

Enters: the data folder. Leaves: `Gold` rows, whose documents are read when asked for.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from archiver.document import HTML, TEXT, RawDocument


class Facts(NamedTuple):
    """What a system says of a document; empty where it says nothing. `date` is written as 2025-09-04."""

    title: str = ""
    authors: tuple[str, ...] = ()
    date: str = ""


@dataclass(frozen=True, slots=True)
class Gold:
    """One document and what is to be found. `text` is the document itself where it is a plain text."""

    id: str
    page: Path
    url: str | None
    title: str
    authors: tuple[str, ...]
    date: str
    exact_authors: bool = False
    text: str | None = None

    def document(self) -> RawDocument:
        if self.text is not None:
            return RawDocument(self.text.encode(), self.id, TEXT, charset="utf-8")
        return RawDocument(gzip.decompress(self.page.read_bytes()), self.id, HTML, self.url)


def wcxb_gold(folder: Path) -> list[Gold]:
    """The articles of `wcxb-dev`."""
    pages = folder / "wcxb-dev"
    return [
        Gold(
            row["id"],
            pages / "html" / f"{row['id']}.html.gz",
            row["url"],
            row["title"] or "",
            (row["author"],) if row["author"] else (),
            (row["publish_date"] or "")[:10],
        )
        for row in _rows(pages / "gold.jsonl.gz")
        if row["page_type"] == "article"
    ]


def news_gold(folder: Path) -> list[Gold]:
    """The articles of `news-dev`, whose authors are to be found exactly."""
    pages = folder / "news-dev"
    return [
        Gold(
            row["id"],
            pages / "html" / f"{row['id']}.html.gz",
            row["url"],
            row["title"] or "",
            tuple(row["authors"]),
            (row["date"] or "")[:10],
            exact_authors=True,
        )
        for row in _rows(pages / "gold.jsonl")
    ]


def text_gold(folder: Path, form: str) -> list[Gold]:
    """The articles of `wcxb-dev` in one of the forms of `dirty-text-dev`."""
    gold = {row.id: row for row in wcxb_gold(folder)}
    rows = []
    for row in _rows(folder / "dirty-text-dev" / f"{form}.jsonl.gz"):
        own = gold[row["id"]]
        rows.append(Gold(own.id, own.page, own.url, own.title, own.authors, own.date, text=row["text"]))
    return rows


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    stored = file.read_bytes()
    lines = gzip.decompress(stored) if file.suffix == ".gz" else stored
    yield from map(json.loads, lines.splitlines())
