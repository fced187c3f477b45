"""The systems whose metadata is compared: ours, and the open-source tools it has to beat.

Enter: documents as `RawDocument`. Leave: `Facts` a document, in order, None where a system gave nothing or
failed. Each package is imported when its system first runs.
"""

from __future__ import annotations

import logging
import time
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence

from archiver.compose import drop
from archiver.document import RawDocument
from archiver.metadata import describe
from archiver.pipeline import clean_results, judge_document
from archiver.record import Record
from archiver.settings import Settings
from benchmarks.facts import Facts
from benchmarks.systems import decoded


def ours(documents: Sequence[RawDocument]) -> Iterator[Facts | None]:
    """archiver, by its records."""
    for record in clean_results(documents, Settings()):
        if isinstance(record, Record):
            day = record.date_published
            yield Facts(record.title or "", record.authors, day.isoformat() if day else "")
        else:
            yield None


def cost(documents: Sequence[RawDocument]) -> float:
    """CPU time of metadata a document in milliseconds, the language included, after all else is done."""
    spent = 0.0
    for number, document in enumerate(documents):
        judged = judge_document(document, Settings())
        text, _ = drop(judged)
        start = time.process_time()
        describe(judged, text)
        spent += (time.process_time() - start) * (number > 0)  # the first one loads the model of languages
    return 1000 * spent / max(1, len(documents) - 1)


def trafilatura(document: RawDocument) -> Facts:
    from trafilatura import extract_metadata

    found = extract_metadata(document.payload, default_url=document.url)
    authors = tuple(name.strip() for name in (found.author or "").split(";") if name.strip())
    return Facts(found.title or "", authors, (found.date or "")[:10])


def newspaper(document: RawDocument) -> Facts:
    from newspaper import Article

    article = Article(document.url or "http://localhost/", fetch_images=False)
    article.download(input_html=decoded(document.payload))  # given the page, it fetches nothing
    article.parse()
    date = article.publish_date.date().isoformat() if article.publish_date else ""
    return Facts(article.title or "", tuple(article.authors), date)


def turbohtml(document: RawDocument) -> Facts:
    from turbohtml import parse

    article = parse(decoded(document.payload), positions=False).article()
    return Facts(article.title or "", (article.byline,) if article.byline else (), (article.date or "")[:10])


def htmldate(document: RawDocument) -> Facts:
    from htmldate import find_date

    return Facts(date=find_date(decoded(document.payload), url=document.url) or "")


def _each(find: Callable[[RawDocument], Facts]) -> Callable[[Sequence[RawDocument]], Iterable[Facts | None]]:
    """One document after the other; what a peer raises is no end of a benchmark."""

    def run(documents: Sequence[RawDocument]) -> Iterator[Facts | None]:
        logging.disable(logging.CRITICAL)
        warnings.simplefilter("ignore")
        for document in documents:
            try:
                yield find(document)
            except Exception:  # a crash of a peer is a figure
                yield None

    return run


FINDERS: dict[str, Callable[[Sequence[RawDocument]], Iterable[Facts | None]]] = {
    "ours": ours,
    "trafilatura": _each(trafilatura),
    "newspaper4k": _each(newspaper),
    "turbohtml": _each(turbohtml),
    "htmldate": _each(htmldate),
}
