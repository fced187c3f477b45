"""What a page declares in plain names in (meta, title, microdata, `<time>`, links), candidates out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from archiver.document import Head
from archiver.metadata.candidates import Candidate
from archiver.metadata.folding import tidy
from archiver.metadata.lexicon import is_written_by
from archiver.metadata.persons import is_organisation

MAX_VALUES = 500
"""Entries of one kind that are looked at."""

META = {
    "title": "og:title twitter:title dc.title dcterms.title parsely-title sailthru.title citation_title headline "
    "cxenseparse:title bt:headline hdl",
    "description": "og:description description twitter:description dc.description dcterms.description dcterms.abstract "
    "sailthru.description",
    "authors": "citation_author author article:author_name article:author og:article:author og:author parsely-author "
    "sailthru.author dc.creator dcterms.creator cxenseparse:author articleauthor byl creator authors citation_authors "
    "book:author dc.contributor.author author_name vr:author",
    "published": "article:published_time og:article:published_time og:published_time published_time datepublished "
    "og:publish_date publishdate publish-date publish_date pubdate date-pub parsely-pub-date sailthru.date "
    "dc.date.issued dcterms.issued dc.date dcterms.date dcterms.created dc.date.created citation_online_date "
    "citation_publication_date citation_date cxenseparse:publishtime cxenseparse:recs:publishtime article.published "
    "article:published published originalpublicationdate displaydate article:post_date date_published date gsa_date "
    "bt:pubdate ptime video:release_date published-date publish_time publication_date publicationdate "
    "article_date_original dc.date.available og:article:published article:publish_date release_date sort_date",
    "modified": "article:modified_time og:article:modified_time og:updated_time og:modified_time datemodified lastmod "
    "last-modified dcterms.modified dc.date.modified article.updated article:modified revised bt:moddate "
    "parsely-updated last-updated",
    "section": "article:section og:section og:article:section parsely-section section articlesection prism.section "
    "lp:section article.section dc.type.articlesection",
    "tags": "article:tag og:article:tag article.tag news_keywords parsely-tags sailthru.tags keywords "
    "citation_keywords dc.subject dcterms.subject",
    "site_name": "og:site_name citation_journal_title application-name apple-mobile-web-app-title al:ios:app_name",
    "publisher": "citation_publisher dc.publisher dcterms.publisher publisher",
    "license": "dc.rights.license dcterms.license license dc.rights dcterms.rights",
    "url": "og:url twitter:url parsely-link",
    "paywalled": "article:content_tier",
}
"""Record field → meta names that declare it, most trusted first."""

ITEMS = {
    "title": "headline",
    "description": "description",
    "authors": "author creator",
    "published": "datePublished dateCreated uploadDate",
    "modified": "dateModified",
    "section": "articleSection",
    "tags": "keywords",
    "publisher": "publisher",
    "license": "license",
    "paywalled": "isAccessibleForFree",
}
"""Record field → microdata properties. `name` and `url` are left out: they belong to anything on a page."""


_PUBLISHED = re.compile(r"(?<![a-z])(?:publish(?:ed)?|publication|pub)[-_.: ]?(?:date|time|on|at)$")
"""Other meta names that say what they are, such as ``w-published-date``: trusted least of all."""
_UNRANKED = 1_000


_CATALOGUED = frozenset("citation_author citation_authors dc.creator dcterms.creator dc.contributor.author".split())
"""Metas of library catalogues, which put the surname first: ``García Márquez, Gabriel``; others list persons so."""
_ENTRY = re.compile(r"([^,;]+), ([^,;]+)")
_CREDENTIAL = re.compile(r"(?:[A-Z][a-z]?\.?){2,}|[JS]r\.?")


def _ranked(table: dict[str, str]) -> dict[str, list[tuple[str, int]]]:
    ranks: dict[str, list[tuple[str, int]]] = {}
    for field, names in table.items():
        for rank, name in enumerate(names.split()):
            ranks.setdefault(name.lower(), []).append((field, rank))
    return ranks


_META_RANKS = _ranked(META)
_ITEM_RANKS = _ranked(ITEMS)


def find(head: Head) -> Iterator[Candidate]:
    """Candidates of everything the head declares beside JSON-LD, by field in the order of trust."""
    yield from _by_rank(head.meta, _META_RANKS, "meta")
    yield from _labelled_pairs(head.meta)
    yield from _by_rank(head.items, _ITEM_RANKS, "microdata")
    if head.title.strip():
        yield Candidate("title", tidy(head.title), "title-element", "title", head.title)
    for name in head.authors[:MAX_VALUES]:
        yield Candidate("authors", tidy(name), "rel-author", "a[rel=author]", name)
    yield from _times(head)
    yield from _links(head)


def _by_rank(
    pairs: tuple[tuple[str, str], ...], ranks: dict[str, list[tuple[str, int]]], source: str
) -> Iterator[Candidate]:
    found = []
    for name, value in pairs[:MAX_VALUES]:
        for one in name.lower().split():
            for field, rank in ranks.get(one) or _by_its_words(one, source):
                if value.strip():
                    told = _given_name_first(tidy(value)) if one in _CATALOGUED else tidy(value)
                    found.append((rank, Candidate(field, told, _kind(one, source), name[:60], value)))
    found.sort(key=lambda entry: entry[0])
    for _, candidate in found:
        yield candidate


def _by_its_words(name: str, source: str) -> tuple[tuple[str, int], ...]:
    """What a meta name that no table knows declares by its words."""
    return (("published", _UNRANKED),) if source == "meta" and _PUBLISHED.search(name) else ()


def _given_name_first(entries: str) -> str:
    """The entries of a catalogue as names are said; ``Jane Roe, John Poe`` and ``Jane Roe, MD`` are none."""
    return "; ".join(map(_said, entries.split("; ")))


def _said(entry: str) -> str:
    parts = _ENTRY.fullmatch(entry)
    if parts is None or any(is_organisation(part) for part in parts.groups()):
        return entry
    surname, given = parts.groups()
    capitalised = [sum(word[0].isupper() for word in part.split()) for part in (surname, given)]
    is_inverted = capitalised[0] == 1 or (capitalised[1] == 1 and not _CREDENTIAL.fullmatch(given))
    return f"{given} {surname}" if is_inverted else entry


def _kind(name: str, source: str) -> str:
    return "opengraph" if name.startswith(("og:", "article:")) else source


def _labelled_pairs(meta: tuple[tuple[str, str], ...]) -> Iterator[Candidate]:
    """``twitter:label1`` says in words what ``twitter:data1`` is: "Written by"."""
    values = {name.lower(): value for name, value in reversed(meta[:MAX_VALUES])}
    for number in ("1", "2"):
        label, value = values.get(f"twitter:label{number}"), values.get(f"twitter:data{number}")
        if label and value and is_written_by(label):
            yield Candidate("authors", tidy(value), "meta", f"twitter:data{number}", value)


def _times(head: Head) -> Iterator[Candidate]:
    for number, (moment, text) in enumerate(head.times[:MAX_VALUES]):
        value = moment if any(c.isdigit() for c in moment) else text
        if value.strip():
            yield Candidate("published", tidy(value), "time", f"time {number}", value)


def _links(head: Head) -> Iterator[Candidate]:
    for relation, address in head.links[:MAX_VALUES]:
        kinds = relation.lower().split()
        if "canonical" in kinds:
            yield Candidate("url", address.strip(), "link", "link[rel=canonical]", address)
        elif "license" in kinds:
            yield Candidate("license", address.strip(), "link", "link[rel=license]", address)
