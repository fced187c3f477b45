"""Long documents: real articles, in the midst of which many chapters more stand, all of them to be kept.

Enter: cases with gold, pages or texts. Leave: the same ones, stretched; their gold has the chapters where the document
has them. An article does not end because it is long, or because it has come to speak of something that neither its
title nor its beginning mentions. Chapters are paragraphs of other articles of the same fold and language, in markup as
the page's own; after them the article goes on. Equal seeds give equal bytes.
"""

from __future__ import annotations

import gzip
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from turbohtml import Element

from benchmarks import datasets, markup
from benchmarks.content import Content, find_content
from benchmarks.datasets import Case
from benchmarks.donors import Donor
from benchmarks.folds import FOLDS, fold_of
from benchmarks.markup import Dress
from benchmarks.tails import ARTICLE, NEIGHBOURS, Lenders, by_fold, dress_of, source_of, spliced

SEED = 5
"""The seed of the benchmark; train with others."""
COUNT = 150
CHAPTERS = (4, 250)
"""How many chapters, from–to; every order of size is as likely."""
PARAGRAPHS = (2, 7)
"""How many paragraphs a chapter has, from–to."""
LENDERS = 80
HEADED, LISTED, RELATED = 0.7, 0.2, 0.5
"""Shares of documents whose chapters have headings, of chapters that are lists, of pages that link in between."""
STRETCHED = (ARTICLE, "documentation")
"""The types of page that go on for long."""
SHORTEST_MARK = 12
"""Words of a paragraph by which the place in the gold is found."""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A heading, empty for none, and what stands below it."""

    heading: str
    paragraphs: tuple[str, ...]
    donor: Donor

    def lines(self) -> list[str]:
        """The chapter as the lines of a text."""
        return [*filter(None, [self.heading]), *self.paragraphs]


def long_articles(folder: Path) -> list[Case]:
    """The set of the benchmark: articles of `wcxb-dev`, stretched."""
    articles = [page for page in datasets.wcxb(folder) if page.group == ARTICLE]
    return list(long_pages(articles, SEED, COUNT))


def long_pages(pages: Sequence[Case], seed: int, count: int) -> Iterator[Case]:
    """Those of `count` of the pages that can be stretched, of the kinds `STRETCHED`."""
    lenders = [page for page in pages if page.group in STRETCHED]
    folds = by_fold(lenders)
    for page in datasets.sample(lenders, count):
        if stretched := _page(page, folds[fold_of(page.domain, FOLDS)], seed):
            yield stretched


def long_texts(texts: Sequence[Case], pages: Sequence[Case], seed: int, count: int) -> Iterator[Case]:
    """Those of `count` of the texts that can be stretched. `pages` are what they are texts of, and lend."""
    articles = {page.id: page for page in pages if page.group == ARTICLE}
    folds = by_fold(articles.values())
    for text in datasets.sample(texts, count):
        page = articles[text.id]
        if stretched := _text(text, page, folds[fold_of(page.domain, FOLDS)], seed):
            yield stretched


def _page(page: Case, donors: Sequence[Case], seed: int) -> Case | None:
    try:
        html = source_of(page)
    except UnicodeDecodeError:
        return None
    content = find_content(html, page.gold[0])
    if content is None:
        return None
    dress = dress_of(page, content, seed)
    places = _places(content, page.gold[0].split("\n"))
    if not places:
        return None
    offset, line = dress.random.choice(places)
    chapters = _chapters(dress, Lenders(page, dress, donors))
    if not chapters:
        return None
    stretched = spliced(html, [(offset, _html(dress, chapters))])
    return replace(
        page,
        id=f"{page.id}+{len(chapters)}",
        stored=gzip.compress(stretched.encode(), 1, mtime=0),
        gold=(_with_chapters(page.gold[0].split("\n"), line, chapters),),
    )


def _text(text: Case, page: Case, donors: Sequence[Case], seed: int) -> Case | None:
    content = find_content(page.document().payload.decode("utf-8", "replace"), page.gold[0])
    if content is None or not isinstance(text.stored, str):
        return None
    dress = dress_of(page, content, seed)
    lines, gold = text.stored.split("\n"), text.gold[0].split("\n")
    at = {_folded(line): number for number, line in enumerate(lines)}
    places = [(at[mark], line) for line, mark in _marks(gold) if mark in at]
    if not places:
        return None
    place, line = dress.random.choice(places)
    chapters = _chapters(dress, Lenders(page, dress, donors))
    if not chapters:
        return None
    return replace(
        text,
        id=f"{text.id}+{len(chapters)}",
        stored=_with_chapters(lines, place, chapters),
        gold=(_with_chapters(gold, line, chapters),),
    )


def _places(content: Content, gold: Sequence[str]) -> list[tuple[int, int]]:
    """Where chapters may stand: before a paragraph that is not the first, as an offset and as a line of the gold."""
    line_of = {mark: line for line, mark in _marks(gold)}
    return [
        (location.start_tag.start_offset, line)
        for paragraph in content.paragraphs()[1:]
        if isinstance(paragraph.parent, Element)
        and paragraph.parent.tag in NEIGHBOURS
        and (location := paragraph.source_location)
        and (line := line_of.get(_folded(paragraph.text))) is not None
    ]


def _marks(gold: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The lines of the gold that are long enough to be found again, but for the first, with their numbers."""
    marks = [(number, _folded(line)) for number, line in enumerate(gold) if len(line.split()) >= SHORTEST_MARK]
    yield from marks[1:]


def _folded(text: str) -> str:
    return " ".join(text.split())


def _chapters(dress: Dress, lenders: Lenders) -> list[Chapter]:
    """Chapters of which no paragraph comes twice; fewer than drawn where the lenders have no more."""
    random = dress.random
    wanted = round(math.exp(random.uniform(*map(math.log, CHAPTERS))))
    headed = random.random() < HEADED
    made: list[Chapter] = []
    for donor in lenders.draw((LENDERS, LENDERS), lambda donor: len(donor.paragraphs) >= PARAGRAPHS[1]):
        left = list(donor.paragraphs)
        while left and len(made) < wanted:
            heading = " ".join(left.pop(0).split()[: random.randint(2, 7)]).rstrip(".,:;") if headed else ""
            taken = random.randint(*PARAGRAPHS)
            chapter = Chapter(heading, tuple(left[:taken]), donor)
            del left[:taken]
            if chapter.paragraphs:
                made.append(chapter)
    random.shuffle(made)
    return made


def _html(dress: Dress, chapters: Sequence[Chapter]) -> str:
    level = dress.random.choice(["h2", "h2", "h3"])
    links = dress.random.random() < RELATED
    return "".join(_chapter(dress, chapter, level, links) for chapter in chapters)


def _chapter(dress: Dress, chapter: Chapter, level: str, links: bool) -> str:
    heading = f"<{level}>{escape(chapter.heading)}</{level}>" if chapter.heading else ""
    texts = list(map(escape, chapter.paragraphs))
    if dress.random.random() < LISTED:
        around, behind = ("<p>", "</p>") if dress.random.random() < 0.5 else ("", "")
        body = "<ul>" + "".join(f"<li>{around}{text}{behind}</li>" for text in texts) + "</ul>"
    else:
        own = markup.class_attribute(dress.paragraph)
        body = "".join(f"<p{own}>{text}</p>" for text in texts)
    related = markup.related(dress, chapter.donor) if links and dress.random.random() < 0.4 else ""
    return heading + body + related


def _with_chapters(lines: Sequence[str], place: int, chapters: Sequence[Chapter]) -> str:
    """The lines with those of the chapters before the one at `place`."""
    inserted = [line for chapter in chapters for line in chapter.lines()]
    return "\n".join([*lines[:place], *inserted, *lines[place:]])
