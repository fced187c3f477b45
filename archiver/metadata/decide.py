"""All candidates in, one value a field and the evidence for it out. Trust between sources is stated here alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any, NamedTuple

from archiver.metadata import authorship, dating, titles, urls
from archiver.metadata.candidates import Candidate
from archiver.metadata.folding import fold
from archiver.record import Origin

MAX_RAW_CHARS = 500
"""Of the value as it stood, so much is kept as evidence."""
MAX_TEXT_CHARS = 3_000
MAX_TAGS = 50
MAX_TAG_CHARS = 100

TRUST: dict[str, tuple[str, ...]] = {
    "authors": ("given", "site", "json-ld", "meta", "opengraph", "microdata", "headline-byline",
                "byline-line", "author-element", "block", "rel-author", "byline-element",
                "signature", "tail-line", "bio", "name-line", "desk-line"),
    "published": ("given", "site", "json-ld", "opengraph", "meta", "microdata", "block", "date-element", "date-line",
                  "time", "far-block", "tail-line", "url", "relative"),
    "modified": ("given", "site", "json-ld", "opengraph", "meta", "microdata", "block", "date-element", "date-line",
                 "far-block", "relative"),
    "subtitle": ("given", "site", "block"),
    "section": ("given", "site", "json-ld", "opengraph", "meta", "microdata", "block"),
    "description": ("given", "site", "opengraph", "meta", "json-ld", "microdata"),
    "tags": ("given", "site", "opengraph", "meta", "json-ld", "microdata", "block"),
    "site_name": ("given", "site", "opengraph", "json-ld", "meta"),
    "publisher": ("given", "site", "json-ld", "meta", "microdata"),
    "license": ("given", "site", "link", "json-ld", "meta", "microdata"),
    "author_bio": ("given", "site", "block"),
    "canonical_url": ("given", "site", "link", "opengraph", "json-ld", "meta"),
}  # fmt: skip
"""Field → sources, most trusted first. The first source with a usable value decides."""

_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_TAG_JOINT = re.compile(r"[,;|、，；\n]")


ByField = Mapping[str, Sequence[Candidate]]


class Page(NamedTuple):
    """What decisions need to know of the page: its language tag, its own address, the base of its links."""

    language: str = ""
    url: str | None = None
    base: str | None = None


class Decision(NamedTuple):
    """The value of a record column, and the candidate it rests on."""

    field: str
    value: Any
    candidate: Candidate

    @property
    def origin(self) -> Origin:
        """The entry of `origins`: where it was found, and how it stood there."""
        raw = self.candidate.raw if self.candidate.raw is not None else self.candidate.value
        return Origin(self.field, self.candidate.source, self.candidate.locator, raw[:MAX_RAW_CHARS])


def decide(found: Iterable[Candidate], page: Page) -> list[Decision]:
    """A decision for every field that has a usable candidate, each field but `flags` at most once."""
    candidates = _by_field(found)
    addresses = list(_addresses(candidates, page))
    host = _host(addresses)
    return [
        *_title(candidates, page, host),
        *(decision for field in _TEXTS for decision in _text(field, candidates)),
        *_authors(candidates, host),
        *_tags(candidates),
        *_date("date_published", "published_at", "published", candidates, page, host),
        *_date("date_modified", "modified_at", "modified", candidates, page, host),
        *addresses,
        *_flags(candidates),
    ]


def decide_title(found: Iterable[Candidate], page: Page) -> str:
    """The title alone, empty where there is none."""
    candidates = _by_field(found)
    host = _host(_addresses(candidates, page))
    return next((str(one.value) for one in _title(candidates, page, host)), "")


def _by_field(found: Iterable[Candidate]) -> dict[str, list[Candidate]]:
    candidates: dict[str, list[Candidate]] = {}
    for one in found:
        candidates.setdefault(one.field, []).append(one)
    return candidates


def _host(addresses: Iterable[Decision]) -> str | None:
    return next((one.value for one in addresses if one.field == "domain"), None)


_TEXTS = ("subtitle", "section", "description", "author_bio", "publisher", "site_name", "license")


def by_trust(field: str, own: Iterable[Candidate]) -> list[Candidate]:
    """The candidates for a field, most trusted source first, as found within a source."""
    trust = TRUST[field]
    return sorted((one for one in own if one.source in trust), key=lambda one: trust.index(one.source))


def _sites(candidates: ByField) -> list[str]:
    return [one.value for field in ("site_name", "publisher") for one in candidates.get(field, ())]


def _text(field: str, candidates: ByField) -> Iterator[Decision]:
    """The first value of sensible length; only a licence may be an address."""
    for candidate in by_trust(field, candidates.get(field, ())):
        fits = 0 < len(candidate.value) <= MAX_TEXT_CHARS
        if fits and (field == "license" or not _ADDRESS.match(candidate.value)):
            yield Decision(field, candidate.value, candidate)
            return


def _title(candidates: ByField, page: Page, host: str | None) -> Iterator[Decision]:
    """The headline: as given, else what headings, declarations and the address agree on, without the site's name."""
    own = [one for one in candidates.get("title", ()) if one.value]
    given = [one for one in own if one.source in ("given", "site")]
    if given:
        yield Decision("title", given[0].value, given[0])
        return
    found = [titles.Title(one.value, _title_place(one)) for one in own]
    value = titles.headline(found, [*_sites(candidates), host or ""], page.url)
    if value is not None:
        folded = fold(value)
        place = min(own, key=lambda one: (fold(one.value) != folded, folded not in fold(one.value)))
        yield Decision("title", value, place)


def _title_place(candidate: Candidate) -> str:
    if candidate.source == "json-ld":
        kind, _, key = (candidate.locator or "").lower().partition(".")
        return titles.OTHER if key != "headline" else titles.NEWS if "news" in kind else titles.HEADLINE
    return _TITLE_PLACES.get(candidate.source, titles.OTHER)


_TITLE_PLACES = {"heading": titles.HEADING, "block": titles.BLOCK, "opengraph": titles.SHARED}


def _authors(candidates: ByField, host: str | None) -> Iterator[Decision]:
    """The people who wrote the article, or the desk or agency where that is all that is known."""
    sites = [*_sites(candidates), titles.site_of(host or "")]
    chosen = authorship.choose(by_trust("authors", candidates.get("authors", ())), sites)
    if chosen is not None:
        yield Decision("authors", *chosen)


def _places(ranked: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates grouped by the place they stood at, most trusted place first."""
    groups: dict[tuple[str, str | None], list[Candidate]] = {}
    for one in ranked:
        groups.setdefault((one.source, one.locator), []).append(one)
    return list(groups.values())


def _tags(candidates: ByField) -> Iterator[Decision]:
    """The tags of the most trusted place, each once; a list in one string is taken apart."""
    for place in _places(by_trust("tags", candidates.get("tags", ())))[:1]:
        seen: dict[str, str] = {}
        for tag in (tag.strip(" #\"'.[]") for one in place for tag in _TAG_JOINT.split(one.value)):
            if fold(tag) and len(tag) <= MAX_TAG_CHARS:
                seen.setdefault(fold(tag), tag)
        if seen:
            yield Decision("tags", tuple(list(seen.values())[:MAX_TAGS]), place[0])


def _date(
    day_field: str, at_field: str, kind: str, candidates: ByField, page: Page, host: str | None
) -> Iterator[Decision]:
    """The date in the publication's zone, and the instant in UTC where it is known.

    Where a page tells only when it was last changed, that is the date it was published in this form.
    """
    found = dating.choose(by_trust(kind, candidates.get(kind, ())), page.language, host)
    if found is None and kind == "published":
        told = [one for one in candidates.get("modified", ()) if one.source not in ("meta", "opengraph")]
        found = dating.choose(by_trust("modified", told), page.language, host)
    if found is None:
        return
    yield Decision(day_field, found.day, found.candidate)
    if found.at:
        yield Decision(at_field, found.at.astimezone(UTC), found.candidate)


def _addresses(candidates: ByField, page: Page) -> Iterator[Decision]:
    """The page's address as given, whatever it looks like, the one it calls its own, and the host of the first."""
    known = []
    if page.url:
        known.append(Decision("url", page.url, Candidate("url", page.url, "given", "url", page.url)))
    named = [one for field in ("canonical_url", "url") for one in candidates.get(field, ())]
    for candidate in by_trust("canonical_url", named):
        address = urls.canonical(candidate.value, page.base)
        if address:
            known.append(Decision("canonical_url", address, candidate))
            break
    yield from known
    hosts = (Decision("domain", urls.domain(one.value), one.candidate) for one in known)
    yield from [one for one in hosts if one.value][:1]


def _flags(candidates: ByField) -> Iterator[Decision]:
    """`paywalled`, where the page declares that it is not free or says so at its end; `truncated` in the same way."""
    flags: tuple[str, ...] = ()
    for field, values in _FLAGS.items():
        stated = [one for one in candidates.get(field, ()) if one.value.strip()]
        stated.sort(key=lambda one: one.source == "block")
        if stated and stated[0].value.strip().lower() in values:
            flags += (field,)
            yield Decision("flags", flags, stated[0])


_FLAGS = {"paywalled": frozenset(("false", "0", "no", "locked", "metered")), "truncated": frozenset(("true",))}
"""Flag → what a page declares or shows for it; of `paywalled` whether it is free, in plain names."""
