"""The systems that are compared: ours, and the open-source extractors it has to beat.

Enter: documents as `RawDocument`. Leave: one `Output` a document, in order. Each package is imported when its
system first runs; what a system raises becomes an empty text with the error beside it, and is counted.
"""

from __future__ import annotations

import hashlib
import inspect
import logging
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

from archiver.document import RawDocument

Extract: TypeAlias = Callable[[Any, str | None], str | None]
"""From a page, as text or as bytes, and its URL to the text of its content."""


class Output(NamedTuple):
    """What a system made of one document: its text, and what went wrong if it made none."""

    text: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Peer:
    """An extractor of others: a name, the distribution and the module it needs, and how it is called.

    One that `decodes` is given the page's bytes; the others get its text, decoded with what the page declares.
    """

    name: str
    distribution: str
    module: str
    extract: Extract
    decodes: bool = False

    def is_installed(self) -> bool:
        return find_spec(self.module) is not None

    def identity(self) -> str:
        """Name, version and adapter: equal identities give equal outputs."""
        function = self.extract.func if isinstance(self.extract, partial) else self.extract
        options = self.extract.keywords if isinstance(self.extract, partial) else {}
        adapter = f"{inspect.getsource(function)}{sorted(options.items())}{self.decodes}"
        return f"{self.name} {self.version()} {hashlib.sha256(adapter.encode()).hexdigest()[:12]}"

    def version(self) -> str:
        try:
            return version(self.distribution)
        except PackageNotFoundError:
            return "unknown"

    def run(self, documents: Sequence[RawDocument]) -> list[Output]:
        """One output a document; what the extractor raises, or prints on the way, stays here."""
        logging.disable(logging.CRITICAL)
        warnings.simplefilter("ignore")
        return [self._output(document) for document in documents]

    def _output(self, document: RawDocument) -> Output:
        try:
            page = document.payload if self.decodes else decoded(document.payload)
            return Output(self.extract(page, document.url) or "")
        except Exception as error:  # a crash of a peer is a figure, not the end of a benchmark
            return Output("", f"{type(error).__name__}: {error}")


@dataclass(frozen=True, slots=True)
class Ours:
    """archiver in one of its modes. Its outputs are never cached."""

    name: str
    mode: str

    def is_installed(self) -> bool:
        return True

    def version(self) -> str:
        return "this checkout"

    def run(self, documents: Sequence[RawDocument], model: Path | None = None) -> list[Output]:
        """One output a document; a rejection or a failure is an empty text with its code.

        `model` is the block model to clean with, if not the one that comes with archiver.
        """
        from archiver import Record, Settings, clean_many

        settings = Settings(mode=self.mode, model=str(model) if model else None)
        results = clean_many(documents, settings=settings)
        return [
            Output(result.text)
            if isinstance(result, Record)
            else Output("", f"{result.stage}: {result.code}: {result.message}")
            for result in results
        ]


System: TypeAlias = Ours | Peer


def trafilatura(html: bytes, url: str | None, **options: Any) -> str | None:
    from trafilatura import extract

    return extract(html, url=url, include_comments=False, **options)


def resiliparse(html: str, url: str | None, *, main_content: bool = True, comments: bool = False) -> str:
    from resiliparse.extract.html2text import extract_plain_text

    return extract_plain_text(html, main_content=main_content, comments=comments)


def readability(html: str, url: str | None) -> str:
    from readability import Document
    from turbohtml import parse

    return parse(Document(html, url=url).summary(html_partial=True)).to_text()


def newspaper(html: str, url: str | None) -> str:
    from newspaper import Article

    article = Article(url or "http://localhost/", fetch_images=False)
    article.download(input_html=html)  # given the page, it fetches nothing
    article.parse()
    return article.text


def turbohtml(html: str, url: str | None) -> str:
    from turbohtml import parse

    return parse(html, positions=False).main_text()


def decoded(html: bytes) -> str:
    """The page as text: UTF-8 where it is that throughout, else by the WHATWG rules."""
    try:
        return html.decode("utf-8")
    except UnicodeDecodeError:
        from turbohtml import parse

        return html.decode(parse(html, positions=False).encoding or "utf-8", "replace")


def _trafilatura(name: str, **options: Any) -> Peer:
    return Peer(name, "trafilatura", "trafilatura", partial(trafilatura, **options), decodes=True)


OURS = (Ours("ours", "article"), Ours("ours-page", "page"))
PEERS = (
    _trafilatura("trafilatura"),
    _trafilatura("trafilatura-precision", favor_precision=True),
    _trafilatura("trafilatura-recall", favor_recall=True),
    _trafilatura("trafilatura-fast", fast=True),
    Peer("resiliparse", "resiliparse", "resiliparse", resiliparse),
    Peer("readability", "readability-lxml", "readability", readability),
    Peer("newspaper4k", "newspaper4k", "newspaper", newspaper),
    Peer("turbohtml", "turbohtml", "turbohtml", turbohtml),
)
WHOLE_PAGE = Peer(
    "resiliparse-all", "resiliparse", "resiliparse", partial(resiliparse, main_content=False, comments=True)
)
"""No competitor, but a maker of texts full of clutter."""
SYSTEMS: dict[str, System] = {system.name: system for system in (*OURS, *PEERS, WHOLE_PAGE)}
COMPARED = [system.name for system in (*OURS, *PEERS)]
"""The systems that stand side by side."""
