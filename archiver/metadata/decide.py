"""All candidates in, one value a field and the evidence for it out. Trust between sources is stated here alone."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date
from typing import Any, NamedTuple

from archiver.metadata import dates, people, titles, urls
from archiver.metadata.candidates import Candidate
from archiver.metadata.folding import fold
from archiver.record import Origin

MAX_RAW_CHARS = 500
"""Of the value as it stood, so much is kept as evidence."""
MAX_TEXT_CHARS = 3_000
MAX_TAGS = 50
MAX_TAG_CHARS = 100
GIVEN_EARLIEST_YEAR = 1000
"""A source row may hold digitised archives; a page's date before the web is an error."""

TRUST: dict[str, tuple[str, ...]] = {
    "authors": ("given", "json-ld", "meta", "opengraph", "microdata", "byline-line", "block", "rel-author",
                "byline-element", "name-line"),
    "published": ("given", "json-ld", "opengraph", "meta", "microdata", "block", "date-element", "date-line", "time",
                  "far-block", "url"),
    "modified": ("given", "json-ld", "opengraph", "meta", "microdata", "block", "date-element", "date-line",
                 "far-block"),
    "subtitle": ("given", "block"),
    "section": ("given", "json-ld", "opengraph", "meta", "microdata", "block"),
    "description": ("given", "opengraph", "meta", "json-ld", "microdata"),
    "tags": ("given", "opengraph", "meta", "json-ld", "microdata", "block"),
    "site_name": ("given", "opengraph", "json-ld", "meta"),
    "publisher": ("given", "json-ld", "meta", "microdata"),
    "license": ("given", "link", "json-ld", "meta", "microdata"),
    "author_bio": ("given", "block"),
    "canonical_url": ("given", "link", "opengraph", "json-ld", "meta"),
}  # fmt: skip
"""Field → sources, most trusted first. The first source with a usable value decides."""

_ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
_TAG_JOINT = re.compile(r"[,;|、，；\n]")


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


def decide(candidates: Sequence[Candidate], page: Page) -> list[Decision]:
    """A decision for every field that has a usable candidate, each field at most once."""
    addresses = list(_addresses(candidates, page))
    host = next((one.value for one in addresses if one.field == "domain"), None)
    return [
        *_title(candidates, host),
        *(decision for field in _TEXTS for decision in _text(field, candidates)),
        *_authors(candidates),
        *_tags(candidates),
        *_date("date_published", "published_at", "published", candidates, page, host),
        *_date("date_modified", "modified_at", "modified", candidates, page, host),
        *addresses,
        *_flags(candidates),
    ]


_TEXTS = ("subtitle", "section", "description", "author_bio", "publisher", "site_name", "license")


def by_trust(field: str, candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates for a field, most trusted source first, as found within a source."""
    trust = TRUST[field]
    own = [one for one in candidates if one.field == field and one.source in trust]
    return sorted(own, key=lambda one: trust.index(one.source))


def _text(field: str, candidates: Sequence[Candidate]) -> Iterator[Decision]:
    """The first value of sensible length; only a licence may be an address."""
    for candidate in by_trust(field, candidates):
        fits = 0 < len(candidate.value) <= MAX_TEXT_CHARS
        if fits and (field == "license" or not _ADDRESS.match(candidate.value)):
            yield Decision(field, candidate.value, candidate)
            return


def _title(candidates: Sequence[Candidate], host: str | None) -> Iterator[Decision]:
    """The headline: as given, else what headings and declarations agree on, without the site's name."""
    own = [one for one in candidates if one.field == "title" and one.value]
    given = [one for one in own if one.source == "given"]
    if given:
        yield Decision("title", given[0].value, given[0])
        return
    shown = [one.value for source in _SHOWN_TITLES for one in own if one.source == source]
    declared = [one.value for source in _DECLARED_TITLES for one in own if one.source == source]
    sites = [one.value for one in candidates if one.field in ("site_name", "publisher")]
    value = titles.headline(shown, declared, [*sites, host or ""])
    if value is not None:
        folded = fold(value)
        place = min(own, key=lambda one: (fold(one.value) != folded, folded not in fold(one.value)))
        yield Decision("title", value, place)


_SHOWN_TITLES = ("block", "heading")
_DECLARED_TITLES = ("json-ld", "opengraph", "meta", "microdata", "title-element")


def _authors(candidates: Sequence[Candidate]) -> Iterator[Decision]:
    """The authors whom the most trusted place names; where it names only a body, the first place with a person."""
    found = []
    for place in _places(by_trust("authors", candidates)):
        declared = place[0].source in _DECLARING
        named = people.distinct(name for one in place for name in people.split(one.value, declared=declared))
        if named:
            found.append(Decision("authors", tuple(named), place[0]))
        if any(map(people.is_person, named)) or (named and place[0].source == "given"):
            yield found[-1]
            return
    yield from found[:1]


_DECLARING = frozenset(("given", "json-ld", "meta", "opengraph", "microdata", "rel-author"))
"""Sources whose authors are believed though they be one word or lower case."""


def _places(ranked: Sequence[Candidate]) -> list[list[Candidate]]:
    """The candidates grouped by the place they stood at, most trusted place first."""
    groups: dict[tuple[str, str | None], list[Candidate]] = {}
    for one in ranked:
        groups.setdefault((one.source, one.locator), []).append(one)
    return list(groups.values())


def _tags(candidates: Sequence[Candidate]) -> Iterator[Decision]:
    """The tags of the most trusted place, each once; a list in one string is taken apart."""
    for place in _places(by_trust("tags", candidates))[:1]:
        seen: dict[str, str] = {}
        for tag in (tag.strip(" #\"'.[]") for one in place for tag in _TAG_JOINT.split(one.value)):
            if fold(tag) and len(tag) <= MAX_TAG_CHARS:
                seen.setdefault(fold(tag), tag)
        if seen:
            yield Decision("tags", tuple(list(seen.values())[:MAX_TAGS]), place[0])


def _date(
    day_field: str, at_field: str, kind: str, candidates: Sequence[Candidate], page: Page, host: str | None
) -> Iterator[Decision]:
    """The date of the most trusted source in the publication's zone, and the instant in UTC where it is known.

    Where a page tells only when it was last changed, that is the date it was published in this form.
    """
    month_first = dates.is_month_first(page.language, host)
    stamps = []
    ranked = by_trust(kind, candidates)
    for one in ranked:
        earliest = GIVEN_EARLIEST_YEAR if one.source == "given" else dates.EARLIEST_YEAR
        stamp = dates.read(one.value, month_first=month_first, language=page.language, earliest=earliest)
        if stamp:
            stamps.append((one, stamp))
    if not stamps and kind == "published":
        told = [one for one in candidates if one.source not in ("meta", "opengraph")]
        yield from _date(day_field, at_field, "modified", told, page, host)
    if not stamps:
        return
    candidate, stamp = stamps[0]
    others = [other for _, other in stamps[1:]]
    yield Decision(day_field, _agreed_day(stamp, others), candidate)
    if stamp.at:
        yield Decision(at_field, stamp.at.astimezone(UTC), candidate)


def _agreed_day(stamp: dates.Stamp, others: Sequence[dates.Stamp]) -> date:
    """The day, by another source's word where the first one's own may mislead.

    Of 11/12/2025 the reading that others confirm; of an instant in UTC the local day, where another source
    writes the same instant in the writer's zone.
    """
    if stamp.swapped is not None:
        certain = {other.day for other in others if other.swapped is None}
        return stamp.swapped if stamp.swapped in certain and stamp.day not in certain else stamp.day
    if stamp.at is not None and not stamp.at.utcoffset():
        for other in others:
            if other.at == stamp.at and other.at and other.at.utcoffset():
                return other.day
    return stamp.day


def _addresses(candidates: Sequence[Candidate], page: Page) -> Iterator[Decision]:
    """The page's address as given, the one it calls its own, and the host of the first that is known."""
    known = []
    if page.url and urls.absolute(page.url):
        known.append(Decision("url", page.url, Candidate("url", page.url, "given", "url", page.url)))
    named = [one._replace(field="canonical_url") for one in candidates if one.field in ("url", "canonical_url")]
    for candidate in by_trust("canonical_url", named):
        address = urls.canonical(candidate.value, page.base)
        if address:
            known.append(Decision("canonical_url", address, candidate))
            break
    yield from known
    for decision in known[:1]:
        yield Decision("domain", urls.domain(decision.value), decision.candidate)


def _flags(candidates: Sequence[Candidate]) -> Iterator[Decision]:
    """`paywalled`, where the page declares that it is not free."""
    for one in candidates:
        if one.field == "paywalled" and one.value.strip().lower() in _NOT_FREE:
            yield Decision("flags", ("paywalled",), one)
            return


_NOT_FREE = frozenset(("false", "0", "no", "locked", "metered"))
