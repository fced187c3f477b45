"""The development data as cases: a document to clean, and the gold to hold the outcome against.

Enters: the data folder, `../shared/data` from the project's root or where ``ARCHIVER_DATA`` points.
Leaves: lists of `Case`. Gold is read when a set is asked for, pages when a case is.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from textwrap import fill
from typing import Any
from urllib.parse import urlsplit

from archiver.document import HTML, TEXT, RawDocument

VARIABLE = "ARCHIVER_DATA"
DEFAULT_FOLDER = Path(__file__).resolve().parents[2] / "shared" / "data"
DIRTY_FORMS = ("resili_main", "traf_recall", "readability", "resili_full")
"""What three extractors leave of the WCXB articles, and the text of the whole page."""
WIDTH = 78
"""Characters of a line where a text is wrapped: html2text's default."""


class DataAbsentError(Exception):
    """The development data is not on this machine. The message says where it was looked for."""


@dataclass(frozen=True, slots=True)
class Case:
    """One document of a set and its gold.

    `stored` is the compressed page, as a file or as bytes, or the text itself where the set holds plain text.
    `domain` is the site's, to keep its pages together. `group` is the page type or the country. `gold` holds the
    accepted texts, of which the one that fits best counts; the sets without a gold text have `must_have` and
    `must_not_have` segments instead.
    """

    id: str
    stored: Path | bytes | str
    url: str | None = None
    domain: str = ""
    group: str = ""
    gold: tuple[str, ...] = ()
    must_have: tuple[str, ...] = ()
    must_not_have: tuple[str, ...] = ()

    def document(self) -> RawDocument:
        """The document as a source would hand it on; the page is read now."""
        if isinstance(self.stored, str):
            return RawDocument(self.stored.encode(), self.id, media_type=TEXT, charset="utf-8")
        stored = self.stored if isinstance(self.stored, bytes) else self.stored.read_bytes()
        return RawDocument(gzip.decompress(stored), self.id, media_type=HTML, url=self.url)

    def digest(self) -> str:
        """SHA-256 of the document as stored, in hex."""
        stored = self.stored.encode() if isinstance(self.stored, str) else self.stored
        return hashlib.sha256(stored if isinstance(stored, bytes) else stored.read_bytes()).hexdigest()


def data_folder() -> Path:
    """The folder of the development data.

    Raises:
        DataAbsentError: there is none.
    """
    folder = Path(os.environ.get(VARIABLE) or DEFAULT_FOLDER)
    if not (folder / "wcxb-dev").is_dir():
        raise DataAbsentError(f"no development data in {folder}: set {VARIABLE} to the folder that holds wcxb-dev/")
    return folder


def wcxb(folder: Path) -> list[Case]:
    """1,497 pages of seven types (`group`) with the main content of each."""
    pages = folder / "wcxb-dev"
    return [
        Case(
            row["id"],
            pages / "html" / f"{row['id']}.html.gz",
            url=row["url"] or None,
            domain=row["domain"],
            group=row["page_type"],
            gold=(row["main_content"],),
        )
        for row in _rows(pages / "gold.jsonl.gz")
    ]


def news(folder: Path) -> list[Case]:
    """125 strict news articles; the body is accepted with and without the summary above it."""
    pages = folder / "news-dev"
    return [
        Case(
            row["id"],
            pages / "html" / f"{row['id']}.html.gz",
            url=row["url"],
            domain=_domain(row["url"]),
            group=row["country"],
            gold=("\n".join(row["body"]), "\n".join(row["summary"] + row["body"])),
        )
        for row in _rows(pages / "gold.jsonl")
    ]


def multilingual(folder: Path) -> list[Case]:
    """487 pages, most of them German, with segments that must and that must not be in the text."""
    pages = folder / "multilingual-dev"
    return [
        Case(
            row["id"],
            pages / "html" / f"{row['id']}.html.gz",
            url=row["url"],
            domain=_domain(row["url"]),
            must_have=tuple(row["must_have"]),
            must_not_have=tuple(row["must_not_have"]),
        )
        for row in _rows(pages / "gold.jsonl")
    ]


def dirty(folder: Path, form: str) -> list[Case]:
    """The 793 WCXB articles as plain text with residual clutter, in one of `DIRTY_FORMS`."""
    pages = {case.id: case for case in wcxb(folder)}
    return [
        Case(row["id"], row["text"], domain=pages[row["id"]].domain, group=form, gold=pages[row["id"]].gold)
        for row in _rows(folder / "dirty-text-dev" / f"{form}.jsonl.gz")
    ]


def wrapped(folder: Path, form: str) -> list[Case]:
    """The same texts as `dirty`, each line broken into lines of `WIDTH` characters, with a blank line after it."""
    return [
        replace(
            case, stored="\n\n".join(map(_wrap, filter(str.strip, case.stored.split("\n")))), group=f"{form} wrapped"
        )
        for case in dirty(folder, form)
    ]


def _wrap(line: str) -> str:
    return fill(line, WIDTH, break_long_words=False, break_on_hyphens=False)


def sample(cases: Sequence[Case], size: int | None) -> list[Case]:
    """The `size` cases whose ids hash lowest, in their given order: the same ones on every machine.

    >>> [case.id for case in sample([Case(str(n), "") for n in range(9)], 3)]
    ['3', '4', '8']
    >>> len(sample([Case("a", "")], None))
    1
    """
    if size is None or size >= len(cases):
        return list(cases)
    chosen = set(sorted((case.id for case in cases), key=_hash)[:size])
    return [case for case in cases if case.id in chosen]


def _domain(url: str) -> str:
    """The host of an address without `www.` before it."""
    return (urlsplit(url).hostname or "").removeprefix("www.")


def _hash(identifier: str) -> str:
    return hashlib.sha256(identifier.encode()).hexdigest()


def _rows(file: Path) -> Iterator[dict[str, Any]]:
    stored = file.read_bytes()
    lines = gzip.decompress(stored) if file.suffix == ".gz" else stored
    yield from map(json.loads, lines.splitlines())
